import { setTimeout as delay } from 'node:timers/promises'
import type { ProblemDocument } from '@huijiao/problem'
import { DemoError } from './words.ts'

export interface Answer {
  readonly status: number
  readonly body: Buffer
}

/** An answer that was not the one asked for. */
export class UnexpectedAnswer extends DemoError {
  readonly status: number
  readonly problem: Partial<ProblemDocument>

  constructor(method: string, url: string, status: number, problem: Partial<ProblemDocument>) {
    super(`${method} ${url} 答复 ${status}：${problem.detail ?? ''}`, `${method} ${url} answered ${status}: ${problem.en?.detail ?? ''}`)
    this.status = status
    this.problem = problem
  }
}

/** How long a node may be away (killed, restarting) before the demo gives up. */
const patienceMs = 120_000
const passing: ReadonlySet<number> = new Set([429, 502, 503, 504])

/**
 * Sends a request, again and again while the node is away or busy: everything the demo sends may safely be sent twice.
 * @throws UnexpectedAnswer, or DemoError when nobody answers for two minutes
 */
export async function request(
  method: 'GET' | 'POST',
  url: string,
  secret: string,
  body?: { readonly type: string; readonly text: string },
): Promise<Answer> {
  const headers = { authorization: `Bearer ${secret}`, ...(body ? { 'content-type': body.type } : {}) }
  let last: unknown
  for (const until = Date.now() + patienceMs; Date.now() < until; await delay(250)) {
    try {
      const response = await fetch(url, { method, headers, ...(body ? { body: body.text } : {}), signal: AbortSignal.timeout(60_000) })
      const bytes = Buffer.from(await response.arrayBuffer())
      if (response.ok) return { status: response.status, body: bytes }
      const problem = problemIn(bytes)
      const failure = new UnexpectedAnswer(method, url, response.status, problem)
      if (!passing.has(response.status) && !(response.status === 500 && problem.retryable === true)) throw failure
      last = failure
    } catch (error) {
      if (error instanceof DemoError) throw error
      last = error
    }
  }
  if (last instanceof DemoError) throw last
  throw new DemoError(`${new URL(url).origin} 两分钟没有答复`, `Nobody has answered at ${new URL(url).origin} for two minutes`, {
    cause: last,
  })
}

export async function requestJson<T>(method: 'GET' | 'POST', url: string, secret: string, body?: object): Promise<T> {
  const answer = await request(
    method,
    url,
    secret,
    body === undefined ? undefined : { type: 'application/json', text: JSON.stringify(body) },
  )
  return JSON.parse(answer.body.toString('utf8')) as T
}

function problemIn(bytes: Buffer): Partial<ProblemDocument> {
  try {
    return JSON.parse(bytes.toString('utf8')) as Partial<ProblemDocument>
  } catch {
    return {}
  }
}

/** Runs `work` over a list, a few at once, in order of the list. The first failure ends it. */
export async function forEachAtOnce<T>(
  items: readonly T[],
  atOnce: number,
  work: (item: T, index: number) => Promise<void>,
): Promise<void> {
  let next = 0
  const worker = async () => {
    for (let index = next++; index < items.length; index = next++) await work(items[index] as T, index)
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker))
}
