import { type Entity, isFieldShown, publicationOf, shownEntities } from '@huijiao/standard'
import { sql } from 'kysely'
import { briefFields } from './brief-fields.ts'
import type { Hub } from './hub.ts'
import { describeFields, type DescribedField, entityNames, regionName } from './record-fields.ts'
import { publicRecordId } from './record-id.ts'
import { findSubject, type LinkGroup, linkedRecords, type Subject, subjectsOf } from './record-links.ts'
import { readRecord } from './record-read.ts'
import type { FoundRow, SearchScope } from './search.ts'
import { entityOf } from './search-reader.ts'
import { allTextsMustBeHere } from './version-range.ts'

/** The day in the time zone of the rules, YYYY-MM-DD. */
export const dayInShanghai = (at: Date): string => new Date(at.getTime() + 8 * 3_600_000).toISOString().slice(0, 10)

/** What anybody may see, today. */
export function publicScope(hub: Hub): SearchScope & Required<Pick<SearchScope, 'published'>> {
  const policy = hub.policy()
  return { published: { entities: shownEntities(policy), dated: publicationOf(policy).dated, day: dayInShanghai(hub.clock.now()) } }
}

/** What a search without a sign-in looks in. */
export function publicSearchScope(hub: Hub): SearchScope {
  const { searched, wholeName } = publicationOf(hub.policy())
  const scope = publicScope(hub)
  return { published: { ...scope.published, entities: scope.published.entities.filter((code) => searched.includes(code)) }, wholeName }
}

/** A record in a list. */
export interface ListedRecord {
  readonly recordId: string
  readonly entity: string
  readonly entityName: { readonly zh: string; readonly en: string }
  readonly library: FoundRow['library']
  readonly name: string
  readonly number: string
  readonly region: string
  readonly regionName: string
  readonly state: FoundRow['state']
  /** Several sources say something of it. */
  readonly several: boolean
  readonly facts: readonly DescribedField[]
}

/** Who reads: operators see named fields and masked ones; the public what the policy shows. */
export type Audience = 'operators' | 'public'

/** Rows as people read them in a list, with the few fields that stand beside the name. */
export async function listRecords(hub: Hub, rows: readonly FoundRow[], audience: Audience): Promise<ListedRecord[]> {
  const subjects = new Map((await subjectsOf(hub, rows)).map((one) => [one.row.place, one]))
  return rows.map((row) => listed(hub, row, subjects.get(row.place), audience))
}

function listed(hub: Hub, row: FoundRow, subject: Subject | undefined, audience: Audience): ListedRecord {
  return {
    recordId: publicRecordId(row.record_id),
    entity: row.entity,
    entityName: entityNames(hub, row.entity),
    library: row.library,
    name: row.name,
    number: row.number,
    region: row.region,
    regionName: regionName(hub, seatOf(hub, subject) ?? row.region),
    state: row.state,
    several: row.several,
    facts: subject === undefined ? [] : factsOf(hub, subject, audience).filter((field) => field.value !== row.number),
  }
}

/** Where a company has its seat, which says more than who registered it; null for what belongs to a place. */
function seatOf(hub: Hub, subject: Subject | undefined): string | null {
  if (subject === undefined || entityOf(hub, subject.release, subject.row.entity)?.place !== null) return null
  const seat = subject.data['CountyNum'] ?? subject.data['CityNum'] ?? subject.data['ProvinceNum']
  return typeof seat === 'string' ? seat : null
}

function factsOf(hub: Hub, { row, release, data }: Subject, audience: Audience): DescribedField[] {
  const entity = entityOf(hub, release, row.entity)
  if (entity === undefined) return []
  const fields =
    briefFields(row.entity) ?? entity.fields.filter((field) => ['date', 'decimal', 'code'].includes(field.kind)).map((one) => one.code)
  const chosen = fields.filter((code) => mayList(hub, entity, code, data, audience) && data[code] !== undefined).slice(0, 8)
  return describeFields(hub, release, row.entity, Object.fromEntries(chosen.map((code) => [code, data[code]])))
}

/** Sealed fields stand in no list, whoever reads it. */
const mayList = (hub: Hub, entity: Entity, code: string, data: Subject['data'], audience: Audience): boolean =>
  audience === 'public'
    ? isFieldShown(hub.policy(), entity, code, data)
    : entity.fields.find((field) => field.code === code)?.privacy !== 'sealed' && !code.endsWith('Content')

/** Linked records by table, as people read them. */
export async function listGroups(hub: Hub, groups: readonly LinkGroup[], audience: Audience) {
  const records = new Map(
    (
      await listRecords(
        hub,
        groups.flatMap((group) => group.rows),
        audience,
      )
    ).map((one) => [one.recordId, one]),
  )
  return groups.map((group) => ({
    entity: group.entity,
    entityName: entityNames(hub, group.entity),
    direction: group.direction,
    count: group.count,
    more: group.more,
    items: group.rows.map((row) => records.get(publicRecordId(row.record_id)) as ListedRecord),
  }))
}

/**
 * A record as anybody sees it: what is in force, its open fields and the names of practitioners, without free text that nobody checked; sealed fields never.
 * @throws Problem not-found, also for what is there but not shown
 */
export async function publicRecord(hub: Hub, recordId: string) {
  const subject = await findSubject(hub, recordId, publicScope(hub))
  const { inForce } = await readRecord(hub, recordId, { unmask: false })
  const data = (inForce as { data?: Readonly<Record<string, unknown>> } | null)?.data ?? {}
  const release = inForce?.release ?? subject.release
  const entity = entityOf(hub, release, subject.row.entity)
  const described = describeFields(hub, release, subject.row.entity, data)
  const shown = (field: DescribedField) => entity !== undefined && isFieldShown(hub.policy(), entity, field.code, data)
  const { facts: _, ...summary } = listed(hub, subject.row, subject, 'public')
  return {
    subject,
    record: {
      ...summary,
      release,
      version: inForce?.version ?? null,
      commitment: inForce?.commitment ?? null,
      storedAt: inForce?.storedAt ?? null,
      log: inForce?.log ?? null,
      origin: originOf(inForce),
      /** The authority's place, where the node is named by its region. */
      originName: regionName(hub, originOf(inForce) ?? '').replace(originOf(inForce) ?? '-', ''),
      fields: described.filter(shown),
      /** Names of fields that the record has and that are not shown. */
      withheld: described.filter((field) => !shown(field)).map(({ zh, en }) => ({ zh, en })),
    },
  }
}

const originOf = (version: { readonly stream: string } | null): string | null => version?.stream.split('/')[0] ?? null

/** One item of a subject's conduct in time. */
export interface ConductItem {
  readonly kind: 'bad' | 'good' | 'taken-down'
  /** YYYY-MM-DD by which it is ordered. */
  readonly day: string
  readonly record: ListedRecord | null
  /** Of what was taken out of view: the number of the decision, and nothing else of it. */
  readonly number: string
}

/** How many records of conduct a page shows. */
const conductMax = 200

/**
 * A company's or a person's conduct that is in its publication term, newest first; and notices of what was published and has been taken out of view before
 * its term ended (决定变更或撤销), with nothing but its number and the day.
 */
export async function conductOf(hub: Hub, subject: Subject): Promise<ConductItem[]> {
  const scope = publicScope(hub)
  const { dated, day } = scope.published
  const groups = await linkedRecords(
    hub,
    subject,
    { published: { ...scope.published, entities: scope.published.entities.filter((code) => dated.includes(code)) } },
    conductMax,
  )
  const shown = (await listGroups(hub, groups, 'public')).flatMap((group) => group.items.map((record) => itemOf(record)))
  const all = await linkedRecords(hub, subject, {}, conductMax)
  const seen = new Set(shown.map((item) => item.record?.recordId))
  const hidden = all.flatMap((group) =>
    dated.includes(group.entity) ? group.rows.filter((row) => !seen.has(publicRecordId(row.record_id))) : [],
  )
  const notices = await takenDown(hub, hidden, day)
  return [...shown, ...notices].sort((a, b) => (a.day < b.day ? 1 : -1))
}

function itemOf(record: ListedRecord): ConductItem {
  const fact = (...codes: string[]) => record.facts.find((field) => codes.includes(field.code))?.value
  return {
    kind: /Bad/.test(record.entity) ? 'bad' : 'good',
    day: String(fact('PunishDate', 'AwardDate') ?? fact('PublicBDate') ?? ''),
    record,
    number: record.number,
  }
}

/** Of records that are not shown: those of which an earlier version was in its term when it was replaced by one that is not published. */
async function takenDown(hub: Hub, rows: readonly FoundRow[], today: string): Promise<ConductItem[]> {
  if (rows.length === 0) return []
  const found: ConductItem[] = []
  for (const row of rows.slice(0, 50)) {
    const { rows: versions } = await sql<{ open_text: string | null; salts: Buffer; part_id: number; stored_at: Date }>`
      with recursive chain as (
        select v.open_text, v.salts, v.part_id, v.prev_part, v.prev_ordinal, 1 as depth from version v where v.part_id = ${row.part_id} and v.ordinal = ${row.ordinal}
        union all
        select v.open_text, v.salts, v.part_id, v.prev_part, v.prev_ordinal, c.depth + 1 from chain c join version v on v.part_id = c.prev_part and v.ordinal = c.prev_ordinal where c.depth < 20
      )
      select c.open_text, c.salts, c.part_id, p.stored_at from chain c join part p using (part_id) order by depth`.execute(hub.db)
    await allTextsMustBeHere(hub.db, versions.slice(0, 1))
    // One before the last whose texts are elsewhere was not published: those that were stay (keptWhole in version-range-swap.ts).
    const [now, before] = versions.slice(0, 2).map((one) => JSON.parse(one.open_text || '{}') as Record<string, string>)
    const takenOn = versions[0] === undefined ? '' : dayInShanghai(versions[0].stored_at)
    const running = before?.['IsPublic'] === '1' && (before['PublicBDate'] ?? '9') <= takenOn && (before['PublicEDate'] ?? '') >= today
    if (row.state === 'in-force' && now?.['IsPublic'] !== '1' && running)
      found.push({ kind: 'taken-down', day: takenOn, record: null, number: row.number })
  }
  return found
}
