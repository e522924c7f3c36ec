import type { DeliveryItem } from '@huijiao/database'
import type { AttachmentTravel } from '@huijiao/standard'

/** Items in the order of the log, the records of one part together, so that a stream's versions go up in their order. */
export function itemsOf(
  send: readonly {
    row: { part_id: number; ordinal: number; entity: string; salts?: Buffer }
    logIndex: number
    tombstone: boolean
    flags: readonly string[]
  }[],
  sizeOf: (partId: number) => number,
  travelOf: (entity: string) => AttachmentTravel = () => 'digest',
): DeliveryItem[] {
  const groups = [...Map.groupBy(send, (one) => one.row.part_id)].sort(([, a], [, b]) => (a[0]?.logIndex ?? 0) - (b[0]?.logIndex ?? 0))
  return groups.map(([partId, list]): DeliveryItem => {
    const sorted = list.toSorted((a, b) => a.row.ordinal - b.row.ordinal)
    const ordinals = sorted.length === sizeOf(partId) ? null : sorted.map((one) => one.row.ordinal)
    const index = sorted[0]?.logIndex as number
    const tombstones = sorted.filter((one) => one.tombstone).map((one) => one.row.ordinal)
    const flags = Object.fromEntries(sorted.filter((one) => one.flags.length > 0).map((one) => [one.row.ordinal, [...one.flags]]))
    const attachments = Object.fromEntries(
      sorted.flatMap(({ row, tombstone }) => {
        // A fourth salt says that the version names attachments.
        const travel = tombstone || (row.salts?.length ?? 0) <= 48 ? 'digest' : travelOf(row.entity)
        return travel === 'digest' ? [] : [[row.ordinal, travel] as const]
      }),
    )
    const notes = {
      ...(tombstones.length > 0 ? { tombstones } : {}),
      ...(Object.keys(flags).length > 0 ? { flags } : {}),
      ...(Object.keys(attachments).length > 0 ? { attachments } : {}),
    }
    return Object.keys(notes).length > 0 ? [index, partId, ordinals, notes] : [index, partId, ordinals]
  })
}
