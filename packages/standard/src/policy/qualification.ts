import type { CompiledRule, Policy } from './policy.ts'

export interface QualificationSubject {
  readonly entity: string
  readonly state: string
  /** Under which the record was sent: its lists of codes count. */
  readonly release?: string
  /** Called only when a rule looks into the record. */
  readonly data: () => Readonly<Record<string, unknown>>
}

export type Qualification =
  | { readonly qualifies: true; readonly flags?: readonly string[] }
  | { readonly qualifies: false; readonly reason: string; readonly kind: 'not-due' | 'incomplete' }

const qualifies: Qualification = { qualifies: true }
const rulesByEntity = new WeakMap<readonly CompiledRule[], Map<string, readonly CompiledRule[]>>()

/**
 * Whether a version goes up a link, by the policy's rules in their order: the first that says no decides; flags add up.
 * @param tier tier of the upstream
 * @param list name of the list of rules, where the policy has one of that name; else that of the tier counts
 */
export function judgeQualification(policy: Policy, tier: string, subject: QualificationSubject, list: string | null = null): Qualification {
  const named = list !== null && policy.document.qualification[list] !== undefined ? list : tier
  const rules = rulesFor(policy.qualificationOf(named), subject.entity)
  let data: Readonly<Record<string, unknown>> | undefined
  let flags: string[] | undefined
  const instance: Record<string, unknown> = { entity: subject.entity, state: subject.state, tier, release: subject.release }
  for (const { rule, readsData, speaks } of rules) {
    if (readsData && data === undefined) instance['data'] = data = subject.data()
    if (!speaks(instance)) continue
    if (!rule.verdict.qualifies) return { qualifies: false, reason: rule.verdict.reason, kind: rule.verdict.kind }
    flags = [...(flags ?? []), rule.verdict.flag]
  }
  return flags === undefined ? qualifies : { qualifies: true, flags }
}

function rulesFor(rules: readonly CompiledRule[], entity: string): readonly CompiledRule[] {
  let known = rulesByEntity.get(rules)
  if (known === undefined) rulesByEntity.set(rules, (known = new Map<string, readonly CompiledRule[]>()))
  let chosen = known.get(entity)
  if (chosen === undefined) known.set(entity, (chosen = rules.filter((rule) => rule.entities === null || rule.entities.has(entity))))
  return chosen
}
