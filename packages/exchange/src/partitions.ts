import { countedAs, type Tables } from '@huijiao/database'
import { type Kysely, sql, type Transaction } from 'kysely'
import type { Hub } from './hub.ts'

/** A table that is partitioned by ranges of a number that rises with time and is known when a row is written. */
export interface RangeTable {
  readonly name: 'log_entry' | 'version'
  /** The column. */
  readonly key: string
  /** How a partition is kept, as `with (…)` says it: a partitioned table has no such settings itself. Empty for the defaults. */
  readonly settings: string
}

/** A partition: the rows from `from` up to and without `to`. */
export interface RangePartition {
  readonly name: string
  readonly from: number
  readonly to: number
}

/** Nobody waits long for a lock that this wants: writing and reading would queue behind it. Said in the transaction that takes it. */
export const shortLocks = sql`set local lock_timeout = '2s'`

/** The partition that takes what no other does. */
const restOf = (table: RangeTable): string => `${table.name}_rest`

/** The partitions of a table in order, without the one for the rest. */
export async function partitionsOf(db: Kysely<Tables>, table: RangeTable): Promise<RangePartition[]> {
  const { rows } = await sql<{ name: string; bound: string }>`
    select c.relname as name, pg_get_expr(c.relpartbound, c.oid) as bound
    from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = ${sql.lit(table.name)}::regclass`.execute(db)
  return rows
    .flatMap(({ name, bound }) => {
      const match = /^FOR VALUES FROM \('(\d+)'\) TO \('(\d+)'\)$/.exec(bound)
      return match === null ? [] : [{ name, from: Number(match[1]), to: Number(match[2]) }]
    })
    .toSorted((a, b) => a.from - b.from)
}

/** An empty table that can become a partition, with its indexes. It is not one yet. */
export async function createPartition(trx: Transaction<Tables>, table: RangeTable, name: string): Promise<void> {
  const kept = table.settings === '' ? sql`` : sql`with (${sql.raw(table.settings)})`
  await sql`create table ${sql.id(name)} (like ${sql.id(table.name)} including all) ${kept}`.execute(trx)
  await sql.raw(countedAs(table.name, name)).execute(trx)
}

/** Reads a filled table once, to prove that it lies within its bounds: it is not read again, under locks, when it becomes a partition. */
export async function proveBounds(trx: Transaction<Tables>, table: RangeTable, { name, from, to }: RangePartition): Promise<void> {
  const key = sql.id(table.key)
  await sql`
    alter table ${sql.id(name)} add constraint ${sql.id(`${name}_bounds`)} check (${key} >= ${sql.lit(from)} and ${key} < ${sql.lit(to)})`.execute(
    trx,
  )
}

/**
 * Makes a table a partition whose bounds were proven.
 * @throws the database's error 55P03 when the lock is not had at once; then the transaction is over and nothing is changed
 */
export async function attachPartition(trx: Transaction<Tables>, table: RangeTable, { name, from, to }: RangePartition): Promise<void> {
  await sql`alter table ${sql.id(table.name)} attach partition ${sql.id(name)} for values from (${sql.lit(from)}) to (${sql.lit(to)})`.execute(
    trx,
  )
  await sql`alter table ${sql.id(name)} drop constraint ${sql.id(`${name}_bounds`)}`.execute(trx)
}

/**
 * Keeps the planner's picture of a partitioned table. Of the whole, which PostgreSQL looks at only when it is told: when it has doubled since. And of
 * partitions that were counted while they were empty: a plan made then reads such a one from end to end, and goes on to when it fills; one that was never
 * counted is taken for a few pages, and looked into by its index.
 * @returns rows of each partition as far as they were counted, by name; less than 0 where they were not
 */
export async function keepPicture(db: Kysely<Tables>, table: RangeTable): Promise<Map<string, number>> {
  const { rows } = await sql<{ name: string; counted: number; whole: boolean }>`
    select relname as name, reltuples::int8 as counted, true as whole from pg_class where oid = ${sql.lit(table.name)}::regclass
    union all select c.relname, c.reltuples::int8, false
    from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = ${sql.lit(table.name)}::regclass`.execute(db)
  const partitions = rows.filter((row) => !row.whole)
  const sum = partitions.reduce((total, { counted }) => total + Math.max(0, counted), 0)
  const known = rows.find((row) => row.whole)?.counted ?? 0
  if (sum >= 1000 && known < sum / 2) await sql`analyze only ${sql.id(table.name)}`.execute(db)
  for (const { name, counted } of partitions)
    if (counted === 0) await sql`select pg_clear_relation_stats(current_schema()::text, ${name})`.execute(db)
  return new Map(partitions.map(({ name, counted }) => [name, counted]))
}

/**
 * Makes the partition that is wanted behind the last one, and moves to it what the one for the rest had caught. Safe at any time and in several processes at
 * once.
 * @param width how far the next one reaches, from what partitions there are; null when none is wanted
 * @returns the partition that it made, or null when there was nothing to do
 * @throws the database's error 55P03 when somebody holds the table for long; the next call tries again
 */
export async function makeNextPartition(
  { db, node }: Pick<Hub, 'db' | 'node'>,
  table: RangeTable,
  width: (list: readonly RangePartition[]) => number | null | Promise<number | null>,
): Promise<RangePartition | null> {
  if ((await width(await partitionsOf(db, table))) === null) return null
  return await db.transaction().execute(async (trx) => {
    await sql`select pg_advisory_xact_lock(hashtextextended(${partitionLock(table, node.name)}, 0))`.execute(trx)
    const list = await partitionsOf(trx, table)
    const wanted = await width(list)
    if (wanted === null) return null
    const from = list.at(-1)?.to ?? 0
    const next: RangePartition = { name: `${table.name}_${from}`, from, to: from + wanted }
    await shortLocks.execute(trx)
    await createPartition(trx, table, next.name)
    const key = sql.id(table.key)
    // Nothing, unless this was not called for half a partition.
    await sql`
      with strayed as (delete from ${sql.id(restOf(table))} where ${key} >= ${sql.lit(next.from)} and ${key} < ${sql.lit(next.to)} returning *)
      insert into ${sql.id(next.name)} select * from strayed`.execute(trx)
    await proveBounds(trx, table, next)
    await attachPartition(trx, table, next)
    return next
  })
}

/** Name of the advisory lock under which the partitions of a node's table change. */
export const partitionLock = (table: RangeTable, node: string): string =>
  `huijiao/${table.name === 'log_entry' ? 'log' : table.name}-partitions/${node}`
