import { changeOperator, type Role } from '@huijiao/access'
import { ensureLinks } from '@huijiao/exchange'
import { drivenClock } from '@huijiao/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { account, browserAt, type Browser, easyCaptcha } from './browser.ts'
import { enrol, project, startTestNode, submission, type TestNode } from './node.ts'

const clock = drivenClock('2026-09-01T09:30:00+08:00')
let node: TestNode
/** One who is signed in, and who that is. */
interface Person {
  readonly browser: Browser
  readonly actor: string
  readonly userName: string
}
let zhang: Person
let nameless: Person
let clerk: Person
let viewer: Person
let guest: Person

async function person(role: Role, regions: readonly string[], displayName?: string): Promise<Person> {
  const { operator_id: id, user_name: userName } = await account(node, role, regions)
  const by = { actor: 'operator:test', bounds: null, operatorId: null }
  if (displayName !== undefined) await changeOperator(node.context.access, by, id, { displayName })
  const browser = browserAt(node)
  expect((await browser.signIn(userName)).status).toBe(200)
  return { browser, actor: `operator:${id}`, userName }
}

beforeAll(async () => {
  node = await startTestNode({ clock })
  easyCaptcha(node)
  await ensureLinks(node.context.hub, [{ name: 'up', url: 'http://upstream.invalid', upstreamTier: 'provincial', upstreamName: '370000' }])
  zhang = await person('operator', ['370100'], '张示例（市级值班）')
  nameless = await person('operator', ['370100'])
  clerk = await person('clerk', ['370100'], '李示例（录入）')
  viewer = await person('viewer', ['370102'])
  guest = await person('clerk', ['370102'])
})
afterAll(() => node.stop())

const get = async ({ browser }: Person, path: string): Promise<Record<string, any>> => {
  const { status, json } = await browser.call('GET', path)
  expect([path, status]).toEqual([path, 200])
  return json
}
const send = async ({ browser }: Person, path: string, body?: object): Promise<void> =>
  expect([path, (await browser.call('POST', path, body)).status < 300]).toEqual([path, true])

describe('a paused link', () => {
  it('says to whoever may see it who paused it, when and why, until it goes on', async () => {
    await send(zhang, '/links/up/pause', { reason: '上级停机维护' })
    const paused = { by: zhang.actor, at: clock.now().toISOString(), reason: '上级停机维护' }
    const names = { [zhang.actor]: '张示例（市级值班）' }
    for (const who of [zhang, viewer]) {
      expect(await get(who, '/links')).toMatchObject({ items: [{ name: 'up', state: 'paused', paused }], names })
      expect(await get(who, '/links/up')).toMatchObject({ paused, names })
    }
    clock.advance(2_000)
    await expect.poll(async () => get(guest, '/live')).toMatchObject({ above: [{ name: 'up', paused }], names })
    await send(zhang, '/links/up/resume')
    expect(await get(viewer, '/links')).toMatchObject({ items: [{ paused: null }], names: {} })
  })
})

describe('the name of an account', () => {
  it('comes with what it did, for every role and whatever its regions, and nothing else of it comes', async () => {
    await send(zhang, '/notices', { title: '通知（合成）', text: `由 ${clerk.actor} 转发（合成）` })
    await send(nameless, '/notices', { title: clerk.actor, text: '合成' })
    for (const who of [viewer, guest]) {
      const answer = await get(who, '/notices')
      expect(answer['items'].map((row: { publishedBy: string }) => row.publishedBy)).toEqual([nameless.actor, zhang.actor])
      // Not of whom a text merely mentions; and who has no display name is not told by the name one signs in with.
      expect(answer['names']).toEqual({ [zhang.actor]: '张示例（市级值班）' })
      expect(JSON.stringify(answer)).not.toMatch(new RegExp(`"(${zhang.userName}|${nameless.userName})"`))
      for (const path of ['/operators', `/operators/names?ids=${zhang.actor.replace('operator:', '')}`])
        expect([path, (await who.browser.call('GET', path)).json['code']]).toEqual([path, 'not-allowed'])
    }
  })

  it('stands beside a version that it entered here, and not where a business system says so', async () => {
    const sent = async (answer: Promise<{ json: Record<string, any> }>) => (await answer).json['records'][0].recordId as string
    const entered = await sent(clerk.browser.call('POST', '/v1/submissions', submission([project(1)])))
    const { headers } = await enrol(node.context)
    const payload = submission([{ ...project(2), enteredBy: clerk.actor }])
    const claimed = await sent(
      node.app.inject({ method: 'POST', url: '/v1/submissions', headers, payload }).then((reply) => ({ json: reply.json() })),
    )
    const [own, other] = [await get(viewer, `/records/${entered}/versions`), await get(viewer, `/records/${claimed}/versions`)]
    expect([own, other].map((one) => one['versions'][0].enteredBy)).toEqual([clerk.actor, clerk.actor])
    expect(own['names'][clerk.actor]).toBe('李示例（录入）')
    expect(other['names'][clerk.actor]).toBe(undefined)
  })

  it('comes with a correction, and with every list of what people did', async () => {
    const { headers } = await enrol(node.context)
    const reply = await node.app.inject({ method: 'POST', url: '/v1/submissions', headers, payload: submission([project(3)]) })
    const { recordId, commitment } = reply.json().records[0] as { recordId: string; commitment: string }
    await send(zhang, `/records/${recordId}/corrections`, { corrects: commitment, fields: { AllInvest: '1' }, reason: '单位写错（合成）' })
    const names = { [zhang.actor]: '张示例（市级值班）' }
    expect(await get(viewer, '/corrections')).toMatchObject({ items: [{ actor: zhang.actor }], names })
    for (const path of [
      'corrections',
      'sent-up',
      'conflicts',
      'duplicates',
      'findings',
      'standards',
      'notices',
      'links',
      'parked',
      'submissions',
    ])
      expect([path, typeof (await get(viewer, `/${path}`))['names']]).toEqual([path, 'object'])
    expect(await get(guest, `/records/${recordId}`)).toMatchObject({ correctionsHere: [{ actor: zhang.actor }], names })
  })
})
