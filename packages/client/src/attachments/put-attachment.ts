import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import type { Destination } from '../http/destination.ts'
import { NodeProblem } from '../http/node-problem.ts'
import { defaultPatience, type Patience, send } from '../http/send.ts'
import type { LocalFile } from './local-file.ts'

/** What came of handing a file in. */
export interface HandedIn {
  /** Its bytes were sent; else the node had them from us already. */
  readonly sent: boolean
  /** What the node found when it looked for identity numbers; null when the bytes were not sent, or the node is too old to look. */
  readonly scan: {
    readonly state: 'none' | 'found' | 'unscanned'
    readonly detail: string
    readonly en: { readonly detail: string }
  } | null
}

/**
 * Hands a file in as an attachment, unless the node has it from us already. Safe to repeat.
 * @throws NodeProblem when the node refuses it; UserError (unreachable)
 */
export async function putAttachment(
  to: Destination,
  file: LocalFile,
  patience: Patience = defaultPatience,
  signal?: AbortSignal,
): Promise<HandedIn> {
  const path = `/v1/attachments/${file.sha256.toString('hex')}`
  if (await isThere(to, path, patience, signal)) return { sent: false, scan: null }
  const content = () => Readable.toWeb(createReadStream(file.path, { highWaterMark: 1024 * 1024 })) as ReadableStream<Uint8Array>
  const body = { contentType: file.mediaType, contentEncoding: null, sha256: file.sha256, content }
  const answer = await send(to, { method: 'PUT', path, body }, patience, signal)
  const { scan } = JSON.parse(answer.body.toString()) as { scan?: HandedIn['scan'] }
  return { sent: true, scan: scan ?? null }
}

async function isThere(to: Destination, path: string, patience: Patience, signal: AbortSignal | undefined): Promise<boolean> {
  try {
    await send(to, { method: 'HEAD', path }, patience, signal)
    return true
  } catch (error) {
    if (error instanceof NodeProblem && error.status === 404) return false
    throw error
  }
}
