import type { LinkFlow, Tables, Tier } from '@huijiao/database'
import { canonicalize } from '@huijiao/merkle'
import { Problem } from '@huijiao/problem'
import { type Kysely, sql } from 'kysely'
import { probe, type ProbeResult } from './forward.ts'
import type { SendDelivery } from './link-send.ts'
import type { Hub } from './hub.ts'
import { ensureGroups } from './link-group.ts'
import { notPausedColumns, pausedColumns } from './link-pause.ts'
import { addPendingEntry } from './log.ts'
import type { LinkRow } from './next-delivery.ts'

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
            ...notPausedColumns,
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
      .set(action === 'pause' ? pausedColumns(actor, at, reason) : { ...notPausedColumns, mostly_refused: 0 })
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

/** How often an outage in a row is waited for before the next attempt: 1 s doubling to 60 s, so that an upstream that comes back is found soon. */
export const retryDelayMs = (failures: number): number => Math.min(60_000, 1000 * 2 ** Math.min(Math.max(failures - 1, 0), 6))
