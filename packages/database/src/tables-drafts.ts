import type { Generated } from 'kysely'

/** A record begun in a form and not sent yet. */
export interface DraftTable {
  draft_id: string
  operator_id: string
  release: string
  entity: string
  /** Sealed: title and content, which may hold personal data. */
  content: Buffer
  version: Generated<number>
  created_at: Date
  updated_at: Date
}
