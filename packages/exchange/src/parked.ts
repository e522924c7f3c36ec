import type { ParkedTable, Tables } from '@huijiao/database'
import { byteaArray, int4Array, int8Array } from '@huijiao/database'
import { type Kysely, type Selectable, sql, type Transaction } from 'kysely'
import { regionWithin } from './bounds.ts'
import { isLater } from './later.ts'
import type { VersionRow } from './version-rows.ts'
import type { Place } from './skip.ts'

export type ParkedRow = Selectable<ParkedTable>

/** A record set aside on a link, with why. */
export interface NewParked {
  readonly row: VersionRow
  readonly logIndex: number
  /** Problem code, or `parent-parked`. */
  readonly reason: string
  /** Problem documents as the level above gave them. */
  readonly problems: readonly unknown[]
  readonly deliveryId: string
  /** Parked only because this parent is. */
  readonly parent: Place | null
  /** It was sent and no receipt says what became of it: an earlier answer may be lost, and it may stand above. */
  readonly unjudged: boolean
}

/**
 * Sets records aside. One that was parked before keeps its row and counts one retry more. What may stand above may do so until a receipt takes it: one that
 * refuses a later sending (a grant that was taken away, say) does not tell what an earlier one stored.
 */
export async function parkRecords(trx: Transaction<Tables>, linkNo: number, parked: readonly NewParked[], at: Date): Promise<void> {
  for (let from = 0; from < parked.length; from += 500) {
    await trx
      .insertInto('parked')
      .values(
        parked.slice(from, from + 500).map(({ row, logIndex, reason, problems, deliveryId, parent, unjudged }) => ({
          link_no: linkNo,
          part_id: row.part_id,
          ordinal: row.ordinal,
          log_index: logIndex,
          record_id: row.record_id,
          entity: row.entity,
          reporting_region: row.reporting_region,
          participant: row.stream,
          reason,
          problems: JSON.stringify(problems),
          delivery_id: deliveryId,
          parked_at: at,
          state: 'parked' as const,
          resolved_at: null,
          parent_part: parent?.partId ?? null,
          parent_ordinal: parent?.ordinal ?? null,
          unjudged,
        })),
      )
      .onConflict((conflict) =>
        conflict.columns(['link_no', 'part_id', 'ordinal']).doUpdateSet((set) => ({
          reason: set.ref('excluded.reason'),
          problems: set.ref('excluded.problems'),
          delivery_id: set.ref('excluded.delivery_id'),
          parked_at: set.ref('excluded.parked_at'),
          parent_part: set.ref('excluded.parent_part'),
          parent_ordinal: set.ref('excluded.parent_ordinal'),
          state: 'parked' as const,
          resolved_at: null,
          unjudged: sql<boolean>`parked.unjudged or excluded.unjudged`,
          retries: sql<number>`parked.retries + 1`,
        })),
      )
      .execute()
  }
}

const placesTable = (places: readonly Place[]) =>
  sql`unnest(${int8Array(places.map((one) => one.partId))}::int8[], ${int4Array(places.map((one) => one.ordinal))}::int4[])`

/**
 * Closes what a finished delivery settles: its own records that were parked went up; earlier parked versions of the same streams are overtaken;
 * children that waited for one of these parents are sent again. What is overtaken is not sent again by itself, be it judged or not: above, the later version
 * stands before it, and a record over which the upstream breaks would be tried for ever. Whether an unjudged one stands above all the same is found
 * out when the two nodes compare, and settled then.
 */
export async function settleParked(trx: Transaction<Tables>, linkNo: number, delivered: readonly Place[], at: Date): Promise<void> {
  if (delivered.length === 0) return
  const any = await trx
    .selectFrom('parked')
    .select('ordinal')
    .where('link_no', '=', linkNo)
    .where('state', 'in', ['parked', 'retrying'])
    .limit(1)
    .executeTakeFirst()
  if (any === undefined) return
  await sql`
    update parked p set state = 'delivered', resolved_at = ${at}, unjudged = false from ${placesTable(delivered)} as t (part_id, ordinal)
    where p.link_no = ${linkNo} and p.part_id = t.part_id and p.ordinal = t.ordinal and p.state in ('parked', 'retrying')`.execute(trx)
  await sql`
    update parked p set state = 'superseded', resolved_at = ${at}
    from version old, version new, ${placesTable(delivered)} as t (part_id, ordinal)
    where p.link_no = ${linkNo} and p.state = 'parked' and p.record_id = new.record_id and old.part_id = p.part_id and old.ordinal = p.ordinal
      and new.part_id = t.part_id and new.ordinal = t.ordinal
      and new.key_digest = old.key_digest and new.source_no = old.source_no and ${isLater('new', 'old')}`.execute(trx)
  await sql`
    update parked p set state = 'retrying'
    where p.link_no = ${linkNo} and p.state = 'parked' and p.parent_part is not null and not exists (
      select 1 from parked q where q.link_no = p.link_no and q.part_id = p.parent_part and q.ordinal = p.parent_ordinal and q.state in ('parked', 'retrying'))`.execute(
    trx,
  )
}

/** Records that somebody, or a delivered parent, wants sent again, oldest first. */
export async function retryingParked(trx: Kysely<Tables>, linkNo: number, limit: number): Promise<ParkedRow[]> {
  return trx
    .selectFrom('parked')
    .selectAll()
    .where('link_no', '=', linkNo)
    .where('state', '=', 'retrying')
    .orderBy('log_index')
    .orderBy('ordinal')
    .limit(limit)
    .execute()
}

/**
 * Of some keys those that are parked on a link and have no version above: what their children are parked for. By key digest in hex. One that only may stand
 * above counts as not there: children that wait with it cost nothing, and those that are sent without it are held above until a person mends it. What it reads goes by the
 * keys that are asked for, not by how many records are parked.
 */
export async function blockedParents(trx: Kysely<Tables>, linkNo: number, keys: readonly Buffer[]): Promise<Map<string, Place>> {
  if (keys.length === 0) return new Map()
  const { rows } = await sql<{ key_digest: Buffer; part_id: number; ordinal: number }>`
    with recursive waiting as materialized (
      select st.key_digest, p.part_id, p.ordinal, p.log_index
      from (select distinct key from unnest(${byteaArray(keys)}::bytea[]) as key) k
      join stream st on st.key_digest = k.key
      join parked p on p.record_id = st.record_id and p.link_no = ${linkNo} and p.state in ('parked', 'retrying')
      join version v on v.part_id = p.part_id and v.ordinal = p.ordinal
      where v.operation = 'upsert'
    ), chain as (
      select v.part_id, v.ordinal, v.key_digest, v.operation, v.prev_part, v.prev_ordinal
      from stream st join version v on v.part_id = st.last_part and v.ordinal = st.last_ordinal
      where st.key_digest in (select key_digest from waiting)
      union
      select v.part_id, v.ordinal, v.key_digest, v.operation, v.prev_part, v.prev_ordinal
      from chain c join version v on v.part_id = c.prev_part and v.ordinal = c.prev_ordinal
    ), above as (
      select distinct c.key_digest from chain c
      join log_entry e on e.part_id = c.part_id and e.kind = 'part' and e.index < (select cursor from link where link_no = ${linkNo})
      where c.operation = 'upsert'
        and not exists (select 1 from skip s where s.link_no = ${linkNo} and s.part_id = c.part_id and s.ordinal = c.ordinal)
        and not exists (select 1 from parked q where q.link_no = ${linkNo} and q.part_id = c.part_id and q.ordinal = c.ordinal and q.state <> 'delivered')
    )
    select key_digest, part_id, ordinal from waiting w
    where not exists (select 1 from above a where a.key_digest = w.key_digest) order by log_index, ordinal`.execute(trx)
  const blocked = new Map<string, Place>()
  for (const row of rows) {
    const name = row.key_digest.toString('hex')
    if (!blocked.has(name)) blocked.set(name, { partId: row.part_id, ordinal: row.ordinal })
  }
  return blocked
}

export interface ParkedFilter {
  readonly linkNo?: number
  readonly state?: ParkedRow['state']
  readonly entity?: string
  readonly reason?: string
  /** Region code or the beginning of one. */
  readonly region?: string
  /** Regions that the reader may see; absent: all. */
  readonly within?: readonly string[]
  readonly participant?: string
  readonly recordId?: string
  /** Only those that were sent without a receipt, or only the others. */
  readonly unjudged?: boolean
}

/** Parked records, oldest first; open ones unless a state is asked for. `after` is what the last page ended with. */
export async function listParked(
  db: Kysely<Tables>,
  filter: ParkedFilter & { limit: number; after?: { parkedAt: Date; partId: number; ordinal: number } },
): Promise<ParkedRow[]> {
  let query = db.selectFrom('parked').selectAll().where(parkedWhere(filter))
  const { after } = filter
  if (after !== undefined)
    query = query.where(sql<boolean>`(parked_at, part_id, ordinal) > (${after.parkedAt}, ${after.partId}::int8, ${after.ordinal}::int4)`)
  return query.orderBy('parked_at').orderBy('part_id').orderBy('ordinal').limit(filter.limit).execute()
}

/** The rows that a filter means, as a condition over `parked`; open ones unless a state is asked for. */
export function parkedWhere(filter: ParkedFilter) {
  const { linkNo, entity, reason, region, within, participant, recordId, unjudged } = filter
  const all = [sql<boolean>`parked.state = ${filter.state ?? 'parked'}`]
  if (linkNo !== undefined) all.push(sql`parked.link_no = ${linkNo}`)
  if (entity !== undefined) all.push(sql`parked.entity = ${entity}`)
  if (reason !== undefined) all.push(sql`parked.reason = ${reason}`)
  if (region !== undefined) all.push(sql`starts_with(parked.reporting_region, ${region})`)
  if (within !== undefined) all.push(regionWithin(sql`parked.reporting_region`, within))
  if (participant !== undefined) all.push(sql`parked.participant = ${participant}`)
  if (recordId !== undefined) all.push(sql`parked.record_id = ${recordId}`)
  if (unjudged !== undefined) all.push(unjudged ? sql`parked.unjudged` : sql`not parked.unjudged`)
  return sql<boolean>`(${sql.join(all, sql` and `)})`
}

/** How many records of a link are parked. */
export async function countParked(db: Kysely<Tables>, linkNo: number): Promise<number> {
  const { rows } = await sql<{
    count: number
  }>`select count(*) as count from parked where link_no = ${linkNo} and state in ('parked', 'retrying')`.execute(db)
  return (rows[0] as { count: number }).count
}
