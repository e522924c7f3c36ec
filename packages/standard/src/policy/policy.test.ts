import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseCsv } from '../generate/csv.ts'
import { aliasTexts, heldReferences, references, regionsOf, splitNumbers } from '../references.ts'
import { releases } from '../releases.ts'
import { defaultPolicy, parsePolicy, type PolicyDocument } from './policy.ts'
import { judgeQualification } from './qualification.ts'

const data = (path: string) => readFileSync(join(import.meta.dirname, '..', '..', 'data', path), 'utf8')
const document = () => JSON.parse(data('policy.json')) as PolicyDocument & Record<string, unknown>
const entityOf = (code: string, release = '2018') => releases.get(release)!.entities.get(code)!
const published = { IsPublic: '1', PublicBDate: '2026-09-01', PublicEDate: '2027-03-01' }
const judge = (tier: string, entity: string, record: Record<string, unknown>, state = 'accepted') =>
  judgeQualification(defaultPolicy, tier, { entity, state, data: () => record })

describe('what goes up to the province', () => {
  it('is every accepted record, without a look into it', () => {
    const unread = () => {
      throw new Error('the record was read')
    }
    for (const entity of releases.get('2018')!.entities.keys()) {
      expect(judgeQualification(defaultPolicy, 'provincial', { entity, state: 'accepted', data: unread })).toEqual({ qualifies: true })
    }
  })

  it('is nothing that still waits for a decision', () => {
    for (const state of ['pending_review', 'doubtful', 'held', 'refused', 'superseded']) {
      expect(judge('provincial', 'TBProjectInfo', {}, state)).toMatchObject({ qualifies: false, kind: 'not-due' })
    }
  })
})

describe('what goes up to the nation', () => {
  it('leaves out data level D as not due', () => {
    expect(judge('national', 'TBProjectInfo', { DataLevel: 'D' })).toEqual({ qualifies: false, reason: 'data-level-d', kind: 'not-due' })
    expect(judge('national', 'TBProjectInfo', { DataLevel: 'C' })).toEqual({ qualifies: true })
    expect(judge('national', 'TBProjectInfo', {})).toEqual({ qualifies: true })
  })

  it('takes listed conduct codes, flags unlisted ones of national form, leaves provincial ones', () => {
    const conduct = (CreditCode: string, entity = 'TBCorpBadCreditInfo') => judge('national', entity, { CreditCode, ...published })
    expect(conduct('D1-1-01')).toEqual({ qualifies: true })
    expect(conduct('D1-4-01')).toEqual({ qualifies: true, flags: ['unlisted'] })
    for (const code of ['A2-1-01', 'KC-001', 'SL-SG-011', 'D1-1-1'])
      expect(conduct(code)).toEqual({ qualifies: false, reason: 'conduct-code-provincial', kind: 'not-due', byDecision: true })
    expect(conduct('M-1-01', 'TBRegPersonBadCreditInfo')).toEqual({ qualifies: true, flags: ['unlisted'] })
    expect(conduct('M-1-01')).toMatchObject({ qualifies: false, reason: 'conduct-code-provincial' })
  })

  it('waits for publication, and calls conduct without its term incomplete', () => {
    expect(judge('national', 'TBCorpBadCreditInfo', { CreditCode: 'D1-1-01', IsPublic: '0' })).toEqual({
      qualifies: false,
      reason: 'conduct-not-published',
      kind: 'not-due',
    })
    expect(judge('national', 'TBCorpBadCreditInfo', { CreditCode: 'D1-1-01', IsPublic: '1', PublicBDate: '2026-09-01' })).toEqual({
      qualifies: false,
      reason: 'publication-incomplete',
      kind: 'incomplete',
    })
    expect(judge('national', 'TBCorpGoodCreditInfo', published)).toEqual({ qualifies: true })
  })

  it('knows the conduct list as the data has it', () => {
    const listed = parseCsv(data('conduct/bad-conduct-codes.csv')).map((row) => row['code']!)
    expect(listed).toHaveLength(30)
    for (const code of listed)
      expect(judge('national', 'TBCorpBadCreditInfo', { CreditCode: code, ...published }), code).toEqual({ qualifies: true })
  })

  it('gives every reason words in two languages', () => {
    const reasons = Object.values(defaultPolicy.document.qualification).flatMap((rules) =>
      rules.flatMap(({ verdict }) => (verdict.qualifies ? [] : [verdict.reason])),
    )
    for (const reason of reasons) expect(defaultPolicy.reason(reason).zh).not.toBe(reason)
  })
})

describe('steps of an entity', () => {
  it('conduct is never withdrawn, other records until they are in force', () => {
    expect(defaultPolicy.rulesOf('TBRegPersonGoodCreditInfo').withdraw).toBe('never')
    expect(defaultPolicy.rulesOf('TBProjectInfo')).toEqual({ onChange: 'update', withdraw: 'until-in-force', initialState: 'accepted' })
  })

  it('a backfilled record changes only through a case', () => {
    expect(defaultPolicy.rulesOf('TBProjectInfo', { DataSource: '3' }).onChange).toBe('case')
    expect(defaultPolicy.rulesOf('TBProjectInfo', { DataSource: '1' }).onChange).toBe('update')
  })
})

describe('a policy is refused at load', () => {
  const refused = (change: (policy: PolicyDocument & Record<string, unknown>) => unknown) => () => parsePolicy(change(document()))

  it('when its shape is wrong', () => {
    expect(refused(() => ({}))).toThrow('not well formed')
    expect(refused((p) => ({ ...p, surprise: 1 }))).toThrow('additionalProperties')
  })

  it('when it names what does not exist', () => {
    expect(refused((p) => ({ ...p, references: [{ ...p.references[0]!, parent: 'TBNothing' }] }))).toThrow('no such entity: TBNothing')
    expect(refused((p) => ({ ...p, references: [{ ...p.references[0]!, parentField: 'PrjName' }] }))).toThrow(
      'TBProjectInfo is not keyed by PrjName',
    )
    expect(refused((p) => ({ ...p, reasons: {} }))).toThrow('has no words')
  })

  it('when a schema does not compile', () => {
    const rule = {
      id: 'x',
      basis: 'x',
      when: { type: 'object', properties: { state: { type: 'strnig' } } },
      verdict: { qualifies: false, reason: 'state-held', kind: 'not-due' },
    }
    expect(refused((p) => ({ ...p, qualification: { default: [rule] } }))).toThrow('rule x: its schema does not compile')
  })

  it('when something qualifies on a link while its mandatory parent never can', () => {
    const rule = {
      id: 'no-projects',
      basis: 'x',
      when: { type: 'object', properties: { entity: { type: 'string', enum: ['TBProjectInfo'] } }, required: ['entity'] },
      verdict: { qualifies: false, reason: 'data-level-d', kind: 'not-due' },
    }
    expect(refused((p) => ({ ...p, qualification: { ...p.qualification, national: [rule] } }))).toThrow(
      'national: TBTenderInfo qualifies while TBProjectInfo, which it waits for, never does',
    )
  })
})

describe('references', () => {
  it('of a site table: project and permit are waited for', () => {
    const found = references(entityOf('TBPrjSafeUserInfo'), { PrjNum: 'P', BuilderLicenceNum: 'B', CorpCode: '91350100M000100Y43' })
    expect(found.map(({ basis: _, basisEn: __, value, ...one }) => ({ ...one, value }))).toEqual([
      {
        rule: 'linkage.project',
        field: 'PrjNum',
        parent: 'TBProjectInfo',
        key: { PrjNum: 'P' },
        keyText: '{"entity":"TBProjectInfo","key":{"PrjNum":"P"}}',
        aliased: false,
        onMissing: 'hold',
        mandatory: true,
        holdDays: 30,
        value: 'P',
      },
      {
        rule: 'linkage.permit',
        field: 'BuilderLicenceNum',
        parent: 'TBBuilderLicenceManage',
        key: { BuilderLicenceNum: 'B' },
        keyText: '{"entity":"TBBuilderLicenceManage","key":{"BuilderLicenceNum":"B"}}',
        aliased: false,
        onMissing: 'hold',
        mandatory: true,
        holdDays: 30,
        value: 'B',
      },
    ])
  })

  it('every project table waits for its project, and nothing waits for a company or a person', () => {
    for (const release of releases.values()) {
      for (const entity of release.entities.values()) {
        const data = Object.fromEntries(entity.fields.map((f) => [f.code, f.code === 'CorpCode' ? '91350100M000100Y43' : 'x']))
        for (const tier of ['county', 'municipal', 'provincial', 'national'] as const) {
          const held = heldReferences(entity, data, defaultPolicy, tier)
          expect(held).toEqual(references(entity, data, defaultPolicy, tier).filter((r) => r.mandatory))
          const waits = held.some((r) => r.field === 'PrjNum')
          expect(waits, `${release.id} ${entity.code}`).toBe(
            entity.group === 'project' && entity.code !== 'TBProjectInfo' && entity.fields.some((f) => f.code === 'PrjNum'),
          )
          expect(held.map((r) => r.parent).filter((parent) => parent.startsWith('TBCorp') || parent.startsWith('TBRegPerson'))).toEqual([])
        }
      }
    }
  })

  it('cover every row of RULES.md section 3 that names a record', () => {
    const named = (code: string, tier: 'provincial' | 'municipal') => {
      const entity = [...releases.values()].map((r) => r.entities.get(code)).findLast((e) => e !== undefined)!
      const data = Object.fromEntries(entity.fields.map((f) => [f.code, f.code.endsWith('CorpCode') ? '91350100M000100Y43' : 'x']))
      return references(entity, data, defaultPolicy, tier).map((r) => `${r.field}→${r.parent} ${r.onMissing}`)
    }
    expect(named('TBProjectDesignEconUserInfo', 'municipal')).toContain('CensorNum→TBProjectCensorInfo hold')
    expect(named('TBProjectFinishCheckInfo', 'municipal')).toContain('BuilderLicenceNum→TBBuilderLicenceManage hold')
    expect(named('TBBuilderLicenceManage', 'municipal')).toEqual([
      'PrjNum→TBProjectInfo hold',
      'CensorNum→TBProjectCensorInfo warning',
      'TenderNum→TBTenderInfo warning',
    ])
    expect(named('TBUnitProjectTechParamInfo', 'municipal')).toContain('UnitCode→TBUnitProjectInfo warning')
    expect(named('TBTenderBidInfo', 'municipal')).toContain('TenderNum→TBTenderProjectInfo warning')
    expect(named('TBTenderWinBidderCorpInfo', 'municipal')).toEqual([
      'PrjNum→TBProjectInfo hold',
      'TenderprojectCode→TBTenderProjectInfo warning',
      'BidsectionCode→TBTenderBidInfo warning',
    ])
    expect(named('TBProjectCostDetailInfo', 'municipal')).toContain('CostNum→TBProjectCostInfo warning')
    expect(named('TBCorpBadCreditInfo', 'municipal')).toEqual(['PrjNum→TBProjectInfo warning'])
    expect(named('TBCorpBadCreditInfo', 'provincial')).toContain('CorpCode→TBCorpBasicInfo warning')
    expect(named('TBRegPersonRegInfo', 'provincial')).toContain('IDCard18→TBRegPersonBasicInfo warning')
    expect(named('TBCorpCertDetailInfo', 'provincial')).toContain('CertID→TBCorpCertInfo warning')
  })

  it('one for each number where a field holds several', () => {
    const found = references(entityOf('TBProjectFinishManage'), { BuilderLicenceNum: 'A-1，B-2;C-3、 A-1' }).map(
      (r) => r.key['BuilderLicenceNum'],
    )
    expect(found).toEqual(['A-1', 'B-2', 'C-3'])
    expect(splitNumbers(' ')).toEqual([])
  })

  it('find a company by either of its codes, and no company behind 其它 or a private person', () => {
    const of = (CorpCode: string) =>
      references(entityOf('TBCorpBadCreditInfo'), { CorpCode }, defaultPolicy, 'provincial').map((r) => r.keyText)
    const company = entityOf('TBCorpBasicInfo')
    const credit = '91350100M000100Y43'
    expect(of(credit)).toEqual(aliasTexts(company, { CorpCode: credit }))
    expect(of('M000100Y4')).toEqual(of(credit))
    expect(of('M000100Y-4')).toEqual(of(credit))
    expect(aliasTexts(company, { CorpCode: 'M000100Y4' })).toEqual(of(credit))
    expect(of('其它')).toEqual([])
    expect(of('11010519491231002X')).toEqual([])
    expect(aliasTexts(entityOf('TBProjectInfo'), { PrjNum: 'P' })).toEqual([])
  })

  it('a record’s own key names nothing, but another field may name a record of the same table', () => {
    const rule = { ...document().references[0]!, children: ['TBProjectInfo'], field: 'PrjCode' }
    const policy = parsePolicy({ ...document(), references: [...document().references, rule] })
    expect(references(entityOf('TBProjectInfo'), { PrjNum: 'P', PrjCode: 'Q' }, policy).map((r) => r.key)).toEqual([{ PrjNum: 'Q' }])
  })

  it('mean what the tier of the node says', () => {
    const [rule] = document().references
    const policy = parsePolicy({ ...document(), references: [{ ...rule!, onMissing: 'ignore', tiers: { national: 'doubt' } }] })
    const of = (tier: 'national' | 'county') => references(entityOf('TBTenderInfo'), { PrjNum: 'P' }, policy, tier).map((r) => r.onMissing)
    expect(of('county')).toEqual([])
    expect(of('national')).toEqual(['doubt'])
  })

  it('follow the policy that is given', () => {
    const policy = parsePolicy({ ...document(), references: [] })
    expect(references(entityOf('TBPrjSafeUserInfo'), { PrjNum: 'P' }, policy)).toEqual([])
  })
})

describe('regions of a record', () => {
  it('are the place of the project or conduct, and those inside its numbers', () => {
    expect(regionsOf(entityOf('TBProjectInfo'), { CountyNum: '370103', PrjNum: '3701022609010101' })).toEqual({
      reporting: '370103',
      inNumbers: ['370102'],
    })
    expect(regionsOf(entityOf('TBTenderInfo'), { PrjNum: '3701022609010101', TenderNum: '3701022609010101-BD-001' })).toEqual({
      reporting: '370102',
      inNumbers: ['370102'],
    })
    expect(regionsOf(entityOf('TBCorpBadCreditInfo'), { CountyNum: '370203' })).toEqual({ reporting: '370203', inNumbers: [] })
    expect(regionsOf(entityOf('BadConductReportForm2007'), { CountyNum: '320102', HappenCountyNum: '370203' }).reporting).toBe('370203')
    expect(regionsOf(entityOf('TBTenderProjectInfo'), { TegionCode: '370104', PrjNum: '3701022609010101' })).toEqual({
      reporting: '370104',
      inNumbers: ['370102'],
    })
  })

  it('never where a company or a person is registered', () => {
    expect(regionsOf(entityOf('TBCorpBasicInfo'), { CountyNum: '320102' })).toEqual({ reporting: null, inNumbers: [] })
    expect(regionsOf(entityOf('TBCorpPerformance'), { PrjNum: '3201022609010101' })).toEqual({ reporting: null, inNumbers: [] })
  })

  it('count old codes as what they have become, both forms of permits, and no local numbers', () => {
    expect(regionsOf(entityOf('TBTenderInfo'), { PrjNum: '3712021609010101' })).toEqual({ reporting: '370116', inNumbers: ['370116'] })
    expect(
      regionsOf(entityOf('TBPrjSafeUserInfo'), { PrjNum: '3701022609010101', BuilderLicenceNum: '370103202609010101' }).inNumbers,
    ).toEqual(['370102', '370103'])
    expect(
      regionsOf(entityOf('TBContractRecordManage'), { PrjNum: '3701022609010101', RecordNum: '1234567890本地编号1234567' }).inNumbers,
    ).toEqual(['370102'])
  })
})
