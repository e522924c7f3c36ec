import type { ProblemCode } from '@huijiao/problem'
import type { SubmitterKey } from './submitters.ts'

/** A record as it stands in a submission. */
export interface SampleRecord {
  readonly entity: string
  readonly operation: 'upsert' | 'withdraw'
  readonly sourceId: string
  readonly sourceVersion?: number
  readonly enteredBy?: string
  readonly key?: Readonly<Record<string, string>>
  readonly data?: Readonly<Record<string, string | number>>
  readonly reason?: string
}

/** What the node where a record enters must answer for it. */
export type Fate =
  | { readonly outcome: 'accepted' | 'unchanged' | 'held' | 'doubtful' | 'superseded' }
  /** Refused with at least this problem. */
  | { readonly outcome: 'refused'; readonly code: ProblemCode }

/** One record on one day from one submitter, with what the author of the sample meant by it. */
export interface Filing {
  readonly submitter: SubmitterKey
  /** Day offset on which the business system sends it. */
  readonly day: number
  readonly standard: '2014' | '2018'
  readonly record: SampleRecord
  readonly fate: Fate
  /** Stops on the way up although its own node took it. */
  readonly parkedAt?: {
    /** Name of the link: the node above. */
    readonly link: string
    /** Any of these, because a child may be refused beside its parent or wait for it, as the deliveries fall. */
    readonly reasons: readonly string[]
  }
  /** A plain word for tests and readers: which of the planted stories this belongs to. */
  readonly story?: string
}

export const accepted: Fate = { outcome: 'accepted' }

/** Members without a value are left out: the standard refuses empty strings in optional fields. */
export function fields(data: Readonly<Record<string, string | number | null | undefined>>): Record<string, string | number> {
  return Object.fromEntries(
    Object.entries(data).filter((entry): entry is [string, string | number] => entry[1] !== null && entry[1] !== undefined),
  )
}

/** A decimal string without exponent, without trailing zeros beyond what `scale` asks. */
export const decimal = (value: number, scale = 2): string => {
  const text = value.toFixed(scale)
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text
}
