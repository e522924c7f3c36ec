import type { SearchRecordTable, SearchState, Tables } from '@huijiao/database'
import { int4Array, int8Array, textArray } from '@huijiao/database'
import { isCompanyCode, organisationCodeOf } from '@huijiao/standard'
import { type RawBuilder, type Selectable, sql, type Transaction } from 'kysely'
import { regionWithin } from './bounds.ts'
import type { Hub } from './hub.ts'
import { numberToken, personToken } from './search-traits.ts'
import { regionsAsked, tokenOf } from './search-tokens.ts'
import { type AskedWord, askedWords, gramsOf, likeText, numberForm, wordsOf } from './search-words.ts'

export type FoundRow = Pick<
  Selectable<SearchRecordTable>,
  'place' | 'record_id' | 'entity' | 'library' | 'name' | 'number' | 'region' | 'state' | 'part_id' | 'ordinal' | 'several'
>

/** Which records somebody may find at all, whatever they ask for. */
export interface SearchScope {
  /** Regions whose records they may see; absent: all. */
  readonly within?: readonly string[]
  /** What is shown to the public on a day (YYYY-MM-DD): these tables, in force; of `dated` ones, only within their term. */
  readonly published?: { readonly entities: readonly string[]; readonly dated: readonly string[]; readonly day: string }
  /** Tables whose records are found by their whole name, or a number, only. */
  readonly wholeName?: readonly string[]
  /** Also by a whole document number of a person. */
  readonly documents?: boolean
}

export interface SearchQuery extends SearchScope {
  /** Names, numbers, codes, first letters of pinyin; words that must all be met. Empty: everything, by the filters alone. */
  readonly text?: string
  readonly library?: FoundRow['library']
  readonly entity?: string
  readonly state?: SearchState
  /** Region code or the beginning of one. */
  readonly region?: string
  /** Place of the last row of the page before. */
  readonly after?: number
  readonly limit: number
}

export interface SearchPage {
  /** One more than asked for when there are more. */
  readonly rows: FoundRow[]
  /** More records match than were looked through: what is shown is not everything, and more words would help. */
  readonly tooMany: boolean
}

/**
 * How many of the first records of a list are looked at one by one before the index is asked. A word that one record in two hundred has fills its page here; the rarer
 * ones have few enough records for the index.
 */
const windowRows = 5000
/** Most records that the index gives for one question. */
const candidatesMax = 20_000

/**
 * Finds records: those by which a subject is known first, then the newest first.
 * @param bounds how many of the first records are looked through before the index is asked
 * @returns an empty page when words were typed and none of them can be searched for (one letter, one character)
 */
export async function searchRecords(
  hub: Hub,
  query: SearchQuery,
  bounds: { readonly windowRows: number } = { windowRows },
): Promise<SearchPage> {
  const words = askedWords(query.text ?? '')
  if (words.length === 0 && (query.text ?? '').trim() !== '') return { rows: [], tooMany: false }
  const filters = [...filtersOf(query), ...(query.after === undefined ? [] : [sql<boolean>`r.place > ${query.after}`])]
  const first = await windowOf(hub, query, words, filters, bounds.windowRows)
  if (first !== null) return first
  const cut = cutOf(hub, query)
  const branches = words.length === 0 ? [all(cut)] : branchesOf(hub, query, words, cut)
  const found = sql.join(
    branches.map((branch) => sql`(select r.place from search_record r where ${branch} and ${all(filters)} limit ${candidatesMax})`),
    sql` union `,
  )
  const rows = await byTokens(hub, async (trx) => {
    const { rows: places } = await sql<{ place: number; candidates: number }>`
      with found as materialized (${found}) select place, (select count(*) from found)::int4 as candidates from found order by place limit ${query.limit + 1}`.execute(
      trx,
    )
    if (places.length === 0) return []
    await sql`select set_config('enable_indexscan', 'on', true)`.execute(trx)
    const { rows: shown } = await sql<FoundRow>`
      select ${columns} from search_record r where r.place = any(${int8Array(places.map((one) => one.place))}::int8[]) order by r.place`.execute(
      trx,
    )
    return shown.map((row) => ({ ...row, candidates: places[0]?.candidates ?? 0 }))
  })
  return { rows: rows.map(({ candidates: _, ...row }) => row), tooMany: (rows[0]?.candidates ?? 0) >= candidatesMax }
}

/**
 * Runs questions that only the index of grams and tokens can answer well. The planner does not know how rare a token is, and takes a limit, or an order by
 * place, for a promise that a walk through the table ends early; for a rare one it never does.
 */
export const byTokens = <T>(hub: Hub, ask: (trx: Transaction<Tables>) => Promise<T>): Promise<T> =>
  hub.db.transaction().execute(async (trx) => {
    await sql`select set_config('enable_seqscan', 'off', true), set_config('enable_indexscan', 'off', true)`.execute(trx)
    return await ask(trx)
  })

const columns = sql`r.place, r.record_id, r.entity, r.library, r.name, r.number, r.region, r.state, r.part_id, r.ordinal, r.several`
const all = (conditions: readonly RawBuilder<boolean>[]) =>
  conditions.length === 0 ? sql<boolean>`true` : sql<boolean>`${sql.join(conditions, sql` and `)}`

/** The first records of the list, one by one; null when they do not fill the page and there are others. */
async function windowOf(
  hub: Hub,
  query: SearchQuery,
  words: readonly AskedWord[],
  filters: readonly RawBuilder<boolean>[],
  rowsMax: number,
): Promise<SearchPage | null> {
  // A whole number is rare: the index has it at once.
  if (words.some((word) => word.number !== null)) return null
  const list = [
    ...(query.entity === undefined ? [] : [sql<boolean>`r.entity = ${query.entity}`]),
    ...(query.library === undefined ? [] : [sql<boolean>`r.library = ${query.library}`]),
    ...(query.after === undefined ? [] : [sql<boolean>`r.place > ${query.after}`]),
  ]
  // Read in order and left as soon as the page is full: what many records have costs next to nothing.
  const { rows } = await sql<FoundRow>`
    select ${columns} from (
      select place, record_id, entity, library, name, number, region, state, part_id, ordinal, several, words, initials, shown_from, shown_to
      from search_record r where ${all(list)} order by r.place limit ${rowsMax}
    ) as r where ${all([...filters, ...words.map(namedBy)])} order by r.place limit ${query.limit + 1}`.execute(hub.db)
  if (rows.length > query.limit) return { rows, tooMany: false }
  return (await countSeen(hub, list, rowsMax)) < rowsMax ? { rows, tooMany: false } : null
}

async function countSeen(hub: Hub, list: readonly RawBuilder<boolean>[], rowsMax: number): Promise<number> {
  const { rows } = await sql<{ seen: number }>`
    select count(*)::int4 as seen from (select 1 from search_record r where ${all(list)} limit ${rowsMax}) as s`.execute(hub.db)
  return rows[0]?.seen ?? 0
}

/** True for a record whose name, or its first letters of pinyin, has the word in it. */
const namedBy = (word: AskedWord): RawBuilder<boolean> =>
  word.initials
    ? sql<boolean>`(r.words like ${`%${likeText(word.words)}%`} or r.initials like ${`%${likeText(word.words)}%`})`
    : sql<boolean>`r.words like ${`%${likeText(word.words)}%`}`

/** Facts as tokens, so that the index meets them together with the words. */
function factsOf(hub: Hub, query: SearchQuery): bigint[] {
  return [
    ...(query.library === undefined ? [] : [tokenOf(hub, 'library', query.library)]),
    ...(query.entity === undefined ? [] : [tokenOf(hub, 'entity', query.entity)]),
    ...(query.state === undefined ? [] : [tokenOf(hub, 'state', query.state)]),
    // Of three or five digits the index knows the two or four that they begin with.
    ...(query.region === undefined || !/^\d{2,6}$/.test(query.region)
      ? []
      : [tokenOf(hub, 'region', query.region.slice(0, query.region.length - (query.region.length % 2)))]),
    ...(query.published === undefined ? [] : [tokenOf(hub, 'state', 'in-force')]),
  ]
}

const holds = (tokens: readonly bigint[]) => sql<boolean>`r.tokens @> ${int8Array(tokens)}::int8[]`

/** What the index can tell of the filters: facts that all hold, and regions of which any does. */
function cutOf(hub: Hub, query: SearchQuery): RawBuilder<boolean>[] {
  const facts = factsOf(hub, query)
  const within = query.within === undefined ? null : regionsAsked(hub, query.within)
  return [
    ...(facts.length === 0 ? [] : [holds(facts)]),
    ...(within === null ? [] : [sql<boolean>`r.tokens && ${int8Array(within)}::int8[]`]),
  ]
}

/** The ways in which words are met: all in the name; the only word as a number, or as the beginning of one. */
function branchesOf(hub: Hub, query: SearchQuery, words: readonly AskedWord[], cut: readonly RawBuilder<boolean>[]): RawBuilder<boolean>[] {
  const grams = gramsOf(...words.map((word) => word.words))
  const byName = all([sql<boolean>`r.grams @> ${int4Array(grams)}::int4[]`, ...words.map(namedBy), ...cut])
  const numbers = words.flatMap((word) => (word.number === null ? [] : [word.number]))
  if (numbers.length === 0) return [byName]
  const byToken = all([
    ...numbers.map((number) => sql<boolean>`r.tokens && ${int8Array(tokensOfNumber(hub, number, query.documents === true))}::int8[]`),
    ...words.filter((word) => word.number === null).map(namedBy),
    ...cut,
  ])
  // Said as the index says it: without the first half the planner does not see that the index holds every such row, and reads the whole table.
  const beginning =
    numbers.length === 1 && words.length === 1
      ? [all([sql<boolean>`r.number <> '' and r.number like ${`${likeText(numbers[0] as string)}%`}`])]
      : []
  // A code of some length stands in no name, and every pair of its digits stands in most: looking would cost a second and find nothing.
  const codesOnly = words.every((word) => word.number !== null && /^[0-9A-Z-]{6,}$/.test(word.number))
  return [...(codesOnly ? [] : [byName]), byToken, ...beginning]
}

function tokensOfNumber(hub: Hub, number: string, documents: boolean): bigint[] {
  const texts = [
    numberToken(number),
    ...(isCompanyCode(number) ? [`no:${organisationCodeOf(number)}`] : []),
    ...(documents ? [personToken(number)] : []),
  ]
  return texts.flatMap((text) => [tokenOf(hub, 'is', text), tokenOf(hub, 'has', text)])
}

/** What every row must meet, by plain columns: the index is only a sieve. */
function filtersOf(query: SearchQuery): RawBuilder<boolean>[] {
  const { published } = query
  return [
    ...(query.entity === undefined ? [] : [sql<boolean>`r.entity = ${query.entity}`]),
    ...(query.library === undefined ? [] : [sql<boolean>`r.library = ${query.library}`]),
    ...(query.state === undefined ? [] : [sql<boolean>`r.state = ${query.state}`]),
    ...(query.region === undefined ? [] : [sql<boolean>`starts_with(r.region, ${query.region})`]),
    ...(query.within === undefined ? [] : [regionWithin(sql`r.region`, query.within)]),
    ...(published === undefined ? [] : [publishedOn(published)]),
    ...(query.wholeName === undefined ? [] : [foundWhole(query.wholeName, query.text ?? '')]),
  ]
}

/** True for a row of other tables, and for one whose whole name, or number, was typed. */
const foundWhole = (tables: readonly string[], text: string): RawBuilder<boolean> =>
  sql<boolean>`(r.entity <> all(${textArray(tables)}::text[]) or r.words = ${wordsOf(text)} or (r.number <> '' and r.number = ${numberForm(text.replace(/\s+/g, ''))}))`

/** True for a row that is shown to the public on a day. */
export function publishedOn({ entities, dated, day }: NonNullable<SearchScope['published']>): RawBuilder<boolean> {
  return sql<boolean>`(r.state = 'in-force' and r.entity = any(${textArray(entities)}::text[])
    and (r.entity <> all(${textArray(dated)}::text[]) or (r.shown_from <= ${day}::date and r.shown_to >= ${day}::date)))`
}
