import { type FileHandle, open, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'

/** Remembers in the data directory which numbers were given, so that a database that is put back beside it gives none of them again. */
export interface NumberMarks {
  /** How far each counter has come; null when the directory has never been asked to remember. */
  read(): Promise<Map<string, number> | null>
  /** Kept, and on the disk, when this returns. */
  keep(scope: string, sequence: number): Promise<void>
  /** From now on the absence of a mark says something. With `alone`, what is no longer needed is left out. */
  begin(alone: boolean): Promise<void>
  close(): Promise<void>
}

const compactBytes = 1024 * 1024
const lineOf = (scope: string, sequence: number) => `${JSON.stringify([scope, sequence])}\n`

/** A file to which every process of the node appends a line a number. A line that a crash cut off is passed over: its number was seen by nobody. */
export function openNumberMarks(dataDir: string): NumberMarks {
  const path = join(dataDir, 'numbers.marks')
  let file: Promise<FileHandle> | null = null
  let waiting: string[] = []
  let writing: Promise<void> = Promise.resolve()

  const opened = (): Promise<FileHandle> => {
    file ??= open(path, 'a', 0o600).then(async (handle) => {
      // Behind a line that was cut off.
      await handle.write('\n')
      return handle
    })
    file.catch(() => (file = null))
    return file
  }
  const text = () =>
    readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null
      throw error
    })
  const parse = (lines: string): Map<string, number> => {
    const marks = new Map<string, number>()
    for (const line of lines.split('\n')) {
      const [, scope, sequence] = /^\["([^"\\]{1,200})",(\d{1,9})\]$/.exec(line) ?? []
      if (scope !== undefined) marks.set(scope, Math.max(marks.get(scope) ?? 0, Number(sequence)))
    }
    return marks
  }
  return {
    read: async () => {
      const lines = await text()
      return lines === null ? null : parse(lines)
    },
    keep: (scope, sequence) => {
      waiting.push(lineOf(scope, sequence))
      // Those who come while the disk is at work share the next turn.
      const mine = writing
        .catch(() => undefined)
        .then(async () => {
          const lines = waiting.splice(0)
          if (lines.length === 0) return
          try {
            const handle = await opened()
            await handle.write(lines.join(''))
            await handle.datasync()
          } catch (error) {
            waiting = [...lines, ...waiting]
            throw error
          }
        })
      writing = mine
      return mine
    },
    begin: async (alone) => {
      const lines = await text()
      if (lines !== null && alone && lines.length > compactBytes) {
        const next = await open(`${path}.next`, 'w', 0o600)
        await next.write([...parse(lines)].map(([scope, sequence]) => lineOf(scope, sequence)).join(''))
        await next.sync().finally(() => next.close())
        await rename(`${path}.next`, path)
      }
      await (await opened()).sync()
    },
    close: async () => {
      await writing.catch(() => undefined)
      await (await file?.catch(() => null))?.close()
    },
  }
}
