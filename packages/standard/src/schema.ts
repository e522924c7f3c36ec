import type { Condition, Entity, Field } from './model.ts'
import { decimalPattern, regionPattern, textPattern } from './patterns.ts'

/** What a schema needs of a code table. */
interface CodeTable {
  readonly code: string
  readonly closed: boolean
  readonly codes: readonly { readonly code: string }[] | ReadonlyMap<string, unknown>
}

type Dictionaries = ReadonlyMap<string, CodeTable>

function codesOf(table: CodeTable): string[] {
  return Array.isArray(table.codes)
    ? table.codes.map((c: { code: string }) => c.code)
    : [...(table.codes as ReadonlyMap<string, unknown>).keys()]
}

/**
 * The JSON Schema (2020-12) of one entity's `data` member. Members that begin with `x-` are annotations for people and programs; three of
 * them (`x-check`, `x-region`, with `x-type-field`) are judged by this project's validators, and say in words what they ask.
 */
export function entitySchema(entity: Entity, dictionaries: Dictionaries): Record<string, unknown> {
  const fields = entity.fields.filter((field) => field.kind !== 'attachment')
  const attachments = entity.fields.filter((field) => field.kind === 'attachment')
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: `/v1/schemas/${entity.release}/${entity.code}.json`,
    title: entity.nameZh,
    description: `${entity.nameEn}. Table ${entity.code} of the ${entity.version} standard, as release ${entity.release} takes it.`,
    type: 'object',
    properties: Object.fromEntries(fields.map((field) => [field.code, fieldSchema(field, dictionaries)])),
    required: fields.filter((field) => field.mandatory).map((field) => field.code),
    additionalProperties: false,
    ...conditionSchema(entity.conditions),
    'x-entity': entity.code,
    'x-release': entity.release,
    'x-group': entity.group,
    'x-key': entity.key.length === 0 ? 'sourceId' : entity.key,
    'x-confidence': entity.confidence,
    'x-sources': entity.sources,
    ...(entity.provenance.length === 0 ? {} : { 'x-provenance': entity.provenance }),
    ...(attachments.length === 0
      ? {}
      : { 'x-attachments': attachments.map((f) => ({ code: f.code, title: f.nameZh, description: f.nameEn })) }),
  }
}

function conditionSchema(conditions: readonly Condition[]): Record<string, unknown> {
  const unless = conditions.filter((c) => c.kind === 'unless')
  const together = conditions.filter((c) => c.kind === 'with')
  return {
    ...(together.length === 0 ? {} : { dependentRequired: Object.fromEntries(together.map((c) => [c.field, c.require])) }),
    ...(unless.length === 0
      ? {}
      : {
          allOf: unless.map((c) => ({
            if: { type: 'object', properties: { [c.field]: { type: 'string', enum: c.values } }, required: [c.field] },
            else: { type: 'object', properties: Object.fromEntries(c.require.map((name) => [name, true])), required: c.require },
            'x-basis': c.basis,
          })),
        }),
  }
}

function fieldSchema(field: Field, dictionaries: Dictionaries): Record<string, unknown> {
  const dictionary = field.dictionary === undefined ? undefined : dictionaries.get(field.dictionary)
  return {
    title: field.nameZh,
    description: descriptionOf(field),
    ...typeSchema(field, dictionary),
    ...(dictionary === undefined ? {} : { 'x-dictionary': dictionary.code, 'x-dictionary-complete': dictionary.closed }),
    ...(field.list === undefined ? {} : { 'x-list': field.list }),
    ...(field.privacy === 'open' ? {} : { 'x-privacy': field.privacy }),
    ...(field.conditional ? { 'x-conditional': true } : {}),
    ...(field.unit === undefined ? {} : { 'x-unit': field.unit }),
    ...(field.provenance.length === 0 ? {} : { 'x-provenance': field.provenance }),
    'x-source-type': field.sourceType,
  }
}

const checkWords = {
  'company-code':
    'Unified social credit code (18, GB 32100-2015) or organisation code (9, or 10 with hyphen, GB 11714), check digit judged',
  'company-code-or-other':
    'Unified social credit code or organisation code, check digit judged; 其它 or 其他 for special bodies; a resident id (GB 11643) for a private person',
  'resident-id': 'Resident id (GB 11643), check digit judged',
  'project-number': 'Project number: region 6, date yyMMdd 6, project type 2, sequence 2',
}

function descriptionOf(field: Field): string {
  const words = [field.nameEn]
  if (field.check !== undefined)
    words.push(checkWords[field.check] + (field.typeField === undefined ? '' : ` when ${field.typeField} is 1`))
  if (field.note !== undefined) words.push(field.note)
  return words.join('. ')
}

function typeSchema(field: Field, dictionary: CodeTable | undefined): Record<string, unknown> {
  switch (field.kind) {
    case 'code':
      return dictionary!.closed ? { type: 'string', enum: codesOf(dictionary!) } : openCode(field, dictionary!)
    case 'region':
      return { type: 'string', pattern: regionPattern, 'x-region': field.level }
    case 'decimal':
      return { type: 'string', pattern: decimalPattern(field.precision, field.scale) }
    case 'integer':
      return { type: 'integer', minimum: 0, maximum: 2_147_483_647 }
    case 'date':
      return { type: 'string', format: 'date' }
    case 'instant':
      return { type: 'string', format: 'date-time' }
    default:
      return {
        type: 'string',
        minLength: 1,
        ...(field.length === undefined ? {} : { maxLength: field.length }),
        pattern: textPattern,
        ...(field.check === undefined ? {} : { 'x-check': field.check }),
        ...(field.typeField === undefined ? {} : { 'x-type-field': field.typeField }),
        ...(field.others === undefined ? {} : { 'x-others': field.others }),
      }
  }
}

function openCode(field: Field, dictionary: CodeTable): Record<string, unknown> {
  const codes = codesOf(dictionary)
  return {
    type: 'string',
    ...(dictionary.code === 'TBNATIONALDIC'
      ? { pattern: '^[0-9]{3}$' }
      : { minLength: 1, maxLength: field.length ?? 20, pattern: textPattern }),
    ...(codes.length === 0 ? {} : { examples: codes.slice(0, 5) }),
  }
}
