import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Entity, Release, ReleaseDocument } from './model.ts'
import { releaseOf } from './release/document.ts'
import { entitySchema } from './schema.ts'

const schemasDir = join(import.meta.dirname, '..', '..', '..', 'schemas')

/** The committed document of a built-in release; its tests check it, so it is not checked again at every start. */
function readRelease(id: string): Release {
  return releaseOf(JSON.parse(readFileSync(join(schemasDir, id, 'release.json'), 'utf8')) as ReleaseDocument)
}

/** The releases that are built in, by id. A node may serve others, or later revisions of these, beside them. */
export const releases: ReadonlyMap<string, Release> = new Map(['2014', '2018', '2018-js'].map((id) => [id, readRelease(id)]))

const schemas = new WeakMap<Entity, Record<string, unknown>>()

/**
 * The JSON Schema of an entity's `data`; for a built-in release the same as the committed file.
 * @param release a release, or the id of a built-in one
 * @throws Error when the release has no such entity
 */
export function schemaOf(release: string | Release, entity: string): Record<string, unknown> {
  const known = typeof release === 'string' ? releases.get(release) : release
  const table = known?.entities.get(entity)
  if (known === undefined || table === undefined)
    throw new Error(`release ${typeof release === 'string' ? release : release.id} has no entity ${entity}`)
  let schema = schemas.get(table)
  if (schema === undefined) schemas.set(table, (schema = entitySchema(table, known.dictionaries)))
  return schema
}
