import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from 'pino'
import { databaseIsAway } from './plugins/problems.ts'

/** Compose files start a database and its users together: waits for one that is not there yet, a minute at most. */
export async function untilReachable<T>(work: () => Promise<T>, log: Logger, waitMs = 60_000): Promise<T> {
  const deadline = performance.now() + waitMs
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work()
    } catch (error) {
      if (!databaseIsAway(error) || performance.now() > deadline) throw error
      if (attempt === 1 || attempt % 10 === 0) log.warn({ err: error }, 'the database cannot be reached yet; trying again')
      await delay(Math.min(1000, 100 * attempt))
    }
  }
}
