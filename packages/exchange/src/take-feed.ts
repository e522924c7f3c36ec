import type { Tables } from '@huijiao/database'
import { int8Array } from '@huijiao/database'
import { sql, type Transaction } from 'kysely'
import type { FeedEntry, FeedItem, FeedPage } from './feed.ts'
import type { Hub } from './hub.ts'
import { addPendingEntry } from './log.ts'
import type { LinkRow } from './next-delivery.ts'
import { parkRecords } from './parked.ts'
import { loadVersions, type VersionRow } from './version-rows.ts'

/** Asks the upstream for its feed. Throws when there is no answer. */
export type FetchFeed = (link: LinkRow, after: number) => Promise<unknown>

/**
 * Takes one page of the upstream's feed: what nodes above it answered for records of ours. Stored once however often it comes; each page that brings
 * something is an entry, so that nodes below hear of it in turn.
 * @returns true when there is more
 * @throws Error when the page is malformed
 */
export async function takeFeed(hub: Hub, linkNo: number, fetchFeed: FetchFeed): Promise<boolean> {
  const link = await hub.db.selectFrom('link').selectAll().where('link_no', '=', linkNo).executeTakeFirstOrThrow()
  const page = readPage(await fetchFeed(link, link.feed_cursor))
  const at = hub.clock.now()
  const told = await hub.db.transaction().execute(async (trx) => {
    const { feed_cursor } = await trx
      .selectFrom('link')
      .select('feed_cursor')
      .where('link_no', '=', linkNo)
      .forUpdate()
      .executeTakeFirstOrThrow()
    if (feed_cursor !== link.feed_cursor) return false
    let any = false
    for (const item of page.items) any = (await storeItem(trx, hub, link, item)) || any
    await trx.updateTable('link').set({ feed_cursor: page.next, feed_read_at: at }).where('link_no', '=', linkNo).execute()
    return any
  })
  if (told) hub.onPending()
  return page.more
}

async function storeItem(trx: Transaction<Tables>, hub: Hub, link: LinkRow, item: FeedItem): Promise<boolean> {
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

/** @throws Error when an upstream's page is not what a feed looks like */
export function readPage(value: unknown): FeedPage {
  const page = members(value)
  const items = page?.['items']
  const sound =
    isCount(page?.['next']) && typeof page['more'] === 'boolean' && Array.isArray(items) && items.length <= 1000 && items.every(itemSound)
  if (!sound) throw new Error('the upstream answered something that is no feed page')
  return page as unknown as FeedPage
}

function itemSound(value: unknown): boolean {
  const item = members(value)
  const entries = item?.['entries']
  return (
    isCount(item?.['index']) &&
    typeof item['at'] === 'string' &&
    !Number.isNaN(Date.parse(item['at'])) &&
    word(item['upstream']) &&
    typeof item['deliveryId'] === 'string' &&
    uuid.test(item['deliveryId']) &&
    Array.isArray(entries) &&
    entries.every((one) => {
      const entry = members(one)
      const counts = members(entry?.['counts'])
      const exceptions = entry?.['exceptions']
      return (
        isCount(entry?.['logIndex']) &&
        counts !== null &&
        Object.entries(counts).every(([name, count]) => word(name) && isCount(count) && count <= 100_000) &&
        Array.isArray(exceptions) &&
        exceptions.every(exceptionSound)
      )
    })
  )
}

function exceptionSound(value: unknown): boolean {
  const one = members(value)
  return isCount(one?.['ordinal']) && word(one['outcome']) && Array.isArray(one['codes']) && one['codes'].every(word)
}
