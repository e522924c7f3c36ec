import { garbledLead, maybeGarbled } from '../rules/encoding.ts'
import type { Sentinels } from '../rules/sentinels.ts'

const bad = 1
const surrogate = 2
/** Deserves a second look by the rules over texts. */
const notable = 4
const space = 8
/** Rare in sound text, and the beginning of a garbled one: whether it is the first of its text decides. */
const lead = 16

let known: Uint8Array | null = null

/** UTF-16 unit → what is to be known of it. One look at every character of every text is what validation costs, so there is only one. */
function table(): Uint8Array {
  if (known !== null) return known
  known = new Uint8Array(65_536)
  const mark = (from: number, to: number, bit: number) => {
    for (let code = from; code <= to; code++) known![code]! |= bit
  }
  mark(0x00, 0x08, bad)
  mark(0x0b, 0x0c, bad)
  mark(0x0e, 0x1f, bad)
  mark(0x7f, 0x7f, bad)
  mark(0xd800, 0xdfff, surrogate)
  mark(0x09, 0x0d, space)
  mark(0x20, 0x20, space)
  mark(0xa0, 0xa0, space)
  mark(0x3000, 0x3000, space)
  // Latin, Greek, Cyrillic: what Chinese looks like when its bytes are read as something else.
  mark(0x80, 0x7ff, lead)
  mark(0x200b, 0x200f, notable)
  mark(0x2028, 0x202e, notable)
  mark(0x2060, 0x2060, notable)
  mark(0xfeff, 0xfeff, notable)
  mark(0xff10, 0xff19, notable)
  mark(0xff21, 0xff3a, notable)
  mark(0xff41, 0xff5a, notable)
  mark(0xfffd, 0xfffd, notable)
  // 锟 begins 锟斤拷, which is what two replacement characters become in GBK; nobody writes it otherwise.
  mark(0x951f, 0x951f, notable)
  const leads = garbledLead()
  for (let code = 0x800; code < 65_536; code++) if (leads[code] === 1) known[code]! |= lead
  return known
}

/** What the scan of a record's texts has seen; `validateRecord` clears it before, and the rules over texts read it after. */
export const scan = { odd: false }

export interface TextForm {
  /** Most characters (code points). */
  readonly max: number
  /** A number, code or telephone: spaces in it are odd. */
  readonly identifier: boolean
  /** The field's own name, which stands for nothing when it is the value. */
  readonly title: string
}

/**
 * Makes the judgement of a text: 1 to `max` characters, no control characters, no lone surrogates. It also notes in `scan` whether a careful
 * look is due, so that the rules over texts need not read a faultless record once more.
 */
export function textScanner({ max, identifier, title }: TextForm, sentinels: Sentinels): (value: string) => boolean {
  const bits = table()
  return (value) => {
    const units = value.length
    if (units === 0) return false
    let seen = 0
    for (let i = 0; i < units; i++) seen |= bits[value.charCodeAt(i)]!
    if ((seen >= notable && isOdd(value, seen, bits, identifier)) || sentinels.suspects(value) || value === title) scan.odd = true
    if ((seen & (bad | surrogate)) === 0) return units <= max
    return (seen & bad) === 0 && value.isWellFormed() && [...value].length <= max
  }
}

/** A notable character, white space at one of the ends, or inside a number; numbers of documents that begin in Chinese may have it. */
function isOdd(value: string, seen: number, bits: Uint8Array, identifier: boolean): boolean {
  if ((seen & notable) !== 0 || ((seen & lead) !== 0 && maybeGarbled(value))) return true
  if ((seen & space) === 0) return false
  const first = value.charCodeAt(0)
  return (identifier && first < 128) || ((bits[first]! | bits[value.charCodeAt(value.length - 1)]!) & space) !== 0
}
