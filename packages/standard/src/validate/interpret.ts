import type { RegionIndex } from '../regions.ts'
import {
  annotations,
  checkKeyword,
  formats,
  type FuncKeywordDefinition,
  regionKeyword,
  type SchemaError,
  type SchemaJudge,
} from './keywords.ts'

type Schema = Readonly<Record<string, unknown>>
type Members = Readonly<Record<string, unknown>>

/** A schema made ready once: says what is wrong with a value, into `errors`. */
type Judge = (value: unknown, at: string, parent: Members, errors: SchemaError[]) => void

type Maker = (value: never, schema: Schema, make: (schema: Schema | boolean, path: string) => Judge, path: string) => Judge

/**
 * What Ajv is in the node, without compiling anything: a page whose content security policy forbids `eval` judges by this. It knows the
 * keywords that the standard's schemas use, and refuses others instead of passing them over. A test holds it to Ajv, for every vector
 * and for mutated records.
 * @throws Error when a schema has a keyword that is not known here
 */
export function createCompiler(
  keywords: readonly FuncKeywordDefinition[],
  regions: RegionIndex,
): { compile(schema: Record<string, unknown>): SchemaJudge } {
  const own = new Map([...keywords, checkKeyword, regionKeyword(regions)].map((one) => [one.keyword as string, one]))
  const passedOver = new Set([...annotations, '$schema', '$id', 'title', 'description', 'examples', 'then', 'else'])

  const make = (schema: Schema | boolean, path: string): Judge => {
    if (schema === true) return () => undefined
    if (schema === false) return (_value, at, _parent, errors) => void errors.push(fault('false schema', at, path))
    const judges: Judge[] = []
    const typed = schema['type'] === undefined ? null : typeOf(schema['type'] as string)
    for (const [keyword, value] of Object.entries(schema)) {
      const maker = makers[keyword]
      const defined = own.get(keyword)
      if (keyword === 'type') continue
      if (maker !== undefined) judges.push(maker(value as never, schema, make, `${path}/${keyword}`))
      else if (defined !== undefined) judges.push(ownJudge(defined, value, schema, `${path}/${keyword}`))
      else if (!passedOver.has(keyword)) throw new Error(`the schema keyword ${keyword} is not known here (${path})`)
    }
    return (value, at, parent, errors) => {
      if (typed !== null && !typed(value)) {
        errors.push(fault('type', at, `${path}/type`))
        return
      }
      for (const judge of judges) judge(value, at, parent, errors)
    }
  }

  return {
    compile(schema) {
      const judge = make(schema, '#')
      const judged: SchemaJudge = (data) => {
        const errors: SchemaError[] = []
        judge(data, '', {}, errors)
        judged.errors = errors.length === 0 ? null : errors
        return errors.length === 0
      }
      return judged
    },
  }
}

function fault(keyword: string, instancePath: string, schemaPath: string, params: SchemaError['params'] = {}): SchemaError {
  return { keyword, instancePath, schemaPath, params }
}

const types: Readonly<Record<string, (value: unknown) => boolean>> = {
  string: (value) => typeof value === 'string',
  integer: (value) => typeof value === 'number' && Number.isInteger(value),
  object: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
}

function typeOf(name: string): (value: unknown) => boolean {
  const judge = types[name]
  if (judge === undefined) throw new Error(`the schema type ${name} is not known here`)
  return judge
}

/** A keyword of this project: the same definition that Ajv is given. */
function ownJudge(definition: FuncKeywordDefinition, value: unknown, schema: Schema, path: string): Judge {
  const passes = definition.compile!(value as never, schema as never, undefined as never) as (
    value: unknown,
    context: { parentData: Members },
  ) => boolean
  return (text, at, parent, errors) => {
    if (typeof text === 'string' && !passes(text, { parentData: parent })) errors.push(fault(definition.keyword as string, at, path))
  }
}

const isMembers = (value: unknown): value is Members => types['object']!(value)
const characters = (text: string): number => [...text].length
const escaped = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1')

/** A judge of texts; other values are passed over, as JSON Schema has it. */
const ofTexts =
  (keyword: string, path: string, passes: (text: string) => boolean): Judge =>
  (value, at, _parent, errors) => {
    if (typeof value === 'string' && !passes(value)) errors.push(fault(keyword, at, path))
  }

const ofNumbers =
  (keyword: string, path: string, passes: (number: number) => boolean): Judge =>
  (value, at, _parent, errors) => {
    if (typeof value === 'number' && !passes(value)) errors.push(fault(keyword, at, path))
  }

function requiredOf(keyword: string, names: readonly string[], path: string): Judge {
  return (value, at, _parent, errors) => {
    if (!isMembers(value)) return
    for (const name of names) if (value[name] === undefined) errors.push(fault(keyword, at, path, { missingProperty: name }))
  }
}

const makers: Readonly<Record<string, Maker>> = {
  minLength: (least: number, _schema, _make, path) => ofTexts('minLength', path, (text) => characters(text) >= least),
  maxLength: (most: number, _schema, _make, path) => ofTexts('maxLength', path, (text) => characters(text) <= most),
  pattern: (pattern: string, _schema, _make, path) => {
    const form = new RegExp(pattern, 'u')
    return ofTexts('pattern', path, (text) => form.test(text))
  },
  format: (name: string, _schema, _make, path) => {
    const passes = formats[name]
    if (passes === undefined) throw new Error(`the format ${name} is not known here`)
    return ofTexts('format', path, passes)
  },
  minimum: (least: number, _schema, _make, path) => ofNumbers('minimum', path, (number) => number >= least),
  maximum: (most: number, _schema, _make, path) => ofNumbers('maximum', path, (number) => number <= most),
  enum: (values: readonly unknown[], _schema, _make, path) => (value, at, _parent, errors) => {
    if (!values.includes(value)) errors.push(fault('enum', at, path))
  },
  required: (names: readonly string[], _schema, _make, path) => requiredOf('required', names, path),
  dependentRequired: (rows: Readonly<Record<string, readonly string[]>>, _schema, _make, path) => {
    const judges = Object.entries(rows).map(([name, names]) => [name, requiredOf('dependentRequired', names, path)] as const)
    return (value, at, parent, errors) => {
      if (!isMembers(value)) return
      for (const [name, judge] of judges) if (value[name] !== undefined) judge(value, at, parent, errors)
    }
  },
  properties: (rows: Readonly<Record<string, Schema | boolean>>, _schema, make, path) => {
    const judges = Object.entries(rows).map(([name, schema]) => [name, make(schema, `${path}/${escaped(name)}`)] as const)
    return (value, at, _parent, errors) => {
      if (!isMembers(value)) return
      for (const [name, judge] of judges) if (value[name] !== undefined) judge(value[name], `${at}/${escaped(name)}`, value, errors)
    }
  },
  additionalProperties: (allowed: boolean, schema, _make, path) => {
    if (allowed) return () => undefined
    const known = new Set(Object.keys((schema['properties'] ?? {}) as Members))
    return (value, at, _parent, errors) => {
      if (!isMembers(value)) return
      for (const name in value) if (!known.has(name)) errors.push(fault('additionalProperties', at, path, { additionalProperty: name }))
    }
  },
  allOf: (schemas: readonly Schema[], _schema, make, path) => {
    const judges = schemas.map((schema, i) => make(schema, `${path}/${i}`))
    return (value, at, parent, errors) => judges.forEach((judge) => judge(value, at, parent, errors))
  },
  if: (condition: Schema, schema, make, path) => {
    const [asks, then, other] = [condition, schema['then'] ?? true, schema['else'] ?? true].map((one, i) =>
      make(one as Schema | boolean, i === 0 ? path : `${path.slice(0, -'if'.length)}${i === 1 ? 'then' : 'else'}`),
    ) as [Judge, Judge, Judge]
    return (value, at, parent, errors) => {
      const found: SchemaError[] = []
      asks(value, at, parent, found)
      ;(found.length === 0 ? then : other)(value, at, parent, errors)
    }
  },
}
