import type { Tables } from '@huijiao/database'
import { inclusionProof, partMultiproof, type ReadTile, type RecordIdentity, recordLeafHash } from '@huijiao/merkle'
import type { Kysely } from 'kysely'
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
  part: {
    index: number
    rows: readonly VersionRow[]
    ordinals: readonly number[]
    tombstones: ReadonlySet<number>
    entry: SourceEntry
    custody: readonly CustodyRow[]
  },
  checkpoint: { size: number; note: string },
  readTile: ReadTile,
): Promise<CustodyStep> {
  const { rows, ordinals, tombstones, entry } = part
  const identities = rows.map(identityOf)
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
