import type { GeneratedAlways } from 'kysely'

/** A version that lower nodes and business systems may be told of. */
export interface DownVersionTable {
  log_index: number
  part_id: number
  ordinal: number
  key_digest: Buffer
  entity: string
  reporting_region: string
  /** The commitment that it corrects; null for what a source says itself. */
  corrects: Buffer | null
}

/** What an authority tells those below it. */
export interface NoticeTable {
  notice_id: string
  /** Node where it was published. */
  origin: string
  /** Upstream that it came from; null for those of this node. */
  came_from: string | null
  number: GeneratedAlways<number>
  title: string
  text: string
  /** Null: for all. */
  regions: string[] | null
  published_at: Date
  published_by: string
  until_at: Date | null
  withdrawn_at: Date | null
  withdrawn_by: string | null
}

/** Who has fetched a notice, or that it was taken back. */
export interface NoticeToldTable {
  notice_id: string
  participant_id: string
  action: 'published' | 'withdrawn'
  told_at: Date
}
