import { setTimeout as delay } from 'node:timers/promises'
import type { Random } from '../src/sample/random.ts'
import type { Lane, Submission } from './lane.ts'
import type { ModelStream, Prediction } from './model.ts'
import { contract, project, projectNumber, type Range, type SentRecord, spoil, withdrawal } from './records.ts'

/** A lane with the plan of what it sends: small submissions of every kind, or large imports. */
export class Sender {
  readonly lane: Lane
  private readonly range: Range
  private readonly random: Random
  private next = 0
  private contents = 0
  private readonly known: { number: string; sourceId: string; versioned: boolean; stream: ModelStream; last: SentRecord }[] = []
  /** Projects that a contract waits for. */
  private readonly children: string[] = []
  /** Projects that never change: those just sent, and those that are there and may get a contract. */
  private readonly parents = { sent: [] as string[], there: [] as string[] }
  private previous: Submission | null = null
  private running: Promise<void> | null = null
  private stopping = false
  private gate: { readonly opened: Promise<void>; readonly open: () => void; readonly rest: () => void } | null = null

  constructor(lane: Lane, range: Range) {
    this.lane = lane
    this.range = range
    this.random = lane.parts.random
  }

  private get name(): string {
    return `${this.lane.parts.city}/${this.lane.parts.participant}`
  }

  private content(): string {
    this.contents += 1
    return `${10_000 + this.contents}.5`
  }

  private fresh(): SentRecord {
    const { random } = this
    const serial = this.next++
    const number = projectNumber(this.range, serial)
    return project(
      number,
      `XM-${serial}`,
      this.content(),
      random.chance(0.15) ? 'D' : 'C',
      random.chance(0.5) ? random.int(1, 5) : undefined,
    )
  }

  /** A project that stays as it is, for a contract. */
  private parent(number: string): { record: SentRecord; prediction: Prediction } {
    const record = project(number, `XM-${number}`, this.content(), 'C')
    const prediction = this.lane.parts.model.apply(this.name, record)
    this.lane.parts.model.releaseChildren(this.name, number)
    return { record, prediction }
  }

  private apply(record: SentRecord): Prediction {
    const prediction = this.lane.parts.model.apply(this.name, record)
    const { stream, outcome } = prediction
    if (record.entity === 'TBProjectInfo' && outcome === 'accepted') {
      const number = stream.number
      const known = this.known.find((one) => one.stream === stream)
      if (known === undefined && this.known.length < 400)
        this.known.push({ number, sourceId: record.sourceId, versioned: record.sourceVersion !== undefined, stream, last: record })
      else if (known !== undefined) known.last = record
    }
    return prediction
  }

  /** A record of a random kind, with what must become of it. */
  private one(): { record: SentRecord; prediction: Prediction } {
    const { random } = this
    const dice = random.next()
    const known = this.known.length > 0 ? random.pick(this.known) : undefined
    const sound = (record: SentRecord) => ({ record, prediction: this.apply(record) })
    if (known === undefined || dice < 0.4) return sound(this.fresh())
    const { number, sourceId, versioned, stream, last } = known
    const version = versioned ? (stream.sourceVersion ?? 0) : undefined
    const level = random.chance(0.2) ? 'D' : 'C'
    if (dice < 0.6)
      return sound(project(number, sourceId, this.content(), level, version === undefined ? undefined : version + random.int(1, 3)))
    if (dice < 0.68 && version !== undefined && version > 0)
      return sound(project(number, sourceId, this.content(), level, version - random.int(1, version)))
    if (dice < 0.74 && version !== undefined) return sound(project(number, sourceId, this.content(), level, version))
    if (dice < 0.8) return sound(last)
    if (dice < 0.84) return sound(withdrawal(number, sourceId))
    if (dice < 0.87) {
      const serial = this.next++
      return sound(withdrawal(projectNumber(this.range, serial), `XM-${serial}`))
    }
    if (dice < 0.93) {
      const bad = spoil(this.fresh(), random)
      const stream = this.lane.parts.model.streamOf(this.name, bad.record.data?.PrjNum === undefined ? this.fresh() : bad.record)
      return { record: bad.record, prediction: { outcome: 'refused', member: bad.member, stream } }
    }
    const ready = dice < 0.97 ? this.parents.there.shift() : undefined
    if (ready !== undefined) return sound(contract(ready, `HT-${ready}`, this.content()))
    const parent = projectNumber(this.range, this.next++)
    if (dice < 0.97) {
      this.parents.sent.push(parent)
      return this.parent(parent)
    }
    // A child before its parent; the parent follows some time later.
    this.children.push(parent)
    return sound(contract(parent, `HT-${parent}`, this.content()))
  }

  private make(): Submission {
    const { random } = this
    const parts: { record: SentRecord; prediction: Prediction }[] = []
    if (this.children.length > 0 && random.chance(0.4)) parts.push(this.parent(this.children.shift() as string))
    const count = random.chance(0.1) ? random.int(20, 120) : random.int(1, 6)
    while (parts.length < count) parts.push(this.one())
    return this.lane.submissionOf(
      'small',
      parts.map((part) => part.record),
      parts.map((part) => part.prediction),
    )
  }

  /** A whole that is refused because one of it is. */
  private atomic(): Submission {
    const bad = spoil(this.fresh(), this.random)
    const records = [this.fresh(), this.fresh(), bad.record]
    const predictions = records.map((record, index): Prediction => {
      const stream = this.lane.parts.model.streamOf(this.name, record.data?.PrjNum === undefined ? this.fresh() : record)
      return { outcome: 'refused', member: index === 2 ? bad.member : null, stream }
    })
    return this.lane.submissionOf('atomic', records, predictions, { atomic: true })
  }

  /** Mostly new records, some of them bad. */
  import(count: number): Submission {
    const parts = Array.from({ length: count }, () => {
      const record = this.fresh()
      if (!this.random.chance(0.01)) return { record, prediction: this.apply(record) }
      const bad = spoil(record, this.random)
      return {
        record: bad.record,
        prediction: { outcome: 'refused' as const, member: bad.member, stream: this.lane.parts.model.streamOf(this.name, record) },
      }
    })
    return this.lane.submissionOf(
      'import',
      parts.map((part) => part.record),
      parts.map((part) => part.prediction),
    )
  }

  /** New projects of level C that nothing else touches; `county` lies elsewhere than the sender's own. */
  async submitNew(
    count: number,
    options: { county?: string; standard?: string; beforeSending?: (numbers: readonly string[]) => Promise<void> },
  ): Promise<string[]> {
    const range = { ...this.range, county: options.county ?? this.range.county }
    const numbers = Array.from({ length: count }, () => projectNumber(range, this.next++))
    await options.beforeSending?.(numbers)
    const records = numbers.map((number) => project(number, `XM-${number}`, this.content(), 'C'))
    await this.lane.deliver(
      this.lane.submissionOf(
        'special',
        records,
        records.map((record) => this.lane.parts.model.apply(this.name, record)),
        options.standard === undefined ? {} : { standard: options.standard },
      ),
    )
    return numbers
  }

  /** Works until it is asked to stop; what is under way is finished first. */
  start(paceMs: number, importRecords = 0): void {
    this.stopping = false
    this.running = (async () => {
      while (!this.stopping) {
        if (this.gate !== null) {
          this.gate.rest()
          await this.gate.opened
          continue
        }
        const made =
          importRecords > 0
            ? this.import(this.random.int(importRecords >> 1, importRecords))
            : this.random.chance(0.04)
              ? this.atomic()
              : this.make()
        await this.lane.deliver(made)
        if (this.previous !== null && this.random.chance(0.3)) await this.lane.repeat(this.previous)
        this.previous = made
        this.parents.there.push(...this.parents.sent.splice(0))
        await delay(paceMs * (0.5 + this.random.next()))
      }
    })()
    this.running.catch(() => {})
  }

  /** Has it rest between two submissions. @returns how it goes on, when it rests */
  async hold(): Promise<() => void> {
    const { promise: resting, resolve: rest } = Promise.withResolvers<void>()
    const { promise: opened, resolve: open } = Promise.withResolvers<void>()
    this.gate = { opened, open, rest }
    // One that does nothing of its own rests already.
    if (this.running !== null) await Promise.race([resting, this.running])
    return () => {
      this.gate = null
      open()
    }
  }

  /** Sends again, in the old order, what its node does not know any more. @returns how many submissions */
  async sendLost(): Promise<number> {
    let lost = 0
    for (const submission of [...this.lane.taken]) if (await this.lane.again(submission)) lost += 1
    return lost
  }

  /** Sends what children still wait for, so that nothing of the plan is left open. */
  async finish(): Promise<void> {
    this.stopping = true
    await this.running
    const parents = this.children.splice(0).map((number) => this.parent(number))
    if (parents.length === 0) return
    await this.lane.deliver(
      this.lane.submissionOf(
        'parents',
        parents.map((part) => part.record),
        parents.map((part) => part.prediction),
      ),
    )
  }
}
