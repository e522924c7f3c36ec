import { createHash } from 'node:crypto'
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { zstdCompress, zstdDecompress } from 'node:zlib'
import type { Tables } from '@huijiao/database'
import { sha256 } from '@huijiao/merkle'
import { type Kysely, sql } from 'kysely'
import type { Hub } from './hub.ts'
import { LogRangeError, type OnRange } from './log-range-files.ts'
import { attachmentsOfVersions } from './named-attachments.ts'
import { lineOf, mustBePart, type VersionLine } from './version-range-lines.ts'
import type { VersionRow } from './version-rows.ts'

const [compress, decompress] = [promisify(zstdCompress), promisify(zstdDecompress)]

/** Name of the file that is written last and names all others. */
export const versionRangeFile = 'range.json'
/** Versions of one file, about; parts are not divided. */
const fileVersions = 10_000
/** Parts of one file at most. */
const fileParts = 5000

/** What stands in `range.json`. */
export interface VersionRangeFile {
  readonly format: 'huijiao-version-range/1'
  readonly node: { readonly name: string }
  /** Part ids, up to and without `to`. */
  readonly from: number
  readonly to: number
  readonly parts: number
  readonly versions: number
  readonly madeAt: string
  /** SHA-256 in hex of every other file, by its name, in the order of the parts. */
  readonly files: Readonly<Record<string, string>>
  /** For who opens it. */
  readonly note: { readonly zh: string; readonly en: string }
}

export interface WrittenVersions {
  readonly file: VersionRangeFile
  /** SHA-256 of `range.json`. */
  readonly digest: Buffer
}

/** What reading and writing need of a node: sealed texts are opened to hold them against their commitments, and are written as they are stored. */
export type VersionSource = Pick<Hub, 'db' | 'sealer'>

/** A part with its versions, in order. */
export interface WholePart {
  readonly part: number
  readonly lines: readonly VersionLine[]
}

interface PartRow {
  readonly part_id: number
  readonly root: Buffer
  readonly version_count: number
}

/**
 * Writes every version of a range of parts to a new directory, with its texts and what its leaf says; each part is held against its root, and each version
 * against its commitment, before it is written. Every file is on the disk before the next; `range.json` comes last, and only then the directory gets its name.
 * @param directory must not be there; what an interrupted call left under the name ending in `.partial` is removed first
 * @throws LogRangeError when what is stored is not what the roots say
 */
export async function writeVersionRange(
  source: VersionSource,
  directory: string,
  facts: Pick<VersionRangeFile, 'node' | 'from' | 'to' | 'madeAt'>,
  onRange: OnRange = () => undefined,
): Promise<void> {
  const partial = `${directory}.partial`
  await rm(partial, { recursive: true, force: true })
  await mkdir(partial, { recursive: true, mode: 0o700 })
  const files: Record<string, string> = {}
  let [parts, versions] = [0, 0]
  for await (const chunk of chunksOf(source.db, facts.from, facts.to)) {
    const lines = await linesOf(source, chunk)
    for (const part of chunk) mustBePart(source, lines.get(part.part_id) ?? [], part)
    const text = [...lines.values()].flat().map((line) => `${JSON.stringify(line)}\n`)
    const name = `versions-${String(Object.keys(files).length).padStart(6, '0')}.ndjson.zst`
    const bytes = await compress(Buffer.from(text.join('')))
    await writeDurably(join(partial, name), bytes)
    files[name] = createHash('sha256').update(bytes).digest('hex')
    parts += chunk.length
    versions += text.length
    onRange((chunk.at(-1) as PartRow).part_id - facts.from + 1, facts.to - facts.from)
  }
  const content: VersionRangeFile = {
    format: 'huijiao-version-range/1',
    ...facts,
    parts,
    versions,
    files,
    note: {
      zh: '本目录是从数据库移出的一段版本：每行一个版本，开放与实名文本为明文，密封文本以节点的密封密钥加密：请像备份一样保管，不可丢失。',
      en: 'This directory is a range of versions that was taken out of the database, a line each: open and named texts are not encrypted, sealed ones are, with the sealing key of the node. Keep it like a backup, and do not lose it.',
    },
  }
  await writeDurably(join(partial, versionRangeFile), Buffer.from(`${JSON.stringify(content, null, 1)}\n`))
  await rename(partial, directory)
  await syncDirectory(dirname(directory))
}

/** The parts that have versions, some at a time, in order. */
async function* chunksOf(db: Kysely<Tables>, from: number, to: number): AsyncGenerator<PartRow[]> {
  let next = from
  for (;;) {
    const rows = await db
      .selectFrom('part')
      .select(['part_id', 'root', 'version_count'])
      .where('part_id', '>=', next)
      .where('part_id', '<', to)
      .where('version_count', '>', 0)
      .orderBy('part_id')
      .limit(fileParts)
      .execute()
    if (rows.length === 0) return
    let [chunk, count]: [PartRow[], number] = [[], 0]
    for (const row of rows) {
      if (chunk.length > 0 && count + row.version_count > fileVersions) {
        yield chunk
        ;[chunk, count] = [[], 0]
      }
      chunk.push(row)
      count += row.version_count
    }
    yield chunk
    next = (rows.at(-1) as PartRow).part_id + 1
  }
}

async function linesOf({ db, sealer }: VersionSource, chunk: readonly PartRow[]): Promise<Map<number, VersionLine[]>> {
  const [first, last] = [chunk[0] as PartRow, chunk.at(-1) as PartRow]
  const { rows } = await sql<VersionRow>`
    select v.*, s.origin || '/' || s.participant as stream from version v join source s using (source_no)
    where v.part_id >= ${first.part_id} and v.part_id <= ${last.part_id} order by v.part_id, v.ordinal`.execute(db)
  const named = await attachmentsOfVersions(
    db,
    rows.filter((row) => row.salts.length > 48),
  )
  return Map.groupBy(
    rows.map((row) => lineOf({ sealer }, row, named.get(`${row.part_id}/${row.ordinal}`))),
    (line) => line.part,
  )
}

/** Reads `range.json` of a directory, and its digest. @throws LogRangeError when it is not there or something else */
export async function openVersionRange(directory: string): Promise<WrittenVersions> {
  const bytes = await readFile(join(directory, versionRangeFile)).catch(() => null)
  const file = bytes === null ? null : parseVersionRange(bytes.toString())
  if (bytes === null || file === null)
    throw new LogRangeError(
      `${directory} 中没有完整的版本段（${versionRangeFile}）`,
      `${directory} holds no whole range of versions (${versionRangeFile})`,
    )
  return { file, digest: sha256(bytes) }
}

/** Reads `range.json`. @returns null when it is something else */
export function parseVersionRange(text: string): VersionRangeFile | null {
  try {
    const file = JSON.parse(text) as Partial<VersionRangeFile> | null
    const { from, to, parts, versions, files } = file ?? {}
    const counts = [from, to, parts, versions].every((one) => Number.isSafeInteger(one) && (one as number) >= 0)
    if (file?.format !== 'huijiao-version-range/1' || !counts || (from as number) >= (to as number)) return null
    if (typeof file.node?.name !== 'string' || typeof files !== 'object' || files === null) return null
    return Object.keys(files).every((name) => /^versions-\d{6,}\.ndjson\.zst$/.test(name)) ? (file as VersionRangeFile) : null
  } catch {
    return null
  }
}

/**
 * Reads a range back, file by file, and holds everything against something else: each file against its digest in `range.json`, each version's texts against
 * its commitment, the leaves of each part against the root that the log proves, and at the end that none is missing. A part that was stored since is not asked for.
 * @throws LogRangeError naming what is missing or not what it was
 */
export async function* readVersionRange(
  source: VersionSource,
  directory: string,
  { file }: WrittenVersions,
): AsyncGenerator<readonly WholePart[]> {
  let [count, versions, before] = [0, 0, file.from - 1]
  for (const [name, digest] of Object.entries(file.files)) {
    const bytes = await readFile(join(directory, name)).catch(() => null)
    if (bytes === null || createHash('sha256').update(bytes).digest('hex') !== digest)
      throw new LogRangeError(`${name} 缺失或已被改动`, `${name} is missing or was changed`)
    const text = (await decompress(bytes)).toString()
    const lines = text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as VersionLine)
    const parts = [...Map.groupBy(lines, (line) => line.part)].map(([part, own]): WholePart => ({ part, lines: own }))
    const rows = await rootsOf(source.db, parts)
    for (const { part, lines: own } of parts) {
      const row = rows.get(part)
      if (row === undefined || part <= before || part >= file.to)
        throw new LogRangeError(`${name} 中的部分 ${part} 不属于本段`, `part ${part} in ${name} does not belong to the range`)
      mustBePart(source, own, row)
      before = part
    }
    count += parts.length
    versions += lines.length
    yield parts
  }
  if (count !== file.parts || versions !== file.versions)
    throw new LogRangeError(
      `${directory} 有 ${count} 个部分、${versions} 个版本，应有 ${file.parts} 个、${file.versions} 个`,
      `${directory} holds ${count} parts and ${versions} versions instead of ${file.parts} and ${file.versions}`,
    )
}

async function rootsOf(db: Kysely<Tables>, parts: readonly WholePart[]): Promise<Map<number, PartRow>> {
  const [first, last] = [parts[0]?.part ?? 0, parts.at(-1)?.part ?? 0]
  const rows = await db
    .selectFrom('part')
    .select(['part_id', 'root', 'version_count'])
    .where('part_id', '>=', first)
    .where('part_id', '<=', last)
    .where('version_count', '>', 0)
    .execute()
  return new Map(rows.map((row) => [row.part_id, row]))
}

async function writeDurably(path: string, bytes: Buffer): Promise<void> {
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
