import { execFile } from 'node:child_process'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { addPendingEntry } from '@huijiao/exchange'
import { createTestDatabase, freePort, type TestDatabase } from '@huijiao/testing'
import { type RawBuilder, sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { restore } from '../src/backup/restore.ts'
import { readConfig } from '../src/config.ts'
import { lineTo } from './machines.ts'
import { startTestNode, type TestNode } from './node.ts'

const nodeProgram = join(import.meta.dirname, '../src/main.ts')
const client = join(import.meta.dirname, '../../../packages/client/bin/huijiao.mjs')
let node: TestNode
let dir: string
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'huijiao-broken-off-'))
  node = await startTestNode({ listen: true, worker: true })
  const { hub } = node.context
  await hub.db.transaction().execute(async (trx) => {
    for (let at = 0; at < 600; at++)
      await addPendingEntry(trx, { kind: 'link', instant: hub.clock.now(), actor: 'operator:test', subject: `n-${at}`, body: { at } })
  })
  hub.onPending()
}, 120_000)
afterAll(async () => {
  await node.stop()
  await rm(dir, { recursive: true, force: true })
})

interface Ran {
  code: number
  out: string
  err: string
}
const run = (file: string, args: readonly string[], env: Record<string, string> = {}): Promise<Ran> =>
  new Promise((resolve) => {
    const all = {
      PATH: process.env['PATH'],
      HUIJIAO_REGION: '370100',
      HUIJIAO_TIER: 'municipal',
      HUIJIAO_DATABASE_URL: node.database.url,
      HUIJIAO_DATA_DIR: node.dataDir,
      ...env,
    }
    execFile(process.execPath, [file, ...args], { env: all, cwd: dir }, (error, out, err) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : error === null ? 0 : 1, out, err }),
    )
  })
const huijiaoNode = (args: readonly string[], env?: Record<string, string>) => run(nodeProgram, args, env)
/** What was said besides progress. */
const said = ({ err }: Ran) =>
  err
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('{"progress"'))
    .join('\n')
/** Which words the driver has depends on who of both noticed first. */
const driver = [
  'terminating connection due to administrator command',
  'Connection terminated unexpectedly',
  'Client has encountered a connection error and is not queryable',
  'read ECONNRESET',
]
const toldOf = (zh: string, en: string, mark = '') => {
  const words = `${mark}与数据库的连接中断，${zh} / the connection to the database broke, and ${en} (驱动程序报告 · the driver says: `
  return expect.toSatisfy((text: string) => driver.some((one) => text === `${words}${one})`), words)
}
const broke = (zh: string, en: string) => toldOf(zh, en, '✗ ')

/** Runs something while a lock is held, and breaks it off as soon as it waits for that. */
async function brokenOffAt(
  { db }: Pick<TestDatabase, 'db'>,
  lock: RawBuilder<unknown>,
  application: string,
  start: () => Promise<Ran>,
  breakOff: (pids: readonly number[], idle: readonly number[]) => Promise<unknown>,
  goesOn = false,
): Promise<Ran> {
  const ended = await db.transaction().execute(async (trx) => {
    await lock.execute(trx)
    const ran = start()
    await vi.waitFor(
      async () => {
        // By another connection: a transaction would see the same activity again and again.
        const { rows } = await sql<{ pid: number; waits: boolean | null }>`
          select pid, wait_event_type = 'Lock' as waits from pg_stat_activity
          where application_name = ${application} and datname = current_database()`.execute(db)
        expect(rows.some((row) => row.waits === true)).toBe(true)
        await breakOff(
          rows.map((row) => row.pid),
          rows.filter((row) => row.waits !== true).map((row) => row.pid),
        )
      },
      { timeout: 60_000, interval: 20 },
    )
    // What breaks ends before the lock goes, so that nothing but that can end it; what goes on needs it.
    if (!goesOn) await ran
    return { ran }
  })
  return await ended.ran
}
const tableLock = (table: string) => sql`lock table ${sql.id(table)} in access exclusive mode`
/** Of kysely, by which those that bring a database up to date wait for one another. */
const stepsLock = sql`select pg_advisory_xact_lock(3853314791062309107)`
const terminate = async (pids: readonly number[]) => {
  for (const pid of pids) await sql`select pg_terminate_backend(${pid})`.execute(node.database.db)
}
/** A way to a database that can be cut. */
async function cuttable(url: string) {
  const line = await lineTo(Number(new URL(url).port))
  const through = new URL(url)
  ;[through.hostname, through.port] = ['127.0.0.1', new URL(line.url).port]
  return { env: { HUIJIAO_DATABASE_URL: through.href }, cut: async () => line.set('cut'), close: line.close }
}

describe('when the connection to the database breaks', () => {
  it('a backup says so, leaves nothing that holds keys or could be taken for a backup, and is made by the same command', async () => {
    const saved = join(dir, 'saved')
    const left = [
      `备份没有完成；已写入的部分已删除，${saved} 中没有备份，是空目录。请再次执行同一命令`,
      `the backup was not completed; what had been written was removed, and ${saved} holds no backup and is empty. Run the same command again`,
    ] as const
    let there: string[] = []
    const ended = await brokenOffAt(
      node.database,
      tableLock('submission'),
      'huijiao-backup',
      () => huijiaoNode(['--backup', saved]),
      async (pids) => {
        there = await readdir(saved, { recursive: true })
        await terminate(pids)
      },
    )
    // Keys and whole tables had been written by then.
    expect(there).toEqual(expect.arrayContaining(['settings.env', 'secrets/signing-key.pem', 'database/node.copy.zst']))
    expect([ended.code, ended.out, said(ended)]).toEqual([1, '', broke(...left)])
    expect(await readdir(saved)).toEqual([])

    const line = await cuttable(node.database.url)
    try {
      const cut = await brokenOffAt(
        node.database,
        tableLock('submission'),
        'huijiao-backup',
        () => huijiaoNode(['--backup', saved], line.env),
        () => line.cut(),
      )
      expect([cut.code, said(cut)]).toEqual([1, broke(...left)])
      expect(await readdir(saved)).toEqual([])
    } finally {
      line.close()
    }

    const again = await run(client, ['backup', saved])
    expect([again.code, again.out]).toEqual([0, expect.stringContaining('已备份到')])
    // What is there already is nobody's to remove.
    const before = (await readdir(saved, { recursive: true })).toSorted()
    const refused = await huijiaoNode(['--backup', saved])
    expect([refused.code, said(refused)]).toEqual([
      1,
      `✗ ${saved} 不是空目录：其中已有一份备份，没有改动它。请另取一个目录名 / ${saved} is not empty: it holds a backup, which was left as it is. Take another directory`,
    ])
    expect((await readdir(saved, { recursive: true })).toSorted()).toEqual(before)
  }, 120_000)

  it('a restore says that the database is not one to start on; before anything is written it says that', async () => {
    const saved = join(dir, 'for-restore')
    expect((await huijiaoNode(['--backup', saved])).code).toBe(0)
    const other = await createTestDatabase({ empty: true })
    const dataDir = join(dir, 'restored')
    const keys = join(dataDir, 'secrets')
    const left = [
      `恢复没有完成；数据库中可能还没有数据，也可能已有数据而未经核对：请勿以此数据库启动节点。备份本身没有改动；已写入 ${keys} 的密钥与备份中的相同，可以留着。请重新建立一个空数据库，再次执行同一命令`,
      `the restore was not completed; the database may be without the data yet, or hold them unchecked: do not start the node on it. The backup is as it was; keys that were put into ${keys} are those of the backup and may stay. Make the database anew, empty, and run the same command again`,
    ] as const
    try {
      const start = () => huijiaoNode(['--restore', saved], { HUIJIAO_DATABASE_URL: other.url, HUIJIAO_DATA_DIR: dataDir })
      const ended = await brokenOffAt(other, stepsLock, 'huijiao-backup', start, terminate)
      expect([ended.code, said(ended)]).toEqual([1, broke(...left)])
    } finally {
      await other.drop()
    }
    // The log is read last of all, when the rows are there: it is not found wanting because it cannot be read.
    const filled = await createTestDatabase({ empty: true })
    const line = await cuttable(filled.url)
    try {
      const config = readConfig({
        ...{ HUIJIAO_REGION: '370100', HUIJIAO_TIER: 'municipal', HUIJIAO_DATA_DIR: dataDir },
        ...line.env,
      })
      const cut = (what: string) => void (what === 'log' && line.cut())
      await expect(restore(config, saved, cut)).rejects.toMatchObject({ message: toldOf(...left) })
      expect((await sql`select from log_entry limit 1`.execute(filled.db)).rows).toHaveLength(1)
      expect(await readdir(dataDir)).toEqual(['secrets'])
    } finally {
      line.close()
      await filled.drop()
    }
    const anew = await createTestDatabase({ empty: true })
    try {
      const env = { HUIJIAO_DATABASE_URL: anew.url, HUIJIAO_DATA_DIR: dataDir }
      const away = await huijiaoNode(['--restore', saved], {
        ...env,
        HUIJIAO_DATABASE_URL: `postgres://huijiao@127.0.0.1:${await freePort()}/a`,
      })
      expect([away.code, said(away)]).toEqual([
        1,
        expect.stringMatching(
          /^✗ 连不上数据库，恢复没有开始，什么都没有写入。请再次执行同一命令 \/ the database cannot be reached, and the restore was not begun; nothing was written\. Run the same command again \(驱动程序报告 · the driver says: connect ECONNREFUSED 127\.0\.0\.1:\d+\)$/,
        ),
      ])
      expect((await huijiaoNode(['--restore', saved], env)).code).toBe(0)
    } finally {
      await anew.drop()
    }
  }, 120_000)

  it('taking a range out and putting it back say what can be there, and go on by the same command', async () => {
    const kept = join(dir, 'kept')
    const detach = ['--detach-log', '512', '--into', kept]
    const directory = join(kept, '370100-log-0-512')
    // The node's readers have to come past it first.
    await vi.waitFor(
      async () => {
        const asked = await huijiaoNode(['--detach-older', '0', '--at-least', '100000', '--into', kept])
        expect(JSON.parse(asked.out)).toMatchObject({ moved: null, may: expect.toSatisfy((may: number) => may >= 512) })
      },
      { timeout: 60_000, interval: 500 },
    )
    const out = await brokenOffAt(node.database, tableLock('log_tile'), 'huijiao-range', () => huijiaoNode(detach), terminate)
    expect([out.code, said(out)]).toEqual([
      1,
      broke(
        `没有得知是否移出；数据库中要么一点没有移出，要么已全部移出。${kept} 中如有本段的目录：名称以 .partial 结尾的没有写完，不能使用，下次先删去；其他的已写完，会继续使用，也可能是唯一一份，请勿删除。请再次执行同一命令；若答“已全部移出”，则这次已经移出`,
        `it is not known whether the range was taken out; nothing of it has left the database, or all. Of directories of the range in ${kept}, one whose name ends in .partial is not finished, cannot be used, and is removed the next time; any other is finished, is used again, and may be the only copy: do not remove it. Run the same command again; if it says that everything is detached already, it was taken out this time`,
      ),
    ])
    expect(await readdir(kept)).toEqual(['370100-log-0-512'])
    const whole = await vi.waitFor(
      async () => {
        const ran = await huijiaoNode(detach)
        expect([ran.code, said(ran)]).toEqual([0, ''])
        return JSON.parse(ran.out) as { directory: string }
      },
      { timeout: 60_000, interval: 500 },
    )
    expect(whole.directory).toBe(directory)
    expect(said(await huijiaoNode(detach))).toContain('已全部移出')

    const line = await cuttable(node.database.url)
    try {
      const back = await brokenOffAt(
        node.database,
        tableLock('log_tile'),
        'huijiao-range',
        () => huijiaoNode(['--attach-log', directory], line.env),
        () => line.cut(),
      )
      expect([back.code, said(back)]).toEqual([
        1,
        broke(
          `没有得知是否放回；数据库中要么一点没有放回，要么已全部放回。${directory} 中的文件没有改动，请留着。请再次执行同一命令；若答“没有移出过，或已放回”，则这次已经放回`,
          `it is not known whether the range was put back; the database has nothing of it back, or all. The files in ${directory} are as they were; keep them. Run the same command again; if it says that they are not detached, they were put back this time`,
        ),
      ])
    } finally {
      line.close()
    }
    expect((await huijiaoNode(['--attach-log', directory])).code).toBe(0)
    expect(said(await huijiaoNode(['--attach-log', directory]))).toContain('没有移出过，或已放回')

    // Another connection does nothing but keep others away; that one may break.
    const beside = await brokenOffAt(
      node.database,
      tableLock('log_tile'),
      'huijiao-range',
      () => huijiaoNode(detach),
      async (_, idle) => {
        expect(idle).not.toEqual([])
        await terminate(idle)
      },
      true,
    )
    expect([beside.code, said(beside)]).toEqual([0, ''])
    expect(JSON.parse(beside.out)).toMatchObject({ from: 0, to: 512, directory })
  }, 180_000)
})
