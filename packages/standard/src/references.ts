import { businessKey } from './key.ts'
import type { Entity } from './model.ts'
import { defaultPolicy, names, type Policy, type ReferenceRule } from './policy/policy.ts'
import { regionIndex } from './regions.ts'
import { releases } from './releases.ts'

type Data = Readonly<Record<string, unknown>>

/** A record that another one refers to by its business key. */
export interface Reference {
  readonly field: string
  /** Entity of the parent. */
  readonly parent: string
  readonly key: Readonly<Record<string, string>>
  /** The parent's business key, as `businessKey` writes it. */
  readonly keyText: string
  readonly onMissing: 'hold' | 'ignore'
  /** The record waits for this parent. */
  readonly mandatory: boolean
}

interface CompiledReference {
  readonly rule: ReferenceRule
  readonly parent: Entity
}

const compiled = new WeakMap<Policy, Map<string, readonly CompiledReference[]>>()

/** The parents a record names, in the policy's order; one for each number where a field holds several. */
export function references(entity: Entity, data: Data, policy: Policy = defaultPolicy): Reference[] {
  const found: Reference[] = []
  for (const { rule, parent } of referencesOf(policy, entity)) {
    const value = data[rule.field]
    if (typeof value !== 'string') continue
    for (const number of rule.several === true ? splitNumbers(value) : [value]) {
      const key = { [rule.parentField]: number }
      const { text } = businessKey(parent, key, '')
      found.push({
        field: rule.field,
        parent: rule.parent,
        key,
        keyText: text,
        onMissing: rule.onMissing,
        mandatory: rule.onMissing === 'hold',
      })
    }
  }
  return found
}

function referencesOf(policy: Policy, entity: Entity): readonly CompiledReference[] {
  let byEntity = compiled.get(policy)
  if (byEntity === undefined) compiled.set(policy, (byEntity = new Map<string, readonly CompiledReference[]>()))
  const id = `${entity.release}/${entity.code}`
  let list = byEntity.get(id)
  if (list === undefined) {
    const has = (field: string) => entity.fields.some((f) => f.code === field)
    list = policy.references
      .filter((rule) => rule.parent !== entity.code && names(rule.children, entity.code) && has(rule.field))
      .map((rule) => ({ rule, parent: parentEntity(entity.release, rule.parent) }))
      .filter((reference): reference is CompiledReference => reference.parent !== undefined)
    byEntity.set(id, list)
  }
  return list
}

/** The parent's table in the same release, or in whichever has it: keys do not depend on the release. */
function parentEntity(release: string, code: string): Entity | undefined {
  return releases.get(release)?.entities.get(code) ?? [...releases.values()].map((r) => r.entities.get(code)).find((e) => e !== undefined)
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
const numberFields = ['PrjNum', 'TenderNum', 'RecordNum', 'CensorNum', 'BuilderLicenceNum', 'PrjFinishNum'] as const

/**
 * Where a record belongs. A submission is judged by the place of the project or conduct, never by where a company or person is registered.
 * Old codes count as what they have become. A company's track record names projects anywhere, so its numbers do not count.
 * @param data the record, or the key of a withdrawal
 */
export function regionsOf(entity: Entity, data: Data): RecordRegions {
  if (entity.group === 'enterprise' || entity.group === 'person') return noRegions
  const inNumbers: string[] = []
  for (const field of numberFields) {
    const value = data[field]
    if (typeof value !== 'string' || value.length < 16) continue
    for (const number of value.length > 50 ? splitNumbers(value) : [value]) {
      const region = regionInNumber(number)
      if (region !== null && !inNumbers.includes(region)) inNumbers.push(region)
    }
  }
  return { reporting: placeOf(data) ?? inNumbers[0] ?? null, inNumbers }
}

function placeOf(data: Data): string | null {
  // In the form of 2007 the plain fields are the company's seat, which does not count.
  const code = data['HappenCountyNum'] ?? data['HappenCityNum'] ?? data['CountyNum'] ?? data['TegionCode'] ?? data['CityNum']
  return typeof code === 'string' && /^\d{6}$/.test(code) ? inForce(code) : null
}

/** Project numbers and what begins with them (16 digits), and permits of 18 digits. Local forms say nothing about a region. */
function regionInNumber(number: string): string | null {
  return /^\d{16}(?:$|-)|^\d{18}$/.test(number) ? inForce(number.slice(0, 6)) : null
}

function inForce(code: string): string {
  return regionIndex.successorOf(code) ?? code
}
