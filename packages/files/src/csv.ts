import { Problem } from '@huijiao/problem'
import type { Entity, Release } from '@huijiao/standard'
import type { CellContent, CellRow } from './cell.ts'
import { type Column, headerScore } from './columns.ts'
import { countRows, type CsvDialect, type CsvRow, readCsvRows } from './csv-rows.ts'
import { type DetectedEncoding, detectEncoding } from './encoding.ts'
import { findHeader, type Header, headerNotes } from './header.ts'
import { isBlank, recordOfRow, type RowContext } from './rows.ts'
import { type FileSource, headOf } from './source.ts'
import type { FileNotes, Table, TableRecord } from './table.ts'

export interface CsvOptions {
  readonly release: Release
  readonly entity: Entity
  readonly charset?: string
  readonly name?: string
}

/** Rows among which the header is looked for. */
const headerRowsMax = 20

/**
 * Opens a CSV file of any size. Its rows cover byte ranges, so reading goes on at any row.
 * @throws Problem file-text-encoding, file-columns-invalid, file-malformed
 */
export async function openCsv(source: FileSource, options: CsvOptions): Promise<Table> {
  const { encoding, dialect, byte } = await csvDialect(source, options)
  const { header, dataFrom } = await readHeader(source, dialect, byte, options.entity)
  const context: RowContext = { release: options.release, entity: options.entity, columns: header.columns }
  const notes: FileNotes = {
    kind: 'csv',
    ...(options.name === undefined ? {} : { name: options.name }),
    encoding: encoding.name === 'gb18030' ? 'GB18030' : 'UTF-8',
    encodingBy: encoding.by,
    delimiter: String.fromCharCode(dialect.delimiter),
    sheets: [headerNotes(options.entity, header)],
  }
  return {
    notes,
    columnsOf: () => header.columns,
    async *records(from = { byte: 0, record: 0 }) {
      const resumed = from.byte > dataFrom.byte
      const at = resumed
        ? { byte: from.byte, number: dataFrom.number + (await countRows(source, dialect, dataFrom.byte, from.byte)) }
        : dataFrom
      let index = resumed ? from.record : 0
      for await (const row of readCsvRows(source, dialect, at)) {
        const cells = cellRowOf(row)
        if (isBlank(context, cells)) continue
        const record: TableRecord = { index, ...recordOfRow(context, cells), bytes: { from: row.byteFrom, to: row.byteTo } }
        index += 1
        yield record
      }
    },
  }
}

/** How a file is to be cut into rows, and where the first begins. @throws Problem file-text-encoding, file-malformed */
export async function csvDialect(
  source: FileSource,
  options: Pick<CsvOptions, 'entity' | 'charset'>,
): Promise<{ encoding: DetectedEncoding; dialect: CsvDialect; byte: number }> {
  const encoding = await detectEncoding(source, options.charset)
  const start = await startOf(source, encoding.bomBytes)
  const first = { encoding: encoding.name, delimiter: start.delimiter ?? 0x2c }
  const dialect = start.delimiter === null ? await bestDialect(source, first, start.byte, options.entity) : first
  return { encoding, dialect, byte: start.byte }
}

/** Where the rows begin, and the delimiter when Excel's own first line `sep=;` says it. */
async function startOf(source: FileSource, bomBytes: number): Promise<{ byte: number; delimiter: number | null }> {
  const head = await headOf(source, 64 * 1024)
  if (!head.includes(0x0a) && head.includes(0x0d)) {
    throw new Problem(
      'file-malformed',
      { zh: '各行以 CR 结尾（旧式 Mac 文本）', en: 'The lines end in CR (old Mac text)' },
      {
        hint: { zh: '另存为“CSV UTF-8（逗号分隔）”', en: 'Save it as CSV UTF-8 (comma delimited)' },
      },
    )
  }
  const said = /^sep=([,;\t])\r?\n/.exec(head.subarray(bomBytes, bomBytes + 8).toString('latin1'))
  return said === null
    ? { byte: bomBytes, delimiter: null }
    : { byte: bomBytes + said[0].length, delimiter: (said[1] as string).charCodeAt(0) }
}

/** Of comma, semicolon and tab, the one by which the first rows name most fields. */
async function bestDialect(source: FileSource, base: CsvDialect, byte: number, entity: Entity): Promise<CsvDialect> {
  let best = { dialect: base, score: -1 }
  for (const delimiter of [0x2c, 0x3b, 0x09]) {
    const dialect = { ...base, delimiter }
    let score = 0
    for await (const row of readCsvRows(source, dialect, { byte, number: 1 })) {
      score = Math.max(score, headerScore(entity, row.cells))
      if (row.number >= headerRowsMax) break
    }
    if (score > best.score) best = { dialect, score }
  }
  return best.dialect
}

async function readHeader(
  source: FileSource,
  dialect: CsvDialect,
  byte: number,
  entity: Entity,
): Promise<{ header: Header & { columns: readonly Column[] }; dataFrom: { byte: number; number: number } }> {
  const first: CsvRow[] = []
  for await (const row of readCsvRows(source, dialect, { byte, number: 1 })) {
    first.push(row)
    if (first.length === headerRowsMax) break
  }
  const header = findHeader(
    entity,
    first.map((row) => ({ number: row.number, cells: row.cells })),
    { zh: '', en: '' },
  )
  const last = first.find((row) => row.number === header.rows.at(-1)) as CsvRow
  return { header, dataFrom: { byte: last.byteTo, number: last.number + 1 } }
}

function cellRowOf(row: CsvRow): CellRow {
  const cells = new Map<number, CellContent>()
  for (const [index, text] of row.cells.entries()) if (text !== '') cells.set(index, { kind: 'text', text })
  return { number: row.number, cells, ...(row.fault === undefined ? {} : { fault: row.fault }) }
}
