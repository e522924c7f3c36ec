import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  type Caller,
  type DeliveryAnswer,
  forwardLink,
  listLinks,
  listParked,
  listSkips,
  type SendDelivery,
  sequenceLog,
} from '../src/index.ts'
import { readVersionsBody } from '../src/read-versions-body.ts'
import { enrol, project, submit, upsert } from './test-hub.ts'
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

describe('a body that the upstream cannot judge as a whole', () => {
  beforeEach(open)
  afterEach(close)

  /** Refuses any body that holds the project's number. */
  const poisoned = (answer: () => DeliveryAnswer | Promise<never>, sequence: number): SendDelivery => {
    return async (link, request) => {
      const mark = (project(sequence) as { PrjNum: string }).PrjNum
      return decoded(request).toString().includes(mark) ? await answer() : await tiers.send(link, request)
    }
  }

  it('is halved after 400, 413, 415 or 422 until the record at fault stands alone and is parked', async () => {
    const { lower, upper, linkNo } = tiers
    const statuses = [400, 413, 415, 422]
    await push(1, 2, 3, 4, 5)
    let asked = 0
    const status = () => statuses[asked++ % statuses.length] as number
    const steps = await forwardAll(
      lower.hub,
      linkNo,
      poisoned(() => ({ status: status(), body: Buffer.from('{"code":"json-malformed"}'), receiptVerified: false }), 3),
    )
    expect(steps.at(-1)).toBe('idle')
    const parked = await listParked(lower.hub.db, { limit: 10 })
    expect(parked.map((one) => [one.ordinal, one.reason])).toEqual([[2, 'json-malformed']])
    const above = (await versionsOf(upper.hub)).map((one) => one.commitment)
    expect(above).toEqual((await versionsOf(lower.hub)).map((one) => one.commitment).filter((_, at) => at !== 2))
    expect((await listLinks(lower.hub))[0]).toMatchObject({ state: 'idle', parked: 1, lag: { entries: 0 } })
  })

  it('is not set aside for what something between the two nodes said once, nor for bytes that were damaged on the way', async () => {
    const { lower, linkNo, send } = tiers
    const said = [
      { status: 400, body: Buffer.from('<html>bad request</html>') },
      { status: 413, body: Buffer.from('<html>too large</html>') },
      { status: 400, body: Buffer.from('{"code":"digest-mismatch"}') },
      { status: 400, body: Buffer.from('{"code":"digest-mismatch"}') },
      { status: 400, body: Buffer.from('{"code":"encoding-broken"}') },
    ]
    for (const [sequence, answer] of said.entries()) {
      await push(sequence + 1)
      await sequenceLog(lower.hub)
      let once = true
      const between: SendDelivery = async (link, request) => {
        const spoils = once
        once = false
        return spoils ? { ...answer, receiptVerified: false } : await send(link, request)
      }
      await forwardAll(lower.hub, linkNo, between)
      await forwardAll(lower.hub, linkNo, send)
      expect(await listParked(lower.hub.db, { limit: 10 })).toEqual([])
      await expectSame(sequence + 1)
    }
  })

  it('is halved after the third 5xx or reset in a row while an empty delivery is taken', async () => {
    const { lower, upper, linkNo } = tiers
    await push(1, 2, 3)
    await sequenceLog(lower.hub)
    const failing = poisoned(() => Promise.reject(new Error('read ECONNRESET')), 2)
    expect([await forwardLink(lower.hub, linkNo, failing), await forwardLink(lower.hub, linkNo, failing)]).toEqual(['outage', 'outage'])
    expect(await listParked(lower.hub.db, { limit: 10 })).toEqual([])
    for (let step = 0; step < 20; step += 1) await forwardLink(lower.hub, linkNo, failing)
    expect((await listParked(lower.hub.db, { limit: 10 })).map((one) => [one.ordinal, one.reason])).toEqual([[1, 'upstream-fails']])
    expect(await versionsOf(upper.hub)).toHaveLength(2)
  })

  it('does not pass the cursor over a range before its last half is settled', async () => {
    const { lower, linkNo, send } = tiers
    await push(1, 2)
    await sequenceLog(lower.hub)
    await forwardLink(lower.hub, linkNo, () => Promise.resolve({ status: 413, body: Buffer.alloc(0), receiptVerified: false }))
    expect(await forwardLink(lower.hub, linkNo, send)).toBe('more')
    expect(await cursor()).toBe(0)
    expect(await forwardLink(lower.hub, linkNo, send)).toBe('more')
    expect(await cursor()).toBeGreaterThan(0)
    await expectSame(2)
  })

  it('is not halved when the upstream fails over an empty delivery too', async () => {
    const { lower, linkNo } = tiers
    await push(1, 2, 3)
    await sequenceLog(lower.hub)
    const down: SendDelivery = () => Promise.resolve({ status: 502, body: Buffer.alloc(0), receiptVerified: false })
    for (let step = 0; step < 8; step += 1) expect(await forwardLink(lower.hub, linkNo, down)).toBe('outage')
    expect((await deliveries()).map((one) => one.state)).toEqual(['open'])
  })

  it('sends the halves in the order of the log, so that versions of one key keep theirs', async () => {
    const { lower, upper, linkNo, send } = tiers
    for (const name of ['一', '二', '三', '四'])
      await submit(lower.hub, city, [upsert('TBProjectInfo', 'XM-1', project(1, { PrjName: `${name}期（合成）` }))])
    const small: SendDelivery = async (link, request) =>
      readVersionsBody(decoded(request).toString()).envelope.count > 1
        ? { status: 413, body: Buffer.alloc(0), receiptVerified: false }
        : await send(link, request)
    await forwardAll(lower.hub, linkNo, small)
    expect((await versionsOf(upper.hub)).map((one) => [one.n, one.state])).toEqual([
      [1, 'accepted'],
      [2, 'accepted'],
      [3, 'accepted'],
      [4, 'accepted'],
    ])
    expect(await listSkips(lower.hub.db, { linkNo, limit: 10 })).toEqual([])
  })
})
