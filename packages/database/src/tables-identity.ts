import type { ColumnType, Generated, GeneratedAlways } from 'kysely'

/** Row types of identity: successions, corrections, conflicts, likenesses. `bigint` columns are numbers: nothing here passes 2^53. */
type Json<T> = ColumnType<T, string, string>

export interface SuccessionTable {
  succession_id: string
  number: GeneratedAlways<number>
  entity: string
  kind: 'renamed' | 'merged' | 'split'
  effective_on: string | null
  reason: string
  rule: string | null
  actor: string
  made_at: Date
  undone_at: Date | null
  undone_by: string | null
  undo_reason: string | null
}

export interface SuccessionLinkTable {
  succession_id: string
  from_digest: Buffer
  to_digest: Buffer
  from_key: string | null
  to_key: string | null
  standing: Generated<boolean>
}

export interface CorrectionTable {
  part_id: number
  ordinal: number
  number: GeneratedAlways<number>
  key_digest: Buffer
  record_id: string
  entity: string
  corrects: Buffer
  fields: string[]
  reason: string
  actor: string
  made_at: Date
  ended_at: Date | null
  ended_by: string | null
  end_reason: string | null
}

/** What one source says of a field: [source number, part id, ordinal, keyed digest of the value in hex]. */
export type ConflictSide = [sourceNo: number, partId: number, ordinal: number, digest: string]

export interface ConflictTable {
  conflict_id: GeneratedAlways<number>
  key_digest: Buffer
  record_id: string
  entity: string
  field: string
  kind: 'sources' | 'correction'
  sides: Json<ConflictSide[]>
  source_nos: number[]
  values_mac: Buffer
  state: 'open' | 'decided' | 'settled'
  found_at: Date
  settled_at: Date | null
  actor: string | null
  reason: string | null
  chosen_source: number | null
}

export interface IdentityTraitTable {
  key_digest: Buffer
  trait: Buffer
  kind: string
}

export interface DuplicateTable {
  duplicate_id: GeneratedAlways<number>
  entity: string
  left_digest: Buffer
  right_digest: Buffer
  left_record: string
  right_record: string
  score: number
  reasons: string[]
  state: 'open' | 'same' | 'different' | 'gone'
  found_at: Date
  decided_at: Date | null
  actor: string | null
  reason: string | null
  succession_id: string | null
}
