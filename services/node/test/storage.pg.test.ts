import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { chownSync, existsSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { mkdir, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDatabase } from '@huijiao/database'
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest'
import { boot, call, dbOf, enrolSystem, eventually, type Machine, newMachine, push, removeMachines } from './machines.ts'
import { project, submission } from './node.ts'

/** Mounts a small file system in memory; says loudly why not where that cannot be done. */
function mountSmall(dir: string, megabytes: number): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', dir], { stdio: 'pipe' })
    return true
  } catch (error) {
    console.warn(
      `跳过 · SKIPPED: 此处不能挂载小磁盘，磁盘写满未测试 · a small disk cannot be mounted here, so a full one is not tested: ${String(error)}`,
    )
    return false
  }
}
const unmount = (dir: string) => execFileSync('umount', ['-l', dir], { stdio: 'pipe' })

/** Fills a disk to its last block. */
async function fill(dir: string): Promise<string> {
  const path = join(dir, 'ballast')
  const file = await open(path, 'w')
  try {
    for (let bytes = 1024 ** 2; bytes >= 4096; bytes = Math.floor(bytes / 2))
      for (;;) {
        const { bytesWritten } = await file.write(Buffer.alloc(bytes)).catch((error: NodeJS.ErrnoException) => {
          if (error.code !== 'ENOSPC') throw error
          return { bytesWritten: 0 }
        })
        if (bytesWritten < bytes) break
      }
  } finally {
    await file.close()
  }
  return path
}

const readyCheck = async (machine: Machine, name: string) =>
  ((await call(machine, 'GET', '/readyz', {})).json['checks'] as { name: string; ready: boolean }[]).find((one) => one.name === name)?.ready
const storedIds = async (machine: Machine) => (await dbOf(machine).selectFrom('submission').select('id').execute()).map((row) => row.id)

describe('a spool that cannot be written', () => {
  let city: Machine
  let vendor: { authorization: string }
  let spool: string
  let serial = 0
  beforeAll(async () => {
    city = await newMachine('370100', 'municipal')
    await boot(city)
    vendor = await enrolSystem(city, 'p-vendor')
    spool = join(city.dataDir, 'spool')
    await mkdir(spool, { recursive: true })
  }, 200_000)
  afterAll(() => removeMachines([city]), 200_000)

  /** A body of two megabytes, which is spooled. */
  const large = () => {
    serial += 1
    const document = submission([project(serial, { Address: `示例路 ${serial} 号（合成）` })], { id: randomUUID() })
    return `${JSON.stringify(document)}${' '.repeat(2 * 1024 ** 2)}`
  }
  const send = async (body: string) => {
    const answer = await fetch(`${city.url}/v1/submissions`, {
      method: 'POST',
      headers: { ...vendor, 'content-type': 'application/json' },
      body,
    })
    return { status: answer.status, retryAfter: answer.headers.get('retry-after'), json: (await answer.json()) as Record<string, any> }
  }
  /** Refused clearly while it is so, small ones taken all the same, and the very same bytes taken afterwards. @returns the ids of what was acknowledged */
  async function refusedUntil(mend: () => unknown, words: RegExp): Promise<string[]> {
    const body = large()
    const { id } = JSON.parse(body) as { id: string }
    const before = (await push(city, vendor, [50 + serial])).receipt
    const refused = await send(body)
    expect(refused).toMatchObject({ status: 503, json: { code: 'not-ready', retryable: true } })
    expect(refused.json['detail']).toMatch(words)
    expect(refused.retryAfter).not.toBeNull()
    expect(await storedIds(city)).not.toContain(id)
    expect(await readyCheck(city, 'spool')).toBe(false)
    await mend()
    const taken = await send(body)
    expect(taken).toMatchObject({ status: 200, json: { outcome: 'accepted', submission: { id } } })
    expect((await send(body)).json).toEqual(taken.json)
    expect(await readyCheck(city, 'spool')).toBe(true)
    expect(readdirSync(spool).filter((name) => name.endsWith('.body'))).toEqual([])
    return [id, before['submission'].id]
  }

  it('because a file is in its place: large bodies are refused with 503, and taken when it is back', async () => {
    renameSync(spool, `${spool}.aside`)
    writeFileSync(spool, '')
    const acknowledged = await refusedUntil(() => {
      rmSync(spool)
      renameSync(`${spool}.aside`, spool)
    }, /无法写入/)
    expect(await storedIds(city)).toEqual(expect.arrayContaining(acknowledged))
  }, 200_000)

  it('because its disk is full, and then read-only: the same, and nothing is left of what did not fit', async ({ skip }) => {
    if (!mountSmall(spool, 8)) return skip()
    try {
      const ballast = await fill(spool)
      const acknowledged = await refusedUntil(() => rm(ballast), /磁盘已满/)
      execFileSync('mount', ['-o', 'remount,ro', spool])
      acknowledged.push(...(await refusedUntil(() => execFileSync('mount', ['-o', 'remount,rw', spool]), /只读/)))
      expect(await storedIds(city)).toEqual(expect.arrayContaining(acknowledged))
    } finally {
      unmount(spool)
    }
  }, 200_000)
})

describe('a database that cannot be written', () => {
  let city: Machine
  let vendor: { authorization: string }
  let undo: (() => Promise<void>)[] = []
  afterEach(async () => {
    // Whatever of it fails, the disk is unmounted.
    const failed: unknown[] = []
    for (const one of [() => removeMachines([city]), ...undo.toReversed()]) await one().catch((error: unknown) => void failed.push(error))
    undo = []
    expect(failed).toEqual([])
  }, 200_000)

  const server = async (statement: string): Promise<Record<string, unknown>[]> => {
    const { pool, close } = openDatabase({ url: inject('postgresUrl'), poolMax: 1, applicationName: 'huijiao test' })
    try {
      return (await pool.query(statement)).rows as Record<string, unknown>[]
    } finally {
      await close()
    }
  }
  const endSessions = (database: string) =>
    server(`select pg_terminate_backend(pid) from pg_stat_activity where datname = '${database}' and pid <> pg_backend_pid()`)

  it('because it is read-only: submissions are refused with 503, nothing acknowledged is lost, and the node goes on by itself', async () => {
    city = await newMachine('370100', 'municipal')
    await boot(city)
    vendor = await enrolSystem(city, 'p-vendor')
    const first = await push(city, vendor, [1])
    await server(`alter database ${city.database} set default_transaction_read_only = on`)
    await endSessions(city.database)
    const document = submission([project(2)], { id: randomUUID() })
    await eventually(async () => {
      const refused = await call(city, 'POST', '/v1/submissions', vendor, document)
      expect(refused).toMatchObject({ status: 503, json: { code: 'not-ready', retryable: true } })
      expect(refused.json['detail']).toContain('只读')
    })
    expect(await readyCheck(city, 'database')).toBe(false)
    expect((await call(city, 'GET', `/v1/submissions/${first.receipt['submission'].id}`, vendor)).status).toBe(200)
    await server(`alter database ${city.database} reset default_transaction_read_only`)
    await endSessions(city.database)
    await eventually(async () =>
      expect(await call(city, 'POST', '/v1/submissions', vendor, document)).toMatchObject({ status: 200, json: { outcome: 'accepted' } }),
    )
    expect((await call(city, 'POST', '/v1/submissions', vendor, first.document)).json).toEqual(first.receipt)
    await eventually(async () => expect(await readyCheck(city, 'database')).toBe(true))
  }, 200_000)

  it('because its disk is full: the same, and the log goes on without a gap', async ({ skip }) => {
    const directory = String((await server('show data_directory'))[0]?.['data_directory'])
    if (!existsSync(directory)) {
      console.warn('跳过 · SKIPPED: 数据库不在本机，磁盘写满未测试 · the database is on another machine, so its full disk is not tested')
      return skip()
    }
    const disk = mkdtempSync(join(tmpdir(), 'huijiao-disk-'))
    undo.push(() => rm(disk, { recursive: true, force: true }))
    if (!mountSmall(disk, 160)) return skip()
    undo.push(async () => void unmount(disk))
    const { uid, gid } = statSync(directory)
    await mkdir(join(disk, 'tables'))
    for (const path of [disk, join(disk, 'tables')]) chownSync(path, uid, gid)
    const name = `small_${randomUUID().slice(0, 8)}`
    await server(`create tablespace ${name} location '${join(disk, 'tables')}'`)
    undo.push(async () => void (await server(`drop tablespace ${name}`)))
    city = await newMachine('370100', 'municipal')
    await server(`create database ${name} template ${inject('postgresTemplate')} tablespace ${name}`)
    undo.push(async () => void (await server(`drop database ${name} with (force)`)))
    city.database = name
    await boot(city)
    vendor = await enrolSystem(city, 'p-vendor')
    const first = await push(city, vendor, [1])
    const ballast = await fill(disk)
    // What still fits into pages that are there is taken; sooner or later a table has to grow.
    const taken: string[] = []
    let refused: Awaited<ReturnType<typeof call>> | null = null
    let document = {}
    for (let round = 0; refused === null && round < 200; round += 1) {
      const serials = Array.from({ length: 40 }, (_, at) => 10 + ((round * 40 + at) % 80))
      document = submission(
        [...new Set(serials)].map((serial) => project(serial, { Address: `示例路 ${round} 号（合成）` })),
        { id: randomUUID() },
      )
      const answer = await call(city, 'POST', '/v1/submissions', vendor, document)
      if (answer.status === 200) taken.push(answer.json['submission'].id)
      else refused = answer
    }
    expect(refused).toMatchObject({ status: 503, json: { code: 'not-ready', retryable: true } })
    expect(refused?.json['detail']).toContain('磁盘已满')
    await rm(ballast)
    await eventually(async () =>
      expect(await call(city, 'POST', '/v1/submissions', vendor, document)).toMatchObject({ status: 200, json: { outcome: 'accepted' } }),
    )
    expect(await storedIds(city)).toEqual(expect.arrayContaining([first.receipt['submission'].id, ...taken]))
    await eventually(async () => expect(await dbOf(city).selectFrom('log_pending').select('kind').execute()).toEqual([]))
    const rows = await dbOf(city).selectFrom('log_entry').select('index').orderBy('index').execute()
    expect(rows.map((one) => one.index)).toEqual(rows.map((_, at) => at))
  }, 300_000)
})
