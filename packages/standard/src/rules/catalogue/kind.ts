import type { ProblemCode, Severity } from '@huijiao/problem'
import { catalogueBasisEn } from './basis.ts'

/** 真实性, 合法性, 逻辑性, 关联性: the four kinds of 渝建〔2018〕213号. */
export type RuleKindName = 'authenticity' | 'legality' | 'logic' | 'linkage'

/** One rule that a problem may name. */
export interface RuleKind {
  readonly id: string
  readonly kind: RuleKindName
  /** The heaviest that a problem of this rule can be; `severities` has them all. */
  readonly severity: Severity
  readonly severities: readonly Severity[]
  readonly basis: string
  /** The same in English; equal where the text is the same in every language. */
  readonly basisEn: string
  /** What it asks, in one sentence. */
  readonly zh: string
  readonly en: string
  readonly codes: readonly ProblemCode[]
  /** Some problem of it comes with a patch. */
  readonly fixable: boolean
  /**
   * Who judges it: `record` from one record alone (`validateRecord`), `key` from the key of a withdrawal or look-up, `node` by what only a node
   * knows: its grants, its tier, the records it holds.
   */
  readonly judgedBy: 'record' | 'key' | 'node'
}

type Row = readonly [
  id: string,
  severities: readonly Severity[],
  codes: readonly ProblemCode[],
  fixable: 'fix' | '-',
  zh: string,
  en: string,
  basis: string,
]

const order: readonly Severity[] = ['error', 'doubt', 'warning']

export function rulesOfKind(kind: RuleKindName, judgedBy: RuleKind['judgedBy'], rows: readonly Row[]): RuleKind[] {
  return rows.map(([id, severities, codes, fixable, zh, en, basis]) => ({
    id,
    kind,
    severity: order.find((severity) => severities.includes(severity))!,
    severities,
    basis,
    basisEn: catalogueBasisEn[basis] ?? basis,
    zh,
    en,
    codes,
    fixable: fixable === 'fix',
    judgedBy,
  }))
}
