import { localName } from './sax.ts'

/** A stretch of an XML text: a tag, or what stands between tags (comments and the like among it). Joined they are the text again. */
export interface Stretch {
  readonly raw: string
  readonly tag: 'open' | 'close' | 'empty' | null
  /** Local name of a tag, and its prefix with its colon. */
  readonly name: string
  readonly prefix: string
}

/**
 * Cuts XML that is known to be well formed into tags and what stands between them, so that a few tags can be changed and every other byte
 * kept. Feed it pieces; what it cannot finish waits for the next.
 */
export class TagCutter {
  private source = ''
  private at = 0

  feed(piece: string): void {
    this.source = this.source.slice(this.at) + piece
    this.at = 0
  }

  /** The next stretch; null when the next piece is needed. */
  next(): Stretch | null {
    const { source, at } = this
    if (at >= source.length) return null
    const less = source.indexOf('<', at)
    if (less !== at) {
      this.at = less === -1 ? source.length : less
      return { raw: source.slice(at, this.at), tag: null, name: '', prefix: '' }
    }
    const end = endOf(source, at)
    if (end === -1) return null
    this.at = end
    return stretchOf(source.slice(at, end))
  }

  /**
   * Everything up to the end of a closing tag, uncut.
   * @returns what there is of it, and whether its end was in it
   */
  through(mark: string): { readonly raw: string; readonly found: boolean } {
    const { source, at } = this
    const end = source.indexOf(mark, at)
    // The mark itself may be cut by the end of a piece.
    this.at = end === -1 ? Math.max(at, source.length - mark.length + 1) : end + mark.length
    return { raw: source.slice(at, this.at), found: end !== -1 }
  }

  /** What was never finished: empty for a whole document. */
  rest(): string {
    return this.source.slice(this.at)
  }
}

/** One past the end of what begins with `<`; -1 when it is not there yet. */
function endOf(text: string, at: number): number {
  const after = (mark: string, from: number) => {
    const found = text.indexOf(mark, from)
    return found === -1 ? -1 : found + mark.length
  }
  if (text.length - at < 9 && !text.includes('>', at)) return -1
  if (text.startsWith('<!--', at)) return after('-->', at + 4)
  if (text.startsWith('<![CDATA[', at)) return after(']]>', at + 9)
  if (text.startsWith('<?', at)) return after('?>', at + 2)
  for (let end = at + 1; end < text.length; end += 1) {
    const char = text[end]
    if (char === '>') return end + 1
    if (char === '"' || char === "'") {
      end = text.indexOf(char, end + 1)
      if (end === -1) return -1
    }
  }
  return -1
}

function stretchOf(raw: string): Stretch {
  const second = raw[1]
  if (second === '!' || second === '?') return { raw, tag: null, name: '', prefix: '' }
  const full = /^<\/?([^\s/>]+)/.exec(raw)?.[1] ?? ''
  const name = localName(full)
  const tag = second === '/' ? 'close' : raw.endsWith('/>') ? 'empty' : 'open'
  return { raw, tag, name, prefix: full.slice(0, full.length - name.length) }
}

/** Cuts a text that is in memory. */
export function cutTags(text: string): Stretch[] {
  const cutter = new TagCutter()
  cutter.feed(text)
  const stretches: Stretch[] = []
  for (let stretch = cutter.next(); stretch !== null; stretch = cutter.next()) stretches.push(stretch)
  return stretches
}

/** The value of an attribute as it is written; undefined when the tag has none of that name. */
export function attributeOf(tag: string, name: string): string | undefined {
  return new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`)
    .exec(tag)
    ?.slice(1)
    .find((value) => value !== undefined)
}

/** The tag with an attribute set, or removed when the value is null. */
export function withAttribute(tag: string, name: string, value: string | null): string {
  const without = tag.replace(new RegExp(`\\s${name}\\s*=\\s*(?:"[^"]*"|'[^']*')`), '')
  return value === null ? without : without.replace(/\s*(\/?>)$/, ` ${name}="${value}"$1`)
}
