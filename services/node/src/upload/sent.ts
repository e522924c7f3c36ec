import { readFile } from 'node:fs/promises'
import type { KeptFile, ReceivedBody, SentFile } from '@huijiao/exchange'
import type { FileKind, FileNotes } from '@huijiao/files'
import type { Context } from '../context.ts'
import type { FileWithProblems } from './problem-workbook.ts'

/** A file that has just arrived, before the engine takes it; null when the body is no file, or names a release that is not served. */
export async function fileOfBody(context: Context, body: ReceivedBody): Promise<FileWithProblems | null> {
  if (body.file === undefined) return null
  const release = context.hub.standards().releases.get(String(body.file.envelope['standard']))
  if (release === undefined) return null
  const bytes = body.bytes ?? (await readFile(body.path as string))
  return { kind: body.media as FileKind, bytes, options: { ...body.file.options, release } }
}

interface Row {
  readonly standard: string
  readonly envelope: string
  readonly receipt: Buffer | null
}

/** A file that is kept, with what was said of it when it came and what its reader told. */
export async function fileOfRow(context: Context, row: Row, kept: KeptFile | null): Promise<FileWithProblems | null> {
  const release = context.hub.standards().releases.get(row.standard)
  if (kept === null || release === undefined) return null
  const { file } = JSON.parse(row.envelope) as { file: SentFile['options'] }
  const notes = row.receipt === null ? undefined : (JSON.parse(row.receipt.toString('utf8')) as { file?: FileNotes }).file
  return { ...kept, options: { ...file, release }, ...(notes === undefined ? {} : { notes }) }
}
