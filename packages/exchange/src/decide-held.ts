/** A held version, as its stream and the parents it names make it look now. */
export interface HeldNow {
  /** Some parent that it waits for is not in force. */
  readonly missing: boolean
  /** When its time is up; null when it waits for no parent of its own, only behind an earlier version. */
  readonly until: Date | null
  /** A later version of its stream, accepted meanwhile, ends the record: a withdrawal, or a tombstone. */
  readonly ended: boolean
}

/** `released`: it gets the state it would have had; `closed`: what it said was taken back; `refused`: its parent never came; `stays`. */
export type HeldDecision = 'released' | 'closed' | 'refused' | 'stays'

/**
 * Decides all held versions of one stream together, in their order. Nothing is released past an earlier one that still waits; a refusal or a
 * closing needs no order, because neither makes anything count.
 * @param held every held version of the stream, oldest first
 */
export function decideHeld(held: readonly HeldNow[], at: Date): HeldDecision[] {
  let blocked = false
  return held.map((one) => {
    if (one.ended) return 'closed'
    if (one.missing && one.until !== null && one.until <= at) return 'refused'
    if (one.missing || blocked) {
      blocked = true
      return 'stays'
    }
    return 'released'
  })
}
