import { setTimeout as delay } from 'node:timers/promises'
import { ReconcileError, type RangeStatement } from '@huijiao/merkle'
import type { LinkRow } from './next-delivery.ts'
import type { Cut } from './reconcile-source.ts'
import { readStatements, type ReconcileAnswer, type ReconcileRequest, writeStatement } from './reconcile-wire.ts'

/** What the upstream answered to one request of a run. */
export interface ReconcileReply {
  readonly status: number
  readonly body: Buffer
}

/** Signs and sends one request to the upstream's `POST /v1/reconcile`. Throws when no answer came. */
export interface SendReconcile {
  readonly post: (link: LinkRow, body: Buffer) => Promise<ReconcileReply>
  /** Whether a document (with `signatures`) is signed by the upstream, under the keys that this node knows of it. */
  readonly signedByUpstream: (link: LinkRow, document: Buffer) => Promise<boolean>
}

/** No answer that says anything: to be tried again. */
export class Outage extends Error {}
/** The upstream answered, and will not take part. */
export class Refused extends Error {}

/** Whoever has much to ask is told to ask more slowly (429): the question is put again after these times. */
const busyWaitsMs = [1000, 2000, 4000, 8000]

/** The conversation with the upstream, counted. */
export class Talk {
  readonly sent = { requests: 0, bytes: 0 }
  received = 0
  upper: { node: string; region: string; tier: string } | null = null
  readonly #link: LinkRow
  readonly #send: SendReconcile
  readonly #base: Pick<ReconcileRequest, 'reconcile' | 'run' | 'cut'>
  constructor(link: LinkRow, send: SendReconcile, run: string, cut: Cut) {
    this.#link = link
    this.#send = send
    this.#base = { reconcile: 1, run, cut }
  }

  async ask(question: Partial<ReconcileRequest>): Promise<ReconcileAnswer> {
    const body = Buffer.from(JSON.stringify({ ...this.#base, ...question }))
    let reply = await this.#post(body)
    for (const waitMs of busyWaitsMs) {
      if (reply.status !== 429) break
      await delay(waitMs)
      reply = await this.#post(body)
    }
    if (reply.status !== 200) {
      const why = `${reply.status} ${reply.body.toString().slice(0, 300)}`
      // An older node above has no such address; it, and whoever asks too often, is asked again another night.
      if (reply.status === 429 || reply.status >= 500) throw new Outage(why)
      throw new Refused(why)
    }
    return this.#read(reply.body)
  }

  async #post(body: Buffer): Promise<ReconcileReply> {
    let reply: ReconcileReply
    try {
      reply = await this.#send.post(this.#link, body)
    } catch (error) {
      throw new Outage(error instanceof Error ? error.message : String(error))
    }
    this.sent.requests += 1
    this.sent.bytes += body.length
    this.received += reply.body.length
    return reply
  }

  #read(body: Buffer): ReconcileAnswer {
    let answer: ReconcileAnswer
    try {
      answer = JSON.parse(body.toString()) as ReconcileAnswer
    } catch {
      throw new ReconcileError('the answer is not JSON')
    }
    if (answer?.reconcile !== 1 || answer.node !== this.#link.upstream_name)
      throw new ReconcileError(`the answer is not one of ${this.#link.upstream_name}`)
    this.upper = { node: answer.node, region: String(answer.region), tier: String(answer.tier) }
    return answer
  }

  async statements(asked: readonly RangeStatement[]): Promise<readonly RangeStatement[]> {
    const statements = readStatements((await this.ask({ compare: asked.map(writeStatement) })).statements)
    if ('fault' in statements) throw new ReconcileError(`the answer is malformed at /statements${statements.fault}`)
    return statements
  }

  signedByUpstream(document: Buffer): Promise<boolean> {
    return this.#send.signedByUpstream(this.#link, document)
  }
}
