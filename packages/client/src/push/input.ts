import { open, readFile, stat } from 'node:fs/promises'
import { jsonFaultAt, placeInText, type Words } from '@huijiao/problem'
import { exitCodes, usage, UserError } from '../user-error.ts'
import { readLines } from './lines.ts'
import { asUtf8, encodingOf, type FileEncoding } from './text-encoding.ts'

/** The unit and the person who answer for a submission. */
export interface Responsible {
  readonly unit: string
  readonly name: string
  readonly account?: string
}

/** What stands around the records. `id` is absent until a submission is made of it. */
export interface Envelope {
  readonly id?: string
  readonly standard?: string
  readonly producedAt?: string
  readonly responsible?: Responsible
  /** Existing stock; needs a permission at the node. */
  readonly legacy?: boolean
}

/** A file to push, and what it turned out to be. */
export type Input =
  /** One JSON document: a whole submission. `document` is parsed for its envelope only; the bytes are what is sent. */
  | {
      readonly kind: 'document'
      readonly path: string
      readonly bytes: Buffer
      readonly document: Envelope & { readonly records: readonly unknown[] }
      readonly modifiedAt: Date
    }
  /** NDJSON whose first line is an envelope with its own id: a whole submission, sent as it is. */
  | {
      readonly kind: 'submission'
      readonly path: string
      readonly encoding: FileEncoding
      readonly envelope: Envelope
      readonly from: number
      readonly fromLine: number
      readonly size: number
      readonly modifiedAt: Date
    }
  /** NDJSON of records, perhaps after an envelope without id: made into submissions here. */
  | {
      readonly kind: 'records'
      readonly path: string
      readonly encoding: FileEncoding
      readonly envelope: Envelope
      readonly from: number
      readonly fromLine: number
      readonly size: number
      readonly modifiedAt: Date
      /** The list of refused records of an earlier push, mended: each line holds its record as a member. */
      readonly wrapped: boolean
    }

/** A JSON document is parsed whole, by us and by the node; above this it has to be NDJSON. */
export const documentBytesMax = 16 * 1024 * 1024

const bom = Buffer.from([0xef, 0xbb, 0xbf])

/**
 * Looks at a file and tells what it holds. A byte order mark is passed over.
 * @throws UserError (usage) when it is neither a submission nor records
 */
export async function openInput(path: string): Promise<Input> {
  const facts = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw usage(`读不了文件 ${path}`, `cannot read ${path}: ${error.code}`)
  })
  if (!facts.isFile())
    throw usage(`${path} 不是普通文件`, `${path} is not a regular file`, {
      zh: '分段续传需要可以重读的文件',
      en: 'a push that can be resumed needs a file that can be read again',
    })
  if (facts.size === 0) throw usage(`${path} 是空文件`, `${path} is empty`)
  const start = await readStart(path)
  const encoding = await encodingOf(path)
  const common = { path, encoding, size: facts.size, modifiedAt: facts.mtime }
  const skip = start.subarray(0, 3).equals(bom) ? 3 : 0
  for await (const line of readLines(path, skip, 1, Infinity, encoding)) {
    const first = line.bytes === null ? undefined : parsed(line.bytes)
    const records = { kind: 'records', ...common, envelope: {}, from: skip, fromLine: 1, wrapped: false } as const
    if (isObject(first) && !Array.isArray(first['records'])) {
      if (Array.isArray(first['problems']) && ('record' in first || 'text' in first)) return { ...records, wrapped: true }
      if ('entity' in first || 'data' in first) return records
      const after = { envelope: withoutNulls(first) as Envelope, from: line.to, fromLine: line.number + 1 }
      return (first['id'] ?? null) === null ? { ...records, ...after } : { kind: 'submission', ...common, ...after }
    }
    if (/\.(ndjson|jsonl)$/i.test(path) && first === undefined) return records
    return await openDocument(path, facts.size, facts.mtime, skip, encoding)
  }
  throw usage(`${path} 中没有内容`, `${path} has no content`)
}

async function openDocument(path: string, size: number, modifiedAt: Date, skip: number, encoding: FileEncoding): Promise<Input> {
  if (size > documentBytesMax) {
    throw usage(`${path} 超过 16 MiB，JSON 文档最大 16 MiB`, `${path} is larger than 16 MiB, the most a JSON document may have`, ndjsonHint)
  }
  // A document in GBK travels in UTF-8: an envelope may have to be written into it.
  const bytes = asUtf8((await readFile(path)).subarray(skip), encoding)
  let document: unknown
  try {
    document = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (error) {
    throw notJson(path, bytes, error)
  }
  if (Array.isArray(document)) throw usage(`${path} 是 JSON 数组`, `${path} is a JSON array`, ndjsonHint)
  if (!isObject(document) || !Array.isArray(document['records'])) {
    throw usage(`${path} 不是报送批次`, `${path} is not a submission`, {
      zh: 'JSON 文档应有 id、standard、responsible、records',
      en: 'a JSON document has id, standard, responsible and records',
    })
  }
  const { records, ...envelope } = document
  return { kind: 'document', path, bytes, document: { ...withoutNulls(envelope), records: records as unknown[] }, modifiedAt }
}

const ndjsonHint: Words = { zh: '改用 NDJSON：每行一条记录', en: 'use NDJSON: one record a line' }

function notJson(path: string, bytes: Buffer, error: unknown): UserError {
  if (error instanceof TypeError) {
    return usage(`${path} 不是 UTF-8 文本`, `${path} is not UTF-8 text`, {
      zh: '也不通篇是 GBK：多半是混用了两种编码；压缩文件请先解压',
      en: 'nor is it GBK throughout; most often two encodings are mixed. Unpack a compressed file first',
    })
  }
  const text = bytes.toString('utf8')
  const { line, column } = placeInText(text, jsonFaultAt(text) ?? text.length)
  return new UserError(exitCodes.usage, {
    zh: `${path} 第 ${line} 行第 ${column} 列不是合法的 JSON`,
    en: `${path}: not JSON at line ${line}, column ${column}`,
  })
}

async function readStart(path: string): Promise<Buffer> {
  const file = await open(path, 'r')
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    return undefined
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The one normalisation of the contract: members that are null are as good as absent. */
function withoutNulls(value: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== null))
}
