import type { ColumnType, Generated, GeneratedAlways } from 'kysely'

/** Row types of submissions and their parts. `bigint` columns are numbers: nothing here passes 2^53. */
type Json<T> = ColumnType<T, string, string>

export interface SubmissionTable {
  submission_no: GeneratedAlways<number>
  participant_id: string
  id: string
  digest: Buffer
  kind: 'records' | 'versions'
  media: 'json' | 'ndjson' | 'versions' | 'csv' | 'xlsx' | 'xml'
  mode: 'partial' | 'atomic'
  standard: string
  envelope: string
  key_id: string
  state: 'storing' | 'paused' | 'finished' | 'incomplete'
  spool_path: string | null
  body_bytes: number
  stored_bytes: Generated<number>
  stored_records: Generated<number>
  received_at: Date
  finished_at: Date | null
  outcome: string | null
  counts: Json<Record<string, number>> | null
  receipt: Buffer | null
  trace_parent: string | null
  standards: Json<Record<string, number>> | null
  /** Since when it is being stored without a break that somebody asked for. */
  storing_since: Date | null
  /** `participant:…` or `operator:…` while it is paused. */
  paused_by: string | null
  paused_at: Date | null
  /** Existing stock, told as such by its sender. */
  legacy: Generated<boolean>
  /** Name of the upstream whose records these are; null for what entered here or came from below. */
  came_from_above: string | null
  /** What the account may report for that handed it in; null where its participant's regions say it. */
  granted_regions: string[] | null
}

/** A file of rows as it was sent, sealed, until `keep_until`. */
export interface SentFileTable {
  participant_id: string
  id: string
  kind: 'csv' | 'xlsx' | 'xml'
  content: Buffer
  keep_until: Date
}

export interface PartTable {
  part_id: number
  submission_no: number
  part_no: number
  first_record: number
  record_count: number
  byte_from: number
  byte_to: number
  root: Buffer
  version_count: number
  outcomes: Buffer
  outcomes_digest: Buffer
  counts: Json<Record<string, number>>
  stored_at: Date
}

export interface ProblemGroupsTable {
  submission_no: number
  records: number
  problems: number
  groups: Json<readonly unknown[]>
  /** Parts that the count goes up to; null: all of a submission that is finished. */
  parts: number | null
  made_at: Date
}
