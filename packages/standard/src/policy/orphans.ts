import { onMissingAt } from './linkage.ts'
import type { CompiledRule, Policy, PolicyDocument, Tier } from './policy.ts'

/** A rule that keeps a whole entity down must keep down what waits for it, or children pile up above without end. */
export function orphans(
  document: PolicyDocument,
  compiled: ReadonlyMap<string, readonly CompiledRule[]>,
  entities: readonly string[],
  names: Policy['names'],
): string[] {
  const faults: string[] = []
  for (const [tier, rules] of compiled) {
    const down = new Set(
      rules.filter((r) => !r.rule.verdict.qualifies && r.entities !== null && isUnconditional(r)).flatMap((r) => [...r.entities!]),
    )
    for (const reference of document.references.filter(
      (r) => onMissingAt(r, tier === 'default' ? undefined : (tier as Tier)) === 'hold' && down.has(r.parent),
    )) {
      const up = entities.filter((entity) => entity !== reference.parent && names(reference.children, entity) && !down.has(entity))
      faults.push(...up.map((entity) => `${tier}: ${entity} qualifies while ${reference.parent}, which it waits for, never does`))
    }
  }
  return faults
}

function isUnconditional({ rule }: CompiledRule): boolean {
  return (
    Object.keys((rule.when['properties'] ?? {}) as object).every((name) => name === 'entity') &&
    !('allOf' in rule.when || 'not' in rule.when || 'anyOf' in rule.when)
  )
}
