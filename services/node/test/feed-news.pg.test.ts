import { createServer, request as forward, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createSigningKey, readSigningKey, signDocument } from '@huijiao/identity'
import { releaseDocument, releases, releaseText } from '@huijiao/standard'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createFetchFeed, takeWholeFeed } from '../src/jobs/feed.ts'
import { startWorker } from '../src/worker.ts'
import { startTestNode, type TestNode } from './node.ts'
import { admin, call, enrolNode } from './tiers.ts'

const authority = readSigningKey('test-standard', createSigningKey().privateKeyPem)
const trust = JSON.stringify([{ keyId: authority.keyId, publicKey: authority.publicKey.toString('base64') }])
/** Of the requests for a document so many are still answered with 503. */
let refusing = 0
let refused = 0
/** Whether answers of the feed are lost on their way down. */
let losing = false
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
      if (losing && url?.startsWith('/v1/feed?') === true) return outgoing.destroy()
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

/** The release in force with a higher revision, signed. */
function revised(revision: number): object {
  const document = { ...releaseDocument(releases.get('2018')!), revision }
  return { ...document, signatures: [signDocument(releaseText(document), authority)] }
}
const issue = async (revision: number) => {
  expect((await call(province, 'POST', '/admin/v1/standards', admin, revised(revision))).status).toBe(200)
}
const linkNow = () => city.context.hub.db.selectFrom('link').selectAll().executeTakeFirstOrThrow()
const untilHeld = (revision: number) =>
  vi.waitFor(() => expect(city.context.hub.standards().releases.get('2018')?.revision).toBe(revision), { timeout: 60_000, interval: 50 })

describe('a release that is told of while the way to it is broken', () => {
  it('is fetched as soon as the level above gives it, without waiting for a sweep', async () => {
    const worker = await startWorker(city.context)
    try {
      // The first sweep is over: whoever waits for news is all that is left.
      await vi.waitFor(async () => expect((await linkNow()).feed_read_at).not.toBeNull(), 20_000)
      refusing = 3
      await issue(2)
      await untilHeld(2)
      expect(refused).toBe(3)

      // Somebody else of this node was told, and could not fetch it; the answer to whoever waits is lost.
      losing = true
      const before = (await linkNow()).feed_place
      await issue(3)
      const parts = { hub: city.context.hub, timeoutMs: 20_000 }
      const direct = createFetchFeed(parts, city.context.config.upstreams[0]!.feed)
      const taking = () =>
        takeWholeFeed(
          city.context.hub,
          1,
          (link, after) => direct({ ...link, url: province.url }, after),
          async () => {
            throw new Error('no way to the document')
          },
        )
      // That it was loaded and that it counts are told one after the other: both have been told when the place moves no more. What the node asks because
      // the last revision came is over then, too.
      let place = before
      let still = 0
      await vi.waitFor(
        async () => {
          await expect(taking()).rejects.toThrow('no way to the document')
          const { feed_place: now } = await linkNow()
          still = now === place ? still + 1 : 0
          place = now
          expect(now).not.toBe(before)
          expect(still).toBeGreaterThanOrEqual(20)
        },
        { timeout: 30_000, interval: 250 },
      )
      losing = false
      await untilHeld(3)
    } finally {
      losing = false
      await worker.stop()
    }
  }, 200_000)

  it('is heard of with the first page of a feed, though a later one is lost, and again when it changes', async () => {
    const { feed_cursor: next, feed_place: place } = await linkNow()
    const page = (standards: unknown, more: boolean) => ({ items: [], next, cursor: place ?? undefined, more, standards })
    const heard: unknown[] = []
    const read = (pages: unknown[], onStandards: () => Promise<unknown> = async () => undefined) =>
      takeWholeFeed(
        city.context.hub,
        1,
        async () => pages.shift() ?? Promise.reject(new Error('the page is lost')),
        async (_, offered) => {
          heard.push(offered)
          await onStandards()
        },
      )
    await expect(read([page(['a'], true), page(['a'], true)])).rejects.toThrow('the page is lost')
    expect(heard.splice(0)).toEqual([['a']])
    await read([page(['a'], true), page(['b'], false)])
    expect(heard.splice(0)).toEqual([['a'], ['b']])
    // What cannot be fetched does not keep the rest of the feed waiting, and the job that reads it fails all the same.
    const pages = [page(['a'], true), page(['a'], false)]
    await expect(read(pages, () => Promise.reject(new Error('no document')))).rejects.toThrow('no document')
    expect(pages).toEqual([])
  })
})
