import { type Caller, forwardLink, type Hub, sequenceLog } from '@huijiao/exchange'
import { sha256 } from '@huijiao/merkle'
import { receive, type Mishaps, sendUp } from './handover.ts'
import type { SimNode } from './nodes.ts'
import type { SimQueue } from './queue.ts'
import { type CityWork, type Package, packagesOfMinute, shareOfMinute } from './workload.ts'

/** A clock that stands still until the simulation moves it; every node looks at it. */
export interface SimClock {
  now(): Date
  advance(ms: number): void
}

export function simClock(start: Date): SimClock {
  let at = start.getTime()
  return {
    now: () => new Date(at),
    advance: (ms) => {
      at += ms
    },
  }
}

export interface SimCity {
  readonly node: SimNode
  readonly system: Caller
  readonly work: CityWork
}

/** All nodes of a simulation, from the edge upward. */
export interface Country {
  readonly cities: readonly SimCity[]
  readonly provinces: readonly SimNode[]
  readonly nation: SimNode
  /** Numbers and forwards: one queue for all nodes. */
  readonly queue: SimQueue
  /** What befalls requests now; null: nothing. */
  readonly way: { mishaps: Mishaps | null }
}

/** What came of the day so far. */
export interface Tally {
  packages: number
  records: number
  refused: number
  unchanged: number
  /** Versions that the cities acknowledged. */
  stored: number
  /** Of them arrived at the nation. */
  arrived: number
  readonly lagsMs: number[]
  /** What contradicts the model, each said once; the first hundred. */
  readonly contradictions: string[]
}

export const newTally = (): Tally => ({
  ...{ packages: 0, records: 0, refused: 0, unchanged: 0, stored: 0, arrived: 0 },
  lagsMs: [],
  contradictions: [],
})

const minuteMs = 60_000
export const atOnce = 8

/** When each version was acknowledged by its city: from there its lag counts. */
export interface Awaited {
  readonly since: Map<string, number>
  lastPart: number
}

const versionName = (sourceId: string, version: number) => `${sourceId}#${version}`

/** Runs `each` over a list, a few at a time. */
export async function inTurns<T>(list: readonly T[], each: (one: T) => Promise<void>): Promise<void> {
  const rest = list.values()
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (const one of rest) await each(one)
    }),
  )
}

/** One minute: the cities' systems hand in what they have, every node numbers and forwards, the nation looks at what came. */
export async function runMinute(
  country: Country,
  parts: {
    readonly clock: SimClock
    readonly recordsPerCity: number
    /** The day is over: what waits is handed in. */
    readonly last?: boolean
    readonly tally: Tally
    readonly awaited: Awaited
    readonly mishaps: Mishaps | null
    /** SHA-256 of the first receipt of each package. */
    readonly receipts: Map<string, string>
  },
): Promise<void> {
  const { clock, tally, awaited, mishaps } = parts
  const share = shareOfMinute(clock.now())
  await inTurns(country.cities, async (city) => {
    for (const one of packagesOfMinute(city.work, parts.recordsPerCity * share, parts.last)) await handIn(city, one, parts)
  })
  clock.advance(minuteMs)
  if (mishaps !== null) cutSome(country, mishaps)
  country.way.mishaps = mishaps
  await passUp(
    country,
    country.cities.map((city) => city.node),
  )
  await passUp(country, country.provinces)
  await passUp(country, [country.nation])
  await noteArrived(country.nation.hub, awaited, tally, clock.now().getTime())
}

async function handIn(city: SimCity, one: Package, parts: Parameters<typeof runMinute>[1]): Promise<void> {
  const { tally, receipts, awaited, clock } = parts
  const answer = await receive(city.node.hub, city.system, one.body)
  if (answer.kind !== 'receipt') throw new Error(`package ${one.id}: ${answer.kind}`)
  city.node.stirred = true
  tally.packages += 1
  const digest = sha256(answer.receipt).toString('base64')
  if (one.again) {
    if (receipts.get(one.id) !== digest) contradict(tally, `${one.id}: another receipt for the same bytes`)
    return
  }
  receipts.set(one.id, digest)
  const { counts } = JSON.parse(answer.receipt.toString()) as { counts: Record<string, number> }
  tally.records += one.records
  const expected = { refused: one.refused, unchanged: one.unchanged, accepted: one.stores.length }
  for (const [outcome, count] of Object.entries(expected))
    if (counts[outcome] !== count)
      contradict(tally, `${one.id}: ${outcome} ${counts[outcome]}, expected ${count}: ${JSON.stringify(counts)}`)
  tally.refused += one.refused
  tally.unchanged += one.unchanged
  tally.stored += one.stores.length
  for (const { sourceId, version } of one.stores) awaited.since.set(versionName(sourceId, version), clock.now().getTime())
}

function contradict(tally: Tally, what: string): void {
  if (tally.contradictions.length < 100) tally.contradictions.push(what)
}

/** Every link fails now and then, for a quarter of an hour to three hours. */
function cutSome(country: Country, mishaps: Mishaps): void {
  const now = mishaps.now()
  for (const node of [...country.cities.map((city) => city.node), ...country.provinces]) {
    if (now < node.cutUntil || mishaps.random() > 1 / 720) continue
    node.cutUntil = now + (15 + mishaps.random() * 165) * minuteMs
  }
}

/** Has the queue number and forward what these nodes have. */
export async function passUp(country: Country, nodes: readonly SimNode[]): Promise<void> {
  await country.queue.runAll(nodes.filter((node) => node.stirred).map((node) => node.hub.node.name))
}

/** What a job of the queue does: numbers and forwards what a node has, until nothing is left or its link is out. */
export async function passUpOne(node: SimNode, mishaps: Mishaps | null): Promise<void> {
  node.stirred = false
  await sequenceLog(node.hub)
  const { above } = node
  if (above === null) return
  const send = sendUp(node, above, mishaps)
  for (;;) {
    const step = await forwardLink(node.hub, above.linkNo, send)
    if (step === 'more') continue
    // A link that is out is tried again in the next minute.
    if (step === 'outage' || step === 'waiting') node.stirred = true
    break
  }
  await sequenceLog(node.hub)
}

/** Looks at what the nation has stored since it was last asked. */
async function noteArrived(nation: Hub, awaited: Awaited, tally: Tally, now: number): Promise<void> {
  const rows = await nation.db
    .selectFrom('version')
    .select(['part_id', 'source_id', 'n'])
    .where('part_id', '>', awaited.lastPart)
    .orderBy('part_id')
    .execute()
  for (const row of rows) {
    awaited.lastPart = row.part_id
    const name = versionName(row.source_id ?? '', row.n)
    const since = awaited.since.get(name)
    if (since === undefined) {
      contradict(tally, `${name}: at the nation twice, or never acknowledged by its city`)
      continue
    }
    awaited.since.delete(name)
    tally.arrived += 1
    tally.lagsMs.push(now - since)
  }
}
