import { int4Array, int8Array } from '@huijiao/database'
import type { Difference } from '@huijiao/merkle'
import { sql } from 'kysely'
import type { Hub } from './hub.ts'
import { addPendingEntry } from './log.ts'
import type { LinkRow } from './next-delivery.ts'
import { idOfRow, type PlaceRow } from './reconcile-reader.ts'
import type { Place } from './skip.ts'

/** A version that was set aside here without a judgement, and that the upstream holds: its answer was lost. */
export interface StoredUnjudged {
  readonly difference: Extract<Difference, { kind: 'only-there' }>
  readonly place: Place
}

/**
 * Of what only the upstream has, the versions of this node that it was sent and never answered for, with the same commitment. That is no divergence: told
 * again, its receipt settles them. Those whose contents were taken out of the database cannot be told again, and are left to people.
 */
export async function storedUnjudged(
  hub: Hub,
  linkNo: number,
  differences: readonly StoredUnjudged['difference'][],
): Promise<StoredUnjudged[]> {
  if (differences.length === 0) return []
  const { rows } = await sql<PlaceRow>`
    select v.part_id, v.ordinal, v.record_id, v.entity, v.operation, v.epoch, v.n, v.commitment, s.origin || '/' || s.participant as stream
    from parked p join version v on v.part_id = p.part_id and v.ordinal = p.ordinal join source s using (source_no)
    where p.link_no = ${linkNo} and p.unjudged and p.state <> 'delivered' and length(v.salts) > 0`.execute(hub.db)
  const own = new Map(rows.map((row) => [idOfRow(row).toString('hex'), row]))
  return differences.flatMap((difference): StoredUnjudged[] => {
    const row = own.get(difference.id.toString('hex'))
    if (row === undefined || !row.commitment.equals(difference.there.subarray(1))) return []
    return [{ difference, place: { partId: row.part_id, ordinal: row.ordinal } }]
  })
}

/** Asks the link to tell them again, as `sendAgain` does for what is missing above. @returns how many it will tell */
export async function tellUnjudged(hub: Hub, link: LinkRow, runId: string, found: readonly StoredUnjudged[]): Promise<number> {
  if (found.length === 0) return 0
  const asked = await hub.db.transaction().execute(async (trx) => {
    await sql`select 1 from link where link_no = ${link.link_no} for update`.execute(trx)
    const { numAffectedRows } = await sql`
      update parked p set state = 'retrying', resolved_at = null, parent_part = null, parent_ordinal = null
      from unnest(${int8Array(found.map((one) => one.place.partId))}::int8[], ${int4Array(found.map((one) => one.place.ordinal))}::int4[]) as t (part_id, ordinal)
      where p.link_no = ${link.link_no} and p.part_id = t.part_id and p.ordinal = t.ordinal and p.unjudged and p.state <> 'delivered'`.execute(
      trx,
    )
    const records = Number(numAffectedRows ?? 0n)
    if (records > 0)
      await addPendingEntry(trx, {
        kind: 'reconcile',
        instant: hub.clock.now(),
        actor: 'node',
        subject: link.name,
        body: { action: 'send-again', run: runId, records },
      })
    return records
  })
  if (asked > 0) hub.onPending()
  return asked
}
