import type { Tables } from '@huijiao/database'
import { type Kysely, sql } from 'kysely'
import { type ParkedFilter, parkedWhere } from './parked.ts'

/** Parked records that wait for one reason. */
export interface ParkedGroup {
  readonly link: string
  readonly reason: string
  readonly entity: string
  readonly records: number
  /** How many of them were sent again before, without success. */
  readonly retried: number
  /** How many were sent without a receipt: they may stand above. */
  readonly unjudged: number
  readonly oldest: Date
  readonly newest: Date
  /** Reporting regions, the first ten. */
  readonly regions: readonly string[]
  /** Fields that the level above named, the first ten. */
  readonly fields: readonly string[]
  /** Record ids of the oldest three. */
  readonly examples: readonly string[]
}

/** Parked records by link, reason and entity; the largest groups first. */
export async function groupParked(db: Kysely<Tables>, filter: ParkedFilter, limit = 200): Promise<ParkedGroup[]> {
  const { rows } = await sql<ParkedGroup>`
    with chosen as materialized (
      select parked.link_no, parked.reason, parked.entity, parked.reporting_region, parked.retries, parked.unjudged, parked.parked_at, parked.part_id, parked.ordinal,
             parked.record_id, jsonb_path_query_array(parked.problems, '$[*].field') as fields
      from parked where ${parkedWhere(filter)}
    ), kinds as materialized (
      -- Many records are of one kind: what is sorted and taken apart below is few.
      select link_no, reason, entity, reporting_region, fields, count(*) as records, count(*) filter (where retries > 0) as retried,
             count(*) filter (where unjudged) as unjudged, min(parked_at) as oldest, max(parked_at) as newest
      from chosen group by link_no, reason, entity, reporting_region, fields
    ), firsts as materialized (
      select * from (
        select link_no, reason, entity, record_id, row_number() over (partition by link_no, reason, entity order by parked_at, part_id, ordinal) as nth from chosen
      ) as each where nth <= 3
    )
    select l.name as link, k.reason, k.entity, sum(k.records)::int4 as records, sum(k.retried)::int4 as retried, sum(k.unjudged)::int4 as unjudged, min(k.oldest) as oldest, max(k.newest) as newest,
           (array_agg(distinct k.reporting_region))[1:10] as regions,
           coalesce((select (array_agg(distinct f))[1:10] from kinds n cross join lateral jsonb_array_elements_text(n.fields) as f
             where n.link_no = k.link_no and n.reason = k.reason and n.entity = k.entity and f is not null), '{}') as fields,
           (select array_agg(f.record_id order by f.nth) from firsts f where f.link_no = k.link_no and f.reason = k.reason and f.entity = k.entity) as examples
    from kinds k join link l using (link_no)
    group by l.name, k.link_no, k.reason, k.entity
    order by sum(k.records) desc, l.name, k.reason, k.entity limit ${limit}`.execute(db)
  return rows
}

/** How long records have been parked on a link. */
export interface ParkedAge {
  readonly link: string
  readonly oldest: Date
  /** For each threshold, how many are older. */
  readonly older: readonly { readonly hours: number; readonly records: number }[]
}

/** Links with parked records, and how many of these are older than each threshold. One statement. */
export async function parkedAges(db: Kysely<Tables>, now: Date, thresholdHours: readonly number[]): Promise<ParkedAge[]> {
  const before = thresholdHours.map((hours) => new Date(now.getTime() - hours * 3_600_000).toISOString())
  const { rows } = await sql<{ link: string; oldest: Date; older: number[] | null }>`
    select l.name as link, min(p.parked_at) as oldest,
           (select array_agg(n order by at) from (
             select t.at, (select count(*)::int4 from parked q where q.link_no = l.link_no and q.state = 'parked' and q.parked_at <= t.before) as n
             from unnest(${before}::timestamptz[]) with ordinality as t (before, at)) as each) as older
    from parked p join link l using (link_no) where p.state = 'parked' group by l.link_no, l.name order by l.name`.execute(db)
  return rows.map(({ link, oldest, older }) => ({
    link,
    oldest,
    older: thresholdHours.map((hours, at) => ({ hours, records: older?.[at] ?? 0 })),
  }))
}
