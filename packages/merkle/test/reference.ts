import { createHash } from 'node:crypto'
import { tileWidth, tileWidthAt, type ReadTile } from '../src/index.ts'

/** The tree exactly as RFC 9162 §2.1.1 writes it, slow and recursive, to hold the real one against. */
export function plainRoot(leaves: readonly Uint8Array[]): Buffer {
  if (leaves.length === 0) return createHash('sha256').digest()
  if (leaves.length === 1) return Buffer.from(leaves[0] as Uint8Array)
  let k = 1
  while (k * 2 < leaves.length) k *= 2
  return createHash('sha256')
    .update(Buffer.from([1]))
    .update(plainRoot(leaves.slice(0, k)))
    .update(plainRoot(leaves.slice(k)))
    .digest()
}

/** `count` different leaf hashes. */
export function someHashes(count: number, seed = 'leaf'): Buffer[] {
  return Array.from({ length: count }, (_, i) => createHash('sha256').update(`${seed} ${i}`).digest())
}

/** The tiles of a log, computed from its leaves by the definition in C2SP tlog-tiles. */
export function plainTiles(leaves: readonly Uint8Array[]): ReadTile {
  return (level, index, width) => {
    if (width !== tileWidthAt(leaves.length, level, index))
      throw new RangeError(`tile ${level}/${index} of width ${width} is not of this tree`)
    const span = tileWidth ** level
    const first = index * tileWidth
    return Buffer.concat(Array.from({ length: width }, (_, i) => plainRoot(leaves.slice((first + i) * span, (first + i + 1) * span))))
  }
}

/** Copies `bytes` with one bit turned over. */
export function flipped(bytes: Uint8Array, bit: number): Buffer {
  const copy = Buffer.from(bytes)
  const at = Math.floor(bit / 8) % copy.length
  copy[at] = (copy[at] as number) ^ (1 << (bit % 8))
  return copy
}

/** Parsed JSON whose members a test reaches into and changes without describing their types. */
export type Parsed = ReturnType<typeof JSON.parse>
