import type { Entity, Release } from '../model.ts'
import type { PolicyDocument, Tier } from './policy.ts'

/**
 * What a missing parent means. `hold`: the child waits for it; `doubt` and `warning`: the child is accepted, and the missing parent is noted at it
 * until it comes; `none`: nothing.
 */
export type OnMissing = 'hold' | 'doubt' | 'warning' | 'none'

/** A field of some tables that names a record of another one. */
export interface ReferenceRule {
  /** Id in the rule catalogue, `linkage.<…>`. */
  readonly rule?: string
  /** Entity codes, or `*project` and the like for a whole group. */
  readonly children: readonly string[]
  readonly field: string
  readonly parent: string
  readonly parentField: string
  /** Further fields by which the parent is found: field of the child → field of the parent. */
  readonly also?: Readonly<Record<string, string>>
  /** The field may hold several numbers. */
  readonly several?: boolean
  /** What the sources say: every child must name a parent, or may. */
  readonly presence?: 'mandatory' | 'optional'
  /** `ignore` is the older word for `none`. */
  readonly onMissing: OnMissing | 'ignore'
  /** Where a tier decides otherwise. */
  readonly tiers?: Readonly<Partial<Record<Tier, OnMissing>>>
  /** How long a child waits, in days of 24 hours; the document's `linkage.holdDays` when absent. */
  readonly holdDays?: number
  /** No source states the reference. */
  readonly inferred?: boolean
  readonly basis: string
}

export type DoubtRule = 'cycle' | 'manager-overlap' | 'finish-before-permit'

/** A table that names who leads the works on a site. */
export interface ManagerSource {
  readonly entity: string
  /** Fields of the person's document: its kind and its number. */
  readonly type: string
  readonly number: string
  /** Field with the number of the permit, which may be absent: the person then leads all works of the project. */
  readonly permit: string
  /** Only records whose field has one of the values. */
  readonly when?: { readonly field: string; readonly values: readonly string[] }
  readonly basis: string
}

/** What records are held together by, beyond the single references. */
export interface LinkageDocument {
  readonly holdDays: number
  readonly holdBasis: string
  readonly conductCode: {
    readonly entities: readonly string[]
    readonly field: string
    /** Form of the codes that the list would hold; others are not looked for in it. */
    readonly pattern: string
    readonly severity: Exclude<OnMissing, 'hold'>
    readonly basis: string
  }
  readonly doubts: Readonly<
    Record<DoubtRule, { readonly severity: Exclude<OnMissing, 'hold'>; readonly basis: string; readonly termDays?: number }>
  >
  readonly managers: readonly ManagerSource[]
  /** Where the works of a project begin. `issued`: the first field that is there counts. */
  readonly permits: {
    readonly entity: string
    readonly number: string
    readonly project: string
    readonly issued: readonly string[]
    readonly days: string
  }
  /** Where they end. `permits` may hold several numbers. */
  readonly finishes: {
    readonly entities: readonly string[]
    readonly permits: string
    readonly project: string
    readonly begun: string
    readonly finished: string
  }
}

/** Days that a record waits when a policy says nothing: as in the built-in policy, for documents from before it was data. */
export const holdDaysDefault = 30

const text = { type: 'string', minLength: 1 } as const
const texts = { type: 'array', minItems: 1, items: text } as const
const days = { type: 'integer', minimum: 1, maximum: 3660 } as const
const onMissing = { type: 'string', enum: ['hold', 'doubt', 'warning', 'none'] } as const
const severity = { type: 'string', enum: ['doubt', 'warning', 'none'] } as const
const doubt = {
  type: 'object',
  properties: { severity, basis: text, termDays: days },
  required: ['severity', 'basis'],
  additionalProperties: false,
} as const
const when = {
  type: 'object',
  properties: { field: text, values: texts },
  required: ['field', 'values'],
  additionalProperties: false,
} as const

/** Shape of a policy's `linkage`. */
export const linkageSchema = {
  type: 'object',
  properties: {
    holdDays: days,
    holdBasis: text,
    conductCode: {
      type: 'object',
      properties: { entities: texts, field: text, pattern: text, severity, basis: text },
      required: ['entities', 'field', 'pattern', 'severity', 'basis'],
      additionalProperties: false,
    },
    doubts: {
      type: 'object',
      properties: { cycle: doubt, 'manager-overlap': doubt, 'finish-before-permit': doubt },
      required: ['cycle', 'manager-overlap', 'finish-before-permit'],
      additionalProperties: false,
    },
    managers: {
      type: 'array',
      items: {
        type: 'object',
        properties: { entity: text, type: text, number: text, permit: text, when, basis: text },
        required: ['entity', 'type', 'number', 'permit', 'basis'],
        additionalProperties: false,
      },
    },
    permits: {
      type: 'object',
      properties: { entity: text, number: text, project: text, issued: texts, days: text },
      required: ['entity', 'number', 'project', 'issued', 'days'],
      additionalProperties: false,
    },
    finishes: {
      type: 'object',
      properties: { entities: texts, permits: text, project: text, begun: text, finished: text },
      required: ['entities', 'permits', 'project', 'begun', 'finished'],
      additionalProperties: false,
    },
  },
  required: ['holdDays', 'holdBasis', 'conductCode', 'doubts', 'managers', 'permits', 'finishes'],
  additionalProperties: false,
} as const

/** Shape of one reference of a policy. */
export const referenceSchema = {
  type: 'object',
  properties: {
    rule: { type: 'string', pattern: '^linkage\\.[a-z0-9-]+$' },
    children: texts,
    field: text,
    parent: text,
    parentField: text,
    also: { type: 'object', minProperties: 1, additionalProperties: text },
    several: { type: 'boolean' },
    presence: { type: 'string', enum: ['mandatory', 'optional'] },
    onMissing: { type: 'string', enum: [...onMissing.enum, 'ignore'] },
    tiers: {
      type: 'object',
      properties: { national: onMissing, provincial: onMissing, municipal: onMissing, county: onMissing },
      additionalProperties: false,
    },
    holdDays: days,
    inferred: { type: 'boolean' },
    basis: text,
  },
  required: ['children', 'field', 'parent', 'parentField', 'onMissing', 'basis'],
  additionalProperties: false,
} as const

/**
 * Fields by which a record is found besides its whole key. A company is found by either of its codes, because the credit code contains the
 * organisation code; a certificate by its company and number, because its details do not repeat its kind.
 */
export const foundBy: Readonly<Record<string, readonly string[]>> = {
  TBCorpBasicInfo: ['CorpCode'],
  TBCorpCertInfo: ['CorpCode', 'CertID'],
}

/** The parent's fields that a reference gives, in no order. */
export const parentFieldsOf = (rule: ReferenceRule): string[] => [rule.parentField, ...Object.values(rule.also ?? {})]

/** What a reference means at a tier. */
export function onMissingAt(rule: ReferenceRule, tier: Tier | undefined): OnMissing {
  const said = (tier === undefined ? undefined : rule.tiers?.[tier]) ?? rule.onMissing
  return said === 'ignore' ? 'none' : said
}

export const sameFields = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((field) => b.includes(field))

/** References whose fields do not find a parent, and linkage that names what is not there. */
export function linkageFaults(document: PolicyDocument, releases: Iterable<Release>): string[] {
  const entities = new Map<string, Entity[]>()
  for (const release of releases)
    for (const entity of release.entities.values()) entities.set(entity.code, [...(entities.get(entity.code) ?? []), entity])
  const faults: string[] = []
  for (const rule of document.references) {
    const fields = parentFieldsOf(rule)
    for (const parent of entities.get(rule.parent) ?? [])
      if (!sameFields(fields, parent.key) && !sameFields(fields, foundBy[rule.parent] ?? []))
        faults.push(`${rule.parent} is not keyed by ${fields.join(' and ')}`)
  }
  const { linkage } = document
  if (linkage === undefined) return [...new Set(faults)]
  if (!isPattern(linkage.conductCode.pattern)) faults.push(`linkage.conductCode.pattern is no regular expression`)
  const named: [entity: string, fields: string[]][] = [
    ...linkage.conductCode.entities.map((entity): [string, string[]] => [entity, [linkage.conductCode.field]]),
    ...linkage.managers.map((one): [string, string[]] => [
      one.entity,
      [one.type, one.number, ...(one.when === undefined ? [] : [one.when.field])],
    ]),
    [linkage.permits.entity, [linkage.permits.number, linkage.permits.project, ...linkage.permits.issued, linkage.permits.days]],
    ...linkage.finishes.entities.map((entity): [string, string[]] => [
      entity,
      [linkage.finishes.permits, linkage.finishes.project, linkage.finishes.begun, linkage.finishes.finished],
    ]),
  ]
  for (const [entity, fields] of named) {
    const known = entities.get(entity)
    if (known === undefined) faults.push(`no such entity: ${entity}`)
    // A field that only one release has is no fault: the record of another simply does not have it.
    else
      for (const field of fields)
        if (!known.some((one) => one.fields.some((f) => f.code === field))) faults.push(`${entity} has no field ${field}`)
  }
  return [...new Set(faults)]
}

function isPattern(pattern: string): boolean {
  try {
    return new RegExp(pattern, 'u') instanceof RegExp
  } catch {
    return false
  }
}
