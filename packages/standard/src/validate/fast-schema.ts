import type { FuncKeywordDefinition } from 'ajv/dist/2020.js'
import { regionPattern, textPattern } from '../patterns.ts'

type Schema = Record<string, unknown>

const badCharacter = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F\uD800-\uDFFF]/

/** 1 to `max` characters (code points), no control characters, no lone surrogates. */
function isText(value: string, max: number): boolean {
  const units = value.length
  if (units === 0) return false
  if (units <= max && !badCharacter.test(value)) return true
  // Surrogates are rare: count and look carefully only now.
  return !/[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F]/.test(value) && value.isWellFormed() && [...value].length <= max
}

const textKeyword: FuncKeywordDefinition = {
  keyword: 'x-text',
  type: 'string',
  schemaType: 'number',
  errors: false,
  compile: (max: number) => (value) => isText(value as string, max),
}

const codesKeyword: FuncKeywordDefinition = {
  keyword: 'x-codes',
  type: 'string',
  schemaType: 'array',
  errors: false,
  compile: (codes: string[]) => {
    const set = new Set(codes)
    return (value) => set.has(value as string)
  },
}

/** Keywords that only the schemas of `fastSchema` use. */
export const fastKeywords: readonly FuncKeywordDefinition[] = [textKeyword, codesKeyword]

/**
 * The same schema for our own use, judging the same values about twice as fast (measured: 270k → 510k records a second of TBProjectInfo):
 * length and pattern of a text in one native scan, long code lists as a set, no pattern where a keyword looks each code up.
 */
export function fastSchema(schema: Schema): Schema {
  const properties = Object.entries(schema['properties'] as Record<string, Schema>).map(([name, property]) => [
    name,
    fastProperty(property),
  ])
  return { ...schema, properties: Object.fromEntries(properties) }
}

function fastProperty(property: Schema): Schema {
  const { minLength: _min, maxLength, pattern, enum: codes, ...rest } = property
  if (typeof maxLength === 'number' && pattern === textPattern) return { ...rest, 'x-text': maxLength }
  if (Array.isArray(codes) && codes.length > 6) return { ...rest, 'x-codes': codes }
  return pattern === regionPattern && 'x-region' in property ? rest : property
}
