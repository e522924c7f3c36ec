import ruling from '../../data/rulings/publication.json' with { type: 'json' }
import { isDate } from '../check-digits.ts'
import type { Clock, Entity } from '../model.ts'
import { isPrivateDeveloper } from '../privacy.ts'
import type { Policy } from './policy.ts'

/** What of a record in force is shown to the public; policy data. */
export interface PublicationDocument {
  readonly shown: readonly { readonly entities: readonly string[]; readonly basis: string }[]
  /** Tables whose records are shown only within their publication term (公布期限). */
  readonly dated: readonly string[]
  /** Tables that a search without a sign-in looks in. */
  readonly searched: readonly string[]
  /** Of those, the ones whose records are found by a whole name only. */
  readonly wholeName: readonly string[]
  readonly withheld: readonly { readonly entities: readonly string[]; readonly fields: readonly string[]; readonly basis: string }[]
}

type Data = Readonly<Record<string, unknown>>

/** What the policy in force says of publication; the project's own ruling where it says nothing. */
export function publicationOf(policy: Policy): PublicationDocument {
  return (policy.document as { publication?: PublicationDocument }).publication ?? ruling
}

/** Codes of the tables that are shown. */
export const shownEntities = (policy: Policy): string[] => publicationOf(policy).shown.flatMap((one) => [...one.entities])

/** A developer is a body only where its code says so: a masked or absent one may be a person's document. */
const mayBePrivate = (entity: Entity, data: Data): boolean => {
  const code = data[entity.privatePerson?.field ?? '']
  return typeof code !== 'string' || code === '' || code.includes('*') || isPrivateDeveloper(entity, data)
}

/** Whether a field of this very record is shown: never a sealed one. */
export function isFieldShown(policy: Policy, entity: Entity, field: string, data: Data): boolean {
  const known = entity.fields.find((one) => one.code === field)
  if (known === undefined || known.privacy === 'sealed' || known.kind === 'attachment') return false
  if (entity.privatePerson?.privacy[field] !== undefined && mayBePrivate(entity, data)) return false
  return !publicationOf(policy).withheld.some((rule) => policy.names(rule.entities, entity.code) && rule.fields.includes(field))
}

/**
 * The days between which a record of a dated table is shown, both included; null when it is not to be shown: not published, without a term, or not a term.
 * @param clocks of the record's release; the longest term cuts what was sent
 */
export function publicationTerm(entity: Entity, data: Data, clocks: readonly Clock[]): { from: string; to: string } | null {
  const { IsPublic: flag, PublicBDate: from, PublicEDate: to } = data
  if (flag !== '1' || !isDay(from) || !isDay(to) || to < from) return null
  const most = clocks.find((clock) => clock.kind === 'term' && clock.most?.unit === 'year' && clock.entities.includes(entity.code))?.most
  if (most === undefined) return { from, to }
  const later = `${String(Number(from.slice(0, 4)) + most.amount).padStart(4, '0')}${from.slice(4)}`
  const last = isDate(later) ? later : later.replace('-02-29', '-02-28')
  return { from, to: to < last ? to : last }
}

const isDay = (value: unknown): value is string => typeof value === 'string' && isDate(value)
