import { setImmediate } from 'node:timers/promises'
import { arrayMemory, type Operation, type Send, type Tables, type VersionState } from '@huijiao/database'
import type { ProblemCode, ProblemDocument, Words } from '@huijiao/problem'
import type { RawBuilder, Transaction } from 'kysely'
import { decideAbove, decideAtEdge, type Decision, type StreamHead } from './decide-version.ts'
import type { Hub } from './hub.ts'
import { type BegunMerge, type Keyed, keyOf, look, type Seen, streamOf } from './merge-look.ts'
import { parentMissing, refusals, untilOf } from './merge-problems.ts'
import { aliasesInsert, insertAliases } from './parents.ts'
import { nextPartId } from './part-id.ts'
import { type MergedVersion, type Outcome, type PreparedVersion, type WaitedFor } from './prepared.ts'
import {
  findStored,
  heldInsert,
  insertStreams,
  type StreamRow,
  streamsInsertOrFail,
  streamsUpdate,
  updateStreams,
  versionsInsert,
} from './stream.ts'

export type MergeResult =
  | {
      readonly index: number
      readonly outcome: 'refused'
      readonly recordId: string | null
      readonly code: ProblemCode
      readonly detail: Words
    }
  | {
      readonly index: number
      readonly outcome: Exclude<Outcome, 'refused'>
      readonly recordId: string
      readonly n: number
      readonly problems: readonly ProblemDocument[]
      /** Of what is `unchanged`: what stands there, when that is not the operation that came. */
      readonly stands?: Operation | undefined
    }

export interface Merged {
  readonly partId: number
  readonly versions: readonly MergedVersion[]
  readonly results: readonly MergeResult[]
}

export interface MergeEnd {
  /** A key of the part was taken by somebody else between its look and its insert. */
  readonly decidedAgain: boolean
  /** Settles when nothing of the part can wait for another writer any more; its versions may be on their way then. */
  readonly locked: Promise<unknown>
}

/** A stream as this part finds it and leaves it. */
interface StreamWork {
  before: StreamRow | null
  after: StreamRow | null
  changed: boolean
}

export interface Plan {
  readonly works: Map<string, StreamWork>
  readonly versions: MergedVersion[]
  readonly results: MergeResult[]
}

/** How a part shares its transaction with the one behind it. */
export interface Pipeline {
  /** The rows of the streams are on their way, and nothing else that the next part's first look must see. */
  streamsSent?(): void
  /** What need not be waited for before the next part: the caller waits for it before it commits. */
  later?(writing: Promise<unknown>): void
  /**
   * The transaction is this part alone and waits for nothing before its commit: all that is written leaves at once, in this order. A key that somebody
   * else took meanwhile then makes the whole transaction fail with `streamTaken`, and it is done again without this.
   */
  readonly atOnce?: Send
  /** A key that somebody else took meanwhile is looked at again, instead of making the transaction fail with `streamTaken`: for its second try. */
  readonly careful?: boolean
}

/** What belongs to the versions of a part. */
export interface Alongside {
  readonly statements: (merged: Merged) => readonly (RawBuilder<unknown> | null)[]
  /** What takes several steps. Never of a transaction that is at once. */
  readonly steps?: (merged: Merged) => Promise<void>
}

/**
 * Merges records into their streams: locks the streams of the keys in sorted order, decides each record in the order of arrival, writes
 * what is new in one statement a table. A key that occurs several times in the part gets its versions one after the other.
 * @param begun by `beginMerge`, of these records
 * @param derive computes what follows from the decisions, while the server works; done again when they were taken again
 * @param alongside what else is written with the versions; nothing of it may wait for another writer
 */
export async function mergeVersions<T>(
  trx: Transaction<Tables>,
  hub: Hub,
  begun: BegunMerge,
  at: Date,
  derive: (merged: Merged) => T,
  alongside: Alongside,
  { streamsSent, later, atOnce, careful = false }: Pipeline = {},
): Promise<Merged & MergeEnd & { readonly derived: T }> {
  const { keyed } = begun
  const partId = await nextPartId(hub.db, trx)
  const finished = ({ versions, results }: Pick<Plan, 'versions' | 'results'>) => {
    const merged: Merged = { partId, versions, results }
    const memory = versions.length < worthKeptMemory ? null : arrayMemory()
    const encode = () => versionsInsert(hub, partId, versions)
    const statement = memory === null ? encode() : memory.encode(encode)
    const write = async () => {
      await statement?.execute(trx)
      memory?.release()
    }
    return { merged, write, derived: derive(merged) }
  }
  let plan = await decideAll(trx, hub, partId, keyed, await begun.seen, at)
  const { fresh, known } = streamsOf([plan])
  if (atOnce !== undefined) {
    const { versions, results } = plan
    const merged: Merged = { partId, versions, results }
    const statements = [
      streamsInsertOrFail(fresh),
      streamsUpdate(known),
      aliasesInsert(aliasesIn(plan)),
      versionsInsert(hub, partId, versions),
      heldInsert(partId, versions, at),
      ...alongside.statements(merged),
    ]
    for (const statement of statements) if (statement !== null) void atOnce(statement)
    return { ...merged, derived: derive(merged), decidedAgain: false, locked: Promise.resolve() }
  }
  const inserting = careful ? insertStreams(trx, fresh) : Promise.resolve(streamsInsertOrFail(fresh)?.execute(trx)).then(() => fresh.length)
  inserting.catch(() => undefined) // heard below
  // The statement is on its way: what follows of the decisions is worked out while the server is busy with it.
  await setImmediate()
  let aliases = aliasesIn(plan)
  const nothingElse = known.length === 0 && aliases.length === 0
  if (nothingElse) streamsSent?.()
  let ready = finished(plan)
  const updating: Promise<void>[] = []
  const update = (one: Promise<void>) => {
    one.catch(() => undefined) // heard with the rest
    updating.push(one)
  }
  const decidedAgain = (await inserting) < fresh.length
  if (decidedAgain) {
    // Somebody committed one of these keys between our look and our insert. It is visible now: look again and decide once more.
    const again = await look(trx, hub, keyed)
    const ours = new Set(fresh.map((row) => streamOf(row.key_digest, row.source_no)))
    for (const [key, row] of again.rows) if (ours.has(key) && row.head_part === partId) again.rows.delete(key)
    plan = await decideAll(trx, hub, partId, keyed, again, at)
    ready = finished(plan)
    await updateStreams(
      trx,
      [...plan.works.values()].filter((work) => work.changed).map((work) => work.after as StreamRow),
    )
    aliases = aliasesIn(plan)
  } else {
    update(updateStreams(trx, known))
  }
  const { merged, write, derived } = ready
  update(insertAliases(trx, aliases))
  if (!nothingElse) {
    await setImmediate()
    streamsSent?.()
  }
  const locked = Promise.all(updating)
  locked.catch(() => undefined) // heard with the rest
  const beside = alongside.statements(merged).map((statement) => statement?.execute(trx))
  const writing = Promise.all([
    ...updating,
    write(),
    heldInsert(partId, plan.versions, at)?.execute(trx),
    ...beside,
    alongside.steps?.(merged),
  ])
  if (later === undefined) await writing
  else later(writing)
  return { ...merged, derived, decidedAgain, locked }
}

/** The streams that plans begin, and those that they go on with. */
export function streamsOf(plans: readonly Plan[]): { fresh: StreamRow[]; known: StreamRow[] } {
  const works = plans.flatMap((plan) => [...plan.works.values()].filter((work) => work.changed))
  return {
    fresh: works.filter((work) => work.before === null).map((work) => work.after as StreamRow),
    known: works.filter((work) => work.before !== null).map((work) => work.after as StreamRow),
  }
}

/** Versions from which on their arrays are made in memory that is kept. */
const worthKeptMemory = 200

export const aliasesIn = (plan: Plan) =>
  plan.versions.flatMap(({ keyDigest, prepared }) => (prepared.aliases ?? []).map((digest) => ({ digest, keyDigest })))

export async function decideAll(
  trx: Transaction<Tables>,
  hub: Hub,
  partId: number,
  keyed: readonly Keyed[],
  seen: Seen,
  at: Date,
): Promise<Plan> {
  const plan: Plan = { works: new Map(), versions: [], results: [] }
  const parents = new Set(seen.parents)
  const recordIds = new Map(seen.recordIds)
  for (const record of keyed) {
    const name = streamOf(record.keyDigest, record.sourceNo)
    let work = plan.works.get(name)
    if (work === undefined) {
      const before = seen.rows.get(name) ?? null
      work = { before, after: before, changed: false }
      plan.works.set(name, work)
    }
    const missing = record.parents.filter((parent) => !parents.has(keyOf(parent.digest)))
    const state = missing.length > 0 && record.operation === 'upsert' ? 'held' : record.state
    const decision = await decide(trx, hub, record, state, work, plan, seen)
    if (decision.kind === 'stored' && decision.becomesHead && decision.state === 'accepted') {
      for (const digest of [record.keyDigest, ...(record.aliases ?? [])])
        if (record.operation === 'upsert') parents.add(keyOf(digest))
        else parents.delete(keyOf(digest))
    }
    plan.results.push(apply(plan, partId, record, decision, work, missing, recordIds, at))
  }
  return plan
}

async function decide(
  trx: Transaction<Tables>,
  hub: Hub,
  record: Keyed,
  state: PreparedVersion['state'],
  work: StreamWork,
  plan: Plan,
  seen: Seen,
): Promise<Decision> {
  const head = work.after === null ? null : headOf(work.after)
  const incoming = { operation: record.operation, sourceVersion: record.sourceVersion, contentMac: record.contentMac, state }
  if (record.place === null) {
    const rules = hub.policy().rulesOf(record.entity)
    return decideAtEdge(head, incoming, hub.node.epoch, { onChange: record.onChange ?? rules.onChange, withdraw: rules.withdraw })
  }
  if (seen.foreign.has(record.recordId as string) || (head !== null && head.recordId !== record.recordId))
    return { kind: 'refused', code: 'record-id-conflict' }
  const { epoch, n } = record.place
  const old = head !== null && (epoch - head.epoch || n - head.n) <= 0
  const known = old ? await knownAt(trx, record, work, plan) : null
  return decideAbove(head, { ...incoming, place: record.place, commitment: record.commitment }, known)
}

/** The version that already stands under the record's place in its stream: stored before, or earlier in this very part. */
async function knownAt(trx: Transaction<Tables>, record: Keyed, work: StreamWork, plan: Plan) {
  const { epoch, n } = record.place as { epoch: number; n: number }
  const here = plan.versions.findLast(
    (version) =>
      version.prepared.sourceNo === record.sourceNo &&
      version.keyDigest.equals(record.keyDigest) &&
      version.epoch === epoch &&
      version.n === n,
  )
  if (here !== undefined) return { commitment: here.prepared.commitment, operation: here.prepared.operation }
  return work.before === null ? null : await findStored(trx, work.before, epoch, n)
}

function apply(
  plan: Plan,
  partId: number,
  record: Keyed,
  decision: Decision,
  work: StreamWork,
  missing: Keyed['parents'],
  recordIds: Map<string, string>,
  at: Date,
): MergeResult {
  if (decision.kind === 'refused') {
    return {
      index: record.index,
      outcome: 'refused',
      recordId: work.after?.record_id ?? null,
      code: decision.code,
      detail: refusals[decision.code] ?? (refusals['version-conflict'] as Words),
    }
  }
  if (decision.kind === 'unchanged') {
    const after = work.after as StreamRow
    if (record.place === null && record.sourceVersion !== null && (after.source_version ?? -1) < record.sourceVersion) {
      work.after = { ...after, source_version: record.sourceVersion }
      work.changed = true
    }
    return {
      index: record.index,
      outcome: 'unchanged',
      recordId: after.record_id,
      n: after.n,
      problems: record.problems,
      stands: decision.stands,
    }
  }
  const { epoch, n, state, becomesHead } = decision
  const before = work.after
  const recordId = before?.record_id ?? record.recordId ?? recordIds.get(keyOf(record.keyDigest)) ?? record.freshRecordId
  if (!recordIds.has(keyOf(record.keyDigest))) recordIds.set(keyOf(record.keyDigest), recordId)
  const ordinal = plan.versions.length
  const prev = before === null ? null : { part: before.last_part, ordinal: before.last_ordinal }
  const waits = state === 'held'
  // A version that waits only behind an earlier held one names its own key: it is released after it.
  const behind: WaitedFor = { digest: record.keyDigest, entity: null, field: null, rule: null, until: null }
  const waitsFor = !waits ? [] : missing.length > 0 ? missing.map((parent) => ({ ...parent, until: untilOf(parent, at) })) : [behind]
  plan.versions.push({ ordinal, prepared: record, keyDigest: record.keyDigest, recordId, epoch, n, state, prev, waitsFor })
  work.after = nextRow(before, record, { partId, ordinal, recordId, epoch, n, state, becomesHead })
  work.changed = true
  const problems = waits ? [...missing.map((parent) => parentMissing(record.index, parent, at)), ...record.problems] : record.problems
  return { index: record.index, outcome: state === 'refused' ? 'accepted' : state, recordId, n, problems }
}

function nextRow(
  before: StreamRow | null,
  record: Keyed,
  at: { partId: number; ordinal: number; recordId: string; epoch: number; n: number; state: VersionState; becomesHead: boolean },
): StreamRow {
  const { partId, ordinal, epoch, n, state } = at
  const last = { last_part: partId, last_ordinal: ordinal }
  if (before !== null && !at.becomesHead) {
    const later = epoch > before.epoch || (epoch === before.epoch && n > before.n)
    return { ...before, ...last, ...(later ? { epoch, n } : {}) }
  }
  const accepted = state === 'accepted'
  const force = !accepted
    ? { force_part: before?.force_part ?? null, force_ordinal: before?.force_ordinal ?? null }
    : record.operation === 'upsert'
      ? { force_part: partId, force_ordinal: ordinal }
      : { force_part: null, force_ordinal: null }
  return {
    key_digest: record.keyDigest,
    source_no: record.sourceNo,
    record_id: at.recordId,
    entity: record.entity,
    epoch,
    n,
    source_version: record.sourceVersion ?? before?.source_version ?? null,
    content_mac: record.contentMac,
    head_operation: record.operation,
    head_state: state,
    head_part: partId,
    head_ordinal: ordinal,
    ...last,
    ...force,
  }
}

const headOf = (row: StreamRow): StreamHead => ({
  recordId: row.record_id,
  epoch: row.epoch,
  n: row.n,
  sourceVersion: row.source_version,
  contentMac: row.content_mac,
  operation: row.head_operation,
  state: row.head_state,
  inForce: row.force_part !== null,
})
