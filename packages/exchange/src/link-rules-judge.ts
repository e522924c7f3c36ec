import type { Tables } from '@huijiao/database'
import { byteaArray } from '@huijiao/database'
import { recordProblem } from '@huijiao/problem'
import { sql, type Transaction } from 'kysely'
import type { FoundVersion, NewFinding } from './finding.ts'
import type { Judged } from './link-rules.ts'
import type { FactChange } from './link-rules-facts.ts'
import type { LinkScope } from './link-rules-scope.ts'
import { publicRecordId } from './record-id.ts'

const nothing: Judged = { found: [], gone: [] }

/** Most other records that a finding names. */
const othersMax = 20

/** Days that works run when neither a finish nor the contract says; when the policy does not say. */
const termDaysDefault = 365

interface OverlapRow extends FoundVersion {
  readonly record_index: number
  readonly from_on: string
  readonly to_on: string
  readonly others: readonly { readonly record: string; readonly from: string; readonly to: string }[]
}

/**
 * One person who leads works of several projects at the same time. Judged anew for every person whose works, or the dates of whose works, have changed.
 */
export async function judgeManagers(trx: Transaction<Tables>, { linkage }: LinkScope, change: FactChange): Promise<Judged> {
  if (linkage === null || change.persons.length + change.projects.length === 0) return nothing
  const rule = linkage.doubts['manager-overlap']
  if (rule.severity === 'none') return nothing
  const { severity, basis } = rule
  const { rows: persons } = await sql<{ person: Buffer }>`
    select t.person from unnest(${byteaArray(change.persons)}::bytea[]) as t (person)
    union
    select f.person from unnest(${byteaArray(change.projects)}::bytea[]) as t (project) join link_fact f on f.project = t.project and f.kind = 'manager'`.execute(
    trx,
  )
  const digests = byteaArray(persons.map((row) => row.person))
  const { rows } = await sql<OverlapRow>`
    with leads as (
      -- One record for each person and project; the one that was stored first.
      select distinct on (f.person, f.project) f.*
      from unnest(${digests}::bytea[]) as t (person) join link_fact f on f.person = t.person and f.kind = 'manager'
      order by f.person, f.project, f.part_id, f.ordinal
    ), works as (
      select l.part_id, l.ordinal, l.person, l.project, w.from_on, w.to_on
      from leads l
      cross join lateral (
        select min(t.from_on) as from_on, max(coalesce(e.done_on, t.to_on, t.from_on + ${rule.termDays ?? termDaysDefault}::int4)) as to_on
        from link_fact t
        left join lateral (select max(e.to_on) as done_on from link_fact e where e.permit = t.permit and e.kind = 'end') e on true
        where t.project = l.project and t.kind = 'term' and (l.permit = '' or t.permit = l.permit)
      ) w
      where w.from_on is not null
    ), pairs as (
      select a.part_id, a.ordinal, a.from_on, a.to_on, b.part_id as other_part, b.ordinal as other_ordinal, b.from_on as other_from, b.to_on as other_to
      from works a join works b on b.person = a.person and b.project <> a.project and a.from_on < b.to_on and b.from_on < a.to_on
    )
    select v.part_id, v.ordinal, v.key_digest, v.source_no, v.record_id, v.entity, v.reporting_region, v.record_index, p.from_on, p.to_on,
           json_agg(json_build_object('record', o.record_id, 'from', p.other_from, 'to', p.other_to) order by p.other_from, o.record_id) as others
    from pairs p
    join version v on v.part_id = p.part_id and v.ordinal = p.ordinal
    join version o on o.part_id = p.other_part and o.ordinal = p.other_ordinal
    group by v.part_id, v.ordinal, p.from_on, p.to_on
    order by v.part_id, v.ordinal`.execute(trx)
  const fieldOf = (entity: string) => linkage.managers.find((one) => one.entity === entity)?.number ?? ''
  const found = rows.map((row): NewFinding => {
    const shown = row.others.slice(0, othersMax)
    const list = shown.map((one) => `${publicRecordId(one.record)}（${one.from}–${one.to}）`).join('、')
    const listEn = shown.map((one) => `${publicRecordId(one.record)} (${one.from} to ${one.to})`).join(', ')
    const problem = recordProblem('manager-overlap', {
      record: row.record_index,
      severity,
      rule: 'linkage.manager-overlap',
      basis,
      pointer: `/data/${fieldOf(row.entity)}`,
      detail: {
        zh: `此人在 ${row.from_on}–${row.to_on} 负责本工程，同期还在 ${row.others.length} 个其他项目任项目负责人：${list}`,
        en: `From ${row.from_on} to ${row.to_on} this person leads these works, and those of ${row.others.length} other projects at the same time: ${listEn}`,
      },
    })
    return { version: row, rule: 'linkage.manager-overlap', code: 'manager-overlap', severity, about: null, problem }
  })
  const { rows: open } = await sql<{ finding_no: number; part_id: number; ordinal: number }>`
    select distinct f.finding_no, f.part_id, f.ordinal
    from unnest(${digests}::bytea[]) as t (person) join link_fact l on l.person = t.person and l.kind = 'manager'
    join finding f on f.part_id = l.part_id and f.ordinal = l.ordinal and f.rule = 'linkage.manager-overlap' and f.state = 'open'`.execute(
    trx,
  )
  return { found, gone: withoutFound(open, rows) }
}

const withoutFound = (
  open: readonly { readonly finding_no: number; readonly part_id: number; readonly ordinal: number }[],
  found: readonly { readonly part_id: number; readonly ordinal: number }[],
): number[] => {
  const still = new Set(found.map((row) => `${row.part_id}/${row.ordinal}`))
  return open.filter((row) => !still.has(`${row.part_id}/${row.ordinal}`)).map((row) => row.finding_no)
}

interface FinishRow extends FoundVersion {
  readonly record_index: number
  readonly finished_on: string
  readonly issued_on: string
  readonly permit_record: string
}

/** Works that were finished before their permit was issued. */
export async function judgeFinishes(trx: Transaction<Tables>, { linkage }: LinkScope, change: FactChange): Promise<Judged> {
  if (linkage === null || change.permits.length === 0) return nothing
  const { severity, basis } = linkage.doubts['finish-before-permit']
  if (severity === 'none') return nothing
  const digests = byteaArray(change.permits)
  const { rows } = await sql<FinishRow>`
    select distinct on (v.part_id, v.ordinal) v.part_id, v.ordinal, v.key_digest, v.source_no, v.record_id, v.entity, v.reporting_region, v.record_index,
           e.to_on as finished_on, t.from_on as issued_on, p.record_id as permit_record
    from unnest(${digests}::bytea[]) as c (permit)
    join link_fact e on e.permit = c.permit and e.kind = 'end'
    join link_fact t on t.permit = c.permit and t.kind = 'term' and t.from_on > e.to_on
    join version v on v.part_id = e.part_id and v.ordinal = e.ordinal
    join version p on p.part_id = t.part_id and p.ordinal = t.ordinal
    order by v.part_id, v.ordinal, t.from_on`.execute(trx)
  const found = rows.map((row): NewFinding => {
    const problem = recordProblem('finish-before-permit', {
      record: row.record_index,
      severity,
      rule: 'linkage.finish-before-permit',
      basis,
      pointer: `/data/${linkage.finishes.finished}`,
      value: row.finished_on,
      allowed: `≥ ${row.issued_on}`,
      detail: {
        zh: `竣工于 ${row.finished_on}，而施工许可（${publicRecordId(row.permit_record)}）发于 ${row.issued_on}`,
        en: `Finished on ${row.finished_on}, but the permit (${publicRecordId(row.permit_record)}) was issued on ${row.issued_on}`,
      },
    })
    return { version: row, rule: 'linkage.finish-before-permit', code: 'finish-before-permit', severity, about: null, problem }
  })
  const { rows: open } = await sql<{ finding_no: number; part_id: number; ordinal: number }>`
    select distinct f.finding_no, f.part_id, f.ordinal
    from unnest(${digests}::bytea[]) as c (permit) join link_fact e on e.permit = c.permit and e.kind = 'end'
    join finding f on f.part_id = e.part_id and f.ordinal = e.ordinal and f.rule = 'linkage.finish-before-permit' and f.state = 'open'
    -- A finish of several permits is judged by those that have changed; it stays while another one is later still.
    where not exists (
      select 1 from link_fact e2 join link_fact t2 on t2.permit = e2.permit and t2.kind = 'term' and t2.from_on > e2.to_on
      where e2.part_id = e.part_id and e2.ordinal = e.ordinal and e2.kind = 'end')`.execute(trx)
  return { found, gone: withoutFound(open, rows) }
}
