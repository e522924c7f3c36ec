import { audienceOf, type EventsPlace, type FeedEvents } from '@huijiao/exchange'
import type { Logger } from 'pino'
import { createSoon } from './soon.ts'

/** What one waiting caller wants to hear of. */
export interface Waiting {
  readonly participantId: string
  readonly outcomes: boolean
  readonly notices: boolean
  readonly standards: boolean
  readonly down: boolean
}

/** Hears of everything from the moment it was made, also while its owner reads. */
export interface FeedListener {
  /** Waits until something may be there that was not when it was last asked, or the time is over, or the caller has gone, or the node stops. */
  next(ms: number, gone: AbortSignal): Promise<void>
  end(): void
}

export interface FeedWaiters {
  /** Costs an object while it waits: no connection of the database, no timer of its own but the caller's patience, no statement. */
  listen(waiting: Waiting): Promise<FeedListener>
  /** The log has grown; returns at once. */
  grown(): void
  count(): number
  stop(): void
}

/** Many entries that follow each other are looked at once. */
const gatherMs = 50
/** Another process may number the log: so often it is looked at while somebody waits. */
const lookEveryMs = 1000

interface Listener {
  readonly waiting: Waiting
  heard: boolean
  wake: (() => void) | null
}

/**
 * Lets many callers wait for the log. Entries are read once for all of them, and whom each is for is found with a few statements whatever the number of
 * callers; only those are woken.
 */
export function createFeedWaiters(parts: {
  /** Where the log ends now. */
  readonly start: () => Promise<EventsPlace>
  readonly read: (from: EventsPlace) => Promise<FeedEvents>
  readonly log: Logger
}): FeedWaiters {
  const listeners = new Set<Listener>()
  let place: EventsPlace | null = null
  let placing: Promise<EventsPlace> | null = null
  let looking = false
  let again = false
  let stopped = false
  let timer: NodeJS.Timeout | undefined

  const tell = (listener: Listener) => {
    listener.heard = true
    listener.wake?.()
  }
  const look = async (): Promise<void> => {
    again = true
    if (looking) return
    looking = true
    try {
      while (again && place !== null && listeners.size > 0) {
        again = false
        const events = await parts.read(place)
        place = events.next
        for (const listener of listeners) if (audienceOf(events, listener.waiting)) tell(listener)
        if (events.more) again = true
      }
    } catch (error) {
      parts.log.warn({ err: error }, 'the log could not be read for those who wait for the feed; they are answered when their time is over')
    } finally {
      looking = false
    }
  }
  const soon = createSoon(gatherMs, () => void look())
  const rest = () => {
    clearInterval(timer)
    timer = undefined
    place = null
  }
  const leave = (listener: Listener) => {
    listeners.delete(listener)
    if (listeners.size === 0) rest()
  }
  return {
    listen: async (waiting) => {
      const listener: Listener = { waiting, heard: false, wake: null }
      listeners.add(listener)
      timer ??= setInterval(() => void look(), lookEveryMs).unref()
      try {
        // Asked once for all who come at the same time.
        if (place === null) {
          placing ??= parts.start()
          const start = await placing
          place ??= start
        }
      } catch (error) {
        leave(listener)
        throw error
      } finally {
        placing = null
      }
      return {
        next: (ms, gone) =>
          new Promise<void>((done) => {
            const wake = () => {
              clearTimeout(over)
              gone.removeEventListener('abort', wake)
              listener.wake = null
              listener.heard = false
              done()
            }
            const over = setTimeout(wake, ms)
            if (listener.heard || stopped || gone.aborted) return wake()
            listener.wake = wake
            gone.addEventListener('abort', wake)
          }),
        end: () => leave(listener),
      }
    },
    grown: () => {
      if (listeners.size > 0) soon.ask()
    },
    count: () => listeners.size,
    stop: () => {
      stopped = true
      soon.cancel()
      rest()
      for (const listener of listeners) tell(listener)
    },
  }
}
