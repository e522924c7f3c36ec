import type { ReleaseDocument, ReleaseId } from '../model.ts'
import { comparisonPage } from './comparison.ts'
import { regionsText } from './region-rules.ts'
import { entitySchema } from '../schema.ts'
import { rulingsPage } from './rulings.ts'
import { type InvalidCase, invalidCases, validSamples } from './samples.ts'
import { buildRelease, releaseHeads } from './tables.ts'
import { releaseTypes } from './types.ts'

export const releaseIds: readonly ReleaseId[] = releaseHeads.map((head) => head.id)

/** Every generated file: path from the top of the repository → its text. Depends on committed data and pinned packages only. */
export function generatedFiles(): Map<string, string> {
  const files = new Map<string, string>()
  const generated = 'packages/standard/src/generated'
  for (const id of releaseIds) {
    const release = buildRelease(id)
    files.set(`schemas/${id}/release.json`, readableText(release))
    files.set(`${generated}/types-${id}.ts`, releaseTypes(release, release.basedOn === null ? undefined : buildRelease(release.basedOn.id)))
    const dictionaries = new Map(release.dictionaries.map((d) => [d.code, d]))
    for (const entity of release.entities) {
      files.set(`schemas/${id}/${entity.code}.json`, `${JSON.stringify(entitySchema(entity, dictionaries), null, 2)}\n`)
      const { minimal, full } = validSamples(entity, dictionaries, release.issuer)
      files.set(`schemas/${id}/valid/${entity.code}.minimal.json`, `${JSON.stringify(minimal, null, 2)}\n`)
      files.set(`schemas/${id}/valid/${entity.code}.full.json`, `${JSON.stringify(full, null, 2)}\n`)
      files.set(`schemas/${id}/invalid/${entity.code}.json`, casesText(entity.code, invalidCases(entity, dictionaries, release.issuer)))
    }
  }
  files.set(`${generated}/regions.json`, regionsText())
  files.set('docs/rulings.md', rulingsPage(buildRelease('2018')))
  files.set('docs/standard-2014-2018.md', comparisonPage(buildRelease('2014'), buildRelease('2018')))
  return files
}

/** One entity, field, code or rule a line: small, and its changes can be read. */
function readableText(release: ReleaseDocument): string {
  const { entities, dictionaries, ...head } = release
  const members = Object.entries(head).map(([name, value]) => `${JSON.stringify(name)}: ${spread(value, 1)}`)
  const tables = entities.map(({ fields, ...entity }) => opened(entity, 'fields', fields))
  const codeTables = dictionaries.map(({ codes, ...dictionary }) => opened(dictionary, 'codes', codes))
  return `{\n${members.join(',\n')},\n"entities": [\n${tables.join(',\n')}\n],\n"dictionaries": [\n${codeTables.join(',\n')}\n]\n}\n`
}

function opened(head: object, name: string, rows: readonly unknown[]): string {
  return `${JSON.stringify(head).slice(0, -1)},"${name}":[\n${rows.map((row) => JSON.stringify(row)).join(',\n')}\n]}`
}

/** Members and items down to a depth on lines of their own. */
function spread(value: unknown, depth: number): string {
  if (depth > 2 || typeof value !== 'object' || value === null) return JSON.stringify(value)
  const pad = ' '.repeat(depth)
  const rows = Array.isArray(value)
    ? value.map((item) => pad + spread(item, depth + 1))
    : Object.entries(value).map(([key, member]) => `${pad}${JSON.stringify(key)}: ${spread(member, depth + 1)}`)
  const [open, close] = Array.isArray(value) ? '[]' : '{}'
  return rows.length === 0 ? `${open}${close}` : `${open}\n${rows.join(',\n')}\n${close}`
}

function casesText(entity: string, cases: readonly InvalidCase[]): string {
  return `{"base":"../valid/${entity}.full.json","cases":[\n${cases.map((one) => JSON.stringify(one)).join(',\n')}\n]}\n`
}
