import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  answerStatements,
  childrenDigest,
  compareSets,
  type Comparison,
  itemId,
  itemValue,
  parseRange,
  type RangeSource,
  type RangeStatement,
  ReconcileError,
} from './reconcile.ts'
import { memorySource, type PlacedItem } from './reconcile-memory.ts'

const hash = (text: string): Buffer => createHash('sha256').update(text).digest()
const item = (number: number, over: { period?: string; entity?: string; content?: string } = {}): PlacedItem => {
  const { period = '2026-09', entity = 'TBProjectInfo', content = 'x' } = over
  return { period, entity, id: hash(`${entity} ${period} ${number}`), value: itemValue('upsert', hash(`${number} ${content}`)) }
}
/** A message's length as it would go over the wire. */
const bytesOf = (statements: readonly RangeStatement[]): number =>
  JSON.stringify(
    statements.map((one) =>
      'items' in one
        ? { range: one.range, items: one.items.map(({ id, value }) => [id.toString('base64'), value.toString('base64')]) }
        : { range: one.range, children: one.children.map(([label, count, digest]) => [label, count, digest.toString('base64')]) },
    ),
  ).length

async function compare(here: RangeSource, there: RangeSource): Promise<Comparison & { bytes: number }> {
  let bytes = 0
  const result = await compareSets(here, async (statements) => {
    const answers = await answerStatements(there, statements)
    bytes += bytesOf(statements) + bytesOf(answers)
    return answers
  })
  return { ...result, bytes }
}

const found = ({ differences }: Comparison): string[] => differences.map(({ kind, id }) => `${kind} ${id.toString('hex')}`).sort()

describe('comparing two sets by ranges', () => {
  it('needs one round when they are equal, in whatever order they were filled', async () => {
    const items = Array.from({ length: 500 }, (_, number) => item(number))
    const result = await compare(memorySource(items), memorySource(items.toReversed()))
    expect(result).toMatchObject({ equal: true, rounds: 1, differences: [], more: false })
    expect(await compare(memorySource([]), memorySource([]))).toMatchObject({ equal: true, rounds: 1 })
  })

  it('finds exactly what differs, whatever the sets are', async () => {
    const placed = fc.record({
      number: fc.nat(400),
      period: fc.constantFrom('2026-08', '2026-09', '2026-10'),
      entity: fc.constantFrom('TBProjectInfo', 'TBContract'),
      where: fc.constantFrom('both', 'both', 'both', 'here', 'there', 'other'),
    })
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(placed, { maxLength: 400, selector: (one) => `${one.number}${one.period}${one.entity}` }),
        async (list) => {
          const here = list.filter((one) => one.where !== 'there').map((one) => item(one.number, one))
          const there = list
            .filter((one) => one.where !== 'here')
            .map((one) => item(one.number, { ...one, content: one.where === 'other' ? 'y' : 'x' }))
          const expected = list
            .filter((one) => one.where !== 'both')
            .map((one) => `${one.where === 'other' ? 'other' : `only-${one.where}`} ${item(one.number, one).id.toString('hex')}`)
          const result = await compare(memorySource(here), memorySource(there))
          expect(found(result)).toEqual(expected.sort())
          expect(result.equal).toBe(expected.length === 0)
        },
      ),
      { numRuns: 100 },
    )
  })

  it('finds everything when one side has lost all, without holding more than a piece', async () => {
    const items = Array.from({ length: 3000 }, (_, number) => item(number))
    const source = memorySource(items)
    const most = { items: 0 }
    const watched: RangeSource = {
      ...source,
      items: async (range) => {
        const list = await source.items(range)
        most.items = Math.max(most.items, list.length)
        return list
      },
    }
    const result = await compare(watched, memorySource([]))
    expect(result.differences).toHaveLength(3000)
    expect(most.items).toBeLessThanOrEqual(512)
    expect(found(await compare(memorySource([]), source))).toHaveLength(3000)
  })

  it('stops at its bound and says that there is more', async () => {
    const here = memorySource(Array.from({ length: 5000 }, (_, number) => item(number)))
    const there = memorySource(Array.from({ length: 5000 }, (_, number) => item(number, { content: 'y' })))
    const result = await compareSets(here, (statements) => answerStatements(there, statements), { differencesMax: 100 })
    expect(result.more).toBe(true)
    expect(result.differences.length).toBeGreaterThanOrEqual(100)
  })

  it('a million records and one difference: at most 8 rounds and 64 KiB', { timeout: 180_000 }, async () => {
    const items: PlacedItem[] = []
    for (let number = 0; number < 1_000_000; number += 1) items.push(item(number))
    const here = memorySource(items)
    const there = memorySource(items.filter((_, number) => number !== 345_678))
    const result = await compare(here, there)
    console.log(`10^6 records, 1 difference: ${result.rounds} rounds, ${result.bytes} bytes in both directions`)
    expect(found(result)).toEqual([`only-here ${(items[345_678] as PlacedItem).id.toString('hex')}`])
    expect(result.rounds).toBeLessThanOrEqual(8)
    expect(result.bytes).toBeLessThanOrEqual(64 * 1024)
  })

  it('takes a number of bytes that grows with the differences and not with the sets', async () => {
    const items = Array.from({ length: 40_000 }, (_, number) => item(number))
    const without = (count: number) => memorySource(items.filter((_, number) => number % 4001 !== 0 || number / 4001 >= count))
    const [one, ten] = [await compare(memorySource(items), without(1)), await compare(memorySource(items), without(10))]
    expect(ten.differences).toHaveLength(10)
    expect(ten.bytes).toBeLessThan(12 * one.bytes)
    expect(ten.rounds).toBeLessThanOrEqual(8)
  })
})

describe('digests of ranges', () => {
  it('differ for any two different sets', async () => {
    const rootOf = async (numbers: readonly number[]) =>
      childrenDigest(await memorySource(numbers.map((number) => item(number))).children('')).toString('hex')
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.nat(60)), fc.uniqueArray(fc.nat(60)), async (a, b) => {
        const same = a.toSorted().join() === b.toSorted().join()
        expect((await rootOf(a)) === (await rootOf(b))).toBe(same)
      }),
    )
  })

  it('tell an operation and a place apart', () => {
    const place = { entity: 'TBProjectInfo', recordId: 'r_1', stream: '370100/p-city', epoch: 1, n: 1 }
    expect(itemId(place).equals(itemId({ ...place, n: 2 }))).toBe(false)
    expect(itemId(place).equals(itemId({ ...place, stream: '370100/p-other' }))).toBe(false)
    expect(itemValue('upsert', hash('a')).equals(itemValue('withdraw', hash('a')))).toBe(false)
    expect(() => itemValue('delete', hash('a'))).toThrow(RangeError)
  })
})

describe('hostile answers', () => {
  const here = memorySource(Array.from({ length: 100 }, (_, number) => item(number)))
  const told = (answers: readonly RangeStatement[]) => compareSets(here, async () => answers)

  it('are refused when they speak of what was not asked', async () => {
    const queue = [[{ range: '', children: [] }], [{ range: '2027-01', items: [] }]] as RangeStatement[][]
    await expect(compareSets(here, async () => queue.shift() ?? [])).rejects.toThrow(ReconcileError)
  })

  it('are refused when they go in circles, name no range, or put an item where it does not belong', async () => {
    await expect(told([{ range: '', children: [] }])).rejects.toThrow(ReconcileError)
    await expect(told([{ range: '', children: [['../x', 1, hash('a')]] }])).rejects.toThrow(ReconcileError)
    await expect(
      told([{ range: '2026-09/TBProjectInfo/0', items: [{ id: Buffer.alloc(32, 0xff), value: itemValue('upsert', hash('a')) }] }]),
    ).rejects.toThrow(ReconcileError)
  })

  it('names of ranges are read strictly', () => {
    expect(parseRange('2026-09/TBProjectInfo/0a')).toEqual({ period: '2026-09', entity: 'TBProjectInfo', digits: '0a' })
    for (const bad of ['2026', '2026-13', '2026-09/', '2026-09/TB/xyz', '/', '2026-09/TB/0A', `2026-09/TB/${'0'.repeat(65)}`])
      expect(parseRange(bad)).toBeNull()
  })
})
