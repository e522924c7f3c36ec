import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FixOperation } from '@huijiao/problem'
import { describe, expect, it } from 'vitest'
import { creditCodeCheck } from '../check-digits.ts'
import { releases } from '../releases.ts'
import { divideByTenThousand } from '../rules/amount-rules.ts'
import { validateRecord } from './validate-record.ts'

type Data = Record<string, unknown>

const at = new Date('2027-01-01T00:00:00Z')
const release = releases.get('2018')!
const sample = (entity: string): Data =>
  JSON.parse(readFileSync(join(import.meta.dirname, '..', '..', '..', '..', 'schemas', '2018', 'valid', `${entity}.full.json`), 'utf8'))

function apply(data: Data, fix: readonly FixOperation[]): Data {
  const mended = { ...data }
  const name = (path: string) => path.replace('/data/', '')
  for (const { op, path, from, value } of fix) {
    if (op === 'remove') delete mended[name(path)]
    else if (op === 'move') {
      mended[name(path)] = mended[name(from!)]
      delete mended[name(from!)]
    } else mended[name(path)] = value
  }
  return mended
}

/** Spoils one field, and expects one problem with a patch that gives `mended`. */
function expectMended(entity: string, field: string, sent: unknown, mended: unknown): void {
  const data = { ...sample(entity), [field]: sent }
  const problems = validateRecord(release, release.entities.get(entity)!, data, at)
  const fixed = problems.filter((p) => p.fix !== undefined && p.pointer === `/data/${field}`)
  expect(
    fixed.map((p) => p.fix),
    `${field} ${JSON.stringify(sent)}`,
  ).toHaveLength(1)
  const result = apply(data, fixed[0]!.fix!)
  expect(result[field]).toEqual(mended)
  expect(validateRecord(release, release.entities.get(entity)!, result, at)).toEqual([])
}

function expectNoFix(entity: string, field: string, sent: unknown): void {
  const problems = validateRecord(release, release.entities.get(entity)!, { ...sample(entity), [field]: sent }, at)
  expect(problems.some((p) => p.pointer === `/data/${field}`)).toBe(true)
  expect(problems.filter((p) => p.pointer === `/data/${field}` && p.fix !== undefined)).toEqual([])
}

describe('a fix is offered, and mends the record', () => {
  it('for dates written in other ways', () => {
    for (const sent of [
      '2026/9/1',
      '2026.09.01',
      '20260901',
      '2026-9-1',
      '2026年9月1日',
      '２０２６-０９-０１',
      '2026-09-01 00:00:00',
      '2026-09-01T00:00:00',
    ]) {
      expectMended('TBProjectInfo', 'PrjApprovalDate', sent, '2026-09-01')
    }
    // The day in the rules' time zone, not in UTC.
    expectMended('TBProjectInfo', 'PrjApprovalDate', '2026-08-31T16:00:00Z', '2026-09-01')
  })

  it('for instants without offset or time', () => {
    expectMended('TBBuilderLicenceManage', 'CreateDate', '2026-11-01 09:30:00', '2026-11-01T09:30:00+08:00')
    expectMended('TBBuilderLicenceManage', 'CreateDate', '2026-11-01', '2026-11-01T00:00:00+08:00')
    expectMended('TBBuilderLicenceManage', 'CreateDate', '2026-11-01T09:30:00+0800', '2026-11-01T09:30:00+08:00')
  })

  it('for amounts with separators, units, exponents and superfluous zeros', () => {
    const amounts: [unknown, string][] = [
      ['18,600.5', '18600.5'],
      ['18600.5万元', '18600.5'],
      ['1.86005e4', '18600.5'],
      ['1.86005E+04', '18600.5'],
      ['.5', '0.5'],
      ['0018', '18'],
      ['+18', '18'],
      ['18600.50000', '18600.5'],
      ['１８', '18'],
      [' 18 ', '18'],
      [18600.5, '18600.5'],
      [18, '18'],
    ]
    for (const [sent, mended] of amounts) expectMended('TBContractRecordManage', 'ContractMoney', sent, mended)
  })

  it('for codes that lost a zero, came as a number, a name or in full width', () => {
    expectMended('TBProjectInfo', 'PrjTypeNum', '1', '01')
    expectMended('TBProjectInfo', 'PrjTypeNum', 1, '01')
    expectMended('TBProjectInfo', 'PrjTypeNum', '０１', '01')
    expectMended('TBProjectInfo', 'PrjTypeNum', '房屋建筑工程', '01')
    expectMended('TBProjectInfo', 'DataLevel', 'c', 'C')
    expectMended('TBProjectInfo', 'IsMajor', true, '1')
    expectMended('TBProjectInfo', 'CountyNum', 370102, '370102')
  })

  it('for regions cut short, too long, or made up by a province', () => {
    expectMended('TBProjectInfo', 'ProvinceNum', '37', '370000')
    expectMended('TBProjectInfo', 'CityNum', '3701', '370100')
    expectMended('TBProjectInfo', 'CountyNum', '370102000000', '370102')
    expectMended('TBProjectInfo', 'ProvinceNum', '370100', '370000')
    expectMended('TBProjectInfo', 'CityNum', '370102', '370100')
    const wuxi = { ...sample('TBProjectInfo'), ProvinceNum: '320000', CityNum: '320200', PrjNum: '3202132609010101', CountyNum: '320207' }
    const [problem] = validateRecord(release, release.entities.get('TBProjectInfo')!, wuxi, at)
    expect(problem).toMatchObject({ code: 'region-unknown', fix: [{ op: 'replace', path: '/data/CountyNum', value: '320213' }] })
  })

  it('for company codes: check character, look-alike letters, lower case, full width, a swapped pair', () => {
    const right = '91370199MA00DEM14Q'
    for (const sent of [
      '91370199MA00DEM141',
      '9137O199MA00DEM14Q',
      '91370199ma00dem14q',
      '９１３７０１９９MA00DEM14Q',
      ' 91370199MA00DEM14Q',
    ]) {
      expectMended('TBContractRecordManage', 'ContractorCorpCode', sent, right)
    }
    // D2143569X is a right organisation code; two of its characters swapped inside a credit code break both checks.
    const whole = `91370199D2143569X${creditCodeCheck('91370199D2143569X')}`
    const swapped = whole.replace('D214', 'D124')
    expectMended('TBContractRecordManage', 'ContractorCorpCode', swapped, whole)
    expectMended('TBContractRecordManage', 'ContractorCorpCode', 'D21435691', 'D2143569X')
  })

  it('for an empty or placeholder-filled optional field: leave it out', () => {
    expectMended('TBProjectInfo', 'FundSource', '', undefined)
    expectMended('TBProjectInfo', 'FundSource', '暂无', undefined)
  })

  it('for stray spaces, control characters, and counts sent as text', () => {
    expectMended('TBProjectInfo', 'PrjName', ' 示例花园 ', '示例花园')
    expectMended('TBProjectInfo', 'PrjName', '示例\u0007花园', '示例花园')
    expectMended('TBBuilderLicenceManage', 'BargainDays', '360', 360)
  })

  it('for yuan sent as 10,000 yuan', () => {
    const data = { ...sample('TBContractRecordManage'), ContractMoney: '186005000' }
    const [problem] = validateRecord(release, release.entities.get('TBContractRecordManage')!, data, at)
    expect(problem).toMatchObject({
      code: 'amount-doubtful',
      severity: 'doubt',
      fix: [{ op: 'replace', path: '/data/ContractMoney', value: '18600.5' }],
    })
    expect(divideByTenThousand('5', 4)).toBe('0.0005')
    expect(divideByTenThousand('20000', 4)).toBe('2')
    expect(divideByTenThousand('1.5', 4)).toBeNull()
  })
})

describe('no fix is offered', () => {
  it('where it would be a guess', () => {
    expectNoFix('TBProjectInfo', 'PrjApprovalDate', '2026-02-30')
    expectNoFix('TBProjectInfo', 'PrjApprovalDate', '明天')
    expectNoFix('TBContractRecordManage', 'ContractMoney', '约 100')
    expectNoFix('TBContractRecordManage', 'ContractMoney', '1.23456')
    expectNoFix('TBProjectInfo', 'PrjTypeNum', '住宅')
    expectNoFix('TBContractRecordManage', 'ContractorCorpCode', '91370199')
    expectNoFix('TBProjectInfo', 'PrjName', '示例\ud800花园')
  })

  it('where a double may have lost digits', () => {
    expectNoFix('TBBuilderLicenceManage', 'BuilderLicenceNum', Number('370102202609010101'))
  })
})
