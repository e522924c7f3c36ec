import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { releases } from '../releases.ts'
import { checkRelease } from './check.ts'
import { releaseDocument } from './document.ts'

type Json = Record<string, any>

const national = releases.get('2018')!
const jiangsu = (): Json => structuredClone(releaseDocument(releases.get('2018-js')!)) as Json
const entity = (document: Json, code: string): Json => document['entities'].find((e: Json) => e['code'] === code)
const field = (document: Json, table: string, code: string): Json => entity(document, table)['fields'].find((f: Json) => f['code'] === code)
const dictionary = (document: Json, code: string): Json => document['dictionaries'].find((d: Json) => d['code'] === code)
const without = (list: Json[], code: string): Json[] => list.filter((item) => (item['code'] ?? item['id']) !== code)
const faultsOf = (document: Json) => checkRelease(document, national).map((fault) => `${fault.code} ${fault.pointer}`)

describe('an extension', () => {
  it.each<[string, (document: Json) => void, string]>([
    [
      'removes a national table',
      (d) => (d['entities'] = without(d['entities'], 'TBProjectSafeCheck')),
      'weaker /entities/TBProjectSafeCheck',
    ],
    [
      'removes a national field',
      (d) => (entity(d, 'TBProjectInfo')['fields'] = without(entity(d, 'TBProjectInfo')['fields'], 'PrjName')),
      'weaker /entities/TBProjectInfo/fields/PrjName',
    ],
    [
      'makes a mandatory field optional',
      (d) => (field(d, 'TBProjectInfo', 'PrjName')['mandatory'] = false),
      'weaker /entities/TBProjectInfo/fields/PrjName',
    ],
    [
      'makes a conditional field optional',
      (d) => (field(d, 'TBTenderInfo', 'AgencyCorpName')['conditional'] = false),
      'weaker /entities/TBTenderInfo/fields/AgencyCorpName',
    ],
    ['takes a longer text', (d) => (field(d, 'TBProjectInfo', 'PrjName')['length'] += 1), 'weaker /entities/TBProjectInfo/fields/PrjName'],
    [
      'takes a text without end',
      (d) => delete field(d, 'TBProjectInfo', 'PrjName')['length'],
      'weaker /entities/TBProjectInfo/fields/PrjName',
    ],
    [
      'takes more digits',
      (d) => (field(d, 'TBProjectInfo', 'AllInvest')['precision'] += 1),
      'weaker /entities/TBProjectInfo/fields/AllInvest',
    ],
    [
      'takes text where a date was',
      (d) => (field(d, 'TBProjectInfo', 'PrjApprovalDate')['kind'] = 'text'),
      'weaker /entities/TBProjectInfo/fields/PrjApprovalDate',
    ],
    [
      'drops a check digit',
      (d) => delete field(d, 'TBProjectInfo', 'BuildCorpCode')['check'],
      'weaker /entities/TBProjectInfo/fields/BuildCorpCode',
    ],
    [
      'lets a check digit be anything else',
      (d) => (field(d, 'TBCorpBasicInfo', 'CorpCode')['check'] = 'company-code-or-other'),
      'weaker /entities/TBCorpBasicInfo/fields/CorpCode',
    ],
    [
      'swaps a dictionary for its own',
      (d) => (field(d, 'TBRegPersonBasicInfo', 'IDCardTypeNum')['dictionary'] = 'JS_DIDCARDTYPE'),
      'weaker /entities/TBRegPersonBasicInfo/fields/IDCardTypeNum',
    ],
    [
      'shows an identity number',
      (d) => (field(d, 'TBRegPersonBasicInfo', 'IDCard')['privacy'] = 'named'),
      'weaker /entities/TBRegPersonBasicInfo/fields/IDCard',
    ],
    [
      'counts an amount in another unit',
      (d) => (field(d, 'TBProjectInfo', 'AllInvest')['unit'] = '元'),
      'weaker /entities/TBProjectInfo/fields/AllInvest',
    ],
    ['drops a condition', (d) => (entity(d, 'TBTenderInfo')['conditions'] = []), 'weaker /entities/TBTenderInfo/conditions'],
    [
      'widens the exception of a condition',
      (d) => entity(d, 'TBTenderInfo')['conditions'][0]['values'].push('001'),
      'weaker /entities/TBTenderInfo/conditions',
    ],
    ['changes a key', (d) => (entity(d, 'TBProjectSafeCheck')['key'] = []), 'weaker /entities/TBProjectSafeCheck/key'],
    [
      'takes other words for a company',
      (d) => field(d, 'TBProjectInfo', 'BuildCorpCode')['others'].push('个人'),
      'weaker /entities/TBProjectInfo/fields/BuildCorpCode',
    ],
    [
      'compares keys in another form',
      (d) => delete field(d, 'TBCorpBadCreditInfo', 'PunishNumber')['keyForm'],
      'weaker /entities/TBCorpBadCreditInfo/fields/PunishNumber',
    ],
    [
      'says another place for a project',
      (d) => (entity(d, 'TBProjectInfo')['place']['region'] = []),
      'weaker /entities/TBProjectInfo/place',
    ],
    ['shows private persons', (d) => delete entity(d, 'TBProjectInfo')['privatePerson'], 'weaker /entities/TBProjectInfo/privatePerson'],
    [
      'removes a code',
      (d) => (dictionary(d, 'TBPRJTYPEDIC')['codes'] = dictionary(d, 'TBPRJTYPEDIC')['codes'].slice(1)),
      'weaker /dictionaries/TBPRJTYPEDIC/01',
    ],
    [
      'gives a code another meaning',
      (d) => (dictionary(d, 'TBIDCARDTYPEDIC')['codes'][1]['nameZh'] = '护照'),
      'weaker /dictionaries/TBIDCARDTYPEDIC/2',
    ],
    ['ends a code', (d) => (dictionary(d, 'TBPRJTYPEDIC')['codes'][0]['validTo'] = '2020-01-01'), 'weaker /dictionaries/TBPRJTYPEDIC/01'],
    [
      'adds a code to a closed national table',
      (d) => dictionary(d, 'TBPRJTYPEDIC')['codes'].push({ code: '77', nameZh: '其它', nameEn: '' }),
      'weaker /dictionaries/TBPRJTYPEDIC/77',
    ],
    [
      'lists its own conduct codes as national',
      (d) => dictionary(d, 'TBCORPBADDIC')['codes'].push({ code: 'A2-1-01', nameZh: '其它', nameEn: '' }),
      'weaker /dictionaries/TBCORPBADDIC/A2-1-01',
    ],
    ['opens a closed dictionary', (d) => (dictionary(d, 'TBPRJTYPEDIC')['closed'] = false), 'weaker /dictionaries/TBPRJTYPEDIC'],
    ['removes a dictionary', (d) => (d['dictionaries'] = without(d['dictionaries'], 'TBPRJTYPEDIC')), 'weaker /dictionaries/TBPRJTYPEDIC'],
    ['gives more time to publish', (d) => (d['clocks'][0]['most']['amount'] = 8), 'weaker /clocks/conduct.publish'],
    ['counts working days', (d) => (d['clocks'][0]['days'] = 'working'), 'weaker /clocks/conduct.publish'],
    ['removes a deadline', (d) => (d['clocks'] = without(d['clocks'], 'conduct.report')), 'weaker /clocks/conduct.report'],
    [
      'shows bad conduct for less',
      (d) => (d['clocks'].find((c: Json) => c['id'] === 'conduct.bad-term')['least'] = { amount: 5, unit: 'month' }),
      'weaker /clocks/conduct.bad-term',
    ],
    ['lowers the severity of a rule', (d) => (d['rules']['classified']['severity'] = 'warning'), 'weaker /rules/classified/severity'],
    [
      'allows a placeholder word',
      (d) => (d['rules']['placeholders']['words'] = d['rules']['placeholders']['words'].filter((w: string) => w !== '无')),
      'weaker /rules/placeholders/words',
    ],
    [
      'excepts a date from the sentinels',
      (d) => d['rules']['placeholders']['datesNot'].push('CreateDate'),
      'weaker /rules/placeholders/datesNot',
    ],
    ['takes higher amounts', (d) => (d['rules']['amounts']['max']['default'] = '2000000'), 'weaker /rules/amounts/max/default'],
    ['changes what counts as classified', (d) => (d['rules']['classified']['pattern'] = 'x'), 'weaker /rules/classified/pattern'],
    [
      'lets conduct be withdrawn',
      (d) => (d['policy']['steps'][0]['withdraw'] = 'until-in-force'),
      'weaker /policy/steps/TBCorpBadCreditInfo/withdraw',
    ],
    [
      'lets more go up',
      (d) => (d['policy']['qualification']['national'] = d['policy']['qualification']['national'].slice(1)),
      'weaker /policy/qualification/national/state.pending_review',
    ],
    [
      'claims a higher data level',
      (d) => (d['policy']['claims']['dataLevelHighest']['county'] = 'A'),
      'weaker /policy/claims/dataLevelHighest/county',
    ],
    [
      'does not wait for the project',
      (d) => (d['policy']['references'][0]['onMissing'] = 'none'),
      'weaker /policy/references/PrjNum-TBProjectInfo',
    ],
    ['forgets what a region has become', (d) => d['regions']['succession'].shift(), 'weaker /regions/succession/371200'],
    [
      'judges national records at another date',
      (d) => (d['recordDates'].find((r: Json) => r['entities'].includes('TBTenderInfo'))['from'] = ['CreateDate']),
      'weaker /recordDates',
    ],
    [
      'names a field of its own without its prefix',
      (d) => entity(d, 'TBProjectInfo')['fields'].push({ ...field(d, 'TBProjectInfo', 'PrjSize'), code: 'OwnField', mandatory: false }),
      'prefix /entities/TBProjectInfo/fields/OwnField',
    ],
    [
      'names a table of its own without its prefix',
      (d) => d['entities'].push({ ...entity(d, 'JS_zj_gcjbxx'), code: 'OwnTable' }),
      'prefix /entities/OwnTable',
    ],
    ['is based on another revision', (d) => (d['basedOn']['revision'] = 9), 'base /basedOn'],
  ])('is refused when it %s', (_what, weaken, fault) => {
    const document = jiangsu()
    weaken(document)
    expect(faultsOf(document)).toContain(fault)
  })

  it.each<[string, (document: Json) => void]>([
    ['asks for an optional field', (d) => (field(d, 'TBProjectInfo', 'PrjCode')['mandatory'] = true)],
    ['seals a name', (d) => (field(d, 'TBTenderInfo', 'ConstructorName')['privacy'] = 'sealed')],
    ['takes shorter texts', (d) => (field(d, 'TBProjectInfo', 'PrjName')['length'] -= 50)],
    ['raises a severity', (d) => (d['rules']['dateOrder']['severity'] = 'doubt')],
    ['knows more placeholder words', (d) => d['rules']['placeholders']['words'].push('待录入')],
    ['gives less time', (d) => (d['clocks'][0]['most']['amount'] = 5)],
    [
      'reviews projects first',
      (d) => d['policy']['steps'].splice(1, 0, { ...d['policy']['steps'][1], entities: ['*project'], initialState: 'pending_review' }),
    ],
    [
      'adds a code to an open table',
      (d) => dictionary(d, 'TBTRADETYPEDIC')['codes'].push({ code: 'JS0001', nameZh: '省内序列（合成）', nameEn: '' }),
    ],
  ])('is taken when it %s', (_what, strengthen) => {
    const document = jiangsu()
    strengthen(document)
    expect(faultsOf(document)).toEqual([])
  })
})

describe('a mutated extension', () => {
  it('never breaks the comparison with its base', () => {
    const value = fc.constantFrom<unknown>(undefined, null, '', 'PrjNum', -1, 3, true, [], {}, ['x'])
    fc.assert(
      fc.property(
        fc.array(fc.record({ steps: fc.array(fc.nat(), { minLength: 2, maxLength: 5 }), value }), { minLength: 1, maxLength: 3 }),
        (mutations) => {
          const document = jiangsu()
          for (const { steps, value: put } of mutations) mutate(document, steps, put)
          for (const fault of checkRelease(document, national, releases.get('2018-js'))) expect(fault.en.length).toBeGreaterThan(0)
        },
      ),
      { numRuns: 25, seed: 20261122 },
    )
  }, 120_000)
})

/** Puts a value at the place that the steps lead to, each taken modulo the members there. */
function mutate(document: Json, steps: readonly number[], value: unknown): void {
  let at: Json = document
  for (const [i, step] of steps.entries()) {
    const names = Object.keys(at)
    if (names.length === 0) return
    const name = names[step % names.length]!
    const next: unknown = at[name]
    if (i < steps.length - 1 && typeof next === 'object' && next !== null) at = next as Json
    else if (value === undefined) delete at[name]
    else at[name] = value
  }
}
