import { Buffer } from '#buffer'
import { emptyRoot, hashBytes, nodeHash } from './hash.ts'
import { hashesAtLevel, tileHashes, tileWidth, type ReadTile } from './tile.ts'
import { subtreeRoot, treeRoot } from './tree.ts'

/** A tile to be written: `width` concatenated hashes. */
export interface NewTile {
  readonly level: number
  readonly index: number
  /** 1–256; below 256 it is partial. */
  readonly width: number
  readonly hashes: Buffer
}

/** What appending leaves to a log brings. */
export interface AppendedTiles {
  /** Every tile that is new or wider than before, lowest level first; a partial tile repeats the hashes it had. */
  readonly tiles: NewTile[]
  /** Leaves after appending. */
  readonly size: number
  /** Root after appending, 32 bytes. */
  readonly root: Buffer
}

/**
 * Appends leaf hashes to a log that is kept as tiles.
 * @param oldSize leaves before
 * @param newLeafHashes 32 bytes each, in log order; may be empty
 * @param readTile is asked only for the partial tiles at the right edge of the tree of `oldSize`
 * @returns tiles to be stored before a checkpoint of the new size leaves the process
 * @throws RangeError when a hash is not 32 bytes or a tile is too short; whatever `readTile` throws
 */
export async function newTiles(oldSize: number, newLeafHashes: readonly Uint8Array[], readTile: ReadTile): Promise<AppendedTiles> {
  if (!Number.isSafeInteger(oldSize) || oldSize < 0) throw new RangeError('the size of a log is a count')
  if (newLeafHashes.some((hash) => hash.length !== hashBytes)) throw new RangeError('a leaf hash has 32 bytes')
  const size = oldSize + newLeafHashes.length
  const tiles: NewTile[] = []
  let root: Buffer | null = null
  let added: readonly Uint8Array[] = newLeafHashes
  for (let level = 0; hashesAtLevel(size, level) > 0; level++) {
    const before = hashesAtLevel(oldSize, level)
    const kept = await partialTile(before, level, readTile)
    const hashes = [...kept, ...added]
    const above: Buffer[] = []
    let start = 0
    for (let index = Math.floor(before / tileWidth); start < hashes.length; index++, start += tileWidth) {
      const slice = hashes.slice(start, start + tileWidth)
      if (added.length > 0) tiles.push({ level, index, width: slice.length, hashes: Buffer.concat(slice) })
      if (slice.length === tileWidth) above.push(treeRoot(slice))
    }
    root = foldEdge(hashes.slice(hashes.length - (hashes.length % tileWidth)), root)
    added = above
  }
  return { tiles, size, root: root ?? emptyRoot }
}

async function partialTile(hashesInLevel: number, level: number, readTile: ReadTile): Promise<Buffer[]> {
  const width = hashesInLevel % tileWidth
  return width === 0 ? [] : tileHashes(await readTile(level, Math.floor(hashesInLevel / tileWidth), width), width)
}

/**
 * Joins the complete subtrees of a partial tile, from the right, to what stands right of them: the root over all lower levels' edges, null
 * when they have none. Done for every level from 0 upward, it gives the root of the log.
 */
export function foldEdge(edge: readonly Uint8Array[], right: Buffer | null): Buffer | null {
  let folded = right
  for (let end = edge.length; end > 0;) {
    let length = 1
    while (end % (length * 2) === 0) length *= 2
    const peak = subtreeRoot(edge, end - length, end)
    folded = folded === null ? peak : nodeHash(peak, folded)
    end -= length
  }
  return folded
}
