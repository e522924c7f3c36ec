import type { FastifyInstance, FastifyRequest } from 'fastify'
import { traceParentOf } from '../plugins/tracing.ts'
import type { OpenSpan, Traces } from './open.ts'

const spans = new WeakMap<FastifyRequest, OpenSpan>()

/** Health checks and the page's own files are no part of a record's way. */
const traced = (route: string | undefined): boolean => route !== undefined && /^\/(v1|admin\/v1|public\/v1)\//.test(route)

/** A span for each request, named after the route's pattern: an address as it was sent may hold what must not leave the node. */
export function traceRequests(app: FastifyInstance, traces: Traces | null): void {
  if (traces === null) return
  app.addHook('onRequest', async (request) => {
    const { url: route } = request.routeOptions
    if (!traced(route)) return
    const header = request.headers['traceparent']
    spans.set(
      request,
      traces.begin(`${request.method} ${route}`, {
        parent: typeof header === 'string' ? header : null,
        traceId: request.id,
        kind: 'server',
        attributes: { 'http.request.method': request.method, 'http.route': route },
      }),
    )
  })
  app.addHook('onResponse', async (request, reply) => {
    spans.get(request)?.end({
      attributes: {
        'http.response.status_code': reply.statusCode,
        'huijiao.participant': request.caller?.participantId,
        'huijiao.submission': request.submissionId,
      },
      failed: reply.statusCode >= 500,
    })
  })
}

/** What follows from a request continues its trace. */
export const traceParentOfRequest = (request: FastifyRequest): string => spans.get(request)?.traceparent ?? traceParentOf(request.id)
