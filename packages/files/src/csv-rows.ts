import { decodePiece, type TextEncodingName } from './encoding.ts'
import { type FileSource, slabsOf } from './source.ts'

/** A row of a CSV file. */
export interface CsvRow {
  /** 1-based, counting every row of the file, empty ones too: what a spreadsheet shows beside it. */
  readonly number: number
  /** The bytes it covers, its line end included. */
  readonly byteFrom: number
  readonly byteTo: number
  readonly cells: readonly string[]
  /** Why it could not be split into cells; the row then has none. */
  readonly fault?: 'quote-open' | 'encoding' | 'too-long'
}

export interface CsvDialect {
  readonly encoding: TextEncodingName
  /** One of `,` `;` and tab. None of them is part of a character of GB18030, so rows are split before they are decoded. */
  readonly delimiter: number
}

/** A single row takes at most this many bytes. */
export const rowBytesMax = 1024 ** 2

/**
 * Rows of a CSV file (RFC 4180; line ends CRLF or LF; a quote counts only where a cell begins, as in Excel). Memory does not grow with the
 * file: one slab and one row. A row that cannot be read is told as such, and reading goes on at the next line.
 * @param from a row's first byte, and its number
 */
export async function* readCsvRows(
  source: FileSource,
  dialect: CsvDialect,
  from: { readonly byte: number; readonly number: number },
): AsyncGenerator<CsvRow> {
  let pending = Buffer.alloc(0)
  let base = from.byte
  let number = from.number
  let overlongFrom: number | null = null
  for await (const slab of slabsOf(source, from.byte)) {
    const buffer = pending.length === 0 ? slab : Buffer.concat([pending, slab])
    let at = 0
    while (at < buffer.length) {
      if (overlongFrom !== null) {
        const feed = buffer.indexOf(lineFeed, at)
        at = feed === -1 ? buffer.length : feed + 1
        if (feed === -1) break
        yield { cells: [], fault: 'too-long', number, byteFrom: overlongFrom, byteTo: base + at }
        overlongFrom = null
        number += 1
        continue
      }
      const row = rowAt(buffer, at, dialect, false)
      if (row === null) break
      if (row === 'overlong') {
        overlongFrom = base + at
        continue
      }
      yield { ...row.content, number, byteFrom: base + at, byteTo: base + row.end }
      number += 1
      at = row.end
    }
    pending = Buffer.from(buffer.subarray(at))
    base += at
  }
  for (let at = 0; at < pending.length;) {
    const row = rowAt(pending, at, dialect, true) as RowAt
    yield { ...row.content, number, byteFrom: base + at, byteTo: base + row.end }
    number += 1
    at = row.end
  }
  if (overlongFrom !== null) yield { cells: [], fault: 'too-long', number, byteFrom: overlongFrom, byteTo: base }
}

const quote = 0x22
const lineFeed = 0x0a
const carriageReturn = 0x0d

interface RowAt {
  readonly content: { readonly cells: readonly string[]; readonly fault?: NonNullable<CsvRow['fault']> }
  readonly end: number
}

/** The row that begins at a place; null when its end is not in the buffer and more may come, `overlong` when not even its line's end is. */
function rowAt(buffer: Buffer, start: number, dialect: CsvDialect, last: boolean): RowAt | null | 'overlong' {
  const pieces: Buffer[] = []
  let at = start
  for (;;) {
    const cell = cellAt(buffer, at, dialect.delimiter, last)
    if (cell === null) {
      if (!last && buffer.length - start <= rowBytesMax) return null
      return unclosed(buffer, start, last)
    }
    pieces.push(cell.bytes)
    at = cell.end
    if (cell.last === 'cell') continue
    if (at - start > rowBytesMax) return { content: { cells: [], fault: 'too-long' }, end: at }
    const cells: string[] = []
    for (const piece of pieces) {
      const text = decodePiece(dialect.encoding, piece)
      if (text === null) return { content: { cells: [], fault: 'encoding' }, end: at }
      cells.push(text)
    }
    return { content: { cells }, end: at }
  }
}

/** A row whose end is not found within the bound: it is given up to its first line end, so that the rows after it are still read. */
function unclosed(buffer: Buffer, start: number, last: boolean): RowAt | 'overlong' {
  const feed = buffer.indexOf(lineFeed, start)
  if (feed === -1 && !last) return 'overlong'
  const end = feed === -1 ? buffer.length : feed + 1
  return { content: { cells: [], fault: end - start > rowBytesMax ? 'too-long' : 'quote-open' }, end }
}

interface CellAt {
  readonly bytes: Buffer
  readonly end: number
  /** What ends with it. */
  readonly last: 'cell' | 'row'
}

function cellAt(buffer: Buffer, start: number, delimiter: number, last: boolean): CellAt | null {
  if (buffer[start] !== quote) return plainCell(buffer, start, start, [], delimiter, last)
  const parts: Buffer[] = []
  for (let at = start + 1; ;) {
    const close = buffer.indexOf(quote, at)
    if (close === -1) return null
    if (close + 1 >= buffer.length && !last) return null // the next byte decides whether the quote is doubled
    if (buffer[close + 1] === quote) {
      parts.push(buffer.subarray(at, close + 1))
      at = close + 2
      continue
    }
    parts.push(buffer.subarray(at, close))
    // What stands between the closing quote and the delimiter belongs to the cell, as in Excel.
    return plainCell(buffer, close + 1, close + 1, parts, delimiter, last)
  }
}

function plainCell(buffer: Buffer, from: number, start: number, before: Buffer[], delimiter: number, last: boolean): CellAt | null {
  let at = start
  while (at < buffer.length && buffer[at] !== delimiter && buffer[at] !== lineFeed) at += 1
  if (at === buffer.length && !last) return null
  const ends = at === buffer.length || buffer[at] === lineFeed
  const to = ends && at > from && buffer[at - 1] === carriageReturn ? at - 1 : at
  const own = buffer.subarray(from, to)
  const bytes = before.length === 0 ? own : Buffer.concat([...before, own])
  return { bytes, end: Math.min(at + 1, buffer.length), last: ends ? 'row' : 'cell' }
}

/** How many rows begin before a byte that a row begins at: what a reader that goes on there needs to number its rows. */
export async function countRows(source: FileSource, dialect: CsvDialect, start: number, before: number): Promise<number> {
  let count = 0
  for await (const row of readCsvRows(source, dialect, { byte: start, number: 1 })) {
    if (row.byteFrom >= before) break
    count += 1
  }
  return count
}
