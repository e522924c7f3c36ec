import type { FastifyInstance } from 'fastify'
import type { Context } from '../../context.ts'
import { actorOf } from '../../plugins/operator.ts'

const text = { type: 'string' } as const
const shown = {
  type: 'object',
  required: ['inForce', 'next', 'keys', 'upstreams'],
  properties: {
    inForce: { ...text, description: 'The key that signs now · 现用密钥' },
    next: { type: ['string', 'null'], description: 'The key that is announced and not yet used · 已通报待启用的密钥' },
    keys: {
      type: 'array',
      items: {
        type: 'object',
        required: ['keyId', 'publicKey', 'verifierKey', 'createdAt', 'retiredAt', 'statement'],
        properties: {
          keyId: text,
          publicKey: { ...text, description: '32 bytes, base64' },
          verifierKey: text,
          createdAt: { type: 'string', format: 'date-time' },
          retiredAt: { type: ['string', 'null'], format: 'date-time' },
          statement: { type: ['string', 'null'], description: 'By which it follows the one before · 接续声明' },
        },
      },
    },
    upstreams: {
      type: 'array',
      description: 'Who has to know the next key before it is used · 启用之前须知晓的上级',
      items: {
        type: 'object',
        required: ['name', 'state', 'status'],
        properties: {
          name: text,
          state: { enum: ['taken', 'waiting', 'refused', 'by-hand'] },
          status: { type: ['integer', 'null'], description: 'HTTP status of the last try · 最近一次答复' },
        },
      },
    },
  },
  examples: [
    {
      inForce: '370100-1',
      next: '370100-2',
      keys: [
        {
          keyId: '370100-1',
          publicKey: 'base64',
          verifierKey: '370100+1a2b3c4d+…',
          createdAt: '2026-09-01T01:30:02.114Z',
          retiredAt: null,
          statement: null,
        },
      ],
      upstreams: [{ name: '370000', state: 'waiting', status: null }],
    },
  ],
} as const

/** The node's own keys, and putting another in the place of the one that signs. */
export function nodeKeyAdminRoutes(app: FastifyInstance, context: Context): void {
  app.get('/node/keys', { schema: { summary: 'Keys of this node · 本节点的签名密钥', response: { 200: shown } } }, () =>
    context.keys.show(),
  )

  app.post<{ Body: { after?: string; afresh?: boolean; force?: boolean } }>(
    '/node/keys/rotate',
    {
      schema: {
        summary: 'Announce a new signing key, and use it once every upstream has it · 更换签名密钥',
        body: {
          type: 'object',
          additionalProperties: false,
          properties: {
            after: {
              ...text,
              maxLength: 100,
              description: 'The key that is to be replaced, so that asking twice replaces it once · 被更换的密钥',
            },
            afresh: {
              type: 'boolean',
              description:
                'Another key even when one is announced, which is given up, or came into force less than 24 hours ago · 放弃已通报的，或在启用不足 24 小时时再换',
            },
            force: { type: 'boolean', description: 'Use it although an upstream has not taken it · 不等上级即启用' },
          },
          examples: [{ after: '370100-1' }],
        },
        response: { 200: shown },
      },
    },
    async (request) =>
      await context.keys.rotate(actorOf(request), {
        afresh: request.body.afresh === true,
        force: request.body.force === true,
        after: request.body.after ?? null,
      }),
  )
}
