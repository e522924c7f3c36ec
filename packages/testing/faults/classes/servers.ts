import { setTimeout as delay } from 'node:timers/promises'
import { rawDown, rawUp } from '../proxy.ts'
import type { Site, World } from '../world.ts'
import type { FaultClass, FaultContext, Injected } from './fault-class.ts'

const all = (world: World) => [...world.sites.values()]
const anySite = ({ world, random }: FaultContext): Site => random.pick(all(world))
const withRedis = (world: World) => all(world).filter((site) => site.redis !== null)

/** Waits a while, or until the phase is over. */
async function last(context: FaultContext, from: number, to: number): Promise<void> {
  const until = performance.now() + context.random.int(from, to)
  while (performance.now() < until && !context.over()) await delay(50)
}

const sitesOn = (world: World, name: string) => all(world).filter((site) => site.server.name === name)

async function stopCluster(context: FaultContext, signal: 'SIGQUIT' | 'SIGKILL' | 'SIGINT'): Promise<Injected> {
  const server = context.random.pick(context.world.servers)
  const sites = sitesOn(context.world, server.name)
  const hits = sites.reduce((sum, site) => sum + site.postgresProxy.busy(), 0)
  await server.stop(signal)
  await delay(context.random.int(0, 4000))
  await server.start()
  await Promise.all(sites.map((site) => site.node.untilReady()))
  return { hits: Math.min(1, hits), where: server.name, through: sites.flatMap((site) => site.inward) }
}

/** Something is wrong with a database until it is set right again. */
async function spoilDatabase(context: FaultContext, spoil: string, mend: string, reconnect: boolean): Promise<Injected> {
  const site = anySite(context)
  const database = `"${site.database}"`
  const drop = () =>
    site.server.ask<{ gone: boolean }>(
      'postgres',
      `select pg_terminate_backend(pid) as gone from pg_stat_activity where datname = $1 and application_name <> 'harness'`,
      [site.database],
    )
  await site.server.ask('postgres', spoil.replace('%', database))
  let hits = 0
  try {
    if (reconnect) hits = (await drop()).filter((row) => row.gone).length
    await last(context, 500, 4000)
  } finally {
    await site.server.ask('postgres', mend.replace('%', database))
    if (reconnect) await drop()
  }
  await site.node.untilReady()
  return { hits: Math.min(1, hits), where: site.place.name, through: site.inward }
}

/** As an operator does it before a move: every session of the cluster is read-only from its next transaction on, and may write again as suddenly. */
async function clusterReadOnly(context: FaultContext): Promise<Injected> {
  const server = context.random.pick(context.world.servers)
  const sites = all(context.world).filter((site) => site.server === server)
  const set = async (statement: string) => {
    await server.ask('postgres', statement)
    await server.ask('postgres', 'select pg_reload_conf()')
  }
  let hits = 0
  await set('alter system set default_transaction_read_only = on')
  try {
    const until = performance.now() + context.random.int(1500, 6000)
    while (performance.now() < until && !context.over()) {
      for (const site of sites) if (!(await site.node.ready())) hits += 1
      await delay(200)
    }
  } finally {
    await set('alter system reset default_transaction_read_only')
  }
  await Promise.all(sites.map((site) => site.node.untilReady()))
  return { hits: Math.min(1, hits), where: sites.map((site) => site.place.name).join(' '), through: sites.flatMap((site) => site.inward) }
}

/** Holds a lock that the node needs; counts when somebody really waited for it. */
async function holdLock(context: FaultContext, statement: string): Promise<Injected> {
  const site = anySite(context)
  let waited = 0
  const holding = site.server.ask(site.database, `begin; ${statement}; select pg_sleep(${context.random.int(3, 30) / 10}); commit`)
  let done = false
  void holding.finally(() => (done = true)).catch(() => {})
  while (!done) {
    const rows = await site.server
      .ask<{ count: number }>(
        'postgres',
        `select count(*)::int as count from pg_stat_activity where datname = $1 and wait_event_type = 'Lock'`,
        [site.database],
      )
      .catch(() => [])
    waited = Math.max(waited, rows[0]?.count ?? 0)
    await delay(50)
  }
  await holding.catch(() => {})
  return { hits: Math.min(1, waited), where: site.place.name, through: site.inward }
}

/** The reply to a commit is lost: the node cannot know what became of its transaction. */
async function loseCommit(context: FaultContext): Promise<Injected> {
  const proxy = anySite(context).postgresProxy
  let hits = 0
  const watched = [...proxy.connections].filter((connection) => connection.open)
  for (const connection of watched) {
    let committing = false
    rawUp.set(connection, (bytes) => {
      if (/commit/i.test(bytes.toString('latin1'))) committing = true
    })
    rawDown.set(connection, () => {
      if (!committing || hits > 0) return false
      hits += 1
      connection.reset()
      return true
    })
  }
  for (let waits = 0; hits === 0 && waits < 40 && !context.over(); waits += 1) await delay(50)
  for (const connection of watched) {
    rawUp.delete(connection)
    rawDown.delete(connection)
  }
  const site = all(context.world).find((one) => one.postgresProxy === proxy)
  return { hits, where: proxy.name, through: site?.inward ?? [] }
}

async function terminate(context: FaultContext, most: number): Promise<Injected> {
  const site = anySite(context)
  const rows = await site.server.ask<{ gone: boolean }>(
    'postgres',
    `select pg_terminate_backend(pid) as gone from (select pid from pg_stat_activity where datname = $1 and application_name <> 'harness' order by (state = 'active') desc, random() limit $2) as chosen`,
    [site.database, most],
  )
  return { hits: Math.min(1, rows.filter((row) => row.gone).length), where: site.place.name, through: site.inward }
}

const heavy = (name: string, group: FaultClass['group'], zh: string, en: string, inject: FaultClass['inject'], weight = 1): FaultClass => ({
  ...{ name, group, zh, en, heavy: true, weight, inject },
})
const light = (name: string, zh: string, en: string, inject: FaultClass['inject'], weight = 2): FaultClass => ({
  ...{ name, group: 'postgres', zh, en, heavy: false, weight, inject },
})

export const postgresClasses: readonly FaultClass[] = [
  heavy(
    'postgres-immediate-stop',
    'postgres',
    'PostgreSQL 立即停止并重启',
    'PostgreSQL: immediate stop and restart',
    (context) => stopCluster(context, 'SIGQUIT'),
    2,
  ),
  heavy('postgres-killed', 'postgres', 'PostgreSQL 主进程 SIGKILL', 'PostgreSQL: the postmaster is killed', (context) =>
    stopCluster(context, 'SIGKILL'),
  ),
  heavy('postgres-restarted', 'postgres', 'PostgreSQL 快速重启', 'PostgreSQL: fast restart', (context) => stopCluster(context, 'SIGINT')),
  heavy('postgres-read-only', 'postgres', '数据库只读', 'the database is read-only', (context) =>
    spoilDatabase(
      context,
      'alter database % set default_transaction_read_only = on',
      'alter database % reset default_transaction_read_only',
      true,
    ),
  ),
  heavy(
    'postgres-cluster-read-only',
    'postgres',
    '整个数据库集群只读（ALTER SYSTEM）',
    'a whole cluster becomes read-only (ALTER SYSTEM)',
    clusterReadOnly,
  ),
  heavy('postgres-no-connections', 'postgres', '数据库连接数用尽', 'no connection is left', (context) =>
    spoilDatabase(context, 'alter database % connection limit 1', 'alter database % connection limit -1', true),
  ),
  heavy('postgres-statement-timeout', 'postgres', '语句超时极短', 'statements time out', (context) =>
    spoilDatabase(context, `alter database % set statement_timeout = '15ms'`, 'alter database % reset statement_timeout', true),
  ),
  heavy('postgres-lock-timeout', 'postgres', '锁等待超时', 'lock timeouts', async (context) => {
    const spoilt = spoilDatabase(context, `alter database % set lock_timeout = '10ms'`, 'alter database % reset lock_timeout', true)
    return await spoilt
  }),
  light('backend-terminated', '一条数据库会话被终止', 'pg_terminate_backend of one session', (context) => terminate(context, 1), 4),
  light('backends-terminated', '全部数据库会话被终止', 'pg_terminate_backend of all sessions', (context) => terminate(context, 1000)),
  light('commit-reply-lost', '提交的答复丢失', 'the reply to a commit is lost', loseCommit, 4),
  light('log-locked', '日志表被锁', 'the log is locked', (context) => holdLock(context, 'lock table log_pending in access exclusive mode')),
  light('streams-locked', '流表被锁', 'the streams are locked', (context) => holdLock(context, 'lock table stream in exclusive mode')),
  light('links-locked', '通道行被锁', 'the links are locked', (context) => holdLock(context, 'select 1 from link for update')),
]

async function spoilRedis(context: FaultContext, spoil: string, mend: string): Promise<Injected> {
  const site = context.random.pick(withRedis(context.world))
  const redis = site.redis
  if (redis === null) return { hits: 0, where: '', through: [] }
  const busy = site.redisProxy?.busy() ?? 0
  try {
    await redis.tell(spoil)
    await last(context, 500, 5000)
  } finally {
    await redis.tell(mend)
  }
  return { hits: Math.min(1, busy), where: site.place.name, through: site.inward }
}

const redisClass = (name: string, zh: string, en: string, inject: FaultClass['inject']): FaultClass => ({
  ...{ name, group: 'redis', zh, en, heavy: false, weight: 2, inject },
  possible: (world) => withRedis(world).length > 0,
})

export const redisClasses: readonly FaultClass[] = [
  redisClass('redis-killed', 'Redis SIGKILL，内存全失后重启', 'Redis is killed and starts empty', async (context) => {
    const site = context.random.pick(withRedis(context.world))
    const busy = site.redisProxy?.busy() ?? 0
    await site.redis?.exclusively(async () => {
      await site.redis?.kill()
      await last(context, 0, 3000)
      await site.redis?.start()
    })
    return { hits: Math.min(1, busy), where: site.place.name, through: site.inward }
  }),
  redisClass('redis-flushed', 'FLUSHALL', 'FLUSHALL', async (context) => {
    const site = context.random.pick(withRedis(context.world))
    const keys = Number(/:(\d+)/.exec((await site.redis?.tell('DBSIZE')) ?? '')?.[1] ?? 0)
    await site.redis?.tell('FLUSHALL')
    return { hits: Math.min(1, keys), where: site.place.name, through: site.inward }
  }),
  redisClass('redis-full', 'Redis 内存用尽（noeviction）', 'Redis is out of memory (noeviction)', (context) =>
    spoilRedis(context, 'CONFIG SET maxmemory 1', 'CONFIG SET maxmemory 0'),
  ),
  redisClass('redis-evicting', 'Redis 淘汰全部键', 'Redis evicts every key', async (context) => {
    const site = context.random.pick(withRedis(context.world))
    const busy = site.redisProxy?.busy() ?? 0
    await site.redis?.tell('CONFIG SET maxmemory-policy allkeys-random')
    await site.redis?.tell('CONFIG SET maxmemory 1000000')
    await last(context, 500, 3000)
    await site.redis?.tell('CONFIG SET maxmemory 0')
    await site.redis?.tell('CONFIG SET maxmemory-policy noeviction')
    return { hits: Math.min(1, busy), where: site.place.name, through: site.inward }
  }),
  redisClass('redis-read-only', 'Redis 变为只读副本', 'Redis becomes a read-only replica', (context) =>
    spoilRedis(context, 'REPLICAOF 127.0.0.1 1', 'REPLICAOF NO ONE'),
  ),
  redisClass('redis-frozen', 'Redis 冻结后继续', 'SIGSTOP and SIGCONT of Redis', async (context) => {
    const site = context.random.pick(withRedis(context.world))
    const busy = site.redisProxy?.busy() ?? 0
    const stopped = await site.redis?.exclusively(async () => {
      const hit = site.redis?.signal('SIGSTOP') === true
      await last(context, 300, 6000)
      site.redis?.signal('SIGCONT')
      return hit
    })
    return { hits: stopped === true ? Math.min(1, busy) : 0, where: site.place.name, through: site.inward }
  }),
]
