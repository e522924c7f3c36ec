import { jsonFaultAt, placeInText, Problem, type Words } from '@huijiao/problem'

/** What may be wrong with a JSON text beyond its grammar. */
export interface JsonFault {
  readonly code: 'json-malformed' | 'json-duplicate-key' | 'json-too-deep' | 'number-unsafe' | 'text-invalid'
  /** JSON Pointer to the place. */
  readonly pointer: string
  readonly detail: Words
}

export type StrictJson = { readonly value: unknown } | { readonly fault: JsonFault }

export const depthMax = 32

/**
 * Parses one JSON text and refuses what two readers could understand differently: a key twice in an object, numbers that a double cannot
 * hold, lone surrogates, NUL, nesting beyond 32 levels. The honest sender pays a pattern and two counts (`plain`); only an odd text is scanned.
 */
export function parseStrictJson(text: string): StrictJson {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    const deep = scan(text)
    if (deep !== null && deep.code === 'json-too-deep') return { fault: deep }
    return { fault: malformed(text) }
  }
  if (plain(text, value)) return { value }
  const fault = scan(text)
  return fault === null ? { value } : { fault }
}

/** Escaped surrogates and NUL. */
const suspicious = /\\u(?:[dD][89a-fA-F]|0000)/
/** White space between a key and its colon. */
const apart = /"\s+:/

/** A number that two readers may understand differently: beyond what a double holds. */
const unsafe = (number: number): boolean => !Number.isFinite(number) || (Number.isInteger(number) && !Number.isSafeInteger(number))

/**
 * True when nothing can be wrong with a text that `JSON.parse` took. Where no white space stands before a colon, every key is one `":`; a string may hold more of
 * them, behind a backslash, but never hide one. So when there are as many as the value has keys, no key stood twice.
 */
function plain(text: string, value: unknown): boolean {
  if (apart.test(text) || (text.includes('\\') && suspicious.test(text))) return false
  const keys = countKeys(value, depthMax)
  if (keys < 0) return false
  let colons = 0
  for (let at = text.indexOf('":'); at !== -1; at = text.indexOf('":', at + 2)) colons += 1
  return colons === keys
}

/** Keys of all objects in a value; negative when it is nested deeper than `depth` levels, or holds a number that is not safe. */
function countKeys(value: unknown, depth: number): number {
  if (typeof value === 'number') return unsafe(value) ? Number.NEGATIVE_INFINITY : 0
  if (typeof value !== 'object' || value === null) return 0
  if (depth === 0) return Number.NEGATIVE_INFINITY
  let count = 0
  if (Array.isArray(value)) {
    for (const item of value) if (typeof item !== 'string') count += countKeys(item, depth - 1)
    return count
  }
  for (const key of Object.keys(value)) {
    count += 1
    const member = (value as Record<string, unknown>)[key]
    if (typeof member !== 'string') count += countKeys(member, depth - 1)
  }
  return count
}

function malformed(text: string): JsonFault {
  const at = jsonFaultAt(text) ?? text.length
  const { line, column } = placeInText(text, at)
  return {
    code: 'json-malformed',
    pointer: '',
    detail: {
      zh: at >= text.length ? `JSON 在第 ${line} 行第 ${column} 列提前结束` : `第 ${line} 行第 ${column} 列不是合法的 JSON`,
      en: at >= text.length ? `The JSON ends early at line ${line}, column ${column}` : `Not JSON at line ${line}, column ${column}`,
    },
  }
}

interface Frame {
  readonly keys: Set<string> | null
  index: number
  key: string
}

/** One pass over a text that `JSON.parse` took (or that is too deep for us to care whether it would). */
function scan(text: string): JsonFault | null {
  const frames: Frame[] = []
  let at = 0
  let expectKey = false
  const pointer = () =>
    frames.map((frame) => `/${frame.keys === null ? frame.index : frame.key.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
  while (at < text.length) {
    const char = text[at] as string
    if (char === '"') {
      const end = stringEnd(text, at)
      const raw = text.slice(at, end)
      const top = frames.at(-1)
      if (expectKey && top?.keys) {
        let key: string
        try {
          key = JSON.parse(raw) as string
        } catch {
          return null
        }
        top.key = key
        if (top.keys.has(key)) {
          return {
            code: 'json-duplicate-key',
            pointer: pointer(),
            detail: { zh: `键“${cut(key)}”出现了两次`, en: `The key "${cut(key)}" occurs twice` },
          }
        }
        top.keys.add(key)
        expectKey = false
      }
      const bad = badString(raw)
      if (bad !== null) return { code: 'text-invalid', pointer: pointer(), detail: bad }
      at = end
      continue
    }
    if (char === '{' || char === '[') {
      if (frames.length >= depthMax) {
        return {
          code: 'json-too-deep',
          pointer: '',
          detail: { zh: `嵌套超过 ${depthMax} 层`, en: `Nested deeper than ${depthMax} levels` },
        }
      }
      frames.push({ keys: char === '{' ? new Set() : null, index: 0, key: '' })
      expectKey = char === '{'
    } else if (char === '}' || char === ']') {
      frames.pop()
      expectKey = false
    } else if (char === ',') {
      const top = frames.at(-1)
      if (top !== undefined) {
        if (top.keys === null) top.index += 1
        else expectKey = true
      }
    } else if (char === '-' || (char >= '0' && char <= '9')) {
      let end = at + 1
      while (end < text.length && /[0-9eE+.-]/.test(text[end] as string)) end += 1
      const raw = text.slice(at, end)
      const number = Number(raw)
      if (!Number.isFinite(number) || (Number.isInteger(number) && !Number.isSafeInteger(number))) {
        return {
          code: 'number-unsafe',
          pointer: pointer(),
          detail: {
            zh: `数字 ${cut(raw)} 超出可精确表示的范围（±2^53），请改用字符串`,
            en: `The number ${cut(raw)} is beyond ±2^53; send it as a string`,
          },
        }
      }
      at = end
      continue
    }
    at += 1
  }
  return null
}

function stringEnd(text: string, start: number): number {
  let at = start + 1
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1
  return Math.min(at + 1, text.length)
}

function badString(raw: string): Words | null {
  if (!suspicious.test(raw)) return null
  let value: string
  try {
    value = JSON.parse(raw) as string
  } catch {
    return null
  }
  if (value.includes('\0')) return { zh: '文本中有 NUL 字符（U+0000）', en: 'The text has a NUL character (U+0000)' }
  if (!value.isWellFormed()) return { zh: '文本中有不成对的代理字符', en: 'The text has a lone surrogate' }
  return null
}

const cut = (text: string) => (text.length > 60 ? `${text.slice(0, 60)}…` : text)

/** The same, for a document whose faults end the whole request. */
export function parseStrictDocument(text: string): unknown {
  const parsed = parseStrictJson(text)
  if ('value' in parsed) return parsed.value
  const { code, pointer, detail } = parsed.fault
  const whole = code === 'number-unsafe' || code === 'text-invalid' ? 'json-malformed' : code
  throw new Problem(whole, detail, { pointer })
}
