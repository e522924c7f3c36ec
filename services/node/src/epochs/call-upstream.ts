import { type CallUpstream, claimHeaders, epochOf, type Hub } from '@huijiao/exchange'
import { contentDigest } from '@huijiao/identity'
import { newTraceId, traceParentOf } from '../plugins/tracing.ts'
import { type Answer, signedRequest } from '../send-delivery.ts'
import type { Upstreams } from '../upstream-keys.ts'
import type { Upstream } from '../upstreams.ts'

const answerBytesMax = 64 * 1024 * 1024

/**
 * A signed `POST` about epochs to an upstream. It does not wait for the upstream's word that this node may go on, for it is how that is asked.
 * @param seen the upstream's last checkpoint that was seen
 */
export function postEpoch(
  hub: Pick<Hub, 'signingKey' | 'clock' | 'node'>,
  upstream: Upstream,
  request: { readonly path: string; readonly body: Buffer; readonly timeoutMs: number; readonly seen: string | null },
): Promise<Answer> {
  const { path, body, timeoutMs, seen } = request
  const headers = {
    'content-type': 'application/json',
    'content-digest': contentDigest(body),
    traceparent: traceParentOf(newTraceId()),
    ...claimHeaders({ epoch: epochOf(hub.node), seen }),
  }
  const { signingKey, clock } = hub
  return signedRequest({ hub: { signingKey, clock }, timeoutMs }, 'POST', `${upstream.url}${path}`, headers, {
    body,
    bytesMax: answerBytesMax,
  })
}

export const callerOf = (
  hub: Hub,
  upstream: Upstream,
  keys: Upstreams,
  { timeoutMs, seen }: { readonly timeoutMs: number; readonly seen: string | null },
): CallUpstream => ({
  name: upstream.name,
  post: (body) => postEpoch(hub, upstream, { path: '/v1/epoch', body, timeoutMs, seen }),
  signed: (document) => keys.signedBy(upstream.name, document),
})
