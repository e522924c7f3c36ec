import { Ajv2020 } from 'ajv/dist/2020.js'
import { type RegionIndex, regionIndex } from '../regions.ts'
import { annotations, checkKeyword, formats, type FuncKeywordDefinition, regionKeyword, type SchemaJudge } from './keywords.ts'

/**
 * Ajv for JSON Schema 2020-12 as this project sets it up: strict, every error, nothing coerced, filled or dropped.
 * @param regions the divisions that `x-region` looks codes up in: those of the release whose schemas it compiles
 */
export function createAjv(keywords: readonly FuncKeywordDefinition[] = [], regions: RegionIndex = regionIndex): Ajv2020 {
  const ajv = new Ajv2020({ allErrors: true, strict: true, strictTypes: true, ownProperties: false, messages: false, verbose: false })
  for (const [name, validate] of Object.entries(formats)) ajv.addFormat(name, { type: 'string', validate })
  ajv.addVocabulary([...annotations])
  for (const keyword of keywords) ajv.addKeyword(keyword)
  ajv.addKeyword(checkKeyword)
  ajv.addKeyword(regionKeyword(regions))
  return ajv
}

/** What compiles the schemas of records here: `interpret.ts` in a page, where nothing may be compiled. */
export const createCompiler: (
  keywords: readonly FuncKeywordDefinition[],
  regions: RegionIndex,
) => { compile(schema: Record<string, unknown>): SchemaJudge } = createAjv
