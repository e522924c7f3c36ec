import fc from 'fast-check'
import { authorityOf, type AuthorityDocument, defaultPolicy, parsePolicy, type Tier } from '@huijiao/standard'
import { describe, expect, it } from 'vitest'
import { mayCorrect } from './authority-read.ts'
import { composeInForce, correctedFields, leadingOf, levelOf, type SourceView, tierOfName } from './authority.ts'

const entity = 'TBCorpBasicInfo'
const byDefault = authorityOf(defaultPolicy)
const authorityWith = (authority: AuthorityDocument) => authorityOf(parsePolicy({ ...defaultPolicy.document, version: 2, authority }))

const view = (sourceNo: number, tier: Tier, data: Record<string, unknown>, more: Partial<SourceView> = {}): SourceView => ({
  origin: { national: '000000', provincial: '370000', municipal: '370100', county: '370102' }[tier],
  participant: `p-${sourceNo}`,
  tier,
  sourceNo,
  order: [sourceNo, 0],
  data,
  ...more,
})
const register = view(1, 'provincial', { CorpName: '甲公司', RegPrin: '100', LegalMan: '甲', LegalManIDCard: '1' })
const city = view(2, 'municipal', { CorpName: '甲公司', RegPrin: '900', LegalMan: '乙', Fax: '0531-1' }, { order: [9, 0] })

describe('what is in force for a key', () => {
  it('comes from the source of higher authority, however late the other one came', () => {
    const composed = composeInForce(entity, [city, register], byDefault)!
    expect(composed.data['RegPrin']).toBe('100')
    expect(composed.leading.sourceNo).toBe(1)
  })

  it('takes from the lower source what the higher one does not say, and says which source each field is from', () => {
    const composed = composeInForce(entity, [register, city], byDefault)!
    expect(composed.data).toEqual({ CorpName: '甲公司', RegPrin: '100', LegalMan: '甲', LegalManIDCard: '1', Fax: '0531-1' })
    expect(Object.fromEntries(composed.from)).toEqual({ CorpName: 1, RegPrin: 1, LegalMan: 1, LegalManIDCard: 1, Fax: 2 })
  })

  it('never mixes fields that belong together: a name of one source with the document of another', () => {
    const onlyName = { ...register, data: { CorpName: '甲公司', LegalMan: '甲' } }
    const withCard = { ...city, data: { LegalMan: '乙', LegalManIDCard: '2' } }
    expect(composeInForce(entity, [onlyName, withCard], byDefault)!.data).toEqual({ CorpName: '甲公司', LegalMan: '甲' })
  })

  it('goes by the node’s own order where authority says nothing', () => {
    const [first, second] = [view(1, 'provincial', { PrjName: '旧' }), view(2, 'county', { PrjName: '新' }, { order: [7, 3] })]
    expect(composeInForce('TBProjectInfo', [second, first], byDefault)!.data).toEqual({ PrjName: '新' })
  })

  it('may be given to a lower source for single fields, and denied to a source altogether', () => {
    const authority = authorityWith({
      groups: [],
      ranks: [
        { entities: [entity], fields: ['Fax', 'RegPrin'], sources: ['370100/p-2'], rank: 900, basis: 'x' },
        { entities: [entity], fields: ['CorpName'], tiers: ['provincial'], rank: null, basis: 'x' },
        { entities: ['*enterprise'], tiers: ['provincial'], rank: 300, basis: 'x' },
      ],
      ownStatements: [],
    })
    const composed = composeInForce(entity, [register, { ...city, data: { RegPrin: '900' } }], authority)!
    expect(composed.data).toEqual({ RegPrin: '900', LegalMan: '甲', LegalManIDCard: '1' })
  })

  it('follows a person’s decision for a unit of fields', () => {
    const composed = composeInForce(entity, [register, city], byDefault, new Map([['@legal-representative', 2]]))!
    expect(composed.data).toMatchObject({ LegalMan: '乙', RegPrin: '100' })
    expect(composed.data).not.toHaveProperty('LegalManIDCard')
  })

  it('is nothing where only a correction is left', () => {
    expect(composeInForce(entity, [view(3, 'national', { CorpName: '改' }, { corrects: { CorpName: '甲' } })], byDefault)).toBeNull()
  })
})

describe('a correction', () => {
  const correction = view(3, 'provincial', { ...register.data, RegPrin: '150' }, { corrects: register.data, participant: 'node' })

  it('gives the fields in which it differs from what it corrects, and no others', () => {
    expect(correctedFields(correction)).toEqual(['RegPrin'])
    const newer = { ...register, data: { ...register.data, CorpName: '乙公司' }, order: [20, 0] as const }
    expect(composeInForce(entity, [newer, correction], byDefault)!.data).toMatchObject({ CorpName: '乙公司', RegPrin: '150' })
  })

  it('stands against the same value sent again and against a new one, until a person decides', () => {
    for (const value of ['100', '777']) {
      const again = { ...register, data: { ...register.data, RegPrin: value }, order: [30, 0] as const }
      expect(composeInForce(entity, [again, correction], byDefault)!.data['RegPrin']).toBe('150')
      expect(composeInForce(entity, [again, correction], byDefault, new Map([['@capital', 1]]))!.data['RegPrin']).toBe(value)
    }
  })

  it('is for a node of the tier where the record entered, or above it', () => {
    expect(['000000', '370000', '370100', '370102'].map((origin) => mayCorrect('municipal', origin))).toEqual([false, false, true, true])
  })

  it('takes a field away', () => {
    const without = {
      ...correction,
      data: { CorpName: '甲公司', RegPrin: '100', LegalMan: '甲', LegalManIDCard: '1' },
      corrects: { ...register.data, Fax: '错' },
    }
    const faulty = { ...register, data: { ...register.data, Fax: '错' } }
    expect(composeInForce(entity, [faulty, without], byDefault)!.data).not.toHaveProperty('Fax')
  })

  it('made at a lower tier never overwrites a source of a higher one', () => {
    const below = { ...correction, tier: 'municipal' as const, origin: '370100' }
    expect(composeInForce(entity, [register, below], byDefault)!.data['RegPrin']).toBe('100')
  })

  it('of a higher tier lies over one of a lower', () => {
    const nation = {
      ...correction,
      sourceNo: 4,
      tier: 'national' as const,
      data: { ...register.data, RegPrin: '160' },
      order: [1, 0] as const,
    }
    const later = { ...correction, order: [50, 0] as const }
    for (const views of [
      [register, nation, later],
      [later, nation, register],
    ])
      expect(composeInForce(entity, views, byDefault)!.data['RegPrin']).toBe('160')
  })
})

const tiers: readonly Tier[] = ['county', 'municipal', 'provincial', 'national']
const fields = ['CorpName', 'RegPrin', 'FactRegPrin', 'LegalMan', 'LegalManIDCard', 'Fax', 'Url']
const dataArb = fc.dictionary(fc.constantFrom(...fields), fc.constantFrom('a', 'b', 'c'), { minKeys: 1 })
const sourcesArb = fc
  .array(fc.record({ tier: fc.constantFrom(...tiers), data: dataArb, index: fc.nat(50) }), { minLength: 1, maxLength: 6 })
  .map((list) => list.map(({ tier, data, index }, at) => view(at + 1, tier, data, { order: [index, at] })))
const viewsArb = fc
  .tuple(
    sourcesArb,
    fc.array(fc.record({ tier: fc.constantFrom(...tiers), of: fc.nat(5), data: dataArb, index: fc.nat(50) }), { maxLength: 3 }),
  )
  .map(([sources, corrections]) => [
    ...sources,
    ...corrections.map(({ tier, of, data, index }, at) =>
      view(50 + at, tier, data, { order: [index, 50 + at], corrects: sources[of % sources.length]!.data, participant: 'node' }),
    ),
  ])
const plain = (composed: ReturnType<typeof composeInForce>) =>
  composed === null ? null : { data: composed.data, from: Object.fromEntries(composed.from), leading: composed.leading.sourceNo }

describe('for any set of streams', () => {
  it('the view in force does not depend on the order in which they are looked at', () => {
    fc.assert(
      fc.property(
        viewsArb.chain((views) => fc.tuple(fc.constant(views), fc.shuffledSubarray(views, { minLength: views.length }))),
        ([views, shuffled]) => {
          expect(plain(composeInForce(entity, shuffled, byDefault))).toEqual(plain(composeInForce(entity, views, byDefault)))
        },
      ),
    )
  })

  it('of different authority, it does not depend on the order in which they arrived either', () => {
    const oneATier = fc.uniqueArray(fc.record({ tier: fc.constantFrom(...tiers), data: dataArb }), {
      minLength: 1,
      selector: (one) => one.tier,
    })
    fc.assert(
      fc.property(oneATier, fc.array(fc.nat(9), { minLength: 4, maxLength: 4 }), (list, indexes) => {
        const arriving = (order: readonly number[]) =>
          list.map(({ tier, data }, at) => view(levelOf(tier), tier, data, { order: [order[at]!, levelOf(tier)] }))
        const [one, other] = [arriving(indexes), arriving(indexes.toReversed())]
        expect(plain(composeInForce(entity, one, byDefault))).toEqual(plain(composeInForce(entity, other, byDefault)))
      }),
    )
  })

  it('another source never changes a field that a source of higher authority gives', () => {
    fc.assert(
      fc.property(sourcesArb, dataArb, fc.constantFrom(...tiers), fc.nat(60), (sources, data, tier, index) => {
        const before = composeInForce(entity, sources, byDefault)!
        const added = view(99, tier, data, { order: [index, 99] })
        const after = composeInForce(entity, [...sources, added], byDefault)!
        for (const [field, giver] of before.from) {
          const from = sources.find((one) => one.sourceNo === giver)!
          if (levelOf(from.tier) <= levelOf(tier)) continue
          expect([after.data[field], after.from.get(field)]).toEqual([before.data[field], giver])
        }
      }),
    )
  })

  it('every field that is shown is what the named source says, and a source is left untouched', () => {
    fc.assert(
      fc.property(viewsArb, (views) => {
        const kept = structuredClone(views)
        const composed = composeInForce(entity, views, byDefault)
        expect(views).toEqual(kept)
        for (const [field, giver] of composed?.from ?? [])
          expect(views.find((one) => one.sourceNo === giver)!.data[field]).toBe(composed!.data[field])
      }),
    )
  })

  it('fields of a group come from one source, corrections aside', () => {
    fc.assert(
      fc.property(sourcesArb, (sources) => {
        const { from } = composeInForce(entity, sources, byDefault)!
        for (const group of [
          ['RegPrin', 'FactRegPrin'],
          ['LegalMan', 'LegalManIDCard'],
        ])
          expect(new Set(group.flatMap((field) => from.get(field) ?? [])).size).toBeLessThan(2)
      }),
    )
  })
})

describe('the tier of a node', () => {
  it('is read from the code of the region that its name begins with', () => {
    expect(['000000', '370000', '370100', '370102', '370171-zone', 'somewhere'].map(tierOfName)).toEqual([
      'national',
      'provincial',
      'municipal',
      'county',
      'county',
      null,
    ])
  })
  it('leads nothing when no stream is there', () => {
    expect(leadingOf(entity, [], byDefault)).toBeNull()
  })
})
