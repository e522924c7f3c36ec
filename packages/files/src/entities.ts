import { Problem } from '@huijiao/problem'
import type { Entity, Release } from '@huijiao/standard'

/** Excel's limit of a sheet's name. */
export const sheetNameMax = 31

/** The Chinese name of an entity as the name of a sheet. */
export function sheetNameOf(entity: Entity): string {
  return [...entity.nameZh.replaceAll(/[[\]:*?/\\]/g, ' ').replaceAll(/^'|'$/g, '')].slice(0, sheetNameMax).join('')
}

/** The entity of a release that a sheet, a file or an element is named after: by its code or its Chinese name. */
export function entityNamed(release: Release, name: string): Entity | null {
  const wanted = name.normalize('NFKC').trim().toLowerCase()
  for (const entity of release.entities.values()) {
    if ([entity.code, entity.nameZh, sheetNameOf(entity)].some((one) => one.normalize('NFKC').toLowerCase() === wanted)) return entity
  }
  return null
}

/** @throws Problem file-entity-unclear when the release has no such entity */
export function entityByCode(release: Release, code: string): Entity {
  const entity = entityNamed(release, code)
  if (entity !== null) return entity
  throw new Problem('file-entity-unclear', {
    zh: `${release.id} 版数据标准没有数据表“${code.slice(0, 60)}”`,
    en: `Release ${release.id} has no entity "${code.slice(0, 60)}"`,
  })
}
