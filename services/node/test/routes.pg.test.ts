import { createParticipant, namesMentioned } from '@huijiao/exchange'
import { catalogue } from '@huijiao/problem'
import { openNote, parseCheckpoint } from '@huijiao/merkle'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { buildApp } from '../src/app.ts'
import { validatorOf } from '../src/plugins/validation.ts'
import { type TestNode, adminToken, enrol, project, startTestNode, submission } from './node.ts'

let node: TestNode
let vendor: Awaited<ReturnType<typeof enrol>>
const admin = { authorization: `Bearer ${adminToken}` }

async function call(method: 'GET' | 'POST' | 'PUT' | 'DELETE', url: string, headers: Record<string, string> = {}, body?: unknown) {
  const answer = await node.app.inject({
    method,
    url,
    headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
  })
  const json = String(answer.headers['content-type']).includes('json') ? (answer.json() as Record<string, any>) : {}
  return { status: answer.statusCode, headers: answer.headers, text: answer.payload, bytes: answer.rawPayload, json }
}
const get = (url: string, headers?: Record<string, string>) => call('GET', url, headers)

beforeAll(async () => {
  node = await startTestNode({ worker: true })
  vendor = await enrol(node.context, ['370100'], 'p-vendor')
})
afterAll(() => node.stop())

describe('what is open to all', () => {
  it('says that it is alive, ready, and how it does', async () => {
    expect((await get('/livez')).json).toEqual({ status: 'alive' })
    expect((await get('/readyz')).json).toMatchObject({ ready: true })
    const { text } = await get('/metrics')
    for (const name of [
      'huijiao_submissions_total',
      'huijiao_records_total',
      'huijiao_log_size',
      'huijiao_link_lag_entries',
      'huijiao_queue_jobs',
      'huijiao_database_connections',
      'huijiao_nodejs_eventloop_lag_seconds',
    ])
      expect(text).toContain(name)
  })

  it('explains every problem as a page and as JSON', async () => {
    for (const code of Object.keys(catalogue)) {
      const page = await get(`/problems/${code}`, { accept: 'text/html,*/*' })
      expect(page.status).toBe(200)
      expect(page.text).toContain(catalogue[code as keyof typeof catalogue].title.zh)
      expect(page.text).toContain(`<code>${code}</code>`)
    }
    expect((await get('/problems/not-found')).json).toMatchObject({ code: 'not-found', status: 404, en: { title: 'Not found' } })
    expect((await get('/problems/no-such')).status).toBe(404)
  })

  it('has a schema that can be compiled for every part of a request of every route: nodes do that only when a route is first asked', async () => {
    const faults: string[] = []
    let compiled = 0
    const app = await buildApp(node.context, {
      onBuild: (built) =>
        built.addHook('onRoute', ({ method, url, schema }) => {
          for (const part of ['body', 'querystring', 'params', 'headers'] as const) {
            if (schema?.[part] === undefined) continue
            compiled += 1
            try {
              validatorOf(part, schema[part] as object)
            } catch (error) {
              faults.push(`${String(method)} ${url} ${part}: ${String(error)}`)
            }
          }
        }),
    })
    await app.close()
    expect(faults).toEqual([])
    expect(compiled).toBeGreaterThan(100)
  })

  it('answers 404, 405 with Allow, and broken addresses as problems', async () => {
    expect((await get('/v1/nothing')).json['code']).toBe('not-found')
    const wrong = await call('DELETE', '/v1/submissions')
    expect([wrong.status, wrong.json['code'], wrong.headers['allow']]).toEqual([405, 'method-not-allowed', 'POST'])
    expect((await get('/problems/%zz')).json['code']).toBe('request-malformed')
  })

  it('serves the releases, the schemas and the dictionaries, and says what is inferred', async () => {
    const { json } = await get('/v1/standards')
    expect(json['releases'].map((release: { id: string }) => release.id)).toEqual(['2014', '2018']) // Jiangsu’s extension does not govern Jinan
    const entity = json['releases'][1].entities.find((one: { code: string }) => one.code === 'TBProjectInfo')
    expect(entity).toMatchObject({ key: ['PrjNum'], schema: '/v1/schemas/2018/TBProjectInfo.json' })
    expect(entity.completeness).toHaveProperty('confidence')
    expect(json['caller']).toBeUndefined()
    expect((await get('/v1/standards', vendor.headers)).json['caller']).toMatchObject({ participant: 'p-vendor', regions: ['370100'] })
    expect((await get('/v1/standards', { authorization: 'Bearer hj_wrong' })).status).toBe(401)
    expect((await get(entity.schema)).json).toMatchObject({ type: 'object', additionalProperties: false })
    expect((await get('/v1/schemas/2018/../../package.json')).status).toBe(404)
    expect((await get('/v1/schemas/2018/TBNothing.json')).json['code']).toBe('not-found')
  })

  it('describes itself in OpenAPI 3.1, discriminated by entity, with examples and problem types', async () => {
    const { json } = await get('/openapi.json')
    expect(json['openapi']).toBe('3.1.0')
    for (const path of [
      '/v1/submissions',
      '/v1/submissions/{id}',
      '/v1/records/lookup',
      '/v1/records/{recordId}',
      '/v1/feed',
      '/v1/log/checkpoint',
      '/v1/standards',
      '/admin/v1/links',
      '/admin/v1/participants',
      '/admin/v1/parked/retry',
    ])
      expect(Object.keys(json['paths'])).toContain(path)
    const record = json['components'].schemas['Record']
    expect(record.discriminator.propertyName).toBe('entity')
    expect(record.discriminator.mapping.TBProjectInfo).toBe('#/components/schemas/Record.TBProjectInfo')
    expect(json['components'].schemas['Record.TBProjectInfo'].properties.data.anyOf).toContainEqual({
      $ref: '/v1/schemas/2018/TBProjectInfo.json',
    })
    expect(json['components'].schemas['Problem'].properties.code.enum).toContain('region-not-granted')
    const post = json['paths']['/v1/submissions'].post
    expect(post.requestBody.content['application/json'].examples.first.value.records[0].entity).toBe('TBProjectInfo')
    expect(post.responses['409'].content['application/problem+json'].schema).toEqual({ $ref: '#/components/schemas/Problem' })
    // Whoever writes a body finds one to begin with. A policy is what GET answers.
    const bare = Object.entries(json['paths'] as Record<string, Record<string, any>>).flatMap(([path, methods]) =>
      Object.entries(methods).flatMap(([method, { requestBody }]) =>
        requestBody === undefined || JSON.stringify(requestBody).includes('"example') ? [] : [`${method} ${path}`],
      ),
    )
    expect(bare).toEqual(['put /admin/v1/policy'])
    // Every local reference leads somewhere.
    for (const [, name] of JSON.stringify(json).matchAll(/"#\/components\/schemas\/([^"]+)"/g))
      expect(json['components'].schemas).toHaveProperty([name as string])
  })
})

describe('a submission and its record', () => {
  let receipt: Record<string, any>
  let id: string
  beforeAll(async () => {
    const answer = await call('POST', '/v1/submissions', vendor.headers, submission([project(1)]))
    receipt = answer.json
    id = receipt['submission'].id
    await vi.waitFor(async () => expect((await get('/v1/log/checkpoint')).status).toBe(200), 5000)
  })

  it('is answered with its state, its receipt byte for byte, its problems and outcomes', async () => {
    const state = { state: 'finished', outcome: 'accepted', parts: [{ log: { index: expect.any(Number) } }] }
    await vi.waitFor(async () => expect((await get(`/v1/submissions/${id}`, vendor.headers)).json).toMatchObject(state), 5000)
    expect((await get(`/v1/submissions/${id}/receipt`, vendor.headers)).json).toEqual(receipt)
    expect((await get(`/v1/submissions/${id}/problems`, vendor.headers)).json).toMatchObject({ records: [], next: null })
    expect(JSON.parse((await get(`/v1/submissions/${id}/outcomes`, vendor.headers)).text)).toMatchObject({ index: 0, outcome: 'accepted' })
  })

  it('is hidden from another participant, whose submission with that id is its own', async () => {
    const other = await enrol(node.context, ['370200'])
    expect((await get(`/v1/submissions/${id}`, other.headers)).json['code']).toBe('not-found')
    const recordId = receipt['records'][0].recordId as string
    expect((await get(`/v1/records/${recordId}`, other.headers)).json['code']).toBe('not-found')
    expect((await get(`/v1/records/${recordId}`)).json['code']).toBe('credentials-missing')
  })

  it('is found by key, with its sealed fields masked, and the read is written down and sealed', async () => {
    const found = await call('POST', '/v1/records/lookup', vendor.headers, {
      entity: 'TBProjectInfo',
      key: { PrjNum: '3702'.replace('3702', '370102200101') + '0102' },
    })
    expect(found.json).toMatchObject({ recordId: receipt['records'][0].recordId, inForce: { version: 1, data: { PrjTypeNum: '01' } } })
    expect(found.json['inForce'].data['CheckPersonName']).not.toBe('李示例')
    const versions = await get(`/v1/records/${found.json['recordId']}/versions`, vendor.headers)
    expect(versions.json['versions']).toMatchObject([{ version: 1, submission: { id, participant: 'p-vendor' } }])
    const { json } = await get('/admin/v1/access', admin)
    expect(json['items'].map((one: { action: string }) => one.action)).toContain('lookup-record')
    await vi.waitFor(async () => expect((await get('/admin/v1/log?kind=access', admin)).json['items'].length).toBeGreaterThan(0), 5000)
  })

  it('stands in a log whose checkpoint verifies and whose tiles are served for good', async () => {
    const { text } = await get('/v1/log/checkpoint')
    const facts = (await get('/v1/node')).json
    const opened = openNote(text, [facts['keys'][0].verifierKey])
    expect(opened.verified).toHaveLength(1)
    const checkpoint = parseCheckpoint(opened.text)
    expect(checkpoint.origin).toBe(facts['logOrigin'])
    const tile = await get(`/v1/log/tile/0/000.p/${checkpoint.size}`)
    expect(tile.bytes).toHaveLength(32 * checkpoint.size)
    expect(tile.headers['cache-control']).toContain('immutable')
    expect((await get(`/v1/log/tile/entries/000.p/${checkpoint.size}`)).status).toBe(200)
    expect((await get('/v1/log/tile/0/x999/999')).json['code']).toBe('not-found')
    expect((await get('/v1/log/tile/../../etc/passwd')).status).toBe(404)
  })

  it('is taken in the background when asked, and finished by the worker', async () => {
    const document = submission([project(3), project(4)])
    const answer = await call('POST', '/v1/submissions', { ...vendor.headers, prefer: 'respond-async' }, document)
    expect([answer.status, answer.headers['location']]).toEqual([202, `/v1/submissions/${document['id']}`])
    await vi.waitFor(
      async () =>
        expect((await get(`/v1/submissions/${document['id']}/receipt`, vendor.headers)).json).toMatchObject({ counts: { accepted: 2 } }),
      8000,
    )
  })
})

describe('the admin API', () => {
  it('is closed without the token, and with a wrong one', async () => {
    expect((await get('/admin/v1/node')).json['code']).toBe('credentials-missing')
    expect((await get('/admin/v1/node', { authorization: 'Bearer x' })).json['code']).toBe('credentials-invalid')
    expect((await get('/admin/v1/node', vendor.headers)).json['code']).toBe('credentials-invalid')
    expect((await get('/admin/queues/')).status).toBe(401)
    const basic = `Basic ${Buffer.from(`operator:${adminToken}`).toString('base64')}`
    expect((await get('/admin/v1/node', { authorization: basic })).status).toBe(401)
  })

  it('shows the queues, and takes no request that another site makes', async () => {
    const basic = { authorization: `Basic ${Buffer.from(`operator:${adminToken}`).toString('base64')}` }
    expect((await get('/admin/queues/', basic)).text).toContain('<html')
    expect((await get('/admin/queues/api/queues', basic)).json['queues']).toHaveLength(3)
    expect(
      (await call('PUT', '/admin/queues/api/queues/370100-links/pause', { ...basic, 'sec-fetch-site': 'cross-site' })).json['code'],
    ).toBe('not-allowed')
  })

  it('enrols a participant, gives, rotates and revokes keys; each is a log entry', async () => {
    const made = await call('POST', '/admin/v1/participants', admin, {
      participantId: 'p-new',
      kind: 'system',
      name: '新单位（合成）',
      regions: ['370102'],
    })
    expect([made.status, made.json['participantId']]).toEqual([201, 'p-new'])
    const key = await call('POST', '/admin/v1/participants/p-new/keys', admin, { kind: 'api-key' })
    const old = { authorization: `Bearer ${key.json['secret']}` }
    expect((await get('/v1/standards', old)).json['caller'].participant).toBe('p-new')
    const rotated = await call('POST', `/admin/v1/participants/p-new/keys/${key.json['keyId']}/rotate`, admin)
    expect((await get('/v1/standards', old)).status).toBe(401)
    const current = { authorization: `Bearer ${rotated.json['secret']}` }
    expect((await get('/v1/standards', current)).status).toBe(200)
    expect((await get('/admin/v1/participants/p-new', admin)).json['keys']).toHaveLength(2)
    expect((await call('DELETE', '/admin/v1/participants/p-new', admin)).status).toBe(204)
    expect((await get('/v1/standards', current)).status).toBe(401)
    await vi.waitFor(
      async () =>
        expect(
          (await get('/admin/v1/log?subject=p-new&kind=participant', admin)).json['items'].map(
            (one: { body: { act: string } }) => one.body.act,
          ),
        ).toEqual(['revoked', 'key-revoked', 'key-added', 'key-added', 'created']),
      5000,
    )
    expect(JSON.stringify((await get('/admin/v1/participants', admin)).json)).not.toContain('hj_')
  })

  it('gives the names of the participants that a list mentions, in one query whatever its length', async () => {
    const { hub } = node.context
    await createParticipant(hub, 'operator:test', {
      ...{ participantId: 'p-370102', kind: 'node', name: '历下区节点（合成）', regions: ['370102'], nodeName: '370102' },
    })
    await call('POST', '/v1/submissions', vendor.headers, submission([project(81)]))
    await call('POST', '/v1/submissions', vendor.headers, submission([project(82)]))
    const submissions = (await get('/admin/v1/submissions', admin)).json
    expect(submissions['items'].length).toBeGreaterThan(1)
    const { name } = await hub.db
      .selectFrom('participant')
      .select('name')
      .where('participant_id', '=', 'p-vendor')
      .executeTakeFirstOrThrow()
    expect(submissions['names']).toEqual({ 'p-vendor': name })
    const { id } = submissions['items'][0]
    expect((await get(`/admin/v1/submissions/${id}`, admin)).json['names']).toMatchObject({ 'p-vendor': name })
    await vi.waitFor(async () => {
      const { items, names } = (await get('/admin/v1/log?kind=part&limit=500', admin)).json
      expect(names).toMatchObject({ 'participant:p-vendor': name, 'p-vendor': name })
      const entry = (await get(`/admin/v1/log/${items[0].index}`, admin)).json
      expect(entry['names']).toMatchObject({ 'participant:p-vendor': name })
    }, 5000)
    const key = { PrjNum: (project(81)['data'] as { PrjNum: string }).PrjNum }
    const { recordId } = (await call('POST', '/v1/records/lookup', vendor.headers, { entity: 'TBProjectInfo', key })).json
    const versions = (await get(`/admin/v1/records/${recordId}/versions`, admin)).json
    expect(versions['names']).toMatchObject({ '370100/p-vendor': name, 'p-vendor': name })
    let queries = 0
    const counted = hub.db.withPlugin({
      transformQuery: ({ node: query }) => {
        queries += 1
        return query
      },
      transformResult: async ({ result }) => result,
    })
    const rows = Array.from({ length: 500 }, (_, n) => ({
      stream: n % 2 === 0 ? '370100/p-vendor' : '370102/p-x',
      by: `participant:p-${n}`,
    }))
    expect(await namesMentioned(counted, '370100', rows)).toEqual({ '370100/p-vendor': name, '370102/p-x': '历下区节点（合成）' })
    expect(queries).toBe(1)
    expect(await namesMentioned(counted, '370100', { items: [{ text: 'nobody' }] })).toEqual({})
    expect(queries).toBe(1)
    const found = async (q: string) =>
      (await get(`/admin/v1/participants?q=${encodeURIComponent(q)}`, admin)).json['items'].map(
        (one: { participantId: string }) => one.participantId,
      )
    expect([await found('历下区'), await found('P-VEN'), await found('无此')]).toEqual([['p-370102'], ['p-vendor'], []])
  })

  it('refuses bad input in every part, with precise problems', async () => {
    const wrong = async (work: ReturnType<typeof call>, status: number, code: string) =>
      expect([(await work).status, (await work).json['code']]).toEqual([status, code])
    await wrong(call('POST', '/admin/v1/participants', admin, { kind: 'robot', name: '', extra: 1 }), 400, 'parameter-invalid')
    await wrong(
      call('POST', '/admin/v1/participants/p-vendor/keys', admin, { kind: 'ed25519', keyId: 'k', publicKey: 'nonsense' }),
      400,
      'parameter-invalid',
    )
    await wrong(call('POST', '/admin/v1/participants/p-none/keys', admin, { kind: 'api-key' }), 404, 'not-found')
    await wrong(get('/admin/v1/submissions?from=yesterday', admin), 400, 'parameter-invalid')
    await wrong(get('/admin/v1/submissions?cursor=made-up', admin), 400, 'parameter-invalid')
    await wrong(get('/admin/v1/submissions?limit=100000', admin), 400, 'parameter-invalid')
    await wrong(get('/admin/v1/links/none', admin), 404, 'not-found')
    await wrong(call('PUT', '/admin/v1/policy', admin, { id: 'x' }), 400, 'parameter-invalid')
    const answer = await node.app.inject({
      method: 'POST',
      url: '/admin/v1/participants',
      headers: { ...admin, 'content-type': 'application/json' },
      payload: '{"kind":',
    })
    expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([400, 'json-malformed'])
    const proto = await node.app.inject({
      method: 'POST',
      url: '/admin/v1/participants',
      headers: { ...admin, 'content-type': 'application/json' },
      payload: '{"__proto__":{"x":1}}',
    })
    expect([proto.statusCode, proto.json<{ code: string }>().code]).toEqual([400, 'json-malformed'])
    const large = await node.app.inject({
      method: 'POST',
      url: '/admin/v1/participants',
      headers: { ...admin, 'content-type': 'application/json' },
      payload: JSON.stringify({ name: 'x'.repeat(2_000_000) }),
    })
    expect([large.statusCode, large.json<{ code: string }>().code]).toEqual([413, 'body-too-large'])
    const text = await node.app.inject({
      method: 'POST',
      url: '/admin/v1/participants',
      headers: { ...admin, 'content-type': 'text/plain' },
      payload: 'x',
    })
    expect([text.statusCode, text.json<{ code: string }>().code]).toEqual([415, 'media-type-unsupported'])
  })

  it('pages through submissions without missing or repeating one', async () => {
    for (let serial = 10; serial < 15; serial += 1) await call('POST', '/v1/submissions', vendor.headers, submission([project(serial)]))
    const seen: string[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const page: Record<string, any> = (
        await get(`/admin/v1/submissions?participant=p-vendor&limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`, admin)
      ).json
      seen.push(...page['items'].map((one: { id: string }) => one.id))
      cursor = page['next']
    }
    expect(new Set(seen).size).toBe(seen.length)
    expect(seen.length).toBeGreaterThanOrEqual(7)
    expect((await get('/admin/v1/submissions?outcome=refused', admin)).json['items']).toEqual([])
  })

  it('finds log entries by actor, entity, record, submission and time', async () => {
    const answer = await call('POST', '/v1/submissions', vendor.headers, submission([project(20)]))
    const { recordId } = answer.json['records'][0]
    const query = (text: string) =>
      get(`/admin/v1/log?${text}`, admin).then((one) => one.json['items'] as { index: number; kind: string }[])
    await vi.waitFor(async () => expect(await query(`record=${recordId}`)).toHaveLength(1), 5000)
    const [entry] = await query(`record=${recordId}`)
    expect((await query(`submission=${answer.json['submission'].id}`)).map((one) => one.index)).toEqual([entry?.index])
    expect((await query('actor=participant:p-vendor&entity=TBProjectInfo')).map((one) => one.index)).toContain(entry?.index)
    expect(await query('from=2999-01-01T00:00:00Z')).toEqual([])
  })
})
