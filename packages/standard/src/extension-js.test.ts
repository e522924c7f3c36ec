import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { mapCode } from './mapping.ts'
import type { Entity } from './model.ts'
import { recordDateOf } from './record-date.ts'
import { references, regionsOf } from './references.ts'
import { checkRelease } from './release/check.ts'
import { releaseDocument } from './release/document.ts'
import { releases } from './releases.ts'
import { parsePolicy } from './policy/policy.ts'
import { validateRecord } from './validate/validate-record.ts'

const national = releases.get('2018')!
const jiangsu = releases.get('2018-js')!
const sample = (entity: string) =>
  JSON.parse(
    readFileSync(join(import.meta.dirname, '..', '..', '..', 'schemas', '2018-js', 'valid', `${entity}.full.json`), 'utf8'),
  ) as Record<string, unknown>
const entity = (code: string): Entity => jiangsu.entities.get(code)!
const at = new Date('2026-11-22T02:00:00Z')
const errors = (code: string, data: Record<string, unknown>) =>
  validateRecord(jiangsu, entity(code), data, at)
    .filter((problem) => problem.severity === 'error')
    .map((problem) => `${String(problem.code)} ${problem.pointer}`)

describe("Jiangsu's extension", () => {
  it('is built on 2018 and weakens nothing of it', () => {
    expect(jiangsu).toMatchObject({ basedOn: { id: '2018', revision: national.revision }, prefix: 'JS_', issuer: '320000' })
    expect(checkRelease(releaseDocument(jiangsu), national)).toEqual([])
  })

  it('has the twelve tables of its sources under its prefix, and its fields on the national ones', () => {
    const own = [...jiangsu.entities.keys()].filter((code) => !national.entities.has(code))
    expect(own).toHaveLength(12)
    expect(own.every((code) => code.startsWith('JS_'))).toBe(true)
    const added = entity('TBBuilderLicenceManage').fields.filter((field) => field.code.startsWith('JS_'))
    expect(added.map((field) => field.code)).toContain('JS_BuilderLicenceName')
    expect(added.every((field) => !field.mandatory && field.provenance.join().includes("addition of the province's 2014 form"))).toBe(true)
  })

  it('keeps row identifier and update flag out of the data: they are the sourceId and the operation', () => {
    const codes = [...jiangsu.entities.values()].flatMap((e) => e.fields.map((f) => f.code.toLowerCase()))
    expect(codes.filter((code) => /(?:^|_)(?:pkid|updateflag)$/.test(code))).toEqual([])
  })

  it('seals identity numbers and private telephones and names practitioners', () => {
    const privacy = (table: string, field: string) => entity(table).fields.find((f) => f.code === field)!.privacy
    expect([
      privacy('JS_TPersonRegCert', 'IDCardNo'),
      privacy('JS_aj_gcjbxx', 'zbdwZcjzsdm'),
      privacy('JS_zj_gcjbxx_zrdw', 'qyy_lxdh'),
    ]).toEqual(['sealed', 'sealed', 'sealed'])
    expect([privacy('JS_aj_gcjbxx', 'zbdwAqy1'), privacy('TBContractRecordManage', 'JS_PrjHead')]).toEqual(['named', 'named'])
    expect(privacy('TBProjectSafeCheck', 'SafeAcceptUser')).toBe('sealed')
  })

  it('refuses what its own tables do not allow, and takes a national record as the nation does', () => {
    const staff = sample('JS_TPersonRegCert')
    expect(errors('JS_TPersonRegCert', staff)).toEqual([])
    expect(
      errors('JS_TPersonRegCert', { ...staff, IDCardNo: String(staff['IDCardNo']).replace(/.$/, (c) => (c === '1' ? '2' : '1')) }),
    ).toEqual(['resident-id-invalid /data/IDCardNo'])
    // Code 2 is a passport here, whose number is not checked.
    expect(errors('JS_TPersonRegCert', { ...staff, IDCardType: '2', IDCardNo: 'E12345678' })).toEqual([])
    expect(errors('JS_TCorpBasicInfo', { ...sample('JS_TCorpBasicInfo'), CorpType: '9999' })).toEqual(['code-unknown /data/CorpType'])
    expect(errors('TBProjectInfo', sample('TBProjectInfo'))).toEqual([])
  })

  it('holds its own tables to the rules of the nation: regions that lie in each other, classified works, both company codes', () => {
    const company = sample('JS_TCorpBasicInfo')
    expect(errors('JS_TCorpBasicInfo', { ...company, CountyCode: '370102' })).toEqual(['region-not-nested /data/CountyCode'])
    expect(errors('JS_TCorpBasicInfo', { ...company, CityCode: '370100', CountyCode: '370102' })).toEqual([
      'region-not-nested /data/ProvinceCode',
    ])
    const filing = sample('JS_aj_gcjbxx')
    expect(errors('JS_aj_gcjbxx', { ...filing, sbdqbm: '370102' })).toEqual(['region-not-nested /data/sbdqbm'])
    expect(errors('JS_aj_gcjbxx', { ...filing, gcmc: '涉密工程（合成）' })).toEqual(['classified-project /data/gcmc'])
    const found = (data: Record<string, unknown>) =>
      validateRecord(jiangsu, entity('JS_TCorpBasicInfo'), data, at).map(({ code, pointer }) => `${code} ${pointer}`)
    expect(found({ ...company, OrganID: '91370199MA0XL04X7A' })).toContain('company-codes-differ /data/OrganID')
  })

  it('finds the project and the region by its own field names', () => {
    const filing = sample('JS_aj_gcjbxx')
    expect(regionsOf(entity('JS_aj_gcjbxx'), filing).inNumbers).toEqual(['320213'])
    expect(regionsOf(entity('JS_zj_gcjbxx_zrdw'), { sbdqbm: '320203' }).reporting).toBe('320213')
    expect(recordDateOf(jiangsu, entity('JS_aj_gcjbxx'), 'regions')(filing)).toBe('2026-09-01')
    const policy = parsePolicy(jiangsu.policy)
    expect(references(entity('JS_aj_gcjbxx'), filing, policy)).toMatchObject([
      { field: 'xmbm', parent: 'TBProjectInfo', key: { PrjNum: filing['xmbm'] }, onMissing: 'hold' },
    ])
  })

  it('maps document types to the national codes and back, where 2 and 3 are swapped', () => {
    const name = (dictionary: string, code: string) => jiangsu.dictionaries.get(dictionary)!.codes.get(code)!.nameZh
    for (const code of jiangsu.dictionaries.get('JS_DIDCARDTYPE')!.codes.keys()) {
      const mapped = mapCode(jiangsu, 'JS_DIDCARDTYPE', 'TBIDCARDTYPEDIC', code)!
      expect(name('TBIDCARDTYPEDIC', mapped)).toBe(name('JS_DIDCARDTYPE', code))
      expect(mapCode(jiangsu, 'TBIDCARDTYPEDIC', 'JS_DIDCARDTYPE', mapped)).toBe(code)
    }
    expect(mapCode(jiangsu, 'JS_DIDCARDTYPE', 'TBIDCARDTYPEDIC', '2')).toBe('3')
    expect(mapCode(jiangsu, 'JS_DIDCARDTYPE', 'TBIDCARDTYPEDIC', '7')).toBeNull()
    expect(() => mapCode(national, 'JS_DIDCARDTYPE', 'TBIDCARDTYPEDIC', '2')).toThrow('no mapping')
  })
})
