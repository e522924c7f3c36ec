import type { Tables } from '@huijiao/database'
import { int8Array } from '@huijiao/database'
import { sql, type Transaction } from 'kysely'
import type { Hub } from './hub.ts'
import type { LinkRow } from './next-delivery.ts'

/**
 * Fairness on a link: the log has one order, and a participant that hands in a million records would make all others wait behind them. So while more
 * waits than one delivery takes, every second delivery takes the first entries of the *other* participants, wherever in the log they stand. Versions of
 * one stream come from one participant and keep their order; what a record refers to may come later, and it waits above (`held`).
 */

/** Entries past the cursor that are looked at. */
const lookAtMax = 20_000
/** Records of one participant in such a delivery, at most. A larger part goes alone. */
const eachRecordsMax = 250
/** When nobody else waited at the last look, the next one is so much later: a look reads what waits. */
const lookAgainMs = 250

interface Turn {
  othersNext: boolean
  /** By a clock that only goes on; 0: nobody looked, or somebody waited. */
  nobodyAt: number
}
const turns = new WeakMap<Hub, Map<string, Turn>>()

function turnOf(hub: Hub, linkNo: number, group: string): Turn {
  const all = turns.get(hub) ?? new Map<string, Turn>()
  turns.set(hub, all)
  const name = `${linkNo}/${group}`
  const turn = all.get(name) ?? { othersNext: false, nobodyAt: 0 }
  all.set(name, turn)
  return turn
}

/** Notes whether more waits behind the delivery that was just made. */
export function noteLine(hub: Hub, linkNo: number, group: string, more: boolean): void {
  turnOf(hub, linkNo, group).othersNext = more
}

export interface AheadEntry {
  readonly index: number
  readonly part_id: number
  readonly version_count: number
  readonly bytes: number
  readonly trace_parent: string | null
}

interface WaitingRow extends AheadEntry {
  readonly participant_id: string
  readonly place: number
}

/** The entries of others that go next, in the order of the log; none when it is not their turn or nobody else waits. */
export async function othersTurn(
  trx: Transaction<Tables>,
  hub: Hub,
  link: LinkRow,
  place: { readonly group: string; readonly cursor: number; readonly size: number; readonly recordsMax: number; readonly bytesMax: number },
): Promise<AheadEntry[]> {
  const turn = turnOf(hub, link.link_no, place.group)
  const now = performance.now()
  if (!turn.othersNext || (turn.nobodyAt !== 0 && now - turn.nobodyAt < lookAgainMs)) return []
  turn.othersNext = false
  const waiting = await waitingOthers(trx, link.link_no, place)
  turn.nobodyAt = waiting.length === 0 ? now : 0
  const taken: WaitingRow[] = []
  let [records, bytes] = [0, 0]
  for (const row of waiting) {
    if (taken.length > 0 && (records + row.version_count > place.recordsMax || bytes + row.bytes > place.bytesMax)) break
    taken.push(row)
    records += row.version_count
    bytes += row.bytes
  }
  return taken.toSorted((a, b) => a.index - b.index)
}

/** First entries of every participant but the one whose entry is first of all, in turns: everybody's first, then everybody's second … */
async function waitingOthers(
  trx: Transaction<Tables>,
  linkNo: number,
  { group, cursor, size }: { readonly group: string; readonly cursor: number; readonly size: number },
): Promise<WaitingRow[]> {
  const { rows } = await sql<WaitingRow>`
    with waiting as (
      select e.index, e.part_id, p.version_count, p.byte_to - p.byte_from as bytes, s.trace_parent, s.participant_id
      from log_entry e join part p on p.part_id = e.part_id join submission s on s.submission_no = p.submission_no
      where e.index >= ${cursor} and e.index < ${size} and e.kind = 'part' and p.version_count > 0 and s.came_from_above is null
        and not exists (select 1 from link_ahead a where a.link_no = ${linkNo} and a.group_name = ${group} and a.log_index = e.index)
      order by e.index limit ${sql.lit(lookAtMax)}
    ), numbered as (
      select w.*, row_number() over one as place, sum(version_count) over one as running
      from waiting w window one as (partition by participant_id order by index)
    )
    select index, part_id, version_count, bytes, trace_parent, participant_id, place::int8 as place from numbered
    where participant_id <> (select participant_id from waiting order by index limit 1)
      and (place = 1 or running <= ${eachRecordsMax})
      and participant_id not in (${decidedAhead(cursor, size)})
    order by place, index limit 500`.execute(trx)
  return rows
}

/** Participants of whose records a decision waits to be told: what came after it stays behind it. */
const decidedAhead = (cursor: number, size: number) => sql`
  select s.participant_id from log_entry d
  cross join lateral jsonb_array_elements(coalesce(d.body::jsonb -> 'versions', '[]'::jsonb)) as v
  join part p on p.part_id = (v ->> 0)::int8 join submission s on s.submission_no = p.submission_no
  where d.index >= ${cursor} and d.index < ${size} and d.kind in ('decision', 'requalified')`

/** Remembers entries as covered before the cursor comes to them. */
export async function noteAhead(trx: Transaction<Tables>, linkNo: number, group: string, indexes: readonly number[]): Promise<void> {
  await sql`
    insert into link_ahead (link_no, group_name, log_index) select ${linkNo}::int4, ${group}, unnest(${int8Array(indexes)}::int8[])
    on conflict do nothing`.execute(trx)
}

/** Forgets what the cursor has passed. */
export async function forgetAhead(trx: Transaction<Tables>, linkNo: number, group: string, cursor: number): Promise<void> {
  await sql`delete from link_ahead where link_no = ${linkNo} and group_name = ${group} and log_index < ${cursor}`.execute(trx)
}
