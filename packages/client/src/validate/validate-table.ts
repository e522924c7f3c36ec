import { createWriteStream } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import {
  annotateWorkbook,
  cellFixes,
  type CellValue,
  type FileNotes,
  joinProblems,
  mendedCsv,
  openTable,
  workbookOfProblems,
  workbookOfRows,
  writeCells,
} from '@huijiao/files'
import type { ProblemDocument } from '@huijiao/problem'
import { notOnto } from './mend-records.ts'
import { usage } from '../user-error.ts'
import { releaseOf } from './envelope-shape.ts'
import { sizeOfTable, tableOptions, type TableWords, withFile } from './table-file.ts'
import { type FileVerdict, type Judged, judge, verdictOf } from './validate-file.ts'

export interface TableVerdict extends FileVerdict {
  readonly notes: FileNotes
  /** The workbook that was written. */
  readonly annotated?: string
}

export interface TableRequest {
  readonly path: string
  /** 2018 when absent. */
  readonly standard: string | undefined
  readonly words: TableWords
  readonly at: Date
  /** Where the annotated workbook goes, and the file with the patches applied. */
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
    if (mend !== undefined) {
      await notOnto(path, mend)
      if (table.notes.kind === 'xml')
        throw usage('--mend 不用于 XML', '--mend is not for XML', {
          zh: '先用 --annotate 得到列出问题的工作簿，在来源系统改正后重新导出',
          en: 'a workbook by --annotate lists what to mend where the file comes from',
        })
    }
    const kept: ProblemDocument[] = []
    const fixes = { values: [] as CellValue[], byHand: 0, rows: new Map<number, { from: number; to: number }>() }
    const counts = { faultless: 0, warned: 0, doubtful: 0, refused: 0 }
    let records = 0
    for await (const row of table.records()) {
      const problems = joinProblems(row, table.columnsOf(row.place.sheet), judge(release, row.record, at))
      counts[verdictOf(problems)] += 1
      const { entity, sourceId } = row.record
      if (problems.length > 0)
        onRecord({ line: row.place.row, index: records, entity: textOf(entity), sourceId: textOf(sourceId), problems })
      if (annotate !== undefined) kept.push(...problems.map((problem) => ({ ...problem, record: row.index })))
      if (mend !== undefined && problems.length > 0) {
        const { values, unmended } = cellFixes(problems, (sheet) => table.columnsOf(sheet))
        fixes.values.push(...values)
        fixes.byHand += unmended.length
        if (row.bytes !== null && values.length > 0) fixes.rows.set(row.place.row, row.bytes)
      }
      records += 1
      onProgress(row.bytes?.to ?? 0, size, records)
    }
    const verdict: TableVerdict = { file: path, standard: release.id, records, counts, envelope: [], notes: table.notes }
    if (annotate !== undefined) await writeFile(annotate, await annotated(table.notes, await readFile(path), kept, options))
    if (mend !== undefined) {
      if (table.notes.kind === 'xlsx') await writeFile(mend, (await writeCells(await readFile(path), fixes.values)).bytes)
      else await pipeline(Readable.from(mendedCsv(path, options, fixes.values, fixes.rows)), createWriteStream(mend))
    }
    return {
      ...verdict,
      ...(annotate === undefined ? {} : { annotated: annotate }),
      ...(mend === undefined ? {} : { mended: { file: mend, cells: fixes.values.length, byHand: fixes.byHand } }),
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
