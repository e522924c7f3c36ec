import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto'

export type SignatureAlgorithm = 'ed25519' | 'ecdsa-p256-sha256'

/** A node's key. `publicKey`: the raw 32 bytes. */
export interface SigningKey {
  readonly keyId: string
  readonly privateKey: KeyObject
  readonly publicKey: Buffer
}

export interface VerifyingKey {
  readonly algorithm: SignatureAlgorithm
  readonly publicKey: KeyObject
}

/** A new Ed25519 key: PKCS#8 PEM, and the raw 32 bytes of its public half. */
export function createSigningKey(): { privateKeyPem: string; publicKeyRaw: Buffer } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  return { privateKeyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string, publicKeyRaw: rawPublicKey(publicKey) }
}

/** @throws RangeError when the PEM is not an Ed25519 private key */
export function readSigningKey(keyId: string, privateKeyPem: string): SigningKey {
  const privateKey = createPrivateKey(privateKeyPem)
  if (privateKey.asymmetricKeyType !== 'ed25519')
    throw new RangeError(`the signing key ${keyId} is ${privateKey.asymmetricKeyType}, not ed25519`)
  return { keyId, privateKey, publicKey: rawPublicKey(createPublicKey(privateKey)) }
}

/** The raw 32 bytes of an Ed25519 public key. */
export function rawPublicKey(publicKey: KeyObject): Buffer {
  return Buffer.from(publicKey.export({ format: 'jwk' }).x as string, 'base64url')
}

/** Few keys prove again and again, and to read one takes longer than to verify with it; past this many the oldest is read anew. */
const keysMax = 1000
const keys = new Map<string, KeyObject>()

function readOnce(text: string, read: () => KeyObject): KeyObject {
  let key = keys.get(text)
  if (key === undefined) {
    key = read()
    if (keys.size >= keysMax) keys.delete(keys.keys().next().value as string)
    keys.set(text, key)
  }
  return key
}

/** An Ed25519 public key from its raw 32 bytes. */
export function publicKeyFromRaw(raw: Uint8Array): KeyObject {
  if (raw.length !== 32) throw new RangeError(`an Ed25519 public key has 32 bytes, not ${raw.length}`)
  const x = Buffer.from(raw).toString('base64url')
  return readOnce(x, () => createPublicKey({ format: 'jwk', key: { kty: 'OKP', crv: 'Ed25519', x } }))
}

/** A public key that was stored as PEM. */
export const publicKeyFromPem = (pem: string): KeyObject => readOnce(pem, () => createPublicKey(pem))

/**
 * Reads a participant's public key: SPKI PEM (Ed25519 or P-256), or the 32 bytes of an Ed25519 key in base64.
 * @throws RangeError for anything else, private keys included
 */
export function parsePublicKey(text: string): VerifyingKey {
  const trimmed = text.trim()
  if (/^[A-Za-z0-9+/_-]{43}=?$/.test(trimmed)) return { algorithm: 'ed25519', publicKey: publicKeyFromRaw(Buffer.from(trimmed, 'base64')) }
  if (!trimmed.startsWith('-----BEGIN PUBLIC KEY-----'))
    throw new RangeError('a public key is an SPKI PEM, or 32 bytes of Ed25519 in base64')
  let publicKey: KeyObject
  try {
    publicKey = createPublicKey(trimmed)
  } catch (cause) {
    throw new RangeError('the PEM of the public key cannot be read', { cause })
  }
  const algorithm = algorithmOf(publicKey)
  if (algorithm === null) throw new RangeError('a public key is Ed25519 or ECDSA on P-256')
  return { algorithm, publicKey }
}

/** Null for a key that this project does not sign with. */
export function algorithmOf(key: KeyObject): SignatureAlgorithm | null {
  if (key.asymmetricKeyType === 'ed25519') return 'ed25519'
  return key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1' ? 'ecdsa-p256-sha256' : null
}

/** A signature in the form of RFC 9421: 64 bytes for both algorithms (ECDSA as r ‖ s, not DER). */
export function signBytes(bytes: Uint8Array, privateKey: KeyObject): Buffer {
  const algorithm = algorithmOf(privateKey)
  if (algorithm === null) throw new RangeError('a signing key is Ed25519 or ECDSA on P-256')
  return algorithm === 'ed25519' ? sign(null, bytes, privateKey) : sign('sha256', bytes, { key: privateKey, dsaEncoding: 'ieee-p1363' })
}

/** Whether the signature is this key's over these bytes. False too when the key is not of the algorithm that it is said to be. */
export function verifyBytes(bytes: Uint8Array, key: VerifyingKey, signature: Uint8Array): boolean {
  if (algorithmOf(key.publicKey) !== key.algorithm || signature.length !== 64) return false
  return key.algorithm === 'ed25519'
    ? verify(null, bytes, key.publicKey, signature)
    : verify('sha256', bytes, { key: key.publicKey, dsaEncoding: 'ieee-p1363' }, signature)
}
