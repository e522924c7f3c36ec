import type { KeyObject } from 'node:crypto'
import { ed25519 } from '@noble/curves/ed25519.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { Buffer } from './buffer.ts'

/**
 * The few functions of `node:crypto` that this room uses, in a page: SHA-256 and the verification of Ed25519, both synchronous. Web Crypto
 * answers only later, which would make everything here asynchronous, in the node as well. Nothing is signed in a page.
 */

type Input = string | Uint8Array

const encoder = new TextEncoder()
const bytesOf = (input: Input): Uint8Array => (typeof input === 'string' ? encoder.encode(input) : input)
const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.byteLength)

function onlySha256(algorithm: string): void {
  if (algorithm !== 'sha256') throw new RangeError(`no hash ${algorithm} here`)
}

/** SHA-256 of bytes at one go. */
export const sha256Of = (data: Uint8Array): Buffer => asBuffer(sha256(data))

/** Writes the SHA-256 of bytes into 32 bytes of `target` from `at` on. They may be among the bytes. */
export const sha256Into = (data: Uint8Array, target: Buffer, at: number): void => target.set(sha256(data), at)

interface Hash {
  update(data: Input): Hash
  digest(): Buffer
}

/** SHA-256 of what comes piece by piece. */
export function createHash(algorithm: string): Hash {
  onlySha256(algorithm)
  const state = sha256.create()
  const made: Hash = {
    update(data) {
      state.update(bytesOf(data))
      return made
    },
    digest: () => asBuffer(state.digest()),
  }
  return made
}

class PageKey {
  readonly type = 'public'
  readonly raw: Uint8Array
  constructor(raw: Uint8Array) {
    this.raw = raw
  }
  export(): { kty: string; crv: string; x: string } {
    return {
      kty: 'OKP',
      crv: 'Ed25519',
      x: Buffer.from(this.raw).toString('base64').replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, ''),
    }
  }
}

/** A public key from its JWK. */
export function createPublicKey(key: { readonly key: { readonly x?: string }; readonly format: 'jwk' } | KeyObject): KeyObject {
  if (!('key' in key) || key.key.x === undefined) throw new TypeError('a page reads public keys from JWK only')
  const text = key.key.x.replaceAll('-', '+').replaceAll('_', '/')
  const raw = Uint8Array.from(Buffer.from(text, 'base64'))
  if (raw.length !== 32) throw new TypeError('an Ed25519 key has 32 bytes')
  return new PageKey(raw) as unknown as KeyObject
}

/** Whether an Ed25519 signature holds. */
export function verify(_algorithm: null, data: Uint8Array, key: KeyObject, signature: Uint8Array): boolean {
  try {
    // RFC 8032 as OpenSSL checks it, not the laxer ZIP 215: the page must not take what the node refuses.
    return ed25519.verify(Uint8Array.from(signature), Uint8Array.from(data), (key as unknown as PageKey).raw, { zip215: false })
  } catch {
    return false
  }
}

/** @throws Error always: a page has no keys */
export function sign(_algorithm: null, _data: Uint8Array, _key: KeyObject): Buffer {
  throw new Error('nothing is signed in a page')
}

export type { KeyObject }
