import { epochEntries, readEntryBundle, readLogHead, readTile } from '@huijiao/exchange'
import { parseTilePath, tileWidth } from '@huijiao/merkle'
import { Problem } from '@huijiao/problem'
import type { FastifyInstance } from 'fastify'
import type { Context } from '../context.ts'

/** The log as C2SP tlog-tiles: open to all, for it holds hashes only. */
export function logRoutes(app: FastifyInstance, { hub, epochs: own }: Context): void {
  const missing = () => new Problem('not-found', { zh: '日志中还没有这一块', en: 'The log does not reach that far' })
  const note = { 200: { description: 'Signed note', content: { 'text/plain': { schema: { type: 'string' } } } } }
  app.get(
    '/v1/log/checkpoint',
    { schema: { tags: ['log'], summary: 'The latest signed checkpoint · 已签名快照', response: note } },
    async (_request, reply) => {
      const head = await readLogHead(hub.db)
      if (head === null) throw missing()
      await own.mayShow(head)
      return reply.type('text/plain; charset=utf-8').header('cache-control', 'no-store').send(head.note)
    },
  )

  const epochs = {
    type: 'object',
    required: ['epochs'],
    properties: {
      epochs: {
        type: 'array',
        items: {
          type: 'object',
          properties: {
            index: { type: 'integer' },
            leaf: { type: 'string' },
            body: {
              type: 'string',
              description: 'What the entry says: the epoch that begins, and the epoch, length and root that it continues · 条目正文',
            },
            bodySalt: { type: 'string' },
          },
        },
      },
    },
    examples: [{ epochs: [] }],
  }
  app.get(
    '/v1/log/epochs',
    {
      schema: {
        tags: ['log'],
        summary: 'The entries that begin epochs of the log, with their bodies · 纪元条目',
        response: { 200: epochs },
      },
    },
    async (_request, reply) => reply.header('cache-control', 'no-store').send({ epochs: await epochEntries(hub.db) }),
  )

  const schema = {
    tags: ['log'],
    summary: 'A tile of hashes, or a bundle of entries (C2SP tlog-tiles) · 日志分块',
    params: { type: 'object', properties: { '*': { type: 'string', examples: ['0/000', 'entries/x001/067.p/12'] } } },
    response: { 200: { description: 'Bytes', content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } } } },
  }
  app.get<{ Params: { '*': string } }>('/v1/log/tile/*', { schema }, async (request, reply) => {
    const name = parseTilePath(`tile/${request.params['*']}`)
    if (name === null) throw new Problem('not-found', { zh: '分块路径不合 C2SP tlog-tiles', en: 'The path is not one of C2SP tlog-tiles' })
    const bytes =
      name.level === 'entries'
        ? await readEntryBundle(hub.db, name.index, name.width)
        : await readTile(hub.db, name.level, name.index, name.width)
    if (bytes === null) throw missing()
    // A tile never changes once it is published, a partial one neither: its width is part of its name.
    const age = name.width === tileWidth ? 31_536_000 : 86_400
    return reply.type('application/octet-stream').header('cache-control', `public, max-age=${age}, immutable`).send(bytes)
  })
}
