const words = { type: 'object', properties: { zh: { type: 'string' }, en: { type: 'string' } } } as const

/** A field as people read it. */
export const fieldSchema = {
  type: 'object',
  required: ['code', 'zh', 'en'],
  properties: {
    code: { type: 'string' },
    zh: { type: 'string' },
    en: { type: 'string' },
    kind: { type: 'string' },
    privacy: { enum: ['open', 'named', 'sealed'] },
    value: {},
    text: words,
    unit: { type: 'string' },
    hidden: { type: 'boolean' },
  },
} as const

/** A record in a list. */
export const listedSchema = {
  type: 'object',
  required: ['recordId', 'entity', 'entityName', 'library', 'name', 'number', 'region', 'regionName', 'state', 'several', 'facts'],
  properties: {
    recordId: { type: 'string' },
    entity: { type: 'string' },
    entityName: words,
    library: { enum: ['enterprise', 'person', 'project', 'conduct'] },
    name: { type: 'string' },
    number: { type: 'string' },
    region: { type: 'string' },
    regionName: { type: 'string' },
    state: { enum: ['in-force', 'withdrawn', 'pending_review', 'doubtful', 'held', 'superseded', 'refused'] },
    several: { type: 'boolean' },
    facts: { type: 'array', items: fieldSchema },
  },
  examples: [
    {
      recordId: 'r_5f0c2a9e4b7d4c1f8a3e6d5b9c0f1e2d',
      entity: 'TBProjectInfo',
      entityName: { zh: '工程项目基本信息', en: 'Project basic information' },
      library: 'project',
      name: '示例花园（合成）',
      number: '3701022609010101',
      region: '370102',
      regionName: '山东省济南市历下区',
      state: 'in-force',
      several: false,
      facts: [
        {
          code: 'AllInvest',
          zh: '总投资（万元）',
          en: 'Total investment',
          kind: 'decimal',
          privacy: 'open',
          value: '18600.5',
          unit: '万元',
        },
      ],
    },
  ],
} as const

/** Records of one table that hang together with another record. */
export const groupSchema = {
  type: 'object',
  required: ['entity', 'entityName', 'direction', 'count', 'more', 'items'],
  properties: {
    entity: { type: 'string' },
    entityName: words,
    direction: { enum: ['below', 'above'] },
    count: { type: 'integer' },
    more: { type: 'boolean', description: 'There are more than were counted · 未数尽' },
    items: { type: 'array', items: listedSchema },
  },
} as const

export const wordsSchema = words

export const custodySchema = {
  type: 'object',
  additionalProperties: true,
  description: 'Verified with `huijiao verify`, or in the page · 可离线核验',
} as const
