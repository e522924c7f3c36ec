/** Ordinals as runs, ascending: first ordinal and how many follow it without a gap. A whole part is one pair. */
export type Runs = readonly (readonly [from: number, count: number])[]

/** @param ordinals in any order, each once */
export function toRuns(ordinals: Iterable<number>): [number, number][] {
  const runs: [number, number][] = []
  for (const ordinal of [...ordinals].sort((a, b) => a - b)) {
    const last = runs.at(-1)
    if (last !== undefined && last[0] + last[1] === ordinal) last[1] += 1
    else runs.push([ordinal, 1])
  }
  return runs
}

export function* fromRuns(runs: Runs): Generator<number> {
  for (const [from, count] of runs) for (let at = 0; at < count; at += 1) yield from + at
}
