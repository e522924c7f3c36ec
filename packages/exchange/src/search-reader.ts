import type { SearchState, Tables } from '@huijiao/database'
import { boolArray, byteaArray, int4Array, int8Array, retryDeadlocks, textArray, uuidArray } from '@huijiao/database'
import { type Clock, type Entity, type EntityGroup, publicationTerm } from '@huijiao/standard'
import { type Kysely, sql, type Transaction } from 'kysely'
import { inForceFrom, loadPins, loadViews } from './authority-read.ts'
import type { Hub } from './hub.ts'
import { lockReader, type Pace, readTouched, setReader, type TouchedVersions } from './reader.ts'
import { regionTokens, tokenOf } from './search-tokens.ts'
import { namesPersons, searchTraits } from './search-traits.ts'
import { gramsOf, initialsOf, wordsOf } from './search-words.ts'
import { allTextsMustBeHere } from './version-range.ts'

const readerName = 'search'
/** Bounds of one page: entries, and versions that they tell of. A single part may hold more, and is then a page. */
const entriesMax = 500
const versionsMax = { short: 500, usual: 4000 }

/**
 * Reads the sequenced log on and brings to date what records are found by. One page a call; several processes may call it at once, one works at a time.
 * Nothing of this is done while records are received.
 * @returns true when there is more to read
 */
export async function indexRecords(hub: Hub, { short = false }: Pace = {}): Promise<boolean> {
  return await retryDeadlocks(() =>
    hub.db.transaction().execute(async (trx) => {
      const cursor = await lockReader(trx, readerName)
      const page = await readTouched(trx, cursor, { entries: entriesMax, versions: short ? versionsMax.short : versionsMax.usual })
      if (page === null) return false
      const keys = await touchedKeys(trx, page)
      const rows = [...(await singleRows(hub, trx, keys)), ...(await composedRows(hub, trx, keys))]
      await writeRows(hub, trx, rows)
      await setReader(trx, readerName, page.next)
      return page.more
    }),
  )
}

/** How many entries of the log tell of records that the search has not read yet, at most 1,000. */
export async function searchLag(db: Kysely<Tables>): Promise<number> {
  const { rows } = await sql<{ behind: number }>`
    select count(*)::int4 as behind from (
      select 1 from log_entry where index >= coalesce((select cursor from reader where name = ${readerName}), 0) and kind in ('part', 'decision') limit 1000
    ) as unread`.execute(db)
  return rows[0]?.behind ?? 0
}

interface TouchedKey {
  readonly key_digest: Buffer
  /** Its lowest record id. */
  readonly record_id: string
  /** Sources that have a version in force. */
  readonly standing: number
}

async function touchedKeys(trx: Transaction<Tables>, page: TouchedVersions): Promise<TouchedKey[]> {
  if (page.parts.length + page.decided.length + page.records.length === 0) return []
  const { rows } = await sql<TouchedKey>`
    with touched as (
      select v.key_digest from version v where v.part_id = any(${int8Array(page.parts)}::int8[])
      union
      select v.key_digest from version v
      join unnest(${int8Array(page.decided.map(([part]) => part))}::int8[], ${int4Array(page.decided.map(([, ordinal]) => ordinal))}::int4[]) as t (part_id, ordinal)
        on v.part_id = t.part_id and v.ordinal = t.ordinal
      union
      select s.key_digest from stream s where s.record_id = any(${uuidArray(page.records)}::uuid[])
    )
    select s.key_digest, (array_agg(s.record_id order by s.record_id))[1] as record_id, count(s.force_part)::int4 as standing
    from touched join stream s using (key_digest) group by s.key_digest`.execute(trx)
  return rows
}

interface ShownRow {
  readonly key: TouchedKey
  readonly entity: string
  readonly release: string
  readonly part: number
  readonly ordinal: number
  readonly region: string
  readonly state: SearchState
  readonly data: Readonly<Record<string, unknown>>
}

export interface VersionText {
  readonly key_digest: Buffer
  readonly part_id: number
  readonly ordinal: number
  readonly entity: string
  readonly release: string
  readonly operation: string
  readonly state: SearchState
  readonly in_force: boolean
  readonly reporting_region: string
  readonly commitment: Buffer
  readonly open_text: string | null
  readonly named_text: string | null
  readonly sealed_text: Buffer | null
  readonly salts: Buffer
}

/** Keys with at most one version in force: that version, or the latest stored. */
async function singleRows(hub: Hub, trx: Transaction<Tables>, keys: readonly TouchedKey[]): Promise<ShownRow[]> {
  const single = keys.filter((key) => key.standing < 2)
  if (single.length === 0) return []
  const byKey = new Map(single.map((key) => [key.key_digest.toString('hex'), key]))
  const { rows } = await sql<VersionText>`
    select distinct on (s.key_digest) s.key_digest, v.part_id, v.ordinal, v.entity, v.release, v.operation, v.state, s.force_part is not null as in_force,
           v.reporting_region, v.commitment, v.open_text, v.named_text, v.sealed_text, v.salts
    from stream s
    join version v on v.part_id = coalesce(s.force_part, s.head_part) and v.ordinal = coalesce(s.force_ordinal, s.head_ordinal)
    where s.key_digest = any(${byteaArray(single.map((key) => key.key_digest))}::bytea[])
    order by s.key_digest, s.force_part nulls last, s.head_part desc`.execute(trx)
  await allTextsMustBeHere(trx, rows)
  return rows.map((row) => ({
    key: byKey.get(row.key_digest.toString('hex')) as TouchedKey,
    entity: row.entity,
    release: row.release,
    part: row.part_id,
    ordinal: row.ordinal,
    region: row.reporting_region,
    state: row.operation === 'upsert' ? (row.in_force ? 'in-force' : row.state) : 'withdrawn',
    data: dataOf(hub, row),
  }))
}

/** The fields of a version; the sealed ones only where a person's document is among what it is found by. */
export function dataOf(hub: Hub, row: VersionText): Record<string, unknown> {
  const entity = entityOf(hub, row.release, row.entity)
  const data: Record<string, unknown> = {}
  for (const text of [row.open_text, row.named_text]) if (text !== null && text !== '') Object.assign(data, JSON.parse(text))
  if (row.sealed_text !== null && entity !== undefined && namesPersons(entity))
    Object.assign(data, JSON.parse(hub.sealer.open(row.sealed_text, row.commitment)))
  return data
}

/** Keys that several sources write: what is in force, composed by the policy in force and the decisions of people. */
async function composedRows(hub: Hub, trx: Transaction<Tables>, keys: readonly TouchedKey[]): Promise<ShownRow[]> {
  const several = keys.filter((key) => key.standing > 1)
  const digests = several.map((key) => key.key_digest)
  const [views, pins] = [await loadViews(hub, trx, digests), await loadPins(hub, trx, digests)]
  const regions = new Map<string, string>()
  const leading = several.flatMap((key) => {
    const hex = key.key_digest.toString('hex')
    const force = inForceFrom(hub, views.get(hex) ?? [], pins.get(hex) ?? new Map())
    return force === null ? [] : [{ key, force }]
  })
  const { rows } = await sql<{ part_id: number; ordinal: number; reporting_region: string; operation: string }>`
    select v.part_id, v.ordinal, v.reporting_region, v.operation from version v
    join unnest(${int8Array(leading.map((one) => one.force.leading.partId))}::int8[], ${int4Array(leading.map((one) => one.force.leading.ordinal))}::int4[]) as t (part_id, ordinal)
      using (part_id, ordinal)`.execute(trx)
  for (const row of rows) regions.set(`${row.part_id}/${row.ordinal}`, row.operation === 'upsert' ? row.reporting_region : '')
  return leading.map(({ key, force }): ShownRow => {
    const { partId: part, ordinal, entity, release } = force.leading
    const region = regions.get(`${part}/${ordinal}`) ?? ''
    return { key, entity, release, part, ordinal, region, state: region === '' ? 'withdrawn' : 'in-force', data: force.data }
  })
}

/** A table as the record's release has it; as another release has it, when this node no longer serves that one. */
export function entityOf(hub: Pick<Hub, 'standards'>, release: string, code: string): Entity | undefined {
  const { releases } = hub.standards()
  return releases.get(release)?.entities.get(code) ?? [...releases.values()].findLast((one) => one.entities.has(code))?.entities.get(code)
}

async function writeRows(hub: Hub, trx: Transaction<Tables>, shown: readonly ShownRow[]): Promise<void> {
  const rows = shown.flatMap((one) => {
    const entity = entityOf(hub, one.release, one.entity)
    return entity === undefined ? [] : [rowOf(hub, entity, one)]
  })
  if (rows.length === 0) return
  const of = <T>(pick: (row: SearchRow) => T) => rows.map(pick)
  await sql`
    insert into search_record as r (key_digest, place, record_id, entity, library, name, words, initials, number, region, state, part_id, ordinal, several,
                                    shown_from, shown_to, grams, tokens)
    select key_digest, rank * ${rankSpan}::int8 + ${rankSpan}::int8 - nextval('search_place_seq'), record_id, entity, library, name, words, initials, number,
           region, state, part_id, ordinal, several, shown_from::date, shown_to::date, grams::int4[], tokens::int8[]
    from unnest(
      ${byteaArray(of((row) => row.key.key_digest))}::bytea[], ${int4Array(of((row) => row.rank))}::int4[], ${uuidArray(of((row) => row.key.record_id))}::uuid[],
      ${textArray(of((row) => row.entity))}::text[], ${textArray(of((row) => row.library))}::text[], ${textArray(of((row) => row.name))}::text[],
      ${textArray(of((row) => row.words))}::text[], ${textArray(of((row) => row.initials))}::text[], ${textArray(of((row) => row.number))}::text[],
      ${textArray(of((row) => row.region))}::text[], ${textArray(of((row) => row.state))}::text[], ${int8Array(of((row) => row.part))}::int8[],
      ${int4Array(of((row) => row.ordinal))}::int4[], ${boolArray(of((row) => row.key.standing > 1))}::bool[], ${textArray(of((row) => row.shownFrom))}::text[],
      ${textArray(of((row) => row.shownTo))}::text[], ${textArray(of((row) => `{${row.grams.join(',')}}`))}::text[],
      ${textArray(of((row) => `{${row.tokens.join(',')}}`))}::text[]
    ) as t (key_digest, rank, record_id, entity, library, name, words, initials, number, region, state, part_id, ordinal, several, shown_from, shown_to, grams, tokens)
    on conflict (key_digest) do update
      set record_id = excluded.record_id, name = excluded.name, words = excluded.words, initials = excluded.initials, number = excluded.number,
          region = excluded.region, state = excluded.state, part_id = excluded.part_id, ordinal = excluded.ordinal, several = excluded.several,
          shown_from = excluded.shown_from, shown_to = excluded.shown_to, grams = excluded.grams, tokens = excluded.tokens`.execute(trx)
}

/** The clocks of a release; those of the newest, when this node no longer serves that one. */
export function clocksOf(hub: Pick<Hub, 'standards'>, release: string): readonly Clock[] {
  const { releases } = hub.standards()
  return (releases.get(release) ?? [...releases.values()].at(-1))?.clocks ?? []
}

/** More places than a node ever gives within a rank. */
const rankSpan = 1_000_000_000_000

interface SearchRow extends ShownRow {
  readonly library: EntityGroup
  readonly rank: number
  readonly name: string
  readonly words: string
  readonly initials: string
  readonly number: string
  readonly shownFrom: string | null
  readonly shownTo: string | null
  readonly grams: readonly number[]
  readonly tokens: readonly bigint[]
}

function rowOf(hub: Hub, entity: Entity, shown: ShownRow): SearchRow {
  const traits = searchTraits(entity, shown.data)
  const words = wordsOf(traits.name)
  const initials = initialsOf(traits.name)
  const term = entity.group === 'conduct' ? publicationTerm(entity, shown.data, clocksOf(hub, shown.release)) : null
  return {
    ...shown,
    library: entity.group,
    rank: traits.rank,
    name: traits.name,
    words,
    initials,
    number: traits.number,
    shownFrom: term?.from ?? null,
    shownTo: term?.to ?? null,
    grams: gramsOf(words, initials),
    tokens: [
      ...new Set([
        ...traits.own.map((token) => tokenOf(hub, 'is', token)),
        ...traits.refs.map((token) => tokenOf(hub, 'has', token)),
        tokenOf(hub, 'entity', shown.entity),
        tokenOf(hub, 'library', entity.group),
        tokenOf(hub, 'state', shown.state),
        ...regionTokens(hub, shown.region),
      ]),
    ],
  }
}
