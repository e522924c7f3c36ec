type Schema = Readonly<Record<string, unknown>>

/**
 * A JSON Schema of everything that has the form of an example: the same members, of the same types. An object whose members are named by
 * data (codes of entities, fields or dictionaries, which begin with a capital or a digit, or `default`) may have other such members. `about`
 * may be absent.
 */
export function describedBy(example: unknown): Schema {
  return schemaOf([example])
}

function schemaOf(examples: readonly unknown[]): Schema {
  const kinds = [...new Set(examples.map(kindOf))]
  if (kinds.length === 0) return {}
  const schemas = kinds.map((kind) =>
    ofKind(
      kind,
      examples.filter((example) => kindOf(example) === kind),
    ),
  )
  return schemas.length === 1 ? schemas[0]! : { anyOf: schemas }
}

function kindOf(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'array' : typeof value
}

function ofKind(kind: string, examples: readonly unknown[]): Schema {
  if (kind === 'array') return { type: 'array', items: schemaOf((examples as readonly unknown[][]).flat()) }
  if (kind === 'object') return objectSchema(examples as readonly Record<string, unknown>[])
  return { type: kind }
}

function objectSchema(examples: readonly Record<string, unknown>[]): Schema {
  const members = [...new Set(examples.flatMap((example) => Object.keys(example)))]
  if (members.length > 0 && members.every(isDataName))
    return { type: 'object', additionalProperties: schemaOf(examples.flatMap((example) => Object.values(example))) }
  const valuesOf = (member: string): unknown[] => examples.filter((example) => Object.hasOwn(example, member)).map((one) => one[member])
  return {
    type: 'object',
    properties: Object.fromEntries(members.map((member) => [member, severityOr(member, schemaOf(valuesOf(member)))])),
    required: members.filter((member) => member !== 'about' && valuesOf(member).length === examples.length),
    additionalProperties: false,
  }
}

function severityOr(member: string, schema: Schema): Schema {
  return member === 'severity' ? { type: 'string', enum: ['error', 'doubt', 'warning'] } : schema
}

function isDataName(member: string): boolean {
  return /^[A-Z0-9]/.test(member) || member === 'default'
}
