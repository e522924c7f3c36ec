import { addPublicKey, createParticipant } from '@huijiao/exchange'
import { startWorker } from '../src/worker.ts'
import { type TestNode, adminToken, startTestNode } from './node.ts'

export const admin = { authorization: `Bearer ${adminToken}` }

/** What a lower node takes from its upstream; everything when absent. */
export interface FollowOptions {
  readonly feed?: { readonly kinds?: readonly string[]; readonly entities?: readonly string[] }
  readonly env?: Record<string, string>
}

/** A node that listens, with its worker, enrolled at its upstream. */
export async function startTier(region: string, tier: string, upstream?: TestNode, options: FollowOptions = {}): Promise<TestNode> {
  const feed = options.feed ?? { kinds: ['outcomes', 'standards', 'notices', 'corrections', 'records'] }
  const node = await startTestNode({
    listen: true,
    env: {
      HUIJIAO_REGION: region,
      HUIJIAO_TIER: tier,
      ...(upstream === undefined
        ? {}
        : {
            HUIJIAO_UPSTREAMS: JSON.stringify([
              { name: upstream.context.hub.node.name, url: upstream.url, tier: upstream.context.hub.node.tier, feed },
            ]),
          }),
      ...options.env,
    },
  })
  if (upstream !== undefined) await enrolNode(upstream, node)
  // It looks upward from its first moment on, and is known there by then.
  const worker = await startWorker(node.context)
  return {
    ...node,
    worker,
    stop: async () => {
      node.context.beginStop()
      node.app.server.closeAllConnections()
      await node.app.close()
      await worker.stop()
      await node.stop()
    },
  }
}

export async function enrolNode(upper: TestNode, lower: TestNode): Promise<void> {
  const { name, region } = lower.context.hub.node
  const { participant_id } = await createParticipant(upper.context.hub, 'operator:test', {
    participantId: `p-${name}`,
    kind: 'node',
    name: `节点 ${name}`,
    regions: [region],
    nodeName: name,
  })
  const { keyId, publicKey } = lower.context.hub.signingKey
  await addPublicKey(upper.context.hub, 'operator:test', participant_id, {
    keyId,
    algorithm: 'ed25519',
    publicKey: publicKey.toString('base64'),
  })
}

export type Answered = { status: number; json: Record<string, any>; headers: Headers }

/** One HTTP request to a node, JSON in and out. */
export async function call(
  node: TestNode,
  method: 'GET' | 'POST' | 'PUT',
  path: string,
  headers: Record<string, string>,
  body?: unknown,
): Promise<Answered> {
  const response = await fetch(`${node.url}${path}`, {
    method,
    headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, json: text === '' ? {} : (JSON.parse(text) as Record<string, any>), headers: response.headers }
}
