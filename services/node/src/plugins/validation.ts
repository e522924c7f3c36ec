import { Ajv2020 } from 'ajv/dist/2020.js'
import type { ErrorObject, ValidateFunction } from 'ajv'
import formats from 'ajv-formats'
import type { FastifyInstance } from 'fastify'

/**
 * Fastify's own validator coerces, fills in and drops; a body must be judged as it was sent. Only queries and path parameters are coerced,
 * because they arrive as text. Answers are serialised as they are: the response schemas describe, they do not filter.
 * Faults carry their part of the schema (`verbose`), so that an answer can say what would be taken.
 */
export function compileValidators(app: FastifyInstance): void {
  app.setValidatorCompiler(({ schema, httpPart }) => atFirstUse(() => validatorOf(httpPart ?? 'body', schema as object)))
  app.setSerializerCompiler(() => (value) => JSON.stringify(value))
}

const common = { allErrors: true, strict: false, coerceTypes: false, useDefaults: false, removeAdditional: false, verbose: true } as const
const strict = new Ajv2020(common)
const coercing = new Ajv2020({ ...common, coerceTypes: true })
for (const ajv of [strict, coercing]) (formats as unknown as (ajv: Ajv2020) => void)(ajv)

/** @throws Error when the schema is none */
export const validatorOf = (part: string, schema: object): ValidateFunction =>
  (part === 'body' ? strict : coercing).compile(bounded(schema))

/** A validator that is made when it is first asked: making those of all routes took a third of a node's start. */
function atFirstUse(compile: () => ValidateFunction) {
  let made: ValidateFunction | undefined
  const validate = (data: unknown): boolean => {
    made ??= compile()
    const valid = made(data) as boolean
    validate.errors = made.errors ?? null
    return valid
  }
  validate.errors = null as ErrorObject[] | null
  return validate
}

/** Integers that the database holds in four bytes. */
const ofFourBytes: ReadonlySet<string> = new Set(['ordinal', 'version', 'revision'])

/** The schema with a maximum for every integer that has none: a larger one is a mistake of the request, and no fault of the database. */
export function bounded<T>(schema: T, name = ''): T {
  if (Array.isArray(schema)) return schema.map((one) => bounded(one as unknown, name)) as T
  if (typeof schema !== 'object' || schema === null) return schema
  const inner = Object.fromEntries(
    Object.entries(schema).map(([key, value]) => [key, key === 'enum' || key === 'examples' ? value : bounded(value as unknown, key)]),
  ) as Record<string, unknown>
  if (inner['type'] !== 'integer' || inner['maximum'] !== undefined) return inner as T
  return { ...inner, maximum: ofFourBytes.has(name) ? 2_147_483_647 : Number.MAX_SAFE_INTEGER } as T
}
