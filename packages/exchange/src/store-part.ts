import type { Tables } from '@huijiao/database'
import { digestText, recordLeafHash, sha256, treeRoot } from '@huijiao/merkle'
import { recordProblem } from '@huijiao/problem'
import { type RawBuilder, sql, type Transaction } from 'kysely'
import type { Hub } from './hub.ts'
import { keepBytes } from './kept-bytes.ts'
import { pendingValues } from './log.ts'
import { beginMerge, type BegunMerge } from './merge-look.ts'
import { type Merged, type MergeEnd, mergeVersions, type MergeResult, type Pipeline } from './merge-versions.ts'
import type { MergedVersion, Outcome, PreparedRecord, PreparedVersion, RecordOutcome } from './prepared.ts'
import { outcomes } from './prepared.ts'
import { namedInsert, withoutMissing } from './named-attachments.ts'
import { publicRecordId } from './record-id.ts'

type PlacedVersions = { readonly partId: number; readonly versions: readonly MergedVersion[] }

export interface PartInput {
  readonly partNo: number
  /** Position of the first record in the submission. */
  readonly firstRecord: number
  readonly byteFrom: number
  readonly byteTo: number
  readonly records: readonly PreparedRecord[]
  readonly at: Date
  /** `participant:<id>` */
  readonly actor: string
  /** Members that the log entry's body carries besides the part's own. */
  readonly body: object
  /** Statements that store what belongs to the versions. */
  readonly besideVersions?: (part: PlacedVersions) => readonly (RawBuilder<unknown> | null)[]
  /** Writes of several steps that belong to the part and must stand before its entry does. Not where the transaction waits for nothing. */
  readonly beforeEntry?: (part: PlacedVersions) => Promise<void>
}

export type Counts = Record<Outcome, number>

/** A part whose versions are written and whose row and entry are not yet: everything its receipt needs is known. */
export interface StoredPart {
  readonly partId: number
  readonly root: Buffer
  readonly versionCount: number
  readonly outcomes: readonly RecordOutcome[]
  /** The outcome page: one JSON line a record, in order. */
  readonly page: Buffer
  readonly pageDigest: Buffer
  readonly counts: Counts
  /** What was stored, in order of ordinals. */
  readonly versions: readonly MergedVersion[]
}

export const noCounts = (): Counts => Object.fromEntries(outcomes.map((outcome) => [outcome, 0])) as Counts

/** A part whose first statements are on their way. */
export interface BegunPart {
  readonly records: readonly PreparedRecord[]
  readonly merge: BegunMerge
}

export async function beginPart(trx: Transaction<Tables>, hub: Hub, input: Pick<PartInput, 'actor' | 'records'>): Promise<BegunPart> {
  const records = await withoutMissing(trx, input.actor.replace(/^participant:/, ''), input.records)
  const prepared = records.flatMap((record) => ('prepared' in record ? [record.prepared] : []))
  return { records, merge: await beginMerge(trx, hub, prepared) }
}

/**
 * Stores one part inside the caller's transaction: versions, outcomes, and last of all the pending entry.
 * A refusal is an outcome like any other: it stands in the page, and the page's digest stands in the entry.
 */
export async function storePart(trx: Transaction<Tables>, hub: Hub, submissionNo: number, input: PartInput): Promise<StoredPart> {
  const part = await mergePart(trx, hub, input, undefined, { careful: true })
  await rowAndEntry(submissionNo, input, part).execute(trx)
  return part
}

/** The statement that ends a part: its row, and with it its entry. */
export const rowAndEntry = (submissionNo: number, input: PartInput, part: StoredPart): RawBuilder<unknown> =>
  sql`with stored as (${partInsert(input, part, sql`select ${submissionNo}::int8 as submission_no`)}) ${entryInsert(entryOf(input, part), 'stored')}`

/** Writes the versions of a part. Its row and its entry come after that, in one statement with nothing behind it. */
export async function mergePart(
  trx: Transaction<Tables>,
  hub: Hub,
  input: PartInput,
  begun?: BegunPart,
  pipeline?: Pipeline,
): Promise<StoredPart & Pick<MergeEnd, 'decidedAgain' | 'locked'>> {
  const { records, merge } = begun ?? (await beginPart(trx, hub, input))
  const merged = await mergeVersions(
    trx,
    hub,
    merge,
    input.at,
    (decided) => derived(records, decided),
    {
      statements: (part) => [namedInsert(hub, part.partId, part.versions), ...(input.besideVersions?.(part) ?? [])],
      ...(input.beforeEntry === undefined ? {} : { steps: input.beforeEntry }),
    },
    pipeline,
  )
  const { partId, versions, decidedAgain, locked } = merged
  return { partId, ...merged.derived, versionCount: versions.length, versions, decidedAgain, locked }
}

/** The outcome page and the root of what was stored. */
export function derived(
  records: readonly PreparedRecord[],
  merged: Merged,
): Pick<StoredPart, 'outcomes' | 'counts' | 'root' | 'page' | 'pageDigest'> {
  const decided = new Map(merged.results.map((result) => [result.index, result]))
  const list = records.map((record): RecordOutcome => {
    if ('refused' in record) {
      const { index, entity, sourceId, problems, recordId } = record.refused
      return { index, entity, sourceId, ...(recordId ? { recordId: publicRecordId(recordId) } : {}), outcome: 'refused', problems }
    }
    return outcomeOf(record.prepared, decided)
  })
  const counts = noCounts()
  for (const outcome of list) counts[outcome.outcome] += 1
  const leaves = merged.versions.map(leafOf)
  const page = Buffer.from(list.map((outcome) => `${JSON.stringify(outcome)}\n`).join(''))
  return { outcomes: list, counts, root: treeRoot(leaves), page, pageDigest: sha256(page) }
}

function leafOf({ prepared, recordId, epoch, n }: MergedVersion): Buffer {
  const { leaf, place, entity, operation, stream, sourceVersion, release } = prepared
  if (leaf !== undefined && place?.epoch === epoch && place.n === n && prepared.recordId === recordId) return leaf
  const commitment = digestText(prepared.commitment)
  return recordLeafHash({ entity, recordId: publicRecordId(recordId), operation, stream, epoch, n, sourceVersion, release, commitment })
}

/** A page that tells of problems stays as it is: the database itself looks through such pages for a problem. */
const keptPage = ({ page, outcomes }: StoredPart): Buffer => (outcomes.some((one) => one.problems !== undefined) ? page : keepBytes(page))

/** The part's row, for the submission whose number `from` selects. */
export function partInsert(input: PartInput, part: StoredPart, from: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`
    insert into part (part_id, submission_no, part_no, first_record, record_count, byte_from, byte_to, root, version_count, outcomes,
                      outcomes_digest, counts, stored_at)
    select ${part.partId}::int8, submission_no, ${input.partNo}::int4, ${input.firstRecord}::int8, ${input.records.length}::int4, ${input.byteFrom}::int8,
           ${input.byteTo}::int8, ${part.root}::bytea, ${part.versionCount}::int4, ${keptPage(part)}::bytea, ${part.pageDigest}::bytea,
           ${JSON.stringify(part.counts)}::jsonb, ${input.at}::timestamptz
    from (${from}) as submission
    returning part_id`
}

export type EntryValues = ReturnType<typeof pendingValues>

/** The part's entry, with a fresh salt. */
export const entryOf = (input: PartInput, part: StoredPart): EntryValues =>
  pendingValues({
    kind: 'part',
    instant: input.at,
    partId: part.partId,
    actor: input.actor,
    body: {
      ...input.body,
      part: input.partNo,
      from: input.firstRecord,
      records: input.records.length,
      versions: part.versionCount,
      counts: part.counts,
      root: digestText(part.root),
      outcomes: digestText(part.pageDigest),
    },
  })

/**
 * The part's pending entry. It comes last: no statement before it may still have to wait for another writer. That the part's row is written
 * by the same statement is no matter, for nobody else writes that row.
 * @param stored name of the query that inserts the part's row; without a row there is no entry
 */
export const entryInsert = (entry: EntryValues, stored: string): RawBuilder<unknown> => sql`
    insert into log_pending (kind, instant, part_id, actor, subject, body_salt, body)
    select ${entry.kind}, ${entry.instant}::timestamptz, part_id, ${entry.actor}, ${entry.subject}, ${entry.body_salt}::bytea, ${entry.body}
    from ${sql.ref(stored)} returning pending_id`

function outcomeOf(prepared: PreparedVersion, decided: ReadonlyMap<number, MergeResult>): RecordOutcome {
  const result = decided.get(prepared.index)
  if (result === undefined) throw new Error(`record ${prepared.index} was not decided`)
  const common = { index: prepared.index, entity: prepared.entity, sourceId: prepared.sourceId }
  if (result.outcome === 'refused') {
    const told = result.code === 'source-version-conflict' ? { pointer: '/sourceVersion', value: prepared.sourceVersion } : {}
    const problem = recordProblem(result.code, { record: prepared.index, ...told, detail: result.detail })
    return {
      ...common,
      ...(result.recordId === null ? {} : { recordId: publicRecordId(result.recordId) }),
      outcome: 'refused',
      problems: [problem, ...prepared.problems],
    }
  }
  return {
    ...common,
    recordId: publicRecordId(result.recordId),
    version: result.n,
    outcome: result.outcome,
    ...(result.outcome === 'unchanged' ? {} : { commitment: digestText(prepared.commitment) }),
    ...(result.stands === undefined ? {} : { stands: result.stands }),
    ...(result.problems.length === 0 ? {} : { problems: result.problems }),
  }
}

/** Marks as refused every record of a part whose whole was refused in atomic mode; records with problems of their own keep them. */
export function rolledBack(list: readonly RecordOutcome[]): PreparedRecord[] {
  return list.map(({ index, entity, sourceId, outcome, problems = [] }) => ({
    refused: {
      index,
      entity,
      sourceId,
      problems:
        outcome === 'refused'
          ? problems
          : [
              recordProblem('atomic-rolled-back', {
                record: index,
                detail: {
                  zh: '整批模式：同批有记录被退回，本记录未入库',
                  en: 'Atomic mode: another record of the submission was refused, so this one is not stored',
                },
              }),
            ],
    },
  }))
}
