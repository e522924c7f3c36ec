import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { loadDatabase, migrationsDirectory, migrationsIn, openDatabase, saveDatabase } from '@huijiao/database'
import { createTestDatabase, type TestDatabase } from '@huijiao/testing'
import type { Kysely } from 'kysely'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import {
  type Caller,
  keepVersionPartitions,
  leastWidth,
  mostWidth,
  readRecord,
  sequenceLog,
  versionHistory,
  versionPartitions,
} from '../src/index.ts'
import { enrol, openTestHub, project, receiptOf, submit, type TestHub, upsert } from './test-hub.ts'

/** A part of a thousand versions, and one of them read by its place. */
const insert = {
  name: 'store',
  text: `insert into version (part_id, ordinal, key_digest, source_no, record_id, entity, operation, epoch, n, release, commitment, open_text, salts, state,
                              reporting_region, record_index)
         select $1::int8, g, int8send($1::int8) || int4send(g), 1, gen_random_uuid(), 'TBProjectInfo', 'upsert', 1, 1, '2018', '\\x00', '{}', '\\x00', 'accepted', '370102', g
         from generate_series(0, 9) as g`,
}
const read = { name: 'read', text: 'select part_id, ordinal from version where part_id = any($1::int8[]) order by part_id, ordinal' }
const border = 2 ** 16

describe('the step that partitions the versions', () => {
  const step = '20261122T2240_partition_version.ts'
  let database: TestDatabase
  beforeEach(async () => {
    database = await createTestDatabase({ empty: true, poolMax: 6 })
    for (const name of (await readdir(migrationsDirectory)).toSorted()) if (name < step) await up(name)
  })
  afterEach(() => database.drop())

  async function up(name: string): Promise<void> {
    const { up: run } = (await import(pathToFileURL(join(migrationsDirectory, name)).href)) as {
      up: (db: Kysely<unknown>) => Promise<void>
    }
    await database.db.transaction().execute((trx) => run(trx as unknown as Kysely<unknown>))
  }
  const ask = async (text: string) => (await database.pool.query(text)).rows

  it('moves no row, and a program that stores and reads with statements prepared before it goes on through it', async () => {
    const writer = await database.pool.connect()
    let [next, over] = [1, false]
    const store = async () => {
      await writer.query({ ...insert, values: [next] })
      next += 1
    }
    while (next < 200) await store()
    const file = async (name: string) => (await ask(`select pg_relation_filenode('${name}') as node`))[0].node as number
    const before = await file('version')
    const seen: number[] = []
    const serving = (async () => {
      while (!over) {
        await store()
        seen.push((await writer.query({ ...read, values: [[next - 2, next - 1]] })).rows.length)
      }
      for (let more = 0; more < 5; more++) await store()
    })()
    await up(step)
    over = true
    await serving
    writer.release()
    expect(new Set(seen)).toEqual(new Set([20]))
    expect(await file('version_0')).toBe(before)
    expect(await versionPartitions(database.db)).toEqual([{ name: 'version_0', from: 0, to: border }])
    expect(
      await ask('select count(*)::int4 as n, max(part_id)::int4 as last, count(distinct tableoid)::int4 as tables from version'),
    ).toEqual([{ n: (next - 1) * 10, last: next - 1, tables: 1 }])
    // The planner knows the whole at once; how partitions are kept is as it was for the whole.
    expect((await ask(`select reltuples >= 1990 as counted from pg_class where oid = 'version'::regclass`))[0].counted).toBe(true)
    const kept = ['autovacuum_vacuum_insert_scale_factor=0.05', 'autovacuum_analyze_scale_factor=0.02']
    expect(await ask(`select reloptions as kept from pg_class where relname in ('version_0', 'version_rest')`)).toEqual([
      { kept },
      { kept },
    ])
    expect(
      await ask(`select attstorage as storage from pg_attribute where attrelid = 'version'::regclass and attname = 'sealed_text'`),
    ).toEqual([{ storage: 'e' }])
    await expect(database.pool.query({ text: insert.text, values: [7] })).rejects.toThrow(/duplicate key/)
  })

  it('takes bounds that an operator had proven before, without waiting, when they leave room, and proves others when they do not', async () => {
    const prove = async (to: number) => {
      await ask(`alter table version add constraint version_bounds check (part_id >= 0 and part_id < ${to}) not valid`)
      await ask('alter table version validate constraint version_bounds')
    }
    await prove(2 ** 33)
    await database.pool.query({ text: insert.text, values: [border + 5] })
    await up(step)
    expect(await versionPartitions(database.db)).toEqual([{ name: 'version_0', from: 0, to: 2 ** 33 }])
    expect(await ask(`select conname from pg_constraint where contype = 'c' and conrelid = 'version_0'::regclass`)).toEqual([])
  })

  it('does not rest on bounds that were not proven, end between borders, or are below what has been given', async () => {
    await ask(`alter table version add constraint version_bounds check (part_id >= 0 and part_id < ${4 * border}) not valid`)
    await ask(`select setval('part_id_seq', ${border + 1})`)
    await up(step)
    expect(await versionPartitions(database.db)).toEqual([{ name: 'version_0', from: 0, to: 2 * border }])
    expect(await ask(`select conname from pg_constraint where contype = 'c' and conrelid = 'version_0'::regclass`)).toEqual([])
  })
})

describe('partitions of the versions', () => {
  let node: TestHub
  let vendor: Caller
  let recordId: string
  let dir: string
  beforeAll(async () => {
    node = await openTestHub()
    dir = await mkdtemp(join(tmpdir(), 'huijiao-versions-'))
    vendor = await enrol(node.hub)
    recordId = receiptOf(await submit(node.hub, vendor, [upsert('TBProjectInfo', 'XM-1', project(1))])).records[0]?.recordId as string
  })
  afterAll(async () => {
    await node.close()
    await rm(dir, { recursive: true, force: true })
  })
  const query = async (text: string, values: unknown[] = []) => (await node.database.pool.query({ text, values })).rows
  const given = (partId: number) => query(`select setval('part_id_seq', ${partId})`)
  const placesOf = async (from: number) =>
    (await query(`select distinct tableoid::regclass::text as place from version where part_id >= ${from}`)).map((row) => row.place)

  it('are made ahead when half of the last one is used, once whoever asks, as wide as parts are full, and take what had strayed meanwhile', async () => {
    expect(await keepVersionPartitions(node.hub)).toBeNull()
    await query(insert.text, [border + 5])
    expect(await placesOf(border)).toEqual(['version_rest'])
    await query(`insert into version select part_id + g, ordinal, key_digest, source_no, record_id, entity, operation, epoch, n, source_version, release, commitment, open_text,
      named_text, sealed_text, salts, text_hashes, state, reporting_region, source_id, entered_by, reason, flags, record_index from version, generate_series(1, 300) g where part_id < ${border}`)
    await query('analyze version_0')
    await given(border / 2)
    const made = await Promise.all([keepVersionPartitions(node.hub), keepVersionPartitions(node.hub)])
    // One record a part, of few parts.
    const next = { name: `version_${border}`, from: border, to: border + mostWidth }
    expect(made.filter((one) => one !== null)).toEqual([next])
    expect(await placesOf(border)).toEqual([next.name])
    expect(await query('select count(*)::int4 as n from version_rest')).toEqual([{ n: 0 }])
    expect(await keepVersionPartitions(node.hub)).toBeNull()
    expect((await query(`select reloptions as kept from pg_class where relname = '${next.name}'`))[0].kept).toHaveLength(2)
    // Many records a part.
    await query(`update pg_class set reltuples = 4e9 where oid = '${next.name}'::regclass`)
    await given(border + mostWidth / 2 + 1)
    expect(await keepVersionPartitions(node.hub)).toMatchObject({ from: next.to, to: next.to + leastWidth })
    await query(`delete from version where part_id <> (select min(part_id) from version)`)
  })

  it('are looked into by their index while they are empty, also when they were counted so: a plan made then is used when they fill', async () => {
    const plan = async () =>
      (await query('explain select commitment from version where part_id = 1000000000000 and ordinal = 0'))
        .map((row) => row['QUERY PLAN'])
        .join()
    await query('vacuum analyze version')
    expect(await plan()).toContain('Seq Scan on version_rest')
    await keepVersionPartitions(node.hub)
    expect(await plan()).toContain('Index Scan using version_rest_pkey')
  })

  it('are not made while somebody holds the versions for long, who then is not in the way of others either', async () => {
    const holder = await node.database.pool.connect()
    await holder.query('begin')
    await holder.query('select 1 from version_rest')
    await given(border + mostWidth + leastWidth)
    await expect(keepVersionPartitions(node.hub)).rejects.toMatchObject({ code: '55P03' })
    await holder.query('rollback')
    holder.release()
    expect((await keepVersionPartitions(node.hub))?.from).toBe(border + mostWidth + leastWidth)
  })

  it('hold the versions of one stream, which is stored, read and shown as a whole', async () => {
    // A process of its own: this one has a block of ids left.
    const late = { ...node.hub, db: node.database.db.withoutPlugins() }
    await given(border + 101)
    const changed = receiptOf(await submit(late, vendor, [upsert('TBProjectInfo', 'XM-1', project(1, { PrjName: '改名（合成）' }))]))
    expect(changed.records[0]).toMatchObject({ outcome: 'accepted', recordId, version: 2 })
    await sequenceLog(node.hub)
    expect(await query('select tableoid::regclass::text as place, n from version order by part_id')).toEqual([
      { place: 'version_0', n: 1 },
      { place: `version_${border}`, n: 2 },
    ])
    expect(await readRecord(node.hub, recordId, { unmask: false })).toMatchObject({ recordId })
    expect(JSON.stringify(await versionHistory(node.hub, recordId))).toContain('改名（合成）')
  })

  it('are left out at run time when a statement planned for any part reads one, some, or a stream', async () => {
    const client = await node.database.pool.connect()
    onTestFinished(() => client.release(true))
    // Tables this small are read whole otherwise.
    await client.query(
      'set plan_cache_mode = force_generic_plan; set enable_seqscan = off; set enable_hashjoin = off; set enable_mergejoin = off',
    )
    const plan = async (name: string, values: string) =>
      (
        await client.query<{ 'QUERY PLAN': string }>(
          `explain (analyze, costs off, timing off, summary off, buffers off) execute ${name} (${values})`,
        )
      ).rows
        .map((row) => row['QUERY PLAN'])
        .join('\n')
    const last = Number((await query('select max(part_id) as last from version'))[0].last)
    const untouched = (text: string) =>
      text.split('\n').filter((line) => /version_rest|version_\d{6,}/.test(line) && !/never executed/.test(line))

    await client.query('prepare one (int8, int4) as select * from version where part_id = $1 and ordinal = $2')
    expect(await plan('one', '1, 0')).toMatch(/Subplans Removed: \d/)
    await client.query(
      'prepare several (int8[], int4[]) as select v.commitment from unnest($1, $2) as t (part_id, ordinal) join version v on v.part_id = t.part_id and v.ordinal = t.ordinal',
    )
    const first = Number((await query('select min(part_id) as first from version'))[0].first)
    const some = await plan('several', `'{${first}}', '{0}'`)
    expect([some.includes('Seq Scan'), untouched(some)]).toEqual([false, []])
    await client.query(`prepare chain (int8, int4) as
      with recursive chain as (
        select v.* from version v where v.part_id = $1 and v.ordinal = $2
        union all select v.* from chain c join version v on v.part_id = c.prev_part and v.ordinal = c.prev_ordinal
      ) select n from chain`)
    const chain = await plan('chain', `${last}, 0`)
    expect(chain).not.toContain('Seq Scan')
    expect(chain).toMatch(new RegExp(`version_${border + mostWidth}_pkey .*never executed`))
  })

  it('are saved and loaded as they are, with how they are kept', async () => {
    const { saved } = await saveDatabase(node.database.url, join(dir, 'saved'), () => Promise.resolve(null))
    const other = await createTestDatabase({ empty: true })
    try {
      await loadDatabase(other.url, join(dir, 'saved'), saved)
      expect(await versionPartitions(other.db)).toEqual(await versionPartitions(node.database.db))
      const rows =
        'select part_id, ordinal, commitment, open_text, tableoid::regclass::text as place from version order by part_id, ordinal'
      expect((await other.pool.query(rows)).rows).toEqual(await query(rows))
      const kept = `
        select relname as name, reloptions as kept, array_agg(attname || ' ' || attstattarget order by attname) as counted
        from pg_class c join pg_attribute a on attrelid = c.oid and attnum > 0 where relname ~ '^version_(\\d+|rest)$' group by 1, 2 order by 1`
      const rowsKept = await query(kept)
      expect((await other.pool.query(kept)).rows).toEqual(rowsKept)
      expect(rowsKept.length).toBeGreaterThan(3)
      // What nobody looks for by is not counted, in a partition that the node made, either.
      for (const { counted } of rowsKept) expect(counted).toEqual(expect.arrayContaining(['key_digest 30', 'open_text 0']))
    } finally {
      await other.drop()
    }
  })

  it('are of each schema its own, where one database holds many nodes', async () => {
    await query('create schema neighbour')
    const url = new URL(node.database.url)
    url.searchParams.set('options', '-c search_path=neighbour')
    const other = openDatabase({ url: url.href, poolMax: 2, applicationName: 'huijiao test' })
    try {
      const steps = await migrationsIn(migrationsDirectory).getMigrations()
      await other.db.transaction().execute(async (trx) => {
        for (const name of Object.keys(steps).toSorted()) await steps[name]?.up(trx as unknown as Kysely<never>)
      })
      const neighbour = { db: other.db, node: { ...node.hub.node, name: '370200' } }
      expect(await versionPartitions(other.db)).toEqual([{ name: 'version_0', from: 0, to: border }])
      await other.pool.query({ text: insert.text, values: [7] })
      await other.pool.query(`select setval('part_id_seq', ${border - 1})`)
      expect(await keepVersionPartitions(neighbour)).toMatchObject({ from: border })
      expect(await query('select count(*)::int4 as n from neighbour.version_0')).toEqual([{ n: 10 }])
      expect(await query('select 1 from version where part_id = 7')).toEqual([])
    } finally {
      await other.close()
    }
  })
})
