import type { ProblemDocument } from '@huijiao/problem'
import type { Entity, Release } from '../model.ts'
import { type Data, fieldProblem, type Finding } from '../validate/subject.ts'

/** What the rules found in one record. `bad` names fields with an error, so that one mistake is told once. */
export interface Findings {
  readonly problems: ProblemDocument[]
  readonly bad: Set<string>
  /** Some text of the record holds characters that a careful look is due for; set by the schema's own scan of the texts. */
  odd: boolean
}

/** Judges several fields of one record. Runs on every record, so a passing record must cost next to nothing. */
export type Rule = (data: Data, at: Date, findings: Findings) => void

/** Makes the rule for one entity, with the values of its release; null when the entity has none of its fields. */
export type RuleMaker = (release: Release, entity: Entity) => Rule | null

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

/** The text in a field; null when it is absent or no text. */
export function textIn(data: Data, code: string): string | null {
  const value = data[code]
  return typeof value === 'string' ? value : null
}
