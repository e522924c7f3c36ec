import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Severity } from '@huijiao/problem'
import type { Expectations, Inputs, NamedProblem, Vector, Verdict } from './vector.ts'

interface RuleCase {
  readonly release: string
  readonly entity: string
  readonly at: string
  readonly data: Readonly<Record<string, unknown>>
  readonly note?: string
  readonly releaseWith?: Readonly<Record<string, unknown>>
}

/** One file of `packages/standard/vectors/rules`. */
interface RuleFile {
  readonly rule: string
  readonly kind: string
  readonly valid: readonly RuleCase[]
  readonly invalid: readonly (RuleCase & {
    readonly problems: readonly { readonly code: string; readonly rule: string; readonly pointer: string; readonly severity: Severity }[]
    readonly fixed?: Readonly<Record<string, unknown>>
  })[]
}

/** One file of `packages/standard/vectors/receive`. */
interface ReceiveFile {
  readonly rule: string
  readonly kind: string
  readonly valid: readonly ReceiveCase[]
  readonly invalid: readonly (ReceiveCase & { readonly problems: readonly Required<NamedProblem>[]; readonly fixed?: unknown })[]
}

type ReceiveCase = Inputs['receive'] & { readonly note: string }

interface LinkageCase extends RuleCase {
  readonly note: string
  readonly tier: string
  readonly with: Inputs['link']['with']
  readonly references?: readonly unknown[]
}

/** One file of `packages/standard/vectors/linkage`. */
interface LinkageFile {
  readonly rule: string
  readonly kind: string
  readonly valid: readonly LinkageCase[]
  readonly invalid: readonly (LinkageCase & Expectations['link'] & { readonly afterHold?: unknown })[]
}

/** The rules' own vectors stand with the standard; what is added there is in the kit by itself. */
const directory = join(dirname(createRequire(import.meta.url).resolve('@huijiao/standard')), '..', 'vectors')

/** Every vector of every rule of the standard, in the order of the rules' names: those of one record, of its caller, of linkage. */
export function ruleVectors(): Vector[] {
  return [
    ...filesOf<RuleFile>('rules').flatMap(vectorsOf),
    ...filesOf<ReceiveFile>('receive').flatMap(receiveVectorsOf),
    ...filesOf<LinkageFile>('linkage').flatMap(linkVectorsOf),
  ]
}

function filesOf<File>(name: string): File[] {
  const folder = join(directory, name)
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .toSorted()
    .map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as File)
}

function vectorsOf({ rule, kind, valid, invalid }: RuleFile): Vector[] {
  const one = (
    sort: string,
    at: number,
    { release, entity, at: instant, data, note, releaseWith }: RuleCase,
    problems: readonly Required<NamedProblem>[],
  ): Vector => ({
    id: `rule/${rule}/${sort}/${at + 1}`,
    do: 'validate',
    rule,
    kind,
    ...(note === undefined ? {} : { note }),
    input: { release, entity, at: instant, data, ...(releaseWith === undefined ? {} : { releaseWith }) },
    expect: { verdict: verdictOf(problems), problems },
  })
  return [
    ...valid.map((each, at) => one('valid', at, each, [])),
    ...invalid.map((each, at) =>
      one(
        'invalid',
        at,
        each,
        each.problems.map(({ code, rule: by, pointer, severity }) => ({ pointer, code, rule: by, severity })),
      ),
    ),
  ]
}

function receiveVectorsOf({ rule, kind, valid, invalid }: ReceiveFile): Vector[] {
  const one = (sort: string, at: number, given: ReceiveCase, problems: readonly Required<NamedProblem>[]): Vector => {
    const { note, release, at: instant, caller, record } = given
    return {
      id: `rule/${rule}/${sort}/${at + 1}`,
      do: 'receive',
      rule,
      kind,
      note,
      input: { release, at: instant, caller, record },
      expect: { verdict: verdictOf(problems), problems },
    }
  }
  return [...valid.map((each, at) => one('valid', at, each, [])), ...invalid.map((each, at) => one('invalid', at, each, each.problems))]
}

function linkVectorsOf({ rule, kind, valid, invalid }: LinkageFile): Vector[] {
  const one = (sort: string, at: number, { note, tier: _tier, ...input }: LinkageCase, expect: Expectations['link']): Vector => ({
    id: `rule/${rule}/${sort}/${at + 1}`,
    do: 'link',
    rule,
    kind,
    note,
    input,
    expect,
  })
  return [
    ...valid.map((each, at) => one('valid', at, each, { outcome: 'accepted', problems: [] })),
    ...invalid.map(({ outcome, problems, afterHold: _later, ...each }, at) => one('invalid', at, each, { outcome, problems })),
  ]
}

/** What becomes of a record with these problems. */
export function verdictOf(problems: readonly { readonly severity?: Severity }[]): Verdict {
  if (problems.some((problem) => (problem.severity ?? 'error') === 'error')) return 'refused'
  return problems.some((problem) => problem.severity === 'doubt') ? 'doubtful' : 'accepted'
}
