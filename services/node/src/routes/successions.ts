import { successionsToldMax, takeSuccessions, type ToldSuccession } from '@huijiao/exchange'
import type { FastifyInstance } from 'fastify'
import type { Context } from '../context.ts'
import { requireDigest } from '../plugins/digested-json.ts'
import { callerOf, requireCaller, spendSignature } from '../plugins/participants.ts'

const bodyBytesMax = 1024 * 1024

const text = (maxLength: number) => ({ type: 'string', maxLength }) as const
const end = {
  type: 'object',
  minProperties: 1,
  maxProperties: 1,
  additionalProperties: false,
  properties: { recordId: { type: 'string', pattern: '^r_[0-9a-f]{32}$' }, key: { type: 'object' } },
} as const
const ends = { type: 'array', maxItems: 100, items: end } as const
const id = { type: 'string', format: 'uuid' } as const

const schema = {
  tags: ['successions'],
  summary: 'A lower node tells of numbers that changed · 下级节点通报编号变更',
  description:
    'Signed, with `Content-Digest`. Numbers of projects within the caller’s regions; of companies and persons where no source here counts more. Each is answered by itself: `taken`, `known`, `waiting` (a record that it names has not come up yet: tell it again), `refused` with the problem. Safe to repeat. · 逐项答复；可重复通报。',
  security: [{ signature: [] }],
  body: {
    type: 'object',
    required: ['successions'],
    additionalProperties: false,
    properties: {
      successions: {
        type: 'array',
        maxItems: successionsToldMax,
        items: {
          oneOf: [
            {
              type: 'object',
              required: ['act', 'id', 'origin', 'entity', 'kind', 'from', 'to', 'effectiveOn', 'reason'],
              additionalProperties: false,
              properties: {
                act: { const: 'linked' },
                id,
                origin: { ...text(63), description: 'Node where it was noted · 登记的节点' },
                entity: text(100),
                kind: { enum: ['renamed', 'merged', 'split'] },
                from: ends,
                to: ends,
                effectiveOn: { type: ['string', 'null'], format: 'date' },
                reason: text(500),
              },
            },
            {
              type: 'object',
              required: ['act', 'id', 'reason'],
              additionalProperties: false,
              properties: { act: { const: 'undone' }, id, reason: text(500) },
            },
          ],
        },
      },
    },
    examples: [
      {
        successions: [
          {
            act: 'linked',
            id: '1e8ff4cc-25ea-4de4-aa4f-2531371bd198',
            origin: '370100',
            entity: 'TBProjectInfo',
            kind: 'renamed',
            from: [{ key: { PrjNum: '3712021803120101' } }],
            to: [{ key: { PrjNum: '3701161803120101' } }],
            effectiveOn: '2019-01-09',
            reason: '莱芜市并入济南市，项目重新赋码',
          },
        ],
      },
    ],
  },
  response: {
    200: {
      type: 'object',
      properties: {
        answers: {
          type: 'array',
          items: {
            type: 'object',
            properties: {
              id,
              act: { enum: ['linked', 'undone'] },
              outcome: { enum: ['taken', 'known', 'waiting', 'refused'] },
              problem: { type: 'object', additionalProperties: true },
            },
          },
        },
      },
      examples: [{ answers: [{ id: '1e8ff4cc-25ea-4de4-aa4f-2531371bd198', act: 'linked', outcome: 'taken' }] }],
    },
  },
} as const

/** `POST /v1/successions`: what a lower node noted of numbers that changed counts here as well. */
export function successionRoutes(app: FastifyInstance, context: Context): void {
  requireDigest(app, bodyBytesMax)
  app.addHook('onRequest', requireCaller(context))
  app.post<{ Body: { successions: ToldSuccession[] } }>('/v1/successions', { schema }, async (request, reply) => {
    await spendSignature(request, context)
    const answers = await takeSuccessions(context.hub, callerOf(request), request.body.successions)
    return reply.header('cache-control', 'no-store').send({ answers })
  })
}
