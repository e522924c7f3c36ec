import { conformanceKit, referenceProblems, type Vector } from '@huijiao/conformance'
import type { FixOperation, ProblemDocument, ProblemExample } from '@huijiao/problem'

let made: ReadonlyMap<string, ProblemExample> | undefined

/** An example of every code that a record alone can have, from the rules' own vectors and judged here and now. Made once. */
export function ruleExamples(): ReadonlyMap<string, ProblemExample> {
  if (made !== undefined) return made
  const examples = new Map<string, ProblemExample>()
  for (const vector of conformanceKit().vectors) {
    if (vector.do !== 'validate') continue
    const wanted = vector.expect.problems.find((problem) => !examples.has(problem.code))
    const problem = wanted && referenceProblems(vector.input)?.find((one) => one.code === wanted.code && one.pointer === wanted.pointer)
    if (problem !== undefined) examples.set(problem.code, exampleOf(vector, problem))
  }
  return (made = examples)
}

function exampleOf({ input }: Vector & { readonly do: 'validate' }, problem: ProblemDocument): ProblemExample {
  const { fix = [] } = problem
  const touched = new Set([problem.pointer ?? '', ...fix.flatMap((one) => [one.path, one.from ?? one.path])].map(fieldOf))
  const shown = (data: Readonly<Record<string, unknown>>) =>
    JSON.stringify({ entity: input.entity, data: Object.fromEntries(Object.entries(data).filter(([name]) => touched.has(name))) })
  return { sent: shown(input.data), problem, ...(fix.length === 0 ? {} : { mended: shown(patched(input.data, fix)) }) }
}

const fieldOf = (pointer: string): string =>
  pointer
    .slice(pointer.lastIndexOf('/') + 1)
    .replaceAll('~1', '/')
    .replaceAll('~0', '~')

/** The data after a fix: the operations of a fix name single fields. */
function patched(data: Readonly<Record<string, unknown>>, fix: readonly FixOperation[]): Record<string, unknown> {
  const result = { ...data }
  for (const { op, path, from, value } of fix) {
    if (op === 'move') result[fieldOf(path)] = result[fieldOf(from ?? '')]
    if (op === 'move' || op === 'remove') delete result[fieldOf(op === 'move' ? (from ?? '') : path)]
    else result[fieldOf(path)] = value
  }
  return result
}
