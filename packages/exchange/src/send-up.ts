import type { Tables, VersionState } from '@huijiao/database'
import { Problem } from '@huijiao/problem'
import { sql, type Transaction } from 'kysely'
import type { Hub } from './hub.ts'
import { addPendingEntry } from './log.ts'
import { judgeFor, policyInForce } from './policy-in-force.ts'
import { dataOf } from './qualify.ts'
import { streamsOfRecord } from './record.ts'
import { publicRecordId } from './record-id.ts'
import { lockStreams } from './stream.ts'
import { isElsewhere } from './version-range.ts'
import { loadVersions, type VersionRow } from './version-rows.ts'

/** Versions of one record that a decision names; a record with more sends the latest of them. */
const versionsMax = 1000

export interface SendUpDecision {
  /** Why: such as how serious it is. */
  readonly reason: string
  /** Number of the document in which it was decided, where there is one. */
  readonly document?: string
}

export interface SentUp {
  readonly recordId: string
  readonly entity: string
  /** Versions that the links look at again because of it. */
  readonly versions: number
}

/**
 * Records that a record goes up although a rule of the policy keeps it at this node, where that rule says that a decision may overcome it: a serious
 * conduct of a provincial code, say. The decision is an entry that names the versions, and by which the links look at them again; the other rules count as
 * before. It is of the key, so that later versions go up as well.
 * @throws Problem not-found; send-up-not-possible when no such rule keeps the record, or the decision stands already
 */
export async function sendUp(hub: Hub, actor: string, recordId: string, input: SendUpDecision): Promise<SentUp> {
  const at = hub.clock.now()
  const answer = await hub.db.transaction().execute(async (trx) => {
    const record = await recordOf(trx, recordId)
    const kept = await keptByRule(trx, hub, record.key)
    if (kept.length === 0)
      throw new Problem('send-up-not-possible', {
        zh: '没有哪条可由决定放行的上报条件把此记录留在本级',
        en: 'No rule that a decision may overcome keeps this record at this node',
      })
    const inserted = await trx
      .insertInto('sent_up')
      .values({
        key_digest: record.key,
        record_id: record.uuid,
        entity: record.entity,
        reporting_region: (kept.at(-1) as VersionRow).reporting_region,
        document: input.document ?? null,
        reason: input.reason,
        actor,
        made_at: at,
        ended_at: null,
        ended_by: null,
        end_reason: null,
      })
      .onConflict((conflict) => conflict.doNothing())
      .returning('number')
      .executeTakeFirst()
    if (inserted === undefined)
      throw new Problem('send-up-not-possible', { zh: '此记录已有现行的上报决定', en: 'A decision to send this record up stands already' })
    const more = input.document === undefined ? {} : { document: input.document }
    await addDecision(trx, { at, actor, record, kept, decision: 'sent-up', reason: input.reason, more })
    return { recordId: record.publicId, entity: record.entity, versions: kept.length }
  })
  hub.onPending()
  return answer
}

/**
 * Takes such a decision back: what went up by it is ended above by a tombstone, and later versions stay here again.
 * @throws Problem not-found when none stands
 */
export async function endSendUp(hub: Hub, actor: string, recordId: string, reason: string): Promise<SentUp> {
  const at = hub.clock.now()
  const answer = await hub.db.transaction().execute(async (trx) => {
    const record = await recordOf(trx, recordId)
    const ended = await trx
      .updateTable('sent_up')
      .set({ ended_at: at, ended_by: actor, end_reason: reason })
      .where('key_digest', '=', record.key)
      .where('ended_at', 'is', null)
      .returning('number')
      .executeTakeFirst()
    if (ended === undefined)
      throw new Problem('not-found', { zh: '此记录没有现行的上报决定', en: 'No decision to send this record up stands' })
    // What stands above is the version in force of each stream: ending that one ends the stream there.
    const kept = await versionsInForce(trx, record.key)
    await addDecision(trx, { at, actor, record, kept, decision: 'sent-up-ended', reason, more: {} })
    return { recordId: record.publicId, entity: record.entity, versions: kept.length }
  })
  hub.onPending()
  return answer
}

interface DecidedRecord {
  readonly key: Buffer
  readonly uuid: string
  readonly publicId: string
  readonly entity: string
}

/** The record that an id names; its streams are locked, so that a version stored at this moment is judged after the decision, or named by it. */
async function recordOf(trx: Transaction<Tables>, recordId: string): Promise<DecidedRecord> {
  const [first] = await streamsOfRecord(trx, recordId)
  if (first === undefined) throw new Error('a record without streams was found')
  await lockStreams(trx, [first.key_digest])
  return { key: first.key_digest, uuid: first.record_id, publicId: publicRecordId(first.record_id), entity: first.entity }
}

/**
 * The versions of a key that some link's rules keep here, and that a decision would send up by that link; oldest first. What a rule has kept here, the link has
 * passed over, and so it has its contents; an older one whose contents are elsewhere went up, or was not the latest when the link came to it.
 */
async function keptByRule(trx: Transaction<Tables>, hub: Hub, key: Buffer): Promise<VersionRow[]> {
  const links = await trx.selectFrom('link').selectAll().orderBy('link_no').execute()
  const { policy } = await policyInForce(hub, trx)
  const judges = links.map((link) => judgeFor(policy, link))
  const versions = (await versionsOf(trx, key)).filter((row) => !isElsewhere(row))
  return versions.filter((row) =>
    judges.some((judge) => {
      const verdict = judge({ entity: row.entity, state: row.state, release: row.release, data: () => dataOf(row) })
      return !verdict.qualifies && verdict.byDecision === true
    }),
  )
}

/** Versions of a key that say what a record is, and that no later one has closed. What came from above goes up no link. */
async function versionsOf(trx: Transaction<Tables>, key: Buffer): Promise<VersionRow[]> {
  const { rows } = await sql<Place>`
    select v.part_id, v.ordinal from version v join part p using (part_id) join submission s using (submission_no)
    where v.part_id in (${partsOfKey(key)}) and v.key_digest = ${key} and v.operation = 'upsert' and v.state <> 'superseded' and s.came_from_above is null
    order by v.part_id desc, v.ordinal desc limit ${versionsMax}`.execute(trx)
  return await load(trx, rows.toReversed())
}

async function versionsInForce(trx: Transaction<Tables>, key: Buffer): Promise<VersionRow[]> {
  const { rows } = await sql<Place>`
    select force_part as part_id, force_ordinal as ordinal from stream where key_digest = ${key} and force_part is not null order by 1, 2`.execute(
    trx,
  )
  return await load(trx, rows)
}

interface Place {
  readonly part_id: number
  readonly ordinal: number
}

/** Parts that hold versions of a key, found by going back along its streams. */
const partsOfKey = (key: Buffer) => sql`
  with recursive chain as (
    select v.part_id, v.prev_part, v.prev_ordinal from stream s join version v on v.part_id = s.last_part and v.ordinal = s.last_ordinal where s.key_digest = ${key}
    union
    select v.part_id, v.prev_part, v.prev_ordinal from chain c join version v on v.part_id = c.prev_part and v.ordinal = c.prev_ordinal
  )
  select part_id from chain`

async function load(trx: Transaction<Tables>, places: readonly Place[]): Promise<VersionRow[]> {
  const items = [...Map.groupBy(places, (one) => one.part_id)].map(([partId, list]) => [0, partId, list.map((one) => one.ordinal)] as const)
  const parts = await loadVersions(trx, items)
  return places.flatMap(({ part_id, ordinal }) => parts.get(part_id)?.find((row) => row.ordinal === ordinal) ?? [])
}

async function addDecision(
  trx: Transaction<Tables>,
  told: {
    readonly at: Date
    readonly actor: string
    readonly record: DecidedRecord
    readonly kept: readonly VersionRow[]
    readonly decision: 'sent-up' | 'sent-up-ended'
    readonly reason: string
    readonly more: object
  },
): Promise<void> {
  const { at, actor, record, kept, decision, reason, more } = told
  await addPendingEntry(trx, {
    kind: 'decision',
    instant: at,
    actor,
    subject: record.publicId,
    body: {
      decision,
      record: record.publicId,
      entity: record.entity,
      reason,
      ...more,
      versions: kept.map((row) => [row.part_id, row.ordinal]),
      states: kept.map((row): VersionState => row.state),
    },
  })
}
