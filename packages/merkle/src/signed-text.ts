import { Buffer } from '#buffer'
import { verify } from '#crypto'
import { canonicalize } from './canonical.ts'
import { publicKeyObject } from './note.ts'

/** A signature as receipts and certificates carry it. */
export interface TextSignature {
  readonly alg: string
  readonly keyId: string
  /** Base64. */
  readonly value: string
}

/** A node's public key as `GET /v1/node` tells it. */
export interface PublicKey {
  readonly keyId: string
  readonly alg: string
  /** 32 raw bytes in base64. */
  readonly publicKey: string
}

/**
 * Checks the signatures of a signed document, such as a receipt: each covers the canonical form of the document without `signatures`.
 * @returns the ids of the keys whose signatures hold; null when one of a known key does not
 */
export function signersOf(document: { readonly signatures?: readonly TextSignature[] }, keys: readonly PublicKey[]): string[] | null {
  const { signatures = [], ...signed } = document
  const text = Buffer.from(canonicalize(signed))
  const holding: string[] = []
  for (const { alg, keyId, value } of signatures) {
    const key = keys.find((one) => one.keyId === keyId && one.alg === alg && alg === 'ed25519')
    if (key === undefined) continue
    if (!verify(null, text, publicKeyObject(Buffer.from(key.publicKey, 'base64')), Buffer.from(value, 'base64'))) return null
    holding.push(keyId)
  }
  return holding
}
