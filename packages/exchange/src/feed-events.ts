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
  readonly next: EventsPlace
  readonly more: boolean
}

/** How far the log was looked at, and how far what comes down, which is found a moment later. */
export interface EventsPlace {
  readonly index: number
  readonly down: number
}

export const eventsStart = async (hub: Hub): Promise<EventsPlace> => ({
  index: (await readLogHead(hub.db))?.size ?? 0,
  down: await downReadTo(hub),
})

const entriesMax = 500

/** Reads entries of the kinds that the feed tells of, from a place on: a few statements however many wait. */
export async function readFeedEvents(hub: Hub, from: EventsPlace): Promise<FeedEvents> {
  const { db } = hub
  const to = await eventsStart(hub)
  const rows: EntryRow[] = await db
    .selectFrom('log_entry')
    .select(['index', 'kind', 'instant', 'subject', 'leaf_hash', 'body'])
    .where('kind', 'in', ['delivery', 'outcome', 'decision', 'notice', 'standard'])
    .where('index', '>=', from.index)
    .where('index', '<', to.index)
    .orderBy('index')
    .limit(entriesMax)
    .execute()
  const more = rows.length === entriesMax
  const [entries, down] = await Promise.all([
    outcomeEntries(db, hub, rows),
    from.down >= to.down
      ? undefined
      : db
          .selectFrom('down_version')
          .select('log_index')
          .where('log_index', '>=', from.down)
          .where('log_index', '<', to.down)
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
    // A restored log may be shorter than what was looked at.
    next: { index: more ? (rows.at(-1) as EntryRow).index + 1 : to.index, down: to.down },
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
