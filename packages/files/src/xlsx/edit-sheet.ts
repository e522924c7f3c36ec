import { indexOfLetter, letterOf } from '../columns.ts'
import { attributeOf, type Stretch, TagCutter, withAttribute } from './tags.ts'
import { relationshipNamespace } from './comments.ts'
import { textElement } from './xml-text.ts'

/** What is to become of a cell. A cell that is not there is made. */
export interface CellEdit {
  /** Style number by the one it has (0: it has none). */
  readonly style?: (current: number) => number
  /** Text, number, or null to empty it. A cell with a formula keeps what it has. */
  readonly value?: string | number | null
}

export interface SheetEdits {
  /** By row (1-based), then by column (0-based). */
  readonly cells: ReadonlyMap<number, ReadonlyMap<number, CellEdit>>
  /** Style of every cell that is not edited: the same number leaves it. */
  readonly otherStyle?: (current: number) => number
  /** Relationship of the drawing of notes, for a sheet that has none yet. */
  readonly drawing?: string
  /** Told of a cell with a formula that should have got a value. */
  readonly onFormula?: (cell: string) => void
}

/** What follows `legacyDrawing` in a worksheet (CT_Worksheet); it must stand before the first of these. */
const afterDrawing = new Set([
  'legacyDrawingHF',
  'drawingHF',
  'picture',
  'oleObjects',
  'controls',
  'webPublishItems',
  'tableParts',
  'extLst',
])

/** Rewrites a sheet's XML as it streams by. Every byte that has nothing to do with an edit is kept. */
export async function* editSheet(pieces: AsyncIterable<string>, edits: SheetEdits): AsyncGenerator<string> {
  const cutter = new TagCutter()
  const editor = new SheetEditor(edits)
  for await (const piece of pieces) {
    cutter.feed(piece)
    let out = ''
    for (;;) {
      if (editor.skimming !== null) {
        const { raw, found } = cutter.through(editor.skimming)
        out += raw
        if (!found) break
        editor.skimmed()
      }
      const stretch = cutter.next()
      if (stretch === null) break
      out += editor.take(stretch)
    }
    if (out !== '') yield out
  }
  yield cutter.rest()
}

type Waiting = [column: number, edit: CellEdit][]

class SheetEditor {
  private readonly edits: SheetEdits
  private readonly rows: [row: number, cells: Waiting][]
  private depth = 0
  private inData = false
  private row = 0
  private column = 0
  private waiting: Waiting = []
  private drawn: boolean
  /** The end of a row in which nothing changes: it is copied up to there without being looked at. */
  skimming: string | null = null
  /** A cell whose content is being replaced: everything up to its end is held back. */
  private held: { start: Stretch; raw: string; column: number; edit: CellEdit; formula: boolean } | null = null

  constructor(edits: SheetEdits) {
    this.edits = edits
    this.drawn = edits.drawing === undefined
    this.rows = [...edits.cells]
      .map(([row, cells]): [number, Waiting] => [row, [...cells].toSorted(([a], [b]) => a - b)])
      .toSorted(([a], [b]) => a - b)
  }

  take(stretch: Stretch): string {
    const { tag, name } = stretch
    if (tag === null) return this.held === null ? stretch.raw : this.hold(stretch)
    if (tag === 'close') this.depth -= 1
    const out = this.held !== null ? this.hold(stretch) : this.inData ? this.inRows(stretch) : this.outside(stretch)
    if (tag === 'open') this.depth += 1
    if (name === 'sheetData' && this.depth <= 2) this.inData = tag === 'open'
    return out
  }

  /** The row that was skimmed has ended. */
  skimmed(): void {
    this.skimming = null
    this.depth -= 1
  }

  private outside(stretch: Stretch): string {
    const { tag, name, raw, prefix } = stretch
    if (name === 'sheetData' && tag === 'empty' && this.rows.length > 0)
      return `${raw.replace(/\s*\/>$/, '>')}${this.missingRows(Number.POSITIVE_INFINITY, prefix)}</${prefix}sheetData>`
    if (this.depth === 1 && name === 'legacyDrawing') this.drawn = true
    const here =
      (this.depth === 1 && tag !== 'close' && afterDrawing.has(name)) || (this.depth === 0 && tag === 'close' && name === 'worksheet')
    if (!here || this.drawn) return raw
    this.drawn = true
    return `<${prefix}legacyDrawing xmlns:r="${relationshipNamespace}" r:id="${this.edits.drawing}"/>${raw}`
  }

  private inRows(stretch: Stretch): string {
    const { tag, name, raw, prefix } = stretch
    if (name === 'sheetData') return this.missingRows(Number.POSITIVE_INFINITY, prefix) + raw
    if (name === 'row' && tag !== 'close') return this.beginRow(stretch)
    if (name === 'row') return this.missingCells(Number.POSITIVE_INFINITY, prefix) + raw
    if (name === 'c' && tag !== 'close') return this.beginCell(stretch)
    return raw
  }

  private beginRow({ tag, raw, prefix }: Stretch): string {
    const said = Number(attributeOf(raw, 'r'))
    const number = Number.isSafeInteger(said) && said > 0 ? said : this.row + 1
    const before = this.missingRows(number, prefix)
    this.row = number
    this.column = 0
    this.waiting = this.rows[0]?.[0] === number ? (this.rows.shift() as [number, Waiting])[1] : []
    // `spans` says which columns the row has, which may be another stretch now; it may be left out.
    const start = this.waiting.length === 0 ? raw : withAttribute(raw, 'spans', null)
    if (tag === 'open' && this.waiting.length === 0 && this.edits.otherStyle === undefined) this.skimming = `</${prefix}row>`
    if (tag === 'open' || this.waiting.length === 0) return before + start
    return `${before}${start.replace(/\s*\/>$/, '>')}${this.missingCells(Number.POSITIVE_INFINITY, prefix)}</${prefix}row>`
  }

  private beginCell(stretch: Stretch): string {
    const { tag, raw, prefix } = stretch
    const letters = /^[A-Z]+/.exec(attributeOf(raw, 'r') ?? '')?.[0]
    const column = letters === undefined ? this.column : indexOfLetter(letters)
    const before = this.missingCells(column, prefix)
    this.column = column + 1
    const edit = this.waiting[0]?.[0] === column ? (this.waiting.shift() as Waiting[number])[1] : undefined
    const current = Number(attributeOf(raw, 's') ?? 0)
    const style = edit?.style?.(current) ?? this.edits.otherStyle?.(current) ?? current
    const styled = style === current ? raw : withAttribute(raw, 's', String(style))
    if (edit === undefined || edit.value === undefined) return before + styled
    if (tag === 'empty') return before + this.valueCell(styled, edit.value, prefix)
    this.held = { start: { ...stretch, raw: styled }, raw: '', column, edit, formula: false }
    return before
  }

  private hold(stretch: Stretch): string {
    const held = this.held as NonNullable<SheetEditor['held']>
    if (stretch.name === 'c' && stretch.tag === 'close') {
      this.held = null
      const { start, raw, column, edit, formula } = held
      if (!formula) return this.valueCell(start.raw, edit.value ?? null, start.prefix)
      this.edits.onFormula?.(`${letterOf(column)}${this.row}`)
      return start.raw + raw + stretch.raw
    }
    if (stretch.name === 'f' && stretch.tag !== null) held.formula = true
    held.raw += stretch.raw
    return ''
  }

  private valueCell(start: string, value: string | number | null, prefix: string): string {
    const bare = withAttribute(withAttribute(start, 't', null), 'cm', null).replace(/\s*\/?>$/, '')
    if (value === null || value === '') return `${bare}/>`
    if (typeof value === 'number') return `${bare}><${prefix}v>${value}</${prefix}v></${prefix}c>`
    return `${bare} t="inlineStr"><${prefix}is>${textElement(value, prefix)}</${prefix}is></${prefix}c>`
  }

  /** Cells of this row that stand before a column and are not there. */
  private missingCells(before: number, prefix: string): string {
    let out = ''
    while (this.waiting.length > 0 && (this.waiting[0] as Waiting[number])[0] < before) {
      const [column, edit] = this.waiting.shift() as Waiting[number]
      const style = edit.style?.(0) ?? 0
      out += this.valueCell(
        `<${prefix}c r="${letterOf(column)}${this.row}"${style === 0 ? '' : ` s="${style}"`}/>`,
        edit.value ?? null,
        prefix,
      )
    }
    return out
  }

  private missingRows(before: number, prefix: string): string {
    let out = ''
    while (this.rows.length > 0 && (this.rows[0] as [number, Waiting])[0] < before) {
      const [row, cells] = this.rows.shift() as [number, Waiting]
      this.row = row
      this.waiting = cells
      out += `<${prefix}row r="${row}">${this.missingCells(Number.POSITIVE_INFINITY, prefix)}</${prefix}row>`
    }
    return out
  }
}
