import { createBullBoard } from '@bull-board/api'
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter'
import { FastifyAdapter } from '@bull-board/fastify'
import type { FastifyInstance } from 'fastify'
import type { Context } from '../../context.ts'
import { requireOperator } from '../../plugins/operator.ts'
import { sendError } from '../../plugins/problems.ts'

/**
 * Bull Board at /admin/queues, on either backend, for administrators of the whole node: by their session, or by the operator token as the password of
 * HTTP Basic (any user name).
 * The queues hold ids only, and emptying one loses nothing: the sweep finds the work again.
 */
export async function queueBoard(app: FastifyInstance, context: Context): Promise<void> {
  const { queues, hub } = context
  const check = requireOperator(context, { basic: true, route: '/admin/queues' })
  app.addHook('onRequest', async (request, reply) => {
    reply.header('www-authenticate', 'Basic realm="huijiao queues", charset="UTF-8"')
    // Answered here: the board has an error handler of its own, to which a missing token is a failure of the server.
    return await check(request).catch((error: unknown) => sendError(error, request, reply))
  })
  app.addHook('onRoute', (route) => {
    route.schema = { ...route.schema, hide: true }
  })
  const adapter = new FastifyAdapter()
  adapter.setBasePath('/admin/queues')
  createBullBoard({
    queues: [...queues.all.values()].map((queue) => new BullMQAdapter(queue)),
    serverAdapter: adapter as never,
    options: { uiConfig: { boardTitle: `汇交 ${hub.node.name}` } },
  })
  await app.register(adapter.registerPlugin() as never)
}
