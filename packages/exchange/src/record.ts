import type { StreamTable, Tables, VersionTable } from '@huijiao/database'
import { digestText } from '@huijiao/merkle'
import { Problem } from '@huijiao/problem'
import { authorityOf, type Entity, joinTexts } from '@huijiao/standard'
import { type Kysely, type Selectable, sql } from 'kysely'
import { ownParticipant, tierOfName } from './authority.ts'
import type { Hub } from './hub.ts'
import { attachmentsOfVersions, type NamedHere, showNamed } from './named-attachments.ts'
import { parseRecordId, publicRecordId } from './record-id.ts'
import { isElsewhere, type MaybeElsewhere, shownElsewhere, withElsewhere } from './version-range.ts'

export type StreamRow = Selectable<StreamTable>
export type VersionRow = Selectable<VersionTable>

/** A stream of one key with who writes it and where its head and its version in force stand in this node's log. */
export interface RecordStream extends StreamRow {
  readonly origin: string
  readonly participant: string
  readonly head_index: number | null
  readonly force_index: number | null
  /** Whether its number became another or stands for another; asked here so that a read of an ordinary record needs no more statements. */
  readonly linked: boolean
  /** Whether anything was ever found about it. */
  readonly found: boolean
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
    select s.*, o.origin, o.participant, head.index as head_index, force.index as force_index,
           exists (select 1 from succession_link l where l.standing and l.from_digest = s.key_digest)
           or exists (select 1 from succession_link l where l.standing and l.to_digest = s.key_digest) as linked,
           exists (select 1 from finding f where f.record_id = s.record_id) as found
    from stream s
    join source o using (source_no)
    left join log_entry head on head.part_id = s.head_part
    left join log_entry force on force.part_id = s.force_part
    where ${condition}
    order by s.record_id, s.source_no`.execute(db)
  return rows
}

/**
 * The stream that counts most among those with a version in force: authority rank of the source first, then the node's own order (accepted last). A
 * node's own stream of corrections leads only where there is no other.
 */
export function inForceOf(hub: Pick<Hub, 'policy' | 'node'>, streams: readonly RecordStream[]): RecordStream | null {
  const authority = authorityOf(hub.policy())
  const rank = (stream: RecordStream) =>
    stream.participant === ownParticipant
      ? Number.NEGATIVE_INFINITY
      : (authority.rankOf(stream.entity, null, {
          origin: stream.origin,
          participant: stream.participant,
          tier: stream.origin === hub.node.name ? hub.node.tier : tierOfName(stream.origin),
        }) ?? Number.MIN_SAFE_INTEGER)
  const standing = streams.filter((stream) => stream.force_part !== null)
  const highest = Math.max(...standing.map(rank))
  return latest(
    standing.filter((stream) => rank(stream) === highest),
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

/** A version with what its submission and its log entry say. Its texts may be kept elsewhere. */
export interface ShownVersionRow extends VersionRow, MaybeElsewhere {
  readonly salts: Buffer
  readonly log_index: number | null
  readonly stored_at: Date
  readonly submission_id: string
  readonly submission_participant: string
  readonly received_at: Date
  /** The list of its attachments, when it names any. */
  readonly attachments?: NamedHere
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
  return await withAttachments(db, rows)
}

/** One version by its place, as `versionsOfStream` gives it. */
export async function versionAt(db: Kysely<Tables>, part: number, ordinal: number): Promise<ShownVersionRow> {
  const { rows } = await sql<ShownVersionRow>`
    select v.*, e.index as log_index, p.stored_at, b.id as submission_id, b.participant_id as submission_participant, b.received_at
    from version v join part p using (part_id) join submission b using (submission_no) left join log_entry e using (part_id)
    where v.part_id = ${part} and v.ordinal = ${ordinal}`.execute(db)
  return (await withAttachments(db, rows))[0] as ShownVersionRow
}

async function withAttachments(db: Kysely<Tables>, read: ShownVersionRow[]): Promise<ShownVersionRow[]> {
  const rows = await withElsewhere(db, read)
  const named = await attachmentsOfVersions(
    db,
    rows.filter((row) => row.salts.length > 48),
  )
  return named.size === 0 ? rows : rows.map((row) => withList(row, named.get(`${row.part_id}/${row.ordinal}`)))
}

const withList = (row: ShownVersionRow, attachments: NamedHere | undefined): ShownVersionRow =>
  attachments === undefined ? row : { ...row, attachments }

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

/** What stands for a sealed value. */
export const masked = '***'

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
    ...shownElsewhere(version),
    ...(version.operation === 'upsert' && !isElsewhere(version) ? { data: showData(hub, version, options) } : {}),
    ...(version.attachments === undefined ? {} : { attachments: showNamed(hub, version.attachments, version.commitment) }),
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

/** Every version of a record, by stream, newest first, with who submitted each. */
export async function readVersions(hub: Hub, recordId: string, options: ShowOptions) {
  const streams = await streamsOfRecord(hub.db, recordId)
  const lists = await Promise.all(
    streams.map(async (stream) => (await versionsOfStream(hub.db, stream)).map((version) => showVersion(hub, version, stream, options))),
  )
  return { recordId: publicRecordId((streams[0] as RecordStream).record_id), versions: lists.flat() }
}
