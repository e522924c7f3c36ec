import type { Operation, Tier } from '@huijiao/database'
import type { CustodyStep } from './custody.ts'

/**
 * The body that nodes send each other, `application/vnd.huijiao.versions+ndjson`. Lines, each ended by a line feed:
 *
 * 1. the envelope;
 * 2. for each source entry a custody line, and after it, for each of its records in the order of `ordinals`: a record line, then one line for each
 *    letter of the record's `texts` (`o` open, `n` named, `s` sealed, `a` the list of attachments): the canonical text itself, or `#` and the hex of SHA-256(salt ‖ text) when only
 *    the hash goes up. A canonical text begins with `{` or is empty, so the two cannot be confused.
 *
 * The id of a delivery is not in the body: it is made from the SHA-256 of these bytes (`deliveryIdOf`), so that one id always means the same bytes.
 */
export interface VersionsEnvelope {
  readonly versions: 1
  /** 1, 2, 3 … on its link; makes any two deliveries of a link differ in their bytes. */
  readonly delivery: number
  readonly producedAt: string
  readonly from: {
    readonly node: string
    readonly region: string
    readonly tier: Tier
    readonly epoch: { readonly number: number; readonly id: string }
  }
  /** Signed note of the checkpoint that all custody lines prove inclusion in; null when there are none. */
  readonly checkpoint: string | null
  /** Records in the body. */
  readonly count: number
}

export type TextLetter = 'o' | 'n' | 's' | 'a'
export const textLetters: readonly TextLetter[] = ['o', 'n', 's', 'a']

/** A record's line: identity, salts, and what else travels with it. */
export interface WireRecord {
  readonly entity: string
  /** `r_` and 32 hex digits. */
  readonly recordId: string
  readonly operation: Operation
  readonly stream: string
  readonly epoch: number
  readonly n: number
  readonly sourceVersion: number | null
  readonly release: string
  readonly commitment: string
  readonly reportingRegion: string
  readonly sourceId: string | null
  readonly reason: string | null
  readonly flags: readonly string[] | null
  /** Hex of 16 bytes for each text that is sent as such; null for one that is sent as its hash, or is not there. */
  readonly salts: Readonly<Record<'open' | 'named' | 'sealed', string | null>> & {
    /** There when, and only when, the version names attachments. */
    readonly attachments?: string | null
  }
  /** Which texts the version has. */
  readonly texts: string
}

export interface WireVersion {
  readonly record: WireRecord
  /** One line for each letter of `record.texts`. */
  readonly texts: readonly string[]
  /** The same lines in UTF-8, where they were read from bytes. */
  readonly bytes?: readonly Uint8Array[]
}

/** The custody line: a step without what the envelope says for all of them. */
export type WireCustody = Omit<CustodyStep, 'node' | 'checkpoint' | 'records' | 'seen'>

export interface WireEntry {
  readonly custody: WireCustody
  readonly versions: readonly WireVersion[]
}

export interface WireBody {
  readonly envelope: VersionsEnvelope
  readonly entries: readonly WireEntry[]
}

/** A UUIDv8 (RFC 9562) whose free bits are the first bits of the SHA-256 of the uncompressed body. */
export function deliveryIdOf(digest: Uint8Array): string {
  const bytes = Buffer.from(digest.subarray(0, 16))
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x80
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80
  const hex = bytes.toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

/** The bytes of a body. Members are written in one fixed order, so the same content always gives the same bytes. */
export function writeVersionsBody(body: WireBody): Buffer {
  const { versions, delivery, producedAt, from, checkpoint, count } = body.envelope
  const { node, region, tier, epoch } = from
  const lines = [
    JSON.stringify({
      versions,
      delivery,
      producedAt,
      from: { node, region, tier, epoch: { number: epoch.number, id: epoch.id } },
      checkpoint,
      count,
    }),
  ]
  for (const entry of body.entries) {
    const { index, leaf, body: text, bodySalt, inclusion, size, ordinals, proof, operations, below } = entry.custody
    lines.push(
      JSON.stringify({
        custody: {
          index,
          leaf,
          body: text,
          bodySalt,
          inclusion,
          size,
          ordinals,
          proof,
          ...(operations === undefined ? {} : { operations }),
          below,
        },
      }),
    )
    for (const { record, texts } of entry.versions) lines.push(recordLine(record), ...texts)
  }
  lines.push('')
  return Buffer.from(lines.join('\n'))
}

function recordLine(record: WireRecord): string {
  const {
    entity,
    recordId,
    operation,
    stream,
    epoch,
    n,
    sourceVersion,
    release,
    commitment,
    reportingRegion,
    sourceId,
    reason,
    flags,
    salts,
    texts,
  } = record
  const { open, named, sealed, attachments } = salts
  return JSON.stringify({
    record: {
      entity,
      recordId,
      operation,
      stream,
      epoch,
      n,
      sourceVersion,
      release,
      commitment,
      reportingRegion,
      sourceId,
      reason,
      flags,
      salts: { open, named, sealed, ...(attachments === undefined ? {} : { attachments }) },
      texts,
    },
  })
}
