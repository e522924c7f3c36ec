import type { Tables } from '@huijiao/database'
import type { ProblemDocument } from '@huijiao/problem'
import { type Kysely, sql, type Transaction } from 'kysely'
import { type FindingRow, showFinding } from './finding.ts'
import type { Hub } from './hub.ts'
import { judgeLinkage } from './link-rules.ts'
import { linkScope } from './link-rules-scope.ts'
import { publicRecordId } from './record-id.ts'

/** Findings that an answer lists. */
const listedMax = 100

type Found = FindingRow & { readonly record_index: number }

/** What was found about the records of a submission, those that are open first. */
async function findingsOfSubmission(db: Kysely<Tables>, submissionNo: number): Promise<Found[]> {
  const { rows } = await sql<Found>`
    select f.*, v.record_index
    from part p
    join finding f on f.part_id = p.part_id
    join version v on v.part_id = f.part_id and v.ordinal = f.ordinal
    where p.submission_no = ${submissionNo}
    order by f.state = 'open' desc, f.severity = 'error' desc, v.record_index, f.finding_no limit ${listedMax + 1}`.execute(db)
  return rows
}

/** What a submission's records wait for, and what was learnt about them after its receipt was fixed. */
export async function linkageOfSubmission(db: Kysely<Tables>, submissionNo: number) {
  const { rows } = await sql<{ held: number; until: Date | null; refused: number }>`
    select (select count(*) from (select distinct h.part_id, h.ordinal from part p join held h on h.part_id = p.part_id where p.submission_no = ${submissionNo}) h) as held,
           (select min(h.until_at) from part p join held h on h.part_id = p.part_id where p.submission_no = ${submissionNo}) as until,
           (select count(*) from part p join finding f on f.part_id = p.part_id
            where p.submission_no = ${submissionNo} and f.code = 'parent-never-came') as refused`.execute(db)
  const { held, until, refused } = rows[0] as { held: number; until: Date | null; refused: number }
  const found = await findingsOfSubmission(db, submissionNo)
  return {
    held: { count: held, until: until?.toISOString() ?? null },
    refusedLater: refused,
    findings: found
      .slice(0, listedMax)
      .map((row) => ({ record: row.record_index, recordId: publicRecordId(row.record_id), ...showFinding(row) })),
    more: found.length > listedMax,
  }
}

/** Something that the readers of the log would find about a record of a dry run. */
export interface DryFinding {
  readonly record: number
  readonly rule: string
  readonly code: string
  readonly severity: string
  readonly problem: ProblemDocument
}

/**
 * What linkage would find about records that this very transaction has stored, before they are undone: the same statements that the reader of the log
 * runs later for a submission that is meant.
 */
export async function dryLinkage(
  trx: Transaction<Tables>,
  hub: Hub,
  submissionNo: number,
): Promise<{ checked: true; findings: DryFinding[] }> {
  const parts = await trx.selectFrom('part').select('part_id').where('submission_no', '=', submissionNo).orderBy('part_no').execute()
  await judgeLinkage(trx, hub, linkScope(hub), { parts: parts.map((row) => row.part_id), decided: [] })
  const found = await findingsOfSubmission(trx, submissionNo)
  return {
    checked: true,
    findings: found.slice(0, listedMax).map((row) => ({
      record: row.record_index,
      rule: row.rule,
      code: row.code,
      severity: row.severity,
      problem: row.problem as ProblemDocument,
    })),
  }
}
