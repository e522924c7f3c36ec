import { byteaArray, int4Array, textArray } from '@huijiao/database'
import type { Difference } from '@huijiao/merkle'
import type { Problem } from '@huijiao/problem'
import { sql } from 'kysely'
import type { Hub } from './hub.ts'
import { addPendingEntry } from './log.ts'
import type { LinkRow } from './next-delivery.ts'
import { missingAbove } from './reconcile-reader.ts'
import { bucketOf } from './reconcile-set.ts'
import { type MaybeElsewhere, versionsDetached, withElsewhere } from './version-range.ts'

type Missing = Pick<Difference, 'range' | 'id'>

export interface SentAgain {
  /** How many will be sent. */
  readonly asked: number
  /** Why some cannot be: their contents were taken out of the database, and have to be put back first. */
  readonly waits: Problem | null
}

/**
 * Asks the link to send again what is missing above: new deliveries, before anything new, and judged like every retry. A version that is parked for
 * another reason is left to the people who look after that. One whose contents are elsewhere is not asked for: all that is new would wait behind it.
 */
export async function sendAgain(hub: Hub, link: LinkRow, setNo: number, runId: string, missing: readonly Missing[]): Promise<SentAgain> {
  const at = hub.clock.now()
  const told = await hub.db.transaction().execute(async (trx) => {
    await sql`select 1 from link where link_no = ${link.link_no} for update`.execute(trx)
    let [asked, elsewhere]: [number, (MaybeElsewhere & { readonly part_id: number }) | undefined] = [0, undefined]
    for (let from = 0; from < missing.length; from += 2000) {
      const places = placesOf(setNo, missing.slice(from, from + 2000))
      const { numAffectedRows } = await sql`
        insert into parked as p (link_no, part_id, ordinal, log_index, record_id, entity, reporting_region, participant, reason, problems, delivery_id, parked_at, state)
        select distinct on (v.part_id, v.ordinal) ${link.link_no}::int4, v.part_id, v.ordinal, i.log_index, v.record_id, v.entity, v.reporting_region,
               s.origin || '/' || s.participant, ${missingAbove}::text, '[]'::jsonb, ${runId}::uuid, ${at}::timestamptz, 'retrying'
        from ${places}
        join source s using (source_no) where length(v.salts) > 0
        on conflict (link_no, part_id, ordinal) do update
          set state = 'retrying', reason = excluded.reason, problems = excluded.problems, delivery_id = excluded.delivery_id, parked_at = excluded.parked_at,
              resolved_at = null, parent_part = null, parent_ordinal = null
          where p.state in ('delivered', 'superseded')`.execute(trx)
      asked += Number(numAffectedRows ?? 0n)
      if (elsewhere === undefined)
        elsewhere = (
          await sql<MaybeElsewhere & { part_id: number }>`
            select v.part_id, v.salts from ${places} where length(v.salts) = 0 order by v.part_id limit 1`.execute(trx)
        ).rows[0]
    }
    if (asked > 0)
      await addPendingEntry(trx, {
        kind: 'reconcile',
        instant: at,
        actor: 'node',
        subject: link.name,
        body: { action: 'send-again', run: runId, records: asked },
      })
    const [row] = elsewhere === undefined ? [] : await withElsewhere(trx, [elsewhere])
    return { asked, waits: row === undefined ? null : versionsDetached(row.elsewhere) }
  })
  if (told.asked > 0) hub.onPending()
  return told
}

/** The versions (`v`) that are missing above, with their items (`i`). */
const placesOf = (setNo: number, list: readonly Missing[]) => sql`
        unnest(${textArray(list.map((one) => one.range.split('/')[0] as string))}::text[], ${textArray(list.map((one) => one.range.split('/')[1] as string))}::text[],
                    ${int4Array(list.map((one) => bucketOf(one.id)))}::int4[], ${byteaArray(list.map((one) => one.id))}::bytea[]) as t (period, entity, bucket, id)
        join reconcile_group g on g.set_no = ${setNo} and g.period = t.period and g.entity = t.entity
        join reconcile_item i on i.group_no = g.group_no and i.bucket = t.bucket and i.id = t.id
        join version v on v.part_id = i.part_id and v.ordinal = i.ordinal`

/** Whether the link still has something of a repair, or anything else, under way. */
export async function repairUnderWay(hub: Hub, linkNo: number): Promise<boolean> {
  const { rows } = await sql<{ yes: boolean }>`
    select exists (select 1 from parked where link_no = ${linkNo} and state = 'retrying' and (reason = ${missingAbove} or unjudged))
        or exists (select 1 from delivery where link_no = ${linkNo} and state = 'open' and kind <> 'range') as yes`.execute(hub.db)
  return rows[0]?.yes === true
}
