import {
  detachedRanges,
  detachedVersionRanges,
  elsewhereOf,
  listAccess,
  partsOfRecord,
  rangeOf,
  readEntry,
  searchLog,
} from '@huijiao/exchange'
import { digestText } from '@huijiao/merkle'
import { Problem } from '@huijiao/problem'
import type { FastifyInstance } from 'fastify'
import type { Context } from '../../context.ts'
import { readsOf } from '../../reads.ts'
import { namesSchema, withNames } from './names.ts'
import { type PageQuery, limitOf, pageOf, pageQuery, pageSchema, placeOf } from './page.ts'
import { accessRow, logEntry, logRangeRow, logRow, versionRangeRow } from './rows.docs.ts'

interface LogQuery extends PageQuery {
  readonly actor?: string
  readonly kind?: string
  readonly subject?: string
  readonly entity?: string
  readonly record?: string
  readonly submission?: string
  readonly from?: string
  readonly to?: string
}

const text = { type: 'string', maxLength: 200 } as const
const instant = { type: 'string', format: 'date-time' } as const
const filter = {
  type: 'object',
  additionalProperties: false,
  properties: {
    ...pageQuery,
    actor: { ...text, examples: ['participant:p-7k2'] },
    kind: {
      enum: [
        'part',
        'delivery',
        'decision',
        'policy',
        'requalified',
        'participant',
        'link',
        'outcome',
        'access',
        'attachment',
        'number',
        'succession',
        'standard',
        'submission',
        'reconcile',
        'operator',
        'epoch',
        'key',
        'notice',
        'detached',
        'attached',
      ],
    },
    subject: { ...text, description: 'Participant, link or other id that the entry is about' },
    entity: { ...text, examples: ['TBProjectInfo'] },
    record: { type: 'string', pattern: '^r_[0-9a-f]{32}$' },
    submission: { type: 'string', format: 'uuid' },
    from: instant,
    to: instant,
  },
}

/** The audit log by who, what and when; and the reads that are sealed into it. */
export function searchRoutes(app: FastifyInstance, context: Context): void {
  const reads = readsOf(context)
  app.get<{ Querystring: LogQuery }>(
    '/log',
    {
      config: { access: 'search-log' },
      schema: {
        summary: 'Log entries, newest first · 审计日志',
        description:
          'Entries that were taken out of the database are not among the items; `detached` has their ranges, whatever the filter, and `versionsDetached` those of parts whose old versions have their contents elsewhere · 已移出数据库的条目不在列表中，其各段见 detached；较早版本的内容已移出的各段见 versionsDetached',
        querystring: filter,
        response: {
          200: pageSchema(logRow, {
            detached: { type: 'array', items: logRangeRow },
            versionsDetached: { type: 'array', items: versionRangeRow },
            names: namesSchema,
          }),
        },
      },
    },
    async (request) => {
      const { actor, kind, subject, entity, record, submission, from, to } = request.query
      const limit = limitOf(request.query)
      const before = placeOf<number>('log', request.query)
      const at = reads(request)
      const { db } = at
      const rows = await searchLog(db, {
        limit: limit + 1,
        ...(before === undefined ? {} : { before }),
        ...(actor === undefined ? {} : { actor }),
        ...(kind === undefined ? {} : { kind }),
        ...(subject === undefined ? {} : { subject }),
        ...(entity === undefined ? {} : { entity }),
        ...(record === undefined ? {} : { partIds: await partsOfRecord(db, record) }),
        ...(submission === undefined ? {} : { submissionId: submission }),
        ...(from === undefined ? {} : { from: new Date(from) }),
        ...(to === undefined ? {} : { to: new Date(to) }),
      })
      const detached = (await detachedRanges(db)).map((row) => ({
        ...rangeOf(row),
        root: digestText(row.root),
        detachedAt: row.detached_at.toISOString(),
      }))
      const page = pageOf(
        'log',
        rows,
        limit,
        (row) => row.index,
        (row) => ({ ...row, instant: row.instant.toISOString(), body: row.body === null ? null : (JSON.parse(row.body) as unknown) }),
      )
      const versionsDetached = (await detachedVersionRanges(db)).map((row) => ({
        ...elsewhereOf(row),
        versions: row.versions,
        detachedAt: row.detached_at.toISOString(),
      }))
      return await withNames(at, { ...page, detached, versionsDetached })
    },
  )

  app.get<{ Params: { index: number } }>(
    '/log/:index',
    {
      config: { access: 'read-log-entry' },
      schema: {
        summary: 'One entry with the text and the salt of its body, to be checked against the log · 一条日志',
        params: { type: 'object', properties: { index: { type: 'integer', minimum: 0 } } },
        response: { 200: { ...logEntry, properties: { ...logEntry.properties, names: namesSchema } } },
      },
    },
    async (request) => {
      const at = reads(request)
      const entry = await readEntry(at.db, request.params.index)
      if (entry === null) throw new Problem('not-found', { zh: '日志中没有这个序号', en: 'The log has no entry of this index' })
      const { body, ...row } = entry
      const said: unknown = body === null ? null : JSON.parse(body)
      return await withNames(at, { ...row, instant: row.instant.toISOString(), body: said, bodyText: body })
    },
  )

  app.get<{ Querystring: PageQuery }>(
    '/access',
    {
      schema: {
        summary: 'Reads, searches and exports, newest first · 访问记录',
        querystring: { type: 'object', additionalProperties: false, properties: pageQuery },
        response: { 200: pageSchema(accessRow, { names: namesSchema }) },
      },
    },
    async (request) => {
      const limit = limitOf(request.query)
      const before = placeOf<number>('access', request.query)
      const at = reads(request)
      const rows = await listAccess(at.db, { limit: limit + 1, ...(before === undefined ? {} : { before }) })
      const page = pageOf(
        'access',
        rows,
        limit,
        (row) => row.event_id,
        ({ sealed_in, ...row }) => ({ ...row, at: row.at.toISOString(), sealed: sealed_in !== null }),
      )
      return await withNames(at, page)
    },
  )
}
