import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { saveDatabase } from '@huijiao/database'
import { bundlePath, checkLog, EntriesDetached, type LogReport, tileWidth, verifyInclusion } from '@huijiao/merkle'
import { Problem } from '@huijiao/problem'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  attachLog,
  type Caller,
  custodyDocument,
  detachedRanges,
  detachLog,
  detachOldLog,
  ensureLinks,
  entryProof,
  findLinkage,
  forwardLink,
  type Hub,
  indexRecords,
  logNeeds,
  logPartitions,
  noteEntryEntities,
  partitionEntries,
  readEntry,
  readEntryBundle,
  readFeed,
  readLogHead,
  readRecord,
  readTile,
  requalify,
  searchLog,
  sequenceLog,
  watchIdentities,
  watchProblemGroups,
  watchSets,
} from '../src/index.ts'
import { addPendingEntry } from '../src/log.ts'
import { enrol, openTestHub, project, receiptOf, submit, type TestHub, upsert } from './test-hub.ts'

let node: TestHub
let hub: Hub
let vendor: Caller
let recordId: string
let dir: string
const db = () => node.database.db

/** A node whose first entries are two records and 1,500 others, all read by its readers. */
beforeAll(async () => {
  node = await openTestHub()
  hub = node.hub
  vendor = await enrol(hub)
  const receipt = receiptOf(
    await submit(hub, vendor, [upsert('TBProjectInfo', 'XM-1', project(1)), upsert('TBProjectInfo', 'XM-2', project(2))]),
  )
  recordId = receipt.records[0]?.recordId as string
  await sequenceLog(hub)
  await db()
    .transaction()
    .execute(async (trx) => {
      for (let at = 0; at < 1500; at++)
        await addPendingEntry(trx, { kind: 'link', instant: hub.clock.now(), actor: 'operator:test', subject: `n-${at}`, body: { at } })
    })
  await sequenceLog(hub)
  node.clock.advance(1000)
  await readOn()
}, 60_000)
afterAll(() => node.close())
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'huijiao-range-'))
  return () => rm(dir, { recursive: true, force: true })
})

async function readOn(): Promise<void> {
  for (const step of [findLinkage, noteEntryEntities, watchIdentities, indexRecords, watchProblemGroups, watchSets, requalify])
    while (await step(hub)) continue
}
const rowsOf = async () => (await sql`select * from log_entry order by index`.execute(db())).rows
const detach = (to: number, into = dir) => detachLog(hub, { to, into, place: '档案室 7 号柜', actor: 'operator:test' })
const attach = (directory: string) => attachLog(hub, { directory, actor: 'operator:test' })
const problemOf = async (work: Promise<unknown>) =>
  await work.then(
    () => null,
    (error: unknown) => (error instanceof Problem ? { code: error.code, status: error.status, range: error.range } : String(error)),
  )
/** Reads and computes the whole log as somebody outside would. */
async function check(): Promise<LogReport> {
  const head = await readLogHead(db())
  return await checkLog({
    readCheckpoint: () => head?.note ?? '',
    readTile: async (level, index, width) => (await readTile(db(), level, index, width)) ?? Buffer.alloc(0),
    readEntries: async (index, width) => {
      const bundle = await readEntryBundle(db(), index, width).catch((error: Problem) => {
        throw error.range === undefined ? error : new EntriesDetached(error.range)
      })
      return bundle ?? Buffer.alloc(0)
    },
    readEpochs: () => [],
  })
}

describe('a range of the log that was taken out', () => {
  it('is on the disk and proven, answers who needs it where it is, leaves everything else as it was, and comes back as it was', async () => {
    const before = await rowsOf()
    const record = await readRecord(hub, recordId, { unmask: false })
    const moved = await detach(512)
    const range = { from: 0, to: 512, place: '档案室 7 号柜', digest: moved.digest }
    expect([moved.from, moved.to, moved.directory]).toEqual([0, 512, join(dir, '370100-log-0-512')])
    expect(await logPartitions(db())).toEqual([
      { name: 'log_entry_0_thin', from: 0, to: 512 },
      { name: 'log_entry_512', from: 512, to: partitionEntries },
    ])

    const gone = { code: 'log-range-detached', status: 410, range }
    expect(await problemOf(readEntry(db(), 300))).toEqual(gone)
    expect(await problemOf(readEntry(db(), 1))).toEqual(gone)
    expect(await problemOf(readEntryBundle(db(), 1, tileWidth))).toEqual(gone)
    expect(await problemOf(custodyDocument(hub, recordId))).toEqual(gone)
    expect(await problemOf(readFeed(hub, vendor, { after: '0' }))).toEqual(gone)
    expect(await problemOf(readFeed(hub, vendor))).toEqual(gone)

    // What does not need its entries is as before: the record and its place, other entries, tiles and proofs.
    expect(await readRecord(hub, recordId, { unmask: false })).toEqual(record)
    expect((await readEntry(db(), 512))?.leaf).toBe((before[512] as { leaf: string }).leaf)
    const head = await readLogHead(db())
    const { leaf_hash: hash } = before[100] as { leaf_hash: Buffer }
    const proof = await entryProof(db(), 100, head?.size as number)
    expect(verifyInclusion(hash, 100, head?.size as number, proof, head?.root as Buffer)).toBe(true)
    expect((await searchLog(db(), { limit: 5, before: 514 })).map((row) => row.index)).toEqual([513, 512])
    expect(await check()).toMatchObject({ ok: true, entries: (head?.size as number) - 512, detached: [range] })

    // One that comes now has missed nothing.
    const late = await enrol(hub, 'p-late')
    expect((await readFeed(hub, late)).items).toEqual([])
    await sequenceLog(hub)
    const told = await searchLog(db(), { kind: 'detached', limit: 1 })
    expect(JSON.parse(told[0]?.body ?? '')).toEqual({ from: 0, to: 512, root: moved.root, digest: moved.digest, place: range.place })

    await attach(moved.directory)
    expect((await rowsOf()).slice(0, before.length)).toEqual(before)
    expect(await detachedRanges(db())).toEqual([])
    expect((await custodyDocument(hub, recordId)).steps).toHaveLength(1)
    await sequenceLog(hub)
    expect((await searchLog(db(), { kind: 'attached', limit: 1 }))[0]?.actor).toBe('operator:test')
    expect(await check()).toMatchObject({ ok: true, detached: [] })
    await readOn()
  })

  it('may be followed by the next one, and each comes back by itself, in any order', async () => {
    const before = await rowsOf()
    const [first, second] = [await detach(256), await detach(768)]
    expect([second.from, second.to]).toEqual([256, 768])
    await attach(first.directory)
    expect(await problemOf(readEntry(db(), 300))).toMatchObject({ code: 'log-range-detached', range: { from: 256 } })
    expect((await readEntry(db(), 255))?.index).toBe(255)
    const again = await detach(768, join(dir, 'again'))
    expect([again.from, again.to]).toEqual([0, 256])
    await attach(second.directory)
    await attach(again.directory)
    expect((await rowsOf()).slice(0, before.length)).toEqual(before)
    await readOn()
  })

  it('goes and comes while the log grows, and no entry is lost or numbered twice', async () => {
    let over = false
    let added = 0
    const before = (await rowsOf()).length
    const growing = (async () => {
      while (!over) {
        await db()
          .transaction()
          .execute((trx) => addPendingEntry(trx, { kind: 'link', instant: hub.clock.now(), actor: 'operator:test', body: { added } }))
        added += (await sequenceLog(hub)).length
      }
    })()
    let told = 0
    for (const to of [256, 512, 256, 768]) {
      await attach((await detach(to)).directory)
      told += 2
      await rm(dir, { recursive: true })
    }
    over = true
    await growing
    added += (await sequenceLog(hub)).length
    expect(added).toBeGreaterThan(told)
    expect((await rowsOf()).map((row) => (row as { index: number }).index)).toEqual(
      Array.from({ length: before + added }, (_, index) => index),
    )
    expect(await check()).toMatchObject({ ok: true, entries: before + added, detached: [] })
    await readOn()
  })

  it('is not put back when a file, a body, the root or the range is not what it was', async () => {
    const { directory } = await detach(256)
    const wrong = async (change: (at: string) => Promise<void>, words: RegExp) => {
      const other = join(dir, 'other')
      await cp(directory, other, { recursive: true })
      await change(other)
      await expect(attach(other)).rejects.toThrow(words)
      await rm(other, { recursive: true })
    }
    const edit = (name: string, from: string, to: string) => async (at: string) => {
      const text = await readFile(join(at, name), 'utf8')
      expect(text).toContain(from)
      await writeFile(join(at, name), text.replace(from, to))
    }
    const { root } = JSON.parse(await readFile(join(directory, 'range.json'), 'utf8')) as { root: string }
    await wrong(edit('range.json', root, `sha-256:${'0'.repeat(64)}`), /根与移出时所记不同/)
    await wrong(edit('range.json', '"madeAt": "2026', '"madeAt": "2027'), /range\.json is not the one/)
    await wrong(edit('range.json', '370100', '370200'), /belongs|属于节点|is of node/)
    await wrong(edit(bundlePath(0), '"kind":"link"', '"kind":"sink"'), /tile\/entries\/000 is missing or was changed/)
    await wrong((at) => rm(join(at, 'bodies/000.ndjson.zst')), /bodies\/000\.ndjson\.zst/)
    await wrong((at) => rm(join(at, 'range.json')), /holds no whole range/)
    expect(await problemOf(readEntry(db(), 1))).toMatchObject({ code: 'log-range-detached' })
    await attach(directory)
    await expect(attach(directory)).rejects.toThrow(/are not detached/)
    await readOn()
  })

  it('stops a reader and a link that begin with it, with words that say what they wait for, instead of passing over it', async () => {
    const { directory } = await detach(256)
    await sql`update reader set cursor = 0 where name = 'search'`.execute(db())
    expect(await problemOf(indexRecords(hub))).toMatchObject({ code: 'log-range-detached' })
    const [link] = await ensureLinks(hub, [
      { name: '370000', url: 'http://localhost:1', upstreamTier: 'provincial', upstreamName: '370000' },
    ])
    const sent: unknown[] = []
    const send = (...all: unknown[]) => (sent.push(all), Promise.reject(new Error('nobody may be asked')))
    expect([await forwardLink(hub, link?.link_no as number, send), sent]).toEqual(['outage', []])
    const { last_error } = await db().selectFrom('link').select('last_error').executeTakeFirstOrThrow()
    expect(last_error).toContain('第 0 至 255 条已移出数据库，存放于：档案室 7 号柜')
    await expect(detach(512)).rejects.toThrow(/link 370000 \(#0\)/)
    await attach(directory)
    await indexRecords(hub)
    await sql`delete from link`.execute(db())
  })
})

describe('a backup', () => {
  it('that has begun holds every entry that was in the database then, and what is to go waits for its end', async () => {
    const holder = await node.database.pool.connect()
    await holder.query('begin')
    await holder.query('lock table access_event in access exclusive mode')
    const size = (await rowsOf()).length
    const saving = saveDatabase(node.database.url, join(dir, 'saved'), () => Promise.resolve(null))
    const begun = `select 1 from pg_stat_activity where application_name = 'huijiao-backup' and wait_event_type = 'Lock'`
    await vi.waitFor(async () => expect((await node.database.pool.query(begun)).rows).toHaveLength(1), { timeout: 20_000, interval: 5 })
    try {
      await expect(detach(256)).rejects.toThrow(/长时间使用这些数据.*a backup perhaps/)
    } finally {
      await holder.query('rollback')
      holder.release()
    }
    const { saved } = await saving
    expect(saved.tables.find(({ name }) => name === 'log_entry')?.rows).toBe(size)
    const { directory } = await detach(256)
    await attach(directory)
  })
})

describe('a range that somebody needs', () => {
  const need = async (statement: ReturnType<typeof sql>, words: RegExp, undo: ReturnType<typeof sql>) => {
    await statement.execute(db())
    await expect(detach(256)).rejects.toThrow(words)
    await undo.execute(db())
  }

  it('is not taken out: of a reader, a record that waits, an open case, a comparison under way', async () => {
    await need(
      sql`update reader set cursor = 100 where name = 'identity'`,
      /reader identity \(#100\)/,
      sql`update reader set cursor = 2000 where name = 'identity'`,
    )
    await need(sql`delete from reader where name = 'linkage'`, /reader linkage \(#0\)/, sql`insert into reader values ('linkage', 2000)`)
    await need(sql`update version set state = 'pending_review'`, /review pending_review \(#1\)/, sql`update version set state = 'accepted'`)
    const [{ part_id: part, key_digest: key }] = (
      await sql<{ part_id: number; key_digest: Buffer }>`select part_id, key_digest from version limit 1`.execute(db())
    ).rows as [{ part_id: number; key_digest: Buffer }]
    await need(
      sql`insert into finding (part_id, ordinal, key_digest, source_no, record_id, entity, reporting_region, rule, code, severity, about, problem, state, found_at)
          select part_id, ordinal, key_digest, source_no, record_id, entity, reporting_region, 'r', 'c', 'doubt', '', '{}', 'open', '2026-09-01' from version limit 1`,
      /finding \d+ \(#1\)/,
      sql`delete from finding`,
    )
    await need(
      sql`insert into conflict (key_digest, record_id, entity, field, kind, sides, source_nos, values_mac, state, found_at)
          values (${key}, gen_random_uuid(), 'TBProjectInfo', 'PrjName', 'sources', ${JSON.stringify([[1, part, 0, 'aa']])}, '{1}', '', 'open', '2026-09-01')`,
      /conflict \d+ \(#1\)/,
      sql`delete from conflict`,
    )
    await need(
      sql`insert into held (part_id, ordinal, key_digest, source_no, parent_digest, entity, held_at) values (${part}, 0, ${key}, 1, '', 'TBProjectInfo', '2026-09-01')`,
      /held held \(#1\)/,
      sql`delete from held`,
    )
    await need(
      sql`insert into log_epoch (number, id, began_at, reason, entry_index, previous_number, previous_id, fork_root, healing) values (9, 'x', '2026-09-01', 'restore', 0, 1, 'y', '', 'waiting')`,
      /healing x \(#0\)/,
      sql`delete from log_epoch`,
    )
    const size = (await readLogHead(db()))?.size as number
    await sql`insert into link (name, url, upstream_tier, upstream_name, created_at, cursor) values ('370000', '', 'provincial', '370000', '2026-09-01', ${size})`.execute(
      db(),
    )
    const { link_no: link } = await db().selectFrom('link').select('link_no').executeTakeFirstOrThrow()
    await need(
      sql`insert into delivery (delivery_id, link_no, number, kind, from_index, to_index, items, digest, record_count, body_bytes, checkpoint_size, created_at, state)
          values (gen_random_uuid(), ${link}, 1, 'retry', 900, 901, ${JSON.stringify([[7, part, null]])}, '', 1, 1, 1, '2026-09-01', 'open')`,
      /delivery \S+ \(#7\)/,
      sql`delete from delivery`,
    )
    await need(
      sql`insert into parked (link_no, part_id, ordinal, log_index, record_id, entity, reporting_region, participant, reason, problems, delivery_id, parked_at, state)
          values (${link}, ${part}, 0, 1, gen_random_uuid(), 'TBProjectInfo', '370102', 'p', 'r', '[]', gen_random_uuid(), '2026-09-01', 'parked')`,
      /parked 370000 \(#1\)/,
      sql`delete from parked`,
    )
    await need(
      sql`insert into reconcile_run (run_id, link_no, state, started_at, started_by, found) values (gen_random_uuid(), ${link}, 'comparing', '2026-09-01', 'p', '{}')`,
      /reconcile-run \S+ \(#0\)/,
      sql`delete from reconcile_run`,
    )
    await sql`delete from link`.execute(db())
    expect((await logNeeds(db())).filter((one) => one.index < 256)).toEqual([])
  })

  it('is told how far it may go, and what is no bundle or not there yet does not go', async () => {
    const size = (await readLogHead(db()))?.size as number
    await expect(detach(100)).rejects.toThrow(/multiple of 256; at most --to \d+ may go now/)
    await expect(detach(256 * 4096)).rejects.toThrow(
      new RegExp(`the log has ${size} entries; at most --to ${Math.floor(size / tileWidth) * tileWidth} `),
    )
  })
})

describe('entries that are old enough', () => {
  const old = (keepSince: Date, atLeast = 256) =>
    detachOldLog(hub, { into: dir, place: 'archive 7', actor: 'operator:test', keepSince, atLeast })
  const instantOf = async (index: number) => {
    const { instant } = await db().selectFrom('log_entry').select('instant').where('index', '=', index).executeTakeFirstOrThrow()
    return instant.getTime()
  }

  it('go by themselves as far as nobody needs them, and one that is younger stays, whoever asks', async () => {
    await readOn()
    const before = await rowsOf()
    // Two days of the log, of which the second begins at entry 700; later an entry by a clock that was set back.
    const day = 24 * 3_600_000
    const first = await instantOf(0)
    const { cursor: read } = await db().selectFrom('reader').select('cursor').where('name', '=', 'identity').executeTakeFirstOrThrow()
    await sql`update log_entry set instant = instant + interval '1 day' where index >= 700`.execute(db())
    await sql`update log_entry set instant = instant - interval '1 day' where index = 900`.execute(db())
    try {
      const second = new Date((await instantOf(700)) - 1)
      expect(await old(new Date(first))).toEqual({ moved: null, may: 0, atLeast: 256, neededBy: null })
      expect(await old(second, 1000)).toEqual({ moved: null, may: 512, atLeast: 1000, neededBy: null })
      await sql`update reader set cursor = 300 where name = 'identity'`.execute(db())
      expect(await old(second, 512)).toEqual({ moved: null, may: 256, atLeast: 512, neededBy: 'reader identity (#300)' })
      await sql`update reader set cursor = ${read} where name = 'identity'`.execute(db())
      const asked = { to: 768, into: dir, place: 'archive 7', actor: 'operator:test' }
      await expect(detachLog(hub, { ...asked, keepSince: second })).rejects.toThrow(/or later have to stay; at most --to 512 may go now/)
      expect(await readdir(dir)).toEqual([])

      const { moved } = await old(second)
      expect([moved?.from, moved?.to]).toEqual([0, 512])
      expect(await old(second)).toEqual({ moved: null, may: 0, atLeast: 256, neededBy: null })
      await attach(moved?.directory as string)

      // What was written whole by a call that ended then goes first, even when more may go now; what was not written whole is removed.
      const partial = join(dir, '370100-log-0-256.partial')
      await mkdir(partial)
      const next = await old(new Date(first + 10 * day))
      expect([next.moved?.to, next.moved?.directory, existsSync(partial)]).toEqual([512, moved?.directory, false])
      await attach(moved?.directory as string)
    } finally {
      await sql`update log_entry set instant = instant - interval '1 day' where index >= 700 and index <> 900`.execute(db())
    }
    expect((await rowsOf()).slice(0, before.length)).toEqual(before)
    await readOn()
  })
})

describe('a detach that is killed', () => {
  const start = () => {
    const args = [join(import.meta.dirname, 'detach-once.ts'), node.database.url, '370100', '768', dir]
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    let out = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
    return { child, done: new Promise<string>((resolve) => child.on('close', () => resolve(out))) }
  }
  const waitsForLock = `select 1 from pg_stat_activity where application_name = 'huijiao detach-once' and wait_event_type = 'Lock'`
  const connected = `select 1 from pg_stat_activity where application_name = 'huijiao detach-once'`
  const eventually = (text: string, rows: number) =>
    vi.waitFor(async () => expect((await node.database.pool.query(text)).rows).toHaveLength(rows), { timeout: 20_000, interval: 5 })

  it('leaves the range in the database, or its files whole; the next one goes on with them', async () => {
    const before = await rowsOf()
    // While it writes: the directory has not its name yet.
    const writing = start()
    await vi.waitFor(async () => expect(await readdir(dir)).toEqual(['370100-log-0-768.partial']), { timeout: 20_000, interval: 1 })
    writing.child.kill('SIGKILL')
    await writing.done
    await eventually(connected, 0)
    expect(await rowsOf()).toEqual(before)

    // Inside its transaction, before the tables change places.
    const holder = await node.database.pool.connect()
    await holder.query('begin')
    await holder.query('select 1 from log_entry limit 1')
    const swapping = start()
    await eventually(waitsForLock, 1)
    swapping.child.kill('SIGKILL')
    await swapping.done
    expect(await readdir(dir)).toEqual(['370100-log-0-768'])
    await holder.query('rollback')
    holder.release()
    await eventually(connected, 0)
    expect(await rowsOf()).toEqual(before)
    expect(await detachedRanges(db())).toEqual([])

    const written = await readFile(join(dir, '370100-log-0-768/range.json'), 'utf8')
    const out = JSON.parse(await start().done) as { directory: string; to: number }
    expect([out.to, await readFile(join(out.directory, 'range.json'), 'utf8')]).toEqual([768, written])
    expect(await problemOf(readEntry(db(), 767))).toMatchObject({ code: 'log-range-detached', range: { place: 'archive 7' } })
    await attach(out.directory)
    expect((await rowsOf()).slice(0, before.length)).toEqual(before)
  })
})
