import { type ProblemDocument, recordProblem } from '@huijiao/problem'
import { type Entity, englishBasis, heldReferences, isResidentId, joinTexts, type Reference } from '@huijiao/standard'
import type { FoundVersion, NewFinding } from './finding.ts'
import type { Hub } from './hub.ts'
import { digestOfKey } from './key-digest.ts'

/** A parent that a held version still waits for, as the row of the wait names it. */
export interface MissingParent {
  readonly entity: string | null
  readonly field: string | null
  readonly rule: string | null
  /** Keyed digest of the parent's key in hex. */
  readonly digest: string
}

/** A held version whose time is up. */
export interface OverdueVersion extends FoundVersion {
  readonly record_index: number
  readonly held_at: Date
  readonly missing: readonly MissingParent[]
  readonly open_text: string | null
  readonly named_text: string | null
  readonly sealed_text: Buffer | null
  readonly commitment: Buffer
}

/**
 * What the participant reads about a record whose parent never came: the field by its name, what it said (unless that is personal), how long it waited, by
 * which rule. The first missing parent is the problem's place; the others are named in its words.
 * @param entity the record's table in the release that it was sent under; undefined when that is not served any more
 */
export function neverCame(hub: Hub, entity: Entity | undefined, version: OverdueVersion, at: Date): NewFinding {
  const [first] = version.missing
  if (first === undefined) throw new Error('a version that waits for nothing is not refused')
  const rule = first.rule ?? 'linkage.reference'
  const field = entity?.fields.find((one) => one.code === first.field)
  const reference = referenceTo(hub, entity, version, first)
  const value = reference?.value
  const shown = value !== undefined && field?.privacy === 'open' && !isResidentId(value) ? value.slice(0, 200) : undefined
  const days = Math.round((at.getTime() - version.held_at.getTime()) / 86_400_000)
  const problem: ProblemDocument = recordProblem('parent-never-came', {
    record: version.record_index,
    severity: 'error',
    rule,
    ...basisOf(hub, reference, first),
    ...(first.field === null ? {} : { pointer: `/data/${first.field}` }),
    ...(field === undefined ? {} : { field: field.nameZh }),
    ...(shown === undefined ? {} : { value: shown }),
    detail: {
      zh: `待关联 ${days} 天期满，所引用的记录（${namesOf(version.missing, entity)}）始终没有入库，本记录退回`,
      en: `After waiting ${days} days, what the record refers to (${namesOf(version.missing)}) is still not in force here; the record is refused`,
    },
  })
  return { version, rule, code: 'parent-never-came', severity: 'error', about: null, problem }
}

/** @param entity whose fields have names in Chinese; absent: their codes alone */
const namesOf = (missing: readonly MissingParent[], entity?: Entity): string =>
  [
    ...new Set(
      missing.map((one) => {
        const label = entity?.fields.find((field) => field.code === one.field)?.nameZh
        return `${label === undefined ? '' : `${label} `}${one.field ?? '?'} → ${one.entity ?? '?'}`
      }),
    ),
  ].join(', ')

/** The reference of the record that names this very parent; undefined when the policy has changed meanwhile, or its text was erased. */
function referenceTo(hub: Hub, entity: Entity | undefined, version: OverdueVersion, parent: MissingParent): Reference | undefined {
  if (entity === undefined) return undefined
  const sealed = version.sealed_text === null ? null : hub.sealer.open(version.sealed_text, version.commitment)
  const data = joinTexts(version.open_text, version.named_text, sealed)
  return heldReferences(entity, data, hub.policy(), hub.node.tier).find(
    (one) => one.field === parent.field && one.parent === parent.entity && digestOfKey(hub, one.keyText).toString('hex') === parent.digest,
  )
}

/** The basis of the reference, or where that is not found any more, of the policy's rule of that name. */
function basisOf(hub: Hub, reference: Reference | undefined, parent: MissingParent): { basis?: string; basisEn?: string | undefined } {
  if (reference !== undefined) return { basis: reference.basis, basisEn: reference.basisEn }
  const policy = hub.policy()
  const rule = policy.document.references.find((one) => one.field === parent.field && one.parent === parent.entity)
  return rule === undefined ? {} : { basis: rule.basis, basisEn: englishBasis(rule.basis, policy.served) }
}
