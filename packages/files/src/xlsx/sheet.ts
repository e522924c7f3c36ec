import { setImmediate } from 'node:timers/promises'
import type { CellContent, CellRow } from '../cell.ts'
import { indexOfLetter } from '../columns.ts'
import { asMalformed, malformed } from './package.ts'
import { attributeIn, scanXml } from './scan.ts'
import { isTrue, type SheetRef, unescapeText, type Workbook } from './workbook.ts'

/** Columns of a sheet that are looked at: more than any entity has, fewer than a hostile file can claim. */
export const columnsMax = 1000

/** A range of cells that are one; 0-based columns, 1-based rows, ends included. */
export interface MergedRange {
  readonly name: string
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

export interface SheetFacts {
  readonly merged: readonly MergedRange[]
  readonly formulas: number
}

interface Reading {
  readonly rows: CellRow[]
  readonly merged: MergedRange[]
  formulas: number
}

/** Rows of a sheet in order, in the slabs in which it is inflated. Only rows that have cells come. */
export async function* readSheetRows(workbook: Workbook, sheet: SheetRef, merged: readonly MergedRange[] = []): AsyncGenerator<CellRow> {
  const cover = mergedCover(merged)
  for await (const reading of readings(workbook, sheet)) {
    for (const row of reading.rows) yield cover(row)
    reading.rows.length = 0
    await setImmediate()
  }
}

/**
 * Reads a sheet once to its end: whether it is well formed, and what stands after its rows.
 * @param each told of every row
 * @throws Problem file-malformed, workbook-too-large
 */
export async function readSheetFacts(workbook: Workbook, sheet: SheetRef, each: (row: CellRow) => void = () => {}): Promise<SheetFacts> {
  let last: Reading = { rows: [], merged: [], formulas: 0 }
  for await (const reading of readings(workbook, sheet)) {
    for (const row of reading.rows) each(row)
    reading.rows.length = 0
    last = reading
    await setImmediate()
  }
  return { merged: last.merged, formulas: last.formulas }
}

async function* readings(workbook: Workbook, sheet: SheetRef): AsyncGenerator<Reading> {
  const reading: Reading = { rows: [], merged: [], formulas: 0 }
  const parser = sheetParser(workbook, sheet, reading)
  const decoder = new TextDecoder('utf-8', { fatal: true })
  const stream = await workbook.package.stream(sheet.part)
  try {
    for await (const chunk of stream) {
      parser.write(decoder.decode(chunk as Buffer, { stream: true }))
      yield reading
    }
    parser.write(decoder.decode())
    parser.end()
  } catch (error) {
    throw asMalformed(error)
  } finally {
    stream.destroy()
  }
  yield reading
}

interface OpenCell {
  readonly index: number
  readonly type: string
  readonly style: number
  value: string
  hasValue: boolean
  formula: boolean
}

function sheetParser(workbook: Workbook, sheet: SheetRef, reading: Reading) {
  let rowNumber = 0
  let cells = new Map<number, CellContent>()
  let cell: OpenCell | null = null
  let nextIndex = 0
  let taking = false
  let phonetic = 0
  let inData = false
  return scanXml(`${sheet.name}（${sheet.part}）`, {
    open(name, attributes) {
      if (name === 'sheetData') inData = true
      else if (name === 'mergeCell') addMerged(reading.merged, attributeIn(attributes, 'ref'))
      if (!inData) return
      if (name === 'row') {
        const said = Number(attributeIn(attributes, 'r'))
        const number = Number.isSafeInteger(said) ? said : rowNumber + 1
        if (number <= rowNumber || number > 1_048_576)
          throw malformed(`工作表“${sheet.name}”的行号不递增`, `The rows of sheet ${sheet.name} are not in order`)
        rowNumber = number
        cells = new Map()
        nextIndex = 0
      } else if (name === 'c') {
        const place = attributeIn(attributes, 'r')
        const index = place === undefined ? nextIndex : columnOf(place)
        nextIndex = index + 1
        const style = Number(attributeIn(attributes, 's') ?? 0)
        cell = { index, type: attributeIn(attributes, 't') ?? 'n', style, value: '', hasValue: false, formula: false }
      } else if (cell === null) {
        return
      } else if (name === 'v' || (name === 't' && phonetic === 0)) {
        taking = true
        cell.hasValue = true
      } else if (name === 'f') {
        cell.formula = true
        reading.formulas += 1
      } else if (name === 'rPh') phonetic += 1
    },
    text(text) {
      if (taking && cell !== null) cell.value += text
    },
    close(name) {
      if (name === 'v' || name === 't') taking = false
      else if (name === 'rPh') phonetic -= 1
      else if (name === 'c' && cell !== null) {
        const content = contentOf(workbook, cell)
        if (content !== null && cell.index >= 0 && cell.index < columnsMax) cells.set(cell.index, content)
        cell = null
      } else if (name === 'row' && inData) {
        if (cells.size > 0) reading.rows.push({ number: rowNumber, cells })
      } else if (name === 'sheetData') inData = false
    },
  })
}

function contentOf(workbook: Workbook, cell: OpenCell): CellContent | null {
  const { type, value } = cell
  if (!cell.hasValue) return cell.formula ? { kind: 'formula-empty' } : null
  switch (type) {
    case 's': {
      const shared = workbook.sharedStrings[Number(value)]
      if (shared === undefined) throw malformed(`没有共享文本 ${value.slice(0, 20)}`, `There is no shared text ${value.slice(0, 20)}`)
      return textContent(shared)
    }
    case 'str':
    case 'inlineStr':
      return textContent(unescapeText(value))
    case 'd':
      return textContent(value)
    case 'b':
      return { kind: 'boolean', value: isTrue(value) }
    case 'e':
      return { kind: 'error', text: value }
    default: {
      if (value === '') return cell.formula ? { kind: 'formula-empty' } : null
      const style = workbook.styles[cell.style] ?? { format: 'plain', pad: 0 }
      return { kind: 'number', text: value, ...style, since1904: workbook.since1904 }
    }
  }
}

/** Column of a place such as `B17`; negative when it is none. */
function columnOf(place: string): number {
  let end = 0
  while (end < 4 && place.charCodeAt(end) >= 65) end += 1
  return indexOfLetter(place.slice(0, end))
}

const textContent = (text: string): CellContent | null => (text === '' ? null : { kind: 'text', text })

function addMerged(merged: MergedRange[], ref: string | undefined): void {
  const match = /^([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})$/.exec(ref ?? '')
  if (match === null) return
  const [, left, top, right, bottom] = match as unknown as [string, string, string, string, string]
  if (merged.length >= 100_000) throw malformed('合并单元格过多', 'There are too many merged cells')
  merged.push({ name: ref as string, left: indexOfLetter(left), right: indexOfLetter(right), top: Number(top), bottom: Number(bottom) })
}

/** Marks the cells of rows, taken in order, that a merged cell covers; the top-left one keeps its value. */
function mergedCover(merged: readonly MergedRange[]): (row: CellRow) => CellRow {
  const waiting = merged.toSorted((a, b) => b.top - a.top)
  let active: { readonly range: MergedRange; anchor: CellContent | undefined }[] = []
  return (row) => {
    while ((waiting.at(-1)?.top ?? Number.POSITIVE_INFINITY) <= row.number)
      active.push({ range: waiting.pop() as MergedRange, anchor: undefined })
    if (active.length === 0) return row
    active = active.filter(({ range }) => range.bottom >= row.number)
    if (active.length === 0) return row
    const cells = new Map(row.cells)
    for (const one of active) {
      const { range } = one
      if (row.number === range.top) one.anchor = row.cells.get(range.left)
      if (one.anchor === undefined) continue
      for (let index = range.left; index <= range.right && index < columnsMax; index += 1)
        if (!cells.has(index)) cells.set(index, { kind: 'merged', from: range.name, anchor: one.anchor })
    }
    return { ...row, cells }
  }
}
