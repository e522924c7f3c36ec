import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type OlderRelease, olderRelease } from '../../src/older-release.ts'
import { NodeProcess } from '../node-process.ts'
import { freePort } from '../../src/free-port.ts'
import { type Site, siteOf, type World } from '../world.ts'
import type { FaultClass, FaultContext, Injected } from './fault-class.ts'

const found = new Map<string, OlderRelease | null>()

/** The last state of the program before its newest migration, unpacked once a world; null where there is no history. */
function olderOf(world: World): OlderRelease | null {
  let release = found.get(world.dir)
  if (release === undefined) found.set(world.dir, (release = olderRelease(join(world.dir, 'older'))))
  return release
}

/** A program that knows of one key only must not run beside one that signs with another: that is said where keys are replaced. */
const withFirstKey = (world: World): Site[] => [...world.sites.values()].filter((site) => site.key.keyId.endsWith('-1'))

const possible = (world: World): boolean => olderOf(world) !== null && withFirstKey(world).length > 0

async function last(context: FaultContext, from: number, to: number): Promise<void> {
  const until = performance.now() + context.random.int(from, to)
  while (performance.now() < until && !context.over()) await delay(50)
}

/** A process of the older release at work beside one of this release, on the same database and data directory, as in the middle of a rolling upgrade. */
async function beside(context: FaultContext): Promise<Injected> {
  const sites = withFirstKey(context.world)
  const release = olderOf(context.world)
  if (release === null || sites.length === 0) return { hits: 0, where: '', through: [] }
  const site = context.random.pick(sites)
  const older = new NodeProcess({ ...site.node.settings, port: await freePort() })
  older.program = release.program
  try {
    older.start()
    await older.untilReady(120_000, 3)
    await last(context, 1000, 6000)
    await older.end(context.random.pick(['SIGTERM', 'SIGKILL']))
    return { hits: 1, where: site.place.name, through: site.inward }
  } finally {
    await older.end('SIGKILL')
  }
}

/** The older release in the place of this one, on a database that is newer than it, and this one again: a step back, and forward. */
async function stepBack(context: FaultContext): Promise<Injected> {
  const sites = withFirstKey(context.world)
  const release = olderOf(context.world)
  if (release === null || sites.length === 0) return { hits: 0, where: '', through: [] }
  const site = context.random.pick(sites)
  const own = site.node.program
  try {
    await site.node.end('SIGTERM')
    site.node.program = release.program
    site.node.start()
    await site.node.untilReady()
    await last(context, 1000, 6000)
    return { hits: 1, where: site.place.name, through: site.inward }
  } finally {
    await site.node.end(context.random.pick(['SIGTERM', 'SIGKILL']))
    site.node.program = own
    site.node.start()
    await site.node.untilReady()
  }
}

const tableCount = `select count(*)::int as count from information_schema.tables where table_schema = 'public'`

/** A database at an older level is brought up to date by a program that is killed when it has taken the steps and not yet committed them: nothing of them is there, and then all. */
async function upgradeKilled(context: FaultContext): Promise<Injected> {
  const { world, random } = context
  const release = olderOf(world)
  if (release === null) return { hits: 0, where: '', through: [] }
  const like = siteOf(world, '370200')
  const database = `node_370400_${Date.now()}`
  await like.server.ask('postgres', `create database ${database}`)
  const { HUIJIAO_QUEUE_URL: _, ...env } = like.node.settings.env as Record<string, string>
  const own = { HUIJIAO_NAME: '370400', HUIJIAO_REGION: '370400', HUIJIAO_DATABASE_URL: like.server.url(database), HUIJIAO_UPSTREAMS: '[]' }
  const node = new NodeProcess({ name: `370400-${database.slice(-6)}`, dir: world.dir, port: await freePort(), env: { ...env, ...own } })
  const ours = node.program
  const applied = async () =>
    (await like.server.ask<{ name: string }>(database, 'select name from kysely_migration where name = any($1)', [release.lacks])).length
  let hits = 0
  try {
    node.program = release.program
    node.start()
    await node.untilReady(180_000, 3)
    await node.end('SIGTERM')
    node.program = ours
    for (let kills = 0; kills < 3; kills += 1) {
      const holder = await like.server.hold(database, 'lock table kysely_migration in share mode')
      try {
        node.start()
        for (let waits = 0; waits < 1200 && node.pid !== null; waits += 1) {
          const waiting = await like.server.ask(
            'postgres',
            `select 1 from pg_stat_activity where datname = $1 and application_name = 'huijiao migrate' and wait_event_type = 'Lock'`,
            [database],
          )
          if (waiting.length > 0) break
          await delay(50)
        }
        await delay(random.int(0, 300))
        if (node.signal('SIGKILL')) hits += 1
        await node.end('SIGKILL')
      } finally {
        await holder.release()
      }
      const there = await applied()
      if (there !== 0) context.finding(`an upgrade that was killed before it committed has left ${there} of ${release.lacks.length} steps`)
    }
    await node.untilReady(180_000, 3)
    const [tables] = await like.server.ask<{ count: number }>(database, tableCount)
    const [whole] = await like.server.ask<{ count: number }>(like.database, tableCount)
    if (tables?.count !== whole?.count || (await applied()) !== release.lacks.length)
      context.finding(`after killed upgrades there are ${tables?.count} tables, not ${whole?.count}`)
  } finally {
    await node.end('SIGKILL')
    await like.server.forget(database)
    await like.server.ask('postgres', `drop database if exists ${database} with (force)`)
  }
  return { hits: Math.min(1, hits), where: '370400', through: [] }
}

const version = (name: string, zh: string, en: string, inject: FaultClass['inject']): FaultClass => ({
  ...{ name, group: 'version', zh, en, heavy: true, weight: 1, possible, inject },
})

export const versionClasses: readonly FaultClass[] = [
  version('older-version-beside', '旧版本进程与新版本并存', 'a process of the older release beside one of this', beside),
  version('older-version-for-a-while', '退回旧版本，再升级', 'a step back to the older release, and forward again', stepBack),
  version('upgrade-killed', '升级旧库中途 SIGKILL', 'an upgrade of an older database is killed half way', upgradeKilled),
]
