import { readdirSync, readFileSync } from 'node:fs'

/**
 * KiB of memory that a PostgreSQL server and its processes take, what they share counted once.
 * @param pid of the server
 * @returns null where the system does not tell (only Linux does)
 */
export function serverMemoryKib(pid: number): number | null {
  try {
    const own = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && (Number(name) === pid || parentOf(name) === pid))
    return own.reduce((sum, name) => sum + shareOf(name), 0)
  } catch {
    return null
  }
}

const textOf = (path: string): string => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return '' // it has just ended
  }
}

// The second field is the name in brackets, which may hold anything.
const parentOf = (name: string): number => Number(/\) \S (\d+) /.exec(textOf(`/proc/${name}/stat`))?.[1] ?? -1)
const shareOf = (name: string): number => Number(/^Pss:\s+(\d+) kB$/m.exec(textOf(`/proc/${name}/smaps_rollup`))?.[1] ?? 0)
