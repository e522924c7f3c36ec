import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ProblemDocument } from '@huijiao/problem'
import { catalogue } from '@huijiao/problem'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decimalPattern } from '../patterns.ts'
import { releases } from '../releases.ts'
import { entitySchema } from '../schema.ts'
import { createAjv } from './ajv.ts'
import { fastKeywords, fastSchema } from './fast-schema.ts'
import { validateRecord, withoutNulls } from './validate-record.ts'

type Data = Record<string, unknown>

const at = new Date('2027-01-01T00:00:00Z')
const schemas = join(import.meta.dirname, '..', '..', '..', '..', 'schemas')
const read = (path: string) => JSON.parse(readFileSync(join(schemas, path), 'utf8'))
const sample = (release: string, entity: string): Data => read(`${release}/valid/${entity}.full.json`)

function judge(entity: string, change: Data, release = '2018', base = sample(release, entity)): ProblemDocument[] {
  const data = Object.fromEntries(Object.entries({ ...base, ...change }).filter(([, value]) => value !== undefined))
  const { entities } = releases.get(release)!
  return validateRecord(releases.get(release)!, entities.get(entity)!, data, at)
}

const brief = (problems: readonly ProblemDocument[]) => problems.map((p) => `${p.severity} ${p.code} ${p.pointer}`)

describe('every entity of both releases', () => {
  for (const release of releases.values()) {
    it(`of release ${release.id} takes its samples without a word, and names the one mistake of each spoiled sample`, () => {
      let cases = 0
      for (const entity of release.entities.values()) {
        const full = sample(release.id, entity.code)
        expect(brief(validateRecord(release, entity, full, at)), `${entity.code} full`).toEqual([])
        expect(
          brief(validateRecord(release, entity, read(`${release.id}/valid/${entity.code}.minimal.json`), at)),
          `${entity.code} minimal`,
        ).toEqual([])
        for (const { what, patch, problems } of read(`${release.id}/invalid/${entity.code}.json`).cases) {
          const data = { ...full }
          for (const { op, path, value } of patch) {
            if (op === 'remove') delete data[path.slice(1)]
            else data[path.slice(1)] = value
          }
          const errors = validateRecord(release, entity, data, at).filter((p) => p.severity === 'error')
          expect(
            errors.map(({ code, pointer }) => ({ code, pointer })),
            `${entity.code} ${what}`,
          ).toEqual(problems)
          cases++
        }
      }
      expect(cases).toBeGreaterThan(500)
    }, 60_000)
  }
})

describe('one answer with everything', () => {
  const problems = judge('TBProjectInfo', {
    PrjName: undefined,
    CountyNum: '379999',
    AllInvest: '1e4',
    PrjApprovalDate: '2026-02-30',
    DataLevel: 'E',
    FundSource: '',
    NoSuch: 1,
    PrjSize: '无',
  })

  it('tells every mistake, each once, unknown members first and then in the order of the standard', () => {
    expect(brief(problems)).toEqual([
      'error field-unknown /data/NoSuch',
      'error field-missing /data/PrjName',
      'error region-unknown /data/CountyNum',
      'error date-invalid /data/PrjApprovalDate',
      'error field-empty /data/FundSource',
      'error decimal-invalid /data/AllInvest',
      'error code-unknown /data/DataLevel',
      'warning placeholder-value /data/PrjSize',
    ])
  })

  it('gives each a rule, a basis, and words in two languages', () => {
    for (const problem of problems) {
      expect(problem.rule).toMatch(/^[a-z]+\.[a-z-]+$/)
      expect(problem.basis).not.toBe('')
      expect(problem.title).toBe(catalogue[problem.code].title.zh)
      expect(problem.detail).toMatch(/\p{Script=Han}/u)
      expect(problem.en.detail).toMatch(/[A-Za-z]/)
    }
  })

  it('sums up what nobody can read', () => {
    const many = judge('TBProjectInfo', Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`Extra${i}`, 1])))
    expect(many).toHaveLength(201)
    expect(many.at(-1)).toMatchObject({ code: 'problems-many', detail: '另有 4800 个问题未列出' })
  })

  it('does not carry findings from one record into the next', () => {
    judge('TBProjectInfo', { PrjName: undefined })
    expect(judge('TBProjectInfo', {})).toEqual([])
  })
})

describe('unknown members', () => {
  it('offers to move one that differs in letter case only, and does not also call the right one missing', () => {
    const problems = judge('TBProjectInfo', { PrjNum: undefined, prjnum: '3701022609010101' })
    expect(brief(problems)).toEqual(['error field-unknown /data/prjnum'])
    expect(problems[0]).toMatchObject({
      hint: '正确的写法是 PrjNum（项目编号）',
      fix: [{ op: 'move', from: '/data/prjnum', path: '/data/PrjNum' }],
    })
  })

  it('asks about a name that is one letter off, without a patch', () => {
    const [problem] = judge('TBProjectInfo', { BuildPlanNum: undefined, BuldPlanNum: '地字第1号' })
    expect(problem).toMatchObject({ code: 'field-unknown', hint: '是否应为 BuildPlanNum（建设用地规划许可证编号）？' })
    expect(problem!.fix).toBeUndefined()
  })

  it('says of an image that it is an attachment', () => {
    expect(judge('TBProjectInfo', { PrjTwoDimCode: 'AAAA' })[0]!.hint).toContain('attachments')
  })

  it('survives hostile names', () => {
    const data = JSON.parse('{"__proto__":1,"constructor":2,"a/b~c":3,"\\ud800":4}') as Data
    const problems = validateRecord(
      releases.get('2018')!,
      releases.get('2018')!.entities.get('TBProjectInfo')!,
      { ...sample('2018', 'TBProjectInfo'), ...data, ['__proto__']: 1 },
      at,
    )
    expect(problems.map((p) => p.pointer)).toEqual(expect.arrayContaining(['/data/constructor', '/data/a~1b~0c', '/data/__proto__']))
    expect(JSON.stringify(problems).isWellFormed()).toBe(true)
  })
})

describe('conditions', () => {
  it('asks for the tender agency, but not with direct award', () => {
    const [problem] = judge('TBTenderInfo', { AgencyCorpName: undefined })
    expect(problem).toMatchObject({
      code: 'field-missing',
      pointer: '/data/AgencyCorpName',
      rule: 'field.conditional',
      detail: expect.stringContaining('除 TenderTypeNum 为 003 外必填'),
    })
    expect(judge('TBTenderInfo', { AgencyCorpName: undefined, AgencyCorpCode: undefined, TenderTypeNum: '003' })).toEqual([])
  })

  it('asks for the document type only together with the person', () => {
    expect(brief(judge('TBTenderInfo', { IDCardTypeNum: undefined }))).toEqual(['error field-missing /data/IDCardTypeNum'])
    expect(judge('TBTenderInfo', { IDCardTypeNum: undefined, ConstructorIDCard: undefined, ConstructorName: undefined })).toEqual([])
  })

  it('warns when something is published without its term', () => {
    expect(brief(judge('TBCorpBadCreditInfo', { PublicEDate: undefined }))).toEqual(['warning condition-missing /data/PublicEDate'])
    expect(
      judge('TBCorpBadCreditInfo', {
        IsPublic: '0',
        PublicBDate: undefined,
        PublicEDate: undefined,
        AuditUserName: undefined,
        AuditDate: undefined,
      }),
    ).toEqual([])
  })
})

describe('identity documents', () => {
  const basic = 'TBRegPersonBasicInfo'

  it('judges resident ids only where the document is one', () => {
    expect(brief(judge(basic, { IDCard: '12345' }))).toEqual(['error resident-id-invalid /data/IDCard'])
    expect(judge(basic, { IDCard: 'E12345678', IDCardTypeNum: '3' })).toEqual([])
  })

  it('takes 15-digit numbers with a warning', () => {
    expect(brief(judge(basic, { IDCard: '370102900101001' }))).toEqual(['warning resident-id-old /data/IDCard'])
  })

  it('never repeats the number: masked value, no value in a patch', () => {
    const [problem] = judge(basic, { IDCard: '370102189001010011' })
    expect(problem).toMatchObject({ code: 'resident-id-invalid', value: '370*************11' })
    expect(problem!.fix).toBeUndefined()
    expect(JSON.stringify(problem)).not.toContain('37010218900101001')
  })

  it('masks names of persons and officials in the same way', () => {
    expect(judge('TBProjectInfo', { CheckPersonName: '王示例'.repeat(20) })[0]).toMatchObject({
      code: 'too-long',
      value: `王示例${'*'.repeat(20)}示例`,
    })
    expect(judge('TBProjectInfo', { CheckPersonName: '测试' })[0]).toMatchObject({ code: 'placeholder-value', value: '测*' })
    expect(judge('TBTenderInfo', { ConstructorName: ' 王示例' })[0]!.fix).toBeUndefined()
  })

  it('masks one that was mistyped into a company code', () => {
    const problems = judge('TBProjectInfo', { BuildCorpCode: '370102189001010011' })
    expect(brief(problems)).toEqual(['error resident-id-invalid /data/BuildCorpCode'])
    expect(JSON.stringify(problems)).not.toContain('37010218900101001')
  })

  it('compares date of birth and sex', () => {
    expect(brief(judge(basic, { Birthday: '1890-01-02', SexNum: '2' }))).toEqual([
      'warning resident-id-inconsistent /data/Birthday',
      'warning resident-id-inconsistent /data/SexNum',
    ])
  })

  it('takes a developer who is a private person, and special bodies without a code', () => {
    expect(judge('TBProjectInfo', { BuildCorpCode: '370102189001010010' })).toEqual([])
    expect(judge('TBProjectInfo', { BuildCorpCode: '其它' })).toEqual([])
    expect(judge('TBProjectInfo', { BuildCorpCode: '其他' })).toEqual([])
    expect(brief(judge('TBContractRecordManage', { ContractorCorpCode: '其它' }))).toEqual([
      'error company-code-invalid /data/ContractorCorpCode',
    ])
  })
})

describe('the runtime schema', () => {
  const fields = [
    'PrjName',
    'PrjTypeNum',
    'PrjFunctionNum',
    'CountyNum',
    'BuildCorpCode',
    'AllInvest',
    'PrjApprovalDate',
    'FundSource',
  ] as const
  const release = releases.get('2018')!
  const schema = entitySchema(release.entities.get('TBProjectInfo')!, release.dictionaries)
  const committed = createAjv().compile(schema)
  const fast = createAjv(fastKeywords(release)).compile(fastSchema(schema, release))
  const full = sample('2018', 'TBProjectInfo')

  it('judges exactly as the committed one', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 12 }),
      fc.constantFrom(
        '',
        '370102',
        '100',
        '其它',
        '12.5',
        '𠮷'.repeat(200),
        '𠮷'.repeat(201),
        '\ud800',
        'a\u0000',
        '示'.repeat(200),
        '示'.repeat(201),
      ),
    )
    fc.assert(
      fc.property(
        fc.constantFrom(...fields),
        fc.oneof(text, fc.jsonValue()),
        (field, value) => committed({ ...full, [field]: value }) === fast({ ...full, [field]: value }),
      ),
      { numRuns: 600 },
    )
  }, 30_000)

  it('counts characters, not UTF-16 units', () => {
    expect(judge('TBProjectInfo', { FundSource: '𠮷'.repeat(200) })).toEqual([])
    expect(judge('TBProjectInfo', { FundSource: '𠮷'.repeat(201) })[0]).toMatchObject({
      code: 'too-long',
      detail: 'FundSource 有 201 个字符，最多 200 个',
      allowed: '最多 200 个字符',
    })
  })
})

describe('decimals', () => {
  it('have at most precision − scale digits before the point and scale after it', () => {
    const form = new RegExp(decimalPattern(15, 4), 'u')
    expect(['0', '0.5', '12345678901', '12345678901.2345', '-3'].every((text) => form.test(text))).toBe(true)
    expect(['', '.5', '5.', '01', '1e3', '+1', '1,000', '123456789012', '1.23456', ' 1', '１'].some((text) => form.test(text))).toBe(false)
  })

  it('every decimal of the right size is taken', () => {
    const form = new RegExp(decimalPattern(10, 4), 'u')
    fc.assert(
      fc.property(
        fc.nat(999_999),
        fc.nat(9999),
        (whole, fraction) =>
          form.test(String(whole)) && form.test(`${whole}.${String(fraction).padStart(4, '0')}`) && !form.test(`${whole + 1_000_000}`),
      ),
    )
  })
})

describe('null members', () => {
  it('are removed, and an object without them stays the same object', () => {
    const data = { a: 1 }
    expect(withoutNulls(data)).toBe(data)
    expect(withoutNulls({ a: 1, b: null })).toEqual({ a: 1 })
  })
})
