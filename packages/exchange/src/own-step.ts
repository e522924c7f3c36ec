import { int4Array, int8Array, type Tables } from '@huijiao/database'
import { inclusionProof, tileWidth, partMultiproof, type ReadTile, type RecordIdentity, recordLeafHash } from '@huijiao/merkle'
import { type Kysely, sql } from 'kysely'
import { cutBelow, type CustodyStep } from './custody.ts'
import { type CustodyRow, stepsBelow } from './custody-store.ts'
import type { Hub } from './hub.ts'
import { readHashTile } from './read-log.ts'
import { identityOf, type VersionRow } from './version-rows.ts'

/** What a custody step needs of the part's log entry. */
export interface SourceEntry {
  readonly leaf: string
  readonly body: string
  readonly salt: Buffer
}

/** Reads the tiles that proofs of these entries in the tree of `size` leaves go through: once, and with one statement. */
export async function tileReader(db: Kysely<Tables>, indexes: readonly number[], size: number): Promise<ReadTile> {
  const wanted = new Map<string, readonly [level: number, tile: number]>()
  for (let level = 0, span = tileWidth; Math.floor((size * tileWidth) / span) > 0; level += 1, span *= tileWidth) {
    for (const index of [...indexes, size - 1]) {
      const tile = Math.floor(index / span)
      wanted.set(`${level}/${tile}`, [level, tile])
    }
  }
  const list = [...wanted.values()]
  const { rows } = await sql<{ level: number; tile: number; hashes: Buffer }>`
    select level, tile, hashes from log_tile
    join unnest(${int4Array(list.map(([level]) => level))}::int4[], ${int8Array(list.map(([, tile]) => tile))}::int8[]) as t (level, tile) using (level, tile)`.execute(
    db,
  )
  const tiles = new Map(rows.map((row) => [`${row.level}/${row.tile}`, row.hashes]))
  return (level, index, width) => {
    const hashes = tiles.get(`${level}/${index}`)
    return hashes !== undefined && hashes.length >= width * 32 ? hashes : readHashTile(db, level, index, width)
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
  part: {
    index: number
    rows: readonly VersionRow[]
    ordinals: readonly number[]
    tombstones: ReadonlySet<number>
    entry: SourceEntry
    custody: readonly CustodyRow[]
    /** Of the rows, where the caller has made them. */
    identities?: readonly RecordIdentity[]
  },
  checkpoint: { size: number; note: string },
  readTile: ReadTile,
): Promise<CustodyStep> {
  const { rows, ordinals, tombstones, entry } = part
  const identities = part.identities ?? rows.map(identityOf)
  const whole = ordinals.length === rows.length
  const operations = Object.fromEntries(
    ordinals
      .filter((ordinal) => tombstones.has(ordinal) && identities[ordinal]?.operation !== 'no-longer-qualifies')
      .map((ordinal) => [ordinal, (identities[ordinal] as RecordIdentity).operation]),
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
