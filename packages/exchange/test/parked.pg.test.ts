import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  type Caller,
  ensureLinks,
  groupParked,
  listLinks,
  listParked,
  parkedAges,
  resumeLink,
  retryParked,
  type SendDelivery,
} from '../src/index.ts'
import { enrol, project, submit, upsert } from './test-hub.ts'
import { contract, decoded, deliver, forwardAll, inShizhong, openTiers, type Tiers, versionsOf } from './two-tiers.ts'

let tiers: Tiers
let city: Caller
beforeEach(async () => {
  tiers = await openTiers()
  city = await enrol(tiers.lower.hub)
})
afterEach(() => tiers.close())

/** The upstream grants the lower node these regions only, from now on. */
const granting = (...regions: string[]): SendDelivery => {
  return (_link, request) => deliver(tiers.upper.hub, { ...tiers.caller, regions }, request)
}

const parked = () => listParked(tiers.lower.hub.db, { limit: 100 })
const above = async () => (await versionsOf(tiers.upper.hub)).map((one) => [one.entity, one.n, one.operation, one.state])

describe('what the upstream refuses', () => {
  it('is parked with its problems while the rest of the delivery stands, and goes up when it is retried', async () => {
    const { lower, linkNo, send } = tiers
    await submit(lower.hub, city, [
      upsert('TBProjectInfo', 'A', project(1)),
      upsert('TBProjectInfo', 'B', inShizhong(2)),
      upsert('TBProjectInfo', 'C', project(3)),
    ])
    await forwardAll(lower.hub, linkNo, granting('370102'))
    expect(await parked()).toMatchObject([
      {
        ordinal: 1,
        reason: 'region-not-granted',
        entity: 'TBProjectInfo',
        reporting_region: '370103',
        participant: '370100/p-city',
        retries: 0,
        problems: [{ code: 'region-not-granted' }],
      },
    ])
    expect(await above()).toHaveLength(2)
    expect((await listLinks(lower.hub))[0]).toMatchObject({ state: 'idle', parked: 1, lag: { entries: 0 } })
    // Nobody asked yet: nothing goes up by itself.
    await forwardAll(lower.hub, linkNo, send)
    expect(await above()).toHaveLength(2)
    expect(await retryParked(lower.hub, 'operator:test', { filter: { reason: 'region-not-granted', region: '3701' } })).toBe(1)
    await forwardAll(lower.hub, linkNo, granting('370102'))
    expect(await parked()).toMatchObject([{ ordinal: 1, retries: 1 }])
    const [row] = await parked()
    expect(await retryParked(lower.hub, 'operator:test', { places: [{ linkNo, partId: row?.part_id as number, ordinal: 1 }] })).toBe(1)
    await forwardAll(lower.hub, linkNo, send)
    expect(await parked()).toEqual([])
    expect(await above()).toHaveLength(3)
  })

  it('is left behind when a later version of its stream goes up', async () => {
    const { lower, linkNo, send } = tiers
    await submit(lower.hub, city, [upsert('TBProjectInfo', 'B', inShizhong(2))])
    await forwardAll(lower.hub, linkNo, granting('370102'))
    expect(await parked()).toHaveLength(1)
    await submit(lower.hub, city, [upsert('TBProjectInfo', 'B', inShizhong(2, { PrjName: '已改（合成）' }))])
    await forwardAll(lower.hub, linkNo, send)
    expect(await parked()).toEqual([])
    expect(await listParked(lower.hub.db, { state: 'superseded', limit: 10 })).toHaveLength(1)
    expect(await above()).toEqual([['TBProjectInfo', 2, 'upsert', 'accepted']])
  })

  it('alarms when the upstream holds another content of the same version', async () => {
    const { lower, upper, linkNo, send } = tiers
    const alarms: object[] = []
    const hub = { ...lower.hub, log: { ...lower.hub.log, error: (fields: object) => void alarms.push(fields) } }
    await submit(hub, city, [upsert('TBProjectInfo', 'A', project(1)), upsert('TBProjectInfo', 'B', project(2))])
    await forwardAll(hub, linkNo, send)
    await upper.hub.db
      .updateTable('version')
      .set({ commitment: Buffer.alloc(32, 7) })
      .where('ordinal', '=', 1)
      .execute()
    await hub.db.updateTable('link').set({ cursor: 0 }).execute()
    await forwardAll(hub, linkNo, send)
    expect(await parked()).toMatchObject([{ ordinal: 1, reason: 'version-conflict' }])
    expect(alarms).toMatchObject([{ alarm: 'version-conflict', entity: 'TBProjectInfo' }])
  })

  it('pauses the link when several deliveries in a row were mostly refused, and not over a few single ones', async () => {
    const { lower, linkNo, send } = tiers
    for (const sequence of [1, 2, 3, 4]) {
      await submit(lower.hub, city, [upsert('TBProjectInfo', `S-${sequence}`, inShizhong(sequence))])
      expect((await forwardAll(lower.hub, linkNo, granting('370102'))).at(-1)).toBe('idle')
    }
    for (const round of [1, 2, 3]) {
      await submit(
        lower.hub,
        city,
        Array.from({ length: 12 }, (_, i) => upsert('TBProjectInfo', `M-${round}-${i}`, inShizhong(100 * round + i))),
      )
      const steps = await forwardAll(lower.hub, linkNo, granting('370102'))
      expect(steps.at(-1)).toBe(round === 3 ? 'paused' : 'idle')
    }
    expect((await listLinks(lower.hub))[0]).toMatchObject({ state: 'paused', paused: { by: 'node', reason: 'mostly-refused' }, parked: 40 })
    await resumeLink(lower.hub, 'operator:test', tiers.linkName)
    await retryParked(lower.hub, 'operator:test', { filter: {} })
    await forwardAll(lower.hub, linkNo, send)
    expect(await parked()).toEqual([])
    expect(await above()).toHaveLength(40)
  })
})

describe('a child of a parked parent', () => {
  it('is parked with it, with its own children, and they go up by themselves after the parent', async () => {
    const { lower, linkNo, send } = tiers
    const parent = inShizhong(7) as { PrjNum: string }
    const child = contract(7, { PrjNum: parent.PrjNum, RecordNum: `${parent.PrjNum}-HZ-001` })
    await submit(lower.hub, city, [upsert('TBProjectInfo', 'A', parent), upsert('TBProjectInfo', 'B', project(8))])
    await forwardAll(lower.hub, linkNo, granting('370102'))
    await submit(lower.hub, city, [upsert('TBContractRecordManage', 'H-A', child), upsert('TBContractRecordManage', 'H-B', contract(8))])
    await forwardAll(lower.hub, linkNo, send)
    expect((await parked()).map((one) => [one.entity, one.reason, one.parent_ordinal])).toEqual([
      ['TBProjectInfo', 'region-not-granted', null],
      ['TBContractRecordManage', 'parent-parked', 0],
    ])
    expect(await above()).toEqual([
      ['TBProjectInfo', 1, 'upsert', 'accepted'],
      ['TBContractRecordManage', 1, 'upsert', 'accepted'],
    ])
    // Sent again alone, the child waits on.
    expect(await retryParked(lower.hub, 'operator:test', { filter: { entity: 'TBContractRecordManage' } })).toBe(1)
    await forwardAll(lower.hub, linkNo, send)
    expect(await parked()).toHaveLength(2)
    expect(await retryParked(lower.hub, 'operator:test', { filter: { entity: 'TBProjectInfo' } })).toBe(1)
    await forwardAll(lower.hub, linkNo, send)
    expect(await parked()).toEqual([])
    expect((await above()).slice(2)).toEqual([
      ['TBProjectInfo', 1, 'upsert', 'accepted'],
      ['TBContractRecordManage', 1, 'upsert', 'accepted'],
    ])
  })

  it('goes up when only a later version of its parent is parked', async () => {
    const { lower, linkNo, send } = tiers
    const parent = inShizhong(9) as { PrjNum: string }
    await submit(lower.hub, city, [upsert('TBProjectInfo', 'A', parent)])
    await forwardAll(lower.hub, linkNo, send)
    await submit(lower.hub, city, [upsert('TBProjectInfo', 'A', { ...parent, PrjName: '改名（合成）' })])
    await forwardAll(lower.hub, linkNo, granting('370102'))
    await submit(lower.hub, city, [
      upsert('TBContractRecordManage', 'H', contract(9, { PrjNum: parent.PrjNum, RecordNum: `${parent.PrjNum}-HZ-001` })),
    ])
    await forwardAll(lower.hub, linkNo, send)
    expect((await parked()).map((one) => one.entity)).toEqual(['TBProjectInfo'])
    expect(await above()).toHaveLength(2)
  })
})

describe('a link that keeps sealed texts below', () => {
  it('sends their hashes, and the commitment is the same above', async () => {
    const { lower, upper, linkNo, linkName, send } = tiers
    await ensureLinks(lower.hub, [
      { name: linkName, url: 'http://upstream.invalid', upstreamTier: 'provincial', upstreamName: '370000', sealed: 'hash' },
    ])
    await submit(lower.hub, city, [upsert('TBProjectInfo', 'A', project(1))])
    const bodies: string[] = []
    await forwardAll(lower.hub, linkNo, (link, request) => (bodies.push(decoded(request).toString()), send(link, request)))
    expect(bodies[0]).not.toContain('李示例')
    expect(await versionsOf(upper.hub)).toEqual(await versionsOf(lower.hub))
    const row = await upper.hub.db.selectFrom('version').select(['sealed_text', 'text_hashes']).executeTakeFirstOrThrow()
    expect(row.sealed_text).toBeNull()
    expect(row.text_hashes?.subarray(64).some((byte) => byte !== 0)).toBe(true)
  })
})

describe('a receipt that does not name every refusal', () => {
  it('is answered with halves, whose receipts do', async () => {
    const { lower, linkNo } = tiers
    await submit(
      lower.hub,
      city,
      [1, 2, 3, 4].map((one) => upsert('TBProjectInfo', `S-${one}`, inShizhong(one))),
    )
    const short: SendDelivery = async (link, request) => {
      const answer = await granting('370102')(link, request)
      const receipt = JSON.parse(answer.body.toString())
      return { ...answer, body: Buffer.from(JSON.stringify({ ...receipt, records: receipt.records.slice(0, 2) })) }
    }
    await forwardAll(lower.hub, linkNo, short)
    expect((await parked()).map((one) => one.ordinal)).toEqual([0, 1, 2, 3])
  })
})

describe('parked records', () => {
  it('are counted by reason and entity, with what is common to them', async () => {
    const { lower, linkNo } = tiers
    await submit(
      lower.hub,
      city,
      [1, 2, 3].map((one) => upsert('TBProjectInfo', `B-${one}`, inShizhong(one))),
    )
    await forwardAll(lower.hub, linkNo, granting('370102'))
    const parent = inShizhong(1) as { PrjNum: string }
    await submit(lower.hub, city, [
      upsert('TBContractRecordManage', 'H-1', contract(1, { PrjNum: parent.PrjNum, RecordNum: `${parent.PrjNum}-HZ-001` })),
    ])
    await forwardAll(lower.hub, linkNo, granting('370102'))
    const groups = await groupParked(lower.hub.db, {})
    expect(groups).toMatchObject([
      { link: tiers.linkName, reason: 'region-not-granted', entity: 'TBProjectInfo', records: 3, retried: 0, regions: ['370103'] },
      { reason: 'parent-parked', entity: 'TBContractRecordManage', records: 1 },
    ])
    expect(groups[0]?.examples).toHaveLength(3)
    expect(await groupParked(lower.hub.db, { within: ['370102'] })).toEqual([])
    expect(await groupParked(lower.hub.db, { entity: 'TBContractRecordManage' })).toHaveLength(1)
  })

  it('are told by age, in hours of the node’s clock', async () => {
    const { lower, linkNo } = tiers
    await submit(lower.hub, city, [upsert('TBProjectInfo', 'B', inShizhong(2))])
    await forwardAll(lower.hub, linkNo, granting('370102'))
    const [row] = await parked()
    const later = (hours: number) => new Date((row as { parked_at: Date }).parked_at.getTime() + hours * 3_600_000)
    expect(await parkedAges(lower.hub.db, later(23), [24, 168])).toMatchObject([
      {
        link: tiers.linkName,
        older: [
          { hours: 24, records: 0 },
          { hours: 168, records: 0 },
        ],
      },
    ])
    expect((await parkedAges(lower.hub.db, later(30), [24, 168]))[0]?.older.map((one) => one.records)).toEqual([1, 0])
    expect((await parkedAges(lower.hub.db, later(200), [24, 168]))[0]?.older.map((one) => one.records)).toEqual([1, 1])
  })

  it('go up once however many ask for them at once, and however often the sender dies in between', async () => {
    const { lower, linkNo } = tiers
    await submit(
      lower.hub,
      city,
      [1, 2, 3, 4].map((one) => upsert('TBProjectInfo', `B-${one}`, inShizhong(one))),
    )
    await forwardAll(lower.hub, linkNo, granting('370102'))
    const rows = await parked()
    const places = rows.map((row) => ({ linkNo, partId: row.part_id, ordinal: row.ordinal }))
    const asked = await Promise.all(
      Array.from({ length: 12 }, (_, i) =>
        retryParked(
          lower.hub,
          `operator:${i}`,
          i % 2 === 0 ? { filter: { reason: 'region-not-granted' } } : { places: places.toReversed() },
        ),
      ),
    )
    expect(asked.reduce((sum, one) => sum + one, 0)).toBe(4)
    const entries = await lower.hub.db.selectFrom('log_pending').select('body').where('kind', '=', 'link').execute()
    expect(entries.map((row) => JSON.parse(row.body)).filter((body) => body.action === 'retry-parked')).toMatchObject([{ records: 4 }])

    // The upstream stores it and the answer is lost: the process dies there. Others ask again meanwhile.
    const stored: string[] = []
    const dying: SendDelivery = async (link, request) => {
      stored.push(request.id)
      await tiers.send(link, request)
      throw new Error('the process died')
    }
    await expect(forwardAll(lower.hub, linkNo, dying)).resolves.toContain('outage')
    expect(await retryParked(lower.hub, 'operator:late', { filter: {} })).toBe(0)
    expect(await retryParked(lower.hub, 'operator:late', { places })).toBe(0)
    const seen: string[] = []
    await forwardAll(lower.hub, linkNo, async (link, request) => {
      seen.push(request.id)
      return await tiers.send(link, request)
    })
    expect(seen).toEqual(stored)
    expect(await above()).toHaveLength(4)
    expect(await parked()).toEqual([])
    expect(await retryParked(lower.hub, 'operator:late', { places })).toBe(0)
    const retries = await lower.hub.db.selectFrom('delivery').select('state').where('kind', '=', 'retry').execute()
    expect(retries).toEqual([{ state: 'finished' }])
  })

  it('are none after an outage of any kind, however long', async () => {
    const { lower, linkNo, send } = tiers
    await submit(
      lower.hub,
      city,
      [1, 2, 3].map((one) => upsert('TBProjectInfo', `A-${one}`, project(one))),
    )
    const nothing = Buffer.alloc(0)
    const outages: SendDelivery[] = [
      ...[401, 403, 404, 408, 409, 425, 429, 500, 502, 503, 504].map((status): SendDelivery => async () => ({
        status,
        body: nothing,
        receiptVerified: false,
      })),
      async () => {
        throw new Error('connection reset')
      },
      // A middlebox answers in the upstream's place: 200, and no receipt that it has signed.
      async () => ({ status: 200, body: Buffer.from('<html>OK</html>'), receiptVerified: false }),
      async (link, request) => ({ ...(await send(link, request)), receiptVerified: false }),
    ]
    for (let round = 0; round < 4; round += 1)
      for (const outage of outages) expect((await forwardAll(lower.hub, linkNo, outage)).at(-1)).toBe('outage')
    for (const state of ['parked', 'retrying', 'delivered', 'superseded'] as const)
      expect(await listParked(lower.hub.db, { state, limit: 10 })).toEqual([])
    await forwardAll(lower.hub, linkNo, send)
    expect(await above()).toHaveLength(3)
    expect(await parked()).toEqual([])
  })
})
