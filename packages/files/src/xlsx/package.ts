import type { Readable } from 'node:stream'
import { Problem } from '@huijiao/problem'
import { type Entry, fromBuffer, type ZipFile } from 'yauzl'
import { unsupported } from '../kinds.ts'

/** Bounds of a workbook. Sizes in bytes. */
export const workbookLimits = {
  fileBytesMax: 20 * 1024 ** 2,
  entriesMax: 2000,
  /** Of one part, and of all that are read. */
  partBytesMax: 512 * 1024 ** 2,
  inflatedBytesMax: 1024 ** 3,
  /** Inflated ÷ packed beyond which a part is a bomb; judged once it has passed 16 MiB. XML of a sheet packs about 1 : 10. */
  ratioMax: 200,
  ratioFromBytes: 16 * 1024 ** 2,
} as const

/** The parts of an Office package by name. Nothing is inflated before it is read, and nothing beyond the bounds. */
export interface Package {
  readonly names: readonly string[]
  has(name: string): boolean
  /** The part's bytes as they are inflated. @throws Problem file-malformed, workbook-too-large while reading */
  stream(name: string): Promise<Readable>
  /** A small part as text. @throws Problem workbook-too-large when it has more than `most` bytes */
  text(name: string, most?: number): Promise<string>
  /** As it stands in the file, still packed, for what only copies it. */
  entry(name: string): Entry | undefined
}

/**
 * Opens an Office package.
 * @throws Problem workbook-too-large, file-malformed, file-kind-unsupported (a zip that is no package)
 */
export async function openPackage(bytes: Buffer): Promise<Package> {
  const found = await openArchive(bytes)
  if (!found.has('[Content_Types].xml')) throw notAWorkbook(found)
  return found
}

/**
 * Opens a ZIP archive of whatever kind, within the same bounds.
 * @throws Problem workbook-too-large, file-malformed, file-kind-unsupported (encrypted)
 */
export async function openArchive(bytes: Buffer): Promise<Package> {
  if (bytes.length > workbookLimits.fileBytesMax) throw tooLarge(`${bytes.length} 字节`, `${bytes.length} bytes`)
  const zip = await opened(bytes)
  const entries = await entriesOf(zip)
  let inflated = 0

  const stream = async (name: string): Promise<Readable> => {
    const entry = entries.get(name)
    if (entry === undefined) throw malformed(`缺少部件 ${name}`, `The part ${name} is missing`)
    const source = await new Promise<Readable>((resolve, reject) =>
      zip.openReadStream(entry, (error, readable) => (error ? reject(asMalformed(error)) : resolve(readable))),
    )
    let size = 0
    source.on('data', (chunk: Buffer) => {
      size += chunk.length
      inflated += chunk.length
      const fault = boundPassed(size, inflated, entry.compressedSize)
      if (fault !== null) source.destroy(fault)
    })
    source.pause()
    return source
  }

  return {
    names: [...entries.keys()],
    has: (name) => entries.has(name),
    entry: (name) => entries.get(name),
    stream,
    async text(name, most = 16 * 1024 ** 2) {
      const declared = entries.get(name)?.uncompressedSize ?? 0
      if (declared > most) throw tooLarge(`${name} 展开后 ${declared} 字节`, `${name} has ${declared} bytes`)
      const chunks: Buffer[] = []
      try {
        for await (const chunk of await stream(name)) chunks.push(chunk as Buffer)
      } catch (error) {
        throw asMalformed(error)
      }
      return Buffer.concat(chunks)
        .toString('utf8')
        .replace(/^\uFEFF/, '')
    },
  }
}

function boundPassed(size: number, inflated: number, packed: number): Problem | null {
  const { partBytesMax, inflatedBytesMax, ratioMax, ratioFromBytes } = workbookLimits
  if (size > partBytesMax || inflated > inflatedBytesMax) return tooLarge('展开后超过上限', 'too much when it is unpacked')
  if (size > ratioFromBytes && size > packed * ratioMax)
    return tooLarge(`展开后是压缩前的 ${ratioMax} 倍以上`, `more than ${ratioMax} times its packed size`)
  return null
}

/** Every error of reading a package as a problem; problems stay what they are. */
export function asMalformed(error: unknown): Error {
  if (error instanceof Problem) return error
  const message = error instanceof Error ? error.message : String(error)
  return malformed(`无法展开：${message.slice(0, 200)}`, `It cannot be unpacked: ${message.slice(0, 200)}`, error)
}

export function malformed(zh: string, en: string, cause?: unknown): Problem {
  return new Problem('file-malformed', { zh, en }, cause === undefined ? {} : { cause })
}

const tooLarge = (zh: string, en: string) =>
  new Problem('workbook-too-large', {
    zh: `工作簿${zh}；上限为 ${workbookLimits.fileBytesMax / 1024 ** 2} MiB`,
    en: `The workbook has ${en}; the limit is ${workbookLimits.fileBytesMax / 1024 ** 2} MiB`,
  })

function opened(bytes: Buffer): Promise<ZipFile> {
  return new Promise((resolve, reject) =>
    fromBuffer(bytes, { lazyEntries: true, strictFileNames: true }, (error, zip) => (error ? reject(asMalformed(error)) : resolve(zip))),
  )
}

async function entriesOf(zip: ZipFile): Promise<Map<string, Entry>> {
  if (zip.entryCount > workbookLimits.entriesMax) throw tooLarge(`${zip.entryCount} 个部件`, `${zip.entryCount} parts`)
  return await new Promise<Map<string, Entry>>((resolve, reject) => {
    const found = new Map<string, Entry>()
    zip.on('error', (error) => reject(asMalformed(error)))
    zip.on('end', () => resolve(found))
    zip.on('entry', (entry: Entry) => {
      if (found.has(entry.fileName)) return reject(malformed(`部件 ${entry.fileName} 出现两次`, `The part ${entry.fileName} occurs twice`))
      if (entry.isEncrypted()) return reject(unsupported('加密的压缩包', 'an encrypted archive'))
      if (!entry.fileName.endsWith('/')) found.set(entry.fileName, entry)
      zip.readEntry()
    })
    zip.readEntry()
  })
}

function notAWorkbook(entries: Pick<Package, 'has'>): Problem {
  if (entries.has('mimetype') && entries.has('content.xml'))
    return unsupported('OpenDocument 表格（.ods）', 'an OpenDocument spreadsheet (.ods)')
  return unsupported('压缩包（.zip），不是工作簿', 'an archive (.zip), not a workbook', {
    zh: '解压后报送其中的 .xlsx 或 .csv',
    en: 'Unpack it and send the .xlsx or .csv that is in it',
  })
}
