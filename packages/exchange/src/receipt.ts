import { canonicalize, digestText } from '@huijiao/merkle'
import { signDocument } from '@huijiao/identity'
import type { BodyNotes } from './body.ts'
import type { Hub } from './hub.ts'
import type { RecordOutcome } from './prepared.ts'
import type { JudgedBy } from './standards.ts'
import type { Counts } from './store-part.ts'

/** Records inline up to this many; beyond it a receipt has the first refusals, and the outcome list by digest. */
export const inlineRecordsMax = 1000

/** How long after receiving, at most, the entries of a submission stand in a signed checkpoint, in milliseconds. */
export const logWithinMs = 10_000

export interface ReceiptPart {
  readonly part: number
  readonly from: number
  readonly count: number
  readonly root: Buffer
  readonly outcomes: Buffer
}

export interface ReceiptInput {
  readonly id: string
  readonly digest: Buffer
  readonly participant: string
  readonly standard: string
  /** Revisions of the releases by which every record was judged. */
  readonly judgedBy?: readonly JudgedBy[]
  readonly mode: string
  readonly receivedAt: Date
  readonly finishedAt: Date
  readonly counts: Counts
  readonly recordCount: number
  /** All outcomes when there are at most 1,000 records, else the first 1,000 refusals. */
  readonly records: readonly RecordOutcome[]
  readonly parts: readonly ReceiptPart[]
  /** Existing stock, told as such by its sender. */
  readonly legacy?: true
  /** Of a file of rows: its encoding, sheets and columns, as they were read. */
  readonly file?: BodyNotes
  /** Somebody ended it before its end. */
  readonly cancelled?: Cancelled
}

/** How a submission was ended before its end. What was stored by then stands; nothing behind it was judged. */
export interface Cancelled {
  readonly at: Date
  /** `participant:…` or `operator:…`, as in the log. */
  readonly by: string
  /** Of the decoded body: how far it was judged, and how long it is. */
  readonly bytes: { readonly judged: number; readonly of: number }
}

export const wholeOutcomes = ['accepted', 'partial', 'pending_review', 'doubtful', 'held', 'refused'] as const
export type WholeOutcome = (typeof wholeOutcomes)[number]

/**
 * `accepted` when every record counts here: accepted, unchanged or superseded. When all have one other outcome, that one: what is held, doubtful or waits
 * for a review is not accepted yet. Else `partial`.
 */
export function wholeOutcome(counts: Counts): WholeOutcome {
  const open = (['pending_review', 'doubtful', 'held', 'refused'] as const).filter((outcome) => counts[outcome] > 0)
  if (open.length === 0) return 'accepted'
  const settled = counts.accepted + counts.unchanged + counts.superseded
  return settled === 0 && open.length === 1 ? (open[0] as WholeOutcome) : 'partial'
}

/**
 * The signed receipt as the bytes that are kept and answered, the same for ever. The signature covers the RFC 8785 form of the receipt
 * without `signatures`.
 */
export function signReceipt(hub: Hub, input: ReceiptInput): Buffer {
  const { node } = hub
  const receipt = {
    receipt: 1,
    submission: { id: input.id, digest: digestText(input.digest), participant: input.participant },
    node: { name: node.name, region: node.region, tier: node.tier, epoch: node.epoch },
    standard: input.standard,
    ...(input.judgedBy === undefined ? {} : { judgedBy: input.judgedBy }),
    mode: input.mode,
    ...(input.legacy === undefined ? {} : { legacy: true }),
    ...(input.file === undefined ? {} : { file: input.file }),
    receivedAt: input.receivedAt.toISOString(),
    outcome: input.cancelled === undefined ? wholeOutcome(input.counts) : 'cancelled',
    ...(input.cancelled === undefined
      ? {}
      : {
          cancelled: {
            at: input.cancelled.at.toISOString(),
            by: input.cancelled.by,
            // The records before this place are judged, one outcome each; those from here on are not.
            records: input.recordCount,
            bytes: input.cancelled.bytes,
          },
        }),
    counts: input.counts,
    records: input.records,
    ...(input.recordCount > inlineRecordsMax
      ? { outcomes: { records: input.recordCount, url: `/v1/submissions/${input.id}/outcomes` } }
      : {}),
    parts: input.parts.map((part) => ({
      part: part.part,
      from: part.from,
      count: part.count,
      root: digestText(part.root),
      outcomes: digestText(part.outcomes),
    })),
    logBy: new Date(input.finishedAt.getTime() + logWithinMs).toISOString(),
  }
  const signature = signDocument(canonicalize(receipt), hub.signingKey)
  return Buffer.from(JSON.stringify({ ...receipt, signatures: [signature] }))
}
