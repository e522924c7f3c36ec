import type { Tables } from '@huijiao/database'
import type { ProblemDocument, Severity } from '@huijiao/problem'
import { type Kysely, sql } from 'kysely'
import { parsePage, type RecordOutcome } from './prepared.ts'

/** Which problems are meant; what is absent excludes nothing. */
export interface ProblemFilter {
  readonly code?: string
  readonly severity?: Severity
  readonly rule?: string
  /** A field's code (`CountyNum`) or Chinese name, or the pointer itself. */
  readonly field?: string
}

/** Records with at least one problem that the filter means, each with only those. */
export interface ProblemPage {
  readonly records: readonly RecordOutcome[]
  /** Position to go on from; null when there is nothing after it. */
  readonly next: number | null
}

/** Parts that one look covers, so that a rare problem is found over several short requests and not by one long one. */
const partsAtOnce = 64

/** Records of a submission that have problems, refused or not, from a position on. May be short, or empty, and yet have a `next`. */
export async function submissionProblems(
  db: Kysely<Tables>,
  submissionNo: number,
  page: { readonly after: number; readonly limit: number; readonly filter?: ProblemFilter },
): Promise<ProblemPage> {
  const look = await lookThrough(db, submissionNo, page.after, page.filter)
  const records: RecordOutcome[] = []
  for (const partNo of look.parts) {
    for (const outcome of await recordsOf(db, submissionNo, partNo, page.filter)) {
      if (outcome.index < page.after) continue
      if (records.length === page.limit) return { records, next: outcome.index }
      records.push(outcome)
    }
  }
  return { records, next: look.next }
}

/** Every record with problems, a part at a time: memory holds one part, however large the submission. */
export async function* eachProblemPage(db: Kysely<Tables>, submissionNo: number, filter?: ProblemFilter): AsyncGenerator<RecordOutcome[]> {
  for (let from: number | null = 0; from !== null;) {
    const look: Look = await lookThrough(db, submissionNo, from, filter)
    for (const partNo of look.parts) yield await recordsOf(db, submissionNo, partNo, filter)
    from = look.next
  }
}

interface Look {
  /** Numbers of the parts that may hold such a problem. */
  readonly parts: readonly number[]
  /** Position after the last part that was looked at; null at the end. */
  readonly next: number | null
}

/** The database passes over parts without such a problem: their pages are not sent here to be parsed for nothing. */
async function lookThrough(db: Kysely<Tables>, submissionNo: number, from: number, filter: ProblemFilter = {}): Promise<Look> {
  const marker = Buffer.from(filter.code === undefined ? '"problems":[{' : `"code":${JSON.stringify(filter.code)}`)
  const { rows } = await sql<{ part_no: number; end: number; holds: boolean }>`
    select part_no, first_record + record_count as "end", position(${marker}::bytea in outcomes) > 0 as holds from part
    where submission_no = ${submissionNo} and first_record + record_count > ${from}::bigint
    order by part_no limit ${partsAtOnce}`.execute(db)
  const last = rows.at(-1)
  return {
    parts: rows.flatMap((row) => (row.holds ? [row.part_no] : [])),
    next: last === undefined || rows.length < partsAtOnce ? null : Number(last.end),
  }
}

async function recordsOf(db: Kysely<Tables>, submissionNo: number, partNo: number, filter: ProblemFilter = {}): Promise<RecordOutcome[]> {
  const { outcomes } = await db
    .selectFrom('part')
    .select('outcomes')
    .where('submission_no', '=', submissionNo)
    .where('part_no', '=', partNo)
    .executeTakeFirstOrThrow()
  return parsePage(outcomes).flatMap((outcome) => {
    const problems = (outcome.problems ?? []).filter((problem) => isMeant(problem, filter))
    return problems.length === 0 ? [] : [{ ...outcome, problems }]
  })
}

/** Whether a filter means this problem. */
export function isMeant(
  problem: { readonly code: string; readonly severity?: Severity } & Partial<Pick<ProblemDocument, 'rule' | 'field' | 'pointer'>>,
  filter: ProblemFilter,
): boolean {
  const { pointer } = problem
  return (
    (filter.code === undefined || problem.code === filter.code) &&
    (filter.severity === undefined || (problem.severity ?? 'error') === filter.severity) &&
    (filter.rule === undefined || problem.rule === filter.rule) &&
    (filter.field === undefined ||
      problem.field === filter.field ||
      pointer === filter.field ||
      (pointer !== undefined && pointer !== null && pointer.slice(pointer.lastIndexOf('/') + 1) === filter.field))
  )
}
