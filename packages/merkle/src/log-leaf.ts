import { Buffer } from '#buffer'
import { canonicalize } from './canonical.ts'
import { textHash } from './commitment.ts'
import { digestText, parseDigestText } from './hash.ts'

/** The largest log leaf, in bytes; the entry bundle's format would allow 65,535. */
export const logLeafBytesMax = 4096

/** The public part of a log entry. It is immutable and cacheable, so it never holds a name or a payload. */
export interface LogLeaf {
  /** What happened, such as `part` or `delivery`. */
  readonly kind: string
  /** RFC 3339 in UTC, from the node's clock. */
  readonly instant: string
  /** `sha-256:` and the hex of SHA-256(salt ‖ canonical body). */
  readonly body: string
}

/**
 * The canonical text of a log leaf.
 * @param bodySalt 16 random bytes, kept and erased with the body
 * @param bodyText the canonical text of the entry's body
 * @throws RangeError when the salt is not 16 bytes or the leaf is larger than `logLeafBytesMax`
 */
export function logLeafText(kind: string, instant: string, bodySalt: Uint8Array, bodyText: string): string {
  const text = canonicalize({ kind, instant, body: digestText(textHash(bodySalt, bodyText)) })
  if (Buffer.byteLength(text) > logLeafBytesMax) throw new RangeError(`a log leaf has at most ${logLeafBytesMax} bytes`)
  return text
}

/**
 * Reads a log leaf, strictly: exactly the three members, in canonical form.
 * @returns null when it is anything else
 */
export function parseLogLeaf(text: string): LogLeaf | null {
  if (Buffer.byteLength(text) > logLeafBytesMax) return null
  try {
    const leaf = JSON.parse(text) as Partial<LogLeaf> | null
    if (typeof leaf !== 'object' || leaf === null || canonicalize(leaf) !== text || Object.keys(leaf).length !== 3) return null
    const { kind, instant, body } = leaf
    if (typeof kind !== 'string' || typeof instant !== 'string' || typeof body !== 'string' || parseDigestText(body) === null) return null
    return { kind, instant, body }
  } catch {
    return null
  }
}
