import { Problem } from '@huijiao/problem'

/**
 * What a reader of a large part wants to hear. `attributes` is the rest of the tag as it is written, to be asked by `attributeIn`: most tags of
 * a sheet are never asked.
 */
export interface ScanHandler {
  open(name: string, attributes: string): void
  text?(text: string): void
  close?(name: string): void
}

const depthMax = 64
const [slash, bang, question, quote, apostrophe] = ['/', '!', '?', '"', "'"].map((char) => char.charCodeAt(0)) as [
  number,
  number,
  number,
  number,
  number,
]

/**
 * Reads XML of sheets and shared texts, which are large and written by machines, about ten times as fast as a general parser: a workbook of 20 MiB
 * holds a million cells. As strict as it needs to be: elements nest, entities are the five of XML, a DTD is refused. Names come without their
 * prefix.
 * @param what words for the document, such as the part's name
 */
export function scanXml(what: string, handler: ScanHandler): { write(text: string): void; end(): void } {
  let rest = ''
  const stack: string[] = []
  let roots = 0
  const fail = (zh: string, en: string): never => {
    throw new Problem('file-malformed', { zh: `${what}：${zh}`, en: `${what}: ${en}` })
  }
  const text = (piece: string) => {
    if (stack.length === 0) {
      if (/[^\s\ufeff]/.test(piece)) fail('根元素之外有文字', 'there is text outside the root element')
      return
    }
    handler.text?.(piece.includes('&') ? withoutEntities(piece, fail) : piece)
  }
  const openTag = (source: string, from: number, to: number) => {
    const empty = source.charCodeAt(to - 1) === slash
    let end = from
    while (end < to && source.charCodeAt(end) > 32 && source.charCodeAt(end) !== slash) end += 1
    const name = source.slice(from, end)
    if (name === '') fail('标签没有名称', 'a tag has no name')
    if (stack.length === 0) roots += 1
    if (stack.length >= depthMax) fail(`嵌套超过 ${depthMax} 层`, `nested deeper than ${depthMax} levels`)
    const local = withoutPrefix(name)
    handler.open(local, source.slice(end, empty ? to - 1 : to))
    if (empty) handler.close?.(local)
    else stack.push(name)
  }
  return {
    write(piece) {
      const source = rest === '' ? piece : rest + piece
      let at = 0
      for (;;) {
        const less = source.indexOf('<', at)
        if (less === -1) break
        if (less > at) text(source.slice(at, less))
        at = less
        const next = source.charCodeAt(less + 1)
        const end = next === bang || next === question ? endOfOther(source, less, what, text) : endOfTag(source, less)
        if (end === -1) break
        if (next === slash) {
          const name = source.slice(less + 2, end - 1).trimEnd()
          if (stack.pop() !== name) fail(`</${name.slice(0, 40)}> 没有对应的开始`, `</${name.slice(0, 40)}> closes nothing that is open`)
          handler.close?.(withoutPrefix(name))
        } else if (next !== bang && next !== question) openTag(source, less + 1, end - 1)
        at = end
      }
      rest = source.slice(at)
      // A text that is not at its end yet waits whole, up to what a cell could ever hold.
      if (rest.length > pieceCharsMax) fail('一个标签或文字过长', 'a tag or a text is too long')
    },
    end() {
      if (rest !== '') {
        if (rest.startsWith('<')) fail('文档不完整', 'the document ends early')
        text(rest)
      }
      if (stack.length > 0 || roots !== 1) fail('文档不完整', 'the document ends early')
    },
  }
}

const pieceCharsMax = 4 * 1024 ** 2

/** One past the `>` of a tag, which may stand in its quotes as well; -1 when it is not there yet. */
function endOfTag(source: string, from: number): number {
  for (let at = from + 1; at < source.length; at += 1) {
    const char = source.charCodeAt(at)
    if (char === 62) return at + 1
    if (char === quote || char === apostrophe) {
      at = source.indexOf(char === quote ? '"' : "'", at + 1)
      if (at === -1) return -1
    }
  }
  return -1
}

/** One past a comment, an instruction or CDATA. @throws Problem xml-dtd-refused */
function endOfOther(source: string, from: number, what: string, text: (piece: string) => void): number {
  const after = (mark: string, start: number) => {
    const found = source.indexOf(mark, start)
    return found === -1 ? -1 : found + mark.length
  }
  if (source.charCodeAt(from + 1) === question) return after('?>', from + 2)
  if (source.length - from < 9) return -1
  if (source.startsWith('<!--', from)) return after('-->', from + 4)
  if (source.startsWith('<![CDATA[', from)) {
    const end = after(']]>', from + 9)
    if (end !== -1) text(source.slice(from + 9, end - 3).replaceAll('&', '&amp;'))
    return end
  }
  throw new Problem('xml-dtd-refused', { zh: `${what}中有 <!DOCTYPE> 一类的声明`, en: `${what} has a declaration such as <!DOCTYPE>` })
}

const withoutPrefix = (name: string): string => {
  const colon = name.indexOf(':')
  return colon === -1 ? name : name.slice(colon + 1)
}

const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

function withoutEntities(text: string, fail: (zh: string, en: string) => never): string {
  return text.replaceAll(/&([^;&]{0,10});?/g, (all: string, name: string) => {
    const numeric = /^#(?:x([0-9a-fA-F]{1,6})|(\d{1,7}))$/.exec(name)
    const code = numeric === null ? Number.NaN : Number.parseInt(numeric[1] ?? (numeric[2] as string), numeric[1] === undefined ? 10 : 16)
    const char = code <= 0x10ffff ? String.fromCodePoint(code) : named[name]
    if (char === undefined || !all.endsWith(';')) fail(`没有实体 ${all.slice(0, 12)}`, `there is no entity ${all.slice(0, 12)}`)
    return char as string
  })
}

/** The value of an attribute in the rest of a tag; undefined when it has none of that name. Prefixed names are other names. */
export function attributeIn(attributes: string, name: string): string | undefined {
  const start = attributes.indexOf(` ${name}="`)
  if (start !== -1) {
    const from = start + name.length + 3
    return attributes.slice(from, attributes.indexOf('"', from))
  }
  if (!attributes.includes(name)) return undefined
  return new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`)
    .exec(attributes)
    ?.slice(1)
    .find((value) => value !== undefined)
}
