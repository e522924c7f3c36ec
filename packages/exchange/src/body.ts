import { createHash } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { createGunzip, createZstdDecompress, gunzipSync, zstdDecompressSync } from 'node:zlib'
import { type FileKind, type FileNotes, isGb18030, kindOfMediaType, sniffKind, type TableOptions, xlsxMediaType } from '@huijiao/files'
import { Problem } from '@huijiao/problem'
import { Spool } from './spool.ts'
import { Utf8Check } from './utf8-check.ts'

export type BodyMedia = 'json' | 'ndjson' | 'versions' | FileKind

/** What stands around a body that is a file of rows: such a file has no envelope of its own. */
export interface SentFile {
  /** As on the first line of NDJSON. Without an id one is made from the file and the rest. */
  readonly envelope: Readonly<Record<string, unknown>>
  readonly options: Omit<TableOptions, 'release'>
  /** Kept until then for its sender; null: not kept. */
  readonly keepUntil: Date | null
}

/** Bounds of one body. Sizes in bytes. */
export interface BodyLimits {
  /** On the wire, as sent. */
  readonly wireBytesMax: number
  /** After decompression. */
  readonly decodedBytesMax: number
  /** Decoded ÷ wire beyond which a compressed body is a bomb; judged once it has passed 16 MiB. */
  readonly ratioMax: number
  /** A JSON document is read as a whole, so it has a bound of its own. */
  readonly jsonBytesMax: number
  /** Larger bodies go to a file. */
  readonly memoryBytesMax: number
  /** The same of a delivery from a lower node, which is one part whatever its size: in memory it is stored and answered in one transaction. */
  readonly deliveryMemoryBytesMax: number
}

export const defaultBodyLimits: BodyLimits = {
  wireBytesMax: 2 * 1024 ** 3,
  decodedBytesMax: 8 * 1024 ** 3,
  ratioMax: 200,
  jsonBytesMax: 16 * 1024 ** 2,
  memoryBytesMax: 1024 ** 2,
  deliveryMemoryBytesMax: 2 * 1024 ** 2,
}

export const versionsMediaType = 'application/vnd.huijiao.versions+ndjson'

/** What a receipt says of how a body was read, when that is not plain. */
export type BodyNotes = FileNotes | { readonly kind: BodyMedia; readonly encoding: 'GB18030' }

/** A body that has arrived whole: its digests are checked and, when it is large, it is on disk and fsynced. */
export interface ReceivedBody {
  readonly media: BodyMedia
  /** The decoded bytes, when they fit in memory. */
  readonly bytes: Buffer | null
  /** The file of the decoded bytes, otherwise. */
  readonly path: string | null
  /** SHA-256 of the decoded bytes: what "the same digest" means everywhere. */
  readonly digest: Buffer
  readonly decodedBytes: number
  /** Only a file of rows. */
  readonly file?: SentFile
  /** JSON or NDJSON that is not UTF-8: what its bytes turned out to be. */
  readonly encoding?: 'gb18030'
}

export interface BodyOptions {
  readonly contentType: string | undefined
  readonly contentEncoding: string | undefined
  /** What `Content-Digest` claims for the bytes on the wire, a SHA-256 (32 bytes) or a SHA-512 (64 bytes); null when the header is absent. */
  readonly claimedDigest: Buffer | null
  readonly limits: BodyLimits
  readonly spoolDir: string
  /** Set when the body is a file of rows whatever its media type says: its own bytes then tell its kind. */
  readonly file?: SentFile
}

/** A digest that a sender claims of its bytes, by its length SHA-256 or SHA-512. */
export interface DigestClaim {
  readonly name: 'sha-256' | 'sha-512'
  /** @throws Problem digest-mismatch when the bytes that arrived have another */
  hold(arrived: Buffer): void
}

export function claimOf(claimed: Buffer | null): DigestClaim | null {
  if (claimed === null) return null
  const name = claimed.length === 64 ? 'sha-512' : 'sha-256'
  return {
    name,
    hold: (arrived) => {
      if (claimed.equals(arrived)) return
      const [value, right] = [claimed.toString('base64'), arrived.toString('base64')]
      throw new Problem(
        'digest-mismatch',
        { zh: `Content-Digest 声称 ${value}，实收字节为 ${right}`, en: `Content-Digest says ${value}, the bytes give ${right}` },
        { value, allowed: `${name}=:${right}:` },
      )
    },
  }
}

/**
 * Reads a request body to its end.
 * @throws Problem body-too-large, body-empty, body-incomplete, media-type-unsupported, encoding-unsupported, encoding-broken,
 *   digest-mismatch, json-not-utf8
 */
export async function receiveBody(stream: Readable, options: BodyOptions): Promise<ReceivedBody> {
  const media = options.file === undefined ? mediaOf(options.contentType) : 'file'
  const { limits } = options
  const wireHash = createHash('sha256')
  const claimed = claimOf(options.claimedDigest)
  /** What is claimed in SHA-256 needs no second hash of the same bytes. */
  const claimedHash = claimed?.name === 'sha-512' ? createHash('sha512') : null
  const { contentEncoding } = options
  /** Of a body that is not compressed, both digests are one. */
  const decodedHash = isIdentity(contentEncoding) ? null : createHash('sha256')
  let wireBytes = 0
  let decodedBytes = 0
  const decodedMax = media === 'json' ? Math.min(limits.jsonBytesMax, limits.decodedBytesMax) : limits.decodedBytesMax

  async function* wire(): AsyncGenerator<Buffer> {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      wireBytes += chunk.length
      if (wireBytes > limits.wireBytesMax) throw tooLarge(limits.wireBytesMax)
      wireHash.update(chunk)
      claimedHash?.update(chunk)
      yield chunk
    }
  }

  const spool = new Spool(options.spoolDir, media === 'versions' ? limits.deliveryMemoryBytesMax : limits.memoryBytesMax)
  const utf8 = new Utf8Check()
  try {
    for await (const chunk of decode(wire(), contentEncoding)) {
      decodedBytes += chunk.length
      if (decodedBytes > decodedMax) throw media === 'json' ? jsonTooLarge(decodedMax) : tooLarge(decodedMax)
      if (decodedBytes > 16 * 1024 ** 2 && decodedBytes > wireBytes * limits.ratioMax) {
        throw new Problem('body-too-large', {
          zh: `解压后与压缩前之比超过 ${limits.ratioMax} 倍`,
          en: `The body decompresses to more than ${limits.ratioMax} times its size`,
        })
      }
      decodedHash?.update(chunk)
      if (media === 'json' || media === 'ndjson' || media === 'versions') utf8.push(chunk)
      await spool.write(chunk)
    }
    utf8.end()
    const digest = wireHash.digest()
    claimed?.hold(claimedHash?.digest() ?? digest)
    if (decodedBytes === 0) throw new Problem('body-empty', { zh: '请求体没有内容', en: 'The body has no content' })
    const kept = await spool.finish()
    const body = { ...kept, digest: decodedHash?.digest() ?? digest, decodedBytes }
    if (utf8.fault !== null && (media === 'versions' || !(await isGb18030(kept)))) {
      await discardBody(kept)
      throw utf8.fault
    }
    return options.file === undefined
      ? { media: media as BodyMedia, ...body, ...(utf8.fault === null ? {} : { encoding: 'gb18030' as const }) }
      : { media: await fileKind(body, options.file), ...body, file: options.file }
  } catch (error) {
    await spool.discard()
    throw asProblem(error, stream)
  }
}

/** Removes the file of a body that is not needed any more; a body in memory needs nothing. */
export async function discardBody(body: Pick<ReceivedBody, 'path'>): Promise<void> {
  if (body.path !== null) await rm(body.path, { force: true })
}

/** @throws Problem file-kind-unsupported; the body's file is then removed */
async function fileKind(body: Pick<ReceivedBody, 'bytes' | 'path'>, file: SentFile): Promise<FileKind> {
  const { mediaType, name } = file.options
  try {
    return await sniffKind(body, { kind: kindOfMediaType(mediaType), ...(name === undefined ? {} : { name }) })
  } catch (error) {
    await discardBody(body)
    throw error
  }
}

/** What a submission may come as, for the answer to something else. */
export const submittedTypes = [
  'application/json',
  'application/x-ndjson',
  'text/csv',
  xlsxMediaType,
  'application/xml',
  'multipart/form-data',
].join('；')

function mediaOf(contentType: string | undefined): BodyMedia {
  const name = contentType?.split(';')[0]?.trim().toLowerCase()
  if (name === 'application/json') return 'json'
  if (name === 'application/x-ndjson' || name === 'application/ndjson' || name === 'application/jsonl') return 'ndjson'
  if (name === versionsMediaType) return 'versions'
  throw new Problem(
    'media-type-unsupported',
    {
      zh: name ? `收到的内容类型是 ${name.slice(0, 80)}` : '没有 Content-Type 头',
      en: name ? `The media type is ${name.slice(0, 80)}` : 'There is no Content-Type header',
    },
    { allowed: submittedTypes, ...(name ? { value: name.slice(0, 80) } : {}) },
  )
}

const encodingName = (encoding: string | undefined): string => (encoding ?? 'identity').trim().toLowerCase()

const isIdentity = (encoding: string | undefined): boolean => ['identity', ''].includes(encodingName(encoding))

async function* decode(wire: AsyncGenerator<Buffer>, encoding: string | undefined): AsyncGenerator<Buffer> {
  const name = encodingName(encoding)
  if (isIdentity(encoding)) {
    yield* wire
    return
  }
  if (name !== 'gzip' && name !== 'zstd') {
    const value = name.slice(0, 80)
    throw new Problem('encoding-unsupported', { zh: `收到的内容编码是 ${value}`, en: `The content encoding is ${value}` }, { value })
  }
  const [start, whole] = await readStart(wire)
  const small = whole ? decodeSmall(start, name) : null
  if (small !== null) {
    yield small
    return
  }
  const source = Readable.from(chain(start, wire), { objectMode: false })
  const inflate = name === 'gzip' ? createGunzip() : createZstdDecompress()
  source.on('error', (error) => inflate.destroy(error))
  source.pipe(inflate)
  try {
    for await (const chunk of inflate as AsyncIterable<Buffer>) yield chunk
  } finally {
    source.destroy()
  }
}

/** A body of at most this many bytes on the wire is decoded at once: a stream of its own costs more than the work. */
const smallWireMax = 32 * 1024
/** Of a small body that decodes to more than this, the stream makes chunks. */
const smallDecodedMax = 512 * 1024

/** The first bytes of a body, and whether that is all of it. */
async function readStart(wire: AsyncGenerator<Buffer>): Promise<[start: Buffer, whole: boolean]> {
  const chunks: Buffer[] = []
  let bytes = 0
  while (bytes <= smallWireMax) {
    const next = await wire.next()
    if (next.done === true) return [Buffer.concat(chunks), true]
    chunks.push(next.value)
    bytes += next.value.length
  }
  return [Buffer.concat(chunks), false]
}

async function* chain(start: Buffer, rest: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  if (start.length > 0) yield start
  yield* rest
}

/** Null when the body is not small after all, or not sound; the stream then bounds it, and says what is wrong with it. */
function decodeSmall(wire: Buffer, encoding: 'gzip' | 'zstd'): Buffer | null {
  try {
    return (encoding === 'gzip' ? gunzipSync : zstdDecompressSync)(wire, { maxOutputLength: smallDecodedMax })
  } catch {
    return null
  }
}

function asProblem(error: unknown, stream: Readable): unknown {
  if (error instanceof Problem) return error
  const code = (error as { code?: string }).code ?? ''
  if (code.startsWith('Z_') || code.startsWith('ZSTD_') || code === 'ERR_BUFFER_TOO_LARGE') {
    return new Problem('encoding-broken', { zh: `解压失败（${code}）`, en: `Decompression failed (${code})` }, { cause: error })
  }
  if (code === 'ECONNRESET' || code === 'ERR_STREAM_PREMATURE_CLOSE' || code === 'ERR_STREAM_DESTROYED' || error === stream.errored) {
    return new Problem(
      'body-incomplete',
      { zh: '连接在请求体传完之前断开', en: 'The connection ended before the body did' },
      { cause: error },
    )
  }
  return error
}

const tooLarge = (max: number) =>
  new Problem('body-too-large', { zh: `上限为 ${max} 字节`, en: `The limit is ${max} bytes` }, { allowed: `≤ ${max} 字节 bytes` })
const jsonTooLarge = (max: number) =>
  new Problem(
    'body-too-large',
    { zh: `一个 JSON 文档最多 ${max} 字节`, en: `A JSON document takes at most ${max} bytes` },
    { hint: { zh: '改用 NDJSON（application/x-ndjson），或拆成多个批次', en: 'Send NDJSON (application/x-ndjson), or split it' } },
  )
