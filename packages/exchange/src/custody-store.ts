import type { Tables } from '@huijiao/database'
import { int4Array, int8Array, textArray } from '@huijiao/database'
import type { RecordIdentity } from '@huijiao/merkle'
import { type Kysely, type RawBuilder, sql } from 'kysely'
import { cutStep, type CustodyStep, ordinalsOf } from './custody.ts'

/** A verified custody line of a body, with the records it tells of. */
export interface ReceivedCustody {
  readonly step: CustodyStep
  /** In the order of its ordinals. */
  readonly identities: readonly RecordIdentity[]
  /** Position of its first record in the submission; the others follow. */
  readonly firstIndex: number
  /** Positions of its records in the submission, where they do not follow each other. */
  readonly indexes?: readonly number[]
}

export interface CustodyRow {
  readonly part_id: number
  /** Which version here is which record of the source's part, in the order of the source's ordinals. */
  readonly ordinals: [here: number, source: number][]
  readonly document: string
}

/** The statement that stores what came with the versions of a part: each custody line cut to the records that this part stored. Null when nothing is left. */
export function custodyInsert(
  partId: number,
  custody: readonly ReceivedCustody[],
  versions: readonly { readonly ordinal: number; readonly prepared: { readonly index: number } }[],
): RawBuilder<unknown> | null {
  const ordinalOf = new Map(versions.map((version) => [version.prepared.index, version.ordinal]))
  const rows = custody.flatMap(({ step, identities, firstIndex, indexes }, seq) => {
    const placeOf = (position: number): number => indexes?.[position] ?? firstIndex + position
    const keep = identities.flatMap((_, position) => (ordinalOf.has(placeOf(position)) ? [position] : []))
    if (keep.length === 0) return []
    const source = ordinalsOf(step)
    const ordinals = keep.map((position) => [ordinalOf.get(placeOf(position)) as number, source[position] as number])
    return [{ seq, ordinals: JSON.stringify(ordinals), document: JSON.stringify(cutStep(step, identities, keep)) }]
  })
  if (rows.length === 0) return null
  return sql`
    insert into custody (part_id, seq, ordinals, document)
    select ${partId}::int8, t.seq, t.ordinals::jsonb, t.document
    from unnest(${int4Array(rows.map((row) => row.seq))}::int4[], ${textArray(rows.map((row) => row.ordinals))}::text[],
                ${textArray(rows.map((row) => row.document))}::text[]) as t (seq, ordinals, document)`
}

/** What came with the records of these parts from below. */
export async function loadCustody(db: Kysely<Tables>, partIds: readonly number[]): Promise<Map<number, CustodyRow[]>> {
  if (partIds.length === 0) return new Map()
  const { rows } = await sql<CustodyRow>`
    select part_id, ordinals, document from custody where part_id = any(${int8Array(partIds)}::int8[]) order by part_id, seq`.execute(db)
  return Map.groupBy(rows, (row) => row.part_id)
}

/** The steps below a part's records, seen from the whole part: their `records` are ordinals here. */
export const stepsBelow = (rows: readonly CustodyRow[]): CustodyStep[] =>
  rows.map((row) => ({ ...(JSON.parse(row.document) as CustodyStep), records: row.ordinals.map(([here]) => here) }))
