import type { CompiledRule, Policy } from './policy.ts'

export interface QualificationSubject {
  readonly entity: string
  readonly state: string
  /** Under which the record was sent: its lists of codes count. */
  readonly release?: string
  /** A decision recorded at this node says that the record goes up: rules that such a decision may overcome are passed. */
  readonly decided?: boolean
  /** Called only when a rule looks into the record. */
  readonly data: () => Readonly<Record<string, unknown>>
}

export type Qualification =
  | { readonly qualifies: true; readonly flags?: readonly string[] }
  | {
      readonly qualifies: false
      readonly reason: string
      readonly kind: 'not-due' | 'incomplete'
      /** A recorded decision would overcome this rule. */
      readonly byDecision?: true
    }

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
    const flag = flagOf(rule.verdict, subject.decided === true)
    if (flag === null) return refusal(rule.verdict)
    flags = [...(flags ?? []), flag]
  }
  return flags === undefined ? qualifies : { qualifies: true, flags }
}

type Verdict = CompiledRule['rule']['verdict']

/** The flag under which a record goes on; null when the rule keeps it down. */
function flagOf(verdict: Verdict, decided: boolean): string | null {
  if (verdict.qualifies) return verdict.flag
  return decided && verdict.byDecision !== undefined ? verdict.byDecision : null
}

function refusal(verdict: Verdict): Qualification {
  if (verdict.qualifies) return qualifies
  const { reason, kind, byDecision } = verdict
  return byDecision === undefined ? { qualifies: false, reason, kind } : { qualifies: false, reason, kind, byDecision: true }
}

function rulesFor(rules: readonly CompiledRule[], entity: string): readonly CompiledRule[] {
  let known = rulesByEntity.get(rules)
  if (known === undefined) rulesByEntity.set(rules, (known = new Map<string, readonly CompiledRule[]>()))
  let chosen = known.get(entity)
  if (chosen === undefined) known.set(entity, (chosen = rules.filter((rule) => rule.entities === null || rule.entities.has(entity))))
  return chosen
}
