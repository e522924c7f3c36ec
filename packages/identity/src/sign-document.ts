import { signBytes, type SigningKey, type VerifyingKey, verifyBytes } from './keys.ts'

/** One signature of a document, as it stands in the document's `signatures`. */
export interface Signature {
  readonly alg: 'ed25519'
  readonly keyId: string
  /** base64 of 64 bytes */
  readonly value: string
}

/**
 * Signs a document.
 * @param canonicalText the RFC 8785 form of the document without its `signatures`
 */
export function signDocument(canonicalText: string | Uint8Array, key: SigningKey): Signature {
  return { alg: 'ed25519', keyId: key.keyId, value: signBytes(Buffer.from(canonicalText as string), key.privateKey).toString('base64') }
}

/** What is known of a document's signatures, by key id. A document stands when something is verified and nothing is broken. */
export interface DocumentVerdict {
  readonly verified: readonly string[]
  /** A known key that did not sign this text. */
  readonly broken: readonly string[]
  /** No such key here. */
  readonly unknown: readonly string[]
}

/** @param canonicalText as for {@link signDocument} */
export function verifyDocument(
  canonicalText: string | Uint8Array,
  signatures: readonly Signature[],
  keyOf: (keyId: string) => VerifyingKey | null,
): DocumentVerdict {
  const bytes = Buffer.from(canonicalText as string)
  const verdict = { verified: [] as string[], broken: [] as string[], unknown: [] as string[] }
  for (const { alg, keyId, value } of signatures) {
    const key = keyOf(keyId)
    if (key === null) verdict.unknown.push(keyId)
    else if (alg === 'ed25519' && key.algorithm === 'ed25519' && verifyBytes(bytes, key, Buffer.from(value, 'base64')))
      verdict.verified.push(keyId)
    else verdict.broken.push(keyId)
  }
  return verdict
}
