import type { Tables } from '@huijiao/database'
import { int4Array, int8Array } from '@huijiao/database'
import { type Kysely, sql } from 'kysely'
import { regionWithin } from './bounds.ts'
import type { Hub } from './hub.ts'
import { addPendingEntry } from './log.ts'
import { isLater } from './later.ts'
import { isPresent } from './parents.ts'

/** A held record with what it waits for. No key stands in it: parents are named by their table and by the field that names them. */
export interface ShownHeld {
  readonly part_id: number
  readonly ordinal: number
  readonly record_id: string
  readonly entity: string
  readonly source_id: string | null
  readonly stream: string
  readonly n: number
  readonly release: string
  readonly reporting_region: string
  readonly held_at: Date
  /** Null while it only waits behind an earlier version. */
  readonly until_at: Date | null
  readonly submission_id: string
  readonly record_index: number
  readonly waits_for: readonly { readonly entity: string | null; readonly field: string | null; readonly rule: string | null }[]
  /** An earlier version of its stream is held too. */
  readonly behind: boolean
}

export interface HeldFilter {
  readonly entity?: string
  /** Entity of the parent that is missing. */
  readonly parent?: string
  /** Region code or the beginning of one. */
  readonly region?: string
  /** Regions that the reader may see; absent: all. */
  readonly within?: readonly string[]
  /** `<origin node>/<participant>` */
  readonly stream?: string
  /** Only those whose time is up before this instant. */
  readonly dueBefore?: Date
}

/** Held records, those that wait longest first. `after` is what the last page ended with. */
export async function listHeld(
  db: Kysely<Tables>,
  filter: HeldFilter & { readonly limit: number; readonly after?: { heldAt: Date; partId: number; ordinal: number } },
): Promise<ShownHeld[]> {
  const { after } = filter
  const conditions = [
    sql`true`,
    ...(filter.entity === undefined ? [] : [sql`h.entity = ${filter.entity}`]),
    ...(filter.parent === undefined ? [] : [sql`h.parent_entity = ${filter.parent}`]),
    ...(filter.region === undefined ? [] : [sql`starts_with(v.reporting_region, ${filter.region})`]),
    ...(filter.within === undefined ? [] : [regionWithin(sql`v.reporting_region`, filter.within)]),
    ...(filter.stream === undefined ? [] : [sql`o.origin || '/' || o.participant = ${filter.stream}`]),
    ...(filter.dueBefore === undefined ? [] : [sql`h.until_at < ${filter.dueBefore}`]),
    ...(after === undefined
      ? []
      : [sql`(h.held_at, h.part_id, h.ordinal) > (${after.heldAt}, ${after.partId}::int8, ${after.ordinal}::int4)`]),
  ]
  const { rows } = await sql<ShownHeld>`
    with page as (
      select h.held_at, h.part_id, h.ordinal
      from held h
      join version v on v.part_id = h.part_id and v.ordinal = h.ordinal
      join source o on o.source_no = v.source_no
      where ${sql.join(conditions, sql` and `)}
      group by h.held_at, h.part_id, h.ordinal
      order by h.held_at, h.part_id, h.ordinal limit ${filter.limit}
    )
    select v.part_id, v.ordinal, v.record_id, v.entity, v.source_id, o.origin || '/' || o.participant as stream, v.n, v.release, v.reporting_region,
           p.held_at, w.until_at, b.id as submission_id, v.record_index, coalesce(w.waits_for, '[]'::json) as waits_for,
           exists (select 1 from held e join version ev on ev.part_id = e.part_id and ev.ordinal = e.ordinal
                   where e.key_digest = v.key_digest and e.source_no = v.source_no and ${isLater('v', 'ev')}) as behind
    from page p
    join version v on v.part_id = p.part_id and v.ordinal = p.ordinal
    join source o on o.source_no = v.source_no
    join part t on t.part_id = v.part_id
    join submission b using (submission_no)
    cross join lateral (
      select min(h.until_at) as until_at, json_agg(json_build_object('entity', h.parent_entity, 'field', h.field, 'rule', h.rule)) as waits_for
      from held h
      where h.part_id = v.part_id and h.ordinal = v.ordinal and h.parent_digest <> h.key_digest and not ${isPresent(sql`h.parent_digest`)}
    ) w
    order by p.held_at, p.part_id, p.ordinal`.execute(db)
  return rows
}

/** How many records wait, since when, and when the next one's time is up. */
export async function countHeld(db: Kysely<Tables>): Promise<{ count: number; oldest: Date | null; nextUntil: Date | null }> {
  const { rows } = await sql<{ count: number; oldest: Date | null; nextUntil: Date | null }>`
    select count(distinct (part_id, ordinal)) as count, min(held_at) as oldest, min(until_at) as "nextUntil" from held`.execute(db)
  return rows[0] as { count: number; oldest: Date | null; nextUntil: Date | null }
}

/**
 * Gives held records more time, by a decision that is an entry. A time is never shortened: the record was told how long it may wait.
 * @returns how many records wait longer now
 */
export async function extendHeld(
  hub: Hub,
  actor: string,
  places: readonly { readonly partId: number; readonly ordinal: number }[],
  until: Date,
  reason: string,
): Promise<number> {
  const extended = await hub.db.transaction().execute(async (trx) => {
    const { rows } = await sql<{ part_id: number; ordinal: number }>`
      with longer as (
        update held h set until_at = ${until}
        from unnest(${int8Array(places.map((one) => one.partId))}::int8[], ${int4Array(places.map((one) => one.ordinal))}::int4[]) as t (part_id, ordinal)
        where h.part_id = t.part_id and h.ordinal = t.ordinal and h.parent_digest <> h.key_digest and (h.until_at is null or h.until_at < ${until})
        returning h.part_id, h.ordinal
      )
      select distinct part_id, ordinal from longer order by part_id, ordinal`.execute(trx)
    if (rows.length === 0) return 0
    await addPendingEntry(trx, {
      kind: 'decision',
      instant: hub.clock.now(),
      actor,
      subject: 'held',
      body: { decision: 'extended', reason, until: until.toISOString(), held: rows.map((row) => [row.part_id, row.ordinal]) },
    })
    return rows.length
  })
  if (extended > 0) hub.onPending()
  return extended
}
