import type { Tables } from '@huijiao/database'
import { int4Array, int8Array, retryDeadlocks } from '@huijiao/database'
import { holdDaysDefault } from '@huijiao/standard'
import { sql, type Transaction } from 'kysely'
import { settleHeld, type StreamKey } from './held-settle.ts'
import type { Hub } from './hub.ts'
import { readLogHead } from './log.ts'
import { isPresent } from './parents.ts'
import { lockReader, readTouched, setReader, type TouchedVersions } from './reader.ts'

export { lockReader, setReader } from './reader.ts'

const readerName = 'held'
const entriesMax = 200
/** Most streams whose held versions are decided with one set of statements. */
const streamsMax = 500

/**
 * Reads the sequenced log on and decides held records whose parents are in force now, or that were taken back. A child's entry and its parent's both
 * lead here: when two transactions could not see each other's rows, the one that is numbered later brings them together. Several processes may call
 * this at once.
 * @returns true when there is more to read
 */
export async function resolveHeld(hub: Hub): Promise<boolean> {
  // While nothing is held, the log need not be read: a record that is held later is looked for by its own entry.
  const size = (await readLogHead(hub.db))?.size ?? 0
  const { rows: any } = await sql`select 1 from held limit 1`.execute(hub.db)
  if (any.length === 0) {
    await passOver(hub, size)
    return false
  }
  const result = await retryDeadlocks(() =>
    hub.db.transaction().execute(async (trx) => {
      const touched = await readTouched(trx, await lockReader(trx, readerName), { entries: entriesMax })
      if (touched === null) return { decided: 0, more: false }
      const decided = await settleInSteps(trx, hub, await heldTouchedBy(trx, touched))
      await setReader(trx, readerName, touched.next)
      return { decided, more: touched.more || decided > 0 }
    }),
  )
  if (result.decided > 0) hub.onPending()
  return result.more
}

/**
 * Leaves behind what the log held while nothing waited; else the first record that waits would have the whole log of a full node read for it. What is held
 * after the look has its entry behind `size`, which was read before it. Written now and then only: nothing is lost by reading a little twice.
 */
async function passOver(hub: Hub, size: number): Promise<void> {
  if (size === 0) return
  await sql`
    insert into reader as r (name, cursor) values (${readerName}, ${size})
    on conflict (name) do update set cursor = excluded.cursor where r.cursor + ${entriesMax} < excluded.cursor`.execute(hub.db)
}

/**
 * Looks at every held record once more, wherever the log's reader is: the safety net, and what ends the time of those that waited it out.
 * @returns how many were decided
 */
export async function sweepHeld(hub: Hub): Promise<number> {
  let total = 0
  for (;;) {
    const decided = await retryDeadlocks(() =>
      hub.db.transaction().execute(async (trx) => settleHeld(trx, hub, await ripeStreams(trx, hub.clock.now()))),
    )
    if (decided === 0) break
    total += decided
    hub.onPending()
  }
  return total
}

async function settleInSteps(trx: Transaction<Tables>, hub: Hub, keys: readonly StreamKey[]): Promise<number> {
  let decided = 0
  for (let from = 0; from < keys.length; from += streamsMax) decided += await settleHeld(trx, hub, keys.slice(from, from + streamsMax))
  return decided
}

/**
 * Streams with held versions that these parts stored, or that wait for a key (under any of its names) that these parts or decided versions hold, or
 * for an earlier version of that very key.
 */
async function heldTouchedBy(trx: Transaction<Tables>, { parts, decided }: TouchedVersions): Promise<StreamKey[]> {
  const { rows } = await sql<StreamKey>`
    with recursive moved as (
      select v.key_digest from version v where v.part_id = any(${int8Array(parts)}::int8[])
      union
      select v.key_digest from version v
      join unnest(${int8Array(decided.map(([partId]) => partId))}::int8[], ${int4Array(decided.map(([, ordinal]) => ordinal))}::int4[]) as t (part_id, ordinal)
        on v.part_id = t.part_id and v.ordinal = t.ordinal
    ), named as (
      select m.key_digest as digest from moved m
      union
      select l.from_digest from named n join succession_link l on l.standing and l.to_digest = n.digest
    )
    select h.key_digest, h.source_no from held h where h.part_id = any(${int8Array(parts)}::int8[])
    union
    select h.key_digest, h.source_no from held h join named n on h.parent_digest = n.digest
    union
    select h.key_digest, h.source_no from held h join key_alias a on a.digest = h.parent_digest join moved m on m.key_digest = a.key_digest
    union
    select h.key_digest, h.source_no from held h join moved m on h.key_digest = m.key_digest
    order by key_digest, source_no`.execute(trx)
  return rows
}

/** Streams whose first held version has all its parents, or that hold one whose time is up, or whose record was taken back. */
async function ripeStreams(trx: Transaction<Tables>, at: Date): Promise<StreamKey[]> {
  const { rows } = await sql<StreamKey>`
    with missing as materialized (
      select d.parent_digest from (select distinct parent_digest from held where parent_digest <> key_digest) d
      where not ${isPresent(sql`d.parent_digest`)}
    ), first as (
      select distinct on (h.key_digest, h.source_no) h.key_digest, h.source_no, h.part_id, h.ordinal
      from held h join version v on v.part_id = h.part_id and v.ordinal = h.ordinal
      order by h.key_digest, h.source_no, v.epoch, v.n
    )
    select f.key_digest, f.source_no from first f
    where not exists (select 1 from held h join missing m using (parent_digest) where h.part_id = f.part_id and h.ordinal = f.ordinal)
    union
    select h.key_digest, h.source_no from held h join missing m using (parent_digest)
    where coalesce(h.until_at, h.held_at + ${holdDaysDefault * 24} * interval '1 hour') <= ${at}
    union
    select h.key_digest, h.source_no from held h join stream s using (key_digest, source_no)
    where s.head_operation <> 'upsert' and s.head_state = 'accepted'
    order by key_digest, source_no limit ${streamsMax}`.execute(trx)
  return rows
}
