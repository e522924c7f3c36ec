import type { Readable } from 'node:stream'
import { type DeliveryAnswer, faultPoint, type Hub, type SendDelivery } from '@huijiao/exchange'
import { signRequest } from '@huijiao/identity'
import { Agent, request as sendRequest } from 'undici'
import { newTraceId, traceParentOf } from './plugins/tracing.ts'
import { retryAfterMs } from './retry-after.ts'
import type { Upstreams } from './upstream-keys.ts'

export interface SendParts {
  readonly hub: Pick<Hub, 'signingKey' | 'clock' | 'claim' | 'doubt'>
  readonly upstreams: Upstreams
  readonly timeoutMs: number
}

/** Its own waits are longer than any of ours: the signal ends a request. */
const dispatcher = new Agent({ headersTimeout: 0, bodyTimeout: 0 })

/** Answers are receipts of at most a thousand records; more than this is not one, and is not read. */
export const answerBytesMax = 64 * 1024 * 1024

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
    const {
      status,
      body,
      headers: said,
    } = await signedRequest(parts, 'POST', `${link.url}/v1/submissions`, headers, { body: request.body })
    const wait = retryAfterMs(said['retry-after'], parts.hub.clock.now())
    return {
      status,
      body,
      ...(wait === null ? {} : { retryAfterMs: wait }),
      receiptVerified: status === 200 && (await parts.upstreams.signedBy(link.name, body)),
    }
  }
}

/** What an upstream answered, read to its end. */
export interface Answer {
  readonly status: number
  readonly body: Buffer
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
}

/** A signed `GET` to an upstream. */
export const signedGet = (parts: Pick<SendParts, 'hub' | 'timeoutMs'>, url: string, bytesMax = answerBytesMax): Promise<Answer> =>
  signedRequest(parts, 'GET', url, { traceparent: traceParentOf(newTraceId()) }, { bytesMax })

/**
 * Signs anew for every try, with the digest over a body that is a stream in `headers`: a nonce is good for one request. The connection is
 * kept for the next one, and a redirect is an answer like any other, because a signature is for one address. undici itself and not `fetch`,
 * whose web streams cost a millisecond a request.
 */
export async function signedRequest(
  parts: Pick<SendParts, 'hub' | 'timeoutMs'>,
  method: 'GET' | 'HEAD' | 'POST' | 'PUT',
  url: string,
  headers: Record<string, string>,
  options: { readonly body?: Buffer | Readable; readonly timeoutMs?: number; readonly bytesMax?: number; readonly stop?: AbortSignal } = {},
): Promise<Answer> {
  const { signingKey, clock } = parts.hub
  const said = { ...headers, ...(await parts.hub.claim?.(url)) }
  const signature = signRequest({ method, url, headers: said, key: signingKey, created: clock.now() })
  const late = AbortSignal.timeout(options.timeoutMs ?? parts.timeoutMs)
  const answer = await sendRequest(url, {
    method,
    headers: { ...said, ...signature },
    body: options.body ?? null,
    dispatcher,
    signal: options.stop === undefined ? late : AbortSignal.any([late, options.stop]),
  })
  if (method === 'POST') faultPoint('upstream-answered')
  if (answer.statusCode === 409) parts.hub.doubt?.(url)
  return { status: answer.statusCode, body: await readAnswer(answer.body, options.bytesMax ?? answerBytesMax), headers: answer.headers }
}

async function readAnswer(answer: AsyncIterable<Uint8Array>, bytesMax: number): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of answer) {
    bytes += chunk.length
    if (bytes > bytesMax) throw new Error(`the answer is longer than ${bytesMax} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
