import type { Tables } from '@huijiao/database'
import { int8Array } from '@huijiao/database'
import { sql, type Transaction } from 'kysely'
import type { FeedPage, NodeOutcome } from './feed.ts'
import type { FeedEntry } from './feed-outcomes.ts'
import type { Hub } from './hub.ts'
import { addPendingEntry } from './log.ts'
import type { LinkRow } from './next-delivery.ts'
import { type NoticeItem, takeNotice } from './notice.ts'
import { parkRecords } from './parked.ts'
import { loadVersions, type VersionRow } from './version-rows.ts'

/** Asks the upstream for its feed past a cursor (absent at first). Throws when there is no answer. */
export type FetchFeed = (link: LinkRow, after: string | undefined) => Promise<unknown>

/** What a lower node takes of a feed: the rest of what the upstream tells is passed over. Its releases of the standard are fetched apart. */
export type TakenItem = NodeOutcome | NoticeItem
export type TakenPage = Omit<FeedPage<TakenItem>, 'cursor'> & { readonly cursor?: string }

/**
 * Takes one page of the upstream's feed: what nodes above it answered for records of ours. Stored once however often it comes; each page that brings
 * something is an entry, so that nodes below hear of it in turn.
 * @returns true when there is more
 * @throws Error when the page is malformed
 */
export async function takeFeed(hub: Hub, linkNo: number, fetchFeed: FetchFeed): Promise<boolean> {
  const link = await hub.db.selectFrom('link').selectAll().where('link_no', '=', linkNo).executeTakeFirstOrThrow()
  const after = link.feed_place ?? (link.feed_cursor === 0 ? undefined : String(link.feed_cursor))
  const page = readPage(await fetchFeed(link, after))
  const at = hub.clock.now()
  const told = await hub.db.transaction().execute(async (trx) => {
    const { feed_cursor, feed_place } = await trx
      .selectFrom('link')
      .select(['feed_cursor', 'feed_place'])
      .where('link_no', '=', linkNo)
      .forUpdate()
      .executeTakeFirstOrThrow()
    if (feed_cursor !== link.feed_cursor || feed_place !== link.feed_place) return false
    let any = false
    for (const item of page.items)
      any = (item.kind === 'notice' ? await takeNotice(trx, hub, link.upstream_name, item) : await storeItem(trx, hub, link, item)) || any
    const place = { feed_cursor: page.next, feed_place: page.cursor ?? null, feed_read_at: at }
    await trx.updateTable('link').set(place).where('link_no', '=', linkNo).execute()
    return any
  })
  if (told) hub.onPending()
  return page.more
}

async function storeItem(trx: Transaction<Tables>, hub: Hub, link: LinkRow, item: NodeOutcome): Promise<boolean> {
  const parts = await sql<{ index: number; part_id: number; version_count: number }>`
    select e.index, e.part_id, p.version_count from log_entry e join part p on p.part_id = e.part_id
    where e.kind = 'part' and e.index = any(${int8Array(item.entries.map((entry) => entry.logIndex))}::int8[])`.execute(trx)
  const partOf = new Map(parts.rows.map((row) => [row.index, row]))
  const rows = item.entries.flatMap((entry) => {
    const part = partOf.get(entry.logIndex)
    if (part === undefined) return []
    const exceptions = entry.exceptions
      .filter((one) => one.ordinal < part.version_count)
      .map((one) => [part.part_id, one.ordinal, one.outcome, [...one.codes]])
    return [
      {
        log_index: entry.logIndex,
        upstream: item.upstream,
        delivery_id: item.deliveryId,
        at: new Date(item.at),
        counts: JSON.stringify(entry.counts),
        exceptions: JSON.stringify(exceptions),
        places: entry.places === undefined ? null : JSON.stringify(placesWithin(entry.places, part.version_count)),
      },
    ]
  })
  if (rows.length === 0) return false
  const stored = await trx
    .insertInto('outcome_above')
    .values(rows)
    .onConflict((conflict) => conflict.doNothing())
    .returning('log_index')
    .execute()
  if (stored.length === 0) return false
  const told = new Set(stored.map((row) => row.log_index))
  if (item.upstream === link.upstream_name)
    await parkRefusedLater(
      trx,
      hub,
      link,
      item.deliveryId,
      item.entries.filter((entry) => told.has(entry.logIndex)),
      partOf,
    )
  await addPendingEntry(trx, {
    kind: 'outcome',
    instant: hub.clock.now(),
    actor: 'node',
    subject: link.name,
    body: {
      upstream: item.upstream,
      delivery: item.deliveryId,
      at: item.at,
      feed: item.index,
      entries: stored.map((row) => row.log_index),
    },
  })
  return true
}

/** A part has no more versions than it has, whatever the upstream says. */
const placesWithin = (places: NonNullable<FeedEntry['places']>, size: number) =>
  Object.fromEntries(Object.entries(places).map(([outcome, runs]) => [outcome, runs.filter(([from, count]) => from + count <= size)]))

/**
 * Parks what the upstream took at first, held, and refused in the end because its parent never came: it does not stand above, and an operator sends it
 * again when the parent does. Only what is still the latest of its stream; a later version has its own way up.
 */
async function parkRefusedLater(
  trx: Transaction<Tables>,
  hub: Hub,
  link: LinkRow,
  deliveryId: string,
  entries: readonly FeedEntry[],
  partOf: ReadonlyMap<number, { readonly part_id: number; readonly version_count: number }>,
): Promise<void> {
  const refused = entries.flatMap((entry) => {
    const part = partOf.get(entry.logIndex)
    if (part === undefined) return []
    const ordinals = entry.exceptions
      .filter((one) => one.outcome === 'refused' && one.codes.includes('parent-never-came') && one.ordinal < part.version_count)
      .map((one) => one.ordinal)
    return ordinals.length === 0 ? [] : [[entry.logIndex, part.part_id, ordinals] as const]
  })
  if (refused.length === 0) return
  const versions = await loadVersions(trx, refused)
  const heads = await sql<{ head_part: number; head_ordinal: number }>`
    select head_part, head_ordinal from stream where head_part = any(${int8Array(refused.map((one) => one[1]))}::int8[])`.execute(trx)
  const latest = new Set(heads.rows.map((row) => `${row.head_part}/${row.head_ordinal}`))
  const parked = refused.flatMap(([logIndex, partId, ordinals]) =>
    ordinals
      .filter((ordinal) => latest.has(`${partId}/${ordinal}`))
      .map((ordinal) => ({
        row: versions.get(partId)?.[ordinal] as VersionRow,
        logIndex,
        reason: 'parent-never-came',
        problems: [],
        deliveryId,
        parent: null,
        unjudged: false,
      })),
  )
  await parkRecords(trx, link.link_no, parked, hub.clock.now())
}

type Members = Record<string, unknown>
const members = (value: unknown): Members | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Members) : null
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const word = (value: unknown): value is string => typeof value === 'string' && /^[\w.-]{1,100}$/.test(value)

/**
 * Reads what an upstream answered. Items of kinds that are not taken here, such as those of a newer version, are passed over.
 * @throws Error when an upstream's page is not what a feed looks like
 */
export function readPage(value: unknown): TakenPage {
  const page = members(value)
  const items = page?.['items']
  const cursor = page?.['cursor']
  const known = Array.isArray(items)
    ? items.filter((item) => ['outcome', 'notice', undefined].includes(members(item)?.['kind'] as string))
    : []
  const sound =
    isCount(page?.['next']) &&
    (cursor === undefined || (typeof cursor === 'string' && /^[\w-]{1,500}$/.test(cursor))) &&
    typeof page['more'] === 'boolean' &&
    Array.isArray(items) &&
    items.length <= 5000 &&
    known.every((item) => (members(item)?.['kind'] === 'notice' ? noticeSound(item) : outcomeSound(item)))
  if (!sound) throw new Error('the upstream answered something that is no feed page')
  return { ...(page as unknown as TakenPage), items: known as TakenItem[] }
}

function outcomeSound(value: unknown): boolean {
  const item = members(value)
  const entries = item?.['entries']
  return (
    isCount(item?.['index']) &&
    isInstant(item['at']) &&
    word(item['upstream']) &&
    isUuid(item['deliveryId']) &&
    Array.isArray(entries) &&
    entries.every((one) => {
      const entry = members(one)
      const counts = members(entry?.['counts'])
      const exceptions = entry?.['exceptions']
      return (
        isCount(entry?.['logIndex']) &&
        counts !== null &&
        Object.entries(counts).every(([name, count]) => word(name) && isCount(count) && count <= 100_000) &&
        (entry['places'] === undefined || placesSound(members(entry['places']))) &&
        Array.isArray(exceptions) &&
        exceptions.every(exceptionSound)
      )
    })
  )
}

const isInstant = (value: unknown): boolean => typeof value === 'string' && !Number.isNaN(Date.parse(value))
const isUuid = (value: unknown): boolean => typeof value === 'string' && uuid.test(value)

function placesSound(places: Members | null): boolean {
  const runSound = (run: unknown) => Array.isArray(run) && run.length === 2 && run.every((one) => isCount(one) && one <= 100_000)
  return (
    places !== null &&
    Object.entries(places).every(([name, runs]) => word(name) && Array.isArray(runs) && runs.every((run) => runSound(run)))
  )
}

function exceptionSound(value: unknown): boolean {
  const one = members(value)
  return isCount(one?.['ordinal']) && word(one['outcome']) && Array.isArray(one['codes']) && one['codes'].every(word)
}

function noticeSound(value: unknown): boolean {
  const item = members(value)
  const notice = members(item?.['notice'])
  const text = (one: unknown, max: number) => one === undefined || (typeof one === 'string' && one.length <= max)
  const regions = notice?.['regions']
  const until = notice?.['until']
  return (
    isCount(item?.['index']) &&
    (item['action'] === 'published' || item['action'] === 'withdrawn') &&
    notice !== null &&
    isUuid(notice['id']) &&
    word(notice['origin']) &&
    isInstant(notice['publishedAt']) &&
    text(notice['title'], 1000) &&
    text(notice['text'], 100_000) &&
    (until === undefined || until === null || isInstant(until)) &&
    (regions === undefined || regions === null || (Array.isArray(regions) && regions.length <= 1000 && regions.every(word)))
  )
}
