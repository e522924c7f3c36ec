import { Buffer } from '#buffer'
import { emptyRoot, hashBytes, hashPairs, nodeHash } from './hash.ts'

/** The largest power of two that is smaller than `n` (n ≥ 2): where a tree of `n` leaves is split. */
export function splitPoint(n: number): number {
  let k = 1
  while (k * 2 < n) k *= 2
  return k
}

/**
 * Root of the tree over `leaves`, in order.
 * @param leaves 32-byte leaf hashes; may be empty
 * @returns 32 bytes; the hash of the empty string when there are no leaves
 * @throws RangeError when a leaf is not 32 bytes
 * @see RFC 9162 §2.1.1
 */
export function treeRoot(leaves: readonly Uint8Array[]): Buffer {
  return leaves.length === 0 ? emptyRoot : subtreeRoot(leaves, 0, leaves.length)
}

/** Root over `leaves[from … to)`, at least one. Level by level: an odd last node goes up unchanged, which is the same tree as the recursive definition. */
export function subtreeRoot(leaves: readonly Uint8Array[], from: number, to: number): Buffer {
  let count = to - from
  if (count <= 0 || to > leaves.length) throw new RangeError('a tree is made of 32-byte hashes')
  const level = Buffer.alloc(count * hashBytes)
  for (let at = 0; at < count; at += 1) {
    const leaf = leaves[from + at] as Uint8Array
    if (leaf.length !== hashBytes) throw new RangeError('a tree is made of 32-byte hashes')
    level.set(leaf, at * hashBytes)
  }
  while (count > 1) count = hashPairs(level, count)
  return Buffer.from(level.subarray(0, hashBytes))
}

/**
 * The right edge of a growing tree: enough to append to it and to tell its root.
 * `peaks` are the roots of its complete subtrees, largest (leftmost) first: one for each bit that is set in `size`.
 */
export interface TreeRange {
  size: number
  peaks: Buffer[]
}

/** A range without leaves. */
export function emptyRange(): TreeRange {
  return { size: 0, peaks: [] }
}

/**
 * Appends one leaf hash. Changes `range` and returns it.
 * @param hash 32 bytes
 */
export function appendLeaf(range: TreeRange, hash: Uint8Array): TreeRange {
  if (hash.length !== hashBytes) throw new RangeError('a tree is made of 32-byte hashes')
  let peak: Buffer = Buffer.from(hash)
  for (let rest = range.size; rest % 2 === 1; rest = (rest - 1) / 2) peak = nodeHash(range.peaks.pop() as Buffer, peak)
  range.peaks.push(peak)
  range.size += 1
  return range
}

/** Root of the tree that `range` is the edge of; 32 bytes. */
export function rangeRoot(range: TreeRange): Buffer {
  if (range.peaks.length === 0) return emptyRoot
  return range.peaks.reduceRight((right, left) => nodeHash(left, right))
}
