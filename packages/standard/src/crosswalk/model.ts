import type { ReleaseId } from '../model.ts'

/**
 * What is done with a value. `copy`: it stays as it is, a code of a dictionary by its meaning. `day`: an instant becomes its day in Asia/Shanghai.
 * `day-start`: a day becomes its first instant there, by convention. `one-number`: only one number fits; of several none is chosen.
 */
export type FieldStep = 'copy' | 'day' | 'day-start' | 'one-number'

/** `forward`: from the earlier release to the later one. */
export type Direction = 'forward' | 'back'

/** Where a row comes from, and what people read of it. */
interface Stated {
  /** No source states it: this project's reading. */
  readonly inferred: boolean
  readonly basis: string
  readonly zh?: string
  readonly en?: string
}

/** Tables that are one under two codes, or why a table has no counterpart (null). */
export interface EntityPair extends Stated {
  readonly earlier: string | null
  readonly later: string | null
}

/** Fields that are one, or why they are not: null on a side means that it has no such field, a null step that nothing is mapped that way. */
export interface FieldPair extends Stated {
  /** The table as the earlier release calls it. */
  readonly entity: string
  readonly earlier: string | null
  readonly later: string | null
  readonly forward: FieldStep | null
  readonly back: FieldStep | null
}

/** What becomes of one code of a dictionary; `to` null: it is not mapped, and a person may look at the `candidates`. */
export interface CodeStep extends Stated {
  readonly dictionary: string
  readonly direction: Direction
  readonly from: string
  readonly to: string | null
  /** `wider`: the other code means more than this one, so what is narrower is lost. */
  readonly fit?: 'same' | 'wider'
  readonly candidates?: readonly string[]
}

/**
 * How records of an earlier release and of the one that holds this are said in each other's words, for export. Fields and codes that are not
 * listed are the same where code, Chinese name and type are; whatever else is not listed is not mapped.
 */
export interface ReleaseMapping {
  /** The earlier release. */
  readonly with: ReleaseId
  readonly basis: string
  readonly entities: readonly EntityPair[]
  readonly fields: readonly FieldPair[]
  readonly codes: readonly CodeStep[]
}
