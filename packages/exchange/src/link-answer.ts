import type { Tables } from '@huijiao/database'
import { sql, type Transaction } from 'kysely'
import { type Attempt, batchRecordsMax, nextBatchSize } from './batch-size.ts'
import type { DeliveryRow } from './delivery.ts'
import type { Hub } from './hub.ts'
import { pausedColumns } from './link-pause.ts'
import type { Forwarded } from './link-send.ts'
import { addPendingEntry } from './log.ts'
import type { LinkRow } from './next-delivery.ts'

/** So many mostly refused deliveries in a row pause a link: one side has a rule or a release that the other has not. */
const mostlyRefusedMax = 3
/** Smaller deliveries do not count towards that: three bad records on a quiet day are no sign of it. */
export const mostlyRefusedRecordsMin = 10

/** Notes at the link that its upstream judged a delivery, how, and how large the next ones are. @returns true when too many deliveries in a row were mostly refused, and the link is paused now */
export async function noteAnswer(
  trx: Transaction<Tables>,
  hub: Hub,
  link: LinkRow,
  how: 'fine' | 'mostly-refused' | 'too-small',
  at: Date,
  attempt: Attempt,
): Promise<boolean> {
  if (link.broken_at !== null) await noteRecovered(trx, hub, link, at)
  const { mostly_refused } = await trx
    .updateTable('link')
    .set({
      failures: 0,
      last_attempt_at: at,
      last_success_at: at,
      wait_until: null,
      batch_records: batchAfter(link, attempt),
      mostly_refused: how === 'fine' ? 0 : how === 'mostly-refused' ? sql<number>`mostly_refused + 1` : sql<number>`mostly_refused`,
    })
    .where('link_no', '=', link.link_no)
    .returning('mostly_refused')
    .executeTakeFirstOrThrow()
  if (how !== 'mostly-refused' || mostly_refused < mostlyRefusedMax) return false
  const reason = `${mostly_refused} deliveries in a row were mostly refused`
  await trx
    .updateTable('link')
    .set({ ...pausedColumns('node', at, 'mostly-refused'), last_error: reason, last_error_at: at })
    .where('link_no', '=', link.link_no)
    .where('paused_at', 'is', null)
    .execute()
  await addPendingEntry(trx, {
    kind: 'link',
    instant: at,
    actor: 'node',
    subject: link.name,
    body: { action: 'pause', reason: 'mostly-refused', deliveries: mostly_refused },
  })
  hub.log.error({ link: link.name, alarm: 'mostly-refused' }, `${reason}; the link is paused until an operator has looked`)
  return true
}

/** Notes that a delivery was not judged. Nothing is parked; the same bytes are sent again later. */
export async function noteOutage(
  hub: Hub,
  link: LinkRow,
  delivery: DeliveryRow,
  status: number | null,
  why: string,
  serverFailed: boolean,
  retryAfterMs?: number,
): Promise<Forwarded> {
  const at = hub.clock.now()
  const error = why.slice(0, 500)
  await hub.db
    .updateTable('delivery')
    .set({
      attempts: sql<number>`attempts + 1`,
      last_status: status,
      last_error: error,
      server_failures: serverFailed ? sql<number>`server_failures + 1` : 0,
    })
    .where('delivery_id', '=', delivery.delivery_id)
    .where('state', '=', 'open')
    .execute()
  await hub.db
    .updateTable('link')
    .set({
      failures: sql<number>`failures + 1`,
      last_attempt_at: at,
      last_error: error,
      last_error_at: at,
      batch_records: batchAfter(link, { kind: 'failed' }),
      wait_until: retryAfterMs === undefined ? null : new Date(at.getTime() + retryAfterMs),
    })
    .where('link_no', '=', link.link_no)
    .execute()
  if (link.broken_at === null && link.failures + 1 >= brokenFailures) await noteBroken(hub, link, error, at)
  return 'outage'
}

/** A step of the link could not be made for a reason of this node's own; the upstream heard nothing and is not doubted. */
export async function noteWaiting(hub: Hub, linkNo: number, why: string): Promise<Forwarded> {
  const at = hub.clock.now()
  await hub.db
    .updateTable('link')
    .set({ failures: sql<number>`failures + 1`, last_error: why.slice(0, 500), last_error_at: at })
    .where('link_no', '=', linkNo)
    .execute()
  return 'outage'
}

/** So many outages in a row, and the upstream is given up: it is asked with an empty delivery until it answers. */
const brokenFailures = 5

/** The size of the next deliveries; null, as in most links, is the most. */
function batchAfter({ batch_records, flow }: LinkRow, attempt: Attempt): number | null {
  const most = Math.min(batchRecordsMax, flow.records ?? batchRecordsMax)
  const size = nextBatchSize(Math.min(batch_records ?? most, most), attempt, most)
  return size === most ? null : size
}

/** The next deliveries are half as large: this one was too much for the way or for the upstream. */
export async function shrinkBatch(trx: Transaction<Tables>, link: LinkRow): Promise<void> {
  await trx
    .updateTable('link')
    .set({ batch_records: batchAfter(link, { kind: 'failed' }) })
    .where('link_no', '=', link.link_no)
    .execute()
}

/** Says once, in the log too, that an upstream is given up. Nothing is lost: what waits stays in the log. */
async function noteBroken(hub: Hub, link: LinkRow, why: string, at: Date): Promise<void> {
  const first = await hub.db.transaction().execute(async (trx) => {
    const { numUpdatedRows } = await trx
      .updateTable('link')
      .set({ broken_at: at })
      .where('link_no', '=', link.link_no)
      .where('broken_at', 'is', null)
      .executeTakeFirst()
    if (numUpdatedRows === 0n) return false
    await addPendingEntry(trx, { kind: 'link', instant: at, actor: 'node', subject: link.name, body: { action: 'broken', error: why } })
    return true
  })
  if (!first) return
  hub.onPending()
  hub.log.error(
    { link: link.name, alarm: 'link-broken', why },
    'the upstream gave no judgement again and again; it is asked with an empty delivery now',
  )
}

/** The upstream judges again: an event of the log, with how long it was away. */
async function noteRecovered(trx: Transaction<Tables>, hub: Hub, link: LinkRow, at: Date): Promise<void> {
  const { numUpdatedRows } = await trx
    .updateTable('link')
    .set({ broken_at: null, recoveries: sql<number>`recoveries + 1` })
    .where('link_no', '=', link.link_no)
    .where('broken_at', 'is not', null)
    .executeTakeFirst()
  if (numUpdatedRows === 0n) return
  const since = link.broken_at as Date
  await addPendingEntry(trx, {
    kind: 'link',
    instant: at,
    actor: 'node',
    subject: link.name,
    body: {
      action: 'recovered',
      since: since.toISOString(),
      seconds: Math.round((at.getTime() - since.getTime()) / 1000),
      failures: link.failures,
    },
  })
  hub.log.warn({ link: link.name, since, failures: link.failures }, 'the upstream judges again')
}
