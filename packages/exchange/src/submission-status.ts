import { int8Array, type SubmissionTable, type Tables } from '@huijiao/database'
import { digestText } from '@huijiao/merkle'
import { Problem } from '@huijiao/problem'
import { type Kysely, type Selectable, sql } from 'kysely'
import { submissionWithin } from './bounds.ts'
import type { Hub } from './hub.ts'
import { keptBytes } from './kept-bytes.ts'
import { judgedBy } from './standards.ts'
import { progressOf } from './import-progress.ts'
import { linkageOfSubmission } from './linkage-status.ts'
import { linkReasons } from './skip.ts'

type SubmissionRow = Selectable<SubmissionTable>

/**
 * Finds a submission by the sender's id.
 * @param participantId whose; null for an operator, who sees every participant's (the newest, when two used one id)
 * @throws Problem not-found
 */
export async function findSubmission(db: Kysely<Tables>, participantId: string | null, id: string): Promise<SubmissionRow> {
  const known = /^[0-9a-f-]{36}$/i.test(id)
  let query = db.selectFrom('submission').selectAll().where('id', '=', id.toLowerCase())
  if (participantId !== null) query = query.where('participant_id', '=', participantId)
  const row = known ? await query.orderBy('submission_no', 'desc').limit(1).executeTakeFirst() : undefined
  if (row === undefined)
    throw new Problem(
      'not-found',
      { zh: `没有报送批次 ${id.slice(0, 80)}`, en: `There is no submission ${id.slice(0, 80)}` },
      { value: id.slice(0, 80) },
    )
  return row
}

/** What is known of a submission now: here, in the log, and above. */
export async function submissionStatus(hub: Hub, row: SubmissionRow) {
  const { db } = hub
  const parts = await db
    .selectFrom('part')
    .leftJoin('log_entry', 'log_entry.part_id', 'part.part_id')
    .select([
      'part.part_id',
      'part_no',
      'first_record',
      'record_count',
      'version_count',
      'root',
      'outcomes_digest',
      'counts',
      'log_entry.index',
      'log_entry.leaf_hash',
    ])
    .where('submission_no', '=', row.submission_no)
    .orderBy('part_no')
    .execute()
  const indexes = parts.flatMap((part) => (part.index === null ? [] : [part.index]))
  return {
    submission: { id: row.id, digest: digestText(row.digest), participant: row.participant_id },
    state: row.state,
    standard: row.standard,
    judgedBy: row.standards === null ? [] : judgedBy(await hub.shelf.pinned(row.standards)),
    mode: row.mode,
    legacy: row.legacy,
    receivedAt: row.received_at.toISOString(),
    finishedAt: row.finished_at?.toISOString() ?? null,
    bodyBytes: row.body_bytes,
    storedBytes: row.stored_bytes,
    storedRecords: row.stored_records,
    outcome: row.outcome,
    counts: row.counts,
    progress: row.state === 'finished' ? null : await progressOf(hub, row),
    parts: parts.map((part) => ({
      part: part.part_no,
      from: part.first_record,
      count: part.record_count,
      versions: part.version_count,
      root: digestText(part.root),
      outcomes: digestText(part.outcomes_digest),
      counts: part.counts,
      log: part.index === null ? null : { index: part.index, leafHash: digestText(part.leaf_hash as Buffer) },
    })),
    linkage: await linkageOfSubmission(db, row.submission_no),
    above: await statesAbove(
      hub,
      parts.map((part) => ({ partId: part.part_id, index: part.index })),
      indexes,
    ),
  }
}

const wordsOfSkip = (hub: Hub, reason: string): { zh: string; en: string } =>
  Object.hasOwn(linkReasons, reason) ? linkReasons[reason as keyof typeof linkReasons] : hub.policy().reason(reason)

/** How far each upstream has the parts: by link, then what nodes further up answered. */
async function statesAbove(hub: Hub, parts: readonly { partId: number; index: number | null }[], indexes: readonly number[]) {
  const { db } = hub
  const links = await db
    .selectFrom('link')
    .select(['link_no', 'name', 'upstream_name', 'upstream_tier', 'cursor'])
    .orderBy('link_no')
    .execute()
  const partIds = parts.map((part) => part.partId)
  const out = []
  for (const link of links) {
    const skips =
      partIds.length === 0
        ? []
        : await db
            .selectFrom('skip')
            .select(['reason', 'kind', (one) => one.fn.countAll<number>().as('count')])
            .where('link_no', '=', link.link_no)
            .where('part_id', 'in', partIds)
            .groupBy(['reason', 'kind'])
            .execute()
    const parked =
      partIds.length === 0
        ? []
        : await db
            .selectFrom('parked')
            .select(['part_id', 'ordinal', 'reason', 'problems', 'parked_at'])
            .where('link_no', '=', link.link_no)
            .where('part_id', 'in', partIds)
            .where('state', '=', 'parked')
            .orderBy('part_id')
            .orderBy('ordinal')
            .limit(100)
            .execute()
    const late = parts.filter((part) => part.index === null || part.index >= link.cursor)
    const covered = late.length === 0 || (await wentAhead(db, link.link_no, late))
    const further =
      indexes.length === 0
        ? []
        : await db
            .selectFrom('outcome_above')
            .selectAll()
            .where('log_index', 'in', [...indexes])
            .orderBy('at')
            .execute()
    out.push({
      link: link.name,
      upstream: { name: link.upstream_name, tier: link.upstream_tier },
      state: parts.length === 0 ? 'nothing' : covered ? 'delivered' : 'waiting',
      skipped: skips.map((skip) => ({ reason: skip.reason, kind: skip.kind, count: Number(skip.count), ...wordsOfSkip(hub, skip.reason) })),
      parked: parked.map((one) => ({
        part: one.part_id,
        ordinal: one.ordinal,
        reason: one.reason,
        problems: one.problems,
        since: one.parked_at.toISOString(),
      })),
      further: further.map((one) => ({
        upstream: one.upstream,
        at: one.at.toISOString(),
        entry: one.log_index,
        counts: one.counts,
        exceptions: one.exceptions,
      })),
    })
  }
  return out
}

/** Whether all of these went up before their turn in the log, and no delivery of theirs is still under way. */
async function wentAhead(db: Kysely<Tables>, linkNo: number, parts: readonly { index: number | null }[]): Promise<boolean> {
  const indexes = parts.flatMap((part) => (part.index === null ? [] : [part.index]))
  if (indexes.length < parts.length) return false
  const { rows } = await sql<{ ahead: boolean }>`
    select not exists (select 1 from link_group where link_no = ${linkNo}) and not exists (
      select 1 from unnest(${int8Array(indexes)}::int8[]) as t (index)
      where not exists (select 1 from link_ahead a where a.link_no = ${linkNo} and a.group_name = '' and a.log_index = t.index)
        or exists (select 1 from delivery d, jsonb_array_elements(d.items) as item
                   where d.link_no = ${linkNo} and d.state = 'open' and (item ->> 0)::int8 = t.index)) as ahead`.execute(db)
  return rows[0]?.ahead === true
}

/** The outcome list of a submission as NDJSON pages, part by part, byte for byte as they were stored. */
export async function* submissionOutcomes(db: Kysely<Tables>, submissionNo: number): AsyncGenerator<Buffer> {
  for (let partNo = 0; ; partNo += 1) {
    const row = await db
      .selectFrom('part')
      .select('outcomes')
      .where('submission_no', '=', submissionNo)
      .where('part_no', '=', partNo)
      .executeTakeFirst()
    if (row === undefined) return
    yield keptBytes(row.outcomes)
  }
}

export interface SubmissionFilter {
  /** Regions that the reader may see; absent: all. */
  readonly within?: readonly string[]
  readonly participantId?: string
  readonly outcome?: string
  readonly state?: string
  readonly from?: Date
  readonly to?: Date
  /** Submissions older than this one (its number), newest first. */
  readonly before?: number
  readonly limit: number
}

/** Submissions, newest first, without their receipts. */
export async function listSubmissions(db: Kysely<Tables>, filter: SubmissionFilter) {
  let query = db
    .selectFrom('submission')
    .select([
      'submission_no',
      'participant_id',
      'id',
      'kind',
      'standard',
      'mode',
      'state',
      'outcome',
      'counts',
      'received_at',
      'finished_at',
      'body_bytes',
      'stored_records',
      'legacy',
    ])
  if (filter.participantId !== undefined) query = query.where('participant_id', '=', filter.participantId)
  if (filter.within !== undefined) query = query.where(submissionWithin('submission', filter.within))
  if (filter.outcome !== undefined) query = query.where('outcome', '=', filter.outcome)
  if (filter.state !== undefined) query = query.where('state', '=', filter.state as SubmissionRow['state'])
  if (filter.from !== undefined) query = query.where('received_at', '>=', filter.from)
  if (filter.to !== undefined) query = query.where('received_at', '<', filter.to)
  if (filter.before !== undefined) query = query.where('submission_no', '<', filter.before)
  return await query.orderBy('submission_no', 'desc').limit(filter.limit).execute()
}
