import { describe, expect, it } from 'vitest'
import { wholeOutcome } from './receipt.ts'

const none = { accepted: 0, unchanged: 0, superseded: 0, pending_review: 0, doubtful: 0, held: 0, refused: 0 }

describe('the outcome of a whole receipt', () => {
  it.each([
    ['accepted', {}],
    ['accepted', { accepted: 2, unchanged: 1, superseded: 1 }],
    ['held', { held: 1 }],
    ['doubtful', { doubtful: 3 }],
    ['pending_review', { pending_review: 2 }],
    ['refused', { refused: 4 }],
    ['partial', { accepted: 1, held: 1 }],
    ['partial', { unchanged: 1, refused: 1 }],
    ['partial', { held: 1, refused: 1 }],
  ] as const)('is %s for %o', (outcome, counts) => {
    expect(wholeOutcome({ ...none, ...counts })).toBe(outcome)
  })
})
