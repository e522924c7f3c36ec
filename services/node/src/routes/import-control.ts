import { setTimeout as delay } from 'node:timers/promises'
import { cancelSubmission, findSubmission, pauseSubmission, progressMark, progressOf, resumeSubmission } from '@huijiao/exchange'
import type { Context } from '../context.ts'

type Row = Awaited<ReturnType<typeof findSubmission>>

export interface ProgressQuery {
  readonly wait?: number
  readonly since?: string
}

/** A waiting request looks this often; each look is one read by primary key. */
const lookMs = 500
/** More waiting requests than this are answered at once, so that they cannot keep the database busy by waiting. */
const waitingMax = 64
let waiting = 0

/** How far a submission is, as the API tells it. `mark` goes back as `since`. */
export async function showProgress({ hub }: Context, row: Row): Promise<object> {
  return {
    submission: { id: row.id, participant: row.participant_id },
    state: row.state,
    outcome: row.outcome,
    legacy: row.legacy,
    receivedAt: row.received_at.toISOString(),
    finishedAt: row.finished_at?.toISOString() ?? null,
    progress: await progressOf(hub, row),
    mark: progressMark(row),
  }
}

/**
 * The submission as soon as it is not as `since` says any more, or after `wait` seconds. Read from the database, so that it does not matter
 * which process stores it.
 * @param gone whether the one who asked has left
 */
export async function awaitProgress(context: Context, first: Row, query: ProgressQuery, gone: () => boolean): Promise<Row> {
  let row = first
  if (query.since === undefined || query.wait === undefined || waiting >= waitingMax) return row
  waiting += 1
  try {
    const until = performance.now() + query.wait * 1000
    while (row.state !== 'finished' && progressMark(row) === query.since && performance.now() < until && !gone() && !context.stopping()) {
      await delay(Math.min(lookMs, Math.max(0, until - performance.now())))
      row = await findSubmission(context.hub.db, row.participant_id, row.id)
    }
    return row
  } finally {
    waiting -= 1
  }
}

export const controls = ['pause', 'resume', 'cancel'] as const
export type Control = (typeof controls)[number]

/** Pauses, resumes or cancels; a resumed submission is on its way to the worker when this returns. */
export async function control(context: Context, row: Row, act: Control, actor: string): Promise<Row> {
  const { hub, background } = context
  const change = { pause: pauseSubmission, resume: resumeSubmission, cancel: cancelSubmission }[act]
  const after = await change(hub, row.submission_no, actor)
  if (act === 'resume') background.submissionAccepted(row.submission_no)
  return after
}

export const progressQuery = {
  wait: {
    type: 'integer',
    minimum: 0,
    maximum: 30,
    description: 'With `since`: answer after so many seconds at the latest · 最多等待的秒数',
  },
  since: {
    type: 'string',
    maxLength: 60,
    description: '`mark` of the answer before: wait until there is something new · 上一次答复中的 mark',
  },
} as const

const amount = (type: 'integer' | 'number') => ({ type: [type, 'null'] })
const instant = { type: ['string', 'null'], format: 'date-time' }
const example = {
  submission: { id: '1e8ff4cc-25ea-4de4-aa4f-2531371bd198', participant: 'p-7k2' },
  state: 'storing',
  outcome: null,
  legacy: false,
  receivedAt: '2026-09-01T01:30:02.114Z',
  finishedAt: null,
  progress: {
    records: { done: 84_000, refused: 12 },
    counts: { accepted: 83_988, unchanged: 0, superseded: 0, pending_review: 0, doubtful: 0, held: 0, refused: 12 },
    bytes: { done: 44_040_192, total: 104_857_600 },
    share: 0.42,
    rate: { records: 4200, bytes: 2_202_009.6 },
    secondsLeft: 28,
    parts: 42,
    lastPartAt: '2026-09-01T01:30:22.114Z',
    paused: null,
  },
  mark: 'storing-84000',
}

export const progressSchema = {
  type: 'object',
  properties: {
    submission: { type: 'object', properties: { id: { type: 'string' }, participant: { type: 'string' } } },
    state: { enum: ['storing', 'paused', 'finished', 'incomplete'] },
    outcome: { type: ['string', 'null'], description: '`cancelled` when it was ended before its end' },
    legacy: { type: 'boolean' },
    receivedAt: { type: 'string', format: 'date-time' },
    finishedAt: instant,
    progress: {
      type: 'object',
      properties: {
        records: { type: 'object', properties: { done: { type: 'integer' }, refused: { type: 'integer' } } },
        counts: { type: 'object', additionalProperties: { type: 'integer' } },
        bytes: {
          type: 'object',
          description: 'Of the decoded body; `done` is null for JSON documents, workbooks and XML',
          properties: { done: amount('integer'), total: { type: 'integer' } },
        },
        share: amount('number'),
        rate: {
          type: ['object', 'null'],
          description: 'Per second, over the latest parts',
          properties: { records: { type: 'number' }, bytes: amount('number') },
        },
        secondsLeft: amount('integer'),
        parts: { type: 'integer' },
        lastPartAt: instant,
        paused: { type: ['object', 'null'], properties: { by: { type: 'string' }, at: { type: 'string', format: 'date-time' } } },
      },
    },
    mark: { type: 'string', description: 'Give it back as `since`' },
  },
  examples: [example],
} as const

/** What each act is called, for people. */
export const controlSummaries: Readonly<Record<Control, string>> = {
  pause: 'Pause at the end of the part under way · 暂停（当前分段入库后生效）',
  resume: 'Go on where the last part ended · 从上一分段末尾继续',
  cancel:
    'End it here: what is stored stands, the rest is not judged; answers with the signed receipt at /receipt · 取消：已入库的保留，其余不再处理',
}
