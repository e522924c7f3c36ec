import { textArray } from '@huijiao/database'
import type { CodeChange } from '@huijiao/standard'
import { sql } from 'kysely'
import type { Hub } from './hub.ts'

/** How many stored records a change of a dictionary touches: those that use a code which would end, be dropped, be renamed or count for other days. */
export interface DictionaryUse {
  /** Records found; each once. */
  readonly records: number
  /** Not all were looked through, or the contents of some are kept elsewhere: it may be more. */
  readonly more: boolean
  /** Records looked through, the newest of each table first. */
  readonly looked: number
  /** Codes that are used, with the number of records of each. */
  readonly codes: Readonly<Record<string, number>>
  /** Fields that use the dictionary and are kept where they cannot be looked at: personal ones, under seal. */
  readonly unseen: readonly { readonly entity: string; readonly field: string }[]
}

export interface UseLimits {
  /** Records of one statement. */
  readonly batch: number
  /** No further statement begins after so many milliseconds. */
  readonly forMs: number
}

const usual: UseLimits = { batch: 10_000, forMs: 2_000 }

const touches = ({ kind, before, after }: CodeChange): boolean =>
  kind === 'removed' ||
  kind === 'ended' ||
  (kind === 'changed' && (before?.nameZh !== after?.nameZh || before?.validFrom !== after?.validFrom || before?.validTo !== after?.validTo))

/**
 * Looks through the records of one release as they stand, table by table, for codes that a change touches. It reads whole batches and stops after a while:
 * with many records stored, what it tells is the least.
 */
export async function dictionaryUse(
  hub: Hub,
  { release, code, changes }: { readonly release: string; readonly code: string; readonly changes: readonly CodeChange[] },
  limits: UseLimits = usual,
): Promise<DictionaryUse> {
  const { revisions } = await hub.shelf.current()
  const entities = [...(revisions.get(release)?.release.entities.values() ?? [])]
  const uses = entities.flatMap((entity) =>
    entity.fields.filter((field) => field.dictionary === code || field.list === code).map((field) => ({ entity: entity.code, field })),
  )
  const unseen = uses.filter(({ field }) => field.privacy !== 'open').map(({ entity, field }) => ({ entity, field: field.code }))
  const touched = changes.filter(touches).map((one) => one.code)
  const codes: Record<string, number> = {}
  let [records, looked, more] = [0, 0, false]
  const until = performance.now() + limits.forMs
  const open = Map.groupBy(
    uses.filter(({ field }) => field.privacy === 'open'),
    ({ entity }) => entity,
  )
  if (touched.length > 0)
    for (const [entity, fields] of open) {
      const asked = { release, entity, fields: fields.map(({ field }) => field.code), touched }
      for (let before: number | null = null; ;) {
        if (looked > 0 && performance.now() > until) {
          more = true
          break
        }
        const batch: Batch = await lookThrough(hub, asked, before, limits.batch)
        records += batch.records
        looked += batch.looked
        more ||= batch.elsewhere
        for (const [one, count] of Object.entries(batch.codes ?? {})) codes[one] = (codes[one] ?? 0) + count
        if (batch.looked < limits.batch || batch.last === null) break
        before = batch.last
      }
    }
  return { records, more, looked, codes, unseen }
}

interface Batch {
  readonly last: number | null
  readonly looked: number
  readonly records: number
  readonly codes: Readonly<Record<string, number>> | null
  /** The contents of some are not in the database. */
  readonly elsewhere: boolean
}

/** The next records of a table, newest first: how many of them use one of the codes in one of the fields. */
async function lookThrough(
  { db }: Hub,
  asked: { readonly release: string; readonly entity: string; readonly fields: readonly string[]; readonly touched: readonly string[] },
  before: number | null,
  most: number,
): Promise<Batch> {
  const { rows } = await sql<Batch>`
    with batch as materialized (
      select place, part_id, ordinal from search_record
      where entity = ${asked.entity} ${before === null ? sql`` : sql`and place < ${before}`}
      order by place desc limit ${most}
    ), hits as (
      select distinct b.place, v.open_text::json ->> f.field as code
      from batch b
      join version v on v.part_id = b.part_id and v.ordinal = b.ordinal
      cross join unnest(${textArray(asked.fields)}::text[]) as f (field)
      where v.release = ${asked.release} and v.operation = 'upsert' and v.open_text is not null
        and v.open_text::json ->> f.field = any(${textArray(asked.touched)}::text[])
    )
    select (select min(place) from batch) as last,
      exists (select 1 from batch b join version v on v.part_id = b.part_id and v.ordinal = b.ordinal where length(v.salts) = 0) as elsewhere,
      (select count(*)::int4 from batch) as looked,
      (select count(distinct place)::int4 from hits) as records,
      (select json_object_agg(code, n) from (select code, count(*)::int4 as n from hits group by code) as counted) as codes`.execute(db)
  return rows[0] as Batch
}
