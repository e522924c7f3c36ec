import { randomBytes } from 'node:crypto'
import { type KeyObject } from 'node:crypto'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ed25519Key } from './client.ts'
import { Authority } from './authority.ts'
import { canMakeDisks, Disk } from './disk.ts'
import { NodeProcess } from './node-process.ts'
import { Proxy } from './proxy.ts'
import { freePort } from '../src/free-port.ts'
import { PostgresServer, RedisServer } from './servers.ts'

export type QueueChoice = 'postgres' | 'redis' | 'both'

interface Place {
  readonly name: string
  readonly region: string
  readonly tier: 'municipal' | 'provincial' | 'national'
  readonly upstream: string | null
  /** A second level above it, with a cursor and rules of its own. */
  readonly also: string | null
  readonly cluster: 'low' | 'high'
}

/** The platform of a provincial government: of the first city it gets projects, as far as an authority has confirmed them, and hands nothing on. */
export const platform = 'platform'
/** The city with two ways up. */
export const twoWays = '370100'

/** Two cities, a province, the nation; two PostgreSQL clusters, so that losing one leaves somebody at work on the other. */
export const places: readonly Place[] = [
  { name: twoWays, region: '370100', tier: 'municipal', upstream: '370000', also: platform, cluster: 'low' },
  { name: '370200', region: '370200', tier: 'municipal', upstream: '370000', also: null, cluster: 'high' },
  { name: '370000', region: '370000', tier: 'provincial', upstream: '000000', also: null, cluster: 'low' },
  { name: '000000', region: '000000', tier: 'national', upstream: null, also: null, cluster: 'high' },
  { name: platform, region: '370000', tier: 'provincial', upstream: null, also: null, cluster: 'high' },
]

/** The ways up of a place: the node above, and what the link to it says besides where it is. */
export const waysOf = (place: Place): { readonly upstream: string; readonly settings: object }[] => [
  ...(place.upstream === null ? [] : [{ upstream: place.upstream, settings: {} }]),
  ...(place.also === null ? [] : [{ upstream: place.also, settings: { entities: ['TBProjectInfo'], rules: 'national' } }]),
]

/** A county of another city that the first one looks after. */
export const enclave = '370911'

/** One node with everything around it. */
export interface Site {
  readonly place: Place
  readonly node: NodeProcess
  readonly database: string
  readonly server: PostgresServer
  readonly redis: RedisServer | null
  readonly postgresProxy: Proxy
  readonly redisProxy: Proxy | null
  /** Those through which its callers reach it: clients of a city, the lower nodes of the others. */
  readonly inward: Proxy[]
  /** Towards the level above. */
  readonly link: Proxy | null
  /** Every way up, that one first. */
  readonly ways: readonly { readonly upstream: string; readonly proxy: Proxy }[]
  readonly adminToken: string
  /** Of every key that it signs with or ever did. */
  publicKeys: KeyObject[]
  /** It was put back or made anew: what it lost came back from two sides, in no common order. */
  putBack: boolean
  /** It was made anew: of earlier lives it knows what neighbours tell, and they tell of the latest. */
  anew: boolean
  /** The one in force, as it is registered above. */
  key: { readonly keyId: string; readonly publicKey: string }
}

/** A business system at a city with the key it holds now. */
export interface System {
  readonly participant: string
  readonly city: string
  readonly regions: readonly string[]
  keyId: string
  secret: string
}

export interface World {
  readonly authority: Authority
  readonly systems: Map<string, System>
  readonly dir: string
  readonly queue: QueueChoice
  readonly sites: ReadonlyMap<string, Site>
  readonly servers: readonly PostgresServer[]
  readonly proxies: readonly Proxy[]
  stop(keep: boolean): Promise<void>
}

export const siteOf = (world: World, name: string): Site => {
  const site = world.sites.get(name)
  if (site === undefined) throw new RangeError(`no node ${name}`)
  return site
}

/** Which nodes keep their queues in Redis: with `both`, the second city and the province. */
const onRedis = (queue: QueueChoice, name: string) => queue === 'redis' || (queue === 'both' && (name === '370200' || name === '370000'))

/** @param withDisk one of the two clusters lies on a real disk of its own, where one can be made */
export async function buildWorld(seed: string, queue: QueueChoice, note: (text: string) => void, withDisk = false): Promise<World> {
  const dir = mkdtempSync(join(tmpdir(), `huijiao-faults-${seed}-`))
  chmodSync(dir, 0o711)
  const low = new PostgresServer('postgres-low', dir, withDisk && canMakeDisks() ? Disk.make('postgres-low', dir) : null)
  const high = new PostgresServer('postgres-high', dir)
  const servers = [low, high]
  const authority = new Authority()
  const sites = new Map<string, Site>()
  const proxies: Proxy[] = []
  const stop = async (keep: boolean) => {
    for (const site of sites.values()) {
      site.node.signal('SIGCONT')
      await site.node.end('SIGKILL')
    }
    for (const site of sites.values()) await site.redis?.kill()
    for (const proxy of proxies) await proxy.stop()
    for (const server of servers) await server.remove().catch(() => {})
    if (!keep) rmSync(dir, { recursive: true, force: true })
  }
  try {
    note('starting PostgreSQL')
    for (const server of servers) await server.start()
    const ports = new Map<string, number>()
    for (const place of places) ports.set(place.name, await freePort())
    const links = new Map<string, { from: string; upstream: string; settings: object; proxy: Proxy }[]>()
    for (const place of places) {
      const own = []
      for (const way of waysOf(place)) {
        const proxy = await new Proxy(`${place.name}→${way.upstream}`, ports.get(way.upstream) as number, true).start()
        own.push({ from: place.name, ...way, proxy })
      }
      links.set(place.name, own)
    }
    for (const place of places) {
      const server = place.cluster === 'low' ? low : high
      const database = `node_${place.name}`
      await createDatabase(server, database)
      const redis = onRedis(queue, place.name) ? new RedisServer(`redis-${place.name}`, dir) : null
      await redis?.start()
      const postgresProxy = await new Proxy(`${place.name}→postgres`, server.port, false).start()
      const redisProxy = redis === null ? null : await new Proxy(`${place.name}→redis`, redis.port, false).start()
      const port = ports.get(place.name) as number
      const clients = place.tier === 'municipal' ? [await new Proxy(`client→${place.name}`, port, true).start()] : []
      const below = [...links.values()].flat().flatMap((one) => (one.upstream === place.name ? [one.proxy] : []))
      const ways = links.get(place.name) ?? []
      const link = ways[0]?.proxy ?? null
      const adminToken = randomBytes(24).toString('base64url')
      const tierOf = (name: string) => places.find((one) => one.name === name)?.tier
      const env = {
        HUIJIAO_NAME: place.name,
        HUIJIAO_REGION: place.region,
        HUIJIAO_TIER: place.tier,
        HUIJIAO_HOST: '127.0.0.1',
        HUIJIAO_DATABASE_URL: server.url(database, postgresProxy.port),
        HUIJIAO_DATABASE_POOL: '8',
        ...(redisProxy === null ? {} : { HUIJIAO_QUEUE_URL: `redis://127.0.0.1:${redisProxy.port}` }),
        HUIJIAO_ADMIN_TOKEN: adminToken,
        HUIJIAO_UPSTREAMS: JSON.stringify(
          ways.map(({ upstream, settings, proxy }) => ({
            name: upstream,
            url: `http://127.0.0.1:${proxy.port}`,
            tier: tierOf(upstream),
            ...settings,
          })),
        ),
        // Short waits, so that much happens in little time; what is tested does not depend on them.
        HUIJIAO_SWEEP_MS: '3000',
        HUIJIAO_SEND_TIMEOUT_MS: '15000',
        HUIJIAO_LINK_RETRY_MS: '100',
        HUIJIAO_LINK_RETRY_MAX_MS: '1500',
        HUIJIAO_BODY_IDLE_MS: '5000',
        HUIJIAO_STOP_GRACE_MS: '10000',
        HUIJIAO_RECONCILE_AT: 'never',
        HUIJIAO_STANDARD_NOTICE_MS: '0',
        HUIJIAO_STANDARD_KEYS: JSON.stringify([authority.trusted]),
      }
      // As on one machine: what fills or breaks the disk under its database does it to its spool and its marks, too.
      const dataIn = server.disk?.dir
      const node = new NodeProcess({ name: place.name, dir, port, env, ...(dataIn === undefined ? {} : { dataIn }) })
      proxies.push(...clients, ...ways.map((way) => way.proxy), postgresProxy, ...(redisProxy === null ? [] : [redisProxy]))
      sites.set(place.name, {
        ...{ place, node, database, server, redis, postgresProxy, redisProxy, link, ways, adminToken },
        ...{ inward: [...clients, ...below], publicKeys: [], putBack: false, anew: false, key: { keyId: '', publicKey: '' } },
      })
    }
    const world: World = { authority, dir, queue, sites, servers, proxies, systems: new Map(), stop }
    note('starting the nodes')
    for (const site of sites.values()) site.node.start()
    await Promise.all([...sites.values()].map((site) => site.node.untilReady()))
    for (const site of sites.values()) await enrolNode(world, site)
    return world
  } catch (error) {
    await stop(true)
    throw error
  }
}

async function createDatabase(server: PostgresServer, database: string): Promise<void> {
  await server.ask('postgres', `create database ${database}`)
}

/** A call of the admin API, at the node itself and not through a proxy; tried again while the node is away. */
export async function admin<T = unknown>(site: Site, method: string, path: string, body?: object): Promise<T> {
  return await ask(site, method, `/admin/v1${path}`, {
    headers: { authorization: `Bearer ${site.adminToken}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
}

/** Asks a node until it answers, a minute and longer: what is asked for meets the faults of the moment as well. */
async function ask<T>(site: Site, method: string, path: string, how: RequestInit = {}): Promise<T> {
  let last = ''
  for (let tries = 0; tries < 240; tries += 1) {
    try {
      const answer = await fetch(`${site.node.url}${path}`, { ...how, method, signal: AbortSignal.timeout(15_000) })
      const text = await answer.text()
      if (answer.ok) return (text === '' ? null : JSON.parse(text)) as T
      last = `${answer.status} ${text.slice(0, 300)}`
      if (answer.status < 500 && answer.status !== 429) break
    } catch (error) {
      last = String(error)
    }
    await new Promise((settle) => setTimeout(settle, 250))
  }
  throw new Error(`${site.place.name} ${method} ${path}: ${last}`)
}

/** Learns which keys a node has, from the node itself. */
export async function learnKeys(site: Site): Promise<void> {
  const facts = await ask<NodeFacts>(site, 'GET', '/v1/node')
  site.publicKeys = facts.keys.map((key) => ed25519Key(key.publicKey))
}

interface NodeFacts {
  readonly keys: readonly {
    readonly keyId: string
    readonly publicKey: string
    readonly verifierKey: string
    readonly retiredAt: string | null
  }[]
}

async function enrolNode(world: World, site: Site): Promise<void> {
  const facts = await ask<NodeFacts>(site, 'GET', '/v1/node')
  const key = facts.keys.find((one) => one.retiredAt === null)
  if (key === undefined) throw new Error('a node without a key')
  site.publicKeys = [ed25519Key(key.publicKey)]
  site.key = key
  for (const { upstream } of site.ways) await enrolAbove(siteOf(world, upstream), site)
}

/** Makes the upper node know the lower one by its key. */
export async function enrolAbove(upper: Site, site: Site): Promise<void> {
  await admin(upper, 'POST', '/participants', {
    participantId: `p-${site.place.name}`,
    kind: 'node',
    name: `节点 ${site.place.name}（合成）`,
    // Nobody has to tell the platform that the city looks after an enclave.
    regions: upper.place.name === platform ? [site.place.region, enclave] : [site.place.region],
    nodeName: site.place.name,
  })
  await addNodeKey(upper, site, site.key)
}

export async function addNodeKey(upper: Site, site: Site, key: { keyId: string; publicKey: string }): Promise<void> {
  await admin(upper, 'POST', `/participants/p-${site.place.name}/keys`, { kind: 'ed25519', keyId: key.keyId, publicKey: key.publicKey })
}

/** Enrols a business system at a city and gives it an API key; one that was enrolled before goes on with the new key. */
export async function enrolSystem(world: World, site: Site, participant: string, regions: readonly string[]): Promise<System> {
  const city = site.place.name
  await admin(site, 'POST', '/participants', {
    participantId: participant,
    kind: 'system',
    name: `${participant}（合成）`,
    regions,
  })
  const { keyId, secret } = await admin<{ keyId: string; secret: string }>(site, 'POST', `/participants/${participant}/keys`, {
    kind: 'api-key',
  })
  const known = world.systems.get(participant)
  if (known !== undefined) return Object.assign(known, { keyId, secret })
  const system: System = { participant, city, regions, keyId, secret }
  world.systems.set(participant, system)
  return system
}
