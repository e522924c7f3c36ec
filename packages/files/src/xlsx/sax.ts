import sax, { type SAXParser, type Tag } from 'sax'
import { Problem } from '@huijiao/problem'

/** What a reader wants to hear of a document. Names are local: without their prefix. */
export interface XmlHandler {
  open?(name: string, attributes: Readonly<Record<string, string>>): void
  text?(text: string): void
  close?(name: string): void
}

const depthMax = 64

/** `strictEntities`: the five entities of XML and no others. The library's type does not name it. */
const options: sax.SAXOptions & { strictEntities: true } = { strictEntities: true, position: true }

/** A parser that takes well-formed XML without a DTD; anything else is a problem at once, thrown by `write`. */
export interface XmlParser {
  write(text: string): void
  /** @throws Problem file-malformed when the document is not at its end */
  end(): void
}

/**
 * XML as it is read here: no DTD, so no entity but the five of XML itself, so nothing that could grow or reach out.
 * @param what words for the document, such as the part's name
 */
export function xmlParser(what: string, handler: XmlHandler): XmlParser {
  const parser: SAXParser = sax.parser(true, options)
  let depth = 0
  let roots = 0
  const fail = (zh: string, en: string, cause?: unknown): never => {
    throw new Problem(
      'file-malformed',
      { zh: `${what}第 ${parser.line + 1} 行：${zh}`, en: `${what.trim()} line ${parser.line + 1}: ${en}` },
      { cause },
    )
  }
  Object.assign(parser, {
    onerror: (error: Error) => fail('不是合格的 XML', 'not well-formed XML', error),
    ondoctype() {
      throw new Problem('xml-dtd-refused', {
        zh: `${what}第 ${parser.line + 1} 行有 <!DOCTYPE>`,
        en: `${what.trim()} has a <!DOCTYPE> in line ${parser.line + 1}`,
      })
    },
    onopentag(tag: Tag) {
      depth += 1
      if (depth === 1) roots += 1
      if (depth > depthMax) fail(`嵌套超过 ${depthMax} 层`, `nested deeper than ${depthMax} levels`)
      handler.open?.(localName(tag.name), tag.attributes)
    },
    onclosetag(name: string) {
      depth -= 1
      handler.close?.(localName(name))
    },
    ontext: (text: string) => handler.text?.(text),
    oncdata: (text: string) => handler.text?.(text),
  })
  return {
    write: (text) => void parser.write(text),
    end: () => {
      parser.close()
      if (depth !== 0 || roots !== 1) fail('文档不完整', 'the document ends early')
    },
  }
}

export function localName(name: string): string {
  const colon = name.indexOf(':')
  return colon === -1 ? name : name.slice(colon + 1)
}

/** Reads a document that is in memory. */
export function readXml(what: string, text: string, handler: XmlHandler): void {
  const parser = xmlParser(what, handler)
  parser.write(text)
  parser.end()
}
