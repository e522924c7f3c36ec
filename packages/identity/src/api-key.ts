import { hash, randomBytes } from 'node:crypto'

const form = /^hj_[A-Za-z0-9_-]{43}$/

/** A new API key: 256 random bits. Only its digest is kept; the secret is shown once. */
export function newApiKey(): { secret: string; digest: Buffer } {
  const secret = `hj_${randomBytes(32).toString('base64url')}`
  return { secret, digest: apiKeyDigest(secret) }
}

/**
 * What is stored and looked up: SHA-256 of the key. A key is random, so nothing slower is needed, and looking the digest up tells an
 * attacker who times it nothing about the key.
 */
export function apiKeyDigest(secret: string): Buffer {
  return hash('sha256', secret, 'buffer')
}

/** Whether a text has the form of an API key; saves a look-up. */
export function isApiKey(text: string): boolean {
  return form.test(text)
}
