import { type FetchFeed, type Hub, takeFeed } from '@huijiao/exchange'
import { signedGet } from '../send-delivery.ts'

/** Asks an upstream for its feed past a cursor, signed with the node's key. */
export function createFetchFeed(parts: { readonly hub: Pick<Hub, 'signingKey' | 'clock'>; readonly timeoutMs: number }): FetchFeed {
  return async (link, after) => {
    const response = await signedGet(parts, `${link.url}/v1/feed?after=${after}&limit=500`)
    if (!response.ok) throw new Error(`${link.name} answered ${response.status} when asked for its feed`)
    return response.json()
  }
}

/** Reads the feed of one link to its end. */
export async function takeWholeFeed(hub: Hub, linkNo: number, fetchFeed: FetchFeed): Promise<void> {
  while (await takeFeed(hub, linkNo, fetchFeed)) continue
}
