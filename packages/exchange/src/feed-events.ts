import { type EntryRow, outcomeEntries, sendersOfParts } from './feed-outcomes.ts'
import type { Hub } from './hub.ts'
import { readLogHead } from './log.ts'
import { downReadTo } from './down-reader.ts'

/** What new entries of the log mean to those who wait for the feed. */
export interface FeedEvents {
  /** Participants with outcomes. */
  readonly participants: ReadonlySet<string>
  readonly notices: boolean
  readonly standards: boolean
  /** Versions that may come down. For whom is not asked: they are few, and whoever waits for them looks. */
  readonly down: boolean
  readonly next: number
  readonly more: boolean
}

const entriesMax = 500

/** Reads entries of the kinds that the feed tells of, from a place on: three statements however many wait. */
export async function readFeedEvents(hub: Hub, from: number): Promise<FeedEvents> {
  const { db } = hub
  const size = (await readLogHead(db))?.size ?? 0
  const readTo = Math.min(size, await downReadTo(hub))
  const rows: EntryRow[] = await db
    .selectFrom('log_entry')
    .select(['index', 'kind', 'instant', 'subject', 'leaf_hash', 'body'])
    .where('kind', 'in', ['delivery', 'outcome', 'decision', 'notice', 'standard'])
    .where('index', '>=', from)
    .where('index', '<', size)
    .orderBy('index')
    .limit(entriesMax)
    .execute()
  const more = rows.length === entriesMax
  // No further than the reader of what comes down: what it finds later is of entries that were looked at otherwise.
  const next = Math.min(more ? (rows.at(-1) as EntryRow).index + 1 : size, Math.max(from, readTo))
  const [entries, down] = await Promise.all([
    outcomeEntries(db, hub, rows),
    db
      .selectFrom('down_version')
      .select('log_index')
      .where('log_index', '>=', from)
      .where('log_index', '<', readTo)
      .limit(1)
      .executeTakeFirst(),
  ])
  const senders = await sendersOfParts(
    db,
    entries.flatMap((entry) => entry.parts),
  )
  return {
    participants: new Set(senders.values()),
    notices: rows.some((row) => row.kind === 'notice'),
    standards: rows.some((row) => row.kind === 'standard'),
    down: down !== undefined,
    next,
    more,
  }
}

/** Whether any of it may be for one who waits. */
export const audienceOf = (
  events: FeedEvents,
  waiting: {
    readonly participantId: string
    readonly outcomes: boolean
    readonly notices: boolean
    readonly standards: boolean
    readonly down: boolean
  },
): boolean =>
  (waiting.outcomes && events.participants.has(waiting.participantId)) ||
  (waiting.notices && events.notices) ||
  (waiting.standards && events.standards) ||
  (waiting.down && events.down)
