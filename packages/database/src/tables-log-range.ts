import type { GeneratedAlways } from 'kysely'

/** Entries of the log that were taken out of `log_entry`: those from `from_index` up to and without `to_index`. */
export interface LogRangeTable {
  range_no: GeneratedAlways<number>
  from_index: number
  to_index: number
  root: Buffer
  digest: Buffer
  place: string
  last_instant: Date
  detached_at: Date
  detached_by: string
  attached_at: Date | null
  attached_by: string | null
}
