import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises'
import { get } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { drivenClock } from '@huijiao/testing'
import Fastify from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openPages } from '../src/console/pages.ts'
import { consoleRoutes } from '../src/routes/console.ts'
import { account, browserAt, easyCaptcha } from './browser.ts'
import { adminToken, enrol, project, startTestNode, submission, type TestNode } from './node.ts'

const clock = drivenClock('2026-09-01T09:30:00+08:00')
let node: TestNode
beforeAll(async () => {
  node = await startTestNode({ clock, listen: true })
  easyCaptcha(node)
})
afterAll(() => node.stop())

/** The events of a stream until so many have come, or it ends. */
function events(path: string, headers: Record<string, string>, count: number, onFirst = () => {}): Promise<{ name: string; data: any }[]> {
  return new Promise((settle, fail) => {
    const found: { name: string; data: any }[] = []
    const request = get(`${node.url}${path}`, { headers: { accept: 'text/event-stream', ...headers } }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      const end = () => {
        request.destroy()
        settle(found)
      }
      response.on('data', (chunk: string) => {
        text += chunk
        for (let at = text.indexOf('\n\n'); at !== -1; at = text.indexOf('\n\n')) {
          const [, name = '', data = ''] = /^event: (\w+)\ndata: (.*)$/.exec(text.slice(0, at)) ?? []
          text = text.slice(at + 2)
          if (name === '') continue
          found.push({ name, data: JSON.parse(data) })
          if (found.length === 1) onFirst()
        }
        if (found.length >= count) end()
      })
      response.on('end', end)
    })
    request.on('error', (error) => (found.length >= count ? settle(found) : fail(error)))
  })
}

describe('what the overview shows', () => {
  it('tells a submission within the stream, step by step in the flow, and names no business system', async () => {
    const authorization = `Bearer ${adminToken}`
    const caller = await enrol(node.context)
    const begun = Promise.withResolvers<void>()
    const watching = events('/admin/v1/live', { authorization }, 2, begun.resolve)
    await begun.promise
    const sent = await node.app.inject({
      method: 'POST',
      url: '/v1/submissions',
      headers: { ...caller.headers, 'content-type': 'application/json' },
      payload: JSON.stringify(submission([project(0)])),
    })
    expect([sent.statusCode, sent.body]).toEqual([200, expect.any(String)])
    const [first, second] = await watching
    expect(first?.name).toBe('live')
    expect(second?.data.minute).toMatchObject({ submissions: 1, records: 1, accepted: 1, refused: 0 })
    expect(second?.data.systems).toMatchObject({ count: 1 })
    expect(JSON.stringify(second?.data)).not.toContain(caller.participantId)

    const flow = await node.app.inject({ url: '/admin/v1/flow?hours=1', headers: { authorization } })
    const { steps, stepSeconds } = flow.json() as { steps: { at: string; records: number }[]; stepSeconds: number }
    expect([steps.length, stepSeconds]).toEqual([60, 60])
    expect(steps.map(({ records }) => records).filter((records) => records > 0)).toEqual([1])
    expect(steps.at(-1)?.records).toBe(1)
  })

  it('goes to every role as one answer, and to nobody without a sign-in', async () => {
    const browser = browserAt(node)
    expect((await browser.call('GET', '/live')).status).toBe(401)
    await browser.signIn((await account(node, 'clerk', ['370102'])).user_name)
    const answer = await browser.call('GET', '/live')
    expect(answer.json).toMatchObject({ ready: true, node: { region: '370100', tier: 'municipal' }, above: [], below: [] })
  })

  it('ends the stream with the session, and watching does not keep a session from ending', async () => {
    const browser = browserAt(node, '198.51.100.23')
    await browser.signIn((await account(node, 'viewer', ['370100'])).user_name)
    const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    expect((await browser.call('GET', '/session/state')).json).toMatchObject({ signedIn: true })
    const before = (await browser.call('GET', '/session/state')).json['idleAt']
    const [live] = await events('/admin/v1/live', { cookie, host: 'hub.example' }, 1)
    expect(live?.name).toBe('live')
    clock.advance(29 * 60_000)
    expect((await browser.call('GET', '/session/state')).json['idleAt']).toBe(before)
    clock.advance(2 * 60_000)
    expect((await browser.call('GET', '/session/state')).json).toEqual({ signedIn: false, idleAt: null })
    const answer = await browser.call('GET', '/live')
    expect(answer.json['code']).toBe('session-ended')
  })

  it('says without a cookie, and with one of nobody, that nobody is signed in', async () => {
    const answers = await Promise.all([
      node.app.inject({ url: '/admin/v1/session/state' }),
      node.app.inject({ url: '/admin/v1/session/state', headers: { cookie: 'huijiao-session-370100=made-up' } }),
    ])
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200])
    for (const answer of answers) expect(answer.json()).toEqual({ signedIn: false, idleAt: null })
  })
})

describe('the pages of the console', () => {
  async function built(): Promise<{ folder: string; app: ReturnType<typeof Fastify> }> {
    const folder = await mkdtemp(join(tmpdir(), 'huijiao-pages-'))
    await mkdir(join(folder, 'assets'))
    await writeFile(join(folder, 'index.html'), '<meta property="csp-nonce" nonce="HUIJIAO_NONCE">')
    await writeFile(join(folder, 'assets/main-Ab12.js'), `const long = '${'x'.repeat(4000)}'`)
    await writeFile(join(folder, 'built-from.txt'), 'one')
    const app = Fastify({ routerOptions: { ignoreTrailingSlash: true } })
    consoleRoutes(app as never, openPages(folder))
    return { folder, app }
  }

  it('carry a nonce of their own at each answer, allow nothing from elsewhere, and are not kept', async () => {
    const { folder, app } = await built()
    const [one, two] = [await app.inject('/console/'), await app.inject('/console/links/370000?hours=3')]
    const nonces = [one, two].map(({ body }) => /nonce="([^"]+)"/.exec(body)?.[1])
    expect(new Set(nonces).size).toBe(2)
    const policy = String(one.headers['content-security-policy'])
    expect(policy).toContain(`style-src 'self' 'nonce-${nonces[0]}'`)
    expect(policy).toContain("default-src 'none'")
    expect(policy).not.toMatch(/unsafe|https?:|\*/)
    expect(one.headers['cache-control']).toBe('no-store')
    await rm(folder, { recursive: true })
  })

  it('have files that never change under their name, compressed where the browser takes it', async () => {
    const { folder, app } = await built()
    const plain = await app.inject('/console/assets/main-Ab12.js')
    const packed = await app.inject({ url: '/console/assets/main-Ab12.js', headers: { 'accept-encoding': 'gzip, br' } })
    expect(plain.headers['cache-control']).toBe('public, max-age=31536000, immutable')
    expect([plain.headers['content-encoding'], packed.headers['content-encoding']]).toEqual([undefined, 'br'])
    expect(packed.rawPayload.length).toBeLessThan(plain.rawPayload.length)
    await rm(folder, { recursive: true })
  })

  it('hand out nothing but the files of the build', async () => {
    const { folder, app } = await built()
    await writeFile(join(folder, '..', 'outside.json'), '{}')
    for (const path of ['assets/nothing.js', '../outside.json', '..%2foutside.json', 'assets/..%2f..%2foutside.json', 'built-from.txt'])
      expect([path, (await app.inject(`/console/${path}`)).statusCode]).not.toEqual([path, 200])
    await rm(folder, { recursive: true })
    await rm(join(folder, '..', 'outside.json'))
  })

  it('say how to build them where there is no build, and appear without a restart', async () => {
    const { folder, app } = await built()
    await rm(join(folder, 'built-from.txt'))
    const missing = await app.inject('/console/')
    expect(missing.statusCode).toBe(503)
    expect(missing.body).toContain('npm run build -w services/console')
    await writeFile(join(folder, 'built-from.txt'), 'two')
    expect((await app.inject('/console/')).statusCode).toBe(200)
    await rm(folder, { recursive: true })
  })
})
