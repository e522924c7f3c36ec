import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { link, readFile, rename, unlink } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { EmbeddedPostgresError } from './words.ts'

const run = promisify(execFile)

/** What `postmaster.pid` says: process, data directory as the server was given it, port, and its own word on how far it is. */
export interface PidFile {
  readonly text: string
  readonly pid: number
  readonly dataDir: string
  readonly port: number
  readonly status: string
}

/**
 * - `none`: no server, or the file of one that is dead (PostgreSQL replaces such a file itself)
 * - `foreign`: the number in the file now belongs to another program, or to a dead process that nobody has reaped; PostgreSQL would refuse to start
 * - `unreadable`: the file is being written, or was cut off by a crash
 * - `live`: our server, in whatever state
 */
export type Postmaster =
  | { state: 'none' }
  | { state: 'unreadable' }
  | { state: 'foreign'; file: PidFile }
  | { state: 'live'; file: PidFile }

export async function findPostmaster(dataDir: string): Promise<Postmaster> {
  const text = await readFile(join(dataDir, 'postmaster.pid'), 'utf8').catch(() => null)
  if (text === null) return { state: 'none' }
  const file = parsePidFile(text)
  if (file === null) return { state: 'unreadable' }
  if (!processExists(file.pid)) return { state: 'none' }
  return { state: (await isPostmaster(file.pid, file.dataDir)) ? 'live' : 'foreign', file }
}

/** Null when the file is not yet, or not, whole. Line by line: pid, data directory, start time, port, socket directory, address, shared memory, status. */
export function parsePidFile(text: string): PidFile | null {
  const lines = text.split('\n')
  const pid = Number(lines[0])
  const port = Number(lines[3])
  if (!Number.isInteger(pid) || pid <= 1 || !Number.isInteger(port) || port <= 0) return null
  return { text, pid, dataDir: lines[1] ?? '', port, status: (lines[7] ?? '').trim() }
}

function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Whether that process is a live `postgres` serving that directory. A zombie is not: in a container often nobody reaps it. */
async function isPostmaster(pid: number, dataDir: string): Promise<boolean> {
  if (process.platform === 'linux') {
    const [stat, commandLine] = await Promise.all([
      readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ''),
      readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => ''),
    ])
    const state = stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3)
    const [program = '', ...args] = commandLine.split('\0')
    return state !== '' && !'ZX'.includes(state) && basename(program).startsWith('postgres') && args.includes(dataDir)
  }
  const listed = await run('ps', ['-ww', '-o', 'stat=,command=', '-p', String(pid)]).catch(() => ({ stdout: '' }))
  const line = listed.stdout.trim()
  return line !== '' && !line.startsWith('Z') && line.includes('postgres') && line.includes(dataDir)
}

/**
 * Takes a pid file out of the way that belongs to no server. Renamed first and compared after, so that the file of a server which another
 * process started in between is put back.
 */
export async function setAsidePidFile(dataDir: string, judged: string): Promise<void> {
  const path = join(dataDir, 'postmaster.pid')
  const aside = `${path}.stale-${randomBytes(6).toString('hex')}`
  try {
    await rename(path, aside)
  } catch {
    return // somebody else was first
  }
  if ((await readFile(aside, 'utf8')) !== judged) await link(aside, path).catch(() => {})
  await unlink(aside)
}

/** The port of the last start, from `postmaster.opts`; null when the cluster never ran. */
export async function lastPort(dataDir: string): Promise<number | null> {
  const options = await readFile(join(dataDir, 'postmaster.opts'), 'utf8').catch(() => '')
  const port = Number(/"-p" "(\d+)"/.exec(options)?.[1])
  return port > 0 ? port : null
}

/**
 * Fast shutdown: rolls open transactions back, writes a checkpoint, ends. After `patienceMs` an immediate one, from which the next start recovers.
 * @returns false when there was no server to stop
 */
export async function stopPostmaster(dataDir: string, patienceMs = 30_000): Promise<boolean> {
  const found = await findPostmaster(dataDir)
  if (found.state !== 'live') return false
  for (const [signal, waitMs] of [
    ['SIGINT', patienceMs],
    ['SIGQUIT', 10_000],
  ] as const) {
    try {
      process.kill(found.file.pid, signal)
    } catch {
      return true // ended by itself meanwhile
    }
    for (const end = Date.now() + waitMs; Date.now() < end; await delay(10)) {
      const now = await findPostmaster(dataDir)
      if (now.state === 'none' || now.state === 'foreign') return true
      if (now.state === 'live' && now.file.pid !== found.file.pid) return true
    }
  }
  throw new EmbeddedPostgresError({
    zh: `PostgreSQL（进程 ${found.file.pid}）未能停止`,
    en: `PostgreSQL (process ${found.file.pid}) did not stop`,
  })
}
