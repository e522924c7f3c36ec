import { randomBytes } from 'node:crypto'
import type { DeliveryAnswer, Hub, SendDelivery } from '@huijiao/exchange'
import { signRequest } from '@huijiao/identity'
import { traceParentOf } from './plugins/tracing.ts'
import type { Upstreams } from './upstream-keys.ts'

export interface SendParts {
  readonly hub: Pick<Hub, 'signingKey' | 'clock'>
  readonly upstreams: Upstreams
  readonly timeoutMs: number
}

/** Answers are receipts of at most a thousand records; more than this is not one, and is not read. */
const answerBytesMax = 64 * 1024 * 1024

/** Sends one delivery to an upstream's `POST /v1/submissions`, signed, and checks the signature on the receipt. */
export function createSendDelivery(parts: SendParts): SendDelivery {
  return async (link, request): Promise<DeliveryAnswer> => {
    const headers = {
      'content-type': request.contentType,
      'content-encoding': request.contentEncoding,
      'content-digest': request.contentDigest,
      'idempotency-key': request.id,
      traceparent: request.traceparent,
    }
    const response = await signedFetch(parts, 'POST', `${link.url}/v1/submissions`, headers, request.body)
    const body = await readAnswer(response)
    return { status: response.status, body, receiptVerified: response.status === 200 && (await parts.upstreams.signedBy(link.name, body)) }
  }
}

/** A signed `GET` to an upstream. */
export function signedGet(parts: Pick<SendParts, 'hub' | 'timeoutMs'>, url: string): Promise<Response> {
  return signedFetch(parts, 'GET', url, { traceparent: traceParentOf(randomBytes(16).toString('hex')) })
}

/** Signs anew for every try, with the digest over a body that is a stream in `headers`: a nonce is good for one request. `fetch` keeps the connection for the next one. */
export async function signedFetch(
  parts: Pick<SendParts, 'hub' | 'timeoutMs'>,
  method: string,
  url: string,
  headers: Record<string, string>,
  body?: Buffer | ReadableStream<Uint8Array>,
  timeoutMs = parts.timeoutMs,
): Promise<Response> {
  const { signingKey, clock } = parts.hub
  const signature = signRequest({ method, url, headers, key: signingKey, created: clock.now() })
  return fetch(url, {
    method,
    headers: { ...headers, ...signature },
    ...(body === undefined
      ? {}
      : body instanceof ReadableStream
        ? { body, duplex: 'half' as const }
        : { body: new Uint8Array(body.buffer as ArrayBuffer, body.byteOffset, body.length) }),
    redirect: 'error', // a signature is for one address
    signal: AbortSignal.timeout(timeoutMs),
  })
}

export async function readAnswer(response: Response): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length
    if (bytes > answerBytesMax) throw new Error(`the answer is longer than ${answerBytesMax} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
