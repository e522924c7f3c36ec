import { listCheckpoints } from '@huijiao/exchange'
import type { FastifyInstance } from 'fastify'
import type { Context } from '../context.ts'
import { limitOf, pageOf, pageQuery, type PageQuery, pageSchema, placeOf } from './admin/page.ts'

const row = {
  type: 'object',
  required: ['size', 'root', 'note', 'signedAt'],
  properties: {
    size: { type: 'integer', description: 'Entries that it covers · 条目数' },
    root: { type: 'string', description: 'base64' },
    note: { type: 'string', description: 'As it was signed (C2SP signed-note)' },
    signedAt: { type: 'string', format: 'date-time' },
  },
} as const

/** `GET /v1/log/checkpoints`: what this node has signed about its log. Open to all, like the log itself: hashes and signatures only. */
export function checkpointRoutes(app: FastifyInstance, { hub }: Context): void {
  app.get<{ Querystring: PageQuery }>(
    '/v1/log/checkpoints',
    {
      schema: {
        tags: ['log'],
        summary: 'Signed checkpoints, newest first · 已签名快照历史',
        querystring: { type: 'object', additionalProperties: false, properties: pageQuery },
        response: { 200: pageSchema(row) },
      },
    },
    async (request, reply) => {
      const limit = limitOf(request.query)
      const before = placeOf<number>('checkpoints', request.query)
      const rows = await listCheckpoints(hub.db, { limit: limit + 1, ...(before === undefined ? {} : { before }) })
      reply.header('cache-control', 'no-store')
      return pageOf(
        'checkpoints',
        rows,
        limit,
        ({ size }) => size,
        ({ size, root, note, signed_at }) => ({ size, root: root.toString('base64'), note, signedAt: signed_at.toISOString() }),
      )
    },
  )
}
