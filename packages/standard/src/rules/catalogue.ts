import { authenticity } from './catalogue/authenticity.ts'
import type { RuleKind } from './catalogue/kind.ts'
import { legality } from './catalogue/legality.ts'
import { linkage } from './catalogue/linkage.ts'
import { logic } from './catalogue/logic.ts'

export type { RuleKind, RuleKindName } from './catalogue/kind.ts'

/**
 * Every rule of the standard that a problem may name, by kind. Values, severity and basis in force are data of the release (`release.rules`,
 * `release.policy`); a row says what the rule asks and where it comes from. Rules of the protocol stand with their codes in `@huijiao/problem`.
 */
export const ruleCatalogue: readonly RuleKind[] = [...authenticity, ...legality, ...logic, ...linkage]

/** By id. */
export const ruleById: ReadonlyMap<string, RuleKind> = new Map(ruleCatalogue.map((rule) => [rule.id, rule]))
