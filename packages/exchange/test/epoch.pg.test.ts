import { checkLog, emptyRoot, type EpochEntry, forkFrom, readEpochs, verifierKey } from '@huijiao/merkle'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  beginEpoch,
  epochEntries,
  epochOf,
  LogChanged,
  readEntryBundle,
  readLogHead,
  readTile,
  refreshEpoch,
  sequenceLog,
} from '../src/index.ts'
import { enrol, openTestHub, project, submit, type TestHub, upsert } from './test-hub.ts'

let node: TestHub
beforeEach(async () => {
  node = await openTestHub()
})
afterEach(() => node.close())

const fill = async (count: number, from = 0) => {
  for (let at = from; at < from + count; at += 1) await submit(node.hub, caller, [upsert('TBProjectInfo', `XM-${at}`, project(at))])
  await sequenceLog(node.hub)
}
let caller: Awaited<ReturnType<typeof enrol>>
beforeEach(async () => {
  caller = await enrol(node.hub)
})

/** The node's log as a client reads it, with the published entries of its epochs changed at will. */
const check = async (expected: Parameters<typeof checkLog>[1] = {}, epochs?: (entries: EpochEntry[]) => EpochEntry[]) => {
  const { db, signingKey, node: facts } = node.hub
  const note = (await readLogHead(db))?.note as string
  return await checkLog(
    {
      readCheckpoint: () => note,
      readTile: async (level, index, width) => (await readTile(db, level, index, width)) as Buffer,
      readEntries: async (index, width) => (await readEntryBundle(db, index, width)) as Buffer,
      readEpochs: async () => (epochs ?? ((entries) => entries))(await epochEntries(db)),
    },
    { verifierKeys: [verifierKey(facts.name, signingKey.publicKey)], ...expected },
  )
}
const seenNow = async () => {
  const head = await readLogHead(node.hub.db)
  return { size: head?.size as number, root: head?.root as Buffer, origin: node.hub.node.origin }
}

describe('a new epoch of a log', () => {
  it('begins with an entry that names the epoch, length and root before it, ahead of everything that waits for a number', async () => {
    await fill(3)
    const before = await seenNow()
    const old = epochOf(node.hub.node)
    await submit(node.hub, caller, [upsert('TBProjectInfo', 'XM-9', project(9))]) // waits
    expect(await beginEpoch(node.hub, { reason: 'shortfall', known: [{ epoch: old, size: before.size + 40, by: 'high-water' }] })).toBe(
      true,
    )
    const entries = await epochEntries(node.hub.db)
    const begins = readEpochs(entries, epochOf(node.hub.node))
    expect(begins).toMatchObject([
      { epoch: { number: 2 }, previous: { epoch: old, size: before.size, root: before.root }, abandoned: [], reason: 'shortfall' },
    ])
    expect(forkFrom(begins ?? [], old)?.previous.size).toBe(before.size)
    expect(node.hub.node.origin).toMatch(/^370100\/epoch\/2\/[0-9a-f]{16}$/)
    const kinds = await node.database.db.selectFrom('log_entry').select('kind').where('index', '>=', before.size).orderBy('index').execute()
    expect(kinds.map((row) => row.kind)).toEqual(['epoch', 'part'])
    expect(await check({ previous: before })).toMatchObject({
      ok: true,
      fork: { size: before.size, seen: before.size, reason: 'shortfall' },
    })
  })

  it('gets a number above every epoch that others know, and says which of them are not in this log', async () => {
    await fill(1)
    const strange = { number: 7, id: 'feedfeedfeedfeed' }
    await beginEpoch(node.hub, { reason: 'unconfirmed', known: [{ epoch: strange, size: 90, by: '370000' }] })
    expect(node.hub.node.epoch).toBe(8)
    const begins = readEpochs(await epochEntries(node.hub.db), epochOf(node.hub.node)) ?? []
    expect(begins[0]?.abandoned).toEqual([strange])
    expect(forkFrom(begins, strange)?.previous.size).toBe(begins[0]?.previous.size)
    expect(forkFrom(begins, { number: 7, id: '0000' })).toBeNull()
  })

  it('continues nothing when the log is empty, and names what neighbours knew', async () => {
    await node.database.db.deleteFrom('log_pending').execute()
    const known = { number: 3, id: 'aa' }
    await beginEpoch(node.hub, { reason: 're-created', known: [{ epoch: known, size: 12, by: '370000' }] })
    expect(readEpochs(await epochEntries(node.hub.db), epochOf(node.hub.node))).toMatchObject([
      { epoch: { number: 4 }, previous: { epoch: known, size: 0, root: emptyRoot } },
    ])
    await fill(2)
    expect(await check({ previous: { size: 12, root: Buffer.alloc(32, 1), origin: '370100/epoch/3/aa' } })).toMatchObject({
      ok: true,
      fork: { size: 0, seen: 12 },
    })
  })

  it('is refused by a check when the log does not name it, or names something else', async () => {
    await fill(2)
    const before = await seenNow()
    await beginEpoch(node.hub, { reason: 'restore', known: [] })
    await fill(2, 10)
    await beginEpoch(node.hub, { reason: 'restore', known: [] })
    expect(await check({ previous: before })).toMatchObject({ ok: true, epochs: [{ epoch: { number: 2 } }, { epoch: { number: 3 } }] })
    const kindsOf = (report: Awaited<ReturnType<typeof check>>) => report.findings.map((finding) => finding.kind)
    expect(kindsOf(await check({ previous: { ...before, origin: '370100/epoch/1/0000000000000000' } }))).toEqual(['epoch'])
    expect(kindsOf(await check({ previous: { ...before, root: Buffer.alloc(32) } }))).toEqual(['history'])
    expect(kindsOf(await check({}, (entries) => entries.slice(1)))).toEqual(['epoch'])
    expect(kindsOf(await check({}, (entries) => entries.slice(0, 1)))).toEqual(['epoch'])
    expect(kindsOf(await check({}, () => []))).toEqual(['epoch'])
    const changed = (entries: EpochEntry[]) =>
      entries.map((entry, at) => (at === 0 ? { ...entry, body: entry.body.replace('"restore"', '"asked"') } : entry))
    expect(kindsOf(await check({}, changed))).toEqual(['epoch'])
  })

  it('is begun once by processes that start together', async () => {
    await fill(1)
    const twin = { ...node.hub, node: { ...node.hub.node } }
    const begun = await Promise.all([node.hub, twin].map((hub) => beginEpoch(hub, { reason: 'restore', known: [] })))
    expect(begun.toSorted()).toEqual([false, true])
    expect(twin.node).toEqual(node.hub.node)
    expect(node.hub.node.epoch).toBe(2)
  })
})

describe('a process that numbers the log', () => {
  it('signs nothing more when entries that it signed are gone', async () => {
    await fill(4)
    await fill(1, 20)
    const { size } = await seenNow()
    await sql`delete from log_entry where index = ${size - 1}`.execute(node.database.db)
    await sql`delete from log_checkpoint where size = ${size}`.execute(node.database.db)
    await submit(node.hub, caller, [upsert('TBProjectInfo', 'XM-77', project(77))])
    await expect(sequenceLog(node.hub)).rejects.toThrow(LogChanged)
    expect((await seenNow()).size).toBeLessThan(size)
  })

  it('signs nothing under an epoch that another process has ended', async () => {
    await fill(1)
    const twin = { ...node.hub, node: { ...node.hub.node } }
    await beginEpoch(node.hub, { reason: 'asked', known: [] })
    await submit(node.hub, caller, [upsert('TBProjectInfo', 'XM-78', project(78))])
    await expect(sequenceLog(twin)).rejects.toThrow('another process has begun a new epoch')
    expect(await refreshEpoch(twin)).toBe(true)
    expect(await sequenceLog(twin)).toMatchObject([{ kind: 'part' }])
    expect(await check()).toMatchObject({ ok: true })
  })
})
