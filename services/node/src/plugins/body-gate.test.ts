import { Problem } from '@huijiao/problem'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createBodyGate, placesOf } from './body-gate.ts'

describe('places for bodies', () => {
  it('are never more than the limit, and are all given back, whoever comes and goes', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.boolean(), fc.constantFrom(1, 1 / 8)), { maxLength: 200 }),
        (most, steps) => {
          const gate = createBodyGate(most)
          const inside: { places: number; leave: () => void }[] = []
          for (const [who, comes, places] of steps) {
            if (!comes) inside.shift()?.leave()
            else
              try {
                inside.push({ places, leave: gate.enter(who, places) })
              } catch (error) {
                expect(error).toBeInstanceOf(Problem)
              }
            expect(gate.inside).toBe(inside.reduce((sum, one) => sum + one.places, 0))
            expect(gate.inside).toBeLessThanOrEqual(most)
          }
          for (const { leave } of inside) {
            leave()
            leave()
          }
          expect(gate.inside).toBe(0)
        },
      ),
    )
  })

  it('are kept for others when one participant sends as many as it can', () => {
    const gate = createBodyGate(32)
    let entered = 0
    for (let one = 0; one < 100; one += 1)
      try {
        gate.enter('many', 1)
        entered += 1
      } catch {
        // no place
      }
    expect(entered).toBe(16)
    for (const other of ['b', 'c']) for (let one = 0; one < 8; one += 1) gate.enter(other, 1)
    expect(gate.inside).toBe(32)
    expect(() => gate.enter('d', 1)).toThrow(Problem)
  })

  it('are taken an eighth at a time by bodies that say they are small, so that sixty-four of one sender’s come in together', () => {
    expect(placesOf({ 'content-length': '12000' })).toBe(1 / 8)
    for (const headers of [
      {},
      { 'content-length': '65537' },
      { 'content-length': 'x' },
      { 'content-length': '900', 'content-encoding': 'gzip' },
    ])
      expect(placesOf(headers)).toBe(1)
    const gate = createBodyGate(32)
    for (let one = 0; one < 64; one += 1) gate.enter('many', 1 / 8)
    expect(gate.inside).toBe(8)
    for (let one = 0; one < 24; one += 1) gate.enter(`other ${one % 3}`, 1)
    expect(() => gate.enter('d', 1 / 8)).toThrow(Problem)
  })

  it('that are taken send callers away for a time that grows with their number, up to half a minute', () => {
    let now = 0
    const gate = createBodyGate(
      2,
      () => now,
      () => 0.999,
    )
    gate.enter('a', 1)
    gate.enter('b', 1)
    const told: number[] = []
    for (let one = 0; one < 200; one += 1) expect(() => gate.enter('c', 1, (seconds) => told.push(seconds))).toThrow('being received')
    expect(told[0]).toBe(1)
    expect(told[19]).toBeGreaterThan(5)
    expect(Math.max(...told)).toBe(30)
    now = 20_000
    expect(() => gate.enter('c', 1, (seconds) => told.push(seconds))).toThrow('being received')
    expect(told.at(-1)).toBe(1)
  })
})
