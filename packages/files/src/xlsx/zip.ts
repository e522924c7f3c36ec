import type { Readable } from 'node:stream'
import { ZipFile } from 'yazl'

/** A part of a package to be written: small ones as text or bytes, large ones as a stream. */
export interface PartToWrite {
  readonly name: string
  readonly content: string | Buffer | (() => Promise<Readable>)
}

// The same parts always make the same bytes: a fixed instant, written in the old form that knows no zone.
const fixed = { mtime: new Date(2000, 0, 1), forceDosTimestamp: true } as const

/** Packs parts in the order given. `[Content_Types].xml` should be the first, as Office writes it. */
export async function packParts(parts: readonly PartToWrite[], compress = true): Promise<Buffer> {
  const zip = new ZipFile()
  const chunks: Buffer[] = []
  const done = new Promise<Buffer>((resolve, reject) => {
    zip.outputStream.on('data', (chunk: Buffer) => chunks.push(chunk))
    zip.outputStream.on('end', () => resolve(Buffer.concat(chunks)))
    zip.outputStream.on('error', reject)
    zip.on('error', reject)
  })
  for (const { name, content } of parts) {
    if (typeof content === 'function') {
      zip.addReadStreamLazy(name, { ...fixed, compress }, (take) => {
        content().then(
          (stream) => take(null, stream),
          (error: unknown) => take(error, undefined as never),
        )
      })
    } else zip.addBuffer(typeof content === 'string' ? Buffer.from(content) : content, name, { ...fixed, compress })
  }
  zip.end()
  return await done
}
