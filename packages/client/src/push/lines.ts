import { isUtf8 } from 'node:buffer'
import { open } from 'node:fs/promises'
import { asUtf8, type FileEncoding } from './text-encoding.ts'

/** One line of a file that is not empty. */
export interface Line {
  /** 1-based line number in the file; empty lines count. */
  readonly number: number
  /** Byte offset of its first byte in the file. */
  readonly from: number
  /** One past its last byte, its line feed included. */
  readonly to: number
  /** The line without its line end; null when it is longer than `lineBytesMax`. */
  readonly bytes: Buffer | null
}

/** The longest line that is held in memory. A node takes records of 1 MiB, so a longer line is refused here already. */
export const lineBytesMax = 8 * 1024 * 1024

const slabBytes = 1024 * 1024

/**
 * The lines of a file between two byte offsets that are not empty, in memory that does not grow with the file.
 * @param from offset of the first line's first byte
 * @param number that line's number
 * @param to where to stop; the end of the file when absent
 * @param encoding of the file; lines come in UTF-8, their places are those in the file
 */
export async function* readLines(
  path: string,
  from: number,
  number: number,
  to: number = Infinity,
  encoding: FileEncoding = 'utf-8',
): AsyncGenerator<Line> {
  const converted = (line: Line | null) =>
    line === null || line.bytes === null || encoding === 'utf-8' ? line : { ...line, bytes: asUtf8(line.bytes, encoding) }
  const file = await open(path, 'r')
  try {
    let [position, lineFrom, lineNumber] = [from, from, number]
    let rest: Buffer[] = []
    let restBytes = 0
    while (position < to) {
      const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(slabBytes), 0, Math.min(slabBytes, to - position), position)
      if (bytesRead === 0) break
      for (let start = 0; start < bytesRead;) {
        const feed = buffer.subarray(0, bytesRead).indexOf(10, start)
        const end = feed === -1 ? bytesRead : feed
        restBytes += end - start
        if (restBytes > lineBytesMax) rest = []
        else if (end > start) rest.push(buffer.subarray(start, end))
        if (feed === -1) break
        const line = converted(lineOf(rest, restBytes, lineNumber, lineFrom, position + feed + 1))
        if (line !== null) yield line
        ;[rest, restBytes, lineFrom, lineNumber, start] = [[], 0, position + feed + 1, lineNumber + 1, feed + 1]
      }
      position += bytesRead
    }
    const line = converted(lineOf(rest, restBytes, lineNumber, lineFrom, position))
    if (line !== null) yield line
  } finally {
    await file.close()
  }
}

function lineOf(pieces: readonly Buffer[], bytes: number, number: number, from: number, to: number): Line | null {
  if (bytes > lineBytesMax) return { number, from, to, bytes: null }
  const whole = pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces)
  const content = whole.at(-1) === 13 ? whole.subarray(0, -1) : whole
  return isBlank(content) ? null : { number, from, to, bytes: content }
}

function isBlank(content: Buffer): boolean {
  return content.every((byte) => byte === 32 || byte === 9 || byte === 13)
}

/** Why a line cannot travel at all: it would spoil the records beside it. */
export type LineFault = 'too-long' | 'not-utf8'

export function lineFault(line: Line): LineFault | null {
  if (line.bytes === null) return 'too-long'
  return isUtf8(line.bytes) ? null : 'not-utf8'
}
