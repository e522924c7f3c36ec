import type { EarlierEpoch, Tables } from '@huijiao/database'
import { sql, type Transaction } from 'kysely'
import type { Caller, Hub } from './hub.ts'
import { Problem } from '@huijiao/problem'
import { findLink } from './link.ts'
import { addPendingEntry } from './log.ts'
import { findNeighbour } from './neighbour.ts'

/** Most delivery ids in one question. */
export const deliveriesAskedMax = 1000

/**
 * Which deliveries of a lower node are not here: what it asks after this node was restored to before it took them.
 * @throws Problem not-allowed
 */
export async function unknownDeliveries(hub: Pick<Hub, 'db'>, caller: Caller, ids: readonly string[]): Promise<string[]> {
  if (caller.kind !== 'node') throw new Problem('not-allowed', { zh: '只有下级节点询问投递', en: 'This is between nodes' })
  if (ids.length === 0) return []
  const rows = await hub.db
    .selectFrom('submission')
    .select('id')
    .where('participant_id', '=', caller.participantId)
    .where('id', 'in', [...ids])
    .execute()
  const known = new Set(rows.map((row) => row.id))
  return ids.filter((id) => !known.has(id))
}

/** Forks of an upstream after which its deliveries have not been looked at yet. */
export async function openForks(hub: Pick<Hub, 'db'>, upstream: string): Promise<EarlierEpoch[]> {
  const row = await findNeighbour(hub.db, 'above', upstream)
  return (row?.earlier ?? []).filter((one) => one.open === true)
}

/**
 * After an upstream was restored: opens again every finished delivery of a link that it does not know any more. The stored delivery goes up once more,
 * with the same id and the same bytes, in the old order and before anything new; so the link stands where it stood at the upstream's fork. Receipts
 * that the upstream had given are kept beside.
 * @param unknownAbove of these ids, those that the upstream does not know
 * @returns how many were opened
 */
export async function reopenDeliveries(
  hub: Hub,
  linkName: string,
  fork: EarlierEpoch,
  unknownAbove: (ids: readonly string[]) => Promise<readonly string[]>,
): Promise<number> {
  const link = await findLink(hub.db, linkName)
  const lost = await lostAbove(hub, link.link_no, unknownAbove)
  await hub.db.transaction().execute(async (trx) => {
    await openAgain(trx, link.link_no, lost, fork)
    const row = await findNeighbour(trx, 'above', link.upstream_name)
    const earlier = (row?.earlier ?? []).map((one) => (one.id === fork.id ? { ...one, open: false } : one))
    await trx
      .updateTable('neighbour')
      .set({ earlier: JSON.stringify(earlier) })
      .where('side', '=', 'above')
      .where('name', '=', link.upstream_name)
      .execute()
    await addPendingEntry(trx, {
      kind: 'link',
      instant: hub.clock.now(),
      actor: 'node',
      subject: link.name,
      body: {
        action: 'upstream-restored',
        upstream: link.upstream_name,
        left: { number: fork.number, id: fork.id, seen: fork.size },
        fork: fork.fork ?? 0,
        reason: fork.reason ?? '',
        deliveries: lost.length,
      },
    })
  })
  hub.onPending()
  return lost.length
}

/**
 * The same for a far side that is no node, and so has no epochs: a database of its own that was put back to an older state has earlier deliveries of this
 * node, and not the newest one that it had taken. One that has none at all was cleared by its owner, who had taken what was there; that is no loss.
 * @param known of these ids, those that the far side still has as taken; null when it has nothing of this node beside what is open
 * @returns how many were opened
 */
export async function reopenPutBack(
  hub: Hub,
  linkName: string,
  known: (ids: readonly string[], open: readonly string[]) => Promise<ReadonlySet<string> | null>,
): Promise<number> {
  const link = await findLink(hub.db, linkName)
  const [newest] = await finishedBefore(hub, link.link_no, null, 1)
  if (newest === undefined) return 0
  // What is open may be there or not, and tells nothing.
  const rows = await hub.db
    .selectFrom('delivery')
    .select('delivery_id')
    .where('link_no', '=', link.link_no)
    .where('state', '=', 'open')
    .execute()
  const open = rows.map((row) => row.delivery_id)
  const there = await known([newest.delivery_id], open)
  if (there === null || there.has(newest.delivery_id)) return 0
  const lost = await lostAbove(hub, link.link_no, async (ids) => {
    const still = (await known(ids, open)) ?? new Set()
    return ids.filter((id) => !still.has(id))
  })
  const at = hub.clock.now()
  await hub.db.transaction().execute(async (trx) => {
    await openAgain(trx, link.link_no, lost, { number: 0, id: `put-back/${at.toISOString()}` })
    await addPendingEntry(trx, {
      kind: 'link',
      instant: at,
      actor: 'node',
      subject: link.name,
      body: { action: 'far-side-restored', upstream: link.upstream_name, deliveries: lost.length },
    })
  })
  hub.onPending()
  return lost.length
}

/** Finished deliveries of a link, newest first. */
const finishedBefore = (
  hub: Hub,
  linkNo: number,
  before: number | null,
  limit: number,
): Promise<{ delivery_id: string; number: number }[]> =>
  hub.db
    .selectFrom('delivery')
    .select(['delivery_id', 'number'])
    .where('link_no', '=', linkNo)
    .where('state', '=', 'finished')
    .where(({ eb, val }) => (before === null ? val(true) : eb('number', '<', before)))
    .orderBy('number', 'desc')
    .limit(limit)
    .execute()

/** The far side has what it had taken when it was saved, so what it lacks is at the end: newest first, until a whole page is known to it. */
async function lostAbove(
  hub: Hub,
  linkNo: number,
  unknownAbove: (ids: readonly string[]) => Promise<readonly string[]>,
): Promise<string[]> {
  const lost: string[] = []
  for (let before: number | null = null; ;) {
    const page = await finishedBefore(hub, linkNo, before, deliveriesAskedMax)
    const unknown = page.length === 0 ? [] : await unknownAbove(page.map((row) => row.delivery_id))
    lost.push(...unknown)
    if (unknown.length === 0 || page.length < deliveriesAskedMax) return lost
    before = page.at(-1)?.number ?? 0
  }
}

/** @param left the life of the far side in which the receipts were given that are kept beside */
async function openAgain(
  trx: Transaction<Tables>,
  linkNo: number,
  lost: readonly string[],
  left: { readonly number: number; readonly id: string },
): Promise<void> {
  await sql`select 1 from link where link_no = ${linkNo} for update`.execute(trx)
  for (let from = 0; from < lost.length; from += 1000) {
    const ids = sql`any(${lost.slice(from, from + 1000)}::uuid[])`
    await sql`
      insert into receipt_before (delivery_id, epoch, epoch_id, receipt, finished_at)
      select delivery_id, ${left.number}, ${left.id}, receipt, finished_at from delivery
      where delivery_id = ${ids} and state = 'finished' and receipt is not null
      on conflict do nothing`.execute(trx)
    await sql`
      update delivery set state = 'open', receipt = null, counts = null, finished_at = null, attempts = 0, server_failures = 0, last_status = null,
             last_error = null
      where delivery_id = ${ids} and state = 'finished'`.execute(trx)
  }
  // Whether bytes of attachments are above is asked again, one by one.
  if (lost.length > 0) await trx.deleteFrom('attachment_sent').where('link_no', '=', linkNo).execute()
}
