import type { Tables } from '@huijiao/database'
import type { ProblemDocument } from '@huijiao/problem'
import { sql, type Transaction } from 'kysely'
import type { VersionRow } from './version-rows.ts'

/** Where a problem was seen; personal values are masked, as in every problem. */
export interface ShadowExample {
  readonly recordId: string
  readonly version: number
  readonly pointer: string
  readonly value?: unknown
}

interface Finding {
  readonly severity: string
  readonly code: string
  readonly rule: string
  readonly entity: string
  readonly field: string
  readonly participant: string
  count: number
  readonly examples: ShadowExample[]
}

/** What one step of a run found. */
export interface Findings {
  judged: number
  wouldRefuse: number
  wouldDoubt: number
  passedOver: number
  /** Would have been judged, but their contents are not in the database. */
  elsewhere: number
  readonly byKind: Map<string, Finding>
}

export const noFindings = (): Findings => ({ judged: 0, wouldRefuse: 0, wouldDoubt: 0, passedOver: 0, elsewhere: 0, byKind: new Map() })

const examplesMax = 5

/** Notes what would be refused, or doubted though it is not now; what is only a warning changes nothing. */
export function note(
  findings: Findings,
  { row, recordId, problems }: { row: VersionRow; recordId: string; problems: readonly ProblemDocument[] },
): void {
  findings.judged += 1
  const refused = problems.some((problem) => problem.severity === 'error')
  const doubted = !refused && row.state !== 'doubtful' && problems.some((problem) => problem.severity === 'doubt')
  if (refused) findings.wouldRefuse += 1
  else if (doubted) findings.wouldDoubt += 1
  else return
  for (const problem of problems) {
    const severity = problem.severity ?? 'error'
    if (severity !== (refused ? 'error' : 'doubt')) continue
    const pointer = problem.pointer ?? ''
    const field = pointer.replace(/^\/data\//, '')
    const { code, rule = '' } = problem
    const participant = row.stream
    const name = JSON.stringify([severity, code, rule, row.entity, field, participant])
    const known = findings.byKind.get(name) ?? { severity, code, rule, entity: row.entity, field, participant, count: 0, examples: [] }
    findings.byKind.set(name, known)
    known.count += 1
    if (known.examples.length < examplesMax)
      known.examples.push({ recordId, version: row.n, pointer, ...(problem.value === undefined ? {} : { value: problem.value }) })
  }
}

/** Adds what a step found to what the run found before. */
export async function storeFindings(trx: Transaction<Tables>, runNo: number, findings: Findings): Promise<void> {
  if (findings.byKind.size === 0) return
  const rows = [...findings.byKind.values()].map((one) => ({ ...one, run_no: runNo }))
  await sql`
    insert into shadow_finding (run_no, severity, code, rule, entity, field, participant, count, examples)
    select run_no, severity, code, rule, entity, field, participant, count, examples
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as t (run_no int, severity text, code text, rule text, entity text, field text, participant text, count int8, examples jsonb)
    on conflict (run_no, severity, code, rule, entity, field, participant) do update set
      count = shadow_finding.count + excluded.count,
      examples = (select jsonb_agg(one.example order by one.place) from (
        select example, place from jsonb_array_elements(shadow_finding.examples || excluded.examples) with ordinality as e (example, place)
        order by place limit ${examplesMax}) as one)`.execute(trx)
}
