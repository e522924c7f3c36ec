import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Caller, continueSubmission } from '../src/index.ts'
import { contract } from './two-tiers.ts'
import { enrol, openTestHub, project, receiptOf, responsible, submitBytes, type TestHub, upsert } from './test-hub.ts'

let node: TestHub
let city: Caller
beforeAll(async () => {
  node = await openTestHub()
  city = await enrol(node.hub)
})
afterAll(() => node.close())

describe('parts that share a transaction', () => {
  /** Lines of 10 KB, a hundred a part, each with the name that its record is to have. */
  const body = (records: readonly (readonly [key: number, name: string])[]): Buffer =>
    Buffer.from(
      [
        { id: randomUUID(), standard: '2018', responsible },
        ...records.map(([key, name]) => upsert('TBProjectInfo', `T-${key}`, project(key, { PrjName: name }))),
      ]
        .map((line) => `${JSON.stringify(line).padEnd(10_000)}\n`)
        .join(''),
    )
  const names = async (from: number, to: number): Promise<Map<string, string[]>> => {
    const { rows } = await node.database.pool.query(
      `select v.source_id, array_agg(v.open_text::jsonb ->> 'PrjName' order by v.n) as names, array_agg(v.n order by v.n) as places
       from version v where v.source_id = any($1::text[]) group by v.source_id`,
      [Array.from({ length: to - from }, (_, at) => `T-${from + at}`)],
    )
    for (const row of rows) expect(row.places).toEqual(row.names.map((_: string, at: number) => at + 1))
    return new Map(rows.map((row) => [row.source_id, row.names]))
  }

  it('see what the part before them has just written: a key that comes again in each gets its versions in the order of the body', async () => {
    const records = Array.from({ length: 700 }, (_, at) => [500_000 + (at % 45), `第${at}次`] as const)
    const answer = await submitBytes(node.hub, city, body(records), { ndjson: true })
    expect(answer.kind).toBe('receipt')
    const found = await names(500_000, 500_045)
    expect(found.size).toBe(45)
    for (const [key, list] of found) expect(list).toEqual(records.filter(([number]) => `T-${number}` === key).map(([, name]) => name))
  })

  it('are stored whole when two submissions meet over the same keys in opposite order', async () => {
    const keys = Array.from({ length: 450 }, (_, at) => 600_000 + at)
    const [there, back] = ['去', '回'].map((word, at) => body((at === 0 ? keys : keys.toReversed()).map((key) => [key, `${key}${word}`])))
    const other = { ...node.hub, onPending: () => undefined }
    const answers = await Promise.all([
      submitBytes(node.hub, city, there as Buffer, { ndjson: true }),
      submitBytes(other, city, back as Buffer, { ndjson: true }),
    ])
    expect(answers.map((answer) => answer.kind)).toEqual(['receipt', 'receipt'])
    const found = await names(600_000, 600_450)
    for (const key of keys) expect(found.get(`T-${key}`)?.toSorted()).toEqual([`${key}去`, `${key}回`].toSorted())
  })

  it('do not wait for a connection that waits for them, when there are more submissions than connections', async () => {
    const bodies = Array.from({ length: 14 }, (_, at) =>
      body(Array.from({ length: 120 }, (_, line) => [700_000 + at * 200 + line, '示例'])),
    )
    const answers = await Promise.all(bodies.map((bytes) => submitBytes(node.hub, city, bytes, { ndjson: true })))
    expect(answers.map((answer) => answer.kind)).toEqual(bodies.map(() => 'receipt'))
  })
})

describe('a transaction that begins while the one before it is being committed', () => {
  const filler = (key: number) => upsert('TBProjectInfo', `F-${key}`, project(key))
  /** About a hundred lines a part, four parts a transaction. */
  const body = (records: readonly unknown[]): Buffer =>
    Buffer.from(
      [{ id: randomUUID(), standard: '2018', responsible }, ...records].map((line) => `${JSON.stringify(line).padEnd(10_000)}\n`).join(''),
    )
  const fillers = (from: number, count: number) => Array.from({ length: count }, (_, at) => filler(from + at))
  // Whatever the disk does: a commit takes long here, so that the next transaction has looked before it ends.
  beforeAll(async () => {
    await node.database.pool.query(`
      create function slow_commit() returns trigger language plpgsql as $$ begin perform pg_sleep(0.5); return null; end $$;
      create constraint trigger slow_commit after insert on part deferrable initially deferred for each row when (new.part_no % 4 = 3) execute function slow_commit()`)
  })
  afterAll(async () => {
    await node.database.pool.query('drop trigger slow_commit on part')
  })

  it('finds a parent that the one before it brings', async () => {
    // Wherever one transaction ends, the child of a record before that comes after it.
    const records = Array.from({ length: 450 }, (_, at) => [
      filler(800_001 + at),
      upsert('TBContractRecordManage', `C-${at}`, contract(800_000 + at)),
    ])
    const answer = await submitBytes(node.hub, city, body([filler(800_000), ...records.flat()]), { ndjson: true })
    expect(receiptOf(answer).counts).toMatchObject({ accepted: 901, held: 0 })
  })

  it('goes on with streams that the one before it begins', async () => {
    const keys = Array.from({ length: 900 }, (_, at) => 880_000 + (at % 450))
    const records = keys.map((key, at) => upsert('TBProjectInfo', `F-${key}`, project(key, { PrjName: `第${at}次（合成）` })))
    const answer = await submitBytes(node.hub, city, body(records), { ndjson: true })
    expect(receiptOf(answer).counts).toMatchObject({ accepted: 900 })
    const { rows } = await node.database.pool.query<{ names: string[]; places: number[] }>(
      `select array_agg(open_text::jsonb ->> 'PrjName' order by n) as names, array_agg(n order by n) as places
       from version where source_id = any($1::text[]) group by source_id order by source_id`,
      [[...new Set(keys)].map((key) => `F-${key}`)],
    )
    expect(rows.map((row) => row.names)).toEqual(Array.from({ length: 450 }, (_, at) => [`第${at}次（合成）`, `第${at + 450}次（合成）`]))
    expect(new Set(rows.map((row) => row.places.join()))).toEqual(new Set(['1,2']))
  })

  it('is undone with the one before it when the server undoes that one at its end, and both are stored once', async () => {
    const keys = Array.from({ length: 900 }, (_, at) => 840_000 + (at % 300))
    await submitBytes(node.hub, city, body(keys.slice(0, 300).map(filler)), { ndjson: true })
    await node.database.pool.query(`
      create sequence undone_once;
      create function undo_once() returns trigger language plpgsql as $$ begin
        if nextval('undone_once') = 1 then perform pg_sleep(0.3); raise exception 'chosen' using errcode = '40P01'; end if; return null; end $$;
      create constraint trigger undo_once after insert on part deferrable initially deferred for each row when (new.part_no = 1) execute function undo_once()`)
    try {
      // Each transaction locks streams of the one behind it.
      const changed = keys.map((key, at) => upsert('TBProjectInfo', `F-${key}`, project(key, { PrjName: `第${at}次` })))
      const answer = await submitBytes(node.hub, city, body(changed), { ndjson: true })
      expect(receiptOf(answer).counts).toMatchObject({ accepted: 900 })
      const { rows } = await node.database.pool.query(`select last_value::int as times from undone_once`)
      expect(rows[0].times).toBeGreaterThan(1)
      const { rows: streams } = await node.database.pool.query(
        `select count(*)::int as versions, count(distinct n)::int as places from version where source_id like 'F-840%' group by source_id`,
      )
      expect(new Set(streams.map((row) => JSON.stringify(row)))).toEqual(new Set([JSON.stringify({ versions: 4, places: 4 })]))
    } finally {
      await node.database.pool.query('drop trigger undo_once on part')
    }
  })

  it('is undone when the one before it does not end well, and all of it is stored once by whoever goes on', async () => {
    const answer = await submitBytes(node.hub, city, body(fillers(820_000, 900)), { ndjson: true, respondAsync: true })
    const { submissionNo } = answer as { submissionNo: number }
    const dying = {
      ...node.hub,
      onPending: () => {
        throw new Error('killed after its first transaction')
      },
    }
    await expect(continueSubmission(dying, submissionNo)).rejects.toThrow('killed')
    const row = () =>
      node.database.db.selectFrom('submission').selectAll().where('submission_no', '=', submissionNo).executeTakeFirstOrThrow()
    const { rows } = await node.database.pool.query(
      'select max(part_no) as part, sum(record_count)::int as records from part where submission_no = $1',
      [submissionNo],
    )
    expect(rows[0].part).toBe(3)
    expect(await row()).toMatchObject({ state: 'storing', stored_records: rows[0].records })
    expect(await continueSubmission(node.hub, submissionNo)).toBe('finished')
    expect((await row()).counts).toMatchObject({ accepted: 900, unchanged: 0 })
  })
})
