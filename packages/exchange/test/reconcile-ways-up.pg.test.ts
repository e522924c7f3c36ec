import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Caller, loadPolicy, requalify, retryParked, sequenceLog } from '../src/index.ts'
import { reconcileTiers } from './reconcile-tiers.ts'
import { keepingLevels } from './levels-policy.ts'
import { enrol, project, submit, upsert } from './test-hub.ts'
import { contract, deliver, forwardAll, inShizhong, openTiers, type Tiers } from './two-tiers.ts'

let tiers: Tiers
let city: Caller
beforeEach(async () => {
  tiers = await openTiers()
  city = await enrol(tiers.lower.hub)
})
afterEach(() => tiers.close())

const send = async (records: readonly object[], regions = tiers.caller.regions) => {
  await submit(tiers.lower.hub, city, records)
  await forwardAll(tiers.lower.hub, tiers.linkNo, (_link, request) => deliver(tiers.upper.hub, { ...tiers.caller, regions }, request))
}
const project1 = (level: string, name: string) => upsert('TBProjectInfo', 'A', project(1, { DataLevel: level, PrjName: `${name}（合成）` }))
const equal = async (records: number) =>
  expect(await reconcileTiers(tiers)).toMatchObject({ state: 'equal', records, sentAgain: 0, found: { undelivered: { count: 0 } } })

it('sets stay equal whatever way versions went up: tombstones, rules that change, parked ones, orphans, the end of a record', async () => {
  const { lower, linkNo } = tiers
  await loadPolicy(lower.hub, 'operator:test', keepingLevels(12, ['D']))
  await send([project1('C', '一'), upsert('TBProjectInfo', 'B', project(2))])
  await equal(2)
  // A tombstone, and an end of it.
  await send([project1('D', '二')])
  await equal(3)
  await send([project1('C', '三')])
  await equal(4)
  // A rule that changes turns the same version into a tombstone, and back.
  for (const [version, keep] of [
    [13, ['C', 'D']],
    [14, ['D']],
  ] as const) {
    await loadPolicy(lower.hub, 'operator:test', keepingLevels(version, keep))
    await sequenceLog(lower.hub)
    while (await requalify(lower.hub)) continue
    await forwardAll(lower.hub, linkNo, tiers.send)
    await equal(4)
  }
  // Refused above, and sent again when it is granted.
  await send([upsert('TBProjectInfo', 'P', inShizhong(3)), upsert('TBProjectInfo', 'Q', project(4))], ['370102'])
  await equal(5)
  await retryParked(lower.hub, 'operator:test', { filter: {} })
  await forwardAll(lower.hub, linkNo, tiers.send)
  await equal(6)
  // A child that waits for its parent, and the parent.
  await send([upsert('TBContractRecordManage', 'K', contract(9))])
  await send([upsert('TBProjectInfo', 'R', project(9))])
  const run = await reconcileTiers(tiers)
  expect(run).toMatchObject({ state: 'equal', found: { undelivered: { count: 0 } } })
  expect(run.records).toBeGreaterThanOrEqual(7)
}, 60_000)

it('sets stay equal when the upstream loses what stood there after all that', async () => {
  await loadPolicy(tiers.lower.hub, 'operator:test', keepingLevels(12, ['D']))
  for (const [level, name] of [
    ['C', '一'],
    ['D', '二'],
    ['C', '三'],
  ] as const)
    await send([project1(level, name)])
  await equal(3)
  const { db } = tiers.upper.hub
  await db.deleteFrom('version').where('operation', '=', 'upsert').execute()
  const run = await reconcileTiers(tiers)
  expect(run).toMatchObject({ state: 'equal', sentAgain: 2, found: { lowerAhead: 2 } })
  const [stream] = await db.selectFrom('stream').selectAll().execute()
  expect(stream).toMatchObject({ n: 3, head_operation: 'upsert', head_state: 'accepted' })
}, 60_000)
