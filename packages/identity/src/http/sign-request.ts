import { type KeyObject, randomBytes } from 'node:crypto'
import { type InnerList, serializeDictionary } from 'structured-headers'
import { algorithmOf, signBytes } from '../keys.ts'
import { fieldValue, type HeaderFields } from './message.ts'
import { signatureBase } from './signature-base.ts'

export interface RequestToSign {
  readonly method: string
  /** Absolute. */
  readonly url: string
  /** As they will be sent; `content-type` is covered when it is there. */
  readonly headers: HeaderFields
  /** The `Content-Digest` of the body; absent when there is none. */
  readonly contentDigest?: string
  readonly key: { readonly keyId: string; readonly privateKey: KeyObject }
  readonly created: Date
  /** 5 minutes after `created` when absent. */
  readonly expires?: Date
  /** Random when absent. Never send one twice with the same key. */
  readonly nonce?: string
}

/** Headers to add to the request. */
export interface SignatureHeaders {
  readonly 'content-digest'?: string
  readonly 'signature-input': string
  readonly signature: string
}

const label = 'hub'
/** Covered where they are there: what the body is, and what a node says of its epoch and its neighbour's. */
export const coveredFields = ['content-digest', 'content-type', 'huijiao-epoch', 'huijiao-seen'] as const

/**
 * Signs a request (RFC 9421): method, authority, path, query, body digest and media type, with created, expires and nonce. Authority, path
 * and query stand for `@target-uri`, whose scheme a proxy that ends TLS would change.
 */
export function signRequest(request: RequestToSign): SignatureHeaders {
  const digest = request.contentDigest === undefined ? {} : { 'content-digest': request.contentDigest }
  const headers = { ...request.headers, ...digest }
  const names = ['@method', '@authority', '@path', '@query', ...coveredFields.filter((name) => fieldValue(headers, name) !== null)]
  const created = Math.floor(request.created.getTime() / 1000)
  const expires = request.expires === undefined ? created + 300 : Math.floor(request.expires.getTime() / 1000)
  const algorithm = algorithmOf(request.key.privateKey)
  if (algorithm === null) throw new RangeError('a signing key is Ed25519 or ECDSA on P-256')
  const input: InnerList = [
    names.map((name) => [name, new Map()]),
    new Map<string, string | number>([
      ['created', created],
      ['expires', expires],
      ['nonce', request.nonce ?? randomBytes(16).toString('base64url')],
      ['keyid', request.key.keyId],
      ['alg', algorithm],
    ]),
  ]
  // As `fetch` will send it: escaped, and without the fragment.
  const base = signatureBase({ method: request.method, url: new URL(request.url).href, headers }, input)
  const value = signBytes(Buffer.from(base), request.key.privateKey)
  return {
    ...digest,
    'signature-input': serializeDictionary(new Map([[label, input]])),
    signature: serializeDictionary(new Map([[label, [value, new Map()]]])),
  }
}
