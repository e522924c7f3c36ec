import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Caller, resolveHeld, sequenceLog, sweepHeld } from '../src/index.ts'
import { enrol, openTestHub, project, receiptOf, submit, type TestHub, upsert } from './test-hub.ts'
import { contract } from './two-tiers.ts'

/** What may happen to contracts (`child`) of projects that come early, late or never. */
type Step =
  | { readonly do: 'send'; readonly child: number; readonly parent: number }
  | { readonly do: 'withdraw'; readonly child: number }
  | { readonly do: 'parent'; readonly parent: number }
  | { readonly do: 'days'; readonly days: number }
  | { readonly do: 'settle' }

const child = fc.integer({ min: 0, max: 2 })
const parent = fc.integer({ min: 0, max: 2 })
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('send' as const), child, parent }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('withdraw' as const), child }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('parent' as const), parent }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('days' as const), days: fc.constantFrom(1, 10, 29, 30) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('settle' as const) }) },
)

interface ModelVersion {
  readonly kind: 'upsert' | 'withdraw'
  readonly parent: number
  /** Day on which its time is up; null when its parent was there, so that it waits at most behind another. */
  readonly until: number | null
  state: 'accepted' | 'held' | 'refused' | 'superseded'
}

/** A few lines that say what the rules are, without keys, locks or SQL. */
class Model {
  day = 0
  readonly present = new Set<number>()
  readonly children = new Map<number, ModelVersion[]>()
  private readonly of = (name: number) => this.children.get(name) ?? this.children.set(name, []).get(name)!

  send(name: number, wants: number): string {
    const versions = this.of(name)
    const behind = versions.at(-1)?.state === 'held'
    const missing = !this.present.has(wants)
    const state = missing || behind ? 'held' : 'accepted'
    versions.push({ kind: 'upsert', parent: wants, until: missing ? this.day + 30 : null, state })
    return state
  }

  withdraw(name: number): string {
    const versions = this.of(name)
    const head = versions.at(-1)
    if (head?.kind === 'withdraw') return 'unchanged'
    if (this.inForce(versions)) return 'refused'
    versions.push({ kind: 'withdraw', parent: -1, until: null, state: 'accepted' })
    return 'accepted'
  }

  private inForce(versions: readonly ModelVersion[]): boolean {
    // What counts is what was accepted last, and nothing counts after a withdrawal.
    return versions.findLast((one) => one.state === 'accepted')?.kind === 'upsert'
  }

  settle(): void {
    for (const versions of this.children.values()) {
      let waiting = false
      for (const [at, one] of versions.entries()) {
        if (one.state !== 'held') continue
        const missing = one.until !== null && !this.present.has(one.parent)
        if (versions.slice(at + 1).some((later) => later.kind === 'withdraw')) one.state = 'superseded'
        else if (missing && (one.until as number) <= this.day) one.state = 'refused'
        else if (missing || waiting) waiting = true
        else one.state = 'accepted'
      }
    }
  }
}

const contracts = 'TBContractRecordManage'

async function settle({ hub }: TestHub): Promise<void> {
  do await sequenceLog(hub)
  while ((await resolveHeld(hub)) || (await sweepHeld(hub)) > 0)
}

/** Plays the steps against a node and against the model, and compares every answer and, whenever it has come to rest, every state. */
async function play(node: TestHub, caller: Caller, base: number, steps: readonly Step[]): Promise<void> {
  const { hub, clock } = node
  const model = new Model()
  const one = (name: number) => base + name
  const sourceId = (name: number) => `H-${one(name)}`
  let serial = 0
  const answer = async (record: object) => receiptOf(await submit(hub, caller, [record])).records[0]?.outcome
  for (const [at, todo] of [...steps, { do: 'settle' } as const].entries()) {
    const where = `step ${at} ${JSON.stringify(todo)}`
    if (todo.do === 'send') {
      const { PrjNum } = project(base + 10 + todo.parent) as { PrjNum: string }
      const data = contract(one(todo.child), { PrjNum, ContractNum: `第${(serial += 1)}次` })
      expect(await answer(upsert(contracts, sourceId(todo.child), data)), where).toBe(model.send(todo.child, todo.parent))
    }
    if (todo.do === 'withdraw') {
      const { RecordNum } = contract(one(todo.child))
      const withdrawal = { entity: contracts, operation: 'withdraw', sourceId: sourceId(todo.child), key: { RecordNum }, reason: '重复' }
      expect(await answer(withdrawal), where).toBe(model.withdraw(todo.child))
    }
    if (todo.do === 'parent') {
      await submit(hub, caller, [upsert('TBProjectInfo', `P-${base + 10 + todo.parent}`, project(base + 10 + todo.parent))])
      model.present.add(todo.parent)
    }
    if (todo.do === 'days') {
      clock.advance(todo.days * 86_400_000)
      model.day += todo.days
    }
    if (todo.do !== 'settle') continue
    await settle(node)
    model.settle()
    for (const [name, versions] of model.children) {
      const rows = await hub.db.selectFrom('version').select(['state']).where('source_id', '=', sourceId(name)).orderBy('n').execute()
      expect(
        rows.map((row) => row.state),
        where,
      ).toEqual(versions.map((version) => version.state))
      const stream = await hub.db
        .selectFrom('stream')
        .innerJoin('version', (join) =>
          join.onRef('version.part_id', '=', 'stream.last_part').onRef('version.ordinal', '=', 'stream.last_ordinal'),
        )
        .select(['head_state', 'force_part', 'stream.n'])
        .where('version.source_id', '=', sourceId(name))
        .executeTakeFirstOrThrow()
      const last = versions.findLast((version) => version.state === 'accepted')
      expect([stream.head_state, stream.n, stream.force_part !== null], where).toEqual([
        versions.at(-1)?.state,
        versions.length,
        last?.kind === 'upsert',
      ])
    }
  }
}

describe('records that wait, over any course of events', () => {
  it('are what a model of a few lines says they are, and nothing is left waiting that need not', async () => {
    const node = await openTestHub()
    try {
      const caller = await enrol(node.hub)
      let run = 0
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 18 }), async (steps) => {
          // Every run has keys of its own in one database: making a database anew would be most of the test's time.
          await play(node, caller, 100 * (run += 1), steps)
          const left = await node.hub.db.selectFrom('held').select('part_id').execute()
          const held = await node.hub.db.selectFrom('version').select('part_id').where('state', '=', 'held').execute()
          expect(new Set(left.map((row) => row.part_id))).toEqual(new Set(held.map((row) => row.part_id)))
        }),
        { numRuns: Number(process.env['HUIJIAO_TEST_RUNS'] ?? 40) },
      )
    } finally {
      await node.close()
    }
  }, 180_000)
})
