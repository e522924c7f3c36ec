import { mkdir, open, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Epoch } from '@huijiao/merkle'

/** How far the log had come, as the data directory remembers it. */
export interface HighWaterMark {
  readonly epoch: Epoch
  readonly size: number
  readonly root: Buffer
}

/**
 * Remembers outside the database how far the log has come, so that a database that is put back to an earlier state is noticed at the next start.
 *
 * A mark is written at most once a second while the log grows. What leaves in between is remembered by whoever gets it: a delivery carries the
 * checkpoint to the upstream, which keeps it before it answers; a page of the feed leaves its place with the lower node. A checkpoint that is handed
 * to anybody else waits for `durable`. So nothing that was shown can be lost without somebody who notices.
 */
export interface HighWater {
  /** The mark that is furthest; null when there is none. */
  read(): Promise<HighWaterMark | null>
  /** The log has come so far. Returns at once; written soon. */
  note(mark: HighWaterMark): void
  /** Written, and on the disk, when this returns. Returns at once when it was. */
  durable(mark: HighWaterMark): Promise<void>
  /** Writes what is noted, and stops. */
  close(): Promise<void>
}

const everyMs = 1000
const nameForm = /^(\d+)-([A-Za-z0-9-]{1,64})\.(\d+)\.([0-9a-f]{64})$/
const nameOf = ({ epoch, size, root }: HighWaterMark) => `${epoch.number}-${epoch.id}.${size}.${root.toString('hex')}`

function parseName(name: string): HighWaterMark | null {
  const match = nameForm.exec(name)
  if (match === null) return null
  return {
    epoch: { number: Number(match[1]), id: match[2] as string },
    size: Number(match[3]),
    root: Buffer.from(match[4] as string, 'hex'),
  }
}

const further = (a: HighWaterMark, b: HighWaterMark | null): boolean =>
  b === null || a.epoch.number > b.epoch.number || (a.epoch.number === b.epoch.number && (a.epoch.id !== b.epoch.id || a.size > b.size))

/**
 * Keeps the marks in a directory of their own. A mark is an empty file whose name says it all: it appears whole or not at all, and several processes
 * that share the directory never overwrite each other's.
 * @param onWritten called when the first mark of this process is on the disk; the mark counts as written when it is done
 */
export function openHighWater(directory: string, onWritten: () => Promise<void> = () => Promise.resolve()): HighWater {
  let written: HighWaterMark | null = null
  let noted: HighWaterMark | null = null
  let timer: NodeJS.Timeout | undefined
  let writing: Promise<void> = Promise.resolve()

  const list = async (): Promise<HighWaterMark[]> => {
    const names = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return []
      throw error
    })
    return names.flatMap((name) => parseName(name) ?? [])
  }
  const write = async (mark: HighWaterMark): Promise<void> => {
    if (written === null) await mkdir(directory, { recursive: true, mode: 0o700 })
    const file = await open(join(directory, nameOf(mark)), 'a', 0o600)
    await file.sync().finally(() => file.close())
    await syncDirectory(directory)
    if (written === null) await onWritten()
    written = mark
    for (const old of await list()) if (further(mark, old)) await rm(join(directory, nameOf(old)), { force: true })
  }
  const flush = (): Promise<void> => {
    clearTimeout(timer)
    timer = undefined
    writing = writing
      .catch(() => undefined)
      .then(async () => {
        const mark = noted
        if (mark !== null && further(mark, written)) await write(mark)
      })
    return writing
  }
  const note = (mark: HighWaterMark): void => {
    if (further(mark, noted)) noted = mark
    if (!further(mark, written)) return
    timer ??= setTimeout(() => {
      timer = undefined
      // A disk that is full or away: the next mark tries again, and whoever needs it durable hears of it.
      flush().catch(() => undefined)
    }, everyMs).unref()
  }
  return {
    read: async () => (await list()).reduce<HighWaterMark | null>((best, one) => (further(one, best) ? one : best), null),
    note,
    durable: async (mark) => {
      if (written !== null && !further(mark, written)) return
      note(mark)
      await flush()
    },
    close: async () => {
      await flush().catch(() => undefined)
      clearTimeout(timer)
    },
  }
}

/** Makes the names in a directory outlive a power cut. Where a directory cannot be opened as a file, the system takes care of it. */
async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r').catch(() => null)
  await handle?.sync().catch(() => undefined)
  await handle?.close()
}
