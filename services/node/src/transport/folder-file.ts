import { createHash } from 'node:crypto'
import { mkdir, open, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * Files of a pair of folders, as docs/transports.md describes them: one line of JSON, a line feed, the body. A file appears whole or not at all (it is
 * written beside and renamed), its name is made from what it holds, and what was cut short on the way is known by its length and digest.
 */
export interface FileHead {
  readonly huijiao: 'request/1' | 'answer/1'
  readonly bytes: number
  /** Of the body: `sha-256:` and 64 hex digits. */
  readonly digest: string
}

export interface FolderFile<Head extends FileHead> {
  readonly head: Head
  readonly body: Buffer
}

/** `in`: what arrives; `out`: what is to be carried away; the others are this side's own. */
export const folderNames = ['in', 'out', 'done', 'rejected', 'sent', 'tmp'] as const

const headBytesMax = 64 * 1024

export const digestOf = (bytes: Uint8Array): string => `sha-256:${createHash('sha256').update(bytes).digest('hex')}`

/** A name for a request: the same for the same request, however often it is written. */
export const requestName = (method: string, path: string, digest: string): string =>
  createHash('sha256').update(`${method}\n${path}\n${digest}`).digest('hex').slice(0, 40)

export async function makeFolders(base: string): Promise<void> {
  for (const name of folderNames) await mkdir(join(base, name), { recursive: true })
}

/** Puts a file into a folder, whole, in one step. One that is there already is replaced. */
export async function putFile(base: string, folder: 'out' | 'done' | 'sent', name: string, head: object, body: Buffer): Promise<void> {
  const part = join(base, 'tmp', `${name}.${process.pid}.${Math.random().toString(36).slice(2)}`)
  try {
    const file = await open(part, 'w')
    try {
      await file.writeFile(Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), body]))
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(part, join(base, folder, name))
  } catch (error) {
    // What did not fit would keep the disk full, once more with every try.
    await rm(part, { force: true }).catch(() => undefined)
    throw error
  }
}

/** A file whose body is larger than it may be. Only its head was read. */
export interface TooLarge<Head extends FileHead> {
  readonly head: Head
  readonly body: null
  readonly bytesMax: number
}

/**
 * Reads a file. Null when it is not whole: cut short, not of this form, or with another digest than it says. A body is held in memory, so its size is looked
 * at before.
 * @param bytesMax of the body
 */
export async function readWhole<Head extends FileHead>(
  path: string,
  kind: Head['huijiao'],
  bytesMax: (head: Head) => number,
): Promise<FolderFile<Head> | TooLarge<Head> | null> {
  const file = await open(path)
  try {
    const { size } = await file.stat()
    const first = Buffer.alloc(Math.min(size, headBytesMax))
    const { bytesRead } = await file.read(first, 0, first.length, 0)
    const end = first.subarray(0, bytesRead).indexOf(0x0a)
    const head = end < 0 ? null : headOf<Head>(first.subarray(0, end))
    const bodyBytes = size - end - 1
    if (head?.huijiao !== kind || head.bytes !== bodyBytes) return null
    const most = bytesMax(head)
    if (bodyBytes > most) return { head, body: null, bytesMax: most }
    const body = Buffer.alloc(bodyBytes)
    for (let at = 0; at < bodyBytes;) {
      const { bytesRead: read } = await file.read(body, at, bodyBytes - at, end + 1 + at)
      if (read === 0) return null
      at += read
    }
    return head.digest === digestOf(body) ? { head, body } : null
  } finally {
    await file.close()
  }
}

function headOf<Head extends FileHead>(line: Buffer): Head | null {
  try {
    return JSON.parse(line.toString()) as Head | null
  } catch {
    return null
  }
}

/** Names in a folder that end so, the oldest first. */
export async function namesIn(base: string, folder: string, ending: string): Promise<string[]> {
  const names = (await readdir(join(base, folder))).filter((name) => name.endsWith(ending))
  const aged = await Promise.all(names.map(async (name) => ({ name, at: (await ageOf(join(base, folder, name))) ?? 0 })))
  return aged.toSorted((a, b) => b.at - a.at || (a.name < b.name ? -1 : 1)).map(({ name }) => name)
}

/** Milliseconds since a file was last written, by the machine's clock, which also writes that time; null when it is not there. */
export async function ageOf(path: string): Promise<number | null> {
  const info = await stat(path).catch(() => null)
  return info === null ? null : Date.now() - info.mtimeMs
}

/** Moves a file among this side's own folders. */
export async function moveFile(base: string, from: string, to: string): Promise<void> {
  await rename(join(base, from), join(base, to)).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
  })
}

/** Sets a file aside that nobody can use, with a word why. */
export async function rejectFile(base: string, folder: string, name: string, why: string): Promise<void> {
  await moveFile(base, join(folder, name), join('rejected', name))
  await writeFile(join(base, 'rejected', `${name}.why.txt`), `${why}\n`)
}

/** Notes that a request was written, now. */
export async function markSent(base: string, name: string): Promise<void> {
  const path = join(base, 'sent', name)
  await writeFile(path, '')
  const now = new Date()
  await utimes(path, now, now)
}

/** Removes what has stood in this side's own folders for so long. */
export async function tidyFolders(base: string, keepMs: number): Promise<void> {
  for (const folder of ['done', 'rejected', 'sent', 'tmp'])
    for (const name of await readdir(join(base, folder)).catch(() => []))
      if (((await ageOf(join(base, folder, name))) ?? 0) > keepMs) await rm(join(base, folder, name), { force: true })
}
