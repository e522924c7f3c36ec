import { letterOf } from '../columns.ts'
import { type CellNote, commentsPart, commentsType, declaration, drawingPart, mainNamespace, relationshipNamespace } from './comments.ts'
import { cellText, textElement, xmlText } from './xml-text.ts'
import { packParts, type PartToWrite } from './zip.ts'

/** How a cell looks. Two equal looks are one style. */
export interface CellLook {
  readonly bold?: boolean
  readonly italic?: boolean
  readonly wrap?: boolean
  /** ARGB. */
  readonly fill?: string
  readonly colour?: string
  /** Number format: `@` is text, which Excel leaves as it is typed. */
  readonly format?: '@' | 'yyyy-mm-dd' | 'yyyy-mm-dd hh:mm:ss'
  readonly border?: boolean
}

export interface CellToWrite {
  /** `error`: one of Excel's error values, such as `#N/A`. */
  readonly value: string | number | null | { readonly error: string }
  readonly look?: CellLook
  /** A style by its number, in a workbook that has its own styles. */
  readonly style?: number
}

/** A list of what a column may hold: the cells of another sheet's column. */
export interface Choice {
  /** 0-based column, and the rows (1-based) it is for. */
  readonly column: number
  readonly fromRow: number
  readonly toRow: number
  /** Such as `'字典'!$A$2:$A$9`. */
  readonly source: string
  /** Refuse another value, or only ask. */
  readonly strict: boolean
  readonly title: string
  readonly message: string
}

export interface SheetToWrite {
  readonly name: string
  readonly hidden?: boolean
  readonly rows: readonly (readonly (CellToWrite | string | null)[])[]
  /** Widths in characters, and the look of cells that are not there yet. */
  readonly columns?: readonly { readonly width: number; readonly look?: CellLook }[]
  /** Rows that stay in view. */
  readonly frozenRows?: number
  readonly choices?: readonly Choice[]
  /** Ranges of cells that are one, such as `B5:B6`. */
  readonly merged?: readonly string[]
  readonly notes?: readonly CellNote[]
}

/**
 * Writes a workbook. The same content always makes the same bytes. Texts are texts: nothing that is written here is a formula.
 * @param compress false: the bytes do not depend on how this build of Node packs, so that they can be compared with committed ones
 */
export async function writeWorkbook(sheets: readonly SheetToWrite[], title: string, compress = true): Promise<Buffer> {
  const looks = new Looks()
  const written = sheets.map((sheet, at) => sheetPart(sheet, at === 0, looks))
  const noted = sheets.map((sheet) => (sheet.notes?.length ?? 0) > 0)
  const parts: PartToWrite[] = [
    { name: '[Content_Types].xml', content: contentTypes(sheets.length, noted) },
    {
      name: '_rels/.rels',
      content: relationships([
        ['officeDocument', 'xl/workbook.xml'],
        [coreType, 'docProps/core.xml'],
      ]),
    },
    { name: 'docProps/core.xml', content: coreProperties(title) },
    { name: 'xl/workbook.xml', content: workbookPart(sheets) },
    {
      name: 'xl/_rels/workbook.xml.rels',
      content: relationships([...sheets.map((_, at) => ['worksheet', `worksheets/sheet${at + 1}.xml`] as const), ['styles', 'styles.xml']]),
    },
    ...written.map((content, at) => ({ name: `xl/worksheets/sheet${at + 1}.xml`, content })),
    { name: 'xl/styles.xml', content: looks.part() },
    ...sheets.flatMap((sheet, at) => (noted[at] ? noteParts(sheet.notes as readonly CellNote[], at + 1) : [])),
  ]
  return await packParts(parts, compress)
}

function noteParts(notes: readonly CellNote[], number: number): PartToWrite[] {
  return [
    { name: `xl/comments${number}.xml`, content: commentsPart(notes) },
    { name: `xl/drawings/vmlDrawing${number}.vml`, content: drawingPart(notes, number) },
    {
      name: `xl/worksheets/_rels/sheet${number}.xml.rels`,
      content: relationships([
        ['vmlDrawing', `../drawings/vmlDrawing${number}.vml`],
        ['comments', `../comments${number}.xml`],
      ]),
    },
  ]
}

const coreType = 'http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties'

export function relationships(list: readonly (readonly [type: string, target: string])[]): string {
  const items = list.map(([type, target], at) => {
    const full = type.startsWith('http') ? type : `${relationshipNamespace}/${type}`
    return `<Relationship Id="rId${at + 1}" Type="${full}" Target="${xmlText(target)}"/>`
  })
  return `${declaration}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${items.join('')}</Relationships>`
}

function contentTypes(count: number, noted: readonly boolean[]): string {
  const main = 'application/vnd.openxmlformats-officedocument.spreadsheetml'
  const overrides: [string, string][] = [
    ['/xl/workbook.xml', `${main}.sheet.main+xml`],
    ...Array.from({ length: count }, (_, at): [string, string] => [`/xl/worksheets/sheet${at + 1}.xml`, `${main}.worksheet+xml`]),
    ['/xl/styles.xml', `${main}.styles+xml`],
    ...noted.flatMap((one, at): [string, string][] => (one ? [[`/xl/comments${at + 1}.xml`, commentsType]] : [])),
    ['/docProps/core.xml', 'application/vnd.openxmlformats-package.core-properties+xml'],
  ]
  return `${declaration}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Default Extension="vml" ContentType="application/vnd.openxmlformats-officedocument.vmlDrawing"/>${overrides.map(([name, type]) => `<Override PartName="${name}" ContentType="${type}"/>`).join('')}</Types>`
}

function coreProperties(title: string): string {
  return `${declaration}<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>${xmlText(title)}</dc:title><dc:creator>汇交 Huijiao</dc:creator></cp:coreProperties>`
}

function workbookPart(sheets: readonly SheetToWrite[]): string {
  const list = sheets.map(
    (sheet, at) =>
      `<sheet name="${xmlText(sheet.name)}" sheetId="${at + 1}"${sheet.hidden === true ? ' state="hidden"' : ''} r:id="rId${at + 1}"/>`,
  )
  return `${declaration}<workbook xmlns="${mainNamespace}" xmlns:r="${relationshipNamespace}"><bookViews><workbookView activeTab="0"/></bookViews><sheets>${list.join('')}</sheets></workbook>`
}

/** Elements in the order that the schema of a worksheet demands (CT_Worksheet); Excel refuses another. */
function sheetPart(sheet: SheetToWrite, active: boolean, looks: Looks): string {
  const frozen = sheet.frozenRows ?? 0
  const pane =
    frozen === 0
      ? ''
      : `<pane ySplit="${frozen}" topLeftCell="A${frozen + 1}" activePane="bottomLeft" state="frozen"/><selection pane="bottomLeft" activeCell="A${frozen + 1}" sqref="A${frozen + 1}"/>`
  const cols = (sheet.columns ?? []).map(
    ({ width, look }, at) =>
      `<col min="${at + 1}" max="${at + 1}" width="${width}"${look === undefined ? '' : ` style="${looks.numberOf(look)}"`} customWidth="1"/>`,
  )
  const rows = sheet.rows.map((cells, at) => rowElement(cells, at + 1, looks))
  return [
    `${declaration}<worksheet xmlns="${mainNamespace}" xmlns:r="${relationshipNamespace}">`,
    `<sheetViews><sheetView${active ? ' tabSelected="1"' : ''} workbookViewId="0">${pane}</sheetView></sheetViews>`,
    '<sheetFormatPr defaultRowHeight="15"/>',
    cols.length === 0 ? '' : `<cols>${cols.join('')}</cols>`,
    `<sheetData>${rows.join('')}</sheetData>`,
    mergedElement(sheet.merged ?? []),
    choicesElement(sheet.choices ?? []),
    (sheet.notes?.length ?? 0) > 0 ? '<legacyDrawing r:id="rId1"/>' : '',
    '</worksheet>',
  ].join('')
}

function rowElement(cells: SheetToWrite['rows'][number], number: number, looks: Looks): string {
  const elements = cells.map((cell, at) => {
    if (cell === null) return ''
    const { value, look, style }: CellToWrite = typeof cell === 'string' ? { value: cell } : cell
    const styled = style ?? (look === undefined ? 0 : looks.numberOf(look))
    const start = `<c r="${letterOf(at)}${number}"${styled === 0 ? '' : ` s="${styled}"`}`
    if (value === null) return styled === 0 ? '' : `${start}/>`
    if (typeof value === 'object') return `${start} t="e"><v>${xmlText(value.error)}</v></c>`
    return typeof value === 'number' ? `${start}><v>${value}</v></c>` : `${start} t="inlineStr"><is>${textElement(value)}</is></c>`
  })
  return `<row r="${number}">${elements.join('')}</row>`
}

/** A sheet for a workbook that has its own styles: its cells name styles by number. */
export const plainSheetPart = (sheet: SheetToWrite): string => sheetPart(sheet, false, new Looks())

function mergedElement(merged: readonly string[]): string {
  if (merged.length === 0) return ''
  return `<mergeCells count="${merged.length}">${merged.map((range) => `<mergeCell ref="${range}"/>`).join('')}</mergeCells>`
}

function choicesElement(choices: readonly Choice[]): string {
  if (choices.length === 0) return ''
  const list = choices.map((choice) => {
    const letter = letterOf(choice.column)
    return `<dataValidation type="list" errorStyle="${choice.strict ? 'stop' : 'warning'}" allowBlank="1" showInputMessage="1" showErrorMessage="1" errorTitle="${cut(choice.title, 30)}" error="${cut(choice.message, 220)}" sqref="${letter}${choice.fromRow}:${letter}${choice.toRow}"><formula1>${xmlText(choice.source)}</formula1></dataValidation>`
  })
  return `<dataValidations count="${list.length}">${list.join('')}</dataValidations>`
}

/** Excel refuses longer titles (32) and messages (225 with room for escapes). */
const cut = (text: string, most: number) => cellText([...text].slice(0, most).join(''))

/** The styles that the cells of a workbook use. */
class Looks {
  private readonly numbers = new Map<string, number>()
  private readonly looks: CellLook[] = []

  constructor() {
    this.numberOf({})
  }

  numberOf(look: CellLook): number {
    const key = JSON.stringify(Object.entries(look).toSorted(([a], [b]) => (a < b ? -1 : 1)))
    const known = this.numbers.get(key)
    if (known !== undefined) return known
    this.numbers.set(key, this.looks.length)
    this.looks.push(look)
    return this.looks.length - 1
  }

  part(): string {
    const fonts = this.looks.map(
      ({ bold, italic, colour }) =>
        `<font>${bold === true ? '<b/>' : ''}${italic === true ? '<i/>' : ''}<sz val="11"/>${colour === undefined ? '' : `<color rgb="${colour}"/>`}<name val="Microsoft YaHei"/><family val="2"/></font>`,
    )
    const fills = this.looks.map(({ fill }) =>
      fill === undefined
        ? '<fill><patternFill patternType="none"/></fill>'
        : `<fill><patternFill patternType="solid"><fgColor rgb="${fill}"/><bgColor indexed="64"/></patternFill></fill>`,
    )
    const side = (name: string) => `<${name} style="thin"><color rgb="FFBFBFBF"/></${name}>`
    const borders = [
      '<border><left/><right/><top/><bottom/><diagonal/></border>',
      `<border>${['left', 'right', 'top', 'bottom'].map(side).join('')}<diagonal/></border>`,
    ]
    const xfs = this.looks.map(({ format, wrap, border }, at) => {
      const alignment = `<alignment vertical="top"${wrap === true ? ' wrapText="1"' : ''}/>`
      return `<xf numFmtId="${format === undefined ? 0 : formatIds[format]}" fontId="${at}" fillId="${at + 2}" borderId="${border === true ? 1 : 0}" xfId="0" applyNumberFormat="1" applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1">${alignment}</xf>`
    })
    // The first two fills are Excel's own, whatever stands there.
    const own = '<fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    return [
      `${declaration}<styleSheet xmlns="${mainNamespace}">`,
      '<numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/><numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/></numFmts>',
      `<fonts count="${fonts.length}">${fonts.join('')}</fonts>`,
      `<fills count="${fills.length + 2}">${own}${fills.join('')}</fills>`,
      `<borders count="2">${borders.join('')}</borders>`,
      '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>',
      `<cellXfs count="${xfs.length}">${xfs.join('')}</cellXfs>`,
      '<cellStyles count="1"><cellStyle name="常规" xfId="0" builtinId="0"/></cellStyles>',
      '</styleSheet>',
    ].join('')
  }
}

const formatIds = { '@': 49, 'yyyy-mm-dd': 164, 'yyyy-mm-dd hh:mm:ss': 165 } as const
