import { hash } from 'node:crypto'

const blockBytes = 64
/** Inner and outer pads of the secrets in use, the outer one with room for a digest behind it: one secret a node, so this stays tiny. */
const pads = new WeakMap<Uint8Array, { inner: Buffer; outer: Buffer }>()
let scratch = Buffer.alloc(8 * 1024)

/**
 * HMAC-SHA-256 of a text under the node's digest secret. `label` keeps uses apart: the same text under two labels has unrelated digests.
 *
 * Two one-shot hashes over prepared pads: `createHmac` makes a key object a call, which was the dearest step of receiving a record (60 µs
 * of a loaded core, twice a record). A test holds the result against `createHmac`.
 * @param secret at most 64 bytes
 * @param label what the digest is for, without NUL
 * @param text several pieces are taken as one text with NUL between them
 * @returns 32 bytes
 */
export function keyedDigest(secret: Uint8Array, label: string, text: Piece | readonly Piece[]): Buffer {
  if (label.includes('\0')) throw new RangeError('a label has no NUL')
  const { inner, outer } = padsOf(secret)
  const pieces = typeof text === 'string' || text instanceof Uint8Array ? [text] : text
  let room = blockBytes + label.length * 3
  for (const piece of pieces) room += 1 + (typeof piece === 'string' ? piece.length * 3 : piece.length)
  if (room > scratch.length) scratch = Buffer.alloc(2 ** Math.ceil(Math.log2(room)))
  scratch.set(inner, 0)
  let end = blockBytes + scratch.write(label, blockBytes, 'utf8')
  for (const piece of pieces) {
    scratch[end++] = 0
    if (typeof piece === 'string') end += scratch.write(piece, end, 'utf8')
    else {
      scratch.set(piece, end)
      end += piece.length
    }
  }
  // By way of strings: a buffer that the hash makes has memory of its own outside the heap, at three times the cost of the hash.
  outer.write(hash('sha256', scratch.subarray(0, end), 'binary'), blockBytes, 32, 'latin1')
  // The scratch is used again: nothing personal stays in it longer than needed.
  scratch.fill(0, 0, end)
  return Buffer.from(hash('sha256', outer, 'binary'), 'latin1')
}

type Piece = string | Uint8Array

function padsOf(secret: Uint8Array): { inner: Buffer; outer: Buffer } {
  const known = pads.get(secret)
  if (known !== undefined) return known
  if (secret.length > blockBytes) throw new RangeError(`a digest secret has at most ${blockBytes} bytes`)
  const pad = (byte: number) => Buffer.from(Array.from({ length: blockBytes }, (_, at) => (secret[at] ?? 0) ^ byte))
  const made = { inner: pad(0x36), outer: Buffer.concat([pad(0x5c), Buffer.alloc(32)]) }
  pads.set(secret, made)
  return made
}
