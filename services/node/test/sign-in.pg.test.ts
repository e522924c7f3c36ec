import { codeOf, makeCaptcha, stepAt } from '@huijiao/access'
import { sealAccess } from '@huijiao/exchange'
import { drivenClock } from '@huijiao/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { account, browserAt, easyCaptcha, goodPassword, workFor } from './browser.ts'
import { adminToken, startTestNode, type TestNode } from './node.ts'

const clock = drivenClock('2026-09-01T09:30:00+08:00')
const minute = 60_000
let node: TestNode
beforeAll(async () => {
  node = await startTestNode({ clock })
  easyCaptcha(node)
})
afterAll(() => node.stop())
// Counts of failures are forgotten after an hour.
beforeEach(() => clock.advance(61 * minute))

const db = () => node.context.hub.db
const wrong = 'not-the-password-at-all'

function secretOf(base32: string): Buffer {
  const bits = [...base32].map((one) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(one).toString(2).padStart(5, '0')).join('')
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
}

describe('signing in', () => {
  it('answers who one is, with a cookie that no script reads and no other site sends', async () => {
    const operator = await account(node, 'operator', ['370102'])
    const browser = browserAt(node)
    const { status, json, headers } = await browser.signIn(operator.user_name)
    expect(status, JSON.stringify(json)).toBe(200)
    expect(json).toMatchObject({
      signedIn: true,
      role: 'operator',
      regions: ['370102'],
      wholeNode: false,
      duties: [],
      operator: { operatorId: operator.operator_id },
    })
    const cookies = [headers['set-cookie'] ?? []].flat() as string[]
    expect(cookies.find((one) => one.startsWith('huijiao-session-370100='))).toMatch(/; Path=\/; HttpOnly; SameSite=Strict$/)
    expect((await browser.call('GET', '/session')).json).toMatchObject({ role: 'operator', session: json['session'] })
    // Only the digest of what is in the cookie is stored.
    const stored = await db().selectFrom('operator_session').selectAll().where('session_id', '=', json['session']).executeTakeFirstOrThrow()
    expect(JSON.stringify(stored)).not.toContain(browser.cookie('session'))
    expect(Buffer.from(browser.cookie('session') ?? '', 'base64url')).toHaveLength(32)
  })

  it('uses a __Host- cookie with Secure where callers come over TLS', async () => {
    const tls = await startTestNode({ clock, env: { HUIJIAO_PUBLIC_URL: 'https://hub.example' } })
    try {
      await account(tls, 'viewer', ['370100'], 'tls-viewer')
      const browser = browserAt(tls, '198.51.100.7', { origin: 'https://hub.example' })
      const { headers } = await browser.signIn('tls-viewer')
      const cookies = [headers['set-cookie'] ?? []].flat() as string[]
      expect(cookies.find((one) => one.startsWith('__Host-huijiao-session-370100='))).toMatch(/; Secure$/)
      expect((await browser.call('GET', '/session')).status).toBe(200)
      // The name without the prefix, which a neighbouring host could have planted, is not read.
      const plain = await browserAt(tls).call('GET', '/session', undefined, {
        cookie: `huijiao-session-370100=${browser.cookie('session')}`,
      })
      expect([plain.status, plain.json['code']]).toEqual([401, 'credentials-missing'])
    } finally {
      await tls.stop()
    }
  })

  it('answers an unknown name, a disabled account and a wrong password alike, with the same work', async () => {
    const operator = await account(node, 'clerk')
    const disabled = await account(node, 'clerk')
    await db().updateTable('operator').set({ disabled_at: clock.now() }).where('operator_id', '=', disabled.operator_id).execute()
    const { hasher } = node.context.access
    const answers = []
    for (const [at, [userName, password]] of [
      [operator.user_name, wrong],
      [disabled.user_name, goodPassword],
      ['nobody-of-this-name', wrong],
      ['nobody-of-this-name', 'x'.repeat(500)],
    ].entries()) {
      const before = hasher.derived()
      const { status, json } = await browserAt(node, `203.0.113.${at + 1}`).signIn(userName as string, password)
      answers.push([status, json['code'], json['detail'], hasher.derived() - before])
    }
    expect(new Set(answers.map((one) => JSON.stringify(one))).size).toBe(1)
    expect(answers[0]?.slice(0, 2)).toEqual([401, 'sign-in-failed'])
    expect(answers[0]?.[3]).toBe(1)
  })

  it('begins a new session whatever cookie the browser brings, and ends the one it had', async () => {
    const operator = await account(node, 'viewer')
    const planted = 'A'.repeat(43)
    const browser = browserAt(node)
    browser.cookies.set('huijiao-session-370100', planted)
    const first = await browser.signIn(operator.user_name)
    expect(first.status).toBe(200)
    const before = browser.cookie('session') as string
    expect(before).not.toBe(planted)
    const second = await browser.signIn(operator.user_name)
    expect(second.json['session']).not.toBe(first.json['session'])
    expect(browser.cookie('session')).not.toBe(before)
    for (const old of [planted, before]) {
      const { status, json } = await browserAt(node).call('GET', '/session', undefined, { cookie: `huijiao-session-370100=${old}` })
      expect([status, json['code']]).toEqual([401, 'session-ended'])
    }
  })

  it('leaves rows that are sealed into the log, and never a name or a password', async () => {
    const operator = await account(node, 'viewer', ['370100'], 'wang-shili')
    const browser = browserAt(node, '192.0.2.77')
    await browser.signIn('wang-shili', wrong)
    await browser.signIn('a-password-typed-as-a-name', wrong)
    await browser.signIn('wang-shili')
    await browser.call('DELETE', '/session')
    await sealAccess(node.context.hub)
    const rows = (await db().selectFrom('access_event').selectAll().orderBy('event_id').execute()).filter(
      (row) => JSON.stringify(row).includes('192.0.2.77') || row.action === 'sign-out',
    )
    const own = rows.slice(-4)
    expect(own.map((row) => [row.actor, row.action])).toEqual([
      ['anonymous', 'sign-in-failed'],
      ['anonymous', 'sign-in-failed'],
      [`operator:${operator.operator_id}`, 'sign-in'],
      [`operator:${operator.operator_id}`, 'sign-out'],
    ])
    expect(own.map((row) => row.subject).slice(0, 2)).toEqual([operator.operator_id, null])
    expect(own.every((row) => row.sealed_in !== null)).toBe(true)
    expect(JSON.stringify(await db().selectFrom('access_event').selectAll().execute())).not.toMatch(
      /wang-shili|typed-as-a-name|not-the-password/,
    )
  })
})

describe('guessing', () => {
  it('asks for a captcha after the first failure, which is good once', async () => {
    const operator = await account(node, 'viewer')
    const browser = browserAt(node)
    const given = { userName: operator.user_name, password: goodPassword }
    expect((await browser.call('POST', '/session', { ...given, password: wrong })).json['code']).toBe('sign-in-failed')
    const asked = await browser.call('POST', '/session', given)
    expect([asked.status, asked.json['code']]).toEqual([428, 'captcha-needed'])
    const { json: captcha } = await browser.call('GET', '/captcha?form=work')
    const answer = { id: captcha['id'] as string, answer: workFor(captcha['id'], captcha['bits']) }
    expect((await browser.call('POST', '/session', { ...given, password: wrong, captcha: answer })).json['code']).toBe('sign-in-failed')
    expect((await browser.call('POST', '/session', { ...given, captcha: answer })).json['code']).toBe('captcha-needed')
    expect((await browser.signIn(operator.user_name)).status).toBe(200)
  })

  it('takes the answer to a picture once, within five minutes, and keeps no answer that could be read', async () => {
    const { json: picture } = await browserAt(node).call('GET', '/captcha')
    expect(picture).toMatchObject({ form: 'image', svg: expect.stringMatching(/^<svg /) })
    expect(picture['svg']).not.toMatch(/<text|<script|<image|href/)
    const row = await db().selectFrom('captcha').selectAll().where('captcha_id', '=', picture['id']).executeTakeFirstOrThrow()
    expect(row.answer).toHaveLength(32)
    // Too old.
    const operator = await account(node, 'viewer')
    const browser = browserAt(node)
    await browser.signIn(operator.user_name, wrong)
    const work = await makeCaptcha(node.context.access, 'work', '198.51.100.7')
    clock.advance(5 * minute)
    const late = { id: work.id, answer: workFor(work.id, 4) }
    expect(
      (await browser.call('POST', '/session', { userName: operator.user_name, password: goodPassword, captcha: late })).json['code'],
    ).toBe('captcha-needed')
  })

  it('has to wait, longer and longer, however many attempts come at once', async () => {
    const operator = await account(node, 'viewer')
    const browser = browserAt(node)
    const attempts = await Promise.all(
      Array.from({ length: 12 }, async () => {
        const { json } = await browser.call('GET', '/captcha?form=work')
        const captcha = { id: json['id'] as string, answer: workFor(json['id'], json['bits']) }
        return await browser.call('POST', '/session', { userName: operator.user_name, password: wrong, captcha })
      }),
    )
    const codes = Object.groupBy(attempts, (one) => one.json['code'] as string)
    expect([codes['sign-in-failed']?.length, codes['too-many-requests']?.length]).toEqual([5, 7])
    expect(codes['too-many-requests']?.[0]?.headers['retry-after']).toBe('15')
    // Not even with the right password: or else waiting would tell which one is right.
    expect((await browser.signIn(operator.user_name)).status).toBe(429)
    const waits: string[] = []
    for (let at = 0; at < 8; at++) {
      const { headers } = await browser.signIn(operator.user_name, wrong)
      waits.push(headers['retry-after'] as string)
      clock.advance(Number(waits.at(-1)) * 1000)
      expect((await browser.signIn(operator.user_name, wrong)).json['code']).toBe('sign-in-failed')
    }
    expect(waits).toEqual(['15', '30', '60', '120', '240', '480', '900', '900'])
    clock.advance(900_000)
    expect((await browser.signIn(operator.user_name)).status).toBe(200)
  }, 120_000)

  it('does not lock anybody out from another address, nor from a browser that has signed in before', async () => {
    const operator = await account(node, 'administrator')
    const known = browserAt(node, '203.0.113.200')
    expect((await known.signIn(operator.user_name)).status).toBe(200)
    // Strangers, one of them behind the same address as the user's own browser.
    for (const address of ['192.0.2.1', '203.0.113.200'])
      for (let at = 0; at < 6; at++) await browserAt(node, address).signIn(operator.user_name, wrong)
    expect((await browserAt(node, '192.0.2.1').signIn(operator.user_name)).status).toBe(429)
    expect((await browserAt(node, '203.0.113.200').signIn(operator.user_name)).status).toBe(429)
    // From elsewhere a captcha is all that is asked; the known browser is not even asked for that.
    expect((await browserAt(node, '198.51.100.99').signIn(operator.user_name)).status).toBe(200)
    const again = await known.call('POST', '/session', { userName: operator.user_name, password: goodPassword })
    expect(again.status).toBe(200)
  })

  it('does not gain from a device cookie of another account or of its own making', async () => {
    const [mine, other] = [await account(node, 'viewer'), await account(node, 'administrator')]
    const browser = browserAt(node, '192.0.2.50')
    await browser.signIn(mine.user_name)
    for (let at = 0; at < 5; at++) await browser.signIn(other.user_name, wrong)
    expect((await browser.signIn(other.user_name)).status).toBe(429)
    browser.cookies.set('huijiao-device-370100', `forged.${clock.now().getTime()}.${'A'.repeat(43)}`)
    expect((await browser.signIn(other.user_name)).status).toBe(429)
  })

  it('learns the address from a proxy that the node trusts, and from nobody else', async () => {
    const claimed = (at: number) => ({ 'x-forwarded-for': `203.0.113.${at + 1}` })
    const operator = await account(node, 'viewer')
    for (let at = 0; at < 5; at++) await browserAt(node, '192.0.2.60', claimed(at)).signIn(operator.user_name, wrong)
    expect((await browserAt(node, '192.0.2.60', claimed(9)).signIn(operator.user_name)).status).toBe(429)
    const behind = await startTestNode({ clock, env: { HUIJIAO_TRUSTED_PROXIES: '192.0.2.0/28, 2001:db8::1' } })
    try {
      easyCaptcha(behind)
      await account(behind, 'viewer', ['370100'], 'behind-proxy')
      for (let at = 0; at < 5; at++) await browserAt(behind, '192.0.2.3', claimed(0)).signIn('behind-proxy', wrong)
      expect((await browserAt(behind, '192.0.2.3', claimed(0)).signIn('behind-proxy')).status).toBe(429)
      expect((await browserAt(behind, '192.0.2.3', claimed(1)).signIn('behind-proxy')).status).toBe(200)
      for (let at = 0; at < 5; at++) await browserAt(behind, '192.0.2.99', claimed(at)).signIn('behind-proxy', wrong)
      expect((await browserAt(behind, '192.0.2.99', claimed(9)).signIn('behind-proxy')).status).toBe(429)
    } finally {
      await behind.stop()
    }
  })

  it('never answers with what was typed as a password', async () => {
    for (const body of [
      { userName: 'x', password: 'secret-typed'.repeat(60) },
      { userName: 'x', password: ['secret-typed'] },
      { userName: 'x', password: 'secret-typed', code: 'secret-typed' },
      { userName: 'x', password: 'secret-typed' },
    ]) {
      const { status, json } = await browserAt(node, '192.0.2.61').call('POST', '/session', body)
      expect(status).toBeGreaterThanOrEqual(400)
      expect(JSON.stringify(json)).not.toContain('secret-typed')
    }
  })

  it('counts one subscriber of IPv6 as one, whatever addresses it takes', async () => {
    const operator = await account(node, 'viewer')
    for (let at = 0; at < 5; at++) await browserAt(node, `2001:db8:1:2::${at + 1}`).signIn(operator.user_name, wrong)
    expect((await browserAt(node, '2001:db8:1:2:ffff::1').signIn(operator.user_name)).status).toBe(429)
    expect((await browserAt(node, '2001:db8:1:3::1').signIn(operator.user_name)).status).toBe(200)
  })
})

describe('the second factor', () => {
  async function enrolled(role: 'administrator' | 'viewer' = 'viewer') {
    const operator = await account(node, role)
    const browser = browserAt(node)
    await browser.signIn(operator.user_name)
    const { json } = await browser.call('POST', '/second-factor', { password: goodPassword })
    const secret = secretOf(json['secret'])
    const confirmed = await browser.call('POST', '/second-factor/confirm', { code: codeOf(secret, stepAt(clock.now())) })
    expect(confirmed.status, JSON.stringify(confirmed.json)).toBe(200)
    clock.advance(2 * minute)
    return { operator, secret, codes: confirmed.json['recoveryCodes'] as string[], browser, uri: json['uri'] as string }
  }
  const code = (secret: Buffer, steps = 0) => codeOf(secret, stepAt(clock.now()) + steps)

  it('is kept encrypted, and asked for after the password', async () => {
    const { operator, secret, uri } = await enrolled()
    expect(uri).toMatch(/^otpauth:\/\/totp\/.*secret=[A-Z2-7]{32}&/)
    const row = await db().selectFrom('operator').selectAll().where('operator_id', '=', operator.operator_id).executeTakeFirstOrThrow()
    expect(row.totp_secret?.includes(secret)).toBe(false)
    const browser = browserAt(node)
    const first = await browser.signIn(operator.user_name)
    expect(first.json).toMatchObject({ signedIn: false, next: 'second-factor' })
    expect(browser.cookie('session')).toBeUndefined()
    const second = await browser.call('POST', '/session', { challenge: first.json['challenge'], code: code(secret) })
    expect(second.json).toMatchObject({ signedIn: true, operator: { secondFactor: true } })
  })

  it('takes a code one step early or late, no further, and each code once', async () => {
    const { operator, secret } = await enrolled()
    const attempt = async (given: string) => {
      const browser = browserAt(node)
      const { json } = await browser.signIn(operator.user_name)
      return await browser.call('POST', '/session', { challenge: json['challenge'], code: given })
    }
    const used = code(secret, -1)
    expect((await attempt(used)).status).toBe(200)
    expect((await attempt(used)).json['code']).toBe('second-factor-wrong')
    clock.advance(minute)
    expect((await attempt(code(secret, 2))).json['code']).toBe('second-factor-wrong')
    expect((await attempt(code(secret, -2))).json['code']).toBe('second-factor-wrong')
    expect((await attempt(code(secret, 1))).status).toBe(200)
    // An older step than one that was used is over, too.
    expect((await attempt(code(secret))).json['code']).toBe('second-factor-wrong')
  })

  it('lets one of many sign-ins with the same code through', async () => {
    const { operator, secret } = await enrolled()
    const browsers = Array.from({ length: 4 }, () => browserAt(node))
    const challenges: string[] = []
    for (const browser of browsers) challenges.push((await browser.signIn(operator.user_name)).json['challenge'])
    clock.advance(minute)
    const answers = await Promise.all(
      browsers.map((browser, at) => browser.call('POST', '/session', { challenge: challenges[at], code: code(secret) })),
    )
    expect(answers.filter((one) => one.status === 200)).toHaveLength(1)
  })

  it('cannot be guessed: five tries a challenge, and the same waiting as for passwords', async () => {
    const { operator, secret } = await enrolled()
    const browser = browserAt(node, '192.0.2.9')
    const { json } = await browser.signIn(operator.user_name)
    const codes: string[] = []
    for (let at = 0; at < 6; at++)
      codes.push((await browser.call('POST', '/session', { challenge: json['challenge'], code: '000000' })).json['code'])
    expect(codes.filter((one) => one === 'second-factor-wrong').length).toBeLessThanOrEqual(5)
    expect(codes.at(-1)).not.toBe('second-factor-wrong')
    const right = await browser.call('POST', '/session', { challenge: json['challenge'], code: code(secret) })
    expect([401, 429]).toContain(right.status)
    // A new challenge begins no new count.
    expect((await browser.signIn(operator.user_name)).status).toBe(429)
  })

  it('cannot be guessed from many addresses either: the challenge is over after five tries', async () => {
    const { operator, secret } = await enrolled()
    const { json } = await browserAt(node).signIn(operator.user_name)
    const attempt = (at: number, given: string) =>
      browserAt(node, `192.0.2.${100 + at}`).call('POST', '/session', { challenge: json['challenge'], code: given })
    for (let at = 0; at < 5; at++) expect((await attempt(at, '000000')).json['code']).toBe('second-factor-wrong')
    expect((await attempt(5, code(secret))).json['code']).toBe('session-ended')
  })

  it('is over after five minutes, and its challenge is nobody’s to make up', async () => {
    const { operator, secret } = await enrolled()
    const browser = browserAt(node)
    const { json } = await browser.signIn(operator.user_name)
    clock.advance(5 * minute)
    expect((await browser.call('POST', '/session', { challenge: json['challenge'], code: code(secret) })).json['code']).toBe(
      'session-ended',
    )
    expect((await browser.call('POST', '/session', { challenge: 'A'.repeat(43), code: code(secret) })).json['code']).toBe('session-ended')
  })

  it('is replaced by a recovery code, once each', async () => {
    const { operator, codes } = await enrolled()
    expect(new Set(codes).size).toBe(10)
    const attempt = async (given: string) => {
      const browser = browserAt(node)
      const { json } = await browser.signIn(operator.user_name)
      return (await browser.call('POST', '/session', { challenge: json['challenge'], code: given })).status
    }
    expect(await attempt(codes[3] as string)).toBe(200)
    expect(await attempt(codes[3] as string)).toBe(401)
    expect(await attempt((codes[4] as string).toUpperCase().replaceAll('-', ' '))).toBe(200)
  })

  it('can be made mandatory for a role: nothing else works before it is enrolled, and it cannot be ended', async () => {
    const strict = await startTestNode({ clock, env: { HUIJIAO_SECOND_FACTOR: 'administrator' } })
    try {
      await account(strict, 'administrator', ['370100'], 'strict-admin')
      await account(strict, 'viewer', ['370100'], 'easy-viewer')
      const browser = browserAt(strict)
      expect((await browser.signIn('strict-admin')).json['duties']).toEqual(['enrol-second-factor'])
      expect((await browser.call('GET', '/node')).json['code']).toBe('second-factor-needed')
      const { json } = await browser.call('POST', '/second-factor', { password: goodPassword })
      const secret = secretOf(json['secret'])
      expect((await browser.call('POST', '/second-factor/confirm', { code: '000000' })).json['code']).toBe('second-factor-wrong')
      expect((await browser.call('POST', '/second-factor/confirm', { code: codeOf(secret, stepAt(clock.now())) })).status).toBe(200)
      expect((await browser.call('GET', '/node')).status).toBe(200)
      clock.advance(minute)
      const off = await browser.call('POST', '/second-factor/disable', {
        password: goodPassword,
        code: codeOf(secret, stepAt(clock.now())),
      })
      expect([off.status, off.json['code']]).toEqual([403, 'not-allowed'])
      const viewer = browserAt(strict)
      expect((await viewer.signIn('easy-viewer')).json['duties']).toEqual([])
    } finally {
      await strict.stop()
    }
  })

  it('is ended with the password and a code, and not with one of them', async () => {
    const { operator, secret, browser } = await enrolled()
    expect((await browser.call('POST', '/second-factor/disable', { password: wrong, code: code(secret) })).json['code']).toBe(
      'sign-in-failed',
    )
    expect((await browser.call('POST', '/second-factor/disable', { password: goodPassword, code: '000000' })).json['code']).toBe(
      'second-factor-wrong',
    )
    expect((await browser.call('POST', '/second-factor/disable', { password: goodPassword, code: code(secret) })).status).toBe(204)
    expect((await browserAt(node).signIn(operator.user_name)).json['signedIn']).toBe(true)
    const entries = await db()
      .selectFrom('log_pending')
      .select(['kind', 'actor', 'subject', 'body'])
      .where('subject', '=', operator.operator_id)
      .execute()
    expect(entries.map((one) => [one.kind, one.actor, JSON.parse(one.body as string).act])).toEqual([
      ['operator', 'operator:test', 'created'],
      ['operator', `operator:${operator.operator_id}`, 'second-factor-enrolled'],
      ['operator', `operator:${operator.operator_id}`, 'second-factor-disabled'],
    ])
  })
})

describe('a session', () => {
  it('ends when nobody uses it, and at its end when somebody does', async () => {
    const operator = await account(node, 'viewer')
    const browser = browserAt(node)
    await browser.signIn(operator.user_name)
    clock.advance(29 * minute)
    expect((await browser.call('GET', '/session')).status).toBe(200)
    clock.advance(29 * minute)
    expect((await browser.call('GET', '/session')).status).toBe(200)
    clock.advance(30 * minute)
    expect((await browser.call('GET', '/session')).json['code']).toBe('session-ended')

    await browser.signIn(operator.user_name)
    for (let at = 0; at < 35; at++) {
      clock.advance(20 * minute)
      expect((await browser.call('GET', '/session')).status).toBe(200)
    }
    clock.advance(20 * minute)
    expect((await browser.call('GET', '/session')).json['code']).toBe('session-ended')
  })

  it('is listed to its owner, who ends one of them or signs out; nobody else can', async () => {
    const [operator, other] = [await account(node, 'viewer'), await account(node, 'viewer')]
    const [here, there, stranger] = [browserAt(node), browserAt(node, '192.0.2.4'), browserAt(node)]
    await here.signIn(operator.user_name)
    const elsewhere = (await there.signIn(operator.user_name)).json['session'] as string
    await stranger.signIn(other.user_name)
    const { items } = (await here.call('GET', '/sessions')).json
    expect(items.map((one: any) => [one.session === elsewhere, one.current, one.source])).toEqual(
      expect.arrayContaining([
        [false, true, '198.51.100.7'],
        [true, false, '192.0.2.4'],
      ]),
    )
    expect((await stranger.call('DELETE', `/sessions/${elsewhere}`)).status).toBe(404)
    expect((await here.call('DELETE', `/sessions/${elsewhere}`)).status).toBe(204)
    expect((await there.call('GET', '/session')).json['code']).toBe('session-ended')
    const cookie = here.cookie('session')
    expect((await here.call('DELETE', '/session')).status).toBe(204)
    expect(here.cookie('session')).toBeUndefined()
    expect((await here.call('GET', '/session', undefined, { cookie: `huijiao-session-370100=${cookie}` })).status).toBe(401)
  })

  it('changes nothing at the word of another site, or without its token', async () => {
    const operator = await account(node, 'administrator')
    const browser = browserAt(node)
    await browser.signIn(operator.user_name)
    const make = (headers: Record<string, string>) =>
      browser.call(
        'POST',
        '/operators',
        { userName: `made-${Math.random().toString(36).slice(2)}`, role: 'viewer', regions: ['370102'] },
        headers,
      )
    for (const headers of [
      { 'x-csrf-token': '' },
      { 'x-csrf-token': 'A'.repeat(43) },
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { origin: 'http://hub.example:7201' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
    ] as Record<string, string>[]) {
      const { status, json } = await make(headers)
      expect([JSON.stringify(headers), status, json['code']]).toEqual([JSON.stringify(headers), 403, 'csrf-refused'])
    }
    // The token of another session is no token.
    const other = browserAt(node)
    await other.signIn(operator.user_name)
    expect((await make({ 'x-csrf-token': other.csrf as string })).json['code']).toBe('csrf-refused')
    expect((await make({})).status).toBe(201)
    // Nobody is signed in by another site either, which would make them work under somebody else's account.
    const login = await browserAt(node).call(
      'POST',
      '/session',
      { userName: operator.user_name, password: goodPassword },
      { origin: 'https://evil.example' },
    )
    expect([login.status, login.json['code']]).toEqual([403, 'csrf-refused'])
    // A program with the operator token is no browser.
    const program = await browserAt(node).call(
      'POST',
      '/operators',
      { userName: 'by-token', role: 'viewer', regions: ['370102'] },
      { authorization: `Bearer ${adminToken}` },
    )
    expect(program.status).toBe(201)
  })
})
