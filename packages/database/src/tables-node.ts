import type { NodeRefusal } from './tables-epochs.ts'
import type { ColumnType, Generated } from 'kysely'

/** Row types of a node itself, of who may talk to it, and of its own settings. `bigint` columns are numbers: nothing here passes 2^53. */

export interface NodeTable {
  only_row: Generated<boolean>
  name: string
  region: string
  tier: Tier
  epoch: number
  epoch_id: string
  created_at: Date
  /** Since when the data directory holds how far the log has come. */
  high_water_since: Date | null
  /** Id of the key that signs now; null while that is the first. */
  signing_key_id: string | null
  /** Why it may sign nothing now; null when it may. */
  refusal: ColumnType<NodeRefusal | null, string | null | undefined, string | null>
}

export type Tier = 'national' | 'provincial' | 'municipal' | 'county'

export interface NodeKeyTable {
  key_id: string
  public_key: Buffer
  created_at: Date
  retired_at: Date | null
}

export interface ParticipantTable {
  participant_id: string
  kind: 'system' | 'node' | 'operators'
  name: string
  regions: string[]
  node_name: string | null
  created_at: Date
  revoked_at: Date | null
  /** Until when it may send existing stock. */
  legacy_until: Date | null
}

export interface ParticipantKeyTable {
  key_id: string
  participant_id: string
  kind: 'api-key' | 'ed25519' | 'ecdsa-p256-sha256'
  secret_digest: Buffer | null
  public_key: string | null
  created_at: Date
  expires_at: Date | null
  revoked_at: Date | null
}

export interface UsedNonceTable {
  key_id: string
  nonce: string
  expires_at: Date
}

export interface ReaderTable {
  name: string
  cursor: number
}

export interface PolicyTable {
  policy_id: string
  document: string
  loaded_at: Date
  in_force_from: number | null
}

/** Keys of nodes above that were learnt at the first contact. */
export interface UpstreamKeyTable {
  upstream: string
  key_id: string
  public_key: Buffer
  pinned_at: Date
}

export interface NumberCounterTable {
  scope: string
  last: number
}

export interface NumberIssuedTable {
  participant_id: string
  request_id: string
  request_digest: Buffer
  entity: string
  number: string
  scope: string
  issuer: string
  issued_at: Date
  answer: Buffer
}
