import type { ProblemCode, Severity } from '@huijiao/problem'

/** Fields that differ from the full sample of the entity (`schemas/<release>/valid/<entity>.full.json`); undefined: left out. */
export type Change = Readonly<Record<string, unknown>>

export interface CaseOptions {
  readonly release?: string
  /** The time of judgement; 2027-01-01 unless told. */
  readonly at?: string
  /** Where the rule needs something that no built-in release has: members of the release that are replaced, by JSON Pointer. */
  readonly releaseWith?: Readonly<Record<string, unknown>>
  /** Problems beside the one of the rule. */
  readonly beside?: readonly Expected[]
}

export type Expected = readonly [severity: Severity, code: ProblemCode, rule: string, field: string]

export type Valid = readonly [entity: string, change: Change, note: string, options?: CaseOptions]

/** `mended`: what the patch makes of the sample, when the problem comes with one; null when it must not. */
export type Invalid = readonly [
  entity: string,
  change: Change,
  note: string,
  severity: Severity,
  code: ProblemCode,
  field: string,
  mended: Change | null,
  options?: CaseOptions,
]

/** Records that pass and fail one rule, written by hand. */
export interface RuleCases {
  readonly valid: readonly Valid[]
  readonly invalid: readonly Invalid[]
}

export const project = '3701022609010101'
export const company = '91370199MA00DEM14Q'
