import { describe, expect, it } from 'vitest'
import { releases, schemaOf } from './releases.ts'

const entity = (release: string, code: string) => releases.get(release)!.entities.get(code)!
const field = (release: string, code: string, name: string) => entity(release, code).fields.find((f) => f.code === name)!

describe('releases', () => {
  it('2018 has its own project tables and the unchanged enterprise, person and conduct tables', () => {
    expect(entity('2018', 'TBProjectInfo').fields).toHaveLength(37)
    expect(entity('2014', 'TBProjectInfo').fields).toHaveLength(20)
    expect(entity('2018', 'TBCorpBasicInfo').fields).toEqual(entity('2014', 'TBCorpBasicInfo').fields)
    expect(releases.get('2018')!.entities.has('TBProjectBuilderUserInfo')).toBe(false)
    expect(releases.get('2014')!.entities.has('TBPrjSafeUserInfo')).toBe(false)
  })

  it('a dictionary code is valid only together with its release', () => {
    const codes = (release: string, dictionary: string) => releases.get(release)!.dictionaries.get(dictionary)!.codes
    expect(codes('2014', 'TBPRJFUNCTIONDIC').has('101')).toBe(false)
    expect(codes('2018', 'TBPRJFUNCTIONDIC').has('101')).toBe(true)
    expect(codes('2014', 'TBCONTRACTTYPEDIC').has('500')).toBe(true)
    expect(codes('2018', 'TBCONTRACTTYPEDIC').has('500')).toBe(false)
    expect([codes('2014', 'TBPRJFUNCTIONDIC').get('015')!.nameZh, codes('2018', 'TBPRJFUNCTIONDIC').get('015')!.nameZh]).toEqual([
      '桥隧',
      '桥梁',
    ])
  })

  it('a dictionary is closed only where the sources state the whole table', () => {
    const closed = (dictionary: string) => releases.get('2018')!.dictionaries.get(dictionary)!.closed
    expect(['TBPRJTYPEDIC', 'TBIDCARDTYPEDIC', 'TBWORKTYPEDIC', 'ENUM_YESNO', 'TBNATIONDIC'].every(closed)).toBe(true)
    expect(
      ['TBADDTYPEDIC', 'TBCREDITTYPE', 'TBTRADETYPEBOUNDDIC', 'TBECONTYPEDIC', 'TBPRINCIPALUNITDIC', 'TBREGTRADETYPEDIC'].some(closed),
    ).toBe(false)
    expect(releases.get('2018')!.dictionaries.get('TBCORPBADDIC')).toMatchObject({
      closed: false,
      complete: false,
      missing: { en: expect.stringContaining('30 are held') },
    })
  })

  it('company codes take 18 characters in both releases', () => {
    for (const release of releases.values()) {
      for (const { fields, code } of release.entities.values()) {
        for (const f of fields.filter((one) => one.check?.startsWith('company-code'))) expect(f.length, `${code}.${f.code}`).toBe(18)
      }
    }
    expect(field('2014', 'TBProjectInfo', 'BuildCorpCode').provenance.join()).toContain('length repaired (15 in the source)')
  })

  it('applies the repairs of keys and constraints', () => {
    expect(entity('2018', 'TBProjectCostDetailInfo').key).toEqual([])
    expect(entity('2018', 'TBPrjSpotCheckinfo').key).toEqual([])
    expect(field('2018', 'TBTenderInfo', 'IDCardTypeNum')).toMatchObject({ mandatory: false, conditional: true })
    expect(field('2018', 'TBCorpBadCreditInfo', 'PunishMoney').unit).toBe('元')
    expect(
      entity('2018', 'TBRegPersonRegInfo')
        .fields.filter((f) => f.code.startsWith('RegTradeTypeNum'))
        .map((f) => f.mandatory),
    ).toEqual([true, ...Array.from({ length: 7 }, () => false)])
  })

  it('every key field is a mandatory field', () => {
    for (const release of releases.values()) {
      for (const { key, fields, code } of release.entities.values()) {
        expect(
          key.filter((name) => fields.find((f) => f.code === name)?.mandatory !== true),
          `${release.id} ${code}`,
        ).toEqual([])
      }
    }
  })

  it('serves the committed schema, and none for an unknown entity', () => {
    expect(schemaOf('2018', 'TBProjectInfo')).toMatchObject({ $id: '/v1/schemas/2018/TBProjectInfo.json', 'x-key': ['PrjNum'] })
    expect(() => schemaOf('2018', 'TBProjectBuilderUserInfo')).toThrow('no entity')
  })
})

describe('privacy', () => {
  const marks = (privacy: string) =>
    [...releases.values()].flatMap((r) =>
      [...r.entities.values()].flatMap((e) => e.fields.filter((f) => f.privacy === privacy).map((f) => `${e.code}.${f.code}`)),
    )

  it('seals every identity-document number', () => {
    const open = [...releases.values()].flatMap((r) =>
      [...r.entities.values()].flatMap((e) =>
        e.fields.filter((f) => f.check === 'resident-id' && f.privacy !== 'sealed').map((f) => f.code),
      ),
    )
    expect(open).toEqual([])
  })

  it('marks UserName by table: named for design, safety and management staff, sealed for workers and registrars', () => {
    expect(marks('named')).toEqual(
      expect.arrayContaining([
        'TBProjectDesignEconUserInfo.UserName',
        'TBPrjSafeUserInfo.UserName',
        'TBPrjManageUserInfo.UserName',
        'TBProjectBuilderUserInfo.UserName',
      ]),
    )
    expect(marks('sealed')).toEqual(
      expect.arrayContaining(['TBPrjOperationWorkerInfo.UserName', 'TBCorpBadCreditInfo.UserName', 'BadConductReportForm2007.UserName']),
    )
  })

  it('names practitioners and seals contacts, officials and personal attributes', () => {
    expect(marks('named')).toEqual(
      expect.arrayContaining([
        'TBCorpBasicInfo.LegalMan',
        'TBTenderInfo.ConstructorName',
        'TBBuilderLicenceManage.SupervisionName',
        'TBCorpCertInfo.TechMan',
        'TBPrjSpotCheckinfo.SpotHead',
      ]),
    )
    expect(marks('sealed')).toEqual(
      expect.arrayContaining([
        'TBRegPersonBasicInfo.Birthday',
        'TBRegPersonBasicInfo.SexNum',
        'TBCorpBasicInfo.LinkPhone',
        'TBTenderBidderCorpInfo.UnioncontactPhone',
        'TBProjectInfo.CheckPersonName',
        'TBProjectSafeCheck.SafeAcceptUser',
        'TBPrjSpotCheckinfo.CheckUser',
        'TBProjectDesignErrInfo.ErrPersonName',
      ]),
    )
  })
})
