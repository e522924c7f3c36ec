import {
  addSuccession,
  decideConflict,
  decideDuplicate,
  type DuplicateDecision,
  listConflicts,
  listDuplicates,
  listSuccessions,
  type NewSuccession,
  undoSuccession,
} from '@huijiao/exchange'
import type { FastifyInstance } from 'fastify'
import type { Context } from '../../context.ts'
import { actorOf, withinOf } from '../../plugins/operator.ts'
import { readsOf } from '../../reads.ts'
import { conflictQuery, decideConflictBody, decideDuplicateBody, duplicateQuery, successionBody, successionQuery } from './identity.docs.ts'
import { namesSchema, withNames } from './names.ts'
import { type PageQuery, limitOf, pageOf, pageSchema, placeOf } from './page.ts'

interface SuccessionQuery extends PageQuery {
  readonly entity?: string
  readonly state?: 'standing' | 'undone'
  readonly record?: string
}
interface ConflictQuery extends PageQuery {
  readonly state?: 'open' | 'decided' | 'settled'
  readonly entity?: string
  readonly field?: string
  readonly participant?: string
  readonly record?: string
  readonly since?: string
}
interface DuplicateQuery extends PageQuery {
  readonly state?: 'open' | 'same' | 'different' | 'gone'
  readonly entity?: string
  readonly record?: string
  readonly score?: number
}

const byNumber = { type: 'object', properties: { id: { type: 'integer', minimum: 1 } } } as const
const reasonBody = {
  type: 'object',
  required: ['reason'],
  additionalProperties: false,
  properties: { reason: { type: 'string', minLength: 1, maxLength: 500 } },
  examples: [{ reason: '登记有误（合成）' }],
} as const

/** Numbers that changed, sources that differ, records that may be one: what a person says of them. Every decision is a log entry. */
export function identityRoutes(app: FastifyInstance, context: Context): void {
  const { hub } = context
  const reads = readsOf(context)
  app.get<{ Querystring: SuccessionQuery }>(
    '/successions',
    {
      config: { access: 'list-successions' },
      schema: {
        summary: 'Numbers that became others, newest first · 编号变更',
        querystring: successionQuery,
        response: { 200: pageSchema(undefined, { names: namesSchema }) },
      },
    },
    async (request) => {
      const { entity, state, record } = request.query
      const limit = limitOf(request.query)
      const before = placeOf<number>('successions', request.query)
      const at = reads(request)
      const rows = await listSuccessions(at.db, {
        limit: limit + 1,
        ...(before === undefined ? {} : { before }),
        ...(entity === undefined ? {} : { entity }),
        ...(state === undefined ? {} : { state }),
        ...(record === undefined ? {} : { recordId: record }),
      })
      const page = pageOf(
        'successions',
        rows,
        limit,
        (row) => row.number,
        ({ number: _number, ...row }) => row,
      )
      return await withNames(at, page)
    },
  )

  app.post<{ Body: NewSuccession }>(
    '/successions',
    {
      schema: {
        summary: 'Note that a number became another · 登记编号变更（改号、合并、拆分）',
        description:
          'Both numbers are found from then on, and what refers to the old one is satisfied by the new one. A ring, or a second successor, is refused. It counts at this node, and is told to the levels above over HTTP links and by folders; what they said is in the list (`above`), and what they refused is told again a day later. · 新旧编号都能查到；成环或另有继任的退回；经 HTTP 或文件夹通道逐级通报上级（被退回的一日后再通报），答复见清单中的 above。',
        body: successionBody,
        response: { 200: { type: 'object', properties: { succession: { type: 'string' } } } },
      },
    },
    async (request) => ({ succession: await addSuccession(hub, actorOf(request), request.body) }),
  )

  app.post<{ Params: { id: string }; Body: { reason: string } }>(
    '/successions/:id/undo',
    {
      schema: {
        summary: 'Take back what was noted; it stays readable · 撤销编号变更',
        params: { type: 'object', properties: { id: { type: 'string', format: 'uuid' } } },
        body: reasonBody,
        response: { 204: { type: 'null' } },
      },
    },
    async (request, reply) => {
      await undoSuccession(hub, actorOf(request), request.params.id, request.body.reason)
      return reply.code(204).send()
    },
  )

  app.get<{ Querystring: ConflictQuery }>(
    '/conflicts',
    {
      config: { access: 'list-conflicts' },
      schema: {
        summary: 'Fields in which sources differ, newest first · 数据冲突',
        querystring: conflictQuery,
        response: { 200: pageSchema(undefined, { names: namesSchema }) },
      },
    },
    async (request) => {
      const { state, entity, field, participant, record, since } = request.query
      const limit = limitOf(request.query)
      const before = placeOf<number>('conflicts', request.query)
      const at = reads(request)
      const rows = await listConflicts(at, {
        ...withinOf(request),
        limit: limit + 1,
        ...(before === undefined ? {} : { before }),
        ...(state === undefined ? {} : { state }),
        ...(entity === undefined ? {} : { entity }),
        ...(field === undefined ? {} : { field }),
        ...(participant === undefined ? {} : { participant }),
        ...(record === undefined ? {} : { recordId: record }),
        ...(since === undefined ? {} : { since: new Date(since) }),
      })
      const page = pageOf(
        'conflicts',
        rows,
        limit,
        (row) => row.conflict,
        (row) => row,
      )
      return await withNames(at, page)
    },
  )

  app.post<{ Params: { id: number }; Body: { source: string; reason: string } }>(
    '/conflicts/:id/decide',
    {
      schema: {
        summary: 'Say which source is right about a field · 判定数据冲突',
        description: 'Nothing is merged: the field in force is taken from that source until somebody decides otherwise.',
        params: byNumber,
        body: decideConflictBody,
        response: { 200: { type: 'object', properties: { recordId: { type: 'string' }, field: { type: 'string' } } } },
      },
    },
    (request) => decideConflict(hub, actorOf(request), request.params.id, request.body),
  )

  app.get<{ Querystring: DuplicateQuery }>(
    '/duplicates',
    {
      config: { access: 'list-duplicates' },
      schema: {
        summary: 'Pairs of records that may be one, newest first · 疑似重复',
        querystring: duplicateQuery,
        response: { 200: pageSchema(undefined, { names: namesSchema }) },
      },
    },
    async (request) => {
      const { state, entity, record, score } = request.query
      const limit = limitOf(request.query)
      const before = placeOf<number>('duplicates', request.query)
      const at = reads(request)
      const rows = await listDuplicates(at, {
        ...withinOf(request),
        limit: limit + 1,
        ...(before === undefined ? {} : { before }),
        ...(state === undefined ? {} : { state }),
        ...(entity === undefined ? {} : { entity }),
        ...(record === undefined ? {} : { recordId: record }),
        ...(score === undefined ? {} : { score }),
      })
      const page = pageOf(
        'duplicates',
        rows,
        limit,
        (row) => row.duplicate,
        (row) => row,
      )
      return await withNames(at, page)
    },
  )

  app.post<{ Params: { id: number }; Body: DuplicateDecision }>(
    '/duplicates/:id/decide',
    {
      schema: {
        summary: 'Say whether two records are one · 判定疑似重复',
        description:
          '`same` makes `survivor` stand for the other (a succession); `different` is remembered, and the pair is not asked about again.',
        params: byNumber,
        body: decideDuplicateBody,
        response: { 200: { type: 'object', properties: { succession: { type: ['string', 'null'] } } } },
      },
    },
    (request) => decideDuplicate(hub, actorOf(request), request.params.id, request.body),
  )
}
