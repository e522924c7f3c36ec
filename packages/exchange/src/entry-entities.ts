import type { Tables } from '@huijiao/database'
import { int8Array, retryDeadlocks } from '@huijiao/database'
import { type Kysely, sql } from 'kysely'
import type { Hub } from './hub.ts'
import { readLogHead } from './log.ts'
import { lockReader, setReader } from './reader.ts'

const readerName = 'entry-entities'
/** Bounds of one step: entries, and versions that they tell of. Nothing of a version but its table and region is looked at, so that many are read at once. */
const entriesMax = 2000
const versionsMax = 40_000

/**
 * Reads the sequenced log on and notes of which tables the records of each entry are and for which regions they were reported, for those who look for one
 * table or one region in what grows with the log. Several processes may call it at once, one works at a time.
 * @returns true when there is more to read
 */
export async function noteEntryEntities(hub: Hub): Promise<boolean> {
  return await retryDeadlocks(() =>
    hub.db.transaction().execute(async (trx) => {
      const cursor = await lockReader(trx, readerName)
      const size = (await readLogHead(trx))?.size ?? 0
      if (size <= cursor) return false
      const { rows } = await sql<{ index: number; part_id: number; version_count: number | null }>`
        select e.index, e.part_id, p.version_count from log_entry e left join part p using (part_id)
        where e.index >= ${cursor} and e.index < ${size} and e.kind = 'part' order by e.index limit ${entriesMax}`.execute(trx)
      let versions = 0
      let taken = 0
      for (const row of rows) {
        versions += row.version_count ?? 0
        if (taken > 0 && versions > versionsMax) break
        taken += 1
      }
      const page = rows.slice(0, taken)
      if (page.length > 0)
        await sql`
          with told as materialized (
            select distinct t.index, v.entity, v.reporting_region
            from unnest(${int8Array(page.map((row) => row.index))}::int8[], ${int8Array(page.map((row) => row.part_id))}::int8[]) as t (index, part_id)
            join version v using (part_id)
          ), regions as (
            insert into entry_region (region, log_index) select distinct reporting_region, index from told on conflict do nothing
          )
          insert into entry_entity (entity, log_index) select distinct entity, index from told on conflict do nothing`.execute(trx)
      const more = taken < rows.length || rows.length === entriesMax
      await setReader(trx, readerName, more ? (page.at(-1) as { index: number }).index + 1 : size)
      return more
    }),
  )
}

/** Index up to which the tables and regions of the entries are noted. */
export async function entitiesNotedTo(db: Kysely<Tables>): Promise<number> {
  return (await db.selectFrom('reader').select('cursor').where('name', '=', readerName).executeTakeFirst())?.cursor ?? 0
}
