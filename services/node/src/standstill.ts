/** Tells open work that stands still, by what it says of itself at each look. */
export interface Standstill {
  /**
   * Called for every piece of open work at every look.
   * @param piece its name
   * @param progress how far it is, in any form that changes when it moves
   * @returns true when it has stood like this for longer than is normal; then not again before as much time has passed
   */
  still(piece: string, progress: string): boolean
}

/** @param afterMs how long a piece may stand as it stands; one that is not asked about for four times as long is forgotten */
export function createStandstill(afterMs: number, now: () => number = () => performance.now()): Standstill {
  const seen = new Map<string, { progress: string; since: number; looked: number }>()
  let pruned = now()
  return {
    still: (piece, progress) => {
      const at = now()
      if (at - pruned > 4 * afterMs) {
        pruned = at
        for (const [name, one] of seen) if (at - one.looked > 4 * afterMs) seen.delete(name)
      }
      const known = seen.get(piece)
      const since = known?.progress === progress ? known.since : at
      const still = at - since > afterMs
      seen.set(piece, { progress, since: still ? at : since, looked: at })
      return still
    },
  }
}
