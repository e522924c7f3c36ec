import { describe, expect, it } from 'vitest'
import { englishBasis } from './basis.ts'
import { releaseDocument } from './release/document.ts'
import { releases } from './releases.ts'
import { ruleCatalogue } from './rules/catalogue.ts'
import { catalogueBasisEn } from './rules/catalogue/basis.ts'
import { validateRecord } from './validate/validate-record.ts'

/** More than the name of a document, a section and a field: words that one language alone does not tell everybody. */
const wordy = (text: string) => /[\u4e00-\u9fff]/.test(text.replace(/[^\s；（）]*〔\d{4}〕\d+号/g, ''))

/** Every basis that a problem can carry, with its place. */
function basesIn(value: unknown, at = ''): [place: string, basis: string][] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, member]): [string, string][] =>
    (name === 'basis' || name === 'holdBasis') && typeof member === 'string' ? [[at, member]] : basesIn(member, `${at}/${name}`),
  )
}

describe('the bases of the rules', () => {
  it('are Chinese first, and have their English where they have words', () => {
    for (const { id, basis, basisEn } of ruleCatalogue) {
      if (/[a-z]{3,} [a-z]{3,}/.test(basis)) expect([id, basis]).toEqual([id, 'in Chinese'])
      expect([id, wordy(basis), basis !== basisEn]).toEqual([id, wordy(basis), wordy(basis)])
    }
    const used = new Set(ruleCatalogue.map(({ basis }) => basis))
    const elsewhere = new Set(['RULES.md 1.1（项目编号 16 位）', 'GB/T 7408（公历日期）', 'RULES.md 1.1；与上报地区相符为推定'])
    expect(Object.keys(catalogueBasisEn).filter((basis) => !used.has(basis) && !elsewhere.has(basis))).toEqual([])
  })

  it.each(['2014', '2018', '2018-js'])('of release %s are so too, in its rules, its policy and its conditions', (id) => {
    const release = releases.get(id)!
    const { rules, policy, entities } = releaseDocument(release)
    const all = [rules, policy, entities.map(({ conditions }) => conditions)].flatMap((part) => basesIn(part))
    expect(all.length).toBeGreaterThan(80)
    for (const [place, basis] of all) {
      expect([place, basis, /[a-z]{3,} [a-z]{3,} [a-z]{3,}/.test(basis)]).toEqual([place, basis, false])
      if (wordy(basis)) expect([place, basis, englishBasis(basis, [release]) ?? null]).toEqual([place, basis, expect.any(String)])
    }
  })

  it('reach the problems of a record in both languages', () => {
    const release = releases.get('2018')!
    const data = {
      PrjNum: '3701022609010101',
      PrjName: '测试',
      ProvinceNum: '370000',
      CityNum: '370200',
      PrjTypeNum: '1',
      AllInvest: '1.5e3',
    }
    const problems = validateRecord(release, release.entities.get('TBProjectInfo')!, data, new Date('2027-01-01T00:00:00Z'))
    expect(problems.length).toBeGreaterThan(5)
    for (const { rule, basis, en } of problems) {
      expect([rule, basis]).toEqual([rule, expect.any(String)])
      if (wordy(basis!)) expect([rule, basis, en.basis]).toEqual([rule, basis, expect.stringMatching(/^[^\u4e00-\u9fff]+$/)])
    }
  })
})
