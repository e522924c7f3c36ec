import { releases } from '@huijiao/standard'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { comparable, normalText, organisationOf, valueDigest } from './comparable.ts'

const said = (field: string, value: unknown, release = '2018', entity = 'TBProjectInfo') =>
  comparable(releases.get(release), releases.get(release)!.entities.get(entity), field, value)

describe('the form in which two sources are compared', () => {
  it('takes amounts by their value', () => {
    expect(said('AllInvest', '018600.50')).toBe(said('AllInvest', '18600.5'))
    expect(said('AllInvest', '18600.0')).toBe(said('AllInvest', '18600'))
    expect(said('AllInvest', '18600')).not.toBe(said('AllInvest', '186000'))
  })

  it('takes full-width forms, kinds of brackets and white space for the same', () => {
    expect(said('PrjApprovalNum', '示发改〔２０１９〕 7号')).toBe(said('PrjApprovalNum', '示发改[2019]7号'))
    expect(said('PrjName', '示例花园（合成）')).toBe(said('PrjName', '示例花园 (合成)'))
  })

  it('takes a code by what it means in its release: 015 of 2014 is not 015 of 2018', () => {
    expect(said('PrjFunctionNum', '015', '2014')).not.toBe(said('PrjFunctionNum', '015', '2018'))
    expect(said('PrjFunctionNum', '100', '2014')).toBe(said('PrjFunctionNum', '100', '2018'))
  })

  it('takes a region by what it has become, and a company by its organisation code', () => {
    expect(said('CountyNum', '371202')).toBe(said('CountyNum', '370116'))
    expect(said('BuildCorpCode', '91370199MA00DEM14Q')).toBe(said('BuildCorpCode', 'MA00DEM1-4'))
    expect(organisationOf('其它')).toBeNull()
  })

  it('is the same when it is made twice', () => {
    expect(normalText('l´')).toBe('ĺ')
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(normalText(normalText(text))).toBe(normalText(text))
      }),
    )
  })

  it('stands in projections only under the node’s own key, and apart for each field', () => {
    const [one, other] = [{ digestSecret: Buffer.alloc(32, 1) }, { digestSecret: Buffer.alloc(32, 2) }]
    expect(valueDigest(one, 'IDCard', 'x')).toMatch(/^[0-9a-f]{32}$/)
    expect(new Set([valueDigest(one, 'IDCard', 'x'), valueDigest(other, 'IDCard', 'x'), valueDigest(one, 'PrjName', 'x')]).size).toBe(3)
  })
})
