import type { ReleaseDocument, ReleaseId } from '../model.ts'
import { buildRegions } from './region-table.ts'
import { entitySchema } from '../schema.ts'
import { type InvalidCase, invalidCases, validSamples } from './samples.ts'
import { buildRelease } from './tables.ts'
import { releaseTypes } from './types.ts'

export const releaseIds: readonly ReleaseId[] = ['2014', '2018']

/** Every generated file: path from the top of the repository → its text. Depends on committed data and pinned packages only. */
export function generatedFiles(): Map<string, string> {
  const files = new Map<string, string>()
  const generated = 'packages/standard/src/generated'
  for (const id of releaseIds) {
    const release = buildRelease(id)
    files.set(`${generated}/release-${id}.json`, releaseText(release))
    files.set(`${generated}/types-${id}.ts`, releaseTypes(release))
    const dictionaries = new Map(release.dictionaries.map((d) => [d.code, d]))
    for (const entity of release.entities) {
      files.set(`schemas/${id}/${entity.code}.json`, `${JSON.stringify(entitySchema(entity, dictionaries), null, 2)}\n`)
      const { minimal, full } = validSamples(entity, dictionaries)
      files.set(`schemas/${id}/valid/${entity.code}.minimal.json`, `${JSON.stringify(minimal, null, 2)}\n`)
      files.set(`schemas/${id}/valid/${entity.code}.full.json`, `${JSON.stringify(full, null, 2)}\n`)
      files.set(`schemas/${id}/invalid/${entity.code}.json`, casesText(entity.code, invalidCases(entity, dictionaries)))
    }
  }
  const { current, extra, former, ...head } = buildRegions()
  files.set(`${generated}/regions.json`, joinObject({ ...head }, { current: lines(current), extra: lines(extra), former: lines(former) }))
  return files
}

/** One entity, field or dictionary a line: small, and its changes can be read. */
function releaseText(release: ReleaseDocument): string {
  const entities = release.entities.map(({ fields, ...entity }) => {
    const head = JSON.stringify(entity).slice(0, -1)
    return `${head},"fields":[\n${fields.map((f) => JSON.stringify(f)).join(',\n')}\n]}`
  })
  const dictionaries = release.dictionaries.map((d) => JSON.stringify(d))
  return `{"id":"${release.id}","entities":[\n${entities.join(',\n')}\n],"dictionaries":[\n${dictionaries.join(',\n')}\n]}\n`
}

function lines(rows: Readonly<Record<string, unknown>>): string {
  return `{\n${Object.entries(rows)
    .map(([key, row]) => `${JSON.stringify(key)}:${JSON.stringify(row)}`)
    .join(',\n')}\n}`
}

function joinObject(head: Record<string, unknown>, members: Record<string, string>): string {
  const body = Object.entries(members).map(([key, text]) => `${JSON.stringify(key)}:${text}`)
  return `${JSON.stringify(head).slice(0, -1)},\n${body.join(',\n')}}\n`
}

function casesText(entity: string, cases: readonly InvalidCase[]): string {
  return `{"base":"../valid/${entity}.full.json","cases":[\n${cases.map((one) => JSON.stringify(one)).join(',\n')}\n]}\n`
}
