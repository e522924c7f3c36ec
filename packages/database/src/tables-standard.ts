import type { ColumnType, Generated, GeneratedAlways } from 'kysely'

/** Row types of the releases of the standard and of runs beside them. `bigint` columns are numbers: nothing here passes 2^53. */
type Json<T> = ColumnType<T, string, string>

/** One revision of a release of the standard. */
export interface StandardTable {
  standard_no: GeneratedAlways<number>
  release: string
  revision: number
  issuer: string
  digest: Buffer
  document: string
  signatures: Json<{ alg: 'ed25519'; keyId: string; value: string }[]>
  origin: 'built-in' | 'file' | 'upstream' | 'local'
  source: string | null
  effective_from: Date | null
  loaded_at: Date
  loaded_by: string
}

export interface StandardActivationTable {
  activation_no: GeneratedAlways<number>
  standard_no: number
  release: string
  effective_from: Date
  decided_at: Date
  decided_by: string
  reason: string | null
  cancelled_at: Date | null
  announced_at: Date | null
}

export interface StandardRefusalTable {
  digest: Buffer
  source: string
  release: string
  revision: number
  tried_at: Date
  faults: Json<unknown[]>
}

export interface ShadowRunTable {
  run_no: GeneratedAlways<number>
  standard_no: number
  kind: 'live' | 'stored'
  state: 'running' | 'finished' | 'cancelled'
  from_index: number
  to_index: number | null
  at_index: number
  at_ordinal: Generated<number>
  records_total: number | null
  judged: Generated<number>
  would_refuse: Generated<number>
  would_doubt: Generated<number>
  passed_over: Generated<number>
  /** Their contents were taken out of the database; not among `passed_over`. */
  elsewhere: Generated<number>
  started_at: Date
  started_by: string
  finished_at: Date | null
}

export interface ShadowFindingTable {
  run_no: number
  severity: string
  code: string
  rule: string
  entity: string
  field: string
  participant: string
  count: number
  examples: Json<unknown[]>
}
