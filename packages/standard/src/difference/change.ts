/** What of a release changed. */
export type ChangedPart =
  | 'head'
  | 'entities'
  | 'conditions'
  | 'fields'
  | 'dictionaries'
  | 'codes'
  | 'rules'
  | 'policy'
  | 'clocks'
  | 'regions'
  | 'recordDates'
  | 'mappings'

/**
 * What a change means for who sends records. `stricter`: more is asked for, or less is taken. `weaker`: less is asked for, or more is taken.
 * `different`: judged in another way, of which neither can be said. `none`: nothing is judged differently.
 */
export type Effect = 'stricter' | 'weaker' | 'different' | 'none'

/** One difference between two releases. */
export interface Change {
  readonly part: ChangedPart
  readonly kind: 'added' | 'removed' | 'changed'
  /** Place in the release document, list items by code or id: `/entities/TBProjectInfo/fields/PrjName/length`. */
  readonly at: string
  readonly entity?: string
  readonly field?: string
  readonly dictionary?: string
  readonly code?: string
  /** What people call it. */
  readonly name?: string
  readonly nameEn?: string
  /** Which of its members changed. */
  readonly member?: string
  readonly before?: unknown
  readonly after?: unknown
  readonly effect: Effect
  /** Of a code or field whose name changed: whether it still means the same, as the mapping between the two releases has it. */
  readonly meaning?: 'same' | 'other' | 'unknown'
}

/** Finds the effect of a change from whether it loosens what there was, and whether undoing it would. */
export function effectOf(loosens: boolean, tightens: boolean): Effect {
  if (loosens && tightens) return 'different'
  return loosens ? 'weaker' : tightens ? 'stricter' : 'none'
}
