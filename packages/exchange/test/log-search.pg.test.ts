import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addPendingEntry, type Caller, type EntryFilter, noteEntryEntities, resolveHeld, searchLog, sequenceLog } from '../src/index.ts'
import { enrol, openTestHub, project, receiptOf, submit, type TestHub, upsert } from './test-hub.ts'
import { contract } from './two-tiers.ts'

let node: TestHub
let city: Caller
beforeAll(async () => {
  node = await openTestHub()
  city = await enrol(node.hub)
})
afterAll(() => node.close())

const projects = (...sequences: number[]) => sequences.map((one) => upsert('TBProjectInfo', `P-${one}`, project(one)))
const contracts = (...sequences: number[]) => sequences.map((one) => upsert('TBContractRecordManage', `H-${one}`, contract(one)))

/** Every entry that a filter means, page by page. */
async function pagesOf(filter: Omit<EntryFilter, 'limit'>, limit: number): Promise<number[]> {
  const found: number[] = []
  for (let before: number | undefined; ;) {
    const rows = await searchLog(node.hub.db, { ...filter, limit, ...(before === undefined ? {} : { before }) })
    found.push(...rows.map((row) => row.index))
    before = rows.at(-1)?.index
    if (rows.length < limit || before === undefined) return found
  }
}

describe('a search of the log for one table', () => {
  it('finds the same entries, newest first, on pages of any length, whether a reader has noted their tables yet or not', async () => {
    const { hub } = node
    const tables: string[][] = []
    const store = async (records: { entity: string }[]) => {
      receiptOf(await submit(hub, city, records))
      tables.push([...new Set(records.map((one) => one.entity))])
      await sequenceLog(hub)
    }
    for (let at = 0; at < 6; at += 1) {
      await store(projects(10 + 2 * at))
      await store(at % 2 === 0 ? contracts(10 + 2 * at) : [...projects(11 + 2 * at), ...contracts(10 + 2 * at)])
      // Half of the log is noted, half of it not.
      if (at === 2) while (await noteEntryEntities(hub)) continue
    }
    const parts = await pagesOf({ kind: 'part' }, 50)
    expect(parts).toHaveLength(tables.length)
    const meant = (entity: string) => parts.filter((_, at) => tables.toReversed()[at]?.includes(entity))
    const filters = fc.record({
      entity: fc.constantFrom('TBProjectInfo', 'TBContractRecordManage', 'TBTenderInfo'),
      limit: fc.integer({ min: 1, max: 7 }),
    })
    const holds = () =>
      fc.assert(
        fc.asyncProperty(filters, async ({ entity, limit }) => {
          expect(await pagesOf({ entity }, limit)).toEqual(meant(entity))
          expect(await pagesOf({ entity, actor: 'nobody' }, limit)).toEqual([])
        }),
        { numRuns: 15 },
      )
    await holds()
    while (await noteEntryEntities(hub)) continue
    await holds()
  })
})

describe('the reader that releases held records', () => {
  it('leaves behind what the log held while nothing waited, and sees what waits from then on', async () => {
    const { hub } = node
    while (await resolveHeld(hub)) continue
    await hub.db.transaction().execute(async (trx) => {
      for (let at = 0; at < 300; at += 1)
        await addPendingEntry(trx, { kind: 'link', instant: hub.clock.now(), actor: 'node', body: { at } })
    })
    await sequenceLog(hub)
    expect(await resolveHeld(hub)).toBe(false)
    const { size } = await hub.db.selectFrom('log_checkpoint').select('size').orderBy('size', 'desc').limit(1).executeTakeFirstOrThrow()
    const { cursor } = await hub.db.selectFrom('reader').select('cursor').where('name', '=', 'held').executeTakeFirstOrThrow()
    expect(cursor).toBe(size)
    expect(receiptOf(await submit(hub, city, contracts(90))).records?.[0]).toMatchObject({ outcome: 'held' })
    await submit(hub, city, projects(90))
    await sequenceLog(hub)
    while (await resolveHeld(hub)) await sequenceLog(hub)
    expect(await hub.db.selectFrom('held').selectAll().execute()).toEqual([])
  })
})
