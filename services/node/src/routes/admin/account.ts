import {
  changePassword,
  confirmSecondFactor,
  disableSecondFactor,
  enrolSecondFactor,
  listSessions,
  type LiveSession,
  MustWait,
  revokeSession,
} from '@huijiao/access'
import { Problem } from '@huijiao/problem'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Context } from '../../context.ts'
import { actorOf, operatorOf } from '../../plugins/operator.ts'
import { pageSchema } from './page.ts'
import { confirmDocs, disableDocs, enrolDocs, passwordDocs } from './session.docs.ts'
import { renewCookie, whoAfter } from './session.ts'

/** What an operator does about the own account: password, second factor, sessions. */
export function accountRoutes(app: FastifyInstance, context: Context): void {
  const { access, background } = context

  app.post<{ Body: { current: string; next: string } }>('/password', { schema: passwordDocs }, (request, reply) =>
    waiting(reply, async () => {
      const opened = await changePassword(access, liveOf(request), request.body)
      renewCookie(request, reply, context, opened)
      return await whoAfter(context, opened)
    }),
  )

  app.post<{ Body: { password: string } }>('/second-factor', { schema: enrolDocs }, (request, reply) =>
    waiting(reply, () => enrolSecondFactor(access, liveOf(request).operator, request.body.password)),
  )

  app.post<{ Body: { code: string } }>('/second-factor/confirm', { schema: confirmDocs }, (request, reply) =>
    waiting(reply, async () => {
      const { operator, session } = liveOf(request)
      return { recoveryCodes: await confirmSecondFactor(access, operator, request.body.code, session.session_id) }
    }),
  )

  app.post<{ Body: { password: string; code: string } }>('/second-factor/disable', { schema: disableDocs }, (request, reply) =>
    waiting(reply, async () => {
      await disableSecondFactor(access, liveOf(request).operator, request.body)
      return reply.code(204).send()
    }),
  )

  const shown = {
    type: 'object',
    required: ['session', 'current', 'source', 'agent', 'secondFactor', 'signedInAt', 'seenAt'],
    properties: {
      session: { type: 'string' },
      current: { type: 'boolean' },
      source: { type: 'string' },
      agent: { type: ['string', 'null'] },
      secondFactor: { type: ['string', 'null'] },
      signedInAt: { type: 'string', format: 'date-time' },
      seenAt: { type: 'string', format: 'date-time' },
    },
  }
  app.get(
    '/sessions',
    { schema: { summary: 'One’s own sessions · 本人的登录', response: { 200: pageSchema(shown) } } },
    async (request) => {
      const { operator, session } = liveOf(request)
      const rows = await listSessions(access, operator.operator_id)
      const items = rows.map((row) => ({
        session: row.session_id,
        current: row.session_id === session.session_id,
        source: row.source,
        agent: row.agent,
        secondFactor: row.second_factor,
        signedInAt: row.created_at.toISOString(),
        seenAt: row.seen_at.toISOString(),
      }))
      return { items, next: null }
    },
  )

  app.delete<{ Params: { sessionId: string } }>(
    '/sessions/:sessionId',
    { schema: { summary: 'End one of one’s own sessions · 结束一处登录', response: { 204: { type: 'null' } } } },
    async (request, reply) => {
      await revokeSession(access, actorOf(request), liveOf(request).operator.operator_id, request.params.sessionId)
      background.accessRecorded()
      return reply.code(204).send()
    },
  )

  async function waiting<T>(reply: FastifyReply, work: () => Promise<T>): Promise<T> {
    reply.header('cache-control', 'no-store')
    try {
      return await work()
    } catch (error) {
      if (error instanceof MustWait) reply.header('retry-after', String(error.seconds))
      throw error
    } finally {
      background.accessRecorded()
    }
  }
}

/** @throws Problem not-allowed for the operator token, which is no person */
function liveOf(request: FastifyRequest): LiveSession {
  const { live } = operatorOf(request)
  if (live === null)
    throw new Problem('not-allowed', {
      zh: '管理令牌不是用户，没有口令、动态口令和登录',
      en: 'The operator token is no account: it has no password, second factor or sessions',
    })
  return live
}
