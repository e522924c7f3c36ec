import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Problem } from '@huijiao/problem'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  type Caller,
  checkVersions,
  correctRecord,
  custodyDocument,
  detachedVersionRanges,
  detachVersions,
  ensureLinks,
  forwardLink,
  type Hub,
  indexRecords,
  type MovedVersions,
  readLogHead,
  readRecord,
  readVersions,
  searchLog,
  sequenceLog,
  versionHistory,
  versionPartitions,
} from '../src/index.ts'
import { loadViews } from '../src/authority-read.ts'
import { listConflicts } from '../src/conflict-list.ts'
import { mendStreams } from '../src/reconcile-mend.ts'
import { findSubject } from '../src/record-links.ts'
import { buildReturn } from '../src/returns.ts'
import { resolveEnd } from '../src/succession-end.ts'
import { scrubSet } from '../src/reconcile-scrub.ts'
import { attachCold, border, detachCold, growOld, place, readOn } from './cold-versions.ts'
import { company } from './identity.ts'
import { enrol, project, receiptOf, submit, upsert } from './test-hub.ts'
import { forwardAll, openTiers, type Tiers } from './two-tiers.ts'

let tiers: Tiers
let vendor: Caller
let ids: { project: string; company: string; corrected: string }
let dir: string
const lower = () => tiers.lower.hub
const upper = () => tiers.upper.hub

/** A city and its province, with records of several versions: a project, a company with sealed fields, and a project that was corrected by hand. */
beforeAll(async () => {
  tiers = await openTiers()
  vendor = await enrol(lower())
  const send = async (entity: string, id: string, data: object) => {
    const [record] = receiptOf(await submit(lower(), vendor, [upsert(entity, id, data)])).records
    return record as { recordId: string; commitment: string }
  }
  let recordId = ''
  for (const name of ['一', '二', '三'])
    ({ recordId } = await send('TBProjectInfo', 'XM-1', project(1, { PrjName: `示例花园${name}期（合成）` })))
  let made = { recordId: '', commitment: '' }
  for (const man of ['法示例', '人示例']) made = await send('TBCorpBasicInfo', 'QY-1', company(1, { LegalMan: man }))
  const old = await send('TBProjectInfo', 'XM-2', project(2))
  await correctRecord(lower(), 'operator:test', old.recordId, {
    corrects: old.commitment,
    fields: { AllInvest: '20000' },
    reason: '单位写错',
  })
  await send('TBProjectInfo', 'XM-2', project(2, { Address: '示例路 2 号（合成）' }))
  ids = { project: recordId, company: made.recordId, corrected: old.recordId }
  await forwardAll(lower(), tiers.linkNo, tiers.send)
  for (const hub of [lower(), upper()]) await growOld(hub)
}, 60_000)
afterAll(() => tiers.close())
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'huijiao-versions-'))
  return () => rm(dir, { recursive: true, force: true })
})

const rowsOf = async (hub: Hub) => (await sql`select * from version order by part_id, ordinal`.execute(hub.db)).rows
const detach = (hub: Hub, more: Parameters<typeof detachCold>[2] = {}) => detachCold(hub, dir, more)
const attach = attachCold
const problemOf = async (work: Promise<unknown>) =>
  await work.then(
    () => null,
    (error: unknown) => (error instanceof Problem ? { code: error.code, status: error.status, range: error.range } : String(error)),
  )

describe('a range of versions whose contents were taken out', () => {
  it('is on the disk and proven; what is in force, the latest and what is corrected stay; every reader tells it from nothing; and it comes back as it was', async () => {
    const hub = lower()
    await readOn(hub)
    const before = await rowsOf(hub)
    const records = await Promise.all(Object.values(ids).map((id) => readRecord(hub, id, { unmask: true })))
    const history = await readVersions(hub, ids.project, { unmask: false })
    const moved = await detach(hub)
    const range = { from: 0, to: border, place, digest: moved.digest }
    // The project's first two, and the company's first. That of XM-2 is what its correction corrects, and stays.
    expect(moved).toEqual({
      from: 0,
      to: border,
      directory: join(dir, '370100-versions-0-65536'),
      digest: moved.digest,
      versions: 8,
      moved: 3,
    })
    expect((await versionPartitions(hub.db)).map(({ from, to }) => [from, to]).slice(0, 1)).toEqual([[0, border]])
    expect(await checkVersions(hub, moved.directory)).toMatchObject({ parts: 8, versions: 8, standing: true })

    // Nothing of the contents is left in the table.
    const { rows: left } = await sql<{ thin: number; texts: number }>`
      select count(*)::int4 as thin, count(coalesce(open_text, named_text, encode(sealed_text, 'hex'), encode(text_hashes, 'hex')))::int4 as texts
      from version where length(salts) = 0`.execute(hub.db)
    expect(left).toEqual([{ thin: 3, texts: 0 }])

    // What needs none of it is as before.
    expect(await Promise.all(Object.values(ids).map((id) => readRecord(hub, id, { unmask: true })))).toEqual(records)
    const { versions } = await readVersions(hub, ids.project, { unmask: false })
    expect(versions.map((one) => [one.version, one.elsewhere, one.data?.['PrjName']])).toEqual([
      [3, undefined, '示例花园三期（合成）'],
      [2, range, undefined],
      [1, range, undefined],
    ])
    const without = (list: typeof versions) => list.map(({ data: _, elsewhere: __, ...one }) => one)
    expect(without(versions)).toEqual(without(history.versions))
    expect((await versionHistory(hub, ids.project)).versions.map((one) => [one.version, one.changes, one.fields.length > 0])).toEqual([
      [3, null, true],
      [2, null, false],
      [1, null, false],
    ])

    // What needs it says where it is.
    const gone = { code: 'version-range-detached', status: 410, range }
    expect(await problemOf(custodyDocument(hub, ids.project, { version: 1 }))).toEqual(gone)
    expect((await custodyDocument(hub, ids.project)).record.n).toBe(3)
    expect(await problemOf(correctRecord(hub, 'operator:test', ids.project, { corrects: String(history.versions[2]?.commitment), fields: { AllInvest: '1' }, reason: 'x' }))).toMatchObject({ code: 'correction-not-possible' }) // prettier-ignore

    await sequenceLog(hub)
    const [told] = await searchLog(hub.db, { kind: 'detached', limit: 1 })
    expect([told?.actor, told?.subject, JSON.parse(told?.body ?? '')]).toEqual([
      'operator:test',
      'versions',
      { action: 'versions', fromPart: 0, toPart: border, versions: 8, moved: 3, digest: moved.digest, place },
    ])

    expect(await attach(hub, moved.directory)).toMatchObject({ versions: 8, moved: 3 })
    expect(await rowsOf(hub)).toEqual(before)
    expect(await detachedVersionRanges(hub.db)).toEqual([])
    expect(await readVersions(hub, ids.project, { unmask: false })).toEqual(history)
    await expect(attach(hub, moved.directory)).rejects.toThrow(/are not detached/)
  })

  it('leaves the chain of a stream whole: a new version follows, an old one that is sent again is known, nothing passes for damage, and a decision stands', async () => {
    const hub = upper()
    await readOn(hub)
    const before = await rowsOf(hub)
    const custody = await custodyDocument(hub, ids.project)
    const { directory, digest } = await detach(hub)
    // The proof of a record needs the leaves of its whole part, which those without contents have; to send the part back needs the contents.
    expect((await custodyDocument(hub, ids.project)).steps[0]?.part).toEqual(custody.steps[0]?.part)
    const { rows: came } = await sql<{
      id: string
    }>`select id from submission where kind = 'versions' order by submission_no limit 1`.execute(hub.db)
    expect(await problemOf(buildReturn(hub, tiers.caller, came[0]?.id as string))).toEqual({
      code: 'version-range-detached',
      status: 410,
      range: { from: 0, to: border, place, digest },
    })
    // The lower node begins its link anew, and sends everything a second time.
    await sql`update link set cursor = 0`.execute(lower().db)
    await sql`delete from skip`.execute(lower().db)
    expect((await forwardAll(lower(), tiers.linkNo, tiers.send)).at(-1)).toBe('idle')
    await readOn(hub)
    expect(await rowsOf(hub)).toHaveLength(before.length)
    await submit(lower(), vendor, [upsert('TBProjectInfo', 'XM-1', project(1, { PrjName: '示例花园四期（合成）' }))])
    await forwardAll(lower(), tiers.linkNo, tiers.send)
    await readOn(hub)
    const { versions } = await readVersions(hub, ids.project, { unmask: false })
    expect(versions.map((one) => [one.version, one.elsewhere?.place])).toEqual([
      [4, undefined],
      [3, undefined],
      [2, place],
      [1, place],
    ])
    // Stored with a part id of the range, by a process that had kept its block of ids: whole, and no part of the files.
    const { rows: late } = await sql<{ part_id: number; whole: boolean }>`
      select part_id, length(salts) > 0 as whole from version order by part_id desc limit 1`.execute(hub.db)
    expect(late).toEqual([{ part_id: expect.any(Number), whole: true }])
    expect(late[0]?.part_id).toBeLessThan(border)

    const peer = tiers.caller.participantId
    expect(await scrubSet(hub, { side: 'down', peer })).toEqual({ lost: 0, altered: 0, streamsMended: 0 })
    expect(await hub.db.transaction().execute((trx) => mendStreams(trx))).toBe(0)

    // A person's decision on a row without contents is kept when these come back.
    await sql`update version set state = 'refused' where length(salts) = 0 and n = 1 and entity = 'TBProjectInfo'`.execute(hub.db)
    await attach(hub, directory)
    const after = (await rowsOf(hub)).slice(0, before.length) as { state: string; n: number }[]
    expect(after).toEqual(before.map((row, at) => (after[at]?.state === 'refused' ? { ...(row as object), state: 'refused' } : row)))
    expect(after.filter((row) => row.state === 'refused')).toHaveLength(1)
    await sql`update version set state = 'accepted' where state = 'refused'`.execute(hub.db)
  })

  it('stops a link that begins with it, with words that say what it waits for, until it is put back', async () => {
    const hub = lower()
    const { directory } = await detach(hub)
    const [link] = await ensureLinks(hub, [{ name: 'anew', url: 'http://localhost:1', upstreamTier: 'national', upstreamName: '000000' }])
    const sent: unknown[] = []
    const send = (...all: unknown[]) => (sent.push(all), Promise.reject(new Error('nobody may be asked')))
    const linkNo = link?.link_no as number
    expect([await forwardLink(hub, linkNo, send), sent]).toEqual(['outage', []])
    const { last_error } = await hub.db.selectFrom('link').select('last_error').where('link_no', '=', linkNo).executeTakeFirstOrThrow()
    expect(last_error).toContain(`部分编号 0 至 65535 中较早版本的内容已移出数据库，存放于：${place}`)
    await attach(hub, directory)
    await forwardLink(hub, linkNo, send).catch(() => undefined)
    expect(sent).toHaveLength(1)
    await sql`delete from delivery where link_no = ${linkNo}`.execute(hub.db)
    await sql`delete from skip where link_no = ${linkNo}`.execute(hub.db)
    await sql`delete from link where link_no = ${linkNo}`.execute(hub.db)
  })

  it('is told from an empty one even where a stream was mended back onto it: by what is in force, a changed number, search, its page and a settled conflict', async () => {
    const hub = lower()
    const { directory, digest } = await detach(hub)
    const gone = { code: 'version-range-detached', status: 410, range: { from: 0, to: border, place, digest } }
    const { rows } = await sql<{ part_id: number; ordinal: number; key_digest: Buffer; source_no: number; record_id: string }>`
      select * from version where length(salts) = 0 and entity = 'TBProjectInfo' and n = 1`.execute(hub.db)
    const old = rows[0] as (typeof rows)[number]
    const { rows: kept } = await sql`select * from stream where key_digest = ${old.key_digest}`.execute(hub.db)
    const { rows: cursors } = await sql<{ name: string; cursor: number }>`select * from reader`.execute(hub.db)
    await sql`
      update stream set head_part = ${old.part_id}, head_ordinal = ${old.ordinal}, last_part = ${old.part_id}, last_ordinal = ${old.ordinal},
        force_part = ${old.part_id}, force_ordinal = ${old.ordinal} where key_digest = ${old.key_digest}`.execute(hub.db)
    await sql`update reader set cursor = 0 where name = 'search'`.execute(hub.db)
    await sql`
      insert into conflict (key_digest, record_id, entity, field, kind, sides, source_nos, values_mac, state, found_at)
      values (${old.key_digest}, ${old.record_id}, 'TBProjectInfo', 'PrjName', 'sources', ${JSON.stringify([[old.source_no, old.part_id, old.ordinal, 'aa']])}, '{1}', '', 'settled', '2026-09-01')`.execute(
      hub.db,
    )
    expect(await problemOf(loadViews(hub, hub.db, [old.key_digest]))).toEqual(gone)
    expect(await problemOf(resolveEnd(hub.db, hub, 'TBProjectInfo', { recordId: ids.project }))).toEqual(gone)
    expect(await problemOf(indexRecords(hub))).toEqual(gone)
    await sql`update search_record set part_id = ${old.part_id}, ordinal = ${old.ordinal} where key_digest = ${old.key_digest}`.execute(
      hub.db,
    )
    expect(await problemOf(findSubject(hub, ids.project, {}))).toEqual(gone)
    const shown = await readRecord(hub, ids.project, { unmask: false })
    expect([shown.head?.elsewhere, shown.head?.data]).toEqual([gone.range, undefined])
    const [conflict] = await listConflicts(hub, { state: 'settled', limit: 1 })
    expect([conflict?.sides[0]?.elsewhere, conflict?.sides[0]?.value]).toEqual([gone.range, undefined])

    await sql`delete from conflict`.execute(hub.db)
    for (const { name, cursor } of cursors) await sql`update reader set cursor = ${cursor} where name = ${name}`.execute(hub.db)
    const { head_part, head_ordinal } = kept[0] as { head_part: number; head_ordinal: number }
    await sql`
      update stream set head_part = ${head_part}, head_ordinal = ${head_ordinal}, last_part = ${head_part}, last_ordinal = ${head_ordinal},
        force_part = ${head_part}, force_ordinal = ${head_ordinal} where key_digest = ${old.key_digest}`.execute(hub.db)
    expect((await sql`select * from stream where key_digest = ${old.key_digest}`.execute(hub.db)).rows).toEqual(kept)
    await sql`update search_record set part_id = ${head_part}, ordinal = ${head_ordinal} where key_digest = ${old.key_digest}`.execute(
      hub.db,
    )
    await attach(hub, directory)
  })

  it('is not put back, nor passes a check, when a file or the range is not what it was', async () => {
    const hub = lower()
    const { directory } = await detach(hub)
    const [file] = (await readdir(directory)).filter((name) => name.endsWith('.zst')) as [string]
    const wrong = async (change: (at: string) => Promise<void>, words: RegExp) => {
      const other = join(dir, 'other')
      await cp(directory, other, { recursive: true })
      await change(other)
      await expect(attach(hub, other)).rejects.toThrow(words)
      await expect(checkVersions(hub, other)).rejects.toThrow(words)
      await rm(other, { recursive: true })
    }
    const edit = (from: string, to: string) => async (at: string) => {
      const text = await readFile(join(at, 'range.json'), 'utf8')
      expect(text).toContain(from)
      await writeFile(join(at, 'range.json'), text.replace(from, to))
    }
    await wrong(edit('"madeAt": "2026', '"madeAt": "2027'), /range\.json is not the one/)
    await wrong(edit('"name": "370100"', '"name": "370200"'), /is of node 370200/)
    await wrong((at) => writeFile(join(at, file), Buffer.alloc(10)), /is missing or was changed/)
    await wrong((at) => rm(join(at, file)), /is missing or was changed/)
    await wrong((at) => rm(join(at, 'range.json')), /holds no whole range/)
    expect(await problemOf(custodyDocument(hub, ids.project, { version: 1 }))).toMatchObject({ code: 'version-range-detached' })
    await attach(hub, directory)
  })

  it('is not taken out when what is stored does not give its commitment or its root', async () => {
    const hub = lower()
    const spoil = async (change: ReturnType<typeof sql>, words: RegExp, undo: ReturnType<typeof sql>) => {
      await change.execute(hub.db)
      await expect(detach(hub)).rejects.toThrow(words)
      await undo.execute(hub.db)
    }
    const one = sql`n = 1 and entity = 'TBProjectInfo' and open_text like '%一期%'`
    await spoil(
      sql`update version set open_text = replace(open_text, '18600.5', '18600.6') where ${one}`,
      /does not give its commitment/,
      sql`update version set open_text = replace(open_text, '18600.6', '18600.5') where ${one}`,
    )
    await spoil(
      sql`update version set operation = 'withdraw' where ${one}`,
      /not those of its root/,
      sql`update version set operation = 'upsert' where ${one}`,
    )
    expect(await readdir(dir)).toEqual([expect.stringContaining('.partial')])
    expect(await detachedVersionRanges(hub.db)).toEqual([])
  })
})

describe('which versions may go', () => {
  it('are none that a link or a reader has not passed, none too young, and whole partitions; an operator learns who needs what', async () => {
    const hub = lower()
    await readOn(hub)
    const size = (await readLogHead(hub.db))?.size as number
    await sql`update link set cursor = ${size}`.execute(hub.db)
    await sql`update reader set cursor = ${size}`.execute(hub.db)
    const ask = (more: { to?: number | null; keepSince?: Date; atLeast?: number } = {}) =>
      detachVersions(hub, { to: border, into: dir, place, actor: 'operator:test', ...more })
    await sql`update reader set cursor = 2 where name = 'search'`.execute(hub.db)
    await expect(ask()).rejects.toThrow(/still needed by reader search \(#2\); nothing may go now/)
    expect(await ask({ to: null })).toEqual({ moved: null, from: 0, may: 0, atLeast: 1, neededBy: 'reader search (#2)' })
    await sql`update reader set cursor = ${size} where name = 'search'`.execute(hub.db)
    await sql`update link set cursor = 1`.execute(hub.db)
    await expect(ask()).rejects.toThrow(/still needed by link \S+ \(#1\)/)
    await sql`update link set cursor = ${size}`.execute(hub.db)
    await expect(ask({ to: 100 })).rejects.toThrow(/none ends at 100; at most --to 65536 may go now/)
    const { to: end } = (await versionPartitions(hub.db)).at(-1) as { to: number }
    await expect(ask({ to: end })).rejects.toThrow(/are still being given out; at most --to 65536 may go now/)
    const keepSince = new Date('2026-09-01T00:00:00Z')
    await expect(ask({ keepSince })).rejects.toThrow(/have to stay; nothing may go now/)
    expect(await ask({ to: null, keepSince })).toEqual({ moved: null, from: 0, may: 0, atLeast: 1, neededBy: null })
    expect(await readdir(dir)).toEqual([])
    expect(await ask({ to: null, atLeast: 5 })).toEqual({ moved: null, from: 0, may: 4, atLeast: 5, neededBy: null })
    expect([await readdir(dir), await detachedVersionRanges(hub.db)]).toEqual([[], []])
    // A record that waits for a decision keeps its contents, and holds nothing back; so does one that a link has passed over: a new policy may make it due.
    await sql`
      insert into skip (link_no, part_id, ordinal, log_index, reason, kind, policy, skipped_at)
      select ${tiers.linkNo}, part_id, ordinal, 1, 'test', 'not-due', 'p', '2026-09-01' from version where n = 2 and entity = 'TBProjectInfo' and open_text like '%二期%'`.execute(
      hub.db,
    )
    await sql`update version set state = 'doubtful' where n = 1 and entity = 'TBCorpBasicInfo'`.execute(hub.db)
    expect(await ask({ to: null, atLeast: 3 })).toMatchObject({ moved: null, may: 2, atLeast: 3 })
    expect(await readdir(dir)).toEqual([])
    const moved = (await ask({ to: null, atLeast: 2 })) as MovedVersions
    expect([moved.from, moved.to, moved.moved]).toEqual([0, border, 2])
    await attach(hub, moved.directory)
    await sql`update version set state = 'accepted' where n = 1 and entity = 'TBCorpBasicInfo'`.execute(hub.db)
    await sql`delete from skip where reason = 'test'`.execute(hub.db)
  })
})

describe('a detach of versions that ends in its transaction', () => {
  const blocked = `select pid from pg_stat_activity where wait_event_type = 'Lock' and query like '%access exclusive%' and datname = current_database()`
  const eventually = (text: string, rows: number) =>
    vi.waitFor(async () => expect((await tiers.lower.database.pool.query(text)).rows).toHaveLength(rows), { timeout: 20_000, interval: 5 })

  it('leaves everything in the database and its files whole, and the next one goes on with them; who wants to change a row goes first', async () => {
    const hub = lower()
    const { pool } = tiers.lower.database
    const before = await rowsOf(hub)
    const holder = await pool.connect()
    let written = ''
    try {
      await holder.query('begin')
      await holder.query('select 1 from version limit 1')
      const first = detach(hub).catch((error: unknown) => String(error))
      await eventually(blocked, 1)
      await pool.query(`select pg_terminate_backend(pid) from (${blocked}) as b`)
      expect(await first).toMatch(/terminat|Connection|ECONNRESET/)
      expect(await readdir(dir)).toEqual(['370100-versions-0-65536'])
      expect(await rowsOf(hub)).toEqual(before)
      written = await readFile(join(dir, '370100-versions-0-65536/range.json'), 'utf8')

      const second = detach(hub).catch((error: unknown) => String(error))
      await eventually(blocked, 1)
      await pool.query(`update version set state = state where part_id = (select min(part_id) from version)`)
      expect(await second).toMatch(/goes first; nothing was taken out/)
    } finally {
      await holder.query('rollback')
      holder.release()
    }
    expect(await rowsOf(hub)).toEqual(before)
    expect(await detachedVersionRanges(hub.db)).toEqual([])

    // By age, too: what is whole on the disk goes first, however little it is, and what was not written to its end is removed.
    await mkdir(join(dir, '370100-versions-0-131072.partial'))
    const { directory, to } = await detach(hub, { to: null, atLeast: 1000 })
    expect([to, await readdir(dir)]).toEqual([border, ['370100-versions-0-65536']])
    expect(await readFile(join(directory, 'range.json'), 'utf8')).toBe(written)
    await attach(hub, directory)
    expect(await rowsOf(hub)).toEqual(before)
  })
})
