import { randomUUID } from 'node:crypto'
import type { Tables } from '@huijiao/database'
import { retryDeadlocks } from '@huijiao/database'
import { canonicalize, digestText, parseDigestText, sha256 } from '@huijiao/merkle'
import { Problem, type ProblemDocument } from '@huijiao/problem'
import { joinTexts } from '@huijiao/standard'
import type { Transaction } from 'kysely'
import { correctedFields, ownParticipant } from './authority.ts'
import { loadViews } from './authority-read.ts'
import { findTarget, mended, notPossible, openSealed, prepareCorrection } from './correction-base.ts'
import type { Hub } from './hub.ts'
import type { Outcome, PreparedRecord } from './prepared.ts'
import { publicRecordId } from './record-id.ts'
import { type RecordStream, streamsOfRecord, type VersionRow } from './record.ts'
import { sourceNoOf } from './source.ts'
import { finish, inline, receiptPart } from './store-batches.ts'
import { type PartInput, storePart } from './store-part.ts'
import { lockStreams } from './stream.ts'

export interface CorrectionInput {
  /** `sha-256:…`: the commitment of the version that is corrected. */
  readonly corrects: string
  /** Fields with their right values; null takes a field away. Other fields stay as the source has them. */
  readonly fields?: Readonly<Record<string, unknown>>
  /** The whole record instead of single fields. */
  readonly data?: Readonly<Record<string, unknown>>
  readonly reason: string
}

/** `refused`: the corrected record does not meet the standard, and nothing is stored. */
export interface CorrectionAnswer {
  readonly outcome: Outcome
  readonly recordId: string
  readonly version?: number
  readonly commitment?: string
  readonly corrects: string
  readonly fields: readonly string[]
  readonly problems: readonly ProblemDocument[]
}

/**
 * Corrects a record by hand: a version in this node's own stream that names the commitment it corrects, judged like any record. The source's versions
 * stay untouched; while the correction stands it gives the fields that it corrects.
 * @param actor who corrects, such as `operator:token`
 * @throws Problem not-found, parameter-invalid, correction-not-possible
 */
export async function correctRecord(hub: Hub, actor: string, recordId: string, input: CorrectionInput): Promise<CorrectionAnswer> {
  if ((input.fields === undefined) === (input.data === undefined))
    throw new Problem('parameter-invalid', { zh: '请给出 fields 或 data 之一', en: 'Give either fields or data' })
  const commitment = parseDigestText(input.corrects)
  if (commitment === null)
    throw new Problem('parameter-invalid', { zh: 'corrects 应为 sha-256:…', en: 'corrects is sha-256:…' }, { pointer: '/corrects' })
  const sourceNo = await sourceNoOf(hub.db, hub.node.name, ownParticipant)
  await ensureOwnParticipant(hub)
  const standards = await hub.shelf.current()
  const answer = await retryDeadlocks(() =>
    hub.db.transaction().execute(async (trx): Promise<CorrectionAnswer> => {
      const streams = await streamsOfRecord(trx, recordId)
      const key = (streams[0] as RecordStream).key_digest
      await lockStreams(trx, [key])
      const target = await findTarget(trx, hub, streams, commitment)
      const release = standards.releases.get(target.release)
      if (release === undefined)
        throw notPossible(`本节点没有“${target.release}”版`, `This node does not serve release "${target.release}"`)
      const before = joinTexts(target.open_text, target.named_text, openSealed(hub, target))
      const standing = (await loadViews(hub, trx, [key])).get(key.toString('hex')) ?? []
      const data = input.data === undefined ? mended(before, standing, sourceNo, input.fields ?? {}) : { ...input.data }
      const fields = correctedFields({ data, corrects: before })
      if (fields.length === 0)
        throw new Problem('parameter-invalid', { zh: '与原记录没有差别', en: 'Nothing differs from what is corrected' })
      const prepared = prepareCorrection(hub, release, target, sourceNo, data, input)
      if ('refused' in prepared)
        return {
          outcome: 'refused',
          recordId: publicRecordId(target.record_id),
          corrects: input.corrects,
          fields,
          problems: prepared.refused.problems,
        }
      return await store(trx, hub, actor, target, prepared, fields, input, standards.pins)
    }),
  )
  if (answer.outcome !== 'refused') hub.onPending()
  return answer
}

/** The node itself as a writer of streams. It has no keys, and as one that was ended at once it can be given none. */
async function ensureOwnParticipant(hub: Hub): Promise<void> {
  const at = hub.clock.now()
  await hub.db
    .insertInto('participant')
    .values({
      participant_id: ownParticipant,
      kind: 'system',
      name: '本节点（更正）',
      regions: [hub.node.region],
      node_name: null,
      created_at: at,
      revoked_at: at,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

async function store(
  trx: Transaction<Tables>,
  hub: Hub,
  actor: string,
  target: VersionRow,
  record: Exclude<PreparedRecord, { refused: unknown }>,
  fields: readonly string[],
  input: CorrectionInput,
  pins: Readonly<Record<string, number>>,
): Promise<CorrectionAnswer> {
  const at = hub.clock.now()
  const id = randomUUID()
  const recordId = publicRecordId(target.record_id)
  const envelope = canonicalize({ id, standard: target.release, responsible: { unit: hub.node.name, name: actor } })
  const digest = sha256(
    Buffer.from(canonicalize({ id, recordId, corrects: input.corrects, commitment: digestText(record.prepared.commitment) })),
  )
  const facts = { id, digest, participant: ownParticipant, standard: target.release, mode: 'atomic' as const, keyId: hub.signingKey.keyId }
  const { submission_no: submissionNo } = await trx
    .insertInto('submission')
    .values({
      participant_id: ownParticipant,
      id,
      digest,
      kind: 'records',
      media: 'json',
      mode: 'atomic',
      standard: target.release,
      envelope,
      key_id: facts.keyId,
      state: 'storing',
      spool_path: null,
      body_bytes: 0,
      received_at: at,
      trace_parent: null,
      standards: JSON.stringify(pins[target.release] === undefined ? {} : { [target.release]: pins[target.release] }),
    })
    .returning('submission_no')
    .executeTakeFirstOrThrow()
  const part: PartInput = {
    partNo: 0,
    firstRecord: 0,
    byteFrom: 0,
    byteTo: 0,
    records: [record],
    at,
    actor,
    body: {
      submission: {
        id,
        digest: digestText(digest),
        participant: ownParticipant,
        key: facts.keyId,
        standard: target.release,
        mode: 'atomic',
      },
      correction: { record: recordId, corrects: input.corrects, fields, reason: input.reason },
    },
    beforeEntry: async ({ partId, versions }) => {
      for (const version of versions) await noteCorrection(trx, actor, partId, version.ordinal, target, fields, input, at)
    },
  }
  const stored = await storePart(trx, hub, submissionNo, part)
  await finish(trx, hub, { ...facts, submissionNo }, at, [receiptPart(stored, 0, 0, 1)], stored.counts, 1, inline(stored.outcomes), 0)
  const outcome = stored.outcomes[0] as (typeof stored.outcomes)[number]
  return {
    outcome: outcome.outcome,
    recordId,
    ...(outcome.version === undefined ? {} : { version: outcome.version }),
    ...(outcome.commitment === undefined ? {} : { commitment: outcome.commitment }),
    corrects: input.corrects,
    fields,
    problems: outcome.problems ?? [],
  }
}

/** The correction replaces the one before it; and a decision about one of its fields that came before it counts no more. */
async function noteCorrection(
  trx: Transaction<Tables>,
  actor: string,
  partId: number,
  ordinal: number,
  target: VersionRow,
  fields: readonly string[],
  input: CorrectionInput,
  at: Date,
): Promise<void> {
  await trx
    .updateTable('correction')
    .set({ ended_at: at, ended_by: actor, end_reason: 'replaced' })
    .where('key_digest', '=', target.key_digest)
    .where('ended_at', 'is', null)
    .execute()
  await trx
    .insertInto('correction')
    .values({
      part_id: partId,
      ordinal,
      key_digest: target.key_digest,
      record_id: target.record_id,
      entity: target.entity,
      corrects: parseDigestText(input.corrects) as Buffer,
      fields: [...fields],
      reason: input.reason,
      actor,
      made_at: at,
      ended_at: null,
      ended_by: null,
      end_reason: null,
    })
    .execute()
  await trx
    .updateTable('conflict')
    .set({ state: 'settled', settled_at: at, actor, reason: 'corrected' })
    .where('key_digest', '=', target.key_digest)
    .where('field', 'in', [...fields])
    .where('state', 'in', ['open', 'decided'])
    .execute()
}
