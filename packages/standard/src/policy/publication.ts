import ruling from '../../data/rulings/publication.json' with { type: 'json' }
import { isDate } from '../check-digits.ts'
import type { Clock, Entity, Release } from '../model.ts'
import { isPrivateDeveloper } from '../privacy.ts'
import type { Policy, PolicyDocument } from './policy.ts'

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
  /** The English of its bases, by their Chinese text. */
  readonly basisEn?: Readonly<Record<string, string>>
}

type Data = Readonly<Record<string, unknown>>

const text = { type: 'string', minLength: 1 } as const
const codes = { type: 'array', items: text } as const
const someCodes = { ...codes, minItems: 1 } as const

/** Shape of `publication` in a policy file. */
export const publicationSchema = {
  type: 'object',
  properties: {
    about: text,
    shown: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        properties: { entities: someCodes, basis: text },
        required: ['entities', 'basis'],
        additionalProperties: false,
      },
    },
    dated: codes,
    datedBasis: text,
    searched: codes,
    searchedBasis: text,
    wholeName: codes,
    wholeNameBasis: text,
    withheld: {
      type: 'array',
      items: {
        type: 'object',
        properties: { entities: someCodes, fields: someCodes, basis: text },
        required: ['entities', 'fields', 'basis'],
        additionalProperties: false,
      },
    },
    privateDevelopers: { type: 'object', properties: { basis: text }, required: ['basis'], additionalProperties: false },
    basisEn: { type: 'object', additionalProperties: text },
  },
  required: ['shown', 'dated', 'searched', 'wholeName', 'withheld'],
  additionalProperties: false,
} as const

/**
 * What is wrong with a policy's own publication: tables and fields that no release has, a search in what is not shown, and conduct that would be shown
 * outside its term (建市〔2017〕241号: expired conduct must not be used).
 */
export function publicationFaults(
  { publication }: PolicyDocument,
  scope: readonly Release[],
  hasField: (entities: readonly string[], field: string) => boolean,
): string[] {
  if (publication === undefined) return []
  const groups = new Map(scope.flatMap(({ entities }) => [...entities.values()].map((one) => [one.code, one.group] as const)))
  const { dated, searched, wholeName, withheld } = publication
  const shown = publication.shown.flatMap((one) => one.entities)
  const named = [...shown, ...dated, ...searched, ...wholeName]
  const without = (list: readonly string[], of: readonly string[]) => list.filter((code) => groups.has(code) && !of.includes(code))
  return [
    ...[...new Set(named)].filter((code) => !groups.has(code)).map((code) => `publication: no such table: ${code}`),
    ...withheld.flatMap(({ entities, fields }) =>
      fields.filter((field) => !hasField(entities, field)).map((field) => `publication: no such field to withhold: ${field}`),
    ),
    ...without([...dated, ...searched], shown).map((code) => `publication: ${code} is not among the tables that are shown`),
    ...without(wholeName, searched).map((code) => `publication: ${code} is not among the tables that are searched`),
    ...dated.filter((code) => groups.has(code) && groups.get(code) !== 'conduct').map((code) => `publication: ${code} has no term`),
    ...shown
      .filter((code) => groups.get(code) === 'conduct' && !dated.includes(code))
      .map((code) => `publication: ${code} is conduct and is shown within its term only: name it in dated`),
  ]
}

/** What the policy in force says of publication; the project's own ruling where it says nothing. */
export const publicationOf = (policy: Policy): PublicationDocument => policy.document.publication ?? ruling

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
