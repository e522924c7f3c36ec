import { describe, expect, it } from 'vitest'
import { type Change, diffReleases, loadRelease, type Release, releaseDocument, type ReleaseDocument, releases } from '../index.ts'

const [r2014, r2018, js] = ['2014', '2018', '2018-js'].map((id) => releases.get(id)!) as [Release, Release, Release]
const difference = diffReleases(r2014, r2018)
const at = (pointer: string, changes: readonly Change[] = difference.changes) => changes.find((change) => change.at === pointer)

/** The release of 2018 with one thing changed, and how that differs from it. */
function changed(edit: (document: any) => void): readonly Change[] {
  const document = structuredClone(releaseDocument(r2018)) as ReleaseDocument
  edit(document)
  return diffReleases(r2018, loadRelease({ ...document, revision: 2 })).changes
}

describe('the difference of 2014 and 2018', () => {
  it('has every table, field and code that only one of the two has', () => {
    const only = (one: Release, other: Release) => [
      ...[...one.entities.keys()].filter((code) => !other.entities.has(code)).map((code) => `/entities/${code}`),
      ...[...one.entities.values()].flatMap((entity) => {
        const twin = other.entities.get(entity.code)
        return twin === undefined
          ? []
          : entity.fields.filter((f) => !twin.fields.some((g) => g.code === f.code)).map((f) => `/entities/${entity.code}/fields/${f.code}`)
      }),
      ...[...one.dictionaries.keys()].filter((code) => !other.dictionaries.has(code)).map((code) => `/dictionaries/${code}`),
      ...[...one.dictionaries.values()].flatMap((dictionary) => {
        const twin = other.dictionaries.get(dictionary.code)
        return twin === undefined
          ? []
          : [...dictionary.codes.keys()].filter((code) => !twin.codes.has(code)).map((code) => `/dictionaries/${dictionary.code}/${code}`)
      }),
    ]
    const found = (kind: Change['kind']) =>
      difference.changes.filter((change) => change.kind === kind && /^.(entities|dictionaries)/.test(change.at)).map((change) => change.at)
    expect(found('added').toSorted()).toEqual(only(r2018, r2014).toSorted())
    expect(found('removed').toSorted()).toEqual(only(r2014, r2018).toSorted())
  })

  it('says before and after, and whether more is asked for or less', () => {
    expect(at('/entities/TBProjectInfo/fields/PrjName/length')).toMatchObject({
      before: 200,
      after: 250,
      effect: 'weaker',
      name: '项目名称',
    })
    expect(at('/entities/TBProjectInfo/fields/AllInvest/mandatory')).toMatchObject({ before: false, after: true, effect: 'stricter' })
    expect(at('/entities/TBProjectInfo/fields/Address')).toMatchObject({ kind: 'added', effect: 'stricter' })
    expect(at('/entities/TBProjectInfo/fields/BuildPlanNum')).toMatchObject({ kind: 'added', effect: 'weaker' })
    expect(at('/dictionaries/TBTENDERCLASSDIC/005')).toMatchObject({ kind: 'removed', before: '设计施工一体化', effect: 'stricter' })
    expect(at('/dictionaries/TBDATALEVELDIC/closed')).toMatchObject({ before: false, after: true, effect: 'stricter' })
  })

  it('tells a new name from a new meaning, as the mapping has it', () => {
    expect(at('/dictionaries/TBPRJFUNCTIONDIC/015/nameZh')).toMatchObject({
      before: '桥隧',
      after: '桥梁',
      meaning: 'other',
      effect: 'different',
    })
    expect(at('/dictionaries/TBPRJTYPEDIC/02/nameZh')).toMatchObject({ meaning: 'same', effect: 'none' })
    expect(at('/entities/TBProjectFinishManage/fields/EDate/nameZh')).toMatchObject({ meaning: 'other', effect: 'different' })
  })

  it('read the other way finds the same places, with added and removed, stricter and weaker exchanged', () => {
    const back = diffReleases(r2018, r2014)
    const turned = { added: 'removed', removed: 'added', changed: 'changed' } as const
    expect(back.changes.map((change) => `${turned[change.kind]} ${change.at}`).toSorted()).toEqual(
      difference.changes.map((change) => `${change.kind} ${change.at}`).toSorted(),
    )
    expect(at('/entities/TBProjectInfo/fields/PrjName/length', back.changes)).toMatchObject({ before: 250, after: 200, effect: 'stricter' })
  })
})

describe('the difference of a release and what extends or follows it', () => {
  it('is nothing between a release and itself', () => {
    expect(diffReleases(r2018, r2018)).toMatchObject({ changes: [], counts: {} })
    expect(diffReleases(r2018, r2018).unchanged.entities).toHaveLength(r2018.entities.size)
  })

  it('never finds an extension weaker in what it judges by, only larger', () => {
    const changes = diffReleases(r2018, js).changes.filter((change) => change.kind !== 'added' && change.effect !== 'none')
    expect(changes.filter((change) => change.effect === 'weaker')).toEqual([])
  })

  it('names a changed value of a rule with its direction', () => {
    const severity = changed(({ rules }) => (rules.dateOrder.severity = 'error'))
    expect(severity).toMatchObject([
      { part: 'rules', at: '/rules/dateOrder/severity', before: 'warning', after: 'error', effect: 'stricter' },
    ])
    const word = changed(({ rules }) => rules.placeholders.words.pop())
    expect(word).toMatchObject([{ part: 'rules', kind: 'removed', effect: 'weaker' }])
  })

  it('names a changed clock, a changed step of the policy, a changed privacy', () => {
    const clock = changed(({ clocks }) => (clocks.find((one: { id: string }) => one.id === 'conduct.publish').most.amount = 5))
    expect(clock).toMatchObject([{ part: 'clocks', at: '/clocks/conduct.publish/most/amount', before: 7, after: 5, effect: 'stricter' }])
    const step = changed(({ policy }) => (policy.steps.at(-1).initialState = 'pending_review'))
    expect(step).toMatchObject([{ part: 'policy', before: 'accepted', after: 'pending_review', effect: 'stricter' }])
    const privacy = changed(
      ({ entities }) =>
        (entities
          .find((e: { code: string }) => e.code === 'TBProjectInfo')
          .fields.find((f: { code: string }) => f.code === 'PrjName').privacy = 'named'),
    )
    expect(privacy).toMatchObject([{ part: 'fields', member: 'privacy', before: 'open', after: 'named', effect: 'stricter' }])
  })
})
