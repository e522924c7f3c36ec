import { Ajv2020, type FuncKeywordDefinition, type ValidateFunction } from 'ajv/dist/2020.js'
import { isCompanyCode, isDate, isInstant, isOldPermanentResidenceCard, isOldResidentId, isResidentId } from '../check-digits.ts'
import type { FieldCheck, RegionLevel } from '../model.ts'
import { type RegionIndex, regionIndex } from '../regions.ts'

/** Annotations of our schemas that judge nothing. */
const annotations = [
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

const checkKeyword: FuncKeywordDefinition = {
  keyword: 'x-check',
  type: 'string',
  schemaType: 'string',
  errors: false,
  compile(check: FieldCheck, parentSchema) {
    const judge = judges[check](parentSchema['x-type-field'] as string | undefined, (parentSchema['x-others'] ?? []) as readonly string[])
    return (value, context) => judge(value as string, context?.parentData as Record<string, unknown>)
  },
}

const regionKeyword = (regions: RegionIndex): FuncKeywordDefinition => ({
  keyword: 'x-region',
  type: 'string',
  schemaType: 'string',
  errors: false,
  compile: (level: RegionLevel) => (value) => regions.isOfLevel(value as string, level),
})

/**
 * Ajv for JSON Schema 2020-12 as this project sets it up: strict, every error, nothing coerced, filled or dropped.
 * @param regions the divisions that `x-region` looks codes up in: those of the release whose schemas it compiles
 */
export function createAjv(keywords: readonly FuncKeywordDefinition[] = [], regions: RegionIndex = regionIndex): Ajv2020 {
  const ajv = new Ajv2020({ allErrors: true, strict: true, strictTypes: true, ownProperties: false, messages: false, verbose: false })
  ajv.addFormat('date', { type: 'string', validate: isDate })
  ajv.addFormat('date-time', { type: 'string', validate: isInstant })
  ajv.addVocabulary(annotations)
  for (const keyword of keywords) ajv.addKeyword(keyword)
  ajv.addKeyword(checkKeyword)
  ajv.addKeyword(regionKeyword(regions))
  return ajv
}

export type { FuncKeywordDefinition, ValidateFunction }
