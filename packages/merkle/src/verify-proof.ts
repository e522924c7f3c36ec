import { Buffer } from '#buffer'
import { emptyRoot, hashBytes, nodeHash } from './hash.ts'

const isHash = (bytes: Uint8Array): boolean => bytes instanceof Uint8Array && bytes.length === hashBytes
const isCount = (n: number): boolean => Number.isSafeInteger(n) && n >= 0
const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0
const half = (n: number): number => Math.floor(n / 2)
const isOdd = (n: number): boolean => n % 2 === 1

/**
 * Whether `proof` shows that a leaf is at `index` in the tree of `size` leaves with `root`. Never throws.
 * @param hash the leaf's hash, 32 bytes
 * @see RFC 9162 §2.1.3.2
 */
export function verifyInclusion(hash: Uint8Array, index: number, size: number, proof: readonly Uint8Array[], root: Uint8Array): boolean {
  if (!isCount(index) || !isCount(size) || index >= size || ![hash, root, ...proof].every(isHash)) return false
  let [position, last] = [index, size - 1]
  let reached = hash
  for (const sibling of proof) {
    if (last === 0) return false
    if (isOdd(position) || position === last) {
      reached = nodeHash(sibling, reached)
      // A node without a right neighbour goes up unchanged until it has a left one.
      while (!isOdd(position) && position !== 0) [position, last] = [half(position), half(last)]
    } else {
      reached = nodeHash(reached, sibling)
    }
    ;[position, last] = [half(position), half(last)]
  }
  return last === 0 && same(reached, root)
}

/**
 * Whether `proof` shows that the tree of `newSize` leaves with `newRoot` begins with the tree of `oldSize` leaves with `oldRoot`.
 * Never throws. An empty old tree is the beginning of every tree, and so needs an empty proof.
 * @see RFC 9162 §2.1.4.2
 */
export function verifyConsistency(
  oldSize: number,
  oldRoot: Uint8Array,
  newSize: number,
  newRoot: Uint8Array,
  proof: readonly Uint8Array[],
): boolean {
  if (!isCount(oldSize) || !isCount(newSize) || oldSize > newSize || ![oldRoot, newRoot, ...proof].every(isHash)) return false
  if (oldSize === newSize) return proof.length === 0 && same(oldRoot, newRoot)
  if (oldSize === 0) return proof.length === 0 && same(oldRoot, emptyRoot)
  let [position, last] = [oldSize - 1, newSize - 1]
  while (isOdd(position)) [position, last] = [half(position), half(last)]
  // When the old tree is complete, its root is the first node of the path and is not told again.
  const path = position === 0 ? [oldRoot, ...proof] : proof
  const [start, ...siblings] = path
  if (start === undefined) return false
  let [oldReached, newReached] = [start, start]
  for (const sibling of siblings) {
    if (last === 0) return false
    if (isOdd(position) || position === last) {
      oldReached = nodeHash(sibling, oldReached)
      newReached = nodeHash(sibling, newReached)
      while (!isOdd(position) && position !== 0) [position, last] = [half(position), half(last)]
    } else {
      newReached = nodeHash(newReached, sibling)
    }
    ;[position, last] = [half(position), half(last)]
  }
  return last === 0 && same(oldReached, oldRoot) && same(newReached, newRoot)
}
