import type { Socket } from 'node:net'
import { submittedTypes } from '@huijiao/exchange'
import { Problem, type ProblemCode, type Words, catalogue } from '@huijiao/problem'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type Fault, validationWords } from './validation-words.ts'

export const problemMediaType = 'application/problem+json; charset=utf-8'

/** What answers a person whose address is wrong, by the application that has pages. */
const pages = new WeakMap<FastifyInstance, (request: FastifyRequest, reply: FastifyReply) => FastifyReply>()

/** A browser at an address that is not there, beside those of the interfaces, gets a page instead of a problem. */
export function answerWithPage(app: FastifyInstance, page: (request: FastifyRequest, reply: FastifyReply) => FastifyReply): void {
  pages.set(app, page)
}
const isInterface = /^\/(v1|admin|public|console|problems|conformance)(\/|$)/

/** Answers every error as application/problem+json from the catalogue, with the request's id as `traceId`. */
export function answerProblems(app: FastifyInstance): void {
  const methods = rememberRoutes(app)
  app.setErrorHandler((error: FastifyError, request, reply) => sendError(error, request, reply))
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?')[0] as string
    const allowed = methods(path)
    const page = pages.get(app)
    if (allowed.length === 0 && page !== undefined && request.headers.accept?.includes('text/html') === true && !isInterface.test(path))
      return page(request, reply)
    if (allowed.length === 0)
      return sendError(
        new Problem('not-found', { zh: '没有这个地址', en: 'There is no such address' }, { value: path.slice(0, 200) }),
        request,
        reply,
      )
    const list = allowed.join(', ')
    reply.header('allow', list)
    const words = { zh: `此地址支持 ${list}`, en: `This address takes ${list}` }
    return sendError(new Problem('method-not-allowed', words, { value: request.method, allowed: list }), request, reply)
  })
}

/** Sends the problem that `error` amounts to; what has none is an internal error, logged with its cause. */
export function sendError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = oddMediaType(error, request) ?? packedJson(error, request) ?? asProblem(error)
  if (problem.status >= 500) request.log.error({ err: problem.cause ?? problem, code: problem.code }, 'the request failed')
  if (problem.status === 401 && !reply.hasHeader('www-authenticate')) reply.header('www-authenticate', 'Bearer realm="huijiao"')
  if ((problem.status === 503 || problem.status === 429) && !reply.hasHeader('retry-after')) reply.header('retry-after', '1')
  return reply
    .code(problem.status)
    .type(problemMediaType)
    .send(Buffer.from(JSON.stringify(problem.toDocument(request.id))))
}

const internal: Words = { zh: '节点未能完成此请求', en: 'The node could not finish this request' }

/** Fastify's own errors by their code; its messages are for developers, so the words are ours. */
const ofFastify: Readonly<Record<string, readonly [ProblemCode, Words]>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: ['body-too-large', { zh: '请求体超过上限', en: 'The body is above the limit' }],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [
    'media-type-unsupported',
    { zh: '此地址只收 application/json', en: 'This address takes application/json only' },
  ],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: [
    'body-incomplete',
    { zh: '请求体长度与 Content-Length 不符', en: 'The body is not as long as Content-Length says' },
  ],
  FST_ERR_CTP_EMPTY_JSON_BODY: ['body-empty', { zh: '请求体为空', en: 'The body is empty' }],
  FST_ERR_CTP_INVALID_JSON_BODY: ['json-malformed', { zh: '请求体不是合法的 JSON', en: 'The body is not valid JSON' }],
  FST_ERR_BAD_URL: ['request-malformed', { zh: '地址中的百分号编码不合法', en: 'The address has broken percent-encoding' }],
  FST_ERR_MAX_PARAM_LENGTH: ['not-found', { zh: '地址中的编号过长', en: 'An id in the address is too long' }],
  FST_ERR_NOT_FOUND: ['not-found', { zh: '没有这个地址', en: 'There is no such address' }],
}

/** A Content-Type that is none, where more than JSON is taken: the framework refuses it before our own reader could say so. */
function oddMediaType(error: unknown, request: FastifyRequest): Problem | null {
  if ((error as Partial<FastifyError> | null)?.code !== 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return null
  if (request.routeOptions?.url !== '/v1/submissions') return null
  const value = (request.headers['content-type'] ?? '').slice(0, 80)
  const words = { zh: `Content-Type 不是一个内容类型：“${value}”`, en: `Content-Type is no media type: "${value}"` }
  return new Problem('media-type-unsupported', words, { allowed: submittedTypes, value })
}

/** A compressed body where only submissions may be compressed: it looks like broken JSON, and is none. */
function packedJson(error: unknown, request: FastifyRequest): Problem | null {
  if (asProblem(error).code !== 'json-malformed' || error instanceof Problem) return null
  const value = (request.headers['content-encoding'] ?? 'identity').slice(0, 80)
  if (['', 'identity'].includes(value.trim().toLowerCase())) return null
  return new Problem(
    'encoding-unsupported',
    {
      zh: `此地址不收压缩的请求体，收到的内容编码是 ${value}`,
      en: `This address takes no compressed body; the content encoding is ${value}`,
    },
    { value, allowed: 'identity', hint: { zh: '不压缩，原样发送', en: 'Send it as it is, not compressed' } },
  )
}

export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error
  const fault = (error ?? {}) as Partial<FastifyError> & { errno?: number; severity?: string }
  if (fault.validation)
    return new Problem('parameter-invalid', validationWords(fault.validation as readonly Fault[], fault.validationContext))
  const known = fault.code === undefined ? undefined : ofFastify[fault.code]
  if (known) return new Problem(known[0], known[1])
  if (error instanceof SyntaxError && fault.statusCode === 400)
    return new Problem('json-malformed', { zh: '请求体不是合法的 JSON', en: 'The body is not valid JSON' }, { cause: error })
  if (databaseIsAway(error)) {
    return new Problem(
      'not-ready',
      {
        zh: '数据库暂时连不上；同一批次可原样重发',
        en: 'The database cannot be reached just now; the same submission may be sent again as it is',
      },
      { cause: error },
    )
  }
  const storage = storageTrouble(error)
  if (storage !== null) return new Problem('not-ready', storage, { cause: error })
  const status = fault.statusCode ?? 500
  if (status >= 400 && status < 500)
    return new Problem(codeOfStatus(status), { zh: '请求不合要求', en: 'The request is not acceptable' }, { cause: error })
  return new Problem('internal-error', internal, { cause: error })
}

function codeOfStatus(status: number): ProblemCode {
  const codes: Record<number, ProblemCode> = {
    404: 'not-found',
    405: 'method-not-allowed',
    408: 'request-too-slow',
    413: 'body-too-large',
    414: 'not-found',
    415: 'media-type-unsupported',
    429: 'too-many-requests',
    431: 'headers-too-large',
  }
  return codes[status] ?? 'request-malformed'
}

const connectionCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  '57P01',
  '57P02',
  '57P03',
  '53300',
])

/** True for errors of a database that is stopping, starting, out of connections or out of reach. */
export function databaseIsAway(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    const code = (at as { code?: unknown }).code
    if (typeof code === 'string' && (connectionCodes.has(code) || /^08[0-9A-Z]{3}$/.test(code))) return true
    if (
      /^Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Postgres connection has been discarded/i.test(
        at.message,
      )
    )
      return true
  }
  return false
}

const again = {
  zh: '未收下任何内容，同一批次可稍后原样重发',
  en: 'Nothing was taken; the same submission may be sent again later as it is',
}
const troubles = {
  full: { zh: `节点的磁盘已满；${again.zh}`, en: `The node’s disk is full. ${again.en}` },
  readOnly: { zh: `节点的存储目前只读；${again.zh}`, en: `The node’s storage is read-only just now. ${again.en}` },
  unusable: { zh: `节点的存储目前无法写入；${again.zh}`, en: `The node’s storage cannot be written just now. ${again.en}` },
} as const satisfies Record<string, Words>

/** By the codes of PostgreSQL and of the file system. */
const troubleOf: Readonly<Record<string, keyof typeof troubles>> = {
  ...{ ENOSPC: 'full', EDQUOT: 'full', '53100': 'full', EROFS: 'readOnly', '25006': 'readOnly', EIO: 'unusable', '58030': 'unusable' },
  ...{ EACCES: 'unusable', EPERM: 'unusable', ENOTDIR: 'unusable' },
}

/** What is wrong with the disk or the database when it cannot be written: the caller has done nothing wrong, and neither has the program. Null: it is something else. */
function storageTrouble(error: unknown): Words | null {
  for (let at = error; at instanceof Error; at = at.cause) {
    const { code, syscall } = at as NodeJS.ErrnoException
    // A file in the place of the spool's directory.
    if (code === 'EEXIST' && syscall === 'mkdir') return troubles.unusable
    const kind = typeof code === 'string' ? troubleOf[code] : undefined
    if (kind !== undefined) return troubles[kind]
  }
  return null
}

/** Collects the routes as they are added, to tell "no such address" from "not with that method". */
function rememberRoutes(app: FastifyInstance): (path: string) => string[] {
  const routes: { pattern: RegExp; methods: string[] }[] = []
  app.addHook('onRoute', (route) => {
    const source = route.url
      .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
      .replace(/\*/g, '.*')
      .replace(/:[A-Za-z]+/g, '[^/]+')
    routes.push({ pattern: new RegExp(`^${source}/?$`), methods: [route.method].flat() })
  })
  return (path) => [...new Set(routes.filter((route) => route.pattern.test(path)).flatMap((route) => route.methods))].toSorted()
}

/** Answers what is broken before there is a request: bad syntax, headers that are too large or too slow. */
export function answerClientError(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) {
    socket.destroy()
    return
  }
  const code: ProblemCode =
    error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
      ? 'request-too-slow'
      : error.code === 'HPE_HEADER_OVERFLOW'
        ? 'headers-too-large'
        : 'request-malformed'
  const kind = catalogue[code]
  const problem = new Problem(code, kind.title)
  const body = JSON.stringify(problem.toDocument())
  const reasons: Record<number, string> = { 400: 'Bad Request', 408: 'Request Timeout', 431: 'Request Header Fields Too Large' }
  const head = [
    `HTTP/1.1 ${kind.status} ${reasons[kind.status] ?? 'Error'}`,
    `content-type: ${problemMediaType}`,
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
}
