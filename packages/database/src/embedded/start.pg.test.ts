import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findPostmaster } from './postmaster.ts'
import { type EmbeddedPostgres, removeEmbeddedPostgres, startEmbeddedPostgres, stopEmbeddedPostgres } from './start.ts'

const isRoot = process.getuid?.() === 0
const settings = { shared_buffers: '16MB' }
let home: string
let dataDir: string

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'huijiao-embedded-'))
  await chmod(home, 0o711)
  dataDir = join(home, 'postgres')
})
afterEach(async () => {
  await removeEmbeddedPostgres(dataDir)
  await rm(home, { recursive: true, force: true })
})

const start = (more: object = {}) => startEmbeddedPostgres({ dataDir, settings, ...more })

async function ask<T extends object = Record<string, unknown>>(server: EmbeddedPostgres, sql: string, database = 'postgres'): Promise<T[]> {
  const client = new pg.Client({ connectionString: server.url(database) })
  client.on('error', () => {})
  await client.connect()
  try {
    return (await client.query<T>(sql)).rows
  } finally {
    await client.end()
  }
}

async function keepSomething(server: EmbeddedPostgres): Promise<void> {
  await server.ensureDatabase('hub')
  await ask(server, "create table kept (what text); insert into kept values ('示例')", 'hub')
}
const whatIsKept = (server: EmbeddedPostgres) => ask(server, 'select what from kept', 'hub')

async function untilDead(pid: number): Promise<void> {
  for (let tries = 0; tries < 500; tries += 1) {
    if ((await findPostmaster(dataDir)).state === 'none') return
    await delay(10)
  }
  throw new Error(`process ${pid} still lives`)
}

interface Said {
  pid: number
  port: number
  adopted: boolean
  words: string[]
}

/** Starts the cluster from another process; resolves with what that process said. */
async function startElsewhere(then: 'end' | 'wait'): Promise<{ said: Said; kill: () => Promise<void> }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, '../../test/start-once.ts'), dataDir, then], {
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  })
  const [line] = (await Promise.race([
    once(createInterface(child.stdout), 'line'),
    once(child, 'exit').then(([code]) => [`exit ${code}`]),
  ])) as [string]
  return {
    said: JSON.parse(line) as Said,
    kill: async () => {
      const exit = once(child, 'exit')
      process.kill(-(child.pid as number), 'SIGKILL') // its whole process group, as a terminal or a supervisor would
      await exit
    },
  }
}

describe('the embedded PostgreSQL', () => {
  it('keeps its data over stop and start, on the same port', async () => {
    const first = await start()
    await keepSomething(first)
    await first.stop()
    await expect(ask(first, 'select 1')).rejects.toThrow('ECONNREFUSED')
    const second = await start()
    expect(second).toMatchObject({ adopted: false, port: first.port })
    expect(await whatIsKept(second)).toEqual([{ what: '示例' }])
  })

  it('takes nobody without the password, which only its owner can read', async () => {
    const server = await start()
    const stranger = new pg.Client({ host: '127.0.0.1', port: server.port, user: 'huijiao', password: 'guess', database: 'postgres' })
    await expect(stranger.connect()).rejects.toThrow('password authentication failed')
    expect((await stat(`${dataDir}.password`)).mode & 0o777).toBe(0o600)
    const [verifier] = await ask<{ rolpassword: string }>(server, 'select rolpassword from pg_authid where rolname = current_user')
    expect(verifier?.rolpassword).toMatch(/^SCRAM-SHA-256\$/)
    expect(await readFile(join(dataDir, 'pg_hba.conf'), 'utf8')).not.toMatch(/^[^#\n]*\b(trust|password|md5)$/m)
  })

  it('listens on the loopback address only, in UTF-8, with the settings that keep the queue fast', async () => {
    const server = await start()
    const names = [
      'listen_addresses',
      'unix_socket_directories',
      'autovacuum_naptime',
      'autovacuum_vacuum_scale_factor',
      'autovacuum_vacuum_cost_delay',
      'max_connections',
      'server_encoding',
      'TimeZone',
      'data_checksums',
    ]
    const rows = await ask<{ name: string; value: string }>(
      server,
      `select name, current_setting(name) as value from pg_settings where name in (${names.map((name) => `'${name}'`).join()})`,
    )
    expect(Object.fromEntries(rows.map(({ name, value }) => [name, value]))).toEqual({
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      autovacuum_naptime: '2s',
      autovacuum_vacuum_scale_factor: '0.02',
      autovacuum_vacuum_cost_delay: '0',
      max_connections: '200',
      server_encoding: 'UTF8',
      TimeZone: 'UTC',
      data_checksums: 'on',
    })
    expect(await ask(server, "select datlocprovider, datlocale from pg_database where datname = 'postgres'")).toEqual([
      { datlocprovider: 'b', datlocale: 'C.UTF-8' },
    ])
  })

  it('recovers what was committed when the server is killed', async () => {
    const first = await start()
    await keepSomething(first)
    process.kill(first.pid, 'SIGKILL')
    await untilDead(first.pid)
    const second = await start()
    expect(second.adopted).toBe(false)
    expect(second.pid).not.toBe(first.pid)
    expect(await whatIsKept(second)).toEqual([{ what: '示例' }])
  })

  it('starts at once after a kill, while children of the killed server may still be ending', async () => {
    let server = await start()
    await keepSomething(server)
    for (let round = 0; round < 3; round += 1) {
      process.kill(server.pid, 'SIGKILL')
      server = await start()
      expect(await whatIsKept(server)).toEqual([{ what: '示例' }])
    }
  })

  it('outlives a node that is killed with its process group, and is adopted by the next one', async () => {
    const node = await startElsewhere('wait')
    expect(node.said.adopted).toBe(false)
    await node.kill()
    const adopted = await start()
    expect(adopted).toMatchObject({ adopted: true, pid: node.said.pid, port: node.said.port })
    expect(await ask(adopted, 'select 1 as one')).toEqual([{ one: 1 }])
    await adopted.stop()
    expect((await findPostmaster(dataDir)).state).toBe('none')
  })

  it('is started once when processes start together on an empty directory', async () => {
    const all = await Promise.all([startElsewhere('end'), startElsewhere('end'), startElsewhere('end'), start()])
    const said = all.map((one) => ('said' in one ? one.said : one))
    expect(new Set(said.map(({ pid }) => pid)).size).toBe(1)
    expect(new Set(said.map(({ port }) => port)).size).toBe(1)
    expect(said.filter(({ adopted }) => !adopted)).toHaveLength(1)
    expect((await readdir(home)).sort()).toEqual(['postgres', 'postgres.log', 'postgres.password'])
  })

  it('is started once when processes start together after a kill', async () => {
    const before = await start()
    await keepSomething(before)
    process.kill(before.pid, 'SIGKILL')
    const all = await Promise.all([startElsewhere('end'), startElsewhere('end'), start()])
    const said = all.map((one) => ('said' in one ? one.said : one))
    expect(new Set(said.map(({ pid }) => pid)).size).toBe(1)
    expect(await whatIsKept(await start())).toEqual([{ what: '示例' }])
  })

  it('starts although the process number in a left-over postmaster.pid now belongs to another program', async () => {
    const first = await start()
    await keepSomething(first)
    const file = await readFile(join(dataDir, 'postmaster.pid'), 'utf8')
    await first.stop()
    // As PostgreSQL wrote it, but with the number of another program of the same user, as after a restart of a container.
    const { uid, gid } = await stat(dataDir)
    const other = spawn('sleep', ['60'], isRoot ? { uid, gid } : {})
    try {
      await writeFile(join(dataDir, 'postmaster.pid'), file.replace(/^\d+/, String(other.pid)))
      expect(await whatIsKept(await start())).toEqual([{ what: '示例' }])
    } finally {
      other.kill()
    }
  })

  it('starts although a crash left an empty postmaster.pid', async () => {
    await (await start()).stop()
    await writeFile(join(dataDir, 'postmaster.pid'), '')
    expect(await ask(await start(), 'select 1 as one')).toEqual([{ one: 1 }])
  })

  it('takes another port when the last one is in use, and says so when a fixed one is', async () => {
    const first = await start()
    await first.stop()
    const occupant = createServer().listen(first.port, '127.0.0.1')
    await once(occupant, 'listening')
    try {
      await expect(start({ port: first.port })).rejects.toThrow(`127.0.0.1:${first.port} is in use`)
      expect((await start()).port).not.toBe(first.port)
    } finally {
      occupant.close()
    }
  })

  it('makes a database once however many ask', async () => {
    const server = await start()
    await Promise.all([1, 2, 3, 4].map(() => server.ensureDatabase('hub')))
    expect(await ask(server, "select count(*)::int as n from pg_database where datname = 'hub'")).toEqual([{ n: 1 }])
    await expect(server.ensureDatabase('x"; drop database hub')).rejects.toThrow('not a plain database name')
  })

  it('will not make a cluster in a directory that holds something else', async () => {
    await mkdir(dataDir)
    await writeFile(join(dataDir, 'letter.txt'), 'dear reader')
    await expect(start()).rejects.toThrow('neither empty nor a data directory')
    expect(await readdir(dataDir)).toEqual(['letter.txt'])
  })

  it('says what it does, in both languages', async () => {
    const words: { zh: string; en: string }[] = []
    await start({ onProgress: (said: { zh: string; en: string }) => words.push(said) })
    expect(words).toEqual([
      { zh: '初始化内置 PostgreSQL 数据库（只需一次）', en: 'Making the embedded PostgreSQL database (only once)' },
      { zh: '启动内置 PostgreSQL', en: 'Starting the embedded PostgreSQL' },
    ])
  })

  it('stops by directory alone, and tells when there was nothing to stop', async () => {
    await start()
    expect(await stopEmbeddedPostgres(dataDir)).toBe(true)
    expect(await stopEmbeddedPostgres(dataDir)).toBe(false)
    expect(await stopEmbeddedPostgres(join(home, 'nothing'))).toBe(false)
  })

  describe.skipIf(!isRoot)('for root, below a directory that nobody else can enter', () => {
    beforeEach(() => chmod(home, 0o700))

    it('keeps the data elsewhere, leaves a note, and finds it again', async () => {
      const first = await start()
      expect(first.dataDir).toMatch(/^\/var\/lib\/huijiao\/[0-9a-f]{16}(-\d+)?\/data$/)
      await keepSomething(first)
      expect(await readFile(join(dataDir, 'WHERE-IS-THE-DATA.txt'), 'utf8')).toContain(`data: ${first.dataDir}\n`)
      await first.stop()
      const second = await start()
      expect(second.dataDir).toBe(first.dataDir)
      expect(await whatIsKept(second)).toEqual([{ what: '示例' }])
    })

    it('is started once when processes start together', async () => {
      const all = await Promise.all([startElsewhere('end'), startElsewhere('end'), start()])
      expect(new Set(all.map((one) => ('said' in one ? one.said.pid : one.pid))).size).toBe(1)
    })

    it('begins anew when the directory was deleted, and leaves the old data alone', async () => {
      const first = await start()
      await first.stop()
      await rm(dataDir, { recursive: true })
      const second = await start()
      expect(second.dataDir).not.toBe(first.dataDir)
      expect((await stat(first.dataDir)).isDirectory()).toBe(true)
      await rm(join(first.dataDir, '..'), { recursive: true })
    })

    it('removes the data with everything beside it', async () => {
      const server = await start()
      await removeEmbeddedPostgres(dataDir)
      await expect(stat(join(server.dataDir, '..'))).rejects.toThrow('ENOENT')
      await expect(stat(dataDir)).rejects.toThrow('ENOENT')
    })
  })
})
