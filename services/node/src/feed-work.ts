import { setTimeout as delay } from 'node:timers/promises'
import { type Hub, inWindow, type LinkRow, takeDown, type TellSuccessions, watchDown } from '@huijiao/exchange'
import { publicKeyFromRaw } from '@huijiao/identity'
import type { Context } from './context.ts'
import { createFetchDown, createFetchFeed, type FetchParts, hasFeed, takePage, takeWholeFeed } from './jobs/feed.ts'
import type { Lane } from './lane.ts'
import { pullStandards } from './jobs/standards.ts'
import { backoffMs } from './queues.ts'
import { createSuccessionWork } from './succession-work.ts'

export interface FeedWork {
  /** Reads the feed of one link, and its records, to their end. For the queued job. */
  takeAll(linkNo: number): Promise<void>
  /** Entries were numbered: those who wait here are told, and what may come down is found. */
  grown(): void
  /** Numbers have changed: the levels above are told. */
  numbersChanged(): void
  /** Looks once, whatever is known. */
  wake(): void
  stop(): Promise<void>
}

/** What may come down is looked for when nobody has sent anything for a moment. */
const downAfterMs = 200
const restMaxMs = 60_000
/** A request that lasted so long had found the upstream. */
const begunMs = 3000
/** So often a link that may only talk at certain times is looked at outside of them. */
const closedMs = 30_000

/**
 * The background work of the way down: finding what may come down from here, and, for each upstream that this node follows, waiting there for what is new. The
 * queued job and the sweep read the same feeds now and then, so that a follower that is lost loses nothing.
 */
export function createFeedWork(context: Context, hub: Hub, links: readonly LinkRow[], lane: Lane, tell: TellSuccessions): FeedWork {
  const { config, log, metrics, upstreams } = context
  const stopping = new AbortController()
  const parts: FetchParts = { hub, timeoutMs: config.jobs.sendTimeoutMs, stop: stopping.signal }
  const pull = { hub, upstreams, keys: config.standards.keys, timeoutMs: config.jobs.sendTimeoutMs, log }
  const finder = lane.add({
    afterMs: downAfterMs,
    step: async () => {
      const more = await watchDown(hub)
      if (!more) context.feedWaiters.grown()
      return more
    },
    onError: (error) => log.error({ err: error }, 'looking for what may come down failed; the sweep tries again'),
  })
  const followed = links.flatMap((link) => {
    const feed = config.upstreams.find((one) => one.name === link.name)?.feed
    return feed === undefined || !hasFeed(link) ? [] : [{ link, feed }]
  })
  const takesRecords = ({ feed }: (typeof followed)[number]) => feed.corrections || feed.records.length > 0
  const takeDownWith = async ({ link, feed }: (typeof followed)[number], waitSeconds: number): Promise<void> => {
    const fetchDown = createFetchDown(parts, feed, waitSeconds)
    for (let more = true; more && !stopping.signal.aborted;) {
      const taken = await takeDown(hub, link.link_no, await keysOf(link), fetchDown)
      for (const [outcome, count] of Object.entries(taken.counts))
        metrics.feedTaken.inc({ link: link.name, kind: `record-${outcome}` }, count)
      more = taken.more
    }
  }
  const keysOf = async (link: LinkRow) =>
    (await upstreams.keysInForce(link.name)).map((raw) => publicKeyFromRaw(raw).export({ type: 'spki', format: 'pem' }).toString())

  /**
   * Waits at an upstream for as long as the node runs. What it answers with is taken; when it is away, the waits grow. A wait that was begun and broke off is
   * none of those: on a line that breaks now and then hardly any wait lasts to its end, and the next one may be answered at once.
   */
  const follow = async (link: LinkRow, take: () => Promise<void>): Promise<void> => {
    let failures = 0
    while (!stopping.signal.aborted) {
      if (!mayTalk(link)) {
        await delay(closedMs, undefined, { signal: stopping.signal, ref: false }).catch(() => undefined)
        continue
      }
      const began = performance.now()
      try {
        await take()
        failures = 0
      } catch (error) {
        failures = performance.now() - began < begunMs ? failures + 1 : 1
        if (stopping.signal.aborted) return
        if (failures === 1) log.info({ link: link.name, err: error }, 'the feed from above is not there; it is asked for again')
      }
      // An upstream that does not make its callers wait is not asked again at once.
      const quick = performance.now() - began < 1000
      const restMs = failures > 0 ? backoffMs(failures, 1000, restMaxMs) : quick ? 1000 : 0
      if (restMs > 0) await delay(restMs, undefined, { signal: stopping.signal, ref: false }).catch(() => undefined)
    }
  }
  const mayTalk = (link: LinkRow): boolean => inWindow(link.flow, hub.clock.now())
  const { feedWaitSeconds } = config.jobs
  /**
   * Takes a page, and the releases that it offers when they are others than were taken last. Who lost an answer, or could not fetch a release, asks next for a
   * page that does not wait: that a release is news ends the waiting once only, and the queued job may have been the one who was told.
   */
  const takeNews = (one: (typeof followed)[number]) => {
    let taken: string | undefined
    let waits = false
    return async (): Promise<void> => {
      const fetchFeed = createFetchFeed(parts, one.feed, waits ? feedWaitSeconds : 0)
      waits = false
      const { link, items, standards, offer } = await takePage(hub, one.link.link_no, fetchFeed)
      for (const { kind = 'outcome' } of items) metrics.feedTaken.inc({ link: link.name, kind })
      if (one.feed.standards && offer !== taken) await pullStandards(pull, link, standards)
      taken = offer
      waits = true
    }
  }
  // A network that is open at times is not waited on: the queued job asks while it is.
  const waitedOn = followed.filter(({ link }) => link.flow.windows === undefined)
  const followers =
    feedWaitSeconds === 0
      ? []
      : waitedOn.flatMap((one) => [
          follow(one.link, takeNews(one)),
          ...(takesRecords(one) ? [follow(one.link, () => takeDownWith(one, feedWaitSeconds))] : []),
        ])

  const successions = createSuccessionWork(context, hub, links, tell)
  return {
    takeAll: async (linkNo) => {
      successions.ask()
      const one = followed.find(({ link }) => link.link_no === linkNo)
      if (one === undefined) return
      await takeWholeFeed(hub, linkNo, createFetchFeed(parts, one.feed), (row, offered) =>
        one.feed.standards ? pullStandards(pull, row, offered) : Promise.resolve(),
      )
      if (takesRecords(one)) await takeDownWith(one, 0)
    },
    grown: () => {
      context.feedWaiters.grown()
      finder.ask()
    },
    numbersChanged: successions.ask,
    wake: () => {
      finder.wake()
      successions.ask()
    },
    stop: async () => {
      stopping.abort()
      await Promise.all([...followers, successions.stop()])
    },
  }
}
