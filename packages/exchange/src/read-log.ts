import type { Tables } from '@huijiao/database'
import { encodeEntryBundle, hashesAtLevel, inclusionProof, tileWidth, tileWidthAt } from '@huijiao/merkle'
import type { Kysely } from 'kysely'
import { readLogHead } from './log.ts'

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

/** A bundle of `width` leaves as it is published, or null when the signed log does not reach that far. */
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

/** Searches the numbered log, newest first. */
export async function searchLog(db: Kysely<Tables>, filter: EntryFilter): Promise<ShownEntry[]> {
  let query = db.selectFrom('log_entry').select(['index', 'kind', 'instant', 'actor', 'subject', 'part_id', 'leaf', 'body'])
  if (filter.before !== undefined) query = query.where('index', '<', filter.before)
  if (filter.actor !== undefined) query = query.where('actor', '=', filter.actor)
  if (filter.kind !== undefined) query = query.where('kind', '=', filter.kind)
  if (filter.subject !== undefined) query = query.where('subject', '=', filter.subject)
  if (filter.from !== undefined) query = query.where('instant', '>=', filter.from)
  if (filter.to !== undefined) query = query.where('instant', '<', filter.to)
  const { partIds, entity, submissionId } = filter
  if (partIds !== undefined) query = query.where('part_id', 'in', partIds.length === 0 ? [-1] : partIds)
  if (entity !== undefined) {
    query = query.where(({ exists, selectFrom }) =>
      exists(selectFrom('version').select('ordinal').whereRef('version.part_id', '=', 'log_entry.part_id').where('entity', '=', entity)),
    )
  }
  if (submissionId !== undefined) {
    query = query.where('part_id', 'in', (inner) =>
      inner
        .selectFrom('part')
        .innerJoin('submission', 'submission.submission_no', 'part.submission_no')
        .select('part_id')
        .where('submission.id', '=', submissionId),
    )
  }
  const rows = await query.orderBy('index', 'desc').limit(filter.limit).execute()
  return rows.map(({ part_id, ...row }) => ({ ...row, partId: part_id }))
}
