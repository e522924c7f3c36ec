/** Asking a node what its pages ask, one question at a time, and how long the answers take. */
import { type Figure, figure, percentile } from './figures.ts'
import { admin, type BenchNode, newId } from './hub.ts'
import { milliseconds } from './measure.ts'

export type Headers = Readonly<Record<string, string>>
export type Question = string | { readonly path: string; readonly body: object }

const leastAsked = 20
const longestMs = 15_000

/** Asks in turn, again and again. @param who headers by which the caller is known */
export async function timesOf(node: BenchNode, who: Headers, questions: readonly Question[], count: number): Promise<number[]> {
  // What is open to all is asked without an operator's token, which means nothing there.
  const isOperator = who['authorization'] === `Bearer ${node.adminToken}`
  const ask = async (question: Question) => {
    const { path, body } = typeof question === 'string' ? { path: question, body: null } : question
    const answer = await fetch(`${node.url}${path}`, {
      ...(body === null ? {} : { method: 'POST', body: JSON.stringify(body) }),
      headers: {
        ...(path.startsWith('/admin') || !isOperator ? who : {}),
        ...(body === null ? {} : { 'content-type': 'application/json' }),
      },
    })
    const bytes = await answer.arrayBuffer()
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${Buffer.from(bytes).toString().slice(0, 300)}`)
  }
  // What is asked first finds nothing in memory; that is part of the truth, but once.
  for (const question of questions.slice(0, 20)) await ask(question)
  const times: number[] = []
  const began = performance.now()
  // What answers slowly is not asked as often: a benchmark must end.
  for (let at = 0; at < count && (at < leastAsked || performance.now() - began < longestMs); at += 1)
    times.push(await milliseconds(() => ask(questions[at % questions.length] as Question)))
  return times
}

/** What a page's data may take, milliseconds. */
const goalMs = 300
export const p95 = (id: string, zh: string, en: string, rounds: readonly number[], at = goalMs): Figure =>
  figure({
    id,
    title: { zh, en },
    value: percentile(rounds, 0.95),
    unit: 'ms',
    limit: null,
    goal: { kind: 'value-max', at },
    rounds,
  })

export const operatorOf = (node: BenchNode): Headers => ({ authorization: `Bearer ${node.adminToken}` })

/** Somebody signed in who sees only some regions. */
export async function signedIn(node: BenchNode, regions: readonly string[]): Promise<Headers> {
  const userName = `bench-${newId().slice(0, 8)}`
  const password = `lanzhou-Kite-${newId().slice(0, 8)}`
  await admin(node, '/operators', { userName, role: 'operator', regions, password, mustChangePassword: false })
  const answer = await fetch(`${node.url}/admin/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: node.url },
    body: JSON.stringify({ userName, password }),
  })
  if (!answer.ok) throw new Error(`sign-in: ${answer.status} ${await answer.text()}`)
  return {
    cookie: answer.headers
      .getSetCookie()
      .map((cookie) => cookie.split(';')[0])
      .join('; '),
  }
}
