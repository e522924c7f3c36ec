/**
 * Text in GB18030, which holds GBK: what the platform can read but not write. The table is made once, by reading every pair of bytes, and every four for
 * the rest of the basic plane; above it the standard counts on from 90 30 81 30 (GB 18030-2022, appendix A).
 * @throws RangeError for what has no bytes there, see `withoutGb18030`
 */
export function encodeGb18030(text: string): Buffer {
  if (/^[\0-\x7f]*$/.test(text)) return Buffer.from(text, 'latin1')
  const without = withoutGb18030(text)
  if (without !== null) throw new RangeError(`${nameOf(without)} has no bytes in GB18030`)
  const bytes: number[] = []
  for (const character of text) {
    const code = character.codePointAt(0) as number
    if (code < 0x80) bytes.push(code)
    else if (code > 0xff_ff) bytes.push(...fourOf(firstSupplementary + code - 0x1_00_00))
    else bytes.push(...(table().get(code) as readonly number[]))
  }
  return Buffer.from(bytes)
}

/** The first character of a text that has no bytes in GB18030: a lone surrogate, or one of 19 for private use that its edition of 2022 gave other characters. */
export function withoutGb18030(text: string): string | null {
  for (const character of text) {
    const code = character.codePointAt(0) as number
    if ((code >= 0xd8_00 && code <= 0xdf_ff) || (code >= 0x80 && code <= 0xff_ff && !table().has(code))) return character
  }
  return null
}

/** A character as people look it up: U+E5E5. */
export const nameOf = (character: string): string => `U+${(character.codePointAt(0) as number).toString(16).toUpperCase().padStart(4, '0')}`

/** The four bytes at a place of their order: the first and third from 0x81, the others 0x30 to 0x39. */
const fourOf = (place: number): [number, number, number, number] => [
  0x81 + Math.floor(place / 12_600),
  0x30 + (Math.floor(place / 1260) % 10),
  0x81 + (Math.floor(place / 10) % 126),
  0x30 + (place % 10),
]
/** Place of 90 30 81 30. */
const firstSupplementary = (0x90 - 0x81) * 12_600
/** Places that the basic plane takes: to 84 31 A4 39. */
const basicPlaces = 39_420

let made: Map<number, readonly number[]> | null = null

function table(): Map<number, readonly number[]> {
  if (made !== null) return made
  const map = new Map<number, readonly number[]>()
  const pairs: (readonly number[])[] = []
  for (let first = 0x81; first <= 0xfe; first++)
    for (let second = 0x40; second <= 0xfe; second++) if (second !== 0x7f) pairs.push([first, second])
  const fours = Array.from({ length: basicPlaces }, (_none, place) => fourOf(place))
  // All at once, each on a line of its own: a decoder asked for each takes seconds.
  const list = [...pairs, ...fours]
  const lines = new TextDecoder('gb18030').decode(Uint8Array.from(list.flatMap((bytes) => [...bytes, 0x0a]))).split('\n')
  for (const [at, bytes] of list.entries()) {
    const text = lines[at] as string
    const code = text.codePointAt(0)
    // Not a character, or a byte of it was read as ASCII.
    if (code === undefined || code === 0xff_fd || text.length !== String.fromCodePoint(code).length) continue
    if (!map.has(code)) map.set(code, bytes)
  }
  map.set(0xff_fd, [0x84, 0x31, 0xa4, 0x37])
  return (made = map)
}
