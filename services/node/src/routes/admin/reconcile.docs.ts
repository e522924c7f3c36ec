const instant = { type: 'string', format: 'date-time' }
const orNull = (schema: object) => ({ anyOf: [schema, { type: 'null' }] })
const cut = { type: 'object', properties: { epoch: { type: 'integer' }, index: { type: 'integer' } } }

export const runSchema = {
  type: 'object',
  properties: {
    run: { type: 'string', format: 'uuid' },
    link: { type: 'string' },
    state: {
      enum: ['waiting', 'comparing', 'repairing', 'equal', 'diverged', 'failed'],
      description:
        '`repairing`: what is missing above is being sent again; `equal`: both hold the same, and signed it; `diverged`: people have to look · 状态',
    },
    startedAt: instant,
    startedBy: { type: 'string' },
    finishedAt: orNull(instant),
    cut: { ...orNull(cut), description: 'Where the sets ended, in this node’s log · 截止位置' },
    records: { type: ['integer', 'null'], description: 'Places in this node’s set · 参与对账的版本数' },
    passes: { type: 'integer', description: 'How often the sets were compared' },
    rounds: { type: 'integer', description: 'Questions and answers · 往返次数' },
    bytes: { type: 'object', properties: { sent: { type: 'integer' }, received: { type: 'integer' } } },
    lostHere: { type: 'integer', description: 'Versions that are gone from this node’s own database · 本级丢失' },
    found: {
      type: 'object',
      properties: {
        lowerAhead: { type: 'integer', description: 'Delivered with a receipt, and missing above · 上级缺失' },
        upperAhead: { type: 'integer', description: 'Above from this link, and missing here; not fetched back · 本级缺失' },
        conflicts: { type: 'integer', description: 'One version, two contents: a case is open for each · 内容不一致' },
        leftOver: { type: 'integer', description: 'Still missing above at the end · 仍缺失' },
        examples: { type: 'object', description: 'The first hundred: record ids and digests, no content' },
        undelivered: {
          type: ['object', 'null'],
          description: 'Qualifies, but never went up: this node’s own report · 应报未报',
          properties: {
            count: { type: 'integer' },
            more: { type: 'boolean', description: 'It looked at the first thousand that were left over' },
            examples: { type: 'array', items: { type: 'object' }, description: 'The first hundred' },
            elsewhere: {
              type: 'object',
              description:
                'Never went up either, and whether they qualify is known again when these ranges are put back (`huijiao versions attach`); absent in older runs · 未报送，须装回内容方能判定',
              properties: {
                count: { type: 'integer' },
                ranges: {
                  type: 'array',
                  items: {
                    type: 'object',
                    properties: {
                      from: { type: 'integer', description: 'A part id · 部分编号' },
                      to: { type: 'integer', description: 'One past its last part · 末个部分编号加一' },
                      place: { type: 'string', description: 'Where it is kept · 存放处' },
                      digest: { type: 'string', description: 'Of its file range.json · range.json 的摘要' },
                    },
                  },
                },
              },
            },
          },
        },
      },
    },
    sentAgain: { type: 'integer', description: 'Versions sent again · 补报' },
    certificate: { type: ['integer', 'null'] },
    error: { type: ['string', 'null'] },
  },
  examples: [
    {
      run: '0d9fd4a3-7c2e-4b53-8a0f-6b2f5c1d9e11',
      link: '370000',
      state: 'equal',
      startedAt: '2026-09-01T18:30:00.000Z',
      startedBy: 'node',
      finishedAt: '2026-09-01T18:30:02.412Z',
      cut: { epoch: 1, index: 4711 },
      records: 1250,
      passes: 2,
      rounds: 4,
      bytes: { sent: 3120, received: 2984 },
      lostHere: 0,
      found: {
        lowerAhead: 1,
        upperAhead: 0,
        conflicts: 0,
        leftOver: 0,
        examples: {},
        undelivered: { count: 0, more: false, examples: [], elsewhere: { count: 0, ranges: [] } },
      },
      sentAgain: 1,
      certificate: 12,
      error: null,
    },
  ],
}

export const certificateSchema = {
  type: 'object',
  properties: {
    number: { type: 'integer' },
    run: { type: 'string', format: 'uuid' },
    madeAt: instant,
    digest: { type: 'string', description: 'SHA-256 of what both signed; the log entry names it' },
    document: { type: 'object', description: 'The certificate as both nodes signed it (docs/protocol.md)' },
  },
}

export const caseSchema = {
  type: 'object',
  properties: {
    case: { type: 'integer' },
    link: { type: 'string' },
    run: { type: 'string', format: 'uuid' },
    entity: { type: 'string' },
    recordId: { type: 'string' },
    stream: { type: 'string' },
    epoch: { type: 'integer' },
    n: { type: 'integer' },
    entry: { type: 'integer', description: 'Index in this node’s log' },
    here: { type: 'string', description: 'Commitment here · 本级承诺' },
    there: { type: 'string', description: 'Commitment above · 上级承诺' },
    state: { enum: ['open', 'settled'] },
    foundAt: instant,
    settled: { type: ['object', 'null'] },
  },
}
