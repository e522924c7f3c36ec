import { createHmac } from 'node:crypto'

/**
 * HMAC-SHA-256 of a text under the node's digest secret. `label` keeps uses apart: the same text under two labels has unrelated digests.
 * @param secret 32 bytes
 * @param label what the digest is for, without NUL
 * @returns 32 bytes
 */
export function keyedDigest(secret: Uint8Array, label: string, text: string | Uint8Array): Buffer {
  if (label.includes('\0')) throw new RangeError('a label has no NUL')
  return createHmac('sha256', secret).update(label).update('\0').update(text).digest()
}
