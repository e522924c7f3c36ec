import type { LinkFlow, Tables, Tier } from '@huijiao/database'
import { type Kysely, sql } from 'kysely'
import type { Hub } from './hub.ts'
import { type LinkPace, paceOf } from './link-pace.ts'
import { type LinkPause, pauseOf } from './link-pause.ts'
import { readLogHead } from './log.ts'
import type { LinkRow } from './next-delivery.ts'
import { countParked } from './parked.ts'
import { countSkips } from './skip.ts'

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
  readonly paused: LinkPause | null
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
    paused: pauseOf(link),
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
