import { createHash } from 'node:crypto'

/** A stream of repeatable numbers. Two streams of one seed but different labels do not move one another. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number
  /** Whole number, both ends included. */
  int(from: number, to: number): number
  chance(probability: number): boolean
  pick<T>(from: readonly T[]): T
}

/** Every figure of the sample city comes from this seed; another seed is another city. */
export const sampleSeed = 'huijiao sample city 1'

/**
 * A generator of its own (sfc32, seeded with SHA-256 of seed and label), so that no library's or engine's change of `Math.random` moves a
 * committed file.
 */
export function randomOf(label: string, seed: string = sampleSeed): Random {
  const digest = createHash('sha256').update(`${seed}\n${label}`).digest()
  let a = digest.readInt32LE(0)
  let b = digest.readInt32LE(4)
  let c = digest.readInt32LE(8)
  let d = digest.readInt32LE(12)
  const next = () => {
    const t = (((a + b) | 0) + d) | 0
    d = (d + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (c << 21) | (c >>> 11)
    c = (c + t) | 0
    return (t >>> 0) / 4_294_967_296
  }
  const int = (from: number, to: number) => from + Math.floor(next() * (to - from + 1))
  return {
    next,
    int,
    chance: (probability) => next() < probability,
    pick: (from) => {
      const item = from[int(0, from.length - 1)]
      if (item === undefined) throw new RangeError('nothing to pick from')
      return item
    },
  }
}

/** A UUID (version 8, RFC 9562) that is always the same for the same text. */
export function uuidOf(text: string): string {
  const bytes = createHash('sha256').update(`${sampleSeed}\n${text}`).digest().subarray(0, 16)
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x80
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80
  const hex = bytes.toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
