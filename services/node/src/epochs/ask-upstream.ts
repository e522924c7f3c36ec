import type { AskReturns, Hub, ReturnsPage } from '@huijiao/exchange'
import { signedGet } from '../send-delivery.ts'
import type { Upstream } from '../upstreams.ts'
import { postEpoch } from './call-upstream.ts'

/** How this node asks an upstream for what it had delivered to it. */
export const returnsOf = (hub: Hub, upstream: Upstream, timeoutMs: number): AskReturns => ({
  name: upstream.name,
  list: async (query) => {
    const body = Buffer.from(JSON.stringify(query))
    const answer = await postEpoch(hub, upstream, { path: '/v1/epoch/returns', body, timeoutMs, seen: null })
    if (answer.status === 404) return { deliveries: [], next: null } // an older release
    if (answer.status !== 200) throw new Error(`${upstream.name} answered ${answer.status}${saidIn(answer.body)} when asked what it holds`)
    return JSON.parse(answer.body.toString()) as ReturnsPage
  },
  body: async (id) => {
    const answer = await signedGet({ hub, timeoutMs }, `${upstream.url}/v1/epoch/returns/${id}`)
    if (answer.status !== 200) throw new Error(`${upstream.name} answered ${answer.status}${saidIn(answer.body)} when asked for a delivery`)
    return answer.body
  },
})

/** How this node asks an upstream that was put back which of its deliveries it does not know. */
export const unknownAbove = (hub: Hub, upstream: Upstream, timeoutMs: number) => async (ids: readonly string[]) => {
  const body = Buffer.from(JSON.stringify({ deliveries: ids }))
  const answer = await postEpoch(hub, upstream, { path: '/v1/epoch/deliveries', body, timeoutMs, seen: null })
  if (answer.status !== 200) throw new Error(`${upstream.name} answered ${answer.status} when asked which deliveries it knows`)
  return (JSON.parse(answer.body.toString()) as { unknown: string[] }).unknown
}

/** What a problem document says, in both languages: such as where contents are kept that were taken out of the upstream's database. */
function saidIn(bytes: Buffer): string {
  try {
    const { detail, en } = JSON.parse(bytes.toString()) as { detail?: unknown; en?: { detail?: unknown } }
    return typeof detail === 'string'
      ? ` (${[detail, en?.detail]
          .filter((one) => typeof one === 'string')
          .join(' / ')
          .slice(0, 500)})`
      : ''
  } catch {
    return ''
  }
}
