import type { Tables } from '@huijiao/database'
import type { Transaction } from 'kysely'
import type { Hub } from './hub.ts'
import { parsePage, type RecordOutcome } from './prepared.ts'
import { type Cancelled, inlineRecordsMax, type ReceiptPart } from './receipt.ts'
import { addCounts, type Facts, finish } from './store-batches.ts'
import { type Counts, noCounts } from './store-part.ts'

/** What the stored parts of a submission come to. */
export interface StoredWhole {
  readonly parts: ReceiptPart[]
  readonly counts: Counts
  readonly recordCount: number
  /** What stands inline in the receipt. */
  readonly records: RecordOutcome[]
}

/** Reads the parts of a submission whose row the transaction has locked, so that none is added meanwhile. */
export async function storedWhole(trx: Transaction<Tables>, submissionNo: number): Promise<StoredWhole> {
  const rows = await trx
    .selectFrom('part')
    .select(['part_no', 'part_id', 'first_record', 'record_count', 'root', 'outcomes_digest', 'counts'])
    .where('submission_no', '=', submissionNo)
    .orderBy('part_no')
    .execute()
  const counts = noCounts()
  for (const row of rows) addCounts(counts, row.counts as Counts)
  const recordCount = rows.reduce((sum, row) => sum + row.record_count, 0)
  const wanted: RecordOutcome[] = []
  for (const row of rows) {
    const all = recordCount <= inlineRecordsMax
    if (wanted.length >= inlineRecordsMax) break
    if (!all && (row.counts as Counts).refused === 0) continue
    const { outcomes: page } = await trx.selectFrom('part').select('outcomes').where('part_id', '=', row.part_id).executeTakeFirstOrThrow()
    const list = parsePage(page)
    wanted.push(...(all ? list : list.filter((outcome) => outcome.outcome === 'refused')))
  }
  const parts = rows.map((row) => ({
    part: row.part_no,
    from: row.first_record,
    count: row.record_count,
    root: row.root,
    outcomes: row.outcomes_digest,
  }))
  return { parts, counts, recordCount, records: wanted.slice(0, inlineRecordsMax) }
}

/** Makes the receipt of a submission whose parts are all stored. */
export async function finishStored(hub: Hub, facts: Facts, receivedAt: Date, bytes: number): Promise<void> {
  await hub.db.transaction().execute(async (trx) => {
    const open = await trx
      .selectFrom('submission')
      .select('submission_no')
      .where('submission_no', '=', facts.submissionNo)
      .where('state', '=', 'storing')
      .forUpdate()
      .executeTakeFirst()
    if (open === undefined) return
    await finishLocked(trx, hub, facts, receivedAt, await storedWhole(trx, facts.submissionNo), bytes)
  })
}

/**
 * Fixes the receipt over what is stored; the transaction has locked the submission's row.
 * @param bytes of the body that are judged: all of them, unless it was cancelled
 */
export async function finishLocked(
  trx: Transaction<Tables>,
  hub: Hub,
  facts: Facts & { readonly cancelled?: Cancelled },
  receivedAt: Date,
  whole: StoredWhole,
  bytes: number,
): Promise<Buffer> {
  return await finish(trx, hub, facts, receivedAt, whole.parts, whole.counts, whole.recordCount, whole.records, bytes)
}
