import type { ProblemDocument } from '@huijiao/problem'
import { applyFix } from './apply-fix.ts'

/** More fixes of one record than this are not tried, and so not offered. */
const fixesMax = 48

const identityOf = ({ code, rule, pointer }: ProblemDocument) => `${code} ${rule} ${pointer}`

/**
 * Keeps a fix only when it keeps its promise: applied alone, its problem is gone and no other has come. Costs one more judgement for each fix,
 * on records with problems only.
 * @param data the record's members that the entity knows, by their right name or another spelling of it
 * @param judge finds the problems of a record; its answer may be reused by the next call
 */
export function provenFixes(
  data: Readonly<Record<string, unknown>>,
  problems: readonly ProblemDocument[],
  judge: (data: Record<string, unknown>) => readonly ProblemDocument[],
): ProblemDocument[] {
  const before = new Set(problems.map(identityOf))
  let tried = 0
  return problems.map((problem) => {
    if (problem.fix === undefined) return problem
    const identity = identityOf(problem)
    if (tried++ < fixesMax) {
      const after = judge(applyFix(data, problem.fix))
      if (after.every((other) => before.has(identityOf(other)) && identityOf(other) !== identity)) return problem
    }
    const { fix: _, ...rest } = problem
    return rest
  })
}
