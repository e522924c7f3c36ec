import { createHash } from 'node:crypto'
import { type FileNotes, joinProblems, openTable, type TableRecord } from '@huijiao/files'
import { canonicalize } from '@huijiao/merkle'
import type { Release } from '@huijiao/standard'
import type { ReceivedBody, SentFile } from './body.ts'
import type { SubmissionRow } from './claim.ts'
import type { Caller } from './hub.ts'
import { copyOfPrepared, type PreparedRecord } from './prepared.ts'
import { type RawRecord, recordBytesMax } from './raw-records.ts'

/** A file of rows as a body of records: read again from a place on as often as it takes, with the same records each time. */
export interface FileBody {
  readonly notes: FileNotes
  records(from: { readonly byte: number; readonly record: number }): AsyncGenerator<RawRecord>
}

/** @throws Problem of the file as a whole: its kind, its header, its encoding */
export async function openFileBody(body: ReceivedBody, release: Release): Promise<FileBody> {
  const { options } = body.file as SentFile
  const table = await openTable(body, { ...options, release })
  return {
    notes: table.notes,
    async *records(from) {
      for await (const record of table.records(from)) {
        const row = { place: record.place, columns: table.columnsOf(record.place.sheet), problems: record.problems, size: record.size }
        const content = record.size > recordBytesMax ? { tooLong: record.size } : { value: record.record }
        yield { index: record.index, ...rangeOf(record, body), content, row }
      }
    },
  }
}

/** Rows of CSV cover bytes; of a workbook, as of a JSON document, only the whole does. */
function rangeOf(record: TableRecord, body: ReceivedBody) {
  if (record.bytes !== null) return { byteFrom: record.bytes.from, byteTo: record.bytes.to }
  return { byteFrom: record.index === 0 ? 0 : body.decodedBytes, byteTo: body.decodedBytes }
}

export const sizeOfRow = (raw: RawRecord) => (raw.row === undefined ? {} : { size: raw.row.size })

/**
 * The envelope of a file. One without an id gets one from the file's digest and everything that is said around it, so that the same upload
 * again gets the same receipt.
 */
export function withId(caller: Caller, body: ReceivedBody): object {
  const { envelope, options } = body.file as SentFile
  if ((envelope['id'] ?? null) !== null) return envelope
  const said = canonicalize({ ...withoutUndefined(envelope), participant: caller.participantId, file: withoutUndefined(options) })
  const bytes = createHash('sha256').update('huijiao file 1\n').update(said).update(body.digest).digest().subarray(0, 16)
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x80 // UUIDv8 (RFC 9562)
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80
  const hex = bytes.toString('hex')
  const id = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
  return { ...envelope, id }
}

const withoutUndefined = (value: object) => Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined))

/** What a body that waits to be continued needs to be read again, from the submission's row. */
export function sentFileOf(row: Pick<SubmissionRow, 'media' | 'envelope'>): Pick<ReceivedBody, 'file' | 'encoding'> {
  if (row.envelope.includes('"encoding":"gb18030"')) return { encoding: 'gb18030' }
  if (row.media !== 'csv' && row.media !== 'xlsx' && row.media !== 'xml') return {}
  const { file, ...envelope } = JSON.parse(row.envelope) as { file: SentFile['options'] }
  return { file: { envelope, options: file, keepUntil: null } }
}

/** A prepared record with what its reader found wrong with its cells; an error of a cell refuses it. */
export function atItsCell(record: PreparedRecord, raw: RawRecord): PreparedRecord {
  const { row, index } = raw
  if (row === undefined) return record
  const own = 'refused' in record ? record.refused.problems : record.prepared.problems
  const problems = joinProblems(row, row.columns, own).map((problem) => ({ ...problem, record: index }))
  if ('refused' in record) return { refused: { ...record.refused, problems } }
  const { prepared } = record
  if (!row.problems.some((problem) => (problem.severity ?? 'error') === 'error'))
    return { prepared: copyOfPrepared(prepared, { problems }) }
  return { refused: { index, entity: prepared.entity, sourceId: prepared.sourceId, problems } }
}
