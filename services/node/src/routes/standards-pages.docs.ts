const release = { type: 'string', maxLength: 60, examples: ['2018'] }
const revision = { type: 'integer', minimum: 1, maximum: 2_147_483_647, description: 'Absent: the one that counts now · 缺省为现行修订' }
const digest = `sha-256:${'0'.repeat(64)}`

export const pageDocs = {
  tags: ['standards'],
  summary: 'A whole release as one HTML page for people · 一版数据标准全文（网页）',
  description:
    'Every table, field, dictionary, code, rule, value and period with an anchor; no script. `/v1/standards/{release}` answers with it too when `text/html` is accepted.',
  params: { type: 'object', properties: { release } },
  querystring: {
    type: 'object',
    additionalProperties: false,
    properties: {
      revision,
      issuer: { type: 'string', maxLength: 20, description: 'Region code of the authority that issued it · 发布机关' },
    },
  },
  response: { 200: { type: 'string', description: 'text/html' } },
} as const

const pairQuery = {
  type: 'object',
  required: ['from', 'to'],
  additionalProperties: false,
  properties: {
    from: { ...release, examples: ['2014'] },
    to: release,
    fromRevision: revision,
    toRevision: revision,
  },
} as const

export const diffDocs = {
  tags: ['standards'],
  summary: 'The difference of two releases, or of two revisions of one · 两版数据标准的差别',
  description:
    'What was added, removed and changed in tables, fields, dictionaries, codes, rules, policy, clocks, regions, with before and after. `effect`: `stricter` (more is asked for, or less is taken), `weaker`, `different` (neither can be said), `none`. HTML when `text/html` is accepted.',
  querystring: pairQuery,
  response: {
    200: {
      type: 'object',
      required: ['from', 'to', 'counts', 'effects', 'changes'],
      properties: {
        from: { type: 'object' },
        to: { type: 'object' },
        counts: { type: 'object' },
        effects: { type: 'object' },
        unchanged: { type: 'object' },
        names: { type: 'object' },
        changes: {
          type: 'array',
          items: {
            type: 'object',
            properties: {
              part: { type: 'string' },
              kind: { enum: ['added', 'removed', 'changed'] },
              at: { type: 'string' },
              before: {},
              after: {},
              effect: { enum: ['stricter', 'weaker', 'different', 'none'] },
              meaning: { enum: ['same', 'other', 'unknown'] },
            },
          },
        },
      },
      examples: [
        {
          from: { id: '2014', revision: 1, issuer: '000000', digest },
          to: { id: '2018', revision: 1, issuer: '000000', digest },
          counts: { fields: { added: 71, removed: 28, changed: 89 } },
          effects: { stricter: 57, weaker: 75, different: 39, none: 119 },
          changes: [
            {
              part: 'fields',
              kind: 'changed',
              at: '/entities/TBProjectInfo/fields/PrjName/length',
              entity: 'TBProjectInfo',
              field: 'PrjName',
              name: '项目名称',
              member: 'length',
              before: 200,
              after: 250,
              effect: 'weaker',
            },
          ],
        },
      ],
    },
  },
} as const

export const mappingDocs = {
  tags: ['standards'],
  summary: 'One release in the words of another, and what is lost · 两版对照及丢失的内容',
  description:
    'For export; no record under way is rewritten. Every table, field and code: `same`, `renamed`, by `rule`, `wider` or `lost`, with why, basis and whether that is inferred. HTML when `text/html` is accepted.',
  querystring: pairQuery,
  response: {
    200: {
      type: 'object',
      required: ['from', 'to', 'basis', 'counts', 'entities', 'codes'],
      properties: {
        from: { type: 'string' },
        to: { type: 'string' },
        basis: { type: 'string' },
        counts: { type: 'object' },
        entities: { type: 'array', items: { type: 'object' } },
        codes: { type: 'array', items: { type: 'object' } },
      },
      examples: [
        {
          from: '2014',
          to: '2018',
          basis: '…',
          counts: {
            entities: { mapped: 22, lost: 0 },
            fields: { same: 405, renamed: 3, rule: 3, lost: 26 },
            codes: { same: 986, wider: 0, lost: 9 },
          },
          entities: [],
          codes: [
            {
              dictionary: 'TBPRJFUNCTIONDIC',
              code: '015',
              name: '桥隧',
              to: null,
              toName: null,
              how: 'lost',
              candidates: ['015', '020'],
              zh: '2014 版“桥隧”包括桥梁和隧道，2018 版分为 015 桥梁、020 隧道，由代码看不出是哪一个',
              en: '桥隧 of 2014 is bridges and tunnels; 2018 has 015 bridges and 020 tunnels, and the code does not say which',
              basis: 'RULES.md 4',
              inferred: true,
            },
          ],
        },
      ],
    },
  },
} as const
