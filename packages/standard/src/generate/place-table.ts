import type { EntityGroup, EntityPlace, Field, Privacy, PrivatePerson } from '../model.ts'
import { readRuling } from './sources.ts'

interface Places extends EntityPlace {
  readonly groups: readonly EntityGroup[]
}

const places = readRuling<Places>('places.json')

const { privatePerson } = readRuling<{
  privatePerson: { readonly fields: Readonly<Record<string, Privacy>>; readonly when: { readonly field: string } }
}>('privacy.json')

/** Where records of a table belong, by the fields that it has. A province's own names of the project number count as well. */
export function placeOf(group: EntityGroup, fields: readonly Field[]): EntityPlace | null {
  if (!places.groups.includes(group)) return null
  const here = (codes: readonly string[]): string[] => codes.filter((code) => fields.some((field) => field.code === code))
  const own = fields.filter((field) => field.check === 'project-number').map((field) => field.code)
  return { region: here(places.region), numbers: [...new Set([...here(places.numbers), ...own])], reportedBy: here(places.reportedBy) }
}

/** The ruling on developers who are private persons, for a table that has the developer. */
export function privatePersonOf(fields: readonly Field[]): { privatePerson?: PrivatePerson } {
  const known = (code: string): boolean => fields.some((field) => field.code === code)
  if (!known(privatePerson.when.field)) return {}
  const privacy = Object.fromEntries(Object.entries(privatePerson.fields).filter(([code]) => known(code)))
  return { privatePerson: { field: privatePerson.when.field, privacy } }
}
