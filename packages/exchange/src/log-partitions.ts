import type { Tables } from '@huijiao/database'
import { type Kysely, sql, type Transaction } from 'kysely'
import type { Hub } from './hub.ts'

/** Entries of one partition of the log: a multiple of a tile's width, and few partitions even of a large log. */
export const partitionEntries = 2 ** 20

/** A partition of the log: the entries from `from` up to and without `to`. */
export interface LogPartition {
  readonly name: string
  readonly from: number
  readonly to: number
}

/** The partition that takes what no other does. */
const restName = 'log_entry_rest'

/** Nobody waits long for a lock that this wants: numbering and reads would queue behind it. Said in the transaction that takes it. */
export const shortLocks = sql`set local lock_timeout = '2s'`

/** The partitions of the log in order, without the one for the rest. */
export async function logPartitions(db: Kysely<Tables>): Promise<LogPartition[]> {
  const { rows } = await sql<{ name: string; bound: string }>`
    select c.relname as name, pg_get_expr(c.relpartbound, c.oid) as bound
    from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = 'log_entry'::regclass`.execute(db)
  return rows
    .flatMap(({ name, bound }) => {
      const match = /^FOR VALUES FROM \('(\d+)'\) TO \('(\d+)'\)$/.exec(bound)
      return match === null ? [] : [{ name, from: Number(match[1]), to: Number(match[2]) }]
    })
    .toSorted((a, b) => a.from - b.from)
}

/** An empty table that can become a partition of the log, with its indexes. It is not one yet. */
export async function createPartition(trx: Transaction<Tables>, name: string): Promise<void> {
  await sql`create table ${sql.id(name)} (like log_entry including all)`.execute(trx)
}

/** Reads a filled table once, to prove that it lies within its bounds: it is not read again, under locks, when it becomes a partition. */
export async function proveBounds(trx: Transaction<Tables>, { name, from, to }: LogPartition): Promise<void> {
  await sql`alter table ${sql.id(name)} add constraint ${sql.id(`${name}_bounds`)} check (index >= ${sql.lit(from)} and index < ${sql.lit(to)})`.execute(
    trx,
  )
}

/**
 * Makes a table a partition whose bounds were proven.
 * @throws the database's error 55P03 when the lock is not had at once; then the transaction is over and nothing is changed
 */
export async function attachPartition(trx: Transaction<Tables>, { name, from, to }: LogPartition): Promise<void> {
  await sql`alter table log_entry attach partition ${sql.id(name)} for values from (${sql.lit(from)}) to (${sql.lit(to)})`.execute(trx)
  await sql`alter table ${sql.id(name)} drop constraint ${sql.id(`${name}_bounds`)}`.execute(trx)
}

/**
 * Makes the next partition when half of the last one is used, and keeps the planner's picture of the whole log up to date, which PostgreSQL does for single
 * partitions only. Safe at any time and in several processes at once.
 * @param size entries of the log
 * @returns the partition that it made, or null when there was nothing to do
 * @throws the database's error 55P03 when somebody holds the log for long; the next call tries again
 */
export async function keepLogPartitions(hub: Pick<Hub, 'db' | 'node'>, size: number): Promise<LogPartition | null> {
  const { rows } = await sql<{ known: number }>`select reltuples::int8 as known from pg_class where oid = 'log_entry'::regclass`.execute(
    hub.db,
  )
  // Since its last look the log has doubled, or there was none.
  if (size >= 1000 && (rows[0]?.known ?? 0) < size / 2) await sql`analyze log_entry`.execute(hub.db)
  const wanted = (list: readonly LogPartition[]) => (list.at(-1)?.to ?? 0) - size <= partitionEntries / 2
  if (!wanted(await logPartitions(hub.db))) return null
  return await hub.db.transaction().execute(async (trx) => {
    await sql`select pg_advisory_xact_lock(hashtextextended(${partitionLock(hub.node.name)}, 0))`.execute(trx)
    const list = await logPartitions(trx)
    if (!wanted(list)) return null
    const from = list.at(-1)?.to ?? 0
    const next: LogPartition = { name: `log_entry_${from}`, from, to: from + partitionEntries }
    await shortLocks.execute(trx)
    await createPartition(trx, next.name)
    // Nothing, unless this was not called for half a partition.
    await sql`
      with strayed as (delete from ${sql.id(restName)} where index >= ${sql.lit(next.from)} and index < ${sql.lit(next.to)} returning *)
      insert into ${sql.id(next.name)} select * from strayed`.execute(trx)
    await proveBounds(trx, next)
    await attachPartition(trx, next)
    return next
  })
}

/** Name of the advisory lock under which partitions of a node's log change. */
export const partitionLock = (node: string): string => `huijiao/log-partitions/${node}`
