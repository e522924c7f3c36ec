/** Numbers from 0 to below 1 that a seed decides (mulberry32). For invented work only, never for keys. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

/** How many of many rare things happen when `mean` are to be expected. */
export function poisson(random: () => number, mean: number): number {
  // Knuth's product, in pieces so that exp() does not vanish for a large mean.
  let count = 0
  for (let left = mean; left > 0; left -= 30) {
    const least = Math.exp(-Math.min(left, 30))
    for (let product = random(); product > least; product *= random()) count += 1
  }
  return count
}
