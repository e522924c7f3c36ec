/** What a key is found by; filled by a reader of the log (migration 20261122T1400_search). */
export interface SearchRecordTable {
  key_digest: Buffer
  place: number
  record_id: string
  entity: string
  library: 'enterprise' | 'person' | 'project' | 'conduct'
  name: string
  words: string
  initials: string
  number: string
  region: string
  state: SearchState
  part_id: number
  ordinal: number
  several: boolean
  /** YYYY-MM-DD. */
  shown_from: string | null
  shown_to: string | null
  grams: number[]
  tokens: bigint[]
}

export type SearchState = 'in-force' | 'withdrawn' | 'pending_review' | 'doubtful' | 'held' | 'superseded' | 'refused'

/** Tables, and regions, that the records of a log entry are of; filled by a reader of the log (migrations 20261122T1840_index_reads, …1845_entry_regions). */
export interface EntryEntityTable {
  entity: string
  log_index: number
}

export interface EntryRegionTable {
  region: string
  log_index: number
}
