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
  app.setValidatorCompiler(({ schema, httpPart }) => (httpPart === 'body' ? strict : coercing).compile(schema as object))
  app.setSerializerCompiler(() => (value) => JSON.stringify(value))
}
