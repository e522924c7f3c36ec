import { offeredStandards, readFeed } from '@huijiao/exchange'
import type { FastifyInstance } from 'fastify'
import type { Context } from '../context.ts'
import { callerOf, requireCaller, spendSignature } from '../plugins/participants.ts'

interface FeedQuery {
  readonly after?: number
  readonly limit?: number
}

const schema = {
  tags: ['feed'],
  summary: 'What nodes above answered for the caller’s records, past a cursor · 下行回馈',
  security: [{ signature: [] }],
  querystring: {
    type: 'object',
    additionalProperties: false,
    properties: {
      after: { type: 'integer', minimum: 0, description: '`next` of the page before; 0 at first' },
      limit: { type: 'integer', minimum: 1, maximum: 1000 },
    },
  },
  response: {
    200: {
      type: 'object',
      required: ['items', 'next', 'more'],
      properties: {
        items: { type: 'array', items: { type: 'object' } },
        next: { type: 'integer' },
        more: { type: 'boolean' },
        standards: {
          type: 'array',
          items: { type: 'object' },
          description: 'Releases of the standard that count here or will; their documents are at /v1/standards/{release}/document',
        },
      },
      examples: [
        {
          items: [
            {
              index: 41,
              at: '2026-09-01T01:30:02.114Z',
              upstream: '000000',
              deliveryId: '8a6f0c3e-5b1d-8e2a-9c4f-0d7e6b5a4c3d',
              entries: [{ logIndex: 12, counts: { accepted: 2 }, exceptions: [] }],
            },
          ],
          next: 42,
          more: false,
          standards: [{ release: '2018', revision: 2, issuer: '000000', digest: `sha-256:${'0'.repeat(64)}`, inForce: false }],
        },
      ],
    },
  },
} as const

/** `GET /v1/feed`: the way back down. */
export function feedRoutes(app: FastifyInstance, context: Context): void {
  app.addHook('onRequest', requireCaller(context))
  app.get<{ Querystring: FeedQuery }>('/v1/feed', { schema }, async (request, reply) => {
    await spendSignature(request, context)
    reply.header('cache-control', 'no-store')
    const page = await readFeed(context.hub, callerOf(request), request.query.after ?? 0, request.query.limit ?? 100)
    return { ...page, standards: offeredStandards(context.hub) }
  })
}
