import { publicKeyFromRaw } from '@huijiao/identity'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  beginEpoch,
  type Caller,
  listNotices,
  publishNotice,
  readDown,
  readFeed,
  retryParked,
  sequenceLog,
  takeDown,
  takeFeed,
  watchDown,
} from '../src/index.ts'
import { company } from './identity.ts'
import { enrol, project, submit, type TestHub, upsert } from './test-hub.ts'
import { forwardAll, openTiers, type Tiers, versionsOf } from './two-tiers.ts'

let tiers: Tiers
let city: Caller
let register: Caller
beforeAll(async () => {
  tiers = await openTiers()
  city = await enrol(tiers.lower.hub)
  register = await enrol(tiers.upper.hub, 'p-register', ['370000'])
})
afterAll(() => tiers.close())

const number = async () => {
  for (const hub of [tiers.lower.hub, tiers.upper.hub]) {
    await sequenceLog(hub)
    while (await watchDown(hub)) continue
  }
}
const pemOf = ({ hub }: TestHub) => publicKeyFromRaw(hub.signingKey.publicKey).export({ type: 'spki', format: 'pem' }).toString()
const keysOfUpper = () => [pemOf(tiers.upper)]
const fetchDown = async (_link: unknown, after: string | null) =>
  await readDown(tiers.upper.hub, tiers.caller, { corrections: true, ...(after === null ? {} : { after }) })
const outcomes = new Set(['outcomes'] as const)

describe('a cursor of the feed', () => {
  it('goes on at the fork after the node began a new epoch, and no item is passed over', async () => {
    const { lower, linkNo, send } = tiers
    await submit(lower.hub, city, [upsert('TBProjectInfo', 'A', project(1))])
    await forwardAll(lower.hub, linkNo, send)
    await number()
    const before = await readFeed(lower.hub, city, { kinds: outcomes })
    expect(before.items).toHaveLength(1)
    // The caller is ahead: it saw entries that the restored log no longer has.
    const [epoch, id, index] = JSON.parse(Buffer.from(before.cursor, 'base64url').toString()) as [number, string, number]
    const ahead = Buffer.from(JSON.stringify([epoch, id, index + 50])).toString('base64url')
    await beginEpoch(lower.hub, { reason: 'restore', known: [] })
    await submit(lower.hub, city, [upsert('TBProjectInfo', 'B', project(2))])
    await forwardAll(lower.hub, linkNo, send)
    await number()
    for (const after of [before.cursor, ahead]) {
      const page = await readFeed(lower.hub, city, { kinds: outcomes, after })
      expect(page).toMatchObject({ restarted: true })
      expect(page.items).toHaveLength(1)
      expect((await readFeed(lower.hub, city, { kinds: outcomes, after: page.cursor })).restarted).toBeUndefined()
    }
    // Of an epoch that this log never had, everything is told again.
    const foreign = Buffer.from(JSON.stringify([9, 'somebody-else', index])).toString('base64url')
    expect((await readFeed(lower.hub, city, { kinds: outcomes, after: foreign })).items).toHaveLength(2)
  })
})

describe('what comes down', () => {
  it('is taken once however often it comes, and is refused when a byte of it is changed', async () => {
    const { lower, upper, linkNo } = tiers
    await submit(
      upper.hub,
      register,
      [1, 2, 3].map((one) => upsert('TBCorpBasicInfo', `Q-${one}`, company(one))),
    )
    await number()
    const first = await takeDown(lower.hub, linkNo, keysOfUpper(), fetchDown)
    expect(first).toEqual({ more: false, counts: { accepted: 3 } })
    expect(await takeDown(lower.hub, linkNo, keysOfUpper(), fetchDown)).toEqual({ more: false, counts: {} })
    await lower.hub.db.updateTable('link').set({ down_place: null }).execute()
    // The very same page has its receipt; made a moment later it is another page with the same versions.
    expect((await takeDown(lower.hub, linkNo, keysOfUpper(), fetchDown)).counts).toEqual({})
    const later = { ...upper.hub, clock: { now: () => new Date(upper.hub.clock.now().getTime() + 1000) } }
    const again = await takeDown(lower.hub, linkNo, keysOfUpper(), () => readDown(later, tiers.caller, { corrections: true }))
    expect(again.counts).toEqual({ unchanged: 3 })
    const held = (await versionsOf(lower.hub)).filter((one) => one.entity === 'TBCorpBasicInfo')
    expect(held.map((one) => one.stream)).toEqual(Array(3).fill('370000/p-register'))

    const { body } = await readDown(upper.hub, tiers.caller, { corrections: true })
    const forged = Buffer.from((body as Buffer).toString().replace('示例第1建设有限公司', '示例第9建设有限公司'))
    expect(forged.equals(body as Buffer)).toBe(false)
    const taken = await takeDown(lower.hub, linkNo, keysOfUpper(), async () => ({ body: forged, cursor: 'x', more: false }))
    expect(taken.counts).toEqual({ refused: 1, unchanged: 2 })
    await lower.hub.db.updateTable('link').set({ down_place: null }).execute()
    const stranger = pemOf(tiers.lower)
    await expect(takeDown(lower.hub, linkNo, [stranger], fetchDown)).rejects.toMatchObject({ code: 'signature-invalid' })
  })

  it('goes up no link: without its mark it would', async () => {
    const { lower, linkNo, send } = tiers
    const sent = async () => {
      const rows = await lower.hub.db.selectFrom('delivery').select('items').execute()
      const down = await lower.hub.db
        .selectFrom('part')
        .innerJoin('submission', 'submission.submission_no', 'part.submission_no')
        .select('part_id')
        .where('participant_id', '=', 'above-370000')
        .where('version_count', '>', 0)
        .execute()
      const parts = new Set(down.map((row) => row.part_id))
      return rows.flatMap((row) => row.items.filter((item) => parts.has(item[1]))).length
    }
    await forwardAll(lower.hub, linkNo, send)
    expect(await sent()).toBe(0)
    await lower.hub.db.updateTable('submission').set({ came_from_above: null }).where('participant_id', '=', 'above-370000').execute()
    await lower.hub.db.updateTable('link').set({ cursor: 0 }).execute()
    await forwardAll(lower.hub, linkNo, send)
    expect(await sent()).toBe(1)
    await lower.hub.db.updateTable('submission').set({ came_from_above: '370000' }).where('participant_id', '=', 'above-370000').execute()
  })

  it('may be no project, and nothing of this node’s own region, whatever the upstream sends', async () => {
    const { lower, upper, linkNo } = tiers
    await submit(upper.hub, register, [upsert('TBProjectInfo', 'P-1', project(5))])
    await number()
    // An upstream with another policy, in which projects count by authority.
    const document = upper.hub.policy().document
    const ranks = [
      { entities: ['*project'], tiers: ['provincial' as const], rank: 900, basis: 'test' },
      { entities: ['*project'], tiers: ['municipal' as const], rank: 800, basis: 'test' },
      ...(document.authority?.ranks ?? []),
    ]
    const policy = { ...upper.hub.policy(), document: { ...document, authority: { ...document.authority!, ranks } } }
    const hub = { ...upper.hub, policy: () => policy }
    while (await watchDown(hub)) continue
    const page = await readDown(hub, { ...tiers.caller, regions: ['370000'] }, { corrections: true, entities: ['TBProjectInfo'] })
    expect(page.count).toBeGreaterThan(0)
    const taken = await takeDown(lower.hub, linkNo, keysOfUpper(), async () => page)
    expect(taken.counts).toEqual({ refused: page.count })
  })

  it('is only what the caller asks for and what is for its regions', async () => {
    const { upper, caller } = tiers
    expect((await readDown(upper.hub, caller, { corrections: true, entities: [] })).count).toBe(0)
    expect((await readDown(upper.hub, caller, { corrections: true, entities: ['TBCorpCertInfo'] })).count).toBe(0)
    expect((await readDown(upper.hub, caller, { corrections: true, entities: ['TBCorpBasicInfo'] })).count).toBe(3)
    expect((await readDown(upper.hub, { ...caller, regions: ['320100'] }, { corrections: true })).count).toBe(0)
  })
})

describe('notices', () => {
  it('are taken once, come from the configured upstream only, and never go back to where they were published', async () => {
    const { lower, upper, linkNo, caller } = tiers
    await publishNotice(upper.hub, 'operator:test', { title: '示例', text: '示例' })
    await publishNotice(lower.hub, 'operator:test', { title: '本级（示例）', text: '示例' })
    await number()
    const fetchFeed = async (_link: unknown, after: string | undefined) =>
      JSON.parse(
        JSON.stringify(
          await readFeed(upper.hub, caller, {
            kinds: new Set(['notices', 'outcomes'] as const),
            ...(after === undefined ? {} : { after }),
          }),
        ),
      )
    while (await takeFeed(lower.hub, linkNo, fetchFeed)) continue
    await lower.hub.db.updateTable('link').set({ feed_cursor: 0, feed_place: null }).execute()
    while (await takeFeed(lower.hub, linkNo, fetchFeed)) continue
    expect((await listNotices(lower.hub.db, { limit: 10 })).map((row) => [row.title, row.origin, row.came_from])).toEqual([
      ['示例', '370000', '370000'],
      ['本级（示例）', '370100', null],
    ])
    // The upstream sends this node's own notice back.
    const [, own] = await listNotices(lower.hub.db, { limit: 10 })
    const page = {
      items: [
        {
          kind: 'notice',
          index: 0,
          at: new Date().toISOString(),
          action: 'withdrawn',
          notice: { id: own?.notice_id, origin: '370100', publishedAt: own?.published_at.toISOString() },
        },
      ],
      cursor: 'abc',
      next: 99,
      more: false,
    }
    await takeFeed(lower.hub, linkNo, async () => page)
    expect((await listNotices(lower.hub.db, { limit: 10 }))[1]?.withdrawn_at).toBeNull()
  })
})

it('a retry of nothing writes nothing', async () => {
  const before = await tiers.lower.hub.db.selectFrom('log_pending').selectAll().execute()
  expect(await retryParked(tiers.lower.hub, 'operator:test', { filter: { reason: 'no-such-reason' } })).toBe(0)
  expect(await tiers.lower.hub.db.selectFrom('log_pending').selectAll().execute()).toHaveLength(before.length)
})
