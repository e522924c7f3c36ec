import { int8Array, type Tables } from '@huijiao/database'
import { encodeEntryBundle, hashesAtLevel, inclusionProof, tileWidth, tileWidthAt } from '@huijiao/merkle'
import { type Kysely, sql } from 'kysely'
import { entitiesNotedTo } from './entry-entities.ts'
import { readLogHead } from './log.ts'
import { detachedLeaf, mustBeAttached } from './log-range.ts'

/**
 * The stored hashes of a tile, at least `width` of them.
 * @throws RangeError when the tree has no such tile
 */
export async function readHashTile(db: Kysely<Tables>, level: number, index: number, width: number): Promise<Buffer> {
  const row = await db.selectFrom('log_tile').select('hashes').where('level', '=', level).where('tile', '=', index).executeTakeFirst()
  if (row === undefined || row.hashes.length < width * 32) throw new RangeError(`tile ${level}/${index} does not hold ${width} hashes`)
  return row.hashes
}

/**
 * A tile as it is published: exactly `width` hashes, or null when the signed log does not reach that far.
 */
export async function readTile(db: Kysely<Tables>, level: number, index: number, width: number): Promise<Buffer | null> {
  const size = (await readLogHead(db))?.size ?? 0
  if (tileWidthAt(size, level, index) < width || hashesAtLevel(size, level) === 0) return null
  return (await readHashTile(db, level, index, width)).subarray(0, width * 32)
}

/**
 * A bundle of `width` leaves as it is published, or null when the signed log does not reach that far.
 * @throws Problem log-range-detached when its entries are kept elsewhere
 */
export async function readEntryBundle(db: Kysely<Tables>, index: number, width: number): Promise<Buffer | null> {
  const size = (await readLogHead(db))?.size ?? 0
  if (tileWidthAt(size, 0, index) < width) return null
  const rows = await db
    .selectFrom('log_entry')
    .select('leaf')
    .where('index', '>=', index * tileWidth)
    .where('index', '<', index * tileWidth + width)
    .orderBy('index')
    .execute()
  if (rows.length < width || rows.some((row) => row.leaf === detachedLeaf)) await mustBeAttached(db, index * tileWidth)
  return encodeEntryBundle(rows.map((row) => row.leaf))
}

/** Inclusion proof of one entry in the tree of `size` leaves. */
export function entryProof(db: Kysely<Tables>, index: number, size: number): Promise<Buffer[]> {
  return inclusionProof(index, size, (level, tile, width) => readHashTile(db, level, tile, width))
}

export interface EntryFilter {
  /** Entries below this index, newest first. */
  readonly before?: number
  readonly limit: number
  readonly actor?: string
  readonly kind?: string
  readonly subject?: string
  readonly from?: Date
  readonly to?: Date
  /** Entries of these parts only (such as those of one record's versions). */
  readonly partIds?: readonly number[]
  /** Entries that stored records of this entity. */
  readonly entity?: string
  /** Entries of this submission id (uuid). */
  readonly submissionId?: string
}

export interface ShownEntry {
  readonly index: number
  readonly kind: string
  readonly instant: Date
  readonly actor: string | null
  readonly subject: string | null
  readonly partId: number | null
  readonly leaf: string
  readonly body: string | null
}

/** Searches the numbered log, newest first; what is detached is not in it. */
export async function searchLog(db: Kysely<Tables>, filter: EntryFilter): Promise<ShownEntry[]> {
  if (filter.entity === undefined) return await entriesOf(db, filter, 'any')
  // What was stored last may not be noted yet; it is looked through, and it is never much.
  const notedTo = await entitiesNotedTo(db)
  const recent = await entriesOf(db, filter, { entity: filter.entity, from: notedTo })
  if (recent.length >= filter.limit) return recent
  const before = Math.min(filter.before ?? notedTo, notedTo)
  const older = await entriesOf(db, { ...filter, before, limit: filter.limit - recent.length }, { entity: filter.entity, noted: true })
  return [...recent, ...older]
}

type OfEntity = 'any' | { readonly entity: string; readonly from: number } | { readonly entity: string; readonly noted: true }

async function entriesOf(db: Kysely<Tables>, filter: EntryFilter, of: OfEntity): Promise<ShownEntry[]> {
  const noted = of !== 'any' && 'noted' in of
  // Where the entries of a table are noted, they are walked through in that order.
  const index = noted ? sql<number>`t.log_index` : sql<number>`e.index`
  const { before, actor, kind, subject, from, to, partIds, submissionId } = filter
  const conditions = [
    sql`e.leaf <> ${sql.lit(detachedLeaf)}`,
    ...(before === undefined ? [] : [sql`${index} < ${before}`]),
    ...(actor === undefined ? [] : [sql`e.actor = ${actor}`]),
    ...(kind === undefined ? [] : [sql`e.kind = ${kind}`]),
    ...(subject === undefined ? [] : [sql`e.subject = ${subject}`]),
    ...(from === undefined ? [] : [sql`e.instant >= ${from}`]),
    ...(to === undefined ? [] : [sql`e.instant < ${to}`]),
    ...(partIds === undefined ? [] : [sql`e.part_id = any(${int8Array(partIds)}::int8[])`]),
    ...(submissionId === undefined
      ? []
      : [sql`e.part_id in (select p.part_id from part p join submission s using (submission_no) where s.id = ${submissionId}::uuid)`]),
    ...(of === 'any'
      ? []
      : noted
        ? [sql`t.entity = ${of.entity}`]
        : [sql`e.index >= ${of.from}`, sql`exists (select 1 from version v where v.part_id = e.part_id and v.entity = ${of.entity})`]),
  ]
  const { rows } = await sql<ShownEntry>`
    select e.index, e.kind, e.instant, e.actor, e.subject, e.part_id as "partId", e.leaf, e.body
    from ${noted ? sql`entry_entity t join log_entry e on e.index = t.log_index` : sql`log_entry e`}
    where ${sql.join(conditions, sql` and `)}
    order by ${index} desc limit ${filter.limit}`.execute(db)
  return rows
}
