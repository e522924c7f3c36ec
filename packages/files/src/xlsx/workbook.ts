import { posix } from 'node:path'
import { unsupported } from '../kinds.ts'
import { asMalformed, malformed, openPackage, type Package } from './package.ts'
import { readXml } from './sax.ts'
import { scanXml } from './scan.ts'

export interface SheetRef {
  readonly name: string
  /** Name of the part. */
  readonly part: string
  readonly hidden: boolean
}

/** How a cell's style shows a number. */
export interface NumberStyle {
  readonly format: 'plain' | 'date' | 'time' | 'date-time'
  /** Zeros in front, as the format `000000` shows them. */
  readonly pad: number
}

/** An opened workbook: what all its sheets share. */
export interface Workbook {
  readonly package: Package
  /** Name of the workbook's own part. */
  readonly part: string
  readonly sheets: readonly SheetRef[]
  readonly since1904: boolean
  readonly sharedStrings: readonly string[]
  /** By a cell's style number. */
  readonly styles: readonly NumberStyle[]
}

export interface Relationship {
  readonly id: string
  readonly type: string
  readonly target: string
  readonly external: boolean
}

/**
 * Opens an .xlsx workbook.
 * @throws Problem workbook-too-large, file-malformed, file-kind-unsupported, xml-dtd-refused
 */
export async function openWorkbook(bytes: Buffer): Promise<Workbook> {
  const pack = await openPackage(bytes)
  const root = await relationshipsOf(pack, '')
  const main = root.find(({ type }) => type.endsWith('/officeDocument'))
  if (main === undefined || !pack.has(main.target)) throw malformed('没有工作簿部件', 'There is no workbook part')
  await checkContentType(pack, main.target)
  const relationships = await relationshipsOf(pack, main.target)
  const head = await readWorkbookPart(pack, main.target, relationships)
  const target = (kind: string) => relationships.find(({ type, external }) => !external && type.endsWith(`/${kind}`))?.target
  const strings = target('sharedStrings')
  const styles = target('styles')
  return {
    package: pack,
    part: main.target,
    ...head,
    sharedStrings: strings === undefined || !pack.has(strings) ? [] : await readSharedStrings(pack, strings),
    styles: styles === undefined || !pack.has(styles) ? [] : readStyles(styles, await pack.text(styles)),
  }
}

async function checkContentType(pack: Package, part: string): Promise<void> {
  let type = ''
  readXml('[Content_Types].xml', await pack.text('[Content_Types].xml'), {
    open: (name, attributes) => {
      if (name === 'Override' && attributes['PartName'] === `/${part}`) type = attributes['ContentType'] ?? ''
    },
  })
  if (/spreadsheetml\.(sheet|template)\.main\+xml$/.test(type)) return
  if (type.includes('macroEnabled')) throw unsupported('带宏的工作簿（.xlsm）', 'a workbook with macros (.xlsm)')
  if (type.includes('sheet.binary') || part.endsWith('.bin')) throw unsupported('二进制工作簿（.xlsb）', 'a binary workbook (.xlsb)')
  if (type.includes('wordprocessingml')) throw unsupported('Word 文档', 'a Word document')
  if (type.includes('presentationml')) throw unsupported('演示文稿', 'a presentation')
  if (type !== '') throw unsupported(`另一种 Office 文件（${type.slice(0, 80)}）`, `another Office file (${type.slice(0, 80)})`)
}

/** Relationships of a part (of the package, for the empty name), with targets as part names. */
export async function relationshipsOf(pack: Package, part: string): Promise<Relationship[]> {
  const name = relationshipsPart(part)
  if (!pack.has(name)) return []
  const found: Relationship[] = []
  readXml(name, await pack.text(name), {
    open: (element, { Id, Type, Target, TargetMode }) => {
      if (element !== 'Relationship') return
      const external = TargetMode === 'External'
      found.push({ id: Id ?? '', type: Type ?? '', target: external ? (Target ?? '') : targetPart(part, Target ?? ''), external })
    },
  })
  return found
}

/** The part that holds a part's relationships. */
export const relationshipsPart = (part: string) => posix.join(posix.dirname(part), '_rels', `${posix.basename(part)}.rels`)

function targetPart(part: string, target: string): string {
  return target.startsWith('/') ? target.slice(1) : posix.normalize(posix.join(posix.dirname(part), target))
}

async function readWorkbookPart(pack: Package, part: string, relationships: readonly Relationship[]) {
  const sheets: SheetRef[] = []
  let since1904 = false
  readXml(part, await pack.text(part), {
    open: (name, attributes) => {
      if (name === 'workbookPr') since1904 = isTrue(attributes['date1904'])
      if (name !== 'sheet') return
      const id = Object.entries(attributes).find(([key]) => /(^|:)id$/.test(key) && key !== 'id')?.[1]
      const target = relationships.find((one) => one.id === id)
      // Chart sheets and dialogs are sheets too; they have no rows.
      if (target === undefined || !target.type.endsWith('/worksheet') || !pack.has(target.target)) return
      sheets.push({ name: attributes['name'] ?? '', part: target.target, hidden: (attributes['state'] ?? 'visible') !== 'visible' })
    },
  })
  return { sheets, since1904 }
}

export const isTrue = (text: string | undefined) => text === '1' || text === 'true'

/** Shared texts in memory take at most this many characters. */
const sharedCharsMax = 128 * 1024 ** 2

async function readSharedStrings(pack: Package, part: string): Promise<string[]> {
  const strings: string[] = []
  let text = ''
  let inText = false
  let phonetic = 0
  let chars = 0
  const parser = scanXml(part, {
    open: (name) => {
      if (name === 'si') text = ''
      else if (name === 't') inText = phonetic === 0
      else if (name === 'rPh') phonetic += 1
    },
    text: (piece) => {
      if (inText) text += piece
    },
    close: (name) => {
      if (name === 't') inText = false
      else if (name === 'rPh') phonetic -= 1
      else if (name === 'si') {
        strings.push(unescapeText(text))
        chars += text.length
        if (chars > sharedCharsMax) throw malformed('共享文本过多', 'There are too many shared texts')
      }
    },
  })
  await pump(pack, part, parser)
  return strings
}

/** Runs a part through a parser, slab by slab. @throws Problem */
export async function pump(
  pack: Package,
  part: string,
  parser: { write(text: string): void; end(): void },
  each?: () => Promise<void>,
): Promise<void> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  try {
    for await (const chunk of await pack.stream(part)) {
      parser.write(decoder.decode(chunk as Buffer, { stream: true }))
      await each?.()
    }
    parser.write(decoder.decode())
    parser.end()
  } catch (error) {
    throw asMalformed(error)
  }
}

/** `_x000D_` stands for a character that XML cannot hold. @see ECMA-376 Part 1, 22.9.2.19 (ST_Xstring) */
export function unescapeText(text: string): string {
  if (!text.includes('_x')) return text
  return text.replaceAll(/_x([0-9A-Fa-f]{4})_/g, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
}

function readStyles(part: string, text: string): NumberStyle[] {
  const formats = new Map<number, string>()
  const styles: NumberStyle[] = []
  let inCells = false
  readXml(part, text, {
    open: (name, attributes) => {
      if (name === 'numFmt') formats.set(Number(attributes['numFmtId']), attributes['formatCode'] ?? '')
      else if (name === 'cellXfs') inCells = true
      else if (name === 'xf' && inCells) styles.push(numberStyle(Number(attributes['numFmtId'] ?? 0), formats))
    },
    close: (name) => {
      if (name === 'cellXfs') inCells = false
    },
  })
  return styles
}

/** Built-in formats that show days and times; 27 to 36 and 50 to 58 are those of Chinese Excel. @see ECMA-376 Part 1, 18.8.30 */
function numberStyle(id: number, formats: ReadonlyMap<number, string>): NumberStyle {
  const own = formats.get(id)
  if (own !== undefined) return styleOfCode(own)
  if (id === 22) return { format: 'date-time', pad: 0 }
  if ((id >= 14 && id <= 17) || (id >= 27 && id <= 31) || id === 36 || (id >= 50 && id <= 54) || id === 57 || id === 58)
    return { format: 'date', pad: 0 }
  if ((id >= 18 && id <= 21) || (id >= 32 && id <= 35) || (id >= 45 && id <= 47) || id === 55 || id === 56)
    return { format: 'time', pad: 0 }
  return plainStyle
}

const plainStyle: NumberStyle = { format: 'plain', pad: 0 }

function styleOfCode(code: string): NumberStyle {
  const bare = (code.split(';')[0] ?? '').replaceAll(/"[^"]*"|\\.|\[[^\]]*\]|_.|\*./g, '')
  if (/^0{2,}$/.test(bare)) return { format: 'plain', pad: bare.length }
  const [day, time] = [/[yd]/i.test(bare), /[hs]/i.test(bare)]
  if (day && time) return { format: 'date-time', pad: 0 }
  if (day || (/m/i.test(bare) && !time && !/[0#?]/.test(bare))) return { format: 'date', pad: 0 }
  return time ? { format: 'time', pad: 0 } : plainStyle
}
