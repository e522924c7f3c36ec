import fc from 'fast-check'
import { readFileSync } from 'node:fs'
import { describe, expect, it, vi } from 'vitest'
import { decodeEntryBundle, encodeEntryBundle, hashesAtLevel, parseTilePath, tilePath, tileWidthAt } from './index.ts'

vi.setConfig({ testTimeout: 60_000 }) // computes much; a busy machine is no failure

const published = JSON.parse(readFileSync(new URL('../test/vectors/c2sp.json', import.meta.url), 'utf8')) as {
  tileIndexes: { index: number; path: string }[]
}

describe('path of a tile', () => {
  it('is the one of the specification', () => {
    for (const { index, path } of published.tileIndexes) {
      expect(tilePath(0, index)).toBe(path)
      expect(parseTilePath(path)).toEqual({ level: 0, index, width: 256 })
    }
    expect(tilePath(1, 0)).toBe('tile/1/000')
    expect(tilePath('entries', 999, 17)).toBe('tile/entries/999.p/17')
    expect(tilePath('entries', 1000, 255)).toBe('tile/entries/x001/000.p/255')
  })

  it('is read back as it was written', () => {
    const level = fc.oneof(fc.integer({ min: 0, max: 63 }), fc.constant('entries' as const))
    fc.assert(
      fc.property(level, fc.maxSafeNat(), fc.integer({ min: 1, max: 256 }), (level, index, width) => {
        expect(parseTilePath(tilePath(level, index, width))).toEqual({ level, index, width })
      }),
    )
  })

  it('is refused when it is not exactly as written', () => {
    const bad = [
      '',
      'tile/',
      'tile/0',
      'tile/0/1',
      'tile/0/0001',
      'tile/00/001',
      'tile/64/001',
      'tile/0/001/002',
      'tile/0/x001',
      'tile/0/x000/001',
      'tile/0/001.p/0',
      'tile/0/001.p/256',
      'tile/0/001.p/01',
      'tile/0/001.p/',
      'tile/0/001/',
      'tile/0/../../etc',
      'tile/data/001',
      '/tile/0/001',
      `tile/0/${'x999/'.repeat(8)}999`,
    ]
    for (const path of bad) expect(parseTilePath(path), path).toBeNull()
    expect(() => tilePath(64, 0)).toThrow(RangeError)
    expect(() => tilePath(0, -1)).toThrow(RangeError)
    expect(() => tilePath(0, 0, 257)).toThrow(RangeError)
  })

  it('counts the hashes of a log of 70,000 entries as the specification does', () => {
    expect([0, 1, 2, 3].map((level) => hashesAtLevel(70_000, level))).toEqual([70_000, 273, 1, 0])
    expect([tileWidthAt(70_000, 0, 272), tileWidthAt(70_000, 0, 273), tileWidthAt(70_000, 0, 274)]).toEqual([256, 112, 0])
    expect([tileWidthAt(70_000, 1, 1), tileWidthAt(70_000, 2, 0), tileWidthAt(256, 1, 0)]).toEqual([17, 1, 1])
  })
})

describe('entry bundle', () => {
  it('gives back the leaves it was made from', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 256 }), (leaves) => {
        expect(decodeEntryBundle(encodeEntryBundle(leaves))).toEqual(leaves.map((leaf) => Buffer.from(leaf)))
      }),
      { numRuns: 50 },
    )
    expect(encodeEntryBundle(['é', '']).toString('hex')).toBe('0002c3a90000')
  })

  it('is refused when it is cut short, too long, or an entry too large', () => {
    const bundle = encodeEntryBundle(['abc', 'defg'])
    for (const end of [1, 4, 6, 10]) expect(() => decodeEntryBundle(bundle.subarray(0, end)), `cut at ${end}`).toThrow(RangeError)
    expect(() => decodeEntryBundle(Buffer.alloc(2 * 257))).toThrow(RangeError)
    expect(() => encodeEntryBundle(Array(257).fill(''))).toThrow(RangeError)
    expect(() => encodeEntryBundle([Buffer.alloc(65_536)])).toThrow(RangeError)
    expect(decodeEntryBundle(encodeEntryBundle([Buffer.alloc(65_535)]))[0]?.length).toBe(65_535)
  })
})
