import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { flipped, plainTiles, someHashes } from '../test/reference.ts'
import {
  consistencyProof,
  inclusionProof,
  rangeFromTiles,
  rangeRoot,
  rootFromTiles,
  treeRoot,
  verifyConsistency,
  verifyInclusion,
} from './index.ts'

vi.setConfig({ testTimeout: 60_000 }) // computes much; a busy machine is no failure

const leaves = someHashes(1200)
const root = (size: number): Buffer => treeRoot(leaves.slice(0, size))
const tiles = (size: number) => plainTiles(leaves.slice(0, size))
const leaf = (index: number): Buffer => leaves[index] as Buffer

describe('inclusion proof', () => {
  it('convinces for every leaf of every size up to 70', async () => {
    for (let size = 1; size <= 70; size++) {
      for (let index = 0; index < size; index++) {
        const proof = await inclusionProof(index, size, tiles(size))
        expect(verifyInclusion(leaf(index), index, size, proof, root(size)), `${index} of ${size}`).toBe(true)
      }
    }
  })

  it('convinces in trees of several tiles, and for no other leaf, index, size or root', async () => {
    const place = fc.integer({ min: 2, max: 1200 }).chain((size) => fc.tuple(fc.nat(size - 1), fc.constant(size), fc.nat()))
    await fc.assert(
      fc.asyncProperty(place, async ([index, size, bit]) => {
        const proof = await inclusionProof(index, size, tiles(size))
        expect(verifyInclusion(leaf(index), index, size, proof, root(size))).toBe(true)
        expect(verifyInclusion(flipped(leaf(index), bit), index, size, proof, root(size))).toBe(false)
        expect(verifyInclusion(leaf(index), index, size, proof, flipped(root(size), bit))).toBe(false)
        expect(verifyInclusion(leaf(index), (index + 1) % size, size, proof, root(size))).toBe(false)
        expect(verifyInclusion(leaf(index), index, size, proof.slice(1), root(size))).toBe(false)
        expect(verifyInclusion(leaf(index), index, size, [...proof, leaf(0)], root(size))).toBe(false)
        for (let i = 0; i < proof.length; i++) {
          const bent = proof.with(i, flipped(proof[i] as Buffer, bit))
          expect(verifyInclusion(leaf(index), index, size, bent, root(size))).toBe(false)
        }
      }),
      { numRuns: 40 },
    )
  })

  it('fails when any single bit of the proof is turned', async () => {
    const proof = await inclusionProof(5, 11, tiles(11))
    for (let i = 0; i < proof.length; i++) {
      for (let bit = 0; bit < 256; bit++) {
        expect(verifyInclusion(leaf(5), 5, 11, proof.with(i, flipped(proof[i] as Buffer, bit)), root(11))).toBe(false)
      }
    }
  })

  it('is refused for a leaf outside the tree', async () => {
    await expect(inclusionProof(3, 3, tiles(3))).rejects.toThrow(RangeError)
    await expect(inclusionProof(-1, 3, tiles(3))).rejects.toThrow(RangeError)
  })

  it('does not hold for an index outside the tree, nor for a leaf that is passed off as the root of a larger tree', () => {
    expect(verifyInclusion(leaf(0), 1, 1, [], root(1))).toBe(false)
    expect(verifyInclusion(leaf(0), 0, 2, [], leaf(0))).toBe(false)
    expect(verifyInclusion(leaf(0), 0, 1, [], leaf(0))).toBe(true)
  })

  it('never throws on nonsense', () => {
    expect(verifyInclusion(Buffer.alloc(0), 0, 1, [], Buffer.alloc(32))).toBe(false)
    expect(verifyInclusion(leaf(0), Number.NaN, 1, [], leaf(0))).toBe(false)
    expect(verifyInclusion(leaf(0), 0, 2, ['x' as unknown as Buffer], leaf(0))).toBe(false)
    expect(verifyInclusion(leaf(0), 0, 2 ** 60, [leaf(1)], leaf(0))).toBe(false)
  })
})

describe('consistency proof', () => {
  it('convinces for every pair of sizes up to 70', async () => {
    for (let newSize = 0; newSize <= 70; newSize++) {
      for (let oldSize = 0; oldSize <= newSize; oldSize++) {
        const proof = await consistencyProof(oldSize, newSize, tiles(newSize))
        expect(verifyConsistency(oldSize, root(oldSize), newSize, root(newSize), proof), `${oldSize} to ${newSize}`).toBe(true)
      }
    }
  })

  it('convinces in trees of several tiles, and for no other root, size or proof', async () => {
    const pair = fc
      .integer({ min: 3, max: 1200 })
      .chain((size) => fc.tuple(fc.integer({ min: 1, max: size - 1 }), fc.constant(size), fc.nat()))
    await fc.assert(
      fc.asyncProperty(pair, async ([oldSize, newSize, bit]) => {
        const proof = await consistencyProof(oldSize, newSize, tiles(newSize))
        const check = (o: number, oldRoot: Uint8Array, newRoot: Uint8Array, p: Buffer[]): boolean =>
          verifyConsistency(o, oldRoot, newSize, newRoot, p)
        expect(check(oldSize, root(oldSize), root(newSize), proof)).toBe(true)
        expect(check(oldSize, flipped(root(oldSize), bit), root(newSize), proof)).toBe(false)
        expect(check(oldSize, root(oldSize), flipped(root(newSize), bit), proof)).toBe(false)
        expect(check(oldSize - 1, root(oldSize), root(newSize), proof)).toBe(false)
        expect(check(oldSize, root(oldSize), root(newSize), proof.slice(0, -1))).toBe(false)
        expect(check(oldSize, root(oldSize), root(newSize), [...proof, leaf(0)])).toBe(false)
        for (let i = 0; i < proof.length; i++) {
          expect(check(oldSize, root(oldSize), root(newSize), proof.with(i, flipped(proof[i] as Buffer, bit)))).toBe(false)
        }
      }),
      { numRuns: 30 },
    )
  })

  it('does not hold for a log whose past was rewritten', async () => {
    const rewritten = leaves.slice(0, 40).with(7, leaf(1000))
    const proof = await consistencyProof(20, 40, plainTiles(rewritten))
    expect(verifyConsistency(20, root(20), 40, treeRoot(rewritten), proof)).toBe(false)
  })

  it('does not hold for a tree that is passed off as a larger one', () => {
    expect(verifyConsistency(1, leaf(0), 2, leaf(0), [])).toBe(false)
    expect(verifyConsistency(3, root(3), 4, root(3), [])).toBe(false)
  })

  it('is refused when the log would have to shrink', async () => {
    await expect(consistencyProof(5, 4, tiles(4))).rejects.toThrow(RangeError)
  })
})

describe('root and range from tiles', () => {
  it('are those of the leaves, at sizes around the widths of tiles', async () => {
    for (const size of [0, 1, 2, 255, 256, 257, 511, 512, 513, 1000, 1200]) {
      expect((await rootFromTiles(size, tiles(size))).equals(root(size)), `size ${size}`).toBe(true)
      const range = await rangeFromTiles(size, tiles(size))
      expect(rangeRoot(range).equals(root(size)), `size ${size}`).toBe(true)
    }
  })

  it('are refused when a tile is too short', async () => {
    await expect(rootFromTiles(10, () => Buffer.alloc(9 * 32))).rejects.toThrow(RangeError)
    await expect(rootFromTiles(10, () => Buffer.alloc(10 * 32 + 1))).rejects.toThrow(RangeError)
  })

  it('accept the full tile where a partial one was asked for', async () => {
    const full = Buffer.concat(leaves.slice(0, 256))
    expect((await rootFromTiles(100, () => full)).equals(root(100))).toBe(true)
  })
})
