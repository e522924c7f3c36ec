import { Readable } from 'node:stream'
import type { FixOperation, ProblemDocument } from '@huijiao/problem'
import { type Column, letterOf } from './columns.ts'
import { PackageEdit } from './xlsx/edit-package.ts'
import { type CellEdit, editSheet } from './xlsx/edit-sheet.ts'
import { openWorkbook } from './xlsx/workbook.ts'
import { cellPosition } from './xlsx/comments.ts'
import { setImmediate } from 'node:timers/promises'

/** A value for a cell: null empties it. */
export interface CellValue {
  /** Empty for a file without sheets. */
  readonly sheet: string
  readonly cell: string
  readonly value: string | number | null
}

/**
 * Writes values into cells of a workbook and keeps everything else.
 * @returns the workbook, and the cells that kept a formula instead
 */
export async function writeCells(bytes: Buffer, values: readonly CellValue[]): Promise<{ bytes: Buffer; formulas: readonly string[] }> {
  const workbook = await openWorkbook(bytes)
  const edit = new PackageEdit(workbook.package)
  const formulas: string[] = []
  for (const sheet of workbook.sheets) {
    const cells = new Map<number, Map<number, CellEdit>>()
    for (const { cell, value } of values.filter((one) => one.sheet === sheet.name)) {
      const { row, column } = cellPosition(cell)
      cells.set(row, (cells.get(row) ?? new Map<number, CellEdit>()).set(column, { value }))
    }
    if (cells.size === 0) continue
    const text = async function* () {
      const decoder = new TextDecoder('utf-8')
      for await (const chunk of await edit.package.stream(sheet.part)) {
        yield decoder.decode(chunk as Buffer, { stream: true })
        await setImmediate()
      }
      yield decoder.decode()
    }
    edit.write(sheet.part, async () =>
      Readable.from(editSheet(text(), { cells, onFormula: (cell) => formulas.push(`${sheet.name}!${cell}`) }), { objectMode: false }),
    )
  }
  return { bytes: await edit.pack(), formulas }
}

/**
 * The cells that the patches of problems would change. A problem whose patch reaches a field without a column is left out.
 * @param columnsOf header columns of a sheet, as the reader found them
 */
export function cellFixes(
  problems: readonly ProblemDocument[],
  columnsOf: (sheet: string | undefined) => readonly Column[],
): { readonly values: CellValue[]; readonly unmended: ProblemDocument[] } {
  const values = new Map<string, CellValue>()
  const unmended: ProblemDocument[] = []
  for (const problem of problems) {
    const { place, fix } = problem
    if (place === undefined || fix === undefined || fix.length === 0) {
      unmended.push(problem)
      continue
    }
    const sheet = place.sheet ?? ''
    const changes = fix.map((operation) => changeOf(operation, columnsOf(place.sheet), place.row, sheet))
    if (changes.includes(null)) unmended.push(problem)
    else for (const change of changes) if (change !== null) values.set(`${sheet}!${change.cell}`, change)
  }
  return { values: [...values.values()], unmended }
}

function changeOf(operation: FixOperation, columns: readonly Column[], row: number, sheet: string): CellValue | null {
  const [, top, name] = operation.path.split('/')
  const wanted = top === 'data' || top === 'key' ? name : top
  const column = columns.find(({ target }) => target !== null && ('field' in target ? target.field.code : target.member) === wanted)
  if (column === undefined || operation.op === 'move') return null
  const { value } = operation
  if (operation.op !== 'remove' && typeof value !== 'string' && typeof value !== 'number') return null
  return { sheet, cell: `${letterOf(column.index)}${row}`, value: operation.op === 'remove' ? null : (value as string | number) }
}
