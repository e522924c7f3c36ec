import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { canonicalize } from '@huijiao/merkle'
import { describe, expect, it } from 'vitest'
import { businessKey, keyProblems } from './key.ts'
import { releases } from './releases.ts'
import { isPrivateDeveloper, joinTexts, splitRecord } from './split.ts'

const schemas = join(import.meta.dirname, '..', '..', '..', 'schemas')
const sample = (release: string, entity: string) =>
  JSON.parse(readFileSync(join(schemas, release, 'valid', `${entity}.full.json`), 'utf8')) as Record<string, unknown>
const entityOf = (code: string, release = '2018') => releases.get(release)!.entities.get(code)!

describe('splitting a record by privacy', () => {
  it('puts every member into exactly one canonical text, and together they are the record', () => {
    for (const release of releases.values()) {
      for (const entity of release.entities.values()) {
        const data = sample(release.id, entity.code)
        const { open, named, sealed } = splitRecord(entity, data)
        expect(joinTexts(open, named, sealed)).toEqual(data)
        const parts = [open, named, sealed].filter((text) => text !== null)
        for (const text of parts) expect(text).toBe(canonicalize(JSON.parse(text)))
        expect(parts.flatMap((text) => Object.keys(JSON.parse(text) as object)).length).toBe(Object.keys(data).length)
      }
    }
  })

  it('leaves no personal value in the open text', () => {
    const { open, named, sealed } = splitRecord(entityOf('TBTenderInfo'), sample('2018', 'TBTenderInfo'))
    expect(open).not.toContain('王示例')
    expect(open).not.toContain('370102189001010010')
    expect(named).toBe('{"ConstructorName":"王示例"}')
    expect(sealed).toBe('{"CheckPersonName":"王示例","ConstructorIDCard":"370102189001010010"}')
  })

  it('gives null for a class of which the record has nothing', () => {
    const data: Record<string, unknown> = { ...sample('2018', 'TBTenderInfo') }
    delete data['ConstructorName']
    expect(splitRecord(entityOf('TBTenderInfo'), data).named).toBeNull()
    expect(splitRecord(entityOf('TBProjectInfo'), sample('2018', 'TBProjectInfo')).named).toBeNull()
  })

  it('seals the code and names the name of a developer who is a private person', () => {
    const data = { ...sample('2018', 'TBProjectInfo'), BuildCorpCode: '370102189001010010', BuildCorpName: '王示例' }
    const { open, named, sealed } = splitRecord(entityOf('TBProjectInfo'), data)
    expect(open).not.toContain('370102189001010010')
    expect(open).not.toContain('王示例')
    expect(named).toBe('{"BuildCorpName":"王示例"}')
    expect(JSON.parse(sealed!)).toMatchObject({ BuildCorpCode: '370102189001010010' })
    expect(isPrivateDeveloper(entityOf('TBProjectInfo'), { BuildCorpCode: '370102900101001' })).toBe(true)
    expect(isPrivateDeveloper(entityOf('TBProjectInfo'), { BuildCorpCode: '91370199MA00DEM14Q' })).toBe(false)
    expect(isPrivateDeveloper(entityOf('TBProjectInfo'), { BuildCorpCode: '其它' })).toBe(false)
  })

  it('joins what is left after erasure', () => {
    expect(joinTexts('{"a":"1"}', null, null)).toEqual({ a: '1' })
    expect(joinTexts(null, null, null)).toEqual({})
  })
})

describe('business keys', () => {
  it('are canonical, and say whether they are personal', () => {
    expect(businessKey(entityOf('TBProjectInfo'), { PrjNum: '3701022609010101', PrjName: 'x' }, 's')).toEqual({
      text: '{"entity":"TBProjectInfo","key":{"PrjNum":"3701022609010101"}}',
      personal: false,
    })
    const person = businessKey(entityOf('TBRegPersonBasicInfo'), { IDCard: '370102189001010010', IDCardTypeNum: '1' }, 's')
    expect(person).toEqual({
      text: '{"entity":"TBRegPersonBasicInfo","key":{"IDCard":"370102189001010010","IDCardTypeNum":"1"}}',
      personal: true,
    })
  })

  it('fall back to the sender’s sourceId where the standard’s key cannot serve', () => {
    expect(businessKey(entityOf('TBPrjSpotCheckinfo'), sample('2018', 'TBPrjSpotCheckinfo'), 'JC-1').text).toBe(
      '{"entity":"TBPrjSpotCheckinfo","sourceId":"JC-1"}',
    )
  })

  it('compare document numbers in one form of brackets, and organisation codes with or without hyphen', () => {
    const key = (number: string, code = 'D2143569X') =>
      businessKey(entityOf('TBCorpBadCreditInfo'), { CorpCode: code, PunishNumber: number, CreditCode: 'D1-1-01' }, 's').text
    const one = key('示建罚〔2026〕1号')
    for (const number of [
      '示建罚[2026]1号',
      '示建罚［2026］1号',
      '示建罚(2026)1号',
      '示建罚（2026）1号',
      '示建罚【2026】1号',
      '示建罚〔2026〕 1号',
    ])
      expect(key(number)).toBe(one)
    expect(key('示建罚〔2026〕2号')).not.toBe(one)
    expect(key('示建罚〔2026〕1号', 'D2143569-X')).toBe(one)
  })

  it('do not depend on the release', () => {
    const data = { PrjNum: '3701022609010101' }
    expect(businessKey(entityOf('TBProjectInfo', '2014'), data, 's')).toEqual(businessKey(entityOf('TBProjectInfo'), data, 's'))
  })
})

describe('the key of a withdrawal', () => {
  const codes = (code: string, key: unknown) => keyProblems(entityOf(code), key).map((p) => `${p.code} ${p.pointer}`)

  it('holds exactly the key fields, as strings', () => {
    expect(codes('TBProjectInfo', { PrjNum: '3701022609010101' })).toEqual([])
    expect(codes('TBProjectInfo', undefined)).toEqual(['key-invalid /key'])
    expect(codes('TBProjectInfo', [])).toEqual(['key-invalid /key'])
    expect(codes('TBProjectInfo', { PrjNum: 3701022609010101, PrjName: 'x' })).toEqual([
      'key-invalid /key/PrjNum',
      'key-invalid /key/PrjName',
    ])
    expect(codes('TBCorpBadCreditInfo', { CorpCode: '' })).toEqual([
      'key-invalid /key/CorpCode',
      'key-invalid /key/PunishNumber',
      'key-invalid /key/CreditCode',
    ])
  })

  it('is absent or empty where records are keyed by sourceId', () => {
    expect(codes('TBPrjSpotCheckinfo', undefined)).toEqual([])
    expect(codes('TBPrjSpotCheckinfo', {})).toEqual([])
    expect(codes('TBPrjSpotCheckinfo', { PrjNum: '1' })).toEqual(['key-invalid /key'])
  })
})
