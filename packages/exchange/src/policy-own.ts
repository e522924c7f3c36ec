import { coversRegion } from '@huijiao/identity'
import { defaultPolicy, type Policy, type PolicyDocument, type Release } from '@huijiao/standard'
import { policyFor } from './policy-in-force.ts'
import type { StandardsInForce } from './standards.ts'

/**
 * The policy of a node that was given none of its own: that of the province's extension where one counts at this place, which is never weaker than the
 * national one; else that of the newest national release. What other extensions that are served here say about their own tables is added, so that a
 * nation may serve several provinces.
 */
export function ownPolicy(standards: StandardsInForce, region: string): Policy {
  let known = made.get(standards)
  if (known === undefined) {
    const document = composed([...standards.releases.values()], region)
    known = policyFor(standards, `${document.id}@${document.version}`, () => document)
    made.set(standards, known)
  }
  return known
}

const made = new WeakMap<StandardsInForce, Policy>()

function composed(releases: readonly Release[], region: string): PolicyDocument {
  const extensions = releases.filter((release) => release.basedOn !== null)
  const home = extensions.findLast((release) => coversRegion([release.issuer], region))
  const national = releases.findLast((release) => release.basedOn === null)
  const base = home?.policy ?? national?.policy ?? defaultPolicy.document
  return extensions.filter((release) => release !== home).reduce(withAdditions, base)
}

/** What an extension's policy says about tables under its prefix, added to another policy. */
function withAdditions(policy: PolicyDocument, { id, revision, prefix, policy: own }: Release): PolicyDocument {
  const about = (entities: readonly string[]) => entities.length > 0 && entities.every((code) => prefix !== null && code.startsWith(prefix))
  const steps = own.steps.filter((step) => about(step.entities))
  const references = own.references.filter((rule) => about(rule.children))
  const rules = Object.entries(own.qualification).map(
    ([tier, list]) => [tier, list.filter((rule) => about(entitiesOf(rule.when)))] as const,
  )
  if (steps.length + references.length + rules.flatMap(([, list]) => list).length === 0) return policy
  const qualification = Object.fromEntries([
    ...Object.entries(policy.qualification),
    ...rules
      .filter(([, list]) => list.length > 0)
      .map(([tier, list]) => [tier, [...(policy.qualification[tier] ?? policy.qualification['default'] ?? []), ...list]]),
  ]) as PolicyDocument['qualification']
  return {
    ...policy,
    id: `${policy.id}+${id}.${revision}`,
    steps: [...steps, ...policy.steps],
    references: [...policy.references, ...references],
    qualification,
    reasons: { ...own.reasons, ...policy.reasons },
  }
}

const entitiesOf = (when: Readonly<Record<string, unknown>>): readonly string[] =>
  ((when['properties'] as Record<string, { enum?: readonly string[] }> | undefined)?.['entity']?.enum ?? []) as readonly string[]
