import { describe, expect, it } from 'vitest'
import { releases } from '../releases.ts'
import { allowedIn } from './allowed.ts'
import { validateRecord } from './validate-record.ts'

const release = releases.get('2018')!
const project = release.entities.get('TBProjectInfo')!
const at = new Date('2027-01-01T00:00:00Z')

describe('a mandatory field that is not there, or empty', () => {
  it('is told with what would be taken there: codes with their names, forms, digits, lengths', () => {
    const problems = [...validateRecord(release, project, { PrjName: '' }, at)]
    const allowed = Object.fromEntries(problems.map(({ pointer, allowed: words }) => [pointer?.slice(6), words]))
    expect(allowed).toMatchObject({
      PrjNum: '16 位数字的项目编号',
      PrjName: '文本，最多 250 个字符',
      CountyNum: '区县级行政区划代码（6 位数字）',
      PrjApprovalDate: 'YYYY-MM-DD',
      BuildCorpCode: expect.stringMatching(/^18 位统一社会信用代码/),
      AllInvest: '十进制数的文本（万元），整数部分最多 11 位，小数最多 4 位',
      DataLevel: expect.stringMatching(/^A .*、B .*、C .*、D /),
    })
    for (const { code, allowed: words } of problems.filter((one) => one.code.startsWith('field-'))) expect(words, code).toBeTruthy()
  })

  it('has words for every field of every release', () => {
    for (const one of releases.values())
      for (const entity of one.entities.values())
        for (const field of entity.fields) expect(allowedIn(one, field), `${one.id} ${entity.code}.${field.code}`).toMatch(/\S/)
  })
})

describe('a credit code in lower case', () => {
  it('is told as that, not as characters that no code uses', () => {
    const [problem] = validateRecord(release, project, { BuildCorpCode: '91370199ma00dem14q' }, at).filter(
      ({ code }) => code === 'credit-code-invalid',
    )
    expect(problem?.detail).toBe('BuildCorpCode 中的字母须大写')
    expect(problem?.fix).toEqual([{ op: 'replace', path: '/data/BuildCorpCode', value: '91370199MA00DEM14Q' }])
  })
})
