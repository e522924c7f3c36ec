import type { Tables } from '@huijiao/database'
import { type Kysely, sql } from 'kysely'
import type { Hub } from './hub.ts'
import { blockSize } from './part-id.ts'
import { keepPicture, makeNextPartition, partitionsOf, type RangePartition, type RangeTable } from './partitions.ts'

/** As the steps of the migration set them, too; the reasons stand in docs/tables.md. */
export const versionTable: RangeTable = {
  name: 'version',
  key: 'part_id',
  settings: 'autovacuum_vacuum_insert_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.1',
}

/** Rows that a partition is to hold: each costs every statement that reads versions a little, so they are large, some 40 GB. */
const partitionRows = 2 ** 25
/** Bounds of the width of a partition in part ids. Every width is a power of two, so every border is a multiple of the least one. */
export const leastWidth = 2 ** 14
export const mostWidth = 2 ** 22
/** As long as nobody has counted. */
const firstWidth = 2 ** 16

/** The partitions of the versions by part id, in order, without the one for the rest. */
export const versionPartitions = (db: Kysely<Tables>): Promise<RangePartition[]> => partitionsOf(db, versionTable)

/**
 * How many part ids the next partition takes, so that it holds about as many rows as it should: a part is one record of a small sender, or a thousand of a
 * large submission.
 * @param rows in the newest partition that has any, as the planner knows it; 0 or less when it does not
 * @param ids part ids given of that partition's range
 */
export function partitionWidth(rows: number, ids: number): number {
  if (rows <= 0 || ids <= 0) return firstWidth
  const wanted = 2 ** Math.floor(Math.log2((partitionRows * ids) / rows))
  return Math.min(mostWidth, Math.max(leastWidth, wanted))
}

/**
 * Makes the next partition when half of the last one is used, and keeps the planner's picture of the versions. Safe at any time and in several processes at once.
 * @returns the partition that it made, or null when there was nothing to do
 * @throws the database's error 55P03 when somebody holds the versions for long; the next call tries again
 */
export async function keepVersionPartitions(hub: Pick<Hub, 'db' | 'node'>): Promise<RangePartition | null> {
  const given = await partIdsGiven(hub.db)
  const counted = await keepPicture(hub.db, versionTable)
  return await makeNextPartition(hub, versionTable, (list) => {
    const last = list.at(-1)
    if (last !== undefined && last.to - given > (last.to - last.from) / 2) return null
    const newest = list.findLast((one) => (counted.get(one.name) ?? 0) > 0)
    return newest === undefined ? firstWidth : partitionWidth(counted.get(newest.name) ?? 0, Math.min(given, newest.to) - newest.from)
  })
}

/** Every part id that was given is below it. */
async function partIdsGiven(db: Kysely<Tables>): Promise<number> {
  const { rows } = await sql<{ last: number }>`select last_value as last from part_id_seq`.execute(db)
  return (rows[0]?.last ?? 0) + blockSize
}
