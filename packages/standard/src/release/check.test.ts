import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { keyFields } from '../key.ts'
import type { ReleaseDocument } from '../model.ts'
import { parsePolicy } from '../policy/policy.ts'
import { recordDateOf } from '../record-date.ts'
import { regionIndexOf } from '../regions.ts'
import { releases, schemaOf } from '../releases.ts'
import { checkRelease, loadRelease } from './check.ts'
import { releaseDigest, releaseDocument, releaseText } from './document.ts'
import { ReleaseError } from './fault.ts'

type Json = Record<string, any>

const copy = (id = '2014'): Json => structuredClone(releaseDocument(releases.get(id)!)) as Json
const faultsOf = (document: unknown) => checkRelease(document).map((fault) => `${fault.code} ${fault.pointer}`)
const entityOf = (document: Json, code: string): Json => document['entities'].find((e: Json) => e['code'] === code)
const fieldOf = (document: Json, entity: string, code: string): Json =>
  entityOf(document, entity)['fields'].find((f: Json) => f['code'] === code)

describe('a release document', () => {
  it('of every built-in release is without a fault, and the same after a way through JSON', () => {
    for (const release of releases.values()) {
      const document = releaseDocument(release)
      expect(checkRelease(document)).toEqual([])
      const loaded = loadRelease(JSON.parse(JSON.stringify(document)))
      expect(releaseDigest(releaseDocument(loaded))).toBe(releaseDigest(document))
    }
  })

  it('is named by its content: the order of members and signatures do not matter, anything else does', () => {
    const document = copy()
    const turned = Object.fromEntries(Object.entries(document).reverse()) as Json
    expect(releaseDigest({ ...turned, signatures: [{ keyId: 'x' }] } as unknown as ReleaseDocument)).toBe(releaseDigest(document as never))
    expect(releaseText(document as never)).not.toContain('signatures')
    expect(releaseDigest({ ...document, revision: 2 } as never)).not.toBe(releaseDigest(document as never))
    expect(releaseDigest(document as never)).toMatch(/^sha-256:[0-9a-f]{64}$/)
  })

  it('is refused with every fault at once, in two languages', () => {
    const document = copy()
    fieldOf(document, 'TBTenderInfo', 'TenderClassNum')['dictionary'] = 'TBNOSUCHDIC'
    entityOf(document, 'TBProjectInfo')['key'] = ['NoSuchField']
    document['regions']['succession'][0]['successor'] = '999999'
    const faults = checkRelease(document)
    expect(faults.map((fault) => fault.pointer)).toEqual(
      expect.arrayContaining(['/entities/TBTenderInfo/fields/TenderClassNum', '/entities/TBProjectInfo/key', '/regions/succession/371200']),
    )
    for (const fault of faults) expect([/[\u4e00-\u9fff]/.test(fault.zh), fault.en.length > 5]).toEqual([true, true])
    expect(() => loadRelease(document)).toThrow(ReleaseError)
    expect(() => loadRelease(document)).toThrow(/NoSuchField.*TBNOSUCHDIC.*999999/s)
  })

  it('names list items by their code when the form is wrong', () => {
    const document = copy()
    fieldOf(document, 'TBProjectInfo', 'PrjName')['kind'] = 'string'
    delete document['dictionaries'].find((d: Json) => d['code'] === 'TBPRJTYPEDIC')['codes'][0]['nameZh']
    document['surprise'] = 1
    expect(faultsOf(document)).toEqual(
      expect.arrayContaining(['shape /entities/TBProjectInfo/fields/PrjName/kind', 'shape /dictionaries/TBPRJTYPEDIC/codes/01', 'shape ']),
    )
  })

  it.each<[string, (document: Json) => void, string]>([
    ['an entity twice', (d) => d['entities'].push(structuredClone(d['entities'][0])), 'duplicate /entities/BadConductReportForm2007'],
    [
      'a code twice',
      (d) => d['dictionaries'][0]['codes'].push(d['dictionaries'][0]['codes'][0]),
      'duplicate /dictionaries/ENUM_DEPARTLEVEL/0',
    ],
    [
      'an optional key field',
      (d) => (entityOf(d, 'TBProjectInfo')['key'] = ['ProvinceNum', 'PrjSize']),
      'inconsistent /entities/TBProjectInfo/key',
    ],
    [
      'a type field that is not there',
      (d) => (fieldOf(d, 'TBTenderInfo', 'ConstructorIDCard')['typeField'] = 'Nowhere'),
      'reference /entities/TBTenderInfo/fields/ConstructorIDCard',
    ],
    [
      'a key that is not the one of other releases',
      (d) => (entityOf(d, 'TBTenderInfo')['key'] = ['PrjNum', 'TenderNum']),
      'inconsistent /entities/TBTenderInfo/key',
    ],
    [
      'a condition on nothing',
      (d) => (entityOf(d, 'TBTenderInfo')['conditions'][0]['field'] = 'Nowhere'),
      'reference /entities/TBTenderInfo/conditions/0',
    ],
    [
      'a validity that ends before it begins',
      (d) => Object.assign(d['dictionaries'][0]['codes'][0], { validFrom: '2020-01-02', validTo: '2020-01-01' }),
      'inconsistent /dictionaries/ENUM_DEPARTLEVEL/0',
    ],
    [
      'an incomplete dictionary that is closed',
      (d) => Object.assign(d['dictionaries'][0], { closed: true, complete: false }),
      'inconsistent /dictionaries/ENUM_DEPARTLEVEL',
    ],
    ['a deadline without a length', (d) => delete d['clocks'][0]['most'], 'inconsistent /clocks/conduct.publish'],
    ['a clock on no entity', (d) => d['clocks'][0]['entities'].push('TBNoSuchInfo'), 'reference /clocks/conduct.publish'],
    ['a date that no entity has', (d) => d['recordDates'][0]['from'].push('NoSuchDate'), 'reference /recordDates/0'],
    [
      'a table of divisions that is not held',
      (d) => (d['regions']['table']['digest'] = `sha-256:${'0'.repeat(64)}`),
      'region-table /regions/table/digest',
    ],
    [
      'a chain of abolished regions',
      (d) => d['regions']['succession'].push({ code: '370100', successor: '370116', basis: 'test' }),
      'inconsistent /regions/succession/371200',
    ],
    ['a policy on no entity', (d) => d['policy']['steps'][0]['entities'].push('TBNoSuchInfo'), 'policy /policy'],
    ['a rule whose schema does not compile', (d) => (d['policy']['locked']['when'] = { type: 'nonsense' }), 'policy /policy'],
    ['a pattern that is none', (d) => (d['rules']['classified']['pattern'] = '('), 'inconsistent /rules/classified/pattern'],
    ['a value of a rule that is missing', (d) => delete d['rules']['placeholders']['words'], 'shape /rules/placeholders'],
    ['a severity that is none', (d) => (d['rules']['amounts']['severity'] = 'fatal'), 'shape /rules/amounts/severity'],
    ['an extension without prefix', (d) => (d['basedOn'] = { id: '2018', revision: 1 }), 'inconsistent /prefix'],
    [
      'a mapping to nothing',
      (d) => d['mappings'].push({ from: 'TBSEXDIC', to: 'TBNOSUCHDIC', codes: {}, basis: 'test' }),
      'reference /mappings/TBSEXDIC-TBNOSUCHDIC',
    ],
    [
      'a field named like a member of every object',
      (d) => (fieldOf(d, 'TBProjectInfo', 'PrjSize')['code'] = 'constructor'),
      'shape /entities/TBProjectInfo/fields/constructor',
    ],
  ])('is refused with %s', (_what, spoil, fault) => {
    const document = copy()
    spoil(document)
    expect(faultsOf(document)).toContain(fault)
  })

  it('follows the edition before it: its revision rises, its keys and its issuer stay, its day does not fall back', () => {
    const before = { ...copy(), effectiveFrom: '2027-01-01T00:00:00+08:00' } as unknown as ReleaseDocument
    const next = { ...copy(), revision: 2, effectiveFrom: '2027-07-01T00:00:00+08:00' } as Json
    expect(checkRelease(next, undefined, before)).toEqual([])
    const pointers = (change: Json) =>
      checkRelease({ ...structuredClone(next), ...change }, undefined, before).map((f) => `${f.code} ${f.pointer}`)
    expect(pointers({ revision: 1 })).toEqual(['revision /revision'])
    expect(pointers({ effectiveFrom: '2026-12-31T00:00:00+08:00' })).toEqual(['revision /effectiveFrom'])
    expect(pointers({ effectiveFrom: null })).toEqual(['revision /effectiveFrom'])
    const rekeyed = structuredClone(next)
    entityOf(rekeyed, 'TBCorpBasicInfo')['key'] = ['CorpCode', 'CorpName']
    expect(checkRelease(rekeyed, undefined, before).map((f) => `${f.code} ${f.pointer}`)).toContain(
      'revision /entities/TBCorpBasicInfo/key',
    )
  })
})

/** Every place in a document: pointers by which a random one is chosen. */
function placesOf(value: unknown, path: readonly (string | number)[] = []): (string | number)[][] {
  if (typeof value !== 'object' || value === null) return [[...path]]
  const children = Array.isArray(value) ? value.map((item, i) => [i, item] as const) : Object.entries(value)
  return [[...path], ...children.flatMap(([name, child]) => placesOf(child, [...path, name]))]
}

/** What a node does with a release at the start and for every record; none of it may fail on a release that was taken. */
function use(document: unknown): void {
  const release = loadRelease(document)
  regionIndexOf(release).stateAt('371202', '2020-01-01')
  parsePolicy(release.policy, [release, ...releases.values()])
  releaseDigest(releaseDocument(release))
  for (const entity of release.entities.values()) {
    keyFields(entity)
    schemaOf(release, entity.code)
    recordDateOf(release, entity, 'codes')({})
  }
}

describe('a mutated release document', () => {
  const whole = copy()
  // Small enough that many mutations fit in a test, with every kind of member.
  const kept = new Set(['TBProjectInfo', 'TBTenderInfo', 'TBCorpBadCreditInfo', 'TBRegPersonBasicInfo'])
  const entities = whole['entities'].filter((e: Json) => kept.has(e['code']))
  const used = new Set(entities.flatMap((e: Json) => e['fields'].flatMap((f: Json) => [f['dictionary'], f['list']])))
  const small: Json = {
    ...whole,
    entities,
    dictionaries: whole['dictionaries']
      .filter((d: Json) => used.has(d['code']))
      .map((d: Json) => ({ ...d, codes: d['codes'].slice(0, 3) })),
    clocks: whole['clocks']
      .map((c: Json) => ({ ...c, entities: c['entities'].filter((n: string) => n.startsWith('*') || kept.has(n)) }))
      .filter((c: Json) => c['entities'].length > 0),
    recordDates: whole['recordDates'].slice(0, 1),
  }
  const places = placesOf(small).filter((path) => path.length > 0)
  const value = fc.oneof(
    fc.constant(undefined),
    fc.constantFrom<unknown>(null, '', 'PrjNum', 'TBSEXDIC', '__proto__', '*project', 0, -1, 1e9, true, [], {}, '2020-13-45', '('),
    fc.jsonValue({ maxDepth: 2 }),
  )
  const mutation = fc.record({ at: fc.nat(), value })

  it('is small, and sound before it is mutated', () => {
    expect(faultsOf(small)).toEqual([])
  })

  it('is refused with faults in words, or can be used; it never breaks what reads it', () => {
    let refused = 0
    let taken = 0
    fc.assert(
      fc.property(fc.array(mutation, { minLength: 1, maxLength: 3 }), (mutations) => {
        const document = structuredClone(small)
        for (const { at, value: put } of mutations) set(document, places[at % places.length]!, put)
        const faults = checkRelease(document)
        if (faults.length === 0) {
          use(document)
          taken++
          return
        }
        refused++
        for (const fault of faults) expect(fault.zh.length > 0 && fault.en.length > 0 && fault.pointer.length < 400).toBe(true)
        expect(() => loadRelease(document)).toThrow(ReleaseError)
      }),
      { numRuns: 150, seed: 20261122 },
    )
    expect([refused > 20, taken > 0]).toEqual([true, true])
  }, 120_000)

  it('is refused when it is no document at all', () => {
    for (const nonsense of [null, undefined, 1, 'x', [], {}, [[]], { id: '2014' }]) expect(checkRelease(nonsense).length).toBeGreaterThan(0)
  })
})

function set(document: Json, path: readonly (string | number)[], value: unknown): void {
  let at: any = document
  for (const step of path.slice(0, -1)) {
    at = at?.[step]
    if (typeof at !== 'object' || at === null) return
  }
  const last = path.at(-1)!
  if (value === undefined) delete at[last]
  else at[last] = value
}
