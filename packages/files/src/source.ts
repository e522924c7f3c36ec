import { open, stat } from 'node:fs/promises'

/** A file that can be read again from any place: in memory, or on disk. */
export interface FileSource {
  readonly bytes: Buffer | null
  readonly path: string | null
}

const slabBytes = 1024 ** 2

/** The bytes from a place on, in slabs of 1 MiB from a file, in one from memory. */
export async function* slabsOf(source: FileSource, from = 0): AsyncGenerator<Buffer> {
  if (source.bytes !== null) {
    if (from < source.bytes.length) yield source.bytes.subarray(from)
    return
  }
  const file = await open(source.path as string, 'r')
  try {
    for (let position = from; ;) {
      const slab = Buffer.allocUnsafe(slabBytes)
      const { bytesRead } = await file.read(slab, 0, slab.length, position)
      if (bytesRead === 0) return
      position += bytesRead
      yield slab.subarray(0, bytesRead)
    }
  } finally {
    await file.close()
  }
}

/** The first bytes, `most` at most. */
export async function headOf(source: FileSource, most: number): Promise<Buffer> {
  if (source.bytes !== null) return source.bytes.subarray(0, most)
  const file = await open(source.path as string, 'r')
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(most), 0, most, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}

export async function sizeOf(source: FileSource): Promise<number> {
  return source.bytes === null ? (await stat(source.path as string)).size : source.bytes.length
}

/** The whole file; the caller has looked at its size. */
export async function wholeOf(source: FileSource): Promise<Buffer> {
  if (source.bytes !== null) return source.bytes
  const slabs: Buffer[] = []
  for await (const slab of slabsOf(source)) slabs.push(slab)
  return Buffer.concat(slabs)
}
