import { type KeysTold, statementsToldMax, takeKeys } from '@huijiao/exchange'
import { signDocument } from '@huijiao/identity'
import { canonicalize } from '@huijiao/merkle'
import type { FastifyInstance } from 'fastify'
import type { Context } from '../context.ts'
import { requireDigest } from '../plugins/digested-json.ts'
import { callerOf, requireCaller, spendSignature } from '../plugins/participants.ts'

const keyId = { type: 'string', pattern: '^[A-Za-z0-9._:-]{1,100}$' }
const call = { type: 'string', pattern: '^[0-9a-f]{32}$' }
const statement = 'huijiao-key/1\n370100\n370100-2 370100+…\n370100-1 370100+…\n2026-09-01T01:30:02.114Z\n\n— 370100 …\n— 370100 …\n'

const schema = {
  tags: ['node'],
  summary: 'A lower node announces a key that follows its own · 下级节点通报接续的密钥',
  description:
    'Signed, with `Content-Digest`. A statement is a note that the key before and the key that follows have both signed (docs/protocol.md, section 18). The caller’s own key is registered when the one before it is registered here, or when it is registered already; statements of nodes below the caller are kept for custody documents. `inForce`, in a request that this very key signed, ends the keys before it.',
  security: [{ signature: [] }],
  body: {
    type: 'object',
    required: ['call', 'statements'],
    additionalProperties: false,
    properties: {
      call: { ...call, description: 'Random; stands in the answer · 随机数，答复中原样返回' },
      statements: { type: 'array', maxItems: statementsToldMax, items: { type: 'string', maxLength: 2048 } },
      inForce: {
        type: 'object',
        required: ['keyId', 'until'],
        additionalProperties: false,
        properties: {
          keyId: { ...keyId, description: 'The key that signs from now on · 现用密钥' },
          until: {
            type: 'string',
            format: 'date-time',
            description: 'When those before it end, at most 24 hours from now · 此前密钥的终止时间',
          },
        },
      },
    },
    examples: [{ call: '0'.repeat(32), statements: [statement] }],
  },
  response: {
    200: {
      type: 'object',
      properties: {
        call,
        keys: { type: 'array', items: keyId, description: 'The caller’s keys that are registered here · 已登记的密钥' },
        signatures: { type: 'array', items: { type: 'object' } },
      },
      examples: [{ call: '0'.repeat(32), keys: ['370100-1', '370100-2'], signatures: [{ alg: 'ed25519', keyId: '370000-1', value: '…' }] }],
    },
  },
}

/** `POST /v1/node-keys`: how a lower node's next key becomes known here. */
export function nodeKeyRoutes(app: FastifyInstance, context: Context): void {
  const { hub } = context
  requireDigest(app, 512 * 1024)
  app.addHook('onRequest', requireCaller(context, { epochs: false }))
  app.post<{ Body: KeysTold & { call: string } }>('/v1/node-keys', { schema }, async (request, reply) => {
    await spendSignature(request, context)
    const answer = { call: request.body.call, ...(await takeKeys(hub, callerOf(request), request.body)) }
    const signed = { ...answer, signatures: [signDocument(canonicalize(answer), hub.signingKey)] }
    return reply
      .header('cache-control', 'no-store')
      .type('application/json')
      .send(Buffer.from(JSON.stringify(signed)))
  })
}
