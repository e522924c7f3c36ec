import {
  changeOperator,
  createOperator,
  findOperator,
  listOperators,
  type Manager,
  type NewOperator,
  type OperatorChange,
  operatorNames,
  type OperatorRow,
  resetPassword,
  resetSecondFactor,
} from '@huijiao/access'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Context } from '../../context.ts'
import { operatorOf } from '../../plugins/operator.ts'
import { limitOf, pageOf, pageQuery, type PageQuery, pageSchema, placeOf } from './page.ts'
import { changeOperatorDocs, newOperatorDocs, operatorId, operatorNamesDocs, operatorSchema } from './session.docs.ts'

type OneOperator = { Params: { operatorId: string } }
const params = { type: 'object', properties: { operatorId } } as const

/** Accounts, by administrators, within their regions. Every change is a log entry; an account is disabled and never deleted, because the log names it. */
export function operatorRoutes(app: FastifyInstance, { access }: Context): void {
  app.get<{ Querystring: PageQuery }>(
    '/operators',
    {
      config: { access: 'list-operators' },
      schema: {
        summary: 'Accounts · 用户',
        querystring: { type: 'object', additionalProperties: false, properties: pageQuery },
        response: { 200: pageSchema(operatorSchema) },
      },
    },
    async (request) => {
      const limit = limitOf(request.query)
      const after = placeOf<string>('operators', request.query)
      const rows = await listOperators(access, managerOf(request), { limit: limit + 1, ...(after === undefined ? {} : { after }) })
      return pageOf('operators', rows, limit, (row) => row.operator_id, show)
    },
  )

  app.get<{ Querystring: { ids?: string; q?: string; limit?: number } }>(
    '/operators/names',
    { schema: operatorNamesDocs },
    async (request) => {
      const { ids, q, limit } = request.query
      const of = { ...(ids === undefined ? {} : { ids: ids.split(',') }), ...(q === undefined ? {} : { q }), limit: limit ?? 50 }
      return { items: await operatorNames(access, managerOf(request), of) }
    },
  )

  app.post<{ Body: NewOperator }>('/operators', { schema: newOperatorDocs }, async (request, reply) => {
    const { operator, password } = await createOperator(access, managerOf(request), request.body)
    return reply
      .code(201)
      .header('location', `/admin/v1/operators/${operator.operator_id}`)
      .header('cache-control', 'no-store')
      .send({ ...show(operator), ...(password === null ? {} : { password }) })
  })

  app.get<OneOperator>(
    '/operators/:operatorId',
    { config: { access: 'read-operator' }, schema: { summary: 'An account · 一个用户', params, response: { 200: operatorSchema } } },
    async (request) => show(await findOperator(access, managerOf(request), request.params.operatorId)),
  )

  app.patch<OneOperator & { Body: OperatorChange }>(
    '/operators/:operatorId',
    { schema: { ...changeOperatorDocs, params } },
    async (request) => show(await changeOperator(access, managerOf(request), request.params.operatorId, request.body)),
  )

  app.post<OneOperator>(
    '/operators/:operatorId/reset-password',
    {
      schema: {
        summary: 'Give a new random password, shown this once; sessions end · 重置口令',
        params,
        response: { 200: { type: 'object', properties: { password: { type: 'string' } } } },
      },
    },
    async (request, reply) => {
      const password = await resetPassword(access, managerOf(request), request.params.operatorId)
      return reply.header('cache-control', 'no-store').send({ password })
    },
  )

  app.post<OneOperator>(
    '/operators/:operatorId/reset-second-factor',
    {
      schema: {
        summary: 'Take away a second factor that was lost; sessions end · 重置动态口令',
        params,
        response: { 204: { type: 'null' } },
      },
    },
    async (request, reply) => {
      await resetSecondFactor(access, managerOf(request), request.params.operatorId)
      return reply.code(204).send()
    },
  )
}

function managerOf(request: FastifyRequest): Manager {
  const { actor, bounds, live } = operatorOf(request)
  return { actor, bounds, operatorId: live?.operator.operator_id ?? null }
}

const show = (row: OperatorRow): object => ({
  operatorId: row.operator_id,
  userName: row.user_name,
  displayName: row.display_name,
  role: row.role,
  regions: row.regions,
  mustChangePassword: row.must_change,
  secondFactor: row.totp_secret !== null,
  createdAt: row.created_at.toISOString(),
  passwordAt: row.password_at.toISOString(),
  disabledAt: row.disabled_at?.toISOString() ?? null,
})
