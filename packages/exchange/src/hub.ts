import type { Tables, Tier } from '@huijiao/database'
import type { Epoch } from '@huijiao/merkle'
import type { Sealer, SigningKey } from '@huijiao/identity'
import type { Policy } from '@huijiao/standard'
import type { Kysely } from 'kysely'
import type { ReleaseShelf, StandardsInForce } from './standards.ts'

/** Where every instant comes from, so that tests drive the time. */
export interface Clock {
  now(): Date
}

/** The part of a pino logger that the engine uses. */
export interface Log {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

export interface NodeFacts {
  /** The node's name in logs, streams and keys, such as `370100`. */
  readonly name: string
  readonly region: string
  readonly tier: Tier
  readonly epoch: number
  /** Random id of this epoch, 16 hex characters. */
  readonly epochId: string
  /** Origin line of the log's checkpoints. */
  readonly origin: string
}

/** Everything the engine needs to act for one node. Made once by `openHub`; nothing in it changes but the policy, the releases of the standard, and what
 * all copies share and change in place: the epoch in `node`, the key in `signingKey`. */
export interface Hub {
  readonly db: Kysely<Tables>
  readonly node: NodeFacts
  readonly signingKey: SigningKey
  /** Key of all keyed digests (business keys, contents); 32 bytes. Never leaves the node. */
  readonly digestSecret: Buffer
  readonly sealer: Sealer
  readonly clock: Clock
  /** Directory of bodies that are too large for memory. */
  readonly spoolDir: string
  readonly log: Log
  policy(): Policy
  /** The releases of the standard that count now, as this process knows them. What begins a submission asks `shelf.current()`. */
  standards(): StandardsInForce
  readonly shelf: ReleaseShelf
  /** Called right after a transaction that added pending entries has committed. */
  onPending(): void
  /** Keeps outside the database how far a counter of numbers has come; the number is shown to nobody before. */
  readonly keepNumber?: (scope: string, sequence: number) => Promise<void>
  /** What a request to this address has to say of epochs, once the upstream there has confirmed this node. Throws when it has not. */
  claim?(url: string): Promise<Record<string, string>>
  /** The upstream at this address answered that one of the two does not know the other's epoch. */
  doubt?(url: string): void
}

/** Who calls: a participant with the key that proved it. */
export interface Caller {
  readonly participantId: string
  /** `operators`: the node's own participant, for whom a person with an account calls; then `keyId` is the account, `operator:<id>`. */
  readonly kind: 'system' | 'node' | 'operators'
  readonly name: string
  readonly regions: readonly string[]
  readonly nodeName: string | null
  readonly keyId: string
  /** Until when it may send existing stock; absent or null: it may not. */
  readonly legacyUntil?: Date | null
  /** Name of an upstream that hands back what this node itself had sent it before it was restored. */
  readonly returnedBy?: string
  /** The epoch in which a node called last; null when it never did. */
  readonly nodeEpoch?: Epoch | null
  /** Public keys that a node ever had here (PEM), when they were read with the one that proved it; checkpoints of its log may be signed with any of them. */
  readonly nodeKeys?: readonly string[]
  /** Name of an upstream whose records come down: what it tells is in force there, and goes up no link from here. */
  readonly above?: string
}
