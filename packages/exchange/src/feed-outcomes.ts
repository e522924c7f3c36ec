import type { Tables } from '@huijiao/database'
import { int4Array, int8Array, uuidArray } from '@huijiao/database'
import { type Kysely, sql } from 'kysely'
import type { CustodyStep } from './custody.ts'
import { loadCustody } from './custody-store.ts'
import { partSizes, placesOf } from './delivery.ts'
import type { Hub } from './hub.ts'
import { readJudgement } from './judgement.ts'
import { keptBytes } from './kept-bytes.ts'
import { publicRecordId } from './record-id.ts'
import { fromRuns, type Runs, toRuns } from './runs.ts'
import { deliveryIdOf } from './versions-body.ts'

/** One version here with what a node above, or a decision here, said of it. */
export interface Answered {
  readonly partId: number
  /** -1: one of the part's versions, and nobody said which. */
  readonly ordinal: number
  readonly outcome: string
  readonly codes: readonly string[]
}

/** What an entry of the log tells of versions. */
export interface OutcomeEntry {
  readonly index: number
  readonly at: string
  readonly upstream: string
  readonly deliveryId: string
  /** Parts whose versions it may be about. */
  readonly parts: readonly number[]
  readonly kind: 'delivery' | 'outcome' | 'decision'
  readonly decision?: DecisionBody
}

export interface EntryRow {
  readonly index: number
  readonly kind: string
  readonly instant: Date
  readonly subject: string | null
  readonly leaf_hash: Buffer
  readonly body: string | null
}

interface OutcomeBody {
  readonly delivery: string
  readonly upstream: string
  /** Of an `outcome` entry: when the node further up answered. */
  readonly at?: string
}

/** What became of held records, decided by this node after its receipt had said that they wait. */
interface DecisionBody {
  readonly decision: string
  readonly reason: string
  readonly versions?: readonly (readonly [part: number, ordinal: number])[]
  readonly states?: readonly string[]
}

/** Decisions that took versions out of waiting; others have a page of their own, and are not told here. */
const told = new Set(['released', 'refused', 'doubted', 'closed'])

/** What `delivery`, `outcome` and `decision` entries are about, with two statements however many they are. */
export async function outcomeEntries(db: Kysely<Tables>, hub: Pick<Hub, 'node'>, rows: readonly EntryRow[]): Promise<OutcomeEntry[]> {
  const read = rows
    .filter((row) => row.body !== null && ['delivery', 'outcome', 'decision'].includes(row.kind))
    .map((row) => ({ row, body: JSON.parse(row.body as string) as OutcomeBody & DecisionBody }))
  const ids = (kind: string) => read.filter(({ row }) => row.kind === kind).map(({ body }) => body.delivery)
  const [sent, above] = await Promise.all([partsOfDeliveries(db, ids('delivery')), partsOfOutcomes(db, ids('outcome'))])
  return read.flatMap(({ row, body }): OutcomeEntry[] => {
    const common = { index: row.index, at: body.at ?? row.instant.toISOString() }
    if (row.kind === 'delivery')
      return [{ ...common, kind: 'delivery', upstream: body.upstream, deliveryId: body.delivery, parts: sent.get(body.delivery) ?? [] }]
    if (row.kind === 'outcome') {
      const parts = above.get(`${body.upstream}/${body.delivery}`) ?? []
      return [{ ...common, kind: 'outcome', upstream: body.upstream, deliveryId: body.delivery, parts }]
    }
    if (!told.has(body.decision)) return []
    // A decision is of no delivery: it has an id of its own, by which it is taken once however often it comes.
    const deliveryId = deliveryIdOf(row.leaf_hash)
    const parts = [...new Set((body.versions ?? []).map(([partId]) => partId))]
    return [{ ...common, kind: 'decision', upstream: hub.node.name, deliveryId, parts, decision: body }]
  })
}

async function partsOfDeliveries(db: Kysely<Tables>, ids: readonly string[]): Promise<Map<string, number[]>> {
  if (ids.length === 0) return new Map()
  const { rows } = await sql<{ delivery_id: string; parts: number[] }>`
    select delivery_id, (select json_agg((item -> 1)::int8) from jsonb_array_elements(items) as item) as parts
    from delivery where delivery_id = any(${uuidArray(ids)}::uuid[])`.execute(db)
  return new Map(rows.map((row) => [row.delivery_id, row.parts ?? []]))
}

async function partsOfOutcomes(db: Kysely<Tables>, ids: readonly string[]): Promise<Map<string, number[]>> {
  if (ids.length === 0) return new Map()
  const { rows } = await sql<{ upstream: string; delivery_id: string; part_id: number }>`
    select o.upstream, o.delivery_id, e.part_id from outcome_above o join log_entry e on e.index = o.log_index
    where o.delivery_id = any(${uuidArray(ids)}::uuid[]) and e.part_id is not null`.execute(db)
  return new Map(
    [...Map.groupBy(rows, (row) => `${row.upstream}/${row.delivery_id}`)].map(([name, list]) => [name, list.map((row) => row.part_id)]),
  )
}

/** Who handed in these parts, by part id. */
export async function sendersOfParts(db: Kysely<Tables>, parts: readonly number[]): Promise<Map<number, string>> {
  if (parts.length === 0) return new Map()
  const { rows } = await sql<{ part_id: number; participant_id: string }>`
    select p.part_id, s.participant_id from part p join submission s using (submission_no)
    where p.part_id = any(${int8Array([...new Set(parts)])}::int8[])`.execute(db)
  return new Map(rows.map((row) => [row.part_id, row.participant_id]))
}

/** What an entry says of each version of some parts. */
export async function answersOf(db: Kysely<Tables>, entry: OutcomeEntry, parts: ReadonlySet<number>): Promise<Answered[]> {
  const all =
    entry.kind === 'delivery'
      ? await answeredHere(db, entry.deliveryId)
      : entry.kind === 'outcome'
        ? await learntFromAbove(db, entry)
        : decidedHere(entry.decision as DecisionBody)
  return all.filter((one) => parts.has(one.partId))
}

function decidedHere({ decision, reason, versions = [], states = [] }: DecisionBody): Answered[] {
  return versions.map(([partId, ordinal], at) => ({
    partId,
    ordinal,
    outcome: states[at] ?? 'stored',
    codes: decision === 'released' ? [] : [reason],
  }))
}

const codesOf = (problems: readonly { code: string }[]): string[] => [...new Set(problems.map((problem) => problem.code))]

/** What the receipt of a delivery says of each of its versions. */
async function answeredHere(db: Kysely<Tables>, deliveryId: string): Promise<Answered[]> {
  const delivery = await db.selectFrom('delivery').selectAll().where('delivery_id', '=', deliveryId).executeTakeFirst()
  if (delivery?.receipt == null) return []
  const judgement = readJudgement(keptBytes(delivery.receipt), delivery)
  if (judgement === null) return []
  const sizes = await partSizes(
    db,
    delivery.items.map((item) => item[1]),
  )
  return placesOf(delivery.items, (partId) => sizes.get(partId) ?? 0).map(({ partId, ordinal }, position) => {
    const judged = judgement.outcomes[position]
    // A receipt of more than 1,000 records lists refusals only: the others were stored, how is not said.
    return { partId, ordinal, outcome: judged?.outcome ?? 'stored', codes: codesOf(judged?.problems ?? []) }
  })
}

/** What an `outcome` entry tells of our parts, version by version where the upstream said which. */
async function learntFromAbove(db: Kysely<Tables>, entry: Pick<OutcomeEntry, 'upstream' | 'deliveryId'>): Promise<Answered[]> {
  const { rows } = await sql<{
    part_id: number
    counts: Record<string, number>
    exceptions: [number, number, string, string[]][]
    places: Record<string, Runs> | null
  }>`
    select e.part_id, o.counts, o.exceptions, o.places from outcome_above o join log_entry e on e.index = o.log_index
    where o.upstream = ${entry.upstream} and o.delivery_id = ${entry.deliveryId}`.execute(db)
  return rows.flatMap(({ part_id: partId, counts, exceptions, places }) => {
    const named = exceptions.map(([, ordinal, outcome, codes]) => ({ partId, ordinal, outcome, codes }))
    const taken =
      places === null
        ? // An older upstream told only how many were taken.
          Object.entries(counts)
            .filter(([outcome]) => unexceptional.has(outcome))
            .flatMap(([outcome, count]) => Array.from({ length: count }, () => [outcome, -1] as const))
        : Object.entries(places).flatMap(([outcome, runs]) => [...fromRuns(runs)].map((ordinal) => [outcome, ordinal] as const))
    return [...named, ...taken.map(([outcome, ordinal]) => ({ partId, ordinal, outcome, codes: [] }))]
  })
}

/** Outcomes that need no word of their own. */
export const unexceptional: ReadonlySet<string> = new Set(['accepted', 'unchanged', 'stored'])

/** What a lower node is told, in places of its own log. */
export interface FeedEntry {
  /** Index of the part's entry in the caller's log. */
  readonly logIndex: number
  readonly counts: Readonly<Record<string, number>>
  /** Which versions were taken: runs of ordinals in the caller's part, by outcome. Absent where a node above did not say which. */
  readonly places?: Readonly<Record<string, Runs>>
  /** What became neither accepted nor known already, by ordinal in the caller's part. */
  readonly exceptions: readonly { readonly ordinal: number; readonly outcome: string; readonly codes: readonly string[] }[]
}

/** Translates places here into places of a lower node's log, through the proofs that came with its records. */
export async function inNodesTerms(db: Kysely<Tables>, answered: readonly Answered[]): Promise<FeedEntry[]> {
  if (answered.length === 0) return []
  const custody = await loadCustody(db, [...new Set(answered.map((one) => one.partId))])
  interface Collected {
    readonly counts: Record<string, number>
    readonly taken: Map<string, number[]>
    readonly exceptions: FeedEntry['exceptions'][number][]
    unplaced: boolean
  }
  const entries = new Map<number, Collected>()
  for (const [partId, list] of Map.groupBy(answered, (one) => one.partId)) {
    const steps = (custody.get(partId) ?? []).map((row) => ({
      index: (JSON.parse(row.document) as CustodyStep).index,
      places: new Map(row.ordinals),
    }))
    for (const { ordinal, outcome, codes } of list) {
      // Without a place it can be told only when the whole part came from one entry.
      const step = ordinal === -1 ? (steps.length === 1 ? steps[0] : undefined) : steps.find((one) => one.places.has(ordinal))
      if (step === undefined) continue
      const entry: Collected = entries.get(step.index) ?? { counts: {}, taken: new Map(), unplaced: false, exceptions: [] }
      entries.set(step.index, entry)
      entry.counts[outcome] = (entry.counts[outcome] ?? 0) + 1
      const there = step.places.get(ordinal)
      if (there === undefined) entry.unplaced = true
      else if (unexceptional.has(outcome)) {
        const list = entry.taken.get(outcome)
        if (list === undefined) entry.taken.set(outcome, [there])
        else list.push(there)
      } else entry.exceptions.push({ ordinal: there, outcome, codes })
    }
  }
  return [...entries]
    .map(([logIndex, { counts, taken, unplaced, exceptions }]) => ({
      logIndex,
      counts,
      ...(unplaced ? {} : { places: Object.fromEntries([...taken].map(([outcome, list]) => [outcome, toRuns(list)])) }),
      exceptions,
    }))
    .sort((a, b) => a.logIndex - b.logIndex)
}

/** What a business system is told, in places of its own submissions. */
export interface FeedSubmission {
  /** Id that the sender chose. */
  readonly submission: string
  readonly counts: Readonly<Record<string, number>>
  readonly exceptions: readonly {
    /** Position in the submission. */
    readonly record: number
    readonly recordId: string
    readonly entity: string
    readonly sourceId: string | null
    readonly outcome: string
    readonly codes: readonly string[]
  }[]
}

export async function inSystemsTerms(db: Kysely<Tables>, answered: readonly Answered[]): Promise<FeedSubmission[]> {
  if (answered.length === 0) return []
  const parts = [...new Set(answered.map((one) => one.partId))]
  const odd = answered.filter((one) => one.ordinal !== -1 && !unexceptional.has(one.outcome))
  const [submissions, versions] = await Promise.all([
    sql<{ part_id: number; id: string }>`
      select p.part_id, s.id from part p join submission s using (submission_no) where p.part_id = any(${int8Array(parts)}::int8[])`.execute(
      db,
    ),
    sql<{ part_id: number; ordinal: number; record_index: number; record_id: string; entity: string; source_id: string | null }>`
      select v.part_id, v.ordinal, v.record_index, v.record_id, v.entity, v.source_id
      from unnest(${int8Array(odd.map((one) => one.partId))}::int8[], ${int4Array(odd.map((one) => one.ordinal))}::int4[]) as t (part_id, ordinal)
      join version v on v.part_id = t.part_id and v.ordinal = t.ordinal`.execute(db),
  ])
  const idOf = new Map(submissions.rows.map((row) => [row.part_id, row.id]))
  const versionOf = new Map(versions.rows.map((row) => [`${row.part_id}/${row.ordinal}`, row]))
  return [...Map.groupBy(answered, (one) => idOf.get(one.partId) as string)].map(([submission, list]) => {
    const counts: Record<string, number> = {}
    for (const { outcome } of list) counts[outcome] = (counts[outcome] ?? 0) + 1
    const exceptions = list.flatMap(({ partId, ordinal, outcome, codes }) => {
      const row = unexceptional.has(outcome) ? undefined : versionOf.get(`${partId}/${ordinal}`)
      return row === undefined
        ? []
        : [
            {
              record: row.record_index,
              recordId: publicRecordId(row.record_id),
              entity: row.entity,
              sourceId: row.source_id,
              outcome,
              codes,
            },
          ]
    })
    return { submission, counts, exceptions }
  })
}
