import {
  type CorrectionInput,
  correctRecord,
  describeRecord,
  endCorrection,
  listCorrections,
  readRecord,
  versionHistory,
} from '@huijiao/exchange'
import type { FastifyInstance } from 'fastify'
import type { Context } from '../../context.ts'
import { actorOf, withinOf } from '../../plugins/operator.ts'
import { readsOf } from '../../reads.ts'
import { namesSchema, withNames } from './names.ts'
import { type PageQuery, limitOf, pageOf, pageQuery, pageSchema, placeOf } from './page.ts'

type OneRecord = { Params: { recordId: string } }
interface CorrectionQuery extends PageQuery {
  readonly state?: 'standing' | 'ended'
  readonly entity?: string
  readonly record?: string
}

const params = {
  type: 'object',
  properties: { recordId: { type: 'string', maxLength: 60, examples: ['r_5f0c2a9e4b7d4c1f8a3e6d5b9c0f1e2d'] } },
} as const
const named = { type: 'object', additionalProperties: true, properties: { names: namesSchema } } as const
const reason = { type: 'string', minLength: 1, maxLength: 500 } as const
const correctionBody = {
  type: 'object',
  required: ['corrects', 'reason'],
  additionalProperties: false,
  properties: {
    corrects: {
      type: 'string',
      pattern: '^sha-256:[0-9a-f]{64}$',
      description: '`commitment` of the version in force of the source that is corrected · 被更正版本的承诺',
    },
    fields: { type: 'object', minProperties: 1, description: 'Fields with their right values; null takes a field away · 应更正的字段' },
    data: { type: 'object', description: 'The whole record instead of single fields · 或给出整条记录' },
    reason,
  },
  examples: [
    {
      corrects: 'sha-256:9f2c0000000000000000000000000000000000000000000000000000000000aa',
      fields: { AllInvest: '18600.5', BeginDete: null },
      reason: '单位写错：元误作万元',
    },
  ],
} as const
const answer = {
  type: 'object',
  properties: {
    outcome: { enum: ['accepted', 'unchanged', 'held', 'refused'] },
    recordId: { type: 'string' },
    version: { type: 'integer' },
    commitment: { type: 'string' },
    corrects: { type: 'string' },
    fields: { type: 'array', items: { type: 'string' } },
    problems: { type: 'array', items: { type: 'object', additionalProperties: true } },
  },
} as const
const endBody = {
  type: 'object',
  required: ['reason'],
  additionalProperties: false,
  properties: { reason },
  examples: [{ reason: '来源已改正（合成）' }],
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

/** Records as operators see them, and what they correct by hand at this node. Sealed fields stay masked. */
export function correctionRoutes(app: FastifyInstance, context: Context): void {
  const { hub } = context
  const reads = readsOf(context)
  app.get<OneRecord>(
    '/records/:recordId',
    {
      config: { access: 'read-record' },
      schema: {
        summary: 'A record: what is in force with the source of each field, conflicts, corrections, former numbers · 记录',
        params,
        response: { 200: named },
      },
    },
    async (request) => {
      const at = reads(request)
      return await withNames(at, {
        ...describeRecord(at, await readRecord(at, request.params.recordId, { unmask: false })),
        correctionsHere: await listCorrections(at.db, { recordId: request.params.recordId, limit: 100 }),
      })
    },
  )

  app.get<OneRecord>(
    '/records/:recordId/versions',
    {
      config: { access: 'read-versions' },
      schema: {
        summary: 'Every version of a record, by stream, with its fields by name and what it changed · 记录的全部版本与差异',
        params,
        response: { 200: named },
      },
    },
    async (request) => withNames(reads(request), await versionHistory(reads(request), request.params.recordId)),
  )

  app.post<OneRecord & { Body: CorrectionInput }>(
    '/records/:recordId/corrections',
    {
      schema: {
        summary: 'Correct a record by hand · 更正',
        description:
          'A version in this node’s own stream that names what it corrects. It is judged like any record: `refused` with every problem, and nothing is stored. While it stands, a source that repeats the corrected value does not win; a new value is put before a person as a conflict. It goes up like any record. · 更正是本节点自己的一个版本，写明更正了哪个版本；来源重复旧值不生效，出现新值则列入数据冲突，由人判定。',
        params,
        body: correctionBody,
        response: { 200: answer },
      },
    },
    (request) => correctRecord(hub, actorOf(request), request.params.recordId, request.body),
  )

  app.post<OneRecord & { Body: { reason: string } }>(
    '/records/:recordId/corrections/end',
    {
      schema: {
        summary: 'End the correction that stands on a record · 结束更正',
        description: 'Its fields are what the sources say again, here and, by a tombstone, above.',
        params,
        body: endBody,
        response: { 200: { type: 'object', properties: { fields: { type: 'array', items: { type: 'string' } } } } },
      },
    },
    (request) => endCorrection(hub, actorOf(request), request.params.recordId, request.body.reason),
  )

  app.get<{ Querystring: CorrectionQuery }>(
    '/corrections',
    {
      config: { access: 'list-corrections' },
      schema: {
        summary: 'Corrections made at this node, newest first · 更正清单',
        querystring: listQuery,
        response: { 200: pageSchema(undefined, { names: namesSchema }) },
      },
    },
    async (request) => {
      const { state, entity, record } = request.query
      const limit = limitOf(request.query)
      const before = placeOf<number>('corrections', request.query)
      const at = reads(request)
      const rows = await listCorrections(at.db, {
        ...withinOf(request),
        limit: limit + 1,
        ...(before === undefined ? {} : { before }),
        ...(state === undefined ? {} : { state }),
        ...(entity === undefined ? {} : { entity }),
        ...(record === undefined ? {} : { recordId: record }),
      })
      const page = pageOf(
        'corrections',
        rows,
        limit,
        (row) => row.number,
        ({ number: _number, ...row }) => row,
      )
      return await withNames(at, page)
    },
  )
}
