import { createHash } from 'node:crypto'
import { Problem } from '@huijiao/problem'
import { parseDictionary } from 'structured-headers'

/** The digests of a `Content-Digest` that this node can check; at least one. */
export interface ContentDigest {
  readonly sha256?: Buffer
  readonly sha512?: Buffer
}

/** The `Content-Digest` (RFC 9530) of a body as it is sent, content encoding included. */
export function contentDigest(body: string | Uint8Array): string {
  return contentDigestOf(createHash('sha256').update(body).digest())
}

/** The same from a SHA-256 that was computed while the body was written. */
export function contentDigestOf(sha256: Uint8Array): string {
  if (sha256.length !== 32) throw new RangeError(`a SHA-256 has 32 bytes, not ${sha256.length}`)
  return `sha-256=:${Buffer.from(sha256).toString('base64')}:`
}

/**
 * Reads a `Content-Digest`. Unknown algorithms are passed over, as RFC 9530 asks.
 * @throws Problem `digest-mismatch` when it is malformed, `digest-missing` when it has neither sha-256 nor sha-512
 */
export function parseContentDigest(header: string): ContentDigest {
  let members: ReturnType<typeof parseDictionary>
  try {
    members = parseDictionary(header)
  } catch (cause) {
    throw malformed(cause)
  }
  const found: { sha256?: Buffer; sha512?: Buffer } = {}
  for (const [name, key, length] of [
    ['sha-256', 'sha256', 32],
    ['sha-512', 'sha512', 64],
  ] as const) {
    const member = members.get(name)
    if (member === undefined) continue
    if (!(member[0] instanceof ArrayBuffer) || member[0].byteLength !== length) throw malformed()
    found[key] = Buffer.from(member[0])
  }
  if (found.sha256 === undefined && found.sha512 === undefined) {
    throw new Problem('digest-missing', {
      zh: 'Content-Digest 中既没有 sha-256 也没有 sha-512',
      en: 'Content-Digest has neither sha-256 nor sha-512',
    })
  }
  return found
}

function malformed(cause?: unknown): Problem {
  const words = { zh: 'Content-Digest 应形如 sha-256=:<base64>:', en: 'Content-Digest has the form sha-256=:<base64>:' }
  return new Problem('digest-mismatch', words, cause === undefined ? {} : { cause })
}

/** Whether the digests of the bytes that arrived are the ones that were stated; every stated one counts. */
export function digestMatches(stated: ContentDigest, arrived: { sha256: Uint8Array; sha512?: Uint8Array }): boolean {
  if (stated.sha256 !== undefined && !stated.sha256.equals(arrived.sha256)) return false
  if (stated.sha512 !== undefined && (arrived.sha512 === undefined || !stated.sha512.equals(arrived.sha512))) return false
  return stated.sha256 !== undefined || stated.sha512 !== undefined
}
