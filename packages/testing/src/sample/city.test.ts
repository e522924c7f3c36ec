import { releases, validateRecord } from '@huijiao/standard'
import { describe, expect, it } from 'vitest'
import { sampleCity } from './city.ts'
import { calendarOf } from './days.ts'
import { expectationOf } from './expected.ts'
import type { Filing } from './filing.ts'
import { companiesOf } from './companies.ts'
import { funnel, stages } from './projects.ts'
import { staffOf } from './staff.ts'

const city = sampleCity()
const evening = (dayZero: string) => new Date(`${dayZero}T12:00:00Z`)

/** What the validators say of a filing against what the author meant, or null when they agree. */
function disagreement({ standard, record, fate }: Filing, at: Date): string | null {
  if (record.data === undefined) return null
  const release = releases.get(standard)
  const entity = release?.entities.get(record.entity)
  if (release === undefined || entity === undefined) return `${standard} has no ${record.entity}`
  const problems = validateRecord(release, entity, record.data, at)
  const codes = (severity: string) => problems.filter((problem) => problem.severity === severity).map((problem) => problem.code)
  const judged = codes('error').length > 0 ? 'refused' : codes('doubt').length > 0 ? 'doubtful' : 'accepted'
  const known = fate.outcome === 'refused' && fate.code === 'source-version-conflict' ? 'accepted' : fate.outcome
  const meant = known === 'refused' || known === 'doubtful' ? known : 'accepted'
  const told = fate.outcome !== 'refused' || judged !== 'refused' || codes('error').includes(fate.code)
  return judged === meant && told
    ? null
    : `${record.entity} ${record.sourceId}: meant ${meant}, judged ${judged} ${JSON.stringify(problems)}`
}

describe('the sample city', () => {
  it.each(['2026-09-01', '2027-01-01', '2028-02-29', '2026-03-31'])(
    'is judged by the validators as its author meant, with %s as day 0',
    (dayZero) => {
      const { filings } = sampleCity(dayZero)
      expect(filings.flatMap((filing) => disagreement(filing, evening(dayZero)) ?? [])).toEqual([])
    },
  )

  it('is the same every time, and another one on another day', () => {
    expect(sampleCity()).toEqual(city)
    const other = sampleCity('2026-09-02')
    const ids = [...other.submissions, ...city.submissions].map((submission) => submission.envelope.id)
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('has about 120 companies of every kind and about 400 persons, none of them twice', () => {
    const companies = companiesOf()
    expect(companies.length).toBe(120)
    expect(new Set(companies.map((company) => company.kind)).size).toBe(11)
    expect(new Set(companies.map((company) => company.code)).size).toBe(120)
    const staff = staffOf()
    expect(staff.length).toBeGreaterThan(380)
    expect(new Set(staff.map((person) => person.person.document)).size).toBe(staff.length)
  })

  it('hits nobody real: unassigned region digits, births in the 1890s, telephones that begin with 000, 合成 in every company name', () => {
    const text = city.submissions.map((submission) => JSON.stringify(submission.records)).join('\n')
    // 370102 is the code of a district; company codes have the 99 of a city, which no list ever had.
    for (const [code] of text.matchAll(/"91\d{6}MA0[0-9A-Z]{7}"/g)) expect(code.slice(7, 9)).toBe('99')
    for (const [, birth] of text.matchAll(
      /"(?:IDCard|IDCard18|LegalManIDCard|PersonIDCard|ConstructorIDCard|SupervisionIDCard)":"\d{6}(\d{8})[\dX]{4}"/g,
    ))
      expect(birth).toMatch(/^189/)
    for (const [, phone] of text.matchAll(/"(?:Mobile|LinkPhone|PersonPhone|OfficePhone)":"([^"]+)"/g)) expect(phone).toMatch(/^000/)
    for (const company of companiesOf()) expect(company.name).toMatch(/^示例.*（合成数据）$/)
    for (const person of staffOf()) expect(person.person.name).toContain('示例')
  })

  it('reports 200 projects as a funnel through six stages, in both releases', () => {
    const entityOf = {
      project: 'TBProjectInfo',
      tender: 'TBTenderInfo',
      contract: 'TBContractRecordManage',
      review: 'TBProjectCensorInfo',
      permit: 'TBBuilderLicenceManage',
      finish: 'TBProjectFinishManage',
    } as const
    const regular = city.filings.filter(
      (filing) => filing.record.operation === 'upsert' && (filing.story === undefined || filing.story === 'mended'),
    )
    for (const stage of stages) {
      const numbers = new Set(
        regular.filter((filing) => filing.record.entity === entityOf[stage]).map((filing) => filing.record.data?.PrjNum),
      )
      expect([stage, numbers.size]).toEqual([stage, funnel[stage]])
    }
    const releasesOf = regular.filter((filing) => filing.record.entity === 'TBProjectInfo').map((filing) => filing.standard)
    expect(new Set(releasesOf)).toEqual(new Set(['2014', '2018']))
  })

  it('has 40 bad and 20 good decisions on conduct', () => {
    const decisions = (form: RegExp) =>
      new Set(
        city.filings
          .filter(
            (filing) =>
              form.test(filing.record.entity) &&
              filing.record.operation === 'upsert' &&
              filing.story !== 'two-brackets' &&
              filing.story !== 'parked-other-province',
          )
          .map((filing) => filing.record.sourceId),
      )
    expect(decisions(/BadCreditInfo$/).size).toBe(40)
    expect(decisions(/GoodCreditInfo$/).size).toBe(20)
  })

  it('lets one district come late, one fall silent, and has 30 % of another refused', () => {
    const of = (submitter: string) => city.filings.filter((filing) => filing.submitter === submitter)
    expect(Math.max(...of('county').map((filing) => filing.day))).toBeLessThan(-200)
    const north = of('north')
    const refused = north.filter((filing) => filing.fate.outcome === 'refused').length
    expect(refused / north.length).toBeGreaterThan(0.29)
    expect(refused / north.length).toBeLessThan(0.31)
    const calendar = calendarOf(city.dayZero)
    const lag = (submitter: string) => {
      const days = of(submitter).flatMap((filing) =>
        typeof filing.record.data?.ContractDate === 'string' ? [filing.day - calendar.dayOf(filing.record.data.ContractDate)] : [],
      )
      return days.filter((each) => each < 300).reduce((sum, each, _, all) => sum + each / all.length, 0)
    }
    expect(lag('east')).toBeGreaterThan(lag('south') + 10)
  })

  it('never sends a record before the project it belongs to', () => {
    const seen = new Set<unknown>()
    for (const { record, fate } of city.filings) {
      if (record.entity === 'TBProjectInfo' && fate.outcome !== 'refused') seen.add(record.data?.PrjNum)
      else if (
        record.data?.PrjNum !== undefined &&
        !record.entity.endsWith('CreditInfo') &&
        fate.outcome !== 'held' &&
        fate.outcome !== 'refused'
      )
        expect(seen).toContain(record.data.PrjNum)
    }
    expect(seen.size).toBeGreaterThan(0)
  })

  it('has one of everything that is easily forgotten', () => {
    const regular = city.filings.filter((filing) => filing.fate.outcome === 'accepted')
    const values = (field: string) =>
      regular.flatMap((filing) => (filing.record.data?.[field] === undefined ? [] : [String(filing.record.data[field])]))
    const some = (field: string, form: RegExp) => expect([field, values(field).some((value) => form.test(value))]).toEqual([field, true])
    expect(new Set(values('DataLevel'))).toEqual(new Set(['A', 'B', 'C', 'D']))
    expect(new Set(values('DataSource'))).toEqual(new Set(['1', '3']))
    some('IDCard', /X$/) // a check character that is no digit
    some('IDCard', /^8[123]0000/) // a residence permit
    some('IDCardTypeNum', /3/) // a passport
    some('PersonName', /·/)
    some('PersonName', /[\u{20000}-\u{2ffff}]/u)
    some('BuildCorpCode', /^其它$/)
    some('BuildCorpCode', /^3701021\d{10}[\dX]$/) // a private person
    some('UnionCorpCode', /^91/)
    some('TenderTypeNum', /^003$/)
    some('BuilderLicenceNum', /-SX-002$/)
    some('BuilderLicenceNum', /^\d{16}0[12]$/)
    some('BuilderLicenceNum', /^\d{16}07$/)
    some('RecordNum', /-HZ-002$/)
    some('AllLength', /^\d+$/)
    some('PrjNum', /^371202/) // a number from before the district had its new code
    some('CountyNum', /^370171$/) // a development zone
    some('CountyNum', /^120101$/) // a district of a province-level city
    some('ContractorCorpCode', /^91320199/) // a contractor from another province
    some('CorpCode', /^MA0/) // a company under its nine-character code
    some('IsValid', /^2$/)
    some('ForeignCorpName', /合成/)
  })

  it('plants what a supervisor should find', () => {
    const permits = (indexes: readonly number[] | undefined) =>
      city.filings.filter((filing) =>
        (indexes ?? []).some((index) => filing.record.entity === 'TBProjectCorpInfo' && filing.record.sourceId === `CJ-3-${index + 1}`),
      )
    expect(new Set(permits(city.stories['three-sites']).map((filing) => filing.record.data?.PersonIDCard)).size).toBe(1)
    expect(permits(city.stories['three-sites']).length).toBe(3)
    for (const indexes of Object.values(city.stories)) expect(indexes.length).toBeGreaterThan(0)
  })
})

describe('what must arrive at the nation', () => {
  const expectation = expectationOf(city)

  it('is everything accepted but what the rules of the field keep below', () => {
    expect(expectation.records.length).toBeGreaterThan(3_000)
    expect(new Set(expectation.skipped.map((each) => each.reason[0]))).toEqual(
      new Set(['conduct-code-provincial', 'conduct-not-published', 'data-level-d']),
    )
    expect(expectation.ended.map((record) => record.versions)).toEqual([2])
    expect(expectation.held.map((each) => each.story)).toEqual(expect.arrayContaining(['held-tender', 'held-safety', 'withdrawn']))
    expect(expectation.parked.map((each) => [each.story, each.link])).toEqual([
      ['parked-region', '370000'],
      ['parked-with-parent', '370000'],
      ['parked-other-province', '000000'],
    ])
    expect(new Set(expectation.refused.flatMap((each) => each.reason)).size).toBeGreaterThan(8)
  })

  it('names no record twice', () => {
    const names = expectation.records.map((record) => JSON.stringify([record.entity, record.key, record.sourceId, record.stream]))
    expect(new Set(names).size).toBe(names.length)
  })
})
