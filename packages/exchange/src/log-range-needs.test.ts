import { tileWidth } from '@huijiao/merkle'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type DetachWish, mayGoUpTo, planDetach } from './log-range-needs.ts'

/** Logs of some bundles, of which some are taken out, with people who need entries anywhere, and wishes that may be anything. */
const wishes = fc
  .record({
    size: fc.nat(12 * tileWidth),
    out: fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }),
    to: fc.oneof(
      fc.nat(13 * tileWidth),
      fc.nat(13).map((bundle) => bundle * tileWidth),
    ),
    young: fc.option(fc.nat(12 * tileWidth)),
    needs: fc.array(fc.nat(12 * tileWidth).map((index) => ({ index }))),
  })
  .map(({ out, ...wish }): DetachWish => {
    const detached: { from: number; to: number }[] = []
    for (const [bundle, is] of out.entries()) {
      const [from, to] = [bundle * tileWidth, (bundle + 1) * tileWidth]
      if (!is || to > wish.size) continue
      // Two that touch are one or two ranges; both are possible.
      if (bundle % 3 !== 0 && detached.at(-1)?.to === from)
        detached[detached.length - 1] = { ...(detached.at(-1) as { from: number; to: number }), to }
      else detached.push({ from, to })
    }
    return { ...wish, detached }
  })

describe('which entries may be taken out of the log', () => {
  it('are the oldest that are there, in whole bundles, none too young or that anybody needs, none twice', () => {
    fc.assert(
      fc.property(wishes, (wish) => {
        const plan = planDetach(wish)
        if (plan.kind !== 'range') return
        const { from, to } = plan
        expect([from % tileWidth, to % tileWidth, from < to, to <= Math.min(wish.to, wish.size)]).toEqual([0, 0, true, true])
        expect(wish.needs.every(({ index }) => index >= to)).toBe(true)
        expect(to).toBeLessThanOrEqual(wish.young ?? wish.size)
        expect(wish.detached.every((range) => range.to <= from || range.from >= to)).toBe(true)
        const isOut = (index: number) => wish.detached.some((range) => index >= range.from && index < range.to)
        for (let index = 0; index < from; index += tileWidth) expect([index, isOut(index)]).toEqual([index, true])
      }),
      { numRuns: 2000 },
    )
  })

  it('are as many as may go: who is refused and asks for no more than is named gets it, and one bundle more is refused', () => {
    fc.assert(
      fc.property(wishes, (wish) => {
        const plan = planDetach(wish)
        if (plan.kind !== 'refused') return
        expect(plan.most % tileWidth).toBe(0)
        if (plan.most > plan.from) expect(planDetach({ ...wish, to: plan.most })).toEqual({ kind: 'range', from: plan.from, to: plan.most })
        const next = planDetach({ ...wish, to: plan.most + tileWidth })
        // More is granted only up to what is detached already, where the range ends by itself.
        if (next.kind === 'range') expect(next.to).toBe(plan.most)
        else expect(next.kind).toBe('refused')
      }),
      { numRuns: 2000 },
    )
  })

  it('are, when all that may go are wanted, granted as they are told, and there are none more', () => {
    fc.assert(
      fc.property(wishes, (wish) => {
        const { from, most } = mayGoUpTo(wish)
        if (most > from) expect(planDetach({ ...wish, to: most })).toEqual({ kind: 'range', from, to: most })
        for (let to = Math.max(most, 0) + tileWidth; to <= wish.size; to += tileWidth) {
          const plan = planDetach({ ...wish, to })
          if (plan.kind === 'range') expect(plan.to).toBe(most)
        }
      }),
      { numRuns: 2000 },
    )
  })

  it('are none when everything asked for is out already', () => {
    expect(planDetach({ size: 1024, to: 512, young: null, detached: [{ from: 0, to: 512 }], needs: [] })).toEqual({ kind: 'nothing' })
    expect(planDetach({ size: 1024, to: 512, young: null, detached: [{ from: 256, to: 1024 }], needs: [] })).toEqual({
      kind: 'range',
      from: 0,
      to: 256,
    })
  })
})
