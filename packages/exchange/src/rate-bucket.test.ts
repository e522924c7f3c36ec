import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { batchRecordsMax, batchRecordsMin, nextBatchSize, slowMs } from './batch-size.ts'
import { createRateBucket } from './rate-bucket.ts'

const costs = fc.record({ requests: fc.constant(1), bytes: fc.integer({ min: 1, max: 5000 }), records: fc.integer({ min: 1, max: 1000 }) })

describe('a rate contract', () => {
  it('is kept over every stretch of time, but for one second’s worth and one request', () => {
    fc.assert(
      fc.property(
        fc.record({
          bytes: fc.integer({ min: 100, max: 2000 }),
          records: fc.integer({ min: 1, max: 500 }),
          requests: fc.integer({ min: 1, max: 20 }),
        }),
        fc.array(fc.tuple(costs, fc.integer({ min: 0, max: 3000 })), { minLength: 1, maxLength: 40 }),
        (contract, requests) => {
          const bucket = createRateBucket(contract, 0)
          let now = 0
          const sent: { at: number; cost: (typeof requests)[number][0] }[] = []
          for (const [cost, idleMs] of requests) {
            now += idleMs
            now += bucket.waitMs(now)
            expect(bucket.waitMs(now)).toBe(0)
            bucket.take(cost, now)
            sent.push({ at: now, cost })
          }
          for (const kind of ['bytes', 'records', 'requests'] as const)
            for (const [first, { at: from }] of sent.entries()) {
              let sum = 0
              for (const { at, cost } of sent.slice(first)) {
                // All before this one fit; this one may go beyond.
                expect(sum).toBeLessThanOrEqual(
                  (contract[kind] * (at - from)) / 1000 + contract[kind] + Math.max(0, ...(kind === 'requests' ? [1] : [0])) + 1e-6,
                )
                sum += cost[kind]
              }
            }
        },
      ),
    )
  })

  it('does not go back with a clock that does', () => {
    const bucket = createRateBucket({ records: 10 }, 1000)
    bucket.take({ requests: 1, bytes: 1, records: 30 }, 1000)
    expect(bucket.waitMs(0)).toBe(2000)
    expect(bucket.waitMs(3000)).toBe(0)
  })
})

describe('the size of deliveries', () => {
  const attempts = fc.oneof(
    fc.constant({ kind: 'failed' } as const),
    fc.record({
      kind: fc.constant('taken' as const),
      records: fc.integer({ min: 1, max: 1000 }),
      tookMs: fc.integer({ min: 0, max: 60_000 }),
    }),
  )

  it('stays within its bounds whatever happens', () => {
    fc.assert(
      fc.property(fc.array(attempts, { maxLength: 100 }), fc.integer({ min: 1, max: batchRecordsMax }), (list, most) => {
        let size = most
        for (const attempt of list) {
          const before = size
          size = nextBatchSize(size, attempt, most)
          expect(size).toBeLessThanOrEqual(most)
          expect(size).toBeGreaterThanOrEqual(Math.min(batchRecordsMin, most))
          if (attempt.kind === 'failed') expect(size).toBeLessThanOrEqual(Math.max(before / 2, Math.min(batchRecordsMin, most)))
        }
      }),
    )
  })

  it('comes back to the most when all goes well, and a small delivery says nothing', () => {
    let size = batchRecordsMin
    for (let one = 0; one < 40; one += 1) size = nextBatchSize(size, { kind: 'taken', records: size, tookMs: 10 })
    expect(size).toBe(batchRecordsMax)
    expect(nextBatchSize(100, { kind: 'taken', records: 1, tookMs: 10 })).toBe(100)
    expect(nextBatchSize(100, { kind: 'taken', records: 100, tookMs: slowMs + 1 })).toBe(75)
  })
})
