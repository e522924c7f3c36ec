import {
  dismissFinding,
  extendHeld,
  type FindingRow,
  listFindings,
  listHeld,
  parseRecordId,
  publicRecordId,
  showFinding,
  type ShownHeld,
} from '@huijiao/exchange'
import { Problem } from '@huijiao/problem'
import type { FastifyInstance } from 'fastify'
import type { Context } from '../../context.ts'
import { actorOf, withinOf } from '../../plugins/operator.ts'
import { readsOf } from '../../reads.ts'
import { namesSchema, withNames } from './names.ts'
import { limitOf, pageOf, pageQuery, type PageQuery, pageSchema, placeOf } from './page.ts'

interface HeldQuery extends PageQuery {
  readonly entity?: string
  readonly parent?: string
  readonly region?: string
  readonly stream?: string
  readonly dueBefore?: string
}
interface ExtendBody {
  readonly records: readonly { readonly part: number; readonly ordinal: number }[]
  readonly until: string
  readonly reason: string
}
interface FindingQuery extends PageQuery {
  readonly state?: FindingRow['state']
  readonly severity?: FindingRow['severity']
  readonly rule?: string
  readonly entity?: string
  readonly region?: string
  readonly record?: string
}

const text = { type: 'string', maxLength: 200 } as const
const region = { type: 'string', pattern: '^\\d{2,6}$', description: 'Region code or the beginning of one' } as const
const instant = { type: 'string', format: 'date-time' } as const
const reason = { type: 'string', minLength: 1, maxLength: 500 } as const

const heldItem = {
  type: 'object',
  properties: {
    part: { type: 'integer' },
    ordinal: { type: 'integer' },
    recordId: text,
    entity: text,
    sourceId: { type: ['string', 'null'] },
    stream: text,
    version: { type: 'integer' },
    reportingRegion: text,
    submission: { type: 'object', properties: { id: text, record: { type: 'integer' } } },
    heldAt: instant,
    until: {
      type: ['string', 'null'],
      description: 'Refused then when the parent is still missing; null: it waits only behind an earlier version',
    },
    waitsFor: {
      type: 'array',
      items: {
        type: 'object',
        properties: { entity: { type: ['string', 'null'] }, field: { type: ['string', 'null'] }, rule: { type: ['string', 'null'] } },
      },
    },
    behindEarlier: { type: 'boolean', description: 'An earlier version of the same record waits too' },
  },
} as const
const extendBody = {
  type: 'object',
  required: ['records', 'until', 'reason'],
  additionalProperties: false,
  properties: {
    records: {
      type: 'array',
      minItems: 1,
      maxItems: 1000,
      items: {
        type: 'object',
        required: ['part', 'ordinal'],
        additionalProperties: false,
        properties: { part: { type: 'integer' }, ordinal: { type: 'integer' } },
      },
    },
    until: { ...instant, description: 'Not before the time that the record was given' },
    reason,
  },
  examples: [{ records: [{ part: 12, ordinal: 0 }], until: '2026-12-01T00:00:00+08:00', reason: '县区系统正在迁移，项目下月补报' }],
} as const

/** Records that wait for others, and what was found about records after they were answered. */
export function heldRoutes(app: FastifyInstance, context: Context): void {
  const { hub } = context
  const reads = readsOf(context)

  app.get<{ Querystring: HeldQuery }>(
    '/held',
    {
      config: { access: 'list-held' },
      schema: {
        summary: 'Held records, what they wait for, since when and until when; those that wait longest first · 待关联',
        querystring: {
          type: 'object',
          additionalProperties: false,
          properties: {
            ...pageQuery,
            entity: text,
            parent: { ...text, description: 'Table of the record that is missing', examples: ['TBProjectInfo'] },
            region,
            stream: { ...text, description: '<origin node>/<participant>' },
            dueBefore: { ...instant, description: 'Only those whose time is up before this instant' },
          },
        },
        response: { 200: pageSchema(heldItem, { names: namesSchema }) },
      },
    },
    async (request) => {
      const { entity, parent, region: within, stream, dueBefore } = request.query
      const limit = limitOf(request.query)
      const place = placeOf<[string, number, number]>('held', request.query)
      const at = reads(request)
      const rows = await listHeld(at.db, {
        ...withinOf(request),
        limit: limit + 1,
        ...(entity === undefined ? {} : { entity }),
        ...(parent === undefined ? {} : { parent }),
        ...(within === undefined ? {} : { region: within }),
        ...(stream === undefined ? {} : { stream }),
        ...(dueBefore === undefined ? {} : { dueBefore: new Date(dueBefore) }),
        ...(place === undefined ? {} : { after: { heldAt: new Date(place[0]), partId: place[1], ordinal: place[2] } }),
      })
      return await withNames(
        at,
        pageOf('held', rows, limit, (row) => [row.held_at.toISOString(), row.part_id, row.ordinal], showHeld),
      )
    },
  )

  app.post<{ Body: ExtendBody }>(
    '/held/extend',
    {
      schema: {
        summary: 'Give held records more time; the decision is an entry · 延长待关联期限',
        body: extendBody,
        response: { 200: { type: 'object', properties: { extended: { type: 'integer' } } } },
      },
    },
    async (request) => {
      const { records, until, reason: why } = request.body
      const at = new Date(until)
      if (at <= hub.clock.now())
        throw new Problem('parameter-invalid', { zh: 'until 应在将来', en: 'until must lie in the future' }, { pointer: '/until' })
      const places = records.map((one) => ({ partId: one.part, ordinal: one.ordinal }))
      return { extended: await extendHeld(hub, actorOf(request), places, at, why) }
    },
  )

  app.get<{ Querystring: FindingQuery }>(
    '/findings',
    {
      config: { access: 'list-findings' },
      schema: {
        summary: 'What was found about stored records: doubts, warnings, parents that never came; newest first · 核查发现',
        querystring: {
          type: 'object',
          additionalProperties: false,
          properties: {
            ...pageQuery,
            state: { enum: ['open', 'settled', 'dismissed'], description: 'open when absent' },
            severity: { enum: ['error', 'doubt', 'warning'] },
            rule: { ...text, examples: ['linkage.manager-overlap'] },
            entity: text,
            region,
            record: { type: 'string', pattern: '^r_[0-9a-f]{32}$' },
          },
        },
        response: { 200: pageSchema(undefined, { names: namesSchema }) },
      },
    },
    async (request) => {
      const { state, severity, rule, entity, region: within, record } = request.query
      const limit = limitOf(request.query)
      const place = placeOf<number>('findings', request.query)
      const at = reads(request)
      const rows = await listFindings(at.db, {
        ...withinOf(request),
        limit: limit + 1,
        ...(state === undefined ? {} : { state }),
        ...(severity === undefined ? {} : { severity }),
        ...(rule === undefined ? {} : { rule }),
        ...(entity === undefined ? {} : { entity }),
        ...(within === undefined ? {} : { region: within }),
        ...(record === undefined ? {} : { recordId: parseRecordId(record) as string }),
        ...(place === undefined ? {} : { before: place }),
      })
      return await withNames(
        at,
        pageOf('findings', rows, limit, (row) => row.finding_no, showListed),
      )
    },
  )

  app.post<{ Params: { number: number }; Body: { readonly reason: string } }>(
    '/findings/:number/dismiss',
    {
      schema: {
        summary: 'Clear a doubt or warning after looking; the decision is an entry · 核查排除',
        params: { type: 'object', properties: { number: { type: 'integer', minimum: 1 } } },
        body: {
          type: 'object',
          required: ['reason'],
          additionalProperties: false,
          properties: { reason },
          examples: [{ reason: '两项目为同一工程的相邻标段' }],
        },
        response: { 200: { type: 'object' } },
      },
    },
    async (request) => showListed(await dismissFinding(hub, actorOf(request), request.params.number, request.body.reason)),
  )
}

function showHeld(row: ShownHeld): object {
  return {
    part: row.part_id,
    ordinal: row.ordinal,
    recordId: publicRecordId(row.record_id),
    entity: row.entity,
    sourceId: row.source_id,
    stream: row.stream,
    version: row.n,
    reportingRegion: row.reporting_region,
    submission: { id: row.submission_id, record: row.record_index },
    heldAt: row.held_at.toISOString(),
    until: row.until_at?.toISOString() ?? null,
    waitsFor: row.waits_for,
    behindEarlier: row.behind,
  }
}

const showListed = (row: FindingRow): object => ({
  recordId: publicRecordId(row.record_id),
  entity: row.entity,
  reportingRegion: row.reporting_region,
  ...showFinding(row),
})
