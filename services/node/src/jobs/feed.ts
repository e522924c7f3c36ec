import { type DownAnswer, type FetchDown, type FetchFeed, type Hub, type LinkRow, takeFeed } from '@huijiao/exchange'
import { newTraceId, traceParentOf } from '../plugins/tracing.ts'
import { type Answer, signedRequest } from '../send-delivery.ts'
import type { Subscription } from '../upstreams.ts'

export interface FetchParts {
  readonly hub: Pick<Hub, 'signingKey' | 'clock'>
  readonly timeoutMs: number
  /** Ends what waits when the node stops. */
  readonly stop?: AbortSignal
}

/** Only a node that answers over HTTP has a feed; what travels in folders or over front tables does not come down. */
export const hasFeed = (link: Pick<LinkRow, 'url'>): boolean => /^https?:/.test(link.url)

const ask = async (parts: FetchParts, link: LinkRow, path: string, query: Record<string, string>, waitSeconds = 0): Promise<Answer> => {
  const search = new URLSearchParams(query).toString()
  const headers = { traceparent: traceParentOf(newTraceId()) }
  return await signedRequest(parts, 'GET', `${link.url}${path}${search === '' ? '' : `?${search}`}`, headers, {
    timeoutMs: parts.timeoutMs + waitSeconds * 1000,
    ...(parts.stop === undefined ? {} : { stop: parts.stop }),
  })
}

/**
 * Asks an upstream for its feed past a cursor, signed with the node's key. An upstream of an older version knows neither kinds nor waiting: it is asked
 * again as it understands, and tells outcomes.
 */
export function createFetchFeed(parts: FetchParts, subscription: Subscription, waitSeconds = 0): FetchFeed {
  // Releases of the standard are in every page; asked for as a kind, a change of them ends the waiting.
  const kinds = (['outcomes', 'notices', 'standards'] as const).filter((kind) => subscription[kind]).join(',')
  return async (link, after) => {
    const place: Record<string, string> = after === undefined ? {} : { after }
    const wait: Record<string, string> = waitSeconds === 0 ? {} : { wait: String(waitSeconds) }
    let answer = await ask(parts, link, '/v1/feed', { ...place, limit: '500', kinds, ...wait }, waitSeconds)
    if (answer.status === 400) answer = await ask(parts, link, '/v1/feed', { after: String(link.feed_cursor), limit: '500' })
    if (answer.status !== 200) throw new Error(`${link.name} answered ${answer.status} when asked for its feed`)
    return JSON.parse(answer.body.toString())
  }
}

/** Asks an upstream for records that count by authority, and for corrections, with their proofs. */
export function createFetchDown(parts: FetchParts, subscription: Subscription, waitSeconds = 0): FetchDown {
  const entities: Record<string, string> = subscription.records === 'all' ? {} : { entities: subscription.records.join(',') }
  return async (link, after): Promise<DownAnswer> => {
    const query = {
      ...(after === null ? {} : { after }),
      ...entities,
      corrections: String(subscription.corrections),
      ...(waitSeconds === 0 ? {} : { wait: String(waitSeconds) }),
    }
    const { status, body, headers } = await ask(parts, link, '/v1/feed/records', query, waitSeconds)
    const cursor = headers['huijiao-feed-cursor']
    if ((status !== 200 && status !== 204) || typeof cursor !== 'string')
      throw new Error(`${link.name} answered ${status} when asked for records`)
    return { body: status === 204 ? null : body, cursor, more: headers['huijiao-feed-more'] === 'true' }
  }
}

/** What came with a page of the feed besides what is stored of it. */
export interface PageTaken {
  readonly link: LinkRow
  /** Whether there is more behind it. */
  readonly more: boolean
  readonly items: readonly { readonly kind?: string }[]
  /** The releases of the standard that the upstream offers, as the page had them. */
  readonly standards: unknown
  /** The same as text: another one is another offer. */
  readonly offer: string
}

/** Takes the next page of the feed of one link. */
export async function takePage(hub: Hub, linkNo: number, fetchFeed: FetchFeed): Promise<PageTaken> {
  let taken: Omit<PageTaken, 'more'> | undefined
  const more = await takeFeed(hub, linkNo, async (link, after) => {
    const page = (await fetchFeed(link, after)) as { items?: PageTaken['items']; standards?: unknown } | null
    const { items = [], standards } = page ?? {}
    taken = { link, items, standards, offer: JSON.stringify(standards ?? []) }
    return page
  })
  return { ...(taken as Omit<PageTaken, 'more'>), more }
}

/**
 * Reads the feed of one link to its end.
 * @param onStandards hears which releases of the standard the upstream offers: with the first page, so that it hears of them although a later one is lost, and
 * again when a later page has others. Where it fails the feed is read on first.
 */
export async function takeWholeFeed(
  hub: Hub,
  linkNo: number,
  fetchFeed: FetchFeed,
  onStandards?: (link: LinkRow, offered: unknown) => Promise<unknown>,
): Promise<void> {
  let told: string | undefined
  const failures: unknown[] = []
  for (let more = true; more;) {
    const page = await takePage(hub, linkNo, fetchFeed)
    more = page.more
    if (page.offer === told) continue
    told = page.offer
    await onStandards?.(page.link, page.standards).catch((error: unknown) => failures.push(error))
  }
  if (failures.length > 0) throw failures[0]
}
