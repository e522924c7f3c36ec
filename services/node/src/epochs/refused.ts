import { type Hub, type NodeRefusal, noteRefusal, readRefusal } from '@huijiao/exchange'
import type { Logger } from 'pino'
import { backoffMs } from '../queues.ts'
import { type Refusal, refusalOf } from './standing.ts'

/** Whether an upstream refuses this node because somebody else holds its name, and what becomes of that. */
export interface Refused {
  /** Not null: nothing is signed. */
  now(): (NodeRefusal & Refusal) | null
  /** An upstream refuses: nothing is signed from here on, in any process of the node, and this one asks again until the question is answered. */
  begin(why: NodeRefusal['why'], by: string, since?: string): Refusal
  /** This process learns what the others know. */
  share(): Promise<void>
  /** The question is answered, here and in the database. */
  over(): void
  stop(): void
}

export interface RefusedParts {
  readonly hub: () => Hub
  readonly log: Logger
  readonly retryMs: number
  readonly retryMaxMs: number
  /** Asks the upstreams anew, claiming nothing that is not so. @returns whether the node may go on */
  readonly ask: () => Promise<boolean>
  /** The node may go on: what waited is woken. */
  readonly onOver: () => void
}

export function createRefused(parts: RefusedParts): Refused {
  const { log } = parts
  let current: (NodeRefusal & Refusal) | null = null
  /** The database says it, too. */
  let noted = false
  let tries = 0
  let timer: NodeJS.Timeout | undefined
  let stopped = false

  const note = async (): Promise<void> => {
    if (current === null || noted) return
    const told = current
    const { why, by, since } = told
    await noteRefusal(parts.hub(), { why, by, since })
    if (current === told) noted = true
  }
  const over = (): void => {
    clearTimeout(timer)
    if (current === null) return
    const { by } = current
    current = null
    noted = false
    tries = 0
    log.warn({ upstream: by, node: parts.hub().node.name, epoch: parts.hub().node.epoch }, 'the node is no longer refused, and goes on')
    parts.onOver()
  }
  const again = (): void => {
    clearTimeout(timer)
    if (stopped) return
    tries += 1
    timer = setTimeout(
      () => {
        void note()
          .then(parts.ask)
          .catch((error: unknown) => {
            log.warn({ err: error }, 'whether this node may go on could not be asked; it is asked again')
            return false
          })
          .then((mayGoOn) => {
            if (mayGoOn) over()
            else if (current !== null) again()
          })
      },
      backoffMs(tries, parts.retryMs, parts.retryMaxMs),
    ).unref()
  }
  return {
    now: () => current,
    begin: (why, by, since = parts.hub().clock.now().toISOString()) => {
      if (current?.why === why && current.by === by) return current
      const refusal = { ...refusalOf(parts.hub().node.name, why, by), why, by, since }
      current = refusal
      noted = false
      log.error({ upstream: by, alarm: `epoch-${why}` }, refusal.en)
      // Where the database is away, nothing can be signed either; the next try notes it.
      note().catch(() => undefined)
      if (tries === 0) again()
      return refusal
    },
    share: async () => {
      const before = current
      if (before !== null && !noted) return
      const known = await readRefusal(parts.hub().db)
      // What was found out here meanwhile is newer.
      if (current !== before) return
      if (known === null) over()
      else if (current === null) {
        current = { ...known, ...refusalOf(parts.hub().node.name, known.why, known.by) }
        noted = true
        log.error({ upstream: known.by, alarm: `epoch-${known.why}` }, current.en)
      }
    },
    over,
    stop: () => {
      stopped = true
      clearTimeout(timer)
    },
  }
}
