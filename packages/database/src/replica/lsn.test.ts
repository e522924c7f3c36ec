import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createAge, parseLsn } from './lsn.ts'

describe('a place in the write-ahead log', () => {
  it('is compared as a number, and nothing else is taken for one', () => {
    expect(parseLsn('0/0')).toBe(0n)
    expect(parseLsn('16/B374D848')).toBe(0x16b374d848n)
    expect((parseLsn('1/0') as bigint) > (parseLsn('0/FFFFFFFF') as bigint)).toBe(true)
    for (const text of ['', '16', '16/', '16/G', "0/0'", '123456789/0', '0/0 ']) expect(parseLsn(text)).toBeNull()
  })
})

describe('the age of a copy', () => {
  it('is that of the newest moment whose log it has replayed whole, never less', () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('written' as const), by: fc.nat(50) }),
      fc.record({ kind: fc.constant('replayed' as const), by: fc.nat(50) }),
      fc.record({ kind: fc.constant('asked' as const), by: fc.constant(0) }),
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const age = createAge()
        let [lsn, copy, fresh] = [0, 0, null as number | null]
        const asked: { at: number; lsn: number }[] = []
        for (const [at, { kind, by }] of steps.entries()) {
          if (kind === 'written') lsn += by
          else if (kind === 'replayed') copy = Math.min(lsn, copy + by)
          else {
            asked.push({ at, lsn })
            age.primaryAt(at, BigInt(lsn))
          }
          age.replayed(BigInt(copy))
          fresh = asked.filter((mark) => mark.lsn <= copy).at(-1)?.at ?? null
          expect(age.freshUntil()).toBe(fresh)
        }
      }),
    )
  })
})
