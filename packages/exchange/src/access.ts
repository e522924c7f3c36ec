import { randomBytes } from 'node:crypto'
import type { Tables } from '@huijiao/database'
import { canonicalize, digestText, textHash, treeRoot, leafHash } from '@huijiao/merkle'
import { sql, type Kysely } from 'kysely'
import type { Hub } from './hub.ts'
import { addPendingEntry } from './log.ts'

export interface AccessEvent {
  /** `operator:token`, `participant:p-7k2`. */
  readonly actor: string
  /** What was done: `read-record`, `search-log`, `export-problems` … */
  readonly action: string
  readonly subject?: string
  readonly detail?: object
}

/** Writes down a read, a search or an export. Commit it before the answer leaves. */
export async function recordAccess(hub: Hub, event: AccessEvent): Promise<void> {
  await hub.db
    .insertInto('access_event')
    .values({
      at: hub.clock.now(),
      actor: event.actor,
      action: event.action,
      subject: event.subject ?? null,
      detail: event.detail === undefined ? null : JSON.stringify(event.detail),
      salt: randomBytes(16),
      sealed_in: null,
    })
    .execute()
}

/** Most events in one sealing entry. */
const sealMax = 1000

/**
 * Seals the open access events into one log entry: its body carries the Merkle root over the events' salted texts. Called about once a second;
 * one entry a read would let queries flood the log, and the log feed itself.
 * @returns how many were sealed
 */
export async function sealAccess(hub: Hub): Promise<number> {
  const sealed = await hub.db.transaction().execute(async (trx) => {
    await sql`select pg_advisory_xact_lock(hashtextextended(${`huijiao/access/${hub.node.name}`}, 0))`.execute(trx)
    const rows = await trx
      .selectFrom('access_event')
      .selectAll()
      .where('sealed_in', 'is', null)
      .orderBy('event_id')
      .limit(sealMax)
      .execute()
    const first = rows[0]
    const last = rows.at(-1)
    if (first === undefined || last === undefined) return 0
    const root = treeRoot(rows.map((row) => leafHash(textHash(row.salt, accessText(row)))))
    await trx
      .updateTable('access_event')
      .set({ sealed_in: last.event_id })
      .where('sealed_in', 'is', null)
      .where('event_id', '>=', first.event_id)
      .where(
        'event_id',
        'in',
        rows.map((row) => row.event_id),
      )
      .execute()
    await addPendingEntry(trx, {
      kind: 'access',
      instant: hub.clock.now(),
      actor: 'node',
      subject: `access:${last.event_id}`,
      body: { act: 'sealed', first: first.event_id, last: last.event_id, events: rows.length, root: digestText(root) },
    })
    return rows.length
  })
  if (sealed > 0) hub.onPending()
  return sealed
}

/** The canonical text of an event, which its leaf hashes together with its salt. */
export function accessText(row: {
  event_id: number
  at: Date
  actor: string
  action: string
  subject: string | null
  detail: unknown
}): string {
  return canonicalize({
    event: row.event_id,
    at: row.at.toISOString(),
    actor: row.actor,
    action: row.action,
    subject: row.subject,
    detail: row.detail ?? null,
  })
}

/** Access events, newest first. */
export function listAccess(db: Kysely<Tables>, page: { readonly before?: number; readonly limit: number }) {
  let query = db.selectFrom('access_event').select(['event_id', 'at', 'actor', 'action', 'subject', 'detail', 'sealed_in'])
  if (page.before !== undefined) query = query.where('event_id', '<', page.before)
  return query.orderBy('event_id', 'desc').limit(page.limit).execute()
}
