import { type Forwarded, type Hub, type LinkFlow, type SendAttachment, type SendDelivery, forwardLink } from '@huijiao/exchange'
import type { Logger } from 'pino'
import { createLoop, type Loop } from '../loop.ts'
import type { Metrics } from '../metrics.ts'
import { type Queues, backoffMs } from '../queues.ts'
import { createLinkGate } from './link-gate.ts'

export interface LinkRunner {
  /** New entries: sends at once, unless the link rests after an outage; then its queued retry does it. */
  wake(): void
  /** Sends at once whatever happened before: an operator asked for it. Windows and contracts hold all the same. */
  wakeNow(): void
  /** Sends now whatever happened before, and says how it ended. For the queued retry, which repeats itself after an outage. */
  runQueued(): Promise<Forwarded>
  stop(): Promise<void>
}

export interface LinkRunnerParts {
  readonly hub: Hub
  readonly queues: Pick<Queues, 'add'>
  readonly send: SendDelivery
  readonly sendAttachment: SendAttachment
  readonly log: Logger
  readonly metrics: Pick<Metrics, 'deliveries' | 'linkAsked'>
  readonly retryMs: number
  readonly retryMaxMs: number
  /** How often an answer that comes another way (a folder, a table) is looked for. */
  readonly pollMs: number
  /** Something went up, or is settled: answers from further above may follow. */
  readonly onDelivered: () => void
}

/** Bytes on the wire of a delivery of a few records. Larger ones are settled at once: more of them are likely to follow. */
const smallBytesMax = 8 * 1024
/** About what the level above takes to number a record and have it on its own link. */
const stepBackMs = 12
/** A window that opens later than this is looked for again before: the clock may have been set. */
const holdMaxMs = 30_000

/**
 * Forwards one link from within this process, one step at a time. The hand-over needs no queue; the queue keeps the retry after an
 * outage, so that it outlives the process. Every step may run twice: the delivery is stored before it is sent.
 */
export function createLinkRunner(
  link: { readonly linkNo: number; readonly name: string; readonly flow: LinkFlow },
  parts: LinkRunnerParts,
): LinkRunner {
  const { hub, queues, log, metrics } = parts
  let last: Forwarded = 'idle'
  let failures = 0
  let restingUntil = 0
  /** The upstream said until when it wants to be left alone. */
  let askedUntil = 0
  let queued = false
  let fallback: NodeJS.Timeout | undefined
  let hold: NodeJS.Timeout | undefined
  let hurry: (() => void) | undefined
  let woken = false
  const hasten = () => {
    woken = true
    hurry?.()
  }

  /** Steps back before a small delivery is settled, unless something new waits for that: the level above has just begun to number and forward it. */
  const send: SendDelivery = async (to, request) => {
    woken = false
    const answer = await parts.send(to, request)
    if (answer.retryAfterMs !== undefined) {
      // Spread, so that all that were sent away together do not come back together.
      askedUntil = performance.now() + answer.retryAfterMs * (1 + Math.random() / 2)
      metrics.linkAsked.inc({ link: link.name })
    }
    if (request.body.length <= smallBytesMax && !woken) {
      await new Promise<void>((done) => {
        hurry = done
        setTimeout(done, stepBackMs)
      })
      hurry = undefined
    }
    return answer
  }
  const gate = createLinkGate(link, { hub, send, sendAttachment: parts.sendAttachment })
  const rest = () => {
    failures += 1
    const now = performance.now()
    const delayMs = Math.max(backoffMs(failures, parts.retryMs, parts.retryMaxMs), Math.ceil(askedUntil - now))
    restingUntil = now + delayMs
    if (queued) return // the job that runs us will be tried again by the queue
    queues.add('forward', { link: link.linkNo }, { delayMs }).catch((error: unknown) => {
      log.warn({ err: error, link: link.name }, 'the retry could not be queued; this process keeps it')
      fallback = setTimeout(() => loop.wake(), delayMs).unref()
    })
  }
  const comeBack = (waitMs: number) => {
    clearTimeout(hold)
    hold = setTimeout(() => loop.wake(), Math.max(1, Math.min(waitMs, holdMaxMs))).unref()
  }
  const step = async (): Promise<boolean> => {
    const turn = await gate.next()
    if (turn.group === null) {
      if (turn.waitMs !== null) comeBack(turn.waitMs)
      // A retry that the queue keeps has nothing to do before that.
      if (last === 'outage') last = 'idle'
      return false
    }
    const before = last
    try {
      last = await forwardLink(hub, link.linkNo, gate.send, gate.sendAttachment, turn.group)
    } catch (error) {
      last = 'outage'
      log.error({ err: error, link: link.name }, 'a step of the link failed')
    }
    metrics.deliveries.inc({ link: link.name, result: last })
    if (last === 'outage') rest()
    else failures = restingUntil = 0
    if (last === 'waiting') {
      gate.waits(turn.group, parts.pollMs)
      comeBack(parts.pollMs)
    }
    if (last === 'idle') {
      await gate.caughtUp(turn.group)
      if (before === 'more') parts.onDelivered()
    }
    // On a link with groups, the next one may have something when this one has not.
    return last === 'more' || ((last === 'idle' || last === 'waiting') && (link.flow.groups?.length ?? 0) > 0)
  }
  const loop: Loop = createLoop(step, (error) => log.error({ err: error, link: link.name }, 'the link stopped'))
  return {
    wake: () => {
      hasten()
      gate.wake()
      if (performance.now() >= restingUntil) loop.wake()
    },
    wakeNow: () => {
      hasten()
      gate.wake()
      restingUntil = 0
      loop.wake()
    },
    runQueued: async () => {
      // The queue does not know what the upstream asked for.
      if (performance.now() < askedUntil) return 'outage'
      queued = true
      try {
        restingUntil = 0
        gate.wake()
        loop.wake()
        await loop.idle()
        return last
      } finally {
        queued = false
      }
    },
    stop: async () => {
      clearTimeout(fallback)
      clearTimeout(hold)
      hasten()
      await loop.stop()
    },
  }
}
