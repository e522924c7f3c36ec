import { indexOfLetter } from '../columns.ts'
import { textElement, xmlText } from './xml-text.ts'

/** A note on a cell. */
export interface CellNote {
  /** Such as `B17`. */
  readonly cell: string
  readonly text: string
}

/** Who writes the notes of this room; by it they are told from the sender's own. */
export const noteAuthor = '汇交 Huijiao'

export const declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
export const mainNamespace = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
export const relationshipNamespace = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
export const commentsType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml'

/** Row (1-based) and column (0-based) of a cell's name. */
export function cellPosition(cell: string): { row: number; column: number } {
  const match = /^([A-Z]+)(\d+)$/.exec(cell)
  if (match === null) throw new RangeError(`${cell} is no cell`)
  return { row: Number(match[2]), column: indexOfLetter(match[1] as string) }
}

export const commentElement = (note: CellNote, author: number) =>
  `<comment ref="${note.cell}" authorId="${author}" shapeId="0"><text><r><rPr><sz val="9"/><color indexed="81"/><rFont val="Microsoft YaHei"/><family val="2"/></rPr>${textElement(note.text)}</r></text></comment>`

/** The part that holds the texts of a sheet's notes. */
export function commentsPart(notes: readonly CellNote[]): string {
  const list = notes.map((note) => commentElement(note, 0)).join('')
  return `${declaration}<comments xmlns="${mainNamespace}"><authors><author>${xmlText(noteAuthor)}</author></authors><commentList>${list}</commentList></comments>`
}

/** The drawing that holds the boxes of a sheet's notes: Excel shows no note without one. */
export function drawingPart(notes: readonly CellNote[], idmap: number): string {
  const shapes = notes.map((note, at) => noteShape(note, idmap * 1024 + 1 + at)).join('')
  return `<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="${idmap}"/></o:shapelayout>${shapeType}${shapes}</xml>`
}

const shapeType =
  '<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'

/** A hidden box beside its cell, as high as its text needs. */
export function noteShape(note: CellNote, id: number): string {
  const { row, column } = cellPosition(note.cell)
  const lines = note.text.split('\n').reduce((sum, line) => sum + Math.max(1, Math.ceil(widthOf(line) / 46)), 0)
  const rows = Math.min(30, Math.max(4, lines + 1))
  const top = Math.max(0, row - 2)
  const anchor = [column + 1, 15, top, 2, column + 5, 15, top + rows, 4].join(', ')
  return `<v:shape id="_x0000_s${id}" type="#_x0000_t202" style="position:absolute;margin-left:59.25pt;margin-top:1.5pt;width:260pt;height:${rows * 14}pt;z-index:1;visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/><v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox><x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>${anchor}</x:Anchor><x:AutoFill>False</x:AutoFill><x:Row>${row - 1}</x:Row><x:Column>${column}</x:Column></x:ClientData></v:shape>`
}

/** Width of a line in half-width characters. */
function widthOf(line: string): number {
  let width = 0
  for (const char of line) width += char.charCodeAt(0) > 0x2e7f ? 2 : 1
  return width
}
