import type { ColumnType, GeneratedAlways } from 'kysely'

/** Row types of records: their sources, streams and versions, and how they came here. `bigint` columns are numbers: nothing here passes 2^53. */
type Json<T> = ColumnType<T, string, string>

export interface SourceTable {
  source_no: GeneratedAlways<number>
  origin: string
  participant: string
}

export type Operation = 'upsert' | 'withdraw' | 'no-longer-qualifies'

export type VersionState = 'accepted' | 'pending_review' | 'doubtful' | 'held' | 'superseded' | 'refused'

export interface VersionTable {
  part_id: number
  ordinal: number
  key_digest: Buffer
  source_no: number
  record_id: string
  entity: string
  operation: Operation
  epoch: number
  n: number
  source_version: number | null
  release: string
  commitment: Buffer
  open_text: string | null
  named_text: string | null
  sealed_text: Buffer | null
  salts: Buffer
  text_hashes: Buffer | null
  state: VersionState
  reporting_region: string
  source_id: string | null
  entered_by: string | null
  reason: string | null
  flags: string[] | null
  record_index: number
  prev_part: number | null
  prev_ordinal: number | null
}

export interface StreamTable {
  key_digest: Buffer
  source_no: number
  record_id: string
  entity: string
  epoch: number
  n: number
  source_version: number | null
  content_mac: Buffer | null
  head_operation: Operation
  head_state: VersionState
  head_part: number
  head_ordinal: number
  last_part: number
  last_ordinal: number
  force_part: number | null
  force_ordinal: number | null
}

export interface CustodyTable {
  part_id: number
  seq: number
  ordinals: Json<[here: number, source: number][]>
  document: string
}

export interface KeyAliasTable {
  digest: Buffer
  key_digest: Buffer
}
