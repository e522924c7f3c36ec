import { setImmediate } from 'node:timers/promises'
import type { SubmissionTable, Tables } from '@huijiao/database'
import { collectProblems, defaultGroupLimits, type GroupCounter, type ProblemGroup } from '@huijiao/problem'
import { type Kysely, type Selectable, sql } from 'kysely'
import type { Hub } from './hub.ts'
import { keptBytes } from './kept-bytes.ts'
import { readLogHead } from './log.ts'
import { scanPage } from './problem-scan.ts'
import { lockReader, setReader } from './reader.ts'

export interface GroupedProblems {
  /** Records with problems; null where only some of the groups are meant. */
  readonly records: number | null
  readonly problems: number
  readonly groups: readonly ProblemGroup[]
}

export type SubmissionOfProblems = Pick<Selectable<SubmissionTable>, 'submission_no' | 'state'>

/** Parts that are read at once, and that one step of the reader counts. */
const partsAtOnce = 8
const partsAStep = 64

/**
 * The problems of a submission by kind. What was counted is kept with the part up to which it goes, so that a million refusals are read through once, and the
 * reader of the log has done most of that before anybody asks; while it goes on, everybody who asks this process waits for the same count.
 */
export async function groupedProblems(db: Kysely<Tables>, submission: SubmissionOfProblems, at: Date): Promise<GroupedProblems> {
  const going = counting.get(db) ?? new Map<number, Promise<GroupedProblems>>()
  counting.set(db, going)
  const known = going.get(submission.submission_no)
  if (known !== undefined) return await known
  const count = countGroups(db, submission, at)
  going.set(submission.submission_no, count)
  try {
    return await count
  } finally {
    going.delete(submission.submission_no)
  }
}

const counting = new WeakMap<Kysely<Tables>, Map<number, Promise<GroupedProblems>>>()

interface Counted extends GroupedProblems {
  readonly records: number
  /** Parts that it goes up to; null: all of a finished submission. */
  readonly parts: number | null
}

async function countGroups(db: Kysely<Tables>, submission: SubmissionOfProblems, at: Date): Promise<GroupedProblems> {
  const kept = await keptCount(db, submission.submission_no)
  if (kept !== null && kept.parts === null) return shownOf(kept)
  const { counted, read } = await countFrom(db, submission.submission_no, kept, Number.POSITIVE_INFINITY)
  // A part is small; what one reads through in a moment is not kept.
  const parts = submission.state === 'finished' ? null : (counted.parts ?? 0)
  if (read > 0 ? (kept?.parts ?? 0) + read > 1 : kept !== null && parts === null)
    await keep(db, submission.submission_no, { ...counted, parts }, at)
  return shownOf(counted)
}

const shownOf = ({ records, problems, groups }: Counted): GroupedProblems => ({ records, problems, groups })

async function keptCount(db: Kysely<Tables>, submissionNo: number): Promise<Counted | null> {
  const row = await db
    .selectFrom('problem_groups')
    .select(['records', 'problems', 'groups', 'parts'])
    .where('submission_no', '=', submissionNo)
    .executeTakeFirst()
  return row === undefined
    ? null
    : {
        records: Number(row.records),
        problems: Number(row.problems),
        groups: row.groups as readonly ProblemGroup[],
        parts: row.parts === null ? null : Number(row.parts),
      }
}

/** Goes on from what was counted, a few parts at a time. @param partsMax most parts to read */
async function countFrom(
  db: Kysely<Tables>,
  submissionNo: number,
  kept: Counted | null,
  partsMax: number,
): Promise<{ counted: Counted; read: number }> {
  const groups = collectProblems(defaultGroupLimits, kept?.groups)
  const known = new Map<string, GroupCounter>()
  let records = kept?.records ?? 0
  let next = kept?.parts ?? 0
  let read = 0
  while (read < partsMax) {
    const { rows } = await sql<{ part_no: number; outcomes: Buffer | null }>`
      select part_no, outcomes from part where submission_no = ${submissionNo} and part_no >= ${next} order by part_no
      limit ${Math.min(partsAtOnce, partsMax - read)}`.execute(db)
    for (const { part_no, outcomes } of rows) {
      if (outcomes !== null) records += scanPage(keptBytes(outcomes), groups, known)
      next = part_no + 1
      // A page is some milliseconds of work: in between, requests get their turn.
      await setImmediate()
    }
    read += rows.length
    if (rows.length < Math.min(partsAtOnce, partsMax - read + rows.length)) break
  }
  return { counted: { records, problems: groups.count, groups: groups.list(), parts: next }, read }
}

/** What goes further than what is kept takes its place. */
async function keep(db: Kysely<Tables>, submissionNo: number, { records, problems, groups, parts }: Counted, at: Date): Promise<void> {
  await sql`
    insert into problem_groups as g (submission_no, records, problems, groups, parts, made_at)
    values (${submissionNo}, ${records}, ${problems}, ${JSON.stringify(groups)}::jsonb, ${parts}, ${at})
    on conflict (submission_no) do update set records = excluded.records, problems = excluded.problems, groups = excluded.groups, parts = excluded.parts, made_at = excluded.made_at
      where g.parts is not null and (excluded.parts is null or excluded.parts > g.parts)`.execute(db)
}

const readerName = 'problem-groups'
/** Entries that one look covers. */
const entriesMax = 5000

/**
 * Reads the sequenced log on and counts the problems of large submissions ahead, at most 64 parts a step, so that whoever asks for their groups waits for what was stored since alone.
 * Small ones are counted when somebody asks. Several processes may call it at once, one works at a time.
 * @returns true when there is more to do
 */
export async function watchProblemGroups(hub: Hub): Promise<boolean> {
  return await hub.db.transaction().execute(async (trx) => {
    const cursor = await lockReader(trx, readerName)
    const size = (await readLogHead(trx))?.size ?? 0
    if (cursor >= size) return false
    const to = Math.min(size, cursor + entriesMax)
    // Every 64th part stands for those before it, and so does the last one that a look sees of a submission that is not small.
    const { rows } = await sql<{ index: number; submission_no: number; part_no: number }>`
      select index, submission_no, part_no from (
        select e.index, p.submission_no, p.part_no, max(p.part_no) over (partition by p.submission_no) as last
        from log_entry e join part p using (part_id) where e.index >= ${cursor} and e.index < ${to} and e.kind = 'part') seen
      where part_no % ${partsAStep} = ${partsAStep - 1} or (part_no = last and part_no >= ${partsAtOnce}) order by index limit 1`.execute(
      trx,
    )
    const [found] = rows
    if (found !== undefined) {
      const kept = await keptCount(trx, found.submission_no)
      if (kept === null || (kept.parts !== null && kept.parts <= found.part_no)) {
        const { counted } = await countFrom(trx, found.submission_no, kept, found.part_no + 1 - (kept?.parts ?? 0))
        await keep(trx, found.submission_no, counted, hub.clock.now())
      }
    }
    await setReader(trx, readerName, found === undefined ? to : found.index + 1)
    return found !== undefined || to < size
  })
}
