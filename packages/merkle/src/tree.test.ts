import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { plainRoot, someHashes } from '../test/reference.ts'
import { appendLeaf, emptyRange, rangeRoot, treeRoot } from './index.ts'

vi.setConfig({ testTimeout: 60_000 }) // computes much; a busy machine is no failure

describe('tree root', () => {
  it('is the root of RFC 9162 for every size up to 300', () => {
    const leaves = someHashes(300)
    for (let size = 0; size <= leaves.length; size++) {
      expect(treeRoot(leaves.slice(0, size)).equals(plainRoot(leaves.slice(0, size))), `size ${size}`).toBe(true)
    }
  })

  it('refuses a leaf that is not 32 bytes, also when it is the only one', () => {
    expect(() => treeRoot([Buffer.alloc(31)])).toThrow(RangeError)
    expect(() => treeRoot([Buffer.alloc(32), Buffer.alloc(33)])).toThrow(RangeError)
    expect(() => treeRoot([Buffer.alloc(32), Buffer.alloc(32), Buffer.alloc(0)])).toThrow(RangeError)
  })

  it('does not hand out the buffer of its only leaf', () => {
    const [leaf] = someHashes(1) as [Buffer]
    treeRoot([leaf]).fill(0)
    expect(leaf.equals(someHashes(1)[0] as Buffer)).toBe(true)
  })
})

describe('range', () => {
  it('has the root of the whole tree after every append', () => {
    const leaves = someHashes(600)
    const range = emptyRange()
    expect(rangeRoot(range).equals(plainRoot([]))).toBe(true)
    leaves.forEach((leaf, i) => {
      expect(appendLeaf(range, leaf)).toBe(range)
      expect(rangeRoot(range).equals(treeRoot(leaves.slice(0, i + 1))), `size ${i + 1}`).toBe(true)
    })
    expect(range.size).toBe(600)
  })

  it('keeps one peak for each bit of its size', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2000 }), (size) => {
        const range = emptyRange()
        for (const leaf of someHashes(size)) appendLeaf(range, leaf)
        expect(range.peaks.length).toBe([...size.toString(2)].filter((bit) => bit === '1').length)
      }),
      { numRuns: 20 },
    )
  })
})
