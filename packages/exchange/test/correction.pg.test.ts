import { verifierKey, verifyCustody } from '@huijiao/merkle'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type Caller,
  correctRecord,
  custodyDocument,
  decideConflict,
  endCorrection,
  indexRecords,
  listConflicts,
  listCorrections,
  listRecords,
  readRecord,
  readVersions,
  searchRecords,
  sequenceLog,
} from '../src/index.ts'
import { company, watch } from './identity.ts'
import { enrol, project, receiptOf, submit, upsert } from './test-hub.ts'
import { forwardAll, openTiers, type Tiers } from './two-tiers.ts'

let tiers: Tiers
let system: Caller

beforeAll(async () => {
  tiers = await openTiers()
  system = await enrol(tiers.lower.hub)
})
afterAll(() => tiers.close())

const send = async (data: object, entity = 'TBProjectInfo') => {
  const answer = receiptOf(await submit(tiers.lower.hub, system, [upsert(entity, 'X', data)]))
  expect(answer.records[0]).toMatchObject({ outcome: expect.stringMatching(/accepted|unchanged/) })
  return answer.records[0] as { recordId: string; commitment: string; outcome: string }
}
const shown = async (recordId: string, hub = tiers.lower.hub) =>
  (await readRecord(hub, recordId, { unmask: false })).inForce as Record<string, any>
const conflicts = (recordId: string, hub = tiers.lower.hub) => listConflicts(hub, { recordId, limit: 50 })
const lower = () => tiers.lower.hub

describe('a correction by hand', () => {
  it('is a version of the node’s own stream, names what it corrects, and leaves the source’s version as it was', async () => {
    const { recordId, commitment } = await send(project(1))
    const answer = await correctRecord(lower(), 'operator:test', recordId, {
      corrects: commitment,
      fields: { AllInvest: '20000' },
      reason: '单位写错',
    })
    expect(answer).toMatchObject({ outcome: 'accepted', recordId, version: 1, corrects: commitment, fields: ['AllInvest'] })
    const record = await shown(recordId)
    expect(record['data']).toMatchObject({ AllInvest: '20000', PrjName: '示例花园 1（合成）' })
    expect(record['stream']).toBe('370100/p-city')
    expect(record['sources']['AllInvest']).toEqual({ stream: '370100/node', version: 1, release: '2018', commitment: answer.commitment })
    expect(record['sources']['PrjName']).toMatchObject({ stream: '370100/p-city', commitment })
    expect(record['corrections']).toMatchObject([{ stream: '370100/node', corrects: commitment, fields: ['AllInvest'] }])
    // A list says of it what its page says.
    await sequenceLog(lower())
    while (await indexRecords(lower())) continue
    const { rows } = await searchRecords(lower(), { text: record['data']['PrjNum'], limit: 5 })
    for (const audience of ['operators', 'public'] as const) {
      const [listed] = await listRecords(lower(), rows, audience)
      expect(listed).toMatchObject({ recordId, several: true })
      expect(listed?.facts).toContainEqual(expect.objectContaining({ code: 'AllInvest', value: '20000' }))
    }
    const { versions } = await readVersions(lower(), recordId, { unmask: false })
    expect(versions.map((one) => [one.stream, one.version, one.data?.['AllInvest'], one.flags])).toEqual([
      ['370100/p-city', 1, '18600.5', []],
      ['370100/node', 1, '20000', [`corrects:${commitment}`]],
    ])
  })

  it('is judged by the standard like any record, with every problem at once, and stores nothing when it is refused', async () => {
    const { recordId, commitment } = await send(project(2))
    const answer = await correctRecord(lower(), 'operator:test', recordId, {
      corrects: commitment,
      fields: { CountyNum: '370299', BuildCorpCode: '91370199MA00DEM14X' },
      reason: 'x',
    })
    expect(answer.outcome).toBe('refused')
    expect(answer.problems.map((problem) => problem.pointer).toSorted()).toEqual(
      expect.arrayContaining(['/data/BuildCorpCode', '/data/CountyNum']),
    )
    expect((await readVersions(lower(), recordId, { unmask: false })).versions).toHaveLength(1)
  })

  it('is not undone by the next push: what merely repeats the corrected value is stored and does not win, and nobody is asked', async () => {
    const { recordId, commitment } = await send(project(3))
    await correctRecord(lower(), 'operator:test', recordId, { corrects: commitment, fields: { AllInvest: '20000' }, reason: 'x' })
    expect((await send(project(3))).outcome).toBe('unchanged')
    expect((await send(project(3, { PrjName: '示例花园三期（合成）' }))).outcome).toBe('accepted')
    expect((await shown(recordId))['data']).toMatchObject({ AllInvest: '20000', PrjName: '示例花园三期（合成）' })
    await watch(lower())
    expect(await conflicts(recordId)).toEqual([])
  })

  it('stands against a genuinely new value of the source, and a person is asked', async () => {
    const { recordId, commitment } = await send(project(4))
    await correctRecord(lower(), 'operator:test', recordId, { corrects: commitment, fields: { AllInvest: '20000' }, reason: 'x' })
    await send(project(4, { AllInvest: '31000' }))
    await watch(lower())
    expect((await shown(recordId))['data']['AllInvest']).toBe('20000')
    const [conflict, ...others] = await conflicts(recordId)
    expect(others).toEqual([])
    expect(conflict).toMatchObject({ kind: 'correction', field: 'AllInvest', fieldName: '总投资（万元）' })
    expect(conflict!.sides.map((side) => [side.stream, side.value])).toEqual([
      ['370100/p-city', '31000'],
      ['370100/node', '20000'],
    ])
    await decideConflict(lower(), 'operator:test', conflict!.conflict, { source: '370100/p-city', reason: '概算已调整' })
    expect((await shown(recordId))['data']['AllInvest']).toBe('31000')
    await watch(lower())
    expect(await conflicts(recordId)).toEqual([])
    // Who corrects after that means it: the decision before it counts no more.
    const now = await shown(recordId)
    await correctRecord(lower(), 'operator:test', recordId, {
      corrects: now['sources']['PrjName'].commitment,
      fields: { AllInvest: '31500' },
      reason: 'x',
    })
    expect((await shown(recordId))['data']['AllInvest']).toBe('31500')
  })

  it('keeps what was corrected before when another field is corrected', async () => {
    const { recordId, commitment } = await send(project(5))
    await correctRecord(lower(), 'operator:test', recordId, { corrects: commitment, fields: { AllInvest: '20000' }, reason: 'x' })
    await correctRecord(lower(), 'operator:test', recordId, {
      corrects: commitment,
      fields: { Address: '示例路 2 号（合成）' },
      reason: 'y',
    })
    expect((await shown(recordId))['data']).toMatchObject({ AllInvest: '20000', Address: '示例路 2 号（合成）' })
    expect((await listCorrections(lower().db, { recordId, limit: 10 })).map((one) => [one.fields, one.ended?.reason ?? null])).toEqual([
      [['Address', 'AllInvest'], null],
      [['AllInvest'], 'replaced'],
    ])
  })

  it('ends by a person’s decision, and can be made again', async () => {
    const { recordId, commitment } = await send(project(6))
    const input = { corrects: commitment, fields: { AllInvest: '20000' }, reason: 'x' }
    await correctRecord(lower(), 'operator:test', recordId, input)
    await endCorrection(lower(), 'operator:test', recordId, '来源已改正')
    expect((await shown(recordId))['data']['AllInvest']).toBe('18600.5')
    await expect(endCorrection(lower(), 'operator:test', recordId, 'x')).rejects.toMatchObject({ code: 'not-found' })
    expect(await correctRecord(lower(), 'operator:test', recordId, input)).toMatchObject({ outcome: 'accepted', version: 2 })
    expect((await shown(recordId))['data']['AllInvest']).toBe('20000')
  })

  it('is refused for a version that the source has replaced, for a key, and where nothing differs', async () => {
    const { recordId, commitment } = await send(project(7))
    await send(project(7, { Address: '示例路 7 号（合成）' }))
    const correct = (corrects: string, fields: Record<string, unknown>) =>
      correctRecord(lower(), 'operator:test', recordId, { corrects, fields, reason: 'x' })
    await expect(correct(commitment, { AllInvest: '1' })).rejects.toMatchObject({ code: 'correction-not-possible' })
    const now = (await shown(recordId))['commitment'] as string
    await expect(correct(now, { PrjNum: '3701022001010199' })).rejects.toMatchObject({ code: 'correction-not-possible' })
    await expect(correct(now, { AllInvest: '18600.5' })).rejects.toMatchObject({ code: 'parameter-invalid' })
    await expect(correct(`sha-256:${'0'.repeat(64)}`, { AllInvest: '1' })).rejects.toMatchObject({ code: 'parameter-invalid' })
  })

  it('respects sealed fields: they are corrected, kept sealed, and shown masked', async () => {
    const { recordId, commitment } = await send(company(1), 'TBCorpBasicInfo')
    await correctRecord(lower(), 'operator:test', recordId, { corrects: commitment, fields: { LinkPhone: '10000000002' }, reason: 'x' })
    const record = await shown(recordId)
    expect(record['data']).toMatchObject({ LinkPhone: '***', LegalManIDCard: '***', LegalMan: '法示例' })
    expect(record['sources']['LinkPhone'].stream).toBe('370100/node')
    const clear = (await readRecord(lower(), recordId, { unmask: true })).inForce as Record<string, any>
    expect(clear['data']['LinkPhone']).toBe('10000000002')
    await sequenceLog(lower())
    const bodies = await lower().db.selectFrom('log_entry').select(['body', 'leaf']).execute()
    for (const { body, leaf } of bodies) expect(`${body}${leaf}`).not.toMatch(/1000000000[12]/)
  })
})

describe('a correction between tiers', () => {
  it('goes up as the node’s own stream, counts above as it does below, and is taken back above when it ends', async () => {
    const { recordId, commitment } = await send(project(20))
    await forwardAll(lower(), tiers.linkNo, tiers.send)
    expect((await shown(recordId, tiers.upper.hub))['data']['AllInvest']).toBe('18600.5')
    await correctRecord(lower(), 'operator:test', recordId, { corrects: commitment, fields: { AllInvest: '20000' }, reason: 'x' })
    await send(project(20, { PrjName: '示例花园二十期（合成）' }))
    await forwardAll(lower(), tiers.linkNo, tiers.send)
    const above = await shown(recordId, tiers.upper.hub)
    expect(above['data']).toMatchObject({ AllInvest: '20000', PrjName: '示例花园二十期（合成）' })
    expect(above['sources']['AllInvest']).toMatchObject({ stream: '370100/node', version: 1 })
    await sequenceLog(tiers.upper.hub)
    const custody = await custodyDocument(tiers.upper.hub, recordId, { stream: '370100/node' })
    const keys = [lower(), tiers.upper.hub].map(({ node, signingKey }) => verifierKey(node.name, signingKey.publicKey))
    expect(verifyCustody(JSON.parse(JSON.stringify(custody)), keys).outcome).toBe('verified')
    expect(JSON.parse(custody.steps.at(-1)!.entry.body)).toMatchObject({
      correction: { record: recordId, corrects: commitment, fields: ['AllInvest'] },
    })
    await endCorrection(lower(), 'operator:test', recordId, '来源已改正')
    await forwardAll(lower(), tiers.linkNo, tiers.send)
    expect((await shown(recordId, tiers.upper.hub))['data']['AllInvest']).toBe('18600.5')
  })

  it('made above what came from below stays when the same record is pushed again', async () => {
    const { recordId, commitment } = await send(project(21))
    await forwardAll(lower(), tiers.linkNo, tiers.send)
    const above = tiers.upper.hub
    await correctRecord(above, 'operator:test', recordId, { corrects: commitment, fields: { AllInvest: '21000' }, reason: '省级核查' })
    await send(project(21, { Address: '示例路 21 号（合成）' }))
    await forwardAll(lower(), tiers.linkNo, tiers.send)
    expect((await shown(recordId, above))['data']).toMatchObject({ AllInvest: '21000', Address: '示例路 21 号（合成）' })
    await watch(above)
    expect(await conflicts(recordId, above)).toEqual([])
  })
})
