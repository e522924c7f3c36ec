import { pageQuery } from './page.ts'

const text = { type: 'string', maxLength: 200 } as const
const reason = { type: 'string', minLength: 1, maxLength: 500 } as const
const record = { type: 'string', pattern: '^r_[0-9a-f]{32}$' } as const
const date = { type: 'string', format: 'date' } as const
const entity = { ...text, examples: ['TBProjectInfo'] } as const

const query = (properties: object) => ({
  type: 'object',
  additionalProperties: false,
  properties: { ...pageQuery, entity, record, ...properties },
})

export const successionQuery = query({ state: { enum: ['standing', 'undone'] } })

export const conflictQuery = query({
  state: { enum: ['open', 'decided', 'settled'], description: 'open when absent' },
  field: text,
  participant: { ...text, description: 'One of its sides: <origin node>/<participant>' },
  since: { type: 'string', format: 'date-time', description: 'Found at or after' },
})

export const duplicateQuery = query({
  state: { enum: ['open', 'same', 'different', 'gone'], description: 'open when absent' },
  score: { type: 'number', minimum: 0, maximum: 1, description: 'At least this likely' },
})

const end = {
  type: 'object',
  minProperties: 1,
  maxProperties: 1,
  additionalProperties: false,
  properties: { recordId: record, key: { type: 'object', description: 'Its business key, when the record is not here' } },
} as const

export const successionBody = {
  type: 'object',
  required: ['entity', 'kind', 'from', 'to', 'reason'],
  additionalProperties: false,
  properties: {
    entity,
    kind: { enum: ['renamed', 'merged', 'split'], description: '改号 · 合并 · 拆分' },
    from: { type: 'array', minItems: 1, maxItems: 100, items: end },
    to: { type: 'array', minItems: 1, maxItems: 100, items: end },
    effectiveOn: date,
    reason,
  },
  examples: [
    {
      entity: 'TBProjectInfo',
      kind: 'renamed',
      from: [{ key: { PrjNum: '3712021803120101' } }],
      to: [{ key: { PrjNum: '3701161803120101' } }],
      effectiveOn: '2019-01-09',
      reason: '莱芜市并入济南市，项目重新赋码',
    },
  ],
} as const

export const decideConflictBody = {
  type: 'object',
  required: ['source', 'reason'],
  additionalProperties: false,
  properties: { source: { ...text, minLength: 1, description: 'One of its sides: <origin node>/<participant>' }, reason },
  examples: [{ source: '370000/p-registry', reason: '以省级企业库为准' }],
} as const

export const decideDuplicateBody = {
  type: 'object',
  required: ['decision', 'reason'],
  additionalProperties: false,
  properties: {
    decision: { enum: ['same', 'different'] },
    survivor: { ...record, description: 'same: the record that stands for both · 保留的记录' },
    effectiveOn: date,
    reason,
  },
  oneOf: [
    { properties: { decision: { const: 'same' } }, required: ['survivor'] },
    { properties: { decision: { const: 'different' }, survivor: false, effectiveOn: false } },
  ],
  examples: [{ decision: 'same', survivor: 'r_5f0c2a9e4b7d4c1f8a3e6d5b9c0f1e2d', reason: '重复登记' }],
} as const
