import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SealError, sealer } from './sealer.ts'

const key = randomBytes(32)
const text = fc.string({ unit: 'binary' }).filter((value) => value.isWellFormed())

describe('a sealed text', () => {
  it('opens to what was sealed, with the same associated data', () => {
    const box = sealer(key)
    fc.assert(
      fc.property(text, text, (secret, aad) => {
        const sealed = box.seal(secret, aad)
        expect(box.open(sealed, aad)).toBe(secret)
        expect(sealed).toHaveLength(14 + Buffer.byteLength(secret) + 16)
        expect([sealed[0], sealed[1]]).toEqual([1, 1])
      }),
    )
  })

  it('opens no more when any bit of it is changed', () => {
    const box = sealer(key)
    const sealed = box.seal('{"IDCardNum":"…"}', 'r_5f0c/1')
    fc.assert(
      fc.property(fc.nat(sealed.length * 8 - 1), (bit) => {
        const changed = Buffer.from(sealed)
        changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7))
        expect(() => box.open(changed, 'r_5f0c/1')).toThrow(SealError)
      }),
    )
  })

  it('opens neither for another record, nor cut short, nor with another key', () => {
    const sealed = sealer(key).seal('secret', 'r_1/1')
    expect(() => sealer(key).open(sealed, 'r_2/1')).toThrow('belongs to something else')
    expect(() => sealer(key).open(sealed.subarray(0, -1), 'r_1/1')).toThrow(SealError)
    expect(() => sealer(key).open(sealed.subarray(0, 29), 'r_1/1')).toThrow('not the bytes of a sealed text')
    expect(() => sealer(randomBytes(32)).open(sealed, 'r_1/1')).toThrow(SealError)
  })

  it('is different each time', () => {
    const box = sealer(key)
    const seen = new Set(Array.from({ length: 1000 }, () => box.seal('same', 'same').toString('hex')))
    expect(seen.size).toBe(1000)
  })

  it('stays readable after the key was rotated, until its key is gone', () => {
    const next = randomBytes(32)
    const sealed = sealer(key).seal('old', 'a')
    const rotated = sealer({
      current: 2,
      keys: new Map([
        [1, key],
        [2, next],
      ]),
    })
    expect(rotated.open(sealed, 'a')).toBe('old')
    expect(rotated.seal('new', 'a')[1]).toBe(2)
    expect(() => sealer({ current: 2, keys: new Map([[2, next]]) }).open(sealed, 'a')).toThrow('sealing key 1 is not here')
  })

  it('needs a key of 32 bytes', () => {
    expect(() => sealer(randomBytes(16))).toThrow('has 16 bytes, not 32')
    expect(() => sealer({ current: 3, keys: new Map([[1, key]]) })).toThrow('no sealing key 3')
    expect(() => sealer({ current: 256, keys: new Map([[256, key]]) })).toThrow('0 to 255')
  })
})
