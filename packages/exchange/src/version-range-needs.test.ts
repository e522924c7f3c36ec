import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { planVersions, type VersionWish } from './version-range-needs.ts'

const step = 100
/** Partitions of any width, of which some are out, with somebody who needs a part anywhere, and wishes that may be anything. */
const wishes = fc
  .record({
    widths: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 8 }),
    out: fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }),
    given: fc.nat(40 * step),
    to: fc.option(
      fc.oneof(
        fc.nat(40).map((at) => at * step),
        fc.nat(40 * step),
      ),
    ),
    young: fc.option(fc.nat(40 * step)),
    needed: fc.option(fc.nat(40 * step)),
  })
  .map(({ widths, out, ...wish }): VersionWish => {
    const borders: number[] = []
    const detached: { from: number; to: number }[] = []
    let from = 0
    for (const [at, width] of widths.entries()) {
      const to = from + width * step
      borders.push(to)
      if (out[at] === true && to <= wish.given) detached.push({ from, to })
      from = to
    }
    return { ...wish, borders, detached }
  })

describe('whose old versions may be taken out', () => {
  it('are the lowest parts that are whole, up to the end of a partition, none too young, needed or not given yet, none twice', () => {
    fc.assert(
      fc.property(wishes, (wish) => {
        const plan = planVersions(wish)
        if (plan.kind !== 'range') return
        const { from, to } = plan
        expect([from < to, wish.borders.includes(to), to <= wish.given, to <= (wish.to ?? to)]).toEqual([true, true, true, true])
        expect(to <= (wish.young ?? to) && to <= (wish.needed ?? to)).toBe(true)
        expect(wish.detached.every((range) => range.to <= from || range.from >= to)).toBe(true)
        const isOut = (part: number) => wish.detached.some((range) => part >= range.from && part < range.to)
        for (let part = 0; part < from; part += step) expect([part, isOut(part)]).toEqual([part, true])
      }),
      { numRuns: 2000 },
    )
  })

  it('are as many as may go: whoever is refused and asks for what is named gets it, and the next border is refused', () => {
    fc.assert(
      fc.property(wishes, (wish) => {
        const plan = planVersions(wish)
        if (plan.kind !== 'refused') return
        if (plan.most > plan.from)
          expect(planVersions({ ...wish, to: plan.most })).toEqual({ kind: 'range', from: plan.from, to: plan.most })
        const next = wish.borders.find((border) => border > plan.most)
        if (next === undefined) return
        const more = planVersions({ ...wish, to: next })
        // More is granted only up to what is out already, where the range ends by itself.
        if (more.kind === 'range') expect(more.to).toBe(plan.most)
        else expect(more.kind).toBe('refused')
      }),
      { numRuns: 2000 },
    )
  })

  it('are all of these when nobody says how far', () => {
    fc.assert(
      fc.property(wishes, (wish) => {
        const all = planVersions({ ...wish, to: null })
        expect(all.kind).not.toBe('refused')
        for (const to of wish.borders) {
          const plan = planVersions({ ...wish, to })
          if (plan.kind === 'range') expect(all.kind === 'range' && all.from === plan.from && all.to >= plan.to).toBe(true)
        }
      }),
      { numRuns: 2000 },
    )
  })
})
