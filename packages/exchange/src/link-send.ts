import type { AttachmentFacts } from './attachment.ts'
import type { LinkRow } from './next-delivery.ts'

/** One request to the upstream, ready to be signed and sent. */
export interface DeliveryRequest {
  /** Also the Idempotency-Key. */
  readonly id: string
  readonly records: number
  /** As it goes over the wire. */
  readonly body: Buffer
  readonly contentType: string
  readonly contentEncoding: string
  /** Over `body` (RFC 9530). */
  readonly contentDigest: string
  readonly traceparent: string
  /** `traceparent` of each submission that it carries on, as far as they are known. */
  readonly carries?: readonly string[]
}

export interface DeliveryAnswer {
  readonly status: number
  readonly body: Buffer
  /** The body is a receipt whose signature holds under a key of the upstream's. */
  readonly receiptVerified: boolean
  /** The upstream asks to be left alone for so long. */
  readonly retryAfterMs?: number
}

/**
 * Thrown by a transport that has handed the request over, or keeps it for later, and whose answer comes another way: by a folder, by a table. No outage:
 * the same request is asked for again until the answer is there.
 */
export class AnswerPending extends Error {
  override readonly name = 'AnswerPending'
}

/** Signs and sends one request. Throws when no answer came: refused, reset, timed out. */
export type SendDelivery = (link: LinkRow, request: DeliveryRequest) => Promise<DeliveryAnswer>

/** Hands one attachment to the upstream, unless it is there already. Throws when no answer came. */
export type SendAttachment = (link: LinkRow, attachment: AttachmentFacts, bytes: () => AsyncIterable<Buffer>) => Promise<AttachmentAnswer>

/** `there`: the upstream has the bytes; else what it answered. */
export type AttachmentAnswer = 'there' | { readonly status: number; readonly body: Buffer }

/** `idle`: nothing to do; `more`: call again at once; `outage`: try later; `waiting`: the answer is on its way; `paused`: an operator has to act. */
export type Forwarded = 'idle' | 'more' | 'outage' | 'waiting' | 'paused'
