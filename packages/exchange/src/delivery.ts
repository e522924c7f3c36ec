import type { DeliveryItem, DeliveryTable, Tables } from '@huijiao/database'
import { int8Array, type Send } from '@huijiao/database'
import { type Kysely, type Selectable, sql } from 'kysely'
import { buildBody, type DeliveryBody, type DeliveryFacts } from './delivery-body.ts'
import type { Hub } from './hub.ts'
import type { ProofsAtHand } from './near-range.ts'
import type { VersionRow } from './version-rows.ts'

export type DeliveryRow = Selectable<DeliveryTable>

/** The versions of a delivery in the order of its body. */
export function placesOf(
  items: readonly DeliveryItem[],
  sizeOf: (partId: number) => number,
): { index: number; partId: number; ordinal: number; tombstone: boolean }[] {
  return items.flatMap(([index, partId, ordinals, notes]) =>
    (ordinals ?? Array.from({ length: sizeOf(partId) }, (_, ordinal) => ordinal)).map((ordinal) => ({
      index,
      partId,
      ordinal,
      tombstone: notes?.tombstones?.includes(ordinal) ?? false,
    })),
  )
}

/** How many versions each part holds. */
export async function partSizes(db: Kysely<Tables>, partIds: readonly number[]): Promise<Map<number, number>> {
  const { rows } = await sql<{ part_id: number; version_count: number }>`
    select part_id, version_count from part where part_id = any(${int8Array(partIds)}::int8[])`.execute(db)
  return new Map(rows.map((row) => [row.part_id, row.version_count]))
}

/** The delivery to send next: the first open one, in the order of the halves. */
export async function openDelivery(db: Kysely<Tables>, linkNo: number, group = ''): Promise<DeliveryRow | undefined> {
  return db
    .selectFrom('delivery')
    .selectAll()
    .where('link_no', '=', linkNo)
    .where('state', '=', 'open')
    .where('group_name', '=', group)
    .orderBy('path')
    .orderBy('number')
    .limit(1)
    .executeTakeFirst()
}

/**
 * Stores a delivery before its first send. The caller holds the lock on the link's row, which is what makes the number its own.
 * @returns `row` to be asked for when the transaction has ended
 */
export async function insertDelivery(
  trx: Kysely<Tables>,
  hub: Hub,
  delivery: Pick<DeliveryRow, 'link_no' | 'kind' | 'path' | 'from_index' | 'to_index' | 'parent' | 'group_name'> & DeliveryFacts,
  options: { readonly loaded?: ReadonlyMap<number, VersionRow[]>; readonly send?: Send; readonly proofs?: ProofsAtHand | undefined } = {},
): Promise<{ row: () => Promise<DeliveryRow>; body: DeliveryBody }> {
  const body = await buildBody(hub, trx, delivery, options.loaded, options.proofs)
  const insert = trx
    .insertInto('delivery')
    .values({
      delivery_id: body.id,
      link_no: delivery.link_no,
      number: delivery.number,
      path: delivery.path,
      kind: delivery.kind,
      from_index: delivery.from_index,
      to_index: delivery.to_index,
      group_name: delivery.group_name,
      items: JSON.stringify(delivery.items),
      digest: body.digest,
      record_count: body.count,
      body_bytes: body.bytes.length,
      checkpoint_size: delivery.checkpointSize,
      created_at: delivery.createdAt,
      state: 'open',
      parent: delivery.parent,
      last_status: null,
      last_error: null,
      finished_at: null,
      counts: null,
      receipt: null,
    })
    .returningAll()
  const rows = options.send === undefined ? await insert.execute() : options.send(insert)
  return { row: async () => (await rows)[0] as DeliveryRow, body }
}

export async function nextNumber(trx: Kysely<Tables>, linkNo: number): Promise<number> {
  const { rows } = await sql<{ next: number }>`select coalesce(max(number), 0) + 1 as next from delivery where link_no = ${linkNo}`.execute(
    trx,
  )
  return (rows[0] as { next: number }).next
}
