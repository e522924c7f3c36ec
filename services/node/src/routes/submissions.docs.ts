import { problemQuery } from '../problem-list/answer.ts'
import { fileParams } from '../upload/file-params.ts'
import { type Control, controlSummaries, progressQuery, progressSchema } from './import-control.ts'

/** Schemas and examples of the submission routes, as /openapi.json shows them. */
const exampleId = '1e8ff4cc-25ea-4de4-aa4f-2531371bd198'
const params = {
  type: 'object',
  properties: { id: { type: 'string', description: 'The sender’s id · 批次编号（UUID）', examples: [exampleId] } },
} as const

const problem = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
})
const problems = {
  400: problem('Body or headers are not acceptable; nothing was stored · 请求不合要求，未写入'),
  401: problem('Credentials are missing or wrong · 身份凭据缺失或无效'),
  404: problem('Not found · 没有找到'),
} as const

const receipt = {
  description: 'The signed receipt; the same bytes for the same submission, for ever · 签名回执',
  content: { 'application/json': { schema: { $ref: '#/components/schemas/Receipt' } } },
}
const json = (description: string, schema: object) => ({ description, content: { 'application/json': { schema } } })
const security = [{ apiKey: [] }, { signature: [] }]

const groupsExample = {
  submission: exampleId,
  state: 'finished',
  records: 37,
  problems: 37,
  groups: [
    {
      code: 'code-unknown',
      type: '/problems/code-unknown',
      severity: 'error',
      rule: 'field.code',
      field: '建设性质',
      pointer: '/data/PrjPropertyNum',
      title: '代码不在字典中',
      en: { title: 'The code is not in its dictionary' },
      count: 37,
      fixes: 0,
      examples: [{ record: 4, pointer: '/data/PrjPropertyNum', value: '077' }],
      all: `/v1/submissions/${exampleId}/problems?code=code-unknown&severity=error&rule=field.code&field=%2Fdata%2FPrjPropertyNum`,
    },
  ],
}

export const submissionDocs = {
  submit: {
    tags: ['submissions'],
    summary: 'Hand in a submission · 报送一个批次',
    description:
      'The body is one submission: a JSON document (at most 16 MiB), or NDJSON with the envelope on the first line; or a file of rows (CSV of any size, an Excel workbook up to 20 MiB, XML), with what stands in an envelope said in the query; or a form (multipart/form-data) with one such file and the same names as fields. A file in GBK/GB18030 is recognised and noted in the receipt. `Content-Encoding`: identity, gzip or zstd. `Content-Digest` is optional with an API key and required with a signature. `Prefer: respond-async` asks for 202. `Idempotency-Key`, when given, equals the submission’s id.',
    security,
    querystring: {
      type: 'object',
      additionalProperties: false,
      properties: {
        dryRun: {
          type: 'boolean',
          description:
            'Judge everything, store nothing, sign nothing; the answer is like a receipt, with the problems of all records by kind in `groups` · 试报：只检查不写入，答复中的 groups 是归类的问题',
        },
        format: {
          enum: ['json', 'xlsx'],
          description: 'With dryRun: `xlsx` answers the file itself with its faulty cells marked · 试报时取回标注了问题的工作簿',
        },
        asRead: {
          type: 'boolean',
          description:
            'With dryRun: `asRead` of the answer holds the refused records (the first 1,000) as they were read from the file, to be mended and sent · 试报时连同被退回的记录原样返回，供修改后再报',
        },
        ...fileParams,
        mode: {
          type: 'string',
          enum: ['partial', 'atomic'],
          description: 'partial: each record by itself (default); atomic: all or none · 逐条或整批',
        },
      },
    },
    response: {
      200: receipt,
      202: json('Received whole; it is being stored · 已收全，正在入库', {
        type: 'object',
        properties: { id: { type: 'string' }, state: { enum: ['storing', 'paused'] }, location: { type: 'string' } },
      }),
      ...problems,
      403: problem('Not allowed · 没有权限'),
      408: problem('The body arrives too slowly · 请求体传得过慢'),
      409: problem('The id was used with other content · 批次编号已用于不同内容'),
      413: problem('Too large · 过大'),
      415: problem('Media type or encoding not supported · 内容类型或编码不支持'),
      422: problem('The envelope is not valid · 信封不合要求'),
      503: problem('Try again after Retry-After · 稍后重试'),
    },
  },
  status: {
    tags: ['submissions'],
    summary: 'State here and above · 批次在本级与上级的状态',
    security,
    params,
    response: { 200: json('State', { type: 'object' }), ...problems },
  },
  progress: {
    tags: ['submissions'],
    summary: 'How far it is stored: records, rate, time left · 入库进度',
    description:
      'Cheap to ask often. With `since` (the `mark` of the answer before) and `wait` it answers as soon as there is something new. Read from what is committed: the same from every process, and right after a crash.',
    security,
    params,
    querystring: { type: 'object', additionalProperties: false, properties: progressQuery },
    response: { 200: json('Progress', progressSchema), ...problems },
  },
  control: (act: Control) => ({
    tags: ['submissions'],
    summary: controlSummaries[act],
    description:
      act === 'cancel'
        ? 'Nothing that was acknowledged is undone. The receipt says `outcome: cancelled` and how far the body was judged; the same id with the same bytes is answered with it for ever. Send the rest under a new id: identical records answer `unchanged`.'
        : 'Only what is stored part by part can be paused: bodies above 1 MiB, and those answered with 202. What an operator paused only an operator resumes.',
    security,
    params,
    response: {
      200: json('Progress after it', progressSchema),
      ...problems,
      403: problem('An operator paused it · 由管理员暂停'),
      409: problem('It is in another state · 状态不允许'),
    },
  }),
  receipt: {
    tags: ['submissions'],
    summary: 'The receipt, byte for byte · 回执原文',
    security,
    params,
    response: { 200: receipt, ...problems },
  },
  problems: {
    tags: ['submissions'],
    summary: 'Records with problems: a page, by kind, or the whole list as a file · 有问题的记录：分页、归类或下载',
    description:
      'Without `format`: a page of records (`after`, `limit`, go on at `next` until it is null), or with `group=true` the problems by kind. With `format`, or an `Accept` of that media type: everything, as a file. `code`, `field`, `severity` and `rule` choose among them in every form.',
    security,
    params,
    querystring: {
      type: 'object',
      additionalProperties: false,
      properties: {
        after: { type: 'integer', minimum: 0, description: '`next` of the page before · 上一页的 next' },
        limit: { type: 'integer', minimum: 1, maximum: 1000 },
        ...problemQuery,
      },
    },
    response: {
      200: {
        description: 'A page, the groups, or the list · 一页、归类或全部',
        content: {
          'application/json': {
            schema: {
              type: 'object',
              properties: {
                submission: { type: 'string' },
                state: { type: 'string' },
                records: { description: 'Records with problems; with group=true how many there are' },
                next: { type: ['integer', 'null'] },
                problems: { type: 'integer' },
                groups: { type: 'array', items: { $ref: '#/components/schemas/ProblemGroup' } },
              },
              examples: [groupsExample],
            },
          },
          'application/x-ndjson': { schema: { type: 'string' } },
          'text/csv': { schema: { type: 'string', description: 'UTF-8 with byte order mark; one problem a line · 可直接用 Excel 打开' } },
        },
      },
      ...problems,
    },
  },
  outcomes: {
    tags: ['submissions'],
    summary: 'Outcome of every record, NDJSON · 逐条结果',
    security,
    params,
    response: {
      200: { description: 'One JSON object a line', content: { 'application/x-ndjson': { schema: { type: 'string' } } } },
      ...problems,
    },
  },
} as const
