import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { FastifyInstance } from 'fastify'

const traceParentForm = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/

/** The request's id: the trace id of a valid W3C `traceparent`, so that one id follows a record up the tiers; else a fresh one. */
export function requestId(raw: Pick<IncomingMessage, 'headers'>): string {
  const header = raw.headers['traceparent']
  return (typeof header === 'string' && traceParentForm.exec(header)?.[1]) || newTraceId()
}

/** 32 hexadecimal digits. Node draws these from the system some hundreds at a time; random bytes would be asked for each request. */
export const newTraceId = (): string => randomUUID().replaceAll('-', '')

/** A `traceparent` for work that continues the trace `id`, with a span of its own. */
export function traceParentOf(id: string): string {
  return `00-${id}-${newTraceId().slice(0, 16)}-01`
}

const quiet = new Set(['/livez', '/readyz', '/metrics'])

/** One line in the log for each answer, with ids and the route's pattern; addresses as sent stay out of it. */
export function logRequests(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id).header('x-content-type-options', 'nosniff')
  })
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'unknown'
    const fields = {
      method: request.method,
      route,
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime * 10) / 10,
      participant: request.caller?.participantId,
      operator: request.operator?.actor,
      submission: request.submissionId,
    }
    if (quiet.has(route)) request.log.debug(fields, 'answered')
    else request.log.info(fields, 'answered')
  })
}
