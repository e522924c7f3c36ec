import type { Buffer } from '#buffer'
import { emptyRoot, nodeHash } from './hash.ts'
import { tileHashes, tileWidth, tileWidthAt, type ReadTile } from './tile.ts'
import { splitPoint, subtreeRoot, type TreeRange } from './tree.ts'

/** A node of the tree: the complete subtree of 2^height leaves that starts at leaf `index`·2^height. */
interface CompleteNode {
  readonly height: number
  readonly index: number
}

/** Computes hashes of the tree of `size` leaves from its tiles, reading each tile once. */
interface TileTree {
  readonly size: number
  readonly read: (level: number, index: number) => Promise<Buffer[]>
}

function tileTree(size: number, readTile: ReadTile): TileTree {
  const tiles = new Map<string, Promise<Buffer[]>>()
  const read = async (level: number, index: number): Promise<Buffer[]> => {
    const width = tileWidthAt(size, level, index)
    return tileHashes(await readTile(level, index, width), width)
  }
  return {
    size,
    read: (level, index) => {
      const name = `${level}/${index}`
      const tile = tiles.get(name) ?? read(level, index)
      tiles.set(name, tile)
      return tile
    },
  }
}

async function completeHash(tree: TileTree, { height, index }: CompleteNode): Promise<Buffer> {
  const span = 2 ** (height % 8)
  const first = index * span
  const hashes = await tree.read(Math.floor(height / 8), Math.floor(first / tileWidth))
  return subtreeRoot(hashes, first % tileWidth, (first % tileWidth) + span)
}

/** Splits leaves [from, to) into complete subtrees, left to right; `from` is a multiple of the largest of them. */
function completeNodes(from: number, to: number): CompleteNode[] {
  const nodes: CompleteNode[] = []
  for (let at = from; at < to;) {
    const length = splitPoint(to - at + 1)
    nodes.push({ height: Math.log2(length), index: at / length })
    at += length
  }
  return nodes
}

/** Hash of the subtree over leaves [from, to), which need not be complete on its right. */
async function rangeHash(tree: TileTree, from: number, to: number): Promise<Buffer> {
  const hashes = await Promise.all(completeNodes(from, to).map((node) => completeHash(tree, node)))
  return hashes.reduceRight((right, left) => nodeHash(left, right))
}

function checkCount(sound: boolean, what: string): void {
  if (!sound) throw new RangeError(what)
}

/**
 * The right edge of a log of `size` leaves, read from its tiles.
 * @throws RangeError when a tile is shorter than the size demands; whatever `readTile` throws
 */
export async function rangeFromTiles(size: number, readTile: ReadTile): Promise<TreeRange> {
  const tree = tileTree(size, readTile)
  const peaks = await Promise.all(completeNodes(0, size).map((node) => completeHash(tree, node)))
  return { size, peaks }
}

/** Root of a log of `size` leaves, computed from its tiles; 32 bytes. */
export async function rootFromTiles(size: number, readTile: ReadTile): Promise<Buffer> {
  return size === 0 ? emptyRoot : rangeHash(tileTree(size, readTile), 0, size)
}

/**
 * Proof that leaf `index` is in the tree of `size` leaves.
 * @returns sibling hashes from the leaf upward
 * @throws RangeError when index is not below size, or a tile is too short; whatever `readTile` throws
 * @see RFC 9162 §2.1.3.1
 */
export async function inclusionProof(index: number, size: number, readTile: ReadTile): Promise<Buffer[]> {
  checkCount(
    Number.isSafeInteger(index) && Number.isSafeInteger(size) && index >= 0 && index < size,
    `leaf ${index} is not in a tree of ${size}`,
  )
  const tree = tileTree(size, readTile)
  const siblings: Promise<Buffer>[] = []
  let [from, to] = [0, size]
  while (to - from > 1) {
    const middle = from + splitPoint(to - from)
    if (index < middle) {
      siblings.push(rangeHash(tree, middle, to))
      to = middle
    } else {
      siblings.push(rangeHash(tree, from, middle))
      from = middle
    }
  }
  return (await Promise.all(siblings)).reverse()
}

/**
 * Proof that the tree of `newSize` leaves continues the tree of `oldSize`.
 * @returns empty when the sizes are equal or the old tree is empty
 * @throws RangeError when oldSize is above newSize, or a tile is too short; whatever `readTile` throws
 * @see RFC 9162 §2.1.4.1
 */
export async function consistencyProof(oldSize: number, newSize: number, readTile: ReadTile): Promise<Buffer[]> {
  const sound = Number.isSafeInteger(oldSize) && Number.isSafeInteger(newSize) && oldSize >= 0 && oldSize <= newSize
  checkCount(sound, `a tree of ${newSize} leaves does not continue one of ${oldSize}`)
  if (oldSize === 0 || oldSize === newSize) return []
  const tree = tileTree(newSize, readTile)
  const hashes: Promise<Buffer>[] = []
  let [from, to] = [0, newSize]
  while (to !== oldSize) {
    const middle = from + splitPoint(to - from)
    if (oldSize <= middle) {
      hashes.push(rangeHash(tree, middle, to))
      to = middle
    } else {
      hashes.push(rangeHash(tree, from, middle))
      from = middle
    }
  }
  // The old tree's own last complete subtree; it needs no telling when it is the whole old tree, whose root the verifier holds.
  if (from > 0) hashes.push(rangeHash(tree, from, to))
  return (await Promise.all(hashes)).reverse()
}
