import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { leastWidth, mostWidth, partitionWidth } from './version-partitions.ts'

const target = 2 ** 25

describe('the width of the next partition of the versions', () => {
  it('is a power of two within its bounds, and the rows that it will hold are at most the target and more than half of it, unless a bound says otherwise', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 40 }), fc.integer({ min: 1, max: 2 ** 30 }), (rows, ids) => {
        const width = partitionWidth(rows, ids)
        expect([Number.isInteger(Math.log2(width)), width >= leastWidth, width <= mostWidth]).toEqual([true, true, true])
        const expected = (width * rows) / ids
        if (width > leastWidth) expect(expected).toBeLessThanOrEqual(target * 1.000001)
        if (width < mostWidth) expect(expected * 2).toBeGreaterThanOrEqual(target * 0.999999)
      }),
    )
  })

  it('is wide where each part holds one record, narrow where each holds a thousand, and in between as long as nobody has counted', () => {
    expect([partitionWidth(50_000, 50_000), partitionWidth(50_000_000, 50_000), partitionWidth(-1, 50_000), partitionWidth(10, 0)]).toEqual(
      [2 ** 22, 2 ** 15, 2 ** 16, 2 ** 16],
    )
  })
})
