import type { ColumnType, Generated, GeneratedAlways } from 'kysely'

/** Row types of what a node knows of its own epochs and of its neighbours' logs. */
type Json<T> = ColumnType<T, string | undefined, string>

/** That an upstream refused this node while it ran, because somebody else holds its name. */
export interface NodeRefusal {
  /** `claimed`: somebody else has called in this very epoch; `ended`: somebody has begun a later one. */
  why: 'claimed' | 'ended'
  /** Name of the upstream. */
  by: string
  /** RFC 3339. */
  since: string
}

export interface LogEpochTable {
  number: number
  id: string
  began_at: Date
  reason: string
  /** Index of the entry that begins it; the log before it has this length. */
  entry_index: number
  previous_number: number
  previous_id: string
  fork_root: Buffer
  known_number: number | null
  known_id: string | null
  known_size: number | null
  known_by: string | null
  healing: 'waiting' | 'done' | 'left'
  healed_at: Date | null
  report: Json<Record<string, unknown>>
}

/** An epoch of a neighbour that has ended. */
export interface EarlierEpoch {
  number: number
  id: string
  /** The furthest that was seen of it. */
  size: number
  /** Above: the length that its successor continues. */
  fork?: number
  reason?: string
  /** Above: what was delivered after the fork has still to be made ready to go up again. */
  open?: boolean
}

export interface NeighbourTable {
  side: 'above' | 'below'
  /** Of a node above its name, of one below its participant's id. */
  name: string
  epoch: number
  epoch_id: string
  /** The last checkpoint of its log that was seen here. */
  note: string | null
  size: Generated<number>
  root: Buffer | null
  contact: string | null
  heard_at: Date
  leaving: Generated<boolean>
  earlier: Json<EarlierEpoch[]>
}

export interface OwnContactTable {
  upstream: string
  number: GeneratedAlways<number>
  contact: string
  made_at: Date
}

export interface ReceiptBeforeTable {
  delivery_id: string
  epoch: number
  epoch_id: string
  receipt: Buffer
  finished_at: Date | null
}

/** An epoch before which numbers may have been given that the node does not know of. */
export interface NumberQuestionTable {
  epoch: number
  reason: string
  asked_at: Date
  settled_at: Date | null
  settled_by: string | null
  /** So many numbers of every counter are left out. */
  skip: number | null
}

/** A version that this node had told a level above as a tombstone before it was put back. */
export interface ToldBeforeTable {
  link_no: number
  commitment: Buffer
  /** When that level handed it back. */
  heard_at: Date
}
