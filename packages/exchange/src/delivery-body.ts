import type { DeliveryItem, Operation, Tables } from '@huijiao/database'
import { int8Array } from '@huijiao/database'
import { type RecordIdentity, sha256, textHash } from '@huijiao/merkle'
import type { AttachmentTravel } from '@huijiao/standard'
import { type Kysely, sql } from 'kysely'
import { originOf } from './custody.ts'
import { type CustodyRow, loadCustody } from './custody-store.ts'
import { epochOf } from './epoch.ts'
import type { Hub } from './hub.ts'
import { detachedLeaf, mustBeAttached } from './log-range.ts'
import { headOfNote } from './neighbour.ts'
import { namedIn, openNamed } from './named-attachments.ts'
import type { ProofsAtHand } from './near-range.ts'
import { ownStep, type SourceEntry, tileReader } from './own-step.ts'
import { identityOf, loadVersions, textsOf, type VersionRow } from './version-rows.ts'
import {
  deliveryIdOf,
  type TextLetter,
  textLetters,
  type VersionsEnvelope,
  type WireEntry,
  type WireVersion,
  writeVersionsBody,
} from './versions-body.ts'

/** What, besides the items, fixes the bytes of a delivery. */
export interface DeliveryFacts {
  readonly number: number
  readonly items: readonly DeliveryItem[]
  readonly checkpointSize: number
  readonly createdAt: Date
  /** 'hash': sealed texts stay here. */
  readonly sealed: 'text' | 'hash'
}

export interface DeliveryBody {
  readonly id: string
  readonly bytes: Buffer
  readonly digest: Buffer
  readonly count: number
  /** Bytes that are to be above before the body is, each with the records that name it. */
  readonly attachments: readonly AttachmentToSend[]
}

export interface AttachmentToSend {
  readonly digest: string
  readonly mediaType: string
  /** Places of the records that name it. */
  readonly places: readonly { readonly partId: number; readonly ordinal: number }[]
}

const saltAt = (row: VersionRow, at: number) => row.salts.subarray(at * 16, at * 16 + 16)

/** A version as lines of the body. A tombstone gives its place and commitment away, and none of its texts. */
export function wireVersion(
  hub: Hub,
  row: VersionRow,
  options: { tombstone: boolean; flags: readonly string[]; sealed: 'text' | 'hash'; attachments: AttachmentTravel },
  identity: RecordIdentity = identityOf(row),
): WireVersion {
  const texts = textsOf(hub, row)
  const salts: Record<TextLetter, string | null> = { o: null, n: null, s: null, a: null }
  const lines: string[] = []
  let letters = ''
  for (const [at, letter] of textLetters.entries()) {
    const text = texts[letter]
    const stored = row.text_hashes?.subarray(at * 32, at * 32 + 32)
    const hash = text !== null ? null : stored !== undefined && stored.some((byte) => byte !== 0) ? stored : undefined
    if (hash === undefined) continue
    letters += letter
    const stays = (letter === 's' && options.sealed === 'hash') || (letter === 'a' && options.attachments === 'none')
    if (text !== null && !options.tombstone && !stays) {
      salts[letter] = saltAt(row, at).toString('hex')
      lines.push(text)
    } else {
      lines.push(`#${(hash ?? textHash(saltAt(row, at), text as string)).toString('hex')}`)
    }
  }
  const operation: Operation = options.tombstone ? 'no-longer-qualifies' : row.operation
  const flags = row.flags === null && options.flags.length === 0 ? [] : [...new Set([...(row.flags ?? []), ...options.flags])]
  return {
    record: {
      entity: identity.entity,
      recordId: identity.recordId,
      operation,
      stream: identity.stream,
      epoch: identity.epoch,
      n: identity.n,
      sourceVersion: identity.sourceVersion,
      release: identity.release,
      commitment: identity.commitment,
      reportingRegion: row.reporting_region,
      sourceId: row.source_id,
      reason: row.reason,
      flags: flags.length === 0 ? null : flags,
      salts: { open: salts.o, named: salts.n, sealed: salts.s, ...(letters.endsWith('a') ? { attachments: salts.a } : {}) },
      texts: letters,
    },
    texts: lines,
  }
}

/** The entries of a delivery, and the note of the checkpoint that it proves them to. */
async function loadEntries(
  db: Kysely<Tables>,
  indexes: readonly number[],
  size: number,
): Promise<{ sources: Map<number, SourceEntry>; note: string | null }> {
  const { rows } = await sql<{ index: number; leaf: string; body: string | null; body_salt: Buffer | null; note: string | null }>`
    select index, leaf, body, body_salt, (select note from log_checkpoint where size = ${size}) as note
    from log_entry where index = any(${int8Array(indexes)}::int8[])`.execute(db)
  const gone = rows.find((row) => row.leaf === detachedLeaf)
  if (gone !== undefined) await mustBeAttached(db, gone.index)
  const sources = new Map(
    rows.map((row): [number, SourceEntry] => {
      if (row.body === null || row.body_salt === null)
        throw new Error(`the body of log entry ${row.index} was erased, so its records cannot be proven to the level above`)
      return [row.index, { leaf: row.leaf, body: row.body, salt: row.body_salt }]
    }),
  )
  return { sources, note: rows[0]?.note ?? null }
}

/**
 * Makes the bytes of a delivery from what is stored. Nothing in them depends on when or how often this is called, so a retry sends the same bytes.
 * @param loaded the parts' versions, when the caller has just read them
 * @param proofs what proves them, when the caller has that at hand
 */
export async function buildBody(
  hub: Hub,
  db: Kysely<Tables>,
  facts: DeliveryFacts,
  loaded?: ReadonlyMap<number, VersionRow[]>,
  proofs?: ProofsAtHand,
): Promise<DeliveryBody> {
  const partIds = facts.items.map((item) => item[1])
  const parts = loaded ?? (await loadVersions(db, facts.items))
  const indexes = facts.items.map((item) => item[0])
  // What entered here brought no proofs from below.
  const received = [...parts.values()].some((rows) => rows.some((row) => originOf(row.stream) !== hub.node.name))
  const [{ sources, note }, custody, readTile] = await Promise.all([
    proofs ?? loadEntries(db, indexes, facts.checkpointSize),
    received ? (proofs?.custody ?? loadCustody(db, partIds)) : new Map<number, CustodyRow[]>(),
    proofs?.readTile ?? tileReader(db, indexes, facts.checkpointSize),
  ])
  if (indexes.length > 0 && note === null) throw new Error(`the checkpoint of size ${facts.checkpointSize} is gone`)
  const entries: WireEntry[] = []
  let count = 0
  const toSend = new Map<string, AttachmentToSend & { readonly places: Place[] }>()
  for (const [index, partId, named, notes] of facts.items) {
    const rows = parts.get(partId) ?? []
    const ordinals = named ?? rows.map((row) => row.ordinal)
    const identities = rows.map(identityOf)
    const tombstones = new Set(notes?.tombstones ?? [])
    const entry = sources.get(index)
    if (entry === undefined) throw new Error(`log entry ${index} is gone`)
    const step = await ownStep(
      hub,
      { index, rows, ordinals, tombstones, entry, custody: custody.get(partId) ?? [], identities },
      { size: facts.checkpointSize, note: note as string },
      readTile,
    )
    const versions = ordinals.map((ordinal) =>
      wireVersion(
        hub,
        rows[ordinal] as VersionRow,
        {
          tombstone: tombstones.has(ordinal),
          flags: notes?.flags?.[ordinal] ?? [],
          sealed: facts.sealed,
          attachments: notes?.attachments?.[ordinal] ?? 'digest',
        },
        identities[ordinal],
      ),
    )
    for (const ordinal of ordinals) if (notes?.attachments?.[ordinal] === 'bytes') addToSend(toSend, hub, rows[ordinal] as VersionRow)
    const { node: _, checkpoint: __, ...wire } = step
    entries.push({ custody: wire, versions })
    count += versions.length
  }
  const bytes = writeVersionsBody({ envelope: envelopeOf(hub, facts, note, count), entries })
  const digest = sha256(bytes)
  return { id: deliveryIdOf(digest), bytes, digest, count, attachments: [...toSend.values()] }
}

type Place = { readonly partId: number; readonly ordinal: number }

/** Notes the attachments of a record whose bytes go up; those whose bytes never came here go up as digests only. */
function addToSend(toSend: Map<string, AttachmentToSend & { readonly places: Place[] }>, hub: Hub, row: VersionRow): void {
  const { attachments } = row
  if (attachments === undefined) return
  for (const { digest, mediaType } of namedIn(openNamed(hub, attachments, row.commitment))) {
    if (!attachments.here.includes(digest.slice('sha-256:'.length))) continue
    const known = toSend.get(digest) ?? { digest, mediaType, places: [] }
    known.places.push({ partId: row.part_id, ordinal: row.ordinal })
    toSend.set(digest, known)
  }
}

function envelopeOf(hub: Hub, facts: DeliveryFacts, checkpoint: string | null, count: number): VersionsEnvelope {
  const { name, region, tier } = hub.node
  // Of the checkpoint, not of today: a delivery stored before a new epoch began keeps its bytes.
  const epoch = (checkpoint === null ? undefined : headOfNote(checkpoint)?.epoch) ?? epochOf(hub.node)
  return {
    versions: 1,
    delivery: facts.number,
    producedAt: facts.createdAt.toISOString(),
    from: { node: name, region, tier, epoch },
    checkpoint,
    count,
  }
}

/** An empty body: what a connection test and a probe send. Nothing is stored of it here. */
export function emptyBody(hub: Hub): DeliveryBody {
  const bytes = writeVersionsBody({
    envelope: envelopeOf(hub, { number: 0, items: [], checkpointSize: 0, createdAt: hub.clock.now(), sealed: 'text' }, null, 0),
    entries: [],
  })
  const digest = sha256(bytes)
  return { id: deliveryIdOf(digest), bytes, digest, count: 0, attachments: [] }
}
