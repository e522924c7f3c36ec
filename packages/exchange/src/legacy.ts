import { Problem, type ProblemDocument } from '@huijiao/problem'
import type { Policy } from '@huijiao/standard'
import type { Caller } from './hub.ts'

/**
 * What marks a version of existing stock (存量数据): it stands in the version's flags, is shown with it and travels up with it. It says how the
 * record came here and changes nothing else of it. Data source 3 (补录) is another matter: a field of the record itself, by which policy locks it.
 */
export const legacyFlag = 'legacy'

export const isLegacy = (flags: readonly string[] | null): boolean => flags?.includes(legacyFlag) === true

/** @throws Problem legacy-not-granted */
export function checkLegacy(caller: Caller, now: Date): void {
  const until = caller.legacyUntil ?? null
  if (until !== null && now < until) return
  throw new Problem(
    'legacy-not-granted',
    until === null
      ? {
          zh: `接入单位 ${caller.participantId} 没有报送存量数据的许可`,
          en: `Participant ${caller.participantId} may not send existing stock`,
        }
      : {
          zh: `接入单位 ${caller.participantId} 报送存量数据的许可已于 ${until.toISOString()} 到期`,
          en: `The permission of participant ${caller.participantId} to send existing stock ended at ${until.toISOString()}`,
        },
    { pointer: '/legacy', value: true },
  )
}

/**
 * What is found in a record of existing stock, by policy: a rule it names is noted only, or passed over. What refuses a record refuses it as
 * stock too, whatever the policy names.
 */
export function judgedAsLegacy(policy: Policy, problems: readonly ProblemDocument[]): readonly ProblemDocument[] {
  const rules = policy.document.legacy?.rules
  if (rules === undefined) return problems
  return problems.flatMap((problem): readonly ProblemDocument[] => {
    const said = problem.rule === undefined || problem.severity === 'error' ? undefined : rules[problem.rule]
    if (said === undefined) return [problem]
    return said === 'pass' ? [] : [{ ...problem, severity: 'warning' }]
  })
}
