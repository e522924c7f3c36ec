import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { assumed, type Coefficients, primaryLimit, scaleTables, sizingOf } from '../bench/scale-model.ts'

const tier = (name: string, newBytes: number) => ({
  tier: name,
  newBytes,
  versionBytes: 2000,
  indexBytes: 300,
  versionIndexBytes: 100,
  besideBytes: 400,
})
const cost: Coefficients = {
  records: 20_000,
  tiers: [tier('municipal', 3000), tier('provincial', 4000), tier('national', 5000)],
  ingestPerSecond: 10_000,
  readPerSecond: 4000,
  throughThreePerSecond: 3000,
  walNew: 4000,
  walUnchanged: 100,
  wire: 900,
  idleMib: 100,
  peakMib: 200,
  processors: 2,
}
const given = fc.record({
  perCountyYear: fc.integer({ min: 1, max: 1_000_000 }),
  versions: fc.integer({ min: 0, max: 20 }),
  stockYears: fc.integer({ min: 0, max: 30 }),
  peakHourShare: fc.double({ min: 0.0002, max: 0.05, noNaN: true }),
})

describe('what a node needs', () => {
  it('is its counties times what one county brings, at the cost measured on its own tier', () => {
    fc.assert(
      fc.property(given, fc.constantFrom(...assumed), (assumptions, one) => {
        const size = sizingOf(one, cost, assumptions)
        const twice = sizingOf({ ...one, counties: 2 * one.counties }, cost, assumptions)
        for (const name of [
          'stock',
          'perYear',
          'peakPerSecond',
          'diskStock',
          'diskYear',
          'walPeakHour',
          'loadSeconds',
          'readSeconds',
          'loadShare',
        ] as const)
          expect(twice[name]).toBeCloseTo(2 * size[name], 5)
        const own = cost.tiers.find((some) => some.tier === (one.tier === 'county' ? 'municipal' : one.tier))
        expect(size.diskYear / size.perYear).toBeCloseTo((own?.newBytes ?? 0) + assumptions.versions * 2000, 5)
        expect(size.readSeconds).toBeCloseTo(2.5 * size.loadSeconds, 5)
        expect(size.memory).toBeGreaterThanOrEqual(cost.peakMib * 1024 * 1024)
      }),
    )
  })

  it('fills this machine exactly at the limit that is told', () => {
    fc.assert(
      fc.property(given, (assumptions) => {
        const counties = primaryLimit(cost, assumptions) / assumptions.perCountyYear
        expect(sizingOf({ tier: 'national', zh: '', en: '', counties }, cost, assumptions).loadShare).toBeCloseTo(1, 9)
      }),
    )
  })

  it('stands in tables whose rows have as many cells as their heads', () => {
    const text = scaleTables(cost, { perCountyYear: 20_000, versions: 3, stockYears: 5, peakHourShare: 0.002 })
    expect(text).not.toMatch(/NaN|undefined|Infinity/)
    for (const table of text.split('\n\n').filter((block) => block.startsWith('|'))) {
      const cells = table.split('\n').map((row) => row.split('|').length)
      expect(new Set(cells).size).toBe(1)
    }
  })
})
