import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { open, readFile, rename, stat } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { type Log, silentLog } from '../log.ts'
import { sqlState } from '../retry.ts'
import { type Binaries, prepareBinaries } from './binaries.ts'
import { ensureCluster, loadOrCreatePassword, superuser } from './cluster.ts'
import { existingPlace, type Place, removePlace, settlePlace, sharedDirectory } from './place.ts'
import { findPostmaster, lastPort, type PidFile, setAsidePidFile, stopPostmaster } from './postmaster.ts'
import { childEnvironment, identityOf } from './run-as.ts'
import { settingArguments } from './settings.ts'
import { EmbeddedPostgresError, type Progress } from './words.ts'

export interface EmbeddedPostgresOptions {
  /** Made when absent. Password and server log stand beside it: `<dataDir>.password` (0600), `<dataDir>.log`. */
  readonly dataDir: string
  /** On 127.0.0.1. When absent: the one of the last start if it is free, else any free one. A server that already runs keeps its own. */
  readonly port?: number
  readonly log?: Log
  readonly onProgress?: Progress
  /** Further settings of `postgresql.conf`, by name; they win over ours. */
  readonly settings?: Readonly<Record<string, string>>
  /** How long a start may take, crash recovery included; 5 minutes when absent. */
  readonly startTimeoutMs?: number
}

export interface EmbeddedPostgres {
  readonly port: number
  /** Process of the server. */
  readonly pid: number
  /** True when the server already ran, for example because its node was killed. */
  readonly adopted: boolean
  /** Where the cluster really is; not the requested directory when root's other user cannot enter that. */
  readonly dataDir: string
  /** An address with user and password: a secret. */
  url(database: string): string
  /** Makes the database when there is none. Safe when several processes ask at once. */
  ensureDatabase(name: string): Promise<void>
  /** Fast shutdown. Ends the server for everybody who uses it, also when it was adopted. */
  stop(): Promise<void>
}

/**
 * Starts the PostgreSQL of a data directory, or adopts the one that runs. The server outlives this process on purpose: when node is killed
 * the next start adopts it. PostgreSQL itself sees to it that one directory has one server (`postmaster.pid` is made exclusively), so
 * processes that start together need no lock of ours: the losers' servers end at once, and they adopt the winner's.
 * @throws EmbeddedPostgresError with words for people
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const onProgress = options.onProgress ?? (() => {})
  const log = options.log ?? silentLog
  const place = await settlePlace(options.dataDir, onProgress)
  const password = await loadOrCreatePassword(place)
  const running = await findPostmaster(place.dataDir)
  let started: { file: PidFile; adopted: boolean }
  if (running.state === 'live') {
    started = await untilReady(place, options, undefined)
  } else {
    const binaries = await prepareBinaries(place.user, sharedOrOwn(place), onProgress)
    await ensureCluster(place, binaries, onProgress)
    started = await untilReady(place, options, binaries)
  }
  const { file, adopted } = started
  await verify(file, password, place)
  log.info(
    { port: file.port, pid: file.pid, adopted, dataDir: place.dataDir },
    adopted ? 'adopted the running PostgreSQL' : 'started PostgreSQL',
  )
  return {
    port: file.port,
    pid: file.pid,
    adopted,
    dataDir: place.dataDir,
    url: (database) => urlOf(file.port, password, database),
    ensureDatabase: (name) => ensureDatabase(urlOf(file.port, password, 'postgres'), name),
    stop: async () => {
      await stopPostmaster(place.dataDir)
    },
  }
}

/** Stops the server of a data directory if one runs. @returns whether one ran */
export async function stopEmbeddedPostgres(dataDir: string): Promise<boolean> {
  const place = await existingPlace(dataDir)
  return place === null ? false : stopPostmaster(place.dataDir)
}

/** Stops the server and deletes the cluster with its password and log, wherever it really is. */
export async function removeEmbeddedPostgres(dataDir: string): Promise<void> {
  const place = await existingPlace(dataDir)
  if (place === null) return
  await stopPostmaster(place.dataDir)
  await removePlace(place)
}

function sharedOrOwn(place: Place): string {
  return place.user === null ? `${place.dataDir}.programs` : sharedDirectory
}

function urlOf(port: number, password: string, database: string): string {
  return `postgres://${superuser}:${password}@127.0.0.1:${port}/${encodeURIComponent(database)}`
}

/** Looks, starts when there is no server, and looks again, until one is ready. `binaries` may be absent while a server is known to run. */
async function untilReady(
  place: Place,
  options: EmbeddedPostgresOptions,
  binaries: Binaries | undefined,
): Promise<{ file: PidFile; adopted: boolean }> {
  const onProgress = options.onProgress ?? (() => {})
  const deadline = Date.now() + (options.startTimeoutMs ?? 300_000)
  let programs = binaries
  let ours: { pid: number; failure: () => string | null } | undefined
  let refusedPort: number | undefined
  let unreadableSince: number | undefined
  let waitedMs = 0
  while (Date.now() < deadline) {
    const found = await findPostmaster(place.dataDir)
    if (found.state !== 'unreadable') unreadableSince = undefined
    if (found.state === 'live') {
      if (found.file.status === 'ready') return { file: found.file, adopted: found.file.pid !== ours?.pid }
      waitedMs += 20
      if (waitedMs === 3_000)
        onProgress({ zh: 'PostgreSQL 正在从上次中断处恢复', en: 'PostgreSQL is recovering from where it was interrupted' })
    } else if (found.state === 'foreign') {
      await setAsidePidFile(place.dataDir, found.file.text)
    } else if (found.state === 'unreadable') {
      unreadableSince ??= Date.now()
      if (Date.now() - unreadableSince > 3_000) await setAsideUnreadable(place.dataDir)
    } else if (ours === undefined) {
      programs ??= await prepareBinaries(place.user, sharedOrOwn(place), onProgress)
      onProgress({ zh: '启动内置 PostgreSQL', en: 'Starting the embedded PostgreSQL' })
      ours = await spawnPostmaster(place, programs, options, refusedPort)
    } else {
      const failure = ours.failure()
      if (failure !== null) {
        ours = undefined
        if (/Address already in use|could not bind/i.test(failure)) refusedPort = await noteRefusedPort(place, options, failure)
        else if (!/lock file .* already exists|shared memory block|lock file .* is empty/i.test(failure)) throw startFailed(place, failure)
        await delay(200) // children of a killed server still hold its memory for a moment
      }
    }
    await delay(20)
  }
  throw startFailed(place, 'timeout')
}

async function noteRefusedPort(place: Place, options: EmbeddedPostgresOptions, failure: string): Promise<number | undefined> {
  if (options.port !== undefined) {
    throw new EmbeddedPostgresError(
      {
        zh: `127.0.0.1:${options.port} 已被占用，PostgreSQL 无法监听`,
        en: `127.0.0.1:${options.port} is in use, PostgreSQL cannot listen there`,
      },
      { cause: new Error(failure) },
    )
  }
  return (await lastPort(place.dataDir)) ?? undefined
}

function startFailed(place: Place, failure: string): EmbeddedPostgresError {
  return new EmbeddedPostgresError({
    zh: `PostgreSQL 未能启动：${failure}（日志：${place.logFile}）`,
    en: `PostgreSQL did not start: ${failure} (log: ${place.logFile})`,
  })
}

async function setAsideUnreadable(dataDir: string): Promise<void> {
  const text = await readFile(join(dataDir, 'postmaster.pid'), 'utf8').catch(() => null)
  if (text !== null) await setAsidePidFile(dataDir, text)
}

const logBytesMax = 8 << 20

async function spawnPostmaster(
  place: Place,
  binaries: Binaries,
  options: EmbeddedPostgresOptions,
  refusedPort: number | undefined,
): Promise<{ pid: number; failure: () => string | null }> {
  if (((await stat(place.logFile).catch(() => null))?.size ?? 0) > logBytesMax) await rename(place.logFile, `${place.logFile}.old`)
  const port = options.port ?? (await choosePort(await lastPort(place.dataDir), refusedPort))
  const args = ['-D', place.dataDir, '-p', String(port), ...(await settingArguments(place, binaries, options.settings ?? {}))]
  const logFd = openSync(place.logFile, 'a', 0o600)
  const logStart = (await stat(place.logFile)).size
  try {
    // A session of its own: neither Ctrl-C in the terminal nor the end of this process reaches it.
    const child = spawn(binaries.postgres, args, {
      ...identityOf(place.user),
      cwd: '/',
      detached: true,
      stdio: ['ignore', 'ignore', logFd],
      env: childEnvironment(),
    })
    let failure: string | null = null
    child.once('error', (error) => (failure = error.message))
    child.once(
      'exit',
      (code, signal) => void logSince(place.logFile, logStart).then((text) => (failure = text || `exit ${code ?? signal}`)),
    )
    child.unref()
    return { pid: child.pid ?? 0, failure: () => failure }
  } finally {
    closeSync(logFd)
  }
}

/** What the server said of its end; nothing when the log is gone, because the cluster was removed after an orderly stop. */
async function logSince(file: string, from: number): Promise<string> {
  const handle = await open(file).catch(() => null)
  if (handle === null) return ''
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(4096), 0, 4096, from)
    return buffer.toString('utf8', 0, bytesRead).trim()
  } finally {
    await handle.close()
  }
}

async function choosePort(wanted: number | null, refused: number | undefined): Promise<number> {
  if (wanted !== null && wanted !== refused && (await listenOnce(wanted)) !== null) return wanted
  return (await listenOnce(0)) as number
}

/** Listens and lets go. @returns the port, or null when it is taken */
function listenOnce(port: number): Promise<number | null> {
  return new Promise((settle) => {
    const server = createServer()
    server.once('error', () => settle(null))
    server.listen(port, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => settle(typeof address === 'object' ? (address?.port ?? null) : null))
    })
  })
}

/** Connects once: the server answers, takes our password, and serves this directory and no other. */
async function verify(file: PidFile, password: string, place: Place): Promise<void> {
  const client = new pg.Client({ connectionString: urlOf(file.port, password, 'postgres'), connectionTimeoutMillis: 30_000 })
  try {
    await client.connect()
    const { rows } = await client.query<{ data_directory: string }>('show data_directory')
    if (rows[0]?.data_directory !== file.dataDir) throw new Error(`port ${file.port} serves ${rows[0]?.data_directory}`)
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new EmbeddedPostgresError(
      {
        zh: `PostgreSQL（进程 ${file.pid}，端口 ${file.port}）在运行，但无法用 ${place.passwordFile} 中的口令连接：${why}`,
        en: `PostgreSQL (process ${file.pid}, port ${file.port}) runs, but cannot be connected to with the password in ${place.passwordFile}: ${why}`,
      },
      { cause },
    )
  } finally {
    await client.end().catch(() => {})
  }
}

const duplicateDatabase = '42P04'
const uniqueViolation = '23505'

async function ensureDatabase(serverUrl: string, name: string): Promise<void> {
  if (!/^[a-z][a-z0-9_]{0,62}$/.test(name)) throw new RangeError(`"${name}" is not a plain database name`)
  const client = new pg.Client({ connectionString: serverUrl })
  await client.connect()
  try {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [name])
    if (rowCount === 0) await client.query(`create database ${name}`)
  } catch (error) {
    // Another process was first: it is seen either by the name or, in the same instant, by the catalogue's index.
    if (![duplicateDatabase, uniqueViolation].includes(sqlState(error) ?? '')) throw error
  } finally {
    await client.end()
  }
}
