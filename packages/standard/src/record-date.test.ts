import { describe, expect, it } from 'vitest'
import { recordDateOf, validOn } from './record-date.ts'
import { releases } from './releases.ts'

const release = releases.get('2018')!
const dateOf = (entity: string, judges: 'codes' | 'regions', data: Record<string, unknown>) =>
  recordDateOf(release, release.entities.get(entity)!, judges)(data)

describe('the date of a record that counts', () => {
  it('is the date in the project number for regions, and the event for codes', () => {
    const permit = { PrjNum: '3712021809010101', ReleaseDate: '2026-03-01', CreateDate: '2026-03-02' }
    expect(dateOf('TBBuilderLicenceManage', 'regions', permit)).toBe('2018-09-01')
    expect(dateOf('TBBuilderLicenceManage', 'codes', permit)).toBe('2026-03-01')
    expect(dateOf('TBBuilderLicenceManage', 'codes', { CreateDate: '2026-03-02' })).toBe('2026-03-02')
  })

  it('is the decision for conduct, or the award', () => {
    expect(dateOf('TBCorpBadCreditInfo', 'codes', { PunishDate: '2020-01-02', CreateDate: '2021-01-01' })).toBe('2020-01-02')
    expect(dateOf('TBCorpGoodCreditInfo', 'codes', { AwardDate: '2020-01-02' })).toBe('2020-01-02')
  })

  it('takes an instant as its day in Shanghai, and passes over what is no date', () => {
    expect(dateOf('TBTenderProjectInfo', 'codes', { CreateTime: '2026-08-31T16:30:00Z' })).toBe('2026-09-01')
    expect(dateOf('TBTenderInfo', 'codes', { TenderResultDate: '2026-02-30', CreateDate: '2026-03-01' })).toBe('2026-03-01')
    expect(dateOf('TBProjectInfo', 'regions', { PrjNum: '3712021899010101' })).toBeNull()
  })

  it('is unknown for the register of companies, which has no event for its seat', () => {
    expect(dateOf('TBCorpBasicInfo', 'regions', { CorpBirthDate: '2001-01-01' })).toBeNull()
  })

  it('has a basis wherever it is ruled, and names only fields that some table has', () => {
    for (const rule of release.recordDates) {
      expect(rule.basis).toMatch(/^Project ruling/)
      for (const from of rule.from) {
        const field = from.replace('number:', '')
        const known = [...releases.values()].some((r) => [...r.entities.values()].some((e) => e.fields.some((f) => f.code === field)))
        expect(known, from).toBe(true)
      }
    }
  })
})

describe('a validity', () => {
  it('holds on its first and last day and not beside them', () => {
    const bounds = { validFrom: '2020-01-01', validTo: '2020-12-31' }
    expect(['2019-12-31', '2020-01-01', '2020-12-31', '2021-01-01'].map((day) => validOn(bounds, day))).toEqual([
      'not-yet',
      'yes',
      'yes',
      'no-more',
    ])
    expect(validOn({}, '1900-01-01')).toBe('yes')
  })
})
