import { describe, expect, it } from 'vitest'
import { regionIndex, regionSources } from './regions.ts'

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
})
