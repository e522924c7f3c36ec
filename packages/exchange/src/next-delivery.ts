import type { LinkTable, Tables } from '@huijiao/database'
import { inFlight, retryDeadlocks, type Send } from '@huijiao/database'
import { attachmentTravel, type AttachmentTravel } from '@huijiao/standard'
import { type Selectable, sql, type Transaction } from 'kysely'
import { forgetAhead, noteAhead, noteLine, othersTurn } from './ahead.ts'
import { batchRecordsMax } from './batch-size.ts'
import { type DeliveryRow, insertDelivery, openDelivery } from './delivery.ts'
import type { DeliveryBody } from './delivery-body.ts'
import { itemsOf } from './delivery-items.ts'
import { restOfEntities } from './link-flow.ts'
import type { Hub } from './hub.ts'
import { isGrouped, readGroups, setCursor, takesOf } from './link-group.ts'
import { beginNear, type NearRange, noteCursor, proofsOfNear, rangeOfNear } from './near-range.ts'
import { packSoon } from './pack-body.ts'
import { withoutOrphans } from './orphans.ts'
import { howToRetry, retryWhatFollows } from './overtaken.ts'
import { type ParkedRow, parkRecords, retryingParked } from './parked.ts'
import { judgeFor, policyNamed } from './policy-in-force.ts'
import { type Candidate, type Chosen, decideCandidates, type Judge } from './qualify.ts'
import { type Range, rangeBytesMax, readEntries, readRange } from './range.ts'
import { deleteSkips, insertSkips, type Place } from './skip.ts'
import { toldBefore } from './told-before.ts'
import { loadVersions, type VersionRow } from './version-rows.ts'

export type LinkRow = Selectable<LinkTable>

/** Most records that one retry takes up again. */
const retryRecordsMax = 500
/** Those of a group stand among those of others, whose time may not have come. */
const retryLookMax = 20_000

export type Next =
  | { readonly kind: 'idle' }
  /** The cursor moved over a range in which nothing goes up. */
  | { readonly kind: 'moved' }
  | { readonly kind: 'paused' }
  /** `body` when it has just been made; `traces` of its submissions when they were read with it. */
  | {
      readonly kind: 'open'
      readonly link: LinkRow
      readonly delivery: DeliveryRow
      readonly body: DeliveryBody | null
      readonly traces: readonly (string | null)[] | null
    }

/**
 * The delivery to send next: an open one, or a new one made from records to be retried, or from the entries past the cursor. Everything that a range
 * decides (skips, children parked with their parents, the delivery or the cursor) is one transaction under the lock of the link's row.
 * @param group of entities, on a link that is divided into groups
 */
export async function nextDelivery(hub: Hub, linkNo: number, group: string = restOfEntities): Promise<Next> {
  if (settled.get(hub)?.delete(linkNo) === true && (await nothingToDo(hub, linkNo))) return { kind: 'idle' }
  const found = await retryDeadlocks(() =>
    inFlight(hub.db, async (trx, send): Promise<Found> => {
      const locked = send(sql<LinkRow>`select * from link where link_no = ${linkNo} for update`)
      // Statements of their own, after the lock: they see what the last holder wrote.
      const looked = send(linkState(linkNo, group))
      const near = beginNear(hub, trx, linkNo)
      const [[link], [state]] = await Promise.all([locked, looked])
      if (link === undefined || state === undefined) throw new Error(`there is no link ${linkNo}`)
      if (!isGrouped(link)) noteCursor(hub, linkNo, link.cursor)
      if (link.paused_at !== null) return { kind: 'paused' }
      const open = state.open ? await openDelivery(trx, linkNo, group) : undefined
      if (open !== undefined) return { kind: 'open', link, delivery: async () => open, body: null, traces: null }
      if (state.size === null) return { kind: 'idle' }
      const { id: policyId, policy } = await policyNamed(hub, trx, state.policy_id)
      const here = isGrouped(link) ? (await readGroups(trx, linkNo)).find((one) => one.name === group) : link
      if (here === undefined) return { kind: 'idle' }
      const recordsMax = Math.min(link.flow.records ?? batchRecordsMax, link.batch_records ?? batchRecordsMax)
      const work: Work = {
        hub,
        trx,
        send,
        link,
        group,
        cursor: here.cursor,
        takes: takesOf(policy, link.flow, group),
        recordsMax,
        anyAhead: state.ahead,
        checkpointSize: state.size,
        judge: judgeFor(policy, link),
        travelOf: (entity) => attachmentTravel(policy, entity, link.upstream_tier),
        policyId,
        number: state.number,
        anyParked: state.parked,
        anyTold: state.told,
        near: near !== null && !isGrouped(link) && near.from === link.cursor && state.root?.equals(near.tip.root) === true ? near : null,
      }
      if (state.retrying) await retryWhatFollows(trx, linkNo)
      const retrying = state.retrying
        ? (await retryingParked(trx, linkNo, isGrouped(link) ? retryLookMax : retryRecordsMax))
            .filter((row) => work.takes(row.entity))
            .slice(0, Math.min(retryRecordsMax, recordsMax))
        : []
      return retrying.length > 0 ? await nextRetry(work, retrying) : await nextRange(work)
    }),
  )
  return found.kind === 'open' ? { ...found, delivery: await found.delivery() } : found
}

/** As `Next`, inside the transaction: a delivery that was just stored is known when its statement is answered. */
type Found =
  | Exclude<Next, { kind: 'open' }>
  | (Omit<Extract<Next, { kind: 'open' }>, 'delivery'> & { readonly delivery: () => Promise<DeliveryRow> })

interface LinkState {
  readonly size: number | null
  /** Of the log at that size. */
  readonly root: Buffer | null
  readonly policy_id: string | null
  /** Number of the next delivery. */
  readonly number: number
  readonly open: boolean
  readonly retrying: boolean
  readonly parked: boolean
  /** Entries past the cursor have been covered. */
  readonly ahead: boolean
  /** Of this link something is known that was told as a tombstone before this node was put back. */
  readonly told: boolean
}

/** All that decides what comes next, in one statement. */
const linkState = (linkNo: number, group: string) => sql<LinkState>`
    select head.size, head.root,
           (select policy_id from policy order by loaded_at desc, policy_id desc limit 1) as policy_id,
           (select coalesce(max(number), 0) + 1 from delivery where link_no = ${linkNo}) as number,
           exists (select 1 from delivery where link_no = ${linkNo} and state = 'open' and group_name = ${group}) as open,
           exists (select 1 from parked where link_no = ${linkNo} and state = 'retrying') as retrying,
           exists (select 1 from parked where link_no = ${linkNo} and state in ('parked', 'retrying')) as parked,
           exists (select 1 from link_ahead where link_no = ${linkNo} and group_name = ${group}) as ahead,
           exists (select 1 from told_before where link_no = ${linkNo}) as told
    from (values (1)) as one left join (select size, root from log_checkpoint order by size desc limit 1) as head on true`

/** Links whose last step settled a delivery: most often nothing new has been numbered since, and a look without a lock is enough. */
const settled = new WeakMap<Hub, Set<number>>()

/** Called when a delivery was settled, before the link is asked for its next one. */
export function noteSettled(hub: Hub, linkNo: number): void {
  const links = settled.get(hub) ?? new Set()
  settled.set(hub, links.add(linkNo))
}

async function nothingToDo(hub: Hub, linkNo: number): Promise<boolean> {
  const { rows } = await sql<{ idle: boolean }>`
    select paused_at is null
       and cursor >= coalesce((select max(size) from log_checkpoint), 0)
       and not exists (select 1 from delivery d where d.link_no = l.link_no and d.state = 'open')
       and not exists (select 1 from parked p where p.link_no = l.link_no and p.state = 'retrying') as idle
    from link l where link_no = ${linkNo}`.execute(hub.db)
  return rows[0]?.idle === true
}

/** What one step of a link works with, inside its transaction. */
export interface Work {
  readonly hub: Hub
  readonly trx: Transaction<Tables>
  readonly send: Send
  readonly link: LinkRow
  readonly group: string
  /** Of the group; the link's own when it has no groups. */
  readonly cursor: number
  /** Whether records of an entity go with this group. */
  readonly takes: (entity: string) => boolean
  readonly recordsMax: number
  readonly anyAhead: boolean
  readonly checkpointSize: number
  readonly judge: Judge
  /** How the attachments of an entity's records go up this link. */
  readonly travelOf: (entity: string) => AttachmentTravel
  readonly policyId: string
  readonly number: number
  readonly anyParked: boolean
  readonly anyTold: boolean
  /** What is behind the cursor, when that was guessed right. */
  readonly near: NearRange | null
}

async function nextRange(work: Work): Promise<Found> {
  const { hub, trx, link, group, cursor } = work
  if (cursor >= work.checkpointSize) return { kind: 'idle' }
  if (work.anyAhead) await forgetAhead(trx, link.link_no, group, cursor)
  const place = {
    group,
    cursor,
    size: work.checkpointSize,
    recordsMax: work.recordsMax,
    bytesMax: bytesMaxOf(link),
    anyAhead: work.anyAhead,
  }
  const others = await othersTurn(trx, hub, link, place)
  if (others.length > 0) {
    await noteAhead(
      trx,
      link.link_no,
      group,
      others.map((one) => one.index),
    )
    return await decideRange({ ...work, near: null }, await readEntries(trx, others), null)
  }
  const near = work.near === null || work.anyAhead ? null : await rangeOfNear(work.near, place)
  const range = near ?? (await readRange(trx, link, place))
  noteLine(hub, link.link_no, group, range.more)
  return await decideRange(near === null ? { ...work, near } : work, range, range.to)
}

/** Zstandard makes a third of it at least; a body that is too large all the same is halved. */
const bytesMaxOf = ({ flow }: LinkRow): number =>
  flow.bodyBytes === undefined ? rangeBytesMax : Math.min(rangeBytesMax, Math.max(4096, flow.bodyBytes * 3))

/** @param to where the cursor goes when all of it is settled; null: it stays, because what goes up goes before its turn */
async function decideRange(work: Work, range: Pick<Range, 'candidates' | 'parts' | 'traces'>, to: number | null): Promise<Found> {
  const { hub, trx, link } = work
  const candidates = range.candidates.filter((one) => work.takes(one.row.entity))
  const decided = await decideCandidates(trx, link.link_no, candidates, work.judge, await toldAmong(work, candidates))
  const { send, parked } = await withoutOrphans(work, decided.send)
  const at = hub.clock.now()
  await insertSkips(trx, link.link_no, decided.skip, work.policyId, at)
  // Only what the link has met before can have been skipped.
  const met = new Set(candidates.filter((one) => one.meeting.kind === 'again').map((one) => `${one.row.part_id}/${one.row.ordinal}`))
  await deleteSkips(
    trx,
    link.link_no,
    decided.send.filter((one) => !one.tombstone && met.has(`${one.row.part_id}/${one.row.ordinal}`)).map(placeOf),
  )
  await parkRecords(trx, link.link_no, parked, at)
  if (send.length === 0) {
    if (to === null) return { kind: 'moved' }
    await setCursor(trx, link, work.group, to)
    if (!isGrouped(link)) noteCursor(hub, link.link_no, to)
    return to < work.checkpointSize || parked.length + decided.skip.length > 0 ? { kind: 'moved' } : { kind: 'idle' }
  }
  if (to !== null && !isGrouped(link)) noteCursor(hub, link.link_no, to)
  return await create(work, 'range', send, { from: work.cursor, to: to ?? work.cursor }, range.parts, range.traces)
}

/** Commitments, in hex, of those candidates that were told as tombstones before this node was put back. */
async function toldAmong({ trx, link, anyTold }: Work, candidates: readonly Candidate[]): Promise<Set<string>> {
  return anyTold
    ? await toldBefore(
        trx,
        link.link_no,
        candidates.map((one) => one.row.commitment),
      )
    : new Set()
}

/** Records that are taken up again are judged again: what no longer qualifies is skipped, and a tombstone is sent as one. What may stand above goes up in any case. */
async function nextRetry(work: Work, retrying: readonly ParkedRow[]): Promise<Found> {
  const { hub, trx, link } = work
  const items = itemsOf(
    retrying.map((row) => ({ row, logIndex: row.log_index, tombstone: false, flags: [] })),
    () => -1,
  )
  const parts = await loadVersions(trx, items)
  const how = await howToRetry(trx, link.link_no, work.cursor, retrying)
  const candidates = retrying.flatMap((parked): Candidate[] => {
    const row = parts.get(parked.part_id)?.[parked.ordinal] as VersionRow
    const as = how.get(`${parked.part_id}/${parked.ordinal}`)
    if (as === 'superseded') return []
    return [{ row, logIndex: parked.log_index, meeting: as === undefined ? { kind: 'new' } : { kind: 'unjudged', as } }]
  })
  const decided = await decideCandidates(trx, link.link_no, candidates, work.judge, await toldAmong(work, candidates))
  const at = hub.clock.now()
  const names = (rows: readonly ParkedRow[]) => new Set(rows.map((row) => `${row.part_id}/${row.ordinal}`))
  const { send, parked } = await withoutOrphans(work, decided.send, names(retrying), names(retrying.filter((row) => row.unjudged)))
  await insertSkips(trx, link.link_no, decided.skip, work.policyId, at)
  await deleteSkips(trx, link.link_no, send.filter((one) => !one.tombstone).map(placeOf))
  await parkRecords(trx, link.link_no, parked, at)
  const unsent = [
    ...decided.skip.filter((one) => !one.tombstone),
    ...retrying
      .filter((row) => how.get(`${row.part_id}/${row.ordinal}`) === 'superseded')
      .map((row) => ({ partId: row.part_id, ordinal: row.ordinal })),
  ]
  for (const one of unsent) {
    await trx
      .updateTable('parked')
      .set({ state: 'superseded', resolved_at: at })
      .where('link_no', '=', link.link_no)
      .where('part_id', '=', one.partId)
      .where('ordinal', '=', one.ordinal)
      .execute()
  }
  if (send.length === 0) return { kind: 'moved' }
  return await create(work, 'retry', send, { from: work.cursor, to: work.cursor }, parts, null)
}

async function create(
  work: Work,
  kind: 'range' | 'retry',
  send: readonly Chosen[],
  range: { from: number; to: number },
  parts: ReadonlyMap<number, VersionRow[]>,
  traces: readonly (string | null)[] | null,
): Promise<Found> {
  const { hub, trx, link } = work
  const { row, body } = await insertDelivery(
    trx,
    hub,
    {
      link_no: link.link_no,
      kind,
      path: '',
      parent: null,
      from_index: range.from,
      to_index: range.to,
      group_name: work.group,
      number: work.number,
      items: itemsOf(send, (partId) => parts.get(partId)?.length ?? -1, work.travelOf),
      checkpointSize: work.checkpointSize,
      createdAt: hub.clock.now(),
      sealed: link.sealed,
    },
    { loaded: parts, send: work.send, proofs: kind === 'range' && work.near !== null ? proofsOfNear(work.near, trx) : undefined },
  )
  packSoon(body)
  return { kind: 'open', link, delivery: row, body, traces }
}

const placeOf = (one: { readonly row: { readonly part_id: number; readonly ordinal: number } }): Place => ({
  partId: one.row.part_id,
  ordinal: one.row.ordinal,
})
