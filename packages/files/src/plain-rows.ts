import { Problem } from '@huijiao/problem'
import type { CellContent } from './cell.ts'
import { type CsvDialect, readCsvRows } from './csv-rows.ts'
import { detectEncoding } from './encoding.ts'
import { charsetOf, kindOfMediaType, sniffKind, unsupported } from './kinds.ts'
import { plainDecimal, serialDate } from './numbers.ts'
import { type FileSource, sizeOf, wholeOf } from './source.ts'
import { workbookLimits } from './xlsx/package.ts'
import { readSheetFacts, readSheetRows } from './xlsx/sheet.ts'
import { openWorkbook } from './xlsx/workbook.ts'

export interface PlainOptions {
  readonly mediaType?: string
  readonly name?: string
  /** The sheet of a workbook; the first that is shown when absent. */
  readonly sheet?: string
}

/** A list of codes has a few thousand rows; more than this is no list of codes. */
const rowsMax = 200_000

/**
 * The rows of a CSV or Excel file as they stand, for tables that are not records of an entity, such as a list of codes. Texts stay texts; a cell that
 * the workbook keeps as a number stays one, because it may have lost its leading zeros, unless its format shows them.
 * @returns rows in order, empty ones too, so that the place in the list tells the row of the file
 * @throws Problem file-kind-unsupported, file-malformed, file-text-encoding, workbook-too-large
 */
export async function readPlainRows(source: FileSource, options: PlainOptions = {}): Promise<(string | number)[][]> {
  const { mediaType, name } = options
  const kind = await sniffKind(source, { kind: kindOfMediaType(mediaType), ...(name === undefined ? {} : { name }) })
  if (kind === 'csv') return await csvRows(source, charsetOf(mediaType))
  if (kind === 'xlsx') return await workbookRows(source, options.sheet)
  throw unsupported('XML', 'XML', { zh: '代码表请用 CSV 或 Excel', en: 'Send a list of codes as CSV or Excel' })
}

async function csvRows(source: FileSource, charset: string | undefined): Promise<string[][]> {
  const encoding = await detectEncoding(source, charset)
  let best: { rows: string[][]; cells: number } | null = null
  for (const delimiter of [0x2c, 0x3b, 0x09]) {
    const dialect: CsvDialect = { encoding: encoding.name, delimiter }
    for await (const row of readCsvRows(source, dialect, { byte: encoding.bomBytes, number: 1 })) {
      // Of the three, the one that cuts the names of the columns into most pieces.
      if (best === null || row.cells.length > best.cells)
        best = { rows: await readAll(source, dialect, encoding.bomBytes), cells: row.cells.length }
      break
    }
  }
  return best?.rows ?? []
}

async function readAll(source: FileSource, dialect: CsvDialect, byte: number): Promise<string[][]> {
  const rows: string[][] = []
  for await (const row of readCsvRows(source, dialect, { byte, number: 1 })) {
    if (row.fault !== undefined)
      throw new Problem('file-malformed', { zh: `第 ${row.number} 行无法读取`, en: `Row ${row.number} cannot be read` })
    if (rows.push([...row.cells]) > rowsMax) throw tooMany()
  }
  return rows
}

async function workbookRows(source: FileSource, sheet: string | undefined): Promise<(string | number)[][]> {
  if ((await sizeOf(source)) > workbookLimits.fileBytesMax)
    throw new Problem('workbook-too-large', { zh: '工作簿过大', en: 'The workbook is too large' })
  const workbook = await openWorkbook(await wholeOf(source))
  const ref = workbook.sheets.find((one) => (sheet === undefined ? !one.hidden : one.name === sheet))
  if (ref === undefined) throw new Problem('file-malformed', { zh: '没有这张工作表', en: 'There is no such sheet' })
  const { merged } = await readSheetFacts(workbook, ref)
  const rows: (string | number)[][] = []
  for await (const row of readSheetRows(workbook, ref, merged)) {
    if (row.number > rowsMax) throw tooMany()
    while (rows.length < row.number - 1) rows.push([])
    const width = Math.max(-1, ...row.cells.keys()) + 1
    rows.push(Array.from({ length: width }, (_, at) => valueOf(row.cells.get(at), row.number)))
  }
  return rows
}

function valueOf(cell: CellContent | undefined, row: number): string | number {
  switch (cell?.kind) {
    case undefined:
    case 'merged':
      return ''
    case 'text':
      return cell.text
    case 'boolean':
      return cell.value ? '1' : '0'
    case 'number': {
      if (cell.format === 'date' || cell.format === 'date-time') return serialDate(Number(cell.text), cell.since1904)?.date ?? ''
      const plain = plainDecimal(cell.text) ?? cell.text
      return cell.pad > 0 ? plain.padStart(cell.pad, '0') : Number(plain)
    }
    default:
      throw new Problem('file-malformed', { zh: `第 ${row} 行有错误的单元格`, en: `Row ${row} has a cell in error` })
  }
}

const tooMany = () => new Problem('file-malformed', { zh: `超过 ${rowsMax} 行`, en: `It has more than ${rowsMax} rows` })
