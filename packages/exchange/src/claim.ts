import { sqlState, type SubmissionTable, type Tables } from '@huijiao/database'
import { digestText } from '@huijiao/merkle'
import { Problem } from '@huijiao/problem'
import { type Kysely, type RawBuilder, type Selectable, sql } from 'kysely'
import { claimNonce } from './authenticate.ts'
import type { Hub } from './hub.ts'
import type { Opened } from './open-submission.ts'
import { entryInsert, type EntryValues, partInsert, type PartInput, type StoredPart } from './store-part.ts'
import type { RequestNonce, SubmissionAnswer, SubmissionRequest } from './submission-request.ts'

export type SubmissionRow = Selectable<SubmissionTable>

/** The answer to an id that was used before; `resume` when it waits for its lost body; null when the id is new. */
export async function answerKnown(
  hub: Hub,
  request: SubmissionRequest,
  { id, envelope }: Pick<Opened, 'id' | 'envelope'>,
): Promise<SubmissionAnswer | 'resume' | null> {
  const row = await hub.db
    .selectFrom('submission')
    .selectAll()
    .where('participant_id', '=', request.caller.participantId)
    .where('id', '=', id)
    .executeTakeFirst()
  if (row === undefined) return null
  if (request.body.file !== undefined && row.digest.equals(request.body.digest) && row.envelope !== envelope) {
    throw new Problem('submission-conflict', {
      zh: `批次 ${id} 的文件相同，但所附参数（标准、数据表、责任人等）与第一次不同`,
      en: `The file of submission ${id} is the same, but what was said around it (release, entity, responsible) is not`,
    })
  }
  if (!row.digest.equals(request.body.digest)) {
    throw new Problem('submission-conflict', {
      zh: `批次 ${id} 已于 ${row.received_at.toISOString()} 收到，内容摘要 ${digestText(row.digest)}；本次为 ${digestText(request.body.digest)}`,
      en: `Submission ${id} was received at ${row.received_at.toISOString()} with digest ${digestText(row.digest)}; this one has ${digestText(request.body.digest)}`,
    })
  }
  if (row.state === 'finished') return { kind: 'receipt', receipt: row.receipt as Buffer, known: true }
  if (row.state === 'incomplete') return 'resume'
  return { kind: 'accepted', id, submissionNo: row.submission_no, state: row.state }
}

/**
 * The answer of a request whose id somebody else claimed while it was at work.
 * @throws Problem not-ready when that one has not come to an answer either; sending again is safe
 */
export async function answerOther(
  hub: Hub,
  request: SubmissionRequest,
  opened: Pick<Opened, 'id' | 'envelope'>,
): Promise<SubmissionAnswer> {
  const { id } = opened
  const answer = await answerKnown(hub, request, opened)
  if (answer !== null && answer !== 'resume') return answer
  throw new Problem('not-ready', { zh: `批次 ${id} 正由另一请求处理`, en: `Submission ${id} is being received by another request` })
}

type NewSubmission = Pick<SubmissionRow, 'state' | 'spool_path'> &
  Partial<Pick<SubmissionRow, 'finished_at' | 'outcome' | 'receipt' | 'stored_bytes' | 'stored_records'>> & { readonly counts?: string }

export function submissionValues(request: SubmissionRequest, opened: Opened, more: NewSubmission, at: Date) {
  return {
    participant_id: request.caller.participantId,
    id: opened.id,
    digest: request.body.digest,
    kind: opened.kind,
    media: request.body.media,
    mode: request.mode,
    standard: opened.standard,
    envelope: opened.envelope,
    key_id: request.caller.keyId,
    body_bytes: request.body.decodedBytes,
    received_at: at,
    trace_parent: request.traceParent,
    standards: JSON.stringify(opened.pins),
    ...(opened.legacy ? { legacy: true } : {}),
    ...(request.caller.kind === 'operators' ? { granted_regions: [...request.caller.regions] } : {}),
    ...(request.caller.above === undefined ? {} : { came_from_above: request.caller.above }),
    ...more,
  }
}

/** Claims the id. Null when another request of the same participant has committed it first. */
export async function claim(trx: Kysely<Tables>, values: ReturnType<typeof submissionValues>): Promise<number | null> {
  const row = await trx
    .insertInto('submission')
    .values(values)
    .onConflict((conflict) => conflict.columns(['participant_id', 'id']).doNothing())
    .returning('submission_no')
    .executeTakeFirst()
  return row?.submission_no ?? null
}

/**
 * Claims the id and spends the nonce for a submission that is one part and finished, and writes the part's row and its entry: one statement,
 * after which nothing has to wait for another writer. When the id is another request's already, or the nonce was used before, the statement fails
 * with `notFirst`: the commit may travel with it, because nothing is left for it to commit.
 * @param entry the pending entry; null when the statement behind this one numbers it at once
 */
export function claimWhole(
  values: ReturnType<typeof submissionValues>,
  nonce: RequestNonce | null,
  input: PartInput,
  part: StoredPart,
  entry: EntryValues | null,
): RawBuilder<unknown> {
  const columns = Object.keys(values)
  const spent =
    nonce === null
      ? sql`select 1`
      : sql`insert into used_nonce (key_id, nonce, expires_at) values (${nonce.keyId}, ${nonce.nonce}, ${nonce.expiresAt}) on conflict do nothing returning 1`
  return sql`
    with spent as (${spent}), given as (
      insert into submission (${sql.join(columns.map((column) => sql.ref(column)))})
      select ${sql.join(Object.values(values).map((value, at) => sql`${value}${castOf(columns[at] as string)}`))} from spent
      on conflict (participant_id, id) do nothing returning submission_no
    ), stored as (${partInsert(input, part, sql`select submission_no from given`)})${entry === null ? sql`` : sql`, entered as (${entryInsert(entry, 'stored')})`}
    select 1 / count(*)::int4 from ${sql.ref(entry === null ? 'stored' : 'entered')}`
}

/** What a division by the number of entries written answers when none was: the only division in that transaction. */
export const notFirst = (error: unknown): boolean => sqlState(error) === '22012'

/** In a select, unlike in a list of values, a parameter does not take the type of its column by itself. */
const casts: Readonly<Record<string, RawBuilder<unknown>>> = {
  id: sql`::uuid`,
  digest: sql`::bytea`,
  receipt: sql`::bytea`,
  counts: sql`::jsonb`,
  standards: sql`::jsonb`,
  legacy: sql`::boolean`,
  granted_regions: sql`::text[]`,
  received_at: sql`::timestamptz`,
  finished_at: sql`::timestamptz`,
  body_bytes: sql`::int8`,
  stored_bytes: sql`::int8`,
  stored_records: sql`::int8`,
}
const castOf = (column: string) => casts[column] ?? sql``

/** @throws Problem signature-replayed */
export async function spendNonce(db: Kysely<Tables>, nonce: RequestNonce | null): Promise<void> {
  if (nonce !== null && !(await claimNonce(db, nonce.keyId, nonce.nonce, nonce.expiresAt))) throw nonceSpent()
}

export const nonceSpent = (): Problem => new Problem('signature-replayed', { zh: '此 nonce 已用过', en: 'This nonce was used before' })
