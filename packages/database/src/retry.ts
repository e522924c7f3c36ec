import { setTimeout as delay } from 'node:timers/promises'

/**
 * deadlock_detected, serialization_failure, and a prepared plan whose tables were changed (feature_not_supported, which says nothing else for
 * our statements): the server undid the transaction, and the same work may succeed at once.
 */
const retryable = new Set(['40P01', '40001', '0A000'])

/** The SQLSTATE of an error of the driver, or undefined. */
export function sqlState(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined
  return typeof error.code === 'string' && /^[0-9A-Z]{5}$/.test(error.code) ? error.code : undefined
}

/** True of what `retryDeadlocks` tries again. */
export const isPassing = (error: unknown): boolean => retryable.has(sqlState(error) ?? '')

/**
 * Runs `work` again when PostgreSQL chose it as the victim of a deadlock (40P01) or of a serialization failure (40001).
 * `work` must be a whole transaction without effects outside it. Waits a random time up to 10 ms × 2^attempt between tries,
 * so that two victims do not meet again.
 * @param tries how often in all, before the last error is thrown
 */
export async function retryDeadlocks<T>(work: () => Promise<T>, tries = 8): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work()
    } catch (error) {
      if (attempt >= tries || !isPassing(error)) throw error
      await delay(Math.random() * 10 * 2 ** Math.min(attempt, 6))
    }
  }
}
