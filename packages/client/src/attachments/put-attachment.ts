import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import type { Destination } from '../http/destination.ts'
import { NodeProblem } from '../http/node-problem.ts'
import { defaultPatience, type Patience, send } from '../http/send.ts'
import type { LocalFile } from './local-file.ts'

/**
 * Hands a file in as an attachment, unless the node has it from us already. Safe to repeat.
 * @returns whether its bytes were sent
 * @throws NodeProblem when the node refuses it; UserError (unreachable)
 */
export async function putAttachment(
  to: Destination,
  file: LocalFile,
  patience: Patience = defaultPatience,
  signal?: AbortSignal,
): Promise<boolean> {
  const path = `/v1/attachments/${file.sha256.toString('hex')}`
  if (await isThere(to, path, patience, signal)) return false
  const content = () => Readable.toWeb(createReadStream(file.path, { highWaterMark: 1024 * 1024 })) as ReadableStream<Uint8Array>
  const body = { contentType: file.mediaType, contentEncoding: null, sha256: file.sha256, content }
  await send(to, { method: 'PUT', path, body }, patience, signal)
  return true
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
