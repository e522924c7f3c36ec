const text = (maxLength: number, more: object = {}) => ({ type: 'string', minLength: 1, maxLength, ...more })
const instant = { type: 'string', format: 'date-time' } as const
export const operatorId = text(60, { examples: ['o-5f0c2a9e4b'] })

export const whoSchema = {
  type: 'object',
  properties: {
    signedIn: { type: 'boolean' },
    next: { type: ['string', 'null'], enum: ['second-factor', null], description: 'What the sign-in still needs · 登录的下一步' },
    challenge: { type: 'string', description: 'Give it back with the code, within five minutes' },
    operator: {
      type: ['object', 'null'],
      description: 'Null for the operator token',
      properties: {
        operatorId: { type: 'string' },
        userName: { type: 'string' },
        displayName: { type: ['string', 'null'] },
        secondFactor: { type: 'boolean' },
      },
    },
    role: { enum: ['administrator', 'operator', 'clerk', 'viewer'] },
    regions: { type: 'array', items: { type: 'string' } },
    wholeNode: { type: 'boolean', description: 'The regions cover the node’s own · 涵盖本节点全部辖区' },
    rights: {
      type: 'array',
      description: 'Routes that this account may call · 可用接口',
      items: { type: 'object', properties: { method: { type: 'string' }, route: { type: 'string' } } },
    },
    duties: {
      type: 'array',
      items: { enum: ['change-password', 'enrol-second-factor'] },
      description: 'What has to be done before anything else',
    },
    session: { type: ['string', 'null'] },
    csrf: { type: ['string', 'null'], description: 'Send it as X-CSRF-Token with every request that changes something' },
    idleAt: { ...instant, type: ['string', 'null'] },
    expiresAt: { ...instant, type: ['string', 'null'] },
  },
} as const

export const signInDocs = {
  summary: 'Sign in: user name and password, then the code of the second factor · 登录',
  description:
    'First step: `userName`, `password`, and `captcha` once an attempt has failed. The answer is the session (as GET gives it, with its cookie), or `next: "second-factor"` and a `challenge`. Second step: `challenge` and `code` (six digits, or a recovery code). · 第一步：用户名、口令，失败一次后附验证码；如需动态口令，第二步：challenge 与 code。',
  security: [],
  body: {
    type: 'object',
    additionalProperties: false,
    properties: {
      userName: text(63),
      password: text(512),
      captcha: {
        type: 'object',
        required: ['id', 'answer'],
        additionalProperties: false,
        properties: { id: text(60), answer: text(60) },
      },
      challenge: text(100),
      code: text(40),
    },
    oneOf: [
      { required: ['userName', 'password'], properties: { challenge: false, code: false } },
      { required: ['challenge', 'code'], properties: { userName: false, password: false, captcha: false } },
    ],
    examples: [
      { userName: 'shili-guanli', password: '…', captcha: { id: 'pXo3…', answer: '7KTM2' } },
      { challenge: 'v8Q…', code: '123456' },
    ],
  },
  response: { 200: whoSchema },
} as const

export const stateDocs = {
  summary: 'Whether the browser is signed in, and until when; asking is no use of the session · 是否已登录',
  security: [],
  response: {
    200: {
      type: 'object',
      required: ['signedIn', 'idleAt'],
      properties: { signedIn: { type: 'boolean' }, idleAt: { ...instant, type: ['string', 'null'] } },
    },
  },
} as const

export const captchaDocs = {
  summary: 'A captcha for the sign-in: a picture, or work for the page · 登录验证码',
  description:
    '`image`: five characters as SVG. `work`: nothing to see or hear; find an `answer` so that SHA-256 of `<id>:<answer>` begins with `bits` zero bits (a page needs about a second). Good for five minutes and one try. · image 为图片；work 供看不清图片者使用：由页面计算，无须辨认。',
  security: [],
  querystring: {
    type: 'object',
    additionalProperties: false,
    properties: { form: { enum: ['image', 'work'], description: 'image when absent' } },
  },
  response: {
    200: {
      type: 'object',
      required: ['id', 'form', 'expiresAt'],
      properties: {
        id: { type: 'string' },
        form: { enum: ['image', 'work'] },
        svg: { type: 'string' },
        bits: { type: 'integer' },
        expiresAt: instant,
      },
      examples: [{ id: '3q2-7wEjRWeJq83vEjRWeA', form: 'work', bits: 18, expiresAt: '2026-09-01T01:35:00.000Z' }],
    },
  },
} as const

export const passwordDocs = {
  summary: 'Change one’s own password; other sessions end · 更改本人口令',
  body: {
    type: 'object',
    required: ['current', 'next'],
    additionalProperties: false,
    properties: { current: text(512), next: text(512) },
    examples: [{ current: '…', next: '… 至少 12 个字符' }],
  },
  response: { 200: whoSchema },
} as const

export const enrolDocs = {
  summary: 'Begin with a second factor: a secret for an authenticator, shown this once · 启用动态口令',
  body: {
    type: 'object',
    required: ['password'],
    additionalProperties: false,
    properties: { password: text(512) },
    examples: [{ password: '…' }],
  },
  response: {
    200: {
      type: 'object',
      properties: {
        secret: { type: 'string', description: 'Base32' },
        uri: { type: 'string', description: 'otpauth:// address for a QR code' },
      },
    },
  },
} as const

export const confirmDocs = {
  summary: 'Put the second factor in force with its first code; recovery codes, shown this once · 确认动态口令',
  body: {
    type: 'object',
    required: ['code'],
    additionalProperties: false,
    properties: { code: text(40) },
    examples: [{ code: '123456' }],
  },
  response: { 200: { type: 'object', properties: { recoveryCodes: { type: 'array', items: { type: 'string' } } } } },
} as const

export const disableDocs = {
  summary: 'End the second factor, where the role need not have one · 停用动态口令',
  body: {
    type: 'object',
    required: ['password', 'code'],
    additionalProperties: false,
    properties: { password: text(512), code: text(40) },
    examples: [{ password: '…', code: '123456' }],
  },
  response: { 204: { type: 'null' } },
} as const

const role = { enum: ['administrator', 'operator', 'clerk', 'viewer'] } as const
const regions = { type: 'array', minItems: 1, maxItems: 200, items: { type: 'string', pattern: '^\\d{6}$' } } as const
const displayName = { type: ['string', 'null'], maxLength: 100 } as const

export const operatorSchema = {
  type: 'object',
  required: [
    'operatorId',
    'userName',
    'displayName',
    'role',
    'regions',
    'mustChangePassword',
    'secondFactor',
    'createdAt',
    'passwordAt',
    'disabledAt',
  ],
  properties: {
    operatorId: { type: 'string' },
    userName: { type: 'string' },
    displayName: { type: ['string', 'null'] },
    role,
    regions,
    mustChangePassword: { type: 'boolean' },
    secondFactor: { type: 'boolean' },
    createdAt: instant,
    passwordAt: instant,
    disabledAt: { ...instant, type: ['string', 'null'] },
    password: { type: 'string', description: 'Only when it was made up, this once' },
  },
} as const

export const operatorNamesDocs = {
  summary: 'Names of accounts, by id or by a part of the name · 用户的名称',
  description:
    'For ids such as `o-5f0c2a9e4b` that stand in the log and beside decisions. Accounts whose regions lie within those of the caller, and the own one; those in force first. · 日志与各项处理中的用户编号对应的名称；仅限区域在本人范围之内的用户和本人。',
  querystring: {
    type: 'object',
    additionalProperties: false,
    properties: {
      ids: text(2000, {
        pattern: '^o-[0-9a-f]{1,40}(,o-[0-9a-f]{1,40}){0,99}$',
        description: 'At most 100 ids, with commas between them · 至多 100 个编号，以逗号分隔',
        examples: ['o-5f0c2a9e4b,o-0d71c3a2f8'],
      }),
      q: text(100, { description: 'A part of the name or of the user name · 名称或用户名的一部分', examples: ['历下'] }),
      limit: { type: 'integer', minimum: 1, maximum: 100, description: '50 when absent · 缺省 50' },
    },
  },
  response: {
    200: {
      type: 'object',
      required: ['items'],
      properties: {
        items: {
          type: 'array',
          items: {
            type: 'object',
            required: ['operatorId', 'name', 'disabled'],
            properties: {
              operatorId,
              name: { type: 'string', description: 'The user name where the account has no other · 未填名称时为用户名' },
              disabled: { type: 'boolean' },
            },
          },
        },
      },
      examples: [{ items: [{ operatorId: 'o-5f0c2a9e4b', name: '历下区录入员（示例）', disabled: false }] }],
    },
  },
} as const

export const newOperatorDocs = {
  summary: 'Make an account; a made-up password is shown this once · 新建用户',
  body: {
    type: 'object',
    required: ['userName', 'role', 'regions'],
    additionalProperties: false,
    properties: {
      userName: text(63),
      displayName,
      role,
      regions,
      password: text(512, { description: 'Made up when absent' }),
      mustChangePassword: { type: 'boolean', description: 'true when absent: changed at the first sign-in' },
    },
    examples: [{ userName: 'lixia-luru', displayName: '历下区录入员（示例）', role: 'clerk', regions: ['370102'] }],
  },
  response: { 201: operatorSchema },
} as const

export const changeOperatorDocs = {
  summary: 'Change name, role or regions; disable or enable · 修改或停用用户',
  body: {
    type: 'object',
    minProperties: 1,
    additionalProperties: false,
    properties: { displayName, role, regions, disabled: { type: 'boolean' } },
    examples: [{ disabled: true }, { role: 'viewer', regions: ['370102', '370103'] }],
  },
  response: { 200: operatorSchema },
} as const
