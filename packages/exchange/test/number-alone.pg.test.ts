import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { leafHash, rootFromTiles, treeRoot } from '@huijiao/merkle'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Caller, numberWithStoring, readTile, type SequencedEntry, sequenceLog, sequencedHead } from '../src/index.ts'
import { addPendingEntry, readLogHead } from '../src/log.ts'
import { logTip } from '../src/log-tip.ts'
import { buildBody } from '../src/delivery-body.ts'
import { nextDelivery } from '../src/next-delivery.ts'
import { enrol, openTestHub, project, receiptOf, submit, type TestHub, upsert } from './test-hub.ts'
import { forwardAll, openTiers, type Tiers, versionsOf } from './two-tiers.ts'

let node: TestHub
let city: Caller
let told: SequencedEntry[]
const push = (sequence: number, id: string = randomUUID()) =>
  submit(node.hub, city, [upsert('TBProjectInfo', `XM-${sequence}`, project(sequence))], { id })
const waiting = async () => (await node.database.db.selectFrom('log_pending').select(['kind', 'part_id']).execute()).length
const entries = () =>
  node.database.db.selectFrom('log_entry').select(['index', 'kind', 'part_id', 'leaf', 'leaf_hash']).orderBy('index').execute()

/** The log is dense, its hashes are those of its leaves, and its checkpoint and tiles are those of its hashes. */
async function expectSoundLog(hub = node.hub): Promise<void> {
  const rows = await hub.db.selectFrom('log_entry').select(['index', 'leaf', 'leaf_hash']).orderBy('index').execute()
  expect(rows.map((row) => row.index)).toEqual(rows.map((_, at) => at))
  for (const row of rows) expect(row.leaf_hash.equals(leafHash(row.leaf))).toBe(true)
  const head = await readLogHead(hub.db)
  expect(head?.size).toBe(rows.length)
  expect(head?.root.equals(treeRoot(rows.map((row) => row.leaf_hash)))).toBe(true)
  const read = async (level: number, index: number, width: number) => (await readTile(hub.db, level, index, width)) as Buffer
  expect((await rootFromTiles(rows.length, read)).equals(head?.root as Buffer)).toBe(true)
}

describe('a submission that comes alone to a node that hands records on', () => {
  beforeEach(async () => {
    node = await openTestHub()
    city = await enrol(node.hub)
    await sequenceLog(node.hub)
    told = []
    numberWithStoring(node.hub, { may: () => true, numbered: (list) => void told.push(...list) })
  })
  afterEach(() => node.close())

  it('is numbered by the transaction that stores it, and goes into the same log as all others', async () => {
    const before = (await entries()).length
    for (let sequence = 0; sequence < 3; sequence += 1) await push(sequence)
    expect(await waiting()).toBe(0)
    expect(told).toEqual([0, 1, 2].map((at) => ({ index: before + at, kind: 'part' })))
    expect(sequencedHead(node.hub)?.size).toBe(before + 3)
    await expectSoundLog()
    const parts = await node.database.db.selectFrom('part').select('part_id').orderBy('part_id').execute()
    expect((await entries()).slice(before).map((row) => row.part_id)).toEqual(parts.map((row) => row.part_id))
  })

  it('leaves whole tiles behind it, where one begins and where one ends', async () => {
    const size = (await entries()).length
    // Up to the place before the first tile is full.
    await node.database.db.transaction().execute(async (trx) => {
      for (let at = size; at < 254; at += 1)
        await addPendingEntry(trx, { kind: 'policy', instant: node.clock.now(), actor: 'operator:test', body: { at } })
    })
    await sequenceLog(node.hub)
    for (let sequence = 0; sequence < 5; sequence += 1) await push(sequence)
    expect(told.map((entry) => entry.index)).toEqual([254, 255, 256, 257, 258])
    await expectSoundLog()
  })

  it('has one receipt, byte for byte, and one entry, however often it is sent', async () => {
    const id = randomUUID()
    const [first, again] = [await push(7, id), await push(7, id)]
    expect(again).toMatchObject({ kind: 'receipt', known: true })
    expect((again as { receipt: Buffer }).receipt.equals((first as { receipt: Buffer }).receipt)).toBe(true)
    expect(told).toHaveLength(1)
    expect((await entries()).filter((row) => row.kind === 'part')).toHaveLength(1)
  })

  it('waits for its number like any other behind what has to be numbered before it', async () => {
    await node.database.db
      .transaction()
      .execute((trx) => addPendingEntry(trx, { kind: 'policy', instant: node.clock.now(), actor: 'operator:test', body: {} }))
    expect(receiptOf(await push(1)).outcome).toBe('accepted')
    expect(told).toEqual([])
    expect(await waiting()).toBe(2)
    await sequenceLog(node.hub)
    expect((await entries()).slice(-2).map((row) => row.kind)).toEqual(['policy', 'part'])
    await expectSoundLog()
  })

  it('goes before entries that tell of no version', async () => {
    await node.database.db
      .transaction()
      .execute((trx) => addPendingEntry(trx, { kind: 'delivery', instant: node.clock.now(), actor: 'node', subject: '370000', body: {} }))
    await push(1)
    expect(told).toHaveLength(1)
    await sequenceLog(node.hub)
    expect((await entries()).slice(-2).map((row) => row.kind)).toEqual(['part', 'delivery'])
    await expectSoundLog()
  })

  it('is stored and waits where another process has gone on with the log', async () => {
    // As another process would: what this one knows of the log’s end is not touched.
    const other = { ...node.hub, node: { ...node.hub.node } }
    await submit(other, city, [upsert('TBProjectInfo', 'XM-1', project(1))])
    await sequenceLog(other)
    expect(receiptOf(await push(2)).outcome).toBe('accepted')
    expect(told).toEqual([])
    expect(await waiting()).toBe(1)
    await sequenceLog(node.hub)
    await expectSoundLog()
    expect(await versionsOf(node.hub)).toHaveLength(2)
  })

  it('is not signed for where somebody else holds the name, or another epoch or key is in force', async () => {
    for (const [column, value] of [
      ['refusal', sql`'{"why":"fork","by":"370000","since":"2026-01-01T00:00:00Z"}'`],
      ['epoch_id', sql`'feedfeedfeedfeed'`],
      ['signing_key_id', sql`'370100-9'`],
    ] as const) {
      const own = await openTestHub()
      try {
        const caller = await enrol(own.hub)
        await sequenceLog(own.hub)
        numberWithStoring(own.hub, { may: () => true, numbered: () => expect.unreachable() })
        await sql`update node set ${sql.ref(column)} = ${value}`.execute(own.database.db)
        const size = (await readLogHead(own.hub.db))?.size
        expect(receiptOf(await submit(own.hub, caller, [upsert('TBProjectInfo', 'XM-1', project(1))])).outcome).toBe('accepted')
        expect((await readLogHead(own.hub.db))?.size, column).toBe(size)
        expect(await own.database.db.selectFrom('log_pending').select('kind').execute(), column).toEqual([{ kind: 'part' }])
      } finally {
        await own.close()
      }
    }
  })

  it('shares a log without gap with many that come at once, in the order of every stream', async () => {
    const writers = [city, await enrol(node.hub, 'p-two')]
    await sequenceLog(node.hub)
    let running = true
    const sequencer = (async () => {
      while (running) {
        await sequenceLog(node.hub)
        await delay(4)
      }
    })()
    for (let round = 0; round < 12; round += 1) {
      // One alone, then several for the same keys together.
      await push(round % 3)
      await Promise.all(
        writers.flatMap((writer) =>
          [0, 1, 2].map((key) =>
            submit(node.hub, writer, [upsert('TBProjectInfo', `XM-${key}`, project(key, { PrjName: `第 ${round} 稿（合成）` }))]),
          ),
        ),
      )
    }
    running = false
    await sequencer
    await sequenceLog(node.hub)
    await delay(300) // whoever met another one leaves it to the sequencer for a while
    for (let round = 0; round < 3; round += 1)
      await submit(node.hub, city, [upsert('TBProjectInfo', `XM-${round}`, project(round, { PrjName: '末稿（合成）' }))])
    await sequenceLog(node.hub)
    await expectSoundLog()
    expect(told.length).toBeGreaterThanOrEqual(3)
    const { rows } = await sql<{ stream: string; n: number }>`
      select encode(v.key_digest, 'hex') || '/' || v.source_no as stream, v.n from version v join log_entry e using (part_id)
      order by v.key_digest, v.source_no, e.index, v.ordinal`.execute(node.database.db)
    for (const list of Map.groupBy(rows, (row) => row.stream).values())
      expect(list.map((row) => row.n)).toEqual(list.map((_, at) => at + 1))
  })
})

describe('a link that takes what this process has just numbered', () => {
  let tiers: Tiers
  beforeEach(async () => {
    tiers = await openTiers()
    city = await enrol(tiers.lower.hub)
    await forwardAll(tiers.lower.hub, tiers.linkNo, tiers.send)
  })
  afterEach(() => tiers.close())

  it('makes the very bytes that are made again from what is stored', async () => {
    const { lower, linkNo, send } = tiers
    for (let round = 0; round < 3; round += 1) {
      for (const sequence of [round, 40 + round])
        await submit(lower.hub, city, [upsert('TBProjectInfo', `XM-${sequence}`, project(sequence))])
      await sequenceLog(lower.hub)
      expect(
        logTip(lower.hub)
          ?.entries.slice(-2)
          .map((entry) => entry.kind),
      ).toEqual(['part', 'part'])
      const next = await nextDelivery(lower.hub, linkNo)
      if (next.kind !== 'open' || next.body === null) throw new Error(`no new delivery but ${next.kind}`)
      const { delivery } = next
      const facts = {
        ...{ number: delivery.number, items: delivery.items, checkpointSize: delivery.checkpoint_size },
        ...{ createdAt: delivery.created_at, sealed: next.link.sealed },
      }
      expect((await buildBody(lower.hub, lower.hub.db, facts)).bytes.equals(next.body.bytes)).toBe(true)
      expect(delivery.record_count).toBe(2)
      await forwardAll(lower.hub, linkNo, send)
    }
    expect(await versionsOf(tiers.upper.hub)).toEqual(await versionsOf(lower.hub))
  })

  it('goes by the database where the link stands elsewhere than it was left, or something else is behind it', async () => {
    const { lower, linkNo, send } = tiers
    await submit(lower.hub, city, [upsert('TBProjectInfo', 'XM-1', project(1))])
    await forwardAll(lower.hub, linkNo, send)
    await submit(lower.hub, city, [upsert('TBProjectInfo', 'XM-2', project(2))])
    await sequenceLog(lower.hub)
    // Another process of the node has put the link back to its beginning.
    await lower.hub.db.updateTable('link').set({ cursor: 0 }).execute()
    const next = await nextDelivery(lower.hub, linkNo)
    expect(next.kind === 'open' && next.delivery.record_count).toBe(2)
    await forwardAll(lower.hub, linkNo, send)
    expect(await versionsOf(tiers.upper.hub)).toEqual(await versionsOf(lower.hub))
  })
})
