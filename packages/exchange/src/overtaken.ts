import type { Tables } from '@huijiao/database'
import { int4Array, int8Array } from '@huijiao/database'
import { type Kysely, sql, type Transaction } from 'kysely'
import { isLater } from './later.ts'
import type { ParkedRow } from './parked.ts'
import type { SentAgainAs } from './qualify.ts'

interface StaysHere {
  readonly reason: string
  readonly kind: 'not-due' | 'incomplete'
}

const nameOf = (row: { readonly part_id: number; readonly ordinal: number }) => `${row.part_id}/${row.ordinal}`

const placesTable = (rows: readonly Pick<ParkedRow, 'part_id' | 'ordinal'>[]) =>
  sql`unnest(${int8Array(rows.map((row) => row.part_id))}::int8[], ${int4Array(rows.map((row) => row.ordinal))}::int4[]) as t (part_id, ordinal)`

/**
 * What becomes of parked versions that are to be sent again, by `<part>/<ordinal>`: `superseded` stays down, because a later one of its stream is in force
 * and does not go up: above, it would be taken for the latest. One that was sent without an answer may stand above already, and always goes up, so that a
 * receipt settles it. An overtaken one goes up as its own tombstone: that ends it where it stands, and shows nothing where it does not.
 * @param cursor of the link, or of its group
 */
export async function howToRetry(
  trx: Transaction<Tables>,
  linkNo: number,
  cursor: number,
  rows: readonly ParkedRow[],
): Promise<Map<string, SentAgainAs | 'superseded'>> {
  const unjudged = rows.filter((row) => row.unjudged)
  const [overtaken, sent] = [await overtakenAmong(trx, linkNo, rows), await sentBefore(trx, linkNo, cursor, unjudged)]
  const how = new Map<string, SentAgainAs | 'superseded'>()
  for (const row of rows) {
    const name = nameOf(row)
    const [before, later] = [sent.get(name), overtaken.get(name)]
    if (before === undefined) {
      if (later !== undefined) how.set(name, 'superseded')
    } else if (before.followed) how.set(name, before.tombstone ? 'sent-tombstone' : 'sent')
    else how.set(name, later ?? 'judged')
  }
  return how
}

/** Parked versions whose stream has an accepted later one that does not go up, with why it does not. */
async function overtakenAmong(trx: Transaction<Tables>, linkNo: number, rows: readonly ParkedRow[]): Promise<Map<string, StaysHere>> {
  const found = await sql<{ part_id: number; ordinal: number } & StaysHere>`
    select v.part_id, v.ordinal, s.reason, s.kind
    from ${placesTable(rows)}
    join version v on v.part_id = t.part_id and v.ordinal = t.ordinal
    join stream st on st.key_digest = v.key_digest and st.source_no = v.source_no
    join version h on h.part_id = case when st.head_state = 'accepted' then st.head_part else st.force_part end
      and h.ordinal = case when st.head_state = 'accepted' then st.head_ordinal else st.force_ordinal end and ${isLater('h', 'v')}
    join skip s on s.link_no = ${linkNo} and not s.tombstone and s.part_id = h.part_id and s.ordinal = h.ordinal`.execute(trx)
  return new Map(found.rows.map(({ reason, kind, ...row }) => [nameOf(row), { reason, kind }]))
}

interface SentBefore {
  /** It went as a tombstone. */
  readonly tombstone: boolean
  /** A later version of its stream has gone up: above, this one is never the latest again. */
  readonly followed: boolean
}

/** Of versions that were sent without an answer, how they went, and whether something later of their streams has gone up since. */
async function sentBefore(
  trx: Transaction<Tables>,
  linkNo: number,
  cursor: number,
  rows: readonly ParkedRow[],
): Promise<Map<string, SentBefore>> {
  if (rows.length === 0) return new Map()
  const found = await sql<{ part_id: number; ordinal: number } & SentBefore>`
    with recursive asked as materialized (
      select v.part_id, v.ordinal, v.epoch, v.n, v.key_digest, v.source_no
      from ${placesTable(rows)} join version v on v.part_id = t.part_id and v.ordinal = t.ordinal
    ), chain as (
      select a.part_id as of_part, a.ordinal as of_ordinal, v.part_id, v.ordinal, v.prev_part, v.prev_ordinal, ${isLater('v', 'a')} as later
      from asked a join stream st on st.key_digest = a.key_digest and st.source_no = a.source_no
      join version v on v.part_id = st.last_part and v.ordinal = st.last_ordinal
      union all
      select c.of_part, c.of_ordinal, v.part_id, v.ordinal, v.prev_part, v.prev_ordinal, ${isLater('v', 'a')}
      from chain c join asked a on a.part_id = c.of_part and a.ordinal = c.of_ordinal
      join version v on v.part_id = c.prev_part and v.ordinal = c.prev_ordinal
      where (c.part_id, c.ordinal) <> (c.of_part, c.of_ordinal)
    ), followed as (
      select distinct c.of_part, c.of_ordinal from chain c
      join log_entry e on e.part_id = c.part_id and e.kind = 'part'
        and (e.index < ${cursor} or exists (select 1 from link_ahead h where h.link_no = ${linkNo} and h.log_index = e.index))
      where c.later
        and not exists (select 1 from skip s where s.link_no = ${linkNo} and s.part_id = c.part_id and s.ordinal = c.ordinal and not s.tombstone)
        and not exists (select 1 from parked q where q.link_no = ${linkNo} and q.part_id = c.part_id and q.ordinal = c.ordinal and q.state <> 'delivered')
    )
    select a.part_id, a.ordinal, coalesce(s.tombstone, false) as tombstone, f.of_part is not null as followed
    from asked a
    left join skip s on s.link_no = ${linkNo} and s.part_id = a.part_id and s.ordinal = a.ordinal
    left join followed f on f.of_part = a.part_id and f.of_ordinal = a.ordinal`.execute(trx)
  return new Map(found.rows.map(({ tombstone, followed, ...row }) => [nameOf(row), { tombstone, followed }]))
}

/**
 * Whoever sends a version again that was sent without an answer sends what came after it likewise, or as a tombstone: alone, the earlier one would be in
 * force above.
 */
export async function retryWhatFollows(trx: Kysely<Tables>, linkNo: number): Promise<void> {
  await sql`
    update parked p set state = 'retrying', resolved_at = null
    from parked q join version old on old.part_id = q.part_id and old.ordinal = q.ordinal, version new
    where q.link_no = ${linkNo} and q.state = 'retrying' and q.unjudged
      and p.link_no = q.link_no and p.record_id = q.record_id and p.state = 'parked'
      and new.part_id = p.part_id and new.ordinal = p.ordinal
      and new.key_digest = old.key_digest and new.source_no = old.source_no and ${isLater('new', 'old')}
      and (p.unjudged or exists (select 1 from skip s where s.link_no = p.link_no and s.part_id = p.part_id and s.ordinal = p.ordinal and s.tombstone))`.execute(
    trx,
  )
}
