import type { DeliveryItem, DeliveryTable, Operation, Tables, VersionTable } from '@huijiao/database'
import { int4Array, int8Array } from '@huijiao/database'
import { digestText, inclusionProof, partMultiproof, type ReadTile, recordLeafHash, type RecordIdentity, sha256, textHash } from '@huijiao/merkle'
import { type Kysely, type Selectable, sql } from 'kysely'
import { cutBelow, type CustodyStep } from './custody.ts'
import { type CustodyRow, loadCustody, stepsBelow } from './custody-store.ts'
import type { Hub } from './hub.ts'
import { readHashTile } from './read-log.ts'
import { publicRecordId } from './record-id.ts'
import { deliveryIdOf, type TextLetter, textLetters, type VersionsEnvelope, type WireEntry, type WireVersion, writeVersionsBody } from './versions-body.ts'

export type DeliveryRow = Selectable<DeliveryTable>

/** A version with the text form of its stream. Texts are null where they were not asked for. */
export type VersionRow = Selectable<VersionTable> & { readonly stream: string }

/** What, besides the items, fixes the bytes of a delivery. */
export interface DeliveryFacts {
  readonly number: number
  readonly items: readonly DeliveryItem[]
  readonly checkpointSize: number
  readonly createdAt: Date
  /** 'hash': sealed texts stay here. */
  readonly sealed: 'text' | 'hash'
}

export interface DeliveryBody {
  readonly id: string
  readonly bytes: Buffer
  readonly digest: Buffer
  readonly count: number
}

/** The versions of a delivery in the order of its body. */
export function placesOf(items: readonly DeliveryItem[], sizeOf: (partId: number) => number): { index: number; partId: number; ordinal: number; tombstone: boolean }[] {
  return items.flatMap(([index, partId, ordinals, notes]) =>
    (ordinals ?? Array.from({ length: sizeOf(partId) }, (_, ordinal) => ordinal)).map((ordinal) => ({
      index,
      partId,
      ordinal,
      tombstone: notes?.tombstones?.includes(ordinal) ?? false,
    })),
  )
}

/** How many versions each part holds. */
export async function partSizes(db: Kysely<Tables>, partIds: readonly number[]): Promise<Map<number, number>> {
  const { rows } = await sql<{ part_id: number; version_count: number }>`
    select part_id, version_count from part where part_id = any(${int8Array(partIds)}::int8[])`.execute(db)
  return new Map(rows.map((row) => [row.part_id, row.version_count]))
}

/**
 * All versions of the items' parts, in order; the texts only of those that the items name, because a proof needs the leaves of the whole part
 * but a retry of one record must not read the other two thousand.
 */
export async function loadVersions(db: Kysely<Tables>, items: readonly (readonly [unknown, number, readonly number[] | null, ...unknown[]])[]): Promise<Map<number, VersionRow[]>> {
  const whole = items.filter((item) => item[2] === null).map((item) => item[1])
  const some = items.flatMap(([, partId, ordinals]) => (ordinals ?? []).map((ordinal) => ({ partId, ordinal })))
  const { rows } = await sql<VersionRow>`
    select v.part_id, v.ordinal, v.key_digest, v.source_no, v.record_id, v.entity, v.operation, v.epoch, v.n, v.source_version, v.release, v.commitment,
           case when wanted.yes then v.open_text end as open_text, case when wanted.yes then v.named_text end as named_text,
           case when wanted.yes then v.sealed_text end as sealed_text, v.salts, v.text_hashes, v.state, v.reporting_region, v.source_id, v.entered_by,
           v.reason, v.flags, v.record_index, v.prev_part, v.prev_ordinal, s.origin || '/' || s.participant as stream
    from version v
    join source s using (source_no)
    left join unnest(${int8Array(some.map((one) => one.partId))}::int8[], ${int4Array(some.map((one) => one.ordinal))}::int4[]) as w (part_id, ordinal)
      on w.part_id = v.part_id and w.ordinal = v.ordinal
    cross join lateral (select w.part_id is not null or v.part_id = any(${int8Array(whole)}::int8[]) as yes) as wanted
    where v.part_id = any(${int8Array([...new Set(items.map((item) => item[1]))])}::int8[])
    order by v.part_id, v.ordinal`.execute(db)
  const parts = new Map<number, VersionRow[]>()
  for (const row of rows) {
    const list = parts.get(row.part_id)
    if (list === undefined) parts.set(row.part_id, [row])
    else list.push(row)
  }
  return parts
}

/** What a version's leaf says, here. */
export const identityOf = (row: VersionRow): RecordIdentity => ({
  entity: row.entity,
  recordId: publicRecordId(row.record_id),
  operation: row.operation,
  stream: row.stream,
  epoch: row.epoch,
  n: row.n,
  sourceVersion: row.source_version,
  release: row.release,
  commitment: digestText(row.commitment),
})

const saltAt = (row: VersionRow, at: number) => row.salts.subarray(at * 16, at * 16 + 16)

/** The three texts of a row whose texts were loaded; sealed ones are opened with this node's key. */
export function textsOf(hub: Pick<Hub, 'sealer'>, row: VersionRow): Record<TextLetter, string | null> {
  return { o: row.open_text, n: row.named_text, s: row.sealed_text === null ? null : hub.sealer.open(row.sealed_text, row.commitment) }
}

/** A version as lines of the body. A tombstone gives its place and commitment away, and none of its texts. */
function wireVersion(hub: Hub, row: VersionRow, options: { tombstone: boolean; flags: readonly string[]; sealed: 'text' | 'hash' }): WireVersion {
  const texts = textsOf(hub, row)
  const salts: Record<TextLetter, string | null> = { o: null, n: null, s: null }
  const lines: string[] = []
  let letters = ''
  for (const [at, letter] of textLetters.entries()) {
    const text = texts[letter]
    const stored = row.text_hashes?.subarray(at * 32, at * 32 + 32)
    const hash = text !== null ? null : stored !== undefined && stored.some((byte) => byte !== 0) ? stored : undefined
    if (hash === undefined) continue
    letters += letter
    if (text !== null && !options.tombstone && !(letter === 's' && options.sealed === 'hash')) {
      salts[letter] = saltAt(row, at).toString('hex')
      lines.push(text)
    } else {
      lines.push(`#${(hash ?? textHash(saltAt(row, at), text as string)).toString('hex')}`)
    }
  }
  const operation: Operation = options.tombstone ? 'no-longer-qualifies' : row.operation
  const flags = [...new Set([...(row.flags ?? []), ...options.flags])]
  const { operation: _, ...identity } = identityOf(row)
  return {
    record: {
      entity: identity.entity,
      recordId: identity.recordId,
      operation,
      stream: identity.stream,
      epoch: identity.epoch,
      n: identity.n,
      sourceVersion: identity.sourceVersion,
      release: identity.release,
      commitment: identity.commitment,
      reportingRegion: row.reporting_region,
      sourceId: row.source_id,
      reason: row.reason,
      flags: flags.length === 0 ? null : flags,
      salts: { open: salts.o, named: salts.n, sealed: salts.s },
      texts: letters,
    },
    texts: lines,
  }
}

interface SourceEntry {
  readonly leaf: string
  readonly body: string
  readonly salt: Buffer
}

async function loadEntries(db: Kysely<Tables>, indexes: readonly number[]): Promise<Map<number, SourceEntry>> {
  const { rows } = await sql<{ index: number; leaf: string; body: string | null; body_salt: Buffer | null }>`
    select index, leaf, body, body_salt from log_entry where index = any(${int8Array(indexes)}::int8[])`.execute(db)
  return new Map(
    rows.map((row) => {
      if (row.body === null || row.body_salt === null) throw new Error(`the body of log entry ${row.index} was erased, so its records cannot be proven to the level above`)
      return [row.index, { leaf: row.leaf, body: row.body, salt: row.body_salt }]
    }),
  )
}

/** Reads each tile once, however many proofs go through it. */
export function tileReader(db: Kysely<Tables>): ReadTile {
  const tiles = new Map<string, Promise<Buffer>>()
  return (level, index, width) => {
    const name = `${level}/${index}/${width}`
    const tile = tiles.get(name) ?? readHashTile(db, level, index, width)
    tiles.set(name, tile)
    return tile
  }
}

/**
 * The custody step of this node for some records of one of its parts, proven to one checkpoint.
 * @param rows all versions of the part
 * @param ordinals the records, ascending
 * @param tombstones ordinals that go on as tombstones
 */
export async function ownStep(
  hub: Pick<Hub, 'node'>,
  part: { index: number; rows: readonly VersionRow[]; ordinals: readonly number[]; tombstones: ReadonlySet<number>; entry: SourceEntry; custody: readonly CustodyRow[] },
  checkpoint: { size: number; note: string },
  readTile: ReadTile,
): Promise<CustodyStep> {
  const { rows, ordinals, tombstones, entry } = part
  const identities = rows.map(identityOf)
  const whole = ordinals.length === rows.length
  const operations = Object.fromEntries(
    ordinals.filter((ordinal) => tombstones.has(ordinal) && identities[ordinal]?.operation !== 'no-longer-qualifies').map((ordinal) => [ordinal, (identities[ordinal] as RecordIdentity).operation]),
  )
  const inclusion = await inclusionProof(part.index, checkpoint.size, readTile)
  return {
    node: hub.node.name,
    checkpoint: checkpoint.note,
    index: part.index,
    leaf: entry.leaf,
    body: entry.body,
    bodySalt: entry.salt.toString('hex'),
    inclusion: inclusion.map((hash) => hash.toString('base64')),
    size: rows.length,
    ordinals: whole ? null : [...ordinals],
    proof: whole ? [] : partMultiproof(identities.map(recordLeafHash), ordinals).map((hash) => hash.toString('base64')),
    ...(Object.keys(operations).length === 0 ? {} : { operations }),
    below: cutBelow(stepsBelow(part.custody), identities, ordinals, tombstones),
  }
}

/**
 * Makes the bytes of a delivery from what is stored. Nothing in them depends on when or how often this is called, so a retry sends the same bytes.
 * @param loaded the parts' versions, when the caller has just read them
 */
export async function buildBody(hub: Hub, db: Kysely<Tables>, facts: DeliveryFacts, loaded?: ReadonlyMap<number, VersionRow[]>): Promise<DeliveryBody> {
  const partIds = facts.items.map((item) => item[1])
  const parts = loaded ?? (await loadVersions(db, facts.items))
  const sources = await loadEntries(db, facts.items.map((item) => item[0]))
  const custody = await loadCustody(db, partIds)
  const note = facts.items.length === 0 ? null : (await db.selectFrom('log_checkpoint').select('note').where('size', '=', facts.checkpointSize).executeTakeFirstOrThrow()).note
  const readTile = tileReader(db)
  const entries: WireEntry[] = []
  let count = 0
  for (const [index, partId, named, notes] of facts.items) {
    const rows = parts.get(partId) ?? []
    const ordinals = named ?? rows.map((row) => row.ordinal)
    const tombstones = new Set(notes?.tombstones ?? [])
    const entry = sources.get(index)
    if (entry === undefined) throw new Error(`log entry ${index} is gone`)
    const step = await ownStep(hub, { index, rows, ordinals, tombstones, entry, custody: custody.get(partId) ?? [] }, { size: facts.checkpointSize, note: note as string }, readTile)
    const versions = ordinals.map((ordinal) =>
      wireVersion(hub, rows[ordinal] as VersionRow, { tombstone: tombstones.has(ordinal), flags: notes?.flags?.[ordinal] ?? [], sealed: facts.sealed }),
    )
    const { node: _, checkpoint: __, ...wire } = step
    entries.push({ custody: wire, versions })
    count += versions.length
  }
  const bytes = writeVersionsBody({ envelope: envelopeOf(hub, facts, note, count), entries })
  const digest = sha256(bytes)
  return { id: deliveryIdOf(digest), bytes, digest, count }
}

function envelopeOf(hub: Hub, facts: DeliveryFacts, checkpoint: string | null, count: number): VersionsEnvelope {
  const { name, region, tier, epoch, epochId } = hub.node
  return { versions: 1, delivery: facts.number, producedAt: facts.createdAt.toISOString(), from: { node: name, region, tier, epoch: { number: epoch, id: epochId } }, checkpoint, count }
}

/** An empty body: what a connection test and a probe send. Nothing is stored of it here. */
export function emptyBody(hub: Hub): DeliveryBody {
  const bytes = writeVersionsBody({ envelope: envelopeOf(hub, { number: 0, items: [], checkpointSize: 0, createdAt: hub.clock.now(), sealed: 'text' }, null, 0), entries: [] })
  const digest = sha256(bytes)
  return { id: deliveryIdOf(digest), bytes, digest, count: 0 }
}

/** The delivery to send next: the first open one, in the order of the halves. */
export async function openDelivery(db: Kysely<Tables>, linkNo: number): Promise<DeliveryRow | undefined> {
  return db.selectFrom('delivery').selectAll().where('link_no', '=', linkNo).where('state', '=', 'open').orderBy('path').orderBy('number').limit(1).executeTakeFirst()
}

/** Stores a delivery before its first send. The caller holds the lock on the link's row, which is what makes the number its own. */
export async function insertDelivery(
  trx: Kysely<Tables>,
  hub: Hub,
  delivery: Pick<DeliveryRow, 'link_no' | 'kind' | 'path' | 'from_index' | 'to_index' | 'parent'> & DeliveryFacts,
  loaded?: ReadonlyMap<number, VersionRow[]>,
): Promise<{ row: DeliveryRow; body: DeliveryBody }> {
  const body = await buildBody(hub, trx, delivery, loaded)
  const row = await trx
    .insertInto('delivery')
    .values({
      delivery_id: body.id,
      link_no: delivery.link_no,
      number: delivery.number,
      path: delivery.path,
      kind: delivery.kind,
      from_index: delivery.from_index,
      to_index: delivery.to_index,
      items: JSON.stringify(delivery.items),
      digest: body.digest,
      record_count: body.count,
      body_bytes: body.bytes.length,
      checkpoint_size: delivery.checkpointSize,
      created_at: delivery.createdAt,
      state: 'open',
      parent: delivery.parent,
      last_status: null,
      last_error: null,
      finished_at: null,
      counts: null,
      receipt: null,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  return { row, body }
}

export async function nextNumber(trx: Kysely<Tables>, linkNo: number): Promise<number> {
  const { rows } = await sql<{ next: number }>`select coalesce(max(number), 0) + 1 as next from delivery where link_no = ${linkNo}`.execute(trx)
  return (rows[0] as { next: number }).next
}

