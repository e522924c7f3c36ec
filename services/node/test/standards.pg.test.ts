import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createSigningKey, publicKeyFromRaw, readSigningKey, signDocument, verifyDocument } from '@huijiao/identity'
import { addPublicKey, createParticipant, dictionaryUse, searchLag } from '@huijiao/exchange'
import { xlsxMediaType } from '@huijiao/files'
import { canonicalize } from '@huijiao/merkle'
import { type ReleaseDocument, releaseDocument, releases, releaseText } from '@huijiao/standard'
import { drivenClock } from '@huijiao/testing'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { buildApp } from '../src/app.ts'
import { readConfig } from '../src/config.ts'
import { createContext } from '../src/context.ts'
import { pullStandards } from '../src/jobs/standards.ts'
import { type TestNode, adminToken, enrol, project, startTestNode, submission } from './node.ts'

const admin = { authorization: `Bearer ${adminToken}` }
const authority = readSigningKey('mohurd-standard', createSigningKey().privateKeyPem)
const trust = JSON.stringify([{ keyId: authority.keyId, publicKey: authority.publicKey.toString('base64') }])

/** The national release of 2018 in another revision that makes fields of a project mandatory. */
function revised(revision: number, more: Partial<ReleaseDocument> = {}, mandatory: readonly string[] = ['AllArea']): ReleaseDocument {
  const document = releaseDocument(releases.get('2018')!)
  const entities = document.entities.map((entity) =>
    entity.code !== 'TBProjectInfo'
      ? entity
      : { ...entity, fields: entity.fields.map((field) => (mandatory.includes(field.code) ? { ...field, mandatory: true } : field)) },
  )
  return { ...document, revision, entities, ...more }
}
const signed = (document: ReleaseDocument, key = authority) => ({ ...document, signatures: [signDocument(releaseText(document), key)] })

type Answer = { status: number; json: Record<string, any>; headers: Record<string, string>; text: string }
async function call(
  node: TestNode,
  method: 'GET' | 'POST',
  url: string,
  options: { headers?: object; body?: unknown } = {},
): Promise<Answer> {
  const { body, headers = {} } = options
  const raw = typeof body === 'string' || Buffer.isBuffer(body)
  const answer = await node.app.inject({
    method,
    url,
    headers: { ...(body === undefined || raw ? {} : { 'content-type': 'application/json' }), ...headers } as Record<string, string>,
    ...(body === undefined ? {} : { payload: raw ? (body as string) : JSON.stringify(body) }),
  })
  const text = answer.payload
  const isJson = String(answer.headers['content-type']).includes('json')
  return { status: answer.statusCode, json: isJson ? JSON.parse(text) : {}, headers: answer.headers as Record<string, string>, text }
}
const post = (node: TestNode, url: string, body: unknown, headers: object = {}) =>
  call(node, 'POST', `/admin/v1${url}`, { headers: { ...admin, ...headers }, body })
const entriesOf = async (node: TestNode) =>
  (
    (await call(node, 'GET', '/admin/v1/log?kind=standard&limit=100', { headers: admin })).json['items'] as {
      body: Record<string, unknown>
    }[]
  ).map((entry) => entry.body)
const submitTo = async (node: TestNode, headers: object, serial: number, more: object = {}) =>
  (await call(node, 'POST', '/v1/submissions', { headers, body: submission([project(serial, { ...more })]) })).json['records'][0] as Record<
    string,
    any
  >

describe('the standard over HTTP', () => {
  let node: TestNode
  let vendor: Awaited<ReturnType<typeof enrol>>
  const clock = drivenClock('2026-09-01T09:30:00+08:00')
  beforeAll(async () => {
    node = await startTestNode({ worker: true, clock, env: { HUIJIAO_STANDARD_KEYS: trust } })
    vendor = await enrol(node.context)
  })
  afterAll(() => node.stop())

  it('lists what counts, since when, by whose word, and what is incomplete', async () => {
    const { json } = await call(node, 'GET', '/v1/standards')
    expect(json['releases'].map((one: { id: string }) => one.id)).toEqual(['2014', '2018'])
    const release = json['releases'][1]
    expect(release).toMatchObject({ revision: 1, issuer: '000000', revisions: [{ revision: 1, state: 'in-force', origin: 'built-in' }] })
    const missing = release.incomplete.find((one: { dictionary: string }) => one.dictionary === 'TBCORPBADDIC')
    expect(missing).toMatchObject({ missing: expect.any(String), en: { missing: expect.any(String) } })
  })

  it('serves a whole release as data, and its signed document, which the digest and the signature name', async () => {
    const whole = await call(node, 'GET', '/v1/standards/2018')
    expect(whole.json).toMatchObject({ id: '2018', revision: 1, state: 'in-force', clocks: expect.any(Array), regions: expect.any(Object) })
    const document = await call(node, 'GET', '/v1/standards/2018/document')
    const { signatures, ...rest } = document.json
    expect(document.headers['etag']).toBe(`"${whole.json['digest']}"`)
    const { publicKey, keyId } = node.context.hub.signingKey
    const key = { algorithm: 'ed25519' as const, publicKey: publicKeyFromRaw(publicKey) }
    expect(verifyDocument(canonicalize(rest), signatures, (id) => (id === keyId ? key : null)).verified).toEqual([keyId])
    const again = await call(node, 'GET', '/v1/standards/2018/document', { headers: { 'if-none-match': document.headers['etag'] } })
    expect([again.status, again.text]).toEqual([304, ''])
    expect((await call(node, 'GET', '/v1/standards/2018-js')).status).toBe(404)
    expect((await call(node, 'GET', '/v1/standards/2018/document?revision=7')).status).toBe(404)
  })

  it('answers everything that is wrong with a document, keeps nothing of it, and writes the refusal down', async () => {
    const broken = signed({ ...revised(2), clocks: [{ id: 'x' }], rules: {} } as unknown as ReleaseDocument)
    const answer = await post(node, '/standards', broken)
    expect([answer.status, answer.json['code']]).toEqual([422, 'standard-invalid'])
    expect(answer.json['errors'].length).toBeGreaterThan(1)
    for (const one of answer.json['errors'])
      expect(one).toMatchObject({
        pointer: expect.any(String),
        detail: expect.stringMatching(/\p{Script=Han}/u),
        en: { detail: expect.any(String) },
      })
    expect((await post(node, '/standards', revised(2))).json['code']).toBe('standard-unsigned')
    await vi.waitFor(async () => expect((await entriesOf(node)).map((body) => body['action'])).toEqual(['refused', 'refused']), 5000)
    expect((await call(node, 'GET', '/admin/v1/standards', { headers: admin })).json['items']).toHaveLength(3)
    expect((await call(node, 'POST', '/admin/v1/standards', { body: signed(revised(2)) })).status).toBe(401)
  })

  it('loads a release, watches what comes in, tells what it would refuse, and has it count from its instant', async () => {
    const from = new Date(clock.now().getTime() + 3_600_000).toISOString()
    const loaded = await post(node, '/standards', signed(revised(2, { effectiveFrom: from })))
    expect(loaded.json).toMatchObject({ changed: true, revision: 2, effectiveFrom: from, signedBy: ['mohurd-standard'] })
    const revisions = (await call(node, 'GET', '/v1/standards')).json['releases'][1].revisions
    expect(revisions.map((one: { revision: number; state: string }) => [one.revision, one.state])).toEqual([
      [1, 'in-force'],
      [2, 'scheduled'],
    ])
    expect((await submitTo(node, vendor.headers, 1))['outcome']).toBe('accepted')
    const run = loaded.json['shadowRun'] as number
    const report = async () => (await call(node, 'GET', `/admin/v1/shadow-runs/${run}`, { headers: admin })).json
    await vi.waitFor(async () => expect(await report()).toMatchObject({ kind: 'live', judged: 1, wouldRefuse: 1 }), 10_000)
    expect((await report())['findings']).toMatchObject([
      { code: 'field-missing', field: 'AllArea', participant: `370100/${vendor.participantId}` },
    ])
    expect((await call(node, 'GET', '/v1/schemas/2018/TBProjectInfo.json')).json['required']).not.toContain('AllArea')
    expect((await call(node, 'GET', '/v1/schemas/2018/TBProjectInfo.json?revision=2')).json['required']).toContain('AllArea')
    clock.advance(3_600_000)
    expect(await submitTo(node, vendor.headers, 2)).toMatchObject({
      outcome: 'refused',
      problems: [{ code: 'field-missing', pointer: '/data/AllArea' }],
    })
    expect((await call(node, 'GET', '/v1/schemas/2018/TBProjectInfo.json')).json['required']).toContain('AllArea')
    await vi.waitFor(
      async () => expect((await entriesOf(node))[0]).toMatchObject({ action: 'in-force', revision: 2, before: { revision: 1 } }),
      10_000,
    )
    // The kit for vendors says so: its vectors were made by the first revision.
    const { served } = (await call(node, 'GET', '/conformance/kit.json', {})).json as { served: object[] }
    expect(served).toContainEqual(
      expect.objectContaining({ id: '2018', revision: 2, vectors: false, digest: expect.stringMatching(/^sha-256:/) }),
    )
    await vi.waitFor(async () => expect(await report()).toMatchObject({ state: 'finished' }), 10_000)
  })

  it('goes back by an operator’s word, and says why in the log', async () => {
    expect((await post(node, '/standards/2018/activate', { revision: 1 })).status).toBe(400)
    const back = await post(node, '/standards/2018/activate', { revision: 1, reason: '新修订有误' })
    expect(back.json).toMatchObject({ revision: 1, issuer: '000000' })
    clock.advance(30_000)
    expect((await submitTo(node, vendor.headers, 3))['outcome']).toBe('accepted')
    await vi.waitFor(async () => {
      const bodies = await entriesOf(node)
      expect(bodies.find((body) => body['action'] === 'activated')).toMatchObject({ reason: '新修订有误', before: { revision: 2 } })
    }, 5000)
    expect((await post(node, '/standards/2018/cancel', { revision: 2, reason: 'x' })).json['code']).toBe('standard-conflict')
    expect((await post(node, '/standards/2018/activate', { revision: 9, reason: 'x' })).status).toBe(404)
  })

  it('judges what is stored on demand, with progress', async () => {
    const answer = await post(node, '/standards/2018/shadow', { revision: 2, days: 30 })
    expect([answer.status, answer.headers['location']]).toEqual([202, `/admin/v1/shadow-runs/${answer.json['run']}`])
    await vi.waitFor(async () => {
      const { json } = await call(node, 'GET', answer.headers['location']!, { headers: admin })
      expect(json).toMatchObject({ kind: 'stored', state: 'finished', judged: 2, wouldRefuse: 2, progress: { done: 2, total: 2 } })
    }, 10_000)
    const list = (await call(node, 'GET', '/admin/v1/shadow-runs?release=2018', { headers: admin })).json['items']
    expect(list.map((one: { kind: string }) => one.kind)).toEqual(['stored', 'live'])
  })

  it('takes a dictionary from an official file, as JSON or CSV, as a revision of its own that says so', async () => {
    const rows = [
      { 代码: 'A1-1-01', 名称: '示例行为一（合成）' },
      { 代码: 'A1-9-99', 名称: '示例行为二（合成）', 停用日期: '2026-06-30' },
    ]
    const source = { title: '示例不良行为目录（合成）', date: '2026-01-01' }
    const path = '/standards/2018/dictionaries/TBCORPBADDIC'
    const made = await post(node, path, { rows, source, complete: false, missing: { zh: '仅为示例', en: 'an example' } })
    expect(made.json).toMatchObject({ changed: true, revision: 3, issuer: '370100', signedBy: ['370100-1'] })
    clock.advance(30_000)
    const dictionary = (await call(node, 'GET', '/v1/dictionaries/2018/TBCORPBADDIC')).json
    expect(dictionary).toMatchObject({ revision: 3, source, complete: false, missing: { zh: '仅为示例' } })
    expect(dictionary['codes'].map((one: { code: string }) => one.code)).toEqual(['A1-1-01', 'A1-9-99'])
    const later = (await call(node, 'GET', '/v1/dictionaries/2018/TBCORPBADDIC?at=2026-08-01')).json
    expect(later['codes'].map((one: { code: string }) => one.code)).toEqual(['A1-1-01'])
    expect((await post(node, path, { source, complete: false })).status).toBe(400)
    expect((await post(node, path, { rows: [5], source, complete: false })).status).toBe(400)
    const csv = '代码,名称\r\nA1-1-01,示例行为一（合成）\r\nA1-1-02,示例行为三（合成）\r\n'
    const query = new URLSearchParams({ title: source.title, complete: 'true' })
    const second = await post(node, `${path}?${query}`, csv, { 'content-type': 'text/csv' })
    expect(second.json).toMatchObject({ changed: true, revision: 4 })
    const wrong = await post(node, `${path}?${query}`, '代码,名称\r\nA1-1-01,甲\r\nA1-1-01,乙\r\n', { 'content-type': 'text/csv' })
    expect(wrong.json).toMatchObject({ code: 'standard-invalid', errors: [{ pointer: '/rows/3/code' }] })
    expect((await post(node, path, csv, { 'content-type': 'text/csv' })).json['code']).toBe('parameter-invalid')
    await vi.waitFor(async () => {
      const local = (await entriesOf(node)).filter((body) => body['origin'] === 'local' && body['action'] === 'loaded')
      expect(local.map((body) => [body['dictionary'], body['revision']])).toEqual([
        ['TBCORPBADDIC', 4],
        ['TBCORPBADDIC', 3],
      ])
    }, 5000)
  })

  it('says what a file would change before anything is stored, and has the replacement count from an instant', async () => {
    const path = '/standards/2018/dictionaries/TBTENDERTYPEDIC'
    const before = (await call(node, 'GET', '/v1/dictionaries/2018/TBTENDERTYPEDIC')).json
    const standards = async () => (await call(node, 'GET', '/admin/v1/standards', { headers: admin })).json['items'].length
    const known = await standards()
    const workbook = await node.app.inject({ method: 'GET', url: '/v1/standards/2018/templates/TBTENDERTYPEDIC.xlsx' })
    expect(workbook.headers).toMatchObject({ 'content-type': xlsxMediaType, 'cache-control': 'no-cache' })
    const query = (more: Record<string, string>) => `?${new URLSearchParams({ title: '示例招标类型（合成）', complete: 'false', ...more })}`
    const unchanged = await post(node, `${path}/check${query({})}`, workbook.rawPayload, { 'content-type': xlsxMediaType })
    expect(unchanged.json).toMatchObject({
      counts: { added: 0, removed: 0, ended: 0, changed: 0, same: before['codes'].length },
      changes: [],
      more: false,
    })
    const [first, second] = before['codes'] as { code: string; nameZh: string }[]
    const csv = `代码,名称\r\n${first!.code},${first!.nameZh}（合成）\r\n997,示例方式（合成）\r\n`
    const asCsv = { 'content-type': 'text/csv' }
    const checked = await post(node, `${path}/check${query({ lastDay: '2026-10-31' })}`, csv, asCsv)
    expect(checked.json).toMatchObject({
      release: '2018',
      issuer: '370100',
      counts: { added: 1, removed: 0, ended: before['codes'].length - 1, changed: 1, same: 0 },
      after: { closed: false, complete: false },
    })
    expect(checked.json['changes'].find((one: { code: string }) => one.code === '997')).toMatchObject({ kind: 'added', before: null })
    expect(checked.json['changes'].find((one: { code: string }) => one.code === second!.code).after.validTo).toBe('2026-10-31')
    const wrong = await post(node, `${path}/check${query({})}`, '代码,名称\r\nx1,\r\n,甲\r\nx1,乙\r\n', asCsv)
    expect(wrong.json['errors'].map((one: { pointer: string }) => one.pointer)).toEqual(['/rows/2/name_zh', '/rows/3/code', '/rows/4/code'])
    expect(await standards()).toBe(known)

    const from = new Date(clock.now().getTime() + 3 * 86_400_000).toISOString()
    const made = await post(node, `${path}${query({ lastDay: '2026-10-31', from })}`, csv, asCsv)
    expect(made.json).toMatchObject({ changed: true, effectiveFrom: from, shadowRun: expect.any(Number) })
    // One that counts sooner may follow it.
    const sooner = await post(node, `${path}${query({ lastDay: '2026-11-30' })}`, csv, asCsv)
    expect(sooner.json).toMatchObject({ changed: true, shadowRun: null })
  })

  it('says how many stored records use a code that a file would end, drop or rename', async () => {
    for (const serial of [91, 92, 93]) await submitTo(node, vendor.headers, serial, { AllArea: '1200' })
    const { hub } = node.context
    await vi.waitFor(async () => expect(await searchLag(hub.db)).toBe(0), 10_000)
    const stored = (await call(node, 'GET', '/admin/v1/records?entity=TBProjectInfo&limit=500', { headers: admin })).json['items'].length
    expect(stored).toBeGreaterThan(2)
    const path = '/standards/2018/dictionaries/TBPRJTYPEDIC'
    const { codes } = (await call(node, 'GET', '/v1/dictionaries/2018/TBPRJTYPEDIC')).json as { codes: { code: string; nameZh: string }[] }
    const check = async (names: Record<string, string | null>) => {
      const rows = codes.filter(({ code }) => names[code] !== null).map(({ code, nameZh }) => ({ 代码: code, 名称: names[code] ?? nameZh }))
      return (await post(node, `${path}/check`, { rows, source: { title: '示例项目分类（合成）' }, complete: true })).json
    }
    const [used, other] = ['01', codes.find(({ code }) => code !== '01')!.code] as const
    const dropped = await check({ [used]: null })
    expect(dropped['use']).toMatchObject({ records: stored, more: false, codes: { [used]: stored }, unseen: [] })
    expect((await check({ [used]: '房屋工程（合成）' }))['use']).toMatchObject({ records: stored, codes: { [used]: stored } })
    expect((await check({ [other]: '另名（合成）' }))['use']).toMatchObject({ records: 0, codes: {} })
    // With more than can be looked through in the time that there is, it tells the least.
    const asked = { release: '2018', code: 'TBPRJTYPEDIC', changes: dropped['changes'] }
    expect(await dictionaryUse(hub, asked, { batch: 1, forMs: -1 })).toMatchObject({ records: 1, looked: 1, more: true })
    expect(await dictionaryUse(hub, asked, { batch: 2, forMs: 60_000 })).toMatchObject({ records: stored, more: false })
    // A dictionary of personal fields is sealed: it says so and counts nothing.
    expect(await dictionaryUse(hub, { ...asked, code: 'TBSEXDIC' })).toMatchObject({
      records: 0,
      unseen: [{ entity: 'TBRegPersonBasicInfo', field: 'SexNum' }],
    })
  })

  it('describes every route, with examples', async () => {
    const { json } = await call(node, 'GET', '/openapi.json')
    for (const path of [
      '/v1/standards',
      '/v1/standards/{release}',
      '/v1/standards/{release}/document',
      '/admin/v1/standards',
      '/admin/v1/shadow-runs/{run}',
    ])
      expect(Object.keys(json['paths'])).toContain(path)
    expect(json['components'].schemas['Record.TBProjectInfo']).toBeDefined()
    expect(json['components'].schemas.Envelope.properties.standard.enum).toEqual(['2014', '2018'])
  })
})

describe('two nodes', () => {
  let province: TestNode
  let city: TestNode
  let vendor: Awaited<ReturnType<typeof enrol>>
  beforeAll(async () => {
    const common = { HUIJIAO_STANDARD_NOTICE_MS: '0', HUIJIAO_SWEEP_MS: '500' }
    province = await startTestNode({
      listen: true,
      worker: true,
      env: { ...common, HUIJIAO_REGION: '370000', HUIJIAO_TIER: 'provincial', HUIJIAO_STANDARD_KEYS: trust },
    })
    const upstreams = JSON.stringify([{ name: '370000', url: province.url, tier: 'provincial' }])
    city = await startTestNode({ worker: true, env: { ...common, HUIJIAO_UPSTREAMS: upstreams } })
    await createParticipant(province.context.hub, 'operator:test', {
      participantId: 'p-370100',
      kind: 'node',
      name: '节点 370100',
      regions: ['370100'],
      nodeName: '370100',
    })
    const { keyId, publicKey } = city.context.hub.signingKey
    const key = { keyId, algorithm: 'ed25519' as const, publicKey: publicKey.toString('base64') }
    await addPublicKey(province.context.hub, 'operator:test', 'p-370100', key)
    vendor = await enrol(city.context)
  })
  afterAll(async () => {
    await city.stop()
    await province.stop()
  })
  const revisionAt = (node: TestNode) => node.context.hub.standards().releases.get('2018')?.revision

  it('the lower one takes a release from above with its signatures, before it counts, and both count it', async () => {
    const effectiveFrom = new Date(Date.now() + 8000).toISOString()
    expect((await post(province, '/standards', signed(revised(2, { effectiveFrom })))).status).toBe(200)
    await vi.waitFor(async () => {
      const list = (await call(city, 'GET', '/admin/v1/standards', { headers: admin })).json['items']
      expect(list.find((one: { revision: number }) => one.revision === 2)).toMatchObject({
        origin: 'upstream',
        source: '370000',
        state: 'scheduled',
        effectiveFrom,
        signedBy: ['mohurd-standard', '370000-1'],
      })
    }, 7000)
    await vi.waitFor(() => expect([revisionAt(city), revisionAt(province)]).toEqual([2, 2]), 12_000)
    expect((await submitTo(city, vendor.headers, 1))['outcome']).toBe('refused')
    expect((await submitTo(city, vendor.headers, 1, { AllArea: '120000' }))['outcome']).toBe('accepted')
  })

  it('the lower one refuses what the node above did not sign, says so once, and goes on', async () => {
    const third = signed(revised(3, { effectiveFrom: new Date().toISOString() }, []))
    expect((await post(province, '/standards', third)).status).toBe(200)
    // As if somebody between the two had changed the document and its digest with it.
    const forged = { ...revised(3, {}, []), nameEn: 'forged' }
    const asked: string[] = []
    const between = createServer((request, response) => {
      asked.push(request.url ?? '')
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ ...forged, signatures: third.signatures }))
    })
    await new Promise<void>((resolve) => between.listen(0, '127.0.0.1', resolve))
    const { port } = between.address() as AddressInfo
    const link = { ...(await city.database.db.selectFrom('link').selectAll().executeTakeFirstOrThrow()), url: `http://127.0.0.1:${port}` }
    const { hub, upstreams } = city.context
    const parts = { hub, upstreams, keys: [], timeoutMs: 5000, log: pino({ level: 'silent' }) }
    const digest = `sha-256:${createHash('sha256').update(releaseText(forged)).digest('hex')}`
    const offered = [{ release: '2018', revision: 3, issuer: '000000', digest, inForce: true }]
    try {
      expect(await pullStandards(parts, link, offered)).toBe(0)
      expect(await pullStandards(parts, link, offered)).toBe(0)
      expect(asked).toEqual(['/v1/standards/2018/document?revision=3&issuer=000000'])
    } finally {
      await new Promise((resolve) => between.close(resolve))
    }
    await vi.waitFor(async () => {
      const refused = (await entriesOf(city)).filter((body) => body['action'] === 'refused')
      expect(refused).toMatchObject([{ code: 'standard-unsigned', source: '370000', origin: 'upstream' }])
    }, 5000)
    await vi.waitFor(() => expect(revisionAt(city)).toBe(3), 10_000)
  })

  it('what is parked because the release is unknown above goes up by itself when it is served there', async () => {
    const js = releaseDocument(releases.get('2018-js')!)
    const own = { ...js, id: '2018-sd', issuer: '370000', entities: js.entities.map((entity) => ({ ...entity, release: '2018-sd' })) }
    // The city has the province's new extension first: a file from the province, signed by its node.
    const document = { ...own, signatures: [signDocument(releaseText(own), province.context.hub.signingKey)] }
    expect((await post(city, '/standards', document)).json).toMatchObject({ changed: true, signedBy: ['370000-1'] })
    const envelope = submission([project(7)], { standard: '2018-sd' })
    const receipt = (await call(city, 'POST', '/v1/submissions', { headers: vendor.headers, body: envelope })).json
    expect(receipt['records'][0].outcome).toBe('accepted')
    const parked = async () => (await call(city, 'GET', '/admin/v1/parked', { headers: admin })).json['items']
    await vi.waitFor(async () => expect(await parked()).toMatchObject([{ reason: 'release-unknown' }]), 10_000)
    expect((await post(province, '/standards', document)).status).toBe(200)
    await vi.waitFor(async () => {
      const held = await province.database.db.selectFrom('version').select('release').where('release', '=', '2018-sd').execute()
      expect(held).toHaveLength(1)
    }, 15_000)
    expect(await parked()).toEqual([])
  })
})

describe('two processes of one node', () => {
  it('judge alike at every instant, though one of them only looks at the database now and then', async () => {
    const clock = drivenClock('2026-09-01T09:30:00+08:00')
    const env = { HUIJIAO_STANDARD_KEYS: trust, HUIJIAO_STANDARD_NOTICE_MS: '30000' }
    const node = await startTestNode({ clock, env })
    const other = await createContext(
      readConfig({
        HUIJIAO_REGION: '370100',
        HUIJIAO_TIER: 'municipal',
        HUIJIAO_DATABASE_URL: node.database.url,
        HUIJIAO_DATA_DIR: node.dataDir,
        ...env,
      }),
      { log: pino({ level: 'silent' }), clock },
    )
    const app = await buildApp(other)
    try {
      const vendor = await enrol(node.context)
      expect((await post(node, '/standards', signed(revised(2)))).status).toBe(200)
      const seen: string[][] = []
      for (let step = 0; step <= 6; step += 1) {
        const there = await app.inject({
          method: 'POST',
          url: '/v1/submissions',
          headers: { ...vendor.headers, 'content-type': 'application/json' },
          payload: JSON.stringify(submission([project(20 + step)])),
        })
        seen.push([
          (await submitTo(node, vendor.headers, step))['outcome'],
          there.json<{ records: { outcome: string }[] }>().records[0]!.outcome,
        ])
        clock.advance(6000)
      }
      expect(seen.every(([here, there]) => here === there)).toBe(true)
      expect(seen.map(([here]) => here)).toEqual(['accepted', 'accepted', 'accepted', 'accepted', 'accepted', 'refused', 'refused'])
    } finally {
      await app.close()
      await other.close()
      await node.stop()
    }
  })
})
