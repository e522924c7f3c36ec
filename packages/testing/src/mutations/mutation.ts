import type { Entity, Field, Release } from '@huijiao/standard'
import type { Random } from '../sample/random.ts'

export type Data = Record<string, unknown>

/** A faultless record that is about to be spoiled. */
export interface Base {
  readonly release: Release
  readonly entity: Entity
  readonly data: Data
}

/** One record with one known mistake. */
export interface Mutant {
  readonly kind: string
  readonly base: Base
  readonly data: Data
  /** The rule that must be named, at this pointer. */
  readonly rule: string
  readonly pointer: string
}

/** What a mutator did: the new data, the field whose problem it must be, and the rule. Null where this record cannot have the mistake. */
export type Spoiled = { readonly data: Data; readonly field: string; readonly rule: string } | null

/** A way in which data goes wrong in the field, with the rule that must tell it. */
export interface Mutator {
  readonly kind: string
  readonly zh: string
  readonly spoil: (base: Base, random: Random) => Spoiled
}

/** Fields that the record has, with their text, of which one can be spoiled. */
export function textsOf({ entity, data }: Base, fits: (field: Field, value: string) => boolean): (readonly [Field, string])[] {
  return entity.fields.flatMap((field) => {
    const value = data[field.code]
    return typeof value === 'string' && fits(field, value) ? [[field, value] as const] : []
  })
}

/** Spoils the text of one fitting field. */
export function inOneField(
  rule: string | ((field: Field) => string),
  fits: (field: Field, value: string, base: Base) => boolean,
  change: (value: string, random: Random, field: Field, base: Base) => unknown,
): Mutator['spoil'] {
  return (base, random) => {
    const candidates = textsOf(base, (field, value) => fits(field, value, base))
    if (candidates.length === 0) return null
    const [field, value] = random.pick(candidates)
    const changed = change(value, random, field, base)
    if (changed === null || changed === value) return null
    return { data: { ...base.data, [field.code]: changed }, field: field.code, rule: typeof rule === 'string' ? rule : rule(field) }
  }
}

export const withoutField = (data: Data, field: string): Data => Object.fromEntries(Object.entries(data).filter(([name]) => name !== field))

/** The rule by which the schema refuses a value that does not fit a field of this kind. */
export function formRule(field: Field): string {
  switch (field.kind) {
    case 'code':
      return 'code.dictionary'
    case 'region':
      return 'region.known'
    case 'decimal':
      return 'field.decimal'
    case 'date':
      return 'field.date'
    case 'instant':
      return 'field.instant'
    default:
      return field.check === 'project-number' ? 'number.project' : 'text.stray'
  }
}
