/**
 * Text that was written in one encoding and read in another, told and undone without any library: the tables come from `TextDecoder`, which
 * Node and browsers have.
 */

const utf8 = new TextEncoder()
const strict = (label: string) => new TextDecoder(label, { fatal: true, ignoreBOM: true })

interface Tables {
  /** UTF-16 unit → its two GBK bytes as one number; 0: none. */
  readonly gbk: Uint16Array
  /** Unit → 1 when its GBK bytes look like the beginning of a character of UTF-8. */
  readonly lead: Uint8Array
  /** Unit → its byte in windows-1252; 0: none. */
  readonly latin: Uint8Array
}

let known: Tables | null = null

/** Made at first need: 24,000 pairs decoded in one go, about 5 ms. */
function tables(): Tables {
  if (known !== null) return known
  const gbk = new Uint16Array(65_536)
  const lead = new Uint8Array(65_536)
  const bytes: number[] = []
  const pairs: number[] = []
  for (let first = 0x81; first <= 0xfe; first++) {
    for (let second = 0x40; second <= 0xfe; second++) {
      if (second === 0x7f) continue
      // A line break keeps an unassigned pair from running into the next one.
      bytes.push(first, second, 10)
      pairs.push((first << 8) | second)
    }
  }
  const decoded = new TextDecoder('gbk').decode(Uint8Array.from(bytes)).split('\n')
  for (let i = 0; i < pairs.length; i++) {
    const character = decoded[i]!
    if (character.length !== 1 || character === '\ufffd') continue
    const code = character.charCodeAt(0)
    const pair = pairs[i]!
    gbk[code] = pair
    if (pair >> 8 >= 0xe2 && pair >> 8 <= 0xef && (pair & 0xff) >= 0x80 && (pair & 0xff) <= 0xbf) lead[code] = 1
  }
  const latin = new Uint8Array(65_536)
  const western = new TextDecoder('windows-1252').decode(Uint8Array.from({ length: 128 }, (_, i) => i + 128))
  for (let byte = 128; byte < 256; byte++) {
    latin[byte] = byte
    latin[western.charCodeAt(byte - 128)] = byte
  }
  known = { gbk, lead, latin }
  return known
}

const euro = 0x20ac

/** How far to look for the first character beyond ASCII; numbers of houses and phases stand before it. */
const lookMax = 8

/** Whether the first character beyond ASCII may be one of a wrong encoding: cheap, and right for nearly every sound text. */
export function maybeGarbled(text: string): boolean {
  const end = Math.min(text.length, lookMax)
  for (let i = 0; i < end; i++) {
    const code = text.charCodeAt(i)
    if (code < 128) continue
    return code < 0x800 || tables().lead[code] === 1
  }
  return false
}

/** UTF-16 unit → 1 when it may be the first character of a text in UTF-8 that was read as GBK. */
export function garbledLead(): Uint8Array {
  return tables().lead
}

/**
 * Bytes of a text in GBK; null when it has a character that GBK has not.
 * @param euroByte `€` stands for the single byte 80, as decoders read it where no pair can begin; else for its own pair
 */
export function gbkBytes(text: string, euroByte = false): Uint8Array | null {
  const { gbk } = tables()
  const bytes: number[] = []
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code < 128) bytes.push(code)
    else if (code === euro && euroByte) bytes.push(0x80)
    else if (gbk[code] === 0) return null
    else bytes.push(gbk[code]! >> 8, gbk[code]! & 0xff)
  }
  return Uint8Array.from(bytes)
}

function latinBytes(text: string): Uint8Array | null {
  const { latin } = tables()
  const bytes: number[] = []
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code < 128) bytes.push(code)
    else if (latin[code] === 0) return null
    else bytes.push(latin[code]!)
  }
  return Uint8Array.from(bytes)
}

function decode(label: string, bytes: Uint8Array | null): string | null {
  if (bytes === null) return null
  try {
    return strict(label).decode(bytes)
  } catch {
    return null
  }
}

/** Chinese as people write it: at least two characters, all beyond ASCII of the common set (GB 2312) or its punctuation. */
function readsAsChinese(text: string | null): text is string {
  if (text === null) return false
  let characters = 0
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code < 128) {
      if (code < 32) return false
      continue
    }
    const pair = tables().gbk[code]!
    if (code === euro || pair >> 8 < 0xa1 || pair >> 8 > 0xf7 || (pair & 0xff) < 0xa1) return false
    if (code >= 0x4e00 && code <= 0x9fff) characters++
  }
  return characters >= 2
}

/**
 * The text as it was meant, when it was written in one encoding and read in another and nothing was lost on the way: UTF-8 read as GBK, as
 * windows-1252 or Latin-1, or GBK read as UTF-8, as windows-1252 or Latin-1. Writing the result again and reading it wrongly gives the text
 * that came, so nothing is guessed.
 * @returns null when the text is sound, or has lost bytes
 */
export function ungarbled(text: string): string | null {
  const candidates = [
    () => decode('utf-8', gbkBytes(text)),
    () => (text.includes('€') ? decode('utf-8', gbkBytes(text, true)) : null),
    () => decode('utf-8', latinBytes(text)),
    () => (onlyNarrow(text) ? decode('gbk', utf8.encode(text)) : null),
    () => decode('gbk', latinBytes(text)),
  ]
  for (const candidate of candidates) {
    const meant = candidate()
    if (meant !== text && readsAsChinese(meant)) return meant
  }
  return null
}

/** Western letters and signs where Chinese was due: most of the text is of Latin-1, as no name of a company or person is. */
export function readsAsBytes(text: string): boolean {
  let western = 0
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code >= 0x2e80) return false
    if (code >= 0x80 && code <= 0xff) western++
  }
  return western >= 4 && western * 5 >= text.length * 2
}

/**
 * GBK pairs that are UTF-8 at the same time decode to characters below U+0800 only. When all are below U+0100 as well, the pairs would lie in 2
 * of the 72 rows of GB 2312, so the text was read as Latin-1 rather.
 */
function onlyNarrow(text: string): boolean {
  let latin = true
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code >= 0x800) return false
    if (code >= 0x100) latin = false
  }
  return !latin
}
