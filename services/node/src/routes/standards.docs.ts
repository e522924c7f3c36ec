const digest = `sha-256:${'0'.repeat(64)}`
const release = { type: 'string', maxLength: 60, examples: ['2018'] }
const revisionQuery = {
  revision: { type: 'integer', minimum: 1, maximum: 2_147_483_647, description: 'Absent: the one that counts now · 缺省为现行修订' },
  issuer: { type: 'string', maxLength: 20, description: 'Region code of the authority that issued it · 发布机关' },
}

const revision = {
  release: '2018',
  revision: 2,
  issuer: '000000',
  digest,
  state: 'scheduled',
  effectiveFrom: '2027-01-01T00:00:00.000Z',
  origin: 'upstream',
  signedBy: ['000000-1'],
  document: '/v1/standards/2018/document?revision=2&issuer=000000',
}

export const listDocs = {
  tags: ['standards'],
  summary: 'Releases with their revisions and how complete they are, and what the caller may send · 数据标准与授权',
  response: {
    200: {
      type: 'object',
      required: ['releases'],
      properties: {
        releases: { type: 'array', items: { type: 'object' } },
        coming: { type: 'array', items: { type: 'object' } },
        caller: { type: 'object' },
      },
      examples: [
        {
          releases: [
            {
              id: '2018',
              revision: 1,
              issuer: '000000',
              digest,
              since: '1970-01-01T00:00:00.000Z',
              revisions: [revision],
              incomplete: [
                {
                  dictionary: 'TBCORPBADDIC',
                  name: '企业不良行为代码',
                  codes: 30,
                  missing: '仅收录有据可查的代码',
                  en: { missing: 'only codes that a source states' },
                },
              ],
              entities: [
                {
                  code: 'TBProjectInfo',
                  name: '项目基本信息',
                  group: 'project',
                  key: ['PrjNum'],
                  schema: '/v1/schemas/2018/TBProjectInfo.json',
                },
              ],
              dictionaries: [{ code: 'TBPRJTYPEDIC', name: '项目分类', closed: true, complete: true, codes: 3 }],
            },
          ],
          coming: [],
        },
      ],
    },
  },
} as const

export const releaseDocs = {
  tags: ['standards'],
  summary: 'A whole release as data: entities, dictionaries, rules, policy, clocks, regions · 一版数据标准全文（数据）',
  params: { type: 'object', properties: { release } },
  querystring: { type: 'object', additionalProperties: false, properties: revisionQuery },
  response: {
    200: {
      type: 'object',
      required: ['id', 'revision', 'issuer', 'digest', 'entities', 'dictionaries'],
      properties: {
        id: { type: 'string' },
        revision: { type: 'integer' },
        issuer: { type: 'string' },
        digest: { type: 'string' },
        state: { enum: ['in-force', 'scheduled', 'past', 'kept'] },
        entities: { type: 'array', items: { type: 'object' } },
        dictionaries: { type: 'array', items: { type: 'object' } },
        rules: { type: 'object' },
        policy: { type: 'object' },
        clocks: { type: 'array', items: { type: 'object' } },
        regions: { type: 'object' },
      },
      examples: [{ id: '2018', revision: 1, issuer: '000000', digest, state: 'in-force', entities: [], dictionaries: [] }],
    },
  },
} as const

export const documentDocs = {
  tags: ['standards'],
  summary: 'The signed document of a release, as it is loaded and taken from above · 已签名的数据标准文件',
  description:
    'Without its member `signatures` the document has the RFC 8785 text that `digest` names and the signatures cover. The last signature is this node’s.',
  params: { type: 'object', properties: { release } },
  querystring: { type: 'object', additionalProperties: false, properties: revisionQuery },
  response: {
    200: {
      type: 'object',
      required: ['id', 'revision', 'signatures'],
      properties: {
        id: { type: 'string' },
        revision: { type: 'integer' },
        signatures: {
          type: 'array',
          items: { type: 'object', properties: { alg: { const: 'ed25519' }, keyId: { type: 'string' }, value: { type: 'string' } } },
        },
      },
      examples: [{ id: '2018', revision: 2, issuer: '000000', signatures: [{ alg: 'ed25519', keyId: '000000-1', value: '…' }] }],
    },
  },
} as const

export const schemaDocs = {
  tags: ['standards'],
  summary: 'JSON Schema of an entity’s data · 数据表结构',
  params: { type: 'object', properties: { release, file: { type: 'string', maxLength: 120, examples: ['TBProjectInfo.json'] } } },
  querystring: { type: 'object', additionalProperties: false, properties: revisionQuery },
  response: { 200: { type: 'object' } },
} as const

export const codesDocs = {
  tags: ['standards'],
  summary: 'One dictionary with its codes, those valid on a day when one is named · 字典',
  params: { type: 'object', properties: { release, code: { type: 'string', maxLength: 60, examples: ['TBPRJTYPEDIC'] } } },
  querystring: {
    type: 'object',
    additionalProperties: false,
    properties: {
      ...revisionQuery,
      at: { type: 'string', format: 'date', description: 'Codes valid on this day · 只列该日有效的代码', examples: ['2026-09-01'] },
    },
  },
  response: { 200: { type: 'object' } },
} as const
