import type { Tables } from '@huijiao/database'
import { digestText } from '@huijiao/merkle'
import type { Kysely } from 'kysely'
import { readInForce, type StreamView } from './authority-read.ts'
import { ownParticipant } from './authority.ts'
import { findingsOfRecords, showFinding } from './finding.ts'
import type { Hub } from './hub.ts'
import { publicRecordId } from './record-id.ts'
import { headOf, masked, type RecordStream, type ShowOptions, showVersion, streamsOfRecord, versionAt } from './record.ts'
import { chainOf } from './succession-list.ts'

/**
 * What is in force, as callers see it: the version of the source that counts most. When other streams stand beside it, `data` is composed field by field
 * and `sources` says for each field which version it is from; the proof of a field is the proof of that version.
 */
async function showInForce(hub: Hub, streams: readonly RecordStream[], shown: ShownHead | null, options: ShowOptions) {
  const key = (streams[0] as RecordStream).key_digest
  const standing = streams.filter((stream) => stream.force_part !== null)
  const only = standing[0]
  if (only === undefined) return null
  // Most records have one source, whose head is what is in force: nothing to compose, and nothing more to read.
  if (standing.length === 1 && only.participant !== ownParticipant && shown?.isInForceOf(only) === true) return shown.version
  const force = await readInForce(hub, hub.db, key)
  if (force === null) return null
  const { leading, views, from, data, corrections } = force
  const version = showVersion(hub, await versionAt(hub.db, leading.partId, leading.ordinal), leading, options)
  if (views.length === 1) return version
  const bySource = new Map(views.map((view) => [view.sourceNo, view]))
  const told = (view: StreamView) => ({
    stream: `${view.origin}/${view.participant}`,
    version: view.n,
    release: view.release,
    commitment: digestText(view.commitment),
  })
  const order =
    hub
      .standards()
      .releases.get(leading.release)
      ?.entities.get(leading.entity)
      ?.fields.map((field) => field.code) ?? []
  const fields = [...new Set([...order.filter((field) => field in data), ...Object.keys(data).toSorted()])]
  const hidden = (field: string) => !options.unmask && bySource.get(from.get(field) as number)?.sealed.has(field) === true
  return {
    ...version,
    data: Object.fromEntries(fields.map((field) => [field, hidden(field) ? masked : data[field]])),
    sources: Object.fromEntries(fields.map((field) => [field, told(bySource.get(from.get(field) as number) as StreamView)])),
    corrections: corrections.map(({ view, fields: corrected }) => ({
      ...told(view),
      corrects: digestText(view.correctsCommitment as Buffer),
      fields: corrected,
    })),
  }
}

/** Fields of a record in which two sources differ and nobody has decided yet (数据冲突); without their values. */
async function openConflicts(db: Kysely<Tables>, key: Buffer) {
  const rows = await db
    .selectFrom('conflict')
    .select(['conflict_id', 'field', 'kind', 'found_at'])
    .where('key_digest', '=', key)
    .where('state', '=', 'open')
    .orderBy('conflict_id')
    .execute()
  return rows.map((row) => ({ conflict: row.conflict_id, field: row.field, kind: row.kind, foundAt: row.found_at.toISOString() }))
}

/** The version stored last, as callers see it. */
interface ShownHead {
  readonly version: ReturnType<typeof showVersion>
  readonly isInForceOf: (stream: RecordStream) => boolean
}

async function showHead(hub: Hub, streams: readonly RecordStream[], options: ShowOptions): Promise<ShownHead | null> {
  const head = headOf(streams)
  if (head === null) return null
  return {
    version: showVersion(hub, await versionAt(hub.db, head.head_part, head.head_ordinal), head, options),
    isInForceOf: (stream) => stream === head && stream.force_part === head.head_part && stream.force_ordinal === head.head_ordinal,
  }
}

/** A record: its streams, what is in force, the latest stored version, and the numbers it had or has become. */
export async function readRecord(hub: Hub, recordId: string, options: ShowOptions) {
  const streams = await streamsOfRecord(hub.db, recordId)
  const first = streams[0] as RecordStream
  const head = await showHead(hub, streams, options)
  const linked = streams.some((stream) => stream.linked)
  const found = streams.filter((stream) => stream.found).map((stream) => stream.record_id)
  return {
    recordId: publicRecordId(first.record_id),
    entity: first.entity,
    inForce: await showInForce(hub, streams, head, options),
    head: head?.version ?? null,
    streams: streams.map((stream) => ({
      stream: `${stream.origin}/${stream.participant}`,
      recordId: publicRecordId(stream.record_id),
      epoch: stream.epoch,
      version: stream.n,
      sourceVersion: stream.source_version,
      state: stream.head_state,
      operation: stream.head_operation,
      inForce: stream.force_part !== null,
      log: stream.head_index,
    })),
    conflicts: streams.length === 1 ? [] : await openConflicts(hub.db, first.key_digest),
    findings: (await findingsOfRecords(hub.db, found)).map(showFinding),
    predecessors: linked ? await chainOf(hub.db, first.key_digest, 'predecessors') : [],
    successors: linked ? await chainOf(hub.db, first.key_digest, 'successors') : [],
  }
}
