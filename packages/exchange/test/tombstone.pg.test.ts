import { verifyCustody } from '@huijiao/merkle'
import { defaultPolicy } from '@huijiao/standard'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  type Caller,
  custodyDocument,
  forwardLink,
  listParked,
  listSkips,
  loadPolicy,
  publicRecordId,
  requalify,
  retryParked,
  type SendDelivery,
  sequenceLog,
} from '../src/index.ts'
import { readVersionsBody } from '../src/read-versions-body.ts'
import { reconcileTiers } from './reconcile-tiers.ts'
import { keepingLevels } from './levels-policy.ts'
import { enrol, project, receiptOf, submit, upsert } from './test-hub.ts'
import { decoded, deliver, forwardAll, openTiers, type Tiers, versionsOf } from './two-tiers.ts'

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

describe('a stream of which a version went up', () => {
  const push = async (level: string, name: string) => {
    const answer = await submit(tiers.lower.hub, city, [
      upsert('TBProjectInfo', 'A', project(1, { DataLevel: level, PrjName: `${name}（合成）` })),
    ])
    expect(receiptOf(answer).counts['refused']).toBe(0)
    await forwardAll(tiers.lower.hub, tiers.linkNo, tiers.send)
  }
  const settleLog = async () => {
    await sequenceLog(tiers.lower.hub)
    while (await requalify(tiers.lower.hub)) continue
    await forwardAll(tiers.lower.hub, tiers.linkNo, tiers.send)
  }

  /** Each has a number of its own, because what a number means is known to the whole process. */
  let policies = 20
  const keepBelow = (levels: string[]) => loadPolicy(tiers.lower.hub, 'operator:test', keepingLevels((policies += 1), levels))

  it('gets a tombstone above when a later one does not qualify, one only, and the next that does opens it again', async () => {
    const { lower, upper, linkNo } = tiers
    await loadPolicy(lower.hub, 'operator:test', keepingLevels(12, ['D']))
    await push('C', '一')
    await push('D', '二')
    await push('D', '三')
    expect(await above()).toEqual([
      ['TBProjectInfo', 1, 'upsert', 'accepted'],
      ['TBProjectInfo', 2, 'no-longer-qualifies', 'accepted'],
    ])
    const stream = () => upper.hub.db.selectFrom('stream').select(['n', 'head_operation', 'force_part']).executeTakeFirstOrThrow()
    expect(await stream()).toEqual({ n: 2, head_operation: 'no-longer-qualifies', force_part: null })
    const texts = await upper.hub.db
      .selectFrom('version')
      .select(['open_text', 'named_text', 'sealed_text', 'salts'])
      .where('n', '=', 2)
      .executeTakeFirstOrThrow()
    expect(texts).toEqual({ open_text: null, named_text: null, sealed_text: null, salts: Buffer.alloc(48) })
    expect((await listSkips(lower.hub.db, { linkNo, limit: 10 })).map((one) => [one.reason, one.kind, one.tombstone])).toEqual([
      ['test-kept', 'not-due', false],
      ['test-kept', 'not-due', true],
    ])
    // The tombstone's custody leads to the version that it ends, in the log of the city.
    await sequenceLog(upper.hub)
    const recordId = publicRecordId((await versionsOf(upper.hub))[0]?.record_id as string)
    const report = verifyCustody(JSON.parse(JSON.stringify(await custodyDocument(upper.hub, recordId, { version: 2 }))))
    expect(report.checks.filter((check) => check.status === 'failed')).toEqual([])
    expect(report.path).toEqual(['370000', '370100'])
    await push('C', '四')
    expect(await stream()).toMatchObject({ n: 4, head_operation: 'upsert' })
    expect((await stream()).force_part).not.toBeNull()
  })

  it('gets none when nothing of it ever went up', async () => {
    await loadPolicy(tiers.lower.hub, 'operator:test', keepingLevels(12, ['D']))
    await push('D', '一')
    await push('D', '二')
    expect(await above()).toEqual([])
  })

  it('goes up after a change of the rule says so, a tombstone of the same version included', async () => {
    const { lower, linkNo } = tiers
    await loadPolicy(lower.hub, 'operator:test', keepingLevels(12, ['D']))
    await push('C', '一')
    await push('D', '二')
    await submit(lower.hub, city, [upsert('TBProjectInfo', 'B', project(2, { DataLevel: 'D' }))])
    await forwardAll(lower.hub, linkNo, tiers.send)
    expect(await above()).toHaveLength(2)
    await loadPolicy(lower.hub, 'operator:test', keepingLevels(13, ['B']))
    await settleLog()
    expect(await above()).toEqual([
      ['TBProjectInfo', 1, 'upsert', 'accepted'],
      ['TBProjectInfo', 2, 'no-longer-qualifies', 'accepted'],
      ['TBProjectInfo', 2, 'upsert', 'accepted'],
      ['TBProjectInfo', 1, 'upsert', 'accepted'],
    ])
    expect(await listSkips(lower.hub.db, { linkNo, limit: 10 })).toEqual([])
    const entries = await lower.hub.db
      .selectFrom('log_entry')
      .select('kind')
      .where('kind', 'in', ['policy', 'requalified'])
      .orderBy('index')
      .execute()
    // The first policy found nothing skipped, the second found two.
    expect(entries.map((one) => one.kind)).toEqual(['policy', 'policy', 'requalified'])
    await settleLog()
    expect(await above()).toHaveLength(4)
  })

  it('stays here when only an earlier version of it qualifies by a changed rule: above, that would be taken for the latest', async () => {
    await keepBelow(['C', 'D'])
    await push('C', '一')
    await push('D', '二')
    await keepBelow(['D'])
    await settleLog()
    expect(await above()).toEqual([])
    // When the later one qualifies, too, both go up, in their order.
    await keepBelow(['A'])
    await settleLog()
    expect(await above()).toEqual([
      ['TBProjectInfo', 1, 'upsert', 'accepted'],
      ['TBProjectInfo', 2, 'upsert', 'accepted'],
    ])
  })

  it('holds the same at both nodes when a tombstone was turned back by a delivery that was stored and not answered', async () => {
    const { lower, linkNo } = tiers
    await keepBelow(['D'])
    await push('C', '一')
    await push('D', '二')
    expect(await reconcileTiers(tiers)).toMatchObject({ state: 'equal' })
    await keepBelow(['A'])
    await sequenceLog(lower.hub)
    while (await requalify(lower.hub)) continue
    await submit(lower.hub, city, [upsert('TBProjectInfo', 'B', project(2))])
    await sequenceLog(lower.hub)
    // Stored above, and something in between says that it is too large: the halves are answered `unchanged`.
    const stored: SendDelivery = async (link, request) => {
      await tiers.send(link, request)
      return { status: 413, body: Buffer.alloc(0), receiptVerified: false }
    }
    expect(await forwardLink(lower.hub, linkNo, stored)).toBe('more')
    await forwardAll(lower.hub, linkNo, tiers.send)
    expect((await above()).map(([, n, operation]) => [n, operation])).toEqual([
      [1, 'upsert'],
      [2, 'no-longer-qualifies'],
      [2, 'upsert'],
      [1, 'upsert'],
    ])
    expect(await reconcileTiers(tiers)).toMatchObject({ state: 'equal', sentAgain: 0 })
  })

  it('keeps above what stands there of an older version that is told otherwise, and both nodes hold that', async () => {
    await keepBelow(['D'])
    await push('C', '一')
    await push('D', '二')
    await push('C', '三')
    await keepBelow(['A'])
    await settleLog()
    expect((await above()).map(([, n, operation]) => [n, operation])).toEqual([
      [1, 'upsert'],
      [2, 'no-longer-qualifies'],
      [3, 'upsert'],
    ])
    expect(await reconcileTiers(tiers)).toMatchObject({ state: 'equal', sentAgain: 0 })
  })

  it('sends a tombstone without one letter of the text', async () => {
    const { lower, linkNo, send } = tiers
    const bodies: string[] = []
    await loadPolicy(lower.hub, 'operator:test', keepingLevels(12, ['D']))
    await push('C', '一')
    await submit(lower.hub, city, [upsert('TBProjectInfo', 'A', project(1, { DataLevel: 'D', PrjName: '不可外传（合成）' }))])
    await forwardAll(lower.hub, linkNo, (link, request) => (bodies.push(decoded(request).toString()), send(link, request)))
    const [version] = readVersionsBody(bodies[0] as string).entries[0]?.versions ?? []
    expect(version?.record).toMatchObject({ operation: 'no-longer-qualifies', n: 2, salts: { open: null, named: null, sealed: null } })
    expect(version?.texts.every((line) => /^#[0-9a-f]{64}$/.test(line))).toBe(true)
    expect(bodies[0]).not.toContain('不可外传')
  })

  it('keeps a parked version down when the rule refuses a later one', async () => {
    const { lower, linkNo, send } = tiers
    await loadPolicy(lower.hub, 'operator:test', keepingLevels(12, ['D']))
    await submit(lower.hub, city, [upsert('TBProjectInfo', 'A', project(1))])
    await forwardAll(lower.hub, linkNo, granting('370103'))
    expect(await parked()).toHaveLength(1)
    await push('D', '二')
    await retryParked(lower.hub, 'operator:test', { filter: {} })
    await forwardAll(lower.hub, linkNo, send)
    expect(await above()).toEqual([])
    expect(await listParked(lower.hub.db, { state: 'superseded', limit: 10 })).toHaveLength(1)
  })

  it('is never judged by a policy that goes by the number of another one', async () => {
    const { lower } = tiers
    const loaded = loadPolicy(lower.hub, 'operator:test', keepingLevels(defaultPolicy.version, ['D']))
    await expect(loaded).rejects.toMatchObject({ code: 'parameter-invalid' })
  })
})
