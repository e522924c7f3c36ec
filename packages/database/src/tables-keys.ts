/** Row types of what a node knows of its own keys and its neighbours' after the first. */
export interface KeyStatementTable {
  node: string
  key_id: string
  after_key_id: string
  /** The signed note. */
  note: string
  /** `own`, a participant's id, or an upstream's name. */
  heard_from: string
  heard_at: Date
}

export interface KeyToldTable {
  upstream: string
  node: string
  key_id: string
  told_at: Date
  in_force_at: Date | null
}
