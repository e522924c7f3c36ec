import { describe, expect, it } from 'vitest'
import { releases } from './releases.ts'
import { regionIndex, regionIndexOf, regionSources } from './regions.ts'

describe('regions', () => {
  it('names divisions of every level, and says where the list comes from', () => {
    expect([regionIndex.nameOf('370000'), regionIndex.nameOf('370100'), regionIndex.nameOf('370102')]).toEqual([
      '山东省',
      '济南市',
      '历下区',
    ])
    expect(regionIndex.nameOf('999999')).toBeNull()
    expect(regionSources.map((source) => source.package)).toContain('lcn 7.2.2')
  })

  it('knows parents, and what lies in what', () => {
    expect(regionIndex.parentOf('370102')).toBe('370100')
    expect(regionIndex.parentOf('370000')).toBeNull()
    expect(regionIndex.within('370102', '370000')).toBe(true)
    expect(regionIndex.within('370102', '370100')).toBe(true)
    expect(regionIndex.within('370102', '370102')).toBe(true)
    expect(regionIndex.within('370203', '370100')).toBe(false)
    expect(regionIndex.within('370100', '370102')).toBe(false)
    expect(regionIndex.within('999999', '370000')).toBe(false)
  })

  it('keeps abolished codes valid, with the successor that is in force', () => {
    expect(regionIndex.isValid('371202')).toBe(true)
    expect(regionIndex.get('371202')).toMatchObject({ nameZh: '莱城区', state: 'former', successor: '370116' })
    expect(regionIndex.successorOf('371200')).toBe('370100')
    expect(regionIndex.within('371202', '370100')).toBe(true)
    expect(regionIndex.within('371202', '371200')).toBe(true)
    expect(regionIndex.within('370116', '371200')).toBe(true)
  })

  it('marks a successor as inferred when only the name says so', () => {
    expect(regionIndex.get('330185')).toMatchObject({ successor: '330112', successorInferred: true })
    expect(regionIndex.get('371202')!.successorInferred).toBeUndefined()
  })

  it('names no successor for a place that was divided', () => {
    expect(regionIndex.get('330103')).toMatchObject({ nameZh: '下城区', state: 'former' })
    expect(regionIndex.successorOf('330103')).toBeNull()
  })

  it('leads every successor to a code in force', () => {
    const lost = [...regionIndex.codes()].filter((code) => {
      const successor = regionIndex.successorOf(code)
      return successor !== null && regionIndex.get(successor)?.state !== 'current'
    })
    expect(lost).toEqual([])
  })

  it('knows development zones and the corps, and refuses made-up codes with the published one', () => {
    expect(regionIndex.isZone('370171')).toBe(true)
    expect(regionIndex.within('370171', '370100')).toBe(true)
    expect(regionIndex.get('660000')?.state).toBe('corps')
    expect(regionIndex.isValid('320207')).toBe(false)
    expect(regionIndex.successorOf('320207')).toBe('320213')
  })

  it('lets a city without counties stand for its county, and a municipality for its city', () => {
    expect(regionIndex.isOfLevel('441900', 'county')).toBe(true)
    expect(regionIndex.isOfLevel('370100', 'county')).toBe(false)
    expect(regionIndex.isOfLevel('110100', 'city')).toBe(true)
    expect(regionIndex.isOfLevel('110000', 'city')).toBe(true)
    expect(regionIndex.isOfLevel('370000', 'city')).toBe(false)
    expect(regionIndex.isOfLevel('429004', 'city')).toBe(true)
  })

  it('knows by day whether a code was in force: the stated last day, else the first list without it', () => {
    const index = regionIndexOf(releases.get('2018')!)
    expect(['2019-01-08', '2019-01-09'].map((day) => index.stateAt('371202', day))).toEqual(['valid', 'no-more'])
    expect(['2016-02-19', '2016-02-20'].map((day) => index.stateAt('320202', day))).toEqual(['valid', 'no-more'])
    const dated = index.get('330103')!
    expect(dated.validTo).toBeUndefined()
    expect(index.stateAt('330103', `${dated.goneBy!.slice(0, 4)}-${dated.goneBy!.slice(4)}-01`)).toBe('no-more')
    expect(index.stateAt('330103', '2015-01-01')).toBe('valid')
    expect([index.stateAt('370102', '2026-01-01'), index.stateAt('999999', '2026-01-01')]).toEqual(['valid', 'unknown'])
  })

  it('takes from a release what it says beyond the table, and leaves other releases alone', () => {
    const release = releases.get('2018')!
    const regions = {
      ...release.regions,
      registered: [
        ...release.regions.registered,
        { code: '370199', nameZh: '示例开发区（合成）', kind: 'zone' as const, parent: '370100', validFrom: '2027-01-01', basis: 'test' },
      ],
      succession: [...release.regions.succession, { code: '370102', successor: '370103', validTo: '2027-06-30', basis: 'test' }],
    }
    const index = regionIndexOf({ regions })
    expect(['2026-12-31', '2027-01-01'].map((day) => index.stateAt('370199', day))).toEqual(['not-yet', 'valid'])
    expect([index.isZone('370199'), index.within('370199', '370100')]).toEqual([true, true])
    expect(['2027-06-30', '2027-07-01'].map((day) => index.stateAt('370102', day))).toEqual(['valid', 'no-more'])
    expect(['2027-06-30', '2027-07-01'].map((day) => index.successorOf('370102', day))).toEqual([null, '370103'])
    expect(regionIndexOf(release).isValid('370199')).toBe(false)
    expect(regionIndexOf(release)).toBe(regionIndexOf(releases.get('2014')!))
  })
})
