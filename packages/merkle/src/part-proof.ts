import { Buffer } from '#buffer'
import { hashBytes, nodeHash } from './hash.ts'
import { splitPoint, subtreeRoot } from './tree.ts'

// One order for all of it: go through the tree from its root, left before right. A subtree in which no record is told of gives its root to
// the proof and is not entered; a single told record gives nothing. So the proof of all records is empty.

function checkOrdinals(size: number, ordinals: readonly number[]): void {
  const ascending = ordinals.every(
    (ordinal, i) => Number.isSafeInteger(ordinal) && ordinal >= 0 && (i === 0 || ordinal > (ordinals[i - 1] as number)),
  )
  if (!Number.isSafeInteger(size) || ordinals.length === 0 || !ascending || (ordinals.at(-1) as number) >= size) {
    throw new RangeError(`ordinals are strictly ascending, at least one, and below ${size}`)
  }
}

/** Whether one of `ordinals` (ascending) lies in [from, to). */
function anyWithin(ordinals: readonly number[], from: number, to: number): boolean {
  let [low, high] = [0, ordinals.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((ordinals[middle] as number) < from) low = middle + 1
    else high = middle
  }
  return low < ordinals.length && (ordinals[low] as number) < to
}

/**
 * Proof that the records at `ordinals` are in the part whose leaf hashes are `leafHashes`.
 * @param leafHashes all of the part, in order
 * @param ordinals positions in the part, 0-based, strictly ascending, at least one
 * @returns roots of the subtrees that hold none of them, left to right; empty when `ordinals` is everything
 * @throws RangeError when the ordinals are not as said
 */
export function partMultiproof(leafHashes: readonly Uint8Array[], ordinals: readonly number[]): Buffer[] {
  checkOrdinals(leafHashes.length, ordinals)
  const proof: Buffer[] = []
  const walk = (from: number, to: number): void => {
    if (!anyWithin(ordinals, from, to)) proof.push(subtreeRoot(leafHashes, from, to))
    else if (to - from > 1) {
      const middle = from + splitPoint(to - from)
      walk(from, middle)
      walk(middle, to)
    }
  }
  walk(0, leafHashes.length)
  return proof
}

/** Puts a part's root together from told leaves and a proof; `onSubtree` sees every subtree's hash on the way, children first. */
function replay(
  size: number,
  ordinals: readonly number[],
  leafHashes: readonly Uint8Array[],
  proof: readonly Uint8Array[],
  cut?: { readonly subset: readonly number[]; readonly proof: Buffer[] },
): Buffer {
  checkOrdinals(size, ordinals)
  if (leafHashes.length !== ordinals.length || ![...leafHashes, ...proof].every((hash) => hash.length === hashBytes)) {
    throw new RangeError('one leaf hash of 32 bytes is needed for each ordinal')
  }
  let [leavesUsed, proofUsed] = [0, 0]
  // `open`: no subtree above this one was given to the cut proof yet.
  const walk = (from: number, to: number, open: boolean): Uint8Array => {
    const needed = cut !== undefined && open && !anyWithin(cut.subset, from, to)
    // The place in the cut proof is taken before its children are walked; they give it nothing.
    const hash = inner(from, to, open && !needed)
    if (needed) cut.proof.push(Buffer.from(hash))
    return hash
  }
  const inner = (from: number, to: number, open: boolean): Uint8Array => {
    if (!anyWithin(ordinals, from, to)) {
      const told = proof[proofUsed++]
      if (told === undefined) throw new RangeError('the proof is too short')
      return told
    }
    if (to - from === 1) return leafHashes[leavesUsed++] as Uint8Array
    const middle = from + splitPoint(to - from)
    const left = walk(from, middle, open)
    return nodeHash(left, walk(middle, to, open))
  }
  const root = walk(0, size, true)
  if (proofUsed !== proof.length) throw new RangeError('the proof is too long')
  return Buffer.from(root)
}

/**
 * Whether `proof` shows that the part with `root` and `size` records holds these leaf hashes at these ordinals. Never throws.
 * @param ordinals strictly ascending, at least one
 * @param leafHashes one for each ordinal, in the same order
 */
export function verifyPartMultiproof(
  size: number,
  ordinals: readonly number[],
  leafHashes: readonly Uint8Array[],
  proof: readonly Uint8Array[],
  root: Uint8Array,
): boolean {
  try {
    return Buffer.compare(replay(size, ordinals, leafHashes, proof), root) === 0
  } catch {
    return false
  }
}

/**
 * Cuts a proof to fewer records without the whole part at hand, as a node does that passes on only some of what it received.
 * @param proof one that was verified for `ordinals` and `leafHashes`
 * @param subset ordinals to keep: some of `ordinals`, strictly ascending, at least one
 * @returns the same proof that `partMultiproof` would give for `subset`
 * @throws RangeError when `subset` is not among `ordinals` or the proof does not fit them
 */
export function subsetMultiproof(
  size: number,
  ordinals: readonly number[],
  leafHashes: readonly Uint8Array[],
  proof: readonly Uint8Array[],
  subset: readonly number[],
): Buffer[] {
  checkOrdinals(size, subset)
  const told = new Set(ordinals)
  if (!subset.every((ordinal) => told.has(ordinal))) throw new RangeError('a proof can be cut only to records it tells of')
  const cut = { subset, proof: [] as Buffer[] }
  replay(size, ordinals, leafHashes, proof, cut)
  return cut.proof
}
