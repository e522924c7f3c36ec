import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  AnswerPending,
  type Caller,
  countSkips,
  ensureLinks,
  findSubmission,
  forwardLink,
  type LinkFlow,
  listLinks,
  listParked,
  loadPolicy,
  type LinkSettings,
  requalify,
  searchLog,
  type SendDelivery,
  sequenceLog,
  submissionStatus,
} from '../src/index.ts'
import { enrol, project, receiptOf, submit, upsert } from './test-hub.ts'
import { contract, forwardAll, linkUp, openTier, openTiers, type Tiers, versionsOf } from './two-tiers.ts'

let tiers: Tiers
let city: Caller
beforeEach(async () => {
  tiers = await openTiers()
  city = await enrol(tiers.lower.hub)
})
afterEach(() => tiers.close())

const push = (from: Caller, ...sequences: number[]) =>
  submit(
    tiers.lower.hub,
    from,
    sequences.map((one) => upsert('TBProjectInfo', `XM-${one}`, project(one))),
  )
const pushContract = (sequence: number) =>
  submit(tiers.lower.hub, city, [upsert('TBContractRecordManage', `HT-${sequence}`, contract(sequence))])

/** The link as the configuration of this node names it now. */
const configure = (more: Partial<LinkSettings> = {}) =>
  ensureLinks(tiers.lower.hub, [
    {
      name: tiers.linkName,
      url: 'http://upstream.invalid',
      upstreamTier: 'provincial',
      upstreamName: tiers.upper.hub.node.name,
      ...more,
    },
  ])
const cursor = async () => (await tiers.lower.hub.db.selectFrom('link').select('cursor').executeTakeFirstOrThrow()).cursor
const size = async () =>
  (await tiers.lower.hub.db.selectFrom('log_checkpoint').select('size').orderBy('size', 'desc').executeTakeFirstOrThrow()).size
const linkFacts = async () => (await listLinks(tiers.lower.hub))[0]!
const above = async () => (await versionsOf(tiers.upper.hub)).map((one) => one.entity)
const bodyOf = (entry: { body: string | null }) => JSON.parse(entry.body ?? '{}') as { action: string }
const linkEntries = async () => (await searchLog(tiers.lower.hub.db, { kind: 'link', limit: 50 })).map((entry) => bodyOf(entry).action)

describe('groups of entities on a link', () => {
  const flow: LinkFlow = {
    groups: [
      { name: 'projects', entities: ['TBProjectInfo'], windows: ['01:00-05:00'] },
      { name: 'contracts', entities: ['TBContractRecordManage'], every: '10m' },
    ],
  }
  const step = (group: string) => forwardGroup(group)
  const forwardGroup = async (group: string) => {
    const { lower, linkNo, send } = tiers
    await sequenceLog(lower.hub)
    for (;;) {
      const step = await forwardLink(lower.hub, linkNo, send, undefined, group)
      if (step !== 'more') return step
    }
  }

  it('go up each by its own cursor, and the link’s cursor is the lowest', async () => {
    await configure({ flow })
    await push(city, 1)
    await pushContract(1)
    await step('contracts')
    expect(await above()).toEqual(['TBContractRecordManage'])
    expect(await cursor()).toBe(0)
    expect((await linkFacts()).pace.groups.map((group) => [group.name, group.cursor > 0])).toEqual([
      ['', false],
      ['contracts', true],
      ['projects', false],
    ])
    await step('projects')
    await step('')
    expect((await above()).toSorted()).toEqual(['TBContractRecordManage', 'TBProjectInfo'])
    expect(await cursor()).toBeGreaterThanOrEqual(2)
  })

  it('do not wait for each other when one has a delivery that is not answered', async () => {
    await configure({ flow })
    await push(city, 1)
    await pushContract(1)
    await sequenceLog(tiers.lower.hub)
    const deaf: SendDelivery = async () => {
      throw new AnswerPending('the answer is on its way')
    }
    expect(await forwardLink(tiers.lower.hub, tiers.linkNo, deaf, undefined, 'projects')).toBe('waiting')
    await step('contracts')
    expect(await above()).toEqual(['TBContractRecordManage'])
    expect((await linkFacts()).lastError).toBeNull()
    await step('projects')
    expect(await above()).toHaveLength(2)
  })

  it('may be divided anew at any time: nothing is left out, and nothing comes to be there twice', async () => {
    await configure({ flow })
    await push(city, 1, 2)
    await pushContract(1)
    await step('contracts')
    await forwardLink(
      tiers.lower.hub,
      tiers.linkNo,
      async () => {
        throw new AnswerPending('')
      },
      undefined,
      'projects',
    )
    await configure({ flow: { groups: [{ name: 'all', entities: ['TBProjectInfo', 'TBContractRecordManage'] }] } })
    await push(city, 3)
    for (const group of ['', 'all', '']) await step(group)
    expect(await above()).toHaveLength(4)
    await configure()
    await forwardAll(tiers.lower.hub, tiers.linkNo, tiers.send)
    expect((await versionsOf(tiers.upper.hub)).map((one) => one.commitment).toSorted()).toEqual(
      (await versionsOf(tiers.lower.hub)).map((one) => one.commitment).toSorted(),
    )
    expect(await listParked(tiers.lower.hub.db, { limit: 10 })).toEqual([])
  })

  it('say when they may go next, and the link waits until then', async () => {
    await configure({ flow: { windows: ['22:00-06:00'] } })
    await push(city, 1)
    await sequenceLog(tiers.lower.hub)
    // The clock stands at 09:30 in Shanghai.
    expect(await linkFacts()).toMatchObject({
      state: 'waiting',
      pace: { waiting: { why: 'window', until: new Date('2026-09-01T14:00:00Z') } },
    })
    tiers.lower.clock.advance(13 * 3_600_000)
    expect(await linkFacts()).toMatchObject({ state: 'forwarding', pace: { waiting: null } })
  })
})

describe('several upstreams', () => {
  it('have each a cursor and a selection of their own, and one that is away does not hold up the other', async () => {
    const { lower, linkNo, send } = tiers
    const ministry = await openTier('national')
    try {
      const second = await linkUp(lower.hub, ministry.hub)
      await ensureLinks(lower.hub, [
        {
          name: second.linkName,
          url: 'http://ministry.invalid',
          upstreamTier: 'national',
          upstreamName: '000000',
          entities: ['TBContractRecordManage'],
        },
      ])
      await push(city, 1)
      await pushContract(1)
      await sequenceLog(lower.hub)
      const away: SendDelivery = async () => {
        throw new Error('connect ECONNREFUSED')
      }
      expect(await forwardLink(lower.hub, linkNo, away)).toBe('outage')
      await forwardAll(lower.hub, second.linkNo, second.send)
      expect((await versionsOf(ministry.hub)).map((one) => one.entity)).toEqual(['TBContractRecordManage'])
      expect(await above()).toEqual([])
      const facts = await listLinks(lower.hub)
      expect(facts.map((one) => [one.name, one.state, one.cursor > 0, one.skipped])).toEqual([
        [second.linkName, 'idle', true, 1],
        [tiers.linkName, 'failing', false, 0],
      ])
      await forwardAll(lower.hub, linkNo, send)
      expect((await above()).toSorted()).toEqual(['TBContractRecordManage', 'TBProjectInfo'])
    } finally {
      await ministry.close()
    }
  })
})

describe('what a link carries', () => {
  it('is what its configuration selects, and what is selected later goes up then', async () => {
    const { lower, linkNo, send } = tiers
    await configure({ entities: ['TBProjectInfo'] })
    await push(city, 1)
    await pushContract(1)
    await forwardAll(lower.hub, linkNo, send)
    expect(await above()).toEqual(['TBProjectInfo'])
    await configure()
    await sequenceLog(lower.hub)
    while (await requalify(lower.hub)) continue
    await forwardAll(lower.hub, linkNo, send)
    expect((await above()).toSorted()).toEqual(['TBContractRecordManage', 'TBProjectInfo'])
  })

  it('follows a list of rules of its own where the policy has one of that name, else that of the upstream’s tier', async () => {
    const { lower, linkNo, send } = tiers
    await configure({ rules: 'platform' })
    await push(city, 1)
    await forwardAll(lower.hub, linkNo, send)
    expect(await above()).toEqual(['TBProjectInfo'])
    const { document } = lower.hub.policy()
    const rule = {
      id: 'platform.contracts-only',
      basis: '测试 test',
      when: {
        type: 'object',
        properties: {
          entity: { const: 'TBProjectInfo' },
          data: { type: 'object', properties: { PrjName: { type: 'string', pattern: '乙' } } },
        },
      },
      verdict: { qualifies: false, reason: 'state-held', kind: 'not-due' },
    }
    const reasons = { ...document.reasons, 'state-held': { zh: '测试', en: 'test' } }
    await loadPolicy(lower.hub, 'operator:test', {
      ...document,
      version: document.version + 1,
      reasons,
      qualification: { ...document.qualification, platform: [rule] },
    })
    await submit(
      lower.hub,
      city,
      [2, 3].map((one) => upsert('TBProjectInfo', `XM-${one}`, project(one, one === 2 ? { PrjName: '乙（合成）' } : {}))),
    )
    await forwardAll(lower.hub, linkNo, send)
    expect(await above()).toHaveLength(2)
    expect(await countSkips(lower.hub.db, linkNo)).toMatchObject([{ reason: 'state-held', count: 1 }])
  })
})

describe('fairness between participants', () => {
  it('brings one record of another participant up right after the delivery under way, not behind the many that came first', async () => {
    const { lower, upper, linkNo, send } = tiers
    await configure({ flow: { records: 20 } })
    const other = await enrol(lower.hub, 'p-other')
    // One participant hands in thirty submissions of ten records, then another a single record.
    for (let one = 0; one < 30; one += 1) await push(city, ...Array.from({ length: 10 }, (_, at) => one * 10 + at + 1))
    const handedIn = await push(other, 901)
    const single = receiptOf(handedIn).records[0]?.recordId as string
    await sequenceLog(lower.hub)
    const order: string[][] = []
    const told: string[] = []
    const submission = await findSubmission(
      lower.hub.db,
      'p-other',
      (receiptOf(handedIn) as unknown as { submission: { id: string } }).submission.id,
    )
    const recording: SendDelivery = async (link, request) => {
      const before = (await versionsOf(upper.hub)).length
      const answer = await send(link, request)
      order.push((await versionsOf(upper.hub)).slice(before).map((one) => `r_${one.record_id.replaceAll('-', '')}`))
      // While its own delivery is under way it is not yet told as delivered, and right after it is, though the cursor is far behind.
      if (order.length === 2 || order.length === 3) told.push((await submissionStatus(lower.hub, submission)).above[0]?.state ?? '')
      return answer
    }
    await forwardAll(lower.hub, linkNo, recording)
    expect(order[1]).toEqual([single])
    expect(told).toEqual(['waiting', 'delivered'])
    expect(order.flat()).toHaveLength(301)
    expect(new Set(order.flat()).size).toBe(301)
    // The many kept their order.
    const many = (await versionsOf(lower.hub)).map((one) => `r_${one.record_id.replaceAll('-', '')}`).filter((one) => one !== single)
    expect(order.flat().filter((one) => one !== single)).toEqual(many)
    expect(await cursor()).toBe(await size())
    // What went ahead is forgotten when the cursor has passed it.
    await push(city, 777)
    await forwardAll(lower.hub, linkNo, send)
    expect(await lower.hub.db.selectFrom('link_ahead').selectAll().execute()).toEqual([])
  })

  it('gives two that both hand in many every other delivery, and keeps the order of each', async () => {
    const { lower, upper, linkNo, send } = tiers
    await configure({ flow: { records: 20 } })
    const other = await enrol(lower.hub, 'p-other')
    for (let one = 0; one < 8; one += 1) await push(city, ...Array.from({ length: 10 }, (_, at) => one * 10 + at + 1))
    for (let one = 8; one < 16; one += 1) await push(other, ...Array.from({ length: 10 }, (_, at) => one * 10 + at + 1))
    await forwardAll(lower.hub, linkNo, send)
    const arrived = await versionsOf(upper.hub)
    const places = (stream: string) => arrived.flatMap((one, at) => (one.stream === stream ? [at] : []))
    const [first, second] = ['370100/p-city', '370100/p-other'].map(places) as [number[], number[]]
    expect([first.length, second.length]).toEqual([80, 80])
    // The second began long before the first was through.
    expect(second[0]).toBeLessThan(40)
    expect(second[39]).toBeLessThan(first[79] as number)
    const ids = (list: Awaited<ReturnType<typeof versionsOf>>, stream: string) =>
      list.filter((one) => one.stream === stream).map((one) => one.record_id)
    for (const stream of ['370100/p-city', '370100/p-other']) expect(ids(arrived, stream)).toEqual(ids(await versionsOf(lower.hub), stream))
  })

  it('keeps versions of one record in their order', async () => {
    const { lower, upper, linkNo, send } = tiers
    await configure({ flow: { records: 10 } })
    const other = await enrol(lower.hub, 'p-other')
    for (let one = 0; one < 6; one += 1) await push(city, ...Array.from({ length: 10 }, (_, at) => one * 10 + at + 1))
    for (const name of ['甲', '乙', '丙'])
      await submit(lower.hub, other, [upsert('TBProjectInfo', 'XM-901', project(901, { PrjName: `${name}（合成）` }))])
    await forwardAll(lower.hub, linkNo, send)
    const theirs = (await versionsOf(upper.hub)).filter((one) => one.stream === '370100/p-other')
    expect(theirs.map((one) => [one.n, one.state])).toEqual([
      [1, 'accepted'],
      [2, 'accepted'],
      [3, 'accepted'],
    ])
  })
})

describe('an upstream under pressure', () => {
  it('that asks to be left alone parks nothing and splits nothing, however often, and shrinks what comes next', async () => {
    const { lower, linkNo } = tiers
    await push(city, 1, 2)
    await sequenceLog(lower.hub)
    const busy: SendDelivery = async () => ({ status: 503, body: Buffer.alloc(0), receiptVerified: false, retryAfterMs: 30_000 })
    for (let time = 0; time < 4; time += 1) expect(await forwardLink(lower.hub, linkNo, busy)).toBe('outage')
    expect(await lower.hub.db.selectFrom('delivery').select('state').execute()).toEqual([{ state: 'open' }])
    const facts = await linkFacts()
    expect(facts.pace.batchRecords).toBe(62)
    expect(facts.pace.waiting).toEqual({ until: new Date(lower.clock.now().getTime() + 30_000), why: 'asked-to-wait' })
    await forwardAll(lower.hub, linkNo, tiers.send)
    expect(await linkFacts()).toMatchObject({ state: 'idle', pace: { waiting: null, brokenSince: null } })
  })

  it('that is given up hears an empty delivery first, and its return is an event of the log', async () => {
    const { lower, linkNo, send } = tiers
    await push(city, 1)
    await sequenceLog(lower.hub)
    const seen: number[] = []
    const away: SendDelivery = async (_link, request) => {
      seen.push(request.records)
      throw new Error('connect ECONNREFUSED')
    }
    for (let time = 0; time < 7; time += 1) await forwardLink(lower.hub, linkNo, away)
    const broken = await linkFacts()
    expect(broken).toMatchObject({ state: 'failing', parked: 0 })
    expect(broken.pace.brokenSince).toEqual(lower.clock.now())
    expect(seen.slice(-2)).toEqual([0, 0])
    expect(await linkEntries()).not.toContain('recovered')
    lower.clock.advance(90_000)
    const heard: number[] = []
    await forwardAll(lower.hub, linkNo, async (link, request) => {
      heard.push(request.records)
      return await send(link, request)
    })
    expect(heard).toEqual([0, 1])
    await sequenceLog(lower.hub)
    expect(await linkFacts()).toMatchObject({ state: 'idle', pace: { brokenSince: null, recoveries: 1 } })
    const entries = await searchLog(lower.hub.db, { kind: 'link', limit: 50 })
    expect(entries.map(bodyOf).find((body) => body.action === 'recovered')).toMatchObject({
      seconds: 90,
      failures: 7,
    })
    expect((await linkEntries()).filter((action) => action === 'broken')).toHaveLength(1)
  })

  it('that takes bodies only up to a size gets them halved until they fit, and smaller ones from then on', async () => {
    const { lower, upper, linkNo, send } = tiers
    await push(city, ...Array.from({ length: 40 }, (_, at) => at + 1))
    const narrow: SendDelivery = async (link, request) =>
      request.records > 10
        ? { status: 413, body: Buffer.from('{"code":"body-too-large"}'), receiptVerified: false }
        : await send(link, request)
    await forwardAll(lower.hub, linkNo, narrow)
    expect(await versionsOf(upper.hub)).toHaveLength(40)
    expect((await linkFacts()).pace.batchRecords).toBeLessThan(500)
    expect((await linkFacts()).parked).toBe(0)
  })
})
