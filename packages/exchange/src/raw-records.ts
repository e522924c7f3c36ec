import { open } from 'node:fs/promises'
import type { FilePlace, ProblemDocument } from '@huijiao/problem'
import type { Column } from '@huijiao/files'
import type { ReceivedBody } from './body.ts'
import { type JsonFault, parseStrictDocument, parseStrictJson } from './strict-json.ts'

/** One record as it stands in the body, parsed but not judged. */
export interface RawRecord {
  /** 0-based position among the records. */
  readonly index: number
  /** The decoded bytes it covers, in a body of lines; in a JSON document both are the document's length. */
  readonly byteFrom: number
  readonly byteTo: number
  readonly content: { readonly value: unknown } | { readonly fault: JsonFault } | { readonly tooLong: number }
  /** Only of a file of rows: where it stands, and what is wrong with its cells. */
  readonly row?: {
    readonly place: FilePlace
    readonly columns: readonly Column[]
    readonly problems: readonly ProblemDocument[]
    readonly size: number
  }
}

/** A single record, on a line or in a document, takes at most this many bytes. */
export const recordBytesMax = 1024 ** 2

export interface Line {
  readonly byteFrom: number
  /** One past the line's end, its line feed included. */
  readonly byteTo: number
  /** The line without its line feed; null when it is longer than `lineMax`. */
  readonly text: string | null
}

/**
 * Lines of a body from a byte offset on, in slabs of 1 MiB, so that memory does not grow with the body. Empty lines are passed over; a line
 * longer than `lineMax` comes as null text.
 */
export async function* readLines(
  body: Pick<ReceivedBody, 'bytes' | 'path' | 'encoding'>,
  from: number,
  lineMax = recordBytesMax,
): AsyncGenerator<Line> {
  const decoder = decoderOf(body)
  let position = from
  let rest: Buffer[] = []
  let restBytes = 0
  let lineStart = from
  let skipping = false
  const finish = (end: number): Line | null => {
    const bytes = rest.length === 1 ? (rest[0] as Buffer) : Buffer.concat(rest)
    const line: Line = { byteFrom: lineStart, byteTo: end, text: skipping ? null : decode(bytes, lineStart, decoder) }
    rest = []
    restBytes = 0
    lineStart = end
    const wasSkipping = skipping
    skipping = false
    return wasSkipping || (line.text !== null && line.text.trim() !== '') ? line : null
  }
  for await (const slab of slabs(body, from)) {
    let start = 0
    while (start < slab.length) {
      const feed = slab.indexOf(10, start)
      const end = feed === -1 ? slab.length : feed
      if (!skipping) {
        restBytes += end - start
        if (restBytes > lineMax) {
          skipping = true
          rest = []
        } else if (end > start) {
          rest.push(slab.subarray(start, end))
        }
      }
      if (feed === -1) break
      const line = finish(position + feed + 1)
      if (line !== null) yield line
      start = feed + 1
    }
    position += slab.length
  }
  if (restBytes > 0 || skipping) {
    const line = finish(position)
    if (line !== null) yield line
  }
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })
const gb18030 = new TextDecoder('gb18030')

/** No byte of a character of GB18030 is a line feed, so lines are cut before they are decoded. */
const decoderOf = (body: Pick<ReceivedBody, 'encoding'>) => (body.encoding === 'gb18030' ? gb18030 : utf8)

function decode(bytes: Buffer, at: number, decoder: ReturnType<typeof decoderOf>): string {
  const text = decoder.decode(bytes.at(-1) === 13 ? bytes.subarray(0, -1) : bytes)
  return at === 0 && text.startsWith('\uFEFF') ? text.slice(1) : text
}

async function* slabs(body: Pick<ReceivedBody, 'bytes' | 'path'>, from: number): AsyncGenerator<Buffer> {
  if (body.bytes !== null) {
    yield body.bytes.subarray(from)
    return
  }
  const file = await open(body.path as string, 'r')
  try {
    let position = from
    for (;;) {
      const slab = Buffer.allocUnsafe(1024 ** 2)
      const { bytesRead } = await file.read(slab, 0, slab.length, position)
      if (bytesRead === 0) return
      position += bytesRead
      yield slab.subarray(0, bytesRead)
    }
  } finally {
    await file.close()
  }
}

/** Whole lines of a body of lines, one after the other. */
export interface Slab {
  readonly bytes: Uint8Array
  /** Where they stand in the decoded body. */
  readonly byteFrom: number
}

/** Slabs that a reader of them may have in hand at once. */
export const slabsInHand = 3

/**
 * A body of lines from a byte offset on, at most 1 MiB at a time, cut behind a line feed. A slab's bytes are those of a later one when `slabsInHand`
 * others have been asked for.
 * @returns after its last slab, or at a line that is longer than a slab; `byte` is where it stopped
 */
export async function* readSlabs(body: Pick<ReceivedBody, 'bytes' | 'path'>, from: number): AsyncGenerator<Slab, { byte: number }> {
  if (body.bytes !== null) {
    if (from < body.bytes.length) yield { bytes: body.bytes.subarray(from), byteFrom: from }
    return { byte: body.bytes.length }
  }
  const file = await open(body.path as string, 'r')
  try {
    // Shared, so that the thread that judges reads them where they are.
    const ring: Buffer[] = []
    const slotAt = (turn: number) => (ring[turn % (slabsInHand + 1)] ??= Buffer.from(new SharedArrayBuffer(recordBytesMax)))
    let slot = slotAt(0)
    let kept = 0
    let byteFrom = from
    for (let turn = 1; ;) {
      const { bytesRead } = await file.read(slot, kept, slot.length - kept, byteFrom + kept)
      const filled = kept + bytesRead
      const end = bytesRead === 0 ? filled : slot.subarray(0, filled).lastIndexOf(10) + 1
      if (end === 0) {
        if (bytesRead === 0) return { byte: byteFrom }
        // Nothing of a line this long is judged here: whoever reads line by line passes over it without keeping it.
        if (filled === slot.length) return { byte: byteFrom }
        kept = filled
        continue
      }
      const next = slotAt(turn)
      turn += 1
      slot.copy(next, 0, end, filled)
      yield { bytes: slot.subarray(0, end), byteFrom }
      byteFrom += end
      kept = filled - end
      slot = next
    }
  } finally {
    await file.close()
  }
}

/** The records of a slab, by the same reading as those of a whole body. */
export function* recordsOfSlab(slab: Slab, firstIndex: number): Generator<RawRecord> {
  const bytes = Buffer.from(slab.bytes.buffer, slab.bytes.byteOffset, slab.bytes.byteLength)
  let index = firstIndex
  for (let start = 0; start < bytes.length;) {
    const feed = bytes.indexOf(10, start)
    const end = feed === -1 ? bytes.length : feed
    const byteFrom = slab.byteFrom + start
    const byteTo = slab.byteFrom + (feed === -1 ? end : feed + 1)
    const line = bytes.subarray(start, end)
    start = feed === -1 ? end : feed + 1
    const text = line.length > recordBytesMax ? null : decode(line, byteFrom, utf8)
    if (text !== null && text.trim() === '') continue
    yield { index, byteFrom, byteTo, content: text === null ? { tooLong: byteTo - byteFrom } : parseStrictJson(text) }
    index += 1
  }
}

/** What stands before the records, and the records themselves. */
export interface OpenedBody {
  readonly envelope: unknown
  /** Of a body of UTF-8 lines: its records' lines in slabs, from a byte on. */
  slabs?(from: number): AsyncGenerator<Slab, { byte: number }>
  /** Records from a place on: `byte` for a body of lines, `record` for a JSON document. */
  records(from: { readonly byte: number; readonly record: number }): AsyncGenerator<RawRecord>
}

/**
 * Opens a body of records.
 * @throws Problem json-malformed and its kin, when the document or the envelope's line cannot be read
 */
export async function openBody(body: ReceivedBody): Promise<OpenedBody> {
  return body.media === 'json' ? openDocument(body) : await openLines(body)
}

async function openDocument(body: ReceivedBody): Promise<OpenedBody> {
  const chunks: Buffer[] = []
  for await (const slab of slabs(body, 0)) chunks.push(slab)
  const whole = Buffer.concat(chunks)
  const document = parseStrictDocument(decode(whole, 0, decoderOf(body)))
  const large = whole.length > recordBytesMax
  let envelope: unknown = document
  let list: unknown = null
  if (typeof document === 'object' && document !== null && !Array.isArray(document)) {
    const { records, ...others } = document as Record<string, unknown>
    envelope = others
    list = records
  }
  return {
    envelope: list === null || list === undefined || Array.isArray(list) ? envelope : { ...(envelope as object), records: list },
    async *records(from) {
      const records = (Array.isArray(list) ? list : []) as unknown[]
      for (let index = from.record; index < records.length; index += 1) {
        const value = records[index]
        const size = large ? Buffer.byteLength(JSON.stringify(value) ?? '') : 0
        const content = size > recordBytesMax ? { tooLong: size } : { value }
        yield { index, byteFrom: index === 0 ? 0 : body.decodedBytes, byteTo: body.decodedBytes, content }
      }
    },
  }
}

async function openLines(body: ReceivedBody): Promise<OpenedBody> {
  let envelope: unknown = null
  let recordsFrom = body.decodedBytes
  for await (const line of readLines(body, 0)) {
    envelope = line.text === null ? null : parseStrictDocument(line.text)
    recordsFrom = line.byteTo
    break
  }
  return {
    envelope,
    ...(body.encoding === undefined ? { slabs: (from: number) => readSlabs(body, Math.max(from, recordsFrom)) } : {}),
    async *records(from) {
      let index = from.record
      for await (const line of readLines(body, Math.max(from.byte, recordsFrom))) {
        const content = line.text === null ? { tooLong: line.byteTo - line.byteFrom } : parseStrictJson(line.text)
        yield { index, byteFrom: line.byteFrom, byteTo: line.byteTo, content }
        index += 1
      }
    },
  }
}
