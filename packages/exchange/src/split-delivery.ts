import type { DeliveryItem, Tables } from '@huijiao/database'
import type { Transaction } from 'kysely'
import { type DeliveryRow, insertDelivery, nextNumber } from './delivery.ts'
import type { Hub } from './hub.ts'
import { shrinkBatch } from './link-answer.ts'
import type { LinkRow } from './next-delivery.ts'
import { closeAsSplit, inLink, placesOfDelivery } from './settle.ts'

/**
 * Halves a delivery: two new ones take its place, and go up in its order.
 * @param tooLarge the next ones are made smaller
 */
export async function splitDelivery(hub: Hub, link: LinkRow, delivery: DeliveryRow, why: string, tooLarge = false): Promise<void> {
  await inLink(hub, link, async (trx) => {
    if (!(await closeAsSplit(trx, delivery, why))) return
    if (tooLarge) await shrinkBatch(trx, link)
    const places = await placesOfDelivery(trx, delivery.items)
    const middle = Math.ceil(places.length / 2)
    for (const [digit, half] of [places.slice(0, middle), places.slice(middle)].entries()) {
      await insertPart(trx, hub, link, delivery, itemsOfPlaces(delivery.items, half), `${delivery.path}${digit}`, 'half')
    }
  })
  hub.log.warn({ link: link.name, delivery: delivery.delivery_id, records: delivery.record_count, why }, 'a delivery was halved')
}

/** Puts a new delivery of the same records in the place of one whose bytes cannot be made any more. */
export async function replaceDelivery(hub: Hub, link: LinkRow, delivery: DeliveryRow): Promise<void> {
  await inLink(hub, link, async (trx) => {
    if (!(await closeAsSplit(trx, delivery, 'its bytes cannot be made any more'))) return
    await insertPart(trx, hub, link, delivery, delivery.items, delivery.path, delivery.kind)
  })
}

/** Stores a delivery of some of another one's records in its place. */
export async function insertPart(
  trx: Transaction<Tables>,
  hub: Hub,
  link: LinkRow,
  whole: DeliveryRow,
  items: readonly DeliveryItem[],
  path: string,
  kind: 'half' | 'range' | 'retry',
): Promise<void> {
  await insertDelivery(trx, hub, {
    link_no: link.link_no,
    kind,
    path,
    parent: whole.delivery_id,
    from_index: whole.from_index,
    to_index: whole.to_index,
    group_name: whole.group_name,
    number: await nextNumber(trx, link.link_no),
    items,
    checkpointSize: whole.checkpoint_size,
    createdAt: hub.clock.now(),
    sealed: link.sealed,
  })
}

/** Items of some of a delivery's places, in its order, with what the items noted of them. */
export function itemsOfPlaces(
  items: readonly DeliveryItem[],
  places: readonly { index: number; partId: number; ordinal: number }[],
): DeliveryItem[] {
  const notes = new Map(items.map((item) => [item[1], item[3]]))
  return [...Map.groupBy(places, (place) => place.partId)].map(([partId, list]): DeliveryItem => {
    const ordinals = list.map((place) => place.ordinal)
    const index = list[0]?.index as number
    const { tombstones = [], flags = {}, attachments = {} } = notes.get(partId) ?? {}
    const kept = tombstones.filter((ordinal) => ordinals.includes(ordinal))
    const flagged = Object.entries(flags).filter(([ordinal]) => ordinals.includes(Number(ordinal)))
    const travelling = Object.entries(attachments).filter(([ordinal]) => ordinals.includes(Number(ordinal)))
    const own = {
      ...(kept.length > 0 ? { tombstones: kept } : {}),
      ...(flagged.length > 0 ? { flags: Object.fromEntries(flagged) } : {}),
      ...(travelling.length > 0 ? { attachments: Object.fromEntries(travelling) } : {}),
    }
    return Object.keys(own).length > 0 ? [index, partId, ordinals, own] : [index, partId, ordinals]
  })
}
