import { Problem } from '@huijiao/problem'
import { detectEncoding } from './encoding.ts'
import { type FileSource, sizeOf, slabsOf, wholeOf } from './source.ts'
import { openArchive, workbookLimits } from './xlsx/package.ts'

/** What of a document can be read as text here. */
export type DocumentText =
  | {
      readonly readable: true
      /** The text in pieces; a number is never cut between two of them. */
      readonly pieces: AsyncIterable<string>
      /** Parts of it that hold no text that is read here, such as pictures. */
      readonly unread: number
    }
  | { readonly readable: false; readonly why: 'kind' | 'too-large' | 'broken' }

const textKinds = new Set(['text/plain', 'text/csv', 'application/json', 'application/xml', 'text/xml'])
const packageKinds = new Set([
  'application/ofd',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
])
/**
 * The text of a document, as far as it is text: plain texts, and the XML parts of Word, Excel and OFD packages with their marks taken away. A word that
 * an editor has cut into several runs is whole again; cells and paragraphs stay apart. Scans and PDF are not read.
 * @param mediaType as it was told from the content
 */
export async function documentText(source: FileSource, mediaType: string): Promise<DocumentText> {
  try {
    if (textKinds.has(mediaType)) return { readable: true, pieces: wholeNumbers(await plainText(source)), unread: 0 }
    if (!packageKinds.has(mediaType)) return { readable: false, why: 'kind' }
    if ((await sizeOf(source)) > workbookLimits.fileBytesMax) return { readable: false, why: 'too-large' }
    const archive = await openArchive(await wholeOf(source))
    const parts = archive.names.filter((name) => /\.(xml|rels)$/i.test(name))
    const texts = parts.filter(
      (name) => name.endsWith('.xml') && !/(^|\/)(theme|styles|settings|fontTable|webSettings)[^/]*\.xml$/i.test(name),
    )
    const pieces = async function* () {
      for (const name of texts) {
        yield* withoutMarks(decoded(await archive.stream(name)))
        yield '\n'
      }
    }
    return { readable: true, pieces: wholeNumbers(pieces()), unread: archive.names.length - parts.length }
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    return { readable: false, why: error.code === 'workbook-too-large' ? 'too-large' : 'broken' }
  }
}

async function plainText(source: FileSource): Promise<AsyncIterable<string>> {
  const { name } = await detectEncoding(source)
  const pieces = async function* () {
    const decoder = new TextDecoder(name)
    for await (const slab of slabsOf(source)) yield decoder.decode(slab, { stream: true })
    yield decoder.decode()
  }
  return pieces()
}

async function* decoded(bytes: AsyncIterable<unknown>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8')
  for await (const chunk of bytes) yield decoder.decode(chunk as Buffer, { stream: true })
  yield decoder.decode()
}

/** Ends of elements between which words do not run on: paragraphs, cells, items of shared texts, objects of text (ECMA-376, GB/T 33190). */
const ends = /^\/(?:[\w-]+:)?(?:p|tc|tr|c|si|is|row|TextObject|Page|comment)\s*$/
const breaks = /^(?:[\w-]+:)?(?:br|tab|cr)\b[^<>]*\/\s*$/
const references: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

/** The character data of XML; every other mark counts for nothing, so that a word in two runs is one word. */
async function* withoutMarks(xml: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = ''
  for await (const piece of xml) {
    const text = rest + piece
    // A mark or a reference that is not whole yet waits for the next piece.
    const open = Math.max(text.lastIndexOf('<'), text.lastIndexOf('&'))
    const whole = open !== -1 && !/[>;]/.test(text.slice(open)) ? open : text.length
    rest = text.slice(whole)
    yield plain(text.slice(0, whole))
  }
  yield plain(rest)
}

const plain = (xml: string): string =>
  xml
    .replace(/<([^<>]*)>/g, (_mark, inner: string) => (ends.test(inner) || breaks.test(inner) ? '\n' : ''))
    .replace(/&(#x[0-9a-f]+|#\d+|\w+);/gi, (whole, name: string) => {
      if (!name.startsWith('#')) return references[name] ?? whole
      const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1))
      return code <= 0x10_ff_ff ? String.fromCodePoint(code) : whole
    })

/** A number at the end of a piece goes with the next one. */
async function* wholeNumbers(pieces: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = ''
  for await (const piece of pieces) {
    const text = rest + piece
    rest = /[\dXx]{1,200}$/.exec(text)?.[0] ?? ''
    if (text.length > rest.length) yield text.slice(0, text.length - rest.length)
  }
  if (rest !== '') yield rest
}
