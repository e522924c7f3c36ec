import type { RuleValues } from '../rules/values.ts'
import { policySchema } from '../policy/policy-schema.ts'
import { describedBy } from './described-by.ts'

const text = { type: 'string', minLength: 1, maxLength: 4000 } as const
const maybeText = { type: 'string', maxLength: 4000 } as const
const flag = { type: 'boolean' } as const
const texts = { type: 'array', maxItems: 1000, items: text } as const
const day = { type: 'string', format: 'date' } as const
const region = { type: 'string', pattern: '^[0-9]{6}$' } as const
const revision = { type: 'integer', minimum: 1, maximum: 2_147_483_647 } as const
const id = { type: 'string', pattern: '^[0-9A-Za-z](?:[0-9A-Za-z.-]{0,38}[0-9A-Za-z])?$' } as const
/** Names that become members of objects and parts of paths. */
const name = { type: 'string', pattern: '^[A-Za-z][A-Za-z0-9_]{0,62}$' } as const
const names = { type: 'array', maxItems: 200, items: name } as const
const words = { type: 'object', properties: { zh: text, en: text }, required: ['zh', 'en'], additionalProperties: false } as const

/** An object of these members; those after `?` may be absent. */
function object(required: Readonly<Record<string, unknown>>, optional: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return { type: 'object', properties: { ...required, ...optional }, required: Object.keys(required), additionalProperties: false }
}

const list = (items: unknown, maxItems = 1000) => ({ type: 'array', maxItems, items })
const oneOf = (...values: readonly string[]) => ({ type: 'string', enum: values })

const field = object(
  {
    code: name,
    nameZh: text,
    nameEn: maybeText,
    kind: oneOf('text', 'code', 'region', 'decimal', 'integer', 'date', 'instant', 'attachment'),
    sourceType: text,
    mandatory: flag,
    conditional: flag,
    privacy: oneOf('open', 'named', 'sealed'),
    provenance: texts,
  },
  {
    length: { type: 'integer', minimum: 1, maximum: 100_000 },
    precision: { type: 'integer', minimum: 1, maximum: 60 },
    scale: { type: 'integer', minimum: 0, maximum: 30 },
    dictionary: name,
    list: name,
    note: text,
    check: oneOf('company-code', 'company-code-or-other', 'resident-id', 'project-number'),
    typeField: name,
    others: texts,
    keyForm: oneOf('document-number', 'organisation-code'),
    level: oneOf('province', 'city', 'county', 'any'),
    unit: oneOf('万元', '元'),
  },
)

const condition = {
  type: 'object',
  oneOf: [
    object({ kind: { type: 'string', const: 'unless' }, field: name, values: texts, require: names, basis: text }),
    object({ kind: { type: 'string', const: 'with' }, field: name, require: names, basis: text }),
  ],
}

const entityMembers = {
  code: name,
  release: id,
  nameZh: text,
  nameEn: maybeText,
  group: oneOf('enterprise', 'person', 'project', 'conduct'),
  version: text,
  fields: { ...list(field, 500), minItems: 1 },
  key: names,
  conditions: list(condition, 100),
  place: { anyOf: [object({ region: names, numbers: names, reportedBy: names }), { type: 'null' }] },
  confidence: text,
  sources: texts,
  provenance: texts,
}

const entity = object(entityMembers, {
  privatePerson: object({
    field: name,
    privacy: { type: 'object', propertyNames: name, additionalProperties: oneOf('open', 'named', 'sealed') },
  }),
})

const code = object({ code: text, nameZh: text, nameEn: maybeText }, { note: text, validFrom: day, validTo: day })

const dictionary = object(
  { code: name, nameZh: text, nameEn: maybeText, status: text, closed: flag, complete: flag, codes: list(code, 50_000) },
  { missing: words, source: object({ title: text }, { reference: text, date: day }) },
)

const duration = object({ amount: { type: 'integer', minimum: 1, maximum: 10_000 }, unit: oneOf('hour', 'day', 'month', 'year') })

const clock = object(
  {
    id: text,
    kind: oneOf('deadline', 'notice', 'term', 'permanent'),
    entities: { ...texts, minItems: 1 },
    from: text,
    until: text,
    days: oneOf('natural', 'working'),
    rollsOver: flag,
    nameZh: text,
    nameEn: text,
    basis: text,
  },
  { least: duration, most: duration, ruling: text },
)

const regions = object({
  table: object({ digest: { type: 'string', pattern: '^sha-256:[0-9a-f]{64}$' }, lists: texts }),
  levels: object({ cityAsCounty: flag, municipalityAsCity: flag, basis: text }),
  succession: list(object({ code: region, successor: region, basis: text }, { validTo: day }), 10_000),
  registered: list(
    object(
      { code: region, nameZh: text, kind: oneOf('zone', 'corps', 'made-up'), parent: { anyOf: [region, { type: 'null' }] }, basis: text },
      { successor: region, validFrom: day, validTo: day },
    ),
    10_000,
  ),
})

const recordDate = object({
  judges: oneOf('codes', 'regions'),
  entities: { ...texts, minItems: 1 },
  from: { ...list({ type: 'string', pattern: '^(?:number:)?[A-Za-z][A-Za-z0-9_]{0,62}$' }, 50), minItems: 1 },
  basis: text,
})

const mapping = object({
  from: name,
  to: name,
  codes: { type: 'object', additionalProperties: text },
  basis: text,
})

const stated = { inferred: flag, basis: text }
const said = { zh: text, en: text }
const maybe = (one: unknown) => ({ anyOf: [one, { type: 'null' }] })
const step = maybe(oneOf('copy', 'day', 'day-start', 'one-number'))

const releaseMapping = object({
  with: id,
  basis: text,
  entities: list(object({ earlier: maybe(name), later: maybe(name), ...stated }, said)),
  fields: list(object({ entity: name, earlier: maybe(name), later: maybe(name), forward: step, back: step, ...stated }, said), 10_000),
  codes: list(
    object(
      { dictionary: name, direction: oneOf('forward', 'back'), from: text, to: maybe(text), ...stated },
      { ...said, fit: oneOf('same', 'wider'), candidates: texts },
    ),
    50_000,
  ),
})

/**
 * Shape of a release document. The values of the rules are described by those that this build was made with: a release that lacks one, or
 * has one of which this build knows nothing, cannot be judged by here.
 */
export function releaseSchema(rules: RuleValues): Record<string, unknown> {
  return object(
    {
      id,
      revision,
      nameZh: text,
      nameEn: text,
      basedOn: { anyOf: [object({ id, revision }), { type: 'null' }] },
      prefix: { anyOf: [{ type: 'string', pattern: '^[A-Z]{2,6}_$' }, { type: 'null' }] },
      issuer: region,
      effectiveFrom: { anyOf: [{ type: 'string', format: 'date-time' }, { type: 'null' }] },
      basis: text,
      rules: describedBy(rules),
      policy: policySchema,
      clocks: list(clock, 200),
      regions,
      recordDates: list(recordDate),
      mappings: list(mapping, 200),
      entities: { ...list(entity, 500), minItems: 1 },
      dictionaries: list(dictionary, 1000),
    },
    {
      signatures: { type: 'array', maxItems: 100 },
      basisEn: { type: 'object', maxProperties: 10_000, additionalProperties: text },
      releaseMappings: list(releaseMapping, 20),
    },
  )
}
