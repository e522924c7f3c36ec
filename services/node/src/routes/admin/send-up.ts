import { endSendUp, listSentUp, type SendUpDecision, sendUp, showSentUp } from '@huijiao/exchange'
import type { FastifyInstance } from 'fastify'
import type { Context } from '../../context.ts'
import { actorOf, withinOf } from '../../plugins/operator.ts'
import { readsOf } from '../../reads.ts'
import { namesSchema, withNames } from './names.ts'
import { type PageQuery, limitOf, pageOf, pageQuery, pageSchema, placeOf } from './page.ts'

type OneRecord = { Params: { recordId: string } }
interface ListQuery extends PageQuery {
  readonly state?: 'standing' | 'ended'
  readonly entity?: string
  readonly record?: string
}

const params = {
  type: 'object',
  properties: { recordId: { type: 'string', maxLength: 60, examples: ['r_5f0c2a9e4b7d4c1f8a3e6d5b9c0f1e2d'] } },
} as const
const reason = { type: 'string', minLength: 1, maxLength: 500 } as const
const decisionBody = {
  type: 'object',
  required: ['reason'],
  additionalProperties: false,
  properties: {
    reason,
    document: { type: 'string', minLength: 1, maxLength: 200, description: 'Number of the document in which it was decided · 决定文号' },
  },
  examples: [{ reason: '情节严重，经研究上报（合成）', document: '示建函〔2026〕12号' }],
} as const
const endBody = {
  type: 'object',
  required: ['reason'],
  additionalProperties: false,
  properties: { reason },
  examples: [{ reason: '复议后撤销该决定（合成）' }],
} as const
const answer = {
  type: 'object',
  properties: {
    recordId: { type: 'string' },
    entity: { type: 'string' },
    versions: { type: 'integer', description: 'Versions that the links look at again because of it' },
  },
} as const
const listQuery = {
  type: 'object',
  additionalProperties: false,
  properties: {
    ...pageQuery,
    state: { enum: ['standing', 'ended'] },
    entity: { type: 'string', maxLength: 100 },
    record: { type: 'string', pattern: '^r_[0-9a-f]{32}$' },
  },
} as const

/** Decisions to send up what the policy keeps at this node, such as a serious conduct of a provincial code. Each is a log entry. */
export function sendUpRoutes(app: FastifyInstance, context: Context): void {
  const { hub } = context
  const reads = readsOf(context)
  app.post<OneRecord & { Body: SendUpDecision }>(
    '/records/:recordId/send-up',
    {
      schema: {
        summary: 'Decide that a record goes up although a rule keeps it here · 决定上报',
        description:
          'Only where the policy’s rule says that a decision may overcome it (a provincial conduct code); all other rules count as before. The record goes up flagged, and so do its later versions. · 仅限政策写明可由决定放行的条件（如地方行为代码），其他条件照常判断；记录带标记上报，其后的版本亦然。',
        params,
        body: decisionBody,
        response: { 200: answer },
      },
    },
    (request) => sendUp(hub, actorOf(request), request.params.recordId, request.body),
  )

  app.post<OneRecord & { Body: { reason: string } }>(
    '/records/:recordId/send-up/end',
    {
      schema: {
        summary: 'Take such a decision back · 撤销上报决定',
        description:
          'What went up by it is ended above by a tombstone; later versions stay here again. · 已上报的在上级终止，其后的版本留在本级。',
        params,
        body: endBody,
        response: { 200: answer },
      },
    },
    (request) => endSendUp(hub, actorOf(request), request.params.recordId, request.body.reason),
  )

  app.get<{ Querystring: ListQuery }>(
    '/sent-up',
    {
      config: { access: 'list-sent-up' },
      schema: {
        summary: 'Decisions to send records up, newest first · 上报决定清单',
        querystring: listQuery,
        response: { 200: pageSchema(undefined, { names: namesSchema }) },
      },
    },
    async (request) => {
      const { state, entity, record } = request.query
      const limit = limitOf(request.query)
      const before = placeOf<number>('sent-up', request.query)
      const at = reads(request)
      const rows = await listSentUp(at.db, {
        ...withinOf(request),
        limit: limit + 1,
        ...(before === undefined ? {} : { before }),
        ...(state === undefined ? {} : { state }),
        ...(entity === undefined ? {} : { entity }),
        ...(record === undefined ? {} : { recordId: record }),
      })
      return await withNames(
        at,
        pageOf('sent-up', rows, limit, (row) => row.number, showSentUp),
      )
    },
  )
}
