import { sampleCity, submitters } from '@huijiao/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { textArray } from '@huijiao/database'
import { sql } from 'kysely'
import {
  type Caller,
  decideDuplicate,
  type Hub,
  listConflicts,
  listDuplicates,
  listSuccessions,
  lookupRecord,
  readRecord,
  readVersions,
  resolveHeld,
  sequenceLog,
} from '../src/index.ts'
import { watch } from './identity.ts'
import { enrol, submit, type TestHub } from './test-hub.ts'
import { forwardAll, linkUp, openTier } from './two-tiers.ts'

const city = sampleCity()
let municipal: TestHub
let provincial: TestHub

/** The whole sample city through the engine of its two nodes. */
beforeAll(async () => {
  ;[municipal, provincial] = await Promise.all([openTier('municipal'), openTier('provincial')])
  const link = await linkUp(municipal.hub, provincial.hub)
  const callers = new Map<string, Caller>()
  for (const { submitter, envelope, records } of city.submissions) {
    const { name, tier, regions } = submitters[submitter]
    const node = tier === 'municipal' ? municipal : provincial
    if (tier === 'national') continue
    const caller = callers.get(name) ?? (await enrol(node.hub, `p-${name}`, regions))
    callers.set(name, caller)
    await submit(node.hub, caller, records, { id: envelope.id, standard: envelope.standard })
  }
  await settle(municipal.hub)
  await forwardAll(municipal.hub, link.linkNo, link.send)
  await settle(provincial.hub)
  await watch(municipal.hub)
  await watch(provincial.hub)
}, 300_000)
afterAll(() => Promise.all([municipal.close(), provincial.close()]))

const settle = async (hub: Hub) => {
  await sequenceLog(hub)
  while (await resolveHeld(hub)) await sequenceLog(hub)
}
const story = (name: string) => city.filings.filter((filing) => filing.story === name)
const numberOf = (index: number) =>
  String(
    city.filings.find((filing) => filing.record.sourceId.endsWith(`-${index + 1}`) && filing.record.entity === 'TBProjectInfo')?.record
      .data?.['PrjNum'],
  )

describe('in the sample city', () => {
  it('the project under two numbers is put before a person, with what speaks for it and its score', async () => {
    const planted = city.stories['two-numbers'].map(numberOf).toSorted()
    const [found] = await listDuplicates(municipal.hub, { entity: 'TBProjectInfo', limit: 500 })
    expect(found!.records.map((record) => record.data['PrjNum']).toSorted()).toEqual(planted)
    expect(found).toMatchObject({ score: 1, reasons: ['name', 'county', 'developer', 'investment', 'size'] })
  })

  it('nothing else is asked: no false pair among all projects, companies and decisions of either node', async () => {
    const counts = async (hub: Hub) => {
      const { rows } = await sql<{ entity: string; count: number }>`
        select entity, count(*) as count from stream where entity = any(${textArray(['TBProjectInfo', 'TBCorpBasicInfo', 'TBCorpBadCreditInfo'])}::text[]) and force_part is not null group by 1`.execute(
        hub.db,
      )
      return Object.fromEntries(rows.map((row) => [row.entity, row.count]))
    }
    expect((await counts(municipal.hub))['TBProjectInfo']).toBeGreaterThan(120)
    expect((await counts(provincial.hub))['TBCorpBasicInfo']).toBeGreaterThan(115)
    // Measured: 1 pair at each node, the planted one. False positives: 0.
    for (const node of [municipal, provincial])
      expect((await listDuplicates(node.hub, { limit: 500 })).map((one) => [one.entity, one.score])).toEqual([['TBProjectInfo', 1]])
  })

  it('one decision written with two kinds of brackets is one record, whichever way it is asked for', async () => {
    const [copy] = story('two-brackets')
    const { CorpCode, CreditCode, PunishNumber } = copy!.record.data as Record<string, string>
    const look = (number: string) =>
      lookupRecord(municipal.hub, { entity: 'TBCorpBadCreditInfo', key: { CorpCode, CreditCode, PunishNumber: number } })
    const asCopied = await look(PunishNumber!)
    expect(await look(PunishNumber!.replace('[', '〔').replace(']', '〕'))).toEqual(asCopied)
    const { versions } = await readVersions(municipal.hub, asCopied.recordId, { unmask: false })
    expect(new Set(versions.map((version) => version.data?.['PunishNumber'])).size).toBe(2)
  })

  it('the company that two sources describe differently is a conflict in just the fields in which they differ, where they meet', async () => {
    const [planted] = story('two-sources')
    const found = await listConflicts(provincial.hub, { limit: 500 })
    expect(found.map((one) => [one.entity, one.field, one.kind]).toSorted()).toEqual([
      ['TBCorpBasicInfo', 'Address', 'sources'],
      ['TBCorpBasicInfo', 'RegPrin', 'sources'],
    ])
    expect(found[0]!.sides.map((side) => side.stream)).toEqual(['370000/p-370000-registry', '370100/p-370100-city'])
    expect(await listConflicts(municipal.hub, { limit: 500 })).toEqual([])
    // The register counts more, and both stay readable.
    const { recordId } = await lookupRecord(provincial.hub, {
      entity: 'TBCorpBasicInfo',
      key: { CorpCode: planted!.record.data!['CorpCode'] },
    })
    const record = await readRecord(provincial.hub, recordId, { unmask: false })
    expect(record.inForce).toMatchObject({ stream: '370000/p-370000-registry' })
    expect(record.inForce?.data?.['Address']).not.toBe(planted!.record.data!['Address'])
    expect(record.conflicts).toHaveLength(2)
  })

  it('the three companies that got a credit code are found under their old one, by what the codes themselves say', async () => {
    const found = await listSuccessions(provincial.hub.db, { limit: 500 })
    expect(found.map((one) => one.rule)).toEqual(Array(3).fill('organisation-code-in-credit-code'))
    for (const filing of story('old-code').filter((one) => one.record.entity === 'TBCorpBasicInfo')) {
      const CorpCode = String(filing.record.data!['CorpCode'])
      const { recordId } = await lookupRecord(provincial.hub, { entity: 'TBCorpBasicInfo', key: { CorpCode } })
      const now = (await readRecord(provincial.hub, recordId, { unmask: false })).inForce?.data?.['CorpCode']
      expect(now).toMatch(/^.{8}\S{10}$/)
      expect(String(now).slice(8, 17)).toBe(CorpCode)
    }
  })

  it('no value of a field stands in the projections, only keyed digests', async () => {
    const rows = JSON.stringify([
      await provincial.hub.db.selectFrom('conflict').selectAll().execute(),
      (await provincial.hub.db.selectFrom('identity_trait').selectAll().execute()).map((row) => row.trait.toString('latin1')),
      await provincial.hub.db.selectFrom('duplicate').selectAll().execute(),
    ])
    for (const value of ['示例市另一地址99号', '8700', '9500', '山区西湖']) expect(rows).not.toContain(`"${value}`)
  })

  it('a person’s word that the two are one makes the survivor answer for both numbers', async () => {
    const [pair] = await listDuplicates(municipal.hub, { limit: 10 })
    const [kept, other] = pair!.records
    const { succession } = await decideDuplicate(municipal.hub, 'operator:test', pair!.duplicate, {
      decision: 'same',
      survivor: kept!.recordId,
      reason: '重复登记',
    })
    expect(succession).not.toBeNull()
    const found = await lookupRecord(municipal.hub, { entity: 'TBProjectInfo', key: { PrjNum: other!.data['PrjNum'] } })
    expect(found).toMatchObject({
      recordId: kept!.recordId,
      succession: { asked: other!.recordId, chain: [{ kind: 'merged', reason: '重复登记' }] },
    })
    expect(await listDuplicates(municipal.hub, { limit: 10 })).toEqual([])
  })
})
