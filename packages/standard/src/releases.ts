import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Release, ReleaseDocument } from './model.ts'
import { releaseOf } from './release/document.ts'

const schemasDir = join(import.meta.dirname, '..', '..', '..', 'schemas')

/** The committed document of a built-in release; its tests check it, so it is not checked again at every start. */
function readRelease(id: string): Release {
  return releaseOf(JSON.parse(readFileSync(join(schemasDir, id, 'release.json'), 'utf8')) as ReleaseDocument)
}

/** The releases this build serves, by id. */
export const releases: ReadonlyMap<string, Release> = new Map(
  [readRelease('2014'), readRelease('2018')].map((release) => [release.id, release]),
)

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
