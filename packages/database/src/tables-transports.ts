import type { ColumnType, Generated } from 'kysely'

type Json<T> = ColumnType<T, string, string>

/** At most so much a second. */
export interface RateContract {
  readonly requests?: number
  /** As sent: compressed. */
  readonly bytes?: number
  readonly records?: number
}

/** Entities that go up a link together, with a cursor and a schedule of their own. */
export interface EntityGroup {
  readonly name: string
  /** Codes, `*`, `*group` words. */
  readonly entities: readonly string[]
  readonly windows?: readonly string[]
  readonly every?: string
}

/** What holds a link back or divides it; absent members do neither. */
export interface LinkFlow {
  /** When the link may send at all. */
  readonly windows?: readonly string[]
  readonly rate?: RateContract
  /** Most bytes of one body as sent. */
  readonly bodyBytes?: number
  /** Most records of one delivery. */
  readonly records?: number
  readonly groups?: readonly EntityGroup[]
}

/** Columns of `link` that tell of its selection, its contract, and how the upstream bears it. */
export interface LinkFlowColumns {
  /** Codes, `*`, `*group` words; null: all that the rules let up. */
  entities: ColumnType<readonly string[] | null, string | null | undefined, string | null>
  /** Name of a list of rules in the policy in force; null: that of the upstream's tier. */
  rules: ColumnType<string | null, string | null | undefined, string | null>
  flow: ColumnType<LinkFlow, string | undefined, string>
  /** How many records its next delivery may hold; null: as many as any. */
  batch_records: ColumnType<number | null, number | null | undefined, number | null>
  /** The upstream asked to be left alone until then. */
  wait_until: ColumnType<Date | null, Date | null | undefined, Date | null>
  /** Since when the upstream is given up: an empty delivery goes before anything else. */
  broken_at: ColumnType<Date | null, Date | null | undefined, Date | null>
  recoveries: Generated<number>
}

export interface LinkGroupTable {
  link_no: number
  /** Empty: all entities that no other group names. */
  name: string
  entities: Json<readonly string[]>
  cursor: number
  caught_up_at: Date | null
}

/** An entry that was covered before the cursor came to it, so that a participant does not wait behind another's many records. */
export interface LinkAheadTable {
  link_no: number
  group_name: string
  log_index: number
}
