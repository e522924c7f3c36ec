import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { keyedDigest } from './keyed-digest.ts'

describe('keyedDigest', () => {
  it('is HMAC-SHA-256 over label, NUL and text, for any secret and text', () => {
    const secrets = fc.uint8Array({ minLength: 0, maxLength: 64 })
    const texts = fc.oneof(
      fc.string({ unit: 'binary' }).filter((text) => text.isWellFormed()),
      fc.uint8Array({ maxLength: 300 }),
      fc.constant('汇'.repeat(20_000)),
    )
    fc.assert(
      fc.property(secrets, fc.stringMatching(/^[a-z-]{1,20}$/), texts, (secret, label, text) => {
        const expected = createHmac('sha256', secret).update(`${label}\0`).update(text).digest('hex')
        expect(keyedDigest(secret, label, text).toString('hex')).toBe(expected)
      }),
    )
  })

  it('keeps uses apart and refuses a label that could reach into the text', () => {
    const secret = Buffer.alloc(32, 7)
    expect(keyedDigest(secret, 'key', 'a')).not.toEqual(keyedDigest(secret, 'content', 'a'))
    expect(() => keyedDigest(secret, 'key\0', 'a')).toThrow(RangeError)
  })
})
