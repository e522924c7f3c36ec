import { randomUUID } from 'node:crypto'
import { addPublicKey, createParticipant, readLogHead } from '@huijiao/exchange'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { type TestNode, adminToken, enrol, project, startTestNode, submission } from './node.ts'

const admin = { authorization: `Bearer ${adminToken}` }

/** City, province and nation with real HTTP between them; what must hold whatever keeps the queue. Call inside a `describe`. */
export function recordsTravel(queueUrl: () => string): void {
  let city: TestNode
  let province: TestNode
  let nation: TestNode
  let vendor: Awaited<ReturnType<typeof enrol>>

  const start = (region: string, tier: string, upstream?: TestNode, worker = true) =>
    startTestNode({
      listen: true,
      worker,
      env: {
        HUIJIAO_REGION: region,
        HUIJIAO_TIER: tier,
        HUIJIAO_QUEUE_URL: queueUrl(),
        ...(upstream === undefined
          ? {}
          : {
              HUIJIAO_UPSTREAMS: JSON.stringify([
                { name: upstream.context.hub.node.name, url: upstream.url, tier: upstream.context.hub.node.tier },
              ]),
            }),
      },
    })
  const enrolNode = async (upper: TestNode, lower: TestNode) => {
    const { name, region } = lower.context.hub.node
    const { participant_id } = await createParticipant(upper.context.hub, 'operator:test', {
      participantId: `p-${name}`,
      kind: 'node',
      name: `节点 ${name}`,
      regions: [region],
      nodeName: name,
    })
    const { keyId, publicKey } = lower.context.hub.signingKey
    await addPublicKey(upper.context.hub, 'operator:test', participant_id, {
      keyId,
      algorithm: 'ed25519',
      publicKey: publicKey.toString('base64'),
    })
  }
  const call = async (node: TestNode, method: 'GET' | 'POST', path: string, headers: Record<string, string>, body?: unknown) => {
    const response = await fetch(`${node.url}${path}`, {
      method,
      headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    return { status: response.status, json: text === '' ? {} : (JSON.parse(text) as Record<string, any>) }
  }
  const submit = async (records: unknown[]) => (await call(city, 'POST', '/v1/submissions', vendor.headers, submission(records))).json
  const linkOf = async (node: TestNode) => (await call(node, 'GET', '/admin/v1/links', admin)).json['items'][0] as Record<string, any>
  const held = async (node: TestNode): Promise<string[]> =>
    (await node.database.db.selectFrom('stream').select('record_id').execute()).map((row) => `r_${row.record_id.replaceAll('-', '')}`)

  beforeAll(async () => {
    nation = await start('000000', 'national')
    province = await start('370000', 'provincial', nation)
    city = await start('370100', 'municipal', province)
    await enrolNode(nation, province)
    await enrolNode(province, city)
    vendor = await enrol(city.context, ['370100'], 'p-vendor')
  })
  afterAll(async () => {
    for (const node of [city, province, nation]) await node?.stop()
  })

  it('carries a record from the city to the nation, and the answers back down', async () => {
    const receipt = await submit([project(1)])
    const { recordId } = receipt['records'][0]
    await vi.waitFor(async () => expect(await held(nation)).toContain(recordId), 10_000)
    // The nation may have it before the receipts have come all the way down.
    await vi.waitFor(async () => expect(await linkOf(city)).toMatchObject({ name: '370000', state: 'idle', lag: { entries: 0 } }), 10_000)
    await vi.waitFor(async () => {
      const status = (await call(city, 'GET', `/v1/submissions/${receipt['submission'].id}`, vendor.headers)).json
      expect(status['above'][0]).toMatchObject({ state: 'delivered', upstream: { name: '370000' } })
      expect(status['above'][0].further).toMatchObject([{ upstream: '000000', counts: { accepted: 1 } }])
    }, 15_000)
  })

  it('serves the chain of custody of a record, from the nation down to the city', async () => {
    const receipt = await submit([project(8)])
    const { recordId, commitment } = receipt['records'][0]
    await vi.waitFor(async () => expect(await held(nation)).toContain(recordId), 10_000)
    const supervisor = await enrol(nation.context, ['000000'])
    await vi.waitFor(async () => {
      const { json } = await call(nation, 'GET', `/v1/records/${recordId}/custody`, supervisor.headers)
      expect(json).toMatchObject({ custody: 1, record: { recordId, commitment } })
      expect(json['steps']).toHaveLength(3)
    }, 5000)
    expect(JSON.stringify((await call(nation, 'GET', `/v1/records/${recordId}/custody`, supervisor.headers)).json)).not.toContain('李示例')
  })

  it('keeps one trace id through all tiers', async () => {
    const trace = randomUUID().replaceAll('-', '')
    const document = submission([project(2)])
    await call(city, 'POST', '/v1/submissions', { ...vendor.headers, traceparent: `00-${trace}-00f067aa0ba902b7-01` }, document)
    const traced = (node: TestNode) =>
      node.database.db.selectFrom('submission').select('trace_parent').where('trace_parent', 'like', `00-${trace}-%`).execute()
    await vi.waitFor(
      async () => expect([(await traced(city)).length, (await traced(province)).length, (await traced(nation)).length]).toEqual([1, 1, 1]),
      10_000,
    )
  })

  it('pins the key that the upstream showed first', async () => {
    const pinned = await city.database.db.selectFrom('upstream_key').selectAll().execute()
    expect(pinned.map((row) => [row.upstream, row.key_id, row.public_key.equals(province.context.hub.signingKey.publicKey)])).toEqual([
      ['370000', '370000-1', true],
    ])
  })

  it('tests a link without storing anything above', async () => {
    const before = await province.database.db.selectFrom('submission').selectAll().execute()
    expect((await call(city, 'POST', '/admin/v1/links/370000/test', admin)).json).toMatchObject({ alive: true, status: 200 })
    expect(await province.database.db.selectFrom('submission').selectAll().execute()).toHaveLength(before.length)
  })

  it('stops at a pause, goes on at a resume, and says so in the log', async () => {
    expect((await call(city, 'POST', '/admin/v1/links/370000/pause', admin, { reason: '上级停机维护' })).status).toBe(204)
    const receipt = await submit([project(3)])
    await vi.waitFor(async () => expect(await linkOf(city)).toMatchObject({ state: 'paused', lag: { entries: 1 } }), 5000)
    expect(await held(province)).not.toContain(receipt['records'][0].recordId)
    expect((await call(city, 'POST', '/admin/v1/links/370000/resume', admin)).status).toBe(204)
    await vi.waitFor(async () => expect(await held(nation)).toContain(receipt['records'][0].recordId), 10_000)
    const entries = (await call(city, 'GET', '/admin/v1/log?kind=link', admin)).json['items'] as { body: { action: string } }[]
    expect(entries.map((entry) => entry.body.action)).toEqual(['resume', 'pause', 'create'])
  })

  it('waits through an outage of the upstream and loses nothing', async () => {
    const port = new URL(province.url).port
    province.app.server.closeAllConnections()
    await new Promise<void>((resolve) => province.app.server.close(() => resolve()))
    const receipts = [await submit([project(4)]), await submit([project(5)])]
    await vi.waitFor(async () => expect((await linkOf(city))['state']).toBe('failing'), 10_000)
    await new Promise<void>((resolve) => province.app.server.listen(Number(port), '127.0.0.1', resolve))
    for (const receipt of receipts)
      await vi.waitFor(async () => expect(await held(nation)).toContain(receipt['records'][0].recordId), 20_000)
    await vi.waitFor(async () => expect(await linkOf(city)).toMatchObject({ state: 'idle', parked: 0 }), 10_000)
  })

  it('finds all work again after the queues were emptied', async () => {
    await call(city, 'POST', '/admin/v1/links/370000/pause', admin, { reason: 'x' })
    const receipt = await submit([project(6)])
    for (const queue of city.context.queues.all.values()) await queue.obliterate({ force: true })
    // As if another process had resumed the link: nobody tells this one.
    await city.database.db.updateTable('link').set({ paused_at: null, pause_reason: null }).execute()
    await vi.waitFor(async () => expect(await held(nation)).toContain(receipt['records'][0].recordId), 15_000)
  })

  it('parks what the upstream refuses with its reason, and sends it again when asked', async () => {
    await province.database.db
      .updateTable('participant')
      .set({ regions: ['370200'] })
      .where('participant_id', '=', 'p-370100')
      .execute()
    const receipt = await submit([project(7)])
    const { recordId } = receipt['records'][0]
    await vi.waitFor(
      async () =>
        expect((await call(city, 'GET', `/admin/v1/parked?record=${recordId}`, admin)).json['items']).toMatchObject([
          { link: '370000', reason: 'region-not-granted', recordId },
        ]),
      10_000,
    )
    expect((await call(city, 'GET', `/v1/submissions/${receipt['submission'].id}`, vendor.headers)).json['above'][0].parked).toMatchObject([
      { reason: 'region-not-granted' },
    ])
    await province.database.db
      .updateTable('participant')
      .set({ regions: ['370100'] })
      .where('participant_id', '=', 'p-370100')
      .execute()
    expect((await call(city, 'POST', '/admin/v1/parked/retry', admin, { filter: { record: recordId } })).json).toEqual({ retried: 1 })
    await vi.waitFor(async () => expect(await held(nation)).toContain(recordId), 10_000)
    expect((await call(city, 'GET', `/admin/v1/parked?record=${recordId}`, admin)).json['items']).toEqual([])
  })

  it('does not let reads and deliveries make the log feed itself', async () => {
    await vi.waitFor(async () => {
      const size = (await readLogHead(nation.context.hub.db))?.size
      await new Promise((resolve) => setTimeout(resolve, 1500))
      expect((await readLogHead(nation.context.hub.db))?.size).toBe(size)
    }, 20_000)
  })
}
