import { Buffer } from '#buffer'
import { sha256Of } from '#crypto'
import { hashBytes, hashPrefixed } from './hash.ts'

/** Length of the salt of a text or of a log body, in bytes. */
export const saltBytes = 16

/**
 * Hash of one of a version's texts: SHA-256(salt ‖ text).
 * @param salt 16 random bytes made where the record entered
 * @param text the canonical text; a string is taken as UTF-8
 * @returns 32 bytes
 * @throws RangeError when the salt is not 16 bytes
 */
export function textHash(salt: Uint8Array, text: string | Uint8Array): Buffer {
  if (salt.length !== saltBytes) throw new RangeError('a salt has 16 bytes')
  return hashPrefixed(salt, text)
}

/** The hashes of a version's texts; null where it has no text of that privacy class. */
export interface TextHashes {
  readonly open: Uint8Array | null
  readonly named: Uint8Array | null
  readonly sealed: Uint8Array | null
  /** Of the list of attachments; absent or null when the version names none. */
  readonly attachments?: Uint8Array | null
}

const scratch = Buffer.alloc(4 * hashBytes) // filled and hashed in one synchronous go
const three = scratch.subarray(0, 3 * hashBytes)

/**
 * The hash that stands for a version's content: SHA-256(h(open) ‖ h(named) ‖ h(sealed)), 32 zero bytes for a text that is not there.
 * With attachments h(attachments) follows as a fourth, so that a version without any has the commitment it always had.
 * @returns 32 bytes
 * @throws RangeError when a hash is not 32 bytes
 */
export function commitment(hashes: TextHashes): Buffer {
  place(hashes.open, 0)
  place(hashes.named, hashBytes)
  place(hashes.sealed, 2 * hashBytes)
  const { attachments = null } = hashes
  if (attachments === null) return sha256Of(three)
  place(attachments, 3 * hashBytes)
  return sha256Of(scratch)
}

function place(textHash: Uint8Array | null, at: number): void {
  if (textHash === null) scratch.fill(0, at, at + hashBytes)
  else if (textHash.length === hashBytes) scratch.set(textHash, at)
  else throw new RangeError('the hash of a text has 32 bytes')
}
