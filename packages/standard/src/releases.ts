import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Release, ReleaseDocument, ReleaseId } from './model.ts'

/** Makes a release from its committed form. Knows nothing of files, so that a release can come from elsewhere as well. */
export function loadRelease(document: ReleaseDocument): Release {
  return {
    id: document.id,
    entities: new Map(document.entities.map((entity) => [entity.code, entity])),
    dictionaries: new Map(document.dictionaries.map((d) => [d.code, { ...d, codes: new Map(d.codes.map((code) => [code.code, code])) }])),
  }
}

function readRelease(id: ReleaseId): Release {
  return loadRelease(JSON.parse(readFileSync(join(import.meta.dirname, 'generated', `release-${id}.json`), 'utf8')) as ReleaseDocument)
}

/** The releases this build serves, by id. */
export const releases: ReadonlyMap<string, Release> = new Map(
  [readRelease('2014'), readRelease('2018')].map((release) => [release.id, release]),
)

const schemasDir = join(import.meta.dirname, '..', '..', '..', 'schemas')
const schemas = new Map<string, Record<string, unknown>>()

/**
 * The committed JSON Schema of an entity's `data`.
 * @throws Error when the release has no such entity
 */
export function schemaOf(release: string, entity: string): Record<string, unknown> {
  if (releases.get(release)?.entities.has(entity) !== true) throw new Error(`release ${release} has no entity ${entity}`)
  const path = join(schemasDir, release, `${entity}.json`)
  const schema = schemas.get(path) ?? (JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>)
  schemas.set(path, schema)
  return schema
}
