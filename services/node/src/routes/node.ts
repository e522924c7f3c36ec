import { ownKeyList } from '@huijiao/exchange'
import { verifierKey } from '@huijiao/merkle'
import type { FastifyInstance } from 'fastify'
import type { Context } from '../context.ts'

/** `GET /v1/node`: who this node is and the public keys that verify its receipts and checkpoints. Open to all. */
export function nodeRoutes(app: FastifyInstance, context: Context): void {
  const key = {
    type: 'object',
    properties: {
      keyId: { type: 'string' },
      alg: { const: 'ed25519' },
      publicKey: { type: 'string' },
      verifierKey: { type: 'string' },
      retiredAt: { type: ['string', 'null'] },
      statement: { type: ['string', 'null'], description: 'By which the key follows the one before · 接续前一把密钥的声明' },
    },
  }
  const facts = {
    type: 'object',
    required: ['name', 'region', 'tier', 'epoch', 'keys'],
    properties: {
      name: { type: 'string' },
      region: { type: 'string' },
      tier: { type: 'string' },
      epoch: { type: 'object' },
      logOrigin: { type: 'string' },
      keys: { type: 'array', items: key },
      time: { type: 'string' },
      synthetic: { type: 'boolean', description: 'All data of this node is made up · 全部为合成数据' },
    },
    examples: [
      {
        name: '370100',
        region: '370100',
        tier: 'municipal',
        epoch: { number: 1, id: '8c1f5e0a9b3d2c47' },
        logOrigin: '370100/epoch/1/8c1f5e0a9b3d2c47',
        keys: [{ keyId: '370100-1', alg: 'ed25519', publicKey: '…', verifierKey: '370100+1a2b3c4d+…', retiredAt: null, statement: null }],
        time: '2026-09-01T01:30:02.114Z',
      },
    ],
  }
  app.get(
    '/v1/node',
    { schema: { tags: ['node'], summary: 'Facts and public keys of this node · 节点信息与公钥', response: { 200: facts } } },
    async () => nodeFacts(context),
  )
}

export async function nodeFacts({ hub, clock, config }: Context): Promise<object> {
  const rows = await ownKeyList(hub)
  const { name, region, tier, epoch, epochId, origin } = hub.node
  return {
    name,
    region,
    tier,
    epoch: { number: epoch, id: epochId },
    logOrigin: origin,
    keys: rows.map((row) => ({
      keyId: row.keyId,
      alg: 'ed25519',
      publicKey: row.publicKey.toString('base64'),
      verifierKey: verifierKey(name, row.publicKey),
      retiredAt: row.retiredAt?.toISOString() ?? null,
      statement: row.statement,
    })),
    time: clock.now().toISOString(),
    synthetic: config.http.synthetic,
  }
}
