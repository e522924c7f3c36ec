import { firstFailure, retryDeadlocks, sqlState, type Tables } from '@huijiao/database'
import { sql, type Transaction } from 'kysely'
import type { Ahead } from './batches.ts'
import { at as faultPoint } from './fault-point.ts'
import type { Hub } from './hub.ts'
import type { Opened, Prepared } from './open-submission.ts'
import { type Facts, partInput } from './store-batches.ts'
import { beginPart, type BegunPart, mergePart, type PartInput, rowAndEntry } from './store-part.ts'

/** How far a submission is stored. */
export interface StoredTo {
  readonly byte: number
  readonly record: number
  readonly partNo: number
}

/** Parts that one transaction stores at most: what a kill or another writer can undo, and how long rows stay locked. */
const partsAtOnce = 4

/**
 * Stores the next parts of a registered submission in one transaction. They share its commit, and while the server writes one part this process
 * decides and encodes the one behind it: neither waits for the other.
 * @returns how far it is now; null when it is paused or ended, or another process has stored these parts
 */
export async function storeGroup(
  hub: Hub,
  facts: Facts,
  opened: Opened,
  batches: Ahead<Prepared[]>,
  from: StoredTo,
  partsMax = partsAtOnce,
): Promise<StoredTo | null> {
  /** What was asked for so far: a second try stores the very same. */
  const asked: Promise<Prepared[] | undefined>[] = []
  const batchAt = (at: number): Promise<Prepared[] | undefined> => {
    if (at === partsMax) return Promise.resolve(undefined)
    const batch = (asked[at] ??= batches.next())
    batch.catch(() => undefined) // heard when it is its turn
    return batch
  }
  // Before a connection is taken: what begins to read the body asks the database who its source is, and must not wait for a connection that waits for it.
  if ((await batchAt(0)) === undefined) return from
  return await retryDeadlocks(() => hub.db.transaction().execute((trx) => storeParts(trx, hub, facts, opened, batchAt, from))).catch(
    (error: unknown) => {
      // Another process stored the first of these parts between our look and our insert.
      if (sqlState(error) === '23505') return null
      throw error
    },
  )
}

async function storeParts(
  trx: Transaction<Tables>,
  hub: Hub,
  facts: Facts,
  opened: Opened,
  batchAt: (at: number) => Promise<Prepared[] | undefined>,
  from: StoredTo,
): Promise<StoredTo | null> {
  const { rows } = await sql`
    select 1 from submission where submission_no = ${facts.submissionNo} and state = 'storing' and stored_records = ${from.record}
    for update`.execute(trx)
  if (rows.length === 0) return null
  const writing: Promise<unknown>[] = []
  const later = (one: Promise<unknown>) => {
    one.catch(() => undefined) // heard before the commit
    writing.push(one)
  }
  try {
    let to = from
    let batch = await batchAt(0)
    let begun: Promise<BegunPart> | undefined
    for (let count = 1; batch !== undefined; count += 1) {
      const byteTo = batch.at(-1)?.byteTo ?? to.byte
      const range = { partNo: to.partNo, firstRecord: to.record, byteFrom: to.byte, byteTo }
      const input: PartInput = partInput(facts, opened, batch, range, hub.clock.now())
      faultPoint('validated')
      const following = batchAt(count)
      let ready: Prepared[] | undefined
      following.then(
        (one) => (ready = one),
        () => undefined,
      )
      let ahead: Promise<BegunPart> | undefined
      const streamsSent = () => {
        if (ready === undefined) return
        ahead = beginPart(trx, hub, { actor: input.actor, records: ready.map((one) => one.record) })
        ahead.catch(() => undefined) // heard in the next round
      }
      const part = await mergePart(trx, hub, input, await begun, { streamsSent, later })
      later(rowAndEntry(facts.submissionNo, input, part).execute(trx))
      to = { byte: byteTo, record: to.record + batch.length, partNo: to.partNo + 1 }
      batch = await following
      // What was decided anew is not what the next part's look saw.
      begun = part.decidedAgain ? undefined : ahead
    }
    await Promise.all(writing)
    await trx
      .updateTable('submission')
      .set({ stored_bytes: to.byte, stored_records: to.record })
      .where('submission_no', '=', facts.submissionNo)
      .execute()
    faultPoint('before-commit')
    return to
  } catch (error) {
    throw await firstFailure([Promise.reject(error), ...writing])
  }
}
