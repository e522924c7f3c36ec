import type { FastifyInstance } from 'fastify'
import type { Context } from '../context.ts'
import { readGauges } from '../metrics.ts'

const check = {
  type: 'object',
  required: ['name', 'ready', 'zh', 'en'],
  properties: { name: { type: 'string' }, ready: { type: 'boolean' }, zh: { type: 'string' }, en: { type: 'string' } },
} as const

/** `/livez`: the process answers. `/readyz`: it can take submissions, and if not, what is missing. `/metrics`: for Prometheus. */
export function healthRoutes(app: FastifyInstance, context: Context): void {
  const alive = { type: 'object', properties: { status: { const: 'alive' } }, examples: [{ status: 'alive' }] }
  app.get('/livez', { schema: { tags: ['health'], summary: 'The process answers · 进程存活', response: { 200: alive } } }, async () => ({
    status: 'alive',
  }))

  const readiness = {
    type: 'object',
    required: ['ready', 'checks'],
    properties: { ready: { type: 'boolean' }, checks: { type: 'array', items: check } },
  }
  const schema = {
    tags: ['health'],
    summary: 'Ready for submissions, or what is missing · 是否就绪',
    response: { 200: readiness, 503: readiness },
  }
  app.get('/readyz', { schema }, async (_request, reply) => {
    const checks = await context.readiness()
    const ready = checks.every((one) => one.ready)
    return reply
      .code(ready ? 200 : 503)
      .header('cache-control', 'no-store')
      .send({ ready, checks })
  })

  const text = { 200: { description: 'Prometheus text', content: { 'text/plain': { schema: { type: 'string' } } } } }
  app.get(
    '/metrics',
    { schema: { tags: ['health'], summary: 'Prometheus metrics · 监控指标', response: text } },
    async (_request, reply) => {
      await readGauges(context.metrics, context)
      reply.type(context.metrics.registry.contentType)
      return context.metrics.registry.metrics()
    },
  )
}
