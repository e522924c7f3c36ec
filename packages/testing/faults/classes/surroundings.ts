import { execFile, execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { mkdir, open, readdir, readFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { NodeProcess } from '../node-process.ts'
import { freePort } from '../../src/free-port.ts'
import { admin, type Site } from '../world.ts'
import type { FaultClass, FaultContext, Injected } from './fault-class.ts'

const all = ({ world }: FaultContext): Site[] => [...world.sites.values()]
const anySite = (context: FaultContext): Site => context.random.pick(all(context))
const cities = (context: FaultContext): Site[] => all(context).filter((site) => site.place.tier === 'municipal')

async function last(context: FaultContext, from: number, to: number): Promise<void> {
  const until = performance.now() + context.random.int(from, to)
  while (performance.now() < until && !context.over()) await delay(50)
}

/** Writing a large body fails, as on a full or read-only disk: said by the fault point inside the node, because root can write anywhere and mounts may be impossible. */
async function diskFails(context: FaultContext, action: 'ENOSPC' | 'EROFS' | 'EIO'): Promise<Injected> {
  const site = context.random.pick(cities(context))
  const before = site.node.hits('spool-write')
  void site.node.arm({ point: 'spool-write', action, skip: context.random.int(0, 2), times: context.random.int(1, 4) })
  for (let waits = 0; waits < 160 && site.node.hits('spool-write') === before && !context.over(); waits += 1) await delay(50)
  await site.node.arm(null)
  return { hits: Math.min(1, site.node.hits('spool-write') - before), where: site.place.name, through: site.inward }
}

/** Steps the clock that the node sees, and back again. */
async function stepClock(context: FaultContext, sites: readonly Site[], offsetMs: number, from = 1000, to = 6000): Promise<Injected> {
  for (const site of sites) site.node.setClock(offsetMs)
  await last(context, from, to)
  for (const site of sites) site.node.setClock(0)
  const hits = sites.some((site) => site.node.pid !== null) ? 1 : 0
  return { hits, where: sites.map((site) => site.place.name).join(' '), through: sites.flatMap((site) => site.inward) }
}

const dayMs = 24 * 3600_000
/** From now to so many seconds before an instant. */
const before = (instant: string, seconds: number) => Date.parse(instant) - seconds * 1000 - Date.now()
const shanghaiMidnight = () => {
  const local = new Date(Date.now() + 8 * 3600_000).toISOString().slice(0, 10)
  return new Date(Date.parse(`${local}T00:00:00+08:00`) + dayMs).toISOString()
}

const clock = (name: string, zh: string, en: string, inject: FaultClass['inject'], weight = 1): FaultClass => ({
  ...{ name, group: 'clock', zh, en, heavy: true, weight, inject },
})

export const clockClasses: readonly FaultClass[] = [
  clock('clock-day-ahead', '时钟快一天', 'the clock steps a day ahead', (context) => stepClock(context, [anySite(context)], dayMs)),
  clock('clock-day-behind', '时钟慢一天', 'the clock steps a day back', (context) => stepClock(context, [anySite(context)], -dayMs)),
  clock('clock-skewed', '时钟偏差四分钟', 'the clock is four minutes off', (context) =>
    stepClock(context, [anySite(context)], context.random.pick([-240_000, 240_000])),
  ),
  clock('clock-trembling', '时钟来回跳动', 'the clock jumps to and fro', async (context) => {
    const site = anySite(context)
    for (let at = 0; at < 10 && !context.over(); at += 1) {
      site.node.setClock(context.random.int(-90_000, 90_000))
      await delay(200)
    }
    site.node.setClock(0)
    return { hits: site.node.pid === null ? 0 : 1, where: site.place.name, through: site.inward }
  }),
  clock('midnight-in-shanghai', '全部节点跨北京时间零点', 'all nodes cross midnight in Shanghai', (context) =>
    stepClock(context, all(context), before(shanghaiMidnight(), 2), 4000, 6000),
  ),
  clock('year-end-in-shanghai', '全部节点跨北京时间年末', 'all nodes cross the end of the year in Shanghai', (context) =>
    stepClock(context, all(context), before(`${new Date().getUTCFullYear() + 1}-01-01T00:00:00+08:00`, 2), 4000, 6000),
  ),
]

export const diskClasses: readonly FaultClass[] = (['ENOSPC', 'EROFS', 'EIO'] as const).map((action) => ({
  ...{ name: `disk-${action}`, group: 'disk', heavy: false, weight: 1 },
  zh: { ENOSPC: '暂存磁盘已满（故障点）', EROFS: '暂存目录只读（故障点）', EIO: '暂存写入错误（故障点）' }[action],
  en: {
    ENOSPC: 'the spool’s disk is full (fault point)',
    EROFS: 'the spool is read-only (fault point)',
    EIO: 'writing to the spool fails (fault point)',
  }[action],
  inject: (context: FaultContext) => diskFails(context, action),
}))

/** Removes what lies in the spool, or puts a file in the directory's place. */
async function spoolGone(context: FaultContext, how: 'emptied' | 'blocked'): Promise<Injected> {
  const site = context.random.pick(cities(context))
  const spool = join(site.node.dataDir, 'spool')
  let hits = 0
  for (let waits = 0; waits < 160 && hits === 0 && !context.over(); waits += 1) {
    hits = (await readdir(spool).catch(() => [])).length
    if (hits === 0) await delay(50)
  }
  if (hits === 0) return { hits, where: site.place.name, through: [] }
  if (how === 'emptied') for (const name of await readdir(spool).catch(() => [])) rmSync(join(spool, name), { force: true })
  else {
    const aside = `${spool}.aside`
    await rename(spool, aside)
    await writeFile(spool, '')
    await last(context, 500, 3000)
    await rm(spool, { force: true })
    await rename(aside, spool).catch(() => mkdir(spool, { recursive: true }))
  }
  return { hits: 1, where: site.place.name, through: site.inward }
}

/** While a city is down, its disk makes something else of what lies in the spool: bytes change, ends are missing. */
async function spoolSpoilt(context: FaultContext): Promise<Injected> {
  const { random } = context
  const site = random.pick(cities(context))
  const spool = join(site.node.dataDir, 'spool')
  const bodies = async () => (await readdir(spool).catch(() => [])).map((name) => join(spool, name))
  for (let waits = 0; waits < 160 && (await bodies()).length === 0 && !context.over(); waits += 1) await delay(50)
  await site.node.end('SIGKILL')
  let hits = 0
  for (const path of await bodies()) {
    const { size } = await stat(path)
    if (size === 0) continue
    if (random.chance(0.5)) await truncate(path, random.int(0, size - 1))
    else {
      const file = await open(path, 'r+')
      const at = random.int(0, size - 1)
      const { buffer } = await file.read(Buffer.alloc(1), 0, 1, at)
      await file.write(Buffer.of((buffer[0] as number) ^ 0x10), 0, 1, at)
      await file.close()
    }
    hits = 1
  }
  site.node.start()
  await site.node.untilReady()
  return { hits, where: site.place.name, through: site.inward }
}

export const spoolClasses: readonly FaultClass[] = [
  {
    ...{
      name: 'spool-spoilt',
      group: 'disk',
      zh: '暂存文件内容被磁盘改坏',
      en: 'the disk spoils the spooled bodies',
      heavy: true,
      weight: 1,
    },
    inject: spoolSpoilt,
  },
  {
    ...{ name: 'spool-emptied', group: 'disk', zh: '暂存文件丢失', en: 'the spooled bodies are lost', heavy: false, weight: 1 },
    inject: (context) => spoolGone(context, 'emptied'),
  },
  {
    ...{ name: 'spool-blocked', group: 'disk', zh: '暂存目录不可用', en: 'the spool’s directory is not usable', heavy: true, weight: 1 },
    inject: (context) => spoolGone(context, 'blocked'),
  },
]

const runs = promisify(execFile)
let mountable: boolean | null = null

/** Whether a small disk can be mounted here; said loudly when it cannot. */
function canMount(): boolean {
  if (mountable !== null) return mountable
  const dir = mkdtempSync(join(tmpdir(), 'huijiao-mount-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', dir], { stdio: 'pipe' })
    execFileSync('umount', [dir], { stdio: 'pipe' })
    mountable = true
  } catch (error) {
    mountable = false
    console.error(
      `\n跳过 · SKIPPED: 此处不能挂载小磁盘，不做真实的磁盘写满与只读 · no small disk can be mounted here, so none is really filled or locked: ${String(error)}`,
    )
  }
  rmSync(dir, { recursive: true, force: true })
  return mountable
}

/** A real disk of a few blocks under a city's spool, or one that is read-only. What was spooled before is hidden meanwhile, as when a disk is exchanged. */
async function smallDisk(context: FaultContext, how: 'full' | 'read-only'): Promise<Injected> {
  const site = context.random.pick(cities(context))
  const spool = join(site.node.dataDir, 'spool')
  await mkdir(spool, { recursive: true })
  await runs('mount', ['-t', 'tmpfs', '-o', how === 'full' ? 'size=64k' : 'size=64k,ro', 'tmpfs', spool])
  let hits = 0
  try {
    const words = how === 'full' ? 'ENOSPC' : 'EROFS'
    const before = await saidIn(site.node.logFile, words)
    for (let waits = 0; waits < 80 && hits === 0; waits += 1) {
      await delay(250)
      hits = (await saidIn(site.node.logFile, words)) - before
      if (context.over() && waits > 20) break
    }
  } finally {
    await runs('umount', ['-l', spool])
  }
  return { hits: Math.min(1, hits), where: site.place.name, through: site.inward }
}

/** How often a node's log says a word: what it met, as it tells it itself. */
async function saidIn(file: string, word: string): Promise<number> {
  return (await readFile(file, 'utf8')).split(word).length - 1
}

/** A file in the place of the directory of high-water marks: how far the log has come cannot be kept outside of the database. */
async function marksBlocked(context: FaultContext): Promise<Injected> {
  const site = anySite(context)
  const marks = join(site.node.dataDir, 'high-water')
  const aside = `${marks}.aside`
  await rename(marks, aside)
  let hits = 0
  try {
    await writeFile(marks, '')
    const until = performance.now() + context.random.int(2000, 6000)
    while (performance.now() < until && !context.over()) {
      // Nobody is shown a checkpoint that the directory would miss.
      const status = await fetch(`${site.node.url}/v1/log/checkpoint`, { signal: AbortSignal.timeout(2000) }).then(
        async (answer) => (await answer.arrayBuffer(), answer.status),
        () => 0,
      )
      if (status === 503) hits += 1
      if (status >= 500 && status !== 503)
        context.finding(`${site.place.name}: a checkpoint that cannot be kept is answered with ${status}`)
      await delay(200)
    }
  } finally {
    await rm(marks, { force: true })
    await rename(aside, marks)
  }
  return { hits: Math.min(1, hits), where: site.place.name, through: site.inward }
}

const disk = (name: string, zh: string, en: string, inject: FaultClass['inject'], possible = () => true): FaultClass => ({
  ...{ name, group: 'disk', zh, en, heavy: true, weight: 1, inject, possible },
})

export const realDiskClasses: readonly FaultClass[] = [
  disk(
    'small-disk-full',
    '暂存所在的小磁盘真实写满',
    'a real small disk under the spool is full',
    (context) => smallDisk(context, 'full'),
    canMount,
  ),
  disk(
    'disk-mounted-read-only',
    '暂存所在磁盘真实只读',
    'a real disk under the spool is read-only',
    (context) => smallDisk(context, 'read-only'),
    canMount,
  ),
  disk('high-water-blocked', '高水位标记无处可写', 'the directory of high-water marks is not usable', marksBlocked),
]

export const keyClasses: readonly FaultClass[] = [
  {
    ...{
      name: 'api-key-rotated',
      group: 'keys',
      zh: '接入密钥在报送中轮换',
      en: 'a business system’s key is rotated in mid-stream',
      heavy: true,
      weight: 1,
    },
    inject: async (context) => {
      const site = context.random.pick(cities(context))
      const system = context.random.pick([...context.world.systems.values()].filter((one) => one.city === site.place.name))
      const made = await admin<{ keyId: string; secret: string }>(
        site,
        'POST',
        `/participants/${system.participant}/keys/${system.keyId}/rotate`,
        {},
      )
      // The old one ends at once, and the business system learns of the new one a moment later.
      await last(context, 100, 2000)
      system.keyId = made.keyId
      system.secret = made.secret
      return { hits: 1, where: system.participant, through: site.inward }
    },
  },
]

/** A second process of the same node, on its database and data directory, at work beside the first for a while. */
async function startTwice(context: FaultContext): Promise<Injected> {
  const site = anySite(context)
  const twin = new NodeProcess({ ...site.node.settings, port: await freePort() })
  try {
    twin.start()
    await twin.untilReady(60_000, 3)
    await last(context, 1000, 6000)
    const half = context.random.chance(0.5)
    await (half ? twin.end('SIGKILL') : twin.end('SIGTERM'))
    return { hits: 1, where: site.place.name, through: site.inward }
  } finally {
    await twin.end('SIGKILL')
  }
}

export const twinClasses: readonly FaultClass[] = [
  {
    ...{
      name: 'node-started-twice',
      group: 'process',
      zh: '同一节点启动两个进程',
      en: 'the same node is started twice',
      heavy: true,
      weight: 2,
    },
    inject: startTwice,
  },
]
