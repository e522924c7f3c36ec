import { setTimeout as delay } from 'node:timers/promises'
import { type Random, randomOf } from '../src/sample/random.ts'
import { createBar } from './bar.ts'
import { checkLog, type Checkpoint, readCheckpoint } from './check/log.ts'
import { checkBooks, checkRecords } from './check/records.ts'
import { compareLinks, untilSettled } from './check/settle.ts'
import { whatStands } from './check/standing.ts'
import { type Acknowledged, type Counters, Lane } from './lane.ts'
import { Model } from './model.ts'
import type { Range } from './records.ts'
import { databaseDiskClasses } from './classes/disks.ts'
import { injectFaults } from './scheduler.ts'
import type { FaultSettings } from './settings.ts'
import { type ClassFigures, Timeline } from './timeline.ts'
import { Sender } from './workload.ts'
import { buildWorld, enclave, enrolSystem, type Site, type World } from './world.ts'

export interface RunResult {
  readonly seed: string
  readonly queue: string
  readonly dir: string
  readonly findings: readonly string[]
  readonly figures: ReadonlyMap<string, ClassFigures>
  readonly faults: number
  readonly counters: Counters
  readonly rounds: number
  readonly streams: number
  readonly versions: number
  readonly checkpoints: number
  readonly restarts: number
  readonly rssMax: Readonly<Record<string, number>>
  readonly seconds: number
  readonly troubles: readonly string[]
  /** Classes that cannot be injected here: nothing was done, and nothing is counted. */
  readonly skipped: readonly string[]
}

/** Above this resident set a node's memory is not bounded any more. Bytes. */
const rssBound = 1024 ** 3
const stillMs = 400_000

export async function runFaults(settings: FaultSettings): Promise<RunResult> {
  const bar = createBar()
  const started = performance.now()
  const withDisk = settings.classes.some((one) => databaseDiskClasses.includes(one))
  const world = await buildWorld(settings.seed, settings.queue, bar.say, withDisk)
  const timeline = new Timeline(world.dir)
  let keep = settings.keep
  try {
    const run = await new Run(settings, world, timeline, bar.show).go()
    keep ||= timeline.findings.length > 0
    return { ...run, seconds: (performance.now() - started) / 1000 }
  } catch (error) {
    keep = true
    timeline.finding(`the harness itself failed: ${error instanceof Error ? error.stack : String(error)}`)
    throw new Error(`seed ${settings.seed}; logs and timeline: ${world.dir}`, { cause: error })
  } finally {
    bar.end()
    await world.stop(keep)
  }
}

class Run {
  private readonly settings: FaultSettings
  private readonly world: World
  private readonly timeline: Timeline
  private readonly show: (text: string) => void
  private readonly model = new Model()
  private readonly acknowledged = new Map<string, Acknowledged>()
  private readonly counters: Counters = { requests: 0, failures: 0, records: 0, submissions: 0, duplicates: 0 }
  private readonly expectedParked = new Set<string>()
  private readonly seen = new Map<string, Map<string, Checkpoint>>()
  private senders: { sender: Sender; imports: number; paceMs: number }[] = []
  private readonly special = new Map<string, Sender>()
  private readonly checked = { streams: 0, versions: 0 }

  constructor(settings: FaultSettings, world: World, timeline: Timeline, show: (text: string) => void) {
    this.settings = settings
    this.world = world
    this.timeline = timeline
    this.show = show
  }

  private random(label: string): Random {
    return randomOf(label, `huijiao faults ${this.settings.seed}`)
  }

  async go(): Promise<Omit<RunResult, 'seconds'>> {
    const { timeline, world, settings } = this
    await this.enrol()
    const watching = this.watch()
    const until = performance.now() + settings.minutes * 60_000
    let rounds = 0
    while (timeline.findings.length === 0 && (rounds === 0 || performance.now() < until)) {
      rounds += 1
      await this.round(rounds, Math.min(settings.roundSeconds * 1000, Math.max(5000, until - performance.now())))
    }
    watching.stop()
    for (const { sender } of this.senders) sender.lane.close()
    for (const sender of this.special.values()) sender.lane.close()
    return {
      ...{
        seed: settings.seed,
        queue: settings.queue,
        dir: world.dir,
        findings: timeline.findings,
        troubles: timeline.troubles,
        skipped: settings.classes.flatMap((one) => (one.possible?.(world) === false ? [one.name] : [])),
        figures: timeline.figures,
        faults: timeline.faults,
      },
      ...{ counters: this.counters, rounds, ...this.checked },
      checkpoints: [...this.seen.values()].reduce((sum, one) => sum + one.size, 0),
      restarts: [...world.sites.values()].reduce((sum, site) => sum + site.node.starts - 1, 0),
      rssMax: Object.fromEntries([...world.sites.values()].map((site) => [site.place.name, site.node.rssMax])),
    }
  }

  private async enrol(): Promise<void> {
    for (const [cityAt, name] of ['370100', '370200'].entries()) {
      const { lanes } = this.settings
      const county = cityAt === 0 ? '370102' : '370202'
      for (let at = 0; at < lanes; at += 1) {
        const imports = at === lanes - 1
        const sender = await this.sender(name, `p-${name}-${at + 1}`, { county, dayFrom: at * 3000 }, [name])
        // Fewer systems are asked for where little can be done at once.
        this.senders.push({ sender, imports: imports ? 200 * lanes : 0, paceMs: imports ? 12_000 : 60 })
      }
      // One whose records the faults themselves ask for; it also looks after an enclave.
      const regions = cityAt === 0 ? [name, enclave] : [name]
      this.special.set(name, await this.sender(name, `p-${name}-special`, { county, dayFrom: lanes * 3000 }, regions))
    }
  }

  private async sender(city: string, participant: string, range: Range, regions: readonly string[]): Promise<Sender> {
    const site = this.world.sites.get(city) as Site
    const system = await enrolSystem(this.world, site, participant, regions)
    const lane = new Lane({
      ...{
        participant,
        city,
        url: `http://127.0.0.1:${site.inward[0]?.port}`,
        model: this.model,
        random: this.random(`lane ${participant}`),
      },
      ...{ key: () => system.secret, cityKeys: () => site.publicKeys, counters: this.counters },
      finding: (text) => this.timeline.finding(`${participant}: ${text}`),
      acknowledged: (one) => this.acknowledged.set(`${one.participant} ${one.id}`, one),
    })
    return new Sender(lane, range)
  }

  private sendersOf(city: string): Sender[] {
    return [...this.senders.map((one) => one.sender), ...this.special.values()].filter((one) => one.lane.parts.city === city)
  }

  private async hold(city: string): Promise<() => void> {
    const held = await Promise.all(this.sendersOf(city).map((sender) => sender.hold()))
    return () => {
      for (const goOn of held) goOn()
    }
  }

  private async sendLost(city: string): Promise<number> {
    const lost = await Promise.all(this.sendersOf(city).map((sender) => sender.sendLost()))
    return lost.reduce((sum, one) => sum + one, 0)
  }

  /** Looks on from outside while the run goes on: memory, and the checkpoints that anybody is served. */
  private watch(): { stop(): void } {
    let stopped = false
    const look = async () => {
      while (!stopped) {
        for (const site of this.world.sites.values()) {
          site.node.sampleMemory()
          const note = await fetch(`${site.node.url}/v1/log/checkpoint`, { signal: AbortSignal.timeout(2000) })
            .then(async (answer) => (answer.ok ? await answer.text() : ''))
            .catch(() => '')
          const checkpoint = note === '' ? null : readCheckpoint(note, site)
          if (checkpoint === null) continue
          const seen = this.seen.get(site.place.name) ?? new Map<string, Checkpoint>()
          this.seen.set(site.place.name, seen)
          const name = `${checkpoint.origin} ${checkpoint.size}`
          const before = seen.get(name)
          if (before !== undefined && before.root !== checkpoint.root)
            this.timeline.finding(`${site.place.name}: two checkpoints of size ${checkpoint.size}`)
          seen.set(name, checkpoint)
        }
        await delay(2000)
      }
    }
    void look()
    return { stop: () => (stopped = true) }
  }

  private async round(number: number, lastsMs: number): Promise<void> {
    const { timeline, world, settings } = this
    timeline.note('round', { number })
    for (const { sender, imports, paceMs } of this.senders) sender.start(paceMs, imports)
    const until = performance.now() + lastsMs
    const over = () => performance.now() > until || timeline.findings.length > 0
    const shown = setInterval(() => this.tell(number, `${Math.max(0, Math.round((until - performance.now()) / 1000))} s`), 500)
    const options = { classes: settings.classes, lightAtOnce: settings.light, lightRestMs: 50, heavyRestMs: 500 }
    try {
      await injectFaults(
        world,
        timeline,
        (label) => this.random(`round ${number} ${label}`),
        options,
        {
          expectParked: (recordId) => this.expectedParked.add(recordId),
          finding: (text) => timeline.finding(text),
          hold: (city) => this.hold(city),
          sendLost: (city) => this.sendLost(city),
          submit: (city, count, more = {}) => (this.special.get(city) as Sender).submitNew(count, more),
        },
        over,
      )
    } finally {
      clearInterval(shown)
    }
    timeline.note('healing')
    await this.heal()
    await this.finishWorkload(number)
    const stuck = await untilSettled(world, stillMs, (left) => this.tell(number, `healing 愈合, ${left} left`))
    for (const proxy of world.proxies) proxy.forgetWaiters()
    if (stuck !== null) {
      timeline.finding(stuck)
      for (const line of await whatStands(world)) timeline.finding(`  ${line}`)
    }
    this.tell(number, 'judging 核对')
    await this.judge()
    timeline.note('judged', { findings: timeline.findings.length })
  }

  /** Nothing is spoilt any more. Each fault heals itself; this makes sure of it. */
  private async heal(): Promise<void> {
    for (const proxy of this.world.proxies) proxy.clear()
    for (const site of this.world.sites.values()) {
      site.node.signal('SIGCONT')
      if (site.node.clockMs !== 0) site.node.setClock(0)
    }
    await Promise.all([...this.world.sites.values()].map((site) => site.node.untilReady()))
  }

  private async finishWorkload(number: number): Promise<void> {
    let movedAt = Date.now()
    let before = -1
    let done = false
    const finishing = Promise.all(this.senders.map(({ sender }) => sender.finish())).then(() => (done = true))
    finishing.catch((error: unknown) => {
      done = true
      this.timeline.finding(`the workload could not be finished: ${String(error)}`)
    })
    while (!done) {
      await Promise.race([finishing.catch(() => {}), delay(500)])
      this.tell(number, 'finishing the workload 收尾')
      if (this.counters.submissions !== before) {
        before = this.counters.submissions
        movedAt = Date.now()
      }
      if (Date.now() - movedAt < stillMs) continue
      const waiting = this.senders.filter(({ sender }) => sender.lane.current !== null)
      this.timeline.finding(
        `healed, and no receipt for ${stillMs / 1000} s: ${waiting.map(({ sender }) => `${sender.lane.parts.participant} ${sender.lane.current}: ${sender.lane.lastFailure}`).join('; ')}`,
      )
      return
    }
  }

  private async judge(): Promise<void> {
    const { world, timeline } = this
    const { findings, checked } = await checkRecords(world, this.model)
    Object.assign(this.checked, checked)
    for (const text of findings) timeline.finding(text)
    for (const text of await checkBooks(world, this.model, [...this.acknowledged.values()], this.expectedParked)) timeline.finding(text)
    for (const site of world.sites.values()) {
      const seen = [...(this.seen.get(site.place.name)?.values() ?? [])]
      for (const text of await checkLog(site, seen)) timeline.finding(text)
      if (site.node.rssMax > rssBound) timeline.finding(`${site.place.name}: ${Math.round(site.node.rssMax / 1024 ** 2)} MiB resident`)
    }
    for (const text of await compareLinks(world)) timeline.finding(text)
  }

  private tell(round: number, what: string): void {
    const { counters, timeline } = this
    const recent = [...timeline.figures].filter(([, one]) => one.faults > 0).length
    this.show(
      `第 ${round} 轮 round ${round}  故障 faults ${timeline.faults} (${recent} 类 classes)  操作 requests ${counters.requests}  批次 submissions ${counters.submissions}  记录 records ${counters.records}  发现 findings ${timeline.findings.length}  ${what}`,
    )
  }
}
