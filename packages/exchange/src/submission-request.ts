import type { ReceivedBody } from './body.ts'
import type { Caller } from './hub.ts'

export type Mode = 'partial' | 'atomic'

export interface SubmissionRequest {
  readonly caller: Caller
  readonly body: ReceivedBody
  readonly mode: Mode
  readonly dryRun: boolean
  readonly respondAsync: boolean
  readonly idempotencyKey: string | null
  readonly traceParent: string | null
  /** The replay check of a signed request: called only when the id is not known, so that an honest retry gets its receipt. */
  readonly checkReplay?: () => Promise<void>
}

export type SubmissionAnswer =
  | { readonly kind: 'receipt'; readonly receipt: Buffer; readonly known: boolean }
  | { readonly kind: 'accepted'; readonly id: string; readonly submissionNo: number }
  | { readonly kind: 'dry-run'; readonly document: object }
