import type { FuncKeywordDefinition } from 'ajv/dist/2020.js'
import { regionPattern, textPattern } from '../patterns.ts'

type Schema = Record<string, unknown>

/**
 * Characters that no text may have, and those that deserve a second look: the replacement character, invisible ones, full-width digits and
 * letters, controls of Latin-1. Both in one scan, because a scan of every text is what costs.
 */
const notableCharacter =
  /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\u200B-\u200F\u2028-\u202E\u2060\uD800-\uDFFF\uFEFF\uFF10-\uFF19\uFF21-\uFF3A\uFF41-\uFF5A\uFFFD]/
const badCharacter = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F]/

/** What the scan of a record's texts has seen; `validateRecord` clears it before, and the rules over texts read it after. */
export const scan = { odd: false }

/** 1 to `max` characters (code points), no control characters, no lone surrogates. */
function isText(value: string, max: number): boolean {
  const units = value.length
  if (units === 0) return false
  if (!notableCharacter.test(value)) return units <= max
  // Such characters are rare: count and look carefully only now.
  scan.odd = true
  return !badCharacter.test(value) && value.isWellFormed() && [...value].length <= max
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
  if (pattern === textPattern && _min === 1)
    return { ...rest, 'x-text': typeof maxLength === 'number' ? maxLength : Number.MAX_SAFE_INTEGER }
  if (Array.isArray(codes) && codes.length > 6) return { ...rest, 'x-codes': codes }
  return pattern === regionPattern && 'x-region' in property ? rest : property
}
