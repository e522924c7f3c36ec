import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { plainTiles, someHashes } from '../test/reference.ts'
import { inclusionProof, newTiles, tileWidthAt, treeRoot, verifyInclusion, type ReadTile } from './index.ts'

vi.setConfig({ testTimeout: 60_000 }) // computes much; a busy machine is no failure

const leaves = someHashes(70_000)

/** A store of tiles that has only what was written to it. */
function tileStore() {
  const stored = new Map<string, Buffer>()
  const read: ReadTile = (level, index, width) => {
    const tile = stored.get(`${level}/${index}/${width}`)
    if (tile === undefined) throw new Error(`tile ${level}/${index} of width ${width} was never written`)
    return tile
  }
  const append = async (from: number, count: number): Promise<Buffer> => {
    const added = await newTiles(from, leaves.slice(from, from + count), read)
    for (const tile of added.tiles) stored.set(`${tile.level}/${tile.index}/${tile.width}`, tile.hashes)
    expect(added.size).toBe(from + count)
    return added.root
  }
  return { stored, read, append }
}

describe('appending tiles', () => {
  it('gives the root of all leaves, however they are cut into batches', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 700 }), { maxLength: 8 }), async (batches) => {
        const store = tileStore()
        let size = 0
        for (const count of batches) {
          const root = await store.append(size, count)
          size += count
          expect(root.equals(treeRoot(leaves.slice(0, size)))).toBe(true)
        }
      }),
      { numRuns: 30 },
    )
  })

  it('writes the tiles that C2SP defines', async () => {
    const store = tileStore()
    await store.append(0, 300)
    await store.append(300, 500)
    const plain = plainTiles(leaves.slice(0, 800))
    for (const [level, index] of [
      [0, 0],
      [0, 1],
      [0, 2],
      [0, 3],
      [1, 0],
    ] as const) {
      const width = tileWidthAt(800, level, index)
      expect(Buffer.from(await store.read(level, index, width)).equals(Buffer.from(await plain(level, index, width)))).toBe(true)
    }
  })

  it('represents 70,000 entries by the tiles named in C2SP tlog-tiles', async () => {
    const store = tileStore()
    const root = await store.append(0, 70_000)
    const full = [...store.stored.keys()].filter((name) => name.endsWith('/256'))
    expect(full.filter((name) => name.startsWith('0/')).length).toBe(273)
    expect(full.filter((name) => name.startsWith('1/')).length).toBe(1)
    expect([...store.stored.keys()].filter((name) => !name.endsWith('/256')).sort()).toEqual(['0/273/112', '1/1/17', '2/0/1'])
    expect(root.equals(treeRoot(leaves))).toBe(true)
    const proof = await inclusionProof(69_999, 70_000, store.read)
    expect(verifyInclusion(leaves[69_999] as Buffer, 69_999, 70_000, proof, root)).toBe(true)
  })

  it('writes nothing and gives the old root when there is nothing new', async () => {
    const store = tileStore()
    const root = await store.append(0, 257)
    const again = await newTiles(257, [], store.read)
    expect(again.tiles).toEqual([])
    expect(again.root.equals(root)).toBe(true)
  })

  it('refuses a hash that is not 32 bytes', async () => {
    await expect(newTiles(0, [Buffer.alloc(20)], () => Buffer.alloc(0))).rejects.toThrow(RangeError)
  })
})
