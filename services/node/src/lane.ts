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
  /**
   * A step; true when there is more to do.
   * @param pace short during a rush: a step that takes a second has taken it before the lane can rest
   */
  readonly step: (pace: { readonly short: boolean }) => Promise<boolean>
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
/**
 * During a rush the lane rests this many times as long as its last step took. Where the process has little to do besides (a few records a second, all day
 * long), a fifth of the time is the lane's, so that it keeps up with them; where it is at work, as with a stock or what gathered during an outage, a
 * twenty-fifth: what a step costs a record is more than what a record costs on its way up, and nobody waits for it.
 */
const restFactor = { atEase: 4, atWork: 24 }
/** Processor time, as a share of one processor, from which on a process is at work. */
const atWorkShare = 0.15
const restMaxMs = 30_000
const lookMs = 100

/** Processor time that this process has taken, all of its threads, in milliseconds. */
const processCpuMs = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

/**
 * Work that nobody waits for: readers of the log for linkage, identities, comparison, search, the way down. They take turns, one step at a time and never two
 * together, however many there are; what they take from those who send records is bounded for all of them at once.
 * @param cpuMs processor time that the process has taken so far
 */
export function createLane(cpuMs: () => number = processCpuMs): Lane {
  const due = new Set<LanePiece>()
  const lulls: { cancel(): void }[] = []
  let lastMove = Number.NEGATIVE_INFINITY
  let stopped = false
  let running: Promise<void> | undefined

  const rest = async (stepMs: number) => {
    const [began, cpu] = [performance.now(), cpuMs()]
    for (;;) {
      const rested = performance.now() - began
      // Of what others do: during its own rest the lane takes nothing.
      const factor = cpuMs() - cpu >= atWorkShare * rested ? restFactor.atWork : restFactor.atEase
      if (stopped || rested >= Math.min(factor * stepMs, restMaxMs) || performance.now() - lastMove >= rushMs) return
      await delay(lookMs, undefined, { ref: false })
    }
  }
  const run = async () => {
    for (let piece = first(due); piece !== undefined && !stopped; piece = first(due)) {
      due.delete(piece)
      const began = performance.now()
      try {
        // Behind the others: none of them waits until another one has read everything.
        if (await piece.step({ short: began - lastMove < rushMs })) due.add(piece)
      } catch (error) {
        piece.onError(error)
      }
      if (due.size > 0) await rest(performance.now() - began)
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
