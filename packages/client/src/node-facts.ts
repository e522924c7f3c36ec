import { verifierKey } from '@huijiao/merkle'
import type { Destination } from './http/destination.ts'
import { getJson, type Patience } from './http/send.ts'
import { readTrustedKey, type TrustedKey } from './trust.ts'

/** What `GET /v1/node` tells anybody. */
export interface NodeFacts {
  readonly name: string
  readonly region: string
  readonly tier: string
  readonly keys: readonly {
    readonly keyId: string
    readonly alg: string
    readonly publicKey: string
    readonly retiredAt: string | null
    readonly statement?: string | null
  }[]
  /** The node's clock. */
  readonly time?: string
}

export async function nodeFacts(node: Destination, patience?: Patience, signal?: AbortSignal): Promise<NodeFacts> {
  return (await getJson(node, '/v1/node', patience, signal)) as NodeFacts
}

/** The node's words that one of its keys follows another; of an older release none. */
export const statementsOf = (facts: NodeFacts): string[] =>
  facts.keys.flatMap(({ statement }) => (typeof statement === 'string' ? [statement] : []))

/** The keys a node says are its own. They prove no more than that the same node is speaking: who pins a key gets it by another way. */
export function keysOf(facts: NodeFacts): TrustedKey[] {
  return facts.keys
    .filter((key) => key.alg === 'ed25519')
    .map((key) => readTrustedKey(verifierKey(facts.name, Buffer.from(key.publicKey, 'base64'))))
}
