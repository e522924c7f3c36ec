import { createHash, type KeyObject } from 'node:crypto'
import { Agent } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { type Random, uuidOf } from '../src/sample/random.ts'
import { contentDigest, type HttpAnswer, readReceipt, type Receipt, send } from './client.ts'
import type { Model, Prediction } from './model.ts'
import type { SentRecord } from './records.ts'

/** One submission with what its sender may expect of each record. */
export interface Submission {
  readonly id: string
  readonly kind: string
  readonly body: Buffer
  readonly headers: Readonly<Record<string, string>>
  readonly query: string
  readonly predictions: readonly Prediction[]
}

export interface Acknowledged {
  readonly id: string
  readonly participant: string
  readonly city: string
  readonly records: number
  /** SHA-256 of the receipt's bytes. */
  readonly receipt: string
  readonly refused: number
}

export interface LaneParts {
  readonly participant: string
  readonly city: string
  /** Where the business system believes its node is. */
  readonly url: string
  readonly model: Model
  readonly random: Random
  /** The API key of now; it may be replaced while the lane works. */
  key(): string
  cityKeys(): readonly KeyObject[]
  readonly finding: (text: string) => void
  readonly acknowledged: (one: Acknowledged) => void
  readonly counters: Counters
}

export interface Counters {
  requests: number
  failures: number
  records: number
  submissions: number
  duplicates: number
}

const timeoutMs = 8000
/** Tries after which something that is asked of a healthy hub counts as stuck. */
export class Stuck extends Error {}

/** One business system: sends one submission after the other, each until it holds the receipt, as honest senders do. */
export class Lane {
  readonly parts: LaneParts
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 1 })
  private serial = 0
  /** What was acknowledged, in order: an honest sender keeps it until the level above has it. */
  readonly taken: Submission[] = []
  /** The last answers that were none, for the one who looks why nothing goes on. */
  lastFailure = ''
  /** What is under way; null between two. */
  current: string | null = null
  stopped = false

  constructor(parts: LaneParts) {
    this.parts = parts
  }

  submissionOf(
    kind: string,
    records: readonly SentRecord[],
    predictions: readonly Prediction[],
    options: { atomic?: boolean; standard?: string } = {},
  ): Submission {
    const { random, participant } = this.parts
    this.serial += 1
    const id = uuidOf(`faults ${participant} ${this.serial} ${random.int(0, 1e9)}`)
    const envelope = { id, standard: options.standard ?? '2018', responsible: { unit: '示例市住房和城乡建设局（合成）', name: '王示例' } }
    const json = records.length <= 20 && random.chance(0.3)
    const text = json
      ? JSON.stringify({ ...envelope, records })
      : [JSON.stringify(envelope), ...records.map((record) => JSON.stringify(record)), ''].join('\n')
    const plain = Buffer.from(text)
    const encoding = random.pick(['identity', 'identity', 'gzip', 'zstd'])
    const body = encoding === 'gzip' ? gzipSync(plain) : encoding === 'zstd' ? zstdCompressSync(plain) : plain
    const headers: Record<string, string> = {
      'content-type': json ? 'application/json' : 'application/x-ndjson',
      'content-digest': contentDigest(body),
      ...(encoding === 'identity' ? {} : { 'content-encoding': encoding }),
      ...(random.chance(0.1) ? { prefer: 'respond-async' } : {}),
    }
    return { id, kind, body, headers, query: options.atomic === true ? '?mode=atomic' : '', predictions }
  }

  private post(submission: Submission, body = submission.body): Promise<HttpAnswer> {
    const headers = { ...submission.headers, authorization: `Bearer ${this.parts.key()}`, 'content-digest': contentDigest(body) }
    return send(this.agent, 'POST', `${this.parts.url}/v1/submissions${submission.query}`, headers, body, timeoutMs)
  }

  /** Sends until the signed receipt is here: whatever else comes is no answer. */
  async deliver(submission: Submission): Promise<void> {
    const { counters } = this.parts
    this.current = `${submission.kind} ${submission.id}`
    for (let tries = 0; ; tries += 1) {
      if (this.stopped) throw new Stuck(`${this.parts.participant}: ${this.current}: ${this.lastFailure}`)
      counters.requests += 1
      const receipt = await this.attempt(submission)
      if (receipt !== null) {
        this.check(submission, receipt.receipt, receipt.bytes)
        this.taken.push(submission)
        this.current = null
        return
      }
      counters.failures += 1
      await delay(Math.min(1500, 50 * 2 ** Math.min(tries, 5)))
    }
  }

  private async attempt(submission: Submission): Promise<{ receipt: Receipt; bytes: Buffer } | null> {
    try {
      const answer = await this.post(submission)
      if (answer.status === 202) return await this.poll(submission)
      return this.receiptIn(submission, answer)
    } catch (error) {
      this.lastFailure = error instanceof Error ? error.message : String(error)
      return null
    }
  }

  private receiptIn(submission: Submission, answer: HttpAnswer): { receipt: Receipt; bytes: Buffer } | null {
    const receipt = answer.status === 200 ? readReceipt(answer.body, this.parts.cityKeys()) : null
    if (receipt === null || receipt.submission.id !== submission.id) {
      this.lastFailure = `${answer.status} ${answer.body.toString('utf8').slice(0, 300)}`
      return null
    }
    return { receipt, bytes: answer.body }
  }

  private async poll(submission: Submission): Promise<{ receipt: Receipt; bytes: Buffer } | null> {
    for (let looks = 0; looks < 20; looks += 1) {
      await delay(Math.min(1000, 50 * 2 ** looks))
      this.parts.counters.requests += 1
      const headers = { authorization: `Bearer ${this.parts.key()}` }
      const answer = await send(this.agent, 'GET', `${this.parts.url}/v1/submissions/${submission.id}/receipt`, headers, null, timeoutMs)
      const found = this.receiptIn(submission, answer)
      if (found !== null) return found
    }
    return null // sent again, in case its body was lost
  }

  private check(submission: Submission, receipt: Receipt, bytes: Buffer): void {
    const { finding, counters } = this.parts
    const told = new Map(receipt.records.map((record) => [record.index, record]))
    const counts: Record<string, number> = {}
    for (const [index, { outcome, member, stream }] of submission.predictions.entries()) {
      counts[outcome] = (counts[outcome] ?? 0) + 1
      const record = told.get(index)
      if (record === undefined) continue
      if (record.recordId !== undefined && outcome !== 'refused') {
        if (stream.recordId !== null && stream.recordId !== record.recordId)
          finding(`${submission.id} #${index} has another record id than before`)
        stream.recordId = record.recordId
      }
      if (record.outcome !== outcome)
        finding(
          `${submission.kind} ${submission.id} #${index} ${stream.number}: must be ${outcome}, the receipt says ${record.outcome} ${JSON.stringify(record.problems ?? []).slice(0, 300)}`,
        )
      if (outcome === 'refused') {
        const errors = (record.problems ?? []).filter((problem) => (problem.severity ?? 'error') === 'error')
        const names = member === null || errors.some((problem) => problem.pointer?.includes(member) === true)
        if (errors.length === 0 || !names || errors.some((problem) => !problem.title))
          finding(
            `${submission.id} #${index}: the refusal does not explain ${member ?? ''}: ${JSON.stringify(record.problems).slice(0, 300)}`,
          )
      }
    }
    for (const [outcome, count] of Object.entries(receipt.counts))
      if (count !== (counts[outcome] ?? 0))
        finding(`${submission.kind} ${submission.id}: ${count} ${outcome}, must be ${counts[outcome] ?? 0}`)
    counters.submissions += 1
    counters.records += submission.predictions.length
    this.keep(submission, receipt, bytes)
  }

  private readonly receipts = new Map<string, Buffer>()

  /** Whether the node has a receipt for it. Asked until it says so or says no. */
  private async isKnown(submission: Submission): Promise<boolean> {
    for (;;) {
      if (this.stopped) throw new Stuck(`${this.parts.participant}: ${this.current}: ${this.lastFailure}`)
      try {
        const headers = { authorization: `Bearer ${this.parts.key()}` }
        const answer = await send(this.agent, 'GET', `${this.parts.url}/v1/submissions/${submission.id}/receipt`, headers, null, timeoutMs)
        if (this.receiptIn(submission, answer) !== null) return true
        if (answer.status === 404 || answer.status === 202) return false
      } catch (error) {
        this.lastFailure = error instanceof Error ? error.message : String(error)
      }
      await delay(200)
    }
  }

  /**
   * Sends again what the node was put back to before, as one who kept the receipt is asked to. What becomes of each record depends on what of it has come
   * back from above, so nothing is predicted; what is stored in the end is judged as always.
   * @returns whether it had been lost
   */
  async again(submission: Submission): Promise<boolean> {
    this.current = `again ${submission.kind} ${submission.id}`
    if (await this.isKnown(submission)) {
      this.current = null
      return false
    }
    for (let tries = 0; ; tries += 1) {
      if (this.stopped) throw new Stuck(`${this.parts.participant}: ${this.current}: ${this.lastFailure}`)
      this.parts.counters.requests += 1
      const answer = await this.attempt(submission)
      if (answer !== null) {
        for (const { index, recordId } of answer.receipt.records) {
          const stream = submission.predictions[index]?.stream
          if (stream !== undefined && recordId !== undefined) stream.recordId = recordId
        }
        this.keep(submission, answer.receipt, answer.bytes)
        this.current = null
        return true
      }
      this.parts.counters.failures += 1
      await delay(Math.min(1500, 50 * 2 ** Math.min(tries, 5)))
    }
  }

  private keep(submission: Submission, receipt: Receipt, bytes: Buffer): void {
    const { participant, city } = this.parts
    this.parts.acknowledged({
      ...{ id: submission.id, participant, city, records: submission.predictions.length },
      ...{ receipt: createHash('sha256').update(bytes).digest('hex'), refused: receipt.counts['refused'] ?? 0 },
    })
    this.receipts.delete(submission.id)
    this.receipts.set(submission.id, bytes)
    if (this.receipts.size > 50) this.receipts.delete(this.receipts.keys().next().value as string)
  }

  /** The same submission again must be answered with the same bytes; other bytes under its id with a conflict. */
  async repeat(submission: Submission): Promise<void> {
    const { counters, finding } = this.parts
    const before = this.receipts.get(submission.id)
    if (before === undefined) return
    this.current = `duplicate ${submission.id}`
    for (let tries = 0; tries < 4; tries += 1) {
      counters.requests += 1
      const again = await this.attempt(submission)
      if (again === null) continue
      counters.duplicates += 1
      if (!again.bytes.equals(before)) finding(`${submission.id}: another receipt for the same bytes`)
      break
    }
    this.current = null
  }

  close(): void {
    this.stopped = true
    this.agent.destroy()
  }
}
