import { access, constants, mkdir, statfs } from 'node:fs/promises'
import { createServer } from 'node:net'
import pg from 'pg'
import type { NodeRefusal } from '@huijiao/exchange'
import { type Config, ConfigError, readConfig, unknownSettings } from './config.ts'
import { refusalOf } from './epochs/standing.ts'
import { readRedisAddress } from './redis-address.ts'
import { checkRedis } from './redis-queue.ts'
import { checkFolder, checkFrontTables } from './transport/check.ts'
import { answersAtOnce, folderOf } from './transport/scheme.ts'

/** One line of what `huijiao doctor` says. */
export interface Finding {
  readonly level: 'ok' | 'warning' | 'error'
  readonly about: string
  readonly zh: string
  readonly en: string
}

const spaceWanted = 1024 ** 3
const patienceMs = 5000

/** Looks at the configuration and at what it points to, without starting the node and without changing anything but an empty data directory. */
export async function checkConfiguration(env: NodeJS.ProcessEnv, file?: string): Promise<Finding[]> {
  const strays = unknownSettings(env).map((name): Finding => ({
    level: 'warning',
    about: name,
    zh: '没有此项设置，请核对拼写',
    en: 'there is no such setting; check the spelling',
  }))
  let config: Config
  try {
    config = readConfig(env, file)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return [
      ...strays,
      ...error.mistakes.map((mistake): Finding => ({ level: 'error', about: mistake.setting, zh: mistake.zh, en: mistake.en })),
    ]
  }
  const found = await Promise.all([
    checkDataDir(config),
    checkDatabase(config),
    ...checkReplica(config),
    ...checkQueue(config),
    checkPort(config),
    checkToken(config),
    ...config.upstreams.map((upstream) => checkUpstream(upstream, config)),
    ...config.folders.map(async ({ name, path }) => {
      const fault = await checkFolder(path)
      const about = `HUIJIAO_FOLDERS ${name}`
      return fault === null ? ok(about, `${path} 可用`, `${path} can be used`) : wrong(about, fault.zh, fault.en)
    }),
  ])
  return [{ level: 'ok', about: 'configuration', zh: '配置完整', en: 'the configuration is complete' }, ...strays, ...found]
}

const ok = (about: string, zh: string, en: string): Finding => ({ level: 'ok', about, zh, en })
const warning = (about: string, zh: string, en: string): Finding => ({ level: 'warning', about, zh, en })
const wrong = (about: string, zh: string, en: string): Finding => ({ level: 'error', about, zh, en })

async function checkDataDir({ dataDir }: Config): Promise<Finding> {
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o700 })
    await access(dataDir, constants.W_OK)
    const { bavail, bsize } = await statfs(dataDir)
    if (bavail * bsize < spaceWanted)
      return warning('HUIJIAO_DATA_DIR', `${dataDir} 剩余空间不足 1 GiB`, `${dataDir} has less than 1 GiB left`)
    return ok('HUIJIAO_DATA_DIR', `${dataDir} 可写`, `${dataDir} is writable`)
  } catch (error) {
    return wrong('HUIJIAO_DATA_DIR', `${dataDir} 不可写`, `${dataDir} is not writable: ${(error as Error).message}`)
  }
}

async function checkDatabase({ secrets, node }: Config): Promise<Finding> {
  if (secrets.databaseUrl === null) return ok('HUIJIAO_DATABASE_URL', '使用内置 PostgreSQL', 'the embedded PostgreSQL is used')
  const client = new pg.Client({ connectionString: secrets.databaseUrl, connectionTimeoutMillis: patienceMs })
  client.on('error', () => undefined)
  try {
    await client.connect()
    const version = Number(
      (await client.query<{ version: string }>("select current_setting('server_version_num') as version")).rows[0]?.version,
    )
    if (version < 160_000)
      return wrong(
        'HUIJIAO_DATABASE_URL',
        `PostgreSQL 版本过低（${version}），需要 16 以上`,
        `PostgreSQL is too old (${version}); 16 or later is needed`,
      )
    const made = await client.query<{ made: boolean }>("select to_regclass('node') is not null as made")
    if (made.rows[0]?.made !== true) return ok('HUIJIAO_DATABASE_URL', '数据库可用，尚为空库', 'the database answers and is still empty')
    const owner = (await client.query<{ name: string }>('select name from node')).rows[0]?.name
    if (owner !== undefined && owner !== node.name)
      return wrong('HUIJIAO_DATABASE_URL', `数据库属于节点 ${owner}`, `the database belongs to node ${owner}`)
    const refused = (await client.query<{ refusal: NodeRefusal | null }>(`select to_jsonb(node) -> 'refusal' as refusal from node`)).rows[0]
    if (refused?.refusal != null) {
      const { why, by, since } = refused.refusal
      const words = refusalOf(node.name, why, by)
      return wrong('HUIJIAO_DATABASE_URL', `自 ${since} 起被拒绝：${words.zh}`, `refused since ${since}: ${words.en}`)
    }
    return await tellDetached(client)
  } catch (error) {
    return wrong('HUIJIAO_DATABASE_URL', '连不上数据库', `the database cannot be reached: ${(error as { code?: string }).code ?? 'error'}`)
  } finally {
    await client.end().catch(() => undefined)
  }
}

/** The database answers, and what of it is kept elsewhere. */
async function tellDetached(client: pg.Client): Promise<Finding> {
  const about = 'HUIJIAO_DATABASE_URL'
  const standing = async (table: 'log_range' | 'version_range'): Promise<string[]> => {
    const { rows } = await client.query<{ there: boolean }>('select to_regclass($1) is not null as there', [table])
    if (rows[0]?.there !== true) return []
    return (await client.query<{ place: string }>(`select place from ${table} where attached_at is null order by range_no`)).rows.map(
      ({ place }) => place,
    )
  }
  const [log, versions] = [await standing('log_range'), await standing('version_range')]
  if (log.length + versions.length === 0) return ok(about, '数据库可用', 'the database answers')
  const places = [...new Set([...log, ...versions])].join('; ')
  return ok(
    about,
    `数据库可用；${log.length} 段日志、${versions.length} 段较早版本的内容存放于别处，须另行保管：${places}`,
    `the database answers; ${log.length} ranges of the log and ${versions.length} of contents of old versions are kept elsewhere, with care: ${places}`,
  )
}

/** Nothing to say when there is none. */
function checkReplica({ secrets, node, roles }: Config): Promise<Finding>[] {
  const { replicaUrl } = secrets
  const about = 'HUIJIAO_REPLICA_URL'
  if (replicaUrl === null) return []
  const look = async (): Promise<Finding> => {
    if (!roles.has('api')) return ok(about, '本进程不读副本', 'this process does not read it')
    const client = new pg.Client({ connectionString: replicaUrl, connectionTimeoutMillis: patienceMs })
    client.on('error', () => undefined)
    try {
      await client.connect()
      const { rows } = await client.query<{ standby: boolean }>('select pg_is_in_recovery() as standby')
      if (rows[0]?.standby !== true) return wrong(about, '该服务器不是副本，不会读它', 'this server is no replica: it will not be read')
      const made = await client.query<{ made: boolean }>("select to_regclass('node') is not null as made")
      if (made.rows[0]?.made !== true) return warning(about, '副本中还没有本节点的表', 'the tables of the node are not there yet')
      const owner = (await client.query<{ name: string }>('select name from node')).rows[0]?.name
      if (owner !== undefined && owner !== node.name) return wrong(about, `副本属于节点 ${owner}`, `it is a replica of node ${owner}`)
      return ok(about, '副本可读', 'the replica can be read')
    } catch (error) {
      const code = (error as { code?: string }).code ?? 'error'
      return warning(about, '连不上副本，查询由主库回答', `the replica cannot be reached (${code}); the primary answers`)
    } finally {
      await client.end().catch(() => undefined)
    }
  }
  return [look()]
}

/** Nothing to say when the queues live in the node's own database. */
function checkQueue({ secrets }: Config): Promise<Finding>[] {
  const address = secrets.queueUrl === null ? null : readRedisAddress(secrets.queueUrl)
  if (address === null) return []
  const about = 'HUIJIAO_QUEUE_URL'
  const look = async (): Promise<Finding> => {
    try {
      const { findings, servers } = await checkRedis(address, patienceMs)
      const first = findings.find(({ level }) => level === 'error') ?? findings[0]
      if (first === undefined)
        return ok(
          about,
          address.cluster ? `Redis Cluster 可用（${servers} 个主节点）` : 'Redis 可用',
          `Redis answers${address.cluster ? ` (cluster of ${servers} primaries)` : ''}`,
        )
      const words = (side: 'zh' | 'en') => findings.map((one) => one[side]).join(side === 'zh' ? '；' : '; ')
      return { level: first.level, about, zh: words('zh'), en: words('en') }
    } catch (error) {
      return wrong(about, '连不上 Redis', `Redis cannot be reached: ${(error as Error).message}`)
    }
  }
  return [look()]
}

function checkPort({ http, roles }: Config): Promise<Finding> {
  if (!roles.has('api')) return Promise.resolve(ok('HUIJIAO_PORT', '本进程不监听', 'this process does not listen'))
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) =>
      resolve(
        wrong(
          'HUIJIAO_PORT',
          `${http.host}:${http.port} 不可用（${error.code}）`,
          `${http.host}:${http.port} cannot be used (${error.code})`,
        ),
      ),
    )
    server.listen(http.port, http.host, () =>
      server.close(() => resolve(ok('HUIJIAO_PORT', `${http.host}:${http.port} 可用`, `${http.host}:${http.port} is free`))),
    )
  })
}

async function checkToken({ secrets }: Config): Promise<Finding> {
  if (secrets.adminToken === null) return warning('HUIJIAO_ADMIN_TOKEN', '未设置，管理接口关闭', 'it is not set: the admin API is closed')
  return ok('HUIJIAO_ADMIN_TOKEN', '已设置', 'it is set')
}

async function checkUpstream(upstream: Config['upstreams'][number], { node }: Config): Promise<Finding> {
  const about = `HUIJIAO_UPSTREAMS ${upstream.name}`
  if (!answersAtOnce(upstream)) {
    const folder = upstream.url.startsWith('folder:')
    const fault = folder ? await checkFolder(folderOf(upstream)) : await checkFrontTables(upstream, patienceMs)
    if (fault !== null) return folder ? wrong(about, fault.zh, fault.en) : warning(about, fault.zh, fault.en)
    return folder ? ok(about, '文件夹可用', 'the folders can be used') : ok(about, '前置库可连', 'the front database can be reached')
  }
  try {
    const response = await fetch(`${upstream.url}/v1/node`, { signal: AbortSignal.timeout(patienceMs), redirect: 'error' })
    const facts = (await response.json()) as { name?: unknown; tier?: unknown; time?: unknown; keys?: { publicKey?: string }[] }
    if (facts.name !== upstream.name || facts.tier !== upstream.tier)
      return wrong(
        about,
        `该地址上是节点 ${String(facts.name)}（${String(facts.tier)}）`,
        `the node there is ${String(facts.name)} (${String(facts.tier)})`,
      )
    const pinned = upstream.publicKey?.toString('base64')
    if (pinned !== undefined && facts.keys?.some((key) => key.publicKey === pinned) !== true)
      return wrong(about, '上级公钥与配置不符', 'the upstream’s key is not the configured one')
    const skewMs = Math.abs(Date.now() - Date.parse(String(facts.time)))
    if (skewMs > 60_000)
      return warning(
        about,
        `与上级时钟相差 ${Math.round(skewMs / 1000)} 秒，相差超过 300 秒签名会被拒`,
        `the clocks differ by ${Math.round(skewMs / 1000)} s; signatures are refused beyond 300 s`,
      )
    return ok(about, `节点 ${node.name} 可连上级`, `node ${node.name} reaches it`)
  } catch (error) {
    return warning(
      about,
      '连不上上级；恢复前数据留在本级，不会丢失',
      `it cannot be reached (${(error as { cause?: { code?: string } }).cause?.code ?? (error as Error).name}); until then data waits here and is not lost`,
    )
  }
}
