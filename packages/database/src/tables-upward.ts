import type { GeneratedAlways } from 'kysely'

/** A decision that a record goes up which the policy's rules keep at this node; `ended_at` when it was taken back. */
export interface SentUpTable {
  number: GeneratedAlways<number>
  key_digest: Buffer
  record_id: string
  entity: string
  reporting_region: string
  /** Number of the document in which it was decided, as it was given. */
  document: string | null
  reason: string
  actor: string
  made_at: Date
  ended_at: Date | null
  ended_by: string | null
  end_reason: string | null
}

/** What the level above a link said of a number that changed. */
export interface SuccessionToldTable {
  link_no: number
  succession_id: string
  act: 'linked' | 'undone'
  outcome: 'taken' | 'known' | 'refused'
  /** Why it was refused, in the words of the level above. */
  problem: unknown
  told_at: Date
}

/** A number that changed, as it is told to a level above that has not taken it. */
export interface SuccessionAgainTable {
  link_no: number
  succession_id: string
  act: 'linked' | 'undone'
  /** It was told and no answer has come: it may stand there. */
  open: boolean
  /** The last answer; null before there is one. */
  outcome: 'waiting' | 'refused' | null
  /** How often it was answered so, one after another. */
  times: number
  told_at: Date
  /** When it is told again. */
  again_at: Date
}

/** A number that changed, as a lower node told. */
export interface SuccessionHeardTable {
  succession_id: string
  participant_id: string
  /** Node where it was noted. */
  origin: string
  heard_at: Date
}
