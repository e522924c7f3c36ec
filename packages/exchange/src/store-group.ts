import { firstFailure, isPassing, retryDeadlocks, sqlState, type Tables } from '@huijiao/database'
import type { Transaction } from 'kysely'
import type { Ahead } from './batches.ts'
import { at as faultPoint } from './fault-point.ts'
import type { Hub } from './hub.ts'
import { keyOf } from './merge-look.ts'
import type { Opened, Prepared } from './open-submission.ts'
import { giveBack } from './prepared-columns.ts'
import { type Facts, partInput } from './store-batches.ts'
import { beginPart, type BegunPart, mergePart, type PartInput, rowAndEntry } from './store-part.ts'
import { streamTaken } from './stream.ts'

/** How far a submission is stored. */
export interface StoredTo {
  readonly byte: number
  readonly record: number
  readonly partNo: number
}

/** Parts of a submission that share a transaction. */
export interface StoredGroup {
  /**
   * Settles when the group before is committed and all of this one is on its way to the server, with nothing among it that waits for another writer: how far
   * the submission is then. The next group may begin. Null when it is paused or ended, when another process has stored these parts, or when it failed.
   */
  readonly sent: Promise<StoredTo | null>
  /** Settles after the commit, the same way. @throws what the transaction throws */
  readonly committed: Promise<StoredTo | null>
}

/** Parts that one transaction stores at most: what a kill or another writer can undo, and how long rows stay locked. */
const partsAtOnce = 4

/**
 * Stores the next parts of a registered submission in one transaction. They share its commit, and while the server writes one part this process
 * decides and encodes the one behind it: neither waits for the other. Nor does a group wait while the server writes the last part of the one before and
 * the disk takes its commit: it is committed after that one, or not at all.
 * @param before the group before, which is sent
 */
export function storeGroup(
  hub: Hub,
  facts: Facts,
  opened: Opened,
  batches: Ahead<Prepared[]>,
  from: StoredTo,
  before: StoredGroup | null,
  partsMax = partsAtOnce,
): StoredGroup {
  const { promise: sent, resolve: tellSent } = Promise.withResolvers<StoredTo | null>()
  let told = false
  /** What was asked for so far: a second try stores the very same. */
  const asked: Promise<Prepared[] | undefined>[] = []
  const batchAt = (at: number): Promise<Prepared[] | undefined> => {
    if (at === partsMax) return Promise.resolve(undefined)
    const batch = (asked[at] ??= batches.next())
    batch.catch(() => undefined) // heard when it is its turn
    return batch
  }
  const store = async (): Promise<StoredTo | null> => {
    // Before a connection is taken: what begins to read the body asks the database who its source is, and must not wait for a connection that waits for it.
    if ((await batchAt(0)) === undefined) {
      if (before !== null) await afterIt(before)
      return from
    }
    const storeOnce = (careful: boolean) =>
      hub.db.transaction().execute((trx) =>
        storeParts(trx, hub, facts, opened, batchAt, from, before, careful, (all) => {
          told = true
          tellSent(all)
        }),
      )
    let careful = false
    const to = await retryDeadlocks(() =>
      storeOnce(careful)
        .catch((error: unknown) => {
          if (!streamTaken(error)) throw error
          // Before the next group began: each of these inserts is answered before this one is sent.
          careful = true
          return storeOnce(careful)
        })
        .catch((error: unknown) => {
          // The group behind has rows locked by now that a second try would wait for, while that group waits for this one.
          throw told && isPassing(error) ? new Undone('undone after the next group had begun', { cause: error }) : error
        }),
    )
    faultPoint('after-commit')
    hub.onPending()
    // No second try will read them again.
    for (const batch of asked) for (const line of (await batch) ?? []) giveBack(line)
    return to
  }
  const committed = store().catch(async (error: unknown) => {
    await before?.committed.catch(() => undefined)
    // Another process stored the first of these parts between our look and our insert.
    if (error instanceof Overtaken || isOvertaken(error)) return null
    throw error
  })
  committed.then(tellSent, () => tellSent(null))
  return { sent, committed }
}

/** The server undid a group, and with it the one behind, for a reason that passes: what the row does not count is to be stored once more. */
export class Undone extends Error {}

/** The part stands already. Any other key that is taken is a failure, and must not look like somebody else's work. */
const isOvertaken = (error: unknown): boolean =>
  sqlState(error) === '23505' && (error as { constraint?: string }).constraint === 'part_submission_no_part_no_key'

/** The parts are not this process's to store, or not now: the transaction is undone. */
class Overtaken extends Error {}

async function afterIt(before: StoredGroup): Promise<void> {
  if ((await before.committed) === null) throw new Overtaken()
}

async function storeParts(
  trx: Transaction<Tables>,
  hub: Hub,
  facts: Facts,
  opened: Opened,
  batchAt: (at: number) => Promise<Prepared[] | undefined>,
  from: StoredTo,
  before: StoredGroup | null,
  careful: boolean,
  tellSent: (to: StoredTo) => void,
): Promise<StoredTo> {
  const writing: Promise<unknown>[] = []
  const locking: Promise<unknown>[] = []
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
      if (count === 1 && before !== null) begun = beginAfter(before, () => beginPart(trx, hub, input))
      const part = await mergePart(trx, hub, input, await begun, { streamsSent, later, careful })
      locking.push(part.locked)
      later(rowAndEntry(facts.submissionNo, input, part).execute(trx))
      to = { byte: byteTo, record: to.record + batch.length, partNo: to.partNo + 1 }
      batch = await following
      // What was decided anew is not what the next part's look saw.
      begun = part.decidedAgain ? undefined : ahead
    }
    await Promise.all(locking)
    if (before !== null) await afterIt(before)
    tellSent(to)
    await Promise.all(writing)
    const { numUpdatedRows } = await trx
      .updateTable('submission')
      .set({ stored_bytes: to.byte, stored_records: to.record })
      .where('submission_no', '=', facts.submissionNo)
      .where('state', '=', 'storing')
      .where('stored_records', '=', from.record)
      .executeTakeFirstOrThrow()
    if (numUpdatedRows === 0n) throw new Overtaken()
    faultPoint('before-commit')
    return to
  } catch (error) {
    throw await firstFailure([Promise.reject(error), ...writing])
  }
}

/**
 * Looks for what the records of a part meet while the last of the group before is written and committed. Streams that it has touched are locked by it, so a look waits for it; only a
 * parent that it brings is not seen yet, and whoever misses one looks again afterwards. A parent that it ends is none: no submission ends what is in force.
 */
async function beginAfter(before: StoredGroup, begin: () => Promise<BegunPart>): Promise<BegunPart> {
  const begun = await begin()
  const { parents } = await begun.merge.seen
  const all = begun.merge.keyed.every((record) => record.parents.every((parent) => parents.has(keyOf(parent.digest))))
  if (all) return begun
  await afterIt(before)
  return await begin()
}
