import type { ColumnType, Generated, GeneratedAlways } from 'kysely'

/** Row types of the comparison with a level above. `bigint` columns are numbers: nothing here passes 2^53. */
type Json<T> = ColumnType<T, string, string>

/** Versions that two nodes hold in common: delivered on a link (`up`), or stored from a lower node (`down`). */
export interface ReconcileSetTable {
  set_no: GeneratedAlways<number>
  side: 'up' | 'down'
  peer: string
}

export interface ReconcileGroupTable {
  group_no: GeneratedAlways<number>
  set_no: number
  period: string
  entity: string
  count: Generated<number>
  digest: Buffer | null
  top_epoch: number | null
  top_index: number | null
}

export interface ReconcileItemTable {
  group_no: number
  bucket: number
  id: Buffer
  value: Buffer
  epoch: number
  log_index: number
  part_id: number
  ordinal: number
  elsewhere: Generated<boolean>
}

export interface ReconcileBucketTable {
  group_no: number
  bucket: number
  count: Generated<number>
  digest: Buffer | null
  top_epoch: number
  top_index: number
}

export type ReconcileState = 'waiting' | 'comparing' | 'repairing' | 'equal' | 'diverged' | 'failed'

export interface ReconcileRunTable {
  run_id: string
  link_no: number
  state: ReconcileState
  started_at: Date
  started_by: string
  finished_at: Date | null
  cut_epoch: number | null
  cut_index: number | null
  records: number | null
  passes: Generated<number>
  rounds: Generated<number>
  bytes_sent: Generated<number>
  bytes_received: Generated<number>
  lost_here: Generated<number>
  found: Json<Record<string, unknown>>
  repairs: Generated<number>
  error: string | null
  certificate_no: number | null
}

export interface ReconcileCaseTable {
  case_no: GeneratedAlways<number>
  set_no: number
  id: Buffer
  run_id: string
  entity: string
  record_id: string
  stream: string
  epoch: number
  n: number
  log_index: number
  here: Buffer
  there: Buffer
  state: 'open' | 'settled'
  found_at: Date
  settled_at: Date | null
  settled_by: string | null
  reason: string | null
}

export interface ReconcileCertificateTable {
  certificate_no: GeneratedAlways<number>
  set_no: number
  run_id: string
  made_at: Date
  digest: Buffer
  document: string
}
