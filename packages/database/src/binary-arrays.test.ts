import { describe, expect, it } from 'vitest'
import { int4Array, int8Array, textArray, uuidArray } from './binary-arrays.ts'

describe('a binary array refuses', () => {
  it('a text with a lone surrogate instead of storing U+FFFD', () => {
    expect(() => textArray(['ok', 'a\ud800'])).toThrow('text 1 has a lone surrogate')
  })
  it.each([2 ** 31, -(2 ** 31) - 1, 1.5, Number.NaN])('%d as an int4', (value) => {
    expect(() => int4Array([value])).toThrow(RangeError)
  })
  it.each([2 ** 53, -(2 ** 53), 0.5, Number.POSITIVE_INFINITY, 2n ** 63n])('%s as an int8', (value) => {
    expect(() => int8Array([value])).toThrow(RangeError)
  })
  it.each(['', '1e8ff4cc', '1e8ff4cc-25ea-4de4-aa4f-2531371bd19g', '1e8ff4cc25-ea-4de4-aa4f-2531371bd198'])('"%s" as a UUID', (value) => {
    expect(() => uuidArray([value])).toThrow(RangeError)
  })
  it('15 bytes as a UUID', () => {
    expect(() => uuidArray([new Uint8Array(15)])).toThrow(RangeError)
  })
})
