import { type Finding, groupOf, judgeAnswer, type Kit, noAnswer, type Strictness, type Task, type Vector } from '@huijiao/conformance'
import type { Words } from '@huijiao/problem'
import type { Outcome, Target } from './target.ts'

export interface Tally {
  vectors: number
  passed: number
  failed: number
  skipped: number
}

export interface GroupReport extends Tally {
  /** A rule, or a task that has no rules. */
  readonly name: string
  readonly do: Task
  readonly kind: string | null
}

/** What became of a kit in front of a target. */
export interface ConformanceReport {
  readonly kit: {
    readonly digest: string
    readonly releases: Kit['manifest']['releases']
    /** What the node that gave the kit judges by. */
    readonly served?: NonNullable<Kit['manifest']['served']>
  }
  readonly target: { readonly kind: Target['kind']; readonly name: string }
  readonly strict: boolean
  /** Nothing failed, and something was judged. */
  readonly conforms: boolean
  readonly totals: Tally
  readonly groups: readonly GroupReport[]
  readonly findings: readonly Finding[]
  readonly skipped: readonly { readonly vector: string; readonly reason: Words }[]
}

/** Puts the vectors to a target and judges what it answers. */
export async function runConformance(
  kit: Kit,
  vectors: readonly Vector[],
  target: Target,
  how: Strictness,
  onProgress: (done: number, total: number) => void = () => {},
): Promise<ConformanceReport> {
  const outcomes = new Map<string, Outcome>()
  await target.ask(vectors, (vector, outcome) => {
    outcomes.set(vector.id, outcome)
    onProgress(outcomes.size, vectors.length)
  })
  const groups = new Map<string, GroupReport>()
  const totals: Tally = { vectors: 0, passed: 0, failed: 0, skipped: 0 }
  const findings: Finding[] = []
  const skipped: { vector: string; reason: Words }[] = []
  for (const vector of vectors) {
    const name = groupOf(vector)
    const group = groups.get(name) ?? { name, do: vector.do, kind: vector.kind ?? null, vectors: 0, passed: 0, failed: 0, skipped: 0 }
    groups.set(name, group)
    const outcome = outcomes.get(vector.id) ?? { failed: { zh: '没有应答', en: 'no answer' } }
    let result: 'passed' | 'failed' | 'skipped' = 'skipped'
    if ('skipped' in outcome) skipped.push({ vector: vector.id, reason: outcome.skipped })
    else {
      const found =
        'failed' in outcome ? [noAnswer(vector, outcome.failed.zh, outcome.failed.en)] : await judgeAnswer(vector, outcome.answer, how)
      findings.push(...found)
      result = found.length === 0 ? 'passed' : 'failed'
    }
    for (const tally of [group as Tally, totals]) {
      tally.vectors += 1
      tally[result] += 1
    }
  }
  return {
    kit: {
      digest: kit.manifest.digest,
      releases: kit.manifest.releases,
      ...(kit.manifest.served === undefined ? {} : { served: kit.manifest.served }),
    },
    target: { kind: target.kind, name: target.name },
    strict: how.strict,
    conforms: totals.failed === 0 && totals.passed > 0,
    totals,
    groups: [...groups.values()],
    findings,
    skipped,
  }
}
