import './types.ts'
import { epochHeader } from '@huijiao/exchange'
import { Problem } from '@huijiao/problem'
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify'
import type { Context } from './context.ts'
import { answerClientError, answerProblems, sendError } from './plugins/problems.ts'
import { refuseNul } from './plugins/no-nul.ts'
import { describeApi } from './plugins/openapi.ts'
import { logRequests, requestId } from './plugins/tracing.ts'
import { compileValidators } from './plugins/validation.ts'
import { tellPlace } from './reads.ts'
import { traceRequests } from './traces/http.ts'
import { adminRoutes } from './routes/admin/index.ts'
import { attachmentRoutes } from './routes/attachments.ts'
import { conformanceRoutes } from './routes/conformance.ts'
import { consoleRoutes } from './routes/console.ts'
import { epochRoutes } from './routes/epoch.ts'
import { feedRoutes } from './routes/feed.ts'
import { healthRoutes } from './routes/health.ts'
import { checkpointRoutes } from './routes/log-checkpoints.ts'
import { logRoutes } from './routes/log.ts'
import { nodeKeyRoutes } from './routes/node-keys.ts'
import { nodeRoutes } from './routes/node.ts'
import { numberRoutes } from './routes/numbers.ts'
import { problemRoutes } from './routes/problems.ts'
import { publicRoutes } from './routes/public/index.ts'
import { reconcileRoutes } from './routes/reconcile.ts'
import { successionRoutes } from './routes/successions.ts'
import { recordRoutes } from './routes/records.ts'
import { nameRoutes } from './routes/names.ts'
import { standardPageRoutes } from './routes/standards-pages.ts'
import { standardRoutes } from './routes/standards.ts'
import { submissionRoutes } from './routes/submissions.ts'
import { templateRoutes } from './routes/templates.ts'

/** Where a test looks on or puts in routes of its own. */
export interface AppSeams {
  /** Before the first route. */
  readonly onBuild?: (app: FastifyInstance) => void
  /** Inside `/admin/v1`, behind its hooks. */
  readonly onAdmin?: (scope: FastifyInstance) => void
}

/** The node's HTTP side over an open context: plugins and routes in the order a record meets them. Never listens. */
export async function buildApp(context: Context, seams: AppSeams = {}): Promise<FastifyInstance> {
  const { config } = context
  const app = Fastify({
    loggerInstance: context.log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }), // `logRequests` writes one line an answer
    genReqId: requestId,
    bodyLimit: 1024 * 1024, // of the admin routes; submissions have their own
    connectionTimeout: 0,
    requestTimeout: config.http.requestTimeoutMs,
    http: {
      headersTimeout: config.http.headersTimeoutMs,
      connectionsCheckingInterval: Math.min(5000, config.http.headersTimeoutMs),
      keepAliveTimeout: 72_000,
      maxHeaderSize: 16 * 1024,
    },
    ...(config.http.trustedProxies.length === 0 ? {} : { trustProxy: [...config.http.trustedProxies] }),
    routerOptions: { maxParamLength: 300, ignoreTrailingSlash: true },
    clientErrorHandler: answerClientError,
    frameworkErrors: (error, request, reply) => sendError(error, request, reply as never),
    forceCloseConnections: 'idle',
    return503OnClosing: false, // `refuseWhenStopping` answers in our own words
  }) as unknown as FastifyInstance

  seams.onBuild?.(app)
  app.decorateRequest('caller', null)
  app.decorateRequest('nonce', null)
  app.decorateRequest('operator', null)
  app.decorateRequest('continueAwaited', false)
  app.decorateRequest('submissionId', undefined)
  app.removeContentTypeParser('text/plain') // JSON and nothing else, unless a route says otherwise
  awaitContinue(app)
  compileValidators(app)
  answerProblems(app)
  refuseWhenStopping(app, context)
  refuseNul(app)
  logRequests(app)
  traceRequests(app, context.traces)
  measureRequests(app, context)
  tellEpoch(app, context)
  tellPlace(app, context)
  await describeApi(app, context)

  healthRoutes(app, context)
  problemRoutes(app)
  conformanceRoutes(app, context)
  nodeRoutes(app, context)
  await app.register(async (scope) => attachmentRoutes(scope, context))
  await app.register(async (scope) => submissionRoutes(scope, context))
  await app.register(async (scope) => recordRoutes(scope, context))
  await app.register(async (scope) => numberRoutes(scope, context))
  await app.register(async (scope) => epochRoutes(scope, context))
  await app.register(async (scope) => nodeKeyRoutes(scope, context))
  await app.register(async (scope) => feedRoutes(scope, context))
  await app.register(async (scope) => reconcileRoutes(scope, context))
  await app.register(async (scope) => successionRoutes(scope, context))
  logRoutes(app, context)
  checkpointRoutes(app, context)
  publicRoutes(app, context)
  standardRoutes(app, context)
  standardPageRoutes(app, context)
  templateRoutes(app, context)
  nameRoutes(app, context)
  consoleRoutes(app)
  await app.register(async (scope) => adminRoutes(scope, context, seams.onAdmin), { prefix: '/admin' })
  return app
}

/** A client that sends `Expect: 100-continue` is told to go on only where its body is read, so a refused one never sends it. */
function awaitContinue(app: FastifyInstance): void {
  const waiting = new WeakSet<object>()
  app.server.on('checkContinue', (request, response) => {
    if (/^\/v1\/(?:submissions|attachments\/)/.test(request.url ?? '')) waiting.add(request)
    else response.writeContinue()
    app.routing(request, response)
  })
  app.addHook('onRequest', async (request) => {
    request.continueAwaited = waiting.has(request.raw)
  })
}

/** New requests on connections that are still open get a problem that says to come back; health routes go on answering. */
function refuseWhenStopping(app: FastifyInstance, context: Context): void {
  app.addHook('onRequest', async (request, reply) => {
    if (!context.stopping()) return
    reply.header('connection', 'close')
    if (request.url.startsWith('/v1/') || request.url.startsWith('/admin/'))
      throw new Problem('not-ready', { zh: '节点正在停止', en: 'The node is stopping' })
  })
}

/** A lower node learns from every answer in which epoch this node is. */
function tellEpoch(app: FastifyInstance, { hub }: Context): void {
  app.addHook('onSend', async (request, reply, payload) => {
    if (request.caller?.kind === 'node') void reply.header(epochHeader, `${hub.node.epoch}/${hub.node.epochId}`)
    return payload
  })
}

function measureRequests(app: FastifyInstance, { metrics }: Context): void {
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'unknown'
    metrics.requestSeconds.observe({ route, method: request.method, status: String(reply.statusCode) }, reply.elapsedTime / 1000)
  })
}
