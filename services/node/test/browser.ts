import { createHash } from 'node:crypto'
import { createOperator, type Role } from '@huijiao/access'
import type { TestNode } from './node.ts'

export const goodPassword = 'lanzhou-Kite-9-harbour'

export interface Reply {
  readonly status: number
  readonly json: Record<string, any>
  readonly headers: Readonly<Record<string, string | string[] | number | undefined>>
}

/** A browser at one address: keeps cookies, sends the token of its session, names its own origin. */
export interface Browser {
  readonly cookies: Map<string, string>
  csrf: string | null
  call(method: string, path: string, body?: object, headers?: Readonly<Record<string, string>>): Promise<Reply>
  /** Signs in with the captcha when one is asked for. */
  signIn(userName: string, password?: string): Promise<Reply>
  cookie(name: 'session' | 'device'): string | undefined
}

export function browserAt(
  node: Pick<TestNode, 'app'>,
  address = '198.51.100.7',
  headersOfAll: Readonly<Record<string, string>> = {},
): Browser {
  const cookies = new Map<string, string>()
  const browser: Browser = {
    cookies,
    csrf: null,
    cookie: (name) => [...cookies].find(([cookie]) => cookie.includes(`huijiao-${name}-`))?.[1],
    async call(method, path, body, headers = {}) {
      const answer = await node.app.inject({
        method: method as 'GET',
        url: /^\/(?:admin|v1)\//.test(path) ? path : `/admin/v1${path}`,
        remoteAddress: address,
        headers: {
          host: 'hub.example',
          ...(cookies.size === 0 ? {} : { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') }),
          ...(method === 'GET' ? {} : { origin: 'http://hub.example' }),
          ...(browser.csrf === null || method === 'GET' ? {} : { 'x-csrf-token': browser.csrf }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headersOfAll,
          ...headers,
        },
        ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
      })
      for (const cookie of [answer.headers['set-cookie'] ?? []].flat()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
        if (/Max-Age=0(;|$)/.test(cookie)) cookies.delete(name)
        else cookies.set(name, value)
      }
      const json = String(answer.headers['content-type']).includes('json') ? (answer.json() as Record<string, any>) : {}
      if (typeof json['csrf'] === 'string') browser.csrf = json['csrf']
      return { status: answer.statusCode, json, headers: answer.headers }
    },
    async signIn(userName, password = goodPassword) {
      const first = await browser.call('POST', '/session', { userName, password })
      if (first.json['code'] !== 'captcha-needed') return first
      const { json } = await browser.call('GET', '/captcha?form=work')
      return await browser.call('POST', '/session', {
        userName,
        password,
        captcha: { id: json['id'], answer: workFor(json['id'], json['bits']) },
      })
    },
  }
  return browser
}

/** What a page computes for a captcha without a picture. */
export function workFor(id: string, bits: number): string {
  for (let number = 0; ; number++) {
    const digest = createHash('sha256').update(`${id}:${number}`).digest()
    if (digest.readUInt32BE(0) >>> (32 - bits) === 0) return String(number)
  }
}

let serial = 0

/** An account with a password that need not be changed. */
export async function account(node: TestNode, role: Role, regions: readonly string[] = ['370100'], userName = `${role}-${(serial += 1)}`) {
  const by = { actor: 'operator:test', bounds: null, operatorId: null }
  const { operator } = await createOperator(node.context.access, by, {
    userName,
    role,
    regions,
    password: goodPassword,
    mustChangePassword: false,
  })
  return operator
}

/** The work of a captcha made small: what it costs a browser is no test's matter. */
export function easyCaptcha(node: TestNode): void {
  Object.assign(node.context.access.settings, { captchaWorkBits: 4 })
}
