import { promisify } from 'node:util'
import { zstdDecompress } from 'node:zlib'
import {
  AnswerPending,
  type AttachmentFacts,
  type DeliveryRequest,
  type Hub,
  type LinkRow,
  readVersionsBody,
  reopenPutBack,
  type SendAttachment,
  type SendDelivery,
  type VersionsEnvelope,
} from '@huijiao/exchange'
import { type Signature, signDocument, type SigningKey, publicKeyFromRaw, verifyDocument } from '@huijiao/identity'
import { canonicalize, digestText, sha256 } from '@huijiao/merkle'
import { recordProblem } from '@huijiao/problem'
import type { Logger } from 'pino'

/** One record of a delivery, as a system that is no node can take it. */
export interface AdapterRecord {
  /** Its place in the delivery. */
  readonly position: number
  readonly entity: string
  readonly recordId: string
  readonly operation: 'upsert' | 'withdraw' | 'no-longer-qualifies'
  readonly stream: string
  readonly epoch: number
  readonly n: number
  readonly release: string
  readonly commitment: string
  readonly reportingRegion: string
  readonly reason: string | null
  /** The fields that go up in clear: those of texts that stay below are not among them. Empty for a withdrawal and a tombstone. */
  readonly fields: Readonly<Record<string, unknown>>
}

export interface AdapterDelivery {
  readonly id: string
  /** Of the uncompressed body. */
  readonly digest: string
  readonly envelope: VersionsEnvelope
  readonly records: readonly AdapterRecord[]
}

/** What the far side says of one record. */
export interface Verdict {
  readonly position: number
  readonly taken: boolean
  /** Why it was refused, in the far side's words. */
  readonly reason: string | null
}

/**
 * A far side that is no node: it takes records its own way, and says sooner or later of each whether it took it. Everything here may be called twice, and
 * throws when the far side cannot be reached.
 */
export interface Adapter {
  /** Hands a delivery over. One that was handed over before changes nothing. */
  put(delivery: AdapterDelivery): Promise<void>
  /** The receipt that was kept for a delivery; null when there is none. */
  receipt(id: string): Promise<Buffer | null>
  /** What the far side says; null until it has spoken of every record. */
  verdicts(id: string): Promise<readonly Verdict[] | null>
  /**
   * Keeps the receipt, in the place of `instead` if one was kept that counts no more.
   * @returns the one that counts: another process may have been first
   */
  keepReceipt(id: string, receipt: Buffer, instead: Buffer | null): Promise<Buffer>
  putAttachment(attachment: AttachmentFacts, bytes: () => AsyncIterable<Buffer>): Promise<void>
  /**
   * Of these deliveries, those whose receipt the far side still holds; null when it has none of this node's at all beside the open ones. So it is noticed
   * that the far side was put back to an older state.
   */
  known(sender: string, ids: readonly string[], open: readonly string[]): Promise<ReadonlySet<string> | null>
  close(): Promise<void>
}

export interface AdapterSendParts {
  readonly hub: Hub
  readonly log: Logger
  readonly adapter: (link: LinkRow) => Adapter
  /** The adapter's own key: it signs the receipts, because the far side has none. */
  readonly keyOf: (link: LinkRow) => Promise<SigningKey>
}

export interface AdapterSend {
  readonly send: SendDelivery
  readonly sendAttachment: SendAttachment
  /**
   * Looks whether the far side still has what it had taken, and makes ready to go again what it lacks.
   * @returns how many deliveries
   */
  readonly heal: (link: LinkRow) => Promise<number>
}

const decompress = promisify(zstdDecompress)

/** Sends over an adapter: hands a delivery over, and when the far side has spoken of every record, makes the signed receipt from what it said. */
export function createAdapterSend(parts: AdapterSendParts): AdapterSend {
  const { hub, log } = parts
  const heal: AdapterSend['heal'] = async (link) => {
    const adapter = parts.adapter(link)
    const opened = await reopenPutBack(hub, link.name, (ids, open) => adapter.known(hub.node.name, ids, open))
    if (opened > 0)
      log.warn(
        { link: link.name, deliveries: opened },
        'the far side was put back to an older state; what it had taken since goes there again',
      )
    return opened
  }
  return {
    heal,
    send: async (link, request) => {
      const adapter = parts.adapter(link)
      const key = await parts.keyOf(link)
      const kept = await adapter.receipt(request.id)
      // One that another key has signed is made anew from what the far side said: the adapter's key was lost with a data directory, or a hand was at the table.
      if (kept !== null && signedBy(key, kept)) return { status: 200, body: kept, receiptVerified: true }
      // In the old order: what is new follows what it lacks.
      if (kept === null && (await heal(link)) > 0) throw new AnswerPending('the far side was put back; what it lacks goes first')
      const delivery = await readDelivery(request)
      await adapter.put(delivery)
      const verdicts = delivery.records.length === 0 ? [] : await adapter.verdicts(request.id)
      if (verdicts === null) throw new AnswerPending('the far side has not spoken of every record')
      const receipt = await adapter.keepReceipt(request.id, makeReceipt(hub, link, delivery, verdicts, key), kept)
      return { status: 200, body: receipt, receiptVerified: signedBy(key, receipt) }
    },
    sendAttachment: async (link, attachment, bytes) => {
      await parts.adapter(link).putAttachment(attachment, bytes)
      return 'there'
    },
  }
}

async function readDelivery(request: DeliveryRequest): Promise<AdapterDelivery> {
  const bytes = await decompress(request.body)
  const { envelope, entries } = readVersionsBody(bytes.toString())
  const records = entries
    .flatMap((entry) => entry.versions)
    .map(({ record, texts }, position): AdapterRecord => {
      const { entity, recordId, operation, stream, epoch, n, release, commitment, reportingRegion, reason } = record
      const told = [...record.texts].flatMap((letter, at) =>
        letter === 'a' || !texts[at]?.startsWith('{') ? [] : [JSON.parse(texts[at]) as object],
      )
      return {
        position,
        entity,
        recordId,
        operation,
        stream,
        epoch,
        n,
        release,
        commitment,
        reportingRegion,
        reason,
        fields: Object.assign({}, ...told),
      }
    })
  return { id: request.id, digest: digestText(sha256(bytes)), envelope, records }
}

function makeReceipt(hub: Hub, link: LinkRow, delivery: AdapterDelivery, verdicts: readonly Verdict[], key: SigningKey): Buffer {
  const said = new Map(verdicts.map((verdict) => [verdict.position, verdict]))
  const records = delivery.records.map(({ position, entity, recordId }) => {
    const verdict = said.get(position)
    if (verdict === undefined) throw new Error(`the far side said nothing of record ${position}`)
    return {
      index: position,
      entity,
      recordId,
      outcome: verdict.taken ? 'accepted' : 'refused',
      ...(verdict.taken ? {} : { problems: [refusal(position, verdict.reason)] }),
    }
  })
  const refused = records.filter((record) => record.outcome === 'refused').length
  const receipt = {
    receipt: 1,
    submission: { id: delivery.id, digest: delivery.digest, participant: hub.node.name },
    node: { name: link.upstream_name, tier: link.upstream_tier },
    adapter: { of: hub.node.name, publicKey: key.publicKey.toString('base64') },
    mode: 'partial',
    receivedAt: hub.clock.now().toISOString(),
    outcome: refused === 0 ? 'accepted' : refused === records.length ? 'refused' : 'partial',
    counts: { accepted: records.length - refused, unchanged: 0, superseded: 0, pending_review: 0, doubtful: 0, held: 0, refused },
    records,
    parts: [],
  }
  const signatures = [signDocument(canonicalize(receipt), key)]
  return Buffer.from(JSON.stringify({ ...receipt, signatures }))
}

const refusal = (record: number, reason: string | null) =>
  recordProblem('far-refused', {
    record,
    rule: 'link.far-system',
    detail: reason === null ? { zh: '接收系统没有说明原因', en: 'It gave no reason' } : { zh: reason, en: reason },
  })

function signedBy(key: SigningKey, receipt: Buffer): boolean {
  let read: { signatures?: Signature[] }
  try {
    read = JSON.parse(receipt.toString()) as { signatures?: Signature[] }
  } catch {
    return false
  }
  const { signatures, ...document } = read
  const known = { algorithm: 'ed25519' as const, publicKey: publicKeyFromRaw(key.publicKey) }
  return Array.isArray(signatures) && verifyDocument(canonicalize(document), signatures, () => known).verified.length > 0
}
