import type { Tables } from '@huijiao/database'
import { digestText } from '@huijiao/merkle'
import type { Kysely } from 'kysely'
import { readInForce, type StreamView } from './authority-read.ts'
import { findingsOfRecords, showFinding } from './finding.ts'
import type { Hub } from './hub.ts'
import { publicRecordId } from './record-id.ts'
import { headOf, masked, type RecordStream, type ShowOptions, showVersion, streamsOfRecord, versionAt } from './record.ts'
import { chainOf } from './succession-list.ts'

/**
 * What is in force, as callers see it: the version of the source that counts most. When other streams stand beside it, `data` is composed field by field
 * and `sources` says for each field which version it is from; the proof of a field is the proof of that version.
 */
async function showInForce(hub: Hub, streams: readonly RecordStream[], options: ShowOptions) {
  const key = (streams[0] as RecordStream).key_digest
  if (streams.every((stream) => stream.force_part === null)) return null
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

/** A record: its streams, what is in force, the latest stored version, and the numbers it had or has become. */
export async function readRecord(hub: Hub, recordId: string, options: ShowOptions) {
  const streams = await streamsOfRecord(hub.db, recordId)
  const first = streams[0] as RecordStream
  const head = headOf(streams)
  const headVersion = head === null ? null : await versionAt(hub.db, head.head_part, head.head_ordinal)
  return {
    recordId: publicRecordId(first.record_id),
    entity: first.entity,
    inForce: await showInForce(hub, streams, options),
    head: head === null || headVersion === null ? null : showVersion(hub, headVersion, head, options),
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
    findings: (
      await findingsOfRecords(
        hub.db,
        streams.map((stream) => stream.record_id),
      )
    ).map(showFinding),
    predecessors: await chainOf(hub.db, first.key_digest, 'predecessors'),
    successors: await chainOf(hub.db, first.key_digest, 'successors'),
  }
}
