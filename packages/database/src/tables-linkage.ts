import type { ColumnType, GeneratedAlways } from 'kysely'

/** Row types of what several records together show. `bigint` columns are numbers: nothing here passes 2^53. */
type Json<T> = ColumnType<T, string, string>

export interface HeldTable {
  part_id: number
  ordinal: number
  key_digest: Buffer
  source_no: number
  parent_digest: Buffer
  entity: string
  held_at: Date
  parent_entity: string | null
  field: string | null
  rule: string | null
  until_at: Date | null
}

export interface FindingTable {
  finding_no: GeneratedAlways<number>
  part_id: number
  ordinal: number
  key_digest: Buffer
  source_no: number
  record_id: string
  entity: string
  reporting_region: string
  rule: string
  code: string
  severity: 'error' | 'doubt' | 'warning'
  about: Buffer
  problem: Json<unknown>
  state: 'open' | 'settled' | 'dismissed'
  found_at: Date
  settled_at: Date | null
  settled_by: string | null
  settle_reason: string | null
}

export interface LinkFactTable {
  part_id: number
  ordinal: number
  kind: 'term' | 'end' | 'manager'
  permit: Buffer
  key_digest: Buffer
  source_no: number
  project: Buffer
  person: Buffer | null
  from_on: string | null
  to_on: string | null
}

export interface LinkEdgeTable {
  part_id: number
  ordinal: number
  key_digest: Buffer
  source_no: number
  parent_digest: Buffer
}
