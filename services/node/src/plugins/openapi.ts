import swagger from '@fastify/swagger'
import { outcomes, wholeOutcomes } from '@huijiao/exchange'
import { xlsxMediaType } from '@huijiao/files'
import { catalogue } from '@huijiao/problem'
import type { Release } from '@huijiao/standard'
import type { FastifyInstance } from 'fastify'
import type { Context } from '../context.ts'
import { fileParams } from '../upload/file-params.ts'

type Json = Record<string, unknown>

/** `/openapi.json`, made from the routes' own schemas. */
export async function describeApi(app: FastifyInstance, context: Context): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: `汇交节点 · Huijiao node ${context.hub.node.name}`,
        version: '0.1.0',
        description:
          '建筑市场监管与诚信信息数据交换 · Exchange of construction-market supervision data. Every error is application/problem+json; see /problems.',
      },
      components: { securitySchemes },
      tags: [
        'submissions',
        'attachments',
        'records',
        'public',
        'numbers',
        'log',
        'standards',
        'problems',
        'conformance',
        'node',
        'feed',
        'reconciliation',
        'health',
        'admin',
      ].map((name) => ({ name })),
    },
    transformObject: (document) => {
      const described = ('openapiObject' in document ? document.openapiObject : {}) as { paths?: Record<string, { post?: Json }> }
      const post = described.paths?.['/v1/submissions']?.post
      if (post !== undefined) post['requestBody'] = submissionBody
      return described as never
    },
  })
  // A large document that changes only with the releases: written once for each, not for every stranger who asks.
  let written: { releases: unknown; text: string } | undefined
  app.get('/openapi.json', { schema: { hide: true } }, async (_request, reply) => {
    const { releases } = context.hub.standards()
    if (written?.releases !== releases) {
      const document = app.swagger() as { components?: Json }
      const schemas = componentSchemas([...releases.values()])
      written = { releases, text: JSON.stringify({ ...document, components: { ...document.components, schemas } }) }
    }
    const { text } = written
    return reply.type('application/json; charset=utf-8').send(text)
  })
}

const securitySchemes = {
  apiKey: { type: 'http', scheme: 'bearer', description: 'API key of a participant · 接入单位 API 密钥' },
  signature: {
    type: 'apiKey',
    in: 'header',
    name: 'Signature',
    description: 'RFC 9421 signature with Signature-Input and Content-Digest; ed25519 or ecdsa-p256-sha256 · 请求签名',
  },
  operatorSession: {
    type: 'apiKey',
    in: 'cookie',
    name: '__Host-huijiao-session-NODE',
    description:
      'Session of an operator, begun at POST /admin/v1/session; over plain HTTP the name has no __Host-. Requests that change something also carry X-CSRF-Token · 用户登录',
  },
  operatorToken: { type: 'http', scheme: 'bearer', description: 'Operator token · 管理令牌' },
} as const

const exampleRecord = {
  entity: 'TBProjectInfo',
  operation: 'upsert',
  sourceId: 'XM-187',
  sourceVersion: 3,
  enteredBy: 'u2048',
  data: {
    PrjNum: '3701022609010101',
    PrjName: '示例花园（合成）',
    PrjTypeNum: '01',
    ProvinceNum: '370000',
    CityNum: '370100',
    CountyNum: '370102',
    BuildCorpCode: '91370199MA00DEM14Q',
    AllInvest: '18600.5',
    DataSource: '1',
    DataLevel: 'C',
  },
}
const exampleEnvelope = {
  id: '1e8ff4cc-25ea-4de4-aa4f-2531371bd198',
  standard: '2018',
  producedAt: '2026-09-01T09:30:00+08:00',
  responsible: { unit: '示例市住房和城乡建设局', name: '王示例', account: 'u1024' },
}
const exampleWithdrawal = {
  entity: 'TBContractRecordManage',
  operation: 'withdraw',
  sourceId: 'HT-9',
  key: { RecordNum: '3701022609010101-HZ-001' },
  reason: '重复报送',
}

const csvExample = 'PrjNum,PrjName,PrjTypeNum\r\n3701022609010101,示例花园（合成）,01\r\n'
const xmlExample = '<data><TBProjectInfo><PrjNum>3701022609010101</PrjNum><PrjName>示例花园（合成）</PrjName></TBProjectInfo></data>'

const submissionBody = {
  required: true,
  content: {
    'application/json': {
      schema: { $ref: '#/components/schemas/Submission' },
      examples: { first: { summary: '一条项目、一条撤回', value: { ...exampleEnvelope, records: [exampleRecord, exampleWithdrawal] } } },
    },
    'application/x-ndjson': {
      schema: { type: 'string' },
      examples: {
        first: {
          summary: '首行为信封，其后一行一条',
          value: [exampleEnvelope, exampleRecord].map((line) => JSON.stringify(line)).join('\n'),
        },
      },
    },
    'text/csv': {
      schema: { type: 'string' },
      examples: { first: { summary: '?standard=2018&entity=TBProjectInfo&responsibleUnit=…&responsibleName=…', value: csvExample } },
    },
    [xlsxMediaType]: { schema: { type: 'string', format: 'binary' } },
    'application/xml': {
      schema: { type: 'string' },
      examples: { first: { summary: '?standard=2018&responsibleUnit=…', value: xmlExample } },
    },
    'multipart/form-data': {
      schema: {
        type: 'object',
        required: ['file'],
        description: 'One file (CSV, .xlsx, XML, or JSON/NDJSON with its own envelope), and what the query would say as fields',
        properties: {
          file: { type: 'string', format: 'binary' },
          envelope: { type: 'string', description: 'The envelope as JSON, instead of single fields · 也可以 JSON 给出信封' },
          ...fileParams,
        },
      },
    },
  },
}

function componentSchemas(releases: readonly Release[]): Json {
  const codes = [...new Set(releases.flatMap((release) => [...release.entities.keys()]))].toSorted()
  const records = Object.fromEntries(codes.map((code) => [`Record.${code}`, recordSchema(releases, code)]))
  const words = { type: 'object', properties: { title: { type: 'string' }, detail: { type: 'string' }, hint: { type: 'string' } } }
  return {
    ...records,
    Envelope: {
      type: 'object',
      required: ['id', 'standard', 'responsible'],
      properties: {
        id: { type: 'string', format: 'uuid' },
        standard: { enum: releases.map((release) => release.id) },
        producedAt: { type: 'string', format: 'date-time' },
        responsible: {
          type: 'object',
          required: ['unit', 'name'],
          properties: { unit: { type: 'string' }, name: { type: 'string' }, account: { type: 'string' } },
        },
        legacy: { type: 'boolean', description: 'Existing stock that is brought in once; needs a permission · 存量数据（须有许可）' },
      },
      examples: [exampleEnvelope],
    },
    Record: {
      oneOf: codes.map((code) => ({ $ref: `#/components/schemas/Record.${code}` })),
      discriminator: {
        propertyName: 'entity',
        mapping: Object.fromEntries(codes.map((code) => [code, `#/components/schemas/Record.${code}`])),
      },
      examples: [exampleRecord, exampleWithdrawal],
    },
    Submission: {
      allOf: [
        { $ref: '#/components/schemas/Envelope' },
        {
          type: 'object',
          required: ['records'],
          properties: { records: { type: 'array', minItems: 1, items: { $ref: '#/components/schemas/Record' } } },
        },
      ],
    },
    Problem: {
      type: 'object',
      required: ['type', 'code', 'title', 'detail', 'hint', 'retryable', 'en'],
      properties: {
        type: { type: 'string', description: 'Relative address of the page that explains it' },
        code: { enum: Object.keys(catalogue) },
        status: { type: 'integer' },
        severity: { enum: ['error', 'doubt', 'warning'] },
        record: { type: 'integer', description: '0-based position in the submission' },
        pointer: { type: 'string', description: 'JSON Pointer relative to the record' },
        field: { type: 'string' },
        value: {},
        allowed: { type: 'string' },
        rule: { type: 'string' },
        basis: { type: 'string', description: '依据；英文在 en.basis，两种语言相同时没有 In Chinese; en.basis where the English differs' },
        title: { type: 'string' },
        detail: { type: 'string' },
        hint: { type: 'string' },
        fix: { type: 'array', description: 'JSON Patch that mends the record', items: { type: 'object' } },
        retryable: { type: 'boolean' },
        traceId: { type: 'string' },
        place: {
          type: 'object',
          description: 'Where it stands in the sender’s file of rows · 在报送方文件中的位置',
          properties: {
            sheet: { type: 'string' },
            row: { type: 'integer' },
            cell: { type: 'string', examples: ['B17'] },
            column: { type: 'string' },
          },
        },
        range: {
          type: 'object',
          description:
            'Entries of the log, or parts of which old versions have their contents, that are kept elsewhere, from `from` up to and without `to` · 移出数据库的一段日志或较早版本的内容',
          properties: {
            from: { type: 'integer' },
            to: { type: 'integer' },
            place: { type: 'string', description: 'Where, in the words of who took them out · 存放处' },
            digest: { type: 'string', description: 'Of its file range.json · range.json 的摘要' },
          },
        },
        en: words,
      },
      examples: [
        {
          type: '/problems/submission-empty',
          code: 'submission-empty',
          status: 422,
          title: '批次中没有记录',
          detail: '批次中一条记录也没有',
          hint: '至少报送一条记录',
          retryable: false,
          traceId: '0af7651916cd43dd8448eb211c80319c',
          en: {
            title: 'The submission has no records',
            detail: 'There is not one record in the submission',
            hint: 'Send at least one record',
          },
        },
      ],
    },
    ProblemGroup: {
      type: 'object',
      description: 'One mistake made many times: the same code, field and rule · 同一类问题',
      required: ['code', 'severity', 'rule', 'field', 'pointer', 'title', 'en', 'count', 'fixes', 'examples'],
      properties: {
        code: { enum: Object.keys(catalogue) },
        type: { type: 'string' },
        severity: { enum: ['error', 'doubt', 'warning'] },
        rule: { type: ['string', 'null'] },
        field: { type: ['string', 'null'] },
        pointer: { type: ['string', 'null'], description: 'Positions in lists are written *' },
        title: { type: 'string' },
        en: { type: 'object', properties: { title: { type: 'string' } } },
        count: { type: 'integer' },
        fixes: { type: 'integer', description: 'How many of them carry a fix' },
        examples: {
          type: 'array',
          items: {
            type: 'object',
            properties: { record: { type: ['integer', 'null'] }, pointer: { type: ['string', 'null'] }, value: {} },
          },
        },
        all: { type: 'string', description: 'Address that lists them all' },
      },
    },
    Receipt: {
      type: 'object',
      required: [
        'receipt',
        'submission',
        'node',
        'standard',
        'mode',
        'receivedAt',
        'outcome',
        'counts',
        'records',
        'parts',
        'logBy',
        'signatures',
      ],
      properties: {
        receipt: { const: 1 },
        submission: { type: 'object', properties: { id: { type: 'string' }, digest: { type: 'string' }, participant: { type: 'string' } } },
        node: { type: 'object' },
        standard: { type: 'string' },
        judgedBy: {
          type: 'array',
          description: 'The revisions of the standard by which every record was judged · 据以判断的标准版本和修订号',
          items: {
            type: 'object',
            properties: { release: { type: 'string' }, revision: { type: 'integer' }, issuer: { type: 'string' } },
          },
        },
        mode: { enum: ['partial', 'atomic'] },
        file: {
          type: 'object',
          description: 'Of a file of rows: its kind, encoding, sheets, columns that were not taken · 文件的编码、工作表与未读取的列',
          properties: {
            kind: { enum: ['csv', 'xlsx', 'xml'] },
            name: { type: 'string' },
            encoding: { enum: ['UTF-8', 'GB18030'] },
            sheets: { type: 'array', items: { type: 'object' } },
          },
        },
        receivedAt: { type: 'string', format: 'date-time' },
        legacy: { const: true, description: 'The sender said that it is existing stock · 存量数据' },
        outcome: { enum: [...wholeOutcomes, 'cancelled'] },
        cancelled: {
          type: 'object',
          description: 'Ended before its end: records from `records` on were neither judged nor stored · 中途取消',
          properties: {
            at: { type: 'string', format: 'date-time' },
            by: { type: 'string', description: '`participant:…` or `operator:…`' },
            records: { type: 'integer' },
            bytes: { type: 'object', properties: { judged: { type: 'integer' }, of: { type: 'integer' } } },
          },
        },
        counts: { type: 'object', properties: Object.fromEntries(outcomes.map((outcome) => [outcome, { type: 'integer' }])) },
        records: { type: 'array', items: { $ref: '#/components/schemas/Outcome' } },
        parts: { type: 'array', items: { type: 'object' } },
        logBy: { type: 'string', format: 'date-time' },
        signatures: {
          type: 'array',
          items: { type: 'object', properties: { alg: { const: 'ed25519' }, keyId: { type: 'string' }, value: { type: 'string' } } },
        },
      },
    },
    Outcome: {
      type: 'object',
      required: ['index', 'outcome'],
      properties: {
        index: { type: 'integer' },
        entity: { type: ['string', 'null'] },
        sourceId: { type: ['string', 'null'] },
        recordId: { type: 'string', pattern: '^r_[0-9a-f]{32}$' },
        version: { type: 'integer' },
        outcome: { enum: [...outcomes] },
        commitment: { type: 'string' },
        problems: { type: 'array', items: { $ref: '#/components/schemas/Problem' } },
      },
    },
  }
}

/** One record of an entity; its `data` is the entity's own schema, served by this node. */
function recordSchema(releases: readonly Release[], code: string): Json {
  const served = releases.filter((release) => release.entities.has(code))
  const name = served.at(-1)?.entities.get(code)?.nameZh ?? code
  const schemas = served.map((release) => ({ $ref: `/v1/schemas/${release.id}/${code}.json` }))
  return {
    type: 'object',
    title: name,
    required: ['entity', 'operation', 'sourceId'],
    properties: {
      entity: { const: code },
      operation: { enum: ['upsert', 'withdraw'] },
      sourceId: { type: 'string' },
      sourceVersion: { type: 'integer' },
      enteredBy: { type: 'string' },
      data: schemas.length === 1 ? schemas[0] : { anyOf: schemas },
      key: { type: 'object', description: 'withdraw: the business key' },
      reason: { type: 'string', description: 'withdraw: why' },
      attachments: {
        type: 'array',
        maxItems: 100,
        description: 'Handed in before with PUT /v1/attachments/{sha-256} · 先上传附件',
        items: {
          type: 'object',
          required: ['kind', 'digest', 'mediaType', 'name'],
          additionalProperties: false,
          properties: {
            kind: { type: 'string', maxLength: 50 },
            digest: { type: 'string', pattern: '^sha-256:[0-9a-f]{64}$' },
            mediaType: { type: 'string' },
            name: { type: 'string', maxLength: 200 },
          },
        },
      },
    },
  }
}
