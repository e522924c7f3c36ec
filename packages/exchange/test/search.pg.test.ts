import { residentIdCheck } from '@huijiao/standard'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type Caller,
  findSubject,
  indexRecords,
  linkedOfEntity,
  linkedRecords,
  publicRecordId,
  searchLag,
  type SearchQuery,
  searchRecords,
  sequenceLog,
} from '../src/index.ts'
import { company } from './identity.ts'
import { enrol, openTestHub, project, receiptOf, submit, type TestHub, upsert } from './test-hub.ts'

const document = `37019918900101001${residentIdCheck('37019918900101001')}`
let node: TestHub
let one: Caller
let two: Caller
const ids: Record<string, string> = {}

const send = async (by: Caller, entity: string, data: object, standard = '2018') => {
  const receipt = receiptOf(await submit(node.hub, by, [upsert(entity, JSON.stringify(data).slice(0, 40), data)], { standard }))
  expect(receipt.records[0]!.outcome, JSON.stringify(receipt.records[0])).toBe('accepted')
  return receipt.records[0]!.recordId as string
}
const read = async () => {
  await sequenceLog(node.hub)
  while (await indexRecords(node.hub)) continue
}
const find = async (text: string, more: Partial<SearchQuery> = {}) =>
  (await searchRecords(node.hub, { text, limit: 50, ...more })).rows.map((row) => row.name || row.number)

const person = {
  PersonName: '阿卜杜·示例𠮷',
  IDCardTypeNum: '1',
  IDCard: document,
  SexNum: '1',
  Birthday: '1890-01-01',
  NationalityNum: '05',
  EduLevelNum: '20',
  Mobile: '10000000003',
}
const registration = { PersonName: person.PersonName, IDCardTypeNum: '1', IDCard18: document, SpecialtyTypNum: '11', CertNum: '示注001', AwardDate: '2020-01-01', AwardDepart: '示例厅（合成）', EffectDate: '2030-01-01', CorpName: company(1).CorpName, CorpCode: company(1).CorpCode, RegTradeTypeNum1: '102010' } // prettier-ignore

beforeAll(async () => {
  node = await openTestHub()
  one = await enrol(node.hub, 'p-one')
  two = await enrol(node.hub, 'p-two')
  ids['company'] = await send(one, 'TBCorpBasicInfo', company(1))
  ids['garden'] = await send(one, 'TBProjectInfo', project(1, { PrjName: '示例重庆花园一期', BuildCorpCode: company(1).CorpCode }))
  ids['school'] = await send(one, 'TBProjectInfo', project(2, { PrjName: '示例花圃小学', CountyNum: '370103', PrjNum: '3701032001010103' }))
  ids['person'] = await send(one, 'TBRegPersonBasicInfo', person)
  ids['registration'] = await send(one, 'TBRegPersonRegInfo', registration)
  await read()
})
afterAll(() => node.close())

describe('search', () => {
  it('has read the whole log, and reads the next records when they are in it', async () => {
    expect(await searchLag(node.hub.db)).toBe(0)
    const id = await send(two, 'TBProjectInfo', project(3, { PrjName: '示例后来桥' }))
    await sequenceLog(node.hub)
    expect([await find('后来桥'), await searchLag(node.hub.db)]).toEqual([[], 1])
    await read()
    expect((await searchRecords(node.hub, { text: '后来桥', limit: 5 })).rows.map((row) => publicRecordId(row.record_id))).toEqual([id])
  })

  it('finds a name by any two or more characters in a row, and not by characters that only both occur', async () => {
    for (const text of ['花园', '庆花', '示例重庆花园一期', '重庆 一期'])
      expect([text, await find(text)]).toEqual([text, ['示例重庆花园一期']])
    expect(await find('花一')).toEqual([])
    expect(await find('示例𠮷')).toContain(person.PersonName)
    expect(await find('𠮷')).toContain(person.PersonName)
    expect(await find('花')).toEqual([])
  })

  it('finds a name by the first letters of its pinyin', async () => {
    expect(await find('slcqhy')).toEqual(['示例重庆花园一期'])
    expect(await find('CQHY')).toEqual(['示例重庆花园一期'])
  })

  it('finds a company by its credit code, its organisation code and everything that names it', async () => {
    const { CorpCode, CorpName } = company(1)
    const all = [CorpName, '示例重庆花园一期', person.PersonName]
    for (const code of [CorpCode, CorpCode.slice(8, 17), CorpCode.toLowerCase()]) expect((await find(code)).sort()).toEqual([...all].sort())
    expect(await find(CorpCode, { library: 'enterprise' })).toEqual([CorpName])
  })

  it('finds a project by the beginning of its number', async () => {
    expect((await find('370103200101')).sort()).toEqual(['示例花圃小学'])
    expect(await find(project(1).PrjNum)).toEqual(['示例重庆花园一期'])
  })

  it('finds by a person’s whole document only who may ask so, and keeps no document in the table', async () => {
    expect(await find(document)).toEqual([])
    expect(await find(document, { documents: true })).toEqual([person.PersonName, person.PersonName])
    const { rows } = await sql<{ row: string }>`select r::text as row from search_record r`.execute(node.hub.db)
    expect(rows.length).toBeGreaterThan(4)
    expect(JSON.stringify(rows)).not.toContain(document.slice(0, 14))
    expect(JSON.stringify(rows)).not.toContain('10000000003')
  })

  it('cuts by library, table, region and the regions of an operator', async () => {
    expect(await find('示例', { library: 'project', region: '370103' })).toEqual(['示例花圃小学'])
    expect(await find('示例花', { within: ['370103'] })).toEqual(['示例花圃小学'])
    expect(await find('', { entity: 'TBCorpBasicInfo' })).toEqual([company(1).CorpName])
    expect(await find('', { library: 'person', within: ['370200'] })).toEqual([])
  })

  it('pages through a list without gaps and without repeats', async () => {
    const seen: number[] = []
    for (let after: number | undefined; ;) {
      const { rows } = await searchRecords(node.hub, { limit: 2, ...(after === undefined ? {} : { after }) })
      seen.push(...rows.slice(0, 2).map((row) => row.place))
      if (rows.length <= 2) break
      after = rows[1]!.place
    }
    const all = await node.hub.db.selectFrom('search_record').select('place').orderBy('place').execute()
    expect(seen).toEqual(all.map((row) => row.place))
  })

  it('gives the same whether the first records are looked through or the index is asked', async () => {
    for (const text of ['示例', '花园', 'slhp', '有限公司']) {
      const direct = (await searchRecords(node.hub, { text, limit: 50 })).rows.map((row) => row.place)
      const indexed = (await searchRecords(node.hub, { text, limit: 50 }, { windowRows: 1 })).rows.map((row) => row.place)
      expect([text, indexed]).toEqual([text, direct])
    }
  })

  it('shows the name in force when a record changes, and no other', async () => {
    await send(one, 'TBProjectInfo', project(2, { PrjName: '示例改名中学', CountyNum: '370103', PrjNum: '3701032001010103' }))
    await read()
    expect(await find('花圃')).toEqual([])
    expect(await find('改名中学')).toEqual(['示例改名中学'])
  })

  it('composes what several sources say', async () => {
    await send(two, 'TBCorpBasicInfo', company(1, { CorpName: '示例后到建设有限公司' }))
    await read()
    expect(await find('后到建设')).toEqual(['示例后到建设有限公司'])
    expect(
      (await node.hub.db.selectFrom('search_record').select('several').where('entity', '=', 'TBCorpBasicInfo').execute()).map(
        (row) => row.several,
      ),
    ).toEqual([true])
  })
})

describe('records that hang together', () => {
  it('are found from both ends: a company’s projects and persons, a person’s registrations and company', async () => {
    const from = async (id: string) => {
      const groups = await linkedRecords(node.hub, await findSubject(node.hub, id, {}), {}, 10)
      return groups.map((group) => [group.direction, group.entity, group.count]).sort()
    }
    expect(await from(ids['company']!)).toEqual([
      ['below', 'TBProjectInfo', 1],
      ['below', 'TBRegPersonRegInfo', 1],
    ])
    expect(await from(ids['person']!)).toEqual([['below', 'TBRegPersonRegInfo', 1]])
    expect(await from(ids['registration']!)).toEqual([
      ['above', 'TBCorpBasicInfo', 1],
      ['above', 'TBRegPersonBasicInfo', 1],
    ])
    expect(await from(ids['garden']!)).toEqual([['above', 'TBCorpBasicInfo', 1]])
  })

  it('are listed by table, and only as far as the reader may see', async () => {
    const subject = await findSubject(node.hub, ids['company']!, {})
    const page = { entity: 'TBProjectInfo', direction: 'below', limit: 10 } as const
    expect((await linkedOfEntity(node.hub, subject, {}, page)).map((row) => row.name)).toEqual(['示例重庆花园一期'])
    expect(await linkedOfEntity(node.hub, subject, { within: ['370103'] }, page)).toEqual([])
    await expect(findSubject(node.hub, ids['garden']!, { within: ['370103'] })).rejects.toMatchObject({ code: 'not-found' })
  })
})
