/** What may come next while a JSON text is read. */
type Due = 'value' | 'value or ]' | 'key' | 'key or }' | ':' | ', or end'

const literals: Readonly<Record<string, string>> = { t: 'true', f: 'false', n: 'null' }

/**
 * Where a text stops being JSON (RFC 8259). `JSON.parse` names a position for some faults only, and none for the most common: a `NaN`, a `None`, a comma too many.
 * @returns the UTF-16 offset of the first character that cannot stand there; the text's length when it ends early; `null` when it is JSON
 */
export function jsonFaultAt(text: string): number | null {
  const open: ('{' | '[')[] = []
  let at = 0
  let due: Due = 'value'
  for (;;) {
    while (at < text.length && ' \t\n\r'.includes(text[at] as string)) at += 1
    if (at >= text.length) return due === ', or end' && open.length === 0 ? null : text.length
    const char = text[at] as string
    if (due === ', or end') {
      const top = open.at(-1)
      if (char === ',' && top !== undefined) due = top === '{' ? 'key' : 'value'
      else if ((char === '}' && top === '{') || (char === ']' && top === '[')) open.pop()
      else return at
      at += 1
    } else if (due === ':') {
      if (char !== ':') return at
      at += 1
      due = 'value'
    } else if ((char === '}' && due === 'key or }') || (char === ']' && due === 'value or ]')) {
      open.pop()
      at += 1
      due = ', or end'
    } else if (due === 'key' || due === 'key or }') {
      if (char !== '"') return at
      const read = stringAt(text, at)
      if (!read.whole) return read.at
      at = read.at
      due = ':'
    } else if (char === '{' || char === '[') {
      open.push(char)
      at += 1
      due = char === '{' ? 'key or }' : 'value or ]'
    } else {
      const read = scalarAt(text, at)
      if (!read.whole) return read.at
      at = read.at
      due = ', or end'
    }
  }
}

/** Line and column of an offset, both from 1. */
export function placeInText(text: string, offset: number): { readonly line: number; readonly column: number } {
  const lines = text.slice(0, offset).split('\n')
  return { line: lines.length, column: (lines.at(-1) ?? '').length + 1 }
}

/** Where reading went to: behind what was read when it is whole, else to its fault. */
interface Read {
  readonly whole: boolean
  readonly at: number
}

function scalarAt(text: string, from: number): Read {
  const char = text[from] as string
  if (char === '"') return stringAt(text, from)
  const literal = literals[char]
  if (literal === undefined) return numberAt(text, from)
  let length = 1
  while (length < literal.length && text[from + length] === literal[length]) length += 1
  return { whole: length === literal.length, at: from + length }
}

function stringAt(text: string, from: number): Read {
  for (let at = from + 1; at < text.length; at += 1) {
    const char = text[at] as string
    if (char === '"') return { whole: true, at: at + 1 }
    if (char < ' ') return { whole: false, at }
    if (char !== '\\') continue
    at += 1
    if (at >= text.length) break
    if (text[at] === 'u') {
      for (let digit = 0; digit < 4; digit += 1) {
        at += 1
        if (at >= text.length) return { whole: false, at: text.length }
        if (!/[0-9a-fA-F]/.test(text[at] as string)) return { whole: false, at }
      }
    } else if (!'"\\/bfnrt'.includes(text[at] as string)) return { whole: false, at }
  }
  return { whole: false, at: text.length }
}

function numberAt(text: string, from: number): Read {
  let at = text[from] === '-' ? from + 1 : from
  const digits = () => {
    const first = at
    while (at < text.length && /\d/.test(text[at] as string)) at += 1
    return at > first
  }
  if (text[at] === '0') at += 1
  else if (!digits()) return { whole: false, at }
  if (text[at] === '.') {
    at += 1
    if (!digits()) return { whole: false, at }
  }
  if (text[at] === 'e' || text[at] === 'E') {
    at += 1
    if (text[at] === '+' || text[at] === '-') at += 1
    if (!digits()) return { whole: false, at }
  }
  return { whole: true, at }
}
