import type { SubmissionTable, Tables } from '@huijiao/database'
import { digestText } from '@huijiao/merkle'
import { Problem } from '@huijiao/problem'
import type { Kysely, Selectable } from 'kysely'
import type { Hub } from './hub.ts'
import type { Opened } from './open-submission.ts'
import type { SubmissionAnswer, SubmissionRequest } from './submission-request.ts'

export type SubmissionRow = Selectable<SubmissionTable>

/** The answer to an id that was used before; `resume` when it waits for its lost body; null when the id is new. */
export async function answerKnown(hub: Hub, request: SubmissionRequest, id: string): Promise<SubmissionAnswer | 'resume' | null> {
  const row = await hub.db
    .selectFrom('submission')
    .selectAll()
    .where('participant_id', '=', request.caller.participantId)
    .where('id', '=', id)
    .executeTakeFirst()
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

/**
 * The answer of a request whose id somebody else claimed while it was at work.
 * @throws Problem not-ready when that one has not come to an answer either; sending again is safe
 */
export async function answerOther(hub: Hub, request: SubmissionRequest, id: string): Promise<SubmissionAnswer> {
  const answer = await answerKnown(hub, request, id)
  if (answer !== null && answer !== 'resume') return answer
  throw new Problem('not-ready', { zh: `批次 ${id} 正由另一请求处理`, en: `Submission ${id} is being received by another request` })
}

type NewSubmission = Pick<SubmissionRow, 'state' | 'spool_path'>

export function submissionValues(request: SubmissionRequest, opened: Opened, more: NewSubmission, at: Date) {
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
export async function claim(trx: Kysely<Tables>, values: ReturnType<typeof submissionValues>): Promise<number | null> {
  const row = await trx
    .insertInto('submission')
    .values(values)
    .onConflict((conflict) => conflict.columns(['participant_id', 'id']).doNothing())
    .returning('submission_no')
    .executeTakeFirst()
  return row?.submission_no ?? null
}
