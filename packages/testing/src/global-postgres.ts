import { randomBytes } from 'node:crypto'
import { chmod, mkdir, readdir, readFile, rm, statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { migrate, removeEmbeddedPostgres, startEmbeddedPostgres } from '@huijiao/database'
import type { TestProject } from 'vitest/node'
import { onServer, urlOfDatabase } from './on-server.ts'

/** What tests are told of the database of their run. */
export interface ProvidedServer {
  /** The server of this run, its `postgres` database; see {@link createTestDatabase}. */
  postgresUrl: string
  /** A migrated database to copy. */
  postgresTemplate: string
}

declare module 'vitest' {
  interface ProvidedContext extends ProvidedServer {}
}

interface Server {
  readonly url: string
  readonly template: string
  stop(): Promise<void>
}

/**
 * Several vitest projects name this file, and each loads it anew: one server for all of them, which the last one stops. Kept under a
 * symbol of the process, because module variables are not shared between those loads.
 */
interface Shared {
  users: number
  server: Promise<Server>
}
const sharedKey = Symbol.for('huijiao.testing.postgres')
const processWide = globalThis as { [sharedKey]?: Shared | undefined }

/** vitest's global set-up: one PostgreSQL for the run, with a migrated template. Returns the tear-down. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const shared = (processWide[sharedKey] ??= { users: 0, server: startServer() })
  shared.users += 1
  const server = await shared.server
  project.provide('postgresUrl', server.url)
  project.provide('postgresTemplate', server.template)
  return async () => {
    shared.users -= 1
    if (shared.users > 0) return
    processWide[sharedKey] = undefined
    await server.stop()
  }
}

async function startServer(): Promise<Server> {
  const given = process.env.HUIJIAO_TEST_POSTGRES_URL
  return given === undefined ? startOwnServer() : useServer(given)
}

/** A server that somebody else keeps, for example a container. Only databases that we made are dropped. */
async function useServer(url: string): Promise<Server> {
  const template = `huijiao_template_${randomBytes(6).toString('hex')}`
  await onServer(url, `create database ${template}`)
  await migrate(urlOfDatabase(url, template))
  return { url, template, stop: () => onServer(url, `drop database ${template} with (force)`) }
}

async function startOwnServer(): Promise<Server> {
  for (const folder of new Set([tmpdir(), memory])) await removeAbandoned(folder)
  const directory = join(await folderOfServer(), `${prefix}${process.pid}-${randomBytes(4).toString('hex')}`)
  await mkdir(directory)
  await chmod(directory, 0o711) // when root runs the tests, PostgreSQL's user must be able to pass
  const dataDir = join(directory, 'postgres')
  // Nothing here has to survive a power cut; a killed server or node is another matter, and loses nothing without fsync.
  const server = await startEmbeddedPostgres({ dataDir, settings: { fsync: 'off', full_page_writes: 'off', shared_buffers: '128MB' } })
  const template = 'huijiao_template'
  await server.ensureDatabase(template)
  await migrate(server.url(template))
  return {
    url: server.url('postgres'),
    template,
    stop: async () => {
      await removeEmbeddedPostgres(dataDir)
      await rm(directory, { recursive: true, force: true })
    },
  }
}

const prefix = 'huijiao-test-'
/** Where Linux keeps files in memory. */
const memory = '/dev/shm'
/** Free memory that has to be there; the files of a run were seen to take a third of a gigabyte. */
const memoryNeeded = 4 * 1024 ** 3

/**
 * In memory, where there is much of it. Every test file has a database of its own, of many hundred files, and drops it: ext4 looks at each place in its
 * table of files that was freed a moment ago before it makes the next one, and that took a quarter of the whole run.
 */
async function folderOfServer(): Promise<string> {
  try {
    const { bavail, bsize } = await statfs(memory)
    const available = Number(/^MemAvailable:\s+(\d+) kB$/m.exec(await readFile('/proc/meminfo', 'utf8'))?.[1] ?? 0) * 1024
    return Math.min(bavail * bsize, available) >= memoryNeeded ? memory : tmpdir()
  } catch {
    return tmpdir() // another system, or a container that has neither
  }
}

/** Servers of runs that were killed before they could stop theirs. */
async function removeAbandoned(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch((): string[] => [])) {
    const pid = Number(new RegExp(`^${prefix}(\\d+)-[0-9a-f]{8}$`).exec(name)?.[1])
    if (!(pid > 0) || isAlive(pid)) continue
    const directory = join(folder, name)
    try {
      await removeEmbeddedPostgres(join(directory, 'postgres'))
      await rm(directory, { recursive: true, force: true })
    } catch (error) {
      console.warn(`could not remove the test server that an earlier run left in ${directory}: ${String(error)}`)
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}
