import type { Tables } from '@huijiao/database'
import { digestText, sha256 } from '@huijiao/merkle'
import { Problem } from '@huijiao/problem'
import type { Transaction } from 'kysely'
import { discardBody } from './body.ts'
import type { SubmissionRow } from './claim.ts'
import { finishLocked, storedWhole } from './finish-stored.ts'
import type { Hub } from './hub.ts'
import { addPendingEntry } from './log.ts'

/** Who acts, as the log names it: `participant:<id>` or `operator:<who>`. */
export type Actor = string

const isOperator = (actor: Actor) => actor.startsWith('operator:')

/**
 * Pauses a submission that is being stored. The row's lock is waited for, so a part under way is stored whole, and none begins after the answer.
 * An operator's pause stands above a participant's: only an operator ends it.
 * @throws Problem not-found, submission-not-open
 */
export async function pauseSubmission(hub: Hub, submissionNo: number, actor: Actor): Promise<SubmissionRow> {
  return await changed(hub, submissionNo, async (trx, row) => {
    if (row.state === 'paused' && (!isOperator(actor) || isOperator(row.paused_by ?? ''))) return row
    if (row.state !== 'storing' && row.state !== 'paused') throw notOpen(row, ['storing'])
    const at = hub.clock.now()
    const after = await update(trx, submissionNo, { state: 'paused', paused_by: actor, paused_at: at, storing_since: null })
    await note(trx, row, actor, at, { act: 'paused', storedRecords: row.stored_records, storedBytes: row.stored_bytes })
    return after
  })
}

/**
 * Lets a paused submission go on where its last part ended. Whoever stores it has to be woken by the caller.
 * @throws Problem not-found, submission-not-open, not-allowed when an operator paused it and somebody else asks
 */
export async function resumeSubmission(hub: Hub, submissionNo: number, actor: Actor): Promise<SubmissionRow> {
  return await changed(hub, submissionNo, async (trx, row) => {
    if (row.state === 'storing') return row
    if (row.state !== 'paused') throw notOpen(row, ['paused'])
    if (isOperator(row.paused_by ?? '') && !isOperator(actor)) {
      throw new Problem('not-allowed', {
        zh: `批次 ${row.id} 是节点管理员暂停的，只能由管理员恢复`,
        en: `Submission ${row.id} was paused by the node's operator; only an operator resumes it`,
      })
    }
    const at = hub.clock.now()
    const after = await update(trx, submissionNo, { state: 'storing', paused_by: null, paused_at: null, storing_since: at })
    await note(trx, row, actor, at, { act: 'resumed', storedRecords: row.stored_records, storedBytes: row.stored_bytes })
    return after
  })
}

/**
 * Ends a submission where it stands. The parts that are stored stand, with everything that was acknowledged; nothing behind them is judged or
 * stored. Its receipt, outcome `cancelled`, is signed here once and for all: the same id with the same bytes is answered with it from now on, and
 * the rest can be sent under a new id.
 * @throws Problem not-found, submission-not-open when it has ended in another way
 */
export async function cancelSubmission(hub: Hub, submissionNo: number, actor: Actor): Promise<SubmissionRow> {
  let spool: string | null = null
  const after = await changed(hub, submissionNo, async (trx, row) => {
    spool = null
    if (row.state === 'finished') {
      if (row.outcome === 'cancelled') return row
      throw notOpen(row, ['storing', 'paused', 'incomplete'])
    }
    const at = hub.clock.now()
    const whole = await storedWhole(trx, submissionNo)
    const facts = {
      submissionNo,
      id: row.id,
      digest: row.digest,
      participant: row.participant_id,
      standard: row.standard,
      mode: row.mode,
      keyId: row.key_id,
      ...(row.legacy ? { legacy: true as const } : {}),
      cancelled: { at, by: actor, bytes: { judged: row.stored_bytes, of: row.body_bytes } },
    }
    const receipt = await finishLocked(trx, hub, facts, row.received_at, whole, row.stored_bytes)
    const ended = await update(trx, submissionNo, { paused_by: null, paused_at: null, storing_since: null })
    spool = row.spool_path
    await note(trx, row, actor, at, {
      act: 'cancelled',
      records: whole.recordCount,
      counts: whole.counts,
      bytes: { judged: row.stored_bytes, of: row.body_bytes },
      receipt: digestText(sha256(receipt)),
    })
    return ended
  })
  // Behind the commit: a body that is removed too early cannot be read again, one that stays is removed by the sweep.
  if (spool !== null) await discardBody({ path: spool })
  return after
}

async function changed(
  hub: Hub,
  submissionNo: number,
  work: (trx: Transaction<Tables>, row: SubmissionRow) => Promise<SubmissionRow>,
): Promise<SubmissionRow> {
  const row = await hub.db.transaction().execute(async (trx) => {
    const locked = await trx.selectFrom('submission').selectAll().where('submission_no', '=', submissionNo).forUpdate().executeTakeFirst()
    if (locked === undefined) throw new Problem('not-found', { zh: '没有此批次', en: 'There is no such submission' })
    // A delivery between nodes is one part, and its sender waits for the judgement: there is nothing to pause.
    if (locked.kind !== 'records')
      throw new Problem('not-allowed', {
        zh: '节点间转报的批次不能暂停或取消；请暂停链路',
        en: 'A delivery between nodes cannot be paused or cancelled; pause the link',
      })
    return await work(trx, locked)
  })
  hub.onPending()
  return row
}

type Control = Pick<SubmissionRow, 'paused_by' | 'paused_at' | 'storing_since'> & Partial<Pick<SubmissionRow, 'state'>>

function update(trx: Transaction<Tables>, submissionNo: number, values: Control): Promise<SubmissionRow> {
  return trx.updateTable('submission').set(values).where('submission_no', '=', submissionNo).returningAll().executeTakeFirstOrThrow()
}

async function note(trx: Transaction<Tables>, row: SubmissionRow, actor: Actor, at: Date, act: object): Promise<void> {
  await addPendingEntry(trx, {
    kind: 'submission',
    instant: at,
    actor,
    subject: row.id,
    body: { submission: { id: row.id, participant: row.participant_id, digest: digestText(row.digest) }, ...act },
  })
}

const stateWords: Readonly<Record<SubmissionRow['state'], string>> = {
  storing: '正在入库',
  paused: '已暂停',
  finished: '已结束',
  incomplete: '原文丢失，等待重报',
}

const notOpen = (row: SubmissionRow, allowed: readonly SubmissionRow['state'][]) =>
  new Problem(
    'submission-not-open',
    { zh: `批次 ${row.id} 的状态是 ${row.state}（${stateWords[row.state]}）`, en: `Submission ${row.id} is in the state ${row.state}` },
    { value: row.state, allowed: allowed.join(', ') },
  )
