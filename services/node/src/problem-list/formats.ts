import type { GroupedProblems, RecordOutcome } from '@huijiao/exchange'
import { xlsxMediaType } from '@huijiao/files'
import { type FileWithProblems, problemsOf, problemWorkbook } from '../upload/problem-workbook.ts'
import { byteOrderMark, groupHeader, groupLine, problemHeader, problemLines } from './csv.ts'

/** A whole list of problems on its way out. */
export interface ProblemList {
  readonly submission: string
  readonly state: string
  /** Records with the problems that were asked for, a part at a time. */
  records(): AsyncIterable<readonly RecordOutcome[]>
  /** The sender's own file, for whom it may be shown; null when there is none. */
  file(): Promise<FileWithProblems | null>
}

/** A form in which problems are downloaded. */
export interface ListFormat {
  readonly mediaType: string
  /** Of the file's name. */
  readonly extension: string
  /** Pieces of the file, so that memory holds one part of the submission and not the list. */
  list(list: ProblemList): AsyncIterable<string | Uint8Array>
  /** The same for the groups; absent where the form has none. */
  groups?(list: ProblemList, grouped: GroupedProblems): string
}

async function* csv({ records }: ProblemList): AsyncGenerator<string> {
  yield byteOrderMark + problemHeader
  for await (const page of records()) yield page.map(problemLines).join('')
}

async function* ndjson({ records }: ProblemList): AsyncGenerator<string> {
  for await (const page of records()) yield page.map((record) => `${JSON.stringify(record)}\n`).join('')
}

async function* json({ submission, state, records }: ProblemList): AsyncGenerator<string> {
  yield `{"submission":${JSON.stringify(submission)},"state":${JSON.stringify(state)},"records":[`
  let first = true
  for await (const page of records()) {
    yield (first ? '\n' : ',\n') + page.map((record) => JSON.stringify(record)).join(',\n')
    first = false
  }
  yield '\n]}\n'
}

/** The sender's own workbook with its cells marked. A workbook is one piece: it is at most 20 MiB, and so is what is made of it. */
async function* xlsx({ records, file }: ProblemList): AsyncGenerator<Uint8Array> {
  const outcomes: RecordOutcome[] = []
  for await (const page of records()) outcomes.push(...page)
  yield await problemWorkbook(problemsOf(outcomes), await file())
}

/**
 * The forms by the name that `?format=` takes. Another form, such as the sender's own workbook with its cells marked, is one more row:
 * `list` gets the records in the order of the submission, each problem with its `place` where it came in a file of rows.
 */
export const listFormats: Readonly<Record<string, ListFormat>> = {
  json: {
    mediaType: 'application/json; charset=utf-8',
    extension: 'json',
    list: json,
    groups: ({ submission, state }, grouped) => `${JSON.stringify({ submission, state, ...grouped }, null, 1)}\n`,
  },
  ndjson: {
    mediaType: 'application/x-ndjson; charset=utf-8',
    extension: 'ndjson',
    list: ndjson,
    groups: (_list, { groups }) => groups.map((group) => `${JSON.stringify(group)}\n`).join(''),
  },
  csv: {
    mediaType: 'text/csv; charset=utf-8; header=present',
    extension: 'csv',
    list: csv,
    groups: (_list, { groups }) => byteOrderMark + groupHeader + groups.map(groupLine).join(''),
  },
  xlsx: { mediaType: xlsxMediaType, extension: 'xlsx', list: xlsx },
}

/** The form that an `Accept` header asks for by its media type; null for a page of JSON, which is the answer to everything else. */
export function formatOfAccept(accept: string | undefined): string | null {
  const wanted = (accept ?? '').split(',').map((range) => range.split(';')[0]!.trim().toLowerCase())
  const found = Object.entries(listFormats).find(([name, { mediaType }]) => name !== 'json' && wanted.includes(mediaType.split(';')[0]!))
  return found?.[0] ?? null
}
