import type { FuncKeywordDefinition, ValidateFunction } from 'ajv/dist/2020.js'
import { isCompanyCode, isDate, isInstant, isOldPermanentResidenceCard, isOldResidentId, isResidentId } from '../check-digits.ts'
import type { FieldCheck, RegionLevel } from '../model.ts'
import type { RegionIndex } from '../regions.ts'

export type { FuncKeywordDefinition, ValidateFunction }

/** One keyword that a record breaks, as Ajv reports it; nothing else of its reports is used. */
export interface SchemaError {
  readonly keyword: string
  /** JSON Pointer of the member; empty for the record. */
  readonly instancePath: string
  readonly schemaPath: string
  readonly params: Readonly<Record<string, unknown>>
}

/** A schema ready to judge; `errors` holds what was wrong with what it judged last. */
export interface SchemaJudge {
  (data: unknown): boolean
  errors?: readonly SchemaError[] | null
}

/** Formats that the schemas use: days and instants that really are. */
export const formats: Readonly<Record<string, (value: string) => boolean>> = { date: isDate, 'date-time': isInstant }

/** Annotations of our schemas that judge nothing. */
export const annotations: readonly string[] = [
  'x-entity',
  'x-release',
  'x-group',
  'x-key',
  'x-confidence',
  'x-sources',
  'x-provenance',
  'x-attachments',
  'x-basis',
  'x-dictionary',
  'x-dictionary-complete',
  'x-list',
  'x-privacy',
  'x-conditional',
  'x-unit',
  'x-source-type',
  'x-type-field',
  'x-others',
]

type Judge = (value: string, parent: Readonly<Record<string, unknown>>) => boolean

const judges: Readonly<Record<FieldCheck, (typeField: string | undefined, others: readonly string[]) => Judge>> = {
  'company-code': () => isCompanyCode,
  'company-code-or-other': (_, others) => (value) =>
    isCompanyCode(value) || others.includes(value) || isResidentId(value) || isOldResidentId(value),
  'project-number': () => (value) => /^\d{16}$/.test(value),
  'resident-id': (typeField) => (value, parent) =>
    (typeField !== undefined && parent[typeField] !== '1') ||
    isResidentId(value) ||
    isOldResidentId(value) ||
    isOldPermanentResidenceCard(value),
}

/** Whether a value passes a field's check, given the record it stands in. */
export function passesCheck(
  check: FieldCheck,
  typeField: string | undefined,
  value: string,
  data: Readonly<Record<string, unknown>>,
  others: readonly string[] = [],
): boolean {
  return judges[check](typeField, others)(value, data)
}

export const checkKeyword: FuncKeywordDefinition = {
  keyword: 'x-check',
  type: 'string',
  schemaType: 'string',
  errors: false,
  compile(check: FieldCheck, parentSchema) {
    const judge = judges[check](parentSchema['x-type-field'] as string | undefined, (parentSchema['x-others'] ?? []) as readonly string[])
    return (value, context) => judge(value as string, context?.parentData as Record<string, unknown>)
  },
}

export const regionKeyword = (regions: RegionIndex): FuncKeywordDefinition => ({
  keyword: 'x-region',
  type: 'string',
  schemaType: 'string',
  errors: false,
  compile: (level: RegionLevel) => (value) => regions.isOfLevel(value as string, level),
})
