import { namesSchema } from './names.ts'
import { pausedSchema } from './rows.docs.ts'

const instant = { type: 'string', format: 'date-time' } as const
const noInstant = { type: ['string', 'null'], format: 'date-time' } as const
const whole = { type: 'integer' } as const
const object = <P extends object>(properties: P) => ({ type: 'object', required: Object.keys(properties), properties }) as const

export const liveSchema = object({
  at: instant,
  node: object({ name: { type: 'string' }, region: { type: 'string' }, tier: { type: 'string' }, epoch: whole }),
  ready: { type: 'boolean' },
  health: {
    type: 'array',
    items: object({ name: { type: 'string' }, ready: { type: 'boolean' }, zh: { type: 'string' }, en: { type: 'string' } }),
  },
  log: object({ size: whole, signedAt: noInstant, pending: whole, oldestPending: noInstant }),
  minute: object({ submissions: whole, records: whole, accepted: whole, refused: whole, delivered: whole }),
  above: {
    type: 'array',
    description: 'Links upward · 上报通道',
    items: object({
      name: { type: 'string' },
      upstream: object({ name: { type: 'string' }, tier: { type: 'string' } }),
      state: { type: 'string', examples: ['idle', 'forwarding', 'failing', 'paused'] },
      cursor: whole,
      lagEntries: whole,
      lagSeconds: whole,
      recordsPerMinute: whole,
      parked: whole,
      skipped: whole,
      lastSuccessAt: noInstant,
      error: { type: ['string', 'null'] },
      paused: pausedSchema,
    }),
  },
  below: {
    type: 'array',
    description: 'Lower nodes that report here · 下级节点',
    items: object({
      name: { type: 'string' },
      title: { type: 'string' },
      regions: { type: 'array', items: { type: 'string' } },
      lastAt: { ...noInstant, description: 'Latest submission within a day' },
      recordsPerMinute: { ...whole, description: 'Over the last five minutes' },
    }),
  },
  systems: object({ count: whole, lastAt: noInstant, recordsPerMinute: whole }),
  names: { ...namesSchema, description: 'Of the accounts that paused a link · 暂停通道的操作人姓名' },
  work: object({
    held: whole,
    findings: whole,
    conflicts: whole,
    duplicates: whole,
    reconcileCases: whole,
    submissions: { ...whole, description: 'Paused, or ended before their end' },
    incomplete: { ...whole, description: 'Of these, ended before their end' },
    keysEnding: { ...whole, description: 'Keys that end within 14 days' },
    numbers: { ...whole, description: '1: it is open how many numbers are left out after a restore, and none is given · 编号待确认' },
    attachments: { ...whole, description: 'Attachments with identity numbers in them that nobody has looked at' },
    successions: { ...whole, description: 'Changed numbers that a level above refused' },
    standards: { ...whole, description: 'Releases of the standard from above that were refused' },
    nodeKey: { ...whole, description: '1: the new signing key waits for an upstream that does not take it by itself' },
  }),
})

export const liveDocs = {
  summary: 'The node at this moment; as server-sent events where asked for · 节点实况',
  description:
    'With `Accept: text/event-stream` an event `live` follows whenever something changed, one a second at most, and an event `ended` when the session is over. Counts in `work` stop at 1000. · 以 text/event-stream 请求时持续推送，每秒至多一次。',
  response: { 200: liveSchema },
} as const

export const flowDocs = {
  summary: 'Submissions and records of the last hours, step by step · 近期流量',
  querystring: {
    type: 'object',
    additionalProperties: false,
    properties: { hours: { type: 'integer', minimum: 1, maximum: 168, description: '24 when absent' } },
  },
  response: {
    200: object({
      stepSeconds: whole,
      steps: {
        type: 'array',
        items: object({ at: instant, submissions: whole, records: whole, accepted: whole, refused: whole, delivered: whole }),
      },
    }),
  },
} as const

export const linkFlowDocs = {
  summary: 'Deliveries of a link over the last hours, step by step · 通道近期流量',
  querystring: flowDocs.querystring,
  response: {
    200: object({
      stepSeconds: whole,
      steps: { type: 'array', items: object({ at: instant, deliveries: whole, records: whole, bytes: whole, refused: whole }) },
    }),
  },
} as const
