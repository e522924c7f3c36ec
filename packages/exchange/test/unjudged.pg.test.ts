import { defaultPolicy } from '@huijiao/standard'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  type Caller,
  type DeliveryAnswer,
  forwardLink,
  listParked,
  loadPolicy,
  resumeLink,
  retryParked,
  type SendDelivery,
  sequenceLog,
} from '../src/index.ts'
import { reconcileTiers } from './reconcile-tiers.ts'
import { keepingLevels } from './levels-policy.ts'
import { enrol, project, submit, upsert } from './test-hub.ts'
import { contract, deliver, forwardAll, openTiers, type Tiers, versionsOf } from './two-tiers.ts'

let tiers: Tiers
let city: Caller
beforeEach(async () => {
  tiers = await openTiers()
  city = await enrol(tiers.lower.hub)
  await keepBelow(1, 'D')
})
afterEach(() => tiers.close())

/** The default policy, and these data levels stay below the province. */
const keepBelow = (newer: number, ...levels: string[]) =>
  loadPolicy(tiers.lower.hub, 'operator:test', keepingLevels(defaultPolicy.version + newer, levels))
const noReceipt = (status: number): DeliveryAnswer => ({ status, body: Buffer.alloc(0), receiptVerified: false })
/** Takes empty deliveries; answers others so, without a receipt, whatever happened to them. */
const answering =
  (status: number | null, stores: boolean): SendDelivery =>
  async (link, request) => {
    if (request.records === 0) return await tiers.send(link, request)
    if (stores) await tiers.send(link, request)
    if (status === null) throw new Error('read ECONNRESET')
    return noReceipt(status)
  }
const push = (level: string, name: string, key = 1) =>
  submit(tiers.lower.hub, city, [upsert('TBProjectInfo', `A-${key}`, project(key, { DataLevel: level, PrjName: `${name}（合成）` }))])
const forward = (send: SendDelivery = tiers.send) => forwardAll(tiers.lower.hub, tiers.linkNo, send)
/** Sends until nothing moves, though answers fail in between. */
async function forwardThrough(send: SendDelivery): Promise<void> {
  await sequenceLog(tiers.lower.hub)
  for (let step = 0; step < 30; step += 1) {
    const ended = await forwardLink(tiers.lower.hub, tiers.linkNo, send)
    if (ended === 'idle') return
    // Three that were set aside in a row pause a link.
    if (ended === 'paused') await resumeLink(tiers.lower.hub, 'operator:test', tiers.linkName)
  }
  throw new Error('the link does not come to rest')
}
/** Submits a version that is parked without a judgement; `stores` when it stands above all the same. */
async function parkUnjudged(stores: boolean, status: number | null = 500): Promise<void> {
  await push('C', '一')
  await forwardThrough(answering(status, stores))
  expect(await parked()).toMatchObject([{ unjudged: true, state: 'parked' }])
}
const parked = (state: 'parked' | 'retrying' | 'delivered' | 'superseded' = 'parked') =>
  listParked(tiers.lower.hub.db, { state, limit: 100 })
const above = async () => (await versionsOf(tiers.upper.hub)).map((one) => [one.n, one.operation, one.state])
/** Numbers of the versions that are in force above. */
const inForce = async () => {
  const rows = await tiers.upper.hub.db
    .selectFrom('stream')
    .innerJoin('version', (join) => join.onRef('part_id', '=', 'force_part').onRef('ordinal', '=', 'force_ordinal'))
    .select('version.n')
    .execute()
  return rows.map((row) => row.n).sort()
}
const retryAt = async () => {
  const rows = [...(await parked()), ...(await parked('superseded'))]
  const places = rows.map((row) => ({ linkNo: row.link_no, partId: row.part_id, ordinal: row.ordinal }))
  return await retryParked(tiers.lower.hub, 'operator:test', { places })
}
const equal = { state: 'equal', found: { lowerAhead: 0, upperAhead: 0, conflicts: 0, leftOver: 0 } }

describe('a version that was set aside without a receipt', () => {
  it.each([
    ['500 again and again', 500],
    ['no answer', null],
    ['413 of something in between', 413],
  ] as const)('and stands above, its answer lost, is ended there when a later one stays here (%s)', async (_what, status) => {
    await parkUnjudged(true, status)
    expect(await inForce()).toEqual([1])
    await push('D', '二')
    await forward()
    expect(await above()).toEqual([
      [1, 'upsert', 'accepted'],
      [2, 'no-longer-qualifies', 'accepted'],
    ])
    expect(await inForce()).toEqual([])
    expect(await parked('superseded')).toMatchObject([{ unjudged: true }])
    // One tombstone is enough.
    await push('D', '三')
    await forward()
    expect(await above()).toHaveLength(2)
    expect(await reconcileTiers(tiers)).toMatchObject({ ...equal, sentAgain: 1 })
    expect(await parked('delivered')).toMatchObject([{ unjudged: false, retries: 0 }])
    expect(await above()).toHaveLength(2)
    expect(await reconcileTiers(tiers)).toMatchObject({ ...equal, sentAgain: 0 })
  })

  it('and never came up shows nothing above by the end that is told of it, nor stands in the way of what comes later', async () => {
    await parkUnjudged(false)
    await push('D', '二')
    await forward()
    expect(await above()).toEqual([[2, 'no-longer-qualifies', 'accepted']])
    expect(await inForce()).toEqual([])
    await push('C', '三')
    await forward()
    expect(await above()).toEqual([
      [2, 'no-longer-qualifies', 'accepted'],
      [3, 'upsert', 'accepted'],
    ])
    expect([await inForce(), await parked()]).toEqual([[3], []])
    expect(await tiers.upper.hub.db.selectFrom('stream').select('n').execute()).toEqual([{ n: 3 }])
    // Its children find it by its key.
    await submit(tiers.lower.hub, city, [upsert('TBContractRecordManage', 'H', contract(1))])
    await forward()
    expect((await above()).at(-1)).toEqual([1, 'upsert', 'accepted'])
    expect(await reconcileTiers(tiers)).toMatchObject({ ...equal, sentAgain: 0 })
  })

  it('and stands above is taken as told when a later one has gone up and the two nodes compare', async () => {
    await parkUnjudged(true)
    await push('C', '二')
    await forward()
    expect(await parked('superseded')).toHaveLength(1)
    expect(await reconcileTiers(tiers)).toMatchObject({ ...equal, sentAgain: 1 })
    expect(await parked('delivered')).toHaveLength(1)
    expect(await above()).toEqual([
      [1, 'upsert', 'accepted'],
      [2, 'upsert', 'accepted'],
    ])
    expect(await inForce()).toEqual([2])
  })

  it('and is sent again after a later one has gone up never is in force above', async () => {
    await parkUnjudged(false)
    await push('C', '二')
    await forward()
    expect(await retryAt()).toBe(1)
    await forward()
    expect(await above()).toEqual([
      [2, 'upsert', 'accepted'],
      [1, 'upsert', 'superseded'],
    ])
    expect(await inForce()).toEqual([2])
    expect(await reconcileTiers(tiers)).toMatchObject({ ...equal, sentAgain: 0 })
  })

  it('goes as it went when a rule refuses it by now and a later one has gone up, so that both nodes hold one thing', async () => {
    await parkUnjudged(true)
    await push('C', '二')
    await forward()
    await keepBelow(2, 'C', 'D')
    expect(await reconcileTiers(tiers)).toMatchObject({ ...equal, sentAgain: 1 })
    expect(await inForce()).toEqual([2])
  })

  it.each([true, false])('is ended above by a retry while a later one stays here, stored there or not: %s', async (stores) => {
    const { db } = tiers.lower.hub
    await parkUnjudged(stores)
    // As an older release left it: it took the first for one that had never gone up, and told nothing of the second.
    await db.updateTable('parked').set({ unjudged: false }).execute()
    await push('D', '二')
    await forward()
    expect(await above()).toHaveLength(stores ? 1 : 0)
    await db.updateTable('parked').set({ unjudged: true }).execute()
    expect(await retryAt()).toBe(1)
    await forward()
    expect(await above()).toEqual([...(stores ? [[1, 'upsert', 'accepted']] : []), [1, 'no-longer-qualifies', 'accepted']])
    expect([await inForce(), await parked(), (await parked('delivered')).length]).toEqual([[], [], 1])
    expect(await reconcileTiers(tiers)).toMatchObject({ ...equal, sentAgain: 0 })
  })

  it('is followed by the end that was set aside after it, whoever sends only the first again', async () => {
    await parkUnjudged(false)
    await push('D', '二')
    await forwardThrough(answering(500, false))
    const rows = await parked()
    expect(rows.map((row) => row.unjudged)).toEqual([true, true])
    const [first] = rows
    const place = { linkNo: tiers.linkNo, partId: first?.part_id as number, ordinal: 0 }
    expect(await retryParked(tiers.lower.hub, 'operator:test', { places: [place] })).toBe(1)
    await forward()
    expect(await above()).toEqual([
      [1, 'upsert', 'accepted'],
      [2, 'no-longer-qualifies', 'accepted'],
    ])
    expect([await inForce(), await parked()]).toEqual([[], []])
  })

  it('may still stand above when its retry is refused there', async () => {
    await parkUnjudged(true)
    expect(await retryAt()).toBe(1)
    await forward((_link, request) => deliver(tiers.upper.hub, { ...tiers.caller, regions: ['370103'] }, request))
    expect(await parked()).toMatchObject([{ reason: 'region-not-granted', unjudged: true, retries: 1 }])
    await push('D', '二')
    await forward()
    expect(await inForce()).toEqual([])
    expect(await reconcileTiers(tiers)).toMatchObject({ ...equal, sentAgain: 1 })
  })

  it('may still stand above when it came there with others, and is refused in a smaller delivery', async () => {
    await push('C', '一', 1)
    await push('C', '一', 2)
    // Both are stored, something in between says 413, and the grant is taken away before the halves arrive.
    let sent = 0
    await forwardThrough(async (link, request) => {
      if (request.records === 0) return await tiers.send(link, request)
      sent += 1
      if (sent > 1) return await deliver(tiers.upper.hub, { ...tiers.caller, regions: ['370103'] }, request)
      await tiers.send(link, request)
      return noReceipt(413)
    })
    expect(sent).toBe(3)
    expect((await parked()).map((row) => [row.reason, row.unjudged])).toEqual([
      ['region-not-granted', true],
      ['region-not-granted', true],
    ])
    await push('D', '二', 1)
    await forward()
    expect((await above()).filter(([n]) => n === 2)).toEqual([[2, 'no-longer-qualifies', 'accepted']])
    expect(await inForce()).toEqual([1])
    expect(await reconcileTiers(tiers)).toMatchObject({ ...equal, sentAgain: 2 })
    expect(await above()).toHaveLength(3)
  })
})

describe('a comparison that finds something only above', () => {
  it('sends again what was set aside without a receipt, and both sign', async () => {
    await parkUnjudged(true)
    expect(await reconcileTiers(tiers)).toMatchObject({ ...equal, sentAgain: 1 })
    expect([await parked(), (await parked('delivered')).length, await above()]).toEqual([[], 1, [[1, 'upsert', 'accepted']]])
  })

  it('alarms when it was judged here, or holds another content', async () => {
    const { lower, upper } = tiers
    await parkUnjudged(true)
    await lower.hub.db.updateTable('parked').set({ unjudged: false }).execute()
    expect(await reconcileTiers(tiers)).toMatchObject({ state: 'diverged', sentAgain: 0, found: { upperAhead: 1 } })
    await lower.hub.db.updateTable('parked').set({ unjudged: true }).execute()
    const other = Buffer.alloc(32, 7)
    await upper.hub.db.updateTable('version').set({ commitment: other }).execute()
    expect(await reconcileTiers(tiers)).toMatchObject({ state: 'diverged', sentAgain: 0, found: { upperAhead: 1 } })
  })

  it('does not let it wait for a parent that is refused: it has gone up without waiting', async () => {
    const { lower } = tiers
    await parkUnjudged(true)
    await submit(lower.hub, city, [upsert('TBContractRecordManage', 'H', contract(1))])
    // The parent was set aside, and its child with it.
    await forward()
    expect((await parked()).map((row) => [row.reason, row.unjudged])).toEqual([
      ['upstream-fails', true],
      ['parent-parked', false],
    ])
    await retryAt()
    await forwardThrough(answering(500, true))
    expect((await parked()).map((row) => [row.reason, row.unjudged])).toEqual([
      ['upstream-fails', true],
      ['upstream-fails', true],
    ])
    await lower.hub.db.updateTable('parked').set({ unjudged: false }).where('entity', '=', 'TBProjectInfo').execute()
    expect(await reconcileTiers(tiers)).toMatchObject({ state: 'diverged', sentAgain: 1, found: { upperAhead: 1 } })
    expect(await parked('delivered')).toMatchObject([{ entity: 'TBContractRecordManage' }])
  })

  it('tells it once in a run, and alarms when that brings no receipt', async () => {
    await parkUnjudged(true)
    const working = tiers.send
    let sent = 0
    const failing: SendDelivery = async (link, request) => {
      if (request.records === 0) return await working(link, request)
      sent += 1
      return noReceipt(413)
    }
    tiers = { ...tiers, send: failing }
    const run = await reconcileTiers(tiers)
    expect(run).toMatchObject({ state: 'diverged', sentAgain: 1, found: { upperAhead: 1 } })
    // Sent, and once more after an empty delivery was taken.
    expect(sent).toBe(2)
    tiers = { ...tiers, send: working }
    expect(await reconcileTiers(tiers)).toMatchObject({ ...equal, sentAgain: 1 })
  })
})

describe('a record over which the upstream breaks', () => {
  /** The upstream breaks over bodies with the first version of this key alone. */
  const poison = (): { send: SendDelivery; times: () => number } => {
    let times = 0
    return {
      times: () => times,
      send: async (link, request) => {
        const { items } = await tiers.lower.hub.db
          .selectFrom('delivery')
          .select('items')
          .where('delivery_id', '=', request.id)
          .executeTakeFirst()
          .then((row) => row ?? { items: [] })
        const hit = items.some(([, partId]) => partId === bad)
        if (!hit) return await tiers.send(link, request)
        times += 1
        return noReceipt(500)
      },
    }
  }
  let bad = 0

  it('is set aside once, stays so, and goes up by a retry when the upstream is mended', async () => {
    await push('C', '一')
    bad = (await tiers.lower.hub.db.selectFrom('part').select('part_id').executeTakeFirstOrThrow()).part_id
    const { send, times } = poison()
    await forwardThrough(send)
    expect(await parked()).toMatchObject([{ reason: 'upstream-fails', unjudged: true, retries: 0 }])
    // Three in a row, and three more between empty deliveries that were taken.
    expect(times()).toBe(6)
    for (const name of ['二', '三', '四']) {
      await push('C', name)
      await forwardThrough(send)
    }
    await push('C', '他', 2)
    await forwardThrough(send)
    expect(times()).toBe(6)
    expect(await parked('superseded')).toMatchObject([{ retries: 0 }])
    expect(await inForce()).toEqual([1, 4])
    expect(await reconcileTiers(tiers)).toMatchObject({ ...equal, sentAgain: 0 })
    expect(await retryAt()).toBe(1)
    await forwardThrough(send)
    expect([times(), (await parked()).length]).toEqual([12, 1])
    expect(await retryAt()).toBe(1)
    await forward()
    expect(await parked()).toEqual([])
    expect(await inForce()).toEqual([1, 4])
    expect(await reconcileTiers(tiers)).toMatchObject(equal)
  })

  it('is not accused as long as one of its sendings is judged, or one empty delivery is not', async () => {
    for (const [probes, sendings] of [
      [2, 99],
      [4, 99],
      [99, 5],
    ] as const) {
      await push('C', '一', probes + sendings)
      await sequenceLog(tiers.lower.hub)
      let [probed, sent] = [0, 0]
      const flaky: SendDelivery = async (link, request) => {
        const empty = request.records === 0
        if (empty) probed += 1
        else sent += 1
        return empty
          ? probed < probes
            ? await tiers.send(link, request)
            : noReceipt(502)
          : sent <= sendings
            ? noReceipt(502)
            : await tiers.send(link, request)
      }
      for (let step = 0; step < 3; step += 1) await forwardLink(tiers.lower.hub, tiers.linkNo, flaky)
      expect(await parked()).toEqual([])
      await forward()
    }
    expect(await inForce()).toEqual([1, 1, 1])
  })
})
