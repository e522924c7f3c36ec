import { setImmediate } from 'node:timers/promises'
import { retryDeadlocks, sqlState } from '@huijiao/database'
import type { ParticipantTable, SubmissionTable, Tables } from '@huijiao/database'
import { canonicalize, digestText } from '@huijiao/merkle'
import { Problem } from '@huijiao/problem'
import { type Release, releases } from '@huijiao/standard'
import type { Kysely, Selectable, Transaction } from 'kysely'
import { type ReceivedBody, discardBody, spoolBytes } from './body.ts'
import { insertCustody, openVersions, type VersionsBody } from './prepare-versions.ts'
import { readEnvelope } from './envelope.ts'
import type { Caller, Hub } from './hub.ts'
import { prepareRecord, type RecordContext } from './prepare-record.ts'
import type { PreparedRecord, RecordOutcome, RefusedRecord } from './prepared.ts'
import { type OpenedBody, openBody } from './raw-records.ts'
import { inlineRecordsMax, type ReceiptPart, signReceipt, wholeOutcome } from './receipt.ts'
import { sourceNoOf } from './source.ts'
import { type Counts, noCounts, rolledBack, storePart, type StoredPart } from './store-part.ts'

export type Mode = 'partial' | 'atomic'

export interface SubmissionRequest {
  readonly caller: Caller
  readonly body: ReceivedBody
  readonly mode: Mode
  readonly dryRun: boolean
  readonly respondAsync: boolean
  readonly idempotencyKey: string | null
  readonly traceParent: string | null
  /** The replay check of a signed request: called only when the id is not known, so that an honest retry gets its receipt. */
  readonly checkReplay?: () => Promise<void>
}

export type SubmissionAnswer =
  | { readonly kind: 'receipt'; readonly receipt: Buffer; readonly known: boolean }
  | { readonly kind: 'accepted'; readonly id: string; readonly submissionNo: number }
  | { readonly kind: 'dry-run'; readonly document: object }

type SubmissionRow = Selectable<SubmissionTable>

/** Bounds of a part: what one transaction stores. */
export const partRecordsMax = 2000
export const partBytesMax = 1024 ** 2
/** Bounds of a submission whose records stand or fall together, and of a dry run. */
export const atomicRecordsMax = 10_000
export const atomicBytesMax = 16 * 1024 ** 2
/** Records that are validated in one turn of the event loop; about a millisecond's work. */
const recordsPerTurn = 64
/** A larger body is answered with 202. */
const answerAtOnceMax = 512 * 1024 ** 2

/**
 * Receives one submission whose body has arrived whole. What is answered is committed; the same id with the same bytes gets the same
 * receipt, byte for byte. The body's file is removed when it is not needed any more.
 * @throws Problem when nothing is stored and no receipt exists
 */
export async function receiveSubmission(hub: Hub, request: SubmissionRequest): Promise<SubmissionAnswer> {
  const { body } = request
  let kept = false
  try {
    if (request.caller.kind === 'node' ? body.media !== 'versions' : body.media === 'versions') {
      throw new Problem('not-allowed', { zh: '只有下级节点使用节点间格式，也只能使用它', en: 'The node-to-node format is for lower nodes, and they use no other' })
    }
    const opened = await openSubmission(hub, request.caller, body)
    if (request.idempotencyKey !== null && request.idempotencyKey.toLowerCase() !== opened.id) {
      throw new Problem('idempotency-key-mismatch', { zh: `Idempotency-Key 是 ${request.idempotencyKey.slice(0, 80)}，id 是 ${opened.id}`, en: `Idempotency-Key is ${request.idempotencyKey.slice(0, 80)}, the id is ${opened.id}` })
    }
    if (request.dryRun) return { kind: 'dry-run', document: await dryRun(hub, request, opened) }
    const known = await answerKnown(hub, request, opened.id)
    if (known === 'resume') kept = true
    else if (known !== null) return known
    if (known === null) await request.checkReplay?.()
    if (opened.versions?.records.length === 0) return { kind: 'receipt', receipt: probeReceipt(hub, request, opened), known: false }
    if (request.mode === 'atomic') return await receiveAtomic(hub, request, opened)
    if (body.bytes !== null && !request.respondAsync && known === null) {
      const answer = await receiveSmall(hub, request, opened)
      if (answer !== 'too-many') return answer
    }
    kept = true
    return await receiveLarge(hub, request, opened, known === 'resume')
  } finally {
    if (!kept) await discardBody(body)
  }
}

/** The answer to an empty delivery, by which a lower node learns that this one is there and judges. Nothing is stored of it. */
function probeReceipt(hub: Hub, request: SubmissionRequest, opened: Opened): Buffer {
  const at = hub.clock.now()
  const facts = { id: opened.id, digest: request.body.digest, participant: request.caller.participantId, standard: opened.standard, mode: request.mode }
  return signReceipt(hub, { ...facts, receivedAt: at, finishedAt: at, counts: noCounts(), recordCount: 0, records: [], parts: [] })
}

/** An opened submission: its facts and a way to read prepared records from a place on. */
interface Opened {
  readonly id: string
  readonly standard: string
  readonly kind: 'records' | 'versions'
  readonly envelope: string
  records(from: { readonly byte: number; readonly record: number }): AsyncGenerator<Prepared>
  /** Node to node: proofs to be kept with the part. */
  readonly versions: VersionsBody | null
}

interface Prepared {
  readonly record: PreparedRecord
  readonly byteFrom: number
  readonly byteTo: number
}

async function openSubmission(hub: Hub, caller: Caller, body: ReceivedBody): Promise<Opened> {
  if (body.media === 'versions') return openNodeSubmission(hub, caller, body)
  const opened: OpenedBody = await openBody(body)
  const envelope = readEnvelope(opened.envelope)
  const release = releases.get(envelope.standard)
  if (release === undefined) {
    throw new Problem('standard-unknown', { zh: `没有“${envelope.standard.slice(0, 60)}”版；可用：${[...releases.keys()].join('、')}`, en: `There is no release "${envelope.standard.slice(0, 60)}"; served: ${[...releases.keys()].join(', ')}` }, { pointer: '/standard' })
  }
  const peek = opened.records({ byte: 0, record: 0 })
  const first = await peek.next()
  await peek.return(undefined) // else the body's file stays open
  if (first.done === true) throw new Problem('submission-empty', { zh: '批次中一条记录也没有', en: 'There is not one record in the submission' }, { pointer: '/records' })
  return {
    id: envelope.id,
    standard: envelope.standard,
    kind: 'records',
    envelope: canonicalize(envelope),
    versions: null,
    async *records(from) {
      const context = await recordContext(hub, caller, release)
      let count = 0
      for await (const raw of opened.records(from)) {
        // Validating is one long stretch of work: in between, the database's answers and other requests get their turn.
        if ((count += 1) % recordsPerTurn === 0) await setImmediate()
        yield { record: prepareRecord(context, raw), byteFrom: raw.byteFrom, byteTo: raw.byteTo }
      }
    },
  }
}

async function openNodeSubmission(hub: Hub, caller: Caller, body: ReceivedBody): Promise<Opened> {
  const versions = await openVersions(hub, caller, body)
  return {
    id: versions.id,
    standard: 'versions',
    kind: 'versions',
    envelope: versions.envelope,
    versions,
    async *records(from) {
      const records = versions.records
      for (let index = from.record; index < records.length; index += 1) {
        yield { record: records[index] as PreparedRecord, byteFrom: index === 0 ? 0 : body.decodedBytes, byteTo: body.decodedBytes }
      }
    },
  }
}

async function recordContext(hub: Hub, caller: Caller, release: Release): Promise<RecordContext> {
  const sourceNo = await sourceNoOf(hub.db, hub.node.name, caller.participantId)
  return { hub, release, caller, sourceNo, stream: `${hub.node.name}/${caller.participantId}`, at: hub.clock.now() }
}

/** The answer to an id that was used before; `resume` when it waits for its lost body; null when the id is new. */
async function answerKnown(hub: Hub, request: SubmissionRequest, id: string): Promise<SubmissionAnswer | 'resume' | null> {
  const row = await hub.db.selectFrom('submission').selectAll().where('participant_id', '=', request.caller.participantId).where('id', '=', id).executeTakeFirst()
  if (row === undefined) return null
  if (!row.digest.equals(request.body.digest)) {
    throw new Problem('submission-conflict', {
      zh: `批次 ${id} 已于 ${row.received_at.toISOString()} 收到，内容摘要 ${digestText(row.digest)}；本次为 ${digestText(request.body.digest)}`,
      en: `Submission ${id} was received at ${row.received_at.toISOString()} with digest ${digestText(row.digest)}; this one has ${digestText(request.body.digest)}`,
    })
  }
  if (row.state === 'finished') return { kind: 'receipt', receipt: row.receipt as Buffer, known: true }
  if (row.state === 'incomplete') return 'resume'
  return { kind: 'accepted', id, submissionNo: row.submission_no }
}

type NewSubmission = Pick<SubmissionRow, 'state' | 'spool_path'>

function submissionValues(request: SubmissionRequest, opened: Opened, more: NewSubmission, at: Date) {
  return {
    participant_id: request.caller.participantId,
    id: opened.id,
    digest: request.body.digest,
    kind: opened.kind,
    media: request.body.media,
    mode: request.mode,
    standard: opened.standard,
    envelope: opened.envelope,
    key_id: request.caller.keyId,
    body_bytes: request.body.decodedBytes,
    received_at: at,
    trace_parent: request.traceParent,
    ...more,
  }
}

/** Claims the id. Null when another request of the same participant has committed it first. */
async function claim(trx: Kysely<Tables>, values: ReturnType<typeof submissionValues>): Promise<number | null> {
  const row = await trx.insertInto('submission').values(values).onConflict((conflict) => conflict.columns(['participant_id', 'id']).doNothing()).returning('submission_no').executeTakeFirst()
  return row?.submission_no ?? null
}

/** A body in memory that makes one part: everything, receipt included, in one transaction. */
async function receiveSmall(hub: Hub, request: SubmissionRequest, opened: Opened): Promise<SubmissionAnswer | 'too-many'> {
  const at = hub.clock.now()
  const batch: Prepared[] = []
  for await (const prepared of opened.records({ byte: 0, record: 0 })) {
    if (batch.length === partRecordsMax && opened.versions === null) return 'too-many'
    batch.push(prepared)
  }
  const receipt = await retryDeadlocks(() =>
    hub.db.transaction().execute(async (trx) => {
      const submissionNo = await claim(trx, submissionValues(request, opened, { state: 'storing', spool_path: null }, at))
      if (submissionNo === null) return null
      const facts = { submissionNo, id: opened.id, digest: request.body.digest, participant: request.caller.participantId, standard: opened.standard, mode: request.mode, keyId: request.caller.keyId }
      const part = await storePrepared(trx, hub, facts, opened, batch, { partNo: 0, firstRecord: 0, byteFrom: 0, byteTo: request.body.decodedBytes }, at)
      return await finish(trx, hub, facts, at, [receiptPart(part, 0, 0, batch.length)], part.counts, batch.length, inline(part.outcomes), request.body.decodedBytes)
    }),
  )
  if (receipt === null) return (await answerKnown(hub, request, opened.id)) as SubmissionAnswer
  hub.onPending()
  return { kind: 'receipt', receipt, known: false }
}

interface Facts {
  readonly submissionNo: number
  readonly id: string
  readonly digest: Buffer
  readonly participant: string
  readonly standard: string
  readonly mode: Mode
  readonly keyId: string
}

interface PartRange {
  readonly partNo: number
  readonly firstRecord: number
  readonly byteFrom: number
  readonly byteTo: number
}

async function storePrepared(trx: Transaction<Tables>, hub: Hub, facts: Facts, opened: Opened, batch: readonly Prepared[], range: PartRange, at: Date): Promise<StoredPart> {
  const part = await storePart(trx, hub, {
    submissionNo: facts.submissionNo,
    ...range,
    records: batch.map((one) => one.record),
    at,
    actor: `participant:${facts.participant}`,
    body: {
      submission: { id: facts.id, digest: digestText(facts.digest), participant: facts.participant, key: facts.keyId, standard: facts.standard, mode: facts.mode },
      ...opened.versions?.entryBody,
    },
    ...(opened.versions === null ? {} : { beforeEntry: (stored) => insertCustody(trx, opened.versions as VersionsBody, stored) }),
  })
  return part
}

const receiptPart = (part: StoredPart, partNo: number, from: number, count: number): ReceiptPart => ({ part: partNo, from, count, root: part.root, outcomes: part.pageDigest })

const inline = (outcomes: readonly RecordOutcome[]): RecordOutcome[] =>
  outcomes.length <= inlineRecordsMax ? [...outcomes] : outcomes.filter((outcome) => outcome.outcome === 'refused').slice(0, inlineRecordsMax)

/** Fixes the receipt, in the transaction of the last part. */
async function finish(trx: Kysely<Tables>, hub: Hub, facts: Facts, receivedAt: Date, parts: ReceiptPart[], counts: Counts, recordCount: number, records: RecordOutcome[], bytes: number): Promise<Buffer> {
  const finishedAt = hub.clock.now()
  const receipt = signReceipt(hub, { ...facts, receivedAt, finishedAt, counts, recordCount, records, parts })
  await trx
    .updateTable('submission')
    .set({ state: 'finished', finished_at: finishedAt, outcome: wholeOutcome(counts), counts: JSON.stringify(counts), receipt, spool_path: null, stored_bytes: bytes, stored_records: recordCount })
    .where('submission_no', '=', facts.submissionNo)
    .execute()
  return receipt
}

class AtomicRefusal extends Error {
  readonly outcomes: readonly RecordOutcome[]
  constructor(outcomes: readonly RecordOutcome[]) {
    super('a record of an atomic submission was refused')
    this.outcomes = outcomes
  }
}

/** All records in one transaction, or none of them and the refusal in a transaction of its own. */
async function receiveAtomic(hub: Hub, request: SubmissionRequest, opened: Opened): Promise<SubmissionAnswer> {
  const batches = await boundedBatches(request, opened)
  const at = hub.clock.now()
  const store = (records: readonly (readonly Prepared[])[], refuseWhole: boolean) =>
    retryDeadlocks(() =>
      hub.db.transaction().execute(async (trx) => {
        const submissionNo = await claim(trx, submissionValues(request, opened, { state: 'storing', spool_path: null }, at))
        if (submissionNo === null) return null
        const facts = { submissionNo, id: opened.id, digest: request.body.digest, participant: request.caller.participantId, standard: opened.standard, mode: request.mode, keyId: request.caller.keyId }
        const stored = await storeBatches(trx, hub, facts, opened, records, at)
        if (refuseWhole && stored.counts.refused > 0) throw new AtomicRefusal(stored.outcomes)
        return await finish(trx, hub, facts, at, stored.parts, stored.counts, stored.outcomes.length, inline(stored.outcomes), request.body.decodedBytes)
      }),
    )
  let receipt: Buffer | null
  try {
    receipt = await store(batches, true)
  } catch (error) {
    if (!(error instanceof AtomicRefusal)) throw error
    const refused = rolledBack(error.outcomes)
    let next = 0
    receipt = await store(batches.map((batch) => batch.map((one) => ({ ...one, record: refused[next++] as PreparedRecord }))), false)
  }
  if (receipt === null) return (await answerKnown(hub, request, opened.id)) as SubmissionAnswer
  hub.onPending()
  return { kind: 'receipt', receipt, known: false }
}

async function storeBatches(trx: Transaction<Tables>, hub: Hub, facts: Facts, opened: Opened, batches: readonly (readonly Prepared[])[], at: Date) {
  const parts: ReceiptPart[] = []
  const counts = noCounts()
  const list: RecordOutcome[] = []
  let from = 0
  for (const [partNo, batch] of batches.entries()) {
    const range = { partNo, firstRecord: from, byteFrom: batch[0]?.byteFrom ?? 0, byteTo: batch.at(-1)?.byteTo ?? 0 }
    const part = await storePrepared(trx, hub, facts, opened, batch, range, at)
    parts.push(receiptPart(part, partNo, from, batch.length))
    addCounts(counts, part.counts)
    list.push(...part.outcomes)
    from += batch.length
  }
  return { parts, counts, outcomes: list }
}

async function boundedBatches(request: SubmissionRequest, opened: Opened): Promise<Prepared[][]> {
  const tooLarge = (what: string) => new Problem('atomic-too-large', { zh: `本批 ${what}`, en: `The submission has ${what}` })
  if (request.body.decodedBytes > atomicBytesMax) throw tooLarge(`${request.body.decodedBytes} bytes`)
  const batches: Prepared[][] = []
  let count = 0
  for await (const batch of inBatches(opened, { byte: 0, record: 0 })) {
    count += batch.length
    if (count > atomicRecordsMax) throw tooLarge(`> ${atomicRecordsMax} records`)
    batches.push(batch)
  }
  return batches
}

/** Cuts records into parts of at most 2,000 records or about 1 MiB. A delivery is one part, because its proofs are kept with it as a whole. */
async function* inBatches(opened: Opened, from: { readonly byte: number; readonly record: number }): AsyncGenerator<Prepared[]> {
  let batch: Prepared[] = []
  let bytes = 0
  for await (const prepared of opened.records(from)) {
    const size = prepared.byteTo - prepared.byteFrom
    if (opened.versions === null && batch.length > 0 && (batch.length === partRecordsMax || bytes + size > partBytesMax)) {
      yield batch
      batch = []
      bytes = 0
    }
    batch.push(prepared)
    bytes += size
  }
  if (batch.length > 0) yield batch
}

function addCounts(total: Counts, more: Counts): void {
  for (const [outcome, count] of Object.entries(more)) total[outcome as keyof Counts] += count
}

class RollBack extends Error {}

/** What the outcomes of an atomic submission become when one of its records is refused. */
function refusedOutcomes(list: readonly RecordOutcome[]): RecordOutcome[] {
  return rolledBack(list).map((one) => {
    const { index, entity, sourceId, problems } = (one as { refused: RefusedRecord }).refused
    return { index, entity, sourceId, outcome: 'refused', problems }
  })
}

/** Judges everything as a real submission would be, in a transaction that is then undone. Burns no id, signs nothing. */
async function dryRun(hub: Hub, request: SubmissionRequest, opened: Opened): Promise<object> {
  const batches = await boundedBatches(request, opened)
  let document: object = {}
  const facts = { submissionNo: 0, id: opened.id, digest: request.body.digest, participant: request.caller.participantId, standard: opened.standard, mode: request.mode, keyId: request.caller.keyId }
  try {
    await retryDeadlocks(() =>
      hub.db.transaction().execute(async (trx) => {
        const at = hub.clock.now()
        // Any id will do for the row that is undone: the sender's own may be in use already.
        const values = { ...submissionValues(request, opened, { state: 'storing', spool_path: null }, at), id: crypto.randomUUID() }
        const submissionNo = (await claim(trx, values)) as number
        const stored = await storeBatches(trx, hub, { ...facts, submissionNo }, opened, batches, at)
        const failed = request.mode === 'atomic' && stored.counts.refused > 0
        const counts = failed ? { ...noCounts(), refused: stored.outcomes.length } : stored.counts
        document = {
          dryRun: true,
          submission: { id: opened.id, digest: digestText(request.body.digest), participant: facts.participant },
          standard: opened.standard,
          mode: request.mode,
          outcome: wholeOutcome(counts),
          counts,
          records: inline(failed ? refusedOutcomes(stored.outcomes) : stored.outcomes).map(({ recordId: _none, ...others }) => others),
        }
        throw new RollBack()
      }),
    )
  } catch (error) {
    if (!(error instanceof RollBack)) throw error
  }
  return document
}

/** A body on disk, or one that is answered later: registered first, then stored part by part. */
async function receiveLarge(hub: Hub, request: SubmissionRequest, opened: Opened, resume: boolean): Promise<SubmissionAnswer> {
  const path = request.body.path ?? (await spoolBytes(hub.spoolDir, request.body.bytes as Buffer))
  const at = hub.clock.now()
  let submissionNo: number
  if (resume) {
    const row = await hub.db
      .updateTable('submission')
      .set({ state: 'storing', spool_path: path })
      .where('participant_id', '=', request.caller.participantId)
      .where('id', '=', opened.id)
      .where('state', '=', 'incomplete')
      .returning('submission_no')
      .executeTakeFirst()
    if (row === undefined) return await lostRace(hub, request, opened, path)
    submissionNo = row.submission_no
  } else {
    const claimed = await claim(hub.db, submissionValues(request, opened, { state: 'storing', spool_path: path }, at))
    if (claimed === null) return await lostRace(hub, request, opened, path)
    submissionNo = claimed
  }
  if (request.respondAsync || request.body.decodedBytes > answerAtOnceMax) return { kind: 'accepted', id: opened.id, submissionNo }
  const state = await continueSubmission(hub, submissionNo)
  if (state !== 'finished') return { kind: 'accepted', id: opened.id, submissionNo }
  const row = await hub.db.selectFrom('submission').select('receipt').where('submission_no', '=', submissionNo).executeTakeFirstOrThrow()
  return { kind: 'receipt', receipt: row.receipt as Buffer, known: false }
}

async function lostRace(hub: Hub, request: SubmissionRequest, opened: Opened, path: string): Promise<SubmissionAnswer> {
  await discardBody({ path })
  return (await answerKnown(hub, request, opened.id)) as SubmissionAnswer
}

/**
 * Stores what is left of a registered submission. Safe to call from several processes at once: each part's transaction checks that it
 * begins where the last one ended, and the one that comes second stops.
 * @returns `busy` when another process is at it, `incomplete` when the body's file is lost
 */
export async function continueSubmission(hub: Hub, submissionNo: number): Promise<'finished' | 'incomplete' | 'busy'> {
  const row = await hub.db.selectFrom('submission').selectAll().where('submission_no', '=', submissionNo).executeTakeFirst()
  if (row === undefined || row.state === 'finished') return 'finished'
  if (row.state === 'incomplete') return 'incomplete'
  const body: ReceivedBody = { media: row.media, bytes: null, path: row.spool_path, digest: row.digest, decodedBytes: row.body_bytes }
  let opened: Opened
  try {
    opened = await openSubmission(hub, await callerOf(hub, row), body)
  } catch (error) {
    if ((error as { code?: string }).code !== 'ENOENT') throw error
    await hub.db.updateTable('submission').set({ state: 'incomplete', spool_path: null }).where('submission_no', '=', submissionNo).where('state', '=', 'storing').execute()
    hub.log.error({ submission: row.id, participant: row.participant_id, storedRecords: row.stored_records }, 'the body of a submission is lost; what is stored stands, and a resend of the same bytes continues there')
    return 'incomplete'
  }
  const facts = { submissionNo, id: row.id, digest: row.digest, participant: row.participant_id, standard: row.standard, mode: row.mode, keyId: row.key_id }
  let at = { byte: row.stored_bytes, record: row.stored_records }
  let partNo = await countParts(hub, submissionNo)
  for await (const batch of oneAhead(inBatches(opened, at))) {
    const byteTo = batch.at(-1)?.byteTo ?? at.byte
    const next = { byte: byteTo, record: at.record + batch.length }
    const moved = await storeOne(hub, facts, opened, batch, { partNo, firstRecord: at.record, byteFrom: at.byte, byteTo }, at, next)
    if (!moved) return 'busy'
    hub.onPending()
    at = next
    partNo += 1
  }
  await finishStored(hub, facts, row.received_at, row.body_bytes)
  if (row.spool_path !== null) await discardBody({ path: row.spool_path })
  return 'finished'
}

/** Asks for the next item before the current one is worked on: a part is read and validated while the database stores the one before it. */
async function* oneAhead<T>(items: AsyncGenerator<T>): AsyncGenerator<T> {
  let next = items.next()
  try {
    for (;;) {
      const current = await next
      if (current.done === true) return
      next = items.next()
      // It is awaited in the next round; until then a failure must not count as unhandled.
      next.catch(() => undefined)
      yield current.value
    }
  } finally {
    await next.catch(() => undefined)
    await items.return(undefined)
  }
}

function storeOne(hub: Hub, facts: Facts, opened: Opened, batch: readonly Prepared[], range: PartRange, from: { byte: number; record: number }, to: { byte: number; record: number }): Promise<boolean> {
  return retryDeadlocks(() =>
    hub.db.transaction().execute(async (trx) => {
      const moved = await trx
        .updateTable('submission')
        .set({ stored_bytes: to.byte, stored_records: to.record })
        .where('submission_no', '=', facts.submissionNo)
        .where('state', '=', 'storing')
        .where('stored_records', '=', from.record)
        .executeTakeFirst()
      if (moved.numUpdatedRows !== 1n) return false
      await storePrepared(trx, hub, facts, opened, batch, range, hub.clock.now())
      return true
    }),
  ).catch((error: unknown) => {
    // Another process stored this very part between our look and our insert.
    if (sqlState(error) === '23505') return false
    throw error
  })
}

async function countParts(hub: Hub, submissionNo: number): Promise<number> {
  const row = await hub.db.selectFrom('part').select((one) => one.fn.countAll<number>().as('count')).where('submission_no', '=', submissionNo).executeTakeFirstOrThrow()
  return Number(row.count)
}

/** Makes the receipt of a submission whose parts are all stored. */
async function finishStored(hub: Hub, facts: Facts, receivedAt: Date, bytes: number): Promise<void> {
  await hub.db.transaction().execute(async (trx) => {
    const open = await trx.selectFrom('submission').select('submission_no').where('submission_no', '=', facts.submissionNo).where('state', '=', 'storing').forUpdate().executeTakeFirst()
    if (open === undefined) return
    const rows = await trx.selectFrom('part').select(['part_no', 'part_id', 'first_record', 'record_count', 'root', 'outcomes_digest', 'counts']).where('submission_no', '=', facts.submissionNo).orderBy('part_no').execute()
    const counts = noCounts()
    for (const row of rows) addCounts(counts, row.counts as Counts)
    const recordCount = rows.reduce((sum, row) => sum + row.record_count, 0)
    const wanted: RecordOutcome[] = []
    for (const row of rows) {
      const all = recordCount <= inlineRecordsMax
      if (wanted.length >= inlineRecordsMax) break
      if (!all && (row.counts as Counts).refused === 0) continue
      const { outcomes: page } = await trx.selectFrom('part').select('outcomes').where('part_id', '=', row.part_id).executeTakeFirstOrThrow()
      const list = parsePage(page)
      wanted.push(...(all ? list : list.filter((outcome) => outcome.outcome === 'refused')))
    }
    const parts = rows.map((row) => ({ part: row.part_no, from: row.first_record, count: row.record_count, root: row.root, outcomes: row.outcomes_digest }))
    await finish(trx, hub, facts, receivedAt, parts, counts, recordCount, wanted.slice(0, inlineRecordsMax), bytes)
  })
}

/** The outcomes of one stored page. */
export function parsePage(page: Buffer): RecordOutcome[] {
  return page.toString('utf8').split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as RecordOutcome)
}

async function callerOf(hub: Hub, row: SubmissionRow): Promise<Caller> {
  const participant: Selectable<ParticipantTable> = await hub.db.selectFrom('participant').selectAll().where('participant_id', '=', row.participant_id).executeTakeFirstOrThrow()
  return { participantId: participant.participant_id, kind: participant.kind, name: participant.name, regions: participant.regions, nodeName: participant.node_name, keyId: row.key_id }
}

/** Registered submissions that are not finished, oldest first: what a sweep continues. */
export async function openSubmissions(db: Kysely<Tables>): Promise<number[]> {
  const rows = await db.selectFrom('submission').select('submission_no').where('state', '=', 'storing').orderBy('received_at').execute()
  return rows.map((row) => row.submission_no)
}
