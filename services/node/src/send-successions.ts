import { randomBytes } from 'node:crypto'
import type { Hub, SuccessionAnswer, TellSuccessions } from '@huijiao/exchange'
import { contentDigest } from '@huijiao/identity'
import { traceParentOf } from './plugins/tracing.ts'
import { signedRequest } from './send-delivery.ts'

/** Puts numbers that changed to an upstream's `POST /v1/successions`, signed. */
export const createTellSuccessions =
  (parts: { readonly hub: Pick<Hub, 'signingKey' | 'clock'>; readonly timeoutMs: number }): TellSuccessions =>
  async (link, successions) => {
    const body = Buffer.from(JSON.stringify({ successions }))
    const headers = {
      'content-type': 'application/json',
      'content-digest': contentDigest(body),
      traceparent: traceParentOf(randomBytes(16).toString('hex')),
    }
    const answer = await signedRequest(parts, 'POST', `${link.url}/v1/successions`, headers, { body })
    if (answer.status !== 200) throw new Error(`${link.name} answered ${answer.status} when told of numbers that changed`)
    return (JSON.parse(answer.body.toString()) as { answers: SuccessionAnswer[] }).answers
  }
