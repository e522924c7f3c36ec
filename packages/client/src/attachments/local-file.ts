import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, realpath, stat } from 'node:fs/promises'
import { basename, isAbsolute, relative, resolve } from 'node:path'
import type { Words } from '@huijiao/problem'
import { detectMediaType } from '@huijiao/standard'

/** A file on this machine that is to be an attachment. */
export interface LocalFile {
  readonly path: string
  /** Its name, for the record. */
  readonly name: string
  /** SHA-256, 32 bytes. */
  readonly sha256: Buffer
  readonly bytes: number
  /** Told from its content. */
  readonly mediaType: string
}

/** Why a file cannot be an attachment, in words. */
export class LocalFileError extends Error {
  readonly words: Words
  constructor(words: Words, options?: ErrorOptions) {
    super(words.en, options)
    this.words = words
  }
}

/**
 * A file named by a record, read once for its digest. It has to lie in `directory`: records that came from somebody else must not be able to send
 * other files of this machine.
 * @throws LocalFileError
 */
export async function fileBeneath(directory: string, named: string): Promise<LocalFile> {
  const fail = (zh: string, en: string, cause?: unknown): never => {
    throw new LocalFileError({ zh, en }, { cause })
  }
  const outside = () => fail(`${named} 不在 ${directory} 之内`, `${named} is not in ${directory}`)
  if (isAbsolute(named)) return outside()
  const root = await realpath(directory)
  const path = await realpath(resolve(root, named)).catch((error: unknown) => fail(`读不了文件 ${named}`, `cannot read ${named}`, error))
  const way = relative(root, path)
  if (way === '' || way.startsWith('..') || isAbsolute(way)) return outside()
  return await readLocalFile(path)
}

/**
 * A file's digest, size and kind.
 * @throws LocalFileError
 */
export async function readLocalFile(path: string): Promise<LocalFile> {
  const fail = (zh: string, en: string, cause?: unknown): never => {
    throw new LocalFileError({ zh, en }, { cause })
  }
  const unreadable = (error: unknown): never => fail(`读不了文件 ${path}`, `cannot read ${path}`, error)
  const facts = await stat(path).catch(unreadable)
  if (!facts.isFile() || facts.size === 0) return fail(`${path} 不是文件，或是空文件`, `${path} is no file, or empty`)
  const hash = createHash('sha256')
  const file = await open(path, 'r').catch(unreadable)
  try {
    const readAt = async (from: number, length: number) => {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, from)
      return buffer.subarray(0, bytesRead)
    }
    const mediaType = await detectMediaType(readAt, facts.size)
    if (mediaType === null) return fail(`${path} 不是节点可识别的附件格式`, `${path} is of no kind that a node takes`)
    let bytes = 0
    for await (const piece of createReadStream(path, { highWaterMark: 1024 * 1024 })) {
      hash.update(piece as Buffer)
      bytes += (piece as Buffer).length
    }
    return { path, name: basename(path), sha256: hash.digest(), bytes, mediaType }
  } finally {
    await file.close()
  }
}
