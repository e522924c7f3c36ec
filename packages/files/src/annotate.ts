import { setImmediate } from 'node:timers/promises'
import { Readable } from 'node:stream'
import type { ProblemDocument } from '@huijiao/problem'
import { noteOf, severityOf } from './problem-words.ts'
import { summarySheet } from './summary-sheet.ts'
import type { FileNotes } from './table.ts'
import { cellPosition, type CellNote, commentsType, relationshipNamespace } from './xlsx/comments.ts'
import { addNotes } from './xlsx/edit-notes.ts'
import { insertBefore, PackageEdit } from './xlsx/edit-package.ts'
import { type CellEdit, editSheet, type SheetEdits } from './xlsx/edit-sheet.ts'
import { type Mark, openStyles, type StyleTable } from './xlsx/edit-styles.ts'
import { sheetNames } from './xlsx/own-sheets.ts'
import { attributeIn, scanXml } from './xlsx/scan.ts'
import { attributeOf, cutTags } from './xlsx/tags.ts'
import { openWorkbook, pump, type SheetRef, type Workbook } from './xlsx/workbook.ts'
import { plainSheetPart } from './xlsx/write.ts'

/** Notes of one sheet; beyond it cells are coloured only. Excel grows slow with more. */
const notesMax = 5000

/**
 * The sender's own workbook with its problems: each faulty cell coloured by the worst of them and given a note, and a sheet that sums them
 * up. Everything else is kept as it is. What an earlier round marked, and is right now, is unmarked.
 * @param problems with their `place`; those without a cell stand in the summary, and at the row's first cell
 * @param notes what the reader told of the file: columns that were not read are marked too
 * @throws Problem as `openTable`, when it is no workbook
 */
export async function annotateWorkbook(bytes: Buffer, problems: readonly ProblemDocument[], notes?: FileNotes): Promise<Buffer> {
  const workbook = await openWorkbook(bytes)
  const edit = new PackageEdit(workbook.package)
  const stylesPart = (await edit.related(workbook.part)).find(({ type }) => type.endsWith('/styles'))?.target
  const styles = stylesPart === undefined || !edit.has(stylesPart) ? null : openStyles(await edit.text(stylesPart))
  const bySheet = cellsOf(problems, notes)
  // Marks of a sheet are worked out before the styles are written, because they make styles.
  const sheets = workbook.sheets.filter(({ name }) => name !== sheetNames.summary)
  for (const [at, sheet] of sheets.entries()) await markSheet(edit, sheet, bySheet.get(sheet.name) ?? new Map(), styles, at + 1)
  await writeSummary(edit, workbook, problems, notes, styles)
  if (stylesPart !== undefined && styles !== null) edit.write(stylesPart, styles.part())
  return await edit.pack()
}

interface Faulty {
  readonly problems: ProblemDocument[]
  /** Words of a cell that is no record's: a header. */
  readonly words: string[]
}

type Cells = Map<string, Faulty>

function cellsOf(problems: readonly ProblemDocument[], notes: FileNotes | undefined): Map<string, Cells> {
  const sheets = new Map<string, Cells>()
  const faulty = (sheet: string, cell: string): Faulty => {
    const cells = sheets.get(sheet) ?? new Map<string, Faulty>()
    sheets.set(sheet, cells)
    const known = cells.get(cell) ?? { problems: [], words: [] }
    cells.set(cell, known)
    return known
  }
  for (const problem of problems) {
    const { place } = problem
    if (place?.sheet !== undefined) faulty(place.sheet, place.cell ?? `A${place.row}`).problems.push(problem)
  }
  for (const { sheet, unknownColumns } of notes?.sheets ?? []) {
    for (const { cell, column, near } of unknownColumns ?? []) {
      if (sheet === undefined || cell === undefined) continue
      faulty(sheet, cell).words.push(
        `【提醒】“${column}”不是本表的字段，此列未读取${near.length === 0 ? '' : `；是否为 ${near.join('、')}？`}\n[warning] "${column}" is no field of this entity; the column was not read`,
      )
    }
  }
  return sheets
}

const ranks = { error: 0, doubt: 1, warning: 2 } as const

function markOf({ problems }: Faulty): Mark {
  const [worst] = problems.map(severityOf).toSorted((a, b) => ranks[a] - ranks[b])
  return worst ?? 'warning'
}

async function markSheet(edit: PackageEdit, sheet: SheetRef, cells: Cells, styles: StyleTable | null, number: number): Promise<void> {
  const notes: CellNote[] = []
  const edits = new Map<number, Map<number, CellEdit>>()
  for (const [cell, faulty] of cells) {
    const { row, column } = cellPosition(cell)
    const mark = markOf(faulty)
    const rowEdits = edits.get(row) ?? new Map<number, CellEdit>()
    edits.set(row, rowEdits)
    rowEdits.set(column, styles === null ? {} : { style: (current) => styles.marked(current, mark) })
    const text = [...faulty.words, ...(faulty.problems.length === 0 ? [] : [noteOf(faulty.problems)])].join('\n\n')
    if (notes.length < notesMax) notes.push({ cell, text })
  }
  const drawing = await writeNotes(edit, sheet, notes, number)
  // The styles are made first, by one look through the sheet; it is changed while it is packed, so that memory holds a slab of it.
  const otherStyle = styles?.anyMarked === true ? { otherStyle: (current: number) => styles.unmarked(current) } : {}
  const changes = { cells: edits, ...otherStyle, ...(drawing === null ? {} : { drawing }) }
  if (styles !== null) await makeStyles(edit, sheet, changes)
  edit.write(sheet.part, async () => Readable.from(editSheet(textOf(edit, sheet.part), changes), { objectMode: false }))
}

/** Asks for the styles of a sheet's cells as the change itself will: the table of styles is written before the sheet. */
async function makeStyles(edit: PackageEdit, sheet: SheetRef, changes: SheetEdits): Promise<void> {
  for (const row of changes.cells.values()) for (const cell of row.values()) cell.style?.(0)
  let row = 0
  let column = 0
  const parser = scanXml(sheet.part, {
    open: (name, attributes) => {
      if (name === 'row') {
        const said = Number(attributeIn(attributes, 'r'))
        row = Number.isSafeInteger(said) && said > 0 ? said : row + 1
        column = 0
      } else if (name === 'c') {
        const place = attributeIn(attributes, 'r')
        const at = place === undefined ? column : cellPosition(place).column
        column = at + 1
        const style = Number(attributeIn(attributes, 's') ?? 0)
        const cell = changes.cells.get(row)?.get(at)
        if (cell === undefined) changes.otherStyle?.(style)
        else cell.style?.(style)
      }
    },
  })
  await pump(edit.package, sheet.part, parser, () => setImmediate())
}

async function* textOf(edit: PackageEdit, part: string): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8')
  for await (const chunk of await edit.package.stream(part)) yield decoder.decode(chunk as Buffer, { stream: true })
  yield decoder.decode()
}

/** Writes the parts of a sheet's notes. @returns the id of the drawing's relationship, or null when the sheet has no notes at all */
async function writeNotes(edit: PackageEdit, sheet: SheetRef, notes: readonly CellNote[], number: number): Promise<string | null> {
  const related = await edit.related(sheet.part)
  const target = (kind: string) => related.find(({ type }) => type.endsWith(`/${kind}`))?.target
  const [comments, drawing] = [target('comments'), target('vmlDrawing')]
  const existing =
    comments !== undefined && drawing !== undefined && edit.has(comments) && edit.has(drawing)
      ? { comments: await edit.text(comments), drawing: await edit.text(drawing) }
      : null
  if (existing === null && notes.length === 0) return null
  const written = addNotes(existing, notes, number)
  const commentsPart = comments ?? edit.free((one) => `xl/comments${one}.xml`)
  const drawingPart = existing === null ? edit.free((one) => `xl/drawings/vmlDrawing${one}.vml`) : (drawing as string)
  edit.write(commentsPart, written.comments, commentsType)
  edit.write(drawingPart, written.drawing)
  edit.defaultType('vml', 'application/vnd.openxmlformats-officedocument.vmlDrawing')
  await edit.relate(sheet.part, 'comments', commentsPart)
  return await edit.relate(sheet.part, 'vmlDrawing', drawingPart)
}

async function writeSummary(
  edit: PackageEdit,
  workbook: Workbook,
  problems: readonly ProblemDocument[],
  notes: FileNotes | undefined,
  styles: StyleTable | null,
): Promise<void> {
  const part = plainSheetPart(summarySheet(problems, notes, (mark) => styles?.marked(0, mark) ?? 0))
  const earlier = workbook.sheets.find(({ name }) => name === sheetNames.summary)
  if (earlier !== undefined) {
    edit.write(earlier.part, part)
    return
  }
  const name = edit.free((one) => `xl/worksheets/sheet${one}.xml`)
  edit.write(name, part, 'application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml')
  const id = await edit.relate(workbook.part, 'worksheet', name)
  const text = await edit.text(workbook.part)
  const ids = cutTags(text).flatMap((one) => (one.name === 'sheet' ? [Number(attributeOf(one.raw, 'sheetId'))] : []))
  const own = (prefix: string) =>
    `<${prefix}sheet xmlns:r="${relationshipNamespace}" name="${sheetNames.summary}" sheetId="${Math.max(0, ...ids) + 1}" r:id="${id}"/>`
  edit.write(workbook.part, insertBefore(text, 'sheets', own))
}
