import { createHash } from 'node:crypto'
import { type AskAbove, issueNumber, type NumberRequest } from '@huijiao/exchange'
import { contentDigest, digestMatches, parseContentDigest } from '@huijiao/identity'
import { Problem } from '@huijiao/problem'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Context } from '../context.ts'
import { callerOf, requireCaller, spendSignature } from '../plugins/participants.ts'
import { traceParentOf } from '../plugins/tracing.ts'
import { signedRequest } from '../send-delivery.ts'

const problem = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
})

const body = {
  type: 'object',
  required: ['id', 'entity'],
  additionalProperties: false,
  properties: {
    id: { type: 'string', format: 'uuid', description: 'Of your choice; the same id, the same number · 请求编号' },
    entity: { type: 'string', maxLength: 100 },
    kind: { enum: ['project', 'phase'], description: 'May be left out: the entity says it' },
    standard: { type: 'string', maxLength: 40, description: '2018 when absent' },
    region: { type: 'string', maxLength: 6, description: 'project: code of the registering authority · 登记机关区划' },
    date: { type: 'string', maxLength: 10, description: 'project: day of registration; today in Asia/Shanghai when absent · 登记日期' },
    type: { type: 'string', maxLength: 10, description: 'project: TBPRJTYPEDIC · 项目分类' },
    prjNum: { type: 'string', maxLength: 20, description: 'phase: the project’s number · 项目编号' },
    class: { type: 'string', maxLength: 20, description: 'phase: code of its class, such as ContractTypeNum · 类别代码' },
  },
  examples: [
    { id: '0d9fd4a3-7c2e-4b53-8a0f-6b2f5c1d9e11', entity: 'TBProjectInfo', region: '370102', date: '2026-09-01', type: '01' },
    { id: '5b7c1c52-2f0e-4c3e-9b1a-3f4d2f6a7e22', entity: 'TBContractRecordManage', prjNum: '3701022609010101', class: '301' },
  ],
} as const

const answer = {
  type: 'object',
  properties: {
    number: { type: 'string' },
    field: { type: 'string', description: 'The field that takes it' },
    sequence: { type: 'integer' },
    issuer: { type: 'object', description: 'The node that gave it' },
    issuedAt: { type: 'string', format: 'date-time' },
    above: { type: 'object', description: 'The signed answer of the node above, when it gave the number' },
    signatures: { type: 'array', items: { type: 'object' } },
  },
  examples: [{ number: '3701022609010101', field: 'PrjNum', entity: 'TBProjectInfo', standard: '2018', sequence: 1 }],
} as const

const schema = {
  tags: ['numbers'],
  summary: 'A project or phase number, where this node gives them · 赋码：项目编号与阶段编号',
  description:
    'Numbers come from a locked counter for each region, day and type, or project and letters; those that stand in stored records are passed over. A number given never changes: send the same id again and get the same bytes. Where policy says that the node above gives them, the question is passed on.',
  security: [{ apiKey: [] }, { signature: [] }],
  body,
  response: {
    200: { description: 'The signed answer, the same bytes for the same id', content: { 'application/json': { schema: answer } } },
    400: problem('A member is not acceptable · 参数不合要求'),
    401: problem('Credentials are missing or wrong · 身份凭据缺失或无效'),
    403: problem('The region is not granted · 区域未授权'),
    409: problem('Numbers are used up, given by somebody else, or the id was used for another · 用完、由他方编发或 id 冲突'),
    422: problem('No letters are published for the class · 该类别没有字母'),
    503: problem('The node above gave no answer; try again under the same id · 上级未答复'),
  },
}

/** `POST /v1/numbers`. */
export function numberRoutes(app: FastifyInstance, context: Context): void {
  const { hub } = context
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'buffer', bodyLimit: 64 * 1024 }, (request, bytes: Buffer, done) => {
    try {
      checkDigest(request, bytes)
      done(null, JSON.parse(bytes.toString()))
    } catch (error) {
      done(error instanceof Problem ? error : Object.assign(error as Error, { statusCode: 400 }))
    }
  })
  app.addHook('onRequest', requireCaller(context))
  const above = createAskAbove(context)
  app.post<{ Body: NumberRequest }>('/v1/numbers', { schema }, async (request, reply) => {
    await spendSignature(request, context)
    if (context.epochs.healing())
      throw new Problem('not-ready', {
        zh: '本节点刚从备份恢复，正向上级取回此后的数据；稍后以同一 id 重试',
        en: 'This node was restored and is getting back what its upstreams hold; try again later under the same id',
      })
    const { answer: bytes } = await issueNumber(hub, callerOf(request), request.body, above)
    return reply.type('application/json').send(bytes)
  })
}

/** A signature covers `Content-Digest`; that the body has this digest is checked here. @throws Problem digest-mismatch */
function checkDigest(request: FastifyRequest, bytes: Buffer): void {
  const header = request.headers['content-digest']
  if (header === undefined) return
  const arrived = { sha256: createHash('sha256').update(bytes).digest(), sha512: createHash('sha512').update(bytes).digest() }
  if (!digestMatches(parseContentDigest(Array.isArray(header) ? header.join(', ') : header), arrived))
    throw new Problem('digest-mismatch', { zh: '请求体与 Content-Digest 不符', en: 'The body does not match Content-Digest' })
}

/** Asks the first upstream, as this node. Undefined when there is none. */
function createAskAbove({ hub, config, upstreams }: Context): AskAbove | undefined {
  const upstream = config.upstreams[0]
  if (upstream === undefined) return undefined
  return async (request) => {
    const bytes = Buffer.from(JSON.stringify(request))
    const headers = {
      'content-type': 'application/json',
      'content-digest': contentDigest(bytes),
      traceparent: traceParentOf(request.id.replaceAll('-', '')),
    }
    const parts = { hub, timeoutMs: config.jobs.sendTimeoutMs }
    const { status, body: answered } = await signedRequest(parts, 'POST', `${upstream.url}/v1/numbers`, headers, { body: bytes })
    return {
      status,
      body: answered,
      verified: status === 200 && (await upstreams.signedBy(upstream.name, answered)),
    }
  }
}
