import { normalDocumentNumber } from '@huijiao/standard'
import { pinyin } from 'pinyin-pro'

/** A name as it is compared: one form of width and case, letters, digits and characters only. */
export const wordsOf = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '')

/** The first letters of the pinyin of a name, with its own letters and digits between them: 示例花园 3 期 → `slhy3q`. Readings go by phrase: 重庆 → `cq`. */
export function initialsOf(text: string): string {
  const words = wordsOf(text)
  if (!/\p{Script=Han}/u.test(words)) return ''
  return pinyin(words, { pattern: 'first', toneType: 'none', type: 'array' })
    .join('')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '')
}

/**
 * Pairs of neighbouring UTF-16 units, two in one signed integer of 32 bits; each once. Exact, so that two characters in a row are found without
 * an extension of the database. A character beyond the BMP is a pair by itself.
 */
export function gramsOf(...texts: readonly string[]): number[] {
  const grams = new Set<number>()
  for (const text of texts) for (let at = 0; at + 1 < text.length; at += 1) grams.add((text.charCodeAt(at) << 16) | text.charCodeAt(at + 1))
  return [...grams]
}

/** A number of a document, project or certificate as it is compared: brackets of one kind, capitals, no white space. */
export const numberForm = (text: string): string => normalDocumentNumber(text.normalize('NFC')).toUpperCase()

/** `%`, `_` and `\` stand for themselves in LIKE. */
export const likeText = (text: string): string => text.replace(/[\\%_]/g, (char) => `\\${char}`)

/** One word of what somebody typed. */
export interface AskedWord {
  /** As names are compared; empty when nothing of it can stand in a name. */
  readonly words: string
  /** It may be the first letters of pinyin. */
  readonly initials: boolean
  /** It may be a number or the beginning of one; null otherwise. */
  readonly number: string | null
}

/** What somebody typed, word by word; words of one letter or character are left out, because half of everything has them. */
export function askedWords(text: string): AskedWord[] {
  return text
    .trim()
    .split(/\s+/)
    .slice(0, wordsMax)
    .map((word): AskedWord => {
      const words = wordsOf(word)
      const number = numberForm(word)
      return {
        words,
        initials: /^[a-z0-9]+$/.test(words),
        number: number.length >= 4 && /\d/.test(number) ? number : null,
      }
    })
    .filter((word) => word.words.length >= 2)
}

const wordsMax = 5
