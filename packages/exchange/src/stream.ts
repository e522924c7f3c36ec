import type { Operation, StreamTable, Tables } from '@huijiao/database'
import { byteaArray, int4Array, int8Array, sqlState, textArray, uuidArray } from '@huijiao/database'
import type { Selectable } from 'kysely'
import { type RawBuilder, sql, type Transaction } from 'kysely'
import type { Hub } from './hub.ts'
import type { MergedVersion } from './prepared.ts'

export type StreamRow = Selectable<StreamTable>

/** Every stream of the keys, whoever writes it, locked in sorted order so that two parts never wait for each other in a ring. */
export async function lockStreams(trx: Transaction<Tables>, keys: readonly Buffer[]): Promise<StreamRow[]> {
  const { rows } = await sql<StreamRow>`
    select * from stream where key_digest = any(${byteaArray(keys)}::bytea[]) order by key_digest, source_no for update`.execute(trx)
  return rows
}

/** Key digests of records named by id, keyed by `<record id>/<source>`, and by the record id alone. */
export async function keysOfRecords(trx: Transaction<Tables>, recordIds: readonly string[]): Promise<Map<string, Buffer>> {
  const rows = await trx
    .selectFrom('stream')
    .select(['record_id', 'source_no', 'key_digest'])
    .where('record_id', '=', sql<string>`any(${uuidArray(recordIds)}::uuid[])`)
    .execute()
  return new Map(
    rows.flatMap((row) => [[row.record_id, row.key_digest] as const, [`${row.record_id}/${row.source_no}`, row.key_digest] as const]),
  )
}

/** Record ids, of those given, that the same source already uses for another key. */
export async function foreignRecordIds(
  trx: Transaction<Tables>,
  given: readonly { recordId: string; keyDigest: Buffer; sourceNo: number }[],
): Promise<Set<string>> {
  if (given.length === 0) return new Set()
  const { rows } = await sql<{ record_id: string }>`
    select distinct g.record_id
    from unnest(${uuidArray(given.map((one) => one.recordId))}::uuid[], ${byteaArray(given.map((one) => one.keyDigest))}::bytea[]) as g (record_id, key_digest)
    join stream s on s.record_id = g.record_id and s.key_digest <> g.key_digest`.execute(trx)
  return new Set(rows.map((row) => row.record_id))
}

/** Gives streams another key, with all their versions, unless their source has a stream of that key. @returns how many */
export async function renameStreams(trx: Transaction<Tables>, keys: readonly { from: Buffer; to: Buffer }[]): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    with recursive renamed as (
      update stream s set key_digest = k.to_key
      from unnest(${byteaArray(keys.map((one) => one.from))}::bytea[], ${byteaArray(keys.map((one) => one.to))}::bytea[]) as k (from_key, to_key)
      where s.key_digest = k.from_key and not exists (select 1 from stream o where o.key_digest = k.to_key and o.source_no = s.source_no)
      returning s.key_digest, s.last_part, s.last_ordinal
    ), chain as (
      select r.key_digest, v.part_id, v.ordinal, v.prev_part, v.prev_ordinal
      from renamed r join version v on v.part_id = r.last_part and v.ordinal = r.last_ordinal
      union all
      select c.key_digest, v.part_id, v.ordinal, v.prev_part, v.prev_ordinal
      from chain c join version v on v.part_id = c.prev_part and v.ordinal = c.prev_ordinal
    ), told as (
      update version v set key_digest = c.key_digest from chain c where v.part_id = c.part_id and v.ordinal = c.ordinal returning 1
    )
    select count(*)::int4 as count from renamed`.execute(trx)
  return rows[0]?.count ?? 0
}

/** The version stored under a place of a stream, found along the chain from the latest stored one; null when there is none. */
export async function findStored(
  trx: Transaction<Tables>,
  stream: StreamRow,
  epoch: number,
  n: number,
): Promise<{ commitment: Buffer; operation: Operation } | null> {
  const { rows } = await sql<{ commitment: Buffer; operation: Operation }>`
    with recursive chain as (
      select v.*, 1 as depth from version v where v.part_id = ${stream.last_part} and v.ordinal = ${stream.last_ordinal}
      union all
      select v.*, chain.depth + 1 from chain join version v on v.part_id = chain.prev_part and v.ordinal = chain.prev_ordinal
    )
    select commitment, operation from chain where epoch = ${epoch} and n = ${n} order by depth limit 1`.execute(trx)
  return rows[0] ?? null
}

/** Inserts head rows of new streams, sorted; a row whose key was taken meanwhile is left out. @returns how many were inserted */
export async function insertStreams(trx: Transaction<Tables>, rows: readonly StreamRow[]): Promise<number> {
  if (rows.length === 0) return 0
  const { numAffectedRows } = await sql`${streamsInsert(rows)} on conflict (key_digest, source_no) do nothing`.execute(trx)
  return Number(numAffectedRows ?? 0n)
}

/**
 * Inserts head rows of new streams, sorted. When a key was taken since the look at the streams, it fails with `streamTaken`, and with it the transaction. To leave
 * such a row out (`insertStreams`) costs each row that is not taken a third more of the server's time, and 50 bytes of WAL; two that begin one stream in the same moment are rare.
 */
export const streamsInsertOrFail = (rows: readonly StreamRow[]): RawBuilder<unknown> | null =>
  rows.length === 0 ? null : streamsInsert(rows)

/** Whether somebody else began one of the streams since the transaction looked: done again in the way that leaves such a row out, it will be seen. */
export const streamTaken = (error: unknown): boolean =>
  sqlState(error) === '23505' && (error as { constraint?: string }).constraint === 'stream_pkey'

function streamsInsert(rows: readonly StreamRow[]): RawBuilder<unknown> {
  const sorted = [...rows].sort((a, b) => Buffer.compare(a.key_digest, b.key_digest) || a.source_no - b.source_no)
  return sql`
    insert into stream (key_digest, source_no, record_id, entity, epoch, n, source_version, content_mac, head_operation, head_state,
                        head_part, head_ordinal, last_part, last_ordinal, force_part, force_ordinal)
    select * from ${unnestStreams(sorted)}`
}

/** Writes the new heads of streams whose rows this transaction has locked. */
export async function updateStreams(trx: Transaction<Tables>, rows: readonly StreamRow[]): Promise<void> {
  await streamsUpdate(rows)?.execute(trx)
}

export function streamsUpdate(rows: readonly StreamRow[]): RawBuilder<unknown> | null {
  if (rows.length === 0) return null
  return sql`
    update stream s set
      epoch = t.epoch, n = t.n, source_version = t.source_version, content_mac = t.content_mac, head_operation = t.head_operation,
      head_state = t.head_state, head_part = t.head_part, head_ordinal = t.head_ordinal, last_part = t.last_part,
      last_ordinal = t.last_ordinal, force_part = t.force_part, force_ordinal = t.force_ordinal
    from ${unnestStreams(rows)} as t (key_digest, source_no, record_id, entity, epoch, n, source_version, content_mac, head_operation,
                                      head_state, head_part, head_ordinal, last_part, last_ordinal, force_part, force_ordinal)
    where s.key_digest = t.key_digest and s.source_no = t.source_no`
}

function unnestStreams(rows: readonly StreamRow[]) {
  const column = <K extends keyof StreamRow>(name: K) => rows.map((row) => row[name])
  return sql`unnest(
    ${byteaArray(column('key_digest'))}::bytea[], ${int4Array(column('source_no'))}::int4[], ${uuidArray(column('record_id'))}::uuid[],
    ${textArray(column('entity'))}::text[], ${int4Array(column('epoch'))}::int4[], ${int4Array(column('n'))}::int4[],
    ${int8Array(column('source_version'))}::int8[], ${byteaArray(column('content_mac'))}::bytea[], ${textArray(column('head_operation'))}::text[],
    ${textArray(column('head_state'))}::text[], ${int8Array(column('head_part'))}::int8[], ${int4Array(column('head_ordinal'))}::int4[],
    ${int8Array(column('last_part'))}::int8[], ${int4Array(column('last_ordinal'))}::int4[], ${int8Array(column('force_part'))}::int8[],
    ${int4Array(column('force_ordinal'))}::int4[])`
}

/**
 * The statement that stores the versions of a part; null when there are none. Sealed texts are encrypted here, bound to their commitment. The longest
 * column comes last: the driver copies its message into more room each time it has become too small.
 * @param partId of all versions, or of each
 */
export function versionsInsert(
  hub: Hub,
  partId: number | readonly number[],
  versions: readonly MergedVersion[],
): RawBuilder<unknown> | null {
  if (versions.length === 0) return null
  const parts = typeof partId === 'number' ? null : int8Array(partId)
  const of = <T>(pick: (version: MergedVersion) => T) => versions.map(pick)
  return sql`
    insert into version (part_id, ordinal, key_digest, source_no, record_id, entity, operation, epoch, n, source_version, release, commitment,
                         open_text, named_text, sealed_text, salts, text_hashes, state, reporting_region, source_id, entered_by, reason, flags,
                         record_index, prev_part, prev_ordinal)
    select ${parts === null ? sql`${partId}::int8` : sql`t.part_id`}, t.ordinal, t.key_digest, t.source_no, t.record_id, t.entity, t.operation, t.epoch, t.n, t.source_version, t.release,
           t.commitment, t.open_text, t.named_text, t.sealed_text, t.salts, t.text_hashes, t.state, t.reporting_region, t.source_id, t.entered_by,
           t.reason, string_to_array(t.flags, ','), t.record_index, t.prev_part, t.prev_ordinal
    from unnest(
      ${textArray(of((v) => v.prepared.named))}::text[], ${byteaArray(of((v) => v.prepared.salts))}::bytea[],
      ${byteaArray(of((v) => v.keyDigest))}::bytea[], ${byteaArray(of((v) => v.prepared.commitment))}::bytea[],
      ${textArray(of((v) => v.prepared.sourceId))}::text[], ${uuidArray(of((v) => v.recordId))}::uuid[],
      ${int4Array(of((v) => v.ordinal))}::int4[], ${int4Array(of((v) => v.prepared.sourceNo))}::int4[],
      ${textArray(of((v) => v.prepared.entity))}::text[], ${textArray(of((v) => v.prepared.operation))}::text[],
      ${int4Array(of((v) => v.epoch))}::int4[], ${int4Array(of((v) => v.n))}::int4[], ${int8Array(of((v) => v.prepared.sourceVersion))}::int8[],
      ${textArray(of((v) => v.prepared.release))}::text[], ${byteaArray(of((v) => v.prepared.textHashes))}::bytea[],
      ${textArray(of((v) => v.state))}::text[], ${textArray(of((v) => v.prepared.reportingRegion))}::text[],
      ${textArray(of((v) => v.prepared.enteredBy))}::text[], ${textArray(of((v) => v.prepared.reason))}::text[],
      ${textArray(of((v) => v.prepared.flags?.join(',') ?? null))}::text[], ${int8Array(of((v) => v.prepared.index))}::int8[],
      ${int8Array(of((v) => v.prev?.part ?? null))}::int8[], ${int4Array(of((v) => v.prev?.ordinal ?? null))}::int4[],
      ${byteaArray(of((v) => (v.prepared.sealed === null ? null : hub.sealer.seal(v.prepared.sealed, v.prepared.commitment))))}::bytea[],
      ${textArray(of((v) => v.prepared.open))}::text[]${parts === null ? sql`` : sql`, ${parts}::int8[]`}
    ) as t (named_text, salts, key_digest, commitment, source_id, record_id, ordinal, source_no, entity, operation, epoch, n, source_version, release,
            text_hashes, state, reporting_region, entered_by, reason, flags, record_index, prev_part, prev_ordinal, sealed_text, open_text${
              parts === null ? sql`` : sql`, part_id`
            })`
}

/** The statement that notes what held versions wait for and until when; null when there are none. */
export function heldInsert(partId: number, versions: readonly MergedVersion[], at: Date): RawBuilder<unknown> | null {
  const rows = versions.flatMap((version) => version.waitsFor.map((parent) => ({ version, parent })))
  if (rows.length === 0) return null
  const of = <T>(pick: (row: (typeof rows)[number]) => T) => rows.map(pick)
  const until = ({ parent }: (typeof rows)[number]) => (parent.until === null ? null : parent.until.toISOString())
  return sql`
    insert into held (part_id, ordinal, key_digest, source_no, parent_digest, entity, held_at, parent_entity, field, rule, until_at)
    select ${partId}::int8, t.ordinal, t.key_digest, t.source_no, t.parent_digest, t.entity, ${at}, t.parent_entity, t.field, t.rule, t.until_at::timestamptz
    from unnest(
      ${int4Array(of(({ version }) => version.ordinal))}::int4[], ${byteaArray(of(({ version }) => version.keyDigest))}::bytea[],
      ${int4Array(of(({ version }) => version.prepared.sourceNo))}::int4[], ${byteaArray(of(({ parent }) => parent.digest))}::bytea[],
      ${textArray(of(({ version }) => version.prepared.entity))}::text[], ${textArray(of(({ parent }) => parent.entity))}::text[],
      ${textArray(of(({ parent }) => parent.field))}::text[], ${textArray(of(({ parent }) => parent.rule))}::text[], ${textArray(of(until))}::text[]
    ) as t (ordinal, key_digest, source_no, parent_digest, entity, parent_entity, field, rule, until_at)
    on conflict do nothing`
}
