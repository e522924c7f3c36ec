import type { Tables } from '@huijiao/database'
import { type Kysely, sql } from 'kysely'
import type { SubmissionRow } from './claim.ts'
import type { Hub } from './hub.ts'
import { addCounts } from './store-batches.ts'
import { type Counts, noCounts } from './store-part.ts'

/** How far a submission is stored. Everything is read from what is committed, so it is the same from every process and after any crash. */
export interface ImportProgress {
  /** How many records are in the body is not known before its end. */
  readonly records: { readonly done: number; readonly refused: number }
  readonly counts: Counts
  /** Of the decoded body. `done` is null where a place in the body says nothing: in a JSON document, a workbook, XML. */
  readonly bytes: { readonly done: number | null; readonly total: number }
  /** 0 to 1, of the bytes. */
  readonly share: number | null
  /** Per second, over the latest parts and up to now; null before the first of them, and while nothing is being stored. */
  readonly rate: { readonly records: number; readonly bytes: number | null } | null
  readonly secondsLeft: number | null
  readonly parts: number
  readonly lastPartAt: string | null
  readonly paused: { readonly by: string; readonly at: string } | null
}

/** Parts that the rate is counted over. */
const rateParts = 20

/** Whether a part of such a body covers bytes of its own, so that it can be read from there on. */
export const coversBytes = (media: SubmissionRow['media']): boolean => media === 'ndjson' || media === 'csv'

/** Changes with everything that `progressOf` could tell anew; opaque to whoever is given it. */
export const progressMark = (row: Pick<SubmissionRow, 'state' | 'stored_records'>): string => `${row.state}-${row.stored_records}`

export async function progressOf(hub: Pick<Hub, 'db' | 'clock'>, row: SubmissionRow): Promise<ImportProgress> {
  const [counts, recent] = await Promise.all([countsOf(hub.db, row.submission_no), recentParts(hub.db, row.submission_no)])
  const done = Object.values(counts).reduce((sum, count) => sum + count, 0)
  const places = coversBytes(row.media)
  const total = row.body_bytes
  const bytesDone = places ? recent.bytes : row.state === 'finished' && row.outcome !== 'cancelled' ? total : null
  const rate = row.state === 'storing' ? rateOf(recent.latest, row.storing_since, hub.clock.now(), places) : null
  return {
    records: { done, refused: counts.refused },
    counts,
    bytes: { done: bytesDone, total },
    share: bytesDone === null ? null : total === 0 ? 1 : bytesDone / total,
    rate,
    secondsLeft: rate === null || !rate.bytes || bytesDone === null ? null : Math.ceil((total - bytesDone) / rate.bytes),
    parts: recent.parts,
    lastPartAt: recent.latest[0]?.stored_at.toISOString() ?? null,
    paused: row.paused_by === null || row.paused_at === null ? null : { by: row.paused_by, at: row.paused_at.toISOString() },
  }
}

async function countsOf(db: Kysely<Tables>, submissionNo: number): Promise<Counts> {
  const { rows } = await sql<{ outcome: string; count: number }>`
    select c.key as outcome, sum(c.value::int8)::int8 as count
    from part, jsonb_each_text(part.counts) as c
    where submission_no = ${submissionNo} group by c.key`.execute(db)
  const counts = noCounts()
  addCounts(counts, Object.fromEntries(rows.map((row) => [row.outcome, Number(row.count)])) as Counts)
  return counts
}

interface LatestPart {
  readonly part_no: number
  readonly record_count: number
  readonly byte_from: number
  readonly byte_to: number
  readonly stored_at: Date
}

/** The latest parts, the last first, and how far the last one goes. */
async function recentParts(db: Kysely<Tables>, submissionNo: number) {
  const latest: LatestPart[] = await db
    .selectFrom('part')
    .select(['part_no', 'record_count', 'byte_from', 'byte_to', 'stored_at'])
    .where('submission_no', '=', submissionNo)
    .orderBy('part_no', 'desc')
    .limit(rateParts + 1)
    .execute()
  return { latest, parts: (latest[0]?.part_no ?? -1) + 1, bytes: latest[0]?.byte_to ?? 0 }
}

/** Up to now, not to the last part: when nothing comes any more, the rate sinks instead of promising. */
function rateOf(latest: readonly LatestPart[], since: Date | null, now: Date, places: boolean): ImportProgress['rate'] {
  const running = latest.filter((part) => since !== null && part.stored_at >= since)
  // The oldest of a full window only says when the others began.
  const counted = running.length > rateParts ? running.slice(0, rateParts) : running
  const began = running.length > rateParts ? running[rateParts]?.stored_at : since
  const seconds = (now.getTime() - (began?.getTime() ?? Infinity)) / 1000
  if (counted.length === 0 || !(seconds > 0)) return null
  const sum = (of: (part: LatestPart) => number) => counted.reduce((total, part) => total + of(part), 0)
  const round = (value: number) => Math.round(value * 10) / 10
  return {
    records: round(sum((part) => part.record_count) / seconds),
    bytes: places ? round(sum((part) => part.byte_to - part.byte_from) / seconds) : null,
  }
}
