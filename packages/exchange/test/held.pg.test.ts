import { defaultPolicy, parsePolicy, type Policy, type PolicyDocument } from '@huijiao/standard'
import { sampleCity } from '@huijiao/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  type Caller,
  countHeld,
  extendHeld,
  type Hub,
  listHeld,
  loadPolicy,
  readFeed,
  resolveHeld,
  retryParked,
  sequenceLog,
  sweepHeld,
  takeFeed,
} from '../src/index.ts'
import { keepingLevels } from './levels-policy.ts'
import { enrol, openTestHub, project, receiptOf, submit, type TestHub, upsert } from './test-hub.ts'
import { contract, forwardAll, openTiers, type Tiers, versionsOf } from './two-tiers.ts'

const day = 86_400_000
const contracts = 'TBContractRecordManage'

/** Numbers what is pending and lets the readers of the log come to rest. */
export async function settle(hub: Hub): Promise<void> {
  do await sequenceLog(hub)
  while ((await resolveHeld(hub)) || (await sweepHeld(hub)) > 0)
}

const statesOf = async (hub: Hub, sourceId: string) =>
  (await hub.db.selectFrom('version').select(['n', 'state']).where('source_id', '=', sourceId).orderBy('n').execute()).map(
    (one) => one.state,
  )

const decisionsOf = async (hub: Hub) =>
  (await hub.db.selectFrom('log_entry').select('body').where('kind', '=', 'decision').orderBy('index').execute()).map((row) => {
    const { decision, reason, states } = JSON.parse(row.body as string) as { decision: string; reason: string; states: string[] }
    return [decision, reason, states]
  })

const sendContract = (hub: Hub, caller: Caller, sequence: number, over: Record<string, unknown> = {}, more: object = {}) =>
  submit(hub, caller, [upsert(contracts, `H-${sequence}`, contract(sequence, over), more)])
const sendProject = (hub: Hub, caller: Caller, sequence: number) =>
  submit(hub, caller, [upsert('TBProjectInfo', `P-${sequence}`, project(sequence))])

describe('a record whose parent never comes', () => {
  let node: TestHub
  let city: Caller
  beforeEach(async () => {
    node = await openTestHub()
    city = await enrol(node.hub)
  })
  afterEach(() => node.close())

  it('is told until when it may wait, and is refused then, with a problem that names what was missing', async () => {
    const { hub, clock } = node
    const answer = await sendContract(hub, city, 1)
    const [told] = receiptOf(answer).records
    expect(told).toMatchObject({
      outcome: 'held',
      problems: [
        {
          code: 'parent-missing',
          rule: 'linkage.project',
          pointer: '/data/PrjNum',
          field: '项目编号',
          value: expect.stringMatching(/^370102\d{10}$/),
          basis: expect.stringContaining('各项目表'),
          detail: expect.stringContaining('待关联至 2026-10-01 09:30:00（北京时间）'),
          en: { basis: expect.stringContaining('every project table') },
        },
      ],
    })
    expect(receiptOf(answer).outcome).toBe('held')
    clock.advance(30 * day - 1)
    await settle(hub)
    expect(await statesOf(hub, 'H-1')).toEqual(['held'])
    clock.advance(1)
    await settle(hub)
    expect(await statesOf(hub, 'H-1')).toEqual(['refused'])
    expect(await decisionsOf(hub)).toEqual([['refused', 'parent-never-came', ['refused']]])
    const found = await hub.db.selectFrom('finding').selectAll().execute()
    expect(found).toMatchObject([{ code: 'parent-never-came', severity: 'error', rule: 'linkage.project', state: 'open' }])
    // Everything that any other problem says: where, the field's name, what stood there, by which basis.
    expect(found[0]?.problem).toMatchObject({
      pointer: '/data/PrjNum',
      field: '项目编号',
      value: contract(1)['PrjNum'],
      allowed: '已入库的记录的编号',
      basis: expect.stringContaining('各项目表'),
      detail: expect.stringContaining('待关联 30 天期满，所引用的记录（项目编号 PrjNum → TBProjectInfo）'),
      en: { basis: expect.stringContaining('every project table') },
    })
    // The receipt is what was answered; nobody rewrites it.
    const row = await hub.db.selectFrom('submission').select('receipt').executeTakeFirstOrThrow()
    expect(row.receipt).toEqual((answer as { receipt: Buffer }).receipt)
    expect(await countHeld(hub.db)).toMatchObject({ count: 0 })
  })

  it('may be sent again as it was, even under the same version of the sender, and counts once the parent is there', async () => {
    const { hub, clock } = node
    const send = () => sendContract(hub, city, 2, {}, { sourceVersion: 7 })
    await send()
    expect(receiptOf(await send()).records[0]?.outcome).toBe('unchanged')
    clock.advance(31 * day)
    await settle(hub)
    expect(receiptOf(await send()).records[0]).toMatchObject({ outcome: 'held', version: 2 })
    await sendProject(hub, city, 2)
    await settle(hub)
    expect(await statesOf(hub, 'H-2')).toEqual(['refused', 'accepted'])
    expect(receiptOf(await send()).records[0]?.outcome).toBe('unchanged')
  })

  it('lets go of what queued behind it', async () => {
    const { hub, clock } = node
    await sendProject(hub, city, 4)
    await sendContract(hub, city, 3)
    const { PrjNum } = project(4) as { PrjNum: string }
    const second = { ...contract(3), PrjNum }
    const behind = receiptOf(await submit(hub, city, [upsert(contracts, 'H-3', second)])).records[0]
    expect(behind).toMatchObject({ outcome: 'held', version: 2 })
    await settle(hub)
    expect(await statesOf(hub, 'H-3')).toEqual(['held', 'held'])
    expect(await listHeld(hub.db, { limit: 5 })).toMatchObject([
      { n: 1, behind: false, waits_for: [{ entity: 'TBProjectInfo', field: 'PrjNum', rule: 'linkage.project' }] },
      { n: 2, behind: true, waits_for: [], until_at: null },
    ])
    clock.advance(30 * day)
    await settle(hub)
    expect(await statesOf(hub, 'H-3')).toEqual(['refused', 'accepted'])
  })

  it('stays away when its sender took it back while it waited, whatever comes later', async () => {
    const { hub } = node
    await sendContract(hub, city, 5)
    const { RecordNum } = contract(5)
    const withdrawal = { entity: contracts, operation: 'withdraw', sourceId: 'H-5', key: { RecordNum }, reason: '重复报送' }
    expect(receiptOf(await submit(hub, city, [withdrawal])).records[0]?.outcome).toBe('accepted')
    await settle(hub)
    expect(await statesOf(hub, 'H-5')).toEqual(['superseded', 'accepted'])
    expect(await countHeld(hub.db)).toMatchObject({ count: 0 })
    await sendProject(hub, city, 5)
    await settle(hub)
    expect(await statesOf(hub, 'H-5')).toEqual(['superseded', 'accepted'])
    const stream = await hub.db.selectFrom('stream').selectAll().where('entity', '=', contracts).executeTakeFirstOrThrow()
    expect([stream.force_part, stream.head_operation]).toEqual([null, 'withdraw'])
  })

  it('gives way when it was taken back and sent again before anybody looked', async () => {
    const { hub } = node
    const { RecordNum } = contract(6)
    const key = { entity: contracts, sourceId: 'H-6' }
    await submit(hub, city, [upsert(contracts, 'H-6', contract(6))])
    await submit(hub, city, [{ ...key, operation: 'withdraw', key: { RecordNum }, reason: '重复报送' }])
    await sendProject(hub, city, 6)
    await submit(hub, city, [upsert(contracts, 'H-6', contract(6, { ContractNum: '新' }))])
    await settle(hub)
    expect(await statesOf(hub, 'H-6')).toEqual(['superseded', 'accepted', 'accepted'])
    const stream = await hub.db.selectFrom('stream').selectAll().where('entity', '=', contracts).executeTakeFirstOrThrow()
    expect([stream.n, stream.force_part]).toEqual([3, stream.head_part])
  })

  it('waits longer when an operator says so, and never shorter', async () => {
    const { hub, clock } = node
    await sendContract(hub, city, 7)
    const [held] = await listHeld(hub.db, { limit: 5 })
    const place = { partId: held!.part_id, ordinal: held!.ordinal }
    const in40 = new Date(clock.now().getTime() + 40 * day)
    expect(await extendHeld(hub, 'operator:test', [place], new Date(clock.now().getTime() + day), '缩短')).toBe(0)
    expect(await extendHeld(hub, 'operator:test', [place], in40, '县区系统正在迁移')).toBe(1)
    clock.advance(39 * day)
    await settle(hub)
    expect(await statesOf(hub, 'H-7')).toEqual(['held'])
    clock.advance(day)
    await settle(hub)
    expect(await statesOf(hub, 'H-7')).toEqual(['refused'])
    expect((await decisionsOf(hub)).map(([decision]) => decision)).toEqual(['extended', 'refused'])
  })

  it('is held although it is doubtful in itself, and is doubtful when the parent has come', async () => {
    const { hub } = node
    expect(receiptOf(await sendContract(hub, city, 8, { ContractMoney: '900000000' })).records[0]?.outcome).toBe('held')
    await sendProject(hub, city, 8)
    await settle(hub)
    expect(await statesOf(hub, 'H-8')).toEqual(['doubtful'])
  })

  it('is judged in a dry run as it would be, and leaves nothing behind', async () => {
    const { hub } = node
    const answer = await submit(hub, city, [upsert(contracts, 'H-9', contract(9))], { dryRun: true })
    expect(answer.kind === 'dry-run' && answer.document).toMatchObject({ records: [{ outcome: 'held' }] })
    expect(await countHeld(hub.db)).toMatchObject({ count: 0 })
  })

  it('is found with its parent whichever of two transactions that cannot see each other commits last', async () => {
    const { hub } = node
    const sequences = Array.from({ length: 16 }, (_, at) => 20 + at)
    await Promise.all(sequences.flatMap((one) => [sendContract(hub, city, one), sendProject(hub, city, one)]))
    await settle(hub)
    const { rows } = { rows: await hub.db.selectFrom('version').select('state').where('entity', '=', contracts).execute() }
    expect(rows.map((row) => row.state)).toEqual(sequences.map(() => 'accepted'))
  })
})

describe('resolving held records', () => {
  it('takes the same number of statements for 10 and for 2,000 of them', async () => {
    const counts: number[] = []
    for (const size of [10, 2000]) {
      const node = await openTestHub()
      try {
        const city = await enrol(node.hub)
        const sequences = Array.from({ length: size }, (_, at) => at)
        const children = sequences.map((one) => upsert(contracts, `H-${one}`, contract(one)))
        const parents = sequences.map((one) => upsert('TBProjectInfo', `P-${one}`, project(one)))
        await submit(node.hub, city, children, { ndjson: true })
        await submit(node.hub, city, parents, { ndjson: true })
        await sequenceLog(node.hub)
        const { hub, statements } = counting(node.hub)
        while (await resolveHeld(hub)) await sequenceLog(node.hub)
        const left = await node.hub.db.selectFrom('version').select('ordinal').where('state', '<>', 'accepted').execute()
        expect(left).toEqual([])
        counts.push(statements())
      } finally {
        await node.close()
      }
    }
    // Streams are decided 500 at a time, so 2,000 take four times a fixed number and not two hundred times.
    expect(counts[0]).toBeLessThan(25)
    expect(counts[1]).toBeLessThan(4 * (counts[0] as number))
  }, 120_000)
})

describe('storing records that refer to others', () => {
  it('takes no more statements for the 700 of a whole part than for 10, but one, whether their parents are there, beside them, or missing', async () => {
    const node = await openTestHub()
    try {
      const city = await enrol(node.hub)
      const { hub, statements } = counting(node.hub)
      const count = async (records: readonly object[]) => {
        const before = statements()
        const receipt = receiptOf(await submit(hub, city, records))
        return [statements() - before, receipt.counts['held'], receipt.counts['accepted']]
      }
      const children = (from: number, size: number) =>
        Array.from({ length: size }, (_, at) => upsert(contracts, `H-${from + at}`, contract(from + at)))
      const parents = (from: number, size: number) =>
        Array.from({ length: size }, (_, at) => upsert('TBProjectInfo', `P-${from + at}`, project(from + at)))
      // The first one learns ids that later ones know.
      await count(parents(0, 10))
      const few = {
        there: await count(children(0, 10)),
        missing: await count(children(100, 10)),
        beside: await count([...parents(200, 10), ...children(200, 10)]),
      }
      await count(parents(1000, 700))
      const many = {
        there: await count(children(1000, 700)),
        missing: await count(children(2000, 700)),
        beside: await count([...parents(3000, 350), ...children(3000, 350)]),
      }
      expect(few).toMatchObject({
        there: [expect.any(Number), 0, 10],
        missing: [expect.any(Number), 10, 0],
        beside: [expect.any(Number), 0, 20],
      })
      expect(many).toMatchObject({
        there: [expect.any(Number), 0, 700],
        missing: [expect.any(Number), 700, 0],
        beside: [expect.any(Number), 0, 700],
      })
      // A few records go a way of their own, with a statement more or less; what a hundred times as many take is not a hundred times as much.
      for (const kind of ['there', 'missing', 'beside'] as const)
        expect(Math.abs(Number(many[kind][0]) - Number(few[kind][0]))).toBeLessThanOrEqual(1)
    } finally {
      await node.close()
    }
  }, 120_000)
})

/** A hub whose statements are counted. */
function counting(hub: Hub): { hub: Hub; statements: () => number } {
  let count = 0
  const db = hub.db.withPlugin({
    transformQuery: ({ node }) => {
      count += 1
      return node
    },
    transformResult: async ({ result }) => result,
  })
  return { hub: { ...hub, db }, statements: () => count }
}

const withPolicy = (hub: Hub, change: (document: PolicyDocument) => PolicyDocument): Hub => {
  const policy: Policy = parsePolicy(change(structuredClone(defaultPolicy.document) as PolicyDocument))
  return { ...hub, policy: () => policy }
}

describe('a company is found by either of its codes', () => {
  const credit = '91370199MA00DEM14Q'
  const organisation = credit.slice(8, 17)
  const sample = sampleCity().filings
  const of = (entity: string) => sample.find((one) => one.record.entity === entity && one.fate.outcome === 'accepted')?.record.data ?? {}
  const company = (CorpCode: string) => ({ ...of('TBCorpBasicInfo'), CorpCode, LicenseNum: '370199000000001' })
  const safety = (CorpCode: string) => ({ ...of('CorpSafetyPermit'), CorpCode, SafetyCerID: '（鲁）JZ安许证字〔2024〕010001' })

  for (const [child, parent] of [
    [organisation, credit],
    [credit, organisation],
    [credit, credit],
  ] as const) {
    it(`where policy waits for the register: ${child === credit ? 'credit' : 'organisation'} code → ${parent === credit ? 'credit' : 'organisation'} code`, async () => {
      const node = await openTestHub()
      try {
        const hub = withPolicy(node.hub, (document) => ({
          ...document,
          references: document.references.map((one) =>
            one.rule === 'linkage.company' && one.children.includes('CorpSafetyPermit') ? { ...one, onMissing: 'hold', tiers: {} } : one,
          ),
        }))
        const city = await enrol(hub)
        const first = receiptOf(await submit(hub, city, [upsert('CorpSafetyPermit', 'A-1', safety(child))])).records[0]
        expect(first).toMatchObject({ outcome: 'held', problems: [{ rule: 'linkage.company' }] })
        const enterprise = receiptOf(await submit(hub, city, [upsert('TBCorpBasicInfo', 'Q-1', company(parent))])).records[0]
        expect(enterprise).toMatchObject({ outcome: 'accepted' })
        await settle(hub)
        expect(await statesOf(hub, 'A-1')).toEqual(['accepted'])
        // Once the company is there, nothing waits any more; both codes stay as they were sent.
        const later = { ...safety(child), SafetyCerID: '（鲁）JZ安许证字〔2024〕010002' }
        expect(receiptOf(await submit(hub, city, [upsert('CorpSafetyPermit', 'A-2', later)])).records[0]?.outcome).toBe('accepted')
      } finally {
        await node.close()
      }
    })
  }
})

describe('held records on several tiers', () => {
  let tiers: Tiers
  let city: Caller
  beforeEach(async () => {
    tiers = await openTiers()
    city = await enrol(tiers.lower.hub)
  })
  afterEach(() => tiers.close())
  const above = async () => (await versionsOf(tiers.upper.hub)).map((one) => [one.entity, one.n, one.state])

  it('send nothing up that was refused at the end of its time; what queued behind it goes', async () => {
    const { lower, linkNo, send } = tiers
    await sendContract(lower.hub, city, 1)
    await forwardAll(lower.hub, linkNo, send)
    await sendProject(lower.hub, city, 2)
    const { PrjNum } = project(2) as { PrjNum: string }
    await submit(lower.hub, city, [upsert(contracts, 'H-1', { ...contract(1), PrjNum })])
    lower.clock.advance(30 * day)
    await settle(lower.hub)
    await forwardAll(lower.hub, linkNo, send)
    expect(await above()).toEqual([
      ['TBProjectInfo', 1, 'accepted'],
      [contracts, 2, 'accepted'],
    ])
    const skips = await lower.hub.db.selectFrom('skip').select('reason').execute()
    expect(skips).toEqual([{ reason: 'state-refused' }])
  })

  it('tell the node below when a level above refuses at the end, and take the record again when the parent is there', async () => {
    const { lower, upper, linkNo, send, caller } = tiers
    // A project that stays below (here: by being forgotten above) leaves its contract waiting there.
    await sendProject(lower.hub, city, 1)
    await sendContract(lower.hub, city, 1)
    await forwardAll(lower.hub, linkNo, send)
    const source = await upper.hub.db.selectFrom('stream').selectAll().where('entity', '=', 'TBProjectInfo').executeTakeFirstOrThrow()
    await upper.hub.db.updateTable('stream').set({ force_part: null, force_ordinal: null }).execute()
    await sendContract(lower.hub, city, 1, { ContractNum: '第二版' })
    await forwardAll(lower.hub, linkNo, send)
    expect((await above()).at(-1)).toEqual([contracts, 2, 'held'])
    upper.clock.advance(30 * day)
    await settle(upper.hub)
    expect((await above()).at(-1)).toEqual([contracts, 2, 'refused'])
    while (
      await takeFeed(lower.hub, linkNo, async (_link, after) =>
        JSON.parse(JSON.stringify(await readFeed(upper.hub, caller, after === undefined ? {} : { after }))),
      )
    )
      continue
    const told = await lower.hub.db.selectFrom('outcome_above').selectAll().execute()
    expect(told.map((one) => [one.upstream, one.counts, one.exceptions.map(([, , outcome, codes]) => [outcome, codes])])).toEqual([
      ['370000', { refused: 1 }, [['refused', ['parent-never-came']]]],
    ])
    const parked = await lower.hub.db.selectFrom('parked').select(['reason', 'state']).execute()
    expect(parked).toEqual([{ reason: 'parent-never-came', state: 'parked' }])
    // The project counts above again, and the very same version is sent once more: it is no news, and yet a new attempt.
    await upper.hub.db
      .updateTable('stream')
      .set({ force_part: source.force_part, force_ordinal: source.force_ordinal })
      .where('key_digest', '=', source.key_digest)
      .execute()
    await retryParked(lower.hub, 'operator:test', { filter: { reason: 'parent-never-came' } })
    await forwardAll(lower.hub, linkNo, send)
    expect((await above()).at(-1)).toEqual([contracts, 2, 'accepted'])
    expect(await lower.hub.db.selectFrom('parked').select('state').execute()).toEqual([{ state: 'delivered' }])
  })

  it('do not count once their parent is there, when they were ended by their own tombstone while they waited', async () => {
    const { lower, upper, linkNo, send } = tiers
    await loadPolicy(lower.hub, 'operator:test', keepingLevels(defaultPolicy.version + 40, ['D']))
    await sendProject(lower.hub, city, 1)
    await forwardAll(lower.hub, linkNo, send)
    await upper.hub.db.updateTable('stream').set({ force_part: null, force_ordinal: null }).execute()
    // The contract waits above, and nobody below hears of it; by another rule it stays here, so its retry ends what may stand there.
    await sendContract(lower.hub, city, 1)
    await forwardAll(lower.hub, linkNo, async (link, request) => {
      const answer = await send(link, request)
      return request.records === 0 ? answer : { status: 413, body: Buffer.alloc(0), receiptVerified: false }
    })
    expect((await above()).at(-1)).toEqual([contracts, 1, 'held'])
    await loadPolicy(lower.hub, 'operator:test', keepingLevels(defaultPolicy.version + 41, ['B']))
    await retryParked(lower.hub, 'operator:test', { filter: {} })
    await forwardAll(lower.hub, linkNo, send)
    expect((await above()).at(-1)).toEqual([contracts, 1, 'accepted'])
    await submit(lower.hub, city, [upsert('TBProjectInfo', 'P-1', project(1, { Address: '示例路 2 号（合成）', DataLevel: 'C' }))])
    await forwardAll(lower.hub, linkNo, send)
    await settle(upper.hub)
    const stream = await upper.hub.db.selectFrom('stream').selectAll().where('entity', '=', contracts).executeTakeFirstOrThrow()
    expect(stream).toMatchObject({ head_operation: 'no-longer-qualifies', head_state: 'accepted', force_part: null })
    expect((await above()).slice(1).map(([entity, n, state]) => [entity === contracts, n, state])).toEqual([
      [true, 1, 'superseded'],
      [true, 1, 'accepted'],
      [false, 2, 'accepted'],
    ])
  })
})
