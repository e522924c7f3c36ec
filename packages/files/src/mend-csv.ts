import { open } from 'node:fs/promises'
import { Problem } from '@huijiao/problem'
import { csvDialect } from './csv.ts'
import { type CsvDialect, readCsvRows } from './csv-rows.ts'
import { encodeGb18030, nameOf, withoutGb18030 } from './gb18030.ts'
import type { CellValue } from './mend.ts'
import { entityOfCsv, type TableOptions } from './open-table.ts'
import { cellPosition } from './xlsx/comments.ts'

/** The bytes that a row covers, by its number. */
export type RowBytes = ReadonlyMap<number, { readonly from: number; readonly to: number }>

/**
 * A CSV file with values put into cells. What is not changed is copied byte for byte; a row that is keeps its line end, and the file its encoding and its
 * delimiter. Memory holds one row, however large the file.
 * @param path of the file
 * @param rows bytes of at least the rows that change
 * @throws Problem as opening the file does; parameter-invalid when a value has a character that the file's encoding cannot hold
 */
export async function* mendedCsv(
  path: string,
  options: TableOptions,
  values: readonly CellValue[],
  rows: RowBytes,
): AsyncGenerator<Buffer> {
  const { dialect } = await csvDialect({ bytes: null, path }, { ...options, entity: entityOfCsv(options) })
  if (dialect.encoding === 'gb18030') mustBeWritable(values)
  const byRow = Map.groupBy(values, (one) => cellPosition(one.cell).row)
  const changed = [...byRow.keys()].flatMap((number) => {
    const bytes = rows.get(number)
    return bytes === undefined ? [] : [{ number, ...bytes }]
  })
  changed.sort((a, b) => a.from - b.from)
  const file = await open(path, 'r')
  try {
    let at = 0
    for (const { number, from, to } of changed) {
      yield* slice(file, at, from)
      const pieces: Buffer[] = []
      for await (const piece of slice(file, from, to)) pieces.push(piece)
      const raw = Buffer.concat(pieces)
      yield await mendedRow(raw, dialect, byRow.get(number) as readonly CellValue[])
      at = to
    }
    yield* slice(file, at, Number.POSITIVE_INFINITY)
  } finally {
    await file.close()
  }
}

/** @throws Problem parameter-invalid */
function mustBeWritable(values: readonly CellValue[]): void {
  for (const { cell, value } of values) {
    const without = withoutGb18030(String(value ?? ''))
    if (without === null) continue
    throw new Problem(
      'parameter-invalid',
      {
        zh: `单元格 ${cell} 的新值含有文件编码 GB18030 中没有的字符 ${nameOf(without)}`,
        en: `The new value of cell ${cell} has ${nameOf(without)}, which GB18030, the file's encoding, does not have`,
      },
      { value: nameOf(without) },
    )
  }
}

const slabBytes = 1024 ** 2

async function* slice(file: Awaited<ReturnType<typeof open>>, from: number, to: number): AsyncGenerator<Buffer> {
  for (let at = from; at < to;) {
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(Math.min(slabBytes, to - at)), 0, Math.min(slabBytes, to - at), at)
    if (bytesRead === 0) return
    yield buffer.subarray(0, bytesRead)
    at += bytesRead
  }
}

async function mendedRow(raw: Buffer, dialect: CsvDialect, values: readonly CellValue[]): Promise<Buffer> {
  for await (const row of readCsvRows({ bytes: raw, path: null }, dialect, { byte: 0, number: 1 })) {
    const cells = [...row.cells]
    for (const { cell, value } of values) {
      const { column } = cellPosition(cell)
      while (cells.length <= column) cells.push('')
      cells[column] = value === null ? '' : String(value)
    }
    const text = cells.map((cell) => written(cell, dialect.delimiter)).join(String.fromCharCode(dialect.delimiter))
    const end = /\r?\n$/.exec(raw.toString('latin1'))?.[0] ?? ''
    return Buffer.concat([dialect.encoding === 'gb18030' ? encodeGb18030(text) : Buffer.from(text), Buffer.from(end)])
  }
  throw new Problem('file-malformed', { zh: '文件在改写时变了', en: 'The file changed while it was rewritten' })
}

/** A cell as RFC 4180 writes it; with quotes where it needs them. */
function written(cell: string, delimiter: number): string {
  const needs = cell.includes('"') || cell.includes('\n') || cell.includes('\r') || cell.includes(String.fromCharCode(delimiter))
  return needs || cell !== cell.trim() ? `"${cell.replaceAll('"', '""')}"` : cell
}
