import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { ReleaseDocument } from '../model.ts'
import { parsePolicy } from '../policy/policy.ts'
import { judgeQualification } from '../policy/qualification.ts'
import { releases } from '../releases.ts'
import { validateRecord } from '../validate/validate-record.ts'
import { loadRelease } from './check.ts'
import { releaseDocument } from './document.ts'
import { ReleaseError } from './fault.ts'
import { type OfficialRow, replaceDictionary, type Replacement } from './replace-dictionary.ts'

const document: ReleaseDocument = releaseDocument(releases.get('2018')!)
const source = { title: '测试文件（合成）', reference: '测〔2026〕1号', date: '2026-11-01' }
const complete: Replacement = { source, complete: true }
const dictionaryOf = (release: ReleaseDocument, code: string) => release.dictionaries.find((d) => d.code === code)!

function faultsOf(rows: readonly OfficialRow[], code = 'TBTRADETYPEDIC', how = complete): string[] {
  try {
    replaceDictionary(document, code, rows, how)
    return []
  } catch (error) {
    if (!(error instanceof ReleaseError)) throw error
    return error.faults.map((fault) => `${fault.pointer} ${fault.en}`)
  }
}

describe('a dictionary replaced by an official file', () => {
  const rows = [
    { 代码: 'D101A', 名称: '施工总承包（合成）', 英文名称: 'General contracting', 法律依据: '测试条例第一条' },
    { 代码: 'D101T', 名称: '专业承包（合成）', 停用日期: '2026-06-30' },
    { 代码: '', 名称: '  ' },
  ]

  it('gives the next revision, closed when the file is the whole table, and says where it comes from', () => {
    const next = replaceDictionary(document, 'TBTRADETYPEDIC', rows, complete)
    expect([next.revision, document.revision]).toEqual([2, 1])
    expect(dictionaryOf(next, 'TBTRADETYPEDIC')).toEqual({
      code: 'TBTRADETYPEDIC',
      nameZh: '资质资格序列',
      nameEn: 'Qualification series',
      status: 'official file: 测试文件（合成）',
      closed: true,
      complete: true,
      source,
      codes: [
        { code: 'D101A', nameZh: '施工总承包（合成）', nameEn: 'General contracting', note: '法律依据：测试条例第一条' },
        { code: 'D101T', nameZh: '专业承包（合成）', nameEn: '', validTo: '2026-06-30' },
      ],
    })
    const field = loadRelease(next)
      .entities.get('TBCorpCertDetailInfo')!
      .fields.find((f) => f.dictionary === 'TBTRADETYPEDIC')!
    expect(field.provenance.join()).not.toContain('dictionary not complete')
    const others = (release: ReleaseDocument) => release.dictionaries.filter((d) => d.code !== 'TBTRADETYPEDIC')
    expect(others(next)).toEqual(others(document))
  })

  it('stays open when the file is not the whole table, and says what is missing', () => {
    const missing = { zh: '缺第二部分', en: 'The second part is missing' }
    expect(
      dictionaryOf(replaceDictionary(document, 'TBTRADETYPEDIC', rows, { source, complete: false, missing }), 'TBTRADETYPEDIC'),
    ).toMatchObject({
      closed: false,
      complete: false,
      missing,
    })
    expect(
      dictionaryOf(replaceDictionary(document, 'TBTRADETYPEDIC', rows, { source, complete: false }), 'TBTRADETYPEDIC').missing,
    ).toBeDefined()
  })

  it('keeps codes that are gone for records of their time when it is told their last day', () => {
    const next = replaceDictionary(document, 'TBTRADETYPEDIC', rows, { ...complete, lastDay: '2026-10-31' })
    const former = dictionaryOf(document, 'TBTRADETYPEDIC').codes[0]!
    expect(dictionaryOf(next, 'TBTRADETYPEDIC').codes.find((c) => c.code === former.code)).toEqual({ ...former, validTo: '2026-10-31' })
    expect(dictionaryOf(replaceDictionary(document, 'TBTRADETYPEDIC', rows, complete), 'TBTRADETYPEDIC').codes).toHaveLength(2)
  })

  it('is judged at the date of the record', () => {
    const former = dictionaryOf(document, 'TBTENDERTYPEDIC').codes
    const rest = former.filter((c) => c.code !== '001').map(({ code, nameZh }) => ({ code, name: nameZh }))
    const next = loadRelease(replaceDictionary(document, 'TBTENDERTYPEDIC', rest, { ...complete, lastDay: '2026-06-30' }))
    const path = join(import.meta.dirname, '..', '..', '..', '..', 'schemas', '2018', 'valid', 'TBTenderInfo.full.json')
    const record = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>
    const codes = (TenderResultDate: string) =>
      validateRecord(
        next,
        next.entities.get('TBTenderInfo')!,
        { ...record, TenderTypeNum: '001', TenderResultDate },
        new Date('2026-11-22T02:00:00Z'),
      )
        .filter((problem) => problem.pointer === '/data/TenderTypeNum')
        .map((problem) => `${problem.severity} ${problem.rule}`)
    expect([codes('2026-06-30'), codes('2026-07-01')]).toEqual([[], ['doubt code.validity']])
  })

  it('takes rows of a table with a first row of names', () => {
    const table = [
      ['code', 'name_zh', 'valid_from'],
      ['X1', '甲（合成）', '2026-01-01'],
      ['X2', '乙（合成）', null],
    ]
    expect(dictionaryOf(replaceDictionary(document, 'TBTRADETYPEDIC', table, complete), 'TBTRADETYPEDIC').codes).toEqual([
      { code: 'X1', nameZh: '甲（合成）', nameEn: '', validFrom: '2026-01-01' },
      { code: 'X2', nameZh: '乙（合成）', nameEn: '' },
    ])
  })

  it('is refused with every bad row, and nothing is replaced then', () => {
    const bad = [
      { code: 'X1', name_zh: '甲' },
      { code: 'X1', name_zh: '乙' },
      { code: '', name_zh: '丙' },
      { code: 12, name_zh: '丁' },
      { code: 'X 2', name_zh: '戊' },
      { code: 'X3', name_zh: ' ' },
      { code: 'X4', name_zh: '己', valid_from: '2026/1/1' },
      { code: 'X5', name_zh: '庚', valid_from: '2026-02-01', valid_to: '2026-01-31' },
      { code: 'X'.repeat(60), name_zh: '辛' },
    ]
    expect(faultsOf(bad)).toEqual([
      '/rows/3/code row 3: the code X1 is in row 2 already',
      '/rows/4/code row 4: has no code',
      '/rows/5/code row 5: the code 12 is a number; leading zeros may be lost, write it as text',
      '/rows/6/code row 6: the code holds white space or characters that cannot be used',
      '/rows/7/name_zh row 7: has no name',
      '/rows/8/validFrom row 8: 2026/1/1 is no date YYYY-MM-DD',
      '/rows/9/validTo row 9: ends before it begins',
      expect.stringMatching(/^\/rows\/10\/code row 10: the code X+ is longer than the field that holds it \(\d+\)$/),
    ])
  })

  it('is refused when a leading zero was lost, the file is empty, or there is no such dictionary', () => {
    expect(faultsOf([{ code: '1', name_zh: '房屋建筑工程' }], 'TBPRJTYPEDIC')).toEqual([
      '/rows/2/code row 2: the code 1 seems to have lost a leading zero (there was 01)',
    ])
    expect(faultsOf([])).toEqual(['/rows the file has no rows'])
    expect(faultsOf([{ code: '', name_zh: '' }])).toEqual(['/rows the file has no rows'])
    expect(faultsOf([{ code: 'X' }], 'TBNOSUCHDIC')).toEqual(['/dictionaries/TBNOSUCHDIC there is no dictionary TBNOSUCHDIC'])
    expect(
      faultsOf([{ code: 'X', name_zh: '甲' }], 'TBTRADETYPEDIC', { source: { title: ' ' }, complete: true, lastDay: 'soon' }),
    ).toHaveLength(2)
  })
})

describe('the list of bad conduct', () => {
  it('decides what is flagged as unlisted as soon as it is replaced, without a change of code or policy', () => {
    const official = [
      { code: 'D1-1-01', name_zh: '行为甲（合成）' },
      { code: 'D1-4-01', name_zh: '行为乙（合成）' },
    ]
    const next = loadRelease(replaceDictionary(document, 'TBCORPBADDIC', official, complete))
    const record = (CreditCode: string) => ({ CreditCode, IsPublic: '1', PublicBDate: '2026-09-01', PublicEDate: '2027-03-01' })
    const flags = (release: typeof next, code: string) =>
      judgeQualification(
        parsePolicy(
          release.policy,
          [...releases.values()].map((one) => (one.id === release.id ? release : one)),
        ),
        'national',
        {
          release: release.id,
          entity: 'TBCorpBadCreditInfo',
          state: 'accepted',
          data: () => record(code),
        },
      )
    const before = loadRelease(document)
    expect([flags(before, 'D1-4-01'), flags(next, 'D1-4-01')]).toEqual([{ qualifies: true, flags: ['unlisted'] }, { qualifies: true }])
    expect([flags(before, 'A1-1-01'), flags(next, 'A1-1-01')]).toEqual([{ qualifies: true }, { qualifies: true, flags: ['unlisted'] }])
    // Provinces have codes of their own, so the complete national list refuses none of them.
    expect(next.dictionaries.get('TBCORPBADDIC')).toMatchObject({ complete: true, closed: false })
  })
})
