import { dirname, resolve } from 'node:path'
import { recordProblem, type ProblemDocument } from '@huijiao/problem'
import type { Destination } from '../http/destination.ts'
import { NodeProblem } from '../http/node-problem.ts'
import type { Patience } from '../http/send.ts'
import { keepNumbers } from '../push/keep-numbers.ts'
import type { Line } from '../push/lines.ts'
import { fileBeneath, type LocalFile, LocalFileError } from './local-file.ts'
import { putAttachment } from './put-attachment.ts'

type Members = Record<string, unknown>

/** Puts the digests of local files in the place of `{"file": …}` in a record's attachments. */
export interface Attacher {
  /** A record without local files comes back as it is, the same object. */
  record(record: unknown): Promise<{ readonly record: unknown } | { readonly problem: ProblemDocument }>
  /** The same for a line of NDJSON; one that names no local file travels byte for byte. */
  line(line: Line): Promise<{ readonly line: Line } | { readonly problem: ProblemDocument }>
}

export interface AttachOptions {
  /** The file of records; attachments lie beside or beneath it. */
  readonly records: string
  /** Where to hand the files in; absent: they are only digested (offline, dry run). */
  readonly to?: Destination
  readonly patience?: Patience
  readonly signal?: AbortSignal
  /** A file was handed in, or was there already. */
  readonly onSent?: (file: LocalFile, sent: boolean) => void
}

const mayName = Buffer.from('"file"')

/** Each file is read, and handed in, once however many records name it. */
export function createAttacher(options: AttachOptions): Attacher {
  const directory = dirname(resolve(options.records))
  const known = new Map<string, Promise<LocalFile>>()
  const take = (named: string): Promise<LocalFile> => {
    const found = known.get(named) ?? handIn(directory, named, options)
    known.set(named, found)
    return found
  }
  const record: Attacher['record'] = async (value) => {
    const list = (value as Members | null)?.['attachments']
    if (!Array.isArray(list) || !list.some(namesFile)) return { record: value }
    const attachments: unknown[] = []
    for (const [at, item] of (list as unknown[]).entries()) {
      if (!namesFile(item)) {
        attachments.push(item)
        continue
      }
      try {
        const { file, ...own } = item
        const { sha256, mediaType, name } = await take(file)
        attachments.push({ name, ...own, digest: `sha-256:${sha256.toString('hex')}`, mediaType })
      } catch (error) {
        return { problem: problemOf(error, `/attachments/${at}/file`, item.file) }
      }
    }
    return { record: { ...(value as Members), attachments } }
  }
  return {
    record,
    line: async (line) => {
      if (line.bytes === null || !line.bytes.includes(mayName)) return { line }
      let value: unknown
      try {
        value = JSON.parse(line.bytes.toString('utf8'), keepNumbers)
      } catch {
        return { line } // for the node to name its fault
      }
      const made = await record(value)
      if ('problem' in made) return made
      return made.record === value ? { line } : { line: { ...line, bytes: Buffer.from(JSON.stringify(made.record)) } }
    },
  }
}

const namesFile = (item: unknown): item is Members & { file: string } =>
  typeof item === 'object' && item !== null && typeof (item as Members)['file'] === 'string'

async function handIn(directory: string, named: string, options: AttachOptions): Promise<LocalFile> {
  const file = await fileBeneath(directory, named)
  if (options.to !== undefined) options.onSent?.(file, (await putAttachment(options.to, file, options.patience, options.signal)).sent)
  return file
}

/** What keeps one record back; anything that is not about this file ends the push. */
function problemOf(error: unknown, pointer: string, value: string): ProblemDocument {
  if (error instanceof LocalFileError)
    return recordProblem('record-malformed', { pointer, value: value.slice(0, 200), detail: error.words })
  if (error instanceof NodeProblem && [400, 413, 415, 422].includes(error.status) && error.document.code !== undefined) {
    const { detail, en, hint } = error.document
    return recordProblem(error.document.code, {
      pointer,
      value: value.slice(0, 200),
      detail: { zh: detail, en: en.detail },
      hint: { zh: hint, en: en.hint },
    })
  }
  throw error
}
