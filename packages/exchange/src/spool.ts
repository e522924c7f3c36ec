import { randomUUID } from 'node:crypto'
import { type FileHandle, mkdir, open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { at } from './fault-point.ts'

/** Keeps a body in memory up to a size and in a file beyond it. */
export class Spool {
  private readonly dir: string
  private readonly memoryMax: number
  private chunks: Buffer[] = []
  private waiting = 0
  private size = 0
  /** The write under way: while the disk takes one stretch, the next one arrives. */
  private writing: Promise<void> = Promise.resolve()
  private file: FileHandle | null = null
  private path: string | null = null

  constructor(dir: string, memoryMax: number) {
    this.dir = dir
    this.memoryMax = memoryMax
  }

  async write(chunk: Buffer): Promise<void> {
    this.size += chunk.length
    this.waiting += chunk.length
    this.chunks.push(chunk)
    if (this.file === null && this.size <= this.memoryMax) return
    if (this.file === null) {
      this.path = join(this.dir, `${randomUUID()}.body`)
      await mkdir(this.dir, { recursive: true, mode: 0o700 })
      this.file = await open(this.path, 'wx', 0o600)
    }
    await this.flush(1024 ** 2)
  }

  private async flush(least: number): Promise<void> {
    if (this.file === null || this.waiting < least) return
    await this.writing
    const chunks = this.chunks
    this.chunks = []
    this.waiting = 0
    at('spool-write')
    this.writing = writeWhole(this.file, chunks)
    this.writing.catch(() => undefined) // heard by the next write, or at the end
  }

  async finish(): Promise<{ bytes: Buffer | null; path: string | null }> {
    if (this.file === null) return { bytes: Buffer.concat(this.chunks), path: null }
    await this.flush(1)
    await this.writing
    await this.file.sync()
    await this.file.close()
    this.file = null
    await syncDirectory(this.dir)
    return { bytes: null, path: this.path }
  }

  async discard(): Promise<void> {
    await this.writing.catch(() => undefined)
    await this.file?.close().catch(() => undefined)
    this.file = null
    if (this.path !== null) await rm(this.path, { force: true })
  }
}

/** Writes chunks as they are, without joining them first. A disk that is full may take a part of them before it says so. */
async function writeWhole(file: FileHandle, chunks: readonly Buffer[]): Promise<void> {
  let rest = chunks
  while (rest.length > 0) {
    let { bytesWritten } = await file.writev(rest)
    const from = rest.findIndex((chunk) => {
      if (bytesWritten < chunk.length) return true
      bytesWritten -= chunk.length
      return false
    })
    rest = from === -1 ? [] : [(rest[from] as Buffer).subarray(bytesWritten), ...rest.slice(from + 1)]
  }
}

/** Writes bytes that are in memory to a spool file, for a submission that is finished later. */
export async function spoolBytes(dir: string, bytes: Buffer): Promise<string> {
  const spool = new Spool(dir, -1)
  try {
    await spool.write(bytes)
    const { path } = await spool.finish()
    return path as string
  } catch (error) {
    await spool.discard()
    throw error
  }
}

async function syncDirectory(dir: string): Promise<void> {
  const handle = await open(dir, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
