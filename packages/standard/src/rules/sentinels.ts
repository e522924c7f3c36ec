import type { Release } from '../model.ts'

/** Ways in which a value stands for nothing, or was damaged by a spreadsheet, with the values of a release. */
export interface Sentinels {
  readonly longestWord: number
  /** `无`, `/`, `测试` and the like, alone. */
  isWord(text: string): boolean
  /** One letter or digit again and again: `111111`, `xxxxxx`. */
  isRepeated(text: string): boolean
  /** Neighbours on a keyboard or in counting, alone: `123456`, `qwerty`. */
  isRun(text: string): boolean
  /** What a formula that fails, or a column that is too narrow, leaves behind. */
  isSpreadsheetWord(text: string): boolean
  /** A long number as a spreadsheet shows it: `9.1370E+17`. */
  isExponent(text: string): boolean
  /** Fields of numbers, codes and telephones, where spaces and full-width characters have no place. */
  isIdentifier(field: string): boolean
  /** Whether a careful look is due: true for every sentinel above, false for nearly every real value. No allocation. */
  suspects(text: string): boolean
}

const bySpelling = new WeakMap<Release, Sentinels>()

export function sentinelsOf(release: Release): Sentinels {
  let known = bySpelling.get(release)
  if (known === undefined) bySpelling.set(release, (known = make(release)))
  return known
}

function make(release: Release): Sentinels {
  const { placeholders, spreadsheet, strayCharacters } = release.rules
  const words = new Set(placeholders.words)
  const longestWord = Math.max(...placeholders.words.map((word) => word.length))
  const spreadsheetWords = new Set(spreadsheet.words)
  const exponent = new RegExp(spreadsheet.exponent, 'i')
  const identifier = new RegExp(strayCharacters.fields)
  const { repeatedFrom, runFrom, runs } = placeholders
  /** Pairs of neighbours in some run, as an index of two ASCII characters. */
  const neighbours = new Uint8Array(128 * 128)
  for (const run of runs)
    for (let i = 1; i < run.length; i++)
      for (const [a, b] of [run.slice(i - 1, i + 1), run.slice(i - 1, i + 1).toUpperCase()])
        neighbours[a!.charCodeAt(0) * 128 + b!.charCodeAt(0)] = 1

  const isWord = (text: string) => text.length <= longestWord && words.has(text)
  const isRepeated = (text: string) => text.length >= repeatedFrom && /^([0-9A-Za-z])\1*$/.test(text)
  const isRun = (text: string) => {
    if (text.length < runFrom || text.length > 26) return false
    const lower = text.toLowerCase()
    return runs.some((run) => run.includes(lower))
  }
  return {
    longestWord,
    isWord: (text) => isWord(text) || isWord(text.normalize('NFKC')),
    isRepeated,
    isRun,
    isSpreadsheetWord: (text) => text.startsWith('#') && (spreadsheetWords.has(text) || /^#{4,}$/.test(text)),
    isExponent: (text) => text.length <= 22 && exponent.test(text),
    isIdentifier: (field) => identifier.test(field),
    suspects(text) {
      const { length } = text
      if (length <= longestWord && words.has(text)) return true
      const first = text.charCodeAt(0)
      if (first >= 128 || length < 4) return false
      // A leading # or ' or = comes from a spreadsheet.
      if (first === 35 || first === 39 || first === 61) return true
      const second = text.charCodeAt(1)
      if (second >= 128) return false
      if (first === second && text.charCodeAt(2) === first)
        return length >= repeatedFrom && text.charCodeAt(length - 1) === first && isRepeated(text)
      if (second === 46 || second === 69 || second === 101) return first >= 48 && first <= 57 && length <= 22
      return length >= runFrom && length <= 26 && neighbours[first * 128 + second] === 1 && isRun(text)
    },
  }
}
