import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decideHeld, type HeldNow } from './decide-held.ts'

const now = new Date('2026-10-01T00:00:00Z')
const before = new Date(now.getTime() - 1)
const after = new Date(now.getTime() + 1)
const version = (over: Partial<HeldNow> = {}): HeldNow => ({ missing: false, until: null, ended: false, ...over })

describe('held versions of one stream', () => {
  it('are released in their order, and none past one that still waits', () => {
    expect(decideHeld([version(), version()], now)).toEqual(['released', 'released'])
    expect(decideHeld([version({ missing: true, until: after }), version()], now)).toEqual(['stays', 'stays'])
    expect(decideHeld([version(), version({ missing: true, until: after }), version()], now)).toEqual(['released', 'stays', 'stays'])
  })

  it('are refused at the very instant that ends their time, and then hold up nobody', () => {
    expect(decideHeld([version({ missing: true, until: now }), version()], now)).toEqual(['refused', 'released'])
    expect(decideHeld([version({ missing: true, until: after }), version({ missing: true, until: before })], now)).toEqual([
      'stays',
      'refused',
    ])
  })

  it('are not refused for a time that is up when their parent is there', () => {
    expect(decideHeld([version({ until: before })], now)).toEqual(['released'])
    expect(decideHeld([version({ missing: true, until: after }), version({ until: before })], now)).toEqual(['stays', 'stays'])
  })

  it('are closed when the record was taken back, whatever they wait for', () => {
    expect(decideHeld([version({ ended: true, missing: true, until: before }), version()], now)).toEqual(['closed', 'released'])
  })

  it('never overtake: nothing is released after one that stays, and a second look decides nothing new', () => {
    const any = fc.record({ missing: fc.boolean(), until: fc.constantFrom(null, before, now, after), ended: fc.boolean() })
    fc.assert(
      fc.property(fc.array(any, { maxLength: 8 }), (held) => {
        const decided = decideHeld(held, now)
        const first = decided.indexOf('stays')
        if (first !== -1) expect(decided.slice(first)).not.toContain('released')
        const left = held.filter((_, at) => decided[at] === 'stays')
        expect(decideHeld(left, now)).toEqual(left.map(() => 'stays'))
      }),
    )
  })
})
