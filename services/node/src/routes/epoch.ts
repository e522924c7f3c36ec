import {
  answerContact,
  buildReturn,
  type ContactRequest,
  deliveriesAskedMax,
  listReturns,
  type ReturnsQuery,
  unknownDeliveries,
  versionsMediaType,
} from '@huijiao/exchange'
import type { FastifyInstance } from 'fastify'
import type { Context } from '../context.ts'
import { requireDigest } from '../plugins/digested-json.ts'
import { callerOf, requireCaller, spendSignature } from '../plugins/participants.ts'
import { contactSchema, deliveriesSchema, returnSchema, returnsSchema } from './epoch.docs.ts'

/** Entries of a few epochs with their proofs, and at most a thousand ids. */
const bodyBytesMax = 256 * 1024

/** `POST /v1/epoch`: a lower node and this one tell each other in which epoch they are, and how far their logs have come. */
export function epochRoutes(app: FastifyInstance, context: Context): void {
  const { hub } = context
  requireDigest(app, bodyBytesMax)
  app.addHook('onRequest', requireCaller(context, { epochs: false }))

  app.post<{ Body: ContactRequest }>('/v1/epoch', { schema: contactSchema }, async (request, reply) => {
    await spendSignature(request, context)
    await context.epochs.judge(callerOf(request), request.headers, true)
    const answer = await answerContact(hub, callerOf(request), request.body)
    return reply.header('cache-control', 'no-store').type('application/json').send(answer)
  })

  app.post<{ Body: { deliveries: string[] } }>(
    '/v1/epoch/deliveries',
    { schema: deliveriesSchema(deliveriesAskedMax) },
    async (request, reply) => {
      await spendSignature(request, context)
      await context.epochs.judge(callerOf(request), request.headers, true)
      const unknown = await unknownDeliveries(hub, callerOf(request), request.body.deliveries)
      return reply.header('cache-control', 'no-store').send({ unknown })
    },
  )

  app.post<{ Body: ReturnsQuery }>('/v1/epoch/returns', { schema: returnsSchema }, async (request, reply) => {
    await spendSignature(request, context)
    return reply.header('cache-control', 'no-store').send(await listReturns(hub, callerOf(request), request.body))
  })

  app.get<{ Params: { id: string } }>('/v1/epoch/returns/:id', { schema: returnSchema }, async (request, reply) => {
    await spendSignature(request, context)
    const body = await buildReturn(hub, callerOf(request), request.params.id)
    return reply.header('cache-control', 'no-store').type(versionsMediaType).send(body)
  })
}
