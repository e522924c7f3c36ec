import type { Tables } from '@huijiao/database'
import { digestText } from '@huijiao/merkle'
import type { Kysely, Transaction } from 'kysely'
import type { BodyNotes } from './body.ts'
import type { Hub } from './hub.ts'
import type { Opened, Prepared } from './open-submission.ts'
import { custodyInsert } from './custody-store.ts'
import type { RecordOutcome } from './prepared.ts'
import type { JudgedBy } from './standards.ts'
import { type Cancelled, inlineRecordsMax, type ReceiptPart, signReceipt, wholeOutcome } from './receipt.ts'
import { type Counts, noCounts, type PartInput, storePart, type StoredPart } from './store-part.ts'
import type { Mode, SubmissionRequest } from './submission-request.ts'

/** What is said of a submission in its parts' entries and in its receipt. */
export interface RequestFacts {
  readonly id: string
  readonly digest: Buffer
  readonly participant: string
  readonly standard: string
  readonly judgedBy?: readonly JudgedBy[]
  readonly mode: Mode
  readonly keyId: string
  /** The account that handed it in, `operator:<id>`. */
  readonly enteredBy?: string
  /** Existing stock, told as such by its sender. */
  readonly legacy?: true
  /** Of a file of rows: what its reader told of it. */
  readonly file?: BodyNotes
}

/** The same of a submission whose id is claimed under a number. */
export interface Facts extends RequestFacts {
  readonly submissionNo: number
}

export const factsOf = (request: SubmissionRequest, opened: Opened): RequestFacts => ({
  id: opened.id,
  digest: request.body.digest,
  participant: request.caller.participantId,
  standard: opened.standard,
  judgedBy: opened.judgedBy,
  mode: request.mode,
  keyId: request.caller.keyId,
  ...(request.caller.kind === 'operators' ? { enteredBy: request.caller.keyId } : {}),
  ...(opened.legacy ? { legacy: true as const } : {}),
  ...(opened.file === undefined ? {} : { file: opened.file }),
})

export interface PartRange {
  readonly partNo: number
  readonly firstRecord: number
  readonly byteFrom: number
  readonly byteTo: number
}

export async function storePrepared(
  trx: Transaction<Tables>,
  hub: Hub,
  facts: Facts,
  opened: Opened,
  batch: readonly Prepared[],
  range: PartRange,
  at: Date,
): Promise<StoredPart> {
  return await storePart(trx, hub, facts.submissionNo, partInput(facts, opened, batch, range, at))
}

/** What one part of a submission is made of. */
export function partInput(facts: RequestFacts, opened: Opened, batch: readonly Prepared[], range: PartRange, at: Date): PartInput {
  const { versions } = opened
  return {
    ...range,
    records: batch.map((one) => one.record),
    at,
    actor: `participant:${facts.participant}`,
    body: {
      submission: {
        id: facts.id,
        digest: digestText(facts.digest),
        participant: facts.participant,
        key: facts.keyId,
        standard: facts.standard,
        mode: facts.mode,
        judgedBy: opened.judgedBy,
        ...(facts.legacy === true ? { legacy: true } : {}),
        ...(facts.enteredBy === undefined ? {} : { enteredBy: facts.enteredBy }),
      },
      ...versions?.entryBody,
    },
    ...(versions === null ? {} : { besideVersions: ({ partId, versions: stored }) => [custodyInsert(partId, versions.custody, stored)] }),
  }
}

export const receiptPart = (part: StoredPart, partNo: number, from: number, count: number): ReceiptPart => ({
  part: partNo,
  from,
  count,
  root: part.root,
  outcomes: part.pageDigest,
})

export const inline = (outcomes: readonly RecordOutcome[]): RecordOutcome[] =>
  outcomes.length <= inlineRecordsMax
    ? [...outcomes]
    : outcomes.filter((outcome) => outcome.outcome === 'refused').slice(0, inlineRecordsMax)

/** Everything that a finished submission's row says of how it ended. */
export function finishedValues(
  hub: Hub,
  facts: RequestFacts & { readonly cancelled?: Cancelled },
  receivedAt: Date,
  parts: ReceiptPart[],
  counts: Counts,
  recordCount: number,
  records: RecordOutcome[],
  bytes: number,
) {
  const finishedAt = hub.clock.now()
  return {
    state: 'finished' as const,
    finished_at: finishedAt,
    outcome: facts.cancelled === undefined ? wholeOutcome(counts) : ('cancelled' as const),
    counts: JSON.stringify(counts),
    receipt: signReceipt(hub, { ...facts, receivedAt, finishedAt, counts, recordCount, records, parts }),
    spool_path: null,
    stored_bytes: bytes,
    stored_records: recordCount,
  }
}

/** Fixes the receipt, in the transaction of the last part. */
export async function finish(
  trx: Kysely<Tables>,
  hub: Hub,
  facts: Facts & { readonly cancelled?: Cancelled },
  ...rest: [receivedAt: Date, parts: ReceiptPart[], counts: Counts, recordCount: number, records: RecordOutcome[], bytes: number]
): Promise<Buffer> {
  const values = finishedValues(hub, facts, ...rest)
  await trx.updateTable('submission').set(values).where('submission_no', '=', facts.submissionNo).execute()
  return values.receipt
}

export async function storeBatches(
  trx: Transaction<Tables>,
  hub: Hub,
  facts: Facts,
  opened: Opened,
  batches: readonly (readonly Prepared[])[],
  at: Date,
) {
  const parts: ReceiptPart[] = []
  const counts = noCounts()
  const list: RecordOutcome[] = []
  let from = 0
  for (const [partNo, batch] of batches.entries()) {
    const range = { partNo, firstRecord: from, byteFrom: batch[0]?.byteFrom ?? 0, byteTo: batch.at(-1)?.byteTo ?? 0 }
    const part = await storePrepared(trx, hub, facts, opened, batch, range, at)
    parts.push(receiptPart(part, partNo, from, batch.length))
    addCounts(counts, part.counts)
    list.push(...part.outcomes)
    from += batch.length
  }
  return { parts, counts, outcomes: list }
}

export function addCounts(total: Counts, more: Counts): void {
  for (const [outcome, count] of Object.entries(more)) total[outcome as keyof Counts] += count
}
