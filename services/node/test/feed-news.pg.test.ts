import { createServer, request as forward, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createSigningKey, readSigningKey, signDocument } from '@huijiao/identity'
import { releaseDocument, releases, releaseText } from '@huijiao/standard'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { startWorker } from '../src/worker.ts'
import { startTestNode, type TestNode } from './node.ts'
import { admin, call, enrolNode } from './tiers.ts'

const authority = readSigningKey('test-standard', createSigningKey().privateKeyPem)
const trust = JSON.stringify([{ keyId: authority.keyId, publicKey: authority.publicKey.toString('base64') }])
/** Of the requests for a document so many are still answered with 503. */
let refusing = 0
let refused = 0
let between: Server
let province: TestNode
let city: TestNode

beforeAll(async () => {
  const common = { HUIJIAO_STANDARD_NOTICE_MS: '0', HUIJIAO_STANDARD_KEYS: trust }
  province = await startTestNode({
    listen: true,
    worker: true,
    env: { ...common, HUIJIAO_REGION: '370000', HUIJIAO_TIER: 'provincial' },
  })
  const { port } = new URL(province.url)
  between = createServer((incoming, outgoing) => {
    if (/\/document\?/.test(incoming.url ?? '') && refusing > 0) {
      refusing -= 1
      refused += 1
      outgoing.writeHead(503).end()
      return
    }
    const { method, url, headers } = incoming
    const onward = forward({ host: '127.0.0.1', port, method, path: url, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(outgoing)
    })
    onward.on('error', () => outgoing.destroy())
    outgoing.on('close', () => onward.destroy())
    incoming.pipe(onward)
  })
  await new Promise<void>((done) => between.listen(0, '127.0.0.1', done))
  const url = `http://127.0.0.1:${(between.address() as AddressInfo).port}`
  city = await startTestNode({
    // The sweep, which also reads the feed, comes once, at the start.
    env: { ...common, HUIJIAO_SWEEP_MS: '3600000', HUIJIAO_UPSTREAMS: JSON.stringify([{ name: '370000', url, tier: 'provincial' }]) },
  })
  await enrolNode(province, city)
}, 200_000)
afterAll(async () => {
  city.context.beginStop()
  between.closeAllConnections()
  between.close()
  await city.stop()
  await province.stop()
}, 200_000)

describe('a release that is told of while the way to it is broken', () => {
  it('is fetched as soon as the level above gives it, without waiting for a sweep', async () => {
    const worker = await startWorker(city.context)
    try {
      // The first sweep is over: whoever waits for news is all that is left.
      const readAt = async () => (await city.context.hub.db.selectFrom('link').select('feed_read_at').executeTakeFirst())?.feed_read_at
      await vi.waitFor(async () => expect(await readAt()).not.toBeNull(), 20_000)
      refusing = 3
      const document = { ...releaseDocument(releases.get('2018')!), revision: 2 }
      const signed = { ...document, signatures: [signDocument(releaseText(document), authority)] }
      expect((await call(province, 'POST', '/admin/v1/standards', admin, signed)).status).toBe(200)
      await vi.waitFor(() => expect(city.context.hub.standards().releases.get('2018')?.revision).toBe(2), { timeout: 60_000, interval: 50 })
      expect(refused).toBe(3)
    } finally {
      await worker.stop()
    }
  }, 200_000)
})
