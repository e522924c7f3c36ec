import type { FindingTable, Tables } from '@huijiao/database'
import { byteaArray, int4Array, int8Array, textArray, uuidArray } from '@huijiao/database'
import { type ProblemCode, Problem, type ProblemDocument } from '@huijiao/problem'
import { type Kysely, type Selectable, sql, type Transaction } from 'kysely'
import { regionWithin } from './bounds.ts'
import type { Hub } from './hub.ts'
import { addPendingEntry } from './log.ts'

export type FindingRow = Selectable<FindingTable>

/** The version that a finding is about. */
export interface FoundVersion {
  readonly part_id: number
  readonly ordinal: number
  readonly key_digest: Buffer
  readonly source_no: number
  readonly record_id: string
  readonly entity: string
  readonly reporting_region: string
}

/**
 * Something learnt about a stored version after it was answered. It stands beside the version and takes nothing back: the receipt stays, what is in force
 * stays in force, and what went up stays up, because the level above reads the same records and finds the same.
 */
export interface NewFinding {
  readonly version: FoundVersion
  readonly rule: string
  readonly code: ProblemCode
  readonly severity: 'error' | 'doubt' | 'warning'
  /** Keyed digest of the parent that is missing, by whose arrival it is settled; null otherwise. */
  readonly about: Buffer | null
  readonly problem: ProblemDocument
}

const nothing = Buffer.alloc(0)

/** Writes findings in one statement; one that is open already takes the new words, one that a person has dismissed stays so. @returns those that are new */
export async function insertFindings(
  trx: Transaction<Tables>,
  found: readonly NewFinding[],
  at: Date,
): Promise<Pick<FindingRow, 'finding_no' | 'part_id' | 'ordinal' | 'rule' | 'severity'>[]> {
  if (found.length === 0) return []
  const of = <T>(pick: (one: NewFinding) => T) => found.map(pick)
  const { rows } = await sql<Pick<FindingRow, 'finding_no' | 'part_id' | 'ordinal' | 'rule' | 'severity'> & { fresh: boolean }>`
    with t as (
      select * from unnest(
        ${int8Array(of((one) => one.version.part_id))}::int8[], ${int4Array(of((one) => one.version.ordinal))}::int4[],
        ${byteaArray(of((one) => one.version.key_digest))}::bytea[], ${int4Array(of((one) => one.version.source_no))}::int4[],
        ${uuidArray(of((one) => one.version.record_id))}::uuid[], ${textArray(of((one) => one.version.entity))}::text[],
        ${textArray(of((one) => one.version.reporting_region))}::text[], ${textArray(of((one) => one.rule))}::text[],
        ${textArray(of((one) => one.code))}::text[], ${textArray(of((one) => one.severity))}::text[],
        ${byteaArray(of((one) => one.about ?? nothing))}::bytea[], ${textArray(of((one) => JSON.stringify(one.problem)))}::text[]
      ) as t (part_id, ordinal, key_digest, source_no, record_id, entity, reporting_region, rule, code, severity, about, problem)
    ), before as (
      select f.finding_no, f.state from finding f join t using (part_id, ordinal, rule, about)
    ), written as (
      insert into finding as f (part_id, ordinal, key_digest, source_no, record_id, entity, reporting_region, rule, code, severity, about, problem, state, found_at)
      select part_id, ordinal, key_digest, source_no, record_id, entity, reporting_region, rule, code, severity, about, problem::jsonb, 'open', ${at} from t
      on conflict (part_id, ordinal, rule, about) do update
        set problem = excluded.problem, severity = excluded.severity, code = excluded.code, state = 'open', settled_at = null, settled_by = null, settle_reason = null,
            found_at = case when f.state = 'open' then f.found_at else excluded.found_at end
        where f.state <> 'dismissed' and (f.state <> 'open' or f.problem <> excluded.problem)
      returning finding_no, part_id, ordinal, rule, severity
    )
    select w.*, b.state is distinct from 'open' as fresh from written w left join before b using (finding_no)`.execute(trx)
  return rows.filter((row) => row.fresh)
}

/** Closes open findings, with the reason in a word. */
export async function settleFindings(trx: Transaction<Tables>, numbers: readonly number[], at: Date, reason: string): Promise<void> {
  if (numbers.length === 0) return
  await sql`
    update finding set state = 'settled', settled_at = ${at}, settled_by = 'node', settle_reason = ${reason}
    where finding_no = any(${int8Array(numbers)}::int8[]) and state = 'open'`.execute(trx)
}

export interface FindingFilter {
  readonly state?: FindingRow['state']
  readonly rule?: string
  readonly severity?: FindingRow['severity']
  readonly entity?: string
  /** Region code or the beginning of one. */
  readonly region?: string
  /** Regions that the reader may see; absent: all. */
  readonly within?: readonly string[]
  readonly recordId?: string
  /** Findings older than this one, newest first. */
  readonly before?: number
  readonly limit: number
}

/** Findings, newest first; open ones unless a state is asked for. */
export async function listFindings(db: Kysely<Tables>, filter: FindingFilter): Promise<FindingRow[]> {
  let query = db
    .selectFrom('finding')
    .selectAll()
    .where('state', '=', filter.state ?? 'open')
  if (filter.rule !== undefined) query = query.where('rule', '=', filter.rule)
  if (filter.severity !== undefined) query = query.where('severity', '=', filter.severity)
  if (filter.entity !== undefined) query = query.where('entity', '=', filter.entity)
  if (filter.region !== undefined) query = query.where(sql<boolean>`starts_with(reporting_region, ${filter.region})`)
  if (filter.within !== undefined) query = query.where(regionWithin(sql`reporting_region`, filter.within))
  if (filter.recordId !== undefined) query = query.where('record_id', '=', filter.recordId)
  if (filter.before !== undefined) query = query.where('finding_no', '<', filter.before)
  return query.orderBy('finding_no', 'desc').limit(filter.limit).execute()
}

/** A finding as callers see it. */
export const showFinding = (row: FindingRow) => ({
  number: row.finding_no,
  rule: row.rule,
  code: row.code,
  severity: row.severity,
  state: row.state,
  problem: row.problem as ProblemDocument,
  foundAt: row.found_at.toISOString(),
  settledAt: row.settled_at?.toISOString() ?? null,
  settledBy: row.settled_by,
  reason: row.settle_reason,
})

/** What was found about any version of some records, newest first, at most 200. */
export async function findingsOfRecords(db: Kysely<Tables>, recordIds: readonly string[]): Promise<FindingRow[]> {
  if (recordIds.length === 0) return []
  return db.selectFrom('finding').selectAll().where('record_id', 'in', recordIds).orderBy('finding_no', 'desc').limit(200).execute()
}

/** How many findings are open, by severity. */
export async function countFindings(db: Kysely<Tables>): Promise<Record<FindingRow['severity'], number>> {
  const rows = await db
    .selectFrom('finding')
    .select(['severity', (one) => one.fn.countAll<number>().as('count')])
    .where('state', '=', 'open')
    .groupBy('severity')
    .execute()
  return { error: 0, doubt: 0, warning: 0, ...Object.fromEntries(rows.map((row) => [row.severity, Number(row.count)])) }
}

/**
 * A person has looked and found nothing wrong: the finding is closed with the reason, and the decision is an entry.
 * @throws Problem not-found when no such finding is open
 */
export async function dismissFinding(hub: Hub, actor: string, findingNo: number, reason: string): Promise<FindingRow> {
  const row = await hub.db.transaction().execute(async (trx) => {
    const at = hub.clock.now()
    const closed = await trx
      .updateTable('finding')
      .set({ state: 'dismissed', settled_at: at, settled_by: actor, settle_reason: reason })
      .where('finding_no', '=', findingNo)
      .where('state', '=', 'open')
      .where('severity', '<>', 'error')
      .returningAll()
      .executeTakeFirst()
    if (closed === undefined)
      throw new Problem('not-found', {
        zh: `没有编号为 ${findingNo} 的待核查发现`,
        en: `No finding ${findingNo} is open and can be dismissed`,
      })
    await addPendingEntry(trx, {
      kind: 'decision',
      instant: at,
      actor,
      subject: 'finding',
      body: { decision: 'dismissed', reason, rule: closed.rule, findings: [[closed.part_id, closed.ordinal]] },
    })
    return closed
  })
  hub.onPending()
  return row
}
