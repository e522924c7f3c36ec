import { createHash } from 'node:crypto'
import { conformanceKit, groupsOf, type Kit, kitServedBy, kitText } from '@huijiao/conformance'
import { digestText } from '@huijiao/merkle'
import { Problem } from '@huijiao/problem'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { conformanceIndex } from '../conformance-page.ts'
import type { Context } from '../context.ts'
import { contentSecurityPolicy } from '../problem-pages/html.ts'

/** `/conformance`: the kit that vendors hold their systems against, for people and for programs. Public: it holds no data of anybody. */
export function conformanceRoutes(app: FastifyInstance, { hub }: Context): void {
  // The vectors never change while the program runs. What the node judges by may, when a release that was loaded takes effect.
  const here = (): Kit =>
    kitServedBy(
      conformanceKit(),
      [...hub.standards().revisions.values()].map(({ id, revision, issuer, digest }) => ({
        id,
        revision,
        issuer,
        digest: digestText(digest),
      })),
    )
  const shared = (reply: FastifyReply) =>
    reply.header('cache-control', 'public, max-age=3600').header('etag', `"${conformanceKit().manifest.digest}"`)
  /** What tells of the node's releases: to be asked for again, and not to be sent again while they are the same. */
  const current = (reply: FastifyReply, { manifest }: Kit) => {
    const served = createHash('sha256').update(JSON.stringify(manifest.served)).digest('hex').slice(0, 16)
    return reply.header('cache-control', 'public, no-cache').header('etag', `"${manifest.digest}/${served}"`)
  }
  const tags = ['conformance']

  app.get(
    '/conformance',
    { schema: { tags, summary: 'The conformance kit for vendors · 一致性检验包', response: { 200: { type: 'object' } } } },
    async (request, reply) => {
      const kit = here()
      current(reply, kit).header('vary', 'accept')
      if (request.headers.accept?.includes('text/html') !== true) return kit.manifest
      reply.header('content-security-policy', contentSecurityPolicy).type('text/html; charset=utf-8')
      return reply.send(conformanceIndex(kit))
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
              releases: { type: 'array', items: { type: 'object' }, description: 'By which the vectors were made · 例子按其制成' },
              served: {
                type: 'array',
                description: 'What this node judges by now, releases that it has loaded among them · 本节点现行的版本',
                items: {
                  type: 'object',
                  properties: {
                    id: { type: 'string' },
                    revision: { type: 'integer' },
                    issuer: { type: 'string' },
                    digest: { type: 'string' },
                    vectors: { type: 'boolean', description: 'The vectors were made by exactly this revision' },
                  },
                },
              },
              tasks: { type: 'array', items: { type: 'object' } },
              rules: { type: 'array', items: { type: 'object' } },
              files: { type: 'array', items: { type: 'object' } },
            },
          },
        },
      },
    },
    async (_request, reply) => {
      const kit = here()
      return current(reply, kit).send(kit.manifest)
    },
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
      const kit = here()
      current(reply, kit).header('content-disposition', 'attachment; filename="huijiao-conformance.ndjson"')
      return reply.type('application/x-ndjson; charset=utf-8').send(kitText(kit))
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
