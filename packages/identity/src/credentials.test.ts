import { createHash, createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { apiKeyDigest, isApiKey, newApiKey } from './api-key.ts'
import { keyedDigest } from './keyed-digest.ts'
import { createSigningKey, publicKeyFromRaw, readSigningKey } from './keys.ts'
import { signDocument, verifyDocument } from './sign-document.ts'

describe('an API key', () => {
  it('is 256 random bits in 46 characters, found by its digest', () => {
    const { secret, digest } = newApiKey()
    expect(secret).toMatch(/^hj_[A-Za-z0-9_-]{43}$/)
    expect(digest).toEqual(createHash('sha256').update(secret).digest())
    expect(apiKeyDigest(secret)).toEqual(digest)
    expect(newApiKey().secret).not.toBe(secret)
  })
  it('is told from other texts by its form', () => {
    expect(isApiKey(newApiKey().secret)).toBe(true)
    for (const text of ['', 'hj_', `hj_${'a'.repeat(42)}`, `hj_${'a'.repeat(44)}`, `hj_${'a'.repeat(42)}=`, `${newApiKey().secret}\n`])
      expect(isApiKey(text)).toBe(false)
  })
})

describe('a keyed digest', () => {
  const secret = Buffer.alloc(32, 7)
  it('is HMAC-SHA-256 over label, NUL and text', () => {
    expect(keyedDigest(secret, 'key', '示例')).toEqual(createHmac('sha256', secret).update('key\0示例').digest())
    expect(keyedDigest(secret, 'key', Buffer.from('示例'))).toEqual(keyedDigest(secret, 'key', '示例'))
  })
  it('keeps labels apart, also where they and the text would run together', () => {
    expect(keyedDigest(secret, 'ab', 'c')).not.toEqual(keyedDigest(secret, 'a', 'bc'))
    expect(() => keyedDigest(secret, 'a\0b', 'c')).toThrow('no NUL')
  })
})

describe('a signed document', () => {
  const key = readSigningKey('370100-1', createSigningKey().privateKeyPem)
  const other = readSigningKey('370000-1', createSigningKey().privateKeyPem)
  const keyOf = (keyId: string) =>
    keyId === key.keyId ? { algorithm: 'ed25519' as const, publicKey: publicKeyFromRaw(key.publicKey) } : null
  const text = '{"receipt":1,"outcome":"partial"}'

  it('tells which keys signed it, which did not, and which are not known', () => {
    const signatures = [signDocument(text, key), signDocument(text, other), { ...signDocument(text, other), keyId: key.keyId }]
    expect(verifyDocument(text, signatures, keyOf)).toEqual({ verified: [key.keyId], broken: [key.keyId], unknown: [other.keyId] })
    expect(verifyDocument(text.replace('partial', 'accepted'), [signatures[0] as never], keyOf)).toEqual({
      verified: [],
      broken: [key.keyId],
      unknown: [],
    })
    expect(verifyDocument(text, [{ ...signDocument(text, key), alg: 'none' as never }], keyOf)).toEqual({
      verified: [],
      broken: [key.keyId],
      unknown: [],
    })
    expect(verifyDocument(text, [], keyOf)).toEqual({ verified: [], broken: [], unknown: [] })
  })
  it('is signed the same from text and from its bytes, in base64', () => {
    const signature = signDocument(text, key)
    expect(signature).toEqual({ alg: 'ed25519', keyId: '370100-1', value: expect.stringMatching(/^[A-Za-z0-9+/]{86}==$/) })
    expect(signDocument(Buffer.from(text), key)).toEqual(signature)
  })
})
