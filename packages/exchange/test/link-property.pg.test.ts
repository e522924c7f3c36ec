import { defaultPolicy } from '@huijiao/standard'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Caller, forwardLink, listParked, loadPolicy, resumeLink, requalify, retryParked, sequenceLog } from '../src/index.ts'
import { nextDelivery } from '../src/next-delivery.ts'
import { type How, senderOf } from './link-ways.ts'
import { reconcileTiers } from './reconcile-tiers.ts'
import { keepingLevels } from './levels-policy.ts'
import { enrol, project, submit, upsert } from './test-hub.ts'
import { forwardAll, inShizhong, openTiers, type Tiers, versionsOf } from './two-tiers.ts'

/** What may happen to a city and its link; each is something that a real day holds. */
type Event =
  | { readonly do: 'submit'; readonly key: number; readonly level: 'C' | 'D'; readonly name: number }
  | { readonly do: 'number' }
  | { readonly do: 'build, then crash' }
  | { readonly do: 'send'; readonly how: How }
  | { readonly do: 'retry parked' }
  | { readonly do: 'withdraw'; readonly key: number }
  /** Records of these levels stay below from now on. */
  | { readonly do: 'policy'; readonly below: readonly ('C' | 'D')[] }
  | { readonly do: 'judge anew' }
  | { readonly do: 'compare' }

const submitEvent = fc.record({
  do: fc.constant('submit' as const),
  key: fc.nat(3),
  level: fc.constantFrom('C' as const, 'C' as const, 'D' as const),
  name: fc.nat(2),
})
const sendEvent = (ways: readonly How[]) => fc.record({ do: fc.constant('send' as const), how: fc.constantFrom(...ways) })
const plain = [{ do: 'number' as const }, { do: 'build, then crash' as const }, { do: 'retry parked' as const }].map((event) =>
  fc.constant(event),
)
const events = (ways: Parameters<typeof sendEvent>[0]) =>
  fc.array(
    fc.oneof(
      { weight: 5, arbitrary: submitEvent },
      { weight: 5, arbitrary: sendEvent(ways) },
      ...plain.map((arbitrary) => ({ weight: 1, arbitrary })),
    ),
    { minLength: 5, maxLength: 30 },
  )

const withRules = (list: fc.Arbitrary<Event[]>) =>
  fc
    .tuple(
      list,
      fc.array(
        fc.tuple(
          fc.nat(30),
          fc.oneof(
            fc.record({ do: fc.constant('withdraw' as const), key: fc.nat(3) }),
            fc.record({ do: fc.constant('policy' as const), below: fc.constantFrom<('C' | 'D')[]>(['D'], [], ['C', 'D'], ['C']) }),
            fc.constant({ do: 'judge anew' as const }),
            fc.constant({ do: 'compare' as const }),
          ),
        ),
        { maxLength: 10 },
      ),
    )
    .map(([events, more]) => more.reduce((all: Event[], [at, event]) => all.toSpliced(Math.min(at, all.length), 0, event), events))

/** Many more with `HUIJIAO_TEST_RUNS`. Where two nodes are compared that stay the same, nothing is shrunk: what one list left behind is found by the next. */
const runs = Number(process.env['HUIJIAO_TEST_RUNS'] ?? 10)

let tiers: Tiers
let city: Caller
let round = 0
let policyVersion = defaultPolicy.version
let kept: readonly string[] = []
async function keepBelow(levels: readonly string[]): Promise<void> {
  await loadPolicy(tiers.lower.hub, 'operator:test', keepingLevels((policyVersion += 1), levels.length === 0 ? ['none'] : levels))
  kept = levels
}
async function judgeAnew(): Promise<void> {
  await sequenceLog(tiers.lower.hub)
  while (await requalify(tiers.lower.hub)) continue
}
beforeAll(async () => {
  tiers = await openTiers()
  city = await enrol(tiers.lower.hub)
  await keepBelow(['D'])
})
afterAll(() => tiers.close())

/** Keys 0 and 1 lie in Lixia, 2 and 3 in another district. Each run has keys of its own. */
const dataOf = (key: number, level: string, name: number) =>
  (key < 2 ? project : inShizhong)(round * 4 + key, { DataLevel: level, PrjName: `花园 ${name}（合成）` })

async function happen(event: Event): Promise<void> {
  const { lower, upper, linkNo } = tiers
  for (const node of [lower, upper]) node.clock.advance(1000)
  if (event.do === 'submit')
    await submit(lower.hub, city, [upsert('TBProjectInfo', `P-${round}-${event.key}`, dataOf(event.key, event.level, event.name))])
  else if (event.do === 'number') await sequenceLog(lower.hub)
  else if (event.do === 'build, then crash') await nextDelivery(lower.hub, linkNo)
  else if (event.do === 'retry parked') await retryParked(lower.hub, 'operator:test', { filter: {} })
  else if (event.do === 'withdraw') {
    const { PrjNum } = dataOf(event.key, 'C', 0)
    const withdrawal = {
      entity: 'TBProjectInfo',
      operation: 'withdraw',
      sourceId: `P-${round}-${event.key}`,
      key: { PrjNum },
      reason: '重复',
    }
    await submit(lower.hub, city, [withdrawal])
  } else if (event.do === 'policy') await keepBelow(event.below)
  else if (event.do === 'judge anew') await judgeAnew()
  else if (event.do === 'compare') await reconcileTiers(tiers)
  else await Promise.all(senderOf(tiers, event.how).map((send) => forwardLink(lower.hub, linkNo, send)))
}

/** Everything that can still be done is done, and what was parked is sent again until nothing is. */
async function comeToRest(): Promise<void> {
  const { lower, linkNo, linkName, send } = tiers
  // Several that were set aside in a row pause a link.
  await resumeLink(lower.hub, 'operator:test', linkName)
  await judgeAnew()
  for (let turn = 0; turn < 10; turn += 1) {
    await forwardAll(lower.hub, linkNo, send)
    if (
      (await listParked(lower.hub.db, { limit: 1 })).length === 0 &&
      (await retryParked(lower.hub, 'operator:test', { filter: {} })) === 0
    )
      return
    await retryParked(lower.hub, 'operator:test', { filter: {} })
  }
  throw new Error('the link does not come to rest')
}

interface Seen {
  readonly n: number
  readonly commitment: string
  readonly operation: string
}

/** Versions of this run by record, oldest first, with whether they qualify. */
async function ofThisRun() {
  const { lower, upper } = tiers
  const rows = await lower.hub.db
    .selectFrom('version')
    .select(['record_id', 'n', 'commitment', 'open_text'])
    .where('source_id', 'like', `P-${round}-%`)
    .orderBy('part_id')
    .orderBy('ordinal')
    .execute()
  const above = await versionsOf(upper.hub)
  return [...Map.groupBy(rows, (row) => row.record_id)].map(([recordId, list]) => ({
    below: list.map((row) => ({
      n: row.n,
      commitment: row.commitment.toString('hex'),
      qualifies: row.open_text !== null && row.open_text !== '' && JSON.parse(row.open_text).DataLevel !== 'D',
    })),
    above: above.filter((row) => row.record_id === recordId).map(({ n, commitment, operation }): Seen => ({ n, commitment, operation })),
    recordId,
  }))
}

/** What a link that nothing ever happened to would have brought up. */
function expected(below: Awaited<ReturnType<typeof ofThisRun>>[number]['below']): Seen[] {
  const seen: Seen[] = []
  for (const { n, commitment, qualifies } of below) {
    if (qualifies) seen.push({ n, commitment, operation: 'upsert' })
    else if (seen.at(-1)?.operation === 'upsert') seen.push({ n, commitment, operation: 'no-longer-qualifies' })
  }
  return seen
}

/** Above, the latest version is in force when it qualifies; otherwise nothing is. */
async function expectInForce(recordId: string, below: readonly { n: number; qualifies: boolean }[]): Promise<void> {
  const last = below.at(-1)
  const streams = await tiers.upper.hub.db.selectFrom('stream').selectAll().where('record_id', '=', recordId).execute()
  expect(streams.length).toBeLessThanOrEqual(1)
  const [stream] = streams
  if (last?.qualifies === true) expect([stream?.n, stream?.head_operation, stream?.force_part !== null]).toEqual([last.n, 'upsert', true])
  else expect(stream?.force_part ?? null).toBeNull()
}

/** The version of a record that is in force at a node. */
const forceOf = ({ hub }: Tiers['lower'], recordId: string) =>
  hub.db
    .selectFrom('stream')
    .innerJoin('version', (join) => join.onRef('part_id', '=', 'force_part').onRef('ordinal', '=', 'force_ordinal'))
    .select(['version.n', 'version.open_text'])
    .where('stream.record_id', '=', recordId)
    .executeTakeFirst()

/** Above, nothing is in force but what is in force below: surely, when it qualifies by the rules as they are now; by those before, it may have gone up. */
async function expectLatest(recordId: string): Promise<void> {
  const [below, above] = [await forceOf(tiers.lower, recordId), await forceOf(tiers.upper, recordId)]
  const qualifies = below !== undefined && !kept.includes(JSON.parse(below.open_text as string).DataLevel)
  expect(qualifies ? [below.n] : [undefined, below?.n]).toContain(above?.n)
}

const play = async (list: readonly Event[]) => {
  round += 1
  for (const event of list) await happen(event)
  await comeToRest()
}

describe('a link, whatever happens to it', () => {
  it('brings up exactly what qualifies, once, in the order of each stream', async () => {
    await fc.assert(
      fc.asyncProperty(events(['well', 'reply lost', 'down', 'too large', 'twice at once']), async (list) => {
        await play(list)
        for (const { below, above, recordId } of await ofThisRun()) {
          expect(above).toEqual(expected(below))
          await expectInForce(recordId, below)
        }
      }),
      { numRuns: runs },
    )
  }, 1_200_000)

  it('ends, when the upstream refused things for a while, with what is in force above being the latest version if it qualifies and nothing else', async () => {
    await fc.assert(
      fc.asyncProperty(events(['well', 'reply lost', 'refused', 'refused']), async (list) => {
        await play(list)
        for (const { below, above, recordId } of await ofThisRun()) {
          const commitments = new Map(below.map((one) => [one.n, one.commitment]))
          expect(above.every((one) => one.commitment === commitments.get(one.n))).toBe(true)
          expect(new Set(above.map((one) => `${one.n}/${one.operation}`)).size).toBe(above.length)
          await expectInForce(recordId, below)
        }
      }),
      { numRuns: runs },
    )
  }, 1_200_000)

  it('ends, when records were set aside without a judgement, stored above or not, with the same in force, and with two nodes that hold the same', async () => {
    await fc.assert(
      fc.asyncProperty(events(['well', 'reply lost', 'refused', 'stored, then 413', 'stored, then 413', '413', 'breaks']), async (list) => {
        await play(list)
        expect(await reconcileTiers(tiers)).toMatchObject({ state: 'equal' })
        for (const { below, above, recordId } of await ofThisRun()) {
          const commitments = new Map(below.map((one) => [one.n, one.commitment]))
          expect(above.every((one) => one.commitment === commitments.get(one.n))).toBe(true)
          expect(new Set(above.map((one) => `${one.n}/${one.operation}`)).size).toBe(above.length)
          await expectInForce(recordId, below)
        }
      }),
      { numRuns: runs, endOnFailure: true },
    )
  }, 1_200_000)

  it('ends, when rules changed and records were withdrawn meanwhile, with nothing in force above but the latest version', async () => {
    const ways = ['well', 'reply lost', 'refused', 'stored, then 413', '413', 'breaks', 'too large'] as const
    await fc.assert(
      fc.asyncProperty(withRules(events(ways)), async (list) => {
        await keepBelow(['D'])
        await judgeAnew()
        await play(list)
        expect(await reconcileTiers(tiers)).toMatchObject({ state: 'equal' })
        for (const { below, above, recordId } of await ofThisRun()) {
          const commitments = new Map(below.map((one) => [one.n, one.commitment]))
          expect(above.every((one) => one.commitment === commitments.get(one.n))).toBe(true)
          await expectLatest(recordId)
        }
      }),
      { numRuns: runs, endOnFailure: true },
    )
  }, 1_200_000)
})
