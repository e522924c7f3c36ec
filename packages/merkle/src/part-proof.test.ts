import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { flipped, someHashes } from '../test/reference.ts'
import { partMultiproof, subsetMultiproof, treeRoot, verifyPartMultiproof } from './index.ts'

vi.setConfig({ testTimeout: 60_000 }) // computes much; a busy machine is no failure

const all = someHashes(400)

/** A part's size, some ordinals of it, and some of those. */
const choice = fc.integer({ min: 1, max: 400 }).chain((size) =>
  fc
    .uniqueArray(fc.nat(size - 1), { minLength: 1, maxLength: 60 })
    .map((list) => list.sort((a, b) => a - b))
    .chain((ordinals) => fc.tuple(fc.constant(size), fc.constant(ordinals), fc.subarray(ordinals, { minLength: 1 }), fc.nat())),
)
const pick = (ordinals: readonly number[]): Buffer[] => ordinals.map((ordinal) => all[ordinal] as Buffer)

describe('multiproof of a part', () => {
  it('convinces for every single record of every part up to 70', () => {
    for (let size = 1; size <= 70; size++) {
      const leaves = all.slice(0, size)
      for (let ordinal = 0; ordinal < size; ordinal++) {
        expect(verifyPartMultiproof(size, [ordinal], pick([ordinal]), partMultiproof(leaves, [ordinal]), treeRoot(leaves))).toBe(true)
      }
    }
  })

  it('convinces for any choice of records, and not when a bit, an ordinal or the size is changed', () => {
    fc.assert(
      fc.property(choice, ([size, ordinals, , bit]) => {
        const leaves = all.slice(0, size)
        const root = treeRoot(leaves)
        const proof = partMultiproof(leaves, ordinals)
        const hashes = pick(ordinals)
        expect(verifyPartMultiproof(size, ordinals, hashes, proof, root)).toBe(true)
        expect(verifyPartMultiproof(size, ordinals, hashes, proof, flipped(root, bit))).toBe(false)
        expect(verifyPartMultiproof(size, ordinals, hashes, [...proof, root], root)).toBe(false)
        const at = bit % hashes.length
        expect(verifyPartMultiproof(size, ordinals, hashes.with(at, flipped(hashes[at] as Buffer, bit)), proof, root)).toBe(false)
        for (let i = 0; i < proof.length; i++) {
          expect(verifyPartMultiproof(size, ordinals, hashes, proof.with(i, flipped(proof[i] as Buffer, bit)), root)).toBe(false)
        }
        const moved = ordinals.map((ordinal) => ordinal + 1)
        if (moved.at(-1) !== size) expect(verifyPartMultiproof(size, moved, hashes, proof, root)).toBe(false)
      }),
    )
  })

  it('is empty when every record is told of', () => {
    const leaves = all.slice(0, 77)
    const everything = leaves.map((_, i) => i)
    expect(partMultiproof(leaves, everything)).toEqual([])
    expect(verifyPartMultiproof(77, everything, leaves, [], treeRoot(leaves))).toBe(true)
  })

  it('does not convince when two records are swapped', () => {
    const leaves = all.slice(0, 9)
    const proof = partMultiproof(leaves, [2, 3])
    expect(verifyPartMultiproof(9, [2, 3], pick([3, 2]), proof, treeRoot(leaves))).toBe(false)
  })

  it('refuses ordinals that are missing, unsorted, doubled or outside', () => {
    for (const ordinals of [[], [2, 1], [1, 1], [9], [-1], [0.5]]) {
      expect(() => partMultiproof(all.slice(0, 9), ordinals), String(ordinals)).toThrow(RangeError)
      expect(verifyPartMultiproof(9, ordinals, pick(ordinals), [], treeRoot(all.slice(0, 9)))).toBe(false)
    }
  })

  it('is not led into endless work by a huge size', () => {
    expect(verifyPartMultiproof(Number.MAX_SAFE_INTEGER, [5], pick([5]), someHashes(53), treeRoot(all))).toBe(false)
  })
})

describe('cutting a multiproof', () => {
  it('gives the proof that the whole part would give', () => {
    fc.assert(
      fc.property(choice, ([size, ordinals, subset]) => {
        const leaves = all.slice(0, size)
        const proof = partMultiproof(leaves, ordinals)
        const cut = subsetMultiproof(size, ordinals, pick(ordinals), proof, subset)
        expect(cut).toEqual(partMultiproof(leaves, subset))
        expect(verifyPartMultiproof(size, subset, pick(subset), cut, treeRoot(leaves))).toBe(true)
      }),
    )
  })

  it('is refused for records the proof does not tell of, and for a proof that does not fit', () => {
    const leaves = all.slice(0, 20)
    const proof = partMultiproof(leaves, [3, 8])
    expect(() => subsetMultiproof(20, [3, 8], pick([3, 8]), proof, [4])).toThrow(RangeError)
    expect(() => subsetMultiproof(20, [3, 8], pick([3, 8]), proof.slice(1), [3])).toThrow(RangeError)
    expect(() => subsetMultiproof(20, [3, 8], pick([3, 8]), [...proof, leaves[0] as Buffer], [3])).toThrow(RangeError)
  })
})
