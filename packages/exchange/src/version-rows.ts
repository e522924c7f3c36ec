import type { Tables, VersionTable } from '@huijiao/database'
import { int4Array, int8Array } from '@huijiao/database'
import { digestText, type RecordIdentity } from '@huijiao/merkle'
import { type Kysely, type Selectable, sql } from 'kysely'
import { attachmentsOfVersions, type NamedHere, openNamed } from './named-attachments.ts'
import type { Hub } from './hub.ts'
import { publicRecordId } from './record-id.ts'
import { textsMustBeHere, type VersionsElsewhere, withElsewhere } from './version-range.ts'
import type { TextLetter } from './versions-body.ts'

/** A version with the text form of its stream. Texts are null where they were not asked for, or are kept elsewhere (see version-range.ts). */
export type VersionRow = Selectable<VersionTable> & {
  readonly stream: string
  readonly attachments?: NamedHere
  readonly elsewhere?: VersionsElsewhere
}

/**
 * All versions of the items' parts, in order; the texts only of those that the items name, because a proof needs the leaves of the whole part
 * but a retry of one record must not read the other two thousand.
 */
export async function loadVersions(
  db: Kysely<Tables>,
  items: readonly (readonly [unknown, number, readonly number[] | null, ...unknown[]])[],
): Promise<Map<number, VersionRow[]>> {
  const whole = items.filter((item) => item[2] === null).map((item) => item[1])
  const some = items.flatMap(([, partId, ordinals]) => (ordinals ?? []).map((ordinal) => ({ partId, ordinal })))
  const { rows } = await sql<VersionRow>`
    select v.part_id, v.ordinal, v.key_digest, v.source_no, v.record_id, v.entity, v.operation, v.epoch, v.n, v.source_version, v.release, v.commitment,
           case when wanted.yes then v.open_text end as open_text, case when wanted.yes then v.named_text end as named_text,
           case when wanted.yes then v.sealed_text end as sealed_text, v.salts, v.text_hashes, v.state, v.reporting_region, v.source_id, v.entered_by,
           v.reason, v.flags, v.record_index, v.prev_part, v.prev_ordinal, s.origin || '/' || s.participant as stream
    from version v
    join source s using (source_no)
    left join unnest(${int8Array(some.map((one) => one.partId))}::int8[], ${int4Array(some.map((one) => one.ordinal))}::int4[]) as w (part_id, ordinal)
      on w.part_id = v.part_id and w.ordinal = v.ordinal
    cross join lateral (select w.part_id is not null or v.part_id = any(${int8Array(whole)}::int8[]) as yes) as wanted
    where v.part_id = any(${int8Array([...new Set(items.map((item) => item[1]))])}::int8[])
    order by v.part_id, v.ordinal`.execute(db)
  const wanted = new Set(some.map((one) => `${one.partId}/${one.ordinal}`))
  const named = await attachmentsOfVersions(
    db,
    rows.filter((row) => row.salts.length > 48 && (whole.includes(row.part_id) || wanted.has(`${row.part_id}/${row.ordinal}`))),
  )
  const parts = new Map<number, VersionRow[]>()
  for (const found of await withElsewhere(db, rows)) {
    const attachments = named.get(`${found.part_id}/${found.ordinal}`)
    const row = attachments === undefined ? found : { ...found, attachments }
    const list = parts.get(row.part_id)
    if (list === undefined) parts.set(row.part_id, [row])
    else list.push(row)
  }
  return parts
}

/** What a version's leaf says, here. */
export const identityOf = (row: VersionRow): RecordIdentity => ({
  entity: row.entity,
  recordId: publicRecordId(row.record_id),
  operation: row.operation,
  stream: row.stream,
  epoch: row.epoch,
  n: row.n,
  sourceVersion: row.source_version,
  release: row.release,
  commitment: digestText(row.commitment),
})

/**
 * The texts of a row whose texts were loaded; sealed ones are opened with this node's key.
 * @throws Problem version-range-detached
 */
export function textsOf(hub: Pick<Hub, 'sealer'>, row: VersionRow): Record<TextLetter, string | null> {
  textsMustBeHere(row)
  return {
    o: row.open_text,
    n: row.named_text,
    s: row.sealed_text === null ? null : hub.sealer.open(row.sealed_text, row.commitment),
    a: row.attachments === undefined ? null : openNamed(hub, row.attachments, row.commitment),
  }
}
