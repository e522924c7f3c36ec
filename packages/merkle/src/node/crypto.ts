/** SHA-256 and Ed25519. In a page `browser/crypto.ts` stands for this file. */
import { hash } from 'node:crypto'

export { createHash, createPublicKey, type KeyObject, sign, verify } from 'node:crypto'

/**
 * SHA-256 of bytes at one go. By way of a string: a buffer that the hash made would have memory of its own outside the heap, which costs three times
 * the hash of a short text, and the garbage collector again.
 */
export const sha256Of = (data: Uint8Array): Buffer => Buffer.from(hash('sha256', data, 'binary'), 'latin1')

/** Writes the SHA-256 of bytes into 32 bytes of `target` from `at` on. They may be among the bytes. */
export const sha256Into = (data: Uint8Array, target: Buffer, at: number): void => {
  target.write(hash('sha256', data, 'binary'), at, 32, 'latin1')
}
