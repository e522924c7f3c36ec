import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readXml } from '../src/xlsx/sax.ts'
import { attributeIn, scanXml } from '../src/xlsx/scan.ts'
import { cutTags, TagCutter } from '../src/xlsx/tags.ts'
import { xmlText } from '../src/xlsx/xml-text.ts'

type Event = readonly [kind: 'open' | 'text' | 'close', value: string, attribute?: string | undefined]

const nameOf = fc.constantFrom('c', 'row', 'x:v', 't', 'is')
const textOf = fc.string({ unit: fc.constantFrom('a', '中', '&', '<', '>', '"', "'", ' ', '\n', '𠮷', ']'), maxLength: 8 })

interface Element {
  readonly name: string
  readonly attribute: string
  readonly children: readonly (Element | string | { readonly raw: string })[]
}

const { element } = fc.letrec<{ element: Element }>((tie) => ({
  element: fc.record({
    name: nameOf,
    attribute: textOf,
    children: fc.array(
      fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        textOf,
        fc.constantFrom({ raw: '<!-- <c> -->' }, { raw: '<?x <c>?>' }, { raw: '<![CDATA[<c>&amp;]]>' }, { raw: '&#20013;&#x4e2d;' }),
        tie('element'),
      ),
      { maxLength: 4 },
    ),
  }),
}))

function write({ name, attribute, children }: Element): string {
  const inner = children.map((child) => (typeof child === 'string' ? xmlText(child) : 'raw' in child ? child.raw : write(child))).join('')
  const tag = `${name} r="${xmlText(attribute)}"`
  return inner === '' ? `<${tag}/>` : `<${tag}>${inner}</${name}>`
}

const document = element.map((root) => `<?xml version="1.0"?>\n<root xmlns:x="y">${write(root)}</root>`)

/** Events with texts that touch joined. */
function joined(events: Event[]): Event[] {
  const found: Event[] = []
  for (const event of events) {
    const last = found.at(-1)
    if (event[0] === 'text' && last?.[0] === 'text') found[found.length - 1] = ['text', last[1] + event[1]]
    else if (event[0] !== 'text' || event[1] !== '') found.push(event)
  }
  return found
}

function bySax(text: string): Event[] {
  const events: Event[] = []
  readXml('a', text, {
    open: (name, attributes) => events.push(['open', name, attributes['r']]),
    text: (piece) => events.push(['text', piece]),
    close: (name) => events.push(['close', name]),
  })
  // A general parser tells of white space before the root element too.
  return joined(events.slice(events.findIndex(([kind]) => kind === 'open')))
}

function byScan(pieces: readonly string[]): Event[] {
  const events: Event[] = []
  const scanner = scanXml('a', {
    open: (name, attributes) =>
      events.push([
        'open',
        name,
        attributeIn(attributes, 'r')?.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&'),
      ]),
    text: (piece) => events.push(['text', piece]),
    close: (name) => events.push(['close', name]),
  })
  for (const piece of pieces) scanner.write(piece)
  scanner.end()
  return joined(events)
}

/** A text cut at some places. */
const pieces = (text: string, cuts: readonly number[]) => {
  const places = [0, ...cuts.map((cut) => cut % (text.length + 1)).toSorted((a, b) => a - b), text.length]
  return places.slice(1).map((to, at) => text.slice(places[at], to))
}

describe('the reader of large XML', () => {
  it('hears what a general parser hears, however the text is cut', () => {
    fc.assert(
      fc.property(document, fc.array(fc.nat(), { maxLength: 6 }), (text, cuts) => {
        expect(byScan(pieces(text, cuts))).toEqual(bySax(text))
      }),
      { numRuns: 500 },
    )
  })

  it.each(['<a>', '<a></b>', '<a/><b/>', 'x<a/>', '<a>&x;</a>', '<a>& </a>', '<a', '', '<a></a></a>', '< a/>'])('refuses %j', (text) => {
    expect(() => byScan([text])).toThrow(expect.objectContaining({ code: 'file-malformed' }))
  })

  it('refuses every declaration, and nesting or a text without end', () => {
    expect(() => byScan(['<!DOCTYPE a><a/>'])).toThrow(expect.objectContaining({ code: 'xml-dtd-refused' }))
    expect(() => byScan(['<a><!ENTITY x "y"></a>'])).toThrow(expect.objectContaining({ code: 'xml-dtd-refused' }))
    expect(() => byScan(['<a>'.repeat(100)])).toThrow(expect.objectContaining({ code: 'file-malformed' }))
    expect(() => byScan(['<a>', 'x'.repeat(5 * 1024 * 1024)])).toThrow(expect.objectContaining({ code: 'file-malformed' }))
  })
})

describe('the cutter of tags', () => {
  it('gives pieces that joined are the text again, however it arrives', () => {
    fc.assert(
      fc.property(document, fc.array(fc.nat(), { maxLength: 6 }), (text, cuts) => {
        const cutter = new TagCutter()
        let out = ''
        for (const piece of pieces(text, cuts)) {
          cutter.feed(piece)
          for (let stretch = cutter.next(); stretch !== null; stretch = cutter.next()) out += stretch.raw
        }
        expect(out + cutter.rest()).toBe(text)
        expect(
          cutTags(text)
            .filter(({ tag }) => tag === 'open' || tag === 'empty')
            .map(({ name }) => name),
        ).toEqual(bySax(text).flatMap(([kind, value]) => (kind === 'open' ? [value] : [])))
      }),
      { numRuns: 300 },
    )
  })
})
