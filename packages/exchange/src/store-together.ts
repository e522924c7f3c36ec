import { inFlight, retryDeadlocks } from '@huijiao/database'
import { type RawBuilder, sql } from 'kysely'
import { claimWhole, submissionValues } from './claim.ts'
import { at as faultPoint } from './fault-point.ts'
import type { Hub } from './hub.ts'
import { beginMerge, type Keyed, keyOf } from './merge-look.ts'
import { aliasesIn, decideAll, type Plan, streamsOf } from './merge-versions.ts'
import type { Opened, Prepared } from './open-submission.ts'
import { aliasesInsert } from './parents.ts'
import { nextPartId } from './part-id.ts'
import { factsOf, finishedValues, inline, partInput, receiptPart } from './store-batches.ts'
import { derived, entryOf, type PartInput, type StoredPart } from './store-part.ts'
import { heldInsert, streamsInsertOrFail, streamsUpdate, versionsInsert } from './stream.ts'
import type { SubmissionRequest } from './submission-request.ts'

/** A small submission of a business system, judged. */
export interface SmallSubmission {
  readonly request: SubmissionRequest
  readonly opened: Opened
  readonly batch: readonly Prepared[]
  /** When it was received. */
  readonly at: Date
}

/** Nothing was stored of any of them, for the fault of one: each goes on by itself. */
export class NotTogether extends Error {
  override readonly name = 'NotTogether'
}

const recordsMax = 64
const groupMax = 32
const groupRecordsMax = 400
/** Who waits for a lock keeps those behind him waiting for so long; then they begin a transaction of their own. */
const patienceMs = 20
const lanesMax = 6
const lockMs = 50

/** Whether it can share a transaction: what names attachments, or ends a record by its id, asks the database for more. */
export const mayShare = ({ opened, batch }: Pick<SmallSubmission, 'opened' | 'batch'>): boolean =>
  opened.versions === null &&
  batch.length <= recordsMax &&
  batch.every(({ record }) => 'refused' in record || (record.prepared.keyDigest !== null && record.prepared.attachments == null))

interface Waiting {
  readonly one: SmallSubmission
  readonly keyed: readonly Keyed[]
  readonly keys: readonly string[]
  readonly done: (receipt: Buffer) => void
  readonly failed: (error: unknown) => void
}

interface Stage {
  readonly waiting: Waiting[]
  readonly lanes: Set<{ since: number }>
  timer: NodeJS.Timeout | undefined
}

/** By the node's facts, which all copies of a hub share. */
const stages = new WeakMap<object, Stage>()

/**
 * Stores a small submission together with those that come while the one before is being stored: they share the looks at their streams, the statements that write
 * streams and versions, and the commit. Each keeps a part, an entry and a receipt of its own. One that nobody came with waits for nobody.
 * @returns the receipt
 * @throws NotTogether
 */
export function storeTogether(hub: Hub, one: SmallSubmission): Promise<Buffer> {
  const stage = stages.get(hub.node) ?? { waiting: [], lanes: new Set(), timer: undefined }
  stages.set(hub.node, stage)
  const keyed = one.batch.flatMap(({ record }) => ('prepared' in record ? [record.prepared as Keyed] : []))
  return new Promise((done, failed) => {
    stage.waiting.push({ one, keyed, keys: keyed.map((record) => keyOf(record.keyDigest)), done, failed })
    openLane(hub, stage)
  })
}

function openLane(hub: Hub, stage: Stage): void {
  if (stage.waiting.length === 0 || stage.lanes.size >= lanesMax) return
  const now = performance.now()
  const patient = [...stage.lanes].some((lane) => now - lane.since < patienceMs)
  if (!patient) {
    const lane = { since: now }
    stage.lanes.add(lane)
    void runLane(hub, stage, lane)
  } else
    stage.timer ??= setTimeout(() => {
      stage.timer = undefined
      openLane(hub, stage)
    }, patienceMs)
}

async function runLane(hub: Hub, stage: Stage, lane: { since: number }): Promise<void> {
  for (let group = take(stage.waiting); group.length > 0; group = take(stage.waiting)) {
    lane.since = performance.now()
    try {
      const receipts = await retryDeadlocks(() => storeGroup(hub, group))
      for (const [at, { done }] of group.entries()) done(receipts[at] as Buffer)
    } catch (error) {
      for (const { failed } of group) failed(new NotTogether('a shared transaction failed', { cause: error }))
    }
  }
  stage.lanes.delete(lane)
}

/** The next ones, as far as none of them shares a record's key or an id with another; those wait for the next turn. */
function take(waiting: Waiting[]): Waiting[] {
  const group: Waiting[] = []
  const left: Waiting[] = []
  const taken = new Set<string>()
  let records = 0
  for (const [at, one] of waiting.entries()) {
    if (group.length === groupMax || records + one.keyed.length > groupRecordsMax) {
      left.push(...waiting.slice(at))
      break
    }
    const id = `${one.one.request.caller.participantId} ${one.one.opened.id}`
    if (taken.has(id) || one.keys.some((key) => taken.has(key))) left.push(one)
    else {
      group.push(one)
      records += one.keyed.length
      taken.add(id)
      for (const key of one.keys) taken.add(key)
    }
  }
  waiting.splice(0, waiting.length, ...left)
  // Two groups that claim the same ids claim them in one order.
  return group.toSorted((a, b) => (a.one.opened.id < b.one.opened.id ? -1 : 1))
}

/** One transaction, which waits for the database twice: for the look at all streams, and for all that is written. */
async function storeGroup(hub: Hub, group: readonly Waiting[]): Promise<Buffer[]> {
  return await inFlight(hub.db, async (trx, send) => {
    // A record that somebody else holds keeps only its own submission waiting: the group is given up, and each goes by itself.
    void send(sql`set local lock_timeout = ${sql.lit(lockMs)}`)
    const { seen } = await beginMerge(
      trx,
      hub,
      group.flatMap(({ keyed }) => keyed),
    )
    const found = await seen
    const parts: { one: SmallSubmission; input: PartInput; part: StoredPart }[] = []
    const plans: { partId: number; plan: Plan; at: Date }[] = []
    for (const { one, keyed } of group) {
      const partId = await nextPartId(hub.db, trx)
      const plan = await decideAll(trx, hub, partId, keyed, found, one.at)
      const { request, opened, batch, at } = one
      const range = { partNo: 0, firstRecord: 0, byteFrom: 0, byteTo: request.body.decodedBytes }
      const input = partInput(factsOf(request, opened), opened, batch, range, at)
      const { versions, results } = plan
      const part = { partId, ...derived(input.records, { partId, versions, results }), versionCount: versions.length, versions }
      plans.push({ partId, plan, at })
      parts.push({ one, input, part })
    }
    const { fresh, known } = streamsOf(plans.map(({ plan }) => plan))
    const placed = plans.flatMap(({ partId, plan }) => plan.versions.map((version) => ({ partId, version })))
    const statements: (RawBuilder<unknown> | null)[] = [
      streamsInsertOrFail(fresh),
      streamsUpdate(known),
      aliasesInsert(plans.flatMap(({ plan }) => aliasesIn(plan))),
      versionsInsert(
        hub,
        placed.map(({ partId }) => partId),
        placed.map(({ version }) => version),
      ),
      ...plans.map(({ partId, plan, at }) => heldInsert(partId, plan.versions, at)),
    ]
    for (const statement of statements) if (statement !== null) void send(statement)
    const made = parts.map(({ one: { request, opened, batch, at }, input, part }) => {
      const finished = finishedValues(
        hub,
        factsOf(request, opened),
        at,
        [receiptPart(part, 0, 0, batch.length)],
        part.counts,
        batch.length,
        inline(part.outcomes),
        request.body.decodedBytes,
      )
      void send(claimWhole(submissionValues(request, opened, finished, at), request.nonce, input, part, entryOf(input, part)))
      return finished.receipt
    })
    faultPoint('before-commit')
    return made
  })
}
