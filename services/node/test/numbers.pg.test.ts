import { randomUUID } from 'node:crypto'
import { drivenClock } from '@huijiao/testing'
import { addPublicKey, createParticipant } from '@huijiao/exchange'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { enrol, project, startTestNode, submission, type TestNode } from './node.ts'

const clock = drivenClock(new Date('2026-09-01T01:30:00Z'))
let node: TestNode
let city: Awaited<ReturnType<typeof enrol>>
beforeAll(async () => {
  node = await startTestNode({ clock })
  city = await enrol(node.context, ['370100'], 'p-city')
})
afterAll(() => node.stop())

const ask = async (body: object, headers = city.headers, at: TestNode = node) => {
  const response = await at.app.inject({ method: 'POST', url: '/v1/numbers', headers, payload: body })
  return { status: response.statusCode, bytes: response.body, answer: response.json() as Record<string, unknown> }
}
const ofProject = (more: object = {}) => ({
  id: randomUUID(),
  entity: 'TBProjectInfo',
  region: '370102',
  date: '2026-09-01',
  type: '01',
  ...more,
})
const ofPhase = (entity: string, more: object = {}) => ({ id: randomUUID(), entity, prjNum: '3701022609010101', ...more })
const last = async (scope: string) =>
  (await node.database.db.selectFrom('number_counter').select('last').where('scope', '=', scope).executeTakeFirst())?.last

describe('POST /v1/numbers', () => {
  it('gives project numbers: region, day, type and a sequence from 01, each with an entry', async () => {
    const first = await ask(ofProject({ type: '02' }))
    expect(first).toMatchObject({ status: 200, answer: { number: '3701022609010201', field: 'PrjNum', sequence: 1 } })
    expect((await ask(ofProject({ type: '02' }))).answer['number']).toBe('3701022609010202')
    expect((await ask({ id: randomUUID(), entity: 'TBProjectInfo', region: '370103', type: '99' })).answer['number']).toBe(
      '3701032609019901',
    )
    const entry = await node.database.db
      .selectFrom('log_pending')
      .selectAll()
      .where('subject', '=', '3701022609010201')
      .executeTakeFirstOrThrow()
    expect([entry.kind, entry.actor]).toEqual(['number', 'participant:p-city'])
  })

  it('gives phase numbers with the letters of the class, counted for each project and letters', async () => {
    const number = async (entity: string, more: object = {}) => (await ask(ofPhase(entity, more))).answer['number']
    expect(await number('TBContractRecordManage', { class: '301' })).toBe('3701022609010101-HZ-001')
    expect(await number('TBContractRecordManage', { class: '301' })).toBe('3701022609010101-HZ-002')
    expect(await number('TBContractRecordManage', { class: '100' })).toBe('3701022609010101-HB-001')
    expect(await number('TBTenderInfo', { class: '003', kind: 'phase' })).toBe('3701022609010101-BD-001')
    expect(await number('TBProjectCensorInfo')).toBe('3701022609010101-TX-001')
    expect(await number('TBBuilderLicenceManage')).toBe('3701022609010101-SX-001')
    expect(await number('TBProjectFinishManage')).toBe('3701022609010101-JX-001')
    expect(await number('TBProjectFinishManage', { prjNum: '3701022609010102' })).toBe('3701022609010102-JX-001')
  })

  it('answers the same id with the same bytes for ever, and another question under it with a conflict', async () => {
    const body = ofProject({ date: '2026-08-31' })
    const first = await ask(body)
    await ask(ofProject({ date: '2026-08-31' }))
    expect((await ask({ ...body, id: body.id.toUpperCase() })).bytes).toBe(first.bytes)
    expect(await ask({ ...body, type: '02' })).toMatchObject({ status: 409, answer: { code: 'number-request-conflict' } })
    const { headers } = await enrol(node.context, ['370100'])
    expect((await ask(body, headers)).answer['number']).toBe('3701022608310103')
  })

  it('gives many callers at once each its own number, without a gap', async () => {
    const bodies = Array.from({ length: 60 }, () => ofProject({ date: '2026-08-30' }))
    // Every id is asked for twice at the same time.
    const answers = await Promise.all([...bodies, ...bodies].map((body) => ask(body)))
    expect(new Set(answers.map((one) => one.status))).toEqual(new Set([200]))
    const numbers = new Map(answers.map((one, at) => [bodies[at % 60]?.id, one.answer['number'] as string]))
    expect([...numbers.values()].toSorted()).toEqual(
      Array.from({ length: 60 }, (_, at) => `37010226083001${String(at + 1).padStart(2, '0')}`),
    )
    for (const [at, one] of answers.entries()) expect(one.answer['number']).toBe(numbers.get(bodies[at % 60]?.id))
    expect(await last('project/370102/2026-08-30/01')).toBe(60)
  })

  it('gives 99 project numbers a day, and says so to the hundredth', async () => {
    for (let i = 0; i < 99; i++) expect((await ask(ofProject({ date: '2026-08-29' }))).status).toBe(200)
    const { status, answer } = await ask(ofProject({ date: '2026-08-29' }))
    expect([status, answer['code']]).toEqual([409, 'numbers-exhausted'])
    expect(answer['detail']).toContain('3701022608290199')
    expect(await last('project/370102/2026-08-29/01')).toBe(99)
  })

  it('passes over numbers that stand in stored records', async () => {
    const stored = [0, 1, 3].map((serial) => project(serial, { PrjNum: `37010226082801${String(serial + 1).padStart(2, '0')}` }))
    const sent = await node.app.inject({ method: 'POST', url: '/v1/submissions', headers: city.headers, payload: submission(stored) })
    expect((sent.json() as { counts: { accepted: number } }).counts.accepted).toBe(3)
    expect((await ask(ofProject({ date: '2026-08-28' }))).answer['number']).toBe('3701022608280103')
    expect((await ask(ofProject({ date: '2026-08-28' }))).answer['number']).toBe('3701022608280105')
  })

  it('refuses what it cannot number, each with its reason', async () => {
    const code = async (body: object, headers = city.headers) => {
      const { status, answer } = await ask(body, headers)
      return `${status} ${String(answer['code'])} ${String(answer['pointer'] ?? '')}`.trim()
    }
    expect(await code(ofPhase('TBContractRecordManage', { class: '800' }))).toBe('422 number-letters-unknown /class')
    expect(await code(ofPhase('TBContractRecordManage'))).toBe('400 parameter-invalid /class')
    expect(await code(ofPhase('TBTenderInfo', { class: '003', prjNum: '37010226130101AB' }))).toBe('400 parameter-invalid /prjNum')
    expect(await code(ofPhase('TBTenderInfo', { class: '003', prjNum: '3702022609010101' }))).toBe('403 not-allowed')
    expect(await code(ofProject({ region: '370202' }))).toBe('403 not-allowed')
    expect(await code(ofProject({ region: '379999' }))).toBe('400 parameter-invalid /region')
    expect(await code(ofProject({ date: '2026-09-02' }))).toBe('400 parameter-invalid /date')
    expect(await code(ofProject({ date: '2026-02-30' }))).toBe('400 parameter-invalid /date')
    expect(await code(ofProject({ type: '77' }))).toBe('400 parameter-invalid /type')
    expect(await code(ofProject({ prjNum: '3701022609010101' }))).toBe('400 parameter-invalid /prjNum')
    expect(await code(ofProject({ kind: 'phase' }))).toBe('400 parameter-invalid /kind')
    expect(await code(ofProject({ standard: '1999' }))).toBe('422 standard-unknown /standard')
    expect(await code({ id: randomUUID(), entity: 'TBCorpBasicInfo' })).toBe('400 parameter-invalid /entity')
    expect(await code({ ...ofProject(), id: 'x' })).toBe('400 parameter-invalid')
    expect(await code(ofProject(), { authorization: 'Bearer hj_wrong_wrong_wrong' })).toBe('401 credentials-invalid')
  })
})

describe('a node whose policy lets the node above give the numbers', () => {
  let county: TestNode
  let clerk: Awaited<ReturnType<typeof enrol>>
  let cityUrl: string
  beforeAll(async () => {
    cityUrl = await node.app.listen({ host: '127.0.0.1', port: 0 })
    county = await startTestNode({
      clock,
      env: {
        HUIJIAO_REGION: '370102',
        HUIJIAO_TIER: 'county',
        HUIJIAO_UPSTREAMS: JSON.stringify([{ name: '370100', url: cityUrl, tier: 'municipal' }]),
      },
    })
    clerk = await enrol(county.context, ['370102'])
    const { hub } = county.context
    await createParticipant(node.context.hub, 'operator:test', {
      participantId: 'p-370102',
      kind: 'node',
      name: '370102',
      regions: ['370102'],
      nodeName: '370102',
    })
    await addPublicKey(node.context.hub, 'operator:test', 'p-370102', {
      keyId: hub.signingKey.keyId,
      algorithm: 'ed25519',
      publicKey: hub.signingKey.publicKey.toString('base64'),
    })
  })
  afterAll(() => county.stop())

  it('passes the question on, keeps the signed answer, and needs nobody to answer it again', async () => {
    const body = ofProject({ date: '2026-08-20' })
    const first = await ask(body, clerk.headers, county)
    expect(first).toMatchObject({
      status: 200,
      answer: { number: '3701022608200101', issuer: { node: '370100' }, via: '370102', request: body.id },
    })
    expect((first.answer['above'] as { signatures: unknown[] }).signatures).toHaveLength(1)
    expect((await ask(ofProject({ date: '2026-08-20' }))).answer['number']).toBe('3701022608200102')
    await node.app.close()
    expect((await ask(body, clerk.headers, county)).bytes).toBe(first.bytes)
    const away = await ask(ofProject({ date: '2026-08-20' }), clerk.headers, county)
    expect([away.status, away.answer['code']]).toEqual([503, 'not-ready'])
  })

  it('names the issuer when there is nobody above', async () => {
    const alone = await startTestNode({ clock, env: { HUIJIAO_REGION: '370102', HUIJIAO_TIER: 'county' } })
    const { headers } = await enrol(alone.context, ['370102'])
    const { status, answer } = await ask(ofProject(), headers, alone)
    expect([status, answer['code']]).toEqual([409, 'number-issuer-other'])
    await alone.stop()
  })
})
