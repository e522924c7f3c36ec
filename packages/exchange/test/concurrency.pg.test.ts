import { setTimeout as delay } from 'node:timers/promises'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Caller, sequenceLog } from '../src/index.ts'
import { enrol, openTestHub, project, receiptOf, submit, type TestHub, upsert } from './test-hub.ts'

let node: TestHub
let writers: Caller[]
beforeAll(async () => {
  node = await openTestHub({ name: '370100', region: '370100', tier: 'municipal', poolMax: 16 })
  writers = [await enrol(node.hub, 'p-one'), await enrol(node.hub, 'p-two'), await enrol(node.hub, 'p-three')]
})
afterAll(() => node.close())

/** A small generator of its own, so that a failing order can be had again. */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

describe('writers of shared keys at once', () => {
  it('gives every stream its versions in the order of the log, densely and once', async () => {
    const random = seeded(20260901)
    const answers: { outcome: string; n: number | undefined; key: string; writer: string }[] = []
    const submitOne = async (round: number) => {
      const writer = writers[Math.floor(random() * writers.length)] as Caller
      // Few keys, in any order, some twice in one submission: every submission collides with others.
      const picks = Array.from({ length: 12 }, () => Math.floor(random() * 20))
      const records = picks.map((key, at) => upsert('TBProjectInfo', `K-${key}`, project(key, { PrjName: `第 ${round}-${at} 稿（合成）` })))
      const receipt = receiptOf(await submit(node.hub, writer, records))
      for (const one of receipt.records)
        answers.push({ outcome: one.outcome, n: one.version, key: String(picks[one.index]), writer: writer.participantId })
    }
    let running = true
    const sequencers = [0, 1].map(async () => {
      while (running) {
        await sequenceLog(node.hub)
        await delay(5)
      }
    })
    const rounds = Array.from({ length: 150 }, (_, round) => round)
    await Promise.all(
      Array.from({ length: 12 }, async () => {
        for (let round = rounds.shift(); round !== undefined; round = rounds.shift()) await submitOne(round)
      }),
    )
    running = false
    await Promise.all(sequencers)
    await sequenceLog(node.hub)

    expect(answers.every((one) => one.outcome === 'accepted')).toBe(true)
    const { rows } = await sql<{ key: string; source_no: number; n: number; index: number; ordinal: number }>`
      select encode(v.key_digest, 'hex') as key, v.source_no, v.n, e.index, v.ordinal
      from version v join log_entry e using (part_id) order by v.key_digest, v.source_no, e.index, v.ordinal`.execute(node.database.db)
    expect(rows).toHaveLength(150 * 12)
    const streams = new Map<string, number[]>()
    for (const row of rows) streams.set(`${row.key}/${row.source_no}`, [...(streams.get(`${row.key}/${row.source_no}`) ?? []), row.n])
    expect(streams.size).toBe(60)
    for (const numbers of streams.values()) expect(numbers).toEqual(numbers.map((_, at) => at + 1))

    // Every acknowledged version is there, under the number that was acknowledged, once.
    const acknowledged = answers.map((one) => `${one.writer}/${one.key}/${one.n}`)
    expect(new Set(acknowledged).size).toBe(acknowledged.length)

    // The log is dense, and each stream's head row is its last version.
    const indexes = await node.database.db.selectFrom('log_entry').select('index').orderBy('index').execute()
    expect(indexes.map((row) => row.index)).toEqual(indexes.map((_, at) => at))
    const wrong = await sql`
      select 1 from stream s cross join lateral (
        select v.n, v.part_id, v.ordinal from version v join log_entry e using (part_id)
        where v.key_digest = s.key_digest and v.source_no = s.source_no order by e.index desc, v.ordinal desc limit 1) last
      where (s.n, s.head_part, s.head_ordinal) <> (last.n, last.part_id, last.ordinal)`.execute(node.database.db)
    expect(wrong.rows).toHaveLength(0)
  })

  it('gives one record id to a key that several writers bring at the same instant', async () => {
    const receipts = await Promise.all(writers.map((writer) => submit(node.hub, writer, [upsert('TBProjectInfo', 'Z', project(700))])))
    const ids = receipts.map((answer) => receiptOf(answer).records[0]?.recordId as string)
    const { rows } = await sql<{
      count: number
    }>`select count(distinct key_digest)::int as count from stream where record_id = any(${ids.map((id) => id.slice(2))}::uuid[])`.execute(
      node.database.db,
    )
    expect(rows[0]?.count).toBe(1)
  })
})

describe('more submissions at once than there are connections', () => {
  it('are all stored, right after the start too, when no part has an id yet', async () => {
    const small = await openTestHub({ name: '370100', region: '370100', tier: 'municipal', poolMax: 2 })
    try {
      const writer = await enrol(small.hub)
      const answers = await Promise.all(
        Array.from({ length: 12 }, (_, at) => submit(small.hub, writer, [upsert('TBProjectInfo', `B-${at}`, project(at))])),
      )
      expect(answers.map((answer) => receiptOf(answer).records[0]?.outcome)).toEqual(answers.map(() => 'accepted'))
    } finally {
      await small.close()
    }
  })
})
