import { type Forwarded, type Hub, type SendAttachment, type SendDelivery, forwardLink } from '@huijiao/exchange'
import type { Logger } from 'pino'
import { createLoop, type Loop } from '../loop.ts'
import type { Metrics } from '../metrics.ts'
import { type Queues, backoffMs } from '../queues.ts'

export interface LinkRunner {
  /** New entries: sends at once, unless the link rests after an outage; then its queued retry does it. */
  wake(): void
  /** Sends at once whatever happened before: an operator asked for it. */
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
  readonly metrics: Pick<Metrics, 'deliveries'>
  readonly retryMs: number
  readonly retryMaxMs: number
  /** Something went up, or is settled: answers from further above may follow. */
  readonly onDelivered: () => void
}

/** Bytes on the wire of a delivery of a few records. Larger ones are settled at once: more of them are likely to follow. */
const smallBytesMax = 8 * 1024
/** About what the level above takes to number a record and have it on its own link. */
const stepBackMs = 12

/**
 * Forwards one link from within this process, one step at a time. The hand-over needs no queue; the queue keeps the retry after an
 * outage, so that it outlives the process. Every step may run twice: the delivery is stored before it is sent.
 */
export function createLinkRunner(link: { readonly linkNo: number; readonly name: string }, parts: LinkRunnerParts): LinkRunner {
  const { hub, queues, log, metrics } = parts
  let last: Forwarded = 'idle'
  let failures = 0
  let restingUntil = 0
  let queued = false
  let fallback: NodeJS.Timeout | undefined
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
    if (request.body.length <= smallBytesMax && !woken) {
      await new Promise<void>((done) => {
        hurry = done
        setTimeout(done, stepBackMs)
      })
      hurry = undefined
    }
    return answer
  }
  const rest = () => {
    failures += 1
    const delayMs = backoffMs(failures, parts.retryMs, parts.retryMaxMs)
    restingUntil = performance.now() + delayMs
    if (queued) return // the job that runs us will be tried again by the queue
    queues.add('forward', { link: link.linkNo }, { delayMs }).catch((error: unknown) => {
      log.warn({ err: error, link: link.name }, 'the retry could not be queued; this process keeps it')
      fallback = setTimeout(() => loop.wake(), delayMs).unref()
    })
  }
  const step = async (): Promise<boolean> => {
    const before = last
    try {
      last = await forwardLink(hub, link.linkNo, send, parts.sendAttachment)
    } catch (error) {
      last = 'outage'
      log.error({ err: error, link: link.name }, 'a step of the link failed')
    }
    metrics.deliveries.inc({ link: link.name, result: last })
    if (last === 'outage') rest()
    else failures = restingUntil = 0
    if (last === 'idle' && before === 'more') parts.onDelivered()
    return last === 'more'
  }
  const loop: Loop = createLoop(step, (error) => log.error({ err: error, link: link.name }, 'the link stopped'))
  return {
    wake: () => {
      hasten()
      if (performance.now() >= restingUntil) loop.wake()
    },
    wakeNow: () => {
      hasten()
      restingUntil = 0
      loop.wake()
    },
    runQueued: async () => {
      queued = true
      try {
        restingUntil = 0
        loop.wake()
        await loop.idle()
        return last
      } finally {
        queued = false
      }
    },
    stop: async () => {
      clearTimeout(fallback)
      hasten()
      await loop.stop()
    },
  }
}
