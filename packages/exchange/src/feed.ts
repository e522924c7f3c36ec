import type { Tables } from '@huijiao/database'
import { int8Array } from '@huijiao/database'
import { type Kysely, sql } from 'kysely'
import { formatPlace, indexOf, parsePlace } from './feed-cursor.ts'
import { downReadTo } from './down-reader.ts'
import { type DownItem, downItems } from './feed-down.ts'
import {
  answersOf,
  type EntryRow,
  type FeedEntry,
  type FeedSubmission,
  inNodesTerms,
  inSystemsTerms,
  outcomeEntries,
  sendersOfParts,
} from './feed-outcomes.ts'
import type { Caller, Hub } from './hub.ts'
import { readLogHead } from './log.ts'
import { detachedRanges, rangeDetached, rangeOf } from './log-range.ts'
import { type NoticeItem, noticeItems } from './notice.ts'

/**
 * What the downward feed tells: `outcomes` what nodes above, or later decisions here, said of the caller's records; `corrections` of them, made at this
 * node or above; `notices`; `standards` that were put in force or announced; `records` that count here by authority, for the caller's regions.
 */
export const feedKinds = ['outcomes', 'corrections', 'notices', 'standards', 'records'] as const
export type FeedKind = (typeof feedKinds)[number]

interface Told {
  /** Index of the entry in this node's log that it is about. */
  readonly index: number
  readonly at: string
}

/** For a lower node, by places in its own log. */
export interface NodeOutcome extends Told {
  readonly kind: 'outcome'
  /** The node that answered. */
  readonly upstream: string
  readonly deliveryId: string
  readonly entries: readonly FeedEntry[]
}

/** For a business system, by its submissions. */
export interface SystemOutcome extends Told {
  readonly kind: 'outcome'
  readonly upstream: string
  readonly submissions: readonly FeedSubmission[]
}

/** A release of the standard: what was done with it, and from when it counts. */
export interface StandardItem extends Told {
  readonly kind: 'standard'
  readonly action: string
  readonly release: string
  readonly revision: number
  readonly issuer: string
  readonly digest?: string
  readonly effectiveFrom?: string | readonly string[]
}

export type FeedItem = NodeOutcome | SystemOutcome | StandardItem | NoticeItem | DownItem

export interface FeedPage<Item = FeedItem> {
  readonly items: readonly Item[]
  /** What to ask for next: `after`. It names the epoch, and nothing in it is for the caller to read. */
  readonly cursor: string
  /** The same for callers that count entries, who cannot tell that the log began a new epoch. */
  readonly next: number
  /** There is more now. */
  readonly more: boolean
  /** The cursor was of an earlier life of this node's log: some of what follows may have been told before. */
  readonly restarted?: true
}

export interface FeedRequest {
  /** `cursor` of the last page; absent at first. Digits only: an index, as older lower nodes ask. */
  readonly after?: string
  readonly limit?: number
  /** Absent: `outcomes` for a lower node, everything for a business system. */
  readonly kinds?: ReadonlySet<FeedKind>
}

/** Entries that one page looks at. */
const entriesScannedMax = 200

const entryKinds: Readonly<Record<FeedKind, readonly string[]>> = {
  outcomes: ['delivery', 'outcome', 'decision'],
  notices: ['notice'],
  standards: ['standard'],
  corrections: [],
  records: [],
}

/** What a caller is told when it names nothing. */
export const usualKinds = (caller: Pick<Caller, 'kind'>): ReadonlySet<FeedKind> =>
  new Set(caller.kind === 'node' ? ['outcomes'] : feedKinds)

/**
 * Reads the feed past a cursor: only what the caller may see, in the order of this node's log. Personal data in sealed fields is never in it.
 * @throws Problem parameter-invalid for a cursor that no node gave
 */
export async function readFeed(hub: Hub, caller: Caller, request: FeedRequest = {}): Promise<FeedPage> {
  const { db } = hub
  const { limit = 100, kinds = usualKinds(caller) } = request
  const [from, head] = await Promise.all([beginThere(hub, caller, request.after), readLogHead(db)])
  const size = head?.size ?? 0
  const wantsDown = kinds.has('records') || kinds.has('corrections')
  // What comes down is found by a reader of the log, and never holds up the rest.
  const downSize = wantsDown ? Math.min(size, await downReadTo(hub)) : 0
  const [rows, down] = await Promise.all([
    readEntries(
      db,
      [...kinds].flatMap((kind) => entryKinds[kind]),
      from.index,
      size,
    ),
    wantsDown ? downItems(hub, caller, kinds, { from: from.down, to: downSize }) : { items: [], to: 0 },
  ])
  const told: FeedItem[] = [...(await outcomesFor(hub, caller, rows)), ...noticeItems(caller, rows), ...rows.flatMap(standardItem)]
  const read = placed(told, rows.length < entriesScannedMax ? size : (rows.at(-1) as EntryRow).index + 1, limit)
  const index = Math.max(from.index, read.to)
  const downTo = wantsDown ? Math.max(from.down, down.to) : from.down
  return {
    items: [...read.items, ...down.items].sort((a, b) => a.index - b.index),
    cursor: formatPlace(hub.node, index, downTo === index ? {} : { down: downTo }),
    next: index,
    more: index < size || (wantsDown && downTo < downSize),
    ...(from.restarted ? { restarted: true as const } : {}),
  }
}

/**
 * Where a caller's page begins. What is kept elsewhere cannot be told; a system that came when all of it had happened has missed nothing by beginning
 * behind it.
 * @throws Problem log-range-detached
 */
async function beginThere(
  hub: Hub,
  caller: Caller,
  after: string | undefined,
): Promise<{ index: number; down: number; restarted: boolean }> {
  const place = await begin(hub, after)
  const behind = (await detachedRanges(hub.db)).filter((row) => row.to_index > Math.min(place.index, place.down))
  const last = behind.at(-1)
  if (behind[0] === undefined || last === undefined) return place
  if (after === undefined && caller.kind !== 'node') {
    const row = await hub.db
      .selectFrom('participant')
      .select('created_at')
      .where('participant_id', '=', caller.participantId)
      .executeTakeFirst()
    if (row !== undefined && row.created_at > last.last_instant) return { index: last.to_index, down: last.to_index, restarted: false }
  }
  throw rangeDetached(rangeOf(behind[0]))
}

async function begin(hub: Hub, after: string | undefined): Promise<{ index: number; down: number; restarted: boolean }> {
  if (after === undefined) return { index: 0, down: 0, restarted: false }
  if (/^\d{1,15}$/.test(after)) return { index: Number(after), down: Number(after), restarted: false }
  return await indexOf(hub.db, hub.node, parsePlace(after))
}

/** About so many items, but all of one entry, because the cursor stands between entries. */
function placed(items: FeedItem[], scannedTo: number, limit: number): { items: FeedItem[]; to: number } {
  const sorted = items.sort((a, b) => a.index - b.index)
  const last = sorted[limit - 1]
  if (last === undefined || sorted.length === limit) return { items: sorted, to: scannedTo }
  return { items: sorted.filter((item) => item.index <= last.index), to: last.index + 1 }
}

async function readEntries(db: Kysely<Tables>, kinds: readonly string[], from: number, to: number): Promise<EntryRow[]> {
  if (kinds.length === 0 || from >= to) return []
  return await db
    .selectFrom('log_entry')
    .select(['index', 'kind', 'instant', 'subject', 'leaf_hash', 'body'])
    .where('kind', 'in', kinds)
    .where('index', '>=', from)
    .where('index', '<', to)
    .orderBy('index')
    .limit(entriesScannedMax)
    .execute()
}

async function outcomesFor(hub: Hub, caller: Caller, rows: readonly EntryRow[]): Promise<(NodeOutcome | SystemOutcome)[]> {
  const { db } = hub
  const entries = await outcomeEntries(db, hub, rows)
  const senders = await sendersOfParts(
    db,
    entries.flatMap((entry) => entry.parts),
  )
  const items: (NodeOutcome | SystemOutcome)[] = []
  for (const entry of entries) {
    const own = new Set(entry.parts.filter((partId) => senders.get(partId) === caller.participantId))
    if (own.size === 0) continue
    const answered = await answersOf(db, entry, own)
    const { index, at, upstream, deliveryId } = entry
    if (caller.kind === 'node') {
      const list = await inNodesTerms(db, answered)
      if (list.length > 0) items.push({ kind: 'outcome', index, at, upstream, deliveryId, entries: list })
    } else {
      const submissions = await inSystemsTerms(db, answered)
      if (submissions.length > 0) items.push({ kind: 'outcome', index, at, upstream, submissions })
    }
  }
  return items
}

/** What people and systems below have to know of a release; how it was loaded or tried is this node's own business. */
const standardActions = new Set(['activated', 'cancelled', 'in-force'])

function standardItem({ index, kind, instant, body }: EntryRow): StandardItem[] {
  if (kind !== 'standard' || body === null) return []
  const { action, release, revision, issuer, digest, effectiveFrom, since } = JSON.parse(body) as Omit<StandardItem, 'kind'> & {
    since?: string
  }
  if (!standardActions.has(action)) return []
  const from = effectiveFrom ?? since
  return [
    {
      kind: 'standard',
      index,
      at: instant.toISOString(),
      action,
      release,
      revision,
      issuer,
      ...(digest === undefined ? {} : { digest }),
      ...(from === undefined ? {} : { effectiveFrom: from }),
    },
  ]
}

/** Answers of nodes above the upstream for one part's entry, oldest first. */
export async function outcomesAbove(db: Kysely<Tables>, logIndexes: readonly number[]) {
  const { rows } = await sql<{
    log_index: number
    upstream: string
    delivery_id: string
    at: Date
    counts: Record<string, number>
    exceptions: [number, number, string, string[]][]
  }>`
    select * from outcome_above where log_index = any(${int8Array(logIndexes)}::int8[]) order by at, upstream`.execute(db)
  return rows
}
