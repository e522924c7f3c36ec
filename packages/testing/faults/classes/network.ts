import { setTimeout as delay } from 'node:timers/promises'
import type { OneShot } from '../proxy-exchange.ts'
import type { Proxy, Weather } from '../proxy.ts'
import type { Random } from '../../src/sample/random.ts'
import type { World } from '../world.ts'
import type { FaultClass, FaultContext, Injected } from './fault-class.ts'
import { type Shot, shots } from './shots.ts'

const isSubmission = (head: Buffer) => head.subarray(0, 21).toString('latin1').startsWith('POST /v1/submissions')
const anything = () => true

/** Proxies that carry HTTP, clients' and links, and that nobody holds alone. */
export const httpProxies = (world: World): Proxy[] => world.proxies.filter((proxy) => proxy.http && !proxy.held)

/** Waits for an exchange to fall into it; takes it back when none comes. */
async function shoot({ world, random, over }: FaultContext, shot: Shot): Promise<Injected> {
  const proxy = random.pick(httpProxies(world))
  let hits = 0
  let met: () => void = () => {}
  const meeting = new Promise<void>((settle) => (met = settle))
  const fault: OneShot = {
    kind: shot.kind,
    amount: shot.amount?.(random) ?? 0,
    fits: shot.only === 'submissions' ? isSubmission : anything,
    hit: () => {
      hits += 1
      met()
    },
    ...(shot.answer === undefined ? {} : { answer: shot.answer }),
  }
  proxy.arm(fault)
  for (let waits = 0; hits === 0 && waits < 60 && !over(); waits += 1) await Promise.race([meeting, delay(250)])
  proxy.disarm(fault)
  // A duplicate that is on its way still arrives: it has a moment for it.
  if (hits === 0 && shot.kind === 'duplicate-after') await Promise.race([meeting, delay(fault.amount + 200)])
  return { hits: Math.min(1, hits), where: proxy.name, through: [proxy] }
}

interface Spell {
  readonly name: string
  readonly zh: string
  readonly en: string
  readonly weather: (random: Random) => Partial<Weather>
  readonly lastsMs: (random: Random) => number
  readonly among: (world: World) => readonly Proxy[]
  /** Connections do not survive its end. */
  readonly resets?: true
}

const some = (from: number, to: number) => (random: Random) => random.int(from, to)

/** What lies on a line for a while. */
const spells: readonly Spell[] = [
  {
    name: 'cut-towards',
    zh: '去向中断',
    en: 'cut towards the other side',
    weather: () => ({ cutUp: true }),
    lastsMs: some(300, 6000),
    among: httpProxies,
  },
  {
    name: 'cut-back',
    zh: '回向中断',
    en: 'cut on the way back',
    weather: () => ({ cutDown: true }),
    lastsMs: some(300, 6000),
    among: httpProxies,
  },
  {
    name: 'cut-both',
    zh: '双向中断',
    en: 'cut both ways',
    weather: () => ({ cutUp: true, cutDown: true }),
    lastsMs: some(300, 10_000),
    among: httpProxies,
  },
  {
    name: 'cut-and-forgotten',
    zh: '中断后连接已失效',
    en: 'cut, and connections do not survive it',
    weather: () => ({ cutUp: true, cutDown: true }),
    lastsMs: some(300, 4000),
    among: httpProxies,
    resets: true,
  },
  {
    name: 'refused',
    zh: '拒绝连接',
    en: 'connections are refused',
    weather: () => ({ refuse: true }),
    lastsMs: some(200, 4000),
    among: httpProxies,
    resets: true,
  },
  {
    name: 'hanging',
    zh: '连接无响应',
    en: 'connections are taken and nothing comes',
    weather: () => ({ hang: true }),
    lastsMs: some(200, 4000),
    among: httpProxies,
    resets: true,
  },
  {
    name: 'latency',
    zh: '高延迟',
    en: 'latency',
    weather: (random) => ({ latencyMs: random.int(30, 800), jitter: 0.5 }),
    lastsMs: some(500, 6000),
    among: httpProxies,
  },
  {
    name: 'narrow',
    zh: '窄带宽',
    en: 'little bandwidth',
    weather: (random) => ({ rate: random.int(2000, 100_000) }),
    lastsMs: some(500, 6000),
    among: httpProxies,
  },
  {
    name: 'fragments',
    zh: '报文碎片',
    en: 'everything in small pieces',
    weather: (random) => ({ pieceBytes: random.int(3, 200) }),
    lastsMs: some(500, 4000),
    among: httpProxies,
  },
  {
    name: 'no-large-bodies',
    zh: '中间设备丢弃超过 1 MB 的请求',
    en: 'a middlebox drops bodies over 1 MB',
    weather: () => ({ requestBytesMax: 1_000_000 }),
    lastsMs: some(1000, 15_000),
    among: httpProxies,
  },
  {
    name: 'no-bursts',
    zh: '中间设备丢弃突发请求',
    en: 'a middlebox drops bursts',
    weather: (random) => ({ requestsMax: random.int(1, 4) }),
    lastsMs: some(1000, 8000),
    among: httpProxies,
  },
  {
    name: 'postgres-latency',
    zh: '数据库高延迟',
    en: 'latency to PostgreSQL',
    weather: (random) => ({ latencyMs: random.int(3, 60), jitter: 0.5 }),
    lastsMs: some(500, 5000),
    among: (world) => [...world.sites.values()].map((site) => site.postgresProxy),
  },
  {
    name: 'postgres-cut',
    zh: '数据库网络中断',
    en: 'the line to PostgreSQL is cut',
    weather: () => ({ cutUp: true, cutDown: true }),
    lastsMs: some(300, 6000),
    among: (world) => [...world.sites.values()].map((site) => site.postgresProxy),
  },
  {
    name: 'postgres-refused',
    zh: '数据库拒绝连接',
    en: 'PostgreSQL refuses connections',
    weather: () => ({ refuse: true }),
    lastsMs: some(300, 4000),
    among: (world) => [...world.sites.values()].map((site) => site.postgresProxy),
    resets: true,
  },
  {
    name: 'redis-unreachable',
    zh: 'Redis 不可达',
    en: 'Redis cannot be reached',
    weather: () => ({ refuse: true }),
    lastsMs: some(500, 6000),
    among: (world) => [...world.sites.values()].flatMap((site) => site.redisProxy ?? []),
    resets: true,
  },
  {
    name: 'redis-cut',
    zh: 'Redis 网络中断',
    en: 'the line to Redis is cut',
    weather: () => ({ cutUp: true, cutDown: true }),
    lastsMs: some(500, 6000),
    among: (world) => [...world.sites.values()].flatMap((site) => site.redisProxy ?? []),
  },
  {
    name: 'redis-latency',
    zh: 'Redis 高延迟',
    en: 'latency to Redis',
    weather: (random) => ({ latencyMs: random.int(20, 500), jitter: 0.5 }),
    lastsMs: some(500, 5000),
    among: (world) => [...world.sites.values()].flatMap((site) => site.redisProxy ?? []),
  },
]

async function lie({ world, random, over }: FaultContext, spell: Spell): Promise<Injected> {
  const proxy = random.pick(spell.among(world))
  proxy.setWeather(spell.weather(random))
  let hits = 0
  if (spell.resets && (proxy.weather.refuse || proxy.weather.hang)) hits += proxy.resetAll()
  const until = performance.now() + spell.lastsMs(random)
  while (performance.now() < until && !over()) await delay(50)
  hits += proxy.touched
  if (spell.resets) proxy.resetAll()
  proxy.clear()
  return { hits: Math.min(1, hits), where: proxy.name, through: reached(world, proxy) }
}

/** Where it shows that a place behind a proxy works: at the proxy itself, or at those that lead to the node. */
export function reached(world: World, proxy: Proxy): readonly Proxy[] {
  if (proxy.http) return [proxy]
  const site = [...world.sites.values()].find((one) => one.postgresProxy === proxy || one.redisProxy === proxy)
  return site?.inward ?? []
}

const reset = (name: string, zh: string, en: string, among: (world: World) => readonly Proxy[], most: number): FaultClass => ({
  ...{ name, group: 'network', zh, en, heavy: false, weight: 2 },
  possible: (world) => among(world).length > 0,
  inject: async ({ world, random }) => {
    const proxy = random.pick(among(world))
    return { hits: Math.min(1, proxy.resetAll(most)), where: proxy.name, through: reached(world, proxy) }
  },
})

export const networkClasses: readonly FaultClass[] = [
  ...shots.map((shot): FaultClass => ({
    ...{ name: shot.name, group: 'network', zh: shot.zh, en: shot.en, heavy: false, weight: 6 },
    inject: (context) => shoot(context, shot),
  })),
  ...spells.map((spell): FaultClass => ({
    ...{ name: spell.name, group: 'network', zh: spell.zh, en: spell.en, heavy: false, weight: 1 },
    possible: (world) => spell.among(world).length > 0,
    inject: (context) => lie(context, spell),
  })),
  reset('connections-reset', '在用的 HTTP 连接被重置', 'live HTTP connections are reset', httpProxies, Infinity),
  reset(
    'postgres-connection-reset',
    '一条数据库连接被重置',
    'one connection to PostgreSQL is reset',
    (world) => [...world.sites.values()].map((site) => site.postgresProxy),
    1,
  ),
  reset(
    'postgres-connections-reset',
    '全部数据库连接被重置',
    'all connections to PostgreSQL are reset',
    (world) => [...world.sites.values()].map((site) => site.postgresProxy),
    Infinity,
  ),
  reset(
    'redis-connections-reset',
    '全部 Redis 连接被重置',
    'all connections to Redis are reset',
    (world) => [...world.sites.values()].flatMap((site) => site.redisProxy ?? []),
    Infinity,
  ),
]
