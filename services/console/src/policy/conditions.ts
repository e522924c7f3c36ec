import type { PolicyShown, QualificationRuleShown } from './types.ts'

/** One thing that a rule of qualification asks; a rule speaks when all of them hold. */
export type Condition =
  | { readonly kind: 'state'; readonly values: readonly string[] }
  | { readonly kind: 'tables'; readonly values: readonly string[] }
  | { readonly kind: 'tiers'; readonly values: readonly string[] }
  | {
      readonly kind: 'field'
      readonly field: string
      readonly is: 'one-of' | 'not-one-of' | 'matches' | 'not-matches' | 'listed' | 'not-listed'
      readonly values: readonly string[]
      /** It holds as well where the field is not there. */
      readonly orAbsent: boolean
    }
  | { readonly kind: 'given'; readonly fields: readonly string[] }
  /** At least one of the fields is not there. */
  | { readonly kind: 'missing'; readonly fields: readonly string[] }
  /** Nothing above says it: shown as it stands. */
  | { readonly kind: 'other'; readonly schema: unknown }

type Schema = Readonly<Record<string, unknown>>

const isSchema = (value: unknown): value is Schema => typeof value === 'object' && value !== null && !Array.isArray(value)
const onlyKeys = (schema: Schema, known: readonly string[]): boolean => Object.keys(schema).every((key) => known.includes(key))
const texts = (value: unknown): readonly string[] | null =>
  Array.isArray(value) && value.every((one) => typeof one === 'string') ? (value as string[]) : null
/** Values that `const` or `enum` allows; null where the schema says something else. */
const valuesOf = (schema: Schema): readonly string[] | null =>
  !onlyKeys(schema, ['type', 'const', 'enum']) ? null : typeof schema['const'] === 'string' ? [schema['const']] : texts(schema['enum'])

const whole = { state: 'state', entity: 'tables', tier: 'tiers' } as const

/**
 * What a rule's `when` (JSON Schema over entity, state, tier and data) asks, in parts that a page can say in words. Whatever it does not know
 * comes out as it stands, so that nothing is left unsaid.
 */
export function conditionsOf(when: Schema): readonly Condition[] {
  const properties = when['properties']
  if (!onlyKeys(when, ['type', 'properties', 'required']) || !isSchema(properties)) return [{ kind: 'other', schema: when }]
  const required = texts(when['required']) ?? []
  return Object.entries(properties).flatMap(([name, schema]): Condition[] => {
    const other: Condition[] = [{ kind: 'other', schema: { [name]: schema } }]
    if (!isSchema(schema) || !required.includes(name)) return other
    if (name === 'data') return dataConditions(schema)
    const values = valuesOf(schema)
    return values === null || !(name in whole) ? other : [{ kind: whole[name as keyof typeof whole], values }]
  })
}

function dataConditions(schema: Schema): Condition[] {
  const properties = schema['properties'] ?? {}
  if (!onlyKeys(schema, ['type', 'properties', 'required', 'not']) || !isSchema(properties)) return [{ kind: 'other', schema }]
  const required = texts(schema['required']) ?? []
  const fields = Object.entries(properties).flatMap(([field, one]) => fieldConditions(field, one, !required.includes(field)))
  const given = required.filter((field) => !(field in properties))
  const { not } = schema
  return [
    ...fields,
    ...(given.length === 0 ? [] : [{ kind: 'given', fields: given } as const]),
    ...(not === undefined ? [] : [missingOf(not)]),
  ]
}

/** `not: { required: […] }`, with properties that say nothing. */
function missingOf(not: unknown): Condition {
  const fields = isSchema(not) ? texts(not['required']) : null
  const free =
    isSchema(not) &&
    onlyKeys(not, ['type', 'properties', 'required']) &&
    Object.values(not['properties'] ?? {}).every((one) => one === true)
  return fields === null || !free ? { kind: 'other', schema: { not } } : { kind: 'missing', fields }
}

function fieldConditions(field: string, schema: unknown, orAbsent: boolean): Condition[] {
  if (schema === true) return []
  const other: Condition[] = [{ kind: 'other', schema: { [field]: schema } }]
  if (!isSchema(schema) || !onlyKeys(schema, ['type', 'const', 'enum', 'pattern', 'x-listed', 'not'])) return other
  const { not } = schema
  if (not !== undefined && (!isSchema(not) || !onlyKeys(not, ['type', 'const', 'enum', 'pattern', 'x-listed']))) return other
  // `not` of two things at once is an "or", which the words below do not say.
  if (not !== undefined && Object.keys(not).filter((key) => key !== 'type').length !== 1) return other
  const asked = (one: Schema, no: boolean): Condition[] => {
    const values = typeof one['const'] === 'string' ? [one['const']] : texts(one['enum'])
    const parts: [is: 'one-of' | 'matches' | 'listed', values: readonly string[]][] = []
    if (values !== null) parts.push(['one-of', values])
    if (typeof one['pattern'] === 'string') parts.push(['matches', [one['pattern']]])
    if (typeof one['x-listed'] === 'string') parts.push(['listed', [one['x-listed']]])
    return parts.map(([is, list]) => ({ kind: 'field', field, is: no ? (`not-${is}` as const) : is, values: list, orAbsent }))
  }
  const found = [...asked(schema, false), ...(isSchema(not) ? asked(not, true) : [])]
  return found.length === 0 ? other : found
}

/** The rules, of the lists that links to these tiers go by, that a decision recorded here may overcome for records of a table. */
export function rulesOfDecision(
  document: PolicyShown['document'],
  tiers: readonly string[],
  entity: string,
): readonly QualificationRuleShown[] {
  return tiers
    .flatMap((tier) => document.qualification[tier] ?? document.qualification['default'] ?? [])
    .filter(({ when, verdict }) => {
      if (verdict.qualifies || verdict.byDecision === undefined) return false
      const tables = conditionsOf(when).find((one) => one.kind === 'tables')
      return tables === undefined || tables.values.includes(entity)
    })
}
