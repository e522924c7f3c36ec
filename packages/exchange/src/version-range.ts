import type { Tables, VersionRangeTable } from '@huijiao/database'
import { int8Array } from '@huijiao/database'
import { digestText } from '@huijiao/merkle'
import { Problem, type ProblemRange } from '@huijiao/problem'
import { type Kysely, type Selectable, sql } from 'kysely'

export type VersionRangeRow = Selectable<VersionRangeTable>

/** Parts whose versions keep their texts elsewhere: from `from` up to and without `to`, where, and the digest of `range.json` there. */
export type VersionsElsewhere = ProblemRange

/**
 * A row of `version`. Of one whose texts are elsewhere everything stays but its texts, their salts and hashes: who sent it, its place in its stream and in the
 * log, its state and commitment, and so its leaf. Every other version has 48 bytes of salts at least, so empty ones are the mark.
 */
export interface MaybeElsewhere {
  readonly salts: Buffer
  /** Where, once it was asked for. */
  readonly elsewhere?: VersionsElsewhere
}

export const isElsewhere = (row: Pick<MaybeElsewhere, 'salts'>): boolean => row.salts.length === 0

export const elsewhereOf = (row: Pick<VersionRangeRow, 'from_part' | 'to_part' | 'place' | 'digest'>): VersionsElsewhere => ({
  from: row.from_part,
  to: row.to_part,
  place: row.place,
  digest: digestText(row.digest),
})

/** Ranges of versions whose texts are not in the database, in order. */
export async function detachedVersionRanges(db: Kysely<Tables>): Promise<VersionRangeRow[]> {
  return await db.selectFrom('version_range').selectAll().where('attached_at', 'is', null).orderBy('from_part').execute()
}

/** Tells those rows whose texts are elsewhere where that is. One statement, and none when all are here. */
export async function withElsewhere<R extends MaybeElsewhere & { readonly part_id: number }>(db: Kysely<Tables>, rows: R[]): Promise<R[]> {
  if (!rows.some(isElsewhere)) return rows
  const parts = rows.filter(isElsewhere).map((row) => row.part_id)
  const { rows: found } = await sql<{ part_id: number } & VersionRangeRow>`
    select t.part_id, r.* from unnest(${int8Array([...new Set(parts)])}::int8[]) as t (part_id)
    join version_range r on r.attached_at is null and r.from_part <= t.part_id and r.to_part > t.part_id`.execute(db)
  const ranges = new Map(found.map((row) => [row.part_id, elsewhereOf(row)]))
  return rows.map((row) => {
    const elsewhere = isElsewhere(row) ? ranges.get(row.part_id) : undefined
    return elsewhere === undefined ? row : { ...row, elsewhere }
  })
}

/** The problem of whoever needs the texts of a version that are kept elsewhere. */
export function versionsDetached(range: VersionsElsewhere | undefined): Problem {
  if (range === undefined)
    return new Problem('version-range-detached', {
      zh: '该版本的内容不在数据库中，存放处没有记录',
      en: 'The content of the version is not in the database, and nothing says where it is',
    })
  const { from, to, place } = range
  return new Problem(
    'version-range-detached',
    {
      zh: `部分编号 ${from} 至 ${to - 1} 中较早版本的内容已移出数据库，存放于：${place}`,
      en: `The contents of old versions of parts ${from} to ${to - 1} are detached and kept at: ${place}`,
    },
    { range },
  )
}

/**
 * Refuses to read what is not there.
 * @throws Problem version-range-detached when the row's texts are kept elsewhere
 */
export function textsMustBeHere(row: MaybeElsewhere): void {
  if (isElsewhere(row)) throw versionsDetached(row.elsewhere)
}

/**
 * The same for rows as they were just read.
 * @throws Problem version-range-detached, saying where they are
 */
export async function allTextsMustBeHere(
  db: Kysely<Tables>,
  rows: readonly (MaybeElsewhere & { readonly part_id: number })[],
): Promise<void> {
  const gone = rows.find(isElsewhere)
  if (gone !== undefined) for (const row of await withElsewhere(db, [gone])) textsMustBeHere(row)
}

/** What callers see of a row whose texts are elsewhere; nothing of any other. */
export const shownElsewhere = (row: MaybeElsewhere): { readonly elsewhere?: VersionsElsewhere | null } =>
  isElsewhere(row) ? { elsewhere: row.elsewhere ?? null } : {}
