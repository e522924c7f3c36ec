import type { ReceivedBody } from './body.ts'
import type { Caller } from './hub.ts'
import type { RecordOutcome } from './prepared.ts'

export type Mode = 'partial' | 'atomic'

/** What makes a signature good for one request. */
export interface RequestNonce {
  readonly keyId: string
  readonly nonce: string
  readonly expiresAt: Date
}

export interface SubmissionRequest {
  readonly caller: Caller
  readonly body: ReceivedBody
  readonly mode: Mode
  readonly dryRun: boolean
  /** With a dry run: refused records come back as they were read, so that they can be mended where no copy of the file is read. */
  readonly asRead?: boolean
  readonly respondAsync: boolean
  readonly idempotencyKey: string | null
  readonly traceParent: string | null
  /** The nonce of a signed request. It is spent only when the id is not known, so that an honest retry gets its receipt. */
  readonly nonce: RequestNonce | null
}

export type SubmissionAnswer =
  | { readonly kind: 'receipt'; readonly receipt: Buffer; readonly known: boolean }
  | { readonly kind: 'accepted'; readonly id: string; readonly submissionNo: number; readonly state: 'storing' | 'paused' }
  /** `outcomes`: of every record, also where the document lists only some. */
  | { readonly kind: 'dry-run'; readonly document: object; readonly outcomes: readonly RecordOutcome[] }
