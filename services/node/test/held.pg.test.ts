import { drivenClock } from '@huijiao/testing'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type TestNode, adminToken, enrol, project, startTestNode, submission } from './node.ts'

type Json = Record<string, any>
const day = 86_400_000
const admin = { authorization: `Bearer ${adminToken}` }
const clock = drivenClock('2026-09-01T09:30:00+08:00')
let node: TestNode
let vendor: { headers: { authorization: string } }

beforeAll(async () => {
  node = await startTestNode({ worker: true, listen: true, clock })
  vendor = await enrol(node.context)
})
afterAll(() => node.stop())

async function call(
  method: string,
  path: string,
  headers: Record<string, string>,
  body?: unknown,
): Promise<{ status: number; json: Json }> {
  const response = await fetch(`${node.url}${path}`, {
    method,
    headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return { status: response.status, json: (await response.json()) as Json }
}
const send = async (records: readonly object[], query = '') => {
  const body = submission(records) as Json
  return { id: body['id'] as string, ...(await call('POST', `/v1/submissions${query}`, vendor.headers, body)) }
}
const permit = (serial: number, more: Json = {}) => {
  const { PrjNum } = project(serial)['data'] as { PrjNum: string }
  return {
    entity: 'TBBuilderLicenceManage',
    operation: 'upsert',
    sourceId: `SG-${serial}`,
    data: {
      PrjNum,
      BuilderLicenceNum: `${PrjNum}-SX-001`,
      BuiPrjName: `示例花园 ${serial}（合成）`,
      BargainDays: 300,
      ContractMoney: '1250.5',
      Area: '1200.5',
      ReleaseDate: '2026-01-01',
      CreateDate: '2026-01-02T09:30:00+08:00',
      CheckDepartName: '示例市住房和城乡建设局（合成）',
      CheckPersonName: '李示例',
      DataSource: '1',
      DataLevel: 'C',
      ...more,
    },
  }
}

describe('held records over HTTP', () => {
  it('are listed with what they wait for, get more time, and are shown as refused when it is over', async () => {
    const sent = await send([permit(1), permit(2)])
    expect(sent.json['counts']).toMatchObject({ held: 2 })
    const list = await call('GET', '/admin/v1/held?parent=TBProjectInfo', admin)
    expect(list.json['items']).toMatchObject([
      {
        entity: 'TBBuilderLicenceManage',
        sourceId: 'SG-1',
        until: '2026-10-01T01:30:00.000Z',
        waitsFor: [{ entity: 'TBProjectInfo', field: 'PrjNum', rule: 'linkage.project' }],
        submission: { id: sent.id, record: 0 },
        behindEarlier: false,
      },
      { sourceId: 'SG-2' },
    ])
    expect((await call('GET', '/admin/v1/held?entity=TBTenderInfo', admin)).json['items']).toEqual([])
    const first = await call('GET', '/admin/v1/held?limit=1', admin)
    const second = await call('GET', `/admin/v1/held?limit=1&cursor=${first.json['next']}`, admin)
    expect([...first.json['items'], ...second.json['items']].map((one: Json) => one['sourceId'])).toEqual(['SG-1', 'SG-2'])
    expect(second.json['next']).toBeNull()

    const { part, ordinal } = list.json['items'][1]
    const extend = { records: [{ part, ordinal }], until: '2026-12-01T00:00:00+08:00', reason: '县区系统正在迁移' }
    expect((await call('POST', '/admin/v1/held/extend', admin, { ...extend, until: '2026-01-01T00:00:00+08:00' })).json).toMatchObject({
      code: 'parameter-invalid',
    })
    expect((await call('POST', '/admin/v1/held/extend', admin, extend)).json).toEqual({ extended: 1 })
    expect((await call('GET', `/v1/submissions/${sent.id}`, vendor.headers)).json['linkage']).toMatchObject({
      held: { count: 2 },
      refusedLater: 0,
    })

    clock.advance(30 * day)
    await node.worker!.sweepNow()
    await vi.waitFor(async () => {
      const { json } = await call('GET', `/v1/submissions/${sent.id}`, vendor.headers)
      expect(json['linkage']).toMatchObject({
        held: { count: 1, until: '2026-11-30T16:00:00.000Z' },
        refusedLater: 1,
        findings: [{ record: 0, code: 'parent-never-came', rule: 'linkage.project', severity: 'error', state: 'open' }],
      })
    }, 10_000)
    // The receipt is what it was.
    expect((await call('GET', `/v1/submissions/${sent.id}/receipt`, vendor.headers)).json).toEqual(sent.json)

    await send([project(2)])
    await vi.waitFor(async () => expect((await call('GET', '/admin/v1/held', admin)).json['items']).toEqual([]), 10_000)
    const decisions = (await call('GET', '/admin/v1/log?kind=decision', admin)).json['items'] as Json[]
    expect(decisions.map((one) => one['body']?.['decision']).toSorted()).toEqual(
      expect.arrayContaining(['extended', 'refused', 'released']),
    )
    const metrics = await (await fetch(`${node.url}/metrics`)).text()
    expect(metrics).toMatch(/huijiao_held_records 0/)
    expect(metrics).toMatch(/huijiao_findings_open\{severity="error"\} 1/)
  })
})

describe('findings over HTTP', () => {
  it('stand at the record, at the submission and in the list, until a person clears them', async () => {
    const unknown = (project(5)['data'] as { PrjNum: string }).PrjNum
    const sent = await send([project(5), permit(5, { TenderNum: `${unknown}-BD-001` })])
    expect(sent.json['counts']).toMatchObject({ accepted: 2 })
    const recordId = sent.json['records'][1]['recordId'] as string
    await vi.waitFor(async () => {
      const { json } = await call('GET', `/v1/records/${recordId}`, vendor.headers)
      expect(json['findings']).toMatchObject([
        { rule: 'linkage.tender', severity: 'warning', state: 'open', problem: { pointer: '/data/TenderNum' } },
      ])
      expect(json['inForce']).not.toBeNull()
    }, 10_000)
    expect((await call('GET', `/v1/submissions/${sent.id}`, vendor.headers)).json['linkage']['findings']).toMatchObject([
      { record: 1, recordId, rule: 'linkage.tender' },
    ])
    const [found] = (await call('GET', `/admin/v1/findings?rule=linkage.tender&record=${recordId}`, admin)).json['items']
    expect(found).toMatchObject({ recordId, code: 'reference-missing', entity: 'TBBuilderLicenceManage' })
    const cleared = await call('POST', `/admin/v1/findings/${found['number']}/dismiss`, admin, { reason: '直接发包，无中标通知书' })
    expect(cleared.json).toMatchObject({ state: 'dismissed', settledBy: 'operator:token', reason: '直接发包，无中标通知书' })
    expect((await call('POST', `/admin/v1/findings/${found['number']}/dismiss`, admin, { reason: '再次' })).status).toBe(404)
    const absurd = await call('POST', '/admin/v1/findings/99999999999999999999/dismiss', admin, { reason: '没有这一项' })
    expect([absurd.status, absurd.json['code']]).toEqual([400, 'parameter-invalid'])
    expect((await call('GET', '/admin/v1/findings?rule=linkage.tender', admin)).json['items']).toEqual([])
    expect((await call('GET', '/admin/v1/findings', {})).status).toBe(401)
  })

  it('are told by a dry run as they would be found, with nothing left behind', async () => {
    const { PrjNum } = project(6)['data'] as { PrjNum: string }
    const dry = await send([project(6), permit(6, { TenderNum: `${PrjNum}-BD-001` }), permit(7)], '?dryRun=true')
    expect(dry.json['records'].map((one: Json) => one['outcome'])).toEqual(['accepted', 'accepted', 'held'])
    expect(dry.json['linkage']).toMatchObject({
      checked: true,
      findings: [{ record: 1, rule: 'linkage.tender', code: 'reference-missing', severity: 'warning' }],
    })
    expect((await call('GET', '/admin/v1/held', admin)).json['items']).toEqual([])
    expect((await call('GET', '/admin/v1/findings?rule=linkage.tender', admin)).json['items']).toEqual([])
  })
})
