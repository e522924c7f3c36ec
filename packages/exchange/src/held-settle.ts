import { setImmediate } from 'node:timers/promises'
import type { Tables, VersionState, VersionTable } from '@huijiao/database'
import { byteaArray, int4Array, int8Array, textArray } from '@huijiao/database'
import { holdDaysDefault, joinTexts, validateRecord } from '@huijiao/standard'
import { type Selectable, sql, type Transaction } from 'kysely'
import { decideHeld, type HeldDecision } from './decide-held.ts'
import { insertFindings } from './finding.ts'
import type { Hub } from './hub.ts'
import { addPendingEntry } from './log.ts'
import { type MissingParent, neverCame } from './never-came.ts'
import { isLater } from './later.ts'
import { isPresent } from './parents.ts'
import { dataOf } from './qualify.ts'
import type { Pins, StandardsInForce } from './standards.ts'
import { type StreamRow, updateStreams } from './stream.ts'

/** A stream by what its row is found by. */
export interface StreamKey {
  readonly key_digest: Buffer
  readonly source_no: number
}

/** A held version with its texts and what it still waits for. */
interface HeldVersion extends Selectable<VersionTable> {
  readonly origin: string
  readonly held_at: Date
  readonly until_at: Date | null
  readonly missing: readonly MissingParent[] | null
  readonly ended: boolean
}

const nameOf = (key: StreamKey) => `${key.key_digest.toString('latin1')}/${key.source_no}`

/** Records that are judged in one turn of the event loop; about a millisecond's work. */
const recordsPerTurn = 32

/** Hours that a row without a deadline waits: one of an older node. */
const hoursDefault = holdDaysDefault * 24

const streamKeys = (keys: readonly StreamKey[]) =>
  sql`unnest(${byteaArray(keys.map((one) => one.key_digest))}::bytea[], ${int4Array(keys.map((one) => one.source_no))}::int4[]) as t (key_digest, source_no)`

/**
 * Decides every held version of some streams, inside the caller's transaction: what waits for nothing any more is released, what was taken back is
 * closed, and what has waited its time out is refused. Each kind is one entry. The number of statements does not depend on how many there are.
 * @returns how many were decided
 */
export async function settleHeld(trx: Transaction<Tables>, hub: Hub, keys: readonly StreamKey[]): Promise<number> {
  if (keys.length === 0) return 0
  const at = hub.clock.now()
  const streams = await lockStreamsOf(trx, keys)
  const held = await loadHeld(trx, keys)
  const decided = decideAll(held, at)
  if (decided.length === 0) return 0
  const standards = await standardsOfParts(trx, hub, decided)
  const states = new Map<Decided, VersionState>()
  for (const [index, one] of decided.entries()) {
    // A released record is judged again, one by one: in between, requests get their turn.
    if (index % recordsPerTurn === recordsPerTurn - 1) await setImmediate()
    states.set(one, settleOne(hub, one, streams, standards))
  }
  await writeStates(trx, decided, states)
  await updateStreams(
    trx,
    [...streams.values()].filter((one) => one.changed).map((one) => one.row),
  )
  await insertFindings(
    trx,
    decided
      .filter((one) => one.decision === 'refused')
      .map(({ version }) =>
        neverCame(hub, entityOf(version, standards.get(version.part_id)), { ...version, missing: version.missing ?? [] }, at),
      ),
    at,
  )
  for (const kind of ['released', 'closed', 'refused'] as const) {
    const list = decided.filter((one) => one.decision === kind)
    if (list.length > 0) await addDecision(trx, at, kind, list, states)
  }
  return decided.length
}

interface Decided {
  readonly version: HeldVersion
  readonly decision: Exclude<HeldDecision, 'stays'>
}

function decideAll(held: readonly HeldVersion[], at: Date): Decided[] {
  return [...Map.groupBy(held, nameOf).values()].flatMap((list) =>
    decideHeld(
      list.map((one) => ({ missing: one.missing !== null, until: one.until_at, ended: one.ended })),
      at,
    ).flatMap((decision, index) => (decision === 'stays' ? [] : [{ version: list[index] as HeldVersion, decision }])),
  )
}

interface LockedStream {
  row: StreamRow
  changed: boolean
}

/** Their rows, locked in the order in which a part locks them. */
async function lockStreamsOf(trx: Transaction<Tables>, keys: readonly StreamKey[]): Promise<Map<string, LockedStream>> {
  const { rows } = await sql<StreamRow>`
    select s.* from stream s where (s.key_digest, s.source_no) in (select * from ${streamKeys(keys)}) order by s.key_digest, s.source_no for update`.execute(
    trx,
  )
  return new Map(rows.map((row) => [nameOf(row), { row, changed: false }]))
}

/** Every held version of the streams in the order of each, with the parents that are still missing. Read after the lock, so that nobody changes it. */
async function loadHeld(trx: Transaction<Tables>, keys: readonly StreamKey[]): Promise<HeldVersion[]> {
  const { rows } = await sql<HeldVersion>`
    with recursive waiting as materialized (
      select h.key_digest, h.source_no, h.part_id, h.ordinal, min(h.held_at) as held_at,
             min(coalesce(h.until_at, h.held_at + ${hoursDefault} * interval '1 hour')) filter (where m.is_missing) as until_at,
             json_agg(json_build_object('entity', h.parent_entity, 'field', h.field, 'rule', h.rule, 'digest', encode(h.parent_digest, 'hex'))) filter (where m.is_missing) as missing
      from held h
      join ${streamKeys(keys)} using (key_digest, source_no)
      cross join lateral (select h.parent_digest <> h.key_digest and not ${isPresent(sql`h.parent_digest`)} as is_missing) m
      group by h.key_digest, h.source_no, h.part_id, h.ordinal
    ), total as (
      select w.key_digest, w.source_no, count(*) as held from waiting w group by w.key_digest, w.source_no
    ), chain as (
      -- From the latest stored version back until every held one has been met: an end that lies among them, or after them, is found.
      select s.key_digest, s.source_no, v.part_id, v.ordinal, v.epoch, v.n, v.operation, v.state, v.prev_part, v.prev_ordinal,
             t.held - (v.state = 'held')::int as left_over
      from total t
      join stream s on s.key_digest = t.key_digest and s.source_no = t.source_no
      join version v on v.part_id = s.last_part and v.ordinal = s.last_ordinal
      union all
      select c.key_digest, c.source_no, v.part_id, v.ordinal, v.epoch, v.n, v.operation, v.state, v.prev_part, v.prev_ordinal, c.left_over - (v.state = 'held')::int
      from chain c join version v on v.part_id = c.prev_part and v.ordinal = c.prev_ordinal
      where c.left_over > 0
    ), ends as (
      select distinct on (c.key_digest, c.source_no) c.key_digest, c.source_no, c.part_id, c.ordinal, c.epoch, c.n
      from chain c where c.operation <> 'upsert' and c.state = 'accepted'
      order by c.key_digest, c.source_no, c.epoch desc, c.n desc, c.part_id desc, c.ordinal desc
    )
    select v.*, o.origin, w.held_at, w.until_at, w.missing, coalesce(${isLater('e', 'v')}, false) as ended
    from waiting w
    join version v on v.part_id = w.part_id and v.ordinal = w.ordinal and v.state = 'held'
    join source o on o.source_no = v.source_no
    left join ends e on e.key_digest = w.key_digest and e.source_no = w.source_no
    order by v.key_digest, v.source_no, v.epoch, v.n, v.part_id, v.ordinal`.execute(trx)
  return rows
}

/** Gives a version the state of its decision, and its stream the head and what is in force. */
function settleOne(
  hub: Hub,
  { version, decision }: Decided,
  streams: Map<string, LockedStream>,
  standards: ReadonlyMap<number, StandardsInForce>,
): VersionState {
  const stream = streams.get(nameOf(version)) as LockedStream
  const state =
    decision === 'released'
      ? releasedState(hub, version, stream.row, standards.get(version.part_id) as StandardsInForce)
      : decision === 'closed'
        ? 'superseded'
        : 'refused'
  const isHead = stream.row.head_part === version.part_id && stream.row.head_ordinal === version.ordinal
  if (!isHead && state !== 'accepted') return state
  stream.row = {
    ...stream.row,
    ...(isHead ? { head_state: state } : {}),
    ...(state === 'accepted' ? { force_part: version.part_id, force_ordinal: version.ordinal } : {}),
  }
  stream.changed = true
  return state
}

/** The state that the version would have had with its parents there. */
function releasedState(hub: Hub, version: HeldVersion, stream: StreamRow, standards: StandardsInForce): VersionState {
  if (isDoubtful(hub, version, standards)) return 'doubtful'
  const rules = hub.policy().rulesOf(version.entity, dataOf(version))
  // A correction is decided where the record entered; a version from below has been through that already.
  const locked = stream.force_part !== null && rules.onChange === 'case' && version.origin === hub.node.name
  return locked ? 'pending_review' : rules.initialState
}

/** The table of a version, as its submission's release describes it. */
const entityOf = (version: HeldVersion, standards: StandardsInForce | undefined) =>
  standards?.releases.get(version.release)?.entities.get(version.entity)

/** A record that waited may be doubtful in itself; waiting did not settle that. */
function isDoubtful(hub: Hub, version: HeldVersion, standards: StandardsInForce): boolean {
  const release = standards.releases.get(version.release)
  const entity = entityOf(version, standards)
  if (release === undefined || entity === undefined) return false
  const sealed = version.sealed_text === null ? null : hub.sealer.open(version.sealed_text, version.commitment)
  const data = joinTexts(version.open_text, version.named_text, sealed)
  return validateRecord(release, entity, data, hub.clock.now()).some((problem) => problem.severity === 'doubt')
}

/** What the submissions of these versions began with: nobody changes the measure for a record that waits. By part. */
async function standardsOfParts(
  trx: Transaction<Tables>,
  hub: Hub,
  decided: readonly Decided[],
): Promise<ReadonlyMap<number, StandardsInForce>> {
  const parts = [...new Set(decided.filter((one) => one.decision !== 'closed').map((one) => one.version.part_id))]
  if (parts.length === 0) return new Map()
  const { rows } = await sql<{ part_id: number; standards: Pins | null }>`
    select p.part_id, s.standards from part p join submission s using (submission_no) where p.part_id = any(${int8Array(parts)}::int8[])`.execute(
    trx,
  )
  return new Map(await Promise.all(rows.map(async (row) => [row.part_id, await hub.shelf.pinned(row.standards)] as const)))
}

async function writeStates(
  trx: Transaction<Tables>,
  decided: readonly Decided[],
  states: ReadonlyMap<Decided, VersionState>,
): Promise<void> {
  const places = decided.map((one) => one.version.part_id)
  const parts = int8Array(places)
  const ordinals = int4Array(decided.map((one) => one.version.ordinal))
  await sql`
    with t as (
      select * from unnest(${parts}::int8[], ${ordinals}::int4[], ${textArray(decided.map((one) => states.get(one) as string))}::text[]) as t (part_id, ordinal, state)
    ), gone as (
      delete from held h using t where h.part_id = t.part_id and h.ordinal = t.ordinal
    )
    update version v set state = t.state from t
    -- Only partitions within these bounds are locked against who takes old ones out.
    where v.part_id = t.part_id and v.ordinal = t.ordinal and v.part_id >= ${Math.min(...places)} and v.part_id <= ${Math.max(...places)}`.execute(
    trx,
  )
}

const reasons = { released: 'parents-in-force', closed: 'withdrawn', refused: 'parent-never-came' } as const

async function addDecision(
  trx: Transaction<Tables>,
  at: Date,
  kind: Decided['decision'],
  list: readonly Decided[],
  states: ReadonlyMap<Decided, VersionState>,
): Promise<void> {
  await addPendingEntry(trx, {
    kind: 'decision',
    instant: at,
    actor: 'node',
    subject: 'held',
    body: {
      decision: kind,
      reason: reasons[kind],
      versions: list.map(({ version }) => [version.part_id, version.ordinal]),
      states: list.map((one) => states.get(one) as string),
    },
  })
}
