import type { Severity } from '@huijiao/problem'

export type DatePair = readonly [string, string]

/** Values of the rules over several fields of one record, as `data/rulings/rules.json` has them; part of every release. */
export interface RuleValues {
  readonly about?: string
  readonly dateOrder: {
    readonly severity: Severity
    readonly basis: string
    readonly pairs: readonly DatePair[]
    readonly pairsOf: Readonly<Record<string, readonly DatePair[]>>
  }
  readonly dateFuture: { readonly severity: Severity; readonly basis: string; readonly fields: readonly string[] }
  readonly amounts: {
    readonly severity: Severity
    readonly basis: string
    readonly max: Readonly<Record<string, string>>
    readonly perAreaMax: number
    readonly perAreaFrom: number
    readonly perArea: readonly (readonly [string, string])[]
  }
  readonly placeholders: {
    readonly basis: string
    readonly words: readonly string[]
    readonly dates: readonly string[]
    readonly datesNot: readonly string[]
  }
  readonly classified: { readonly severity: Severity; readonly basis: string; readonly pattern: string; readonly fields: readonly string[] }
  readonly numbers: {
    readonly severity: Severity
    readonly basis: string
    readonly own: Readonly<Record<string, { readonly by?: string; readonly letters: string | Readonly<Record<string, string>> }>>
  }
  readonly publication: { readonly severity: Severity; readonly basis: string; readonly require: readonly string[] }
  readonly freeText: { readonly basis: string; readonly fields: readonly string[] }
}
