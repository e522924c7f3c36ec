/** How often a participant may ask: full to begin with, and so much more a second. */
const tokensMax = 600
const tokensASecond = 20
/** What the first question of a comparison takes. */
const beginTokens = 30

export interface Allowance {
  /** @returns to be called when the question is answered; null: too many, or one of the same participant is being answered */
  enter(participant: string, begins: boolean): (() => void) | null
}

/** Bounds what comparing costs this node: one question of a participant at a time, and not too many. */
export function createAllowance(now: () => number = () => performance.now()): Allowance {
  const known = new Map<string, { tokens: number; at: number; inside: boolean }>()
  return {
    enter: (participant, begins) => {
      const at = now()
      const one = known.get(participant) ?? { tokens: tokensMax, at, inside: false }
      known.set(participant, one)
      one.tokens = Math.min(tokensMax, one.tokens + ((at - one.at) / 1000) * tokensASecond)
      one.at = at
      const price = begins ? beginTokens : 1
      if (one.inside || one.tokens < price) return null
      one.tokens -= price
      one.inside = true
      return () => {
        one.inside = false
      }
    },
  }
}
