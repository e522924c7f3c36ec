import { loaded, release } from './standards.docs.ts'

/** What a file does not say of itself. */
export interface DictionaryQuery {
  readonly title?: string
  readonly reference?: string
  readonly date?: string
  readonly complete?: boolean
  readonly missing?: string
  readonly missingEn?: string
  readonly lastDay?: string
  readonly filename?: string
  readonly sheet?: string
  readonly from?: string
}

const line = { type: 'string', minLength: 1, maxLength: 300 } as const
const day = { type: 'string', format: 'date' } as const

const params = { type: 'object', properties: { release, code: { type: 'string', maxLength: 60, examples: ['TBCORPBADDIC'] } } } as const

export const dictionaryDocs = {
  summary: 'Replace a dictionary by the rows of an official file · 以官方文件替换字典',
  description:
    'JSON with `rows`, or the CSV or Excel file itself, of which the query then says what it is. Makes a revision of this node’s own, signed by it. Columns go by their names (代码/code, 名称/name_zh, …).',
  params,
  querystring: {
    type: 'object',
    additionalProperties: false,
    properties: {
      title: line,
      reference: line,
      date: day,
      complete: { type: 'boolean' },
      missing: line,
      missingEn: line,
      lastDay: { ...day, description: 'Last day of codes that the file has no more; absent: they are dropped' },
      filename: line,
      sheet: line,
      from: { type: 'string', format: 'date-time', description: 'From when it counts; absent: at once · 生效时刻，缺省为立即' },
    },
  },
  body: {
    content: {
      'application/json': {
        schema: {
          type: 'object',
          additionalProperties: false,
          required: ['rows', 'source', 'complete'],
          properties: {
            rows: { type: 'array', minItems: 1, maxItems: 200_000, items: { type: ['object', 'array'] } },
            source: {
              type: 'object',
              additionalProperties: false,
              required: ['title'],
              properties: { title: line, reference: line, date: day },
            },
            complete: { type: 'boolean' },
            missing: { type: 'object', additionalProperties: false, required: ['zh', 'en'], properties: { zh: line, en: line } },
            lastDay: day,
          },
          examples: [
            {
              rows: [{ code: 'A1-1-01', name_zh: '示例行为（合成）' }],
              source: { title: '示例不良行为目录（合成）', date: '2026-01-01' },
              complete: false,
              missing: { zh: '仅为示例', en: 'only an example' },
            },
          ],
        },
      },
      // Of a file there is nothing here to check: its bytes are read later.
      'text/csv': { schema: {} },
      'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': { schema: {} },
      'application/octet-stream': { schema: {} },
    },
  },
  response: { 200: loaded },
} as const

const counts = {
  type: 'object',
  properties: {
    added: { type: 'integer' },
    removed: { type: 'integer' },
    ended: { type: 'integer' },
    changed: { type: 'integer' },
    same: { type: 'integer' },
  },
} as const
const state = { codes: { type: 'integer' }, closed: { type: 'boolean' }, complete: { type: 'boolean' } } as const
const row = {
  type: ['object', 'null'],
  properties: {
    code: { type: 'string' },
    nameZh: { type: 'string' },
    nameEn: { type: 'string' },
    note: { type: 'string' },
    validFrom: { type: 'string' },
    validTo: { type: 'string' },
  },
} as const

const use = {
  type: 'object',
  description:
    'Stored records that use a code which would end, be dropped, be renamed or count for other days. They stay as they are; this tells how many there are. · 用到停用、删除、改名或改期代码的已入库记录，替换不改动它们',
  required: ['records', 'more', 'looked', 'codes', 'unseen'],
  properties: {
    records: { type: 'integer' },
    more: { type: 'boolean', description: 'Not all were looked through: at least so many · 未全部查看，至少此数' },
    looked: { type: 'integer', description: 'Records looked through, the newest first · 已查看的记录' },
    codes: { type: 'object', additionalProperties: { type: 'integer' }, description: 'Records by code · 各代码的记录数' },
    unseen: {
      type: 'array',
      description: 'Personal fields that use the dictionary are sealed and were not looked at · 未查看的敏感字段',
      items: { type: 'object', properties: { entity: { type: 'string' }, field: { type: 'string' } } },
    },
  },
} as const

export const checkDocs = {
  ...dictionaryDocs,
  summary: 'What replacing a dictionary by a file would change, code by code; nothing is stored · 预览以文件替换字典的差异',
  description: 'Takes what the replacement takes, and refuses what it refuses, with every fault in `errors`.',
  response: {
    200: {
      type: 'object',
      required: ['release', 'code', 'revision', 'issuer', 'before', 'after', 'counts', 'changes', 'more', 'use'],
      properties: {
        release: { type: 'string' },
        code: { type: 'string' },
        revision: { type: 'integer', description: 'The revision that it would be · 将成为的修订' },
        issuer: { type: 'string' },
        before: { type: 'object', properties: { ...state, revision: { type: 'integer' }, issuer: { type: 'string' } } },
        after: { type: 'object', properties: state },
        counts,
        changes: {
          type: 'array',
          items: {
            type: 'object',
            properties: { code: { type: 'string' }, kind: { enum: ['added', 'removed', 'ended', 'changed'] }, before: row, after: row },
          },
        },
        more: { type: 'boolean', description: 'There are more changes than are listed · 未列全' },
        use,
      },
      examples: [
        {
          release: '2018',
          code: 'TBCORPBADDIC',
          revision: 3,
          issuer: '370100',
          before: { codes: 30, closed: false, complete: false, revision: 1, issuer: '000000' },
          after: { codes: 31, closed: false, complete: false },
          counts: { added: 1, removed: 0, ended: 0, changed: 0, same: 30 },
          changes: [{ code: 'A1-9-99', kind: 'added', before: null, after: { code: 'A1-9-99', nameZh: '示例行为（合成）', nameEn: '' } }],
          more: false,
          use: { records: 0, more: false, looked: 4200, codes: {}, unseen: [] },
        },
      ],
    },
  },
} as const
