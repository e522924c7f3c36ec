import {
  custodyDocument,
  type CustodyQuery,
  findSubject,
  type FoundRow,
  type LinkGroup,
  linkedOfEntity,
  linkedRecords,
  listGroups,
  listRecords,
  searchLag,
  searchRecords,
  type SearchQuery,
} from '@huijiao/exchange'
import type { FastifyInstance } from 'fastify'
import type { Context } from '../../context.ts'
import { operatorOf, withinOf } from '../../plugins/operator.ts'
import { readsOf } from '../../reads.ts'
import { custodySchema, groupSchema, listedSchema } from '../record-schemas.ts'
import { limitOf, pageOf, pageQuery, pageSchema, type PageQuery, placeOf } from './page.ts'

type OneRecord = { Params: { recordId: string } }

interface RecordsQuery extends PageQuery, Pick<SearchQuery, 'library' | 'entity' | 'state' | 'region'> {
  readonly q?: string
}
interface LinkedQuery extends PageQuery {
  readonly entity?: string
  readonly direction?: LinkGroup['direction']
}

const params = {
  type: 'object',
  properties: { recordId: { type: 'string', maxLength: 60, examples: ['r_5f0c2a9e4b7d4c1f8a3e6d5b9c0f1e2d'] } },
} as const

const listQuery = {
  type: 'object',
  additionalProperties: false,
  properties: {
    ...pageQuery,
    q: {
      type: 'string',
      maxLength: 200,
      description:
        'Names by two or more characters in a row, first letters of pinyin, numbers and codes; words with spaces between must all be met. A whole document number finds the records of that person. · 名称任意连续两字以上、拼音首字母、编号、代码',
      examples: ['示例花园'],
    },
    library: { enum: ['enterprise', 'person', 'project', 'conduct'] },
    entity: { type: 'string', maxLength: 100 },
    state: { enum: ['in-force', 'withdrawn', 'pending_review', 'doubtful', 'held', 'superseded', 'refused'] },
    region: { type: 'string', pattern: '^\\d{2,6}$', description: 'Region code or the beginning of one · 区划代码或其前几位' },
  },
} as const

const linkedQuery = {
  type: 'object',
  additionalProperties: false,
  properties: {
    ...pageQuery,
    entity: { type: 'string', maxLength: 100, description: 'Only this table, page by page · 只列此表' },
    direction: {
      enum: ['below', 'above'],
      default: 'below',
      description: '`below`: records that name this one · below：提到本记录的；above：本记录提到的',
    },
  },
} as const

const custodyQuery = {
  type: 'object',
  additionalProperties: false,
  properties: { version: { type: 'integer', minimum: 1 }, stream: { type: 'string', maxLength: 200 } },
} as const

/** The four libraries: search, linked records, and the chain of custody to be checked by whoever reads it. What is read is written down. */
export function recordAdminRoutes(app: FastifyInstance, context: Context): void {
  const reads = readsOf(context)
  const scopeOf = withinOf

  app.get<{ Querystring: RecordsQuery }>(
    '/records',
    {
      config: { access: 'search-records' },
      schema: {
        summary: 'Search the four libraries · 检索四库记录',
        description:
          'Those by which a subject is known come first, then the newest. `tooMany`: more match than were looked through, so more words would help. `behind`: entries of the log that the search has not read yet.',
        querystring: listQuery,
        response: {
          200: {
            ...pageSchema(listedSchema),
            properties: {
              items: { type: 'array', items: listedSchema },
              next: { type: ['string', 'null'] },
              tooMany: { type: 'boolean' },
              behind: { type: 'integer' },
            },
          },
        },
      },
    },
    async (request) => {
      const { q, library, entity, state, region } = request.query
      const limit = limitOf(request.query)
      const after = placeOf<number>('records', request.query)
      const hub = reads(request)
      const { rows, tooMany } = await searchRecords(hub, {
        ...scopeOf(request),
        documents: operatorOf(request).role !== 'viewer',
        limit,
        ...(q === undefined ? {} : { text: q }),
        ...(library === undefined ? {} : { library }),
        ...(entity === undefined ? {} : { entity }),
        ...(state === undefined ? {} : { state }),
        ...(region === undefined ? {} : { region }),
        ...(after === undefined ? {} : { after }),
      })
      const { next, items } = pageOf(
        'records',
        rows,
        limit,
        (row: FoundRow) => row.place,
        (row) => row,
      )
      return { items: await listRecords(hub, items, 'operators'), next, tooMany, behind: await searchLag(hub.db) }
    },
  )

  app.get<OneRecord & { Querystring: LinkedQuery }>(
    '/records/:recordId/linked',
    {
      config: { access: 'read-linked' },
      schema: {
        summary: 'What hangs together with a record, both ways · 关联记录',
        description: 'By table with how many and the first ten; with `entity`, that table page by page.',
        params,
        querystring: linkedQuery,
        response: {
          200: { type: 'object', properties: { groups: { type: 'array', items: groupSchema }, next: { type: ['string', 'null'] } } },
        },
      },
    },
    async (request) => {
      const hub = reads(request)
      const subject = await findSubject(hub, request.params.recordId, scopeOf(request))
      const { entity, direction = 'below' } = request.query
      if (entity === undefined)
        return { groups: await listGroups(hub, await linkedRecords(hub, subject, scopeOf(request), 10), 'operators'), next: null }
      const limit = limitOf(request.query)
      const after = placeOf<number>('linked', request.query)
      const rows = await linkedOfEntity(hub, subject, scopeOf(request), {
        entity,
        direction,
        limit,
        ...(after === undefined ? {} : { after }),
      })
      const { next, items } = pageOf(
        'linked',
        rows,
        limit,
        (row: FoundRow) => row.place,
        (row) => row,
      )
      const groups = items.length === 0 ? [] : [{ entity, direction, count: items.length, more: next !== null, rows: items }]
      return { groups: await listGroups(hub, groups, 'operators'), next }
    },
  )

  app.get<OneRecord & { Querystring: CustodyQuery }>(
    '/records/:recordId/custody',
    {
      config: { access: 'read-custody' },
      schema: {
        summary: 'The chain of custody of one version, to be verified by whoever reads it · 流转轨迹',
        params,
        querystring: custodyQuery,
        response: { 200: custodySchema },
      },
    },
    (request) => custodyDocument(reads(request), request.params.recordId, { ...request.query, unmask: false }),
  )
}
