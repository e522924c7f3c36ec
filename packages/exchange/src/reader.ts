import type { Tables } from '@huijiao/database'
import { type Kysely, sql, type Transaction } from 'kysely'
import { readLogHead } from './log.ts'
import { detachedFrom, type DetachedJson, rangeDetached } from './log-range.ts'
import { parseRecordId } from './record-id.ts'

/** How much a reader takes at a time: less while others have the processors, so that it can step back soon. */
export interface Pace {
  readonly short?: boolean
}

/**
 * Locks the row of a reader of the log and gives its cursor.
 * @throws Problem log-range-detached when it has yet to read what is not in the database: it would pass over it
 */
export async function lockReader(trx: Transaction<Tables>, name: string): Promise<number> {
  const { cursor, range } = await lockRow(trx, name)
  if (range !== null) throw rangeDetached(range)
  return cursor
}

/** The same for a cursor in a table that only follows the log: what is not in the database does not matter to it. */
export async function lockPlace(trx: Transaction<Tables>, name: string): Promise<number> {
  return (await lockRow(trx, name)).cursor
}

async function lockRow(trx: Transaction<Tables>, name: string): Promise<{ cursor: number; range: DetachedJson | null }> {
  await trx
    .insertInto('reader')
    .values({ name, cursor: 0 })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  const { rows } = await sql<{ cursor: number; range: DetachedJson | null }>`
    select cursor, ${detachedFrom(sql.ref<number>('reader.cursor'))} as range from reader where name = ${name} for update of reader`.execute(
    trx,
  )
  return rows[0] as { cursor: number; range: DetachedJson | null }
}

export async function setReader(trx: Transaction<Tables>, name: string, cursor: number): Promise<void> {
  await trx.updateTable('reader').set({ cursor }).where('name', '=', name).execute()
}

/** What a stretch of the log tells of versions. */
export interface TouchedVersions {
  /** Parts that were stored and hold any. */
  readonly parts: readonly number[]
  /** Versions that a decision names: part and ordinal. */
  readonly decided: readonly (readonly [part: number, ordinal: number])[]
  /** Records that a decision names as a whole. */
  readonly records: readonly string[]
  /** Where the reader stands after it. */
  readonly next: number
  /** The log goes on. */
  readonly more: boolean
}

/**
 * Reads part and decision entries from a cursor on. Null when there is nothing new.
 * @param most entries, and versions of their parts; one part may hold more, and is then read alone
 */
export async function readTouched(
  db: Kysely<Tables>,
  cursor: number,
  most: { readonly entries: number; readonly versions?: number },
): Promise<TouchedVersions | null> {
  const size = (await readLogHead(db))?.size ?? 0
  if (size <= cursor) return null
  const { rows } = await sql<{ index: number; part_id: number | null; subject: string | null; body: string | null; versions: number }>`
    select e.index, e.part_id, case when e.kind = 'decision' then e.subject end as subject, case when e.kind = 'decision' then e.body end as body,
           coalesce(p.version_count, 0) as versions
    from log_entry e left join part p on p.part_id = e.part_id
    where e.index >= ${cursor} and e.index < ${size} and e.kind in ('part', 'decision') order by e.index limit ${most.entries}`.execute(db)
  let versions = 0
  const end = rows.findIndex((row, at) => (versions += row.versions) > (most.versions ?? Infinity) && at > 0)
  const taken = end < 0 ? rows : rows.slice(0, end)
  const more = end >= 0 || rows.length === most.entries
  return {
    parts: taken.flatMap((row) => (row.part_id === null || row.versions === 0 ? [] : [row.part_id])),
    decided: taken.flatMap((row) =>
      row.body === null ? [] : ((JSON.parse(row.body) as { versions?: [number, number][] }).versions ?? []),
    ),
    records: taken.flatMap((row) => (row.subject === null ? [] : (parseRecordId(row.subject) ?? []))),
    next: more ? (taken.at(-1) as { index: number }).index + 1 : size,
    more,
  }
}
