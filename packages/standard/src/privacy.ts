import { isOldResidentId, isResidentId } from './check-digits.ts'
import type { Entity, Privacy } from './model.ts'

type Data = Readonly<Record<string, unknown>>

/** A developer (建设单位) who is a private person has a resident id where others have a company code. */
export function isPrivateDeveloper(entity: Entity, data: Data): boolean {
  if (entity.privatePerson === undefined) return false
  const code = data[entity.privatePerson.field]
  return typeof code === 'string' && (code.length === 18 ? isResidentId(code) : code.length === 15 && isOldResidentId(code))
}

/** The privacy of a field in this very record. */
export function privacyIn(entity: Entity, field: string, data: Data): Privacy {
  const ruled = entity.privatePerson?.privacy[field]
  if (ruled !== undefined && isPrivateDeveloper(entity, data)) return ruled
  return entity.fields.find((f) => f.code === field)?.privacy ?? 'open'
}
