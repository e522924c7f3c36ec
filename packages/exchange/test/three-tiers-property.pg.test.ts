import { defaultPolicy } from '@huijiao/standard'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Caller, forwardLink, listParked, loadPolicy, requalify, resumeLink, retryParked, sequenceLog } from '../src/index.ts'
import { keepingLevels } from './levels-policy.ts'
import { type How, senderOf } from './link-ways.ts'
import { reconcileTiers } from './reconcile-tiers.ts'
import { enrol, project, submit, type TestHub, upsert } from './test-hub.ts'
import { forwardAll, inShizhong, linkUp, openTier, type Tiers } from './two-tiers.ts'

/** From a city over its province to the nation. What may happen to one link may happen to both, in any order. */
type Event =
  | { readonly do: 'submit'; readonly key: number; readonly level: 'C' | 'D'; readonly name: number }
  | { readonly do: 'send'; readonly hop: 0 | 1; readonly how: How }
  | { readonly do: 'policy'; readonly hop: 0 | 1; readonly below: readonly ('C' | 'D')[] }
  | { readonly do: 'judge anew'; readonly hop: 0 | 1 }
  | { readonly do: 'retry parked'; readonly hop: 0 | 1 }
  | { readonly do: 'compare'; readonly hop: 0 | 1 }

const hop = fc.constantFrom<0 | 1>(0, 1)
const how = fc.constantFrom<How>(
  'well',
  'well',
  'reply lost',
  'refused',
  'stored, then 413',
  '413',
  'breaks',
  'too large',
  'down',
  'twice at once',
)
const event: fc.Arbitrary<Event> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('submit' as const),
      key: fc.nat(1).map((one) => one * 3),
      level: fc.constantFrom('C' as const, 'C' as const, 'D' as const),
      name: fc.nat(2),
    }),
  },
  { weight: 10, arbitrary: fc.record({ do: fc.constant('send' as const), hop, how }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('policy' as const),
      hop,
      below: fc.constantFrom<('C' | 'D')[]>(['D'], [], ['C', 'D'], ['C']),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('judge anew' as const, 'retry parked' as const), hop }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('compare' as const), hop }) },
)

/** Many more with `HUIJIAO_TEST_RUNS`. */
const runs = Number(process.env['HUIJIAO_TEST_RUNS'] ?? 10)

let nodes: readonly [TestHub, TestHub, TestHub]
let hops: readonly [Tiers, Tiers]
let city: Caller
let round = 0
const kept: [readonly string[], readonly string[]] = [[], []]
let policyVersion = defaultPolicy.version

beforeAll(async () => {
  nodes = await Promise.all([openTier('municipal'), openTier('provincial'), openTier('national')])
  const [lower, middle, upper] = nodes
  const close = async () => {}
  hops = [
    { lower, upper: middle, ...(await linkUp(lower.hub, middle.hub)), close },
    { lower: middle, upper, ...(await linkUp(middle.hub, upper.hub)), close },
  ]
  city = await enrol(lower.hub)
})
afterAll(async () => void (await Promise.all(nodes.map((node) => node.close()))))

async function keepBelow(at: 0 | 1, levels: readonly string[]): Promise<void> {
  const document = keepingLevels((policyVersion += 1), levels.length === 0 ? ['none'] : levels, at === 0 ? 'provincial' : 'national')
  await loadPolicy(hops[at].lower.hub, 'operator:test', document)
  kept[at] = levels
}

async function judgeAnew({ lower }: Tiers): Promise<void> {
  await sequenceLog(lower.hub)
  while (await requalify(lower.hub)) continue
}

async function happen(one: Event): Promise<void> {
  for (const node of nodes) node.clock.advance(1000)
  if (one.do === 'submit') {
    const data = (one.key < 2 ? project : inShizhong)(round * 4 + one.key, { DataLevel: one.level, PrjName: `花园 ${one.name}（合成）` })
    await submit(nodes[0].hub, city, [upsert('TBProjectInfo', `P-${round}-${one.key}`, data)])
    return
  }
  const tiers = hops[one.hop]
  const { lower, linkNo } = tiers
  await sequenceLog(lower.hub)
  if (one.do === 'policy') await keepBelow(one.hop, one.below)
  else if (one.do === 'judge anew') await judgeAnew(tiers)
  else if (one.do === 'retry parked') await retryParked(lower.hub, 'operator:test', { filter: {} })
  else if (one.do === 'compare') await reconcileTiers(tiers)
  else await Promise.all(senderOf(tiers, one.how).map((send) => forwardLink(lower.hub, linkNo, send)))
}

/** Everything that can still be done is done, and what was parked is sent again until nothing is. */
async function comeToRest(tiers: Tiers): Promise<void> {
  const { lower, linkNo, linkName, send } = tiers
  await resumeLink(lower.hub, 'operator:test', linkName)
  await judgeAnew(tiers)
  for (let turn = 0; turn < 10; turn += 1) {
    await forwardAll(lower.hub, linkNo, send)
    if ((await listParked(lower.hub.db, { limit: 1 })).length === 0) return
    await retryParked(lower.hub, 'operator:test', { filter: {} })
  }
  throw new Error(`${linkName} does not come to rest`)
}

const forceOf = async ({
  hub,
}: TestHub): Promise<Map<string, { readonly n: number; readonly commitment: string; readonly level: string }>> => {
  const rows = await hub.db
    .selectFrom('stream')
    .innerJoin('version', (join) => join.onRef('part_id', '=', 'force_part').onRef('ordinal', '=', 'force_ordinal'))
    .select(['stream.record_id', 'version.n', 'version.commitment', 'version.open_text'])
    .execute()
  return new Map(
    rows.map((row) => [
      row.record_id,
      { n: row.n, commitment: row.commitment.toString('hex'), level: JSON.parse(row.open_text as string).DataLevel as string },
    ]),
  )
}

it('does not bring up again what was ended in the same place while it waited for a retry', async () => {
  round += 1
  await keepBelow(0, ['D'])
  await keepBelow(1, [])
  const push = (level: 'C' | 'D') => happen({ do: 'submit', key: 3, level, name: 0 })
  const send = (hop: 0 | 1, how: How = 'well') => happen({ do: 'send', hop, how })
  for (const level of ['C', 'D'] as const) {
    await push(level)
    for (const hop of [0, 1] as const) await send(hop)
  }
  // The province ended it at the nation. By another rule it goes up once more, stored and never answered, and the nation refuses it.
  await keepBelow(0, [])
  await judgeAnew(hops[0])
  await send(0, 'stored, then 413')
  await send(1, 'refused')
  expect(await listParked(nodes[1].hub.db, { limit: 9 })).toMatchObject([{ unjudged: false }])
  // The rule is as it was: the same version ends once more, at the province alone.
  await keepBelow(0, ['D'])
  await judgeAnew(hops[0])
  await retryParked(nodes[0].hub, 'operator:test', { filter: {} })
  await send(0)
  await send(1)
  await retryParked(nodes[1].hub, 'operator:test', { filter: {} })
  for (const tiers of hops) await comeToRest(tiers)
  const [{ record_id }] = (await nodes[0].hub.db
    .selectFrom('version')
    .select('record_id')
    .where('source_id', '=', `P-${round}-3`)
    .execute()) as [{ record_id: string }]
  expect([(await forceOf(nodes[1])).has(record_id), (await forceOf(nodes[2])).has(record_id)]).toEqual([false, false])
  for (const tiers of hops) expect(await reconcileTiers(tiers)).toMatchObject({ state: 'equal' })
})

it('brings to the nation nothing but what is in force below, however both links break and whatever their rules become', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(event, { minLength: 8, maxLength: 40 }), async (list) => {
      round += 1
      for (const at of [0, 1] as const) await keepBelow(at, ['D'])
      for (const one of list) await happen(one)
      for (const tiers of hops) await comeToRest(tiers)
      for (const tiers of hops) expect(await reconcileTiers(tiers)).toMatchObject({ state: 'equal' })
      for (const [at, { lower, upper }] of hops.entries()) {
        const [below, above] = [await forceOf(lower), await forceOf(upper)]
        for (const [recordId, version] of below)
          if (!(kept[at] as readonly string[]).includes(version.level)) expect(above.get(recordId)).toEqual(version)
        for (const [recordId, version] of above) expect(below.get(recordId)).toEqual(version)
      }
    }),
    { numRuns: runs, endOnFailure: true },
  )
}, 1_200_000)
