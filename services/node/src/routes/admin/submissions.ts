import {
  findSubmission,
  listSubmissions,
  sentFile,
  type ProblemPage,
  type RecordOutcome,
  submissionProblems,
  submissionStatus,
  wholeOutcomes,
} from '@huijiao/exchange'
import { Problem } from '@huijiao/problem'
import type { FastifyInstance } from 'fastify'
import type { Context } from '../../context.ts'
import { answerProblems, filterOf, problemQuery, type ProblemQuery } from '../../problem-list/answer.ts'
import { actorOf, withinOf } from '../../plugins/operator.ts'
import {
  awaitProgress,
  control,
  controls,
  controlSummaries,
  progressQuery,
  type ProgressQuery,
  progressSchema,
  showProgress,
} from '../import-control.ts'
import { fileOfRow } from '../../upload/sent.ts'
import { readsOf } from '../../reads.ts'
import { receiptOf, sendOutcomes, sendReceipt } from '../receipt.ts'
import { namesSchema, withNames } from './names.ts'
import { type PageQuery, limitOf, pageOf, pageQuery, pageSchema, placeOf } from './page.ts'

interface SubmissionQuery extends PageQuery {
  readonly participant?: string
  readonly outcome?: string
  readonly state?: string
  readonly from?: string
  readonly to?: string
}
type OneSubmission = { Params: { id: string }; Querystring: { participant?: string } & PageQuery }

const instant = { type: 'string', format: 'date-time' } as const
const filter = {
  type: 'object',
  additionalProperties: false,
  properties: {
    ...pageQuery,
    participant: { type: 'string', maxLength: 62 },
    outcome: { enum: [...wholeOutcomes, 'cancelled'] },
    state: { enum: ['storing', 'paused', 'finished', 'incomplete'] },
    from: { ...instant, description: 'Received at or after' },
    to: { ...instant, description: 'Received before' },
  },
}
const one = {
  type: 'object',
  additionalProperties: false,
  properties: { participant: { type: 'string', maxLength: 62, description: 'Whose, when two participants used one id' }, ...pageQuery },
}

/** Submissions of all participants. */
export function submissionAdminRoutes(app: FastifyInstance, context: Context): void {
  const { hub } = context
  const reads = readsOf(context)
  app.get<{ Querystring: SubmissionQuery }>(
    '/submissions',
    {
      config: { access: 'list-submissions' },
      schema: {
        summary: 'Submissions, newest first · 报送批次',
        querystring: filter,
        response: { 200: pageSchema(undefined, { names: namesSchema }) },
      },
    },
    async (request) => {
      const { participant, outcome, state, from, to } = request.query
      const limit = limitOf(request.query)
      const before = placeOf<number>('submissions', request.query)
      const at = reads(request)
      const rows = await listSubmissions(at.db, {
        ...withinOf(request),
        limit: limit + 1,
        ...(before === undefined ? {} : { before }),
        ...(participant === undefined ? {} : { participantId: participant }),
        ...(outcome === undefined ? {} : { outcome }),
        ...(state === undefined ? {} : { state }),
        ...(from === undefined ? {} : { from: new Date(from) }),
        ...(to === undefined ? {} : { to: new Date(to) }),
      })
      const page = pageOf(
        'submissions',
        rows,
        limit,
        (row) => row.submission_no,
        ({ submission_no: _no, ...row }) => ({
          id: row.id,
          participant: row.participant_id,
          kind: row.kind,
          standard: row.standard,
          mode: row.mode,
          state: row.state,
          outcome: row.outcome,
          counts: row.counts,
          receivedAt: row.received_at.toISOString(),
          finishedAt: row.finished_at?.toISOString() ?? null,
          bodyBytes: row.body_bytes,
          storedRecords: row.stored_records,
          legacy: row.legacy,
        }),
      )
      return await withNames(at, page)
    },
  )

  app.get<OneSubmission>(
    '/submissions/:id',
    {
      config: { access: 'read-submission' },
      schema: {
        summary: 'State of a submission here and above · 批次状态',
        querystring: one,
        response: { 200: { type: 'object', additionalProperties: true, properties: { names: namesSchema } } },
      },
    },
    async (request) =>
      withNames(hub, await submissionStatus(hub, await findSubmission(hub.db, request.query.participant ?? null, request.params.id))),
  )

  const anyones = (request: { params: { id: string }; query: { participant?: string } }) =>
    findSubmission(hub.db, request.query.participant ?? null, request.params.id)
  const whose = { participant: one.properties.participant }

  app.get<{ Params: { id: string }; Querystring: ProgressQuery & { participant?: string } }>(
    '/submissions/:id/progress',
    {
      schema: {
        summary: 'How far it is stored: records, rate, time left · 入库进度',
        querystring: { type: 'object', additionalProperties: false, properties: { ...whose, ...progressQuery } },
        response: { 200: progressSchema },
      },
    },
    // Not an access event: it tells no record, and is asked every few seconds.
    async (request) =>
      showProgress(context, await awaitProgress(context, await anyones(request), request.query, () => request.raw.destroyed)),
  )

  for (const act of controls)
    app.post<{ Params: { id: string }; Querystring: { participant?: string } }>(
      `/submissions/:id/${act}`,
      {
        schema: {
          summary: controlSummaries[act],
          querystring: { type: 'object', additionalProperties: false, properties: whose },
          response: { 200: progressSchema },
        },
      },
      async (request) => showProgress(context, await control(context, await anyones(request), act, actorOf(request))),
    )

  const ofOne = { type: 'object', additionalProperties: false, properties: whose } as const
  app.get<{ Params: { id: string }; Querystring: { participant?: string } }>(
    '/submissions/:id/receipt',
    {
      config: { access: 'read-receipt' },
      schema: {
        summary: 'The receipt, as it was signed · 回执原文',
        querystring: ofOne,
        response: { 200: { type: 'object', additionalProperties: true } },
      },
    },
    async (request, reply) => sendReceipt(reply, receiptOf(await anyones(request))),
  )

  app.get<{ Params: { id: string }; Querystring: { participant?: string } }>(
    '/submissions/:id/outcomes',
    {
      config: { access: 'read-outcomes' },
      schema: { summary: 'What became of every record, as NDJSON · 各条记录的结果', querystring: ofOne },
    },
    async (request, reply) => sendOutcomes(reply, context, await anyones(request)),
  )

  app.get<OneSubmission & { Querystring: ProblemQuery }>(
    '/submissions/:id/problems',
    {
      config: { access: 'read-submission-problems' },
      schema: {
        summary: 'Records with problems: a page, by kind, or the whole list as a file · 有问题的记录：分页、归类或下载',
        querystring: { ...one, properties: { ...one.properties, ...problemQuery } },
        response: { 200: { type: 'object', additionalProperties: true } },
      },
    },
    async (request, reply) => {
      const { query } = request
      const row = await findSubmission(hub.db, query.participant ?? null, request.params.id)
      if (query.group === true || query.format !== undefined)
        return answerProblems(context, reply, row, query, `/admin/v1/submissions/${row.id}/problems`)
      const limit = limitOf(query)
      const filter = filterOf(query)
      const found: RecordOutcome[] = []
      for (let after: number | null = (placeOf<number>('problems', query) ?? -1) + 1; after !== null && found.length <= limit;) {
        const page: ProblemPage = await submissionProblems(hub.db, row.submission_no, { after, limit: limit + 1 - found.length, filter })
        found.push(...page.records)
        after = page.next
      }
      return pageOf(
        'problems',
        found,
        limit,
        (record) => record.index,
        (record) => record,
      )
    },
  )

  app.get<OneSubmission>(
    '/submissions/:id/marked-file',
    {
      config: { access: 'read-marked-file' },
      schema: {
        summary:
          'The file that was sent, faulty cells marked; it shows personal fields as they came · 报送的文件，标出有问题的单元格；个人信息按原文显示',
        querystring: ofOne,
        response: { 200: { type: 'string', format: 'binary' } },
      },
    },
    async (request, reply) => {
      const row = await anyones(request)
      const kept = await sentFile(hub, row.participant_id, row.id)
      if (kept === null)
        throw new Problem(
          'not-found',
          { zh: '此批次不是以文件报送的，或文件已不保存', en: 'This submission did not come as a file, or the file is no longer kept' },
          { hint: { zh: '问题列表见 …/problems?format=xlsx', en: 'The list of its problems is at …/problems?format=xlsx' } },
        )
      const file = () => fileOfRow(context, row, kept)
      return answerProblems(context, reply, row, { format: 'xlsx' }, `/admin/v1/submissions/${row.id}/problems`, file)
    },
  )
}
