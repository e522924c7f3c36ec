import { cellPosition, type CellNote, commentElement, commentsPart, drawingPart, mainNamespace, noteShape } from './comments.ts'
import { noteStart } from '../problem-words.ts'
import { readXml } from './sax.ts'
import { attributeOf, cutTags } from './tags.ts'
import { textElement, xmlText } from './xml-text.ts'

/** Who writes the notes about problems; the next round takes them out again. */
export const problemAuthor = '汇交 问题 Huijiao problems'

/** Begins what is added to a note of somebody else. */
const addedMark = '—— 汇交 Huijiao ——'

export interface NoteParts {
  readonly comments: string
  readonly drawing: string
}

/**
 * Adds notes to those a sheet has, and takes out what an earlier round of this room added.
 * @param existing the sheet's comments and their drawing; null when it has none
 * @param number of the sheet, for the ids of shapes
 */
export function addNotes(existing: NoteParts | null, notes: readonly CellNote[], number: number): NoteParts {
  if (existing === null)
    return {
      comments: commentsPart(notes).replace(/<author>[^<]*<\/author>/, `<author>${xmlText(problemAuthor)}</author>`),
      drawing: drawingPart(notes, number),
    }
  const authors = authorsOf(existing.comments)
  const ours = authors.indexOf(problemAuthor)
  const byCell = new Map(notes.map((note) => [note.cell, note]))
  const kept: string[] = []
  const removed: string[] = []
  const keptCells = new Set<string>()
  for (const comment of commentsOf(existing.comments)) {
    if (Number(comment.author) === ours || isOurs(comment.raw)) {
      removed.push(comment.cell)
      continue
    }
    const note = byCell.get(comment.cell)
    kept.push(withAdded(comment.raw, note))
    keptCells.add(comment.cell)
  }
  const fresh = notes.filter((note) => !keptCells.has(note.cell))
  const author = ours === -1 ? authors.length : ours
  return {
    comments: writeComments(existing.comments, ours === -1, [
      ...kept,
      ...fresh.map((note) => inNamespace(existing.comments, commentElement(note, author))),
    ]),
    drawing: writeDrawing(existing.drawing, removed, fresh, number),
  }
}

/** Our elements have no prefix: where the part gives its namespace one, they name the namespace themselves. */
const inNamespace = (part: string, element: string) =>
  /<comments[\s>]/.test(part) ? element : element.replace('<comment ', `<comment xmlns="${mainNamespace}" `)

function authorsOf(text: string): string[] {
  const authors: string[] = []
  let current: string | null = null
  readXml('comments', text, {
    open: (name) => {
      if (name === 'author') current = ''
    },
    text: (piece) => {
      if (current !== null) current += piece
    },
    close: (name) => {
      if (name === 'author') {
        authors.push(current ?? '')
        current = null
      }
    },
  })
  return authors
}

function commentsOf(text: string): { raw: string; cell: string; author: string }[] {
  const found: { raw: string; cell: string; author: string }[] = []
  let current: string | null = null
  for (const { raw, tag, name } of cutTags(text)) {
    if (name === 'comment' && tag === 'open') current = ''
    if (current === null) continue
    current += raw
    if (name !== 'comment' || tag !== 'close') continue
    const head = current.slice(0, current.indexOf('>') + 1)
    found.push({ raw: current, cell: attributeOf(head, 'ref') ?? '', author: attributeOf(head, 'authorId') ?? '' })
    current = null
  }
  return found
}

/** Some programs lose the authors of notes when they save; a note of ours is known by how it begins too. */
const isOurs = (raw: string) => noteStart.test([...raw.matchAll(/<(?:\w+:)?t(?:\s[^>]*)?>([^<]*)</g)].map((match) => match[1]).join(''))

/** Somebody's note, without what an earlier round added to it, and with what this one has to say. */
function withAdded(raw: string, note: CellNote | undefined): string {
  // Cut inside the text: a program may have joined our run with the one before it.
  const cut = raw.includes(addedMark) ? raw.replaceAll(/(<((?:\w+:)?)t(?:\s[^>]*)?>)([^<]*)(<\/\2t>)/g, withoutAdded) : raw
  const bare = cut.replaceAll(/<((?:\w+:)?)r>(?:<\1rPr>(?:(?!<\/\1rPr>)[\s\S])*<\/\1rPr>)?<\1t(?:\s[^>]*)?><\/\1t><\/\1r>/g, '')
  if (note === undefined) return bare
  const close = /<\/((?:\w+:)?)text>/.exec(bare)
  if (close === null) return bare
  const prefix = close[1] ?? ''
  const run = `<${prefix}r>${textElement(`\n${addedMark}\n${note.text}`, prefix)}</${prefix}r>`
  return bare.slice(0, close.index) + run + bare.slice(close.index)
}

function withoutAdded(all: string, open: string, _prefix: string, text: string, close: string): string {
  const at = text.indexOf(addedMark)
  return at === -1 ? all : open + text.slice(0, at).trimEnd() + close
}

function writeComments(existing: string, addAuthor: boolean, list: readonly string[]): string {
  let out = ''
  let skipping = false
  for (const { raw, tag, name, prefix } of cutTags(existing)) {
    if (name === 'commentList' && tag === 'open') {
      skipping = true
      out += raw + list.join('')
    } else if (name === 'commentList' && tag === 'close') {
      skipping = false
      out += raw
    } else if (name === 'commentList' && tag === 'empty') out += `<${prefix}commentList>${list.join('')}</${prefix}commentList>`
    else if (name === 'authors' && tag === 'close' && addAuthor) out += `<${prefix}author>${xmlText(problemAuthor)}</${prefix}author>${raw}`
    else if (!skipping) out += raw
  }
  return out
}

function writeDrawing(existing: string, removed: readonly string[], fresh: readonly CellNote[], number: number): string {
  const gone = new Set(removed.map((cell) => placeKey(cell)))
  const shapes = /<v:shape\b(?:(?!<\/v:shape>)[\s\S])*<\/v:shape>/g
  const bare = existing.replaceAll(shapes, (shape) => (gone.has(shapeKey(shape)) ? '' : shape))
  const ids = [...bare.matchAll(/_x0000_s(\d{1,9})"/g)].map((match) => Number(match[1]))
  const first = Math.max(number * 1024, ...ids) + 1
  const end = bare.lastIndexOf('</xml>')
  if (end === -1) return drawingPart(fresh, number)
  return bare.slice(0, end) + fresh.map((note, at) => noteShape(note, first + at)).join('') + bare.slice(end)
}

function placeKey(cell: string): string {
  const { row, column } = cellPosition(cell)
  return `${row - 1} ${column}`
}

function shapeKey(shape: string): string {
  const part = (name: string) => new RegExp(`<x:${name}>\\s*(\\d+)\\s*</x:${name}>`).exec(shape)?.[1] ?? ''
  return `${part('Row')} ${part('Column')}`
}
