import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { DictionaryCode, DictionaryDocument } from '../model.ts'
import { releases } from '../releases.ts'
import { dictionaryDifference } from './dictionary-difference.ts'
import { releaseDocument } from './document.ts'

const former = releaseDocument(releases.get('2018')!).dictionaries.find((one) => one.code === 'TBTENDERTYPEDIC')!
const withCodes = (codes: readonly DictionaryCode[]): DictionaryDocument => ({ ...former, codes: [...codes] })
const named = (code: string, more: Partial<DictionaryCode> = {}): DictionaryCode => ({
  code,
  nameZh: `示例 ${code}（合成）`,
  nameEn: '',
  ...more,
})

describe('two states of a dictionary', () => {
  it('differ by what was added, dropped, ended and changed, each with before and after', () => {
    const before = withCodes([named('1'), named('2'), named('3'), named('4', { validTo: '2026-12-31' }), named('5')])
    const after = withCodes([
      named('1'),
      named('3', { nameEn: 'Example' }),
      named('4', { validTo: '2026-06-30' }),
      named('5', { validTo: '2026-06-30', note: '合成' }),
      named('6'),
    ])
    const { counts, changes } = dictionaryDifference(before, after)
    expect(counts).toEqual({ added: 1, removed: 1, ended: 1, changed: 2, same: 1 })
    expect(changes.map(({ code, kind }) => `${code} ${kind}`)).toEqual(['2 removed', '3 changed', '4 ended', '5 changed', '6 added'])
    expect(changes[2]).toMatchObject({ before: { validTo: '2026-12-31' }, after: { validTo: '2026-06-30' } })
  })

  it('account for every code of both, and for none twice', () => {
    const code = fc.record({ code: fc.constantFrom(...'abcdefgh'), nameZh: fc.constantFrom('甲', '乙'), nameEn: fc.constant('') })
    const codes = fc.uniqueArray(code, { selector: (one) => one.code })
    fc.assert(
      fc.property(codes, codes, (was, is) => {
        const { counts, changes } = dictionaryDifference(withCodes(was), withCodes(is))
        const { added, removed, ended, changed, same } = counts
        expect(removed + ended + changed + same).toBe(was.length)
        expect(added + ended + changed + same).toBe(is.length)
        expect(new Set(changes.map((one) => one.code)).size).toBe(changes.length)
      }),
    )
  })
})
