import { namesSchema } from './admin/names.ts'
import { pageQuery, pageSchema } from './admin/page.ts'

/** Schemas and examples of the attachment routes, as /openapi.json shows them. */
const exampleDigest = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'

const params = {
  type: 'object',
  properties: {
    digest: {
      type: 'string',
      pattern: '^(sha-256:)?[0-9a-f]{64}$',
      description: 'SHA-256 of the bytes, 64 hex digits in lower case · 内容的 SHA-256',
      examples: [exampleDigest],
    },
  },
} as const

const problem = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
})

const scan = {
  type: 'object',
  description: 'Whether identity numbers stand in it: what the node could read of its text · 身份证号筛查',
  properties: {
    state: { enum: ['none', 'found', 'unscanned'] },
    found: { type: 'integer', description: 'Different identity numbers' },
    unread: { type: 'integer', description: 'Parts of a package, such as pictures, that were not read' },
    checked: {
      type: ['object', 'null'],
      description: 'What a person said of it',
      properties: { at: { type: 'string', format: 'date-time' }, by: { type: 'string' }, reason: { type: 'string' } },
    },
    detail: { type: 'string' },
    en: { type: 'object', properties: { detail: { type: 'string' } } },
  },
} as const
const scanExample = {
  state: 'unscanned',
  found: 0,
  unread: 0,
  checked: null,
  detail: '未筛查身份证号：此类文件（扫描件、PDF）的文字不能读取，须人工核查',
  en: { detail: 'Not scanned for identity numbers: the text of such a file (a scan, a PDF) cannot be read here; a person has to look' },
} as const
const facts = {
  type: 'object',
  properties: {
    digest: { type: 'string', description: 'As a record lists it' },
    mediaType: { type: 'string' },
    bytes: { type: 'integer' },
    storedAt: { type: 'string', format: 'date-time' },
    scan,
  },
  examples: [
    {
      digest: `sha-256:${exampleDigest}`,
      mediaType: 'application/pdf',
      bytes: 48213,
      storedAt: '2026-09-01T01:30:02.114Z',
      scan: scanExample,
    },
  ],
} as const
const answer = (description: string) => ({ description, content: { 'application/json': { schema: facts } } })
const binary = (description: string) => ({ description, content: { '*/*': { schema: { type: 'string', format: 'binary' } } } })
const security = [{ apiKey: [] }, { signature: [] }]

export const attachmentDocs = {
  put: {
    tags: ['attachments'],
    summary: 'Hand in evidence before the record that names it · 上传附件（先于引用它的记录）',
    description:
      'The body is the file’s bytes as they are, without Content-Encoding. They are digested and must give the address; what they are is told from the content and must be what Content-Type says and the policy takes. The text of Word, Excel and OFD files is looked through for identity numbers, and `scan` says what was found, or that nobody looked. Safe to repeat. Attachments that no record ever names are removed after a while.',
    security,
    params,
    consumes: ['application/pdf', 'application/ofd', 'image/jpeg', 'image/png', 'image/tiff'],
    response: {
      200: answer('Already handed in by this participant · 本单位已上传过'),
      201: answer('Stored, durably · 已保存'),
      400: problem('The bytes do not give the digest, or ended early · 摘要不符或未传完'),
      401: problem('Credentials are missing or wrong · 身份凭据缺失或无效'),
      403: problem('The quota is used up · 配额已满'),
      413: problem('Too large · 过大'),
      415: problem('Of a kind that is not taken, or not what Content-Type says · 类型不可接收或不符'),
      503: problem('Try again after Retry-After · 稍后重试'),
    },
  },
  get: {
    tags: ['attachments'],
    summary: 'Read back an attachment of one’s own · 取回本单位上传的附件',
    description: 'The read is written down before the first byte leaves. `HEAD` asks whether it is here.',
    security,
    params,
    response: {
      200: binary('The bytes, with their media type'),
      401: problem('Credentials'),
      404: problem('Not here, or not yours · 没有，或非本单位上传'),
    },
  },
  list: {
    summary: 'Attachments with what was found in them, latest first · 附件筛查',
    querystring: {
      type: 'object',
      additionalProperties: false,
      properties: {
        ...pageQuery,
        scan: { enum: ['none', 'found', 'unscanned'] },
        checked: { type: 'boolean', description: 'Whether a person has said something of it' },
      },
    },
    response: { 200: pageSchema(undefined, { names: namesSchema }) },
  },
  check: {
    summary: 'Say that an attachment was looked at · 登记附件已核查',
    description:
      'For those in which identity numbers were found, or that could not be scanned. From then on it travels as policy says; records that waited for it are sent. · 此后按政策上报；因此暂缓的记录随即重发。',
    params,
    body: {
      type: 'object',
      required: ['reason'],
      additionalProperties: false,
      properties: { reason: { type: 'string', minLength: 1, maxLength: 500 } },
      examples: [{ reason: '证件号码为办理所必需，已核对（合成）' }],
    },
    response: {
      200: { type: 'object', properties: { digest: { type: 'string' }, scan } },
      404: problem('None waits for a check · 没有待核查的附件'),
    },
  },
  read: {
    tags: ['admin'],
    summary: 'Read an attachment by right, with a purpose · 凭权限调阅附件',
    security: [{ operatorToken: [] }],
    params,
    querystring: {
      type: 'object',
      required: ['purpose'],
      additionalProperties: false,
      properties: { purpose: { type: 'string', minLength: 2, maxLength: 200, description: 'Why; it stands in the access log · 调阅事由' } },
    },
    response: { 200: binary('The bytes, with their media type'), 404: problem('Not here · 没有') },
  },
} as const
