import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { exampleDirectory, type ProblemDocument, type ProblemExample } from '@huijiao/problem'
import { type DrivenClock, drivenClock } from '@huijiao/testing'
import { expect } from 'vitest'
import { enrol, project, responsible, startTestNode, type TestNode, type TestNodeOptions } from './node.ts'

/**
 * Sends what provokes a problem and holds the answer against the examples of `packages/problem/examples`, from which the pages of the codes are
 * made. `HUIJIAO_WRITE_EXAMPLES=1` writes them instead, and `npm run generate` then makes the pages. A new code gets its provocation in one of
 * the tests that use this.
 */
export interface ExampleNode {
  readonly node: TestNode
  readonly vendor: Awaited<ReturnType<typeof enrol>>
  readonly clock: DrivenClock
  /** Codes that have an example now. */
  readonly made: ReadonlyMap<string, ProblemExample>
  /** A submission of one synthetic project; `shown` is what a page shows of it. */
  json(records?: readonly unknown[], more?: Record<string, unknown>): { readonly body: string; readonly shown: string }
  submissionOf(records: readonly unknown[], more?: Record<string, unknown>): Record<string, unknown>
  nextId(): string
  send(sending: Sending): Promise<Sent>
  keep(code: string, example: ProblemExample): void
  /** The problem that a request gets, and the same request as it should have been, which must succeed, or words where there is none. */
  whole(code: string, wrong: Sending, right?: Sending | string): Promise<void>
  /** The problem of the one record of a submission. */
  one(code: string, wrong: object | string, mended?: object | string, options?: { atomic?: boolean; also?: object }): Promise<void>
  close(): Promise<void>
}

export interface Sending {
  readonly method?: 'GET' | 'POST' | 'DELETE' | 'PUT'
  readonly url?: string
  readonly headers?: Readonly<Record<string, string>>
  /** Without credentials. */
  readonly anonymous?: true
  readonly body?: string | Buffer
  /** What the page shows of the body. */
  readonly shown?: string
}

export interface Sent {
  readonly status: number
  readonly problem: ProblemDocument | null
  readonly sent: string
  json(): Record<string, any>
}

const writing = process.env['HUIJIAO_WRITE_EXAMPLES'] === '1'
const shortRecord = { entity: 'TBProjectInfo', operation: 'upsert', sourceId: 'XM-1', data: '…' }

/** Numbers that differ from run to run, written as ones that do not. */
const settled = <T>(value: T): T =>
  JSON.parse(
    JSON.stringify(value)
      .replaceAll(/"traceId":"[0-9a-f]{32}"/g, '"traceId":"0af7651916cd43dd8448eb211c80319c"')
      .replaceAll(/\br_[0-9a-f]{32}\b/g, `r_${'0'.repeat(32)}`)
      .replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:7101')
      // Of a detached range: its file names salts.
      .replaceAll(/("range":\{[^}]*"digest":")sha-256:[0-9a-f]{64}/g, `$1sha-256:${'0'.repeat(64)}`),
  ) as T

/** @param name of the file of examples, without its ending */
export async function openExamples(name: string, idStart: number, options: TestNodeOptions = {}): Promise<ExampleNode> {
  const file = join(exampleDirectory, `${name}.json`)
  const clock = drivenClock('2026-09-01T09:30:00+08:00')
  const node = await startTestNode({ clock, ...options })
  const vendor = await enrol(node.context, ['370100'], 'p-vendor')
  const made = new Map<string, ProblemExample>()
  const committed = writing ? {} : (JSON.parse(readFileSync(file, 'utf8')) as Record<string, ProblemExample>)
  let serial = idStart
  const nextId = () => `1e8ff4cc-25ea-4de4-aa4f-${String((serial += 1)).padStart(12, '0')}`
  const submissionOf = (records: readonly unknown[], more: Record<string, unknown> = {}) => ({
    id: nextId(),
    standard: '2018',
    producedAt: '2026-09-01T09:30:00+08:00',
    responsible,
    records,
    ...more,
  })

  function keep(code: string, example: ProblemExample): void {
    expect(example.problem?.code).toBe(code)
    const one = settled(example)
    made.set(code, one)
    if (!writing) expect(one).toEqual(committed[code])
  }

  async function send({ method = 'POST', url = '/v1/submissions', headers = {}, anonymous, body, shown }: Sending): Promise<Sent> {
    const all = {
      ...(anonymous ? {} : vendor.headers),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    }
    const answer = await node.app.inject({ method, url, headers: all, ...(body === undefined ? {} : { payload: body }) })
    const lines = Object.entries(all).map(
      ([name, value]) => `${name}: ${name === 'authorization' ? value.replace(/hj_.*/, 'hj_…') : value}`,
    )
    const text = shown ?? (typeof body === 'string' ? body : body === undefined ? '' : `（${body.length} 字节 bytes）`)
    return {
      status: answer.statusCode,
      problem: (answer.statusCode >= 400 ? answer.json() : null) as ProblemDocument | null,
      json: () => answer.json() as Record<string, any>,
      sent: `${method} ${url}\n${lines.join('\n')}${text === '' ? '' : `\n\n${text}`}`,
    }
  }

  async function whole(code: string, wrong: Sending, right?: Sending | string): Promise<void> {
    const { status, problem, sent } = await send(wrong)
    expect([status >= 400, problem?.code], JSON.stringify(problem)).toEqual([true, code])
    if (right === undefined || typeof right === 'string')
      return keep(code, { sent, problem: problem as ProblemDocument, ...(right === undefined ? {} : { mended: right }) })
    const mended = await send(right)
    expect(mended.status, JSON.stringify(mended.problem)).toBeLessThan(300)
    keep(code, { sent, problem: problem as ProblemDocument, mended: mended.sent })
  }

  async function one(
    code: string,
    wrong: object | string,
    mended?: object | string,
    how: { atomic?: boolean; also?: object } = {},
  ): Promise<void> {
    const text = typeof wrong === 'string' ? wrong : JSON.stringify(wrong)
    const envelope = JSON.stringify({ ...submissionOf([]), records: undefined })
    const answer = await send({
      url: how.atomic ? '/v1/submissions?mode=atomic' : '/v1/submissions',
      body: [envelope, text, ...(how.also ? [JSON.stringify(how.also)] : [])].join('\n'),
      headers: { 'content-type': 'application/x-ndjson' },
    })
    expect(answer.status, JSON.stringify(answer.problem)).toBe(200)
    const problems = (answer.json()['records'][0].problems ?? []) as ProblemDocument[]
    const problem = problems.find((each) => each.code === code) as ProblemDocument
    expect(problems.map((each) => each.code)).toContain(code)
    if (made.has(code)) return
    const pointer = problem.pointer ?? ''
    const better = mended === undefined ? undefined : typeof mended === 'string' ? mended : around(JSON.stringify(mended), pointer)
    keep(code, { sent: around(text, pointer), problem, ...(better === undefined ? {} : { mended: better }) })
  }

  return {
    node,
    vendor,
    clock,
    made,
    nextId,
    submissionOf,
    json: (records = [project(1)], more = {}) => {
      const document = submissionOf(records, more)
      return {
        body: JSON.stringify(document),
        shown: JSON.stringify({ ...document, records: records.length === 0 ? [] : [shortRecord] }),
      }
    },
    send,
    keep,
    whole,
    one,
    close: async () => {
      if (writing) {
        const sorted = Object.fromEntries([...made].toSorted(([a], [b]) => (a < b ? -1 : 1)))
        writeFileSync(file, `${JSON.stringify(sorted, null, 1)}\n`)
      }
      await node.stop()
    },
  }
}

/** Two records cut to the members in which they differ; a line that is no JSON, cut to where it breaks off. */
export function differing(wrong: string, right: string): [string, string] {
  let a: Record<string, any>
  try {
    a = JSON.parse(wrong) as Record<string, any>
  } catch {
    const end = (text: string) => (text.length > 160 ? `${text.slice(0, 60)} … ${text.slice(-80)}` : text)
    return [end(wrong), end(right)]
  }
  const b = JSON.parse(right) as Record<string, any>
  const picked = (from: Record<string, any>, than: Record<string, any>, always: readonly string[]) =>
    Object.fromEntries(
      Object.entries(from).filter(([name, value]) => always.includes(name) || JSON.stringify(value) !== JSON.stringify(than[name])),
    )
  const frame = ['entity', 'operation', 'sourceId']
  const show = (from: Record<string, any>, than: Record<string, any>) => {
    const out = picked(from, than, frame)
    if (out['data'] && than['data']) out['data'] = picked(from['data'], than['data'], [])
    return cut(JSON.stringify(out))
  }
  return JSON.stringify(a) === JSON.stringify(b) ? [around(wrong, ''), around(right, '')] : [show(a, b), show(b, a)]
}

/** The part of a record that a pointer means, in its place: `{"data":{"CountyNum":"370299"}}`. A line that is no JSON, cut. */
export function around(text: string, pointer: string): string {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return cut(text)
  }
  const steps = pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
  const { entity, operation, sourceId } = value as Record<string, unknown>
  if (steps.length === 0) return cut(text)
  const own = steps.reduce<unknown>((at, step) => (at as Record<string, unknown> | undefined)?.[step], value)
  const nested = steps.toReversed().reduce<unknown>((inner, step) => (inner === undefined ? {} : { [step]: inner }), own)
  return cut(JSON.stringify({ entity, operation, sourceId, ...(nested as object) }))
}

const cut = (text: string) => (text.length > 700 ? `${text.slice(0, 400)}…` : text)
