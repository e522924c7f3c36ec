import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ProblemDocument, Severity } from '@huijiao/problem'
import type { Entity, Release } from '../model.ts'
import { type Data, fieldProblem, type Finding } from '../validate/subject.ts'

/** What the rules found in one record. `bad` names fields with an error, so that one mistake is told once. */
export interface Findings {
  readonly problems: ProblemDocument[]
  readonly bad: Set<string>
}

/** Judges several fields of one record. Runs on every record, so a passing record must cost next to nothing. */
export type Rule = (data: Data, at: Date, findings: Findings) => void

/** Makes the rule for one entity; null when the entity has none of its fields. */
export type RuleMaker = (release: Release, entity: Entity) => Rule | null

export type DatePair = readonly [string, string]

interface RuleValues {
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

/** The values of the rules, from `data/rulings/rules.json`. */
export const ruleValues = JSON.parse(
  readFileSync(join(import.meta.dirname, '..', '..', 'data', 'rulings', 'rules.json'), 'utf8'),
) as RuleValues

/** Adds a problem about one field, unless that field already has an error. */
export function report(release: Release, entity: Entity, data: Data, findings: Findings, fieldCode: string, finding: Finding): void {
  if (findings.bad.has(fieldCode)) return
  const field = entity.fields.find((f) => f.code === fieldCode)!
  findings.problems.push(fieldProblem({ release, entity, field, data }, finding))
  if ((finding.severity ?? 'error') === 'error') findings.bad.add(fieldCode)
}

export function hasFields(entity: Entity, ...codes: readonly string[]): boolean {
  return codes.every((code) => entity.fields.some((field) => field.code === code))
}
