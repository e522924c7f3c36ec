import type { Epoch } from '@huijiao/merkle'
import { type EpochReason, type KnownHead, sameEpoch } from './epoch.ts'

/** A head of this node's log as somebody else remembers it. */
export interface SeenHead extends KnownHead {
  /** Null where only the length is remembered. */
  readonly root: Buffer | null
}

/** This node's own log, to be held against what others remember. */
export interface OwnLog {
  readonly epoch: Epoch
  readonly size: number
  /** Epochs that this log has left, by a fork that it names. */
  readonly left: readonly Epoch[]
  /** The root that this log had at a length that it has reached. */
  rootAt(size: number): Promise<Buffer | null>
}

/** `part`: what was seen is the beginning of this log, or of an epoch that it has left; `more`: entries are missing here, or are others; `strange`: of an epoch that this log knows nothing of. */
export type Standing = 'part' | 'more' | 'strange'

/** Whether what somebody has seen is part of this log. */
export async function holdAgainst(own: OwnLog, seen: Pick<SeenHead, 'epoch' | 'size' | 'root'>): Promise<Standing> {
  if (own.left.some((one) => sameEpoch(one, seen.epoch))) return 'part'
  if (!sameEpoch(own.epoch, seen.epoch)) return 'strange'
  if (seen.size > own.size) return 'more'
  if (seen.root === null || seen.size === 0) return 'part'
  return (await own.rootAt(seen.size))?.equals(seen.root) === true ? 'part' : 'more'
}

/** What the data directory says. `missing`: it should say how far the log had come, and does not; `first`: there is no log yet. */
export type LocalStanding = 'first' | 'confirmed' | 'more' | 'missing'

/** What an upstream says of this node. */
export type UpstreamStanding =
  /** It knows this holder, or none yet, or cannot be asked now. */
  | { readonly kind: 'confirmed' | 'unseen' | 'unreachable' }
  /** `claimed`: in this very epoch it has heard of somebody who is further, or has called since; `ended`: it knows a later epoch. */
  | { readonly kind: 'claimed' | 'ended'; readonly by: string; readonly aliveNow: boolean }

export interface StartFacts {
  readonly local: LocalStanding
  readonly upstreams: readonly UpstreamStanding[]
  /** The database was put back by `huijiao restore`. */
  readonly restored: boolean
  /** An operator said that this is the node to go on with. */
  readonly asked: boolean
}

export type StartDecision =
  | { readonly kind: 'go-on' }
  | { readonly kind: 'begin'; readonly reason: EpochReason }
  /** Somebody else is, or has become, this node. */
  | { readonly kind: 'refuse'; readonly why: 'claimed' | 'ended'; readonly by: string }

/**
 * Decides what a node does before it signs anything.
 * - A data directory that is ahead of the database is that of the node itself: the database was put back in its place.
 * - One that agrees with the database says nothing new, for both may be copies: then the neighbours decide. Whoever they heard a moment ago is alive
 *   elsewhere; whoever began a later epoch has taken over. Against either only an operator's word helps.
 */
export function decideStart({ local, upstreams, restored, asked }: StartFacts): StartDecision {
  if (asked) return { kind: 'begin', reason: 'asked' }
  const against = upstreams.flatMap((one) => ('by' in one ? [one] : []))
  if (local === 'more') return { kind: 'begin', reason: restored ? 'restore' : 'shortfall' }
  const alive = against.find((one) => one.aliveNow)
  if (alive !== undefined) return { kind: 'refuse', why: alive.kind, by: alive.by }
  if (restored) return { kind: 'begin', reason: 'restore' }
  if (local === 'first') return against.length > 0 ? { kind: 'begin', reason: 're-created' } : { kind: 'go-on' }
  if (local === 'missing') return { kind: 'begin', reason: 'unconfirmed' }
  const ended = against.find((one) => one.kind === 'ended')
  if (ended !== undefined) return { kind: 'refuse', why: 'ended', by: ended.by }
  return against.length > 0 ? { kind: 'begin', reason: 'shortfall' } : { kind: 'go-on' }
}
