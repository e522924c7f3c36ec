import { retryDeadlocks, sqlState } from '@huijiao/database'
import type { ParticipantTable, Tables } from '@huijiao/database'
import type { Kysely, Selectable } from 'kysely'
import { inBatches, oneAhead } from './batches.ts'
import { discardBody, type ReceivedBody } from './body.ts'
import type { SubmissionRow } from './claim.ts'
import { sentFileOf } from './file-records.ts'
import type { Caller, Hub } from './hub.ts'
import { type Opened, openSubmission, type Prepared } from './open-submission.ts'
import { parsePage, type RecordOutcome } from './prepared.ts'
import { inlineRecordsMax } from './receipt.ts'
import { addCounts, type Facts, finish, type PartRange, storePrepared } from './store-batches.ts'
import { type Counts, noCounts } from './store-part.ts'

/**
 * Stores what is left of a registered submission. Safe to call from several processes at once: each part's transaction checks that it
 * begins where the last one ended, and the one that comes second stops.
 * @returns `busy` when another process is at it, `incomplete` when the body's file is lost
 */
export async function continueSubmission(hub: Hub, submissionNo: number): Promise<'finished' | 'incomplete' | 'busy'> {
  const mine = atWork.get(hub) ?? new Set()
  atWork.set(hub, mine)
  if (mine.has(submissionNo)) return 'busy'
  mine.add(submissionNo)
  try {
    return await storeRest(hub, submissionNo)
  } finally {
    mine.delete(submissionNo)
  }
}

/** Submissions that this process is storing: a sweep must not race the request that will answer with their receipt. */
const atWork = new WeakMap<Hub, Set<number>>()

async function storeRest(hub: Hub, submissionNo: number): Promise<'finished' | 'incomplete' | 'busy'> {
  const row = await hub.db.selectFrom('submission').selectAll().where('submission_no', '=', submissionNo).executeTakeFirst()
  if (row === undefined || row.state === 'finished') return 'finished'
  if (row.state === 'incomplete') return 'incomplete'
  const body: ReceivedBody = {
    ...{ media: row.media, bytes: null, path: row.spool_path, digest: row.digest, decodedBytes: row.body_bytes },
    ...sentFileOf(row),
  }
  let opened: Opened
  try {
    opened = await openSubmission(hub, await callerOf(hub, row), body, row.standards)
  } catch (error) {
    if ((error as { code?: string }).code !== 'ENOENT') throw error
    await hub.db
      .updateTable('submission')
      .set({ state: 'incomplete', spool_path: null })
      .where('submission_no', '=', submissionNo)
      .where('state', '=', 'storing')
      .execute()
    hub.log.error(
      { submission: row.id, participant: row.participant_id, storedRecords: row.stored_records },
      'the body of a submission is lost; what is stored stands, and a resend of the same bytes continues there',
    )
    return 'incomplete'
  }
  const facts = {
    submissionNo,
    id: row.id,
    digest: row.digest,
    participant: row.participant_id,
    standard: row.standard,
    mode: row.mode,
    keyId: row.key_id,
    ...(opened.file === undefined ? {} : { file: opened.file }),
  }
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

function storeOne(
  hub: Hub,
  facts: Facts,
  opened: Opened,
  batch: readonly Prepared[],
  range: PartRange,
  from: { byte: number; record: number },
  to: { byte: number; record: number },
): Promise<boolean> {
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
  const row = await hub.db
    .selectFrom('part')
    .select((one) => one.fn.countAll<number>().as('count'))
    .where('submission_no', '=', submissionNo)
    .executeTakeFirstOrThrow()
  return Number(row.count)
}

/** Makes the receipt of a submission whose parts are all stored. */
async function finishStored(hub: Hub, facts: Facts, receivedAt: Date, bytes: number): Promise<void> {
  await hub.db.transaction().execute(async (trx) => {
    const open = await trx
      .selectFrom('submission')
      .select('submission_no')
      .where('submission_no', '=', facts.submissionNo)
      .where('state', '=', 'storing')
      .forUpdate()
      .executeTakeFirst()
    if (open === undefined) return
    const rows = await trx
      .selectFrom('part')
      .select(['part_no', 'part_id', 'first_record', 'record_count', 'root', 'outcomes_digest', 'counts'])
      .where('submission_no', '=', facts.submissionNo)
      .orderBy('part_no')
      .execute()
    const counts = noCounts()
    for (const row of rows) addCounts(counts, row.counts as Counts)
    const recordCount = rows.reduce((sum, row) => sum + row.record_count, 0)
    const wanted: RecordOutcome[] = []
    for (const row of rows) {
      const all = recordCount <= inlineRecordsMax
      if (wanted.length >= inlineRecordsMax) break
      if (!all && (row.counts as Counts).refused === 0) continue
      const { outcomes: page } = await trx
        .selectFrom('part')
        .select('outcomes')
        .where('part_id', '=', row.part_id)
        .executeTakeFirstOrThrow()
      const list = parsePage(page)
      wanted.push(...(all ? list : list.filter((outcome) => outcome.outcome === 'refused')))
    }
    const parts = rows.map((row) => ({
      part: row.part_no,
      from: row.first_record,
      count: row.record_count,
      root: row.root,
      outcomes: row.outcomes_digest,
    }))
    await finish(trx, hub, facts, receivedAt, parts, counts, recordCount, wanted.slice(0, inlineRecordsMax), bytes)
  })
}

async function callerOf(hub: Hub, row: SubmissionRow): Promise<Caller> {
  const participant: Selectable<ParticipantTable> = await hub.db
    .selectFrom('participant')
    .selectAll()
    .where('participant_id', '=', row.participant_id)
    .executeTakeFirstOrThrow()
  return {
    participantId: participant.participant_id,
    kind: participant.kind,
    name: participant.name,
    regions: participant.regions,
    nodeName: participant.node_name,
    keyId: row.key_id,
  }
}

/** Registered submissions that are not finished, oldest first: what a sweep continues. */
export async function openSubmissions(db: Kysely<Tables>): Promise<number[]> {
  const rows = await db.selectFrom('submission').select('submission_no').where('state', '=', 'storing').orderBy('received_at').execute()
  return rows.map((row) => row.submission_no)
}
