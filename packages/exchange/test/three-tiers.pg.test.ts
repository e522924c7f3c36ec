import { verifierKey, verifyCustody } from '@huijiao/merkle'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type Caller,
  custodyDocument,
  forwardLink,
  type Hub,
  listParked,
  outcomesAbove,
  publicRecordId,
  readFeed,
  resolveHeld,
  retryParked,
  sequenceLog,
  sweepHeld,
  takeFeed,
} from '../src/index.ts'
import { enrol, project, receiptOf, submit, type TestHub, upsert } from './test-hub.ts'
import { contract, decoded, forwardAll, linkUp, openTier, versionsOf } from './two-tiers.ts'

let county: TestHub
let city: TestHub
let province: TestHub
let nation: TestHub
let ways: {
  county: Awaited<ReturnType<typeof linkUp>>
  city: Awaited<ReturnType<typeof linkUp>>
  province: Awaited<ReturnType<typeof linkUp>>
}
let system: Caller
let district: Caller

beforeAll(async () => {
  ;[county, city, province, nation] = await Promise.all([
    openTier('county'),
    openTier('municipal'),
    openTier('provincial'),
    openTier('national'),
  ])
  ways = {
    county: await linkUp(county.hub, city.hub),
    city: await linkUp(city.hub, province.hub),
    province: await linkUp(province.hub, nation.hub),
  }
  system = await enrol(city.hub)
  district = await enrol(county.hub, 'p-district')
})
afterAll(() => Promise.all([county, city, province, nation].map((node) => node.close())))

const forward = async () => {
  await forwardAll(county.hub, ways.county.linkNo, ways.county.send)
  await forwardAll(city.hub, ways.city.linkNo, ways.city.send)
  await resolveAll(province.hub)
  await forwardAll(province.hub, ways.province.linkNo, ways.province.send)
  await resolveAll(nation.hub)
  await Promise.all([county, city, province, nation].map((node) => sequenceLog(node.hub)))
}
const resolveAll = async (hub: Hub) => {
  await sequenceLog(hub)
  while (await resolveHeld(hub)) await sequenceLog(hub)
}
const keyOf = ({ node, signingKey }: Hub) => verifierKey(node.name, signingKey.publicKey)

describe('custody', () => {
  it('leads from the nation to the edge for every record, cut to what each node passed on', async () => {
    // Two source entries, from two nodes, each of several records; the city sends one delivery of both.
    await submit(county.hub, district, [
      upsert('TBProjectInfo', 'X-1', project(11)),
      upsert('TBProjectInfo', 'X-2', project(12)),
      upsert('TBProjectInfo', 'X-3', project(13)),
    ])
    await submit(
      city.hub,
      system,
      [1, 2, 3, 4, 5].map((one) => upsert('TBProjectInfo', `C-${one}`, project(one))),
    )
    await forward()
    const held = await versionsOf(nation.hub)
    expect(held.map((one) => one.stream)).toEqual([...Array(5).fill('370100/p-city'), ...Array(3).fill('370102/p-district')])
    const trusted = [county, city, province, nation].map((node) => keyOf(node.hub))
    for (const version of held) {
      const document = JSON.parse(JSON.stringify(await custodyDocument(nation.hub, publicRecordId(version.record_id))))
      const report = verifyCustody(document, trusted)
      expect(report.checks.filter((check) => check.status === 'failed')).toEqual([])
      expect(report.outcome).toBe('verified')
      expect(report.path).toEqual(
        version.stream.startsWith('370102') ? ['000000', '370000', '370100', '370102'] : ['000000', '370000', '370100'],
      )
    }
  })

  it('holds for a record that went on alone out of a larger part, and for what was left of the part', async () => {
    await submit(city.hub, system, [
      upsert('TBProjectInfo', 'C-21', project(21)),
      upsert('TBProjectInfo', 'C-22', project(22)),
      upsert('TBProjectInfo', 'C-23', project(23)),
    ])
    await forwardAll(city.hub, ways.city.linkNo, ways.city.send)
    // The nation cannot read any body that holds the second one, at first.
    const mark = (project(22) as { PrjNum: string }).PrjNum
    await forwardAll(province.hub, ways.province.linkNo, async (link, request) =>
      decoded(request).toString().includes(mark)
        ? { status: 422, body: Buffer.alloc(0), receiptVerified: false }
        : await ways.province.send(link, request),
    )
    const ids = (await versionsOf(province.hub)).slice(-3).map((one) => one.record_id)
    expect(await listParked(province.hub.db, { limit: 10 })).toMatchObject([{ record_id: ids[1] }])
    expect(await retryParked(province.hub, 'operator:test', { filter: { recordId: ids[1] as string } })).toBe(1)
    await forward()
    for (const id of ids) {
      const document = await custodyDocument(nation.hub, publicRecordId(id))
      expect(verifyCustody(JSON.parse(JSON.stringify(document)), [keyOf(city.hub), keyOf(province.hub), keyOf(nation.hub)]).outcome).toBe(
        'verified',
      )
    }
  })
})

describe('held records', () => {
  it('are released by their parents entry, go up then, and are held above only as long as needed', async () => {
    const first = receiptOf(
      await submit(city.hub, system, [
        upsert('TBContractRecordManage', 'H-31', contract(31)),
        upsert('TBContractRecordManage', 'H-31', contract(31, { ContractNum: '第二版' })),
      ]),
    )
    expect(first.records.map((one) => [one.outcome, one.problems?.[0]?.code])).toEqual([
      ['held', 'parent-missing'],
      ['held', 'parent-missing'],
    ])
    await forward()
    const stateOf = async (hub: Hub) =>
      (await hub.db.selectFrom('version').select(['n', 'state']).where('entity', '=', 'TBContractRecordManage').orderBy('n').execute()).map(
        (one) => [one.n, one.state],
      )
    expect(await stateOf(city.hub)).toEqual([
      [1, 'held'],
      [2, 'held'],
    ])
    expect(await stateOf(province.hub)).toEqual([])
    await resolveAll(city.hub)
    expect(await stateOf(city.hub)).toEqual([
      [1, 'held'],
      [2, 'held'],
    ])
    await submit(city.hub, system, [upsert('TBProjectInfo', 'C-31', project(31))])
    await resolveAll(city.hub)
    expect(await stateOf(city.hub)).toEqual([
      [1, 'accepted'],
      [2, 'accepted'],
    ])
    expect(await city.hub.db.selectFrom('held').selectAll().execute()).toEqual([])
    await forward()
    expect(await stateOf(nation.hub)).toEqual([
      [1, 'accepted'],
      [2, 'accepted'],
    ])
    const entries = await city.hub.db.selectFrom('log_entry').select('body').where('kind', '=', 'decision').execute()
    expect(entries.map((one) => JSON.parse(one.body as string).states)).toEqual([['accepted', 'accepted']])
    // The parent went up before what was released for it, so nobody above had to hold anything.
    for (const upper of [province, nation]) {
      expect(await upper.hub.db.selectFrom('log_entry').select('index').where('kind', '=', 'decision').execute()).toEqual([])
    }
    const stream = await city.hub.db
      .selectFrom('stream')
      .select(['head_state', 'force_ordinal', 'n'])
      .where('entity', '=', 'TBContractRecordManage')
      .executeTakeFirstOrThrow()
    expect(stream).toEqual({ head_state: 'accepted', force_ordinal: 1, n: 2 })
  })

  it('wait for an earlier held version of their stream, though their own parent is there', async () => {
    const { PrjNum } = project(31) as { PrjNum: string }
    const waiting = contract(35)
    const answer = receiptOf(
      await submit(city.hub, system, [
        upsert('TBContractRecordManage', 'H-35', waiting),
        upsert('TBContractRecordManage', 'H-35', { ...waiting, PrjNum, ContractNum: '改' }),
        // Too much money to be believed: doubtful, once it no longer waits.
        upsert('TBContractRecordManage', 'H-35', { ...waiting, ContractMoney: '900000000' }),
      ]),
    )
    expect(answer.records.map((one) => one.outcome)).toEqual(['held', 'held', 'held'])
    await resolveAll(city.hub)
    await sweepHeld(city.hub)
    const states = () => city.hub.db.selectFrom('version').select('state').where('source_id', '=', 'H-35').orderBy('n').execute()
    expect(await states()).toEqual([{ state: 'held' }, { state: 'held' }, { state: 'held' }])
    await submit(city.hub, system, [upsert('TBProjectInfo', 'C-35', project(35))])
    await resolveAll(city.hub)
    expect(await states()).toEqual([{ state: 'accepted' }, { state: 'accepted' }, { state: 'doubtful' }])
  })

  it('are found by the sweep when the reader missed them', async () => {
    await submit(city.hub, system, [upsert('TBContractRecordManage', 'H-32', contract(32))])
    await submit(city.hub, system, [upsert('TBProjectInfo', 'C-32', project(32))])
    await sequenceLog(city.hub)
    await city.hub.db.updateTable('reader').set({ cursor: 1_000_000 }).where('name', '=', 'held').execute()
    expect(await sweepHeld(city.hub)).toBe(1)
    expect(await sweepHeld(city.hub)).toBe(0)
    await forward()
    const above = await nation.hub.db.selectFrom('version').select('state').where('source_id', '=', 'H-32').execute()
    expect(above).toEqual([{ state: 'accepted' }])
  })
})

const takeAll = async (hub: Hub, linkNo: number, upper: Hub, caller: Caller) => {
  const fetchFeed = async (_link: unknown, after: string | undefined) =>
    JSON.parse(JSON.stringify(await readFeed(upper, caller, after === undefined ? {} : { after })))
  while (await takeFeed(hub, linkNo, fetchFeed)) continue
  await sequenceLog(hub)
}

describe('the downward feed', () => {
  it('tells the city, and the county through it, what the nation answered', async () => {
    await submit(county.hub, district, [upsert('TBProjectInfo', 'X-41', project(41)), upsert('TBProjectInfo', 'X-42', project(42))])
    await forwardAll(county.hub, ways.county.linkNo, ways.county.send)
    await forwardAll(city.hub, ways.city.linkNo, ways.city.send)
    await sequenceLog(province.hub)
    const [own] = await county.hub.db
      .selectFrom('log_entry')
      .select('index')
      .where('kind', '=', 'part')
      .orderBy('index', 'desc')
      .limit(1)
      .execute()
    // The nation holds another content of the second one.
    const rows = await versionsOf(province.hub)
    const second = rows.at(-1)
    await forwardLink(province.hub, ways.province.linkNo, ways.province.send)
    await nation.hub.db
      .updateTable('version')
      .set({ commitment: Buffer.alloc(32, 9) })
      .where('record_id', '=', second?.record_id as string)
      .execute()
    await province.hub.db.updateTable('link').set({ cursor: 0 }).execute()
    await forwardAll(province.hub, ways.province.linkNo, ways.province.send)
    await sequenceLog(province.hub)
    await takeAll(city.hub, ways.city.linkNo, province.hub, ways.city.caller)
    await takeAll(county.hub, ways.county.linkNo, city.hub, ways.county.caller)
    const told = await outcomesAbove(county.hub.db, [own?.index as number])
    expect(told.map((one) => [one.upstream, one.counts])).toHaveLength(3)
    expect(told.map((one) => [one.upstream, one.counts])).toEqual(
      expect.arrayContaining([
        ['370000', { accepted: 2 }],
        ['000000', { accepted: 2 }],
        ['000000', { unchanged: 1, refused: 1 }],
      ]),
    )
    expect(
      told.find((one) => one.counts['refused'] === 1)?.exceptions.map(([, ordinal, outcome, codes]) => [ordinal, outcome, codes]),
    ).toEqual([[1, 'refused', ['version-conflict']]])
    // Taken again from the beginning, it changes nothing.
    await county.hub.db.updateTable('link').set({ feed_cursor: 0, feed_place: null }).execute()
    await takeAll(county.hub, ways.county.linkNo, city.hub, ways.county.caller)
    expect(await outcomesAbove(county.hub.db, [own?.index as number])).toHaveLength(3)
  })

  it('tells how many were taken of each source entry, also where one part of the city mixes entries of two counties', async () => {
    // Two entries of the county in one delivery make one part of the city; so far their counts were dropped two hops further up.
    await submit(county.hub, district, [upsert('TBProjectInfo', 'X-51', project(51)), upsert('TBProjectInfo', 'X-52', project(52))])
    await submit(county.hub, district, [upsert('TBProjectInfo', 'X-53', project(53))])
    await forward()
    const parts = await county.hub.db
      .selectFrom('log_entry')
      .select('index')
      .where('kind', '=', 'part')
      .orderBy('index', 'desc')
      .limit(2)
      .execute()
    const [second, first] = parts.map((row) => row.index)
    const mixed = await city.hub.db
      .selectFrom('custody')
      .select('part_id')
      .groupBy('part_id')
      .having((eb) => eb.fn.countAll(), '>', 1)
      .execute()
    expect(mixed).toHaveLength(1)
    await takeAll(city.hub, ways.city.linkNo, province.hub, ways.city.caller)
    await takeAll(county.hub, ways.county.linkNo, city.hub, ways.county.caller)
    const ofNation = async (index: number | undefined) =>
      (await outcomesAbove(county.hub.db, [index as number])).filter((one) => one.upstream === '000000').map((one) => one.counts)
    expect(await ofNation(first)).toEqual([{ accepted: 2 }])
    expect(await ofNation(second)).toEqual([{ accepted: 1 }])
    const rows = await county.hub.db
      .selectFrom('outcome_above')
      .select(['log_index', 'places'])
      .where('upstream', '=', '000000')
      .where('log_index', 'in', [first as number, second as number])
      .orderBy('log_index')
      .execute()
    expect(rows.map((row) => row.places)).toEqual([{ accepted: [[0, 2]] }, { accepted: [[0, 1]] }])
  })

  it('shows a node only what came from itself, and a business system its own submissions', async () => {
    const stranger: Caller = { ...ways.city.caller, participantId: 'p-node-370200', nodeName: '370200' }
    expect((await readFeed(province.hub, stranger)).items).toEqual([])
    const { items } = await readFeed(city.hub, system, { kinds: new Set(['outcomes']) })
    const own = await city.hub.db.selectFrom('submission').select('id').where('participant_id', '=', system.participantId).execute()
    const told = items.flatMap((item) => ('submissions' in item ? item.submissions.map((one) => one.submission) : []))
    expect(told.length).toBeGreaterThan(0)
    expect(own.map((row) => row.id)).toEqual(expect.arrayContaining(told))
    expect((await readFeed(city.hub, { ...system, participantId: 'p-other' }, { kinds: new Set(['outcomes']) })).items).toEqual([])
  })
})
