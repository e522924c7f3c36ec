import type { StreamTable, Tables, VersionTable } from '@huijiao/database'
import { digestText } from '@huijiao/merkle'
import { Problem } from '@huijiao/problem'
import { businessKey, type Entity, joinTexts, keyProblems } from '@huijiao/standard'
import { type Kysely, type Selectable, sql } from 'kysely'
import type { Hub } from './hub.ts'
import { digestOfKey } from './prepare-record.ts'
import { parseRecordId, publicRecordId } from './record-id.ts'

export type StreamRow = Selectable<StreamTable>
export type VersionRow = Selectable<VersionTable>

/** A stream of one key with who writes it and where its head and its version in force stand in this node's log. */
export interface RecordStream extends StreamRow {
  readonly origin: string
  readonly participant: string
  readonly head_index: number | null
  readonly force_index: number | null
}

/**
 * All streams of the record that a public id names, whichever of its streams the id belongs to. The first one's id is the record's own.
 * @throws Problem not-found
 */
export async function streamsOfRecord(db: Kysely<Tables>, recordId: string): Promise<RecordStream[]> {
  const uuid = parseRecordId(recordId)
  const rows =
    uuid === null ? [] : await streamsWhere(db, sql`s.key_digest in (select key_digest from stream where record_id = ${uuid}::uuid)`)
  if (rows.length === 0)
    throw new Problem('not-found', { zh: `没有记录 ${recordId.slice(0, 60)}`, en: `There is no record ${recordId.slice(0, 60)}` })
  return rows
}

async function streamsWhere(db: Kysely<Tables>, condition: ReturnType<typeof sql>): Promise<RecordStream[]> {
  const { rows } = await sql<RecordStream>`
    select s.*, o.origin, o.participant, head.index as head_index, force.index as force_index
    from stream s
    join source o using (source_no)
    left join log_entry head on head.part_id = s.head_part
    left join log_entry force on force.part_id = s.force_part
    where ${condition}
    order by s.record_id, s.source_no`.execute(db)
  return rows
}

export interface LookupQuery {
  readonly entity: string
  /** Fields of the business key; not for an entity keyed by `sourceId`. */
  readonly key?: unknown
  readonly sourceId?: string
  /** `<origin node>/<participant>` of the `sourceId`. */
  readonly stream?: string
}

/**
 * Finds the public id of a record by its business key.
 * @throws Problem parameter-invalid, not-found
 */
export async function lookupRecord(hub: Hub, query: LookupQuery): Promise<string> {
  const entity = [...hub.standards().releases.values()]
    .map((release) => release.entities.get(query.entity))
    .findLast((found) => found !== undefined)
  if (entity === undefined)
    throw new Problem(
      'parameter-invalid',
      { zh: `标准中没有 ${query.entity.slice(0, 100)}`, en: `The standard has no ${query.entity.slice(0, 100)}` },
      { pointer: '/entity' },
    )
  const problems = keyProblems(entity, query.key)
  if (problems.length > 0) {
    throw new Problem(
      'parameter-invalid',
      { zh: problems.map((one) => one.detail).join('；'), en: problems.map((one) => one.en.detail).join('; ') },
      { pointer: '/key' },
    )
  }
  const { text } = businessKey(entity, (query.key ?? {}) as Record<string, unknown>, query.sourceId ?? '')
  const digest = digestOfKey(hub, entity.key.length === 0 ? `${query.stream ?? ''}\0${text}` : text)
  const row = await hub.db
    .selectFrom('stream')
    .select('record_id')
    .where('key_digest', '=', digest)
    .orderBy('record_id')
    .limit(1)
    .executeTakeFirst()
  if (row === undefined) throw new Problem('not-found', { zh: '没有此业务主键的记录', en: 'There is no record with this business key' })
  return publicRecordId(row.record_id)
}

/** The stream whose accepted version counts for the whole record: the one that was accepted last in this node's own order. */
export function inForceOf(streams: readonly RecordStream[]): RecordStream | null {
  return latest(
    streams.filter((stream) => stream.force_part !== null),
    (stream) => [stream.force_index ?? Number.MAX_SAFE_INTEGER, stream.force_ordinal ?? 0],
  )
}

/** The stream whose head was stored last. */
export function headOf(streams: readonly RecordStream[]): RecordStream | null {
  return latest(streams, (stream) => [stream.head_index ?? Number.MAX_SAFE_INTEGER, stream.head_ordinal])
}

function latest(streams: readonly RecordStream[], order: (stream: RecordStream) => [number, number]): RecordStream | null {
  const later = (a: RecordStream, b: RecordStream) => order(a)[0] - order(b)[0] || order(a)[1] - order(b)[1]
  return [...streams].sort(later).at(-1) ?? null
}

/** A version with what its submission and its log entry say. */
export interface ShownVersionRow extends VersionRow {
  readonly log_index: number | null
  readonly stored_at: Date
  readonly submission_id: string
  readonly submission_participant: string
  readonly received_at: Date
}

/** Versions of one stream, newest stored first, along the chain. */
export async function versionsOfStream(db: Kysely<Tables>, stream: StreamRow, limit = 1000): Promise<ShownVersionRow[]> {
  const { rows } = await sql<ShownVersionRow>`
    with recursive chain as (
      select v.*, 1 as depth from version v where v.part_id = ${stream.last_part} and v.ordinal = ${stream.last_ordinal}
      union all
      select v.*, chain.depth + 1 from chain join version v on v.part_id = chain.prev_part and v.ordinal = chain.prev_ordinal where chain.depth < ${limit}
    )
    select chain.*, e.index as log_index, p.stored_at, b.id as submission_id, b.participant_id as submission_participant, b.received_at
    from chain
    join part p using (part_id)
    join submission b using (submission_no)
    left join log_entry e using (part_id)
    order by depth`.execute(db)
  return rows
}

/** Parts that stored versions of a record, for a search of the log. */
export async function partsOfRecord(db: Kysely<Tables>, recordId: string): Promise<number[]> {
  const streams = await streamsOfRecord(db, recordId)
  const lists = await Promise.all(streams.map((stream) => versionsOfStream(db, stream)))
  return [...new Set(lists.flat().map((version) => version.part_id))]
}

export interface ShowOptions {
  /** Sealed fields in clear. The caller has the right, a purpose, and has written the access down. */
  readonly unmask: boolean
}

const masked = '***'

/** A version as callers see it; sealed fields masked unless asked for by right. */
export function showVersion(
  hub: Hub,
  version: ShownVersionRow,
  stream: Pick<RecordStream, 'origin' | 'participant'>,
  options: ShowOptions,
) {
  return {
    recordId: publicRecordId(version.record_id),
    stream: `${stream.origin}/${stream.participant}`,
    version: version.n,
    epoch: version.epoch,
    operation: version.operation,
    state: version.state,
    sourceId: version.source_id,
    sourceVersion: version.source_version,
    release: version.release,
    commitment: digestText(version.commitment),
    reportingRegion: version.reporting_region,
    enteredBy: version.entered_by,
    reason: version.reason,
    flags: version.flags ?? [],
    submission: {
      id: version.submission_id,
      participant: version.submission_participant,
      receivedAt: version.received_at.toISOString(),
      record: version.record_index,
    },
    log: version.log_index === null ? null : { index: version.log_index, ordinal: version.ordinal },
    storedAt: version.stored_at.toISOString(),
    ...(version.operation === 'upsert' ? { data: showData(hub, version, options) } : {}),
  }
}

/** The record's fields in the order of the standard. */
export function showData(hub: Hub, version: VersionRow, options: ShowOptions): Record<string, unknown> {
  const sealed = version.sealed_text === null ? null : hub.sealer.open(version.sealed_text, version.commitment)
  const data = joinTexts(version.open_text, version.named_text, sealed)
  const entity: Entity | undefined = hub.standards().releases.get(version.release)?.entities.get(version.entity)
  const hidden = new Set(sealed === null || options.unmask ? [] : Object.keys(JSON.parse(sealed) as object))
  const order = entity?.fields.map((field) => field.code).filter((code) => code in data) ?? Object.keys(data)
  return Object.fromEntries([...new Set([...order, ...Object.keys(data)])].map((code) => [code, hidden.has(code) ? masked : data[code]]))
}

/** A record: its streams, the version that counts, and the latest stored one. */
export async function readRecord(hub: Hub, recordId: string, options: ShowOptions) {
  const streams = await streamsOfRecord(hub.db, recordId)
  const first = streams[0] as RecordStream
  const shown = async (stream: RecordStream | null, part: number | null, ordinal: number | null) => {
    if (stream === null || part === null) return null
    const version = (await versionsOfStream(hub.db, stream)).find((one) => one.part_id === part && one.ordinal === ordinal)
    return version === undefined ? null : showVersion(hub, version, stream, options)
  }
  const force = inForceOf(streams)
  const head = headOf(streams)
  return {
    recordId: publicRecordId(first.record_id),
    entity: first.entity,
    inForce: await shown(force, force?.force_part ?? null, force?.force_ordinal ?? null),
    head: await shown(head, head?.head_part ?? null, head?.head_ordinal ?? null),
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
  }
}

/** Every version of a record, by stream, newest first, with who submitted each. */
export async function readVersions(hub: Hub, recordId: string, options: ShowOptions) {
  const streams = await streamsOfRecord(hub.db, recordId)
  const lists = await Promise.all(
    streams.map(async (stream) => (await versionsOfStream(hub.db, stream)).map((version) => showVersion(hub, version, stream, options))),
  )
  return { recordId: publicRecordId((streams[0] as RecordStream).record_id), versions: lists.flat() }
}
