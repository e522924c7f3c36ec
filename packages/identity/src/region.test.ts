import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { coversRegion } from './region.ts'

describe('a granted region', () => {
  it.each([
    ['370000', '370000', true],
    ['370000', '370100', true],
    ['370000', '370102', true],
    ['370000', '371202', true],
    ['370000', '360102', false],
    ['370100', '370102', true],
    ['370100', '370191', true],
    ['370100', '370000', false],
    ['370100', '370202', false],
    ['370102', '370102', true],
    ['370102', '370103', false],
    ['370102', '370100', false],
    ['000000', '659001', true],
    ['BT-01', 'BT-01', true],
    ['BT-01', 'BT-02', false],
    ['000000', 'BT-01', false],
    ['370000', '3701022609010101', false],
    ['370000', '', false],
  ])('%s: %s is covered: %s', (granted, code, expected) => {
    expect(coversRegion([granted], code)).toBe(expected)
  })

  it('covers what any of a set covers, and an empty set covers nothing', () => {
    const code = fc.stringMatching(/^\d{6}$/)
    fc.assert(
      fc.property(fc.array(code, { maxLength: 5 }), code, (granted, asked) => {
        expect(coversRegion(granted, asked)).toBe(granted.some((region) => coversRegion([region], asked)))
      }),
    )
    expect(coversRegion([], '370102')).toBe(false)
  })

  it('covers all that is covered by what it covers', () => {
    const code = fc.tuple(fc.nat(3), fc.nat(3), fc.nat(3)).map((parts) => parts.map((part) => `0${part}`).join(''))
    fc.assert(
      fc.property(code, code, code, (a, b, c) => {
        if (coversRegion([a], b) && coversRegion([b], c)) expect(coversRegion([a], c)).toBe(true)
      }),
      { numRuns: 2000 },
    )
  })
})
