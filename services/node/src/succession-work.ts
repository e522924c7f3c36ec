import { randomBytes } from 'node:crypto'
import { type Hub, inWindow, type LinkRow, type SuccessionAnswer, type TellSuccessions, tellSuccessions } from '@huijiao/exchange'
import { contentDigest } from '@huijiao/identity'
import type { Context } from './context.ts'
import { hasFeed } from './jobs/feed.ts'
import { traceParentOf } from './plugins/tracing.ts'
import { signedRequest } from './send-delivery.ts'
import { createSoon } from './soon.ts'

export interface SuccessionWork {
  /** Numbers have changed here, or something did that may let those through that wait. */
  ask(): void
  stop(): Promise<void>
}

/** A moment after the last change. */
const afterMs = 500

/** Puts numbers that changed to an upstream's `POST /v1/successions`, signed. */
export const createTellSuccessions =
  (parts: { readonly hub: Pick<Hub, 'signingKey' | 'clock'>; readonly timeoutMs: number }): TellSuccessions =>
  async (link, successions) => {
    const body = Buffer.from(JSON.stringify({ successions }))
    const headers = {
      'content-type': 'application/json',
      'content-digest': contentDigest(body),
      traceparent: traceParentOf(randomBytes(16).toString('hex')),
    }
    const answer = await signedRequest(parts, 'POST', `${link.url}/v1/successions`, headers, { body })
    if (answer.status !== 200) throw new Error(`${link.name} answered ${answer.status} when told of numbers that changed`)
    return (JSON.parse(answer.body.toString()) as { answers: SuccessionAnswer[] }).answers
  }

/**
 * Tells each upstream that answers over HTTP of numbers that changed. What gets no answer, or waits for a record, is told again when the queued job or the sweep
 * next looks at the link; records wait for none of it.
 */
export function createSuccessionWork(context: Context, hub: Hub, links: readonly LinkRow[]): SuccessionWork {
  const tell = createTellSuccessions({ hub, timeoutMs: context.config.jobs.sendTimeoutMs })
  let stopped = false
  let running: Promise<void> = Promise.resolve()
  const look = async (): Promise<void> => {
    for (const link of links.filter((one) => hasFeed(one) && inWindow(one.flow, hub.clock.now()))) {
      try {
        while (!stopped && (await tellSuccessions(hub, link.link_no, tell))) continue
      } catch (error) {
        if (!stopped) context.log.info({ link: link.name, err: error }, 'numbers that changed could not be told; they are told again')
      }
    }
  }
  const soon = createSoon(afterMs, () => {
    running = running.then(look)
  })
  return {
    ask: soon.ask,
    stop: async () => {
      stopped = true
      soon.cancel()
      await running
    },
  }
}
