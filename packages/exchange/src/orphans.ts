import type { Tables } from '@huijiao/database'
import { heldReferences } from '@huijiao/standard'
import type { Transaction } from 'kysely'
import type { Hub } from './hub.ts'
import type { LinkRow, Work } from './next-delivery.ts'
import { blockedParents, type NewParked } from './parked.ts'
import { digestOfKey } from './prepare-record.ts'
import { type Chosen, dataOf } from './qualify.ts'
import type { Place } from './skip.ts'
import type { VersionRow } from './version-rows.ts'

/**
 * Sets aside children whose parent is parked and not above: sent now, they would only be held there until a person mends the parent.
 * @param retried what is sent again now: nobody waits for that
 * @param sentBefore what was sent without an answer: it has gone up without waiting, and only its receipt is missing
 */
export async function withoutOrphans(
  work: Pick<Work, 'hub' | 'trx' | 'link' | 'anyParked'>,
  send: readonly Chosen[],
  retried: ReadonlySet<string> = new Set(),
  sentBefore: ReadonlySet<string> = new Set(),
): Promise<{ send: Chosen[]; parked: NewParked[] }> {
  const { hub, trx, link } = work
  if (!work.anyParked) return { send: [...send], parked: [] }
  const parents = new Map(
    send.map((one) => {
      const waits = !one.tombstone && one.row.operation === 'upsert' && !sentBefore.has(`${one.row.part_id}/${one.row.ordinal}`)
      return [one, waits ? parentsOf(hub, one.row, link.upstream_tier) : []]
    }),
  )
  const blocked = await blockedParents(trx, link.link_no, [...parents.values()].flat())
  for (const [key, place] of blocked) if (retried.has(`${place.partId}/${place.ordinal}`)) blocked.delete(key)
  if (blocked.size === 0) return { send: [...send], parked: [] }
  const kept: Chosen[] = []
  const parked: NewParked[] = []
  for (const one of send) {
    const parent = parents
      .get(one)
      ?.map((digest) => blocked.get(digest.toString('hex')))
      .find((place) => place !== undefined)
    if (parent === undefined) {
      kept.push(one)
      continue
    }
    const here = parked.find((other) => other.row.part_id === parent.partId && other.row.ordinal === parent.ordinal)
    const deliveryId = here?.deliveryId ?? (await deliveryOfParked(trx, link.link_no, parent))
    parked.push({ row: one.row, logIndex: one.logIndex, reason: 'parent-parked', problems: [], deliveryId, parent, unjudged: false })
    const own = one.row.key_digest.toString('hex')
    if (!blocked.has(own)) blocked.set(own, { partId: one.row.part_id, ordinal: one.row.ordinal })
  }
  return { send: kept, parked }
}

async function deliveryOfParked(trx: Transaction<Tables>, linkNo: number, place: Place): Promise<string> {
  const row = await trx
    .selectFrom('parked')
    .select('delivery_id')
    .where('link_no', '=', linkNo)
    .where('part_id', '=', place.partId)
    .where('ordinal', '=', place.ordinal)
    .executeTakeFirstOrThrow()
  return row.delivery_id
}

/** Keyed digests of the parents that a record must find above. */
function parentsOf(hub: Hub, row: VersionRow, tier: LinkRow['upstream_tier']): Buffer[] {
  const entity = hub.standards().releases.get(row.release)?.entities.get(row.entity)
  if (entity === undefined) return []
  return heldReferences(entity, dataOf(row), hub.policy(), tier)
    .filter((reference) => !reference.aliased)
    .map((reference) => digestOfKey(hub, reference.keyText))
}
