import { Cluster, Redis } from 'ioredis'
import type { RedisAddress } from './redis-address.ts'

/** How patient a connection is. */
export interface Patience {
  /** Null: a command waits until Redis is back. */
  readonly maxRetriesPerRequest: number | null
  /** Milliseconds. */
  readonly commandTimeout?: number
  readonly connectTimeout?: number
  /** One attempt to connect and no more. */
  readonly once?: true
}

/** Opens a connection; it is not waited for. */
export function connectRedis(address: RedisAddress, { once, ...patience }: Patience): Redis | Cluster {
  const own = {
    ...patience,
    ...(address.username === '' ? {} : { username: address.username }),
    ...(address.password === '' ? {} : { password: address.password }),
    ...(address.tls ? { tls: {} } : {}),
  }
  if (address.cluster)
    return new Cluster([...address.servers], { redisOptions: own, ...(once === true ? { clusterRetryStrategy: () => null } : {}) })
  const { host, port } = address.servers[0] as RedisAddress['servers'][number]
  return new Redis({ ...own, host, port, db: address.db, ...(once === true ? { retryStrategy: () => null } : {}) })
}

/** What is not as the queues need it, in words; empty when all is well. */
export interface RedisFinding {
  readonly level: 'warning' | 'error'
  readonly zh: string
  readonly en: string
}

/** BullMQ needs 6.2; its scripts use commands of that version. */
const versionWanted = [6, 2] as const

/**
 * Looks at the settings of a Redis that queues depend on.
 * @throws the error of the connection, when it cannot be reached
 */
export async function checkRedis(address: RedisAddress, patienceMs: number): Promise<{ findings: RedisFinding[]; servers: number }> {
  const client = connectRedis(address, { maxRetriesPerRequest: 1, connectTimeout: patienceMs, commandTimeout: patienceMs, once: true })
  client.on('error', () => undefined)
  try {
    await client.ping()
    const servers = client instanceof Cluster ? client.nodes('master') : [client]
    const findings: RedisFinding[] = []
    for (const server of servers)
      findings.push(...(await checkServer(server, servers.length > 1 ? `${server.options.host}:${server.options.port} ` : '')))
    if (client instanceof Cluster) findings.push(...(await checkCluster(client)))
    return { findings, servers: servers.length }
  } finally {
    client.disconnect()
  }
}

async function checkServer(server: Redis, where: string): Promise<RedisFinding[]> {
  const info = new Map((await server.info()).split('\r\n').map((line) => line.split(/:(.*)/) as [string, string]))
  const findings: RedisFinding[] = []
  const version = (info.get('redis_version') ?? '').split('.').map(Number)
  const [major = 0, minor = 0] = version
  if (major < versionWanted[0] || (major === versionWanted[0] && minor < versionWanted[1]))
    findings.push({
      level: 'error',
      zh: `${where}Redis 版本过低（${version.join('.')}），需要 6.2 以上`,
      en: `${where}Redis is too old (${version.join('.')}); 6.2 or later is needed`,
    })
  const policy = info.get('maxmemory_policy')
  if (policy !== undefined && policy !== 'noeviction')
    findings.push({
      level: 'error',
      zh: `${where}maxmemory-policy 为 ${policy}：内存不足时会删去任务的一部分，队列会停住；请设为 noeviction`,
      en: `${where}maxmemory-policy is ${policy}: short of memory it drops parts of jobs, and queues get stuck; set noeviction`,
    })
  if (info.get('role') === 'slave')
    findings.push({
      level: 'error',
      zh: `${where}是只读副本，请填写主库地址`,
      en: `${where}is a replica, which takes no writes; name the primary`,
    })
  const [used, most] = [Number(info.get('used_memory') ?? 0), Number(info.get('maxmemory') ?? 0)]
  if (most > 0 && used > most * 0.8)
    findings.push({
      level: 'warning',
      zh: `${where}内存已用 ${Math.round((used / most) * 100)} %（maxmemory）`,
      en: `${where}${Math.round((used / most) * 100)} % of maxmemory is in use`,
    })
  return findings
}

async function checkCluster(cluster: Cluster): Promise<RedisFinding[]> {
  const info = (await cluster.cluster('INFO')) as string
  const state = /cluster_state:(\w+)/.exec(info)?.[1]
  const slots = Number(/cluster_slots_ok:(\d+)/.exec(info)?.[1] ?? 0)
  if (state === 'ok' && slots === 16_384) return []
  return [
    {
      level: 'error',
      zh: `Redis Cluster 状态为 ${state ?? '未知'}，16384 个槽中 ${slots} 个可用`,
      en: `the Redis Cluster is ${state ?? 'in an unknown state'}: ${slots} of 16384 slots are served`,
    },
  ]
}
