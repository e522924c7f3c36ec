import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { recordProblem, type ProblemDocument } from '@huijiao/problem'
import type { Attacher } from '../attachments/attach.ts'
import type { Envelope, Input } from './input.ts'
import { keepNumbers } from './keep-numbers.ts'
import { lineFault, readLines, type Line } from './lines.ts'

/** How records are cut into submissions. */
export interface ChunkLimits {
  readonly recordsMax: number
  readonly bytesMax: number
}

/** Where a chunk is read from. */
export type RecordsFile = Pick<Extract<Input, { kind: 'records' }>, 'path' | 'wrapped' | 'encoding'> & {
  /** Hands in the local files that a line names as attachments. */
  readonly attacher?: Attacher
}

export const defaultChunkLimits: ChunkLimits = { recordsMax: 20_000, bytesMax: 32 * 1024 * 1024 }

/** A stretch of lines that becomes one submission. */
export interface Chunk {
  readonly from: number
  /** One past its last byte. */
  readonly to: number
  readonly fromLine: number
  readonly toLine: number
  /** SHA-256 of the file's bytes [from, to), hexadecimal. */
  readonly digest: string
  /** The lines that travel, in order: a record's index is its place here. */
  readonly lines: readonly Line[]
  /** The lines that cannot travel, with the reason. */
  readonly unsent: readonly { readonly line: Line; readonly problem: ProblemDocument }[]
}

/**
 * Reads the next chunk of a file of records.
 * @param to a fixed end, to read again a chunk that was cut before; then the limits do not matter
 * @returns null at the end of the file
 */
export async function readChunk(
  file: RecordsFile,
  from: number,
  fromLine: number,
  limits: ChunkLimits,
  to?: number,
): Promise<Chunk | null> {
  const lines: Line[] = []
  const unsent: { line: Line; problem: ProblemDocument }[] = []
  let bytes = 0
  let end = from
  let endLine = fromLine
  for await (const raw of readLines(file.path, from, fromLine, to, file.encoding)) {
    const own = file.wrapped ? unwrapped(raw) : raw
    const attached = lineFault(own) === null && file.attacher !== undefined ? await file.attacher.line(own) : { line: own }
    const line = 'line' in attached ? attached.line : own
    const full = lines.length >= limits.recordsMax || (lines.length > 0 && bytes + (line.bytes?.length ?? 0) + 1 > limits.bytesMax)
    if (to === undefined && full) break
    const fault = lineFault(line)
    if ('problem' in attached) {
      unsent.push({ line, problem: attached.problem })
    } else if (fault === null) {
      lines.push(line)
      bytes += (line.bytes as Buffer).length + 1
    } else {
      unsent.push({ line, problem: faultProblem(fault) })
    }
    end = line.to
    endLine = line.number + 1
  }
  if (to !== undefined) end = to
  if (lines.length === 0 && unsent.length === 0) return null
  return { from, to: end, fromLine, toLine: endLine, digest: await rangeDigest(file.path, from, end), lines, unsent }
}

/** The record that a line of refused records holds; a line that cannot be read as one goes as it is, for the node to name its fault. */
function unwrapped(line: Line): Line {
  if (line.bytes === null) return line
  try {
    const { record, text } = JSON.parse(line.bytes.toString('utf8'), keepNumbers) as { record?: unknown; text?: unknown }
    if (typeof record === 'object' && record !== null) return { ...line, bytes: Buffer.from(JSON.stringify(record)) }
    if (typeof text === 'string' && text.trim() !== '') return { ...line, bytes: Buffer.from(text.replaceAll(/[\r\n]+/g, ' ')) }
  } catch {
    // Not mended well.
  }
  return line
}

function faultProblem(fault: 'too-long' | 'not-utf8'): ProblemDocument {
  return fault === 'too-long'
    ? recordProblem('record-too-large', { detail: { zh: '此行超过 8 MiB，未发送', en: 'The line is longer than 8 MiB and was not sent' } })
    : recordProblem('json-not-utf8', { detail: { zh: '此行不是 UTF-8，未发送', en: 'The line is not UTF-8 and was not sent' } })
}

/** SHA-256 of a byte range of a file, hexadecimal. */
export async function rangeDigest(path: string, from: number, to: number): Promise<string> {
  const hash = createHash('sha256')
  if (to > from)
    for await (const piece of createReadStream(path, { start: from, end: to - 1, highWaterMark: 1024 * 1024 })) hash.update(piece as Buffer)
  return hash.digest('hex')
}

const lineFeed = Buffer.from('\n')

/**
 * The body of a chunk's submission, and its id. The id is a UUIDv8 made from everything the submission says and from its place in the
 * file, so the same push always makes the same submissions, and a push that was killed is continued rather than repeated.
 */
export function chunkSubmission(chunk: Chunk, envelope: Envelope): { id: string; body: Buffer } {
  const { id: _none, ...rest } = envelope
  const records = Buffer.concat(chunk.lines.flatMap((line) => [line.bytes as Buffer, lineFeed]))
  const id = uuidOf(
    createHash('sha256')
      .update(`huijiao push 1\n${JSON.stringify(rest)}\n${chunk.from}\n`)
      .update(records)
      .digest(),
  )
  return { id, body: Buffer.concat([Buffer.from(`${JSON.stringify({ id, ...rest })}\n`), records]) }
}

/** A UUIDv8 (RFC 9562) from the first 16 bytes of a digest. */
export function uuidOf(digest: Uint8Array): string {
  const bytes = Buffer.from(digest.subarray(0, 16))
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x80
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80
  const hex = bytes.toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}
