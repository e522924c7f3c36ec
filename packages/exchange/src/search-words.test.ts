import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { askedWords, gramsOf, initialsOf, likeText, numberForm, wordsOf } from './search-words.ts'

describe('names', () => {
  it('are compared without width, case, spaces and punctuation', () => {
    expect(wordsOf('示例 花园（一期）ＡＢＣ·Ⅱ')).toBe('示例花园一期abcii')
    expect(numberForm('示建罚[2026] 3 号')).toBe(numberForm('示建罚〔2026〕3号'))
  })

  it('have the first letters of their pinyin by phrase, with letters and digits between', () => {
    expect(initialsOf('重庆长安建设')).toBe('cqcajs')
    expect(initialsOf('长沙示例银行 3 号楼A座')).toBe('csslyh3hlaz')
    expect(initialsOf('ABC Ltd')).toBe('')
  })

  it('have every two neighbouring characters among their pairs, also beyond the BMP', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 2, maxLength: 30 }), fc.nat(), fc.nat(), (text, a, b) => {
        const from = a % text.length
        const piece = text.slice(from, from + 2 + (b % text.length))
        const grams = new Set(gramsOf(text))
        expect(gramsOf(piece).every((gram) => grams.has(gram))).toBe(true)
      }),
    )
    expect(gramsOf('𠮷')).toHaveLength(1)
    expect(gramsOf('花园').every((gram) => gram >= -(2 ** 31) && gram < 2 ** 31)).toBe(true)
  })
})

describe('what somebody typed', () => {
  it('is words of two characters or more; letters may be pinyin, digits may be a number', () => {
    expect(askedWords(' 花园  slhy x 370102 ')).toEqual([
      { words: '花园', initials: false, number: null },
      { words: 'slhy', initials: true, number: null },
      { words: '370102', initials: true, number: '370102' },
    ])
    expect(askedWords('_%')).toEqual([])
    expect(likeText('a%_\\')).toBe('a\\%\\_\\\\')
  })
})
