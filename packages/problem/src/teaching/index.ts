import { teachingBasisEn } from './basis.ts'
import { evidenceTeachings } from './evidence.ts'
import { fieldTeachings } from './field.ts'
import { fileTeachings } from './file.ts'
import { linkageTeachings } from './linkage.ts'
import { recordTeachings } from './record.ts'
import { requestTeachings } from './request.ts'
import type { Teaching } from './teaching.ts'

export type { Teaching } from './teaching.ts'

/** What is taught about each code. A test holds it to the catalogue: no code without a row, no row without a code. */
export const teachings: Readonly<Record<string, Teaching>> = {
  ...requestTeachings,
  ...recordTeachings,
  ...evidenceTeachings,
  ...fileTeachings,
  ...linkageTeachings,
  ...fieldTeachings,
}

/** A rule that is not the standard's: of the protocol, of grants, of the order of versions. */
export interface NodeRule {
  readonly id: string
  readonly basis: string
  /** The same in English; equal where the text is the same in every language. */
  readonly basisEn: string
  readonly codes: readonly string[]
}

/** The rules that belong to codes by themselves, by id. */
export const nodeRules: ReadonlyMap<string, NodeRule> = collect()

function collect(): Map<string, NodeRule> {
  const rules = new Map<string, NodeRule>()
  for (const [code, { rule, basis }] of Object.entries(teachings)) {
    if (rule === undefined) continue
    const known = rules.get(rule)
    const text = known?.basis ?? basis ?? ''
    rules.set(rule, { id: rule, basis: text, basisEn: teachingBasisEn[text] ?? text, codes: [...(known?.codes ?? []), code] })
  }
  return rules
}
