import fc from 'fast-check'
import { readFileSync } from 'node:fs'
import { describe, expect, it, vi } from 'vitest'
import { canonicalDepthMax, canonicalize, compileCanonical } from './index.ts'

vi.setConfig({ testTimeout: 60_000 }) // computes much; a busy machine is no failure

const published = JSON.parse(readFileSync(new URL('../test/vectors/rfc8785.json', import.meta.url), 'utf8')) as {
  numbers: { bits: string; text: string }[]
  numbersRefused: string[]
  texts: { name: string; input: string; output: string }[]
}
const double = (bits: string): number => Buffer.from(bits, 'hex').readDoubleBE()

const text = fc.string({ unit: 'binary', maxLength: 12 })
const json = fc.jsonValue({ stringUnit: 'binary', maxDepth: 4 })

describe('canonical text', () => {
  it.each(published.texts)('is the published one: $name', ({ input, output }) => {
    expect(canonicalize(JSON.parse(input))).toBe(output)
  })

  it('prints the numbers of RFC 8785, appendix B', () => {
    for (const { bits, text } of published.numbers) expect(canonicalize(double(bits)), bits).toBe(text)
    for (const bits of published.numbersRefused) expect(() => canonicalize(double(bits)), bits).toThrow(TypeError)
  })

  it('is its own canonical form and means the same value', () => {
    fc.assert(
      fc.property(json, (value) => {
        const once = canonicalize(value)
        expect(canonicalize(JSON.parse(once))).toBe(once)
        expect(JSON.parse(once)).toEqual(JSON.parse(JSON.stringify(value)))
      }),
    )
  })

  it('does not depend on the order in which members were put in', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(text, json)), fc.func(fc.nat()), (members, rank) => {
        const object = Object.fromEntries(members)
        const shuffled = Object.fromEntries(Object.entries(object).sort(([a], [b]) => rank(a) - rank(b)))
        expect(canonicalize(shuffled)).toBe(canonicalize(object))
      }),
    )
  })

  it('is the text that sorting and joining by hand gives, whatever the members are called', () => {
    const byHand = (value: unknown): string =>
      typeof value !== 'object' || value === null
        ? JSON.stringify(value)
        : Array.isArray(value)
          ? `[${value.map(byHand).join(',')}]`
          : `{${Object.keys(value)
              .sort()
              .map((name) => `${JSON.stringify(name)}:${byHand((value as Record<string, unknown>)[name])}`)
              .join(',')}}`
    const name = fc.oneof(fc.constantFrom('a', 'b', 'c', '0', '9', '10', '-1', '', 'toJSON', '\\ud800', '姓名'), text)
    const { value: any } = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof({ maxDepth: 4 }, json, fc.array(tie('value'), { maxLength: 4 }), fc.dictionary(name, tie('value'), { maxKeys: 5 })),
    }))
    fc.assert(
      fc.property(any, (value) => {
        const before = JSON.stringify(value)
        expect(canonicalize(value)).toBe(byHand(value))
        expect(JSON.stringify(value)).toBe(before)
      }),
    )
  })

  it('keeps members that are called __proto__ or like array positions', () => {
    expect(canonicalize(JSON.parse('{"9":1,"10":2,"__proto__":{"b":1,"a":2}}'))).toBe('{"10":2,"9":1,"__proto__":{"a":2,"b":1}}')
  })

  it('refuses what JSON cannot say', () => {
    const refused = [
      undefined,
      Number.NaN,
      Infinity,
      10n,
      Symbol('s'),
      () => 1,
      new Date(0),
      new Map(),
      Buffer.alloc(1),
      [undefined],
      { a: undefined },
      Array(2),
    ]
    for (const value of refused) expect(() => canonicalize(value)).toThrow(TypeError)
  })

  it('refuses lone surrogates in texts and in names', () => {
    for (const value of ['\ud800', 'a\udc00b', { '\ud83d': 1 }, ['\ude00\ud83d']]) expect(() => canonicalize(value)).toThrow(TypeError)
    expect(canonicalize('\ud83d\ude00')).toBe('"😀"')
  })

  it('refuses a value nested 10⁵ deep instead of exhausting the stack', () => {
    expect(() => canonicalize(JSON.parse('['.repeat(100_000) + ']'.repeat(100_000)))).toThrow(RangeError)
    const allowed = '['.repeat(canonicalDepthMax) + ']'.repeat(canonicalDepthMax)
    expect(canonicalize(JSON.parse(allowed))).toBe(allowed)
    expect(() => canonicalize(JSON.parse(`[${allowed}]`))).toThrow(RangeError)
  })
})

describe('compiled canonicaliser', () => {
  const value = fc.oneof(
    text,
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.constant(undefined),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
  )
  const name = fc.oneof(fc.constantFrom('PrjNum', 'PrjName', 'a', 'b', 'é', '10', '9', '__proto__', 'toString', 'o', "']", '\u2028'), text)
  const without = (object: Record<string, unknown>): Record<string, unknown> =>
    Object.fromEntries(Object.entries(object).filter(([, member]) => member !== undefined))

  it('gives exactly what canonicalize gives, without the members that are undefined', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.tuple(name, value), { selector: ([key]) => key }), (members) => {
        const object = Object.fromEntries(members)
        expect(compileCanonical(members.map(([key]) => key))(object)).toBe(canonicalize(without(object)))
      }),
      { numRuns: 500 },
    )
  })

  it('leaves out members it was not told of, and members that are not there', () => {
    const canonical = compileCanonical(['PrjNum', 'AllInvest', 'toString'])
    expect(canonical({ PrjNum: '3701022609010101', Other: 'x' })).toBe('{"PrjNum":"3701022609010101"}')
    expect(canonical({})).toBe('{}')
    expect(compileCanonical([])({ a: 1 })).toBe('{}')
  })

  it('throws where canonicalize throws', () => {
    const canonical = compileCanonical(['a'])
    for (const bad of ['\ud800', Number.NaN, Infinity, new Date(0), 10n])
      expect(() => canonical({ a: bad }), String(bad)).toThrow(TypeError)
    expect(() => compileCanonical(['\ud800'])({ '\ud800': 1 })).toThrow(TypeError)
  })

  it('is right for texts that look like an escape or like JSON, and for nested values', () => {
    const canonical = compileCanonical(['a', 'b'])
    for (const a of ['\\ud800', ':null', ':{', '":[', '"', '\u0000\b\t\n\f\r\u001f\u007f'])
      expect(canonical({ b: 1, a })).toBe(canonicalize({ b: 1, a }))
    expect(canonical({ b: { z: 1, y: [null] }, a: null })).toBe('{"a":null,"b":{"y":[null],"z":1}}')
  })
})
