import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Caller, endSendUp, listSentUp, listSkips, loadPolicy, requalify, sendUp, sequenceLog, showSentUp } from '../src/index.ts'
import { detachCold, growOld } from './cold-versions.ts'
import { enrol, receiptOf, submit, type TestHub, upsert } from './test-hub.ts'
import { forwardAll, linkUp, openTier, versionsOf } from './two-tiers.ts'

const entity = 'TBCorpBadCreditInfo'
const sample = JSON.parse(
  readFileSync(join(import.meta.dirname, '..', '..', '..', 'schemas', '2018', 'valid', `${entity}.full.json`), 'utf8'),
) as Record<string, unknown>
/** A decision under a code of a province's own list (Shandong, seen in its list); synthetic otherwise. */
const conduct = (over: Record<string, unknown> = {}) => ({ ...sample, CreditCode: 'KC-003', CreditType: 'B1-1', ...over })

describe('a serious conduct of a provincial code', () => {
  let province: TestHub
  let nation: TestHub
  let up: Awaited<ReturnType<typeof linkUp>>
  let system: Caller
  beforeEach(async () => {
    ;[province, nation] = await Promise.all([openTier('provincial'), openTier('national')])
    up = await linkUp(province.hub, nation.hub)
    system = await enrol(province.hub)
  })
  afterEach(() => Promise.all([province.close(), nation.close()]))

  const send = async (over: Record<string, unknown> = {}) => {
    const [record] = receiptOf(await submit(province.hub, system, [upsert(entity, 'XW-1', conduct(over))])).records
    expect(record?.outcome).toMatch(/accepted|doubtful/)
    await forwardAll(province.hub, up.linkNo, up.send)
    return record?.recordId as string
  }
  const above = async () =>
    (await nation.hub.db.selectFrom('version').select(['n', 'operation', 'flags']).orderBy('n').execute()).map((one) => [
      one.n,
      one.operation,
      one.flags,
    ])
  const skips = async () => (await listSkips(province.hub.db, { linkNo: up.linkNo, limit: 10 })).map((one) => one.reason)

  it('stays, with the reason, and goes up flagged once somebody has decided so; the decision is an entry', async () => {
    const recordId = await send()
    expect([await above(), await skips()]).toEqual([[], ['conduct-code-provincial']])
    const decided = await sendUp(province.hub, 'operator:test', recordId, { reason: '情节严重（合成）', document: '示建函〔2026〕12号' })
    expect(decided).toEqual({ recordId, entity, versions: 1 })
    await forwardAll(province.hub, up.linkNo, up.send)
    expect([await above(), await skips()]).toEqual([[[1, 'upsert', ['by-decision']]], []])
    const [entry] = await province.hub.db.selectFrom('log_entry').select(['actor', 'body']).where('kind', '=', 'decision').execute()
    expect([entry?.actor, JSON.parse(entry?.body as string)]).toMatchObject([
      'operator:test',
      { decision: 'sent-up', record: recordId, reason: '情节严重（合成）', document: '示建函〔2026〕12号' },
    ])
    expect((await listSentUp(province.hub.db, { limit: 5 })).map(showSentUp)).toMatchObject([
      { recordId, entity, document: '示建函〔2026〕12号', ended: null },
    ])
  })

  it('goes up with its later versions too; when the decision is taken back, it ends above and stays again', async () => {
    const recordId = await send()
    await sendUp(province.hub, 'operator:test', recordId, { reason: '情节严重（合成）' })
    await send({ Content: '补充后的不良行为内容（合成）' })
    expect((await above()).map(([n]) => n)).toEqual([1, 2])
    await endSendUp(province.hub, 'operator:test', recordId, '复议后撤销（合成）')
    await forwardAll(province.hub, up.linkNo, up.send)
    expect((await versionsOf(nation.hub)).map((one) => [one.n, one.operation]).at(-1)).toEqual([2, 'no-longer-qualifies'])
    await send({ Content: '再次补充的不良行为内容（合成）' })
    expect(await skips()).toContain('conduct-code-provincial')
    expect((await nation.hub.db.selectFrom('version').select('n').where('n', '=', 3).execute()).length).toBe(0)
    await expect(endSendUp(province.hub, 'operator:test', recordId, '再次')).rejects.toMatchObject({ code: 'not-found' })
  })

  it('is kept by every other rule as before: a decision publishes nothing', async () => {
    const recordId = await send({ IsPublic: '0' })
    await sendUp(province.hub, 'operator:test', recordId, { reason: '情节严重（合成）' })
    await forwardAll(province.hub, up.linkNo, up.send)
    expect([await above(), await skips()]).toEqual([[], ['conduct-not-published']])
    // Published later, it goes, without another decision.
    await send()
    expect(await above()).toMatchObject([[2, 'upsert', ['by-decision']]])
  })

  it('is decided though the contents of versions that went up before were taken out of the database', async () => {
    const recordId = await send()
    await sendUp(province.hub, 'operator:test', recordId, { reason: '情节严重（合成）' })
    for (const Content of ['补充后的不良行为内容（合成）', '再次补充的不良行为内容（合成）']) await send({ Content })
    await endSendUp(province.hub, 'operator:test', recordId, '复议后撤销（合成）')
    await forwardAll(province.hub, up.linkNo, up.send)
    await growOld(province.hub)
    const dir = await mkdtemp(join(tmpdir(), 'huijiao-versions-'))
    expect((await detachCold(province.hub, dir)).moved).toBe(1)
    await rm(dir, { recursive: true })
    expect(await sendUp(province.hub, 'operator:test', recordId, { reason: '复议后维持（合成）' })).toMatchObject({ versions: 2 })
    await forwardAll(province.hub, up.linkNo, up.send)
    expect((await above()).at(-1)).toEqual([3, 'upsert', ['by-decision']])
  })

  it('is looked at with its decision when the policy changes as well', async () => {
    const recordId = await send({ IsPublic: '0' })
    await sendUp(province.hub, 'operator:test', recordId, { reason: '情节严重（合成）' })
    await forwardAll(province.hub, up.linkNo, up.send)
    const document = structuredClone(province.hub.policy().document)
    const national = document.qualification['national']?.filter((rule) => rule.id !== 'national.conduct-not-published') ?? []
    await loadPolicy(province.hub, 'operator:test', {
      ...document,
      id: 'unpublished-too',
      qualification: { ...document.qualification, national },
    })
    await sequenceLog(province.hub)
    while (await requalify(province.hub)) await sequenceLog(province.hub)
    await forwardAll(province.hub, up.linkNo, up.send)
    expect(await above()).toMatchObject([[1, 'upsert', ['by-decision']]])
  })

  it('is decided once; what no such rule keeps here cannot be decided', async () => {
    const recordId = await send()
    await sendUp(province.hub, 'operator:test', recordId, { reason: '情节严重（合成）' })
    await expect(sendUp(province.hub, 'operator:test', recordId, { reason: '再次' })).rejects.toMatchObject({
      code: 'send-up-not-possible',
    })
    const listed = receiptOf(
      await submit(province.hub, system, [upsert(entity, 'XW-2', { ...sample, PunishNumber: '示建罚字〔2026〕8号' })]),
    )
    const other = listed.records[0]?.recordId as string
    await expect(sendUp(province.hub, 'operator:test', other, { reason: '已可上报' })).rejects.toMatchObject({
      code: 'send-up-not-possible',
    })
  })
})
