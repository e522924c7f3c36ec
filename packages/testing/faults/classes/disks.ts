import { setTimeout as delay } from 'node:timers/promises'
import { canMakeDisks } from '../disk.ts'
import type { PostgresServer } from '../servers.ts'
import type { Site } from '../world.ts'
import type { FaultClass, FaultContext, Injected } from './fault-class.ts'

/** The cluster that lies on a disk of its own, and the nodes on it. */
function onDisk({ world }: FaultContext): { server: PostgresServer; sites: Site[] } {
  const server = world.servers.find((one) => one.disk !== null)
  if (server === undefined) throw new Error('no cluster lies on a disk of its own')
  return { server, sites: [...world.sites.values()].filter((site) => site.server === server) }
}

async function last(context: FaultContext, from: number, to: number): Promise<void> {
  const until = performance.now() + context.random.int(from, to)
  while (performance.now() < until && !context.over()) await delay(50)
}

/** Whoever ended is there again: the server by its operator, the nodes by theirs. */
async function untilWell(server: PostgresServer, sites: readonly Site[]): Promise<void> {
  // After a panic it recovers by itself, or has given up.
  for (let tries = 0; ; tries += 1) {
    try {
      await server.start()
      break
    } catch (error) {
      if (tries > 20) throw error
      await delay(500)
    }
  }
  await Promise.all(sites.map((site) => site.node.untilReady()))
}

/**
 * The disk under PostgreSQL and its nodes takes nothing any more. Tables cannot grow; and when the segments of WAL that were made beforehand are used up, the whole
 * server panics, and cannot come back before there is room.
 */
async function diskFull(context: FaultContext, untilPanic: boolean): Promise<Injected> {
  const { server, sites } = onDisk(context)
  const words = untilPanic ? 'PANIC' : 'No space left on device'
  const before = server.said(words)
  let hits = 0
  await server.disk?.fill()
  try {
    for (let tries = 0; hits === 0 && tries < 160 && !(context.over() && tries > 40); tries += 1) {
      if (untilPanic)
        await server.attempt('postgres', `select pg_logical_emit_message(true, 'harness', repeat('x', 10000)); select pg_switch_wal()`)
      else await delay(100)
      hits = server.said(words) - before
    }
    if (hits > 0) await last(context, 500, 5000)
  } finally {
    await server.disk?.drain()
    await untilWell(server, sites)
  }
  context.note(`${server.name}: ${server.said('PANIC')} panics so far`)
  return { hits: Math.min(1, hits), where: server.name, through: sites.flatMap((site) => site.inward) }
}

/**
 * The kernel finds an error in the file system and makes it read-only, under everybody who has files open: PostgreSQL, and the nodes with their spools and
 * marks. Then the machine is stopped as it stands, the disk is checked, and everything is started again.
 */
async function diskBreaks(context: FaultContext): Promise<Injected> {
  const { server, sites } = onDisk(context)
  const before = server.said('Read-only file system')
  let hits = 0
  await server.disk?.breakDown()
  try {
    for (let tries = 0; hits === 0 && tries < 160 && !(context.over() && tries > 40); tries += 1) {
      await delay(100)
      hits = server.said('Read-only file system') - before
    }
    if (hits > 0) await last(context, 500, 5000)
  } finally {
    for (const site of sites) await site.node.end('SIGKILL')
    await server.stop('SIGQUIT')
    await server.disk?.repair()
    await untilWell(server, sites)
  }
  return { hits: Math.min(1, hits), where: server.name, through: sites.flatMap((site) => site.inward) }
}

const disk = (name: string, zh: string, en: string, inject: FaultClass['inject']): FaultClass => ({
  ...{ name, group: 'disk', zh, en, heavy: true, weight: 1, inject },
  possible: canMakeDisks,
})

/** What needs a cluster on a disk of its own. */
export const databaseDiskClasses: readonly FaultClass[] = [
  disk('postgres-disk-full', '数据库与节点所在磁盘真实写满', 'the real disk under PostgreSQL and its nodes is full', (context) =>
    diskFull(context, false),
  ),
  disk(
    'postgres-wal-full',
    '磁盘写满至 WAL 无处可写，数据库 PANIC',
    'the real disk is full until there is no room for WAL, and PostgreSQL panics',
    (context) => diskFull(context, true),
  ),
  disk(
    'postgres-disk-read-only',
    '数据库与节点所在磁盘出错转为只读，检查修复后重新挂载',
    'the real disk under PostgreSQL and its nodes becomes read-only by an error, and is checked and mounted again',
    diskBreaks,
  ),
]
