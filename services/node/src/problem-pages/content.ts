import {
  catalogue,
  nodeRules,
  type ProblemCode,
  type ProblemExample,
  problemExamples,
  type ProblemKind,
  type Severity,
  teachings,
  type Words,
} from '@huijiao/problem'
import { ruleCatalogue } from '@huijiao/standard'
import { ruleExamples } from './rule-examples.ts'

/** A rule that reports the code. */
export interface PageRule {
  readonly id: string
  /** Null for the rules of the protocol and of the node. */
  readonly kind: 'authenticity' | 'legality' | 'logic' | 'linkage' | null
  /** The severities that it may have; empty for the rules of the protocol. */
  readonly severities: readonly Severity[]
  readonly basis: Words
  readonly sentence: Words | null
}

/** Everything that is told about one code; made from the catalogue, what is taught about it, the rules, and an example that was sent. */
export interface ProblemPage {
  readonly code: ProblemCode
  /** HTTP status of a problem of the whole request; null when it travels in a receipt. */
  readonly status: number | null
  readonly retryable: boolean
  readonly title: Words
  readonly hint: Words
  readonly what: Words | null
  readonly why: Words | null
  readonly rules: readonly PageRule[]
  readonly example: ProblemExample | null
}

/** The page of a code; null when there is no such code. */
export function problemPage(code: string): ProblemPage | null {
  if (!Object.hasOwn(catalogue, code)) return null
  const kind: ProblemKind = catalogue[code as ProblemCode]
  const teaching = teachings[code]
  return {
    code: code as ProblemCode,
    status: kind.status,
    retryable: kind.retryable,
    title: kind.title,
    hint: kind.hint,
    what: teaching?.what ?? null,
    why: teaching?.why ?? null,
    rules: rulesOf(code as ProblemCode),
    example: problemExamples().get(code) ?? ruleExamples().get(code) ?? null,
  }
}

export const problemPages = (): ProblemPage[] => Object.keys(catalogue).map((code) => problemPage(code) as ProblemPage)

/** Rules of the standard that report the code, and the node's own unless the standard's catalogue has it too. */
function rulesOf(code: ProblemCode): PageRule[] {
  const standard = ruleCatalogue
    .filter((rule) => rule.codes.includes(code))
    .map(({ id, kind, severities, basis, basisEn, zh, en }): PageRule => {
      return { id, kind, severities, basis: { zh: basis, en: basisEn }, sentence: { zh, en } }
    })
  const own = [...nodeRules.values()]
    .filter((rule) => rule.codes.includes(code) && !standard.some(({ id }) => id === rule.id))
    .map(({ id, basis, basisEn }): PageRule => ({ id, kind: null, severities: [], basis: { zh: basis, en: basisEn }, sentence: null }))
  return [...standard, ...own]
}

export const kindWords: Readonly<Record<NonNullable<PageRule['kind']>, Words>> = {
  authenticity: { zh: '真实性', en: 'authenticity' },
  legality: { zh: '合规性', en: 'legality' },
  logic: { zh: '逻辑性', en: 'logic' },
  linkage: { zh: '关联性', en: 'linkage' },
}

export const severityWords: Readonly<Record<Severity, Words>> = {
  error: { zh: '错误：记录退回', en: 'error: the record is refused' },
  doubt: { zh: '存疑：记录收下，待核实', en: 'doubt: the record is kept as doubtful' },
  warning: { zh: '提醒：记录照收', en: 'warning: the record is taken' },
}

/** Where the problem is met: an HTTP status, or what becomes of the record. */
export function outcomeOf(page: ProblemPage): Words {
  if (page.status !== null)
    return {
      zh: `整个请求的问题：HTTP ${page.status}，没有写入任何内容，也没有回执`,
      en: `Of the whole request: HTTP ${page.status}; nothing was stored and there is no receipt`,
    }
  const severities = [...new Set(page.rules.flatMap((rule) => rule.severities))]
  const known: Severity[] =
    severities.length > 0 ? severities : page.example?.problem.severity ? [page.example.problem.severity] : ['error']
  return {
    zh: `单条记录的问题，写在回执里（HTTP 200）；${known.map((one) => severityWords[one].zh).join('；')}`,
    en: `Of one record, told in the receipt (HTTP 200); ${known.map((one) => severityWords[one].en).join('; ')}`,
  }
}

export const retryWords = (page: ProblemPage): Words =>
  page.retryable
    ? { zh: '可以：同一内容稍后可原样重发', en: 'Yes: the same may be sent again later, unchanged' }
    : { zh: '不必：原样重发结果相同，须先改正', en: 'No: the same gives the same answer; mend it first' }

/** The example's own fix, when it carries one. */
export function fixOf(page: ProblemPage): string | null {
  const fix = page.example?.problem.fix
  return fix === undefined || fix.length === 0 ? null : JSON.stringify(fix, null, 2)
}
