import type { RateContract } from '@huijiao/database'

/** What one request takes of a contract. */
export interface Cost {
  readonly requests: number
  readonly bytes: number
  readonly records: number
}

export interface RateBucket {
  /** Milliseconds to wait before the next request may begin; 0: now. */
  waitMs(nowMs: number): number
  /** Notes a request. What it takes beyond what was there is paid off before the next one. */
  take(cost: Cost, nowMs: number): void
}

const kinds = ['requests', 'bytes', 'records'] as const
/** What rounding may leave over. */
const almostNothing = 1e-6

/**
 * Holds a link to so many requests, bytes and records a second. One second's worth may be saved up. A request that takes more than is there is sent
 * whole, and the next one waits until that is paid off, so that over any time the sum is at most the rate times that time, one second's worth, and one
 * request.
 * @param nowMs of all calls: a clock that does not go back
 */
export function createRateBucket(contract: RateContract, startMs: number): RateBucket {
  const levels = new Map(kinds.flatMap((kind) => (contract[kind] === undefined ? [] : [[kind, contract[kind]] as const])))
  let at = startMs
  const refill = (nowMs: number) => {
    const seconds = Math.max(0, nowMs - at) / 1000
    at = Math.max(at, nowMs)
    for (const [kind, level] of levels) levels.set(kind, Math.min(contract[kind] as number, level + seconds * (contract[kind] as number)))
  }
  return {
    waitMs: (nowMs) => {
      refill(nowMs)
      let wait = 0
      for (const [kind, level] of levels)
        if (level < -almostNothing) wait = Math.max(wait, Math.ceil((-level / (contract[kind] as number)) * 1000))
      const requests = levels.get('requests')
      if (requests !== undefined && requests < 1 - almostNothing)
        wait = Math.max(wait, Math.ceil(((1 - requests) / (contract.requests as number)) * 1000))
      return wait
    },
    take: (cost, nowMs) => {
      refill(nowMs)
      for (const [kind, level] of levels) levels.set(kind, level - cost[kind])
    },
  }
}
