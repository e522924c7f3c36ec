import { verify } from 'node:crypto'
import { canonicalize, publicKeyObject } from '@huijiao/merkle'
import type { ProblemDocument } from '@huijiao/problem'
import type { TrustedKey } from './trust.ts'

export type Outcome = 'accepted' | 'unchanged' | 'superseded' | 'pending_review' | 'doubtful' | 'held' | 'refused'

/** What became of one record. */
export interface RecordOutcome {
  readonly index: number
  readonly entity: string | null
  readonly sourceId: string | null
  readonly recordId?: string
  readonly version?: number
  readonly outcome: Outcome
  readonly commitment?: string
  /** Between nodes, of a version that is `unchanged`: the operation that stands in its place, when another one came. */
  readonly stands?: 'upsert' | 'withdraw' | 'no-longer-qualifies'
  readonly problems?: readonly ProblemDocument[]
}

export interface ReceiptSignature {
  readonly alg: string
  readonly keyId: string
  readonly value: string
}

/** A node's signed answer to a submission. Members that this version does not know are kept, since the signature covers them. */
export interface Receipt {
  readonly receipt: 1
  readonly submission: { readonly id: string; readonly digest: string; readonly participant: string }
  readonly node: { readonly region: string; readonly tier: string; readonly epoch: number }
  readonly standard: string
  /** The revisions of the standard by which it was judged; older nodes did not say. */
  readonly judgedBy?: readonly { readonly release: string; readonly revision: number; readonly issuer: string }[]
  readonly mode: 'partial' | 'atomic'
  readonly receivedAt: string
  readonly outcome: string
  readonly counts: Readonly<Record<Outcome, number>>
  /** Every record up to 1,000; above that the first 1,000 refusals. */
  readonly records?: readonly RecordOutcome[]
  /** `outcomes`: digest of the part's page of the outcome list. */
  readonly parts: readonly {
    readonly part: number
    readonly from: number
    readonly count: number
    readonly root: string
    readonly outcomes: string
  }[]
  readonly logBy: string
  readonly signatures: readonly ReceiptSignature[]
}

/**
 * Reads the bytes of a receipt.
 * @throws TypeError when they are something else
 */
export function parseReceipt(bytes: Uint8Array | string): Receipt {
  const value: unknown = JSON.parse(typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString('utf8'))
  if (!isReceipt(value)) throw new TypeError('not a receipt')
  return value
}

export function isReceipt(value: unknown): value is Receipt {
  const receipt = value as Partial<Receipt> | null
  return (
    typeof receipt === 'object' &&
    receipt !== null &&
    receipt.receipt === 1 &&
    typeof receipt.submission?.id === 'string' &&
    Array.isArray(receipt.signatures)
  )
}

/** Whether a receipt's signature was checked, and against which key. */
export type SignatureFinding =
  | { readonly state: 'verified'; readonly keyName: string }
  | { readonly state: 'invalid' }
  | { readonly state: 'unknown-key' }

/**
 * Checks who signed a receipt: the signature covers the RFC 8785 form of the receipt without `signatures`.
 * @param keys the nodes' public keys one trusts; their names do not matter, the key does
 * @returns `invalid` when a trusted key of that name is claimed and its signature does not hold
 */
export function verifyReceipt(receipt: Receipt, keys: readonly TrustedKey[]): SignatureFinding {
  const { signatures, ...signed } = receipt
  const text = Buffer.from(canonicalize(signed))
  let claimed = false
  for (const signature of signatures) {
    if (signature.alg !== 'ed25519') continue
    const value = Buffer.from(signature.value, 'base64')
    for (const key of keys) {
      if (verify(null, text, publicKeyObject(key.publicKey), value)) return { state: 'verified', keyName: key.name }
      claimed ||= key.name === signature.keyId || signature.keyId.startsWith(`${key.name}-`)
    }
  }
  return { state: claimed ? 'invalid' : 'unknown-key' }
}
