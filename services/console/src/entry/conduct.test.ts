import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type ReleaseDocument, releaseOf } from '@huijiao/standard/browser'
import { describe, expect, it } from 'vitest'
import { conductParts, judgeReport, placed, recordsOfReport, type ReportContent } from './conduct.ts'
import type { Data } from './judge.ts'

const schemas = fileURLToPath(new URL('../../../../schemas/2018', import.meta.url))
const release = releaseOf(JSON.parse(readFileSync(`${schemas}/release.json`, 'utf8')) as ReleaseDocument)
const parts = conductParts(release, true)!
const sample = (code: string): Data => JSON.parse(readFileSync(`${schemas}/valid/${code}.full.json`, 'utf8')) as Data

const person = sample('TBRegPersonBadCreditInfo')
const asked: Data = { PersonName: person['PersonName'], IDCardTypeNum: '1', IDCard18: person['IDCard18'], SpecialtyTypNum: '1' }
/** A page that nothing is wrong with: the form, what the records need besides, and one person. */
const content: ReportContent = {
  data: { ...sample('TBCorpBadCreditInfo'), ...sample('TBCorpBasicInfo'), ...sample('BadConductReportForm2007') },
  withCompany: true,
  persons: [{ id: 'a1', data: asked }],
  attachments: [{ kind: '处罚决定书', digest: `sha-256:${'0'.repeat(64)}`, mediaType: 'application/pdf', name: '决定书.pdf', bytes: 3 }],
}
const made = (change: Partial<ReportContent> = {}) => recordsOfReport(parts, { ...content, ...change })
const problemsOf = (change: Partial<ReportContent> = {}) =>
  judgeReport(release, made(change)).map(({ person, problem }) => [person, problem.code, problem.pointer])

describe('the report of bad conduct', () => {
  it('asks for every mandatory field of the records it makes', () => {
    const own = new Set(parts.sections.flatMap(({ fields }) => fields.map((field) => field.code)))
    const ofPersons = new Set(parts.personFields.map((field) => field.code))
    const named: Record<string, string> = { ProvinceNum: 'HappenProvinceNum', CityNum: 'HappenCityNum', CountyNum: 'HappenCountyNum' }
    for (const table of [parts.company, parts.conduct, parts.person!])
      for (const field of table.fields.filter((one) => one.mandatory && one.kind !== 'attachment'))
        expect([table.code, field.code, own.has(field.code) || own.has(named[field.code] ?? '') || ofPersons.has(field.code)]).toEqual([
          table.code,
          field.code,
          true,
        ])
  })

  it('makes the company, its conduct, and the conduct of each person, with nothing wrong', () => {
    expect(made().map(({ record }) => record.entity)).toEqual(['TBCorpBasicInfo', 'TBCorpBadCreditInfo', 'TBRegPersonBadCreditInfo'])
    expect(problemsOf()).toEqual([])
    const [, conduct, ofPerson] = made().map(({ record }) => record)
    expect(conduct?.data).toEqual(sample('TBCorpBadCreditInfo'))
    // The site's address and the place of the conduct, not the company's; the company's fine is not the person's.
    const { PunishMoney: _fine, ...rest } = person
    expect(ofPerson?.data).toEqual({
      ...rest,
      ...asked,
      CorpName: conduct?.data?.['CorpName'],
      PunishContent: conduct?.data?.['PunishContent'],
    })
    expect(ofPerson?.sourceId).toBe('RY-a1')
    expect([conduct, ofPerson].map((one) => one?.['attachments'])).toEqual(
      Array.from({ length: 2 }, () => [
        { kind: '处罚决定书', digest: `sha-256:${'0'.repeat(64)}`, mediaType: 'application/pdf', name: '决定书.pdf' },
      ]),
    )
  })

  it('takes a code of a person’s own with its class, and tells there what is wrong with it', () => {
    const own = { ...content.persons[0]!, data: { ...asked, CreditType: 'M-1', CreditCode: 'M-1-01', PunishMoney: '500' } }
    expect(made({ persons: [own] })[2]?.record.data).toMatchObject({ CreditType: 'M-1', CreditCode: 'M-1-01', PunishMoney: '500' })
    const { CreditType: _class, ...without } = own.data
    expect(problemsOf({ persons: [{ id: 'a1', data: without }] })).toContainEqual([0, 'field-missing', '/data/CreditType'])
  })

  it('tells what is wrong where it was written, and once', () => {
    const { HappenCountyNum: _county, PunishNumber: _number, ...data } = content.data
    expect(problemsOf({ data })).toEqual([
      [null, 'field-missing', '/data/HappenCountyNum'],
      [null, 'field-missing', '/data/PunishNumber'],
    ])
    const { IDCard18: _document, ...nobody } = asked
    expect(problemsOf({ persons: [...content.persons, { id: 'a2', data: nobody }] })).toEqual([[1, 'field-missing', '/data/IDCard18']])
  })

  it('places what the node refused in the same way', () => {
    const problem = { type: '/problems/x', code: 'region-not-granted', pointer: '/data/CountyNum', severity: 'error' } as never
    expect(placed(made(), [[], [problem], [problem]])).toMatchObject([{ person: null, problem: { pointer: '/data/HappenCountyNum' } }])
  })
})
