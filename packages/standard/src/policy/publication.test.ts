import { residentIdCheck } from '../check-digits.ts'
import { describe, expect, it } from 'vitest'
import type { Entity } from '../model.ts'
import { releases } from '../releases.ts'
import { defaultPolicy, parsePolicy, policyFaults } from './policy.ts'
import { isFieldShown, publicationOf, publicationTerm, shownEntities } from './publication.ts'

const release = releases.get('2018')!
const entity = (code: string) => release.entities.get(code) as Entity

describe('what is shown to the public', () => {
  it('names tables that exist, and each of the four libraries', () => {
    const known = new Set([...releases.values()].flatMap((one) => [...one.entities.keys()]))
    expect(shownEntities(defaultPolicy).filter((code) => !known.has(code))).toEqual([])
    const groups = new Set(
      shownEntities(defaultPolicy).map((code) => [...releases.values()].find((one) => one.entities.has(code))?.entities.get(code)?.group),
    )
    expect([...groups].sort()).toEqual(['conduct', 'enterprise', 'person', 'project'])
  })

  it('says why in Chinese first, and in English too', () => {
    const { shown, withheld, basisEn = {} } = publicationOf(defaultPolicy)
    for (const { basis } of [...shown, ...withheld])
      expect([basis, /[\u4e00-\u9fff]/.test(basis), basisEn[basis] !== undefined]).toEqual([basis, true, true])
  })

  it('has no sealed field of any table, and no free text that was not checked', () => {
    for (const { entities } of releases.values())
      for (const one of entities.values())
        for (const field of one.fields) {
          const shown = isFieldShown(defaultPolicy, one, field.code, {})
          if (field.privacy === 'sealed') expect([one.code, field.code, shown]).toEqual([one.code, field.code, false])
        }
    for (const field of ['Content', 'PunishContent'])
      expect(isFieldShown(defaultPolicy, entity('TBCorpBadCreditInfo'), field, {})).toBe(false)
    expect(isFieldShown(defaultPolicy, entity('TBCorpBadCreditInfo'), 'PunishNumber', {})).toBe(true)
    expect(isFieldShown(defaultPolicy, entity('TBCorpBasicInfo'), 'LegalMan', {})).toBe(true)
  })

  it('keeps the name of a private person who builds', () => {
    const person = `37019918900101001${residentIdCheck('37019918900101001')}`
    expect(isFieldShown(defaultPolicy, entity('TBProjectInfo'), 'BuildCorpName', { BuildCorpCode: person })).toBe(false)
    for (const hidden of [{}, { BuildCorpCode: '***' }])
      expect(isFieldShown(defaultPolicy, entity('TBProjectInfo'), 'BuildCorpName', hidden)).toBe(false)
    expect(isFieldShown(defaultPolicy, entity('TBProjectInfo'), 'BuildCorpName', { BuildCorpCode: '91370199MA00DEM14Q' })).toBe(true)
  })

  it('leaves conduct out that is not published or has no term, and cuts a term longer than the longest', () => {
    const bad = entity('TBCorpBadCreditInfo')
    const term = (data: object) => publicationTerm(bad, data as never, release.clocks)
    expect(term({ IsPublic: '0', PublicBDate: '2026-01-01', PublicEDate: '2026-12-31' })).toBeNull()
    expect(term({ IsPublic: '1', PublicBDate: '2026-01-01' })).toBeNull()
    expect(term({ IsPublic: '1', PublicBDate: '2026-01-01', PublicEDate: '2026-12-31' })).toEqual({ from: '2026-01-01', to: '2026-12-31' })
    expect(term({ IsPublic: '1', PublicBDate: '2026-01-01', PublicEDate: '2036-12-31' })).toEqual({ from: '2026-01-01', to: '2029-01-01' })
    expect(term({ IsPublic: '1', PublicBDate: '2024-02-29', PublicEDate: '2036-12-31' })).toEqual({ from: '2024-02-29', to: '2027-02-28' })
    expect(publicationOf(defaultPolicy).dated).toContain('TBCorpBadCreditInfo')
  })
})

describe('a policy that says otherwise', () => {
  const own = publicationOf(defaultPolicy)
  const faultsOf = (change: object) =>
    policyFaults({ ...defaultPolicy.document, version: 900, publication: { ...own, ...change } }, releases.values()).join()

  it('counts instead of the ruling: a table less is shown, a field more is withheld', () => {
    const shown = own.shown.map((one) => ({ ...one, entities: one.entities.filter((code) => code !== 'TBContractRecordManage') }))
    const withheld = [...own.withheld, { entities: ['TBProjectInfo'], fields: ['AllInvest'], basis: '合成' }]
    const searched = own.searched.filter((code) => code !== 'TBContractRecordManage')
    const policy = parsePolicy({ ...defaultPolicy.document, version: 900, publication: { ...own, shown, searched, withheld } })
    expect([shownEntities(defaultPolicy), shownEntities(policy)].map((codes) => codes.includes('TBContractRecordManage'))).toEqual([
      true,
      false,
    ])
    expect(isFieldShown(policy, entity('TBProjectInfo'), 'AllInvest', {})).toBe(false)
    expect(isFieldShown(defaultPolicy, entity('TBProjectInfo'), 'AllInvest', {})).toBe(true)
    expect(faultsOf({})).toBe('')
  })

  it('still shows nothing that is sealed', () => {
    const policy = parsePolicy({ ...defaultPolicy.document, version: 900, publication: { ...own, withheld: [] } })
    expect(isFieldShown(policy, entity('TBRegPersonBasicInfo'), 'IDCard', {})).toBe(false)
    expect(isFieldShown(policy, entity('TBCorpBadCreditInfo'), 'PunishContent', {})).toBe(true)
  })

  it('is refused with every mistake by name', () => {
    const shown = [...own.shown, { entities: ['TBNothing'], basis: '合成' }]
    expect(faultsOf({ shown })).toContain('no such table: TBNothing')
    expect(faultsOf({ withheld: [{ entities: ['*'], fields: ['NoField'], basis: '合成' }] })).toContain(
      'no such field to withhold: NoField',
    )
    expect(faultsOf({ searched: [...own.searched, 'TBPrjMechanicsinfo'] })).toContain(
      'TBPrjMechanicsinfo is not among the tables that are shown',
    )
    expect(faultsOf({ wholeName: ['TBUnitProjectInfo'] })).toContain('TBUnitProjectInfo is not among the tables that are searched')
    expect(faultsOf({ dated: [...own.dated, 'TBProjectInfo'] })).toContain('TBProjectInfo has no term')
    expect(faultsOf({ dated: own.dated.slice(1) })).toContain('is shown within its term only')
    expect(faultsOf({ shown: [{ entities: [], basis: '' }] })).toContain('not well formed')
  })
})
