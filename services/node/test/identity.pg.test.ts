import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type TestNode, adminToken, enrol, project, startTestNode, submission } from './node.ts'

const admin = { authorization: `Bearer ${adminToken}` }
type Json = Record<string, any>

let node: TestNode
let first: Awaited<ReturnType<typeof enrol>>
let second: Awaited<ReturnType<typeof enrol>>

beforeAll(async () => {
  node = await startTestNode({ worker: true })
  first = await enrol(node.context, ['370100'], 'p-first')
  second = await enrol(node.context, ['370100'], 'p-second')
})
afterAll(() => node.stop())

const call = async (method: 'GET' | 'POST', url: string, headers: Record<string, string>, payload?: object) => {
  const response = await node.app.inject({ method, url, headers, ...(payload === undefined ? {} : { payload }) })
  return { status: response.statusCode, json: (response.body === '' ? {} : response.json()) as Json }
}
const submitOne = async (record: Record<string, unknown>, by = first): Promise<Json> =>
  (await call('POST', '/v1/submissions', by.headers, submission([record]))).json['records']?.[0]
const send = async (record: Record<string, unknown>, by = first): Promise<Json> => {
  const answer = await submitOne(record, by)
  expect(answer).toMatchObject({ outcome: 'accepted' })
  return answer
}
/** A contract of a project, which it waits for. */
const contract = (PrjNum: string) => ({
  entity: 'TBContractRecordManage',
  operation: 'upsert',
  sourceId: 'HT-1',
  data: {
    RecordNum: `${PrjNum}-HZ-001`,
    PrjNum,
    ContractNum: 'HT-1',
    ContractTypeNum: '301',
    ContractMoney: '31323.6',
    PrjSize: '总建筑面积135600平方米',
    ContractDate: '2024-05-17',
    PropietorCorpName: '示例置业有限公司（合成）',
    PropietorCorpCode: '91370199MA0XL03Q33',
    ContractorCorpName: '示例建设集团有限公司（合成）',
    ContractorCorpCode: '91370199MA0XL04X7A',
    CreateDate: '2024-05-18',
    ConPrjName: '示例花园一期（合成）',
    CheckDepartName: '示例市住房和城乡建设局（合成）',
    CheckPersonName: '审示例',
    DataSource: '1',
    DataLevel: 'B',
  },
})
/** The reader of identities has read every part stored so far. */
const allRead = () =>
  soon(async () => {
    const { db } = node.database
    expect(await db.selectFrom('log_pending').select('pending_id').where('kind', '=', 'part').execute()).toEqual([])
    const last = await db
      .selectFrom('log_entry')
      .select('index')
      .where('kind', '=', 'part')
      .orderBy('index', 'desc')
      .limit(1)
      .executeTakeFirstOrThrow()
    const reader = await db.selectFrom('reader').select('cursor').where('name', '=', 'identity').executeTakeFirstOrThrow()
    expect(reader.cursor).toBeGreaterThan(last.index)
  })
const lookUp = (PrjNum: unknown, by = first) => call('POST', '/v1/records/lookup', by.headers, { entity: 'TBProjectInfo', key: { PrjNum } })
const numberOf = (serial: number) => (project(serial)['data'] as Json)['PrjNum'] as string
const items = async (path: string) => (await call('GET', `/admin/v1${path}`, admin)).json['items'] as Json[]
const soon = (check: () => Promise<void>) => vi.waitFor(check, { timeout: 15_000, interval: 100 })

describe('numbers that became others, over HTTP', () => {
  it('answers the old number with the record that stands for it, until that is undone', async () => {
    const [old, now] = [await send(project(1)), await send(project(2))]
    const { status, json } = await call('POST', '/admin/v1/successions', admin, {
      entity: 'TBProjectInfo',
      kind: 'renamed',
      from: [{ recordId: old['recordId'] }],
      to: [{ key: { PrjNum: numberOf(2) } }],
      effectiveOn: '2026-01-01',
      reason: '重新赋码',
    })
    expect(status).toBe(200)
    const found = (await lookUp(numberOf(1))).json
    expect(found).toMatchObject({
      recordId: now['recordId'],
      succession: {
        asked: old['recordId'],
        survivors: [now['recordId']],
        chain: [{ succession: json['succession'], kind: 'renamed', effectiveOn: '2026-01-01' }],
      },
      predecessors: [{ from: [{ recordId: old['recordId'], key: { PrjNum: numberOf(1) } }] }],
    })
    const ring = {
      entity: 'TBProjectInfo',
      kind: 'renamed',
      from: [{ recordId: now['recordId'] }],
      to: [{ recordId: old['recordId'] }],
      reason: 'x',
    }
    expect((await call('POST', '/admin/v1/successions', admin, ring)).json).toMatchObject({ code: 'succession-conflict', status: 409 })
    expect((await call('POST', `/admin/v1/successions/${json['succession']}/undo`, admin, { reason: '登记有误' })).status).toBe(204)
    expect((await lookUp(numberOf(1))).json).toMatchObject({ recordId: old['recordId'] })
    expect(await items(`/successions?record=${old['recordId']}`)).toMatchObject([
      { succession: json['succession'], undone: { reason: '登记有误' } },
    ])
    await soon(async () => expect((await items('/log?kind=succession')).map((entry) => entry['body'].act)).toEqual(['undone', 'linked']))
  })

  it('lets a record go on that waited for the old number', async () => {
    const waiting = await submitOne(contract(numberOf(60)))
    expect(waiting).toMatchObject({ outcome: 'held' })
    const now = await send(project(61))
    await call('POST', '/admin/v1/successions', admin, {
      entity: 'TBProjectInfo',
      kind: 'renamed',
      from: [{ key: { PrjNum: numberOf(60) } }],
      to: [{ recordId: now['recordId'] }],
      reason: '重新赋码',
    })
    await soon(async () =>
      expect((await call('GET', `/v1/records/${waiting['recordId']}`, first.headers)).json['head'].state).toBe('accepted'),
    )
  })

  it('needs the operator token', async () => {
    for (const path of ['/admin/v1/successions', '/admin/v1/conflicts', '/admin/v1/duplicates', '/admin/v1/corrections'])
      expect((await call('GET', path, first.headers)).status).toBe(401)
  })
})

describe('two sources of one record, over HTTP', () => {
  it('shows each field with its source, lists what differs, and follows a person’s decision', async () => {
    const { recordId } = await send(project(10))
    await send(project(10, { AllInvest: '19000', PrjApprovalNum: '示发改〔2019〕10号' }), second)
    await send(project(10, { Address: '示例路 10 号（合成）' }))
    await soon(async () =>
      expect((await items(`/conflicts?record=${recordId}`)).map((one) => one['field']).toSorted()).toEqual(['Address', 'AllInvest']),
    )
    const record = (await call('GET', `/v1/records/${recordId}`, first.headers)).json
    expect(record['inForce'].data).toMatchObject({
      Address: '示例路 10 号（合成）',
      AllInvest: '18600.5',
      PrjApprovalNum: '示发改〔2019〕10号',
    })
    expect(record['inForce'].sources).toMatchObject({
      AllInvest: { stream: '370100/p-first', version: 2 },
      PrjApprovalNum: { stream: '370100/p-second', version: 1 },
    })
    expect(record['conflicts'].map((one: Json) => one['field']).toSorted()).toEqual(['Address', 'AllInvest'])
    const listed = await items(`/conflicts?participant=370100/p-second&entity=TBProjectInfo&field=AllInvest&since=2020-01-01T00:00:00Z`)
    expect(listed).toMatchObject([
      {
        recordId,
        fieldName: '总投资（万元）',
        kind: 'sources',
        sides: [{ value: '18600.5' }, { stream: '370100/p-second', value: '19000' }],
      },
    ])
    expect(await items('/conflicts?since=2099-01-01T00:00:00Z')).toEqual([])
    expect(await items('/conflicts?participant=370100/p-nobody')).toEqual([])

    const { conflict } = listed[0] as Json
    const wrong = await call('POST', `/admin/v1/conflicts/${conflict}/decide`, admin, { source: '370000/p-x', reason: 'x' })
    expect(wrong.json).toMatchObject({ code: 'parameter-invalid', pointer: '/source' })
    expect(
      (await call('POST', `/admin/v1/conflicts/${conflict}/decide`, admin, { source: '370100/p-second', reason: '以批复为准' })).json,
    ).toEqual({
      recordId,
      field: 'AllInvest',
    })
    expect((await call('GET', `/v1/records/${recordId}`, first.headers)).json['inForce'].data.AllInvest).toBe('19000')
    // The same again is not asked again; something else is.
    await send(project(10, { Address: '示例路 10 号（合成）', PrjName: '示例花园十（合成）' }))
    await soon(async () =>
      expect((await items(`/conflicts?record=${recordId}`)).map((one) => one['field']).toSorted()).toEqual(['Address', 'PrjName']),
    )
    await send(project(10, { Address: '示例路 10 号（合成）', PrjName: '示例花园十（合成）', AllInvest: '20000' }))
    await soon(async () => expect((await items(`/conflicts?record=${recordId}`)).map((one) => one['field'])).toContain('AllInvest'))
    expect((await call('GET', `/v1/records/${recordId}`, first.headers)).json['inForce'].data.AllInvest).toBe('19000')
  })

  it('settles what agrees again', async () => {
    const { recordId } = await send(project(11))
    await send(project(11, { AllInvest: '19000' }), second)
    await soon(async () => expect(await items(`/conflicts?record=${recordId}`)).toHaveLength(1))
    await send(project(11, { AllInvest: '19000.00' }))
    await soon(async () => expect(await items(`/conflicts?record=${recordId}`)).toEqual([]))
    expect(await items(`/conflicts?record=${recordId}&state=settled`)).toMatchObject([{ settled: { actor: 'node', reason: 'agree' } }])
  })
})

describe('corrections by hand, over HTTP', () => {
  it('are made, answered with every problem, listed, shown, and ended', async () => {
    const { recordId, commitment } = await send(project(20))
    const correct = (body: object) => call('POST', `/admin/v1/records/${recordId}/corrections`, admin, body)
    expect((await correct({ corrects: commitment, fields: { PrjTypeNum: '77', AllInvest: 'x' }, reason: 'x' })).json).toMatchObject({
      outcome: 'refused',
      problems: expect.arrayContaining([
        expect.objectContaining({ pointer: '/data/AllInvest' }),
        expect.objectContaining({ pointer: '/data/PrjTypeNum' }),
      ]),
    })
    expect((await correct({ corrects: commitment, reason: 'x' })).json).toMatchObject({ code: 'parameter-invalid' })
    expect((await correct({ corrects: commitment, fields: { AllInvest: '20000' }, reason: '单位写错' })).json).toMatchObject({
      outcome: 'accepted',
      version: 1,
    })
    await send(project(20, { Address: '示例路 20 号（合成）' }))
    const record = (await call('GET', `/admin/v1/records/${recordId}`, admin)).json
    expect(record['inForce'].data).toMatchObject({ AllInvest: '20000', Address: '示例路 20 号（合成）' })
    expect(record['correctionsHere']).toMatchObject([{ fields: ['AllInvest'], reason: '单位写错', actor: 'operator:token', ended: null }])
    expect(await items('/corrections?state=standing&entity=TBProjectInfo')).toMatchObject([{ recordId }])
    expect((await call('POST', `/admin/v1/records/${recordId}/corrections/end`, admin, { reason: '已改' })).json).toEqual({
      fields: ['AllInvest'],
    })
    expect(
      (await call('GET', `/admin/v1/records/${recordId}/versions`, admin)).json['versions'].map((one: Json) => [
        one['stream'],
        one['state'],
      ]),
    ).toEqual([
      ['370100/p-first', 'accepted'],
      ['370100/p-first', 'accepted'],
      ['370100/node', 'refused'],
    ])
    expect((await call('GET', `/v1/records/${recordId}`, first.headers)).json['inForce'].data.AllInvest).toBe('18600.5')
  })

  it('come with a chain of custody of their own', async () => {
    const { recordId, commitment } = await send(project(21))
    const { json } = await call('POST', `/admin/v1/records/${recordId}/corrections`, admin, {
      corrects: commitment,
      fields: { AllInvest: '20000' },
      reason: 'x',
    })
    await soon(async () => {
      const custody = await call('GET', `/v1/records/${recordId}/custody?stream=370100/node`, first.headers)
      expect(custody.json).toMatchObject({ record: { recordId, commitment: json['commitment'], stream: '370100/node' } })
      expect(JSON.parse(custody.json['steps'][0].entry.body)).toMatchObject({
        correction: { record: recordId, corrects: commitment, fields: ['AllInvest'] },
      })
    })
  })

  it('are not a way in for anybody: the node’s own participant has no key and is given none', async () => {
    const { status, json } = await call('POST', '/admin/v1/participants/node/keys', admin, { kind: 'api-key' })
    expect([status, json['code']]).toEqual([400, 'parameter-invalid'])
  })
})

describe('likely duplicates, over HTTP', () => {
  const twin = (serial: number, of: number, more: Record<string, unknown> = {}) => ({
    ...project(of),
    sourceId: `XM-${serial}`,
    data: { ...(project(of)['data'] as Json), PrjNum: numberOf(serial), ...more },
  })
  const open = (recordId: string) => items(`/duplicates?record=${recordId}`)

  it('are listed with score and reasons; what was found different is not asked again', async () => {
    const one = await send(project(30, { AllArea: '5000' }))
    const two = await send(twin(31, 30, { AllArea: '5000' }))
    await soon(async () => expect(await open(one['recordId'])).toHaveLength(1))
    const [pair] = await open(one['recordId'])
    expect(pair).toMatchObject({
      entity: 'TBProjectInfo',
      state: 'open',
      score: 1,
      reasons: ['name', 'county', 'developer', 'investment', 'size'],
    })
    expect(pair!['records'].map((record: Json) => record['data'].PrjNum).toSorted()).toEqual([numberOf(30), numberOf(31)])
    const decide = (body: object) => call('POST', `/admin/v1/duplicates/${pair!['duplicate']}/decide`, admin, body)
    expect((await decide({ decision: 'same', reason: 'x' })).status).toBe(400)
    expect((await decide({ decision: 'same', survivor: `r_${'0'.repeat(32)}`, reason: 'x' })).json).toMatchObject({
      code: 'parameter-invalid',
      pointer: '/survivor',
    })
    expect((await decide({ decision: 'different', reason: '一期、二期' })).json).toEqual({ succession: null })
    await send(twin(31, 30, { AllArea: '5000', Address: '示例路 31 号（合成）' }))
    await allRead()
    expect(await open(two['recordId'])).toEqual([])
    expect(await items('/duplicates?state=different')).toMatchObject([{ duplicate: pair!['duplicate'], decided: { reason: '一期、二期' } }])
  })

  it('become one by a person’s word, and are closed by themselves when the likeness is gone', async () => {
    const [one, two] = [await send(project(40)), await send(twin(41, 40))]
    const three = await send(twin(42, 40, { PrjName: '示例花园 40（合成）' }))
    await soon(async () => expect((await open(one['recordId'])).length).toBe(2))
    await send(twin(42, 40, { PrjName: '别的工程（合成）' }))
    await soon(async () => expect((await open(one['recordId'])).length).toBe(1))
    const [pair] = await open(one['recordId'])
    const { json } = await call('POST', `/admin/v1/duplicates/${pair!['duplicate']}/decide`, admin, {
      decision: 'same',
      survivor: one['recordId'],
      reason: '重复登记',
    })
    expect(json['succession']).toMatch(/^[0-9a-f-]{36}$/)
    expect((await lookUp(numberOf(41))).json).toMatchObject({ recordId: one['recordId'], succession: { asked: two['recordId'] } })
    expect((await lookUp(numberOf(42))).json).toMatchObject({ recordId: three['recordId'] })
  })
})
