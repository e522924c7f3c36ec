import { listNotices, noticeReaders, type NoticeRow, publishNotice, withdrawNotice } from '@huijiao/exchange'
import type { FastifyInstance } from 'fastify'
import type { Context } from '../../context.ts'
import { actorOf, withinOf } from '../../plugins/operator.ts'
import { namesSchema, withNames } from './names.ts'
import { type PageQuery, limitOf, pageOf, pageQuery, pageSchema, placeOf } from './page.ts'

interface NoticeBody {
  readonly title: string
  readonly text: string
  readonly regions?: readonly string[]
  readonly until?: string
}

const noticeSchema = {
  type: 'object',
  properties: {
    id: { type: 'string' },
    origin: { type: 'string', description: 'Node where it was published · 发布节点' },
    from: { type: ['string', 'null'], description: 'Upstream that it came from; null: published here · 来自上级' },
    title: { type: 'string' },
    text: { type: 'string' },
    regions: { type: ['array', 'null'], items: { type: 'string' } },
    publishedAt: { type: 'string' },
    publishedBy: { type: 'string' },
    until: { type: ['string', 'null'] },
    withdrawnAt: { type: ['string', 'null'] },
  },
  examples: [
    {
      id: '6d3c1f0a-8e57-4b0e-9f5a-0c9b1f6a2d11',
      origin: '370000',
      from: null,
      title: '系统维护通知（示例）',
      text: '示例：9 月 5 日 22 时至次日 2 时停机维护。',
      regions: null,
      publishedAt: '2026-09-01T02:10:00.000Z',
      publishedBy: 'operator:token',
      until: '2026-09-05T18:00:00.000Z',
      withdrawnAt: null,
    },
  ],
} as const

const publishBody = {
  type: 'object',
  required: ['title', 'text'],
  additionalProperties: false,
  properties: {
    title: { type: 'string', minLength: 1, maxLength: 200 },
    text: { type: 'string', minLength: 1, maxLength: 20_000 },
    regions: {
      type: 'array',
      minItems: 1,
      maxItems: 200,
      items: { type: 'string', pattern: '^\\d{6}$' },
      description: 'Only for these regions; absent: for everybody below · 仅发给这些地区，缺省为全部',
    },
    until: { type: 'string', format: 'date-time', description: 'Worth reading until then · 有效期至' },
  },
  examples: [{ title: '系统维护通知（示例）', text: '示例：9 月 5 日 22 时至次日 2 时停机维护。', until: '2026-09-06T02:00:00+08:00' }],
} as const

const orNull = { type: ['string', 'null'], format: 'date-time' } as const
const idParams = { type: 'object', properties: { id: { type: 'string', format: 'uuid' } } } as const
const readersSchema = {
  type: 'object',
  required: ['meant', 'fetched', 'items'],
  properties: {
    meant: { type: 'integer', description: 'Participants in force whom it is meant for · 应收单位数' },
    fetched: { type: 'integer', description: 'Of these, who have fetched it by the feed · 已取走单位数' },
    items: {
      type: 'array',
      description: 'Those who have not fetched it first; at most 1,000',
      items: {
        type: 'object',
        required: ['participantId', 'name', 'kind', 'fetchedAt', 'withdrawalFetchedAt'],
        properties: {
          participantId: { type: 'string' },
          name: { type: 'string' },
          kind: { enum: ['system', 'node'] },
          fetchedAt: { ...orNull, description: 'When it first fetched the notice · 首次取走时间' },
          withdrawalFetchedAt: { ...orNull, description: 'When it first learned that the notice was taken back · 获知撤回时间' },
        },
      },
    },
  },
  examples: [
    {
      meant: 1,
      fetched: 1,
      items: [
        {
          participantId: 'p-370100',
          name: '示例市节点',
          kind: 'node',
          fetchedAt: '2026-09-01T02:10:01.000Z',
          withdrawalFetchedAt: null,
        },
      ],
    },
  ],
} as const

/** What an authority tells those below it: business systems and lower nodes, by the feed. */
export function noticeRoutes(app: FastifyInstance, context: Context): void {
  const { hub } = context
  app.get<{ Querystring: PageQuery }>(
    '/notices',
    {
      schema: {
        summary: 'Notices of this node and from above, newest first · 通知',
        querystring: { type: 'object', additionalProperties: false, properties: pageQuery },
        response: { 200: pageSchema(noticeSchema, { names: namesSchema }) },
      },
    },
    async (request) => {
      const limit = limitOf(request.query)
      const before = placeOf<number>('notices', request.query)
      const rows = await listNotices(hub.db, { limit: limit + 1, ...(before === undefined ? {} : { before }) })
      return await withNames(
        hub,
        pageOf('notices', rows, limit, (row) => row.number, showNotice),
      )
    },
  )
  app.post<{ Body: NoticeBody }>(
    '/notices',
    { schema: { summary: 'Publish a notice to those below · 发布通知', body: publishBody, response: { 201: noticeSchema } } },
    async (request, reply) => {
      const { title, text, regions, until } = request.body
      const row = await publishNotice(hub, actorOf(request), {
        title,
        text,
        ...(regions === undefined ? {} : { regions }),
        ...(until === undefined ? {} : { until: new Date(until) }),
      })
      return await reply.code(201).send(showNotice(row))
    },
  )
  app.post<{ Params: { id: string } }>(
    '/notices/:id/withdraw',
    {
      schema: {
        summary: 'Take a notice of this node back, here and below · 撤回通知',
        params: idParams,
        response: { 200: noticeSchema },
      },
    },
    async (request) => showNotice(await withdrawNotice(hub, actorOf(request), request.params.id)),
  )
  app.get<{ Params: { id: string } }>(
    '/notices/:id/readers',
    {
      schema: {
        summary: 'Whom a notice is meant for, and who has fetched it · 通知的接收情况',
        description:
          'Business systems and lower nodes fetch notices by the feed; that one was answered is taken down. What was fetched before this release took it down is not known.',
        params: idParams,
        response: { 200: readersSchema },
      },
    },
    async (request) => noticeReaders(hub.db, request.params.id, withinOf(request)),
  )
}

const showNotice = (row: NoticeRow) => ({
  id: row.notice_id,
  origin: row.origin,
  from: row.came_from,
  title: row.title,
  text: row.text,
  regions: row.regions,
  publishedAt: row.published_at.toISOString(),
  publishedBy: row.published_by,
  until: row.until_at?.toISOString() ?? null,
  withdrawnAt: row.withdrawn_at?.toISOString() ?? null,
})
