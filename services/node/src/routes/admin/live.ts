import { setTimeout as delay } from 'node:timers/promises'
import { peekSession } from '@huijiao/access'
import { findLink, flowOf, linkFlowOf } from '@huijiao/exchange'
import { Problem } from '@huijiao/problem'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { openLive } from '../../console/live.ts'
import type { Context } from '../../context.ts'
import { cookieOf } from '../../plugins/cookies.ts'
import { flowDocs, linkFlowDocs, liveDocs } from './live.docs.ts'

const tickMs = 1000
/** A comment that keeps proxies from closing a stream on which nothing happens. */
const quietTicks = 15
const sessionTicks = 10
const streamsMax = 200
const stepsMax = 96

type Hours = { Querystring: { hours?: number } }

/**
 * What the overview shows: the node at this moment, and its last hours. Aggregates of the node: no record, no name of a business system, and of persons only who
 * paused a link.
 */
export function liveRoutes(app: FastifyInstance, context: Context): void {
  const { hub, clock } = context
  const live = openLive(context)
  let streams = 0

  app.get('/live', { schema: liveDocs }, async (request, reply) => {
    if (!String(request.headers.accept).includes('text/event-stream'))
      return reply.header('cache-control', 'no-store').send(await live.now())
    if (streams >= streamsMax)
      throw new Problem('too-many-requests', { zh: '同时查看实况的页面过多', en: 'Too many pages watch the node at the same time' })
    streams += 1
    try {
      await stream(request, reply)
    } finally {
      streams -= 1
    }
    return reply
  })

  /** Sends until the caller leaves, the session is over, or the node stops. Watching is no use of a session: it does not keep it from ending. */
  async function stream(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const secret = request.headers.authorization === undefined ? cookieOf(request, context, 'session') : null
    const { raw } = reply.hijack()
    raw.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
      'x-content-type-options': 'nosniff',
    })
    let before = ''
    for (let tick = 0, quiet = 0; !raw.destroyed && !context.stopping(); tick += 1) {
      if (secret !== null && tick % sessionTicks === 0 && (await peekSession(context.access, secret)) === null) {
        raw.write('event: ended\ndata: {}\n\n')
        break
      }
      const facts = await live.now().catch(() => null)
      const same = facts === null ? before : JSON.stringify({ ...facts, at: null })
      if (facts !== null && (same !== before || quiet >= quietTicks)) {
        raw.write(`event: live\ndata: ${JSON.stringify(facts)}\n\n`)
        quiet = 0
      } else quiet += 1
      if (facts === null && quiet % quietTicks === 0) raw.write(': the database does not answer\n\n')
      before = same
      await delay(tickMs)
    }
    raw.end()
  }

  app.get<Hours>('/flow', { schema: flowDocs }, async (request) => {
    const span = spanOf(request.query.hours, clock.now())
    return { stepSeconds: span.stepSeconds, steps: (await flowOf(hub.db, span)).map((step) => ({ ...step, at: step.at.toISOString() })) }
  })

  app.get<Hours & { Params: { name: string } }>('/links/:name/flow', { schema: linkFlowDocs }, async (request) => {
    const { link_no: linkNo } = await findLink(hub.db, request.params.name)
    const span = spanOf(request.query.hours, clock.now())
    const steps = await linkFlowOf(hub.db, linkNo, span)
    return { stepSeconds: span.stepSeconds, steps: steps.map((step) => ({ ...step, at: step.at.toISOString() })) }
  })
}

/** The last hours in about a hundred steps that begin at whole minutes; the one under way is the last. */
function spanOf(hours = 24, now: Date): { from: Date; steps: number; stepSeconds: number } {
  const stepSeconds = Math.ceil((hours * 3600) / stepsMax / 60) * 60
  const steps = Math.ceil((hours * 3600) / stepSeconds)
  const end = Math.ceil((now.getTime() + 1) / (stepSeconds * 1000)) * stepSeconds * 1000
  return { from: new Date(end - steps * stepSeconds * 1000), steps, stepSeconds }
}
