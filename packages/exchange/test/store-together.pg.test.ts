import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Caller, sequenceLog } from '../src/index.ts'
import { enrol, openTestHub, project, receiptOf, submit, type TestHub, upsert } from './test-hub.ts'
import { contract, versionsOf } from './two-tiers.ts'

let node: TestHub
let writers: Caller[]
beforeEach(async () => {
  node = await openTestHub({ name: '370100', region: '370100', tier: 'municipal', poolMax: 8 })
  writers = [await enrol(node.hub, 'p-one'), await enrol(node.hub, 'p-two'), await enrol(node.hub, 'p-three')]
})
afterEach(() => node.close())

const push = (writer: Caller | undefined, sequence: number, more: { name?: string; id?: string } = {}) =>
  submit(
    node.hub,
    writer as Caller,
    [upsert('TBProjectInfo', `XM-${sequence}`, project(sequence, more.name === undefined ? {} : { PrjName: more.name }))],
    more.id === undefined ? {} : { id: more.id },
  )

/** In how many transactions the parts were written. */
const transactions = async () => {
  const { rows } = await sql<{ transactions: number; parts: number }>`
    select count(distinct xmin::text)::int4 as transactions, count(*)::int4 as parts from part`.execute(node.database.db)
  return rows[0] as { transactions: number; parts: number }
}

describe('small submissions that come together', () => {
  it('share transactions, and each has a part, an entry and a receipt of its own', async () => {
    const answers = await Promise.all(Array.from({ length: 40 }, (_, at) => push(writers[at % 3], at)))
    const receipts = answers.map(receiptOf)
    expect(receipts.every((one) => one.outcome === 'accepted' && one.records.length === 1 && one.parts.length === 1)).toBe(true)
    const { transactions: shared, parts } = await transactions()
    expect(parts).toBe(40)
    expect(shared).toBeLessThan(20)
    expect(await sequenceLog(node.hub).then((list) => list.filter((one) => one.kind === 'part'))).toHaveLength(40)
    // The root in each entry is that of its own receipt.
    const { rows } = await sql<{ id: string; root: string }>`
      select s.id, e.body::jsonb ->> 'root' as root from log_entry e join part p using (part_id) join submission s using (submission_no)`.execute(
      node.database.db,
    )
    const roots = new Map(
      answers
        .map((one) => JSON.parse((one as { receipt: Buffer }).receipt.toString()))
        .map((one) => [one.submission.id, one.parts[0].root]),
    )
    expect(new Map(rows.map((row) => [row.id, row.root]))).toEqual(roots)
  })

  it('meet in one key: the versions follow each other, none is lost and none comes twice', async () => {
    // Streams that are there already: nothing that the database refuses keeps two of a key out of one group.
    for (let key = 0; key < 4; key += 1) await push(writers[0], key)
    const answers = await Promise.all(Array.from({ length: 30 }, (_, at) => push(writers[0], at % 4, { name: `第 ${at} 稿（合成）` })))
    const told = answers.map(receiptOf).map((one, at) => `${at % 4}/${one.records[0]?.version}`)
    expect(new Set(told).size).toBe(30)
    const held = await versionsOf(node.hub)
    expect(held).toHaveLength(34)
    for (const list of Map.groupBy(held, (one) => one.record_id).values())
      expect(list.map((one) => one.n).toSorted((a, b) => a - b)).toEqual(list.map((_, at) => at + 1))
  })

  it('one id that is sent several times at once is stored once and has one receipt, and its neighbours have theirs', async () => {
    const id = randomUUID()
    const answers = await Promise.all([
      ...Array.from({ length: 6 }, () => push(writers[0], 7, { id })),
      ...Array.from({ length: 12 }, (_, at) => push(writers[1], 20 + at)),
    ])
    const own = answers.slice(0, 6).map((one) => (one as { receipt: Buffer }).receipt.toString())
    expect(new Set(own).size).toBe(1)
    expect(answers.slice(0, 6).filter((one) => one.kind === 'receipt' && !one.known)).toHaveLength(1)
    expect(answers.slice(6).map((one) => receiptOf(one).outcome)).toEqual(Array.from({ length: 12 }, () => 'accepted'))
    expect(await versionsOf(node.hub)).toHaveLength(13)
  })

  it('children wait for a parent that came with them, and count when it does', async () => {
    const parent = push(writers[0], 1)
    const children = Array.from({ length: 5 }, (_, at) =>
      submit(node.hub, writers[1] as Caller, [
        upsert(
          'TBContractRecordManage',
          `HT-${at}`,
          contract(1, { RecordNum: `${(project(1) as { PrjNum: string }).PrjNum}-HZ-00${at + 1}` }),
        ),
      ]),
    )
    const told = (await Promise.all([parent, ...children])).map((one) => receiptOf(one).outcome)
    expect(told[0]).toBe('accepted')
    // Whoever was stored in the parent's transaction, or before it, does not find it yet.
    expect(new Set(told.slice(1)).isSubsetOf(new Set(['held', 'accepted']))).toBe(true)
  })

  it('do not wait for a record of one of them that somebody else holds', async () => {
    await push(writers[0], 1)
    let release = () => {}
    const locked = node.database.db.transaction().execute(async (trx) => {
      await sql`select 1 from stream for update`.execute(trx)
      await new Promise<void>((done) => (release = done))
    })
    const others = await (async () => {
      const first = push(writers[1], 49)
      const kept = push(writers[0], 1, { name: '改名花园（合成）' })
      return { kept, told: await Promise.all([first, ...Array.from({ length: 9 }, (_, at) => push(writers[1], 50 + at))]) }
    })()
    expect(others.told.map((one) => receiptOf(one).outcome)).toEqual(Array.from({ length: 10 }, () => 'accepted'))
    release()
    await locked
    expect(receiptOf(await others.kept).records[0]?.version).toBe(2)
  })
})
