import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeGb18030, withoutGb18030 } from './gb18030.ts'

const read = (bytes: Buffer) => new TextDecoder('gb18030', { fatal: true }).decode(bytes)

describe('text written in GB18030', () => {
  it('is read as what it was, every character that there is', () => {
    const without: string[] = []
    const held: string[] = []
    for (let code = 0; code <= 0x10_ff_ff; code += code < 0x1_00_00 ? 1 : 97)
      if (code < 0xd8_00 || code > 0xdf_ff) {
        const character = String.fromCodePoint(code)
        ;(withoutGb18030(character) === null ? held : without).push(character)
      }
    const text = held.join('')
    expect(read(encodeGb18030(text)) === text).toBe(true)
    // Private use that the edition of 2022 gave to others: nothing is read as these, and nothing may be written in their place.
    expect(without).toHaveLength(19)
    for (const one of without) expect(() => encodeGb18030(`甲${one}`)).toThrow(RangeError)
  })

  it('is read as what it was, in any order', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 50 }), (text) => {
        fc.pre(withoutGb18030(text) === null)
        expect(read(encodeGb18030(text))).toBe(text)
      }),
      { numRuns: 200 },
    )
  })

  it('takes two bytes a common character, and four above the basic plane', () => {
    expect(encodeGb18030('示例').toString('hex')).toBe('cabec0fd')
    expect(encodeGb18030('𠮷').toString('hex')).toHaveLength(8)
    expect(() => encodeGb18030('\ud800')).toThrow(RangeError)
  })
})
