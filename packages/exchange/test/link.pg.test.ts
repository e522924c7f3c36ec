import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  type Caller,
  type DeliveryAnswer,
  type DeliveryRequest,
  forwardLink,
  listLinks,
  listParked,
  pauseLink,
  resumeLink,
  type SendDelivery,
  sequenceLog,
  testLink,
} from '../src/index.ts'
import { nextDelivery } from '../src/next-delivery.ts'
import { readVersionsBody } from '../src/read-versions-body.ts'
import { enrol, project, receiptOf, submit, upsert } from './test-hub.ts'
import { decoded, forwardAll, openTiers, type Tiers, versionsOf } from './two-tiers.ts'

let tiers: Tiers
let city: Caller
const open = async () => {
  tiers = await openTiers()
  city = await enrol(tiers.lower.hub)
}
const close = () => tiers.close()

const push = (...sequences: number[]) =>
  submit(
    tiers.lower.hub,
    city,
    sequences.map((one) => upsert('TBProjectInfo', `XM-${one}`, project(one))),
  )

/** Counts of what the two sides hold, and whether they are the same versions. */
const expectSame = async (count: number) => {
  const above = await versionsOf(tiers.upper.hub)
  expect(above).toEqual(await versionsOf(tiers.lower.hub))
  expect(above).toHaveLength(count)
}

const cursor = async () => (await tiers.lower.hub.db.selectFrom('link').select('cursor').executeTakeFirstOrThrow()).cursor
const deliveries = () => tiers.lower.hub.db.selectFrom('delivery').selectAll().orderBy('number').execute()

describe('a link with nothing in its way', () => {
  beforeEach(open)
  afterEach(close)

  it('brings records to the level above with the same commitments, in order, once', async () => {
    const { lower, linkNo, send } = tiers
    await push(1, 2)
    await submit(lower.hub, city, [upsert('TBProjectInfo', 'XM-1', project(1, { PrjName: '改名花园（合成）' }))])
    expect(await forwardAll(lower.hub, linkNo, send)).toEqual(['more', 'idle'])
    await expectSame(3)
    await push(1, 2)
    await forwardAll(lower.hub, linkNo, send)
    expect((await deliveries()).map((one) => [one.state, one.record_count])).toEqual([
      ['finished', 3],
      ['finished', 1],
    ])
  })

  it('says how it stands: lag while entries wait, none when they are above, though its own deliveries are entries too', async () => {
    const { lower, linkNo, send } = tiers
    await push(1, 2, 3)
    await sequenceLog(lower.hub)
    lower.clock.advance(30_000)
    expect((await listLinks(lower.hub))[0]).toMatchObject({
      state: 'forwarding',
      lag: { entries: 1, seconds: 30 },
      throughput: { records: 0 },
      lastSuccessAt: null,
    })
    await forwardAll(lower.hub, linkNo, send)
    await sequenceLog(lower.hub)
    const facts = (await listLinks(lower.hub))[0]
    expect(facts).toMatchObject({
      state: 'idle',
      lag: { entries: 0, seconds: 0, oldestUnsent: null },
      throughput: { records: 3 },
      delivered: { deliveries: 1, records: 3 },
      parked: 0,
      skipped: 0,
    })
    expect(facts?.lastSuccessAt).toEqual(lower.clock.now())
  })

  it('gives a delivery an id made from its bytes and tells the upstream whose checkpoint proves it', async () => {
    const { lower, linkNo, send } = tiers
    const seen: DeliveryRequest[] = []
    await push(1)
    await forwardAll(lower.hub, linkNo, (link, request) => (seen.push(request), send(link, request)))
    const { envelope, entries } = readVersionsBody(decoded(seen[0] as DeliveryRequest).toString())
    expect(seen[0]?.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(envelope).toMatchObject({ versions: 1, delivery: 1, count: 1, from: { node: '370100', tier: 'municipal' } })
    expect(entries[0]?.custody).toMatchObject({ size: 1, ordinals: null, proof: [], below: [] })
    // An open, a named and a sealed text; the sealed one travels as such, inside TLS.
    expect(entries[0]?.versions[0]?.record.texts).toBe('os')
  })

  it('keeps a delivery to about a thousand records and the records of one entry together', async () => {
    const { lower, linkNo, send } = tiers
    const sizes: number[] = []
    for (const part of [0, 1, 2])
      await submit(
        lower.hub,
        city,
        Array.from({ length: 600 }, (_, i) => upsert('TBProjectInfo', `XM-${part}-${i}`, project(part * 600 + i))),
      )
    await forwardAll(lower.hub, linkNo, (link, request) => {
      sizes.push(readVersionsBody(decoded(request).toString()).envelope.count)
      return send(link, request)
    })
    expect(sizes).toEqual([600, 600, 600])
    await expectSame(1800)
  })

  it('sends nothing while it is paused and everything after it is resumed', async () => {
    const { lower, linkNo, linkName, send } = tiers
    await push(1)
    await pauseLink(lower.hub, 'operator:test', linkName, '检修')
    expect(await forwardAll(lower.hub, linkNo, send)).toEqual(['paused'])
    expect((await listLinks(lower.hub))[0]).toMatchObject({
      state: 'paused',
      paused: { by: 'operator:test', at: lower.clock.now(), reason: '检修' },
    })
    await resumeLink(lower.hub, 'operator:test', linkName)
    expect((await listLinks(lower.hub))[0]?.paused).toBe(null)
    await forwardAll(lower.hub, linkNo, send)
    await expectSame(1)
  })

  it('tests the connection with an empty delivery that leaves nothing behind', async () => {
    const { lower, upper, linkName, send } = tiers
    expect(await testLink(lower.hub, linkName, send)).toMatchObject({ alive: true, status: 200 })
    expect(await versionsOf(upper.hub)).toEqual([])
    const dead = await testLink(lower.hub, linkName, () => Promise.reject(new Error('connect ECONNREFUSED')))
    expect(dead).toMatchObject({ alive: false, status: null, detail: 'connect ECONNREFUSED' })
  })
})

describe('a link that is interrupted', () => {
  beforeEach(open)
  afterEach(close)

  it('sends the same bytes again when the reply was lost, and the upstream applies them once', async () => {
    const { lower, upper, linkNo, send } = tiers
    const ids: string[] = []
    await push(1, 2)
    await sequenceLog(lower.hub)
    const lost: SendDelivery = async (link, request) => {
      ids.push(request.id)
      await send(link, request)
      throw new Error('socket hang up')
    }
    expect(await forwardLink(lower.hub, linkNo, lost)).toBe('outage')
    lower.clock.advance(60_000)
    expect(await cursor()).toBe(0)
    expect(await forwardLink(lower.hub, linkNo, (link, request) => (ids.push(request.id), send(link, request)))).toBe('more')
    expect(ids[1]).toBe(ids[0])
    await expectSame(2)
    expect(await upper.hub.db.selectFrom('submission').selectAll().execute()).toHaveLength(1)
  })

  it('goes on with the stored delivery after a crash before it was sent, whatever came meanwhile', async () => {
    const { lower, linkNo, send } = tiers
    await push(1)
    await sequenceLog(lower.hub)
    const built = await nextDelivery(lower.hub, linkNo)
    await push(2)
    await sequenceLog(lower.hub)
    lower.clock.advance(5000)
    const ids: string[] = []
    await forwardAll(lower.hub, linkNo, (link, request) => (ids.push(request.id), send(link, request)))
    expect(built.kind === 'open' && built.delivery.delivery_id).toBe(ids[0])
    expect(ids).toHaveLength(2)
    await expectSame(2)
  })

  it('settles a delivery once when two workers send it at the same time', async () => {
    const { lower, linkNo, send } = tiers
    await push(1, 2, 3)
    await sequenceLog(lower.hub)
    await Promise.all([1, 2, 3, 4].map(() => forwardLink(lower.hub, linkNo, send).catch(() => 'outage')))
    await forwardAll(lower.hub, linkNo, send)
    await expectSame(3)
    const entries = await lower.hub.db.selectFrom('log_entry').select('index').where('kind', '=', 'delivery').execute()
    const pending = await lower.hub.db.selectFrom('log_pending').select('pending_id').where('kind', '=', 'delivery').execute()
    expect(entries.length + pending.length).toBe(1)
  })

  it('believes no receipt that is unsigned or of another delivery', async () => {
    const { lower, linkNo, send } = tiers
    await push(1)
    await sequenceLog(lower.hub)
    expect(
      await forwardLink(lower.hub, linkNo, async (link, request) => ({ ...(await send(link, request)), receiptVerified: false })),
    ).toBe('outage')
    const other = async (link: Parameters<SendDelivery>[0], request: DeliveryRequest): Promise<DeliveryAnswer> => {
      const answer = await send(link, request)
      const receipt = receiptOf({ kind: 'receipt', receipt: answer.body, known: true }) as unknown as { submission: { digest: string } }
      receipt.submission.digest = `sha-256:${'0'.repeat(64)}`
      return { ...answer, body: Buffer.from(JSON.stringify(receipt)) }
    }
    expect(await forwardLink(lower.hub, linkNo, other)).toBe('outage')
    expect(await cursor()).toBe(0)
    await forwardAll(lower.hub, linkNo, send)
    await expectSame(1)
  })

  it('makes a new delivery of the same records when the stored one cannot be made any more', async () => {
    const { lower, linkNo, send } = tiers
    await push(1, 2)
    await sequenceLog(lower.hub)
    await nextDelivery(lower.hub, linkNo)
    await lower.hub.db.updateTable('version').set({ reason: '后加说明' }).where('ordinal', '=', 0).execute()
    await forwardAll(lower.hub, linkNo, send)
    await expectSame(2)
    expect((await deliveries()).map((one) => one.state)).toEqual(['split', 'finished'])
  })
})

describe('an answer without a signed receipt', () => {
  beforeAll(open)
  afterAll(close)

  it('parks nothing when the upstream comes back between the last failure and the empty delivery that asks whether it is there', async () => {
    const { lower, linkNo, send } = tiers
    await push(77)
    await sequenceLog(lower.hub)
    let down = 3
    const recovering: SendDelivery = (link, request) => {
      if (down === 0) return send(link, request)
      down -= 1
      return Promise.reject(new Error('connection reset'))
    }
    expect(await forwardLink(lower.hub, linkNo, recovering)).toBe('outage')
    expect(await forwardLink(lower.hub, linkNo, recovering)).toBe('outage')
    expect(await forwardLink(lower.hub, linkNo, recovering)).toBe('more')
    expect(await listParked(lower.hub.db, { limit: 10 })).toEqual([])
    await forwardAll(lower.hub, linkNo, send)
    expect(await versionsOf(tiers.upper.hub)).toEqual(await versionsOf(lower.hub))
  })

  it.each([202, 401, 403, 404, 408, 409, 425, 429, 500, 503])(
    'takes %i for an outage: nothing is parked, the cursor stays, the same delivery goes again',
    async (status) => {
      const { lower, linkNo, send } = tiers
      await push(status)
      await sequenceLog(lower.hub)
      const before = await cursor()
      const ids: string[] = []
      const down: SendDelivery = (_link, request) => (
        ids.push(request.id),
        Promise.resolve({ status, body: Buffer.from('{"code":"not-ready"}'), receiptVerified: false })
      )
      expect(await forwardLink(lower.hub, linkNo, down)).toBe('outage')
      expect(await forwardLink(lower.hub, linkNo, down)).toBe('outage')
      expect(await listParked(lower.hub.db, { limit: 10 })).toEqual([])
      expect(await cursor()).toBe(before)
      expect((await listLinks(lower.hub))[0]).toMatchObject({ state: 'failing', lastError: { inARow: 2 } })
      expect(await forwardLink(lower.hub, linkNo, (link, request) => (ids.push(request.id), send(link, request)))).toBe('more')
      expect(new Set(ids).size).toBe(1)
      expect((await listLinks(lower.hub))[0]).toMatchObject({ lastError: { inARow: 0 } })
      await forwardAll(lower.hub, linkNo, send)
      expect(await versionsOf(tiers.upper.hub)).toEqual(await versionsOf(lower.hub))
    },
  )
})
