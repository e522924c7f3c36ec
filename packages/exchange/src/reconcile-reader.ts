import { setTimeout as delay } from 'node:timers/promises'
import type { Tables } from '@huijiao/database'
import { int4Array, int8Array, retryDeadlocks, uuidArray } from '@huijiao/database'
import { itemId, itemValue, parseLogLeaf } from '@huijiao/merkle'
import { type Kysely, sql, type Transaction } from 'kysely'
import { type DeliveryRow, partSizes, placesOf } from './delivery.ts'
import type { Hub } from './hub.ts'
import { readJudgement } from './judgement.ts'
import { keptBytes } from './kept-bytes.ts'
import { readLogHead } from './log.ts'
import { lockPlace, lockReader, setReader } from './reader.ts'
import { publicRecordId } from './record-id.ts'
import { mendStreams } from './reconcile-mend.ts'
import { freshenSet, type NewItem, periodOf, putItems, setNoOf, touchBuckets } from './reconcile-set.ts'

const readerName = 'reconcile'
const entriesMax = 25

/**
 * Reads the sequenced log on and keeps the sets by which neighbours compare what they hold: of a `delivery` entry the versions that the receipt says
 * are stored above, of a `part` entry from a lower node those that were stored here. Several processes may call this at once.
 * @returns true when there is more to read
 */
export async function watchSets(hub: Hub): Promise<boolean> {
  return await retryDeadlocks(() =>
    hub.db.transaction().execute(async (trx) => {
      const cursor = await lockReader(trx, readerName)
      const size = (await readLogHead(trx))?.size ?? 0
      if (cursor >= size) return false
      const { rows } = await sql<{ index: number; kind: string; subject: string | null; delivery: string | null; part_id: number | null }>`
        select e.index, e.kind, e.subject, case when e.kind = 'delivery' then e.body::json ->> 'delivery' end as delivery, e.part_id
        from log_entry e
        where e.index >= ${cursor} and e.index < ${size} and e.kind in ('part', 'delivery') order by e.index limit ${entriesMax}`.execute(
        trx,
      )
      for (const [peer, list] of Map.groupBy(
        rows.filter((row) => row.kind === 'delivery' && row.subject !== null && row.delivery !== null),
        (row) => row.subject as string,
      )) {
        const ids = list.map((row) => row.delivery as string)
        await noteDelivered(trx, hub, peer, ids)
      }
      await noteStored(
        trx,
        rows.flatMap((row) => (row.kind === 'part' && row.part_id !== null ? [row.part_id] : [])),
      )
      await setReader(trx, readerName, rows.length < entriesMax ? size : (rows.at(-1) as { index: number }).index + 1)
      return rows.length === entriesMax
    }),
  )
}

/** Reads the log to its end. */
export async function catchUpSets(hub: Hub): Promise<void> {
  while (await watchSets(hub)) continue
}

/** What is committed but not numbered yet is waited for so long. */
const numberedWithinMs = 3000

/**
 * Waits until what is committed now stands in the log, where the reader finds it: a receipt may have left a moment before its entry was numbered. Without
 * a sequencer at work it gives up; what is missing then looks like a difference that settles.
 */
export async function untilNumbered(hub: Hub): Promise<void> {
  const { rows } = await sql<{
    last: number | null
  }>`select max(pending_id) as last from log_pending where kind in ('part', 'delivery')`.execute(hub.db)
  const last = rows[0]?.last ?? null
  const until = performance.now() + numberedWithinMs
  while (last !== null && performance.now() < until) {
    const { rows: left } = await sql`select 1 from log_pending where pending_id <= ${last} limit 1`.execute(hub.db)
    if (left.length === 0) return
    await delay(20)
  }
}

/** Makes all digests of a set anew of which something changed. */
export async function freshen(hub: Hub, setNo: number): Promise<void> {
  await retryDeadlocks(() =>
    hub.db.transaction().execute(async (trx) => {
      await lockPlace(trx, readerName)
      await freshenSet(trx, setNo)
    }),
  )
}

/** Runs work that changes a set while nothing is put into it. */
export const withSets = <T>(hub: Hub, work: (trx: Transaction<Tables>) => Promise<T>): Promise<T> =>
  retryDeadlocks(() =>
    hub.db.transaction().execute(async (trx) => {
      await lockPlace(trx, readerName)
      return await work(trx)
    }),
  )

export interface PlaceRow {
  readonly part_id: number
  readonly ordinal: number
  readonly record_id: string
  readonly entity: string
  readonly operation: string
  readonly epoch: number
  readonly n: number
  readonly commitment: Buffer
  readonly stream: string
}

const columns = sql`v.part_id, v.ordinal, v.record_id, v.entity, v.operation, v.epoch, v.n, v.commitment, s.origin || '/' || s.participant as stream`

/** What names a version in every set. */
export const idOfRow = (row: Pick<PlaceRow, 'entity' | 'record_id' | 'stream' | 'epoch' | 'n'>): Buffer =>
  itemId({ entity: row.entity, recordId: publicRecordId(row.record_id), stream: row.stream, epoch: row.epoch, n: row.n })

async function noteDelivered(trx: Transaction<Tables>, hub: Hub, peer: string, ids: readonly string[]): Promise<void> {
  const link = await trx.selectFrom('link').select('link_no').where('name', '=', peer).executeTakeFirst()
  if (link === undefined) return
  const { rows: found } = await sql<DeliveryRow>`
    select * from delivery where delivery_id = any(${uuidArray(ids)}::uuid[]) and link_no = ${link.link_no} and state = 'finished' and receipt is not null`.execute(
    trx,
  )
  const byId = new Map(found.map((row) => [row.delivery_id, row]))
  const sizes = await partSizes(
    trx,
    found.flatMap((delivery) => delivery.items.filter((item) => item[2] === null).map((item) => item[1])),
  )
  const stored = ids.flatMap((id) => {
    const delivery = byId.get(id)
    const judgement = delivery === undefined ? null : readJudgement(keptBytes(delivery.receipt as Buffer), delivery)
    if (delivery === undefined || judgement === null) return []
    return placesOf(delivery.items, (partId) => sizes.get(partId) ?? 0).flatMap((place, position) => {
      const { outcome = null, stands = null } = judgement.outcomes[position] ?? {}
      return outcome === 'refused' ? [] : [{ ...place, unchanged: outcome === 'unchanged', stands, again: delivery.kind !== 'range' }]
    })
  })
  if (stored.length === 0) return
  const [versions, instants] = await Promise.all([versionsAt(trx, stored), instantsOf(trx, [...new Set(stored.map((one) => one.index))])])
  const setNo = await setNoOf(trx, { side: 'up', peer })
  const items = stored.flatMap((place): NewItem[] => {
    const row = versions.get(`${place.partId}/${place.ordinal}`)
    const instant = instants.get(place.index)
    if (row === undefined || instant === undefined) return []
    return [
      {
        period: periodOf(instant),
        entity: row.entity,
        id: idOfRow(row),
        value: itemValue(place.stands ?? (place.tombstone ? 'no-longer-qualifies' : row.operation), row.commitment),
        epoch: hub.node.epoch,
        logIndex: place.index,
        partId: place.partId,
        ordinal: place.ordinal,
        unchanged: place.unchanged,
      },
    ]
  })
  await putItems(trx, setNo, items)
  await noteElsewhere(
    trx,
    link.link_no,
    setNo,
    stored.filter((one) => one.again && one.unchanged),
  )
}

/** Reason in `parked` of a version that reconciliation sends again. */
export const missingAbove = 'missing-above'

/** What was sent again because it is missing above, and was there: another lower node had brought it. It is above, but not from this link. */
async function noteElsewhere(
  trx: Transaction<Tables>,
  linkNo: number,
  setNo: number,
  places: readonly { partId: number; ordinal: number }[],
): Promise<void> {
  if (places.length === 0) return
  const { rows } = await sql<{ groupNo: number; bucket: number }>`
    update reconcile_item i set elsewhere = true
    from reconcile_group g, parked p,
         unnest(${int8Array(places.map((one) => one.partId))}::int8[], ${int4Array(places.map((one) => one.ordinal))}::int4[]) as t (part_id, ordinal)
    where g.set_no = ${setNo} and i.group_no = g.group_no and i.part_id = t.part_id and i.ordinal = t.ordinal and not i.elsewhere
      and p.link_no = ${linkNo} and p.part_id = t.part_id and p.ordinal = t.ordinal and p.reason = ${missingAbove} and p.state = 'delivered'
    returning i.group_no as "groupNo", i.bucket`.execute(trx)
  await touchBuckets(trx, rows)
}

async function versionsAt(db: Kysely<Tables>, places: readonly { partId: number; ordinal: number }[]): Promise<Map<string, PlaceRow>> {
  const { rows } = await sql<PlaceRow>`
    select ${columns}
    from unnest(${int8Array(places.map((one) => one.partId))}::int8[], ${int4Array(places.map((one) => one.ordinal))}::int4[]) as t (part_id, ordinal)
    join version v on v.part_id = t.part_id and v.ordinal = t.ordinal join source s using (source_no)`.execute(db)
  return new Map(rows.map((row) => [`${row.part_id}/${row.ordinal}`, row]))
}

async function instantsOf(db: Kysely<Tables>, indexes: readonly number[]): Promise<Map<number, Date>> {
  const { rows } = await sql<{ index: number; instant: Date }>`
    select index, instant from log_entry where index = any(${int8Array(indexes)}::int8[])`.execute(db)
  return new Map(rows.map((row) => [row.index, row.instant]))
}

interface CustodyOf {
  readonly part_id: number
  readonly ordinals: [here: number, source: number][]
  /** Index and leaf of the entry in the sender's log. */
  readonly index: string
  readonly leaf: string
}

async function noteStored(trx: Transaction<Tables>, partIds: readonly number[]): Promise<void> {
  if (partIds.length === 0) return
  const { rows: parts } = await sql<{ part_id: number; participant_id: string; epoch: string; version_count: number }>`
    select p.part_id, p.version_count, s.participant_id, s.envelope::json -> 'from' -> 'epoch' ->> 'number' as epoch
    from part p join submission s using (submission_no)
    where p.part_id = any(${int8Array(partIds)}::int8[]) and s.kind = 'versions' and s.came_from_above is null and p.version_count > 0`.execute(
    trx,
  )
  if (parts.length === 0) return
  const ids = int8Array(parts.map((row) => row.part_id))
  const [{ rows: versions }, { rows: custody }] = await Promise.all([
    sql<PlaceRow>`
      select ${columns} from version v join source s using (source_no) where v.part_id = any(${ids}::int8[]) order by v.part_id, v.ordinal`.execute(
      trx,
    ),
    sql<CustodyOf>`
      select part_id, ordinals, document::json ->> 'index' as index, document::json ->> 'leaf' as leaf
      from custody where part_id = any(${ids}::int8[])`.execute(trx),
  ])
  // Gone before they were ever read: their streams must not go on standing on them.
  if (versions.length < parts.reduce((sum, row) => sum + row.version_count, 0)) await mendStreams(trx)
  const sourceOf = new Map(
    custody.flatMap(({ part_id, ordinals, index, leaf }) => {
      const instant = parseLogLeaf(leaf)?.instant
      return instant === undefined
        ? []
        : ordinals.map(([here]) => [`${part_id}/${here}`, { index: Number(index), period: periodOf(new Date(instant)) }] as const)
    }),
  )
  const partOf = new Map(parts.map((row) => [row.part_id, row]))
  for (const [participant, list] of Map.groupBy(versions, (row) => partOf.get(row.part_id)?.participant_id as string)) {
    const items = list.flatMap((row): NewItem[] => {
      const source = sourceOf.get(`${row.part_id}/${row.ordinal}`)
      if (source === undefined) return []
      return [
        {
          period: source.period,
          entity: row.entity,
          id: idOfRow(row),
          value: itemValue(row.operation, row.commitment),
          epoch: Number(partOf.get(row.part_id)?.epoch ?? 0),
          logIndex: source.index,
          partId: row.part_id,
          ordinal: row.ordinal,
          unchanged: false,
        },
      ]
    })
    await putItems(trx, await setNoOf(trx, { side: 'down', peer: participant }), items)
  }
}
