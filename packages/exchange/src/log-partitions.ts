import type { Tables } from '@huijiao/database'
import type { Kysely } from 'kysely'
import type { Hub } from './hub.ts'
import { keepPicture, makeNextPartition, partitionsOf, type RangePartition, type RangeTable } from './partitions.ts'

/** Small enough for the defaults of autovacuum. */
export const logTable: RangeTable = { name: 'log_entry', key: 'index', settings: '' }

/** Entries of one partition of the log: a multiple of a tile's width, and few partitions even of a large log. */
export const partitionEntries = 2 ** 20

/** The partitions of the log in order, without the one for the rest. */
export const logPartitions = (db: Kysely<Tables>): Promise<RangePartition[]> => partitionsOf(db, logTable)

/**
 * Makes the next partition when half of the last one is used, and keeps the planner's picture of the log. Safe at any time and in several processes at once.
 * @param size entries of the log
 * @returns the partition that it made, or null when there was nothing to do
 * @throws the database's error 55P03 when somebody holds the log for long; the next call tries again
 */
export async function keepLogPartitions(hub: Pick<Hub, 'db' | 'node'>, size: number): Promise<RangePartition | null> {
  await keepPicture(hub.db, logTable)
  return await makeNextPartition(hub, logTable, (list) => ((list.at(-1)?.to ?? 0) - size <= partitionEntries / 2 ? partitionEntries : null))
}
