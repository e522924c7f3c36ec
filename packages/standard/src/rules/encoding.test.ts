import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { regionIndex } from '../regions.ts'
import { releases } from '../releases.ts'
import { gbkBytes, maybeGarbled, readsAsBytes, ungarbled } from './encoding.ts'

const utf8 = (text: string) => new TextEncoder().encode(text)
const read = (label: string, bytes: Uint8Array) => new TextDecoder(label).decode(bytes)

/** Names that are sound: divisions, codes, tables and fields. */
const names = [
  ...[...regionIndex.codes()].map((code) => regionIndex.nameOf(code)!),
  ...[...releases.values()].flatMap(({ entities, dictionaries }) => [
    ...[...dictionaries.values()].flatMap(({ codes }) => [...codes.values()].map(({ nameZh }) => nameZh)),
    ...[...entities.values()].flatMap(({ nameZh, fields }) => [nameZh, ...fields.map((field) => field.nameZh)]),
  ]),
]

describe('text in a wrong encoding', () => {
  it('is never seen in the names of divisions, codes, tables and fields', () => {
    expect(names.length).toBeGreaterThan(6000)
    expect(names.filter((name) => (maybeGarbled(name) && ungarbled(name) !== null) || readsAsBytes(name))).toEqual([])
  })

  it('is undone whenever no byte was lost, for every one of those names', () => {
    let undone = 0
    for (const name of new Set(names)) {
      // Characters beyond GB 2312 are not taken for the sign of a right reading.
      const bytes = gbkBytes(name)
      if (bytes === null || !/^[\u4e00-\u9fa5]{2}/u.test(name) || [...name].some((c) => !isCommon(c))) continue
      const garbled = [read('gbk', utf8(name)), read('windows-1252', utf8(name)), read('windows-1252', bytes)]
      for (const text of garbled) {
        if (text.includes('\ufffd')) continue
        expect([name, maybeGarbled(text), ungarbled(text)]).toEqual([name, true, name])
        undone++
      }
    }
    expect(undone).toBeGreaterThan(9000)
  })

  it('is told without a guess where a byte was lost', () => {
    expect(ungarbled(read('gbk', utf8('示例路')))).toBeNull()
    expect(readsAsBytes('ç¤ºä¾‹è·¯ä¸€å·')).toBe(true)
    expect(readsAsBytes('Société Générale')).toBe(false)
  })

  it('gives back only what, garbled again, is what came', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'绀轰緥鑺卞洯ÊÀýÂ·示例AB1€éçѧУ'), minLength: 2, maxLength: 12 }), (text) => {
        const meant = ungarbled(text)
        if (meant === null) return true
        const bytes = gbkBytes(meant)
        const again = [
          read('gbk', utf8(meant)),
          read('windows-1252', utf8(meant)),
          ...(bytes === null ? [] : [read('utf-8', bytes), read('windows-1252', bytes)]),
        ]
        return again.includes(text)
      }),
      { numRuns: 3000 },
    )
  })
})

/** In GB 2312: both bytes from A1. */
function isCommon(character: string): boolean {
  const bytes = gbkBytes(character)
  return bytes !== null && (bytes.length === 1 || (bytes[0]! >= 0xa1 && bytes[0]! <= 0xf7 && bytes[1]! >= 0xa1))
}
