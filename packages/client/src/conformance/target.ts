import type { Vector } from '@huijiao/conformance'
import type { Words } from '@huijiao/problem'

/** What a target said to one vector. */
export type Outcome =
  | { readonly answer: unknown }
  /** It does not do this, or it cannot be judged here. */
  | { readonly skipped: Words }
  /** It should have answered and did not. */
  | { readonly failed: Words }

/** A vendor's sandbox: whatever answers vectors. */
export interface Target {
  readonly kind: 'command' | 'url'
  readonly name: string
  /** Asks every vector once and tells each outcome once, in any order. @throws UserError when it cannot be reached at all */
  ask(vectors: readonly Vector[], tell: (vector: Vector, outcome: Outcome) => void): Promise<void>
}
