import { createHash } from 'node:crypto'
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { zstdCompress, zstdDecompress } from 'node:zlib'
import type { Tables } from '@huijiao/database'
import {
  appendLeaf,
  bodiesPath,
  bundlePath,
  decodeEntryBundle,
  digestText,
  emptyRange,
  encodeEntryBundle,
  leafHash,
  type LogRangeFile,
  parseLogLeaf,
  parseLogRange,
  rangeFile,
  rangeRoot,
  sha256,
  textHash,
  tileWidth,
} from '@huijiao/merkle'
import type { Kysely } from 'kysely'
import { readHashTile } from './read-log.ts'

const [compress, decompress] = [promisify(zstdCompress), promisify(zstdDecompress)]

/** One entry as it stood in `log_entry`; `kind` and `instant` are those of its leaf. */
export interface KeptEntry {
  readonly index: number
  readonly leaf: string
  readonly leafHash: Buffer
  readonly partId: number | null
  readonly actor: string | null
  readonly subject: string | null
  /** Null when it was erased. */
  readonly bodySalt: Buffer | null
  readonly body: string | null
}

/** A line of the file of bodies. */
interface BodyLine {
  readonly index: number
  readonly partId: number | null
  readonly actor: string | null
  readonly subject: string | null
  /** hex */
  readonly salt: string | null
  readonly body: string | null
}

/** Why a range cannot be taken out or put back; `zh` and `en` are for people. */
export class LogRangeError extends Error {
  readonly zh: string
  readonly en: string
  constructor(zh: string, en: string, options?: ErrorOptions) {
    super(`${zh} / ${en}`, options)
    this.zh = zh
    this.en = en
  }
}

export type OnRange = (done: number, of: number) => void

export interface WrittenRange {
  readonly file: LogRangeFile
  /** SHA-256 of `range.json`. */
  readonly digest: Buffer
}

/**
 * Writes entries of the log to a new directory, bundle by bundle, each file on the disk before the next; `range.json` comes last, and only then the directory
 * gets its name. What an interrupted call left under the name ending in `.partial` is removed first.
 * @param directory must not be there
 */
export async function writeRange(
  db: Kysely<Tables>,
  directory: string,
  facts: Pick<LogRangeFile, 'node' | 'from' | 'to' | 'checkpoint' | 'madeAt'>,
  onRange: OnRange = () => undefined,
): Promise<void> {
  const partial = `${directory}.partial`
  await rm(partial, { recursive: true, force: true })
  const files: Record<string, string> = {}
  const put = async (name: string, bytes: Buffer): Promise<void> => {
    await writeDurably(join(partial, name), bytes)
    files[name] = createHash('sha256').update(bytes).digest('hex')
  }
  const tree = emptyRange()
  const bundles = { first: facts.from / tileWidth, end: facts.to / tileWidth }
  for (let bundle = bundles.first; bundle < bundles.end; bundle++) {
    const entries = await entriesOf(db, bundle)
    for (const entry of entries) appendLeaf(tree, entry.leafHash)
    await put(bundlePath(bundle), encodeEntryBundle(entries.map((entry) => entry.leaf)))
    const lines = entries.map((entry) => `${JSON.stringify(lineOf(entry))}\n`)
    await put(bodiesPath(bundle), await compress(Buffer.from(lines.join(''))))
    onRange(bundle + 1 - bundles.first, bundles.end - bundles.first)
  }
  const content: LogRangeFile = {
    format: 'huijiao-log-range/1',
    ...facts,
    root: digestText(rangeRoot(tree)),
    files,
    note: {
      zh: '本目录是从数据库移出的一段日志：tile/ 下的叶子可公开，bodies/ 下的正文含操作人与事由，未加密：请像备份一样保管，不可丢失。',
      en: 'This directory is a range of the log that was taken out of the database: the leaves under tile/ may be shown to anybody; the bodies name who acted and why, and are not encrypted: keep them like a backup, and do not lose them.',
    },
  }
  await writeDurably(join(partial, rangeFile), Buffer.from(`${JSON.stringify(content, null, 1)}\n`))
  await rename(partial, directory)
  await syncDirectory(dirname(directory))
}

async function entriesOf(db: Kysely<Tables>, bundle: number): Promise<KeptEntry[]> {
  const rows = await db
    .selectFrom('log_entry')
    .select(['index', 'leaf', 'leaf_hash', 'part_id', 'actor', 'subject', 'body_salt', 'body'])
    .where('index', '>=', bundle * tileWidth)
    .where('index', '<', (bundle + 1) * tileWidth)
    .orderBy('index')
    .execute()
  if (rows.length !== tileWidth) throw new LogRangeError(`第 ${bundle} 组条目不全`, `bundle ${bundle} of the log is not whole`)
  return rows.map((row) => ({
    index: row.index,
    leaf: row.leaf,
    leafHash: row.leaf_hash,
    partId: row.part_id,
    actor: row.actor,
    subject: row.subject,
    bodySalt: row.body_salt,
    body: row.body,
  }))
}

const lineOf = (entry: KeptEntry): BodyLine => ({
  index: entry.index,
  partId: entry.partId,
  actor: entry.actor,
  subject: entry.subject,
  salt: entry.bodySalt?.toString('hex') ?? null,
  body: entry.body,
})

/** Reads `range.json` of a directory, and its digest. @throws LogRangeError when it is not there or something else */
export async function openRange(directory: string): Promise<WrittenRange> {
  const bytes = await readFile(join(directory, rangeFile)).catch(() => null)
  const file = bytes === null ? null : parseLogRange(bytes.toString())
  if (bytes === null || file === null)
    throw new LogRangeError(`${directory} 中没有完整的日志段（${rangeFile}）`, `${directory} holds no whole range of a log (${rangeFile})`)
  return { file, digest: sha256(bytes) }
}

/**
 * Reads a range back, bundle by bundle, and holds everything against something else: each file against its digest in `range.json`, each leaf against the
 * tile of the log, each body against its leaf, and at the end the root.
 * @param db the tiles of the log
 * @throws LogRangeError naming the file that is missing or not what it was
 */
export async function* readRange(db: Kysely<Tables>, directory: string, { file }: WrittenRange): AsyncGenerator<KeptEntry[]> {
  const tree = emptyRange()
  for (let bundle = file.from / tileWidth; bundle < file.to / tileWidth; bundle++) {
    const leaves = decodeEntryBundle(await readNamed(directory, bundlePath(bundle), file)).map((leaf) => leaf.toString())
    const text = (await decompress(await readNamed(directory, bodiesPath(bundle), file))).toString()
    const lines = text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as BodyLine)
    const hashes = leaves.map((leaf) => leafHash(leaf))
    const tile = await readHashTile(db, 0, bundle, tileWidth)
    if (leaves.length !== tileWidth || !Buffer.concat(hashes).equals(tile))
      throw new LogRangeError(`${bundlePath(bundle)} 与日志的散列块不符`, `${bundlePath(bundle)} is not what the tile of the log says`)
    for (const hash of hashes) appendLeaf(tree, hash)
    yield leaves.map((leaf, at) => keptEntry(bundle * tileWidth + at, leaf, hashes[at] as Buffer, lines[at]))
  }
  if (digestText(rangeRoot(tree)) !== file.root)
    throw new LogRangeError(`${directory} 的根与 ${rangeFile} 所记不符`, `the root of ${directory} is not the one in ${rangeFile}`)
}

function keptEntry(index: number, leaf: string, hash: Buffer, line: BodyLine | undefined): KeptEntry {
  const salt = line?.salt == null ? null : Buffer.from(line.salt, 'hex')
  const body = line?.body ?? null
  const right = salt === null || body === null ? body === null : digestText(textHash(salt, body)) === parseLogLeaf(leaf)?.body
  if (line?.index !== index || !right)
    throw new LogRangeError(`第 ${index} 条的正文与其叶子不符`, `the body of entry ${index} is not that of its leaf`)
  return { index, leaf, leafHash: hash, partId: line.partId, actor: line.actor, subject: line.subject, bodySalt: salt, body }
}

async function readNamed(directory: string, name: string, { files }: LogRangeFile): Promise<Buffer> {
  const bytes = await readFile(join(directory, name)).catch(() => null)
  if (bytes === null || createHash('sha256').update(bytes).digest('hex') !== files[name])
    throw new LogRangeError(`${name} 缺失或已被改动`, `${name} is missing or was changed`)
  return bytes
}

async function writeDurably(path: string, bytes: Buffer): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const handle = await open(path, 'wx', 0o600)
  try {
    await handle.writeFile(bytes)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Makes the names in a directory outlive a power cut, where a directory can be opened. */
async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r').catch(() => null)
  await handle?.sync().catch(() => undefined)
  await handle?.close()
}
