import { createHash, createPrivateKey, sign } from 'node:crypto'
import { type InnerList, parseDictionary } from 'structured-headers'
import { describe, expect, it } from 'vitest'
import published from '../../test/rfc9421-appendix-b.json' with { type: 'json' }
import { parsePublicKey } from '../keys.ts'
import { digestMatches, parseContentDigest } from './content-digest.ts'
import type { HttpMessage } from './message.ts'
import { signatureBase } from './signature-base.ts'
import { signatureVerifies } from './verify-request.ts'

const messages = published.messages as Record<string, HttpMessage>
const inputOf = (text: string) => parseDictionary(`sig=${text}`).get('sig') as InnerList
const keyOf = (name: string) => parsePublicKey(published.keys[name as keyof typeof published.keys].publicKeyPem)

describe('RFC 9421 Appendix B', () => {
  it.each(published.vectors)('$section: the signature base is the published one', ({ message, input, base }) => {
    expect(signatureBase(messages[message] as HttpMessage, inputOf(input))).toBe(base)
  })

  const signed = published.vectors.filter((vector) => 'signature' in vector)
  it('has four signatures by the algorithms that we take', () => {
    expect(signed.map(({ section }) => section)).toEqual(['B.2.4', 'B.2.6', 'B.3', 'B.4'])
  })

  it.each(signed)(
    '$section: the published signature verifies, and with one bit flipped it does not',
    ({ message, input, key, signature }) => {
      const value = Buffer.from(signature as string, 'base64')
      const attempt = { input: inputOf(input), value }
      expect(signatureVerifies(messages[message] as HttpMessage, attempt, keyOf(key as string))).toBe(true)
      value[10] = (value[10] as number) ^ 1
      expect(signatureVerifies(messages[message] as HttpMessage, attempt, keyOf(key as string))).toBe(false)
    },
  )

  it('B.2.6: signing the base with the published Ed25519 key gives the published bytes', () => {
    const vector = published.vectors.find(({ section }) => section === 'B.2.6')
    const key = createPrivateKey(published.keys['test-key-ed25519'].privateKeyPem)
    expect(sign(null, Buffer.from(vector?.base ?? ''), key).toString('base64')).toBe(vector?.signature)
  })

  const transform = published.vectors.find(({ section }) => section === 'B.4')
  const transformed = (message: HttpMessage) =>
    signatureVerifies(
      message,
      { input: inputOf(transform?.input ?? ''), value: Buffer.from(transform?.signature ?? '', 'base64') },
      keyOf('test-key-ed25519'),
    )
  it.each(published.transformations.valid)('B.4: stands although $what', (message) => {
    expect(transformed(message as HttpMessage)).toBe(true)
  })
  it.each(published.transformations.invalid)('B.4: falls with $what', (message) => {
    expect(transformed(message as HttpMessage)).toBe(false)
  })
})

describe('the digests of the published messages', () => {
  it.each([
    ['request', '{"hello": "world"}'],
    ['response', '{"message": "good dog"}'],
  ])('match the body of the %s', (name, body) => {
    const stated = parseContentDigest(messages[name]?.headers['Content-Digest'] as string)
    const of = (text: string) => ({
      sha256: createHash('sha256').update(text).digest(),
      sha512: createHash('sha512').update(text).digest(),
    })
    expect(digestMatches(stated, of(body))).toBe(true)
    expect(digestMatches(stated, of(`${body} `))).toBe(false)
  })
})
