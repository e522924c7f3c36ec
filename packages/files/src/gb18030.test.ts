import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeGb18030 } from './gb18030.ts'

const read = (bytes: Buffer) => new TextDecoder('gb18030', { fatal: true }).decode(bytes)

describe('text written in GB18030', () => {
  it('is read as what it was, whatever it holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 50 }), (text) => {
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
