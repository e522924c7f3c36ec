import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createSigningKey, parsePublicKey, publicKeyFromRaw, rawPublicKey, readSigningKey, signBytes, verifyBytes } from './keys.ts'

const pem = (key: { export(options: { type: 'spki'; format: 'pem' }): string | Buffer }) =>
  key.export({ type: 'spki', format: 'pem' }) as string

describe('a signing key', () => {
  it('is read back from its PEM with the public half that it was made with', () => {
    const made = createSigningKey()
    const key = readSigningKey('370100-1', made.privateKeyPem)
    expect(key.publicKey).toEqual(made.publicKeyRaw)
    expect(key.publicKey).toHaveLength(32)
    expect(rawPublicKey(publicKeyFromRaw(key.publicKey))).toEqual(key.publicKey)
  })
  it('is Ed25519 and nothing else', () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    expect(() => readSigningKey('x', privateKey.export({ type: 'pkcs8', format: 'pem' }) as string)).toThrow('is ec, not ed25519')
  })
})

describe('a public key', () => {
  const ed = generateKeyPairSync('ed25519').publicKey
  it('is read from PEM, and an Ed25519 one also from its 32 bytes in either base64', () => {
    expect(parsePublicKey(pem(ed)).algorithm).toBe('ed25519')
    expect(parsePublicKey(pem(generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey)).algorithm).toBe('ecdsa-p256-sha256')
    for (const form of ['base64', 'base64url'] as const) {
      expect(rawPublicKey(parsePublicKey(` ${rawPublicKey(ed).toString(form)}\n`).publicKey)).toEqual(rawPublicKey(ed))
    }
  })
  it.each([
    ['RSA', pem(generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey)],
    ['another curve', pem(generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey)],
    ['a private key', createSigningKey().privateKeyPem],
    ['a broken PEM', '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----'],
    ['31 bytes', Buffer.alloc(31).toString('base64')],
    ['nothing', ''],
  ])('is not %s', (_, text) => {
    expect(() => parsePublicKey(text)).toThrow(RangeError)
  })
})

describe('a signature of bytes', () => {
  const bytes = Buffer.from('示例')
  it.each(['ed25519', 'ecdsa-p256-sha256'] as const)('by %s has 64 bytes and is this key’s over these bytes only', (algorithm) => {
    const pair = () => (algorithm === 'ed25519' ? generateKeyPairSync('ed25519') : generateKeyPairSync('ec', { namedCurve: 'P-256' }))
    const [one, other] = [pair(), pair()]
    const signature = signBytes(bytes, one.privateKey)
    expect(signature).toHaveLength(64)
    expect(verifyBytes(bytes, { algorithm, publicKey: one.publicKey }, signature)).toBe(true)
    expect(verifyBytes(Buffer.from('示列'), { algorithm, publicKey: one.publicKey }, signature)).toBe(false)
    expect(verifyBytes(bytes, { algorithm, publicKey: other.publicKey }, signature)).toBe(false)
    expect(verifyBytes(bytes, { algorithm, publicKey: one.publicKey }, signature.subarray(1))).toBe(false)
  })
})
