import { deflateRawSync, crc32 } from 'node:zlib'
import { releases, type Release } from '@huijiao/standard'
import { openTable, type TableOptions } from '../src/index.ts'
import type { TableRecord } from '../src/table.ts'

export const release = releases.get('2018') as Release

/** Opens a file that is in memory and reads all its records. */
export async function read(bytes: Buffer | string, options: Partial<TableOptions> = {}) {
  const source = { bytes: Buffer.from(bytes as string), path: null }
  const table = await openTable(source, { release, ...options })
  const records: TableRecord[] = []
  for await (const record of table.records()) records.push(record)
  return { table, notes: table.notes, records, data: records.map((record) => record.record['data'] as Record<string, unknown>) }
}

const header = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
const rel = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'

export interface HandMade {
  /** Inner XML of `worksheet`, by the name of the sheet. */
  readonly sheets: Readonly<Record<string, string>>
  readonly hidden?: readonly string[]
  readonly sharedStrings?: readonly string[]
  /** Inner XML of `cellXfs`, and of `numFmts`. */
  readonly xfs?: string
  readonly formats?: string
  readonly workbookPr?: string
  readonly type?: string
  readonly more?: Readonly<Record<string, string>>
}

/** A workbook written part by part by hand, as other programs write it: shared strings, prefixes, whatever a test needs. */
export function handMade(made: HandMade): Buffer {
  const names = Object.keys(made.sheets)
  const strings = (made.sharedStrings ?? []).map((text) => `<si><t>${text}</t></si>`).join('')
  return zip({
    '[Content_Types].xml': `${header}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.${made.type ?? 'sheet.main+xml'}"/></Types>`,
    '_rels/.rels': `${header}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="${rel}/officeDocument" Target="/xl/workbook.xml"/></Relationships>`,
    'xl/workbook.xml': `${header}<workbook xmlns="${main}" xmlns:r="${rel}">${made.workbookPr ?? ''}<sheets>${names
      .map(
        (name, at) =>
          `<sheet name="${name}" sheetId="${at + 1}"${made.hidden?.includes(name) === true ? ' state="hidden"' : ''} r:id="rId${at + 1}"/>`,
      )
      .join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `${header}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${names
      .map((_, at) => `<Relationship Id="rId${at + 1}" Type="${rel}/worksheet" Target="worksheets/sheet${at + 1}.xml"/>`)
      .join(
        '',
      )}<Relationship Id="rId98" Type="${rel}/sharedStrings" Target="sharedStrings.xml"/><Relationship Id="rId99" Type="${rel}/styles" Target="styles.xml"/></Relationships>`,
    'xl/sharedStrings.xml': `${header}<sst xmlns="${main}">${strings}</sst>`,
    'xl/styles.xml': `${header}<styleSheet xmlns="${main}"><numFmts>${made.formats ?? ''}</numFmts><fonts count="1"><font/></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders><cellXfs>${made.xfs ?? '<xf numFmtId="0"/>'}</cellXfs></styleSheet>`,
    ...Object.fromEntries(
      names.map((name, at) => [
        `xl/worksheets/sheet${at + 1}.xml`,
        `${header}<worksheet xmlns="${main}" xmlns:r="${rel}">${made.sheets[name]}</worksheet>`,
      ]),
    ),
    ...made.more,
  })
}

/** A sheet's rows of cells given as XML; a string without `<` is an inline text. */
export function sheetData(rows: readonly (readonly string[])[], after = ''): string {
  const xml = rows.map((cells, at) => {
    const row = at + 1
    const elements = cells.map((cell, index) => {
      const place = `${String.fromCharCode(65 + index)}${row}`
      if (cell === '') return ''
      return cell.startsWith('<c') ? cell.replace('<c', `<c r="${place}"`) : `<c r="${place}" t="inlineStr"><is><t>${cell}</t></is></c>`
    })
    return `<row r="${row}">${elements.join('')}</row>`
  })
  return `<sheetData>${xml.join('')}</sheetData>${after}`
}

/** A zip archive by hand, so that a test can lie in it. */
export function zip(parts: Readonly<Record<string, string | Buffer>>, lie: { uncompressedSize?: number } = {}): Buffer {
  const locals: Buffer[] = []
  const central: Buffer[] = []
  let offset = 0
  for (const [name, content] of Object.entries(parts)) {
    const raw = Buffer.from(content as string)
    const packed = deflateRawSync(raw)
    const bytes = Buffer.from(name)
    const fields = Buffer.alloc(26)
    fields.writeUInt16LE(20, 0)
    fields.writeUInt16LE(0x0800, 2)
    fields.writeUInt16LE(8, 4)
    fields.writeUInt32LE(crc32(raw), 10)
    fields.writeUInt32LE(packed.length, 14)
    fields.writeUInt32LE(lie.uncompressedSize ?? raw.length, 18)
    fields.writeUInt16LE(bytes.length, 22)
    const local = Buffer.concat([Buffer.from('504b0304', 'hex'), fields, bytes, packed])
    const tail = Buffer.alloc(14)
    tail.writeUInt32LE(offset, 10)
    central.push(Buffer.concat([Buffer.from('504b0102', 'hex'), Buffer.from([20, 0]), fields, tail, bytes]))
    locals.push(local)
    offset += local.length
  }
  const directory = Buffer.concat(central)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(central.length, 8)
  end.writeUInt16LE(central.length, 10)
  end.writeUInt32LE(directory.length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...locals, directory, end])
}

/** Text in GBK, by Node's own decoder turned round. */
export function gbkOf(text: string): Buffer {
  if (table.size === 0) {
    const decoder = new TextDecoder('gb18030')
    for (let high = 0x81; high <= 0xfe; high += 1)
      for (let low = 0x40; low <= 0xfe; low += 1) if (low !== 0x7f) table.set(decoder.decode(Uint8Array.of(high, low)), [high, low])
  }
  return Buffer.from([...text].flatMap((char) => (char.charCodeAt(0) < 0x80 ? [char.charCodeAt(0)] : (table.get(char) ?? [0x3f]))))
}
const table = new Map<string, [number, number]>()
