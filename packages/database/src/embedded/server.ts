import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { open, readFile, rename, stat } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Binaries } from './binaries.ts'
import type { Place } from './place.ts'
import { findPostmaster, lastPort, type PidFile, setAsidePidFile } from './postmaster.ts'
import { childEnvironment, identityOf } from './run-as.ts'
import { settingArguments } from './settings.ts'
import { EmbeddedPostgresError, type Progress } from './words.ts'

export interface ServerOptions {
  /** On 127.0.0.1. When absent: the one of the last start if it is free, else any free one. A server that already runs keeps its own. */
  readonly port?: number
  readonly onProgress?: Progress
  /** Further settings of `postgresql.conf`, by name; they win over ours. */
  readonly settings?: Readonly<Record<string, string>>
  /** How long a start may take, crash recovery included; 5 minutes when absent. */
  readonly startTimeoutMs?: number
}

/** A server that is ready, by its own word. */
export interface Started {
  readonly file: PidFile
  readonly adopted: boolean
}

/** Looks, starts when there is no server, and looks again, until one is ready. The cluster must be there. */
export async function untilReady(place: Place, options: ServerOptions, prepare: () => Promise<Binaries>): Promise<Started> {
  const onProgress = options.onProgress ?? (() => {})
  const deadline = Date.now() + (options.startTimeoutMs ?? 300_000)
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
      onProgress({ zh: '启动内置 PostgreSQL', en: 'Starting the embedded PostgreSQL' })
      ours = await spawnPostmaster(place, await prepare(), options, refusedPort)
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

async function noteRefusedPort(place: Place, options: ServerOptions, failure: string): Promise<number | undefined> {
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
  options: ServerOptions,
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
