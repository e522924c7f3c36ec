import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ProblemDocument } from '@huijiao/problem'
import { describe, expect, it } from 'vitest'
import { releases } from '../releases.ts'
import { validateRecord } from '../validate/validate-record.ts'
import { shanghaiDay } from './date-rules.ts'

const schemas = join(import.meta.dirname, '..', '..', '..', '..', 'schemas')
const now = new Date('2027-01-01T00:00:00Z')

function judge(entity: string, change: Record<string, unknown>, at = now, release = '2018'): ProblemDocument[] {
  const full = JSON.parse(readFileSync(join(schemas, release, 'valid', `${entity}.full.json`), 'utf8')) as object
  const data = Object.fromEntries(Object.entries({ ...full, ...change }).filter(([, value]) => value !== undefined))
  return validateRecord(releases.get(release)!, releases.get(release)!.entities.get(entity)!, data, at)
}

const brief = (problems: readonly ProblemDocument[]) => problems.map((p) => `${p.severity} ${p.code} ${p.pointer}`)

describe('province, city and county', () => {
  it('the contract’s example: another city’s county, mended from the project number', () => {
    const problems = judge('TBProjectInfo', { CountyNum: '370203' })
    expect(problems).toHaveLength(1)
    expect(problems[0]).toMatchObject({
      type: '/problems/region-not-nested',
      rule: 'region.nesting',
      basis: 'GB/T 2260',
      severity: 'error',
      pointer: '/data/CountyNum',
      field: '项目所在区县',
      value: '370203',
      allowed: '370100 所辖区县',
      detail: '370203 不属于 370100',
      hint: 'PrjNum 前六位为 370102',
      fix: [{ op: 'replace', path: '/data/CountyNum', value: '370102' }],
    })
  })

  it('blames the city when number and county agree', () => {
    const [problem] = judge('TBProjectInfo', { CityNum: '370200' })
    expect(problem!.fix).toEqual([{ op: 'replace', path: '/data/CityNum', value: '370100' }])
  })

  it('mends the province from the city', () => {
    const [problem] = judge('TBProjectInfo', { ProvinceNum: '320000' })
    expect(problem).toMatchObject({
      code: 'region-not-nested',
      pointer: '/data/ProvinceNum',
      fix: [{ op: 'replace', path: '/data/ProvinceNum', value: '370000' }],
    })
  })

  it('judges the register of companies and the place of conduct as well', () => {
    expect(brief(judge('TBCorpBasicInfo', { CountyNum: '320102' }))).toEqual(['error region-not-nested /data/CountyNum'])
    expect(brief(judge('BadConductReportForm2007', { HappenCountyNum: '320102' }))).toEqual([
      'error region-not-nested /data/HappenCountyNum',
    ])
  })

  it('takes a city without counties as its own county, a zone of the city, and a district of a municipality', () => {
    expect(judge('TBProjectInfo', { ProvinceNum: '440000', CityNum: '441900', CountyNum: '441900', PrjNum: '4419002609010101' })).toEqual(
      [],
    )
    expect(judge('TBProjectInfo', { CountyNum: '370171', PrjNum: '3701712609010101' })).toEqual([])
    expect(judge('TBProjectInfo', { ProvinceNum: '110000', CityNum: '110100', CountyNum: '110105', PrjNum: '1101052609010101' })).toEqual(
      [],
    )
  })
})

describe('the region in the project number', () => {
  it('must be the county, or an authority above it', () => {
    expect(brief(judge('TBProjectInfo', { PrjNum: '3701032609010101' }))).toEqual(['error number-region-mismatch /data/PrjNum'])
    expect(brief(judge('TBProjectInfo', { PrjNum: '9999992609010101' }))).toEqual(['error number-region-mismatch /data/PrjNum'])
    expect(judge('TBProjectInfo', { PrjNum: '3701002609010101' })).toEqual([])
    expect(judge('TBProjectInfo', { PrjNum: '3700002609010101' })).toEqual([])
  })

  it('may be a zone of the same city, but not of another', () => {
    expect(judge('TBProjectInfo', { PrjNum: '3701712609010101' })).toEqual([])
    expect(brief(judge('TBProjectInfo', { PrjNum: '3702712609010101' }))).toEqual(['error number-region-mismatch /data/PrjNum'])
  })

  it('may be the old code of the county', () => {
    expect(judge('TBProjectInfo', { PrjNum: '3712021609010101', CountyNum: '370116' })).toEqual([])
  })
})

describe('abolished regions', () => {
  it('are right for a record of their time, and a warning with the successor after it', () => {
    const old = { ProvinceNum: '370000', CityNum: '371200', CountyNum: '371202' }
    expect(judge('TBProjectInfo', { ...old, PrjNum: '3712021609010101' })).toEqual([])
    const late = judge('TBProjectInfo', { ...old, PrjNum: '3712022609010101' })
    expect(brief(late)).toEqual(['warning region-abolished /data/CityNum', 'warning region-abolished /data/CountyNum'])
    expect(late[1]).toMatchObject({
      detail: '371202 莱城区 已撤销，现为 370116 莱芜区',
      fix: [{ op: 'replace', path: '/data/CountyNum', value: '370116' }],
    })
  })
})

describe('numbers', () => {
  it('date and type inside the project number: warnings', () => {
    expect(brief(judge('TBProjectInfo', { PrjNum: '3701022613010101' }))).toEqual(['warning number-inconsistent /data/PrjNum'])
    expect(brief(judge('TBProjectInfo', { PrjNum: '3701022609010201' }))).toEqual(['warning number-inconsistent /data/PrjNum'])
  })

  it('project part and letters of a phase number: warnings', () => {
    expect(brief(judge('TBTenderInfo', { TenderNum: '3701022609010102-BD-001' }))).toEqual(['warning number-inconsistent /data/TenderNum'])
    expect(judge('TBTenderInfo', { TenderNum: '3701022609010101-BE-001' })[0]).toMatchObject({
      code: 'number-inconsistent',
      rule: 'number.letters',
      detail: '编号字母为 BE，此类记录应为 BD',
    })
    expect(judge('TBTenderInfo', { TenderNum: '3701022609010101-BE-001', TenderClassNum: '004' })).toEqual([])
    expect(judge('TBTenderInfo', { TenderNum: '本地编号 2026-18' })).toEqual([])
  })

  it('permits of 18 digits are taken; older works classes are a warning', () => {
    expect(judge('TBBuilderLicenceManage', { BuilderLicenceNum: '370102202609010101' })).toEqual([])
    expect(brief(judge('TBBuilderLicenceManage', { BuilderLicenceNum: '370102202609010119' }))).toEqual([
      'warning number-inconsistent /data/BuilderLicenceNum',
    ])
  })
})

describe('dates', () => {
  it('in an unusual order are a warning, never an error', () => {
    const [problem] = judge('TBProjectFinishManage', { BDate: '2026-10-02' })
    expect(problem).toMatchObject({
      code: 'date-order',
      severity: 'warning',
      pointer: '/data/EDate',
      detail: expect.stringContaining('（2026-10-01）早于'),
    })
    expect(brief(judge('TBCorpBadCreditInfo', { PunishEDate: '2026-08-31' }))).toEqual(['warning date-order /data/PunishEDate'])
  })

  it('compare the day only, where one is an instant', () => {
    expect(
      judge('TBProjectCensorInfo', { CensorEDate: '2026-11-01T23:00:00+08:00', CreateDate: '2026-11-01T09:30:00+08:00' }, now, '2014'),
    ).toEqual([])
  })

  it('of events lie in the past, by the day in Shanghai', () => {
    expect(shanghaiDay(new Date('2026-10-31T15:59:59Z'))).toBe('2026-10-31')
    expect(shanghaiDay(new Date('2026-10-31T16:00:00Z'))).toBe('2026-11-01')
    expect(brief(judge('TBTenderInfo', {}, new Date('2026-10-31T15:59:59Z')))).toEqual(['warning date-future /data/CreateDate'])
    expect(judge('TBTenderInfo', {}, new Date('2026-10-31T16:00:00Z'))).toEqual([])
  })

  it('that programs write for none are placeholders', () => {
    expect(brief(judge('TBTenderInfo', { TenderResultDate: '1900-01-01' }))).toEqual(['error placeholder-value /data/TenderResultDate'])
    expect(brief(judge('TBProjectInfo', { BeginDete: '1900-01-01' }))).toEqual(['warning placeholder-value /data/BeginDete'])
    expect(judge('TBRegPersonBasicInfo', { Birthday: '1900-01-01', IDCardTypeNum: '3', IDCard: 'E12345678' })).toEqual([])
  })
})

describe('amounts', () => {
  it('too large for any works are doubtful', () => {
    expect(brief(judge('TBTenderInfo', { TenderMoney: '186005000', Area: '0' }))).toEqual(['doubt amount-doubtful /data/TenderMoney'])
    expect(judge('TBTenderInfo', { TenderMoney: '999999', Area: '0' })).toEqual([])
  })

  it('too large for the area are doubtful, unless the area says nothing', () => {
    const [problem] = judge('TBTenderInfo', { TenderMoney: '520001', Area: '52000' })
    expect(problem).toMatchObject({ code: 'amount-doubtful', rule: 'amount.per-area', severity: 'doubt', fix: [{ value: '52.0001' }] })
    expect(judge('TBTenderInfo', { TenderMoney: '520000', Area: '52000' })).toEqual([])
    expect(judge('TBTenderInfo', { TenderMoney: '5200', Area: '12' })).toEqual([])
  })

  it('below nothing are doubtful, without a fix', () => {
    const [problem] = judge('TBTenderInfo', { TenderMoney: '-1' })
    expect(problem).toMatchObject({ code: 'amount-doubtful', rule: 'amount.negative' })
    expect(problem!.fix).toBeUndefined()
  })

  it('of fines count 元 and are not measured by this rule', () => {
    expect(judge('TBCorpBadCreditInfo', { PunishMoney: '3000000' })).toEqual([])
  })
})

describe('placeholders', () => {
  it('are errors in mandatory fields and warnings in optional ones', () => {
    for (const word of ['无', '无数据', '/', '-', '测试', 'NULL', '  ', ' 无 ', '组织机构代码']) {
      expect(brief(judge('TBProjectInfo', { Address: word })), word).toEqual(['error placeholder-value /data/Address'])
      expect(brief(judge('TBProjectInfo', { FundSource: word })), word).toEqual(['warning placeholder-value /data/FundSource'])
    }
  })

  it('are also the field’s own name', () => {
    expect(brief(judge('TBProjectInfo', { Address: '项目地点' }))).toEqual(['error placeholder-value /data/Address'])
  })

  it('are not words that merely contain one', () => {
    expect(judge('TBProjectInfo', { Address: '无锡路 1 号', PrjName: '测试中心改造工程' })).toEqual([])
  })
})

describe('classified projects', () => {
  it('are refused by name, size or remarks', () => {
    expect(brief(judge('TBProjectInfo', { PrjName: '示例涉密工程' }))).toEqual(['error classified-project /data/PrjName'])
    expect(brief(judge('TBProjectInfo', { PrjSize: '机密级用房 2000 平方米' }))).toEqual(['error classified-project /data/PrjSize'])
  })

  it('are not those that say they are not', () => {
    expect(judge('TBProjectInfo', { PrjName: '示例密云水库（非涉密）工程' })).toEqual([])
  })
})

describe('free text', () => {
  it('with an identity number is a warning that does not repeat it', () => {
    const problems = judge('TBCorpBadCreditInfo', { PunishContent: '对王示例（370102189001010010）罚款' })
    expect(brief(problems)).toEqual(['warning identity-number-in-text /data/PunishContent'])
    expect(JSON.stringify(problems)).not.toContain('370102189001010010')
  })
})

describe('dictionaries that are not complete here', () => {
  it('take an unlisted code with a warning', () => {
    expect(brief(judge('TBCorpBadCreditInfo', { CreditClassNum: '7' }))).toEqual(['warning code-unlisted /data/CreditClassNum'])
    expect(judge('TBCorpBadCreditInfo', { CreditCode: 'KC-001' })).toEqual([])
  })
})
