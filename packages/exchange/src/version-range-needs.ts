import type { Tables } from '@huijiao/database'
import { type Kysely, sql } from 'kysely'
import { type LogNeed, logNeeds, type NeedKind } from './log-range-needs.ts'

/**
 * Who may come to read any version of an entry that it has not passed. What names single versions (a record that waits, an open case) keeps those whole
 * instead; see keptWhole.
 */
const readsAll: ReadonlySet<NeedKind> = new Set(['link', 'reader', 'delivery', 'reconcile-run', 'shadow-run', 'healing'])

/** The needs of the log that hold whole ranges of versions back, in the order of the entries. */
export async function versionNeeds(db: Kysely<Tables>): Promise<LogNeed[]> {
  return (await logNeeds(db)).filter((need) => readsAll.has(need.what))
}

/** The lowest part whose entry is not numbered yet, or is `index` or later; null when there is none. */
export async function firstPartSince(db: Kysely<Tables>, index: number): Promise<number | null> {
  const { rows } = await sql<{ part: number | null }>`
    select least((select min(part_id) from log_entry where index >= ${index}), (select min(part_id) from log_pending)) as part`.execute(db)
  return rows[0]?.part ?? null
}

/** The lowest part that was stored then or later; null when there is none. Clocks are set back and ids come in blocks, so all are looked at. */
export async function firstPartStored(db: Kysely<Tables>, since: Date): Promise<number | null> {
  const { rows } = await sql<{ part: number | null }>`select min(part_id) as part from part where stored_at >= ${since}`.execute(db)
  return rows[0]?.part ?? null
}

export interface VersionWish {
  /** Where partitions end, ascending. */
  readonly borders: readonly number[]
  /** Part ids below it have been given out. */
  readonly given: number
  /** Up to and without this part, as the operator asks; null: as far as may go. */
  readonly to: number | null
  /** The lowest part that is too young to go; null when none is. */
  readonly young: number | null
  /** The lowest part that somebody needs; null when none is. */
  readonly needed: number | null
  /** What is out already, in order, none of it twice. */
  readonly detached: readonly { readonly from: number; readonly to: number }[]
}

/** What may be taken out: one range, or why not. `most` is the highest `to` that would be granted now; nothing when it is not above `from`. */
export type VersionPlan =
  | { readonly kind: 'range'; readonly from: number; readonly to: number }
  | { readonly kind: 'refused'; readonly why: 'border' | 'given' | 'young' | 'needed'; readonly from: number; readonly most: number }
  | { readonly kind: 'nothing'; readonly from: number }

/**
 * Which parts' versions may be taken out: from the lowest that are whole up to the end of a partition, none of them too young or needed, and none that is still
 * being filled; and not across what is out already. All that was asked for or nothing: an operator learns how far it may go.
 */
export function planVersions(wish: VersionWish): VersionPlan {
  const { borders, given, to, young, needed, detached } = wish
  let from = 0
  for (const range of detached) if (range.from <= from) from = Math.max(from, range.to)
  const next = detached.find((range) => range.from > from)?.from ?? Number.MAX_SAFE_INTEGER
  const end = Math.min(given, next, young ?? Number.MAX_SAFE_INTEGER, needed ?? Number.MAX_SAFE_INTEGER)
  const ends = borders.filter((border) => border > from && border <= end)
  const most = Math.max(from, ...ends)
  if (to === null) return most > from ? { kind: 'range', from, to: most } : { kind: 'nothing', from }
  if (to <= from) return { kind: 'nothing', from }
  const refused = (why: 'border' | 'given' | 'young' | 'needed'): VersionPlan => ({ kind: 'refused', why, from, most })
  if (!borders.includes(to)) return refused('border')
  // After a restore partitions may end elsewhere than what is out begins.
  const wanted = borders.findLast((border) => border <= Math.min(to, next)) ?? from
  if (wanted <= from) return refused('border')
  if (wanted > given) return refused('given')
  if (young !== null && wanted > young) return refused('young')
  return needed !== null && wanted > needed ? refused('needed') : { kind: 'range', from, to: wanted }
}
