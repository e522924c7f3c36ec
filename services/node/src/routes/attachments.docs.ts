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

const facts = {
  type: 'object',
  properties: {
    digest: { type: 'string', description: 'As a record lists it' },
    mediaType: { type: 'string' },
    bytes: { type: 'integer' },
    storedAt: { type: 'string', format: 'date-time' },
  },
  examples: [{ digest: `sha-256:${exampleDigest}`, mediaType: 'application/pdf', bytes: 48213, storedAt: '2026-09-01T01:30:02.114Z' }],
} as const
const answer = (description: string) => ({ description, content: { 'application/json': { schema: facts } } })
const binary = (description: string) => ({ description, content: { '*/*': { schema: { type: 'string', format: 'binary' } } } })
const security = [{ apiKey: [] }, { signature: [] }]

export const attachmentDocs = {
  put: {
    tags: ['attachments'],
    summary: 'Hand in evidence before the record that names it · 上传附件（先于引用它的记录）',
    description:
      'The body is the file’s bytes as they are, without Content-Encoding. They are digested and must give the address; what they are is told from the content and must be what Content-Type says and the policy takes. Safe to repeat. Attachments that no record ever names are removed after a while.',
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
