/** What the rows of the admin API's lists look like: for readers of the OpenAPI document, and for the console, whose types are made from it. */
const text = { type: 'string' } as const
const textOrNone = { type: ['string', 'null'] } as const
const whole = { type: 'integer' } as const
const wholeOrNone = { type: ['integer', 'null'] } as const
const instant = { type: 'string', format: 'date-time' } as const
const noInstant = { type: ['string', 'null'], format: 'date-time' } as const
const words = { type: 'object', required: ['zh', 'en'], properties: { zh: text, en: text } } as const
const object = <P extends object>(properties: P) => ({ type: 'object', required: Object.keys(properties), properties }) as const
const none = { type: 'null' } as const
const texts = { type: 'array', items: text } as const

/** Of a link: who paused it, when and why. */
export const pausedSchema = {
  anyOf: [
    object({
      by: { ...textOrNone, description: 'As in the log, such as `operator:o-…`; null: not known · 暂停者' },
      at: instant,
      reason: { ...textOrNone, description: '`mostly-refused`: by the node itself, because the upstream refused nearly everything · 原因' },
    }),
    none,
  ],
} as const

/** Members of a link that the others of its schema leave out. */
export const linkMembers = {
  linkNo: whole,
  url: text,
  upstream: object({ name: text, tier: text }),
  paused: pausedSchema,
  lag: object({ entries: whole, seconds: { type: 'number' }, oldestUnsent: noInstant }),
  throughput: {
    ...object({ records: whole, bytes: whole, recordsPerSecond: { type: 'number' } }),
    description: 'Over the last five minutes · 最近五分钟',
  },
  lastAttemptAt: noInstant,
  lastSuccessAt: noInstant,
  lastError: { anyOf: [object({ at: instant, text, inARow: whole }), none] },
  openDelivery: { anyOf: [object({ id: text, records: whole, attempts: whole, since: instant }), none] },
  delivered: object({ deliveries: whole, records: whole }),
  feedReadAt: noInstant,
  configured: { type: 'boolean', description: 'Named in HUIJIAO_UPSTREAMS' },
  answersAtOnce: {
    type: 'boolean',
    description: 'Over HTTP; only such a link can be tested on the spot, and compared with its upstream · 上级能当场答复，方可测试和对账',
  },
  skips: {
    type: 'array',
    description: 'Of one link: what does not go up, by reason · 未达上报条件',
    items: object({ reason: text, title: words, kind: { enum: ['not-due', 'incomplete'] }, count: whole }),
  },
} as const

export const deliveryRow = object({
  delivery_id: text,
  number: whole,
  kind: { enum: ['range', 'retry', 'half'] },
  path: text,
  from_index: whole,
  to_index: whole,
  record_count: whole,
  body_bytes: whole,
  created_at: instant,
  state: { enum: ['open', 'finished', 'split'] },
  attempts: whole,
  last_status: wholeOrNone,
  last_error: textOrNone,
  finished_at: noInstant,
  counts: { type: ['object', 'null'], additionalProperties: whole },
  parent: textOrNone,
})

export const parkedRow = object({
  link: text,
  part: whole,
  ordinal: whole,
  logIndex: whole,
  recordId: text,
  entity: text,
  reportingRegion: text,
  stream: text,
  reason: text,
  problems: { type: 'array', items: { $ref: '#/components/schemas/Problem' } },
  delivery: text,
  state: { enum: ['parked', 'retrying', 'delivered', 'superseded'] },
  retries: whole,
  unjudged: {
    type: 'boolean',
    description:
      'It was sent and no receipt ever came, so it may stand above; sending it again or a comparison settles it · 已发送而未收到回执，上级可能已收下',
  },
  parkedAt: instant,
  resolvedAt: noInstant,
})

export const parkedGroup = object({
  link: text,
  reason: text,
  title: words,
  entity: text,
  records: whole,
  retried: whole,
  unjudged: { ...whole, description: 'Of these, sent without a receipt · 其中未收到回执的条数' },
  oldest: instant,
  newest: instant,
  regions: texts,
  fields: texts,
  examples: texts,
})

export const skipRow = object({
  logIndex: whole,
  part: whole,
  ordinal: whole,
  recordId: text,
  entity: text,
  reportingRegion: text,
  reason: text,
  title: words,
  kind: { enum: ['not-due', 'incomplete'] },
  policy: text,
  skippedAt: instant,
})

export const keyRow = object({
  keyId: text,
  kind: { enum: ['api-key', 'ed25519', 'ecdsa-p256-sha256'] },
  publicKey: textOrNone,
  createdAt: instant,
  expiresAt: noInstant,
  revokedAt: noInstant,
})

const participantMembers = {
  participantId: text,
  kind: { enum: ['system', 'node', 'operators'] },
  name: text,
  regions: texts,
  nodeName: textOrNone,
  legacyUntil: noInstant,
  createdAt: instant,
  revokedAt: noInstant,
} as const
export const participantRow = object(participantMembers)
export const participantWithKeys = object({ ...participantMembers, keys: { type: 'array', items: keyRow } })

/** `secret` only of an API key, and this once. */
export const madeKey = {
  type: 'object',
  required: ['keyId', 'kind'],
  properties: { keyId: text, kind: text, secret: text, expiresAt: noInstant, replaces: text },
} as const

const logMembers = {
  index: whole,
  kind: text,
  instant,
  actor: textOrNone,
  subject: textOrNone,
  leaf: { ...text, description: 'What is hashed into the log · 叶子' },
  body: { type: ['object', 'array', 'null'], description: 'What the leaf names by its digest · 条目内容' },
  partId: wholeOrNone,
} as const
export const logRow = object(logMembers)
/** With what a reader needs to compute the digest of the body that the leaf names. */
export const logEntry = object({
  ...logMembers,
  bodyText: { ...textOrNone, description: 'The body as it was hashed · 哈希时的原文' },
  bodySalt: { ...textOrNone, description: 'hex' },
})

/** A range of the log that is kept elsewhere. */
export const logRangeRow = object({
  from: whole,
  to: { ...whole, description: 'One past its last entry · 末条序号加一' },
  place: { ...text, description: 'Where it is kept · 存放处' },
  digest: { ...text, description: 'Of its file range.json · range.json 的摘要' },
  root: text,
  detachedAt: instant,
})

/** A range of parts whose old versions have their contents elsewhere. */
export const versionRangeRow = object({
  from: { ...whole, description: 'A part id · 部分编号' },
  to: { ...whole, description: 'One past its last part · 末个部分编号加一' },
  place: { ...text, description: 'Where it is kept · 存放处' },
  digest: { ...text, description: 'Of its file range.json · range.json 的摘要' },
  versions: { ...whole, description: 'In its files · 文件中的版本数' },
  detachedAt: instant,
})

export const accessRow = object({
  event_id: whole,
  at: instant,
  actor: text,
  action: text,
  subject: textOrNone,
  detail: { type: ['object', 'null'] },
  sealed: { type: 'boolean', description: 'Its digest is in the log · 已封存入日志' },
})

export const nodeFactsSchema = {
  type: 'object',
  properties: {
    name: text,
    region: text,
    tier: text,
    epoch: object({ number: whole, id: text }),
    logOrigin: text,
    keys: { type: 'array', items: { type: 'object' } },
    time: instant,
    log: object({ size: whole, root: textOrNone, signedAt: noInstant, pending: whole, oldestPending: noInstant }),
    openSubmissions: whole,
    queue: { type: 'object' },
    roles: texts,
    upstreams: { type: 'array', items: { type: 'object' } },
    readiness: { type: 'array', items: object({ name: text, ready: { type: 'boolean' }, zh: text, en: text }) },
    process: { type: 'object' },
  },
} as const
