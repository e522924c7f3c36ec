import type { LinkFlow, Tables, Tier } from '@huijiao/database'
import { canonicalize } from '@huijiao/merkle'
import { Problem } from '@huijiao/problem'
import { type Kysely, sql } from 'kysely'
import { probe, type ProbeResult } from './forward.ts'
import type { SendDelivery } from './link-send.ts'
import type { Hub } from './hub.ts'
import { ensureGroups } from './link-group.ts'
import { type LinkPace, paceOf } from './link-pace.ts'
import { addPendingEntry, readLogHead } from './log.ts'
import type { LinkRow } from './next-delivery.ts'
import { countParked } from './parked.ts'
import { countSkips } from './skip.ts'

export interface LinkSettings {
  /** Stands in addresses, log entries and metrics; never changes. */
  readonly name: string
  readonly url: string
  readonly upstreamTier: Tier
  /** The upstream node's name. */
  readonly upstreamName: string
  /** 'hash': sealed texts stay here, and only their hashes go up. */
  readonly sealed?: 'text' | 'hash'
  /** What it carries at all: codes, `*`, `*group` words. Absent: everything. */
  readonly entities?: readonly string[]
  /** Name of a list of rules in the policy in force. Absent: that of the upstream's tier. */
  readonly rules?: string
  readonly flow?: LinkFlow
}

/** Makes the links that the configuration names and brings their settings up to date. A link that it no longer names stays, paused by an operator or not. */
export async function ensureLinks(hub: Hub, links: readonly LinkSettings[]): Promise<LinkRow[]> {
  const rows = await hub.db.transaction().execute(async (trx) => {
    const made: LinkRow[] = []
    for (const { name, url, upstreamTier, upstreamName, sealed = 'text', entities = null, rules = null, flow = {} } of links) {
      const settings = { url, upstream_tier: upstreamTier, upstream_name: upstreamName, sealed }
      const select = { entities, rules }
      const known = await trx.selectFrom('link').selectAll().where('name', '=', name).forUpdate().executeTakeFirst()
      const at = hub.clock.now()
      if (known === undefined) {
        const row = await trx
          .insertInto('link')
          .values({
            name,
            ...settings,
            ...stored(select, flow),
            created_at: at,
            paused_at: null,
            pause_reason: null,
            last_attempt_at: null,
            last_success_at: null,
            last_error: null,
            last_error_at: null,
            feed_read_at: null,
          })
          .returningAll()
          .executeTakeFirstOrThrow()
        await addPendingEntry(trx, {
          kind: 'link',
          instant: at,
          actor: 'node',
          subject: name,
          body: { action: 'create', ...settings, ...select, flow },
        })
        await ensureGroups(trx, row, flow)
        made.push(row)
        continue
      }
      const changed =
        (Object.keys(settings) as (keyof typeof settings)[]).some((field) => known[field] !== settings[field]) || !same(known.flow, flow)
      const selects = !same({ entities: known.entities, rules: known.rules }, select)
      if (!changed && !selects) {
        made.push(known)
        continue
      }
      const row = await trx
        .updateTable('link')
        .set({ ...settings, ...stored(select, flow) })
        .where('link_no', '=', known.link_no)
        .returningAll()
        .executeTakeFirstOrThrow()
      await ensureGroups(trx, row, flow)
      made.push(row)
      const told = { kind: 'link', instant: at, actor: 'node', subject: name } as const
      if (changed) await addPendingEntry(trx, { ...told, body: { action: 'change', ...settings, flow } })
      // A reader of the log judges again what the link passed over.
      if (selects) await addPendingEntry(trx, { ...told, body: { action: 'select', ...select } })
    }
    return made
  })
  hub.onPending()
  return rows
}

const stored = (select: { entities: readonly string[] | null; rules: string | null }, flow: LinkFlow) => ({
  entities: select.entities === null ? null : JSON.stringify(select.entities),
  rules: select.rules,
  flow: JSON.stringify(flow),
})

const same = (a: unknown, b: unknown): boolean => canonicalize(a) === canonicalize(b)

/**
 * A link by its name.
 * @throws Problem not-found
 */
export async function findLink(db: Kysely<Tables>, name: string): Promise<LinkRow> {
  const row = await db.selectFrom('link').selectAll().where('name', '=', name).executeTakeFirst()
  if (row === undefined)
    throw new Problem('not-found', { zh: `没有上报通道 ${name.slice(0, 80)}`, en: `There is no link ${name.slice(0, 80)}` })
  return row
}

/** Stops a link. A delivery under way is still settled; nothing new is sent. */
export async function pauseLink(hub: Hub, actor: string, name: string, reason: string): Promise<void> {
  await change(hub, actor, name, 'pause', reason)
}

/** Lets a paused link go on. */
export async function resumeLink(hub: Hub, actor: string, name: string): Promise<void> {
  await change(hub, actor, name, 'resume', null)
}

async function change(hub: Hub, actor: string, name: string, action: 'pause' | 'resume', reason: string | null): Promise<void> {
  const link = await findLink(hub.db, name)
  await hub.db.transaction().execute(async (trx) => {
    const at = hub.clock.now()
    const { numUpdatedRows } = await trx
      .updateTable('link')
      .set(action === 'pause' ? { paused_at: at, pause_reason: reason } : { paused_at: null, pause_reason: null, mostly_refused: 0 })
      .where('link_no', '=', link.link_no)
      .where('paused_at', action === 'pause' ? 'is' : 'is not', null)
      .executeTakeFirst()
    if (numUpdatedRows > 0n)
      await addPendingEntry(trx, {
        kind: 'link',
        instant: at,
        actor,
        subject: name,
        body: { action, ...(reason === null ? {} : { reason }) },
      })
  })
  hub.onPending()
}

/** Sends an empty delivery over a link and says what came back. Stores nothing here. */
export async function testLink(hub: Hub, name: string, send: SendDelivery): Promise<ProbeResult> {
  return await probe(hub, await findLink(hub.db, name), send)
}

/** What an operator sees of a link. */
export interface LinkFacts {
  readonly linkNo: number
  readonly name: string
  readonly url: string
  readonly upstream: { readonly name: string; readonly tier: Tier }
  /**
   * `paused`: stopped by an operator, or because nearly everything was refused; `failing`: the last attempts were outages; `waiting`: what is there may not
   * go yet, see `waiting`.
   */
  readonly state: 'idle' | 'forwarding' | 'failing' | 'waiting' | 'paused'
  readonly paused: { readonly at: Date; readonly reason: string | null } | null
  readonly cursor: number
  readonly lag: {
    /** Entries past the cursor that hold something for the link. */
    readonly entries: number
    /** Age of the oldest of them. */
    readonly seconds: number
    readonly oldestUnsent: Date | null
  }
  /** Over the last five minutes. */
  readonly throughput: { readonly records: number; readonly bytes: number; readonly recordsPerSecond: number }
  readonly lastAttemptAt: Date | null
  readonly lastSuccessAt: Date | null
  readonly lastError: { readonly at: Date; readonly text: string; readonly inARow: number } | null
  readonly openDelivery: { readonly id: string; readonly records: number; readonly attempts: number; readonly since: Date } | null
  readonly parked: number
  readonly skipped: number
  readonly delivered: { readonly deliveries: number; readonly records: number }
  readonly feedReadAt: Date | null
  /** What it carries; null: everything that the rules let up. */
  readonly entities: readonly string[] | null
  readonly rules: string | null
  /** Windows, groups and contract, as configured. */
  readonly flow: LinkFlow
  readonly pace: LinkPace
}

/** What of a link's facts tells how it goes, and when. */
export type { LinkPace } from './link-pace.ts'

const throughputWindowMs = 5 * 60_000

/** Every link with its facts, by name. */
export async function listLinks(hub: Hub): Promise<LinkFacts[]> {
  const links = await hub.db.selectFrom('link').selectAll().orderBy('name').execute()
  const size = (await readLogHead(hub.db))?.size ?? 0
  return await Promise.all(links.map((link) => factsOf(hub, link, size)))
}

interface LagRow {
  readonly entries: number
  readonly oldest: Date | null
}

async function factsOf(hub: Hub, link: LinkRow, size: number): Promise<LinkFacts> {
  const { db } = hub
  const now = hub.clock.now()
  const since = new Date(now.getTime() - throughputWindowMs)
  const [lag, recent, totals, open, parked, pace] = await Promise.all([
    // What waits after a long outage is counted in the index alone.
    sql<LagRow>`
      with waiting as materialized (
        select count(*) as entries, min(index) as first from log_entry where index >= ${link.cursor} and index < ${size} and kind in ('part', 'decision')
        union all
        select count(*), min(index) from log_entry where index >= ${link.cursor} and index < ${size} and kind = 'requalified' and subject = ${link.name}
      )
      select sum(entries)::int8 as entries, (select instant from log_entry where index = (select min(first) from waiting)) as oldest from waiting`.execute(
      db,
    ),
    sql<{ records: number; bytes: number }>`
      select coalesce(sum(record_count), 0)::int8 as records, coalesce(sum(body_bytes), 0)::int8 as bytes from delivery
      where link_no = ${link.link_no} and state = 'finished' and finished_at > ${since}`.execute(db),
    totalsOf(db, link.link_no),
    db
      .selectFrom('delivery')
      .select(['delivery_id', 'record_count', 'attempts', 'created_at'])
      .where('link_no', '=', link.link_no)
      .where('state', '=', 'open')
      .orderBy('path')
      .limit(1)
      .executeTakeFirst(),
    countParked(db, link.link_no),
    paceOf(db, link, now, size),
  ])
  const { entries, oldest } = lag.rows[0] as LagRow
  const { records, bytes } = recent.rows[0] as { records: number; bytes: number }
  return {
    linkNo: link.link_no,
    name: link.name,
    url: link.url,
    upstream: { name: link.upstream_name, tier: link.upstream_tier },
    state: stateOf(link, entries > 0 || open !== undefined, pace),
    paused: link.paused_at === null ? null : { at: link.paused_at, reason: link.pause_reason },
    cursor: link.cursor,
    lag: { entries, seconds: oldest === null ? 0 : Math.max(0, (now.getTime() - oldest.getTime()) / 1000), oldestUnsent: oldest },
    throughput: { records, bytes, recordsPerSecond: records / (throughputWindowMs / 1000) },
    lastAttemptAt: link.last_attempt_at,
    lastSuccessAt: link.last_success_at,
    lastError:
      link.last_error_at === null || link.last_error === null
        ? null
        : { at: link.last_error_at, text: link.last_error, inARow: link.failures },
    openDelivery:
      open === undefined ? null : { id: open.delivery_id, records: open.record_count, attempts: open.attempts, since: open.created_at },
    parked,
    skipped: totals.skipped,
    delivered: { deliveries: totals.deliveries, records: totals.records },
    feedReadAt: link.feed_read_at,
    entities: link.entities,
    rules: link.rules,
    flow: link.flow,
    pace,
  }
}

interface Totals {
  readonly skipped: number
  readonly deliveries: number
  readonly records: number
}

/** Totals of more rows than this are counted anew only every so often: they grow for good, and a page that shows the node live asks every second. */
const rowsCountedEachTime = 20_000
const countedForMs = 15_000
const counted = new WeakMap<Kysely<Tables>, Map<number, { readonly at: number; readonly totals: Totals }>>()

async function totalsOf(db: Kysely<Tables>, linkNo: number): Promise<Totals> {
  const known = counted.get(db) ?? new Map<number, { readonly at: number; readonly totals: Totals }>()
  counted.set(db, known)
  const last = known.get(linkNo)
  if (last !== undefined && performance.now() - last.at < countedForMs) return last.totals
  const skips = await countSkips(db, linkNo)
  const { rows } = await sql<Omit<Totals, 'skipped'>>`
    select count(*) as deliveries, coalesce(sum(record_count), 0)::int8 as records from delivery where link_no = ${linkNo} and state = 'finished'`.execute(
    db,
  )
  const totals: Totals = { ...(rows[0] as Totals), skipped: skips.reduce((sum, one) => sum + one.count, 0) }
  if (totals.deliveries > rowsCountedEachTime) known.set(linkNo, { at: performance.now(), totals })
  return totals
}

function stateOf(link: LinkRow, work: boolean, pace: LinkPace): LinkFacts['state'] {
  if (link.paused_at !== null) return 'paused'
  if (link.failures > 0) return 'failing'
  if (!work) return 'idle'
  return pace.waiting === null ? 'forwarding' : 'waiting'
}

/** Links that have something to do: entries past the cursor, an open delivery, or records to retry. What a sweep wakes. */
export async function linksWithWork(db: Kysely<Tables>): Promise<number[]> {
  const { rows } = await sql<{ link_no: number }>`
    select l.link_no from link l
    where l.paused_at is null and (
      exists (select 1 from log_entry e where e.index >= l.cursor and e.kind in ('part', 'decision', 'requalified'))
      or exists (select 1 from delivery d where d.link_no = l.link_no and d.state = 'open')
      or exists (select 1 from parked p where p.link_no = l.link_no and p.state = 'retrying'))
    order by l.link_no`.execute(db)
  return rows.map((row) => row.link_no)
}

/** Deliveries of a link, newest first. */
export async function listDeliveries(
  db: Kysely<Tables>,
  filter: { linkNo: number; state?: 'open' | 'finished' | 'split'; before?: number; limit: number },
) {
  let query = db
    .selectFrom('delivery')
    .select([
      'delivery_id',
      'number',
      'kind',
      'path',
      'from_index',
      'to_index',
      'record_count',
      'body_bytes',
      'created_at',
      'state',
      'attempts',
      'last_status',
      'last_error',
      'finished_at',
      'counts',
      'parent',
    ])
    .where('link_no', '=', filter.linkNo)
  if (filter.state !== undefined) query = query.where('state', '=', filter.state)
  if (filter.before !== undefined) query = query.where('number', '<', filter.before)
  return await query.orderBy('number', 'desc').limit(filter.limit).execute()
}

/** How often an outage in a row is waited for before the next attempt: 1 s doubling to 60 s, so that an upstream that comes back is found soon. */
export const retryDelayMs = (failures: number): number => Math.min(60_000, 1000 * 2 ** Math.min(Math.max(failures - 1, 0), 6))
