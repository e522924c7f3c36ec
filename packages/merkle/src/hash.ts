import { Buffer } from '#buffer'
import { createHash, sha256Into, sha256Of } from '#crypto'

/** Length of every hash here, in bytes. */
export const hashBytes = 32

/**
 * SHA-256 of the parts, one after the other.
 * @returns 32 bytes
 */
export function sha256(...parts: readonly Uint8Array[]): Buffer {
  if (parts.length === 1) return sha256Of(parts[0] as Uint8Array)
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}

/** Root of a tree without leaves: the hash of the empty string (RFC 9162 §2.1.1). */
export const emptyRoot: Buffer = sha256(Buffer.alloc(0))

// Scratch space for inputs with a prefix. Every use fills it and hashes it in one synchronous go, so it is never seen half-written, and
// no allocation is paid per hash: these functions run several times for each record.
const node = Buffer.alloc(1 + 2 * hashBytes)
node[0] = 1
let prefixed = Buffer.alloc(8 * 1024)

/**
 * SHA-256 over `prefix ‖ text`. A string is taken as UTF-8.
 * @param prefix at most a few dozen bytes
 */
export function hashPrefixed(prefix: Uint8Array, text: string | Uint8Array): Buffer {
  const room = prefix.length + (typeof text === 'string' ? text.length * 3 : text.length)
  if (room > prefixed.length) {
    if (room > 1024 * 1024) return createHash('sha256').update(prefix).update(text).digest()
    prefixed = Buffer.alloc(2 ** Math.ceil(Math.log2(room)))
  }
  prefixed.set(prefix, 0)
  let end = prefix.length
  if (typeof text === 'string') end += prefixed.write(text, end, 'utf8')
  else {
    prefixed.set(text, end)
    end += text.length
  }
  return sha256Of(prefixed.subarray(0, end))
}

const leafPrefix = Buffer.from([0])

/**
 * Hash of a leaf: SHA-256(0x00 ‖ bytes). A string is taken as UTF-8.
 * @returns 32 bytes
 * @see RFC 9162 §2.1.1
 */
export function leafHash(leaf: string | Uint8Array): Buffer {
  return hashPrefixed(leafPrefix, leaf)
}

/**
 * Hash of an inner node: SHA-256(0x01 ‖ left ‖ right).
 * @param left 32 bytes
 * @param right 32 bytes
 * @returns 32 bytes
 * @throws RangeError when a child is not 32 bytes
 * @see RFC 9162 §2.1.1
 */
export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  if (left.length !== hashBytes || right.length !== hashBytes) throw new RangeError('a tree hash has 32 bytes')
  node.set(left, 1)
  node.set(right, 1 + hashBytes)
  return sha256Of(node)
}

/**
 * Hashes the pairs of a level in place, 32 bytes each one after the other: `count` hashes become half as many, an odd last one goes up unchanged.
 * @returns how many there are above
 */
export function hashPairs(level: Buffer, count: number): number {
  const pairs = count >> 1
  for (let at = 0; at < pairs; at += 1) {
    node.set(level.subarray(at * 2 * hashBytes, (at + 1) * 2 * hashBytes), 1)
    sha256Into(node, level, at * hashBytes)
  }
  if (count % 2 === 1) level.copyWithin(pairs * hashBytes, (count - 1) * hashBytes, count * hashBytes)
  return pairs + (count % 2)
}

/** Writes a 32-byte digest the way every document here does: `sha-256:` and 64 lower-case hexadecimal digits. */
export function digestText(digest: Uint8Array): string {
  return `sha-256:${Buffer.from(digest.buffer, digest.byteOffset, digest.byteLength).toString('hex')}`
}

const digestForm = /^sha-256:[0-9a-f]{64}$/

/** Reads `sha-256:<64 hex>`; null when it is anything else. */
export function parseDigestText(text: unknown): Buffer | null {
  return typeof text === 'string' && digestForm.test(text) ? Buffer.from(text.slice(8), 'hex') : null
}
