import { setTimeout as delay } from 'node:timers/promises'
import type { OneShot } from '../proxy-exchange.ts'
import type { Proxy, Weather } from '../proxy.ts'
import { type Site, siteOf, twoWays } from '../world.ts'
import type { FaultClass, FaultContext, Injected } from './fault-class.ts'

interface Way {
  readonly upper: Site
  readonly proxy: Proxy
}

/** While one way is spoilt a record goes up the other within this: many times what it takes while the city and the upstream meet light faults. */
const otherWayMs = 150_000

async function holds(site: Site, number: string): Promise<boolean> {
  const rows = await site.server.ask(
    site.database,
    `select 1 from version where entity = 'TBProjectInfo' and position($1 in open_text) > 0 limit 1`,
    [number],
  )
  return rows.length > 0
}

/**
 * Spoils one of the two ways of a city, and holds it so until a record that was handed in meanwhile has gone up the other: what is wrong with one upstream is
 * not the other's business. The other one is left in peace meanwhile: where a dozen faults wait for every request of a line, nothing passes, whatever the first one does.
 * @param spoil begins it; what it answers ends it, and says how often something was hit
 */
async function oneWay(
  context: FaultContext,
  spoil: (way: Way, context: FaultContext) => Promise<() => Promise<number>>,
): Promise<Injected> {
  const { world, random } = context
  const city = siteOf(world, twoWays)
  const ways = city.ways.map(({ upstream, proxy }): Way => ({ upper: siteOf(world, upstream), proxy }))
  const [spoilt, other] = (random.chance(0.5) ? ways : ways.toReversed()) as [Way, Way]
  const release = ways.map(({ proxy }) => proxy.hold())
  let heal: (() => Promise<number>) | undefined
  let hits = 0
  try {
    heal = await spoil(spoilt, context)
    const [number] = await context.submit(twoWays, 1)
    const began = performance.now()
    let there = false
    while (!there && performance.now() - began < otherWayMs) {
      there = await holds(other.upper, number as string)
      if (!there) await delay(200)
    }
    if (!there)
      context.finding(
        `while the way ${spoilt.proxy.name} was spoilt, ${number} did not reach ${other.upper.place.name} within ${otherWayMs / 1000} s`,
      )
    context.note(
      `${number} went up ${other.proxy.name} in ${Math.round(performance.now() - began)} ms while ${spoilt.proxy.name} was spoilt`,
    )
  } finally {
    try {
      hits = (await heal?.()) ?? 0
    } finally {
      for (const letGo of release) letGo()
    }
  }
  return { hits: Math.min(1, hits), where: spoilt.proxy.name, through: [spoilt.proxy] }
}

const weather =
  (spell: (context: FaultContext) => Partial<Weather>) =>
  async ({ proxy }: Way, context: FaultContext) => {
    proxy.setWeather(spell(context))
    if (proxy.weather.refuse || proxy.weather.hang) proxy.resetAll()
    // Long enough for a delivery to meet it.
    await delay(context.random.int(500, 4000))
    return async () => {
      const hits = proxy.touched
      proxy.resetAll()
      proxy.clear()
      return hits
    }
  }

/** The next replies to submissions are lost, each after the upstream has committed. */
async function repliesLost({ proxy }: Way, { random }: FaultContext): Promise<() => Promise<number>> {
  let hits = 0
  const shots = Array.from({ length: random.int(2, 5) }, (): OneShot => ({
    kind: 'reset-reply',
    amount: 0,
    fits: (head) => head.subarray(0, 21).toString('latin1').startsWith('POST /v1/submissions'),
    hit: () => void (hits += 1),
  }))
  for (const shot of shots) proxy.arm(shot)
  return async () => {
    for (let waits = 0; hits === 0 && waits < 60; waits += 1) await delay(250)
    for (const shot of shots) proxy.disarm(shot)
    return hits
  }
}

async function killed({ upper }: Way): Promise<() => Promise<number>> {
  const hit = upper.node.signal('SIGKILL')
  await upper.node.end('SIGKILL')
  return async () => {
    upper.node.start()
    await upper.node.untilReady()
    return hit ? 1 : 0
  }
}

const way = (name: string, zh: string, en: string, spoil: Parameters<typeof oneWay>[1]): FaultClass => ({
  ...{ name, group: 'ways', zh, en, heavy: true, weight: 1 },
  inject: (context) => oneWay(context, spoil),
})

export const wayClasses: readonly FaultClass[] = [
  way(
    'one-way-cut',
    '两个上级之一中断，另一个照常',
    'one of two ways up is cut, the other goes on',
    weather(({ random }) => random.pick([{ refuse: true }, { hang: true }, { cutUp: true, cutDown: true }])),
  ),
  way(
    'one-way-slow',
    '两个上级之一极慢，另一个照常',
    'one of two ways up is very slow, the other goes on',
    weather(({ random }) => ({ latencyMs: random.int(500, 2000), jitter: 0.5, rate: random.int(1000, 10_000) })),
  ),
  way(
    'one-way-replies-lost',
    '两个上级之一的答复丢失，另一个照常',
    'replies of one of two upstreams are lost, the other goes on',
    repliesLost,
  ),
  way('one-way-killed', '两个上级之一被 SIGKILL，另一个照常', 'one of two upstreams is killed, the other goes on', killed),
]
