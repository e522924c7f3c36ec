import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  addSuccession,
  type Caller,
  listSuccessions,
  lookupRecord,
  type NewSuccession,
  sequenceLog,
  successionsToldMax,
  takeSuccessions,
  tellAgainMs,
  tellSuccessions,
  type TellSuccessions,
  undoSuccession,
} from '../src/index.ts'
import { company } from './identity.ts'
import { enrol, project, receiptOf, submit, type TestHub, upsert } from './test-hub.ts'
import { forwardAll, linkUp, openTier } from './two-tiers.ts'

const number = (sequence: number) => ({ PrjNum: (project(sequence) as { PrjNum: string }).PrjNum })

describe('a number that changed at a city', () => {
  let city: TestHub
  let province: TestHub
  let nation: TestHub
  let up: Awaited<ReturnType<typeof linkUp>>
  let further: Awaited<ReturnType<typeof linkUp>>
  let system: Caller
  beforeAll(async () => {
    ;[city, province, nation] = await Promise.all([openTier('municipal'), openTier('provincial'), openTier('national')])
    up = await linkUp(city.hub, province.hub)
    further = await linkUp(province.hub, nation.hub)
    system = await enrol(city.hub)
  })
  afterAll(() => Promise.all([city, province, nation].map((node) => node.close())))

  const calls: number[] = []
  const toProvince: TellSuccessions = async (_link, told) => {
    calls.push(told.length)
    return JSON.parse(JSON.stringify(await takeSuccessions(province.hub, up.caller, told)))
  }
  const toNation: TellSuccessions = async (_link, told) =>
    JSON.parse(JSON.stringify(await takeSuccessions(nation.hub, further.caller, told)))
  const tell = async () => {
    while (await tellSuccessions(city.hub, up.linkNo, toProvince)) continue
    while (await tellSuccessions(province.hub, further.linkNo, toNation)) continue
  }
  const link = (from: number, to: number, more: Partial<NewSuccession> = {}) =>
    addSuccession(city.hub, 'operator:test', {
      entity: 'TBProjectInfo',
      kind: 'renamed',
      from: [{ key: number(from) }],
      to: [{ key: number(to) }],
      reason: '重新赋码（合成）',
      ...more,
    })
  const send = async (data: object, entity = 'TBProjectInfo', sourceId = 'X') =>
    receiptOf(await submit(city.hub, system, [upsert(entity, sourceId, data)])).records[0]?.recordId as string
  const forward = async () => {
    await forwardAll(city.hub, up.linkNo, up.send)
    await forwardAll(province.hub, further.linkNo, further.send)
  }
  const above = async (id: string) =>
    (await listSuccessions(city.hub.db, { limit: 20 })).find((one) => one.succession === id)?.above.map((one) => [one.act, one.outcome])
  const found = async (hub: TestHub['hub'], sequence: number) =>
    (await lookupRecord(hub, { entity: 'TBProjectInfo', key: number(sequence) })).recordId

  it('is told level by level, once, and both numbers are found in the nation too', async () => {
    const [, second] = [await send(project(1)), await send(project(2))]
    await forward()
    const id = await link(1, 2, { effectiveOn: '2025-01-01' })
    await tell()
    expect([await found(province.hub, 1), await found(nation.hub, 1)]).toEqual([second, second])
    expect(await above(id)).toEqual([['linked', 'taken']])
    const [there] = await listSuccessions(nation.hub.db, { limit: 1 })
    expect(there).toMatchObject({
      succession: id,
      effectiveOn: '2025-01-01',
      reason: '重新赋码（合成）',
      actor: 'participant:p-node-370000',
    })
    await sequenceLog(nation.hub)
    const entries = await nation.hub.db.selectFrom('log_entry').select('body').where('kind', '=', 'succession').execute()
    expect(entries.map((one) => JSON.parse(one.body as string))).toMatchObject([{ act: 'linked', succession: id }])
    // Nothing is left to tell, and nobody is called for nothing.
    calls.length = 0
    await tell()
    expect(calls).toEqual([])
    // An answer that was lost: told again, it changes nothing.
    await city.hub.db.deleteFrom('succession_told').execute()
    await tell()
    expect(await above(id)).toEqual([['linked', 'taken']])
    expect((await listSuccessions(province.hub.db, { limit: 20 })).length).toBe(1)
  })

  it('is taken back above when it is taken back here', async () => {
    const [third] = [await send(project(3)), await send(project(4))]
    await forward()
    const id = await link(3, 4)
    await tell()
    expect(await found(nation.hub, 3)).not.toBe(third)
    await undoSuccession(city.hub, 'operator:test', id, '登记有误（合成）')
    await tell()
    expect([await found(province.hub, 3), await found(nation.hub, 3)]).toEqual([third, third])
    expect(await above(id)).toEqual([
      ['linked', 'taken'],
      ['undone', 'taken'],
    ])
  })

  it('that was never told and was taken back stays here', async () => {
    const id = await link(5, 6)
    await undoSuccession(city.hub, 'operator:test', id, '登记有误（合成）')
    await tell()
    expect(await above(id)).toEqual([])
  })

  it('is refused above with the reason where something else stands there, or where it is not the caller’s to say', async () => {
    await addSuccession(province.hub, 'operator:test', {
      entity: 'TBProjectInfo',
      kind: 'renamed',
      from: [{ key: number(7) }],
      to: [{ key: number(8) }],
      reason: '省级登记（合成）',
    })
    const other = await link(7, 9)
    const same = await link(10, 11)
    await addSuccession(province.hub, 'operator:test', {
      entity: 'TBProjectInfo',
      kind: 'renamed',
      from: [{ key: number(10) }],
      to: [{ key: number(11) }],
      reason: '省级登记（合成）',
    })
    const foreign = await link(12, 13, { from: [{ key: { PrjNum: '3702022001010101' } }] })
    await tell()
    expect([await above(other), await above(same), await above(foreign)]).toEqual([
      [['linked', 'refused']],
      [['linked', 'known']],
      [['linked', 'refused']],
    ])
    const rows = await city.hub.db
      .selectFrom('succession_told')
      .select(['succession_id', 'problem'])
      .where('outcome', '=', 'refused')
      .execute()
    const codes = new Map(rows.map((row) => [row.succession_id, (row.problem as { code: string }).code]))
    expect([codes.get(other), codes.get(foreign)]).toEqual(['succession-conflict', 'not-allowed'])
  })

  it('of a company is not for a city to say where the province’s register has it', async () => {
    const registry = await enrol(province.hub, 'p-registry', ['370000'])
    const code = (serial: number) => company(serial).CorpCode
    const [old, now] = [code(71), code(72)]
    receiptOf(await submit(province.hub, registry, [upsert('TBCorpBasicInfo', 'Q-71', company(71))]))
    const ends = { entity: 'TBCorpBasicInfo', from: [{ key: { CorpCode: old } }], to: [{ key: { CorpCode: now } }] }
    const id = await link(0, 0, ends)
    const unknown = await link(0, 0, {
      ...ends,
      from: [{ key: { CorpCode: code(73) } }],
      to: [{ key: { CorpCode: code(74) } }],
    })
    await tell()
    expect([await above(id), await above(unknown)]).toEqual([[['linked', 'refused']], [['linked', 'taken']]])
  })

  it('is told by the record where the key is personal, and waits until that record is above', async () => {
    const told: unknown[] = []
    const refusing: TellSuccessions = async (_link, list) => {
      told.push(...list)
      return list.map(({ id, act }) => ({ id, act, outcome: 'waiting' }))
    }
    const [a, b] = [await send(project(21)), await send(project(22))]
    const id = await addSuccession(city.hub, 'operator:test', {
      entity: 'TBProjectInfo',
      kind: 'renamed',
      from: [{ recordId: a }],
      to: [{ recordId: b }],
      reason: '合成',
    })
    // As it is kept of a key that holds something personal.
    await city.hub.db.updateTable('succession_link').set({ from_key: null, to_key: null }).where('succession_id', '=', id).execute()
    await tellSuccessions(city.hub, up.linkNo, refusing)
    expect(told).toMatchObject([{ id, from: [{ recordId: a }], to: [{ recordId: b }] }])
    // It waits above, and is not told again at every look.
    await forward()
    await tell()
    expect(await above(id)).toEqual([])
    city.clock.advance(10 * 60_000)
    await tell()
    expect(await above(id)).toEqual([['linked', 'taken']])
    expect(await found(nation.hub, 21)).toBe(b)
  })

  it('that was refused is told again after a day, and taken once what stood in its way above is gone', async () => {
    const theirs = await addSuccession(province.hub, 'operator:test', {
      entity: 'TBProjectInfo',
      kind: 'renamed',
      from: [{ key: number(31) }],
      to: [{ key: number(32) }],
      reason: '省级登记（合成）',
    })
    const id = await link(31, 33)
    await tell()
    expect(await above(id)).toEqual([['linked', 'refused']])
    await undoSuccession(province.hub, 'operator:test', theirs, '登记有误（合成）')
    city.clock.advance(23 * 3_600_000)
    await tell()
    expect(await above(id)).toEqual([['linked', 'refused']])
    city.clock.advance(3_600_000)
    await tell()
    expect(await above(id)).toEqual([['linked', 'taken']])
    expect(await city.hub.db.selectFrom('succession_again').selectAll().where('succession_id', '=', id).execute()).toEqual([])
  })

  it('that waits or is refused a hundred times holds up none that comes after', async () => {
    const waiting: TellSuccessions = async (_link, told) => told.map(({ id, act }) => ({ id, act, outcome: 'waiting' }))
    for (let i = 0; i < successionsToldMax; i++) await link(40 + 2 * i, 41 + 2 * i)
    while (await tellSuccessions(city.hub, up.linkNo, waiting)) continue
    const id = await link(34, 35)
    await tell()
    expect(await above(id)).toEqual([['linked', 'taken']])
    // The waits grow, up to a day; a refusal rests for a day.
    expect([1, 2, 3, 9, 99].map((times) => tellAgainMs('waiting', times) / 60_000)).toEqual([10, 20, 40, 1440, 1440])
    expect(tellAgainMs('refused', 1)).toBe(24 * 3_600_000)
  })

  it('that was taken back here while its answer was out is taken back above as well', async () => {
    const lost: TellSuccessions = async (linkRow, told) => {
      await toProvince(linkRow, told)
      throw new Error('the answer is lost')
    }
    const id = await link(36, 37)
    await expect(tellSuccessions(city.hub, up.linkNo, lost)).rejects.toThrow('lost')
    await undoSuccession(city.hub, 'operator:test', id, '登记有误（合成）')
    await tell()
    await tell()
    expect(await above(id)).toEqual([
      ['linked', 'taken'],
      ['undone', 'taken'],
    ])
    expect((await listSuccessions(province.hub.db, { limit: 200 })).find((one) => one.succession === id)?.undone).not.toBeNull()
  })
})
