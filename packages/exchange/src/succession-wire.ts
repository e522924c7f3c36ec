import type { ProblemDocument } from '@huijiao/problem'
import type { LinkRow } from './next-delivery.ts'
import type { Endpoint, SuccessionKind } from './succession.ts'

/** Most of them in one request. */
export const successionsToldMax = 100

/** A number that changed, as a lower node tells the one above: that it did, or that this was taken back. */
export type ToldSuccession =
  | {
      readonly act: 'linked'
      readonly id: string
      /** Node where it was noted. */
      readonly origin: string
      readonly entity: string
      readonly kind: SuccessionKind
      readonly from: readonly Endpoint[]
      readonly to: readonly Endpoint[]
      readonly effectiveOn: string | null
      readonly reason: string
    }
  | { readonly act: 'undone'; readonly id: string; readonly reason: string }

/**
 * `taken`: it stands here now; `known`: it did already; `waiting`: a record that it names is not here yet, tell it again later; `refused`: with the reason.
 */
export interface SuccessionAnswer {
  readonly id: string
  readonly act: ToldSuccession['act']
  readonly outcome: 'taken' | 'known' | 'waiting' | 'refused'
  readonly problem?: ProblemDocument
}

/** Puts what is told to an upstream. What is not answered yet is not among the answers; throws when there are none to be had. */
export type TellSuccessions = (
  link: Pick<LinkRow, 'name' | 'url' | 'upstream_name'>,
  told: readonly ToldSuccession[],
) => Promise<readonly SuccessionAnswer[]>
