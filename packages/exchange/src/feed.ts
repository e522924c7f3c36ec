import type { Tables } from '@huijiao/database'
import { int8Array } from '@huijiao/database'
import { sha256 } from '@huijiao/merkle'
import { Problem } from '@huijiao/problem'
import { type Kysely, sql } from 'kysely'
import type { CustodyStep } from './custody.ts'
import { loadCustody } from './custody-store.ts'
import { partSizes, placesOf } from './delivery.ts'
import type { Caller, Hub } from './hub.ts'
import { readJudgement } from './judgement.ts'
import { readLogHead } from './log.ts'
import { deliveryIdOf } from './versions-body.ts'

/**
 * The downward feed: what nodes above answered for records that came from the caller, so that a city learns what the nation said. Nothing in it
 * names a record but by its place in the caller's own log.
 */
export interface FeedItem {
  /** Index of the entry in this node's log that tells of the answer. */
  readonly index: number
  readonly at: string
  /** The node that answered. */
  readonly upstream: string
  readonly deliveryId: string
  readonly entries: readonly FeedEntry[]
}

export interface FeedEntry {
  /** Index of the part's entry in the caller's log. */
  readonly logIndex: number
  readonly counts: Readonly<Record<string, number>>
  /** What became neither accepted nor known already, by ordinal in the caller's part. */
  readonly exceptions: readonly { readonly ordinal: number; readonly outcome: string; readonly codes: readonly string[] }[]
}

export interface FeedPage {
  readonly items: readonly FeedItem[]
  /** What to ask for next: `after`. */
  readonly next: number
  /** There is more now. */
  readonly more: boolean
}

const entriesScannedMax = 200

/**
 * Reads the feed past a cursor (the caller's `next` of the last page; 0 at first).
 * @throws Problem not-allowed for a caller that is no node
 */
export async function readFeed(hub: Hub, caller: Caller, after: number, limit = 100): Promise<FeedPage> {
  if (caller.kind !== 'node') throw new Problem('not-allowed', { zh: '下行回馈只供下级节点', en: 'The downward feed is for lower nodes' })
  const { db } = hub
  const size = (await readLogHead(db))?.size ?? 0
  const rows = await db
    .selectFrom('log_entry')
    .select(['index', 'kind', 'instant', 'body'])
    .where('kind', 'in', ['delivery', 'outcome', 'decision'])
    .where('index', '>=', after)
    .where('index', '<', size)
    .orderBy('index')
    .limit(entriesScannedMax)
    .execute()
  const items: FeedItem[] = []
  let next = rows.length < entriesScannedMax ? Math.max(after, size) : (rows.at(-1)?.index ?? after) + 1
  let more = rows.length === entriesScannedMax
  for (const row of rows) {
    if (items.length >= limit) {
      next = row.index
      more = true
      break
    }
    if (row.body === null) continue
    const read = JSON.parse(row.body) as EntryBody | DecisionBody
    const body = row.kind === 'decision' ? asEntry(hub, row.index) : (read as EntryBody)
    const answered =
      row.kind === 'delivery'
        ? await answeredHere(db, body.delivery)
        : row.kind === 'decision'
          ? decidedHere(read as DecisionBody)
          : await learntFromAbove(db, body)
    const entries = await inCallersTerms(db, caller, answered)
    if (entries.length > 0)
      items.push({
        index: row.index,
        at: body.at ?? row.instant.toISOString(),
        upstream: body.upstream,
        deliveryId: body.delivery,
        entries,
      })
  }
  return { items, next, more }
}

interface EntryBody {
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

/** A decision is of no delivery: it has an id of its own, by which it is taken once however often it comes. */
const asEntry = (hub: Hub, index: number): EntryBody => ({
  delivery: deliveryIdOf(sha256(Buffer.from(`decision\0${hub.node.origin}\0${index}`))),
  upstream: hub.node.name,
})

/** Versions that a decision took out of waiting. Other decisions have a page of their own, and are not told here. */
function decidedHere({ decision, reason, versions = [], states = [] }: DecisionBody): Answered[] {
  if (!['released', 'refused', 'doubted', 'closed'].includes(decision)) return []
  return versions.map(([partId, ordinal], at) => ({
    partId,
    ordinal,
    outcome: states[at] ?? 'stored',
    codes: decision === 'released' ? [] : [reason],
  }))
}

/** One version here with what a node above said of it. */
interface Answered {
  readonly partId: number
  readonly ordinal: number
  readonly outcome: string
  readonly codes: readonly string[]
}

const codesOf = (problems: readonly { code: string }[]): string[] => [...new Set(problems.map((problem) => problem.code))]

/** What the receipt of a delivery says of each of its versions. */
async function answeredHere(db: Kysely<Tables>, deliveryId: string): Promise<Answered[]> {
  const delivery = await db.selectFrom('delivery').selectAll().where('delivery_id', '=', deliveryId).executeTakeFirst()
  if (delivery?.receipt == null) return []
  const judgement = readJudgement(delivery.receipt, delivery)
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

/** What an `outcome` entry tells of our parts, version by version. */
async function learntFromAbove(db: Kysely<Tables>, body: EntryBody): Promise<Answered[]> {
  const { rows } = await sql<{
    part_id: number
    counts: Record<string, number>
    exceptions: [number, number, string, string[]][]
    version_count: number
  }>`
    select e.part_id, o.counts, o.exceptions, p.version_count
    from outcome_above o join log_entry e on e.index = o.log_index join part p on p.part_id = e.part_id
    where o.upstream = ${body.upstream} and o.delivery_id = ${body.delivery}`.execute(db)
  return rows.flatMap(({ part_id, counts, exceptions }) => {
    const named = exceptions.map(([, ordinal, outcome, codes]) => ({ partId: part_id, ordinal, outcome, codes }))
    // Which versions were taken is not told one by one; their number is.
    const taken = Object.entries(counts).filter(([outcome]) => unexceptional.has(outcome))
    return [
      ...named,
      ...taken.flatMap(([outcome, count]) => Array.from({ length: count }, () => ({ partId: part_id, ordinal: -1, outcome, codes: [] }))),
    ]
  })
}

/** Outcomes that need no word of their own. */
const unexceptional = new Set(['accepted', 'unchanged', 'stored'])

/** Translates places here into places of the caller's log, through the proofs that came with its records. */
async function inCallersTerms(db: Kysely<Tables>, caller: Caller, answered: readonly Answered[]): Promise<FeedEntry[]> {
  if (answered.length === 0) return []
  const partIds = [...new Set(answered.map((one) => one.partId))]
  const { rows } = await sql<{ part_id: number }>`
    select p.part_id from part p join submission s using (submission_no)
    where p.part_id = any(${int8Array(partIds)}::int8[]) and s.participant_id = ${caller.participantId}`.execute(db)
  const custody = await loadCustody(
    db,
    rows.map((row) => row.part_id),
  )
  const entries = new Map<
    number,
    { counts: Record<string, number>; exceptions: { ordinal: number; outcome: string; codes: readonly string[] }[] }
  >()
  for (const [partId, list] of Map.groupBy(answered, (one) => one.partId)) {
    const steps = (custody.get(partId) ?? []).map((row) => ({
      index: (JSON.parse(row.document) as CustodyStep).index,
      places: new Map(row.ordinals),
    }))
    for (const { ordinal, outcome, codes } of list) {
      // Without a place (`-1`) it can be told only when the whole part came from one entry.
      const step = ordinal === -1 ? (steps.length === 1 ? steps[0] : undefined) : steps.find((one) => one.places.has(ordinal))
      if (step === undefined) continue
      const entry = entries.get(step.index) ?? { counts: {}, exceptions: [] }
      entries.set(step.index, entry)
      entry.counts[outcome] = (entry.counts[outcome] ?? 0) + 1
      if (!unexceptional.has(outcome)) entry.exceptions.push({ ordinal: step.places.get(ordinal) as number, outcome, codes })
    }
  }
  return [...entries].map(([logIndex, entry]) => ({ logIndex, ...entry })).sort((a, b) => a.logIndex - b.logIndex)
}

/** Answers of nodes above the upstream for one part's entry, oldest first. */
export async function outcomesAbove(db: Kysely<Tables>, logIndexes: readonly number[]) {
  const { rows } = await sql<{
    log_index: number
    upstream: string
    delivery_id: string
    at: Date
    counts: Record<string, number>
    exceptions: [number, number, string, string[]][]
  }>`
    select * from outcome_above where log_index = any(${int8Array(logIndexes)}::int8[]) order by at, upstream`.execute(db)
  return rows
}
