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
    ['{"a" :1,"a":2}', { code: 'json-duplicate-key', pointer: '/a' }],
    ['{"a":1,"a"\n:2}', { code: 'json-duplicate-key', pointer: '/a' }],
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

describe('the quick look at honest texts', () => {
  it('never lets a key pass that stands twice, whatever the white space and the strings around it', () => {
    const strings = fc.constantFrom('a', 'b', 'a":', '":"', ' : ', '\\', '\u0001', '汇":1,"汇')
    const spaces = fc.constantFrom('', ' ', '\n', '\t ')
    const members = fc.array(fc.tuple(strings, strings, spaces, spaces), { minLength: 1, maxLength: 6 })
    fc.assert(
      fc.property(members, fc.boolean(), (list, nested) => {
        const object = `{${list.map(([key, text, before, after]) => `${JSON.stringify(key)}${before}:${after}${JSON.stringify(text)}`).join(',')}}`
        const twice = new Set(list.map(([key]) => key)).size < list.length
        expect(faultOf(nested ? `{"x":[${object}]}` : object)?.code ?? null).toBe(twice ? 'json-duplicate-key' : null)
      }),
      { numRuns: 1000 },
    )
  })

  it('never lets a number pass that a double does not hold', () => {
    const digits = fc.stringMatching(/^-?[1-9]\d{0,22}$/)
    fc.assert(
      fc.property(
        digits,
        fc.constantFrom('', '.0', 'e3', 'E30', 'e-2', '.5e300', 'e999'),
        fc.constantFrom('{"n":#}', '[#]', '[1, #]', '{"n" : #}'),
        (whole, tail, form) => {
          const number = Number(whole + tail)
          const unsafe = !Number.isFinite(number) || (Number.isInteger(number) && !Number.isSafeInteger(number))
          expect(faultOf(form.replace('#', whole + tail))?.code ?? null).toBe(unsafe ? 'number-unsafe' : null)
        },
      ),
      { numRuns: 1000 },
    )
  })
})
