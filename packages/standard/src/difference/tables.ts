import type { Crosswalk } from '../crosswalk/crosswalk.ts'
import type { Dictionary, DictionaryCode, Entity, Field, Release } from '../model.ts'
import { asksAsMuch, fieldKept } from '../release/extension-faults.ts'
import type { Say } from '../release/reference-faults.ts'
import { type Change, type Effect, effectOf } from './change.ts'
import { sameValue } from '../same-value.ts'

/** How two releases differ in their tables, and whether the mapping between them calls what changed its name the same. */
export function entityChanges(from: Release, to: Release, way: Crosswalk | null): Change[] {
  return paired(from.entities, to.entities).flatMap(([code, before, after]): Change[] => {
    const at = `/entities/${code}`
    const { nameZh: name, nameEn } = (after ?? before)!
    const head = { part: 'entities' as const, at, entity: code, name, nameEn }
    if (before === undefined) return [{ ...head, kind: 'added', after: `${after!.fields.length} fields`, effect: 'weaker' }]
    if (after === undefined) return [{ ...head, kind: 'removed', before: `${before.fields.length} fields`, effect: 'stricter' }]
    const members = memberChanges(before, after, new Set(['release', 'fields', 'conditions'])).map(([member, was, is]): Change => ({
      ...head,
      kind: 'changed',
      at: `${at}/${member}`,
      member,
      before: was,
      after: is,
      effect: ['key', 'group', 'place', 'privatePerson'].includes(member) ? 'different' : 'none',
    }))
    return [...members, ...conditionChanges(before, after), ...fieldChanges(before, after, way)]
  })
}

function conditionChanges(before: Entity, after: Entity): Change[] {
  const head = { part: 'conditions' as const, at: `/entities/${after.code}/conditions`, entity: after.code }
  const missing = (one: Entity, other: Entity) => one.conditions.filter((row) => !other.conditions.some((kept) => sameValue(kept, row)))
  const asked = (one: Entity, row: Entity['conditions'][number]) => one.conditions.some((kept) => asksAsMuch(kept, row))
  return [
    ...missing(before, after).map((row): Change => ({
      ...head,
      kind: 'removed',
      field: row.field,
      before: row,
      effect: asked(after, row) ? 'none' : 'weaker',
    })),
    ...missing(after, before).map((row): Change => ({
      ...head,
      kind: 'added',
      field: row.field,
      after: row,
      effect: asked(before, row) ? 'none' : 'stricter',
    })),
  ]
}

function fieldChanges(before: Entity, after: Entity, way: Crosswalk | null): Change[] {
  const byCode = (entity: Entity) => new Map(entity.fields.map((field) => [field.code, field]))
  return paired(byCode(before), byCode(after)).flatMap(([code, was, is]): Change[] => {
    const { nameZh: name, nameEn } = (is ?? was)!
    const head = { part: 'fields' as const, at: `/entities/${after.code}/fields/${code}`, entity: after.code, field: code, name, nameEn }
    if (was === undefined) return [{ ...head, kind: 'added', after: shortField(is!), effect: is!.mandatory ? 'stricter' : 'weaker' }]
    // Who still sends it is refused; who had to send it need not any more.
    if (is === undefined) return [{ ...head, kind: 'removed', before: shortField(was), effect: was.mandatory ? 'different' : 'stricter' }]
    return memberChanges(was, is, new Set()).map(([member, one, other]): Change => {
      const row = { ...head, kind: 'changed' as const, at: `${head.at}/${member}`, member, before: one, after: other }
      if (member !== 'nameZh') return { ...row, effect: fieldEffect(was, is, member) }
      const meaning = meaningOf(way?.entities.get(before.code)?.fields.get(code), code)
      return { ...row, meaning, effect: meaning === 'same' ? 'none' : 'different' }
    })
  })
}

const shortField = ({ sourceType, mandatory, conditional, dictionary, privacy }: Field): object => ({
  type: sourceType,
  constraint: mandatory ? 'M' : conditional ? 'C' : 'O',
  ...(dictionary === undefined ? {} : { dictionary }),
  ...(privacy === 'open' ? {} : { privacy }),
})

/** Members of a field that say how it is written down, not how it is judged. */
const wordsOnly = new Set(['nameEn', 'sourceType', 'provenance', 'note', 'list'])

/** By the same comparison that holds a provincial extension to the nation's release, one member at a time. */
function fieldEffect(before: Field, after: Field, member: string): Effect {
  if (wordsOnly.has(member)) return 'none'
  if (member === 'dictionary' && (before.dictionary === undefined || after.dictionary === undefined))
    return before.dictionary === undefined ? 'stricter' : 'weaker'
  const changed = { ...before, [member]: after[member as keyof Field] } as Field
  return effectOf(loosens(changed, before), loosens(before, changed))
}

function loosens(own: Field, than: Field): boolean {
  let found = false
  const say: Say = () => (found = true)
  fieldKept(own, than, '', say)
  return found
}

/** How two releases differ in their code tables. */
export function dictionaryChanges(from: Release, to: Release, way: Crosswalk | null): Change[] {
  return paired(from.dictionaries, to.dictionaries).flatMap(([code, before, after]): Change[] => {
    const { nameZh: name, nameEn } = (after ?? before)!
    const head = { part: 'dictionaries' as const, at: `/dictionaries/${code}`, dictionary: code, name, nameEn }
    // That a field has or loses a dictionary is a change of the field.
    if (before === undefined) return [{ ...head, kind: 'added', after: `${after!.codes.size} codes`, effect: 'none' }]
    if (after === undefined) return [{ ...head, kind: 'removed', before: `${before.codes.size} codes`, effect: 'none' }]
    const members = memberChanges(before, after, new Set(['codes'])).map(([member, was, is]): Change => ({
      ...head,
      kind: 'changed',
      at: `${head.at}/${member}`,
      member,
      before: was,
      after: is,
      effect: member !== 'closed' ? 'none' : is === true ? 'stricter' : 'weaker',
    }))
    return [...members, ...codeChanges(before, after, way)]
  })
}

function codeChanges(before: Dictionary, after: Dictionary, way: Crosswalk | null): Change[] {
  return paired(before.codes, after.codes).flatMap(([code, was, is]): Change[] => {
    const { nameZh: name, nameEn } = (is ?? was)!
    const head = { part: 'codes' as const, at: `/dictionaries/${after.code}/${code}`, dictionary: after.code, code, name, nameEn }
    // In an open dictionary a code that is not listed is only noted.
    if (was === undefined) return [{ ...head, kind: 'added', after: is!.nameZh, effect: after.closed && before.closed ? 'weaker' : 'none' }]
    if (is === undefined) return [{ ...head, kind: 'removed', before: was.nameZh, effect: after.closed ? 'stricter' : 'none' }]
    return memberChanges(was, is, new Set(['nameEn', 'note'])).map(([member, one, other]): Change => {
      const row = { ...head, kind: 'changed' as const, at: `${head.at}/${member}`, member, before: one, after: other }
      if (member !== 'nameZh') return { ...row, effect: validityEffect(was, is, member) }
      const step = way?.codeOf(after.code, code)
      const meaning = step === undefined || step === null ? 'unknown' : step.to === code && step.fit === 'same' ? 'same' : 'other'
      return { ...row, meaning, effect: meaning === 'same' ? 'none' : 'different' }
    })
  })
}

/** A validity that begins later or ends earlier takes less. */
function validityEffect(before: DictionaryCode, after: DictionaryCode, member: string): Effect {
  if (member === 'validFrom') return (after.validFrom ?? '') > (before.validFrom ?? '') ? 'stricter' : 'weaker'
  if (member === 'validTo') return (after.validTo ?? '9999') < (before.validTo ?? '9999') ? 'stricter' : 'weaker'
  return 'none'
}

function meaningOf(path: { to: Field | null; clash: boolean } | undefined, code: string): NonNullable<Change['meaning']> {
  if (path === undefined) return 'unknown'
  return path.to?.code === code ? 'same' : 'other'
}

/** In the order of the later release; what it has no more stands first. */
function paired<T>(
  before: ReadonlyMap<string, T>,
  after: ReadonlyMap<string, T>,
): [code: string, before: T | undefined, after: T | undefined][] {
  const gone = [...before.keys()].filter((code) => !after.has(code))
  return [...gone, ...after.keys()].map((code) => [code, before.get(code), after.get(code)])
}

function memberChanges(before: object, after: object, except: ReadonlySet<string>): [member: string, before: unknown, after: unknown][] {
  const [was, is] = [before as Record<string, unknown>, after as Record<string, unknown>]
  return [...new Set([...Object.keys(was), ...Object.keys(is)])]
    .filter((member) => !except.has(member) && !sameValue(was[member], is[member]))
    .map((member) => [member, was[member], is[member]])
}
