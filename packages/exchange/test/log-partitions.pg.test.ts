import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { loadDatabase, migrationsDirectory, saveDatabase } from '@huijiao/database'
import { createTestDatabase, type TestDatabase } from '@huijiao/testing'
import { type Kysely, sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { keepLogPartitions, logPartitions, partitionEntries, sequenceLog } from '../src/index.ts'
import { enrol, openTestHub, project, submit, type TestHub, upsert } from './test-hub.ts'

const insert = {
  name: 'enter',
  text: `insert into log_entry (index, kind, instant, part_id, leaf, leaf_hash) select $1::int8, 'part', '2026-09-01', $1::int8, 'leaf ' || $1::int8, '\\x00'`,
}
const read = { name: 'read', text: 'select index, leaf from log_entry where index >= $1::int8 and index < $2::int8 order by index' }

describe('the step that partitions the log', () => {
  const step = '20261122T1801_partition_log.ts'
  let database: TestDatabase
  beforeAll(async () => {
    database = await createTestDatabase({ empty: true, poolMax: 6 })
    for (const name of (await readdir(migrationsDirectory)).toSorted()) if (name < step) await up(name)
  })
  afterAll(() => database.drop())

  async function up(name: string): Promise<void> {
    const { up: run } = (await import(pathToFileURL(join(migrationsDirectory, name)).href)) as {
      up: (db: Kysely<unknown>) => Promise<void>
    }
    await database.db.transaction().execute((trx) => run(trx as unknown as Kysely<unknown>))
  }

  it('moves no row, and a program that writes and reads with statements prepared before it goes on through it', async () => {
    const writer = await database.pool.connect()
    let [next, over] = [0, false]
    const enter = async () => {
      await writer.query({ ...insert, values: [next] })
      next += 1
    }
    while (next < 2000) await enter()
    const file = async (name: string) =>
      (await database.pool.query(`select pg_relation_filenode('${name}') as node`)).rows[0].node as number
    const before = await file('log_entry')
    const seen: number[] = []
    const serving = (async () => {
      while (!over) {
        await enter()
        seen.push((await writer.query({ ...read, values: [next - 3, next] })).rows.length)
      }
      for (let more = 0; more < 5; more++) await enter()
    })()
    await up(step)
    over = true
    await serving
    writer.release()
    expect(new Set(seen)).toEqual(new Set([3]))
    expect(await file('log_entry_0')).toBe(before)
    expect(await logPartitions(database.db)).toEqual([{ name: 'log_entry_0', from: 0, to: partitionEntries }])
    const { rows } = await database.pool.query(
      'select count(*)::int4 as n, max(index)::int4 as last, count(distinct tableoid)::int4 as tables from log_entry',
    )
    expect(rows).toEqual([{ n: next, last: next - 1, tables: 1 }])
    const indexes = await database.pool.query(`select count(*)::int4 as n from pg_index where indrelid = 'log_entry_0'::regclass`)
    expect(indexes.rows).toEqual([{ n: 5 }])
    await expect(database.pool.query({ text: insert.text, values: [7] })).rejects.toThrow(/duplicate key/)
  })
})

describe('partitions of the log', () => {
  let node: TestHub
  let dir: string
  beforeAll(async () => {
    node = await openTestHub()
    dir = await mkdtemp(join(tmpdir(), 'huijiao-partitions-'))
    const vendor = await enrol(node.hub)
    for (const at of [1, 2]) await submit(node.hub, vendor, [upsert('TBProjectInfo', `XM-${at}`, project(at))])
    await sequenceLog(node.hub)
  })
  afterAll(async () => {
    await node.close()
    await rm(dir, { recursive: true, force: true })
  })
  const size = async () =>
    (await sql<{ n: number }>`select count(*)::int4 as n from log_entry`.execute(node.database.db)).rows[0]?.n as number
  const placesOf = async (from: number) =>
    (
      await sql<{ place: string }>`select tableoid::regclass::text as place from log_entry where index >= ${from} order by index`.execute(
        node.database.db,
      )
    ).rows.map((row) => row.place)
  const enter = (index: number) => node.database.pool.query({ text: insert.text, values: [index] })

  it('are made ahead when half of the last one is used, once whoever asks, and take what had strayed meanwhile', async () => {
    const half = partitionEntries / 2
    expect(await keepLogPartitions(node.hub, half - 1)).toBeNull()
    await enter(partitionEntries + 5)
    expect(await placesOf(partitionEntries)).toEqual(['log_entry_rest'])
    const made = await Promise.all([keepLogPartitions(node.hub, half), keepLogPartitions(node.hub, half)])
    const next = { name: `log_entry_${partitionEntries}`, from: partitionEntries, to: 2 * partitionEntries }
    expect(made.filter((one) => one !== null)).toEqual([next])
    expect(await placesOf(partitionEntries)).toEqual([next.name])
    expect(await keepLogPartitions(node.hub, half)).toBeNull()
    expect((await keepLogPartitions(node.hub, partitionEntries + half))?.from).toBe(2 * partitionEntries)
  })

  it('are not made while somebody holds the log for long, who then is not in the way of others either', async () => {
    const holder = await node.database.pool.connect()
    await holder.query('begin')
    await holder.query('select 1 from log_entry_rest')
    await expect(keepLogPartitions(node.hub, 3 * partitionEntries)).rejects.toMatchObject({ code: '55P03' })
    await holder.query('rollback')
    holder.release()
    expect((await keepLogPartitions(node.hub, 3 * partitionEntries))?.from).toBe(3 * partitionEntries)
  })

  it('are left out at run time when a statement planned for any index reads a stretch', async () => {
    const client = await node.database.pool.connect()
    await client.query('set plan_cache_mode = force_generic_plan')
    await client.query(`prepare stretch as ${read.text}`)
    const plan = async (from: number, to: number) =>
      (await client.query<{ 'QUERY PLAN': string }>(`explain execute stretch (${from}, ${to})`)).rows
        .map((row) => row['QUERY PLAN'])
        .join('\n')
    const early = await plan(0, 10)
    expect(early).toMatch(/Subplans Removed: \d/)
    expect(early).toContain('log_entry_0')
    expect(early).not.toContain(`log_entry_${partitionEntries} `)
    expect(await plan(partitionEntries + 1, partitionEntries + 9)).toContain(`log_entry_${partitionEntries} `)
    client.release(true)
  })

  it('are saved and loaded as they are', async () => {
    const { saved } = await saveDatabase(node.database.url, join(dir, 'saved'), () => Promise.resolve(null))
    const other = await createTestDatabase({ empty: true })
    try {
      await loadDatabase(other.url, join(dir, 'saved'), saved)
      expect(await logPartitions(other.db)).toEqual(await logPartitions(node.database.db))
      const rows = 'select index, kind, instant, leaf, body, tableoid::regclass::text as place from log_entry order by index'
      expect((await other.pool.query(rows)).rows).toEqual((await node.database.pool.query(rows)).rows)
      expect(await size()).toBe((await other.pool.query(rows)).rows.length)
    } finally {
      await other.drop()
    }
  })
})
