/** Work that may wait a little: many asks become one call. */
export interface Soon {
  ask(): void
  cancel(): void
}

/** Calls `work` once, `ms` after the first ask. */
export function createSoon(ms: number, work: () => void): Soon {
  return createLull(ms, ms, work)
}

/**
 * Calls `work` once when nobody has asked for `ms`, and after `mostMs` at the latest, so that what is asked for without a pause is done
 * all the same. For readers of the log that nobody waits for: while records arrive, they leave the processors and the database to those.
 */
export function createLull(ms: number, mostMs: number, work: () => void): Soon {
  let timer: NodeJS.Timeout | undefined
  let first = 0
  let last = 0
  const fire = () => {
    const now = performance.now()
    const due = Math.min(last + ms, first + mostMs)
    // One timer, set again when it comes too early: an ask costs nothing but a look at the clock.
    if (due > now + 1) timer = setTimeout(fire, due - now)
    else {
      timer = undefined
      work()
    }
  }
  return {
    ask: () => {
      last = performance.now()
      if (timer !== undefined) return
      first = last
      timer = setTimeout(fire, ms)
    },
    cancel: () => {
      clearTimeout(timer)
      timer = undefined
    },
  }
}
