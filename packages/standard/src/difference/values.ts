import type { ReleaseDocument } from '../model.ts'
import { clocksKept } from '../release/extension-faults.ts'
import type { Say } from '../release/reference-faults.ts'
import { policyWeaknesses, ruleWeaknesses } from '../release/weaker.ts'
import { type Change, type ChangedPart, type Effect, effectOf } from './change.ts'
import { sameValue } from '../same-value.ts'

/** A difference between two values at a place; `list`: it is a row that one list has and the other has not. */
interface Found {
  readonly at: string
  readonly name: string
  readonly kind: Change['kind']
  readonly before?: unknown
  readonly after?: unknown
  /** The whole lists, of a row. */
  readonly lists?: readonly [before: readonly unknown[], after: readonly unknown[]]
}

/** How two releases differ in the values of their rules, their policy, clocks, regions, dates and mappings. */
export function valueChanges(from: ReleaseDocument, to: ReleaseDocument): Change[] {
  const all = (part: ChangedPart, before: unknown, after: unknown, effect: (found: Found) => Effect): Change[] =>
    differences(before, after, `/${part}`).map((found): Change => {
      const { lists: _, name: member, ...rest } = found
      return { part, member, ...rest, effect: ['basis', 'about'].includes(member) ? 'none' : effect(found) }
    })
  const [looser, tighter] = [weakerPolicies(to, from), weakerPolicies(from, to)]
  return [
    ...all('rules', from.rules, to.rules, ruleEffect),
    ...all('policy', from.policy, to.policy, ({ at }) => {
      const section = at.split('/')[2] ?? ''
      const effect = effectOf(looser.has(section), tighter.has(section))
      return effect === 'none' && judgingSections.has(section) ? 'different' : effect
    }),
    ...all('clocks', from.clocks, to.clocks, ({ at }) => {
      const id = at.split('/')[2] ?? ''
      return effectOf(weakerClocks(to, from).has(id), weakerClocks(from, to).has(id))
    }),
    ...all('regions', from.regions, to.regions, () => 'different'),
    ...all('recordDates', from.recordDates, to.recordDates, () => 'different'),
    ...all('mappings', from.mappings, to.mappings, () => 'none'),
  ]
}

/** Sections of a policy that decide what is taken or goes up. */
const judgingSections = new Set([
  'steps',
  'locked',
  'claims',
  'qualification',
  'references',
  'linkage',
  'authority',
  'attachments',
  'numbers',
])

/** By the comparison that holds an extension's rules to the nation's. */
function ruleEffect({ name, before, after, lists }: Found): Effect {
  const loosens = (own: unknown, than: unknown): boolean => {
    let found = false
    const say: Say = () => (found = true)
    ruleWeaknesses(own, than, '', say, name)
    return found
  }
  if (lists !== undefined) {
    const [was, is] = lists
    return before === undefined
      ? effectOf(loosens([...was, after], was), loosens(was, [...was, after]))
      : effectOf(loosens(is, [...is, before]), loosens([...is, before], is))
  }
  if (before === undefined || after === undefined) return before === undefined ? 'stricter' : 'weaker'
  return effectOf(loosens(after, before), loosens(before, after))
}

function weakerPolicies(own: ReleaseDocument, than: ReleaseDocument): Set<string> {
  const sections = new Set<string>()
  policyWeaknesses(own, than, (_code, pointer) => sections.add(pointer.split('/')[2] ?? ''))
  return sections
}

function weakerClocks(own: ReleaseDocument, than: ReleaseDocument): Set<string> {
  const ids = new Set<string>()
  clocksKept(own, than, (_code, pointer) => ids.add(pointer.slice('/clocks/'.length)))
  return ids
}

function differences(before: unknown, after: unknown, at: string, name = ''): Found[] {
  if (sameValue(before, after)) return []
  if (Array.isArray(before) && Array.isArray(after)) return listDifferences(before, after, at, name)
  if (isObject(before) && isObject(after))
    return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((member) =>
      differences(before[member], after[member], `${at}/${member}`, member),
    )
  const kind = before === undefined ? 'added' : after === undefined ? 'removed' : 'changed'
  return [{ at, name, kind, ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) }]
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

/** What people know a row by. */
function idOf(row: unknown): string | undefined {
  if (!isObject(row)) return undefined
  const { id, code } = row
  if (typeof id === 'string' || typeof code === 'string') return String(id ?? code)
  const parts = ['judges', 'entities', 'entity', 'field', 'parent', 'rule'].flatMap((member) => row[member] ?? [])
  return parts.length === 0 ? undefined : parts.join(' ')
}

/** Rows that have an id, a code or the like are compared one by one, others are there or not. */
function listDifferences(before: readonly unknown[], after: readonly unknown[], at: string, name: string): Found[] {
  const ids = (rows: readonly unknown[]) => new Map(rows.map((row) => [idOf(row), row]))
  const [was, is] = [ids(before), ids(after)]
  const named =
    [...before, ...after].every((row) => typeof idOf(row) === 'string') && was.size === before.length && is.size === after.length
  if (named) return [...new Set([...was.keys(), ...is.keys()])].flatMap((id) => differences(was.get(id), is.get(id), `${at}/${id}`, name))
  const missing = (one: readonly unknown[], other: readonly unknown[]) => one.filter((row) => !other.some((kept) => sameValue(kept, row)))
  const lists = [before, after] as const
  return [
    ...missing(before, after).map((row): Found => ({ at, name, kind: 'removed', before: row, lists })),
    ...missing(after, before).map((row): Found => ({ at, name, kind: 'added', after: row, lists })),
  ]
}
