import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type Caller,
  decideConflict,
  listConflicts,
  listDuplicates,
  loadPolicy,
  policyInForce,
  readRecord,
  sequenceLog,
  watchIdentities,
} from '../src/index.ts'
import { company, watch } from './identity.ts'
import { enrol, openTestHub, project, receiptOf, submit, type TestHub, upsert } from './test-hub.ts'

let node: TestHub
let one: Caller
let two: Caller

beforeAll(async () => {
  node = await openTestHub()
  one = await enrol(node.hub, 'p-one')
  two = await enrol(node.hub, 'p-two')
})
afterAll(() => node.close())

const send = async (by: Caller, entity: string, data: object, standard = '2018') => {
  const record = receiptOf(await submit(node.hub, by, [upsert(entity, 'X', data)], { standard })).records[0]!
  expect(record.outcome).toBe('accepted')
  return record.recordId as string
}
const conflicts = async (recordId: string) => {
  await watch(node.hub)
  return await listConflicts(node.hub, { recordId, limit: 50 })
}

describe('two sources that differ', () => {
  it('in a sealed field are shown as a conflict with both values masked, and only a keyed digest is kept', async () => {
    const recordId = await send(one, 'TBCorpBasicInfo', company(1))
    await send(two, 'TBCorpBasicInfo', company(1, { LinkPhone: '10000000007' }))
    const found = await conflicts(recordId)
    expect(found.map((conflict) => [conflict.field, conflict.sides.map((side) => side.value)])).toEqual([['LinkPhone', ['***', '***']]])
    const row = await node.hub.db.selectFrom('conflict').selectAll().where('field', '=', 'LinkPhone').executeTakeFirstOrThrow()
    expect(new Set(row.sides.map(([, , , digest]) => digest)).size).toBe(2)
    expect(JSON.stringify(row)).not.toMatch(/1000000000[17]/)
    await decideConflict(node.hub, 'operator:test', found[0]!.conflict, { source: '370100/p-one', reason: '电话核实' })
    await sequenceLog(node.hub)
    const bodies = await node.hub.db.selectFrom('log_entry').select('body').where('kind', '=', 'decision').execute()
    expect(bodies.length).toBeGreaterThan(0)
    expect(JSON.stringify(bodies)).not.toMatch(/1000000000[17]/)
  })

  it('are not in conflict over what each says of its own handling, nor over how a value is written, nor where one is silent', async () => {
    const recordId = await send(one, 'TBProjectInfo', project(1, { PrjApprovalNum: '示发改〔2019〕7号' }))
    const same = {
      CheckPersonName: '王示例',
      DataLevel: 'B',
      AllInvest: '18600.50',
      PrjApprovalNum: '示发改[2019]7号',
      PrjSize: '十万平方米',
    }
    await send(two, 'TBProjectInfo', project(1, same))
    expect(await conflicts(recordId)).toEqual([])
  })

  it('are never merged, and each stays readable as it was sent', async () => {
    const recordId = await send(one, 'TBProjectInfo', project(2))
    await send(two, 'TBProjectInfo', project(2, { AllInvest: '99' }))
    await watch(node.hub)
    const before = await node.hub.db
      .selectFrom('version')
      .select(['open_text', 'commitment'])
      .where('entity', '=', 'TBProjectInfo')
      .orderBy('part_id')
      .execute()
    const [conflict] = await conflicts(recordId)
    await decideConflict(node.hub, 'operator:test', conflict!.conflict, { source: '370100/p-two', reason: 'x' })
    await watch(node.hub)
    expect(
      await node.hub.db
        .selectFrom('version')
        .select(['open_text', 'commitment'])
        .where('entity', '=', 'TBProjectInfo')
        .orderBy('part_id')
        .execute(),
    ).toEqual(before)
    await expect(decideConflict(node.hub, 'operator:test', 999_999, { source: '370100/p-two', reason: 'x' })).rejects.toMatchObject({
      code: 'not-found',
    })
  })

  it('are judged by the policy’s authority, and a change of the policy counts at the next look', async () => {
    const recordId = await send(one, 'TBProjectInfo', project(3))
    await send(two, 'TBProjectInfo', project(3, { AllInvest: '77' }))
    const invested = async (hub = node.hub) => (await readRecord(hub, recordId, { unmask: false })).inForce?.data?.['AllInvest']
    expect(await invested()).toBe('77')
    const { document } = node.hub.policy()
    const rank = { entities: ['TBProjectInfo'], fields: ['AllInvest'], sources: ['370100/p-one'], rank: 10, basis: '项目投资以一系统为准' }
    const changed = {
      ...document,
      version: document.version + 1,
      authority: { ...document.authority!, ranks: [rank, ...document.authority!.ranks] },
    }
    await loadPolicy(node.hub, 'operator:test', changed)
    const { policy } = await policyInForce(node.hub, node.hub.db)
    expect(await invested({ ...node.hub, policy: () => policy })).toBe('18600.5')
    await expect(
      loadPolicy(node.hub, 'operator:test', {
        ...changed,
        version: 99,
        authority: { ...changed.authority, ranks: [{ ...rank, fields: ['NoField'] }] },
      }),
    ).rejects.toMatchObject({ code: 'parameter-invalid' })
  })
})

describe('the reader of identities', () => {
  it('reads each entry once, in pages, and ends where the log ends', async () => {
    for (let at = 0; at < 3; at += 1) await send(one, 'TBProjectInfo', project(200 + at))
    await sequenceLog(node.hub)
    const pages: boolean[] = []
    do pages.push(await watchIdentities(node.hub))
    while (pages.at(-1) === true)
    const { cursor } = await node.hub.db.selectFrom('reader').select('cursor').where('name', '=', 'identity').executeTakeFirstOrThrow()
    expect(cursor).toBe(
      (await node.hub.db.selectFrom('log_checkpoint').select('size').orderBy('size', 'desc').executeTakeFirstOrThrow()).size,
    )
    expect(await watchIdentities(node.hub)).toBe(false)
  })

  it('finds the same whether two processes read at once or one reads twice', async () => {
    const twin = project(300, { AllArea: '77000' })
    await send(one, 'TBProjectInfo', twin)
    const recordId = await send(one, 'TBProjectInfo', { ...twin, PrjNum: (project(301) as { PrjNum: string }).PrjNum })
    await send(two, 'TBProjectInfo', { ...twin, Address: '别处 1 号（合成）' })
    await sequenceLog(node.hub)
    await Promise.all([watchIdentities(node.hub), watchIdentities(node.hub), watchIdentities(node.hub)])
    const look = async () => [
      (await listDuplicates(node.hub, { recordId, limit: 10 })).length,
      (await listConflicts(node.hub, { field: 'Address', limit: 10 })).length,
    ]
    const found = await look()
    expect(found).toEqual([1, 1])
    await node.hub.db.updateTable('reader').set({ cursor: 0 }).where('name', '=', 'identity').execute()
    await watch(node.hub)
    expect(await look()).toEqual(found)
  })

  it('does not flood: of records that share a common name, few pairs are asked about, and none when very many share it', async () => {
    const named = (at: number, PrjName: string) =>
      upsert('TBProjectInfo', `N-${at}`, project(at, { PrjName, AllInvest: String(1000 + at), BuildCorpCode: '91370199MA0XL03Q33' }))
    const about = async (name: string) =>
      (await listDuplicates(node.hub, { entity: 'TBProjectInfo', limit: 500 })).filter((pair) =>
        pair.records.some((record) => record.data['PrjName'] === name),
      )
    const [many, some] = ['道路工程（合成）', '排水工程（合成）']
    await submit(
      node.hub,
      one,
      Array.from({ length: 30 }, (_, at) => named(400 + at, many)),
    )
    await watch(node.hub)
    expect(await about(many)).toEqual([])
    // One by one: 12 records make 66 pairs, of which those of the first five are asked about.
    for (let at = 0; at < 12; at += 1) {
      await submit(node.hub, one, [named(500 + at, some)])
      await watch(node.hub)
    }
    expect((await about(some)).length).toBe(10)
    expect(receiptOf(await submit(node.hub, one, [named(520, some)])).counts).toMatchObject({ accepted: 1 })
  })
})
