import type { ColumnType, GeneratedAlways } from 'kysely'

/** Row types of the log. `bigint` columns are numbers: nothing here passes 2^53. */
type Json<T> = ColumnType<T, string, string>

export interface LogPendingTable {
  pending_id: GeneratedAlways<number>
  kind: string
  instant: Date
  part_id: number | null
  actor: string | null
  subject: string | null
  body_salt: Buffer
  body: string
}

export interface LogEntryTable {
  index: number
  kind: string
  instant: Date
  part_id: number | null
  actor: string | null
  subject: string | null
  leaf: string
  leaf_hash: Buffer
  body_salt: Buffer | null
  body: string | null
}

export interface LogTileTable {
  level: number
  tile: number
  hashes: Buffer
}

export interface LogCheckpointTable {
  size: number
  root: Buffer
  note: string
  signed_at: Date
}

export interface AccessEventTable {
  event_id: GeneratedAlways<number>
  at: Date
  actor: string
  action: string
  subject: string | null
  detail: Json<unknown> | null
  salt: Buffer
  sealed_in: number | null
}
