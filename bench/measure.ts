import { readFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'

/** Things done a second. */
export async function rate(work: () => Promise<unknown>, count: number): Promise<number> {
  return count / ((await milliseconds(work)) / 1000)
}

export async function milliseconds(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now()
  await work()
  return performance.now() - started
}

/** Runs `work` with a connection of its own. */
export async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

/** Asks until the answer is true. @throws Error after `seconds` */
export async function until(what: string, ask: () => Promise<boolean>, seconds = 600): Promise<void> {
  const started = performance.now()
  while (!(await ask())) {
    if (performance.now() - started > seconds * 1000) throw new Error(`${what}: not within ${seconds} s`)
    await delay(50)
  }
}

/** Resident memory of a process in MiB; null where the system does not tell. */
export async function residentMib(pid: number): Promise<number | null> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  const kib = /^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]
  return kib === undefined ? null : Number(kib) / 1024
}

/** The most memory that a process had while `work` ran, in MiB. */
export async function peakMib(pid: number, work: () => Promise<unknown>): Promise<number | null> {
  let peak = await residentMib(pid)
  const timer = setInterval(() => {
    void residentMib(pid).then((now) => {
      if (now !== null && (peak === null || now > peak)) peak = now
    })
  }, 20)
  try {
    await work()
  } finally {
    clearInterval(timer)
  }
  return peak
}
