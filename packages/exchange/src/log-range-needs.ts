import type { Tables } from '@huijiao/database'
import { tileWidth } from '@huijiao/merkle'
import { type Kysely, sql } from 'kysely'

/** Somebody who still needs entries of the log: that of `index` and, for all that is known, those behind it. */
export interface LogNeed {
  readonly what: NeedKind
  /** Which one: a link, a reader, an id. */
  readonly name: string
  readonly index: number
}

export type NeedKind =
  | 'link'
  | 'reader'
  | 'delivery'
  | 'parked'
  | 'held'
  | 'review'
  | 'conflict'
  | 'finding'
  | 'reconcile-case'
  | 'reconcile-run'
  | 'shadow-run'
  | 'healing'

/** Readers that every node has. One without a row has not begun, and needs everything. */
const everyReader = ['entry-entities', 'identity', 'linkage', 'policy', 'problem-groups', 'reconcile', 'search'] as const

/** Everybody who still needs entries of the log, each with the lowest one, in the order of these. Reads whole tables: for an operator who waits, not for a request. */
export async function logNeeds(db: Kysely<Tables>): Promise<LogNeed[]> {
  const { rows } = await sql<LogNeed>`
    select 'link' as what, name, cursor as index from link
    union all select 'link', l.name || '/' || g.name, g.cursor from link_group g join link l using (link_no)
    -- While nothing is held, that reader passes over everything; see takeOut.
    union all select 'reader', name, cursor from reader where name <> 'held' or exists (select 1 from held)
    union all select 'delivery', d.delivery_id::text, least(d.from_index, (select min((item ->> 0)::int8) from jsonb_array_elements(d.items) as item))
      from delivery d where d.state = 'open'
    union all select 'parked', l.name, min(p.log_index) from parked p join link l using (link_no) where p.state in ('parked', 'retrying') group by l.name
    union all select 'held', 'held', min(e.index) from held h join log_entry e using (part_id) having min(e.index) is not null
    union all select 'review', v.state, min(e.index) from version v join log_entry e using (part_id)
      where v.state in ('pending_review', 'doubtful', 'held') group by v.state
    union all select 'conflict', c.conflict_id::text, min(e.index)
      from conflict c cross join lateral jsonb_array_elements(c.sides) as side join log_entry e on e.part_id = (side ->> 1)::int8
      where c.state = 'open' group by c.conflict_id
    union all select 'finding', f.finding_no::text, e.index from finding f join log_entry e using (part_id) where f.state = 'open'
    union all select 'reconcile-case', c.case_no::text, min(e.index)
      from reconcile_case c join reconcile_group g using (set_no) join reconcile_item i on i.group_no = g.group_no and i.id = c.id
      join log_entry e on e.part_id = i.part_id where c.state = 'open' group by c.case_no
    union all select 'reconcile-run', run_id::text, 0 from reconcile_run where state in ('waiting', 'comparing', 'repairing')
    union all select 'shadow-run', run_no::text, at_index from shadow_run where state = 'running'
    union all select 'healing', id, 0 from log_epoch where healing = 'waiting'
    order by index`.execute(db)
  const begun = new Set(rows.filter((row) => row.what === 'reader').map((row) => row.name))
  const unread = everyReader.filter((name) => !begun.has(name)).map((name): LogNeed => ({ what: 'reader', name, index: 0 }))
  return [...unread, ...rows]
}

/** The first entry of `since` or later: it, and what is behind it, are too young to go. Null when none is. Clocks are set back, so the lowest is looked for. */
export async function firstSince(db: Kysely<Tables>, since: Date): Promise<number | null> {
  // By the index of instants; with the lowest index asked for directly, everything older would be read first.
  const { rows } = await sql<{ first: number | null }>`
    select min(index) as first from (select index from log_entry where instant >= ${since} offset 0) as young`.execute(db)
  return rows[0]?.first ?? null
}

export interface DetachWish {
  /** Entries of the log. */
  readonly size: number
  /** Up to and without this entry, as the operator asks. */
  readonly to: number
  /** The first entry that is too young to go; null when none is. */
  readonly young: number | null
  /** What is detached already, in order, none of it twice. */
  readonly detached: readonly { readonly from: number; readonly to: number }[]
  readonly needs: readonly Pick<LogNeed, 'index'>[]
}

/** What may be taken out: one range, or why not. `most` is the highest `to` that would be granted now; nothing when it is not above `from`. */
export type DetachPlan =
  | { readonly kind: 'range'; readonly from: number; readonly to: number }
  | { readonly kind: 'refused'; readonly why: 'bundle' | 'size' | 'young' | 'needed'; readonly from: number; readonly most: number }
  | { readonly kind: 'nothing' }

/**
 * Which entries may be taken out of the log: from the lowest that is in the database up to what was asked for, in whole bundles, all of them full, none
 * too young, none that anybody still needs; and not across what is detached already, which is a range of its own. It is all or nothing: an operator who asks
 * for more than may go learns how far it may.
 */
export function planDetach(wish: DetachWish): DetachPlan {
  const { size, to, young } = wish
  const { from, next, needed, most } = reachOf(wish)
  if (to <= from) return { kind: 'nothing' }
  const refused = (why: 'bundle' | 'size' | 'young' | 'needed'): DetachPlan => ({ kind: 'refused', why, from, most: Math.max(most, from) })
  if (to % tileWidth !== 0) return refused('bundle')
  if (to > size) return refused('size')
  const end = Math.min(to, next)
  if (young !== null && end > young) return refused('young')
  return end > needed ? refused('needed') : { kind: 'range', from, to: end }
}

/** The oldest entries that are there, and how far they may go: `most` is not above `from` when none may. */
export function mayGoUpTo(wish: Omit<DetachWish, 'to'>): { readonly from: number; readonly most: number } {
  const { from, most } = reachOf(wish)
  return { from, most }
}

function reachOf({ size, young, detached, needs }: Omit<DetachWish, 'to'>) {
  let from = 0
  for (const range of detached) if (range.from <= from) from = Math.max(from, range.to)
  const next = detached.find((range) => range.from > from)?.from ?? Number.MAX_SAFE_INTEGER
  const needed = needs.reduce((lowest, { index }) => Math.min(lowest, index), Number.MAX_SAFE_INTEGER)
  return { from, next, needed, most: wholeBundles(Math.min(size, needed, next, young ?? size)) }
}

const wholeBundles = (index: number): number => Math.floor(index / tileWidth) * tileWidth
