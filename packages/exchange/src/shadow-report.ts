import type { Tables } from '@huijiao/database'
import { Problem } from '@huijiao/problem'
import { type Kysely, sql } from 'kysely'
import type { ShadowExample } from './shadow-findings.ts'
import type { ShadowRunRow } from './shadow.ts'

/** What a run has found so far, for people and programs. */
export interface ShadowReport {
  readonly run: number
  readonly release: string
  readonly revision: number
  readonly issuer: string
  readonly kind: 'live' | 'stored'
  readonly state: 'running' | 'finished' | 'cancelled'
  readonly startedAt: string
  readonly startedBy: string
  readonly finishedAt: string | null
  readonly progress: { readonly done: number; readonly total: number | null; readonly atEntry: number; readonly toEntry: number | null }
  /** Records judged, and what they would get that they did not get. */
  readonly judged: number
  readonly wouldRefuse: number
  readonly wouldDoubt: number
  /** Of another release, withdrawals, or without their texts for good. */
  readonly passedOver: number
  /** Not judged because their contents were taken out of the database; a run after they were put back judges them. */
  readonly elsewhere: number
  readonly byCode: readonly { readonly severity: string; readonly code: string; readonly count: number }[]
  readonly byParticipant: readonly { readonly participant: string; readonly count: number }[]
  readonly findings: readonly {
    readonly severity: string
    readonly code: string
    readonly rule: string
    readonly entity: string
    readonly field: string
    readonly participant: string
    readonly count: number
    readonly examples: readonly ShadowExample[]
  }[]
  /** More kinds of findings than are listed. */
  readonly more: boolean
}

type NamedRun = ShadowRunRow & { readonly release: string; readonly revision: number; readonly issuer: string }

const runsOf = (db: Kysely<Tables>) =>
  db
    .selectFrom('shadow_run')
    .innerJoin('standard', 'standard.standard_no', 'shadow_run.standard_no')
    .selectAll('shadow_run')
    .select(['release', 'revision', 'issuer'])

/** Runs, newest first, without their findings. */
export async function listShadowRuns(db: Kysely<Tables>, filter: { readonly release?: string; readonly limit: number }) {
  let query = runsOf(db)
  if (filter.release !== undefined) query = query.where('release', '=', filter.release)
  return (await query.orderBy('run_no', 'desc').limit(filter.limit).execute()).map(summary)
}

function summary(run: NamedRun) {
  const done = run.judged + run.passed_over + run.elsewhere
  return {
    run: run.run_no,
    release: run.release,
    revision: run.revision,
    issuer: run.issuer,
    kind: run.kind,
    state: run.state,
    startedAt: run.started_at.toISOString(),
    startedBy: run.started_by,
    finishedAt: run.finished_at?.toISOString() ?? null,
    progress: { done, total: run.records_total, atEntry: run.at_index, toEntry: run.to_index },
    judged: run.judged,
    wouldRefuse: run.would_refuse,
    wouldDoubt: run.would_doubt,
    passedOver: run.passed_over,
    elsewhere: run.elsewhere,
  }
}

const findingsMax = 200

/**
 * One run with what it found, most frequent first.
 * @throws Problem not-found
 */
export async function shadowReport(db: Kysely<Tables>, runNo: number): Promise<ShadowReport> {
  const run = await runsOf(db).where('run_no', '=', runNo).executeTakeFirst()
  if (run === undefined) throw new Problem('not-found', { zh: `没有试运行 ${runNo}`, en: `There is no shadow run ${runNo}` })
  const findings = await db
    .selectFrom('shadow_finding')
    .select(['severity', 'code', 'rule', 'entity', 'field', 'participant', 'count', 'examples'])
    .where('run_no', '=', runNo)
    .orderBy('count', 'desc')
    .orderBy('severity', 'desc')
    .orderBy('code')
    .orderBy('entity')
    .orderBy('field')
    .orderBy('participant')
    .limit(findingsMax + 1)
    .execute()
  const byCode = await sql<{ severity: string; code: string; count: number }>`
    select severity, code, sum(count)::int8 as count from shadow_finding where run_no = ${runNo} group by severity, code order by 3 desc, 1 desc, 2`.execute(
    db,
  )
  const byParticipant = await sql<{ participant: string; count: number }>`
    select participant, sum(count)::int8 as count from shadow_finding where run_no = ${runNo}
    group by participant order by 2 desc, 1 limit ${findingsMax}`.execute(db)
  return {
    ...summary(run),
    byCode: byCode.rows,
    byParticipant: byParticipant.rows,
    findings: findings.slice(0, findingsMax).map((one) => ({ ...one, examples: one.examples as ShadowExample[] })),
    more: findings.length > findingsMax,
  }
}
