const epoch = {
  type: 'object',
  required: ['number', 'id'],
  additionalProperties: false,
  properties: { number: { type: 'integer', minimum: 1 }, id: { type: 'string', pattern: '^[A-Za-z0-9-]{1,64}$' } },
}
const entry = {
  type: 'object',
  required: ['index', 'leaf', 'body', 'bodySalt'],
  properties: {
    index: { type: 'integer', minimum: 0 },
    leaf: { type: 'string', maxLength: 4096 },
    body: { type: 'string', maxLength: 16_384 },
    bodySalt: { type: 'string' },
    inclusion: { type: 'array', maxItems: 64, items: { type: 'string', maxLength: 44 } },
  },
}
const note = { type: ['string', 'null'], maxLength: 8192 }
const call = { type: 'string', pattern: '^[0-9a-f]{32}$' }

const current = { number: 1, id: '8c1f5e0a9b3d2c47' }
const sampleNote = '370100/epoch/1/8c1f5e0a9b3d2c47\n42\n…\n\n— 370100 …\n'

export const contactSchema = {
  tags: ['epoch'],
  summary: 'Who calls, in which epoch, and how far its log has come; the same of this node · 通报纪元与日志位置',
  description:
    'Signed, with `Content-Digest`. One holder of a node’s name is known at a time: 409 `epoch-claimed` for a copy or an old backup, 409 `epoch-ended` for one whose epoch has a successor, 409 `epoch-unconfirmed` for a new epoch that does not name the one that is known. `ask: true` claims nothing.',
  security: [{ signature: [] }],
  body: {
    type: 'object',
    required: ['contact', 'call', 'previous', 'epoch', 'checkpoint', 'epochs'],
    additionalProperties: false,
    properties: {
      contact: { const: 1 },
      call: { ...call, description: 'Random; written into the caller’s database before it calls · 本次通报号' },
      previous: { type: 'array', maxItems: 100, items: call, description: 'The latest calls before this one · 此前的通报号' },
      epoch,
      checkpoint: { ...note, description: 'The caller’s latest checkpoint · 来者的已签名快照' },
      epochs: { type: 'array', maxItems: 1000, items: entry, description: 'The entries that begin the caller’s epochs · 来者的纪元条目' },
      ask: { type: 'boolean' },
      leaving: { type: 'boolean' },
    },
    examples: [{ contact: 1, call: '0'.repeat(32), previous: [], epoch: current, checkpoint: sampleNote, epochs: [] }],
  },
  response: {
    200: {
      type: 'object',
      properties: {
        contact: { const: 1 },
        call,
        node: { type: 'object' },
        epoch,
        checkpoint: note,
        epochs: { type: 'array', items: entry },
        seen: { type: ['object', 'null'], description: 'The furthest that was seen of the caller’s log · 所见来者日志' },
        lastCall: { type: ['string', 'null'], description: 'By which the caller was heard last · 上一次通报号' },
        aliveNow: { type: 'boolean' },
        signatures: { type: 'array', items: { type: 'object' } },
      },
      examples: [
        {
          contact: 1,
          call: '0'.repeat(32),
          node: { name: '370000', region: '370000', tier: 'provincial' },
          epoch: { number: 1, id: '5d0c1f2e3a4b5c6d' },
          checkpoint: null,
          epochs: [],
          seen: { epoch: current, size: 42, root: `sha-256:${'0'.repeat(64)}` },
          lastCall: null,
          aliveNow: true,
          signatures: [{ alg: 'ed25519', keyId: '370000-1', value: '…' }],
        },
      ],
    },
  },
} as const

export const deliveriesSchema = (max: number) => ({
  tags: ['epoch'],
  summary: 'Which of these deliveries are not here, after this node was restored · 恢复后缺哪些投递',
  security: [{ signature: [] }],
  body: {
    type: 'object',
    required: ['deliveries'],
    additionalProperties: false,
    properties: { deliveries: { type: 'array', maxItems: max, items: { type: 'string', format: 'uuid' } } },
    examples: [{ deliveries: ['8a6f0c3e-5b1d-8e2a-9c4f-0d7e6b5a4c3d'] }],
  },
  response: {
    200: {
      type: 'object',
      properties: { unknown: { type: 'array', items: { type: 'string' } } },
      examples: [{ unknown: ['8a6f0c3e-5b1d-8e2a-9c4f-0d7e6b5a4c3d'] }],
    },
  },
})

export const returnsSchema = {
  tags: ['epoch'],
  summary: 'What the caller delivered behind the fork of an epoch that it has left, newest first · 可取回的投递',
  security: [{ signature: [] }],
  body: {
    type: 'object',
    required: ['epoch', 'size', 'before'],
    additionalProperties: false,
    properties: {
      epoch,
      size: { type: 'integer', minimum: 0, description: 'Length of the caller’s log at the fork · 分叉处' },
      before: { type: ['integer', 'null'], description: '`next` of the page before; null at first' },
    },
    examples: [{ epoch: current, size: 42, before: null }],
  },
  response: {
    200: {
      type: 'object',
      properties: {
        deliveries: { type: 'array', items: { type: 'object', properties: { id: { type: 'string' }, size: { type: 'integer' } } } },
        next: { type: ['integer', 'null'] },
      },
      examples: [{ deliveries: [{ id: '8a6f0c3e-5b1d-8e2a-9c4f-0d7e6b5a4c3d', size: 57 }], next: null }],
    },
  },
} as const

export const returnSchema = {
  tags: ['epoch'],
  summary: 'One of them, as it was delivered: records with their texts and proofs · 取回一批投递',
  security: [{ signature: [] }],
  params: { type: 'object', properties: { id: { type: 'string', format: 'uuid' } } },
  response: {
    200: {
      description: 'As between nodes (docs/protocol.md)',
      content: { 'application/vnd.huijiao.versions+ndjson': { schema: { type: 'string' } } },
    },
  },
} as const
