import { releases } from '@huijiao/standard'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { comparable, regionsIn } from './comparable.ts'
import { likenessOf, normalName, renumbered, strongNumber, traitsOf, watchedEntities } from './duplicate-traits.ts'
import { automaticSuccession } from './succession-policy.ts'

const project = (over: Record<string, unknown> = {}) => ({
  PrjNum: '3701022001010101',
  PrjName: '示例花园一期（合成）',
  PrjTypeNum: '01',
  CountyNum: '370102',
  BuildCorpCode: '91370199MA00DEM14Q',
  AllInvest: '18600.5',
  AllArea: '135600',
  ...over,
})
const shared = (entity: string, a: object, b: object) => {
  const names = (data: object) => traitsOf(entity, data as Record<string, unknown>).map((trait) => `${trait.kind} ${trait.text}`)
  return names(a).filter((name) => names(b).includes(name))
}

describe('two projects', () => {
  it('are one when name, place, developer and size agree, however the name is written', () => {
    const other = project({ PrjNum: '3701022001020103', PrjName: '示例花园 1期 (合成)' })
    expect(shared('TBProjectInfo', project(), other)).toHaveLength(2)
    expect(likenessOf('TBProjectInfo', project(), other)).toEqual({
      score: 1,
      reasons: ['name', 'county', 'developer', 'investment', 'size'],
    })
  })

  it('are not asked about when only their place and developer agree, or when they are phases of one investment', () => {
    const phase = { PrjNum: '3701022001020103', PrjName: '示例花园二期（合成）', AllInvest: '9000', AllArea: '60000' }
    expect(likenessOf('TBProjectInfo', project(), project(phase)).score).toBeLessThan(0.6)
    const code = { PrjCode: '2019-370102-47-01-000001' }
    expect(likenessOf('TBProjectInfo', project(code), project({ ...phase, ...code })).score).toBeLessThan(0.6)
  })

  it('of the same name in another county, for another developer, are not alike enough', () => {
    const other = project({
      PrjNum: '3701032001010101',
      CountyNum: '370103',
      BuildCorpCode: '91370199MA0XL03Q33',
      AllInvest: '1',
      AllArea: '1',
    })
    expect(likenessOf('TBProjectInfo', project(), other)).toEqual({ score: 0.45, reasons: ['name'] })
  })

  it('are less alike when they are of different types', () => {
    expect(likenessOf('TBProjectInfo', project(), project({ PrjTypeNum: '02' })).reasons).toContain('-type')
  })
})

describe('two companies', () => {
  const company = { CorpName: '示例建设有限公司（合成）', CorpCode: '91370199MA00DEM14Q', CountyNum: '370102' }
  it('are asked about under one name or one organisation code', () => {
    expect(likenessOf('TBCorpBasicInfo', company, { ...company, CorpCode: '91370199MA0XL03Q33', CountyNum: '370103' }).score).toBe(0.7)
    expect(
      likenessOf('TBCorpBasicInfo', company, { CorpName: '另一公司', CorpCode: '91370299MA00DEM14X', CountyNum: '370203' }).score,
    ).toBe(0.9)
    expect(shared('TBCorpBasicInfo', company, { CorpName: '另一公司', CorpCode: 'MA00DEM14' })).toHaveLength(1)
  })
})

describe('two decisions', () => {
  const decision = { PunishNumber: '示建罚〔2026〕7号', CreditCode: 'D1-1-01', CorpCode: '91370199MA00DEM14Q', PunishDate: '2026-03-01' }
  it('are one under any brackets, widths, zeros and dashes, for either code of the company', () => {
    const copy = { ...decision, PunishNumber: '示建罚 [２０２６] 第007号', CorpCode: 'MA00DEM14' }
    expect(shared('TBCorpBadCreditInfo', decision, copy)).toHaveLength(1)
    expect(likenessOf('TBCorpBadCreditInfo', decision, copy).score).toBe(1)
  })
  it('are not compared when one number found two things', () => {
    expect(shared('TBCorpBadCreditInfo', decision, { ...decision, CreditCode: 'D1-2-01' })).toEqual([])
  })
})

describe('likeness', () => {
  const value = fc.constantFrom('示例花园', '3701022001010101', '91370199MA00DEM14Q', '370102', '5', undefined, 7)
  const fields = [
    'PrjName',
    'PrjNum',
    'BuildCorpCode',
    'CorpCode',
    'CorpName',
    'CountyNum',
    'AllInvest',
    'PunishNumber',
    'CreditCode',
    'PrjTypeNum',
  ]
  const data = fc.dictionary(fc.constantFrom(...fields), value)
  it('is the same both ways round, between 0 and 1, and the traits of any data can be told', () => {
    fc.assert(
      fc.property(fc.constantFrom(...watchedEntities), data, data, (entity, a, b) => {
        const likeness = likenessOf(entity, a, b)
        expect(likenessOf(entity, b, a)).toEqual(likeness)
        expect(likeness.score).toBeGreaterThanOrEqual(0)
        expect(likeness.score).toBeLessThanOrEqual(1)
        for (const trait of traitsOf(entity, a)) expect(trait.text).not.toBe('')
      }),
    )
  })
})

describe('forms of names and numbers', () => {
  it('leave out what people write differently, and nothing else', () => {
    expect([normalName('A 区 道路工程（合成）'), normalName('a区道路工程(合成)')]).toEqual(['a区道路工程合成', 'a区道路工程合成'])
    expect(normalName('示例三标段')).toBe(normalName('示例3标段'))
    expect(normalName('—')).toBeNull()
    expect(strongNumber('示建罚〔2026〕第07号')).toBe(strongNumber('示建罚(2026)7号'))
    expect(strongNumber('示建罚〔2026〕70号')).not.toBe(strongNumber('示建罚(2026)7号'))
  })
  it('tell a renumbered project only where a region changed its code', () => {
    expect([renumbered('3712021803120101'), renumbered('3701161803120101'), renumbered('3701021803120101')]).toEqual([
      '3701161803120101',
      '3701161803120101',
      null,
    ])
  })
})

describe('what the data itself says of a changed number', () => {
  const all = ['organisation-code-in-credit-code', 'region-of-project-number'] as const
  const [nine, eighteen] = [{ CorpCode: 'MA00DEM1-4' }, { CorpCode: '91370199MA00DEM14Q' }]
  it('goes one way: from the organisation code to the credit code', () => {
    expect(automaticSuccession(all, 'TBCorpBasicInfo', nine, eighteen)?.rule).toBe('organisation-code-in-credit-code')
    expect(automaticSuccession(all, 'TBCorpBasicInfo', eighteen, nine)).toBeNull()
    expect(automaticSuccession(all, 'TBCorpBasicInfo', nine, { CorpCode: '91370199MA0XL03Q33' })).toBeNull()
  })
  it('is asked only by the rules of the policy', () => {
    expect(automaticSuccession([], 'TBCorpBasicInfo', nine, eighteen)).toBeNull()
    expect(automaticSuccession(['region-of-project-number'], 'TBCorpBasicInfo', nine, eighteen)).toBeNull()
  })
})

describe('regions that a release replaces beyond the bulk table', () => {
  const release = releases.get('2018')!
  const ruled = {
    ...release,
    regions: { ...release.regions, succession: [...release.regions.succession, { code: '370103', successor: '370102', basis: 'test' }] },
  }
  const [old, now] = [project({ PrjNum: '3701032001010101', CountyNum: '370103' }), project()]

  it('make one county and one number of the two, where the release of the records says so', () => {
    const regions = regionsIn(ruled)
    expect(likenessOf('TBProjectInfo', old, now).reasons).not.toContain('county')
    expect(likenessOf('TBProjectInfo', old, now, regions).reasons).toEqual(expect.arrayContaining(['county', 'renumbered']))
    expect(traitsOf('TBProjectInfo', old, regions)).toContainEqual({ kind: 'renumbered', text: '3701022001010101' })
    expect(automaticSuccession(['region-of-project-number'], 'TBProjectInfo', old, now)).toBeNull()
    expect(automaticSuccession(['region-of-project-number'], 'TBProjectInfo', old, now, regions)?.rule).toBe('region-of-project-number')
    const entity = ruled.entities.get('TBProjectInfo')
    expect([comparable(release, entity, 'CountyNum', '370103'), comparable(ruled, entity, 'CountyNum', '370103')]).toEqual([
      '370103',
      '370102',
    ])
  })
})
