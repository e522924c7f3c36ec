import { createHash } from 'node:crypto'
import { answerStatements, compareSets, itemValue, memorySource, type PlacedItem, type RangeSource } from '@huijiao/merkle'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { freshen, withSets } from '../src/reconcile-reader.ts'
import { type NewItem, putItems, setNoOf } from '../src/reconcile-set.ts'
import { databaseSource } from '../src/reconcile-source.ts'
import { openTestHub, type TestHub } from './test-hub.ts'

let test: TestHub
beforeAll(async () => {
  test = await openTestHub()
})
afterAll(() => test.close())

const hash = (text: string): Buffer => createHash('sha256').update(text).digest()
const item = (number: number, over: Partial<NewItem> = {}): NewItem => ({
  period: '2026-09',
  entity: 'TBProjectInfo',
  id: hash(String(number)),
  value: itemValue('upsert', hash(`content ${number}`)),
  epoch: 1,
  logIndex: number,
  partId: number,
  ordinal: 0,
  unchanged: false,
  ...over,
})

let sets = 0
async function filled(batches: readonly (readonly NewItem[])[], fresh: boolean): Promise<number> {
  const setNo = await setNoOf(test.hub.db, { side: 'up', peer: `set ${(sets += 1)}` })
  for (const batch of batches) {
    await withSets(test.hub, (trx) => putItems(trx, setNo, batch))
    if (fresh) await freshen(test.hub, setNo)
  }
  return setNo
}

const rangesOf = async (source: RangeSource): Promise<string[]> => {
  const lines: string[] = []
  for (const [period] of await source.children(''))
    for (const [entity] of await source.children(period))
      for (const digits of ['', '0', '5a', '7f3', '7f3c']) {
        const range = `${period}/${entity}${digits === '' ? '' : `/${digits}`}`
        const children = (await source.children(range)).map(([label, count, digest]) => `${label} ${count} ${digest.toString('hex')}`)
        lines.push(
          `${range} ${await source.count(range)} ${children.join()} ${(await source.items(range)).map(({ id }) => id.toString('hex')).join()}`,
        )
      }
  return [...(await source.children('')).map(([label, count, digest]) => `${label} ${count} ${digest.toString('hex')}`), ...lines]
}

it('the set in the database is the set in memory, at any cut, whether its digests are kept or not', async () => {
  const one = fc.record({
    number: fc.nat(300),
    period: fc.constantFrom('2026-08', '2026-09'),
    entity: fc.constantFrom('TBContract', 'TBProjectInfo'),
    epoch: fc.constantFrom(1, 2),
    logIndex: fc.nat(20),
    content: fc.nat(2),
  })
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(one, { maxLength: 60 }), { maxLength: 4 }),
      fc.boolean(),
      fc.record({ epoch: fc.constantFrom(1, 2, 3), index: fc.nat(21) }),
      async (drawn, fresh, cut) => {
        const batches = drawn.map((list) =>
          list.map(({ number, content, ...over }) => item(number, { ...over, value: itemValue('upsert', hash(`${number} ${content}`)) })),
        )
        const setNo = await filled(batches, fresh)
        const latest = new Map<string, NewItem>()
        for (const each of batches.flat()) latest.set(`${each.period}/${each.entity}/${each.id.toString('hex')}`, each)
        const below = [...latest.values()].filter(
          (each) => each.epoch < cut.epoch || (each.epoch === cut.epoch && each.logIndex < cut.index),
        )
        expect(await rangesOf(databaseSource(test.hub.db, setNo, cut))).toEqual(await rangesOf(memorySource(below as PlacedItem[])))
      },
    ),
    { numRuns: 40 },
  )
}, 120_000)

it.each([
  ['at once', (first: NewItem, again: NewItem) => [[first, again]]],
  ['later', (first: NewItem, again: NewItem) => [[first], [again]]],
] as const)(
  'what the other side only answered `unchanged` to changes the value of an item, and not its place (%s)',
  async (_when, inBatches) => {
    const again = item(1, { value: itemValue('no-longer-qualifies', hash('content 1')), logIndex: 50, unchanged: true })
    const setNo = await filled([...inBatches(item(1), again), [item(2, { unchanged: true })]], true)
    const items = (size: number) => databaseSource(test.hub.db, setNo, { epoch: 1, index: size }).items('2026-09/TBProjectInfo')
    const operations = (await items(10)).map(({ id, value }) => [id.equals(hash('1')) ? 1 : 2, value[0]]).toSorted()
    expect(operations).toEqual([
      [1, 2],
      [2, 0],
    ])
  },
)

it('of twenty thousand in two databases the one that differs is found in few rounds', async () => {
  const all = Array.from({ length: 20_000 }, (_, number) => item(number))
  const cut = { epoch: 1, index: 20_000 }
  const [here, there] = [await filled([all], true), await filled([all.filter((_, number) => number !== 12_345)], true)]
  let bytes = 0
  const result = await compareSets(databaseSource(test.hub.db, here, cut), async (statements) => {
    const answers = await answerStatements(databaseSource(test.hub.db, there, cut), statements)
    bytes += JSON.stringify([statements, answers]).length
    return answers
  })
  expect(result.differences).toEqual([expect.objectContaining({ kind: 'only-here', id: all[12_345]?.id })])
  expect(result.rounds).toBeLessThanOrEqual(4)
  expect(bytes).toBeLessThan(64 * 1024)
}, 60_000)
