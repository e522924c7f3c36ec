import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Problem } from '@huijiao/problem'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  type Caller,
  correctRecord,
  detachedVersionRanges,
  dictionaryUse,
  findLinkage,
  forwardLink,
  type Hub,
  indexRecords,
  readLogHead,
  readVersions,
  sequenceLog,
  shadowReport,
  startStoredShadow,
  stepShadows,
  watchIdentities,
} from '../src/index.ts'
import { attachCold, border, detachCold, growOld, place, readOn } from './cold-versions.ts'
import { company } from './identity.ts'
import { askAbove, reconcileTiers } from './reconcile-tiers.ts'
import { enrol, project, receiptOf, submit, upsert } from './test-hub.ts'
import { forwardAll, openTiers, type Tiers, versionsOf } from './two-tiers.ts'

let tiers: Tiers
let vendor: Caller
let recordId: string
let dir: string
const lower = () => tiers.lower.hub

/** A city and its province that hold a project of three versions and a company of two. */
beforeAll(async () => {
  tiers = await openTiers()
  vendor = await enrol(lower())
  for (const name of ['一', '二', '三']) {
    const sent = await submit(lower(), vendor, [upsert('TBProjectInfo', 'XM-1', project(1, { PrjName: `示例花园${name}期（合成）` }))])
    recordId = receiptOf(sent).records[0]?.recordId as string
    await forwardAll(lower(), tiers.linkNo, tiers.send)
  }
  for (const man of ['法示例', '人示例']) await submit(lower(), vendor, [upsert('TBCorpBasicInfo', 'QY-1', company(1, { LegalMan: man }))])
  await forwardAll(lower(), tiers.linkNo, tiers.send)
  await readOn(tiers.upper.hub)
  await growOld(lower())
}, 60_000)
afterAll(() => tiers.close())
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'huijiao-versions-'))
  return async () => {
    if ((await detachedVersionRanges(lower().db)).length > 0) await attachCold(lower(), join(dir, '370100-versions-0-65536'))
    await rm(dir, { recursive: true, force: true })
  }
})

const problemOf = async (work: Promise<unknown>) =>
  await work.then(
    () => null,
    (error: unknown) => (error instanceof Problem ? { code: error.code, status: error.status, range: error.range } : String(error)),
  )
const cursorOf = async (hub: Hub, name: string) =>
  (await hub.db.selectFrom('reader').select('cursor').where('name', '=', name).executeTakeFirstOrThrow()).cursor
const linkError = async () =>
  (await lower().db.selectFrom('link').select('last_error').where('link_no', '=', tiers.linkNo).executeTakeFirstOrThrow()).last_error
const waits = `部分编号 0 至 65535 中较早版本的内容已移出数据库，存放于：${place}`

describe('a reader of the log that comes upon contents that were taken out', () => {
  it.each([
    ['linkage', findLinkage],
    ['identity', watchIdentities],
    ['search', indexRecords],
  ] as const)('stops where it stands and says where they are, and goes on when they are back: %s', async (name, step) => {
    const hub = lower()
    const { directory, digest } = await detachCold(hub, dir)
    const undo = await mendOnto(hub, 'TBCorpBasicInfo')
    await sql`update reader set cursor = 0 where name = ${name}`.execute(hub.db)
    const gone = { code: 'version-range-detached', status: 410, range: { from: 0, to: border, place, digest } }
    expect(await problemOf(step(hub))).toEqual(gone)
    expect(await cursorOf(hub, name)).toBe(0)
    await attachCold(hub, directory)
    while (await step(hub)) continue
    expect(await cursorOf(hub, name)).toBe((await readLogHead(hub.db))?.size)
    await undo()
  })
})

describe('a person who asks for contents that were taken out', () => {
  it('is told where they are when a correction names them; what counts the use of codes says that it has not seen all', async () => {
    const hub = lower()
    const { directory, digest } = await detachCold(hub, dir)
    const changes = [{ kind: 'removed' as const, code: '01', before: null, after: null }]
    const use = () => dictionaryUse(hub, { release: '2018', code: 'TBPRJTYPEDIC', changes })
    expect(await use()).toMatchObject({ records: 1, looked: 1, more: false })
    const undo = await mendOnto(hub, 'TBProjectInfo')
    const { versions } = await readVersions(hub, recordId, { unmask: false })
    const input = { corrects: String(versions.at(-1)?.commitment), fields: { AllInvest: '1' }, reason: '单位写错' }
    expect(await problemOf(correctRecord(hub, 'operator:test', recordId, input))).toEqual({
      code: 'version-range-detached',
      status: 410,
      range: { from: 0, to: border, place, digest },
    })
    expect(await use()).toMatchObject({ records: 0, looked: 1, more: true })
    await undo()
    await attachCold(hub, directory)
  })
})

describe('a run in the shadow', () => {
  it('counts what was taken out by itself, apart from what it passes over, and judges it when it is back', async () => {
    const hub = lower()
    const { directory, moved } = await detachCold(hub, dir)
    expect(moved).toBe(3)
    const { standard_no: standardNo } = await hub.db
      .selectFrom('standard')
      .select('standard_no')
      .where('release', '=', '2018')
      .executeTakeFirstOrThrow()
    const shadow = async () => {
      await sequenceLog(hub)
      const run = await startStoredShadow(hub, 'operator:test', { standardNo, days: 30 })
      while (await stepShadows(hub)) continue
      return await shadowReport(hub.db, run)
    }
    expect(await shadow()).toMatchObject({ state: 'finished', judged: 2, elsewhere: 3, passedOver: 0, progress: { done: 5, total: 5 } })
    // Of another release it would not have been judged anyway.
    await sql`update version set release = 'another' where n = 2 and length(salts) = 0`.execute(hub.db)
    expect(await shadow()).toMatchObject({ judged: 2, elsewhere: 2, passedOver: 1, progress: { done: 5, total: 5 } })
    await sql`update version set release = '2018' where release = 'another'`.execute(hub.db)
    await attachCold(hub, directory)
    expect(await shadow()).toMatchObject({ judged: 5, elsewhere: 0, passedOver: 0, progress: { done: 5, total: 5 } })
  })
})

describe('a link', () => {
  it('waits, sending nothing, with a delivery that the upstream lost and whose contents were taken out, and goes on when they are back', async () => {
    const hub = lower()
    const { directory } = await detachCold(hub, dir)
    // As after the upstream was put back; see reopenDeliveries.
    const [first] = (
      await sql<{ id: string }>`
        update delivery set state = 'open', receipt = null, counts = null, finished_at = null
        where delivery_id = (select delivery_id from delivery where record_count > 0 order by number limit 1) returning delivery_id as id`.execute(
        hub.db,
      )
    ).rows
    const sent: string[] = []
    const send: typeof tiers.send = (link, request) => (sent.push(request.id), tiers.send(link, request))
    expect([await forwardLink(hub, tiers.linkNo, send), sent]).toEqual(['outage', []])
    expect(await linkError()).toContain(waits)
    await attachCold(hub, directory)
    expect((await forwardAll(hub, tiers.linkNo, send)).at(-1)).toBe('idle')
    expect(sent).toEqual([first?.id])
  })

  it('goes on, when a comparison finds missing above what was taken out here: the comparison says where that is, and sends it when it is back', async () => {
    const hub = lower()
    const { upper } = tiers
    const before = await versionsOf(upper.hub)
    const { directory } = await detachCold(hub, dir)
    // A disk above has lost the record.
    await upper.hub.db.deleteFrom('version').where('entity', '=', 'TBProjectInfo').execute()
    await upper.hub.db.deleteFrom('stream').where('entity', '=', 'TBProjectInfo').execute()
    const run = await reconcileTiers(tiers, askAbove(tiers))
    expect(run).toMatchObject({ state: 'diverged', sentAgain: 1, error: expect.stringContaining(waits), found: { lowerAhead: 3 } })
    // Reporting goes on meanwhile.
    await submit(hub, vendor, [upsert('TBProjectInfo', 'XM-2', project(2))])
    expect((await forwardAll(hub, tiers.linkNo, tiers.send)).at(-1)).toBe('idle')
    const projects = (await versionsOf(upper.hub)).filter((one) => one.entity === 'TBProjectInfo')
    expect(projects.map((one) => one.n)).toEqual([3, 1])
    await attachCold(hub, directory)
    expect(await reconcileTiers(tiers, askAbove(tiers))).toMatchObject({ state: 'equal', sentAgain: 2, error: null })
    const places = (list: typeof before) => list.map((one) => `${one.record_id} ${one.n} ${one.commitment}`)
    expect(places(await versionsOf(upper.hub))).toEqual(expect.arrayContaining(places(before)))
  })
})

/** Has a stream, and what search shows, stand on its first version again, as after rows were lost. @returns what undoes it */
async function mendOnto(hub: Hub, entity: string): Promise<() => Promise<void>> {
  await sequenceLog(hub)
  const { rows } = await sql<{ part_id: number; ordinal: number; key_digest: Buffer }>`
    select part_id, ordinal, key_digest from version where entity = ${entity} and n = 1 and length(salts) = 0`.execute(hub.db)
  const old = rows[0] as (typeof rows)[number]
  const kept = await hub.db.selectFrom('stream').selectAll().where('key_digest', '=', old.key_digest).executeTakeFirstOrThrow()
  const set = async (part: number, ordinal: number) => {
    await sql`
      update stream set head_part = ${part}, head_ordinal = ${ordinal}, last_part = ${part}, last_ordinal = ${ordinal},
        force_part = ${part}, force_ordinal = ${ordinal} where key_digest = ${old.key_digest}`.execute(hub.db)
    await sql`update search_record set part_id = ${part}, ordinal = ${ordinal} where key_digest = ${old.key_digest}`.execute(hub.db)
  }
  await set(old.part_id, old.ordinal)
  return async () => {
    await set(kept.head_part, kept.head_ordinal)
    await readOn(hub)
  }
}
