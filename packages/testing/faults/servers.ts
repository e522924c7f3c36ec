import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, renameSync, statSync, symlinkSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type Database, openDatabase, removeEmbeddedPostgres, startEmbeddedPostgres } from '@huijiao/database'
import { freePort } from '../src/free-port.ts'
import type { Disk } from './disk.ts'

/** Servers outlive whoever started them; a harness that is ended takes its own with it. */
const living = new Map<string, number>()
process.once('exit', () => {
  for (const pid of living.values()) {
    try {
      process.kill(pid, 'SIGQUIT')
    } catch {
      // It has ended.
    }
  }
})

/** A PostgreSQL cluster of the harness: real, and stopped or killed whenever it likes. */
export class PostgresServer {
  readonly name: string
  readonly dataDir: string
  /** A real disk of its own, where one can be made. */
  readonly disk: Disk | null
  port = 0
  private readonly logFile: string
  private address = ''
  private admins = new Map<string, Database>()

  constructor(name: string, dir: string, disk: Disk | null = null) {
    this.name = name
    this.disk = disk
    this.dataDir = join(disk?.dir ?? dir, name)
    this.logFile = join(dir, `${name}.log`)
    // What it says is read when its disk takes nothing any more.
    if (disk !== null) symlinkSync(this.logFile, `${this.dataDir}.log`)
  }

  private pid = 0

  async start(): Promise<void> {
    // One that is long is set aside before PostgreSQL would do so, and put the next on its disk.
    if (this.disk !== null && (statSync(this.logFile, { throwIfNoEntry: false })?.size ?? 0) > 4 << 20)
      renameSync(this.logFile, `${this.logFile}.old`)
    const settings = {
      ...{ shared_buffers: '96MB', max_connections: '200' },
      // Where no disk breaks, only processes end: without fsync nothing is lost by that. Few segments of WAL wait for reuse, so a full disk is met soon.
      ...(this.disk === null ? { fsync: 'off', full_page_writes: 'off' } : { min_wal_size: '32MB', max_wal_size: '512MB' }),
    }
    const server = await startEmbeddedPostgres({ dataDir: this.dataDir, settings, ...(this.port === 0 ? {} : { port: this.port }) })
    this.port = server.port
    this.pid = server.pid
    living.set(this.dataDir, server.pid)
    this.address = server.url('postgres')
  }

  url(database: string, port = this.port): string {
    const url = new URL(this.address)
    url.pathname = `/${database}`
    url.port = String(port)
    return url.href
  }

  /** One statement from outside, over a connection of the harness's own; again when the server was just ended under it. */
  async ask<T extends object = Record<string, unknown>>(database: string, text: string, values: unknown[] = []): Promise<T[]> {
    for (let tries = 0; ; tries += 1) {
      let admin = this.admins.get(database)
      if (admin === undefined) {
        admin = openDatabase({ url: this.url(database), poolMax: 4, applicationName: 'harness' })
        this.admins.set(database, admin)
      }
      try {
        return (await admin.pool.query<T>(text, values)).rows
      } catch (error) {
        const { code } = error as { code?: string }
        const away = code === undefined || /^(08|57P|53300|ECONN|EPIPE)/.test(code)
        if (!away || tries > 100) throw error
        await delay(100)
      }
    }
  }

  /** A transaction that stays open with what this statement has taken, until it is released. */
  async hold(database: string, text: string): Promise<{ release(): Promise<void> }> {
    const holder = openDatabase({ url: this.url(database), poolMax: 1, applicationName: 'harness' })
    const client = await holder.pool.connect()
    await client.query('begin')
    await client.query(text)
    return {
      release: async () => {
        await client.query('commit').catch(() => {})
        client.release()
        await holder.close().catch(() => {})
      },
    }
  }

  async forget(database: string): Promise<void> {
    const admin = this.admins.get(database)
    this.admins.delete(database)
    await admin?.close().catch(() => {})
  }

  /** One statement, once. @returns the SQLSTATE or code of what went wrong; null when nothing did */
  async attempt(database: string, text: string): Promise<string | null> {
    const asking = openDatabase({ url: this.url(database), poolMax: 1, applicationName: 'harness' })
    try {
      await asking.pool.query(text)
      return null
    } catch (error) {
      return (error as { code?: string }).code ?? 'connection'
    } finally {
      await asking.close().catch(() => {})
    }
  }

  /** How often the server's own log says this. */
  said(words: string): number {
    return readFileSync(this.logFile, 'utf8').split(words).length - 1
  }

  /** SIGQUIT is PostgreSQL's immediate shutdown, SIGKILL what the kernel does when memory is short. */
  async stop(signal: 'SIGQUIT' | 'SIGKILL' | 'SIGINT'): Promise<void> {
    try {
      process.kill(this.pid, signal)
    } catch {
      return // it has ended by itself
    }
    for (let tries = 0; tries < 1200 && this.lives(); tries += 1) await delay(50)
  }

  /** Whether its first process is there. */
  lives(): boolean {
    try {
      return process.kill(this.pid, 0)
    } catch {
      return false
    }
  }

  async remove(): Promise<void> {
    for (const database of [...this.admins.keys()]) await this.forget(database)
    await removeEmbeddedPostgres(this.dataDir)
    living.delete(this.dataDir)
    this.disk?.remove()
  }
}

/** A redis-server of the harness, in memory only: what it held is gone when it ends. */
export class RedisServer {
  readonly name: string
  readonly dir: string
  port = 0
  private child: ChildProcess | null = null
  private turn: Promise<unknown> = Promise.resolve()

  constructor(name: string, dir: string) {
    this.name = name
    this.dir = join(dir, name)
    mkdirSync(this.dir, { recursive: true })
  }

  get pid(): number | null {
    return this.child !== null && this.child.exitCode === null && this.child.signalCode === null ? (this.child.pid ?? null) : null
  }

  /** Faults of the process itself take turns: one that is frozen while another replaces it would hold its port for ever. */
  exclusively<T>(work: () => Promise<T>): Promise<T> {
    const done = this.turn.then(work)
    this.turn = done.catch(() => undefined)
    return done
  }

  async start(): Promise<void> {
    if (this.port === 0) this.port = await freePort()
    for (let tries = 0; tries < 20; tries += 1) {
      // One that was too slow to answer must not be left behind by the next.
      if (tries > 0) await this.kill()
      this.child = spawn(
        'redis-server',
        ['--port', String(this.port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', this.dir],
        { stdio: 'ignore' },
      )
      this.child.on('error', () => {})
      for (let looks = 0; looks < 100 && this.pid !== null; looks += 1) {
        if ((await this.tellOnce('PING').catch(() => '')).startsWith('+PONG')) return
        await delay(50)
      }
      await delay(100)
    }
    throw new Error(`redis-server does not start on port ${this.port}`)
  }

  /** One command as text, and what Redis says; again while another fault has it down. */
  async tell(command: string): Promise<string> {
    for (let tries = 0; ; tries += 1) {
      try {
        return await this.tellOnce(command)
      } catch (error) {
        if (tries > 150) throw error
        await delay(100)
      }
    }
  }

  private tellOnce(command: string): Promise<string> {
    return new Promise((settle, fail) => {
      const socket = connect(this.port, '127.0.0.1', () => socket.write(`${command}\r\n`))
      socket.setTimeout(3000, () => socket.destroy(new Error('Redis does not answer')))
      socket.once('data', (bytes) => {
        settle(bytes.toString())
        socket.destroy()
      })
      socket.once('error', fail)
      // A server that is killed while it is asked ends the connection without a word.
      socket.once('close', () => fail(new Error('Redis closed the connection')))
    })
  }

  /** @returns whether there was a process to signal */
  signal(signal: NodeJS.Signals): boolean {
    return this.pid !== null && this.child?.kill(signal) === true
  }

  async kill(): Promise<void> {
    const { child } = this
    if (this.pid === null || child === null) return
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
}
