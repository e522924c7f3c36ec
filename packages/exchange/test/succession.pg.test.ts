import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  addSuccession,
  type Caller,
  listSuccessions,
  lookupRecord,
  type NewSuccession,
  readRecord,
  resolveHeld,
  resolveKeys,
  sequenceLog,
  sweepHeld,
  undoSuccession,
} from '../src/index.ts'
import { company, creditCode, organisation, watch } from './identity.ts'
import { enrol, openTestHub, project, receiptOf, submit, type TestHub, upsert } from './test-hub.ts'
import { contract } from './two-tiers.ts'

let node: TestHub
let city: Caller

beforeAll(async () => {
  node = await openTestHub()
  city = await enrol(node.hub)
})
afterAll(() => node.close())

const send = async (data: object, entity = 'TBProjectInfo', sourceId = 'X') => {
  const answer = receiptOf(await submit(node.hub, city, [upsert(entity, sourceId, data)])).records[0]!
  return { ...answer, recordId: answer.recordId as string }
}
const number = (sequence: number) => ({ PrjNum: (project(sequence) as { PrjNum: string }).PrjNum })
const link = (input: Partial<NewSuccession> & Pick<NewSuccession, 'from' | 'to'>) =>
  addSuccession(node.hub, 'operator:test', { entity: 'TBProjectInfo', kind: 'renamed', reason: '行政区划调整', ...input })
const find = (sequence: number) => lookupRecord(node.hub, { entity: 'TBProjectInfo', key: number(sequence) })

describe('a number that became another', () => {
  it('answers with what stands for it now, through the whole chain, and the record names what it was', async () => {
    const [first, second, third] = [await send(project(1)), await send(project(2)), await send(project(3))]
    const one = await link({ from: [{ recordId: first.recordId }], to: [{ recordId: second.recordId }], effectiveOn: '2025-01-01' })
    const two = await link({ from: [{ recordId: second.recordId }], to: [{ recordId: third.recordId }] })
    const found = await find(1)
    expect(found.recordId).toBe(third.recordId)
    expect(found.succession).toMatchObject({
      asked: first.recordId,
      survivors: [third.recordId],
      chain: [
        {
          succession: one,
          kind: 'renamed',
          effectiveOn: '2025-01-01',
          from: [{ recordId: first.recordId, key: number(1) }],
          to: [{ key: number(2) }],
        },
        { succession: two, effectiveOn: null, to: [{ recordId: third.recordId, key: number(3) }] },
      ],
    })
    expect((await find(3)).succession).toBeNull()
    const record = await readRecord(node.hub, third.recordId, { unmask: false })
    expect(record.predecessors.map((step) => step.succession)).toEqual([two, one])
    expect((await readRecord(node.hub, first.recordId, { unmask: false })).successors.map((step) => step.succession)).toEqual([one, two])
  })

  it('resolves when the old number was never reported here, and satisfies what refers to it', async () => {
    const child = await send(contract(10), 'TBContractRecordManage')
    expect(child).toMatchObject({ outcome: 'held' })
    const now = await send(project(11))
    await link({ from: [{ key: number(10) }], to: [{ recordId: now.recordId }] })
    expect((await find(10)).recordId).toBe(now.recordId)
    expect((await find(10)).succession).toMatchObject({ asked: null })
    await sequenceLog(node.hub)
    while (await resolveHeld(node.hub)) await sequenceLog(node.hub)
    await sweepHeld(node.hub)
    expect((await readRecord(node.hub, child.recordId, { unmask: false })).head?.state).toBe('accepted')
  })

  it('may be one of several that merged, and may have split: then the old record answers and names the new ones', async () => {
    const [a, b, whole] = [await send(project(20)), await send(project(21)), await send(project(22))]
    await link({ kind: 'merged', from: [{ recordId: a.recordId }, { recordId: b.recordId }], to: [{ recordId: whole.recordId }] })
    expect([(await find(20)).recordId, (await find(21)).recordId]).toEqual([whole.recordId, whole.recordId])
    const [left, right] = [await send(project(23)), await send(project(24))]
    await link({ kind: 'split', from: [{ recordId: whole.recordId }], to: [{ recordId: left.recordId }, { recordId: right.recordId }] })
    const found = await find(20)
    expect(found.recordId).toBe(a.recordId)
    expect(found.succession?.survivors.toSorted()).toEqual([left.recordId, right.recordId].toSorted())
  })

  it('is refused as a ring, as a second successor, and in the wrong numbers', async () => {
    const [a, b, c] = [await send(project(30)), await send(project(31)), await send(project(32))]
    const end = (one: { recordId: string }) => [{ recordId: one.recordId }]
    await link({ from: end(a), to: end(b) })
    await link({ from: end(b), to: end(c) })
    await expect(link({ from: end(c), to: end(a) })).rejects.toMatchObject({ code: 'succession-conflict' })
    await expect(link({ from: end(a), to: end(c) })).rejects.toMatchObject({ code: 'succession-conflict' })
    await expect(link({ from: end(c), to: end(c) })).rejects.toMatchObject({ code: 'succession-conflict' })
    await expect(link({ kind: 'split', from: end(c), to: end(a) })).rejects.toMatchObject({ code: 'parameter-invalid' })
    await expect(link({ from: end(c), to: [{ recordId: 'r_0' }] })).rejects.toMatchObject({ code: 'not-found' })
    await expect(link({ entity: 'TBTenderInfo', from: end(c), to: [{ key: { TenderNum: 'x' } }] })).rejects.toMatchObject({
      code: 'parameter-invalid',
    })
  })

  it('is an entry, and is undone by a later entry, never deleted', async () => {
    const [a, b] = [await send(project(40)), await send(project(41))]
    const id = await link({ from: [{ recordId: a.recordId }], to: [{ recordId: b.recordId }] })
    await undoSuccession(node.hub, 'operator:test', id, '登记有误')
    expect((await find(40)).recordId).toBe(a.recordId)
    await expect(undoSuccession(node.hub, 'operator:test', id, 'x')).rejects.toMatchObject({ code: 'not-found' })
    const [shown] = await listSuccessions(node.hub.db, { recordId: a.recordId, limit: 10 })
    expect(shown).toMatchObject({ succession: id, undone: { actor: 'operator:test', reason: '登记有误' } })
    await sequenceLog(node.hub)
    const entries = await node.hub.db
      .selectFrom('log_entry')
      .select(['body', 'actor'])
      .where('kind', '=', 'succession')
      .where('subject', '=', id)
      .orderBy('index')
      .execute()
    expect(entries.map((entry) => (JSON.parse(entry.body as string) as { act: string }).act)).toEqual(['linked', 'undone'])
  })

  it('keeps personal keys out of its rows and its entries', async () => {
    const person = (serial: string) => ({ IDCardTypeNum: '2', IDCard: `军字第${serial}号` })
    const id = await addSuccession(node.hub, 'operator:test', {
      entity: 'TBRegPersonBasicInfo',
      kind: 'renamed',
      from: [{ key: person('1001') }],
      to: [{ key: person('1002') }],
      reason: '换证',
    })
    await sequenceLog(node.hub)
    const link = await node.hub.db.selectFrom('succession_link').selectAll().where('succession_id', '=', id).executeTakeFirstOrThrow()
    expect([link.from_key, link.to_key]).toEqual([null, null])
    const { body } = await node.hub.db.selectFrom('log_entry').select('body').where('subject', '=', id).executeTakeFirstOrThrow()
    expect(body).not.toContain('军字')
  })
})

describe('what the data itself says', () => {
  it('an organisation code became the credit code that contains it; once, and not again after a person undid it', async () => {
    const code = organisation('MA0Y0001')
    const old = await send(company(500, { CorpCode: code, LicenseNum: '370199000000501' }), 'TBCorpBasicInfo', 'QY9')
    const now = await send(company(500, { CorpCode: creditCode(code), LicenseNum: creditCode(code) }), 'TBCorpBasicInfo', 'QY')
    await watch(node.hub)
    const look = () => lookupRecord(node.hub, { entity: 'TBCorpBasicInfo', key: { CorpCode: code } })
    const found = await look()
    expect(found).toMatchObject({ recordId: now.recordId, succession: { chain: [{ rule: 'organisation-code-in-credit-code' }] } })
    await undoSuccession(node.hub, 'operator:test', found.succession!.chain[0]!.succession, '不是同一单位')
    await send(company(500, { CorpCode: code, LicenseNum: '370199000000502' }), 'TBCorpBasicInfo', 'QY9')
    await watch(node.hub)
    expect((await look()).recordId).toBe(old.recordId)
  })

  it('a project number of a region that was renamed became the same number under its successor, when the name is the same', async () => {
    const of = (PrjNum: string, PrjName: string) => project(60, { PrjNum, PrjName, CountyNum: '370116' })
    await send(of('3712021803120101', '示例旧区花园（合成）'), 'TBProjectInfo', 'A')
    await send(of('3712021803120102', '示例旧区学校（合成）'), 'TBProjectInfo', 'B')
    const now = await send(of('3701161803120101', '示例旧区花园(合成)'), 'TBProjectInfo', 'C')
    await send(of('3701161803120102', '示例另一工程（合成）'), 'TBProjectInfo', 'D')
    await watch(node.hub)
    const look = (PrjNum: string) => lookupRecord(node.hub, { entity: 'TBProjectInfo', key: { PrjNum } })
    expect(await look('3712021803120101')).toMatchObject({
      recordId: now.recordId,
      succession: { chain: [{ rule: 'region-of-project-number' }] },
    })
    expect((await look('3712021803120102')).succession).toBeNull()
  })
})

describe('chains of numbers', () => {
  it('for any sequence of links and undoings, every number leads to the ends of its chain and to no ring', async () => {
    const steps = fc.array(
      fc.oneof(
        { weight: 4, arbitrary: fc.record({ act: fc.constant('link' as const), from: fc.nat(7), to: fc.nat(7) }) },
        { weight: 1, arbitrary: fc.record({ act: fc.constant('undo' as const), at: fc.nat(20) }) },
      ),
      { maxLength: 14 },
    )
    let run = 0
    await fc.assert(
      fc.asyncProperty(steps, async (list) => {
        run += 1
        const key = (at: number) => ({ RecordNum: `R${run}-${at}` })
        const model = new Map<number, number>()
        const made: { id: string; from: number }[] = []
        const endOf = (at: number): number => (model.has(at) ? endOf(model.get(at) as number) : at)
        for (const step of list) {
          if (step.act === 'undo') {
            const [one] = made.splice(step.at % Math.max(1, made.length), 1)
            if (one === undefined) continue
            await undoSuccession(node.hub, 'operator:test', one.id, 'x')
            model.delete(one.from)
            continue
          }
          const allowed = step.from !== step.to && !model.has(step.from) && endOf(step.to) !== step.from
          const linking = addSuccession(node.hub, 'operator:test', {
            entity: 'TBContractRecordManage',
            kind: 'renamed',
            from: [{ key: key(step.from) }],
            to: [{ key: key(step.to) }],
            reason: 'x',
          })
          if (!allowed) {
            await expect(linking).rejects.toMatchObject({ code: 'succession-conflict' })
            continue
          }
          made.push({ id: await linking, from: step.from })
          model.set(step.from, step.to)
        }
        const rows = await node.hub.db
          .selectFrom('succession_link')
          .selectAll()
          .where('from_key', 'like', `%"R${run}-%`)
          .where('standing', '=', true)
          .execute()
        const digest = new Map(rows.flatMap((row) => [[row.from_key, row.from_digest] as const, [row.to_key, row.to_digest] as const]))
        const textOf = (at: number) => [...digest.keys()].find((text) => text?.includes(`"R${run}-${at}"`))
        const asked = [...model.keys()]
        const resolved = await resolveKeys(
          node.hub.db,
          asked.map((at) => digest.get(textOf(at) as string) as Buffer),
        )
        for (const at of asked)
          expect(resolved.get((digest.get(textOf(at) as string) as Buffer).toString('hex'))).toEqual([
            digest.get(textOf(endOf(at)) as string),
          ])
      }),
      { numRuns: 25 },
    )
  })
})
