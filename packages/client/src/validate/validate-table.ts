import { readFile, writeFile } from 'node:fs/promises'
import {
  annotateWorkbook,
  cellFixes,
  type FileNotes,
  joinProblems,
  openTable,
  workbookOfProblems,
  workbookOfRows,
  writeCells,
} from '@huijiao/files'
import type { ProblemDocument } from '@huijiao/problem'
import { usage } from '../user-error.ts'
import { releaseOf } from './envelope-shape.ts'
import { sizeOfTable, tableOptions, type TableWords, withFile } from './table-file.ts'
import { type FileVerdict, type Judged, judge, verdictOf } from './validate-file.ts'

export interface TableVerdict extends FileVerdict {
  readonly notes: FileNotes
  /** Workbooks that were written, and what they leave to be mended by hand. */
  readonly annotated?: string
  readonly mended?: { readonly file: string; readonly cells: number; readonly byHand: number }
}

export interface TableRequest {
  readonly path: string
  /** 2018 when absent. */
  readonly standard: string | undefined
  readonly words: TableWords
  readonly at: Date
  /** Where the annotated workbook goes, and the one with the patches applied. */
  readonly annotate: string | undefined
  readonly mend: string | undefined
}

/**
 * Judges a file of rows by the standard, offline, as `validateFile` does a file of records.
 * @throws UserError when the file as a whole cannot be read, with the way to mend that
 */
export async function validateTable(
  request: TableRequest,
  onRecord: (judged: Judged) => void,
  onProgress: (bytes: number, total: number, records: number) => void = () => {},
): Promise<TableVerdict> {
  const { path, words, at, annotate, mend } = request
  const size = await sizeOfTable(path)
  const release = releaseOf(request.standard ?? '2018')
  if (release === undefined) throw usage(`没有数据标准 ${request.standard}`, `there is no release ${request.standard}`)
  const options = tableOptions(path, release, words)
  return await withFile(path, async () => {
    const table = await openTable({ bytes: null, path }, options)
    const keeping = annotate !== undefined || mend !== undefined
    const kept: ProblemDocument[] = []
    const counts = { faultless: 0, warned: 0, doubtful: 0, refused: 0 }
    let records = 0
    for await (const row of table.records()) {
      const problems = joinProblems(row, table.columnsOf(row.place.sheet), judge(release, row.record, at))
      counts[verdictOf(problems)] += 1
      const { entity, sourceId } = row.record
      if (problems.length > 0)
        onRecord({ line: row.place.row, index: records, entity: textOf(entity), sourceId: textOf(sourceId), problems })
      if (keeping) kept.push(...problems.map((problem) => ({ ...problem, record: row.index })))
      records += 1
      onProgress(row.bytes?.to ?? 0, size, records)
    }
    const verdict: TableVerdict = { file: path, standard: release.id, records, counts, envelope: [], notes: table.notes }
    if (!keeping) return verdict
    const bytes = await readFile(path)
    if (annotate !== undefined) await writeFile(annotate, await annotated(table.notes, bytes, kept, options))
    if (mend !== undefined && table.notes.kind !== 'xlsx')
      throw usage('--mend 只用于 .xlsx', '--mend is for .xlsx only', {
        zh: '先用 --annotate 得到工作簿',
        en: 'make a workbook by --annotate first',
      })
    const fixes = cellFixes(kept, (sheet) => table.columnsOf(sheet))
    if (mend !== undefined) await writeFile(mend, (await writeCells(bytes, fixes.values)).bytes)
    return {
      ...verdict,
      ...(annotate === undefined ? {} : { annotated: annotate }),
      ...(mend === undefined ? {} : { mended: { file: mend, cells: fixes.values.length, byHand: fixes.unmended.length } }),
    }
  })
}

async function annotated(
  notes: FileNotes,
  bytes: Buffer,
  problems: readonly ProblemDocument[],
  options: Parameters<typeof openTable>[1],
): Promise<Buffer> {
  if (notes.kind === 'xlsx') return await annotateWorkbook(bytes, problems, notes)
  return notes.kind === 'csv' ? await workbookOfRows({ bytes, path: null }, options, problems) : await workbookOfProblems(problems, notes)
}

const textOf = (member: unknown): string | null => (typeof member === 'string' && member.length <= 200 ? member : null)
