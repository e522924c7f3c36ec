import { type Hub, inWindow, type LinkRow, type TellSuccessions, tellSuccessions } from '@huijiao/exchange'
import type { Context } from './context.ts'
import { createSoon } from './soon.ts'
import { leadsToNode } from './transport/scheme.ts'

export interface SuccessionWork {
  /** Numbers have changed here, or something did that may let those through that wait. */
  ask(): void
  stop(): Promise<void>
}

/** A moment after the last change. */
const afterMs = 500

/**
 * Tells each upstream that is a node of numbers that changed. What gets no answer is told again when the queued job or the sweep next looks at the link; what is
 * refused, or waits for a record, when its pause is over. Records wait for none of it.
 */
export function createSuccessionWork(context: Context, hub: Hub, links: readonly LinkRow[], tell: TellSuccessions): SuccessionWork {
  let stopped = false
  let running: Promise<void> = Promise.resolve()
  const look = async (): Promise<void> => {
    for (const link of links.filter((one) => leadsToNode(one) && inWindow(one.flow, hub.clock.now()))) {
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
