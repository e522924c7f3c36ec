import { randomBytes } from 'node:crypto'
import type { Hub, SendReconcile } from '@huijiao/exchange'
import { contentDigest } from '@huijiao/identity'
import { traceParentOf } from './plugins/tracing.ts'
import { signedRequest } from './send-delivery.ts'
import type { Upstreams } from './upstream-keys.ts'

/** The upstream holds its whole set against its versions before the first answer: more time than a delivery takes. */
const timesLonger = 5
/** More than any honest answer: a message speaks of 32 ranges. */
const answerBytesMax = 32 * 1024 * 1024

/** Puts questions to an upstream's `POST /v1/reconcile`, signed. */
export function createSendReconcile(parts: {
  readonly hub: Pick<Hub, 'signingKey' | 'clock'>
  readonly upstreams: Upstreams
  readonly timeoutMs: number
}): SendReconcile {
  return {
    post: async (link, body) =>
      await signedRequest(
        parts,
        'POST',
        `${link.url}/v1/reconcile`,
        {
          'content-type': 'application/json',
          'content-digest': contentDigest(body),
          traceparent: traceParentOf(randomBytes(16).toString('hex')),
        },
        { body, timeoutMs: parts.timeoutMs * timesLonger, bytesMax: answerBytesMax },
      ),
    signedByUpstream: async (link, document) => await parts.upstreams.signedBy(link.name, document),
  }
}
