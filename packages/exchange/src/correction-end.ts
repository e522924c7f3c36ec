import type { CorrectionTable, Tables } from '@huijiao/database'
import { digestText } from '@huijiao/merkle'
import { Problem } from '@huijiao/problem'
import { type Kysely, type Selectable, sql } from 'kysely'
import { recordWithin } from './bounds.ts'
import { ownParticipant } from './authority.ts'
import type { Hub } from './hub.ts'
import { addPendingEntry } from './log.ts'
import { parseRecordId, publicRecordId } from './record-id.ts'
import { type RecordStream, streamsOfRecord } from './record.ts'
import { lockStreams } from './stream.ts'

/**
 * Ends the correction that stands on a record: from then on its fields are again what the sources say. The version stays; a decision entry turns it,
 * and each link that it went up takes it back above.
 * @throws Problem not-found when none stands
 */
export async function endCorrection(hub: Hub, actor: string, recordId: string, reason: string): Promise<{ fields: readonly string[] }> {
  const at = hub.clock.now()
  const row = await hub.db.transaction().execute(async (trx) => {
    const key = ((await streamsOfRecord(trx, recordId))[0] as RecordStream).key_digest
    await lockStreams(trx, [key])
    const ended = await trx
      .updateTable('correction')
      .set({ ended_at: at, ended_by: actor, end_reason: reason })
      .where('key_digest', '=', key)
      .where('ended_at', 'is', null)
      .returning(['part_id', 'ordinal', 'record_id', 'fields'])
      .executeTakeFirst()
    if (ended === undefined) throw new Problem('not-found', { zh: '该记录没有现行的更正', en: 'No correction stands on the record' })
    const { part_id: part, ordinal } = ended
    await trx.updateTable('version').set({ state: 'refused' }).where('part_id', '=', part).where('ordinal', '=', ordinal).execute()
    await trx.deleteFrom('held').where('part_id', '=', part).where('ordinal', '=', ordinal).execute()
    await trx
      .updateTable('stream')
      // Without its digest the very same correction can be made again later.
      .set({ head_state: 'refused', content_mac: null, force_part: null, force_ordinal: null })
      .where('key_digest', '=', key)
      .where('head_part', '=', part)
      .where('head_ordinal', '=', ordinal)
      .execute()
    await addPendingEntry(trx, {
      kind: 'decision',
      instant: at,
      actor,
      subject: publicRecordId(ended.record_id),
      body: {
        decision: 'correction-ended',
        record: publicRecordId(ended.record_id),
        reason,
        versions: [[part, ordinal]],
        states: ['refused'],
      },
    })
    return ended
  })
  hub.onPending()
  return { fields: row.fields }
}

export interface CorrectionFilter {
  /** Regions that the reader may see; absent: all. */
  readonly within?: readonly string[]
  readonly recordId?: string
  readonly entity?: string
  readonly state?: 'standing' | 'ended'
  /** Numbers below this one. */
  readonly before?: number
  readonly limit: number
}

type Row = Selectable<CorrectionTable>

/** Corrections made at this node, newest first. What they say is read at the record. */
export async function listCorrections(db: Kysely<Tables>, filter: CorrectionFilter) {
  let query = db.selectFrom('correction').selectAll()
  if (filter.recordId !== undefined) {
    const uuid = parseRecordId(filter.recordId)
    query = query.where('key_digest', 'in', (sub) =>
      sub
        .selectFrom('stream')
        .select('key_digest')
        .where('record_id', '=', uuid ?? '00000000-0000-0000-0000-000000000000'),
    )
  }
  if (filter.within !== undefined) query = query.where(recordWithin(sql`correction.record_id`, filter.within))
  if (filter.entity !== undefined) query = query.where('entity', '=', filter.entity)
  if (filter.state !== undefined) query = query.where('ended_at', filter.state === 'standing' ? 'is' : 'is not', null)
  if (filter.before !== undefined) query = query.where('number', '<', filter.before)
  const rows = await query.orderBy('number', 'desc').limit(filter.limit).execute()
  return rows.map((row) => ({ number: row.number, ...shown(row) }))
}

const shown = (row: Row) => ({
  recordId: publicRecordId(row.record_id),
  entity: row.entity,
  corrects: digestText(row.corrects),
  fields: row.fields,
  reason: row.reason,
  actor: row.actor,
  madeAt: row.made_at.toISOString(),
  ended: row.ended_at === null ? null : { at: row.ended_at.toISOString(), actor: row.ended_by, reason: row.end_reason },
})

/** The stream in which this node writes its corrections. */
export const ownStreamOf = (hub: Pick<Hub, 'node'>): string => `${hub.node.name}/${ownParticipant}`
