import { createHash } from 'node:crypto'
import type { Destination } from './http/destination.ts'
import { NodeProblem } from './http/node-problem.ts'
import { getJson, send, type Patience } from './http/send.ts'

/** What a record is looked up by: its business key, or the sender's own row id for an entity that has none. */
export interface LookupKey {
  readonly entity: string
  readonly key?: Readonly<Record<string, string>>
  readonly sourceId?: string
}

/** A record as a node shows it; personal fields are masked unless one may see them. */
export interface FoundRecord {
  readonly recordId: string
  readonly [member: string]: unknown
}

/**
 * Finds a record by its business key. The key travels in the body, never in an address.
 * @returns null when the node has no such record that we may see
 */
export async function lookup(to: Destination, key: LookupKey, patience?: Patience): Promise<FoundRecord | null> {
  const bytes = Buffer.from(JSON.stringify(key))
  const body = {
    contentType: 'application/json',
    contentEncoding: null,
    sha256: createHash('sha256').update(bytes).digest(),
    content: bytes,
  }
  try {
    const answer = await send(to, { method: 'POST', path: '/v1/records/lookup', body }, patience)
    return JSON.parse(answer.body.toString('utf8')) as FoundRecord
  } catch (error) {
    if (error instanceof NodeProblem && error.status === 404) return null
    throw error
  }
}

/** The chain of custody of a record: one document that `huijiao verify` checks offline. */
export async function custody(to: Destination, recordId: string, patience?: Patience): Promise<unknown> {
  return await getJson(to, `/v1/records/${encodeURIComponent(recordId)}/custody`, patience)
}
