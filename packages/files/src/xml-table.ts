import { setImmediate } from 'node:timers/promises'
import { Problem } from '@huijiao/problem'
import type { Entity, Release } from '@huijiao/standard'
import type { CellContent } from './cell.ts'
import { type Column, readColumns } from './columns.ts'
import { decodeStream, encodingNamed } from './encoding.ts'
import { entityNamed } from './entities.ts'
import { headerNotes } from './header.ts'
import { recordOfRow, type RowContext } from './rows.ts'
import { type FileSource, headOf, sizeOf, slabsOf } from './source.ts'
import type { FileNotes, Table } from './table.ts'
import { xmlParser } from './xlsx/sax.ts'

export interface XmlOptions {
  readonly release: Release
  readonly entity?: Entity
  readonly charset?: string
  /** How values are written: as they are, or base64 of text in GBK or UTF-8 (some systems of counties send every value so). */
  readonly values?: 'plain' | 'base64-gbk' | 'base64-utf8'
  readonly name?: string
}

/** An XML document is read to its end before its first record comes, so it has a bound. Bytes. */
export const xmlBytesMax = 256 * 1024 ** 2

/** A row of an XML document: the texts of its fields, and the names of what stands around it, innermost last. */
interface XmlRow {
  readonly fields: readonly (readonly [name: string, text: string])[]
  readonly around: readonly string[]
}

/**
 * Opens an XML document of rows: an element that holds fields (elements with text) and nothing else is a row; attributes of an element
 * without children are fields too. The entity is the name of the row's element, or of one around it, or what the sender says.
 * @throws Problem xml-dtd-refused, file-malformed, file-text-encoding, file-entity-unclear, file-columns-invalid
 */
export async function openXml(source: FileSource, options: XmlOptions): Promise<Table> {
  const size = await sizeOf(source)
  if (size > xmlBytesMax)
    throw new Problem('body-too-large', { zh: `XML 最大 ${xmlBytesMax} 字节`, en: `XML takes at most ${xmlBytesMax} bytes` })
  const encoding = await encodingOf(source, options.charset)
  const seen = new Map<string, { entity: Entity; names: Map<string, number> }>()
  let unclear: string | null = null
  for await (const row of readXmlRows(source, encoding)) {
    const entity = entityOfRow(row, options)
    if (entity === null) {
      unclear ??= row.around.at(-1) ?? ''
      continue
    }
    const known = seen.get(entity.code) ?? { entity, names: new Map<string, number>() }
    seen.set(entity.code, known)
    for (const [name] of row.fields) if (!known.names.has(name) && known.names.size < 1000) known.names.set(name, known.names.size)
  }
  if (unclear !== null) throw unclearRow(unclear)
  const contexts = new Map([...seen].map(([code, { entity, names }]) => [code, contextOf(options.release, entity, names)]))
  const notes: FileNotes = {
    kind: 'xml',
    ...(options.name === undefined ? {} : { name: options.name }),
    encoding: encoding === 'gb18030' ? 'GB18030' : 'UTF-8',
    sheets: [...contexts.values()].map(({ entity, columns }) => {
      const { headerRows: _none, ...own } = headerNotes(entity, { rows: [1], columns })
      const { unknownColumns, ...others } = own
      return unknownColumns === undefined
        ? others
        : { ...others, unknownColumns: unknownColumns.map(({ column, near }) => ({ column, near })) }
    }),
  }
  return {
    notes,
    columnsOf: () => [],
    async *records(from = { byte: 0, record: 0 }) {
      let index = 0
      let number = 0
      for await (const row of readXmlRows(source, encoding)) {
        number += 1
        const entity = entityOfRow(row, options)
        const context = entity === null ? undefined : contexts.get(entity.code)
        if (context === undefined) continue
        const cells = cellsOf(row, context.columns, options.values ?? 'plain')
        if (cells === 'encoding' ? false : cells.size === 0) continue
        if (index >= from.record) {
          const one = cells === 'encoding' ? { number, cells: new Map(), fault: cells } : { number, cells }
          yield { index, ...recordOfRow(context, one), bytes: null }
        }
        index += 1
      }
    },
  }
}

function contextOf(release: Release, entity: Entity, names: ReadonlyMap<string, number>): RowContext {
  const columns = readColumns(entity, [[...names.keys()]], { zh: `${entity.code}：`, en: `${entity.code}: ` })
  return { release, entity, columns }
}

function cellsOf(
  row: XmlRow,
  columns: readonly Column[],
  values: NonNullable<XmlOptions['values']>,
): Map<number, CellContent> | 'encoding' {
  const cells = new Map<number, CellContent>()
  for (const [name, text] of row.fields) {
    if (text === '') continue
    const index = columns.find((column) => column.header === name.slice(0, 100))?.index
    if (index === undefined) continue
    const plain = values === 'plain' ? text : decodeValue(text, values)
    if (plain === null) return 'encoding'
    if (plain !== '') cells.set(index, { kind: 'text', text: plain })
  }
  return cells
}

/** Null when it is not base64 of such text. */
function decodeValue(text: string, values: 'base64-gbk' | 'base64-utf8'): string | null {
  const packed = text.replaceAll(/\s+/g, '')
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(packed) || packed.length % 4 === 1) return null
  try {
    return new TextDecoder(values === 'base64-gbk' ? 'gb18030' : 'utf-8', { fatal: true }).decode(Buffer.from(packed, 'base64'))
  } catch {
    return null
  }
}

function entityOfRow(row: XmlRow, { release, entity }: XmlOptions): Entity | null {
  for (const name of row.around.toReversed()) {
    const named = entityNamed(release, name)
    if (named !== null) return named
  }
  return entity ?? null
}

const unclearRow = (element: string) =>
  new Problem('file-entity-unclear', {
    zh: `行元素 <${element.slice(0, 60)}> 及其外层都不是数据表的代码或中文名`,
    en: `Neither the row's element <${element.slice(0, 60)}> nor one around it is named after an entity`,
  })

/** The encoding of an XML document: what the sender said, its mark, its declaration, else UTF-8. */
async function encodingOf(source: FileSource, said: string | undefined): Promise<'utf-8' | 'gb18030'> {
  if (said !== undefined) return encodingNamed(said)
  const head = await headOf(source, 200)
  if ((head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff)) return encodingNamed('utf-16')
  const declared = /^(?:\xef\xbb\xbf)?\s*<\?xml[^>]*\bencoding\s*=\s*["']([\w.-]+)["']/.exec(head.toString('latin1'))?.[1]
  return declared === undefined ? 'utf-8' : encodingNamed(declared)
}

interface Open {
  readonly name: string
  readonly attributes: readonly (readonly [string, string])[]
  readonly fields: [string, string][]
  text: string
  children: number
  /** A child of it has children: it is around rows, not a row. */
  outer: boolean
}

/** A value takes at most this many characters. */
const valueCharsMax = 1024 ** 2

async function* readXmlRows(source: FileSource, encoding: 'utf-8' | 'gb18030'): AsyncGenerator<XmlRow> {
  const stack: Open[] = []
  let rows: XmlRow[] = []
  const parser = xmlParser('XML ', {
    open(name, attributes) {
      const parent = stack.at(-1)
      if (parent !== undefined) {
        parent.children += 1
        const above = stack.at(-2)
        if (above !== undefined) above.outer = true
      }
      const own = Object.entries(attributes).filter(([key]) => !key.startsWith('xmlns') && !key.includes(':'))
      stack.push({ name, attributes: own, fields: [], text: '', children: 0, outer: false })
    },
    text(text) {
      const top = stack.at(-1)
      if (top === undefined || top.children > 0) return
      top.text += text
      if (top.text.length > valueCharsMax)
        throw new Problem('file-malformed', { zh: `<${top.name}> 的值超过 1 MiB`, en: `The value of <${top.name}> has more than 1 MiB` })
    },
    close() {
      const done = stack.pop() as Open
      const parent = stack.at(-1)
      const around = [...stack.map(({ name }) => name), done.name]
      if (done.children === 0 && done.attributes.length >= 2 && done.text.trim() === '') {
        rows.push({ fields: done.attributes, around })
        if (parent !== undefined) parent.outer = true
      } else if (done.children === 0) parent?.fields.push([done.name, done.text.trim()])
      else if (!done.outer) rows.push({ fields: done.fields, around })
    },
  })
  for await (const text of decodeStream(slabsOf(source), encoding)) {
    parser.write(text)
    if (rows.length > 0) {
      yield* rows
      rows = []
    }
    await setImmediate()
  }
  parser.end()
  yield* rows
}
