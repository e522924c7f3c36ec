import type { Tier } from './tables-node.ts'
import type { LinkFlowColumns } from './tables-transports.ts'
import type { ColumnType, Generated, GeneratedAlways } from 'kysely'

/** Row types of the links to the levels above. `bigint` columns are numbers: nothing here passes 2^53. */
type Json<T> = ColumnType<T, string, string>

export interface LinkTable extends LinkFlowColumns {
  link_no: GeneratedAlways<number>
  name: string
  url: string
  upstream_tier: Tier
  upstream_name: string
  paused_at: Date | null
  pause_reason: string | null
  /** As the log has it, of the pause that began at `paused_by_at`; of any other, nobody noted it here. */
  paused_by: string | null
  paused_by_at: Date | null
  cursor: Generated<number>
  created_at: Date
  last_attempt_at: Date | null
  last_success_at: Date | null
  last_error: string | null
  last_error_at: Date | null
  failures: Generated<number>
  mostly_refused: Generated<number>
  feed_cursor: Generated<number>
  /** Where this node stands in the upstream's feed, and in its records: as the upstream gave it. */
  feed_place: string | null
  down_place: string | null
  feed_read_at: Date | null
  sealed: Generated<'text' | 'hash'>
}

/** What the records of a delivery item need besides their rows: which go up as tombstones, and the flags that the judgement gave them. */
export interface DeliveryItemNotes {
  tombstones?: number[]
  flags?: Record<string, string[]>
  /** How the attachments of a record go up, by ordinal; `digest` where it says nothing. */
  attachments?: Record<string, 'none' | 'bytes'>
}

/** [log index of the part's entry, part id, ordinals or null for the whole part, notes or absent] */
export type DeliveryItem = [index: number, partId: number, ordinals: number[] | null, notes?: DeliveryItemNotes]

export interface DeliveryTable {
  delivery_id: string
  link_no: number
  number: number
  path: Generated<string>
  kind: 'range' | 'retry' | 'half'
  from_index: number
  to_index: number
  items: Json<DeliveryItem[]>
  digest: Buffer
  record_count: number
  body_bytes: number
  checkpoint_size: number
  created_at: Date
  /** Group of entities of its link; empty: the rest, or all. */
  group_name: Generated<string>
  state: 'open' | 'finished' | 'split'
  attempts: Generated<number>
  server_failures: Generated<number>
  last_status: number | null
  last_error: string | null
  finished_at: Date | null
  counts: Json<Record<string, number>> | null
  receipt: Buffer | null
  parent: string | null
}

export interface SkipTable {
  link_no: number
  part_id: number
  ordinal: number
  log_index: number
  reason: string
  kind: 'not-due' | 'incomplete'
  policy: string
  skipped_at: Date
  tombstone: Generated<boolean>
}

export interface ParkedTable {
  link_no: number
  part_id: number
  ordinal: number
  log_index: number
  record_id: string
  entity: string
  reporting_region: string
  participant: string
  reason: string
  problems: Json<unknown[]>
  delivery_id: string
  parked_at: Date
  state: 'parked' | 'retrying' | 'delivered' | 'superseded'
  retries: Generated<number>
  resolved_at: Date | null
  parent_part: number | null
  parent_ordinal: number | null
  /** It was sent, and no receipt ever said what became of it: it may stand above. */
  unjudged: Generated<boolean>
}

export interface OutcomeAboveTable {
  log_index: number
  upstream: string
  delivery_id: string
  at: Date
  counts: Json<Record<string, number>>
  exceptions: Json<[partId: number, ordinal: number, outcome: string, codes: string[]][]>
  /** Runs of ordinals by outcome, for what was taken; null when the upstream did not say. */
  places: Json<Record<string, [from: number, count: number][]>> | null
}
