import { setTimeout as delay } from 'node:timers/promises'
import { createLull } from './soon.ts'

/** One piece of work in a lane. */
export interface LaneWork {
  /** Asks for it, when nobody has asked for `afterMs`. */
  ask(): void
  /** Asks for it now. */
  wake(): void
}

export interface LanePiece {
  /** It waits until nobody has asked for this long, so that it follows a rush and not each record of it. */
  readonly afterMs: number
  /** A short step; true when there is more to do. */
  readonly step: () => Promise<boolean>
  readonly onError: (error: unknown) => void
}

export interface Lane {
  add(piece: LanePiece): LaneWork
  /** Records have just arrived or gone up: that has the processors and the database. */
  moved(): void
  /** No new step; settles when the one under way has ended. */
  stop(): Promise<void>
}

/** While records arrive without a pause, work is asked for this late at most. */
const lateAtMostMs = 15_000
/** A rush is over when nothing has moved for so long. */
const rushMs = 3000
/** During a rush the lane rests this many times as long as its last step took: it takes a tenth of the time. */
const restFactor = 9
const restMaxMs = 10_000
const lookMs = 100

/**
 * Work that nobody waits for: readers of the log for linkage, identities, comparison, search, the way down. They take turns, one step at a time and never two
 * together, however many there are; what they take from those who send records is bounded for all of them at once.
 */
export function createLane(): Lane {
  const due = new Set<LanePiece>()
  const lulls: { cancel(): void }[] = []
  let lastMove = Number.NEGATIVE_INFINITY
  let stopped = false
  let running: Promise<void> | undefined

  const rest = async (ms: number) => {
    const until = performance.now() + Math.min(ms, restMaxMs)
    while (!stopped && performance.now() < until && performance.now() - lastMove < rushMs) await delay(lookMs, undefined, { ref: false })
  }
  const run = async () => {
    for (let piece = first(due); piece !== undefined && !stopped; piece = first(due)) {
      due.delete(piece)
      const began = performance.now()
      try {
        // Behind the others: none of them waits until another one has read everything.
        if (await piece.step()) due.add(piece)
      } catch (error) {
        piece.onError(error)
      }
      if (due.size > 0) await rest(restFactor * (performance.now() - began))
    }
    running = undefined
  }
  return {
    add: (piece) => {
      const wake = () => {
        due.add(piece)
        if (!stopped) running ??= run()
      }
      const lull = createLull(piece.afterMs, lateAtMostMs, wake)
      lulls.push(lull)
      return { ask: lull.ask, wake }
    },
    moved: () => {
      lastMove = performance.now()
    },
    stop: async () => {
      stopped = true
      for (const lull of lulls) lull.cancel()
      while (running) await running
    },
  }
}

const first = <T>(all: Set<T>): T | undefined => all.values().next().value
