import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type EmbeddedPostgres, removeEmbeddedPostgres, startEmbeddedPostgres } from '@huijiao/database'
import { type OlderRelease, olderRelease } from '@huijiao/testing'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { asOperator, type Balancer, type FleetProcess, killFleet, spawnProcess, startBalancer, startLoad, startProcess } from './fleet.ts'
import { adminToken } from './node.ts'

/** A program that really was, with a database at the level that it really had. */
let old: OlderRelease | null = null

interface Tier {
  readonly region: string
  readonly tier: string
  readonly upstream?: Tier
  balancer: Balancer
  process: FleetProcess
  databaseUrl: string
}

let dir: string
let postgres: EmbeddedPostgres
const tiers: Tier[] = []
const pools: pg.Pool[] = []

const settingsOf = ({ region, tier, upstream, balancer, databaseUrl }: Tier): Record<string, string> => ({
  HUIJIAO_REGION: region,
  HUIJIAO_TIER: tier,
  HUIJIAO_PORT: '0',
  HUIJIAO_PUBLIC_URL: balancer.url,
  HUIJIAO_DATA_DIR: join(dir, region),
  HUIJIAO_DATABASE_URL: databaseUrl,
  HUIJIAO_DATABASE_POOL: '6',
  HUIJIAO_ADMIN_TOKEN: adminToken,
  HUIJIAO_SWEEP_MS: '1000',
  HUIJIAO_LINK_RETRY_MS: '100',
  HUIJIAO_LINK_RETRY_MAX_MS: '1000',
  HUIJIAO_DRAIN_MS: '1500',
  HUIJIAO_UPSTREAMS: JSON.stringify(
    upstream === undefined ? [] : [{ name: upstream.region, url: upstream.balancer.url, tier: upstream.tier }],
  ),
})

async function startTier(region: string, tier: string, upstream?: Tier): Promise<Tier> {
  await postgres.ensureDatabase(`n${region}`)
  const balancer = await startBalancer()
  const begun = { region, tier, balancer, databaseUrl: postgres.url(`n${region}`), ...(upstream === undefined ? {} : { upstream }) } as Tier
  begun.process = await startProcess({ settings: settingsOf(begun), program: (old as OlderRelease).program })
  balancer.add(begun.process)
  tiers.push(begun)
  return begun
}

async function enrolNode(lower: Tier): Promise<void> {
  const upper = lower.upstream as Tier
  const ask = (method: string, path: string, body?: unknown) => asOperator(upper.balancer.url, adminToken, method, path, body)
  const id = `p-${lower.region}`
  await ask('POST', '/admin/v1/participants', {
    participantId: id,
    kind: 'node',
    name: `节点 ${lower.region}`,
    regions: [lower.region],
    nodeName: lower.region,
  })
  const facts = (await (await fetch(`${lower.balancer.url}/v1/node`)).json()) as { keys: { keyId: string; publicKey: string }[] }
  const { keyId, publicKey } = facts.keys[0] as { keyId: string; publicKey: string }
  await ask('POST', `/admin/v1/participants/${id}/keys`, { kind: 'ed25519', keyId, publicKey })
}

const poolOf = (tier: Tier): pg.Pool => {
  const pool = new pg.Pool({ connectionString: tier.databaseUrl, max: 2 })
  pool.on('error', () => undefined)
  pools.push(pool)
  return pool
}

async function until(what: () => Promise<boolean>, ms = 240_000): Promise<void> {
  for (const end = Date.now() + ms; Date.now() < end; await delay(100)) if (await what().catch(() => false)) return
  throw new Error(`it did not happen in time: ${what.toString()}`)
}

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'huijiao-upgrade-'))
  old = olderRelease(join(dir, 'old'))
  if (old === null) return
  postgres = await startEmbeddedPostgres({ dataDir: join(dir, 'postgres') })
  const nation = await startTier('000000', 'national')
  const province = await startTier('370000', 'provincial', nation)
  const city = await startTier('370100', 'municipal', province)
  await enrolNode(province)
  await enrolNode(city)
}, 900_000)
afterAll(async () => {
  for (const { balancer } of tiers) await balancer.close()
  killFleet()
  for (const pool of pools) void pool.end()
  if (old !== null) await removeEmbeddedPostgres(join(dir, 'postgres'))
  await rm(dir, { recursive: true, force: true })
})

describe('a hub of three tiers, upgraded while records come', () => {
  it('refuses no request, loses nothing, and outlives an upgrade that is killed half way', { timeout: 900_000 }, async (context) => {
    if (old === null) return context.skip('there is no history here from which an older release could be taken')
    const { program, lacks } = old
    const [nation, province, city] = tiers as [Tier, Tier, Tier]
    const ask = (path: string, body: unknown) => asOperator(city.balancer.url, adminToken, 'POST', path, body)
    await ask('/admin/v1/participants', { participantId: 'p-vendor', kind: 'system', name: '示例系统（合成）', regions: ['370100'] })
    const { secret } = (await ask('/admin/v1/participants/p-vendor/keys', { kind: 'api-key' })) as { secret: string }
    const load = startLoad(city.balancer.url, secret, { senders: 3, again: false, pauseMs: 150 })
    const accepted = async (more: number) => {
      const before = load.accepted.length
      await until(async () => load.accepted.length > before + more)
    }
    await accepted(20)

    // The new program is killed when it has taken every step and cannot commit: nothing of them is there, and the old one serves on.
    const database = poolOf(city)
    const applied = async () =>
      (await database.query<{ name: string }>('select name from kysely_migration where name = any($1)', [lacks])).rows.map(
        (row) => row.name,
      )
    expect(lacks.length).toBeGreaterThan(0)
    expect(await applied()).toEqual([])
    const holder = await database.connect()
    await holder.query('begin')
    await holder.query('lock table kysely_migration in share mode')
    // (Asked outside the transaction, which would see one and the same moment for ever.)
    const killed = spawnProcess({ settings: settingsOf(city) })
    await until(
      async () =>
        (await database.query(`select 1 from pg_stat_activity where application_name = 'huijiao migrate' and wait_event_type = 'Lock'`))
          .rowCount === 1,
    )
    killed.child.kill('SIGKILL')
    await killed.ended
    await holder.query('commit')
    holder.release()
    await accepted(20)
    expect(await applied()).toEqual([])

    // From above down, each process beside the old one before the old one stops.
    for (const tier of [nation, province, city]) {
      const before = tier.process
      tier.process = await startProcess({ settings: settingsOf(tier) })
      tier.balancer.add(tier.process)
      await accepted(10)
      expect(await before.stop(), before.log().slice(-2000)).toBe(0)
    }
    expect((await applied()).toSorted()).toEqual(lacks.toSorted())

    // An old program that is started again meanwhile works beside the newer database.
    city.balancer.add(await startProcess({ settings: settingsOf(city), program }))
    await accepted(20)
    await load.stop()

    expect(load.refused).toEqual([])
    const atNation = poolOf(nation)
    const arrived = async () =>
      Number((await atNation.query('select count(*) as n from stream where entity = $1', ['TBProjectInfo'])).rows[0].n)
    await until(async () => (await arrived()) === load.accepted.length, 240_000)
    const held = new Set(
      (await atNation.query('select record_id from stream')).rows.map((row) => `r_${String(row.record_id).replaceAll('-', '')}`),
    )
    expect(load.accepted.filter((id) => !held.has(id))).toEqual([])
    expect(load.accepted.length).toBeGreaterThan(90)
  })
})
