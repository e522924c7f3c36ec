import {
  type ParkedFilter,
  type ParkedRow,
  type ShownSkip,
  listParked,
  listSkips,
  parseRecordId,
  publicRecordId,
  retryParked,
} from '@huijiao/exchange'
import { Problem } from '@huijiao/problem'
import type { FastifyInstance } from 'fastify'
import type { Context } from '../../context.ts'
import { actorOf, withinOf } from '../../plugins/operator.ts'
import { type PageQuery, limitOf, pageOf, pageQuery, pageSchema, placeOf } from './page.ts'

interface ParkedQuery {
  readonly link?: string
  readonly state?: ParkedRow['state']
  readonly entity?: string
  readonly reason?: string
  readonly region?: string
  readonly participant?: string
  readonly record?: string
}
interface SkipQuery extends PageQuery {
  readonly reason?: string
  readonly kind?: 'not-due' | 'incomplete'
  readonly entity?: string
}
type RetryBody =
  | { readonly records: readonly { readonly link: string; readonly part: number; readonly ordinal: number }[] }
  | { readonly filter: ParkedQuery }

const text = { type: 'string', maxLength: 200 } as const
const filterMembers = {
  link: { ...text, description: 'Name of the link' },
  entity: text,
  reason: { ...text, examples: ['region-not-granted'] },
  region: { type: 'string', pattern: '^\\d{2,6}$', description: 'Region code or the beginning of one' },
  participant: { ...text, description: 'Stream: <origin node>/<participant>' },
  record: { type: 'string', pattern: '^r_[0-9a-f]{32}$' },
} as const
const parkedQuery = {
  type: 'object',
  additionalProperties: false,
  properties: {
    ...pageQuery,
    ...filterMembers,
    state: { enum: ['parked', 'retrying', 'delivered', 'superseded'], description: 'parked when absent' },
  },
}
const retryBody = {
  type: 'object',
  additionalProperties: false,
  properties: {
    records: {
      type: 'array',
      minItems: 1,
      maxItems: 1000,
      items: {
        type: 'object',
        required: ['link', 'part', 'ordinal'],
        additionalProperties: false,
        properties: { link: text, part: { type: 'integer' }, ordinal: { type: 'integer' } },
      },
    },
    filter: { type: 'object', additionalProperties: false, minProperties: 1, properties: filterMembers },
  },
  oneOf: [{ required: ['records'] }, { required: ['filter'] }],
  examples: [{ records: [{ link: '370000', part: 12, ordinal: 0 }] }, { filter: { link: '370000', reason: 'parent-missing' } }],
}
const skipQuery = {
  type: 'object',
  additionalProperties: false,
  properties: { ...pageQuery, reason: text, kind: { enum: ['not-due', 'incomplete'] }, entity: text },
}

/** What an upstream refused, and what does not go up yet: both with reasons. */
export function parkedRoutes(app: FastifyInstance, context: Context): void {
  const { hub } = context

  app.get<{ Querystring: ParkedQuery & PageQuery }>(
    '/parked',
    {
      config: { access: 'list-parked' },
      schema: { summary: 'Parked records with reasons, oldest first · 待处理', querystring: parkedQuery, response: { 200: pageSchema() } },
    },
    async (request) => {
      const limit = limitOf(request.query)
      const place = placeOf<[string, number, number]>('parked', request.query)
      const rows = await listParked(hub.db, {
        ...(await filterOf(request.query)),
        ...withinOf(request),
        limit: limit + 1,
        ...(place === undefined ? {} : { after: { parkedAt: new Date(place[0]), partId: place[1], ordinal: place[2] } }),
      })
      const names = new Map(
        (await hub.db.selectFrom('link').select(['link_no', 'name']).execute()).map((link) => [link.link_no, link.name]),
      )
      return pageOf(
        'parked',
        rows,
        limit,
        (row) => [row.parked_at.toISOString(), row.part_id, row.ordinal],
        (row) => showParked(row, names),
      )
    },
  )

  app.post<{ Body: RetryBody }>(
    '/parked/retry',
    {
      schema: {
        summary: 'Send parked records again, one by one or by filter · 重发',
        body: retryBody,
        response: { 200: { type: 'object', properties: { retried: { type: 'integer' } } } },
      },
    },
    async (request) => {
      const { body } = request
      const what =
        'filter' in body
          ? { filter: { ...(await filterOf(body.filter)), ...withinOf(request) } }
          : {
              places: await Promise.all(
                body.records.map(async (one) => ({ linkNo: await linkNoOf(one.link), partId: one.part, ordinal: one.ordinal })),
              ),
            }
      const retried = await retryParked(hub, actorOf(request), what)
      for (const link of await hub.db.selectFrom('link').select('link_no').execute()) context.background.linkChanged(link.link_no)
      return { retried }
    },
  )

  app.get<{ Params: { name: string }; Querystring: SkipQuery }>(
    '/links/:name/skips',
    {
      config: { access: 'list-skips' },
      schema: { summary: 'What does not go up, with reasons · 未达上报条件', querystring: skipQuery, response: { 200: pageSchema() } },
    },
    async (request) => {
      const { reason, kind, entity } = request.query
      const limit = limitOf(request.query)
      const place = placeOf<[number, number]>('skips', request.query)
      const rows = await listSkips(hub.db, {
        ...withinOf(request),
        linkNo: await linkNoOf(request.params.name),
        limit: limit + 1,
        ...(reason === undefined ? {} : { reason }),
        ...(kind === undefined ? {} : { kind }),
        ...(entity === undefined ? {} : { entity }),
        ...(place === undefined ? {} : { before: { logIndex: place[0], ordinal: place[1] } }),
      })
      return pageOf('skips', rows, limit, (row) => [row.log_index, row.ordinal], showSkip)
    },
  )

  async function filterOf(query: ParkedQuery): Promise<ParkedFilter> {
    const { link, state, entity, reason, region, participant, record } = query
    return {
      ...(link === undefined ? {} : { linkNo: await linkNoOf(link) }),
      ...(state === undefined ? {} : { state }),
      ...(entity === undefined ? {} : { entity }),
      ...(reason === undefined ? {} : { reason }),
      ...(region === undefined ? {} : { region }),
      ...(participant === undefined ? {} : { participant }),
      ...(record === undefined ? {} : { recordId: parseRecordId(record) as string }),
    }
  }

  async function linkNoOf(name: string): Promise<number> {
    const row = await hub.db.selectFrom('link').select('link_no').where('name', '=', name).executeTakeFirst()
    if (row === undefined)
      throw new Problem('not-found', { zh: `没有上报通道 ${name.slice(0, 63)}`, en: `There is no link ${name.slice(0, 63)}` })
    return row.link_no
  }
}

function showParked(row: ParkedRow, names: ReadonlyMap<number, string>): object {
  return {
    link: names.get(row.link_no),
    part: row.part_id,
    ordinal: row.ordinal,
    logIndex: row.log_index,
    recordId: publicRecordId(row.record_id),
    entity: row.entity,
    reportingRegion: row.reporting_region,
    stream: row.participant,
    reason: row.reason,
    problems: row.problems,
    delivery: row.delivery_id,
    state: row.state,
    retries: row.retries,
    parkedAt: row.parked_at.toISOString(),
    resolvedAt: row.resolved_at?.toISOString() ?? null,
  }
}

function showSkip(row: ShownSkip): object {
  return {
    logIndex: row.log_index,
    part: row.part_id,
    ordinal: row.ordinal,
    recordId: publicRecordId(row.record_id),
    entity: row.entity,
    reportingRegion: row.reporting_region,
    reason: row.reason,
    kind: row.kind,
    policy: row.policy,
    skippedAt: row.skipped_at.toISOString(),
  }
}
