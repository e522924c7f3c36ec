import type { Operation, VersionState } from '@huijiao/database'
import type { ProblemCode } from '@huijiao/problem'

/** Where a version lies: the part that stored it and its position there. */
export interface Place {
  readonly part: number
  readonly ordinal: number
}

/** The head row of a stream, as read under its lock. */
export interface StreamHead {
  readonly recordId: string
  readonly epoch: number
  readonly n: number
  readonly sourceVersion: number | null
  readonly contentMac: Buffer | null
  readonly operation: Operation
  readonly state: VersionState
  readonly inForce: boolean
}

export interface Incoming {
  readonly operation: Operation
  readonly sourceVersion: number | null
  readonly contentMac: Buffer
  readonly state: Exclude<VersionState, 'superseded' | 'refused'>
}

/** What the standard's policy says of an entity. */
export interface ChangeRules {
  /** What a changed upsert does to a record in force. */
  readonly onChange: 'update' | 'case'
  readonly withdraw: 'until-in-force' | 'never'
}

export type Decision =
  /** `stands`: what stands in this place, when that is not the operation that came. */
  | { readonly kind: 'unchanged'; readonly stands?: Operation }
  | { readonly kind: 'refused'; readonly code: ProblemCode }
  | { readonly kind: 'stored'; readonly state: VersionState; readonly epoch: number; readonly n: number; readonly becomesHead: boolean }

/**
 * Decides what one record does to its stream at the edge, where the node gives (epoch, n). Pure, so that every order of arrival can be tried.
 * @see docs/decisions on streams; engine.md 1
 */
export function decideAtEdge(head: StreamHead | null, incoming: Incoming, nodeEpoch: number, rules: ChangeRules): Decision {
  if (incoming.operation === 'withdraw' && rules.withdraw === 'never') return { kind: 'refused', code: 'withdraw-conduct' }
  if (head === null) return stored(nodeEpoch, 1, incoming.state, true)
  const n = head.epoch === nodeEpoch ? head.n + 1 : 1
  // What was refused after waiting counts as not kept: the very same content, under the very same version of the sender, is a new attempt.
  const refused = head.state === 'refused'
  const same = !refused && head.operation === incoming.operation && head.contentMac !== null && head.contentMac.equals(incoming.contentMac)
  if (incoming.sourceVersion !== null && head.sourceVersion !== null) {
    if (incoming.sourceVersion < head.sourceVersion) return stored(nodeEpoch, n, 'superseded', false)
    if (incoming.sourceVersion === head.sourceVersion && !refused)
      return same ? { kind: 'unchanged' } : { kind: 'refused', code: 'source-version-conflict' }
  }
  if (same) return { kind: 'unchanged' }
  if (incoming.operation === 'withdraw') {
    if (head.operation === 'withdraw') return { kind: 'unchanged' }
    if (head.inForce) return { kind: 'refused', code: 'withdraw-in-force' }
    return stored(nodeEpoch, n, 'accepted', true)
  }
  // A later version of a held key waits behind it, or it would be overtaken by the one that is released first.
  if (head.state === 'held') return stored(nodeEpoch, n, 'held', true)
  if (head.inForce && rules.onChange === 'case' && incoming.state === 'accepted') return stored(nodeEpoch, n, 'pending_review', true)
  return stored(nodeEpoch, n, incoming.state, true)
}

/** The place of a version in its stream, as the origin gave it. */
export interface StreamPlace {
  readonly epoch: number
  readonly n: number
}

/**
 * Decides what a version from another node does to its stream here. `known` is the version stored under the same place, if any.
 * Same place and same commitment is `unchanged`; another commitment is a conflict. An older place never becomes the head.
 */
export function decideAbove(
  head: StreamHead | null,
  incoming: Incoming & { readonly place: StreamPlace; readonly commitment: Buffer },
  known: { readonly commitment: Buffer; readonly operation: Operation } | null,
): Decision {
  const { epoch, n } = incoming.place
  if (head === null) return stored(epoch, n, incoming.state, true)
  const order = epoch - head.epoch || n - head.n
  if (order > 0) return stored(epoch, n, head.state === 'held' && incoming.operation === 'upsert' ? 'held' : incoming.state, true)
  if (known === null) return stored(epoch, n, 'superseded', false)
  if (!known.commitment.equals(incoming.commitment)) return { kind: 'refused', code: 'version-conflict' }
  // The same version may stop qualifying and qualify again: only what stands at the head can be turned.
  if (known.operation !== incoming.operation && order === 0) return stored(epoch, n, incoming.state, true)
  // What was refused here because its parent never came may be sent again once the parent is here.
  if (order === 0 && head.state === 'refused') return stored(epoch, n, incoming.state, true)
  return known.operation === incoming.operation ? { kind: 'unchanged' } : { kind: 'unchanged', stands: known.operation }
}

function stored(epoch: number, n: number, state: VersionState, becomesHead: boolean): Decision {
  return { kind: 'stored', epoch, n, state, becomesHead }
}
