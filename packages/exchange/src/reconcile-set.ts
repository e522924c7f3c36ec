import type { Tables } from '@huijiao/database'
import { boolArray, byteaArray, int4Array, int8Array, textArray } from '@huijiao/database'
import { bucketDigits, type Bucket, childrenDigest, childrenOfBuckets, countOf } from '@huijiao/merkle'
import { type Kysely, sql, type Transaction } from 'kysely'

/** Which set: what was delivered on a link and stored above (`up`, a link's name), or what was stored from a lower node (`down`, its participant). */
export interface SetName {
  readonly side: 'up' | 'down'
  readonly peer: string
}

/** A place in a stream, as it stands in a set. */
export interface NewItem {
  /** Month of the entry in the sender's log, in Asia/Shanghai: `2026-09`. */
  readonly period: string
  readonly entity: string
  readonly id: Buffer
  readonly value: Buffer
  /** Of the sender's log. */
  readonly epoch: number
  readonly logIndex: number
  readonly partId: number
  readonly ordinal: number
  /** The other side answered `unchanged`: an item that is here already gets this value, and stays otherwise as it is. */
  readonly unchanged: boolean
}

const shanghaiOffsetMs = 8 * 3_600_000

/** The period of an entry: both sides read its instant in the entry's own leaf, so both name the same month. */
export const periodOf = (instant: Date): string => new Date(instant.getTime() + shanghaiOffsetMs).toISOString().slice(0, 7)

/** The number of an id's first digits. */
export const bucketOf = (id: Uint8Array): number => ((id[0] as number) << 4) | ((id[1] as number) >> 4)

export const bucketName = (bucket: number): string => bucket.toString(16).padStart(bucketDigits, '0')

/** The number of a set, made at its first use. */
export async function setNoOf(db: Kysely<Tables>, { side, peer }: SetName): Promise<number> {
  const find = () => db.selectFrom('reconcile_set').select('set_no').where('side', '=', side).where('peer', '=', peer).executeTakeFirst()
  const known = await find()
  if (known !== undefined) return known.set_no
  await db
    .insertInto('reconcile_set')
    .values({ side, peer })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  return ((await find()) as { set_no: number }).set_no
}

/** Puts items into a set: of one id the last one counts. Their digests are made when they are next asked for. */
export async function putItems(trx: Transaction<Tables>, setNo: number, items: readonly NewItem[]): Promise<void> {
  const latest = new Map<string, NewItem>()
  for (const item of items) {
    const name = `${item.period}/${item.entity}/${item.id.toString('hex')}`
    const before = latest.get(name)
    latest.set(name, item.unchanged && before !== undefined ? { ...before, value: item.value } : item)
  }
  const list = [...latest.values()]
  if (list.length === 0) return
  await sql`
    insert into reconcile_group (set_no, period, entity)
    select distinct ${setNo}::int4, t.period, t.entity
    from unnest(${textArray(list.map((one) => one.period))}::text[], ${textArray(list.map((one) => one.entity))}::text[]) as t (period, entity)
    on conflict (set_no, period, entity) do nothing`.execute(trx)
  const unchanged = list.filter((one) => one.unchanged)
  if (unchanged.length > 0)
    await sql`
      update reconcile_item o set value = t.value
      from unnest(${textArray(unchanged.map((one) => one.period))}::text[], ${textArray(unchanged.map((one) => one.entity))}::text[],
                  ${int4Array(unchanged.map((one) => bucketOf(one.id)))}::int4[], ${byteaArray(unchanged.map((one) => one.id))}::bytea[],
                  ${byteaArray(unchanged.map((one) => one.value))}::bytea[]) as t (period, entity, bucket, id, value)
      join reconcile_group g on g.set_no = ${setNo} and g.period = t.period and g.entity = t.entity
      where o.group_no = g.group_no and o.bucket = t.bucket and o.id = t.id and o.value <> t.value`.execute(trx)
  await sql`
    insert into reconcile_item as i (group_no, bucket, id, value, epoch, log_index, part_id, ordinal)
    select g.group_no, t.bucket, t.id, t.value, t.epoch, t.log_index, t.part_id, t.ordinal
    from unnest(${textArray(list.map((one) => one.period))}::text[], ${textArray(list.map((one) => one.entity))}::text[],
                ${int4Array(list.map((one) => bucketOf(one.id)))}::int4[], ${byteaArray(list.map((one) => one.id))}::bytea[],
                ${byteaArray(list.map((one) => one.value))}::bytea[], ${int4Array(list.map((one) => one.epoch))}::int4[],
                ${int8Array(list.map((one) => one.logIndex))}::int8[], ${int8Array(list.map((one) => one.partId))}::int8[],
                ${int4Array(list.map((one) => one.ordinal))}::int4[], ${boolArray(list.map((one) => one.unchanged))}::bool[])
      as t (period, entity, bucket, id, value, epoch, log_index, part_id, ordinal, unchanged)
    join reconcile_group g on g.set_no = ${setNo} and g.period = t.period and g.entity = t.entity
    where not (t.unchanged and exists (select 1 from reconcile_item o where o.group_no = g.group_no and o.bucket = t.bucket and o.id = t.id))
    on conflict (group_no, bucket, id) do update
      set value = excluded.value, epoch = excluded.epoch, log_index = excluded.log_index, part_id = excluded.part_id, ordinal = excluded.ordinal,
          elsewhere = false`.execute(trx)
  await sql`
    insert into reconcile_bucket as b (group_no, bucket, top_epoch, top_index)
    select distinct on (g.group_no, t.bucket) g.group_no, t.bucket, t.epoch, t.log_index
    from unnest(${textArray(list.map((one) => one.period))}::text[], ${textArray(list.map((one) => one.entity))}::text[],
                ${int4Array(list.map((one) => bucketOf(one.id)))}::int4[], ${int4Array(list.map((one) => one.epoch))}::int4[],
                ${int8Array(list.map((one) => one.logIndex))}::int8[]) as t (period, entity, bucket, epoch, log_index)
    join reconcile_group g on g.set_no = ${setNo} and g.period = t.period and g.entity = t.entity
    order by g.group_no, t.bucket, t.epoch desc, t.log_index desc
    on conflict (group_no, bucket) do update
      set digest = null,
          top_epoch = case when (excluded.top_epoch, excluded.top_index) > (b.top_epoch, b.top_index) then excluded.top_epoch else b.top_epoch end,
          top_index = case when (excluded.top_epoch, excluded.top_index) > (b.top_epoch, b.top_index) then excluded.top_index else b.top_index end`.execute(
    trx,
  )
  await sql`
    update reconcile_group g set digest = null
    from (select distinct period, entity from unnest(${textArray(list.map((one) => one.period))}::text[], ${textArray(list.map((one) => one.entity))}::text[]) as u (period, entity)) t
    where g.set_no = ${setNo} and g.period = t.period and g.entity = t.entity and g.digest is not null`.execute(trx)
}

/** What changed behind the digests of some items. */
export async function touchBuckets(trx: Transaction<Tables>, places: readonly { groupNo: number; bucket: number }[]): Promise<void> {
  if (places.length === 0) return
  const table = sql`unnest(${int4Array(places.map((one) => one.groupNo))}::int4[], ${int4Array(places.map((one) => one.bucket))}::int4[]) as t (group_no, bucket)`
  await sql`update reconcile_bucket b set digest = null from ${table} where b.group_no = t.group_no and b.bucket = t.bucket`.execute(trx)
  await sql`update reconcile_group g set digest = null from ${table} where g.group_no = t.group_no`.execute(trx)
}

const bucketsAtOnce = 4096

/**
 * Makes the digests anew of which something changed. The caller holds the reader's lock, so that nothing is put in meanwhile. Digests are what
 * `itemsDigest` makes of the same items; PostgreSQL computes them, so that no set passes through this process.
 */
export async function freshenSet(trx: Transaction<Tables>, setNo: number): Promise<void> {
  for (;;) {
    const { rows } = await sql<{ group_no: number; bucket: number }>`
      with changed as (
        select b.group_no, b.bucket from reconcile_bucket b join reconcile_group g using (group_no)
        where g.set_no = ${setNo} and b.digest is null order by b.group_no, b.bucket limit ${bucketsAtOnce}
      ), fresh as (
        select c.group_no, c.bucket, count(i.id)::int4 as count, max(array[i.epoch::int8, i.log_index]) as top,
               sha256('\\x00'::bytea || coalesce(string_agg(i.id || i.value, ''::bytea order by i.id), ''::bytea)) as digest
        from changed c left join reconcile_item i on i.group_no = c.group_no and i.bucket = c.bucket and not i.elsewhere
        group by c.group_no, c.bucket
      )
      update reconcile_bucket b
      set count = f.count, digest = f.digest, top_epoch = coalesce(f.top[1], 0)::int4, top_index = coalesce(f.top[2], 0)
      from fresh f where b.group_no = f.group_no and b.bucket = f.bucket
      returning b.group_no, b.bucket`.execute(trx)
    if (rows.length < bucketsAtOnce) break
  }
  const { rows: groups } = await sql<{ group_no: number }>`
    select group_no from reconcile_group where set_no = ${setNo} and digest is null`.execute(trx)
  for (const { group_no } of groups) {
    const buckets = await sql<{ bucket: number; count: number; digest: Buffer; top_epoch: number; top_index: number }>`
      select bucket, count, digest, top_epoch, top_index from reconcile_bucket where group_no = ${group_no} and count > 0 order by bucket`.execute(
      trx,
    )
    const children = childrenOfBuckets(buckets.rows.map(({ bucket, count, digest }): Bucket => [bucketName(bucket), count, digest]))
    const top = buckets.rows.reduce(
      (highest, row) => ((row.top_epoch - highest.top_epoch || row.top_index - highest.top_index) > 0 ? row : highest),
      { top_epoch: 0, top_index: 0 },
    )
    await trx
      .updateTable('reconcile_group')
      .set({ count: countOf(children), digest: childrenDigest(children), top_epoch: top.top_epoch, top_index: top.top_index })
      .where('group_no', '=', group_no)
      .execute()
  }
}
