import { Problem } from '@huijiao/problem'
import type { SignatureAlgorithm, VerifyingKey } from '../keys.ts'
import { verifyBytes } from '../keys.ts'
import { type ContentDigest, parseContentDigest } from './content-digest.ts'
import { fieldValue, type HeaderFields, type HttpMessage, signatureInvalid } from './message.ts'
import { type ParsedSignature, parseSignatures } from './parse-signatures.ts'
import { plainName, signatureBase } from './signature-base.ts'
import { coveredFields } from './sign-request.ts'

export interface SignedRequest {
  readonly method: string
  /** Absolute: scheme, the authority that the caller named (`Host`), and the request target as it was sent. */
  readonly url: string
  readonly headers: HeaderFields
}

export interface VerifiedRequest {
  readonly keyId: string
  readonly algorithm: SignatureAlgorithm
  /** Refuse it when this key used it before; remember it until `expires`. */
  readonly nonce: string
  readonly created: Date
  /** After this instant the signature is refused, whatever the sender asked for. */
  readonly expires: Date
  /** What the body must hash to; null when the request has none. */
  readonly digest: ContentDigest | null
}

/** How far two clocks may be apart. */
const skewMs = 300_000
/** How long after it was made a signature is good at most; so nonces need not be kept for longer. */
const ageMsMax = 300_000

/**
 * Verifies a request's signature from its headers alone; the body is held against `digest` when it has arrived. With several signatures one
 * that satisfies everything is enough.
 * @param lookupKey null when the key is unknown or no longer valid
 * @throws Problem `credentials-missing` without a signature, `credentials-invalid` for an unknown key, `digest-missing`,
 * `signature-invalid` (malformed, covers too little, does not verify), `signature-expired` (too old, expired, or from the future)
 */
export async function verifyRequest(
  request: SignedRequest,
  lookupKey: (keyId: string) => Promise<VerifyingKey | null>,
  now: Date,
): Promise<VerifiedRequest> {
  const signatures = parseSignatures(request.headers)
  if (signatures.length === 0) throw new Problem('credentials-missing', { zh: '请求没有签名', en: 'the request has no signature' })
  const digest = statedDigest(request)
  let firstProblem: unknown
  for (const signature of signatures) {
    try {
      return { ...(await verifyOne(request, signature, lookupKey, now)), digest }
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      firstProblem ??= error
    }
  }
  throw firstProblem
}

function statedDigest(request: SignedRequest): ContentDigest | null {
  const header = fieldValue(request.headers, 'content-digest')
  if (header !== null) return parseContentDigest(header)
  const length = fieldValue(request.headers, 'content-length')
  const hasBody = fieldValue(request.headers, 'transfer-encoding') !== null || (length !== null && length !== '0')
  if (!hasBody && !['POST', 'PUT', 'PATCH'].includes(request.method)) return null
  throw new Problem('digest-missing', { zh: '签名的请求缺少 Content-Digest 头', en: 'the signed request has no Content-Digest' })
}

async function verifyOne(
  request: SignedRequest,
  signature: ParsedSignature,
  lookupKey: (keyId: string) => Promise<VerifyingKey | null>,
  now: Date,
): Promise<Omit<VerifiedRequest, 'digest'>> {
  const key = await lookupKey(signature.keyId)
  if (key === null) {
    throw new Problem('credentials-invalid', {
      zh: `不认识密钥编号 ${signature.keyId}，或它已吊销、过期`,
      en: `the key id ${signature.keyId} is unknown, revoked or expired`,
    })
  }
  if (signature.algorithm !== null && signature.algorithm !== key.algorithm) {
    throw signatureInvalid({
      zh: `签名声明的算法 ${signature.algorithm} 与该密钥的 ${key.algorithm} 不符`,
      en: `the signature says ${signature.algorithm}, its key is ${key.algorithm}`,
    })
  }
  checkCoverage(request, signature)
  checkValue(request, signature, key)
  return {
    keyId: signature.keyId,
    algorithm: key.algorithm,
    nonce: signature.nonce,
    created: signature.created,
    expires: checkTime(signature, now),
  }
}

function checkCoverage(request: SignedRequest, signature: ParsedSignature): void {
  const covered = new Set(signature.input[0].map(plainName))
  const required = ['@method', ...(covered.has('@target-uri') ? [] : ['@authority', '@path', '@query'])]
  for (const name of coveredFields) {
    if (fieldValue(request.headers, name) !== null) required.push(name)
  }
  const missing = required.filter((name) => !covered.has(name))
  if (missing.length > 0)
    throw signatureInvalid({ zh: `签名还须覆盖 ${missing.join('、')}`, en: `the signature must also cover ${missing.join(', ')}` })
}

function checkValue(request: SignedRequest, signature: ParsedSignature, key: VerifyingKey): void {
  const base = signatureBase(request, signature.input)
  if (verifyBytes(Buffer.from(base), key, signature.value)) return
  // A proxy that ends TLS makes https into http on its way to us. Host and path are covered all the same.
  const other = signatureBase({ ...request, url: otherScheme(request.url) }, signature.input)
  if (other !== base && verifyBytes(Buffer.from(other), key, signature.value)) return
  throw signatureInvalid({
    zh: `密钥 ${signature.keyId} 的签名不符。本节点所见的签名基准串为：\n${base}`,
    en: `the signature of ${signature.keyId} does not verify. The signature base as this node sees it:\n${base}`,
  })
}

function otherScheme(url: string): string {
  return /^https:/i.test(url) ? url.replace(/^https/i, 'http') : url.replace(/^http/i, 'https')
}

function checkTime(signature: ParsedSignature, now: Date): Date {
  const created = signature.created.getTime()
  const latest = created + ageMsMax
  const expires = Math.min(signature.expires?.getTime() ?? latest, latest)
  if (now.getTime() <= expires && created <= now.getTime() + skewMs) return new Date(expires)
  const times = `created ${signature.created.toISOString()}, expires ${new Date(expires).toISOString()}`
  throw new Problem(
    'signature-expired',
    { zh: `签名时间 ${times}，本节点时间 ${now.toISOString()}`, en: `the signature was ${times}; it is ${now.toISOString()} here` },
    { value: signature.created.toISOString() },
  )
}

/** Whether one signature of any message verifies, without our rules on coverage and time. For test vectors and responses. */
export function signatureVerifies(message: HttpMessage, signature: Pick<ParsedSignature, 'input' | 'value'>, key: VerifyingKey): boolean {
  return verifyBytes(Buffer.from(signatureBase(message, signature.input)), key, signature.value)
}
