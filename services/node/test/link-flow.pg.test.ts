import { request } from 'node:http'
import { addPublicKey, createParticipant } from '@huijiao/exchange'
import { drivenClock } from '@huijiao/testing'
import { afterEach, expect, describe, it, vi } from 'vitest'
import { adminToken, enrol, project, startTestNode, submission, type TestNode } from './node.ts'

const admin = { authorization: `Bearer ${adminToken}` }
let nodes: TestNode[] = []
afterEach(async () => {
  for (const node of nodes.toReversed()) await node.stop()
  nodes = []
})

/** A province and a city below it, whose configuration of the link says `link`. */
async function start(
  link: Record<string, unknown>,
  options: { upper?: Record<string, string>; clock?: ReturnType<typeof drivenClock>; sizes?: number[] } = {},
) {
  const clock = options.clock === undefined ? {} : { clock: options.clock }
  const province = await startTestNode({
    listen: true,
    worker: true,
    ...clock,
    addRoutes: (app) =>
      void app.addHook('onRequest', async (req) => {
        if (req.method === 'POST' && req.url === '/v1/submissions') options.sizes?.push(Number(req.headers['content-length']))
      }),
    env: { HUIJIAO_REGION: '370000', HUIJIAO_TIER: 'provincial', ...options.upper },
  })
  nodes.push(province)
  const city = await startTestNode({
    listen: true,
    worker: true,
    ...clock,
    env: { HUIJIAO_UPSTREAMS: JSON.stringify([{ name: '370000', url: province.url, tier: 'provincial', ...link }]) },
  })
  nodes.push(city)
  await createParticipant(province.context.hub, 'operator:test', {
    participantId: 'p-370100',
    kind: 'node',
    name: '节点 370100',
    regions: ['370100'],
    nodeName: '370100',
  })
  const { keyId, publicKey } = city.context.hub.signingKey
  await addPublicKey(province.context.hub, 'operator:test', 'p-370100', {
    keyId,
    algorithm: 'ed25519',
    publicKey: publicKey.toString('base64'),
  })
  const vendor = await enrol(city.context, ['370100'], 'p-vendor')
  const submit = async (...serials: number[]) => {
    const answer = await fetch(`${city.url}/v1/submissions`, {
      method: 'POST',
      headers: { ...vendor.headers, 'content-type': 'application/json' },
      body: JSON.stringify(submission(serials.map((one) => project(one)))),
    })
    expect(answer.status).toBe(200)
  }
  const linkOf = async () => (await city.app.inject({ url: '/admin/v1/links/370000', headers: admin })).json<Record<string, any>>()
  const above = async () => (await province.database.db.selectFrom('version').select('ordinal').execute()).length
  return { province, city, submit, linkOf, above }
}

describe('a link with a transfer window', () => {
  it('sends nothing before it opens, says until when it waits, and sends everything then', async () => {
    const clock = drivenClock(new Date('2026-09-01T01:30:00Z')) // 09:30 in Shanghai
    const { city, submit, linkOf, above } = await start(
      { windows: ['22:00-06:00'], groups: [{ name: 'projects', entities: ['TBProjectInfo'] }] },
      { clock },
    )
    await submit(1, 2)
    await vi.waitFor(
      async () =>
        expect(await linkOf()).toMatchObject({
          state: 'waiting',
          flow: { windows: ['22:00-06:00'] },
          pace: { waiting: { until: '2026-09-01T14:00:00.000Z', why: 'window' } },
        }),
      10_000,
    )
    const metrics = (await city.app.inject({ url: '/metrics' })).payload
    expect(metrics).toMatch(/huijiao_link_waiting_seconds\{link="370000",why="window"\} 45000/)
    await new Promise((done) => setTimeout(done, 1500)) // a sweep, which wakes every link that has work
    expect(await above()).toBe(0)
    clock.advance(13 * 3_600_000)
    await vi.waitFor(async () => expect(await above()).toBe(2), 20_000)
    await vi.waitFor(async () => expect(await linkOf()).toMatchObject({ state: 'idle', pace: { waiting: null } }), 10_000)
    expect((await linkOf())['pace'].groups.map((group: { name: string }) => group.name)).toEqual(['', 'projects'])
  })
})

describe('a link with a limit to its bodies and its rate', () => {
  it('brings everything up in bodies that fit', async () => {
    const sizes: number[] = []
    const { submit, linkOf, above } = await start({ bodyBytes: 16384, rate: { requests: 50, records: 500 } }, { sizes })
    await submit(...Array.from({ length: 90 }, (_, at) => at))
    await vi.waitFor(async () => expect(await above()).toBe(90), 30_000)
    await vi.waitFor(async () => expect(await linkOf()).toMatchObject({ state: 'idle', parked: 0 }), 10_000)
    expect(Math.max(...sizes)).toBeLessThanOrEqual(16384)
  })
})

describe('an upstream that is full', () => {
  it('is left alone for as long as it asks, and nothing is parked or halved', async () => {
    const { province, city, submit, linkOf, above } = await start({}, { upper: { HUIJIAO_BODIES_AT_ONCE: '1' } })
    // Somebody's body keeps the only place.
    const other = await enrol(province.context, ['370000'], 'p-slow')
    const slow = request(`${province.url}/v1/submissions`, {
      method: 'POST',
      headers: { ...other.headers, 'content-type': 'application/json' },
    })
    slow.on('error', () => undefined)
    slow.write('{"id":')
    await vi.waitFor(async () => {
      const answer = await fetch(`${province.url}/v1/submissions`, {
        method: 'POST',
        headers: { ...other.headers, 'content-type': 'application/json' },
        body: '{}',
      })
      expect(answer.status).toBe(503)
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
    }, 10_000)
    await submit(3)
    const asked = async () =>
      Number(/huijiao_link_asked_to_wait_total\{link="370000"\} (\d+)/.exec((await city.app.inject({ url: '/metrics' })).payload)?.[1] ?? 0)
    await vi.waitFor(async () => expect(await asked()).toBeGreaterThanOrEqual(1), 10_000)
    await vi.waitFor(
      async () =>
        expect(await linkOf()).toMatchObject({ state: 'failing', parked: 0, lastError: { text: expect.stringContaining('503') } }),
      10_000,
    )
    expect(await above()).toBe(0)
    slow.destroy()
    await vi.waitFor(async () => expect(await above()).toBe(1), 20_000)
    expect(await city.database.db.selectFrom('delivery').select('state').where('state', '=', 'split').execute()).toEqual([])
  })
})
