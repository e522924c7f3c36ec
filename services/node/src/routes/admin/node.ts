import { readLogHead } from '@huijiao/exchange'
import type { FastifyInstance } from 'fastify'
import type { Context } from '../../context.ts'
import { nodeFacts } from '../node.ts'
import { nodeFactsSchema } from './rows.docs.ts'

/** `GET /admin/v1/node`: what this node is and how it is. */
export function nodeAdminRoutes(app: FastifyInstance, context: Context): void {
  app.get('/node', { schema: { summary: 'Facts and state of the node · 节点概况', response: { 200: nodeFactsSchema } } }, async () => {
    const { hub, config, queues } = context
    const head = await readLogHead(hub.db)
    const pending = await hub.db
      .selectFrom('log_pending')
      .select(({ fn }) => [fn.countAll<number>().as('count'), fn.min('instant').as('oldest')])
      .executeTakeFirstOrThrow()
    const open = await hub.db
      .selectFrom('submission')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .where('state', '<>', 'finished')
      .executeTakeFirstOrThrow()
    return {
      ...(await nodeFacts(context)),
      log: {
        size: head?.size ?? 0,
        root: head?.root.toString('base64') ?? null,
        signedAt: head?.signedAt.toISOString() ?? null,
        pending: Number(pending.count),
        oldestPending: pending.oldest?.toISOString() ?? null,
      },
      openSubmissions: Number(open.count),
      queue: { backend: queues.backend, jobs: await queues.depth().catch(() => null) },
      roles: [...config.roles],
      upstreams: config.upstreams.map(({ name, url, tier, publicKey }) => ({ name, url, tier, keyConfigured: publicKey !== null })),
      readiness: await context.readiness(),
      process: {
        pid: process.pid,
        node: process.version,
        uptimeSeconds: Math.round(process.uptime()),
        memoryBytes: process.memoryUsage.rss(),
      },
    }
  })
}
