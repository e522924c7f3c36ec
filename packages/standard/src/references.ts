import { canonicalize } from '@huijiao/merkle'
import { englishBasis } from './basis.ts'
import { isCompanyCode } from './check-digits.ts'
import { businessKey } from './key.ts'
import type { Entity, Release } from './model.ts'
import { foundBy, holdDaysDefault, type OnMissing, onMissingAt, parentFieldsOf, sameFields } from './policy/linkage.ts'
import { defaultPolicy, type Policy, type ReferenceRule, type Tier } from './policy/policy.ts'
import { regionIndex, type RegionIndex, regionIndexOf } from './regions.ts'

type Data = Readonly<Record<string, unknown>>

/** A record that another one refers to. */
export interface Reference {
  /** Id in the rule catalogue. */
  readonly rule: string
  readonly field: string
  /** Entity of the parent. */
  readonly parent: string
  /** Fields of the parent with the values that the child gives. */
  readonly key: Readonly<Record<string, string>>
  /** The parent's business key, as `businessKey` writes it; or, when `aliased`, one of its `aliasTexts`. May hold personal data. */
  readonly keyText: string
  /** The parent is found by `aliasTexts`, not by its key. */
  readonly aliased: boolean
  readonly onMissing: OnMissing
  /** The record waits for this parent. */
  readonly mandatory: boolean
  readonly holdDays: number
  readonly basis: string
  readonly basisEn: string | undefined
  /** What the child says in `field`, of several numbers the one that is meant. */
  readonly value: string
}

interface CompiledReference {
  readonly rule: ReferenceRule
  readonly parent: Entity
  readonly fields: readonly (readonly [child: string, parent: string])[]
  readonly aliased: boolean
  readonly onMissing: OnMissing
  readonly holdDays: number
  readonly basisEn: string | undefined
}

const compiled = new WeakMap<Policy, WeakMap<Entity, Map<string, readonly CompiledReference[]>>>()

/**
 * The records that a record refers to, in the policy's order; one for each number where a field holds several. What says nothing here
 * (`none`) is left out.
 * @param tier of the node that asks; absent: what the policy says for all tiers
 */
export function references(entity: Entity, data: Data, policy: Policy = defaultPolicy, tier?: Tier): Reference[] {
  return found(referencesOf(policy, entity, tier), data)
}

/** Only those that the record waits for: what is asked while it is stored. */
export function heldReferences(entity: Entity, data: Data, policy: Policy, tier: Tier): Reference[] {
  const all = referencesOf(policy, entity, tier)
  let held = waitedFor.get(all)
  if (held === undefined) waitedFor.set(all, (held = all.filter((one) => one.onMissing === 'hold')))
  return held.length === 0 ? [] : found(held, data)
}

const waitedFor = new WeakMap<readonly CompiledReference[], readonly CompiledReference[]>()

function found(compiledReferences: readonly CompiledReference[], data: Data): Reference[] {
  const list: Reference[] = []
  for (const { rule, parent, fields, aliased, onMissing, holdDays, basisEn } of compiledReferences) {
    const value = data[rule.field]
    if (typeof value !== 'string') continue
    for (const number of rule.several === true ? splitNumbers(value) : [value]) {
      const key: Record<string, string> = {}
      for (const [child, field] of fields) {
        const part = child === rule.field ? number : data[child]
        if (typeof part === 'string' && part !== '') key[field] = part
      }
      // 其它 for a body without a code, or a private person in a company's field, names no record.
      if (Object.keys(key).length < fields.length || (key['CorpCode'] !== undefined && !isCompanyCode(key['CorpCode']))) continue
      list.push({
        rule: rule.rule ?? 'linkage.reference',
        field: rule.field,
        parent: rule.parent,
        key,
        keyText: aliased ? aliasText(parent.code, key) : businessKey(parent, key, '').text,
        aliased,
        onMissing,
        mandatory: onMissing === 'hold',
        holdDays,
        basis: rule.basis,
        basisEn,
        value: number,
      })
    }
  }
  return list
}

function referencesOf(policy: Policy, entity: Entity, tier: Tier | undefined): readonly CompiledReference[] {
  let byEntity = compiled.get(policy)
  if (byEntity === undefined) compiled.set(policy, (byEntity = new WeakMap()))
  let byTier = byEntity.get(entity)
  if (byTier === undefined) byEntity.set(entity, (byTier = new Map()))
  let list = byTier.get(tier ?? '')
  if (list === undefined) {
    const has = (field: string) => entity.fields.some((f) => f.code === field)
    list = policy.references.flatMap((rule): CompiledReference[] => {
      const onMissing = onMissingAt(rule, tier)
      const fields = [[rule.field, rule.parentField] as const, ...Object.entries(rule.also ?? {})]
      // A record's own key names itself, which says nothing; another field of it may name another record of its table.
      const itself = rule.parent === entity.code && rule.field === rule.parentField
      if (onMissing === 'none' || itself || !policy.names(rule.children, entity.code) || !fields.every(([child]) => has(child))) return []
      const parent = parentEntity(policy, entity, rule.parent)
      if (parent === undefined) return []
      const aliased = sameFields(parentFieldsOf(rule), foundBy[rule.parent] ?? [])
      const holdDays = rule.holdDays ?? policy.document.linkage?.holdDays ?? holdDaysDefault
      return [{ rule, parent, fields, aliased, onMissing, holdDays, basisEn: englishBasis(rule.basis, policy.served) }]
    })
    byTier.set(tier ?? '', list)
  }
  return list
}

/** The parent's table in the child's release, or in whichever has it: keys do not depend on the release. */
function parentEntity(policy: Policy, child: Entity, code: string): Entity | undefined {
  if (child.code === code) return child
  const having = policy.served.filter((release) => release.entities.has(code))
  return (having.find((release) => release.id === child.release) ?? having[0])?.entities.get(code)
}

/** Texts other than its business key under which a record is found by those that refer to it; none for most tables. */
export function aliasTexts(entity: Entity, data: Data): string[] {
  const fields = foundBy[entity.code]
  if (fields === undefined) return []
  const key: Record<string, string> = {}
  for (const field of fields) {
    const value = data[field]
    if (typeof value !== 'string' || value === '') return []
    key[field] = value
  }
  return [aliasText(entity.code, key)]
}

/** One form for both codes of a company: the organisation code, which the credit code contains. Used to find, never to store. */
function aliasText(entity: string, key: Readonly<Record<string, string>>): string {
  const { CorpCode, ...rest } = key
  return canonicalize({ entity, by: CorpCode === undefined ? rest : { ...rest, CorpCode: organisationCodeOf(CorpCode) } })
}

/** The organisation code of a company, without hyphen: characters 9 to 17 of a credit code (GB 32100), or the code itself. */
export function organisationCodeOf(code: string): string {
  if (code.length === 18) return code.slice(8, 17)
  return code.length === 10 && code[8] === '-' ? code.slice(0, 8) + code[9]! : code
}

/** Several numbers in one field are written with commas, semicolons, 、 or white space between them. */
export function splitNumbers(text: string): string[] {
  return [...new Set(text.split(/[,，;；、\s]+/).filter((part) => part !== ''))]
}

export interface RecordRegions {
  /** The place of the project or of the conduct, as precise as the record says; null for the register of companies and persons. */
  readonly reporting: string | null
  /** Regions in the first six digits of project and permit numbers. */
  readonly inNumbers: readonly string[]
}

const noRegions: RecordRegions = { reporting: null, inNumbers: [] }
/**
 * Where a record belongs. A submission is judged by the place of the project or conduct, never by where a company or person is registered.
 * Old codes count as what they have become. A company's track record names projects anywhere, so its numbers do not count.
 * @param data the record, or the key of a withdrawal
 * @param inForce what an old code counts as; `regionsInForce` of the record's release
 */
export function regionsOf(entity: Entity, data: Data, inForce: RegionInForce = inForceByTable): RecordRegions {
  const { place } = entity
  if (place === null) return noRegions
  const inNumbers: string[] = []
  for (const field of place.numbers) {
    const value = data[field]
    if (typeof value !== 'string' || value.length < 16) continue
    for (const number of value.length > 50 ? splitNumbers(value) : [value]) {
      const region = regionInNumber(number, inForce)
      if (region !== null && !inNumbers.includes(region)) inNumbers.push(region)
    }
  }
  return { reporting: regionIn(place.region, data, inForce) ?? inNumbers[0] ?? regionIn(place.reportedBy, data, inForce), inNumbers }
}

/** What the first of the fields that the record has says. */
function regionIn(fields: readonly string[], data: Data, inForce: RegionInForce): string | null {
  const field = fields.find((one) => data[one] !== undefined && data[one] !== null)
  const code = field === undefined ? undefined : data[field]
  return typeof code === 'string' && /^\d{6}$/.test(code) ? inForce(code) : null
}

/** Project numbers and what begins with them (16 digits), and permits of 18 digits. Local forms say nothing about a region. */
function regionInNumber(number: string, inForce: RegionInForce): string | null {
  return /^\d{16}(?:$|-)|^\d{18}$/.test(number) ? inForce(number.slice(0, 6)) : null
}

/** An old code → the code that stands for it today; any other as it is. */
export type RegionInForce = (code: string) => string

const inForceByTable: RegionInForce = (code) => regionIndex.successorOf(code) ?? code

/** By day, counted since 1970 in Asia/Shanghai. */
const inForceOf = new WeakMap<RegionIndex, { readonly day: number; readonly inForce: RegionInForce }>()

const dayMs = 86_400_000

/** What old codes count as today by a release, which may say more of divisions than the table of this build. */
export function regionsInForce(release: Release, at: Date): RegionInForce {
  const index = regionIndexOf(release)
  const day = Math.floor((at.getTime() + 8 * 3_600_000) / dayMs)
  let known = inForceOf.get(index)
  if (known === undefined || known.day !== day) {
    const date = new Date(day * dayMs).toISOString().slice(0, 10)
    inForceOf.set(index, (known = { day, inForce: (code) => index.successorOf(code, date) ?? code }))
  }
  return known.inForce
}
