import { textArray, type Tables } from '@huijiao/database'
import { type Kysely, type RawBuilder, sql } from 'kysely'
import { parseRecordId } from './record-id.ts'

/** Beginnings of the codes that granted regions cover: `370000` → `37`, `370100` → `3701`, `000000` → everything, else the code itself. */
export function prefixesOf(regions: readonly string[]): string[] {
  return regions.map((code) => {
    if (!/^\d{6}$/.test(code)) return code
    if (code === '000000') return ''
    return code.endsWith('0000') ? code.slice(0, 2) : code.endsWith('00') ? code.slice(0, 4) : code
  })
}

/** True for a column with a region code that the granted regions cover. */
export const regionWithin = (column: RawBuilder<unknown>, regions: readonly string[]): RawBuilder<boolean> =>
  sql<boolean>`exists (select 1 from unnest(${textArray(prefixesOf(regions))}::text[]) as bound (prefix) where starts_with(${column}, bound.prefix))`

/** True for a column with a record's id when the latest version in one of its streams was reported for a covered region. */
export const recordWithin = (column: RawBuilder<unknown>, regions: readonly string[]): RawBuilder<boolean> =>
  sql<boolean>`exists (
    select 1 from stream bs join version bv on bv.part_id = bs.last_part and bv.ordinal = bs.last_ordinal
    where bs.record_id = ${column} and ${regionWithin(sql`bv.reporting_region`, regions)})`

/** True for a column with a participant's id when every region granted to it is covered. */
export const participantWithin = (column: RawBuilder<unknown>, regions: readonly string[]): RawBuilder<boolean> =>
  sql<boolean>`exists (
    select 1 from participant bp where bp.participant_id = ${column}
      and not exists (select 1 from unnest(bp.regions) as granted (code) where not ${regionWithin(sql`granted.code`, regions)}))`

/**
 * True for a submission whose regions are all covered: those of the account that handed it in, else those of its participant.
 * @param table name of the table or alias that has `granted_regions` and `participant_id`
 */
export const submissionWithin = (table: string, regions: readonly string[]): RawBuilder<boolean> => sql<boolean>`
  case when ${sql.ref(`${table}.granted_regions`)} is null then ${participantWithin(sql.ref(`${table}.participant_id`), regions)}
    else not exists (select 1 from unnest(${sql.ref(`${table}.granted_regions`)}) as granted (code) where not ${regionWithin(sql`granted.code`, regions)}) end`

/** Whether an operator with these regions may see a record. @param recordId as callers write it */
export async function maySeeRecord(db: Kysely<Tables>, recordId: string, regions: readonly string[]): Promise<boolean> {
  const uuid = parseRecordId(recordId)
  if (uuid === null || uuid === undefined) return false
  return await isTrue(db, recordWithin(sql`${uuid}::uuid`, regions))
}

export const maySeeSubmission = (db: Kysely<Tables>, submissionNo: number, regions: readonly string[]): Promise<boolean> =>
  isTrue(
    db,
    sql<boolean>`exists (select 1 from submission s where s.submission_no = ${submissionNo} and ${submissionWithin('s', regions)})`,
  )

export const maySeeParticipant = (db: Kysely<Tables>, participantId: string, regions: readonly string[]): Promise<boolean> =>
  isTrue(db, participantWithin(sql`${participantId}::text`, regions))

/** Whether every one of these versions was reported for a covered region. */
export async function maySeePlaces(
  db: Kysely<Tables>,
  places: readonly { readonly partId: number; readonly ordinal: number }[],
  regions: readonly string[],
): Promise<boolean> {
  const wanted = JSON.stringify(places.map((one) => ({ part_id: one.partId, ordinal: one.ordinal })))
  return await isTrue(
    db,
    sql<boolean>`not exists (
      select 1 from jsonb_to_recordset(${wanted}::jsonb) as t (part_id bigint, ordinal integer)
      left join version v using (part_id, ordinal)
      where v.reporting_region is null or not ${regionWithin(sql`v.reporting_region`, regions)})`,
  )
}

export const maySeeFinding = (db: Kysely<Tables>, number: number, regions: readonly string[]): Promise<boolean> =>
  isTrue(
    db,
    sql<boolean>`exists (select 1 from finding f where f.finding_no = ${number} and ${regionWithin(sql`f.reporting_region`, regions)})`,
  )

export const maySeeConflict = (db: Kysely<Tables>, number: number, regions: readonly string[]): Promise<boolean> =>
  isTrue(db, sql<boolean>`exists (select 1 from conflict c where c.conflict_id = ${number} and ${recordWithin(sql`c.record_id`, regions)})`)

export const maySeeDuplicate = (db: Kysely<Tables>, number: number, regions: readonly string[]): Promise<boolean> =>
  isTrue(
    db,
    sql<boolean>`exists (select 1 from duplicate d where d.duplicate_id = ${number}
      and ${recordWithin(sql`d.left_record`, regions)} and ${recordWithin(sql`d.right_record`, regions)})`,
  )

async function isTrue(db: Kysely<Tables>, condition: RawBuilder<boolean>): Promise<boolean> {
  const { rows } = await sql<{ yes: boolean }>`select ${condition} as yes`.execute(db)
  return rows[0]?.yes === true
}
