import { type LinkFacts, countSkips, findLink, listDeliveries, listLinks, pauseLink, resumeLink, testLink } from '@huijiao/exchange'
import { Problem } from '@huijiao/problem'
import type { FastifyInstance } from 'fastify'
import type { Context } from '../../context.ts'
import { actorOf } from '../../plugins/operator.ts'
import { createSendDelivery } from '../../send-delivery.ts'
import { answersAtOnce } from '../../transport/index.ts'
import { namesSchema, withNames } from './names.ts'
import { type PageQuery, limitOf, pageOf, pageQuery, pageSchema, placeOf } from './page.ts'
import { deliveryRow, linkMembers } from './rows.docs.ts'

type OneLink = { Params: { name: string } }
interface DeliveryQuery extends PageQuery {
  readonly state?: 'open' | 'finished' | 'split'
}

const link = {
  type: 'object',
  required: ['name', 'state', 'cursor', 'parked', 'skipped', ...Object.keys(linkMembers).filter((name) => name !== 'skips')],
  properties: {
    ...linkMembers,
    name: { type: 'string' },
    state: { enum: ['idle', 'forwarding', 'failing', 'waiting', 'paused'] },
    cursor: { type: 'integer' },
    parked: { type: 'integer' },
    skipped: { type: 'integer' },
    entities: { type: ['array', 'null'], items: { type: 'string' }, description: 'What it carries; null: everything · 报送的数据表' },
    rules: { type: ['string', 'null'], description: 'List of rules in the policy; null: that of the tier · 所用规则' },
    flow: {
      type: 'object',
      description: 'Windows, groups and contract as configured · 时间窗、分组与限额',
      properties: {
        windows: { type: 'array', items: { type: 'string' } },
        rate: { type: 'object' },
        bodyBytes: { type: 'integer' },
        records: { type: 'integer' },
        groups: { type: 'array', items: { type: 'object' } },
      },
    },
    pace: {
      type: 'object',
      properties: {
        waiting: {
          type: ['object', 'null'],
          description: 'Nothing may go before `until` · 在此之前不发送',
          properties: {
            until: { type: ['string', 'null'], format: 'date-time' },
            why: { enum: ['window', 'schedule', 'asked-to-wait', 'never'] },
          },
        },
        batchRecords: { type: 'integer', description: 'Most records of the next delivery · 下一批最多条数' },
        brokenSince: { type: ['string', 'null'], format: 'date-time', description: 'Since when the upstream is given up · 熔断起始' },
        recoveries: { type: 'integer', description: 'How often it came back · 恢复次数' },
        groups: {
          type: 'array',
          items: {
            type: 'object',
            properties: {
              name: { type: 'string', description: 'Empty: all that no other group names · 空：其余' },
              cursor: { type: 'integer' },
              next: { type: ['string', 'null'], format: 'date-time' },
              caughtUpAt: { type: ['string', 'null'], format: 'date-time' },
            },
          },
        },
      },
    },
  },
}
const pauseBody = {
  type: 'object',
  additionalProperties: false,
  required: ['reason'],
  properties: { reason: { type: 'string', minLength: 1, maxLength: 500 } },
  examples: [{ reason: '上级停机维护' }],
}
const deliveriesQuery = {
  type: 'object',
  additionalProperties: false,
  properties: { ...pageQuery, state: { enum: ['open', 'finished', 'split'] } },
}
const probe = {
  type: 'object',
  properties: {
    alive: { type: 'boolean' },
    status: { type: ['integer', 'null'] },
    detail: { type: 'string' },
    tookMs: { type: 'integer' },
  },
}

/** Links upward: where each one is, and what an operator may do about it. */
export function linkRoutes(app: FastifyInstance, context: Context): void {
  const { hub, background, config } = context
  const configured = new Set(config.upstreams.map((upstream) => upstream.name))
  const show = (facts: LinkFacts) => ({ ...facts, configured: configured.has(facts.name), answersAtOnce: answersAtOnce(facts) })

  app.get(
    '/links',
    {
      schema: {
        summary: 'Links with cursor, lag, throughput, last success and error · 上报通道',
        response: { 200: pageSchema(link, { names: namesSchema }) },
      },
    },
    async () => withNames(hub, { items: (await listLinks(hub)).map(show), next: null }),
  )

  app.get<OneLink>(
    '/links/:name',
    {
      schema: {
        summary: 'One link, with its skips by reason · 一条上报通道',
        response: { 200: { ...link, properties: { ...link.properties, names: namesSchema } } },
      },
    },
    async (request) => {
      const { link_no } = await findLink(hub.db, request.params.name)
      const facts = (await listLinks(hub)).find((one) => one.linkNo === link_no) as LinkFacts
      const skips = (await countSkips(hub.db, link_no)).map((skip) => ({ ...skip, title: hub.policy().reason(skip.reason) }))
      return await withNames(hub, { ...show(facts), skips })
    },
  )

  app.post<OneLink & { Body: { reason: string } }>(
    '/links/:name/pause',
    { schema: { summary: 'Stop sending on a link · 暂停', body: pauseBody, response: { 204: { type: 'null' } } } },
    async (request, reply) => {
      await pauseLink(hub, actorOf(request), request.params.name, request.body.reason)
      return reply.code(204).send()
    },
  )

  app.post<OneLink>(
    '/links/:name/resume',
    { schema: { summary: 'Go on sending · 恢复', response: { 204: { type: 'null' } } } },
    async (request, reply) => {
      await resumeLink(hub, actorOf(request), request.params.name)
      background.linkChanged((await findLink(hub.db, request.params.name)).link_no)
      return reply.code(204).send()
    },
  )

  const send = createSendDelivery({ hub, upstreams: context.upstreams, timeoutMs: Math.min(10_000, config.jobs.sendTimeoutMs) })
  app.post<OneLink>(
    '/links/:name/test',
    { schema: { summary: 'Send an empty delivery and say what comes back · 连通测试', response: { 200: probe } } },
    async (request) => {
      if (!configured.has(request.params.name)) {
        await findLink(hub.db, request.params.name)
        throw new Problem('parameter-invalid', {
          zh: '此通道已不在 HUIJIAO_UPSTREAMS 中',
          en: 'HUIJIAO_UPSTREAMS does not name this link any more',
        })
      }
      const { url } = await findLink(hub.db, request.params.name)
      if (!answersAtOnce({ url }))
        throw new Problem('parameter-invalid', {
          zh: '此通道不经 HTTP，答复要等文件夹或前置库送回，不能当场测试',
          en: 'This link does not go over HTTP: its answers come by a folder or a table, so it cannot be tested on the spot',
        })
      return testLink(hub, request.params.name, send)
    },
  )

  app.get<OneLink & { Querystring: DeliveryQuery }>(
    '/links/:name/deliveries',
    {
      schema: { summary: 'Deliveries, newest first · 发送批次', querystring: deliveriesQuery, response: { 200: pageSchema(deliveryRow) } },
    },
    async (request) => {
      const { link_no } = await findLink(hub.db, request.params.name)
      const limit = limitOf(request.query)
      const before = placeOf<number>('deliveries', request.query)
      const { state } = request.query
      const rows = await listDeliveries(hub.db, {
        linkNo: link_no,
        limit: limit + 1,
        ...(state === undefined ? {} : { state }),
        ...(before === undefined ? {} : { before }),
      })
      return pageOf(
        'deliveries',
        rows,
        limit,
        (row) => row.number,
        (row) => row,
      )
    },
  )
}
