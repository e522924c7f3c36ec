import type { ProblemCode } from './catalogue.ts'
import type { FilePlace, ProblemDocument, Severity } from './problem.ts'

/** Where one problem of a group stands. */
export interface GroupExample {
  /** 0-based position in the submission; null where the problem names none. */
  readonly record: number | null
  readonly pointer: string | null
  /** What was sent, as the problem shows it: masked where it is personal. */
  readonly value?: unknown
  /** Where it stands in the sender's file, when it came in one. */
  readonly place?: FilePlace
}

/** Problems that are one mistake made many times: the same code, at the same field, by the same rule. */
export interface ProblemGroup {
  readonly code: ProblemCode
  readonly type: string
  readonly severity: Severity
  readonly rule: string | null
  /** The field's Chinese name, as its problems carry it; null for what is wrong around the fields. */
  readonly field: string | null
  /** JSON Pointer with array positions written `*`; null in a group that took what no longer had room for its own. */
  readonly pointer: string | null
  readonly title: string
  readonly en: { readonly title: string }
  readonly count: number
  /** How many of them carry a fix. */
  readonly fixes: number
  /** The first ones, in the order in which they came. */
  readonly examples: readonly GroupExample[]
}

export interface GroupLimits {
  /** Most groups by field; what comes after joins one group a code, so that memory stays bounded whatever is sent. */
  readonly groupsMax: number
  readonly examplesMax: number
}

export const defaultGroupLimits: GroupLimits = { groupsMax: 500, examplesMax: 3 }

type Grouped = Pick<ProblemDocument, 'code' | 'type' | 'title'> & Partial<ProblemDocument> & { readonly en: { readonly title: string } }

/** The group that a problem has joined: more of the very same kind are only counted. */
export interface GroupCounter {
  /** It has as many examples as it takes. */
  readonly full: boolean
  /** @param fix whether it carries one */
  more(fix: boolean): void
}

/** Collects problems into groups as they come, however many. */
export interface ProblemGroups {
  /** @param record position to name where the problem has none of its own */
  add(problem: Grouped, record?: number): GroupCounter
  /** Groups, the worst first: errors, doubts, warnings; among them the most frequent. */
  list(): ProblemGroup[]
  /** Problems taken so far. */
  readonly count: number
}

type Growing = { -readonly [Member in keyof ProblemGroup]: ProblemGroup[Member] } & { examples: GroupExample[] }

/**
 * Begins to collect. Memory is bounded by `groupsMax` groups and one more for each code.
 * @param before what was collected earlier, to go on from
 */
export function collectProblems(limits: GroupLimits = defaultGroupLimits, before: readonly ProblemGroup[] = []): ProblemGroups {
  const groups = new Map<string, Growing>()
  let count = 0
  for (const group of before) {
    const { severity, code, pointer, rule } = group
    // Beyond the bound a group has neither place nor rule, and is found by its code.
    const rest = pointer === null && rule === null && before.length > limits.groupsMax
    groups.set(rest ? `${severity}\0${code}` : `${severity}\0${code}\0${pointer}\0${rule ?? ''}`, {
      ...group,
      examples: [...group.examples],
    })
    count += group.count
  }
  return {
    add(problem, record) {
      count += 1
      const severity = problem.severity ?? 'error'
      const pointer = problem.pointer === undefined ? null : withoutPositions(problem.pointer)
      const name = `${severity}\0${problem.code}\0${pointer}\0${problem.rule ?? ''}`
      let group = groups.get(name)
      if (group === undefined) {
        const full = groups.size >= limits.groupsMax
        const key = full ? `${severity}\0${problem.code}` : name
        group = groups.get(key)
        if (group === undefined) groups.set(key, (group = begin(problem, severity, full ? null : pointer, full)))
      }
      group.count += 1
      if (problem.fix !== undefined && problem.fix.length > 0) group.fixes += 1
      if (group.examples.length < limits.examplesMax) group.examples.push(exampleOf(problem, record))
      const joined = group
      return {
        get full() {
          return joined.examples.length >= limits.examplesMax
        },
        more: (fix) => {
          count += 1
          joined.count += 1
          if (fix) joined.fixes += 1
        },
      }
    },
    list: () => [...groups.values()].map((group) => ({ ...group, examples: [...group.examples] })).toSorted(byWeight),
    get count() {
      return count
    },
  }
}

/** Groups of a list of problems. */
export function groupProblems(problems: Iterable<Grouped>, limits?: GroupLimits): ProblemGroup[] {
  const groups = collectProblems(limits)
  for (const problem of problems) groups.add(problem)
  return groups.list()
}

function begin(problem: Grouped, severity: Severity, pointer: string | null, rest: boolean): Growing {
  return {
    code: problem.code,
    type: problem.type,
    severity,
    rule: rest ? null : (problem.rule ?? null),
    field: rest ? null : (problem.field ?? null),
    pointer,
    title: problem.title,
    en: { title: problem.en.title },
    count: 0,
    fixes: 0,
    examples: [],
  }
}

function exampleOf(problem: Grouped, record: number | undefined): GroupExample {
  return {
    record: problem.record ?? record ?? null,
    pointer: problem.pointer ?? null,
    ...(problem.value === undefined ? {} : { value: problem.value }),
    ...(problem.place === undefined ? {} : { place: problem.place }),
  }
}

/** The second attachment's digest is the same mistake as the first one's. */
const withoutPositions = (pointer: string): string => (/\/\d/.test(pointer) ? pointer.replace(/\/\d+(?=\/|$)/g, '/*') : pointer)

const weight: Readonly<Record<Severity, number>> = { error: 0, doubt: 1, warning: 2 }

const byWeight = (a: ProblemGroup, b: ProblemGroup): number =>
  weight[a.severity] - weight[b.severity] ||
  b.count - a.count ||
  compare(a.code, b.code) ||
  compare(a.pointer ?? '', b.pointer ?? '') ||
  compare(a.rule ?? '', b.rule ?? '')

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
