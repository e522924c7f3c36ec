import { releases } from '@huijiao/standard'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Caller, countSkips, listParked, sequenceLog } from '../src/index.ts'
import { enrol, openTestHub, project, receiptOf, submit, type TestHub, upsert } from './test-hub.ts'
import { forwardAll, linkUp, versionsOf } from './two-tiers.ts'

const js = releases.get('2018-js')!
const firstCode = (dictionary: string) => [...js.dictionaries.get(dictionary)!.codes.keys()][0]

/** A company in Jiangsu's own table; synthetic. */
const company = {
  CorpName: '示例建设集团有限公司（合成）',
  CorpCode: '91370199MA0XL04X7A',
  OrganID: '91370199MA0XL04X7A',
  LicenseNo: '91370199MA0XL04X7A',
  ProvinceCode: '320000',
  CityCode: '320100',
  CountyCode: '320102',
  RegAddress: '示例路 1 号（合成）',
  CorpAddress: '示例路 1 号（合成）',
  LegalMan: '王示例',
  CorpType: firstCode('JS_DCORPTYPE'),
  CorpTypeDesc: '示例类型',
  RegCapital: '5000',
  RegCapitalUnit: firstCode('JS_DCAPITALUNIT'),
  FoundDate: '2015-03-02',
  UpdateDate: '2026-08-01T09:00:00+08:00',
}
const inNanjing = (sequence: number) => {
  const { PrjNum, ...rest } = project(sequence)
  return { ...rest, PrjNum: PrjNum.replace('370102', '320102'), ProvinceNum: '320000', CityNum: '320100', CountyNum: '320102' }
}

describe('Jiangsu’s extension of the national release', () => {
  let city: TestHub
  let province: TestHub
  let nation: TestHub
  let up: Awaited<ReturnType<typeof linkUp>>
  let toNation: Awaited<ReturnType<typeof linkUp>>
  let system: Caller
  beforeAll(async () => {
    ;[city, province, nation] = await Promise.all([
      openTestHub({ name: '320100', region: '320100', tier: 'municipal' }),
      openTestHub({ name: '320000', region: '320000', tier: 'provincial' }),
      openTestHub({ name: '000000', region: '000000', tier: 'national' }),
    ])
    up = await linkUp(city.hub, province.hub)
    toNation = await linkUp(province.hub, nation.hub)
    system = await enrol(city.hub)
  })
  afterAll(() => Promise.all([city, province, nation].map((node) => node.close())))

  it('counts in the province and nowhere else', () => {
    for (const node of [city, province]) expect(node.hub.standards().releases.has('2018-js')).toBe(true)
    expect(nation.hub.standards().releases.has('2018-js')).toBe(false)
    expect([city.hub.policy().id, nation.hub.policy().id]).toEqual(['huijiao-first-cut-2018-js', 'huijiao-first-cut'])
  })

  it('takes its own records to the province, where they stay as not due, with the reason', async () => {
    const receipt = receiptOf(await submit(city.hub, system, [upsert('JS_TCorpBasicInfo', 'QY-1', company)], { standard: '2018-js' }))
    expect(receipt.records).toMatchObject([{ outcome: 'accepted' }])
    await forwardAll(city.hub, up.linkNo, up.send)
    expect((await versionsOf(province.hub)).map((one) => one.entity)).toEqual(['JS_TCorpBasicInfo'])
    await forwardAll(province.hub, toNation.linkNo, toNation.send)
    expect(await versionsOf(nation.hub)).toEqual([])
    expect(await countSkips(province.hub.db, toNation.linkNo)).toMatchObject([{ reason: 'provincial-entity', kind: 'not-due', count: 1 }])
    expect(await listParked(province.hub.db, { limit: 10 })).toEqual([])
  })

  it('parks a national table that was sent under it where the nation does not serve it, and the same record goes up under the national release', async () => {
    const [under, national] = [
      await submit(city.hub, system, [upsert('TBProjectInfo', 'XM-1', inNanjing(1))], { standard: '2018-js' }),
      await submit(city.hub, system, [upsert('TBProjectInfo', 'XM-2', inNanjing(2))]),
    ]
    expect([receiptOf(under).records[0]?.outcome, receiptOf(national).records[0]?.outcome]).toEqual(['accepted', 'accepted'])
    await forwardAll(city.hub, up.linkNo, up.send)
    await sequenceLog(province.hub)
    await forwardAll(province.hub, toNation.linkNo, toNation.send)
    expect((await listParked(province.hub.db, { limit: 10 })).map((row) => [row.entity, row.reason])).toEqual([
      ['TBProjectInfo', 'release-unknown'],
    ])
    expect((await versionsOf(nation.hub)).map((one) => one.record_id)).toHaveLength(1)
  })
})
