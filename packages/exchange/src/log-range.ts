import type { LogRangeTable, Tables } from '@huijiao/database'
import { type DetachedRange, digestText, epochKind } from '@huijiao/merkle'
import { Problem } from '@huijiao/problem'
import { type Expression, type Kysely, type Selectable, sql } from 'kysely'

export type LogRangeRow = Selectable<LogRangeTable>

/**
 * What stays of a detached entry of a part: its row with an empty leaf, without body, salt, actor and subject. So everything that asks for the place of
 * a part in the log finds it as before; whoever needs what the entry says finds an empty leaf. Entries that begin epochs stay whole.
 */
export const detachedLeaf = ''
export const staysWhole = epochKind

export const rangeOf = (row: LogRangeRow): DetachedRange => ({
  from: row.from_index,
  to: row.to_index,
  place: row.place,
  digest: digestText(row.digest),
})

/** Ranges of the log that are not in the database, in order. */
export async function detachedRanges(db: Kysely<Tables>): Promise<LogRangeRow[]> {
  return await db.selectFrom('log_range').selectAll().where('attached_at', 'is', null).orderBy('from_index').execute()
}

/** The detached range that an entry lies in, or null. */
export async function detachedAt(db: Kysely<Tables>, index: number): Promise<DetachedRange | null> {
  const row = await db
    .selectFrom('log_range')
    .selectAll()
    .where('attached_at', 'is', null)
    .where('from_index', '<=', index)
    .where('to_index', '>', index)
    .executeTakeFirst()
  return row === undefined ? null : rangeOf(row)
}

/** The problem of whoever needs an entry that is kept elsewhere. */
export function rangeDetached(range: DetachedRange): Problem {
  const { from, to, place } = range
  return new Problem(
    'log-range-detached',
    {
      zh: `日志第 ${from} 至 ${to - 1} 条已移出数据库，存放于：${place}`,
      en: `Entries ${from} to ${to - 1} of the log are detached and kept at: ${place}`,
    },
    { range },
  )
}

/**
 * Refuses to read what is not there.
 * @throws Problem log-range-detached when entry `index` lies in a detached range
 */
export async function mustBeAttached(db: Kysely<Tables>, index: number): Promise<void> {
  const range = await detachedAt(db, index)
  if (range !== null) throw rangeDetached(range)
}

/** The first detached range that a reader at `cursor` would have to read, as JSON, or null: part of a statement that is made anyway. */
export const detachedFrom = (cursor: number | Expression<number>) => sql<DetachedJson | null>`
  (select json_build_object('from', from_index, 'to', to_index, 'place', place, 'digest', 'sha-256:' || encode(digest, 'hex'))
   from log_range where attached_at is null and to_index > ${cursor} order by from_index limit 1)`

/** A row of `detachedFrom`. */
export type DetachedJson = DetachedRange

/**
 * A reader that starts at `cursor` would pass over what is detached behind it.
 * @throws Problem log-range-detached
 */
export async function mustReachEnd(db: Kysely<Tables>, cursor: number): Promise<void> {
  const { rows } = await sql<{ range: DetachedJson | null }>`select ${detachedFrom(cursor)} as range`.execute(db)
  const range = rows[0]?.range ?? null
  if (range !== null) throw rangeDetached(range)
}
