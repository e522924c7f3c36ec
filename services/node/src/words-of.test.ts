import { describe, expect, it } from 'vitest'
import { BackupError } from './backup/manifest.ts'
import { lineOf, wordsOf } from './words-of.ts'

describe('what an error says to people', () => {
  it('is its own words in each language, whatever stands in them', () => {
    expect(wordsOf(new BackupError('甲 / 乙', 'a / b'))).toEqual({ zh: '甲 / 乙', en: 'a / b' })
    expect(wordsOf(Object.assign(new Error('x / 甲'), { words: { zh: '甲', en: 'x' } }))).toEqual({ zh: '甲', en: 'x' })
  })

  it('is in two languages what the database or the system refused, with the place', () => {
    const refused = Object.assign(new Error('password authentication failed for user "huijiao"'), { code: '28P01' })
    expect(wordsOf(refused)).toEqual({
      zh: expect.stringMatching(/口令.*"huijiao"/),
      en: expect.stringMatching(/password; check.*"huijiao"/),
    })
    const notThere = Object.assign(new Error("ENOENT: no such file or directory, open '/nowhere'"), { code: 'ENOENT' })
    expect(lineOf(notThere)).toMatch(/^没有这个文件.*\/nowhere.* \/ there is no such file.*\/nowhere/)
  })

  it('is told apart where both languages stand on one line, and said once where there is one only', () => {
    expect(wordsOf(new Error('密钥 370100-1（/data/x）不符 / the key in /data/x is another'))).toEqual({
      zh: '密钥 370100-1（/data/x）不符',
      en: 'the key in /data/x is another',
    })
    expect(lineOf(new Error('relation "x" does not exist'))).toBe('relation "x" does not exist')
    expect(wordsOf('text')).toEqual({ zh: 'text', en: 'text' })
  })
})
