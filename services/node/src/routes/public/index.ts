import { publicCustody } from '@huijiao/exchange'
import { Problem } from '@huijiao/problem'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Context } from '../../context.ts'
import { publicReads } from '../../reads.ts'
import { portalPages } from '../../portal/pages.ts'
import { custodySchema, fieldSchema, groupSchema, listedSchema, wordsSchema } from '../record-schemas.ts'
import { createPublicAllowance } from './allowance.ts'
import { knownKeys, linkedView, type PublicSearchQuery, recordView, searchView } from './view.ts'

type OneRecord = { Params: { recordId: string } }

const params = {
  type: 'object',
  properties: { recordId: { type: 'string', maxLength: 60, examples: ['r_5f0c2a9e4b7d4c1f8a3e6d5b9c0f1e2d'] } },
} as const
const cursor = { type: 'string', maxLength: 300, description: '`next` of the page before · 上一页的 next' } as const
const party = {
  type: 'object',
  properties: {
    role: wordsSchema,
    name: { type: 'string' },
    code: { type: 'string' },
    recordId: { type: ['string', 'null'] },
    person: { type: ['object', 'null'], properties: { name: { type: 'string' }, recordId: { type: ['string', 'null'] } } },
  },
} as const
const conduct = {
  type: 'object',
  properties: {
    kind: { enum: ['bad', 'good', 'taken-down'] },
    day: { type: 'string' },
    number: { type: 'string' },
    record: { anyOf: [listedSchema, { type: 'null' }] },
  },
} as const
const project = { type: 'object', properties: { project: listedSchema, as: { type: 'array', items: wordsSchema } } } as const
const record = {
  type: 'object',
  additionalProperties: true,
  properties: {
    fields: { type: 'array', items: fieldSchema },
    withheld: { type: 'array', items: wordsSchema },
    linked: { type: 'array', items: groupSchema },
    conduct: { type: 'array', items: conduct },
    parties: { type: 'array', items: party },
    projects: { type: 'array', items: project },
  },
} as const

/** What a question costs: a search more than a record. */
const prices = { search: 3, record: 1, custody: 2 } as const

/** `/public/v1/…` and the public pages: what the policy in force shows to everybody. No sign-in, no cookie, nothing personal beyond practitioners' names. */
export function publicRoutes(app: FastifyInstance, context: Context): void {
  const reads = publicReads(context)
  const allowance = createPublicAllowance(context.config.http.publicRate)
  const costs = (price: number) => async (request: FastifyRequest, reply: FastifyReply) => {
    const wait = allowance.spend(request.ip, price)
    if (wait === 0) return
    reply.header('retry-after', String(wait))
    throw new Problem('too-many-requests', { zh: '查询过于频繁，请稍候再试', en: 'Too many questions from this address; wait a moment' })
  }
  const docs = (summary: string) => ({ tags: ['public'], summary })

  app.get<{ Querystring: PublicSearchQuery }>(
    '/public/v1/search',
    {
      onRequest: costs(prices.search),
      schema: {
        ...docs('Search what is public · 公开检索'),
        description:
          'Companies, projects, decisions and permits by two or more characters of a name, the first letters of pinyin, numbers and codes; persons only by their whole name or a whole certificate number. At most 20 a page. · 人员须输入完整姓名或证书编号',
        querystring: {
          type: 'object',
          required: ['q'],
          additionalProperties: false,
          properties: {
            q: { type: 'string', minLength: 2, maxLength: 100, examples: ['示例花园'] },
            library: { enum: ['enterprise', 'person', 'project', 'conduct'] },
            region: { type: 'string', pattern: '^\\d{2,6}$' },
            cursor,
          },
        },
        response: {
          200: {
            type: 'object',
            properties: { items: { type: 'array', items: listedSchema }, next: { type: ['string', 'null'] }, tooMany: { type: 'boolean' } },
          },
        },
      },
    },
    (request) => searchView(reads(), request.query),
  )

  app.get<OneRecord>(
    '/public/v1/records/:recordId',
    {
      onRequest: costs(prices.record),
      schema: {
        ...docs('A public record with what hangs together with it · 公开记录'),
        description:
          'Fields that the policy shows, by their names; of a company its certificates, projects, persons and conduct; of a project its steps and parties; of a person registrations, projects and conduct. Conduct only within its publication term. · 依规公开的字段与关联',
        params,
        response: { 200: record },
      },
    },
    (request) => recordView(reads(), request.params.recordId),
  )

  app.get<OneRecord & { Querystring: { entity: string; direction?: 'below' | 'above'; cursor?: string } }>(
    '/public/v1/records/:recordId/linked',
    {
      onRequest: costs(prices.record),
      schema: {
        ...docs('Linked public records of one table, page by page · 关联记录'),
        params,
        querystring: {
          type: 'object',
          required: ['entity'],
          additionalProperties: false,
          properties: { entity: { type: 'string', maxLength: 100 }, direction: { enum: ['below', 'above'], default: 'below' }, cursor },
        },
        response: {
          200: { type: 'object', properties: { items: { type: 'array', items: listedSchema }, next: { type: ['string', 'null'] } } },
        },
      },
    },
    (request) => linkedView(reads(), request.params.recordId, { direction: 'below', ...request.query }),
  )

  app.get<OneRecord>(
    '/public/v1/records/:recordId/custody',
    {
      onRequest: costs(prices.custody),
      schema: {
        ...docs('The chain of custody of the version in force, to be verified by anybody · 流转轨迹'),
        description: 'Texts with fields that are not shown are told by their hash, which proves the same.',
        params,
        response: { 200: custodySchema },
      },
    },
    (request) => publicCustody(reads().hub, request.params.recordId),
  )

  app.get(
    '/public/v1/keys',
    {
      schema: {
        ...docs('Keys by which this node knows itself and its neighbours · 本节点所知的公钥'),
        response: {
          200: {
            type: 'object',
            properties: {
              keys: {
                type: 'array',
                items: {
                  type: 'object',
                  properties: {
                    node: { type: 'string' },
                    verifierKey: { type: 'string' },
                    source: { enum: ['own', 'registered', 'upstream'] },
                  },
                },
              },
            },
            examples: [{ keys: [{ node: '370100', verifierKey: '370100+1a2b3c4d+…', source: 'own' }] }],
          },
        },
      },
    },
    async () => ({ keys: await knownKeys(reads().hub.db, context.hub.node.name) }),
  )

  portalPages(app, context, costs, prices)
}
