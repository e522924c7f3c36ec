/** A clock that stands still until a test moves it. */
export interface DrivenClock {
  now(): Date
  /** Moves forward, or back with a negative number. */
  advance(ms: number): void
  set(instant: Date | string): void
}

/** @param start an instant with its offset, such as `2026-09-01T09:30:00+08:00` */
export function drivenClock(start: Date | string): DrivenClock {
  let at = instantOf(start)
  return {
    now: () => new Date(at),
    advance: (ms) => {
      at += ms
    },
    set: (instant) => {
      at = instantOf(instant)
    },
  }
}

function instantOf(instant: Date | string): number {
  const ms = new Date(instant).getTime()
  if (Number.isNaN(ms)) throw new RangeError(`${String(instant)} is not an instant`)
  return ms
}
