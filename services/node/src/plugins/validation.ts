import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import type { FastifyInstance } from 'fastify'

/**
 * Fastify's own validator coerces, fills in and drops; a body must be judged as it was sent. Only queries and path parameters are coerced,
 * because they arrive as text. Answers are serialised as they are: the response schemas describe, they do not filter.
 * Faults carry their part of the schema (`verbose`), so that an answer can say what would be taken.
 */
export function compileValidators(app: FastifyInstance): void {
  const common = { allErrors: true, strict: false, coerceTypes: false, useDefaults: false, removeAdditional: false, verbose: true } as const
  const strict = new Ajv2020(common)
  const coercing = new Ajv2020({ ...common, coerceTypes: true })
  for (const ajv of [strict, coercing]) (formats as unknown as (ajv: Ajv2020) => void)(ajv)
  app.setValidatorCompiler(({ schema, httpPart }) => (httpPart === 'body' ? strict : coercing).compile(bounded(schema as object)))
  app.setSerializerCompiler(() => (value) => JSON.stringify(value))
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
