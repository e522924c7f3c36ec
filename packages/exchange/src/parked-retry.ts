import type { Tables } from '@huijiao/database'
import { int4Array, int8Array } from '@huijiao/database'
import { type RawBuilder, sql, type Transaction } from 'kysely'
import type { Hub } from './hub.ts'
import { addPendingEntry } from './log.ts'
import { type ParkedFilter, parkedWhere } from './parked.ts'
import type { Place } from './skip.ts'

/** Which parked records: one by one, or all that a filter finds. */
export type ParkedChoice = { readonly places: readonly (Place & { readonly linkNo: number })[] } | { readonly filter: ParkedFilter }

/**
 * Asks for parked records to be sent again. The link sends them before anything new, in a delivery that is stored before it goes. Whoever asks for one
 * that is asked for already, or on its way, changes nothing: a record waits or is being sent again, and the row of each changes in one statement. A record
 * that was mended at its source needs no retry: its new version goes up by itself and closes this one.
 * @returns how many will be sent again
 */
export async function retryParked(hub: Hub, actor: string, choice: ParkedChoice): Promise<number> {
  const count = await hub.db.transaction().execute(async (trx) => {
    const changed = await markRetrying(trx, choice)
    for (const { name, records } of changed)
      await addPendingEntry(trx, {
        kind: 'link',
        instant: hub.clock.now(),
        actor,
        subject: name,
        body: { action: 'retry-parked', records },
      })
    return changed.reduce((sum, one) => sum + one.records, 0)
  })
  if (count > 0) hub.onPending()
  return count
}

/** Rows are locked in one order, so that two that ask for overlapping sets wait and do not end in a ring. */
async function markRetrying(trx: Transaction<Tables>, choice: ParkedChoice): Promise<{ name: string; records: number }[]> {
  const { rows } = await sql<{ name: string; records: number }>`
    with chosen as (${'filter' in choice ? byFilter(choice.filter) : byPlaces(choice.places)} order by link_no, part_id, ordinal for update),
    changed as (
      update parked p set state = 'retrying', resolved_at = null from chosen c
      where p.link_no = c.link_no and p.part_id = c.part_id and p.ordinal = c.ordinal returning p.link_no
    )
    select l.name, count(*)::int4 as records from changed join link l using (link_no) group by l.link_no, l.name order by l.link_no`.execute(
    trx,
  )
  return rows
}

const byFilter = (filter: ParkedFilter): RawBuilder<unknown> =>
  sql`select link_no, part_id, ordinal from parked where ${parkedWhere({ ...filter, state: 'parked' })}`

/** Named one by one, a record that a later version had overtaken is judged once more, too. */
const byPlaces = (places: readonly (Place & { readonly linkNo: number })[]): RawBuilder<unknown> => sql`
  select link_no, part_id, ordinal from parked
  where state in ('parked', 'superseded') and (link_no, part_id, ordinal) in (
    select * from unnest(${int4Array(places.map((one) => one.linkNo))}::int4[], ${int8Array(places.map((one) => one.partId))}::int8[],
                         ${int4Array(places.map((one) => one.ordinal))}::int4[]))`
