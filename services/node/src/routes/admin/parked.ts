import {
  groupParked,
  parkedAges,
  type ParkedFilter,
  type ParkedRow,
  type ShownSkip,
  linkReasons,
  listParked,
  listSkips,
  parseRecordId,
  publicRecordId,
  retryParked,
} from '@huijiao/exchange'
import { catalogue, Problem, type ProblemCode } from '@huijiao/problem'
import type { FastifyInstance } from 'fastify'
import type { Context } from '../../context.ts'
import { actorOf, withinOf } from '../../plugins/operator.ts'
import { readsOf } from '../../reads.ts'
import { namesSchema, withNames } from './names.ts'
import { type PageQuery, limitOf, pageOf, pageQuery, pageSchema, placeOf } from './page.ts'
import { parkedGroup, parkedRow, skipRow } from './rows.docs.ts'

interface ParkedQuery {
  readonly link?: string
  readonly state?: ParkedRow['state']
  readonly entity?: string
  readonly reason?: string
  readonly region?: string
  readonly participant?: string
  readonly record?: string
  readonly unjudged?: boolean
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
  unjudged: {
    type: 'boolean',
    description: 'Only those that were sent without a receipt, or only the others · 只列未收到回执的（true）或其余的（false）',
  },
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

const age = { type: 'array', items: { type: 'object', additionalProperties: true } } as const
const groupsSchema = {
  type: 'object',
  required: ['groups', 'ages'],
  properties: {
    groups: { type: 'array', items: parkedGroup },
    ages: {
      ...age,
      description: 'By link: the oldest, and how many are older than each threshold of HUIJIAO_PARKED_ALARM_HOURS · 积压时长',
    },
  },
  examples: [
    {
      groups: [
        {
          link: '370000',
          reason: 'region-not-granted',
          title: { zh: '不在授权区域内', en: 'Region not granted' },
          entity: 'TBProjectInfo',
          records: 12,
          retried: 0,
          unjudged: 0,
          oldest: '2026-09-01T01:30:02.114Z',
          newest: '2026-09-02T07:10:44.020Z',
          regions: ['370103'],
          fields: ['项目所在区县'],
          examples: ['r_5f0c2a9e4b7d4c1f8a3e6d5b9c0f1e2d'],
        },
      ],
      ages: [{ link: '370000', oldest: '2026-09-01T01:30:02.114Z', oldestHours: 30, older: [{ hours: 24, records: 3 }] }],
    },
  ],
} as const

/** What people read for a reason: a problem's title, or the link's own words. */
function titleOf(reason: string): { zh: string; en: string } {
  if (Object.hasOwn(catalogue, reason)) return { ...catalogue[reason as ProblemCode].title }
  return (linkReasons as Readonly<Record<string, { zh: string; en: string }>>)[reason] ?? { zh: reason, en: reason }
}

/** What an upstream refused, and what does not go up yet: both with reasons. */
export function parkedRoutes(app: FastifyInstance, context: Context): void {
  const { hub } = context
  const reads = readsOf(context)

  app.get<{ Querystring: ParkedQuery & PageQuery }>(
    '/parked',
    {
      config: { access: 'list-parked' },
      schema: {
        summary: 'Parked records with reasons, oldest first · 待处理',
        querystring: parkedQuery,
        response: { 200: pageSchema(parkedRow, { names: namesSchema }) },
      },
    },
    async (request) => {
      const limit = limitOf(request.query)
      const place = placeOf<[string, number, number]>('parked', request.query)
      const at = reads(request)
      const rows = await listParked(at.db, {
        ...(await filterOf(request.query)),
        ...withinOf(request),
        limit: limit + 1,
        ...(place === undefined ? {} : { after: { parkedAt: new Date(place[0]), partId: place[1], ordinal: place[2] } }),
      })
      const names = new Map(
        (await hub.db.selectFrom('link').select(['link_no', 'name']).execute()).map((link) => [link.link_no, link.name]),
      )
      const page = pageOf(
        'parked',
        rows,
        limit,
        (row) => [row.parked_at.toISOString(), row.part_id, row.ordinal],
        (row) => showParked(row, names),
      )
      return await withNames(at, page)
    },
  )

  app.get<{ Querystring: ParkedQuery }>(
    '/parked/groups',
    {
      config: { access: 'list-parked' },
      schema: {
        summary: 'Parked records counted by link, reason and entity, and how old they are · 待处理归类',
        querystring: { type: 'object', additionalProperties: false, properties: { ...filterMembers, state: parkedQuery.properties.state } },
        response: { 200: groupsSchema },
      },
    },
    async (request) => {
      const groups = await groupParked(reads(request).db, { ...(await filterOf(request.query)), ...withinOf(request) })
      const now = hub.clock.now()
      const { parkedAlarmHours } = context.config.jobs
      const ages = withinOf(request).within === undefined ? await parkedAges(hub.db, now, parkedAlarmHours) : []
      return {
        groups: groups.map(({ oldest, newest, examples, ...group }) => ({
          ...group,
          title: titleOf(group.reason),
          oldest: oldest.toISOString(),
          newest: newest.toISOString(),
          examples: examples.map(publicRecordId),
        })),
        ages: ages.map(({ link, oldest, older }) => ({
          link,
          oldest: oldest.toISOString(),
          oldestHours: Math.floor((now.getTime() - oldest.getTime()) / 3_600_000),
          older,
        })),
      }
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
      schema: {
        summary: 'What does not go up, with reasons · 未达上报条件',
        querystring: skipQuery,
        response: { 200: pageSchema(skipRow) },
      },
    },
    async (request) => {
      const { reason, kind, entity } = request.query
      const limit = limitOf(request.query)
      const place = placeOf<[number, number]>('skips', request.query)
      const rows = await listSkips(reads(request).db, {
        ...withinOf(request),
        linkNo: await linkNoOf(request.params.name),
        limit: limit + 1,
        ...(reason === undefined ? {} : { reason }),
        ...(kind === undefined ? {} : { kind }),
        ...(entity === undefined ? {} : { entity }),
        ...(place === undefined ? {} : { before: { logIndex: place[0], ordinal: place[1] } }),
      })
      const { reason: titleOfReason } = hub.policy()
      return pageOf(
        'skips',
        rows,
        limit,
        (row) => [row.log_index, row.ordinal],
        (row) => ({ ...showSkip(row), title: titleOfReason(row.reason) }),
      )
    },
  )

  async function filterOf(query: ParkedQuery): Promise<ParkedFilter> {
    const { link, state, entity, reason, region, participant, record, unjudged } = query
    return {
      ...(link === undefined ? {} : { linkNo: await linkNoOf(link) }),
      ...(state === undefined ? {} : { state }),
      ...(entity === undefined ? {} : { entity }),
      ...(reason === undefined ? {} : { reason }),
      ...(region === undefined ? {} : { region }),
      ...(participant === undefined ? {} : { participant }),
      ...(record === undefined ? {} : { recordId: parseRecordId(record) as string }),
      ...(unjudged === undefined ? {} : { unjudged }),
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
    unjudged: row.unjudged,
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
