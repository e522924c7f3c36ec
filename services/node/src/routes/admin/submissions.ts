import {
  findSubmission,
  listSubmissions,
  type ProblemPage,
  type RecordOutcome,
  submissionProblems,
  submissionStatus,
} from '@huijiao/exchange'
import type { FastifyInstance } from 'fastify'
import type { Context } from '../../context.ts'
import { answerProblems, filterOf, problemQuery, type ProblemQuery } from '../../problem-list/answer.ts'
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
    outcome: { enum: ['accepted', 'partial', 'refused'] },
    state: { enum: ['storing', 'finished', 'incomplete'] },
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
  app.get<{ Querystring: SubmissionQuery }>(
    '/submissions',
    {
      config: { access: 'list-submissions' },
      schema: { summary: 'Submissions, newest first · 报送批次', querystring: filter, response: { 200: pageSchema() } },
    },
    async (request) => {
      const { participant, outcome, state, from, to } = request.query
      const limit = limitOf(request.query)
      const before = placeOf<number>('submissions', request.query)
      const rows = await listSubmissions(hub.db, {
        limit: limit + 1,
        ...(before === undefined ? {} : { before }),
        ...(participant === undefined ? {} : { participantId: participant }),
        ...(outcome === undefined ? {} : { outcome }),
        ...(state === undefined ? {} : { state }),
        ...(from === undefined ? {} : { from: new Date(from) }),
        ...(to === undefined ? {} : { to: new Date(to) }),
      })
      return pageOf(
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
        }),
      )
    },
  )

  app.get<OneSubmission>(
    '/submissions/:id',
    {
      config: { access: 'read-submission' },
      schema: { summary: 'State of a submission here and above · 批次状态', querystring: one, response: { 200: { type: 'object' } } },
    },
    async (request) => submissionStatus(hub, await findSubmission(hub.db, request.query.participant ?? null, request.params.id)),
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
}
