import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { base32, codeOf, stepAt, stepOfCode, totpUri } from './totp.ts'

const secret = Buffer.from('12345678901234567890')

describe('codes of a time step', () => {
  it('are those of RFC 6238, appendix B (SHA-1)', () => {
    const vectors: [number, string][] = [
      [59, '94287082'],
      [1111111109, '07081804'],
      [1111111111, '14050471'],
      [1234567890, '89005924'],
      [2000000000, '69279037'],
      [20000000000, '65353130'],
    ]
    for (const [seconds, code] of vectors) expect(codeOf(secret, stepAt(new Date(seconds * 1000)), 8)).toBe(code)
  })

  it('are those of RFC 4226, appendix D', () => {
    const codes = ['755224', '287082', '359152', '969429', '338314', '254676', '287922', '162583', '399871', '520489']
    expect(codes.map((_, counter) => codeOf(secret, counter))).toEqual(codes)
  })

  it('are found one step early or late, never further, and never at or before the step that was used', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 100, max: 1e8 }),
        fc.integer({ min: -4, max: 4 }),
        fc.integer({ min: -4, max: 4 }),
        (now, off, used) => {
          const at = new Date(now * 30_000 + 7000)
          const found = stepOfCode(secret, codeOf(secret, now + off), at, now + used)
          // Two steps near each other may have the same code once in 10^6 cases: then the other one is found.
          if (found !== null && found !== now + off) return codeOf(secret, found) === codeOf(secret, now + off)
          return (found === now + off) === (Math.abs(off) <= 1 && off > used)
        },
      ),
    )
  })

  it('are six digits and nothing else', () => {
    for (const code of ['', '12345', '1234567', '١٢٣٤٥٦', ' 94287', 'abcdef'])
      expect(stepOfCode(secret, code, new Date(59_000), 0)).toBe(null)
  })
})

describe('the secret for an authenticator', () => {
  it('is base32 of RFC 4648', () => {
    expect(['', 'f', 'fo', 'foo', 'foob', 'fooba', 'foobar'].map((text) => base32(Buffer.from(text)))).toEqual([
      '',
      'MY',
      'MZXQ',
      'MZXW6',
      'MZXW6YQ',
      'MZXW6YTB',
      'MZXW6YTBOI',
    ])
  })

  it('comes as an address that a camera reads', () => {
    const uri = new URL(totpUri(secret, '汇交 370100', 'li:si'))
    expect([uri.protocol, uri.host, uri.searchParams.get('secret'), uri.searchParams.get('issuer')]).toEqual([
      'otpauth:',
      'totp',
      base32(secret),
      '汇交 370100',
    ])
  })
})
