import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseStrictJson } from './strict-json.ts'

const faultOf = (text: string) => {
  const parsed = parseStrictJson(text)
  return 'fault' in parsed ? { code: parsed.fault.code, pointer: parsed.fault.pointer } : null
}

describe('parseStrictJson', () => {
  it('gives what JSON.parse gives, whatever the white space', () => {
    fc.assert(
      fc.property(fc.jsonValue({ depthSize: 'small', noUnicodeString: false }), fc.constantFrom(undefined, 1, '\t'), (value, indent) => {
        const text = JSON.stringify(value, null, indent)
        const parsed = parseStrictJson(text)
        const odd = text.includes('\\u0000') || text.includes('\\ud')
        const large = /\d{16}|e\+?\d{2}/.test(text)
        if ('fault' in parsed) expect(odd ? ['text-invalid', 'number-unsafe'] : large ? ['number-unsafe'] : []).toContain(parsed.fault.code)
        else expect(parsed.value).toEqual(JSON.parse(text))
      }),
    )
  })

  it.each([
    ['{"a":1,"a":2}', { code: 'json-duplicate-key', pointer: '/a' }],
    ['{"x":[{"b":1},{"b":1,"\\u0062":2}]}', { code: 'json-duplicate-key', pointer: '/x/1/b' }],
    ['{"n":9007199254740993}', { code: 'number-unsafe', pointer: '/n' }],
    ['{"n":[0,1e999]}', { code: 'number-unsafe', pointer: '/n/1' }],
    ['{"t":"\\ud800"}', { code: 'text-invalid', pointer: '/t' }],
    ['{"t":"a\\u0000b"}', { code: 'text-invalid', pointer: '/t' }],
    ['{"a":', { code: 'json-malformed', pointer: '' }],
    ['{"a":NaN}', { code: 'json-malformed', pointer: '' }],
    ['', { code: 'json-malformed', pointer: '' }],
  ])('refuses %s', (text, fault) => {
    expect(faultOf(text)).toEqual(fault)
  })

  it('refuses 100,000 levels without running out of stack', () => {
    expect(faultOf('['.repeat(100_000) + ']'.repeat(100_000))?.code).toBe('json-too-deep')
    expect(faultOf('{"a":'.repeat(100_000))?.code).toBe('json-too-deep')
  })

  it('keeps surrogate pairs, __proto__ as a plain member, and numbers that a double holds', () => {
    expect(faultOf('{"t":"\\ud83d\\ude00","n":-0.5e3,"m":9007199254740991}')).toBeNull()
    const parsed = parseStrictJson('{"__proto__":{"polluted":true}}') as { value: object }
    expect(Object.keys(parsed.value)).toEqual(['__proto__'])
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
  })
})
