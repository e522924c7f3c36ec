import type { SentUpTable, Tables } from '@huijiao/database'
import { byteaArray } from '@huijiao/database'
import { type Kysely, type Selectable, sql } from 'kysely'
import { regionWithin } from './bounds.ts'
import { parseRecordId, publicRecordId } from './record-id.ts'

/** The keys, in hex, of which somebody decided that they go up. One statement. */
export async function decidedKeys(db: Kysely<Tables>, digests: readonly Buffer[]): Promise<Set<string>> {
  if (digests.length === 0) return new Set()
  const { rows } = await sql<{ key_digest: Buffer }>`
    select key_digest from sent_up where ended_at is null and key_digest = any(${byteaArray(digests)}::bytea[])`.execute(db)
  return new Set(rows.map((row) => row.key_digest.toString('hex')))
}

export interface SentUpFilter {
  readonly state?: 'standing' | 'ended'
  readonly entity?: string
  readonly recordId?: string
  /** Regions that the reader may see; absent: all. */
  readonly within?: readonly string[]
  /** Numbers below this one. */
  readonly before?: number
  readonly limit: number
}

/** Such decisions, newest first. */
export async function listSentUp(db: Kysely<Tables>, filter: SentUpFilter): Promise<Selectable<SentUpTable>[]> {
  let query = db.selectFrom('sent_up').selectAll()
  if (filter.state !== undefined) query = query.where('ended_at', filter.state === 'standing' ? 'is' : 'is not', null)
  if (filter.entity !== undefined) query = query.where('entity', '=', filter.entity)
  if (filter.recordId !== undefined) query = query.where('record_id', '=', parseRecordId(filter.recordId) ?? sql<string>`null::uuid`)
  if (filter.within !== undefined) query = query.where(regionWithin(sql`reporting_region`, filter.within))
  if (filter.before !== undefined) query = query.where('number', '<', filter.before)
  return await query.orderBy('number', 'desc').limit(filter.limit).execute()
}

/** Such a decision as callers see it. */
export const showSentUp = (row: Selectable<SentUpTable>) => ({
  number: row.number,
  recordId: publicRecordId(row.record_id),
  entity: row.entity,
  reportingRegion: row.reporting_region,
  document: row.document,
  reason: row.reason,
  actor: row.actor,
  madeAt: row.made_at.toISOString(),
  ended: row.ended_at === null ? null : { at: row.ended_at.toISOString(), actor: row.ended_by, reason: row.end_reason },
})
