import type { FuncKeywordDefinition } from 'ajv/dist/2020.js'
import type { Release } from '../model.ts'
import { regionPattern, textPattern } from '../patterns.ts'
import { type Sentinels, sentinelsOf } from '../rules/sentinels.ts'
import { type TextForm, textScanner } from './text-scan.ts'

type Schema = Record<string, unknown>

const textKeyword = (sentinels: Sentinels): FuncKeywordDefinition => ({
  keyword: 'x-text',
  type: 'string',
  schemaType: 'object',
  errors: false,
  compile: (form: TextForm) => textScanner(form, sentinels) as (value: unknown) => boolean,
})

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
export function fastKeywords(release: Release): readonly FuncKeywordDefinition[] {
  return [textKeyword(sentinelsOf(release)), codesKeyword]
}

/**
 * The same schema for our own use, judging the same values about twice as fast (measured: 270k → 510k records a second of TBProjectInfo):
 * length and pattern of a text in one native scan, long code lists as a set, no pattern where a keyword looks each code up.
 */
export function fastSchema(schema: Schema, release: Release): Schema {
  const sentinels = sentinelsOf(release)
  const properties = Object.entries(schema['properties'] as Record<string, Schema>).map(([name, property]) => [
    name,
    fastProperty(property, sentinels.isIdentifier(name)),
  ])
  return { ...schema, properties: Object.fromEntries(properties) }
}

function fastProperty(property: Schema, identifier: boolean): Schema {
  const { minLength, maxLength, pattern, enum: codes, ...rest } = property
  if (pattern === textPattern && minLength === 1) {
    const form: TextForm = {
      max: typeof maxLength === 'number' ? maxLength : Number.MAX_SAFE_INTEGER,
      identifier,
      title: String(property['title']),
    }
    return { ...rest, 'x-text': form }
  }
  if (Array.isArray(codes) && codes.length > 6) return { ...rest, 'x-codes': codes }
  return pattern === regionPattern && 'x-region' in property ? rest : property
}
