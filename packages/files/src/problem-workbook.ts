import type { ProblemDocument } from '@huijiao/problem'
import { annotateWorkbook } from './annotate.ts'
import { readCsvRows } from './csv-rows.ts'
import { csvDialect } from './csv.ts'
import { entityOfCsv } from './open-table.ts'
import type { FileSource } from './source.ts'
import { summarySheet } from './summary-sheet.ts'
import type { FileNotes } from './table.ts'
import { openTable, type TableOptions } from './open-table.ts'
import { sheetNameOf } from './entities.ts'
import { markFills } from './xlsx/edit-styles.ts'
import { writeWorkbook } from './xlsx/write.ts'

/** A workbook of problems alone, where there is no workbook they could stand in. */
export async function workbookOfProblems(problems: readonly ProblemDocument[], notes?: FileNotes): Promise<Buffer> {
  const marks = Object.keys(markFills) as (keyof typeof markFills)[]
  // Styles are numbered as they are first used: the plain one, then the marks.
  const looks = marks.map((mark) => ({ value: null, look: { fill: markFills[mark] } }))
  const sheet = summarySheet(problems, notes, (mark) => marks.indexOf(mark) + 1)
  return await writeWorkbook([{ ...sheet, rows: [[null, ...looks], ...sheet.rows] }], 'problems')
}

/**
 * A CSV file as a workbook with its problems on its cells. Every cell is text, so that nothing in it is taken for a formula or a number.
 * @throws Problem as `openTable`
 */
export async function workbookOfRows(source: FileSource, options: TableOptions, problems: readonly ProblemDocument[]): Promise<Buffer> {
  const table = await openTable(source, options)
  const entity = entityOfCsv(options)
  const { dialect, byte } = await csvDialect(source, { ...options, entity })
  const sheet = sheetNameOf(entity)
  const rows: { value: string; look: { format: '@' } }[][] = []
  for await (const row of readCsvRows(source, dialect, { byte, number: 1 }))
    rows.push(row.cells.map((value) => ({ value: value.slice(0, cellCharsMax), look: { format: '@' } })))
  const bytes = await writeWorkbook([{ name: sheet, rows, frozenRows: table.notes.sheets[0]?.headerRows?.at(-1) ?? 0 }], entity.nameZh)
  const placed = problems.map((problem) => (problem.place === undefined ? problem : { ...problem, place: { sheet, ...problem.place } }))
  const notes = { ...table.notes, sheets: table.notes.sheets.map((one) => ({ ...one, sheet })) }
  return await annotateWorkbook(bytes, placed, notes)
}

/** What a cell of Excel can hold. */
const cellCharsMax = 32_767
