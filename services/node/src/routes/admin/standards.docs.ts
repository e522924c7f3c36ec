import { namesSchema } from './names.ts'

const revision = { type: 'integer', minimum: 1, maximum: 2_147_483_647 } as const
const issuer = {
  type: 'string',
  pattern: '^[\\w.-]{1,20}$',
  description: 'Absent: the newest of that number · 发布机关，缺省取最新的一份',
} as const
const reason = { type: 'string', minLength: 1, maxLength: 500 } as const
export const release = { type: 'string', maxLength: 60, examples: ['2018'] } as const
const params = { type: 'object', properties: { release } } as const
const digest = `sha-256:${'0'.repeat(64)}`

export const loaded = {
  type: 'object',
  required: ['release', 'revision', 'issuer', 'digest', 'changed', 'effectiveFrom', 'signedBy', 'shadowRun'],
  properties: {
    release: { type: 'string' },
    revision: { type: 'integer' },
    issuer: { type: 'string' },
    digest: { type: 'string' },
    changed: { type: 'boolean', description: 'False when exactly this document was loaded before' },
    effectiveFrom: { type: ['string', 'null'], description: 'From when it counts here; null when it is only kept' },
    signedBy: { type: 'array', items: { type: 'string' } },
    shadowRun: { type: ['integer', 'null'], description: 'The run that tells what it would refuse until then' },
  },
  examples: [
    {
      release: '2018',
      revision: 2,
      issuer: '000000',
      digest,
      changed: true,
      effectiveFrom: '2027-01-01T00:00:00.000Z',
      signedBy: ['000000-1'],
      shadowRun: 3,
    },
  ],
} as const

export const listDocs = {
  summary: 'Every revision of the standard known here, its state, and what was refused · 已装载的数据标准',
  response: {
    200: {
      type: 'object',
      properties: {
        items: { type: 'array', items: { type: 'object' } },
        refused: { type: 'array', items: { type: 'object' } },
        names: namesSchema,
      },
    },
  },
} as const

export const loadDocs = {
  summary: 'Load a signed release of the standard · 装载数据标准',
  description:
    'The document as the authority or a node above signed it. At the node of the issuing authority itself an unsigned one is published by loading it. A refusal lists everything in `errors`.',
  body: { type: 'object', examples: [{ id: '2018', revision: 2, signatures: [{ alg: 'ed25519', keyId: '000000-1', value: '…' }] }] },
  response: { 200: loaded },
} as const

export interface ActivateBody {
  readonly revision: number
  readonly issuer?: string
  readonly from?: string
  readonly reason: string
}

export const activateDocs = {
  summary: 'Have a revision count from an instant: back to an older one, or forward · 改用某一修订',
  params,
  body: {
    type: 'object',
    additionalProperties: false,
    required: ['revision', 'reason'],
    properties: { revision, issuer, from: { type: 'string', format: 'date-time' }, reason },
    examples: [{ revision: 1, reason: '新修订的字典有误，恢复原修订' }],
  },
  response: {
    200: {
      type: 'object',
      properties: {
        release: { type: 'string' },
        revision: { type: 'integer' },
        issuer: { type: 'string' },
        effectiveFrom: { type: 'string', format: 'date-time' },
        shadowRun: {
          type: ['integer', 'null'],
          description: 'The run that tells what it would refuse until then; null when it counts at once',
        },
      },
    },
  },
} as const

export interface CancelBody {
  readonly revision: number
  readonly issuer?: string
  readonly reason: string
}

export const cancelDocs = {
  summary: 'Take back what is to count later · 撤销尚未生效的安排',
  params,
  body: {
    type: 'object',
    additionalProperties: false,
    required: ['revision', 'reason'],
    properties: { revision, issuer, reason },
    examples: [{ revision: 2, reason: '试运行退回过多，推迟' }],
  },
  response: { 200: { type: 'object', properties: { cancelled: { type: 'integer' } } } },
} as const

export interface RunBody {
  readonly revision: number
  readonly issuer?: string
  readonly days?: number
}

export const runDocs = {
  summary: 'Judge what was stored in the last days by a loaded revision, changing nothing · 对已入库记录试运行',
  params,
  body: {
    type: 'object',
    additionalProperties: false,
    required: ['revision'],
    properties: { revision, issuer, days: { type: 'integer', minimum: 1, maximum: 36_500, description: '30 when absent' } },
    examples: [{ revision: 2, days: 30 }],
  },
  response: { 202: { type: 'object', properties: { run: { type: 'integer' } } } },
} as const

const run = {
  type: 'object',
  properties: {
    run: { type: 'integer' },
    release: { type: 'string' },
    revision: { type: 'integer' },
    kind: { enum: ['live', 'stored'] },
    state: { enum: ['running', 'finished', 'cancelled'] },
    progress: { type: 'object', properties: { done: { type: 'integer' }, total: { type: ['integer', 'null'] } } },
    judged: { type: 'integer' },
    wouldRefuse: { type: 'integer' },
    wouldDoubt: { type: 'integer' },
    passedOver: { type: 'integer', description: 'Of another release, withdrawals, or without their texts for good' },
    elsewhere: {
      type: 'integer',
      description:
        'Not judged because their contents were taken out of the database (`huijiao versions detach`) · 内容已移出数据库，未判断',
    },
  },
} as const

export const runsDocs = {
  summary: 'Runs in the shadow, newest first · 试运行',
  querystring: {
    type: 'object',
    additionalProperties: false,
    properties: { release, limit: { type: 'integer', minimum: 1, maximum: 200 } },
  },
  response: { 200: { type: 'object', properties: { items: { type: 'array', items: run }, next: { type: 'null' } } } },
} as const

export const reportDocs = {
  summary: 'What a revision would have refused, by code, field, rule and participant · 试运行报告',
  params: { type: 'object', properties: { run: { type: 'integer', minimum: 1, maximum: 2_147_483_647 } } },
  response: {
    200: {
      ...run,
      properties: { ...run.properties, names: namesSchema },
      examples: [
        {
          run: 3,
          release: '2018',
          revision: 2,
          kind: 'stored',
          state: 'finished',
          progress: { done: 1200, total: 1200 },
          judged: 1180,
          wouldRefuse: 37,
          wouldDoubt: 2,
          passedOver: 15,
          elsewhere: 5,
          byCode: [{ severity: 'error', code: 'field-missing', count: 37 }],
          byParticipant: [{ participant: '370100/p-city', count: 37 }],
          findings: [
            {
              severity: 'error',
              code: 'field-missing',
              rule: 'field.mandatory',
              entity: 'TBProjectInfo',
              field: 'AllArea',
              participant: '370100/p-city',
              count: 37,
              examples: [{ recordId: 'r_01a2009820f0749f8a5eeb14901497f5', version: 1, pointer: '/data/AllArea' }],
            },
          ],
          more: false,
        },
      ],
    },
  },
} as const
