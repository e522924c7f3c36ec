import { isAscii } from 'node:buffer'
import { open } from 'node:fs/promises'

export type FileEncoding = 'utf-8' | 'gb18030'

const slabBytes = 1024 * 1024

/**
 * How a file of JSON is encoded, by its first bytes that are not ASCII: UTF-8, or GB18030 (which holds GBK). What is neither counts as UTF-8,
 * and its lines are named when they are read.
 */
export async function encodingOf(path: string): Promise<FileEncoding> {
  const file = await open(path, 'r')
  try {
    for (let position = 0; ;) {
      const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(slabBytes), 0, slabBytes, position)
      if (bytesRead === 0) return 'utf-8'
      const slab = buffer.subarray(0, bytesRead)
      position += bytesRead
      if (isAscii(slab)) continue
      if (isUtf8So(slab)) return 'utf-8'
      break
    }
  } finally {
    await file.close()
  }
  // The reader of files brings the standard's tables, which take a while to load; a file in UTF-8 does without them.
  const { detectEncoding } = await import('@huijiao/files')
  const found = await detectEncoding({ bytes: null, path }).catch(() => null)
  return found?.name ?? 'utf-8'
}

/** Whether bytes that begin with a whole character are UTF-8; a character that the end cuts is forgiven. */
function isUtf8So(bytes: Buffer): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true })
    return true
  } catch {
    return false
  }
}

const gb18030 = new TextDecoder('gb18030', { fatal: true })

/** Bytes in UTF-8; those that are not what the file is stay as they are, to be named. */
export function asUtf8(bytes: Buffer, encoding: FileEncoding): Buffer {
  if (encoding === 'utf-8' || isAscii(bytes)) return bytes
  try {
    return Buffer.from(gb18030.decode(bytes))
  } catch {
    return bytes
  }
}
