import { int4Array, int8Array } from '@huijiao/database'
import { Problem } from '@huijiao/problem'
import { type RawBuilder, sql } from 'kysely'
import { inForceFrom, loadPins, loadViews } from './authority-read.ts'
import { regionWithin } from './bounds.ts'
import type { Hub } from './hub.ts'
import { parseRecordId } from './record-id.ts'
import { byTokens, type FoundRow, publishedOn, type SearchScope } from './search.ts'
import { dataOf, entityOf, type VersionText } from './search-reader.ts'
import { searchTraits, type SearchTraits } from './search-traits.ts'
import { tokenOf } from './search-tokens.ts'
import { allTextsMustBeHere } from './version-range.ts'

/** A record that is found, with what it is and what it names. */
export interface Subject {
  readonly row: FoundRow
  readonly release: string
  readonly data: Readonly<Record<string, unknown>>
  readonly traits: SearchTraits
}

const columns = sql`r.place, r.record_id, r.entity, r.library, r.name, r.number, r.region, r.state, r.part_id, r.ordinal, r.several`

const scoped = (scope: SearchScope): RawBuilder<boolean> => {
  const conditions = [
    ...(scope.within === undefined ? [] : [regionWithin(sql`r.region`, scope.within)]),
    ...(scope.published === undefined ? [] : [publishedOn(scope.published)]),
  ]
  return conditions.length === 0 ? sql<boolean>`true` : sql<boolean>`${sql.join(conditions, sql` and `)}`
}

/**
 * The record that a public id names, as the search knows it; whichever of its streams the id belongs to.
 * @throws Problem not-found, also while the search has not read it yet or when the scope leaves it out
 */
export async function findSubject(hub: Hub, recordId: string, scope: SearchScope): Promise<Subject> {
  const uuid = parseRecordId(recordId)
  const { rows } =
    uuid === null
      ? { rows: [] }
      : await sql<FoundRow>`
        select ${columns} from search_record r
        where r.key_digest = (select s.key_digest from stream s where s.record_id = ${uuid}::uuid limit 1) and ${scoped(scope)}`.execute(
          hub.db,
        )
  const row = rows[0]
  if (row === undefined)
    throw new Problem('not-found', { zh: `没有记录 ${recordId.slice(0, 60)}`, en: `There is no record ${recordId.slice(0, 60)}` })
  return (await subjectsOf(hub, [row]))[0] as Subject
}

/** Rows with the data that is in force: of the version that they show, or composed where several sources say something of the record, corrections among them. */
export async function subjectsOf(hub: Hub, rows: readonly FoundRow[]): Promise<Subject[]> {
  if (rows.length === 0) return []
  const { rows: versions } = await sql<VersionText>`
    select v.key_digest, v.part_id, v.ordinal, v.entity, v.release, v.operation, v.state, true as in_force, v.reporting_region, v.commitment,
           v.open_text, v.named_text, v.sealed_text, v.salts
    from version v
    join unnest(${int8Array(rows.map((row) => row.part_id))}::int8[], ${int4Array(rows.map((row) => row.ordinal))}::int4[]) as t (part_id, ordinal)
      using (part_id, ordinal)`.execute(hub.db)
  await allTextsMustBeHere(hub.db, versions)
  const composed = await composedOf(hub, rows, versions)
  const byPlace = new Map(versions.map((version) => [`${version.part_id}/${version.ordinal}`, version]))
  return rows.flatMap((row) => {
    const version = byPlace.get(`${row.part_id}/${row.ordinal}`)
    const entity = version === undefined ? undefined : entityOf(hub, version.release, version.entity)
    if (version === undefined || entity === undefined) return []
    const data = composed.get(version.key_digest.toString('hex')) ?? dataOf(hub, version)
    return [{ row, release: version.release, data, traits: searchTraits(entity, data) }]
  })
}

/** What is in force of the rows that several sources write, by key digest in hex; as `readRecord` tells it. */
async function composedOf(hub: Hub, rows: readonly FoundRow[], versions: readonly VersionText[]): Promise<Map<string, Subject['data']>> {
  const several = new Set(rows.flatMap((row) => (row.several ? [`${row.part_id}/${row.ordinal}`] : [])))
  const keys = versions.filter((version) => several.has(`${version.part_id}/${version.ordinal}`)).map((version) => version.key_digest)
  const [views, pins] = [await loadViews(hub, hub.db, keys), await loadPins(hub, hub.db, keys)]
  return new Map(
    keys.flatMap((key) => {
      const hex = key.toString('hex')
      const force = inForceFrom(hub, views.get(hex) ?? [], pins.get(hex) ?? new Map())
      return force === null ? [] : [[hex, force.data] as const]
    }),
  )
}

/** Records of one table that hang together with a subject. */
export interface LinkGroup {
  readonly entity: string
  /** `below`: they name the subject; `above`: the subject names them. */
  readonly direction: 'below' | 'above'
  readonly count: number
  /** There are more than were counted. */
  readonly more: boolean
  readonly rows: readonly FoundRow[]
}

/** Most linked records that are counted for one page. */
const countedMax = 5000

const tokensBelow = (hub: Hub, { traits }: Subject) => traits.own.map((token) => tokenOf(hub, 'has', token))
const tokensAbove = (hub: Hub, { traits }: Subject) => traits.refs.map((token) => tokenOf(hub, 'is', token))

/** What hangs together with a subject, both ways, by table: how many, and the first of each. */
export async function linkedRecords(hub: Hub, subject: Subject, scope: SearchScope, each: number): Promise<LinkGroup[]> {
  const [below, above] = await Promise.all([
    groupsOf(hub, subject, tokensBelow(hub, subject), scope, each, 'below'),
    groupsOf(hub, subject, tokensAbove(hub, subject), scope, each, 'above'),
  ])
  return [...above, ...below]
}

async function groupsOf(
  hub: Hub,
  subject: Subject,
  tokens: readonly bigint[],
  scope: SearchScope,
  each: number,
  direction: LinkGroup['direction'],
): Promise<LinkGroup[]> {
  if (tokens.length === 0) return []
  const { rows } = await byTokens(hub, (trx) =>
    sql<FoundRow & { count: number; all: number }>`
    with met as materialized (
      select ${columns} from search_record r
      where r.tokens && ${int8Array(tokens)}::int8[] and r.place <> ${subject.row.place} and ${scoped(scope)} limit ${countedMax}
    ), ranked as (
      select r.*, row_number() over (partition by entity order by place) as rank, count(*) over (partition by entity)::int4 as count, count(*) over ()::int4 as all from met r
    )
    select * from ranked where rank <= ${each} order by entity, place`.execute(trx),
  )
  return [...Map.groupBy(rows, (row) => row.entity)].map(([entity, list]) => ({
    entity,
    direction,
    count: (list[0] as { count: number }).count,
    more: (list[0] as { all: number }).all >= countedMax,
    rows: list,
  }))
}

/** Linked records of one table, page by page. One more row than asked for when there are more. */
export async function linkedOfEntity(
  hub: Hub,
  subject: Subject,
  scope: SearchScope,
  page: { readonly entity: string; readonly direction: LinkGroup['direction']; readonly after?: number; readonly limit: number },
): Promise<FoundRow[]> {
  const tokens = page.direction === 'below' ? tokensBelow(hub, subject) : tokensAbove(hub, subject)
  if (tokens.length === 0) return []
  const { rows } = await byTokens(hub, (trx) =>
    sql<FoundRow>`
    select ${columns} from search_record r
    where r.tokens && ${int8Array(tokens)}::int8[] and r.tokens @> ${int8Array([tokenOf(hub, 'entity', page.entity)])}::int8[] and r.entity = ${page.entity}
      and r.place <> ${subject.row.place} and ${page.after === undefined ? sql`true` : sql`r.place > ${page.after}`} and ${scoped(scope)}
    order by r.place limit ${page.limit + 1}`.execute(trx),
  )
  return rows
}

/** Records that are what the tokens say, such as the companies with these codes. By token. */
export async function recordsThatAre(hub: Hub, tokens: readonly string[], scope: SearchScope): Promise<Map<string, Subject>> {
  if (tokens.length === 0) return new Map()
  const { rows } = await byTokens(hub, (trx) =>
    sql<FoundRow>`
    select ${columns} from search_record r where r.tokens && ${int8Array(tokens.map((token) => tokenOf(hub, 'is', token)))}::int8[] and ${scoped(scope)}
    order by r.place limit 1000`.execute(trx),
  )
  const found = new Map<string, Subject>()
  for (const subject of await subjectsOf(hub, rows))
    for (const token of subject.traits.own) if (!found.has(token)) found.set(token, subject)
  return found
}
