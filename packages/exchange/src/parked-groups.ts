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
    with chosen as materialized (select parked.* from parked where ${parkedWhere(filter)}),
    named as (
      select c.link_no, c.reason, c.entity, (array_agg(distinct p ->> 'field'))[1:10] as fields
      from chosen c cross join lateral jsonb_array_elements(c.problems) as p where p ->> 'field' is not null group by c.link_no, c.reason, c.entity
    )
    select l.name as link, c.reason, c.entity, count(*)::int4 as records, count(*) filter (where c.retries > 0)::int4 as retried,
           min(c.parked_at) as oldest, max(c.parked_at) as newest,
           (array_agg(distinct c.reporting_region))[1:10] as regions,
           coalesce((select n.fields from named n where n.link_no = c.link_no and n.reason = c.reason and n.entity = c.entity), '{}') as fields,
           (array_agg(c.record_id order by c.parked_at, c.part_id, c.ordinal))[1:3] as examples
    from chosen c join link l using (link_no)
    group by l.name, c.link_no, c.reason, c.entity
    order by count(*) desc, l.name, c.reason, c.entity limit ${limit}`.execute(db)
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
