import { setTimeout as sleep } from 'node:timers/promises'
import { contentDigestOf } from '@huijiao/identity'
import type { Words } from '@huijiao/problem'
import { exitCodes, UserError } from '../user-error.ts'
import { authorize } from './authorize.ts'
import type { Destination } from './destination.ts'
import { readProblem } from './node-problem.ts'

/** A body that can be sent again: the same bytes every time it is opened. */
export interface RequestBody {
  readonly contentType: string
  readonly contentEncoding: 'gzip' | 'zstd' | null
  /** SHA-256 of the bytes as sent, 32 bytes. */
  readonly sha256: Buffer
  /** Bytes, or a function that opens them from the start (a file). */
  readonly content: Uint8Array<ArrayBuffer> | (() => ReadableStream<Uint8Array>)
}

export interface Request {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH'
  /** Path and query under the node's address, such as `/v1/submissions`. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: RequestBody
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: Buffer
}

/** How long one keeps trying while the node is away or busy. */
export interface Patience {
  /** No new attempt begins after this long; 0 tries once. */
  readonly totalMs: number
  readonly firstDelayMs: number
  readonly delayMaxMs: number
  /** One attempt is given up after this long. */
  readonly attemptMs: number
  readonly onRetry?: (retry: { readonly reason: Words; readonly delayMs: number }) => void
}

export const defaultPatience: Patience = { totalMs: 300_000, firstDelayMs: 500, delayMaxMs: 30_000, attemptMs: 600_000 }

const retriedStatuses = new Set([408, 425, 429])
const answerBytesMax = 256 * 1024 * 1024

/**
 * Sends a request, and sends the same bytes again after a network error, 408, 425, 429 or any 5xx, for as long as `patience` lasts.
 * Safe for a submission, because the node knows it by its id.
 * @returns any 2xx answer
 * @throws NodeProblem for any other status; UserError (unreachable) when no answer came
 */
export async function send(to: Destination, request: Request, patience: Patience = defaultPatience, signal?: AbortSignal): Promise<Answer> {
  const deadline = performance.now() + patience.totalMs
  for (let attempt = 0; ; attempt++) {
    const outcome = await tryOnce(to, request, patience.attemptMs, signal)
    if ('answer' in outcome && outcome.answer.status < 300) return outcome.answer
    const failure = 'answer' in outcome ? problemOf(outcome.answer) : outcome.unreachable
    const again = 'answer' in outcome ? outcome.answer.status >= 500 || retriedStatuses.has(outcome.answer.status) : outcome.retryable
    const delayMs = waitMs(attempt, patience, 'answer' in outcome ? outcome.answer.headers.get('retry-after') : null)
    if (!again || performance.now() + delayMs > deadline) throw failure
    const reason =
      failure instanceof UserError
        ? failure.words
        : {
            zh: `节点答复 ${failure.status}：${failure.document.title}`,
            en: `the node answered ${failure.status}: ${failure.document.en.title}`,
          }
    patience.onRetry?.({ reason, delayMs })
    await sleep(delayMs, undefined, signal === undefined ? {} : { signal })
  }
}

function problemOf(answer: Answer) {
  return readProblem(answer.status, answer.headers.get('content-type'), answer.body)
}

/** Doubling with jitter; what the node asks for in `Retry-After` (seconds or a date) if that is longer. */
function waitMs(attempt: number, patience: Patience, retryAfter: string | null): number {
  const doubled = Math.min(patience.delayMaxMs, patience.firstDelayMs * 2 ** Math.min(attempt, 30))
  const jittered = doubled * (0.5 + Math.random() / 2)
  if (retryAfter === null) return jittered
  const asked = /^\d+$/.test(retryAfter) ? Number(retryAfter) * 1000 : Date.parse(retryAfter) - Date.now()
  return Number.isFinite(asked) ? Math.max(jittered, asked) : jittered
}

type Outcome = { readonly answer: Answer } | { readonly unreachable: UserError; readonly retryable: boolean }

async function tryOnce(to: Destination, request: Request, attemptMs: number, signal: AbortSignal | undefined): Promise<Outcome> {
  const url = to.url + request.path
  const headers = new Headers({ accept: 'application/json, application/problem+json', 'user-agent': 'huijiao-client', ...request.headers })
  if (request.body !== undefined) {
    headers.set('content-type', request.body.contentType)
    if (request.body.contentEncoding !== null) headers.set('content-encoding', request.body.contentEncoding)
    headers.set('content-digest', contentDigestOf(request.body.sha256))
  }
  // Signed anew for each attempt: a signature is good once. The body and its digest stay the same.
  authorize(headers, request.method, url, to.credentials)
  const timeout = AbortSignal.timeout(attemptMs)
  const content = request.body?.content
  const body = typeof content === 'function' ? content() : content
  try {
    const response = await (to.fetch ?? fetch)(url, {
      method: request.method,
      headers,
      redirect: 'manual',
      signal: signal === undefined ? timeout : AbortSignal.any([timeout, signal]),
      ...(body === undefined ? {} : { body }),
      ...(body instanceof ReadableStream ? { duplex: 'half' as const } : {}),
    })
    return { answer: { status: response.status, headers: response.headers, body: await readAnswer(response) } }
  } catch (error) {
    if (signal?.aborted) throw signal.reason
    return unreachable(to.url, error, timeout.aborted)
  }
}

async function readAnswer(response: Response): Promise<Buffer> {
  const pieces: Uint8Array[] = []
  let bytes = 0
  for await (const piece of response.body ?? []) {
    bytes += piece.length
    if (bytes > answerBytesMax) throw new RangeError('the answer is larger than 256 MiB')
    pieces.push(piece)
  }
  return Buffer.concat(pieces)
}

const reasons: Readonly<Record<string, Words>> = {
  ECONNREFUSED: { zh: '连接被拒绝（节点没有运行，或端口不对）', en: 'connection refused (the node is not running, or the port is wrong)' },
  ECONNRESET: { zh: '连接被对方中断', en: 'the connection was reset' },
  EPIPE: { zh: '连接被对方中断', en: 'the connection was reset' },
  UND_ERR_SOCKET: { zh: '连接中断', en: 'the connection broke' },
  ENOTFOUND: { zh: '找不到该主机名', en: 'the host name is not known' },
  EAI_AGAIN: { zh: '域名解析暂时失败', en: 'the name server did not answer' },
  ETIMEDOUT: { zh: '连接超时', en: 'the connection timed out' },
  UND_ERR_CONNECT_TIMEOUT: { zh: '连接超时', en: 'the connection timed out' },
  UND_ERR_HEADERS_TIMEOUT: { zh: '等待答复超时', en: 'no answer in time' },
  EHOSTUNREACH: { zh: '主机不可达', en: 'no route to the host' },
  ENETUNREACH: { zh: '网络不可达', en: 'no route to the network' },
}

function unreachable(url: string, error: unknown, timedOut: boolean): Outcome {
  const code = errorCode(error)
  const certificate = /CERT|SIGNATURE|SSL|TLS/.test(code)
  const reason = timedOut
    ? { zh: '等待答复超时', en: 'no answer in time' }
    : certificate
      ? { zh: `TLS 证书不被信任（${code}）`, en: `the TLS certificate is not trusted (${code})` }
      : (reasons[code] ?? {
          zh: `网络错误（${code || deepest(error)}）`,
          en: `network error (${code || deepest(error)})`,
        })
  const hint = certificate
    ? { zh: '用环境变量 NODE_EXTRA_CA_CERTS 指定签发机构证书', en: 'name the issuer’s certificate in NODE_EXTRA_CA_CERTS' }
    : {
        zh: '核对地址、网络和防火墙；huijiao doctor 可逐项检查',
        en: 'check the address, the network and the firewall; huijiao doctor goes through them',
      }
  const words = { zh: `无法访问 ${url}：${reason.zh}`, en: `cannot reach ${url}: ${reason.en}` }
  return {
    unreachable: new UserError(exitCodes.unreachable, words, { hint, cause: error }),
    retryable: !certificate && !(error instanceof RangeError),
  }
}

/** What the innermost cause says: `fetch failed` alone helps nobody. */
function deepest(error: unknown): string {
  let at = error as Error
  while (at.cause instanceof Error) at = at.cause
  return at.message
}

function errorCode(error: unknown): string {
  for (
    let at = error as { code?: unknown; cause?: unknown; errors?: unknown[] } | undefined;
    at;
    at = (at.cause ?? at.errors?.[0]) as typeof at
  ) {
    if (typeof at.code === 'string' && at.code !== 'ERR_INVALID_STATE') return at.code
  }
  return ''
}

/** A JSON document that a node serves. */
export async function getJson(to: Destination, path: string, patience?: Patience, signal?: AbortSignal): Promise<unknown> {
  const answer = await send(to, { method: 'GET', path }, patience, signal)
  return JSON.parse(answer.body.toString('utf8'))
}
