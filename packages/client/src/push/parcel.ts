import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import { createGzip, createZstdCompress } from 'node:zlib'
import type { ProblemDocument } from '@huijiao/problem'
import type { Attacher } from '../attachments/attach.ts'
import type { RequestBody } from '../http/send.ts'
import { usage } from '../user-error.ts'
import { submissionBody, type Compression } from '../submit.ts'
import { chunkSubmission, rangeDigest, uuidOf, type Chunk } from './chunk.ts'
import type { Envelope, Input } from './input.ts'
import { keepNumbers } from './keep-numbers.ts'
import { readLines, type Line } from './lines.ts'

/** A record as it stands in the file. `line` is null inside a JSON document, where only the position is known. */
export interface RecordText {
  readonly line: number | null
  readonly text: string
}

/** One submission ready to be sent, and the way back from a record's index to the file. */
export interface Parcel {
  readonly id: string
  readonly from: number
  readonly to: number
  readonly fromLine: number
  readonly toLine: number
  readonly digest: string
  /** Records in it; null when only the node will have counted them. */
  readonly records: number | null
  readonly unsent: readonly { readonly line: Line; readonly problem: ProblemDocument }[]
  /** Null when every line of the stretch is unsent. */
  readonly body: RequestBody | null
  texts(indexes: ReadonlySet<number>): Promise<Map<number, RecordText>>
}

/** A submission made of a stretch of lines. */
export async function chunkParcel(chunk: Chunk, envelope: Envelope, compression: Compression): Promise<Parcel> {
  const { id, body } = chunkSubmission(chunk, envelope)
  const { from, to, fromLine, toLine, digest, unsent, lines } = chunk
  return {
    ...{ id, from, to, fromLine, toLine, digest, unsent },
    records: lines.length,
    body: lines.length === 0 ? null : await submissionBody('application/x-ndjson', body, compression),
    texts: async (indexes) =>
      new Map([...indexes].flatMap((index) => (lines[index] === undefined ? [] : [[index, textOf(lines[index])] as const]))),
  }
}

/** The whole file, byte for byte, as the submission it is. A large one is streamed from the disk, twice: once for its digest. */
export async function fileParcel(input: Extract<Input, { kind: 'submission' }>, compression: Compression): Promise<Parcel> {
  const { path, size } = input
  const open = () => {
    const file = createReadStream(path, { highWaterMark: 1024 * 1024, end: size - 1 })
    const sent = compression === 'gzip' ? file.pipe(createGzip()) : compression === 'zstd' ? file.pipe(createZstdCompress()) : file
    if (sent !== file) file.on('error', (error) => sent.destroy(error))
    return sent
  }
  const hash = createHash('sha256')
  for await (const piece of open()) hash.update(piece as Buffer)
  const content = () => Readable.toWeb(open()) as ReadableStream<Uint8Array>
  return {
    ...{ id: String(input.envelope.id), from: 0, to: size, fromLine: 1, toLine: 1, unsent: [], records: null },
    digest: await rangeDigest(path, 0, size),
    body: {
      contentType: 'application/x-ndjson',
      contentEncoding: compression === 'none' ? null : compression,
      sha256: hash.digest(),
      content,
    },
    texts: async (indexes) => {
      const found = new Map<number, RecordText>()
      let index = 0
      for await (const line of readLines(path, input.from, input.fromLine, Infinity, input.encoding)) {
        if (indexes.has(index)) found.set(index, textOf(line))
        if (found.size === indexes.size) break
        index += 1
      }
      return found
    },
  }
}

/**
 * A document with the digests of local files in their places; the same document when it names none.
 * @throws UserError (usage) when a file cannot be attached: a document goes as a whole
 */
async function withAttachments(input: DocumentInput, attacher: Attacher): Promise<DocumentInput> {
  if (!input.bytes.includes('"file"')) return input
  const exact = JSON.parse(input.bytes.toString('utf8'), keepNumbers) as { records: unknown[] }
  const records: unknown[] = []
  for (const [index, record] of exact.records.entries()) {
    const made = await attacher.record(record)
    if ('problem' in made) {
      const { problem } = made
      throw usage(`第 ${index + 1} 条记录的附件：${problem.detail}`, `attachment of record ${index + 1}: ${problem.en.detail}`)
    }
    records.push(made.record)
  }
  if (records.every((record, index) => record === exact.records[index])) return input
  return { ...input, bytes: Buffer.from(JSON.stringify({ ...exact, records })) }
}

/** A JSON document whose records may name local files. It is known by the bytes of the file, whatever is sent in the place of those names. */
export async function documentWithAttachments(
  input: DocumentInput,
  attacher: Attacher,
  envelope: Envelope,
  compression: Compression,
): Promise<Parcel> {
  const parcel = await documentParcel(await withAttachments(input, attacher), envelope, compression)
  return { ...parcel, to: input.bytes.length, digest: createHash('sha256').update(input.bytes).digest('hex') }
}

type DocumentInput = Extract<Input, { kind: 'document' }>

/** A JSON document. One without an id gets one from its content, written into the text before everything else. */
async function documentParcel(input: Extract<Input, { kind: 'document' }>, envelope: Envelope, compression: Compression): Promise<Parcel> {
  const own = input.document.id
  const missing = Object.fromEntries(Object.entries(envelope).filter(([name]) => !(name in input.document)))
  const id =
    own ??
    uuidOf(
      createHash('sha256')
        .update(`huijiao push 1\n${JSON.stringify(missing)}\n`)
        .update(input.bytes)
        .digest(),
    )
  const bytes = own === undefined ? withMembers(input.bytes, { id, ...missing }) : input.bytes
  return {
    ...{ id, from: 0, to: input.bytes.length, fromLine: 1, toLine: 1, unsent: [], records: input.document.records.length },
    digest: createHash('sha256').update(input.bytes).digest('hex'),
    body: await submissionBody('application/json', bytes, compression),
    texts: async (indexes) => {
      const exact = JSON.parse(input.bytes.toString('utf8'), keepNumbers) as { records: unknown[] }
      return new Map([...indexes].map((index) => [index, { line: null, text: JSON.stringify(exact.records[index]) }]))
    },
  }
}

/** Writes members into a JSON object's text right after its opening brace; every other byte stays. */
function withMembers(bytes: Buffer, members: object): Buffer {
  const brace = bytes.indexOf('{') + 1
  const before = bytes.subarray(0, brace)
  return Buffer.concat([before, Buffer.from(JSON.stringify(members).slice(1, -1)), Buffer.from(','), bytes.subarray(brace)])
}

function textOf(line: Line): RecordText {
  return { line: line.number, text: line.bytes === null ? '' : line.bytes.toString('utf8') }
}
