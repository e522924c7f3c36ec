import type { ParticipantTable, Tables } from '@huijiao/database'
import type { Kysely, Selectable } from 'kysely'
import { inBatches, readAhead } from './batches.ts'
import { discardBody, type ReceivedBody } from './body.ts'
import { forgetIntact, isIntact } from './body-intact.ts'
import type { SubmissionRow } from './claim.ts'
import { sentFileOf } from './file-records.ts'
import { finishStored } from './finish-stored.ts'
import { coversBytes } from './import-progress.ts'
import type { Caller, Hub } from './hub.ts'
import { type Opened, openSubmission } from './open-submission.ts'
import type { Facts } from './store-batches.ts'
import { type StoredGroup, storeGroup, type StoredTo, Undone } from './store-group.ts'

/** What became of an attempt to store what is left: `busy` when another process is at it, `incomplete` when the body's file is lost. */
export type StoreState = 'finished' | 'paused' | 'incomplete' | 'busy' | 'more'

export interface StoreOptions {
  /**
   * Steps back after this long, at the end of a part, with `more` as its answer, so that other submissions get their turn. Only a body whose
   * parts cover bytes of their own: any other would be read from its start each time.
   */
  readonly sliceMs?: number
  /** Parts that one transaction stores at most; four when absent. */
  readonly partsAtOnce?: number
}

/**
 * Stores what is left of a registered submission, from the end of the last part on. Safe to call from several processes at once: each part's
 * transaction checks that it begins where the last one ended and that nobody has paused or cancelled it, and the one that comes second stops.
 */
export async function continueSubmission(hub: Hub, submissionNo: number, options: StoreOptions = {}): Promise<StoreState> {
  const mine = atWork.get(hub) ?? new Map<number, AtWork>()
  atWork.set(hub, mine)
  const other = mine.get(submissionNo)
  if (other !== undefined) {
    other.askedAgain = true
    const ms = Math.round(performance.now() - other.since)
    if (ms > slowStepMs)
      hub.log.warn({ submissionNo, step: other.step, ms }, 'a submission that this process stores has not moved for long')
    return 'busy'
  }
  const work: AtWork = { askedAgain: false, step: 'begun', since: performance.now() }
  mine.set(submissionNo, work)
  try {
    for (;;) {
      work.askedAgain = false
      const state = await storeRestAgain(hub, submissionNo, options, (step) => Object.assign(work, { step, since: performance.now() }))
      // It was resumed just when this round was about to say that it is paused: nobody else would go on with it.
      if (state !== 'paused' || !work.askedAgain) return state
    }
  } finally {
    mine.delete(submissionNo)
  }
}

interface AtWork {
  askedAgain: boolean
  /** What it does, for whoever looks why it does not move, and since when, of a clock that only goes on. */
  step: string
  since: number
}

type Note = (step: string) => void

/** A step of storing that takes longer is worth a line in the log. */
const slowStepMs = 30_000

/** Submissions that this process is storing: a sweep must not race the request that will answer with their receipt. */
const atWork = new WeakMap<Hub, Map<number, AtWork>>()

/** Begins again where the row says when the server undid two groups at once. After eight times the sweep goes on with it. */
async function storeRestAgain(hub: Hub, submissionNo: number, options: StoreOptions, note: Note): Promise<StoreState> {
  for (let undone = 1; ; undone += 1) {
    try {
      return await storeRest(hub, submissionNo, options, note)
    } catch (error) {
      if (!(error instanceof Undone) || undone === 8) throw error
    }
  }
}

async function storeRest(
  hub: Hub,
  submissionNo: number,
  { sliceMs = Infinity, partsAtOnce }: StoreOptions,
  note: Note,
): Promise<StoreState> {
  const began = performance.now()
  const row = await hub.db.selectFrom('submission').selectAll().where('submission_no', '=', submissionNo).executeTakeFirst()
  if (row === undefined) return 'finished'
  if (row.state !== 'storing') return row.state
  const body: ReceivedBody = {
    ...{ media: row.media, bytes: null, path: row.spool_path, digest: row.digest, decodedBytes: row.body_bytes },
    ...sentFileOf(row),
  }
  try {
    note('looks at the body')
    if (row.spool_path === null) return await bodyLost(hub, row, 'gone')
    if (!(await isIntact(hub, { ...body, path: row.spool_path }))) return await bodyLost(hub, row, 'changed')
    note('opens the body')
    const opened = await openSubmission(hub, await callerOf(hub, row), body, row.standards)
    const facts = factsOfRow(row, opened)
    if (row.storing_since === null) await beginStoring(hub, submissionNo)
    let at: StoredTo = { byte: row.stored_bytes, record: row.stored_records, partNo: await countParts(hub, submissionNo) }
    const batches = readAhead(inBatches(opened, at), 2)
    let group: StoredGroup | null = null
    try {
      for (;;) {
        note(`stores from record ${at.record} on`)
        group = storeGroup(hub, facts, opened, batches, at, group, partsAtOnce)
        const to: StoredTo | null = await group.sent
        const rest = to !== null && to.record > at.record
        const enough = performance.now() - began > sliceMs && coversBytes(row.media)
        if (rest && !enough) {
          at = to
          continue
        }
        note(`commits up to record ${to?.record ?? at.record}`)
        if ((await group.committed) === null) return await stateNow(hub, submissionNo)
        if (!rest) break
        return 'more'
      }
    } finally {
      await group?.committed.catch(() => undefined)
      note('closes the body')
      await batches.close()
    }
    note('makes the receipt')
    await finishStored(hub, facts, row.received_at, row.body_bytes)
  } catch (error) {
    if ((error as { code?: string }).code !== 'ENOENT') throw error
    return await bodyLost(hub, row, 'gone')
  }
  const state = await stateNow(hub, submissionNo)
  if (state === 'finished' && row.spool_path !== null) {
    forgetIntact(hub, row.spool_path)
    await discardBody({ path: row.spool_path })
  }
  return state
}

const factsOfRow = (row: SubmissionRow, opened: Opened): Facts => ({
  submissionNo: row.submission_no,
  id: row.id,
  digest: row.digest,
  participant: row.participant_id,
  standard: row.standard,
  judgedBy: opened.judgedBy,
  mode: row.mode,
  keyId: row.key_id,
  ...(row.granted_regions === null ? {} : { enteredBy: row.key_id }),
  ...(row.legacy ? { legacy: true as const } : {}),
  ...(opened.file === undefined ? {} : { file: opened.file }),
})

/** Why a part could not be stored: it is paused, it ended, or another process stored that very part. */
async function stateNow(hub: Hub, submissionNo: number): Promise<StoreState> {
  const row = await hub.db.selectFrom('submission').select('state').where('submission_no', '=', submissionNo).executeTakeFirst()
  return row === undefined ? 'finished' : row.state === 'storing' ? 'busy' : row.state
}

async function beginStoring(hub: Hub, submissionNo: number): Promise<void> {
  await hub.db
    .updateTable('submission')
    .set({ storing_since: hub.clock.now() })
    .where('submission_no', '=', submissionNo)
    .where('storing_since', 'is', null)
    .execute()
}

/** The body's file is gone or is not what arrived: it was cancelled or finished meanwhile, or else it is lost. */
async function bodyLost(hub: Hub, row: SubmissionRow, how: 'gone' | 'changed'): Promise<StoreState> {
  const lost = await hub.db
    .updateTable('submission')
    .set({ state: 'incomplete', spool_path: null })
    .where('submission_no', '=', row.submission_no)
    .where('state', '=', 'storing')
    // Sent again just now, it has another.
    .where('spool_path', 'is not distinct from', row.spool_path)
    .returning('stored_records')
    .executeTakeFirst()
  if (lost === undefined) return await stateNow(hub, row.submission_no)
  await discardBody({ path: row.spool_path })
  hub.log.error(
    { submission: row.id, participant: row.participant_id, storedRecords: lost.stored_records, how },
    'the body of a submission is lost; what is stored stands, and a resend of the same bytes continues there',
  )
  return 'incomplete'
}

async function countParts(hub: Hub, submissionNo: number): Promise<number> {
  const row = await hub.db
    .selectFrom('part')
    .select((one) => one.fn.countAll<number>().as('count'))
    .where('submission_no', '=', submissionNo)
    .executeTakeFirstOrThrow()
  return Number(row.count)
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
    regions: row.granted_regions ?? participant.regions,
    nodeName: participant.node_name,
    keyId: row.key_id,
  }
}

/** Registered submissions that are not finished and how far they are stored, oldest first: what a sweep continues. */
export async function openSubmissions(db: Kysely<Tables>): Promise<{ readonly submissionNo: number; readonly storedRecords: number }[]> {
  const rows = await db
    .selectFrom('submission')
    .select(['submission_no', 'stored_records'])
    .where('state', '=', 'storing')
    .orderBy('received_at')
    .execute()
  return rows.map((row) => ({ submissionNo: row.submission_no, storedRecords: row.stored_records }))
}
