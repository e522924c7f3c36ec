import type { Destination } from './http/destination.ts'
import { defaultPatience, getJson, type Patience } from './http/send.ts'

/** What the feed tells; see `GET /v1/feed` in the node's OpenAPI document. */
export const feedKinds = ['outcomes', 'corrections', 'notices', 'standards', 'records'] as const
export type FeedKind = (typeof feedKinds)[number]

interface Told {
  /** Index of the entry in the node's log; with `at` and `kind` it tells an item that comes twice. */
  readonly index: number
  readonly at: string
}

/** What a node above, or a later decision at this one, said of one's records. */
export interface OutcomeItem extends Told {
  readonly kind: 'outcome'
  /** Name of the node whose word it is. */
  readonly upstream: string
  readonly submissions: readonly {
    readonly submission: string
    readonly counts: Readonly<Record<string, number>>
    readonly exceptions: readonly {
      readonly record: number
      readonly recordId: string
      readonly entity: string
      readonly sourceId: string | null
      readonly outcome: string
      readonly codes: readonly string[]
    }[]
  }[]
}

export interface NoticeItem extends Told {
  readonly kind: 'notice'
  readonly action: 'published' | 'withdrawn'
  readonly notice: {
    readonly id: string
    readonly origin: string
    readonly publishedAt: string
    readonly title?: string
    readonly text?: string
    readonly until?: string | null
  }
}

export interface StandardItem extends Told {
  readonly kind: 'standard'
  readonly action: string
  readonly release: string
  readonly revision: number
  readonly issuer: string
}

/** A record that counts by authority, or a correction of one's own record. Sealed fields are not in it. */
export interface RecordItem extends Told {
  readonly kind: 'record' | 'correction'
  readonly recordId: string
  readonly entity: string
  readonly operation: string
  readonly stream: string
  readonly version: number
  readonly release: string
  readonly commitment: string
  readonly fields?: readonly string[]
  readonly reason?: string
  readonly data?: Readonly<Record<string, unknown>>
}

export type FeedItem = OutcomeItem | NoticeItem | StandardItem | RecordItem

export interface FeedPage {
  readonly items: readonly FeedItem[]
  /** Keep it once the items are safe, and go on with it. Nothing in it is to be read. */
  readonly cursor: string
  readonly more: boolean
  /** The node began a new epoch of its log: some items may have been told before. */
  readonly restarted?: boolean
}

export interface FeedOptions {
  readonly to: Destination
  /** `cursor` of the last page that was taken; absent: from the beginning. */
  readonly after?: string
  /** Absent: everything that the caller may see. */
  readonly kinds?: readonly FeedKind[]
  readonly limit?: number
  /** When there is nothing, the node waits so long (at most 60) before it answers. */
  readonly waitSeconds?: number
  readonly patience?: Patience
  readonly signal?: AbortSignal
}

/** Reads one page of what came down. */
export async function readFeed(options: FeedOptions): Promise<FeedPage> {
  const { after, kinds, limit, waitSeconds = 0, patience = defaultPatience } = options
  const query = new URLSearchParams({
    ...(after === undefined ? {} : { after }),
    ...(kinds === undefined ? {} : { kinds: kinds.join(',') }),
    ...(limit === undefined ? {} : { limit: String(limit) }),
    ...(waitSeconds === 0 ? {} : { wait: String(waitSeconds) }),
  }).toString()
  const path = `/v1/feed${query === '' ? '' : `?${query}`}`
  return (await getJson(options.to, path, patience, options.signal)) as FeedPage
}

/**
 * Reads page after page: to the end, or with `waitSeconds` for ever. Each page is told once in a run; keep its `cursor` after its items, and nothing is lost
 * or told twice when the program ends in between and begins again with it.
 */
export async function* followFeed(options: FeedOptions): AsyncGenerator<FeedPage> {
  for (let { after } = options; ;) {
    const page = await readFeed({ ...options, ...(after === undefined ? {} : { after }) })
    after = page.cursor
    yield page
    if (!page.more && (options.waitSeconds ?? 0) === 0) return
  }
}
