import { Buffer } from '#buffer'
import { tileWidth } from './tile.ts'

/**
 * An entry bundle: each leaf behind its length as a big-endian uint16.
 * @param leaves at most 256, each at most 65,535 bytes; a string is taken as UTF-8
 * @see C2SP tlog-tiles, "Log entries"
 */
export function encodeEntryBundle(leaves: readonly (string | Uint8Array)[]): Buffer {
  if (leaves.length > tileWidth) throw new RangeError(`a bundle has at most ${tileWidth} entries`)
  const parts: Buffer[] = []
  for (const leaf of leaves) {
    const bytes = Buffer.from(leaf as Uint8Array)
    if (bytes.length > 0xffff) throw new RangeError('an entry of a bundle has at most 65535 bytes')
    const length = Buffer.alloc(2)
    length.writeUInt16BE(bytes.length)
    parts.push(length, bytes)
  }
  return Buffer.concat(parts)
}

/**
 * The leaves of an entry bundle, as bytes.
 * @throws RangeError when it ends inside an entry or holds more than 256
 */
export function decodeEntryBundle(bundle: Uint8Array): Buffer[] {
  const bytes = Buffer.from(bundle.buffer, bundle.byteOffset, bundle.byteLength)
  const leaves: Buffer[] = []
  for (let at = 0; at < bytes.length;) {
    if (at + 2 > bytes.length || leaves.length === tileWidth) throw new RangeError('the entry bundle is malformed')
    const end = at + 2 + bytes.readUInt16BE(at)
    if (end > bytes.length) throw new RangeError('the entry bundle ends inside an entry')
    leaves.push(bytes.subarray(at + 2, end))
    at = end
  }
  return leaves
}
