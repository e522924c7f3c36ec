import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'

/**
 * When a process was started, in a form that only serves to be compared: a process id alone may belong to somebody else by now.
 * @returns null when there is no such process (or the system does not tell)
 */
export function startMark(pid: number): string | null {
  if (process.platform === 'linux') {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
      const afterName = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      return afterName[0] === 'Z' ? null : (afterName[19] ?? null)
    } catch {
      return null
    }
  }
  if (process.platform === 'win32') return isAlive(pid) ? 'alive' : null
  return spawnSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).stdout.trim() || null
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Notes a process in a file, for a later start that may find it still running. */
export function writePidFile(path: string, pid: number): void {
  writeFileSync(path, `${pid} ${startMark(pid) ?? ''}\n`, { mode: 0o600 })
}

/** @returns the process that a pid file names, if that very process still runs */
export function runningPid(path: string): number | null {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch {
    return null
  }
  const [pidText, mark] = text.trim().split(' ', 2)
  const pid = Number(pidText)
  if (!Number.isInteger(pid) || pid <= 1 || mark === undefined || startMark(pid) !== mark) return null
  return pid
}

export const removePidFile = (path: string): void => rmSync(path, { force: true })

/** Asks a process to end, and ends it when it does not within `graceMs`. */
export async function stopProcess(pid: number, graceMs: number): Promise<void> {
  const mark = startMark(pid)
  const same = () => mark !== null && startMark(pid) === mark
  if (!same()) return
  trySignal(pid, 'SIGTERM')
  for (const until = Date.now() + graceMs; same() && Date.now() < until;) await delay(50)
  if (same()) trySignal(pid, 'SIGKILL')
  for (const until = Date.now() + 5_000; same() && Date.now() < until;) await delay(50)
}

function trySignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // It ended in the meantime.
  }
}
