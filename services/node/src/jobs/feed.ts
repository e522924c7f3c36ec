import { type FetchFeed, type Hub, type LinkRow, takeFeed } from '@huijiao/exchange'
import { signedGet } from '../send-delivery.ts'

/** Asks an upstream for its feed past a cursor, signed with the node's key. */
export function createFetchFeed(parts: { readonly hub: Pick<Hub, 'signingKey' | 'clock'>; readonly timeoutMs: number }): FetchFeed {
  return async (link, after) => {
    const { status, body } = await signedGet(parts, `${link.url}/v1/feed?after=${after}&limit=500`)
    if (status !== 200) throw new Error(`${link.name} answered ${status} when asked for its feed`)
    return JSON.parse(body.toString())
  }
}

/**
 * Reads the feed of one link to its end.
 * @param onStandards hears which releases of the standard the upstream offers, once, after the last page
 */
export async function takeWholeFeed(
  hub: Hub,
  linkNo: number,
  fetchFeed: FetchFeed,
  onStandards?: (link: LinkRow, offered: unknown) => Promise<unknown>,
): Promise<void> {
  let last: { link: LinkRow; offered: unknown } | undefined
  const fetching: FetchFeed = async (link, after) => {
    const page = await fetchFeed(link, after)
    last = { link, offered: (page as { standards?: unknown } | null)?.standards }
    return page
  }
  while (await takeFeed(hub, linkNo, fetching)) continue
  if (last !== undefined) await onStandards?.(last.link, last.offered)
}
