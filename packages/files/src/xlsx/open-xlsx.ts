import { Problem } from '@huijiao/problem'
import type { Entity, Release } from '@huijiao/standard'
import type { CellRow } from '../cell.ts'
import type { Column } from '../columns.ts'
import { entityNamed } from '../entities.ts'
import { findHeader, type Header, headerNotes } from '../header.ts'
import { isBlank, recordOfRow, type RowContext } from '../rows.ts'
import { type FileSource, sizeOf, wholeOf } from '../source.ts'
import type { FileNotes, SheetNotes, Table } from '../table.ts'
import { ownSheets } from './own-sheets.ts'
import { workbookLimits } from './package.ts'
import { type MergedRange, readSheetFacts, readSheetRows } from './sheet.ts'
import { openWorkbook, type SheetRef, type Workbook } from './workbook.ts'

export interface XlsxOptions {
  readonly release: Release
  /** The entity of the only sheet with rows, or of the sheet that is named. */
  readonly entity?: Entity
  /** Reads this sheet alone, hidden or not. */
  readonly sheet?: string
  readonly name?: string
  readonly says?: (name: 'entity' | 'sheet') => string
}

interface OpenSheet {
  readonly ref: SheetRef
  readonly context: RowContext
  readonly header: Header
  readonly merged: readonly MergedRange[]
  readonly notes: SheetNotes
}

const headerRowsMax = 20

/**
 * Opens a workbook. Every sheet that is read is read to its end once before the first record comes, so that a damaged workbook is refused
 * before anything is stored, and the notes are the same however often it is opened.
 * @throws Problem
 */
export async function openXlsx(source: FileSource, options: XlsxOptions): Promise<Table> {
  const size = await sizeOf(source)
  if (size > workbookLimits.fileBytesMax) throw tooLarge(size)
  const workbook = await openWorkbook(await wholeOf(source))
  const { chosen, passedOver } = chooseSheets(workbook, options)
  const sheets: OpenSheet[] = []
  for (const { ref, entity } of chosen) sheets.push(await openSheet(workbook, ref, entity, options.release))
  const notes: FileNotes = {
    kind: 'xlsx',
    ...(options.name === undefined ? {} : { name: options.name }),
    sheets: sheets.map((sheet) => sheet.notes),
    ...(passedOver.length === 0 ? {} : { sheetsPassedOver: passedOver }),
  }
  return {
    notes,
    columnsOf: (sheet) => sheets.find(({ ref }) => ref.name === sheet)?.header.columns ?? [],
    async *records(from = { byte: 0, record: 0 }) {
      let index = 0
      for (const sheet of sheets) {
        for await (const row of dataRows(workbook, sheet.ref, sheet.header, sheet.merged)) {
          if (isBlank(sheet.context, row)) continue
          if (index >= from.record) yield { index, ...recordOfRow(sheet.context, row), bytes: null }
          index += 1
        }
      }
    },
  }
}

async function* dataRows(workbook: Workbook, ref: SheetRef, header: Header, merged: readonly MergedRange[]): AsyncGenerator<CellRow> {
  const after = header.rows.at(-1) as number
  for await (const row of readSheetRows(workbook, ref, merged)) if (row.number > after) yield row
}

type PassedOver = NonNullable<FileNotes['sheetsPassedOver']>

function chooseSheets(
  workbook: Workbook,
  { release, entity, sheet, says }: XlsxOptions,
): { chosen: { ref: SheetRef; entity: Entity }[]; passedOver: PassedOver } {
  if (sheet !== undefined) {
    const ref = workbook.sheets.find(({ name }) => name === sheet)
    if (ref === undefined)
      throw unclear(
        `没有工作表“${sheet.slice(0, 60)}”；有：${namesOf(workbook)}`,
        `There is no sheet "${sheet.slice(0, 60)}"; there are: ${namesOf(workbook)}`,
      )
    const named = entity ?? entityNamed(release, ref.name)
    if (named === null || named === undefined) throw unclearSheet(ref.name)
    return { chosen: [{ ref, entity: named }], passedOver: [] }
  }
  const chosen: { ref: SheetRef; entity: Entity }[] = []
  const others: SheetRef[] = []
  const passedOver: { sheet: string; why: { zh: string; en: string } }[] = []
  for (const ref of workbook.sheets) {
    if (ownSheets.has(ref.name)) continue
    const named = entityNamed(release, ref.name)
    if (ref.hidden) passedOver.push({ sheet: ref.name, why: { zh: '工作表被隐藏', en: 'the sheet is hidden' } })
    else if (named === null) others.push(ref)
    else chosen.push({ ref, entity: named })
  }
  // The entity that the sender names belongs to the only sheet that does not say it itself.
  if (entity !== undefined && !chosen.some((one) => one.entity.code === entity.code)) {
    const [only] = others
    if (others.length !== 1 || only === undefined)
      throw unclear(
        `${entity.code} 是哪张工作表？有：${namesOf(workbook)}；请以数据表代码或中文名命名工作表，或用 ${says?.('sheet') ?? 'sheet 参数'} 指明`,
        `Which sheet is ${entity.code}? There are: ${namesOf(workbook)}; name the sheet by the entity's code or Chinese name, or name it by ${says?.('sheet') ?? 'the parameter sheet'}`,
      )
    chosen.push({ ref: only, entity })
    others.length = 0
  }
  if (chosen.length === 0) throw unclearSheet(others.map(({ name }) => name).join('、'))
  for (const { name } of others)
    passedOver.push({
      sheet: name,
      why: { zh: '名称不是数据表的代码或中文名', en: 'its name is neither the code nor the Chinese name of an entity' },
    })
  return { chosen, passedOver }
}

const namesOf = (workbook: Workbook) =>
  workbook.sheets
    .map(({ name }) => name.slice(0, 40))
    .slice(0, 20)
    .join('、')

const unclear = (zh: string, en: string) => new Problem('file-entity-unclear', { zh, en })

const unclearSheet = (names: string) =>
  unclear(
    `工作表“${names.slice(0, 200)}”的名称不是数据表的代码或中文名`,
    `The sheet "${names.slice(0, 200)}" has neither the code nor the Chinese name of an entity`,
  )

async function openSheet(workbook: Workbook, ref: SheetRef, entity: Entity, release: Release): Promise<OpenSheet> {
  const first: CellRow[] = []
  let begun: { header: Header; context: RowContext; counter: RowCounter } | null = null
  const begin = () => {
    const where = { zh: `工作表“${ref.name}”：`, en: `sheet "${ref.name}": ` }
    const rows = first.map((row) => ({ number: row.number, cells: textsOf(row) }))
    const header = findHeader(entity, rows, where)
    const context: RowContext = { release, entity, columns: header.columns, sheet: ref.name }
    const counter = new RowCounter(header, context)
    for (const row of first) counter.take(row)
    return { header, context, counter }
  }
  // One pass: the header is found as soon as enough rows are there, and every row is counted as it goes by.
  const facts = await readSheetFacts(workbook, ref, (row) => {
    if (begun !== null) return begun.counter.take(row)
    first.push(row)
    if (first.length === headerRowsMax) begun = begin()
  })
  const { header, context, counter } = begun ?? begin()
  const notes: SheetNotes = {
    ...headerNotes(entity, header, ref.name),
    ...(facts.merged.length === 0 ? {} : { mergedCells: facts.merged.length }),
    ...(facts.formulas === 0 ? {} : { formulas: facts.formulas }),
    ...counter.notes(),
  }
  return { ref, context, header, merged: facts.merged, notes }
}

function textsOf(row: CellRow): string[] {
  const texts: string[] = []
  for (const [index, content] of row.cells) texts[index] = content.kind === 'text' || content.kind === 'number' ? content.text : ''
  return Array.from(texts, (text) => text ?? '')
}

/** What only a pass over the rows under the header can tell. */
class RowCounter {
  private readonly after: number
  private readonly context: RowContext
  private readonly things: readonly Column[]
  private numbersAsText = 0
  private readonly rowsPassedOver: number[] = []

  constructor(header: Header, context: RowContext) {
    this.after = header.rows.at(-1) as number
    this.context = context
    this.things = context.columns.filter(
      ({ target }) => target !== null && 'field' in target && ['text', 'code', 'region'].includes(target.field.kind),
    )
  }

  take(row: CellRow): void {
    if (row.number <= this.after) return
    if (isBlank(this.context, row)) {
      if (this.rowsPassedOver.length < 20) this.rowsPassedOver.push(row.number)
      return
    }
    for (const { index } of this.things) if (row.cells.get(index)?.kind === 'number') this.numbersAsText += 1
  }

  notes(): Pick<SheetNotes, 'numbersAsText' | 'rowsPassedOver'> {
    const { numbersAsText, rowsPassedOver } = this
    return { ...(numbersAsText === 0 ? {} : { numbersAsText }), ...(rowsPassedOver.length === 0 ? {} : { rowsPassedOver }) }
  }
}

function tooLarge(size: number): Problem {
  return new Problem('workbook-too-large', {
    zh: `工作簿 ${size} 字节，上限为 ${workbookLimits.fileBytesMax} 字节（20 MiB）`,
    en: `The workbook has ${size} bytes; the limit is ${workbookLimits.fileBytesMax} bytes (20 MiB)`,
  })
}
