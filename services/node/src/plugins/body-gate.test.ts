import { Problem } from '@huijiao/problem'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createBodyGate } from './body-gate.ts'

describe('places for bodies', () => {
  it('are never more than the limit, and are all given back, whoever comes and goes', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.boolean()), { maxLength: 200 }),
        (most, steps) => {
          const gate = createBodyGate(most)
          const inside: (() => void)[] = []
          for (const [who, comes] of steps) {
            if (!comes) inside.shift()?.()
            else
              try {
                inside.push(gate.enter(who))
              } catch (error) {
                expect(error).toBeInstanceOf(Problem)
              }
            expect(gate.inside).toBe(inside.length)
            expect(gate.inside).toBeLessThanOrEqual(most)
          }
          for (const leave of inside) {
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
        gate.enter('many')
        entered += 1
      } catch {
        // no place
      }
    expect(entered).toBe(16)
    for (const other of ['b', 'c']) for (let one = 0; one < 8; one += 1) gate.enter(other)
    expect(gate.inside).toBe(32)
    expect(() => gate.enter('d')).toThrow(Problem)
  })

  it('that are taken send callers away for a time that grows with their number, up to half a minute', () => {
    let now = 0
    const gate = createBodyGate(
      2,
      () => now,
      () => 0.999,
    )
    gate.enter('a')
    gate.enter('b')
    const told: number[] = []
    for (let one = 0; one < 200; one += 1) expect(() => gate.enter('c', (seconds) => told.push(seconds))).toThrow('being received')
    expect(told[0]).toBe(1)
    expect(told[19]).toBeGreaterThan(5)
    expect(Math.max(...told)).toBe(30)
    now = 20_000
    expect(() => gate.enter('c', (seconds) => told.push(seconds))).toThrow('being received')
    expect(told.at(-1)).toBe(1)
  })
})
