import type { Tables, VersionState } from '@huijiao/database'
import { byteaArray, int4Array, int8Array, retryDeadlocks } from '@huijiao/database'
import { joinTexts, validateRecord } from '@huijiao/standard'
import { type Kysely, sql, type Transaction } from 'kysely'
import { loadVersions, textsOf, type VersionRow } from './version-rows.ts'
import type { Hub } from './hub.ts'
import { addPendingEntry, readLogHead } from './log.ts'
import { dataOf } from './qualify.ts'
import type { Pins, StandardsInForce } from './standards.ts'

const readerName = 'held'
const entriesMax = 200
/** Most versions that one decision entry releases. */
const releasedMax = 500

/**
 * Reads the sequenced log on and releases held records whose parents are in force now. A child's entry and its parent's both lead here: when two
 * transactions could not see each other's rows, the one that is numbered later brings them together. Several processes may call this at once.
 * @returns true when there is more to read
 */
export async function resolveHeld(hub: Hub): Promise<boolean> {
  // While nothing is held, the log need not be read: a record that is held later is looked for by its own entry.
  const { rows: any } = await sql`select 1 from held limit 1`.execute(hub.db)
  if (any.length === 0) return false
  const result = await retryDeadlocks(() =>
    hub.db.transaction().execute(async (trx) => {
      const cursor = await lockReader(trx, readerName)
      const size = (await readLogHead(trx))?.size ?? 0
      const entries = await sql<{ index: number; kind: string; part_id: number | null; body: string | null }>`
        select index, kind, part_id, case when kind = 'decision' then body end as body from log_entry
        where index >= ${cursor} and index < ${size} and kind in ('part', 'decision') order by index limit ${entriesMax}`.execute(trx)
      const last = entries.rows.at(-1)
      const full = entries.rows.length === entriesMax
      if (last === undefined && size === cursor) return { released: 0, more: false }
      const parts = entries.rows.flatMap((row) => (row.part_id === null ? [] : [row.part_id]))
      const decided = entries.rows.flatMap((row) =>
        row.body === null ? [] : ((JSON.parse(row.body) as { versions?: [number, number][] }).versions ?? []),
      )
      const touched = await heldTouchedBy(trx, parts, decided)
      let released = 0
      for (let from = 0; from < touched.length; from += releasedMax)
        released += await releaseReady(trx, hub, touched.slice(from, from + releasedMax))
      await setReader(trx, readerName, full ? (last as { index: number }).index + 1 : size)
      return { released, more: full || released > 0 }
    }),
  )
  if (result.released > 0) hub.onPending()
  return result.more
}

/** Looks at every held record once more, wherever the log's reader is: the safety net. @returns how many were released */
export async function sweepHeld(hub: Hub): Promise<number> {
  let total = 0
  let after: { part_id: number; ordinal: number } = { part_id: -1, ordinal: -1 }
  for (;;) {
    const page = await sql<HeldPlace>`
      select distinct part_id, ordinal from held where (part_id, ordinal) > (${after.part_id}::int8, ${after.ordinal}::int4) order by part_id, ordinal limit ${releasedMax}`.execute(
      hub.db,
    )
    const last = page.rows.at(-1)
    if (last === undefined) break
    after = last
    total += await retryDeadlocks(() => hub.db.transaction().execute((trx) => releaseReady(trx, hub, page.rows)))
  }
  if (total > 0) hub.onPending()
  return total
}

interface HeldPlace {
  readonly part_id: number
  readonly ordinal: number
}

/**
 * Held versions stored by these parts, or waiting for a key that these parts or decided versions hold, or for an earlier version of that very key,
 * oldest first.
 */
async function heldTouchedBy(
  trx: Transaction<Tables>,
  parts: readonly number[],
  decided: readonly [number, number][],
): Promise<HeldPlace[]> {
  const { rows } = await sql<HeldPlace>`
    with moved as (
      select v.key_digest from version v where v.part_id = any(${int8Array(parts)}::int8[])
      union
      select v.key_digest from version v
      join unnest(${int8Array(decided.map(([partId]) => partId))}::int8[], ${int4Array(decided.map(([, ordinal]) => ordinal))}::int4[]) as t (part_id, ordinal)
        on v.part_id = t.part_id and v.ordinal = t.ordinal
    )
    select part_id, ordinal from held where part_id = any(${int8Array(parts)}::int8[])
    union
    select h.part_id, h.ordinal from held h join moved m on h.parent_digest = m.key_digest
    union
    select h.part_id, h.ordinal from held h join moved m on h.key_digest = m.key_digest
    order by part_id, ordinal`.execute(trx)
  return rows
}

interface HeldVersion extends HeldPlace {
  readonly key_digest: Buffer
  readonly source_no: number
  readonly entity: string
  readonly operation: string
  readonly n: number
  readonly epoch: number
}

/**
 * Releases those of the held versions that wait for nothing any more, inside the caller's transaction and with one entry. A version of a stream is
 * released only after the held ones before it, so that none is overtaken.
 * @returns how many were released
 */
async function releaseReady(trx: Transaction<Tables>, hub: Hub, places: readonly HeldPlace[]): Promise<number> {
  if (places.length === 0) return 0
  const held = await lockHeld(trx, places)
  const ready = await readyAmong(trx, held)
  const standards = await standardsOfParts(trx, hub, held)
  const streams = new Map<string, { released: number }>()
  const released: [part: number, ordinal: number, state: VersionState][] = []
  for (const version of held) {
    const stream = `${version.key_digest.toString('hex')}/${version.source_no}`
    if (!ready.has(`${version.part_id}/${version.ordinal}`) || streams.get(stream)?.released === -1) {
      streams.set(stream, { released: -1 })
      continue
    }
    released.push([version.part_id, version.ordinal, await release(trx, hub, version, standards.get(version.part_id) as StandardsInForce)])
  }
  if (released.length === 0) return 0
  await addPendingEntry(trx, {
    kind: 'decision',
    instant: hub.clock.now(),
    actor: 'node',
    subject: 'held',
    body: {
      decision: 'released',
      reason: 'parents-in-force',
      versions: released.map(([part, ordinal]) => [part, ordinal]),
      states: released.map(([, , state]) => state),
    },
  })
  return released.length
}

/** The versions with their streams locked, in the order of each stream; only those that are held still. */
async function lockHeld(trx: Transaction<Tables>, places: readonly HeldPlace[]): Promise<HeldVersion[]> {
  const { rows } = await sql<HeldVersion>`
    select v.part_id, v.ordinal, v.key_digest, v.source_no, v.entity, v.operation, v.epoch, v.n
    from unnest(${int8Array(places.map((one) => one.part_id))}::int8[], ${int4Array(places.map((one) => one.ordinal))}::int4[]) as t (part_id, ordinal)
    join version v on v.part_id = t.part_id and v.ordinal = t.ordinal
    order by v.epoch, v.n`.execute(trx)
  await sql`
    select 1 from stream where key_digest = any(${byteaArray(rows.map((row) => row.key_digest))}::bytea[]) order by key_digest, source_no for update`.execute(
    trx,
  )
  const still = await sql<HeldPlace>`
    select v.part_id, v.ordinal from version v
    join unnest(${int8Array(rows.map((row) => row.part_id))}::int8[], ${int4Array(rows.map((row) => row.ordinal))}::int4[]) as t (part_id, ordinal) on v.part_id = t.part_id and v.ordinal = t.ordinal
    where v.state = 'held'`.execute(trx)
  const names = new Set(still.rows.map((row) => `${row.part_id}/${row.ordinal}`))
  return rows.filter((row) => names.has(`${row.part_id}/${row.ordinal}`))
}

/** Which of them have every parent in force and no earlier held version that is not among them. */
async function readyAmong(trx: Transaction<Tables>, held: readonly HeldVersion[]): Promise<Set<string>> {
  if (held.length === 0) return new Set()
  const { rows } = await sql<HeldPlace>`
    with mine as (
      select * from unnest(${int8Array(held.map((one) => one.part_id))}::int8[], ${int4Array(held.map((one) => one.ordinal))}::int4[]) as t (part_id, ordinal)
    )
    select m.part_id, m.ordinal from mine m
    where not exists (
      select 1 from held h where h.part_id = m.part_id and h.ordinal = m.ordinal and h.parent_digest <> h.key_digest
        and not exists (select 1 from stream s where s.key_digest = h.parent_digest and s.force_part is not null))
    and not exists (
      select 1 from held h join held e on e.key_digest = h.key_digest and e.source_no = h.source_no
      join version ev on ev.part_id = e.part_id and ev.ordinal = e.ordinal and ev.state = 'held'
      join version hv on hv.part_id = h.part_id and hv.ordinal = h.ordinal
      where h.part_id = m.part_id and h.ordinal = m.ordinal and (ev.epoch, ev.n) < (hv.epoch, hv.n)
        and not exists (select 1 from mine o where o.part_id = e.part_id and o.ordinal = e.ordinal))`.execute(trx)
  return new Set(rows.map((row) => `${row.part_id}/${row.ordinal}`))
}

/** Gives a held version the state it would have had with its parents there, and the stream its head and what is in force. */
async function release(trx: Transaction<Tables>, hub: Hub, version: HeldVersion, standards: StandardsInForce): Promise<VersionState> {
  const { part_id: part, ordinal, key_digest: key, source_no: source } = version
  const stream = await trx
    .selectFrom('stream')
    .selectAll()
    .where('key_digest', '=', key)
    .where('source_no', '=', source)
    .executeTakeFirstOrThrow()
  const row = (await loadVersions(trx, [[0, part, [ordinal]]])).get(part)?.[ordinal] as VersionRow
  const rules = hub.policy().rulesOf(version.entity, dataOf(row))
  const changesForce = stream.force_part !== null && rules.onChange === 'case' && version.operation === 'upsert'
  const state: VersionState = isDoubtful(hub, row, standards) ? 'doubtful' : changesForce ? 'pending_review' : rules.initialState
  await trx.updateTable('version').set({ state }).where('part_id', '=', part).where('ordinal', '=', ordinal).execute()
  await trx.deleteFrom('held').where('part_id', '=', part).where('ordinal', '=', ordinal).execute()
  const isHead = stream.head_part === part && stream.head_ordinal === ordinal
  const inForce =
    state === 'accepted'
      ? version.operation === 'upsert'
        ? { force_part: part, force_ordinal: ordinal }
        : { force_part: null, force_ordinal: null }
      : {}
  if (isHead || state === 'accepted') {
    await trx
      .updateTable('stream')
      .set({ ...(isHead ? { head_state: state } : {}), ...inForce })
      .where('key_digest', '=', key)
      .where('source_no', '=', source)
      .execute()
  }
  return state
}

/** What the submissions of these versions began with: nobody changes the measure for a record that waits. By part. */
async function standardsOfParts(
  trx: Transaction<Tables>,
  hub: Hub,
  held: readonly HeldPlace[],
): Promise<ReadonlyMap<number, StandardsInForce>> {
  const { rows } = await sql<{ part_id: number; standards: Pins | null }>`
    select p.part_id, s.standards from part p join submission s using (submission_no)
    where p.part_id = any(${int8Array([...new Set(held.map((one) => one.part_id))])}::int8[])`.execute(trx)
  return new Map(await Promise.all(rows.map(async (row) => [row.part_id, await hub.shelf.pinned(row.standards)] as const)))
}

/** A record that waited behind another may be doubtful in itself; waiting did not settle that. */
function isDoubtful(hub: Hub, row: VersionRow, standards: StandardsInForce): boolean {
  const release = standards.releases.get(row.release)
  const entity = release?.entities.get(row.entity)
  if (row.operation !== 'upsert' || release === undefined || entity === undefined) return false
  const { o, n, s } = textsOf(hub, row)
  return validateRecord(release, entity, joinTexts(o, n, s), hub.clock.now()).some((problem) => problem.severity === 'doubt')
}

/** Locks a reader's row and gives its cursor. */
export async function lockReader(trx: Transaction<Tables>, name: string): Promise<number> {
  await trx
    .insertInto('reader')
    .values({ name, cursor: 0 })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  const row = await trx.selectFrom('reader').select('cursor').where('name', '=', name).forUpdate().executeTakeFirstOrThrow()
  return row.cursor
}

export async function setReader(trx: Transaction<Tables>, name: string, cursor: number): Promise<void> {
  await trx.updateTable('reader').set({ cursor }).where('name', '=', name).execute()
}

/** How many records wait, and since when. */
export async function countHeld(db: Kysely<Tables>): Promise<{ count: number; oldest: Date | null }> {
  const { rows } = await sql<{
    count: number
    oldest: Date | null
  }>`select count(distinct (part_id, ordinal)) as count, min(held_at) as oldest from held`.execute(db)
  return rows[0] as { count: number; oldest: Date | null }
}
