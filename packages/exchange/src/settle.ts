import { type DeliveryItem, inFlight, retryDeadlocks, type Tables } from '@huijiao/database'
import { digestText, sha256 } from '@huijiao/merkle'
import { sql, type Transaction } from 'kysely'
import { type DeliveryRow, partSizes, placesOf } from './delivery.ts'
import type { Forwarded } from './link-send.ts'
import type { Hub } from './hub.ts'
import { type Judgement, problemOf } from './judgement.ts'
import { keepBytes } from './kept-bytes.ts'
import { mostlyRefusedRecordsMin, noteAnswer } from './link-answer.ts'
import { moveCursor } from './link-group.ts'
import { addPendingEntry } from './log.ts'
import type { LinkRow } from './next-delivery.ts'
import { type NewParked, parkRecords, settleParked } from './parked.ts'
import { loadVersions, type VersionRow } from './version-rows.ts'

/**
 * Settles a judged delivery in one transaction: the receipt, what it refuses as parked records, the cursor, and the entry that tells of it.
 * Called twice, the second finds nothing open and changes nothing.
 */
export async function settleDelivery(
  hub: Hub,
  link: LinkRow,
  delivery: DeliveryRow,
  judgement: Judgement,
  receipt: Buffer,
  tookMs = 0,
): Promise<Forwarded> {
  const at = hub.clock.now()
  const settled = await inLink(hub, link, async (trx) => {
    const closed = await trx
      .updateTable('delivery')
      .set({
        state: 'finished',
        finished_at: at,
        counts: JSON.stringify(judgement.counts),
        receipt: keepBytes(receipt),
        last_status: 200,
        last_error: null,
        attempts: sql<number>`attempts + 1`,
      })
      .where('delivery_id', '=', delivery.delivery_id)
      .where('state', '=', 'open')
      .executeTakeFirst()
    if (closed.numUpdatedRows === 0n) return null
    const places = await placesOfDelivery(trx, delivery.items)
    const rows = await rowsOf(
      trx,
      places.filter((_, position) => judgement.outcomes[position]?.outcome === 'refused'),
    )
    const parked = judgement.refused.map(({ position, problems }): NewParked => {
      const place = places[position] as (typeof places)[number]
      const code = problems.find((problem) => problem.severity !== 'warning')?.code ?? problems[0]?.code ?? 'refused'
      return {
        row: rows.get(`${place.partId}/${place.ordinal}`) as VersionRow,
        logIndex: place.index,
        reason: code,
        problems,
        deliveryId: delivery.delivery_id,
        parent: null,
        unjudged: followsUnjudged(delivery),
      }
    })
    alarmConflicts(hub, link, parked)
    const mostlyRefused = parked.length * 2 > delivery.record_count
    const how = !mostlyRefused ? 'fine' : delivery.record_count >= mostlyRefusedRecordsMin ? 'mostly-refused' : 'too-small'
    await parkRecords(trx, link.link_no, parked, at)
    const taken = places.filter((_, position) => judgement.outcomes[position]?.outcome !== 'refused')
    const [paused] = await Promise.all([
      noteAnswer(trx, hub, link, how, at, { kind: 'taken', records: delivery.record_count, tookMs }),
      settleParked(trx, link.link_no, taken, at),
      moveCursor(trx, link, delivery),
    ])
    await addPendingEntry(trx, {
      kind: 'delivery',
      instant: at,
      actor: 'node',
      subject: link.name,
      body: {
        delivery: delivery.delivery_id,
        digest: digestText(delivery.digest),
        number: delivery.number,
        kind: delivery.kind,
        upstream: link.upstream_name,
        from: delivery.from_index,
        to: delivery.to_index,
        checkpoint: delivery.checkpoint_size,
        records: delivery.record_count,
        counts: judgement.counts,
        receipt: digestText(sha256(receipt)),
      },
    })
    return paused
  })
  if (settled !== null) hub.onPending()
  return settled === true ? 'paused' : 'more'
}

/** A link's row is locked first, so that building, settling and requalifying never see each other half done. */
export function inLink<T>(hub: Hub, link: LinkRow, work: (trx: Transaction<Tables>) => Promise<T>): Promise<T> {
  return retryDeadlocks(() =>
    inFlight(hub.db, async (trx, send) => {
      void send(sql`select 1 from link where link_no = ${link.link_no} for update`)
      return await work(trx)
    }),
  )
}

export async function placesOfDelivery(trx: Transaction<Tables>, items: readonly DeliveryItem[]) {
  const sizes = await partSizes(
    trx,
    items.filter((item) => item[2] === null).map((item) => item[1]),
  )
  return placesOf(items, (partId) => sizes.get(partId) ?? 0)
}

/** The versions at these places, by `<part>/<ordinal>`. */
export async function rowsOf(
  trx: Transaction<Tables>,
  places: readonly { index: number; partId: number; ordinal: number }[],
): Promise<Map<string, VersionRow>> {
  const items = [...Map.groupBy(places, (place) => place.partId)].map(
    ([partId, list]) => [0, partId, list.map((place) => place.ordinal)] as const,
  )
  const parts = items.length === 0 ? new Map<number, VersionRow[]>() : await loadVersions(trx, items)
  return new Map([...parts.values()].flat().map((row) => [`${row.part_id}/${row.ordinal}`, row]))
}

/**
 * It took the place of a delivery that nothing judged as a whole, and that may have been stored all the same: a receipt that refuses a record of it now does
 * not say what became of the record then.
 */
export const followsUnjudged = (delivery: Pick<DeliveryRow, 'parent'>): boolean => delivery.parent !== null

function alarmConflicts(hub: Hub, link: LinkRow, parked: readonly NewParked[]): void {
  for (const { row, reason, logIndex } of parked) {
    if (reason !== 'version-conflict') continue
    hub.log.error(
      {
        link: link.name,
        recordId: row.record_id,
        entity: row.entity,
        epoch: row.epoch,
        n: row.n,
        entry: logIndex,
        alarm: 'version-conflict',
      },
      'two nodes hold different contents of one version; a person has to look',
    )
  }
}

/** Ends a delivery that was not judged as it is. @returns false when somebody else ended it first */
export async function closeAsSplit(trx: Transaction<Tables>, delivery: DeliveryRow, why: string): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('delivery')
    .set({ state: 'split', finished_at: null, last_error: why.slice(0, 500) })
    .where('delivery_id', '=', delivery.delivery_id)
    .where('state', '=', 'open')
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** Parks the one record of a delivery that the upstream could not even judge. It may stand there: an answer before this one may have been lost. */
export async function parkWhole(hub: Hub, link: LinkRow, delivery: DeliveryRow, reason: string, answer: Buffer): Promise<Forwarded> {
  const at = hub.clock.now()
  const paused = await inLink(hub, link, async (trx) => {
    if (!(await closeAsSplit(trx, delivery, reason))) return false
    const places = await placesOfDelivery(trx, delivery.items)
    const rows = await rowsOf(trx, places)
    const problem = problemOf(answer)
    const parked = places.map((place): NewParked => ({
      row: rows.get(`${place.partId}/${place.ordinal}`) as VersionRow,
      logIndex: place.index,
      reason,
      problems: problem === null ? [] : [problem],
      deliveryId: delivery.delivery_id,
      parent: null,
      unjudged: true,
    }))
    await parkRecords(trx, link.link_no, parked, at)
    await moveCursor(trx, link, delivery)
    const stopped = await noteAnswer(trx, hub, link, 'mostly-refused', at, { kind: 'taken', records: 1, tookMs: 0 })
    await addPendingEntry(trx, {
      kind: 'delivery',
      instant: at,
      actor: 'node',
      subject: link.name,
      body: {
        delivery: delivery.delivery_id,
        digest: digestText(delivery.digest),
        number: delivery.number,
        kind: delivery.kind,
        upstream: link.upstream_name,
        records: delivery.record_count,
        parked: reason,
      },
    })
    return stopped
  })
  hub.onPending()
  return paused ? 'paused' : 'more'
}
