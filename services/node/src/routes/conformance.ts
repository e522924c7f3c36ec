import { conformanceKit, groupsOf, kitText } from '@huijiao/conformance'
import { Problem } from '@huijiao/problem'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { conformanceIndex } from '../conformance-page.ts'
import { contentSecurityPolicy } from '../problem-pages/html.ts'

/** `/conformance`: the kit that vendors hold their systems against, for people and for programs. Public: it holds no data of anybody. */
export function conformanceRoutes(app: FastifyInstance): void {
  // The kit never changes while the program runs; what is large is written once.
  let whole: string | undefined
  let index: string | undefined
  const shared = (reply: FastifyReply) =>
    reply.header('cache-control', 'public, max-age=3600').header('etag', `"${conformanceKit().manifest.digest}"`)
  const tags = ['conformance']

  app.get(
    '/conformance',
    { schema: { tags, summary: 'The conformance kit for vendors · 一致性检验包', response: { 200: { type: 'object' } } } },
    async (request, reply) => {
      shared(reply).header('vary', 'accept')
      if (request.headers.accept?.includes('text/html') !== true) return conformanceKit().manifest
      reply.header('content-security-policy', contentSecurityPolicy).type('text/html; charset=utf-8')
      return reply.send((index ??= conformanceIndex(conformanceKit())))
    },
  )

  app.get(
    '/conformance/kit.json',
    {
      schema: {
        tags,
        summary: 'What the kit holds, and the digest that names it · 检验包目录',
        response: {
          200: {
            type: 'object',
            properties: {
              kit: { const: 'huijiao-conformance' },
              version: { const: 1 },
              digest: { type: 'string' },
              vectors: { type: 'integer' },
              releases: { type: 'array', items: { type: 'object' } },
              tasks: { type: 'array', items: { type: 'object' } },
              rules: { type: 'array', items: { type: 'object' } },
              files: { type: 'array', items: { type: 'object' } },
            },
          },
        },
      },
    },
    async (_request, reply) => shared(reply).send(conformanceKit().manifest),
  )

  app.get(
    '/conformance/kit.ndjson',
    {
      schema: {
        tags,
        summary: 'The whole kit as one file: the manifest, then one vector a line · 整个检验包',
        response: { 200: { description: 'NDJSON', content: { 'application/x-ndjson': { schema: { type: 'string' } } } } },
      },
    },
    async (_request, reply) => {
      shared(reply).header('content-disposition', 'attachment; filename="huijiao-conformance.ndjson"')
      return reply.type('application/x-ndjson; charset=utf-8').send((whole ??= kitText(conformanceKit())))
    },
  )

  app.get<{ Params: { file: string } }>(
    '/conformance/vectors/:file',
    {
      schema: {
        tags,
        summary: 'Vectors of one rule or task · 一条规则或一项任务的例子',
        params: { type: 'object', properties: { file: { type: 'string', examples: ['check.credit-code.json'] } } },
        response: { 200: { type: 'array', items: { type: 'object' } } },
      },
    },
    async (request, reply) => {
      const { file } = request.params
      const group = groupsOf(conformanceKit().vectors).find(([name]) => `${name}.json` === file)
      if (group === undefined)
        throw new Problem(
          'not-found',
          { zh: '检验包中没有这个文件', en: 'The kit has no such file' },
          { value: file.slice(0, 100), allowed: '/conformance/kit.json' },
        )
      return shared(reply).send(group[1])
    },
  )
}
