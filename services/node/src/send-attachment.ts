import { Readable } from 'node:stream'
import type { Hub, SendAttachment } from '@huijiao/exchange'
import { contentDigestOf } from '@huijiao/identity'
import { newTraceId, traceParentOf } from './plugins/tracing.ts'
import { signedRequest } from './send-delivery.ts'

/** An upstream on a slow line gets this many milliseconds more for each MiB. */
const perMebibyteMs = 8000

/** Hands an attachment to an upstream's `PUT /v1/attachments/{sha-256}`, signed, after asking whether it is there already. */
export function createSendAttachment(parts: {
  readonly hub: Pick<Hub, 'signingKey' | 'clock'>
  readonly timeoutMs: number
}): SendAttachment {
  return async (link, { digest, mediaType, bytes }, open) => {
    const hex = digest.slice('sha-256:'.length)
    const url = `${link.url}/v1/attachments/${hex}`
    const traceparent = traceParentOf(newTraceId())
    const asked = await signedRequest(parts, 'HEAD', url, { traceparent })
    if (asked.status === 200) return 'there'
    if (asked.status !== 404) return { status: asked.status, body: Buffer.alloc(0) }
    const headers = { 'content-type': mediaType, 'content-digest': contentDigestOf(Buffer.from(hex, 'hex')), traceparent }
    const body = Readable.from(open(), { objectMode: false })
    const timeoutMs = parts.timeoutMs + Math.ceil(bytes / 1024 ** 2) * perMebibyteMs
    return await signedRequest(parts, 'PUT', url, headers, { body, timeoutMs })
  }
}
