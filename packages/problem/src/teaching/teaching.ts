import type { Words } from '../problem.ts'

/** What a page says of a code beyond its title and hint, and what a problem says where its emitter knows no better. */
export interface Teaching {
  /** The rule behind the code; absent for codes of the standard's own rules, whose emitter always names one. */
  readonly rule?: string
  /** Where that rule is written. */
  readonly basis?: string
  /** What would be accepted, when it is the same for every problem of the code. */
  readonly allowed?: string
  readonly what: Words
  readonly why: Words
}

/** Texts in the order Chinese, English. */
export type Pair = readonly [zh: string, en: string]

const words = ([zh, en]: Pair): Words => ({ zh, en })

/** A code whose rule is the protocol's, the node's or a grant's. */
export const ruled = (rule: string, basis: string, allowed: string | null, what: Pair, why: Pair): Teaching => ({
  rule,
  basis,
  ...(allowed === null ? {} : { allowed }),
  what: words(what),
  why: words(why),
})

/** A code of the standard's rules. `allowed` is what a problem says where its rule says nothing closer. */
export const taught = (what: Pair, why: Pair, allowed?: string): Teaching => ({
  ...(allowed === undefined ? {} : { allowed }),
  what: words(what),
  why: words(why),
})
