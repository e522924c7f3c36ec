import { describe, expect, it } from 'vitest'
import fc from 'fast-check'
import { jsonFaultAt, placeInText } from './json-fault.ts'

describe('where a text stops being JSON', () => {
  it.each([
    ['{"a":NaN}', 5],
    ['{"a":None}', 5],
    ['{"a":True}', 5],
    ['{"a":nul}', 8],
    ['{"a":undefined,"b":1}', 5],
    ['[1,]', 3],
    ['[1,,2]', 3],
    ['{"a":1,}', 7],
    ['{"a" 1}', 5],
    ["{'a':1}", 1],
    ['{"a":01}', 6],
    ['{"a":1.}', 7],
    ['{"a":-}', 6],
    ['{"a":"\t"}', 6],
    ['{"a":"\\x"}', 7],
    ['{"a":"\\u00g0"}', 10],
    ['{"a":1}{"b":2}', 7],
    ['{"a":1]', 6],
    ['// words\n{}', 0],
    ['', 0],
    [' \n', 2],
    ['{"a":', 5],
    ['{"a":"x', 7],
    ['{"a":tru', 8],
    ['[[[', 3],
  ])('%s', (text, at) => expect(jsonFaultAt(text)).toBe(at))

  it('goes as deep as a text does', () => expect(jsonFaultAt(`${'['.repeat(200_000)}x`)).toBe(200_000))

  it('finds a fault where JSON.parse finds one, and none where it finds none', () => {
    const parses = (text: string) => {
      try {
        JSON.parse(text)
        return true
      } catch {
        return false
      }
    }
    const spoiled = fc
      .tuple(fc.json(), fc.nat(), fc.constantFrom('', ',', '}', '"', '0', '\\', 'e', '-', ' ', '\n'))
      .map(([text, where, put]) => {
        const at = where % (text.length + 1)
        return text.slice(0, at) + put + text.slice(at + 1)
      })
    fc.assert(
      fc.property(fc.oneof(fc.json(), spoiled), (text) => (jsonFaultAt(text) === null) === parses(text)),
      { numRuns: 3000 },
    )
  })

  it('is told by line and column, from 1', () => expect(placeInText('{\n "a": NaN}', 8)).toEqual({ line: 2, column: 7 }))
})
