import { cp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { NodeProcess } from '../node-process.ts'
import { empty, forgetSaved, logSize, nodeCommand, putBack, save, type Saved } from '../put-back.ts'
import { freePort } from '../../src/free-port.ts'
import { admin, enrolAbove, enrolSystem, type Site, siteOf } from '../world.ts'
import type { FaultClass, FaultContext, Injected } from './fault-class.ts'

async function last(context: FaultContext, from: number, to: number): Promise<void> {
  const until = performance.now() + context.random.int(from, to)
  while (performance.now() < until && !context.over()) await delay(50)
}

/** Through whom it is heard: those below. */
const below = (site: Site): Injected['through'] => site.inward

interface EpochShown {
  readonly begun: readonly {
    readonly epoch: { readonly number: number; readonly id: string }
    readonly reason: string
    readonly previous: { readonly epoch: { readonly number: number; readonly id: string }; readonly size: number }
    readonly known: { readonly size: number; readonly epoch: { readonly number: number } } | null
    readonly healing: string
    readonly report: { readonly lost?: number }
  }[]
}

/** Waits until the node says that a new epoch has begun after `before`. @returns it; null when none begins in time */
async function newEpoch(site: Site, before: number): Promise<EpochShown['begun'][number] | null> {
  for (let tries = 0; tries < 240; tries += 1) {
    const [latest] = (await admin<EpochShown>(site, 'GET', '/epochs')).begun
    if (latest !== undefined && latest.epoch.number > before) return latest
    await delay(500)
  }
  return null
}

/** A node whose goodbye was not heard is taken for another one for two minutes, and refuses to start for so long. */
const [readyMs, startsMax] = [900_000, 200]

/** Until a node that was made anew is ready. One that served while its neighbours were away, and then heard of the log before it, waits for its operator. */
async function untilGoesOn(site: Site): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await site.node.untilReady(30_000, startsMax)
    } catch (error) {
      if (tries >= 8) throw error
      await admin(site, 'POST', '/epochs/take-over').catch(() => undefined)
    }
  }
}

/**
 * Makes a node anew, empty, under its name and with its keys. It has nothing by which it could tell that from a first start, and asks its neighbours, so
 * nobody spoils the way there meanwhile. When they are away all the same, it serves, and stops as soon as it hears of the log before it.
 * @returns how long its log was
 */
async function makeAnew(site: Site): Promise<number> {
  const release = site.ways.map(({ proxy }) => proxy.hold())
  try {
    await site.node.end('SIGTERM')
    const had = await logSize(site)
    await empty(site)
    site.putBack = true
    site.anew = true
    site.node.start()
    await untilGoesOn(site)
    return had
  } finally {
    for (const letGo of release) letGo()
  }
}

/** The new epoch of a node that was made anew: it begins by itself, or because its operator lets it go on when its neighbours were away. */
async function epochAnew(context: FaultContext, site: Site): Promise<EpochShown['begun'][number] | null> {
  const byItself = await newEpoch(site, 1)
  if (byItself !== null) return byItself
  context.note(`${site.place.name}: its neighbours were away when it began; its operator lets it go on`)
  await admin(site, 'POST', '/epochs/take-over')
  return await newEpoch(site, 1)
}

const epochNumber = async (site: Site): Promise<number> => {
  const [row] = await site.server.ask<{ epoch: number }>(site.database, 'select epoch from node')
  return row?.epoch ?? 1
}

/**
 * Holds what the node says of its fork against what was seen from outside: it continues the log that was saved, and names how much more of it there was.
 * @param before `had`: length of its log before it was put back, as the database itself said; `remembered`: its data directory has that, too, because it
 *   stopped in good order and kept it; else only what neighbours were shown is known to anybody
 */
async function judgeFork(
  context: FaultContext,
  site: Site,
  before: { epoch: number; saved: number; had: number; remembered: boolean },
): Promise<void> {
  const { name } = site.place
  const begun = await newEpoch(site, before.epoch)
  if (begun === null) return context.finding(`${name} was put back from ${before.had} to ${before.saved} entries and begins no new epoch`)
  if (begun.previous.size !== before.saved)
    context.finding(`${name} was put back to ${before.saved} entries, its new epoch continues ${begun.previous.size}`)
  if (before.remembered && (begun.known === null || begun.known.size < before.had))
    context.finding(
      `${name} lost entries ${before.saved} to ${before.had}, and its new epoch says that nothing is gone: ${JSON.stringify(begun)}`,
    )
  context.note(`${name}: epoch ${begun.epoch.number} (${begun.reason}) from ${before.saved}, had ${before.had}, known ${begun.known?.size}`)
}

/**
 * A node is put back to an older state of its database, with its data directory or without; all goes on meanwhile. At a city, what was acknowledged and had
 * not gone up is with its senders alone: they send it again, and rest until it has said what it has got back.
 */
async function restored(context: FaultContext, name: string): Promise<Injected> {
  const site = siteOf(context.world, name)
  const { random } = context
  const isCity = site.place.tier === 'municipal'
  let goOn: (() => void) | null = null
  await site.node.end(random.pick(['SIGTERM', 'SIGKILL']))
  let saved: Saved | null = await save(site)
  try {
    site.node.start()
    await site.node.untilReady()
    await last(context, 3000, 8000)
    // With its data directory as old as its database only its neighbours can know; one of whom a call was heard a moment ago is taken for a second one
    // for two minutes, so it says goodbye first.
    const withDataDir = random.chance(0.5)
    const epoch = await epochNumber(site)
    const gently = withDataDir || random.chance(0.5)
    if (isCity) goOn = await context.hold(name)
    // Where nobody can be asked, and the data directory remembers nothing either, nothing in the world tells this from an ordinary start (docs/backup.md).
    const release = withDataDir ? site.ways.map(({ proxy }) => proxy.hold()) : []
    const { size } = saved
    let had: number
    try {
      await site.node.end(gently ? 'SIGTERM' : 'SIGKILL')
      had = await logSize(site)
      const used = saved
      saved = null
      await putBack(site, used, withDataDir)
      site.putBack = true
      site.node.start()
      await site.node.untilReady(readyMs, startsMax)
    } finally {
      for (const letGo of release) letGo()
    }
    if (isCity) context.note(`${name}: ${await context.sendLost(name)} submissions were sent again`)
    if (had <= size + 1) return { hits: 0, where: name, through: [] }
    await judgeFork(context, site, { epoch, saved: size, had, remembered: gently && !withDataDir })
    return { hits: 1, where: `${name}${withDataDir ? ' with its data directory' : ''}`, through: below(site) }
  } finally {
    if (saved !== null) await forgetSaved(site, saved)
    site.node.start()
    goOn?.()
  }
}

/** The same by the commands that operators have: saved while it runs, put back into an empty database on a machine that has the keys only from there. */
async function restoredFromBackup(context: FaultContext): Promise<Injected> {
  const site = siteOf(context.world, context.random.pick(['370000', '000000']))
  const { name } = site.place
  const directory = join(site.node.settings.dir, `backup-${name}-${Date.now()}`)
  const manifest = JSON.parse(await nodeCommand(site, '--backup', directory)) as { log: { size: number } }
  await last(context, 3000, 8000)
  const epoch = await epochNumber(site)
  await site.node.end('SIGTERM')
  const had = await logSize(site)
  try {
    let done = ''
    for (let tries = 0; done === ''; tries += 1) {
      await empty(site)
      site.putBack = true
      await rm(join(site.node.dataDir, 'secrets'), { recursive: true, force: true })
      // Another fault may end its connection: then it says so, and an empty database is filled again.
      done = await nodeCommand(site, '--restore', directory).catch((error: unknown) => {
        if (tries >= 10) throw error
        return ''
      })
    }
    site.node.start()
    await site.node.untilReady()
    if (had > manifest.log.size + 1) await judgeFork(context, site, { epoch, saved: manifest.log.size, had, remembered: false })
    return { hits: had > manifest.log.size ? 1 : 0, where: name, through: below(site) }
  } finally {
    await rm(directory, { recursive: true, force: true })
    site.node.start()
  }
}

/** A node above the cities is made anew under its name and with its keys, without anything else; its administrator enrols the nodes below again. */
async function recreated(context: FaultContext): Promise<Injected> {
  const site = siteOf(context.world, context.random.pick(['370000', '000000']))
  const { name } = site.place
  const had = await makeAnew(site)
  for (const lower of context.world.sites.values()) {
    if (lower.place.upstream !== name && lower.place.also !== name) continue
    await enrolAbove(site, lower)
  }
  if ((await epochAnew(context, site)) === null)
    context.finding(`${name} was made anew where its neighbours had seen ${had} entries, and begins no new epoch`)
  return { hits: had > 1 ? 1 : 0, where: name, through: below(site) }
}

/**
 * A city is made anew under its name and with its keys, without anything else. Its administrator enrols the business systems again; the province hands back
 * what it has, and the systems send again everything that the city does not know.
 */
async function recreatedCity(context: FaultContext): Promise<Injected> {
  const { world, random } = context
  const site = siteOf(world, random.pick(['370100', '370200']))
  const { name } = site.place
  await last(context, 4000, 10_000)
  const goOn = await context.hold(name)
  try {
    const had = await makeAnew(site)
    if ((await epochAnew(context, site)) === null)
      context.finding(`${name} was made anew where the province had seen ${had} entries, and begins no new epoch`)
    for (const system of world.systems.values())
      if (system.city === name) await enrolSystem(world, site, system.participant, system.regions)
    context.note(`${name}: ${await context.sendLost(name)} submissions were sent again`)
    return { hits: had > 1 ? 1 : 0, where: name, through: below(site) }
  } finally {
    site.node.start()
    goOn()
  }
}

/** A copy of a node is started beside it. It may sign nothing, and the node itself goes on. */
async function cloned(context: FaultContext): Promise<Injected> {
  const { world, random } = context
  const site = siteOf(world, random.pick(['370100', '370200', '370000']))
  const { name } = site.place
  await site.node.end('SIGTERM')
  const saved = await save(site)
  const before = (await heardOf(world, site))?.contact ?? null
  const clone = new NodeProcess({
    ...site.node.settings,
    name: `${name}-clone-${Date.now()}`,
    dataIn: site.node.settings.dir,
    port: await freePort(),
    env: { ...cloneEnv(site), HUIJIAO_DATABASE_URL: site.server.url(saved.database) },
  })
  try {
    site.node.start()
    await site.node.untilReady()
    // Until the level above has heard one of the two since the copy was made, nothing tells them apart: the first to call would be the node.
    if (!(await untilCalled(world, site, context, before))) return { hits: 0, where: name, through: below(site) }
    await cp(saved.dataDir, clone.dataDir, { recursive: true })
    clone.start()
    const ended = await Promise.race([clone.untilEnded().then(() => true), delay(60_000).then(() => false)])
    const size = await logSize(site, saved.database)
    if (size > saved.size) context.finding(`a copy of ${name} has signed a log of ${size} entries, ${saved.size} when it was copied`)
    if (!ended) context.note(`the copy of ${name} did not end by itself`)
    if (site.node.pid === null) context.finding(`${name} ended because a copy of it was started`)
    return { hits: 1, where: name, through: below(site) }
  } finally {
    await clone.end('SIGKILL')
    await rm(clone.dataDir, { recursive: true, force: true })
    await forgetSaved(site, saved)
    site.node.start()
  }
}

/** Its queues are its own: a copy of a machine has a copy of its Redis, too, and here none. */
function cloneEnv(site: Site): Record<string, string> {
  const { HUIJIAO_QUEUE_URL: _, ...env } = site.node.settings.env as Record<string, string>
  return env
}

/** What the level above knows of a node's last call. */
async function heardOf(world: FaultContext['world'], site: Site): Promise<{ contact: string | null; leaving: boolean } | undefined> {
  const upper = siteOf(world, site.place.upstream as string)
  const [row] = await upper.server.ask<{ contact: string | null; leaving: boolean }>(
    upper.database,
    `select contact, leaving from neighbour where side = 'below' and name = $1`,
    [`p-${site.place.name}`],
  )
  return row
}

/** Waits until the level above has heard the node that was just started: a call that is not the one `before`, nor the goodbye. */
async function untilCalled(world: FaultContext['world'], site: Site, context: FaultContext, before: string | null): Promise<boolean> {
  for (let tries = 0; tries < 400; tries += 1) {
    const heard = await heardOf(world, site)
    if (heard !== undefined && !heard.leaving && heard.contact !== before) return true
    await delay(250)
  }
  context.note(`${site.place.name} was not heard above`)
  return false
}

const epochClass = (name: string, zh: string, en: string, inject: FaultClass['inject'], weight = 1): FaultClass => ({
  ...{ name, group: 'epoch', zh, en, heavy: true, weight, inject },
})

export const epochClasses: readonly FaultClass[] = [
  epochClass('province-put-back', '省级数据库退回旧状态', 'the province’s database is put back to an older state', (context) =>
    restored(context, '370000'),
  ),
  epochClass(
    'city-put-back',
    '市级数据库退回旧状态，系统重报所失',
    'a city’s database is put back to an older state, and its systems send again what it lost',
    (context) => restored(context, context.random.pick(['370100', '370200'])),
  ),
  epochClass('nation-put-back', '国家级数据库退回旧状态', 'the nation’s database is put back to an older state', (context) =>
    restored(context, '000000'),
  ),
  epochClass(
    'restored-from-backup',
    '以备份命令恢复到空库',
    'huijiao backup while it runs, huijiao restore into an empty database',
    restoredFromBackup,
  ),
  epochClass('node-recreated-empty', '以同名清空重建', 'a node is made anew, empty, under its name', recreated),
  epochClass(
    'city-recreated-empty',
    '市级以同名清空重建，系统重报',
    'a city is made anew, empty, under its name, and its systems send everything again',
    recreatedCity,
  ),
  epochClass('node-cloned', '以副本再启动同一节点', 'a copy of a node is started beside it', cloned),
]
