import type { GeneratedAlways } from 'kysely'

/** Parts from `from_part` up to and without `to_part`, of whose versions only those that are needed here keep their texts in `version`. */
export interface VersionRangeTable {
  range_no: GeneratedAlways<number>
  from_part: number
  to_part: number
  versions: number
  digest: Buffer
  place: string
  last_instant: Date
  detached_at: Date
  detached_by: string
  attached_at: Date | null
  attached_by: string | null
}
