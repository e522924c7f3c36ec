import { createHash, createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { type Browser, chromium, type Page, type Request } from 'playwright-core'
import { afterAll, afterEach, expect, inject } from 'vitest'
import { type Demo, untilReady } from './global-demo.ts'

export type Tier = Demo['nodes'][number]['tier']

const place = inject('demo')
/** Null where there is no Chromium. */
export const demo: Demo | null = place === null ? null : await untilReady(place)

export const nodeOf = (tier: Tier): Demo['nodes'][number] => {
  const found = demo?.nodes.find((node) => node.tier === tier)
  if (found === undefined) throw new Error(`the demo has no ${tier} node`)
  return found
}

export interface Look {
  readonly language?: 'zh' | 'en'
  readonly mode?: 'light' | 'dark'
  readonly width?: number
  readonly height?: number
  /** A session that no other test uses, for one that ends it. */
  readonly ownSession?: boolean
}

/** A page that notes whatever a browser complains of, and counts what the person clicks. */
export interface Seen {
  readonly page: Page
  /** Errors of the console, of scripts, answers of 500 and more, requests to other places. */
  readonly complaints: string[]
  /** Clicks since the last call. */
  clicks(): Promise<number>
}

/** Keeps the pages of a file's tests: after each test they are closed, and a browser must have complained of nothing. */
export function keepPages(): (seen: Promise<Seen>) => Promise<Seen> {
  const opened: Seen[] = []
  afterEach(async () => {
    const complaints = opened.flatMap((seen) => seen.complaints)
    for (const { page } of opened.splice(0)) await page.context().close()
    expect(complaints).toEqual([])
  })
  afterAll(closeBrowser)
  return async (seen) => {
    const made = await seen
    opened.push(made)
    return made
  }
}

let browser: Promise<Browser> | undefined
export async function closeBrowser(): Promise<void> {
  await (await browser)?.close()
  browser = undefined
}

/** A fresh browser profile at the sign-in of a node. The policy of the page is in force as everywhere. */
export async function openConsole(tier: Tier, look: Look = {}): Promise<Seen> {
  const seen = await openProfile(tier, look)
  await seen.page.goto(`${nodeOf(tier).url}/console/`)
  await seen.page.locator('input[autocomplete=username]').waitFor()
  return seen
}

/** What a page still waits for: all but its stream, which never ends. */
const asking = new WeakMap<Page, Set<Request>>()

async function openProfile(tier: Tier, { language = 'zh', mode = 'light', width = 1440, height = 900 }: Look): Promise<Seen> {
  if (demo === null) throw new Error('no Chromium')
  browser ??= chromium.launch({ executablePath: demo.browser, args: ['--no-sandbox'] })
  const context = await (
    await browser
  ).newContext({
    viewport: { width, height },
    colorScheme: mode,
    locale: 'zh-CN',
    timezoneId: 'America/New_York', // the pages show Beijing time wherever they are looked at
    reducedMotion: 'reduce',
  })
  await context.addInitScript((chosen) => {
    localStorage.setItem('huijiao-language', chosen)
    const count = (event: Event) => {
      if (event.isTrusted) sessionStorage.setItem('clicks', String(Number(sessionStorage.getItem('clicks') ?? 0) + 1))
    }
    // At the document: a press that Playwright stops at the window, because the page moved under it, and makes again is one click.
    document.addEventListener('pointerdown', count, true)
  }, language)
  context.setDefaultTimeout(45_000)
  const page = await context.newPage()
  const complaints: string[] = []
  const { url } = nodeOf(tier)
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(`${message.type()}: ${message.text()}`)
  })
  page.on('pageerror', (error) => complaints.push(`script: ${error.message}`))
  page.on('response', (response) => {
    if (response.status() >= 500) complaints.push(`${response.status()} ${response.url()}`)
  })
  page.on('request', (request) => {
    if (/^https?:/.test(request.url()) && !request.url().startsWith(url)) complaints.push(`asks another place: ${request.url()}`)
  })
  const open = new Set<Request>()
  asking.set(page, open)
  page.on('request', (request) => {
    if (request.resourceType() !== 'eventsource') open.add(request)
  })
  page.on('requestfinished', (request) => open.delete(request))
  page.on('requestfailed', (request) => open.delete(request))
  return {
    page,
    complaints,
    clicks: () =>
      page.evaluate(() => {
        const clicks = Number(sessionStorage.getItem('clicks') ?? 0)
        sessionStorage.setItem('clicks', '0')
        return clicks
      }),
  }
}

/** Opens the overview of somebody who is signed in. The session of an account is made once and serves all tests of a file; signing in is a test of its own. */
export async function signedIn(tier: Tier, role: string, look: Look = {}): Promise<Seen> {
  const key = `${tier} ${role}`
  let session = look.ownSession === true ? undefined : sessions.get(key)
  if (session === undefined) {
    session = sessionOf(tier, role)
    if (look.ownSession !== true) sessions.set(key, session)
  }
  const seen = await openProfile(tier, look)
  const { url } = nodeOf(tier)
  await seen.page.context().addCookies((await session).map(({ name, value }) => ({ name, value, url })))
  await seen.page.goto(`${url}/console/`)
  await seen.page.locator('.figures').waitFor()
  await seen.clicks()
  return seen
}

interface Cookie {
  readonly name: string
  readonly value: string
}
const sessions = new Map<string, Promise<readonly Cookie[]>>()

/** Signs in as the page does, without a page; works a captcha off where one is asked for, as after somebody's wrong password from the same place. */
async function sessionOf(tier: Tier, role: string): Promise<readonly Cookie[]> {
  const { url, operators } = nodeOf(tier)
  const account = operators.find((one) => one.role === role)
  if (account === undefined) throw new Error(`the demo has no ${role}`)
  const send = (more: object) =>
    fetch(`${url}/admin/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: url },
      body: JSON.stringify({ userName: account.userName, password: account.password, ...more }),
    })
  let answer = await send({})
  if (answer.status === 428) {
    const { id, bits } = (await (await fetch(`${url}/admin/v1/captcha?form=work`)).json()) as { id: string; bits: number }
    answer = await send({ captcha: { id, answer: worked(id, bits) } })
  }
  if (!answer.ok) throw new Error(`${account.userName} cannot sign in: ${answer.status} ${await answer.text()}`)
  return answer.headers.getSetCookie().map((cookie) => {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
    return { name, value }
  })
}

function worked(id: string, bits: number): string {
  for (let number = 0; ; number++) {
    const digest = createHash('sha256').update(`${id}:${number}`).digest()
    if (digest.readUInt32BE(0) >>> (32 - bits) === 0) return String(number)
  }
}

/** Goes to another page of the console as a link in it does, where nothing is loaded anew, and waits until that one stands there. */
export async function goWithin(page: Page, path: string): Promise<void> {
  await page.evaluate((address) => {
    if (location.pathname === address.split('?')[0]) return
    for (const heading of document.querySelectorAll('h1')) heading.setAttribute('data-left', '')
    history.pushState({}, '', address)
    dispatchEvent(new PopStateEvent('popstate', { state: {} }))
  }, `/console${path}`)
  await page.waitForFunction(
    () => document.querySelector('h1:not([data-left])') !== null && document.querySelector('h1[data-left]') === null,
  )
}

/** Waits until a page has what it asked for, and has shown it: for three frames nothing is asked and nothing loads. */
export async function settled(page: Page): Promise<void> {
  const open = asking.get(page) as Set<Request>
  for (let still = 0; still < 3;) {
    const loading = await page.evaluate(
      () =>
        new Promise<boolean>((settle) => {
          requestAnimationFrame(() => setTimeout(() => settle(document.querySelector('output.state') !== null)))
        }),
    )
    still = loading || open.size > 0 ? 0 : still + 1
  }
}

/** Fills the form and sends it; works a captcha off where one is asked for, as after somebody's wrong password from the same place. */
export async function fillSignIn(
  { page, complaints }: Pick<Seen, 'page' | 'complaints'>,
  userName: string,
  password: string,
): Promise<void> {
  await page.fill('input[autocomplete=username]', userName)
  await page.fill('input[autocomplete=current-password]', password)
  const answered = page.waitForResponse(
    (response) => response.url().endsWith('/admin/v1/session') && response.request().method() === 'POST',
  )
  await page.press('input[autocomplete=current-password]', 'Enter')
  if ((await answered).status() !== 428) return
  await page.getByRole('button', { name: /看不清图片|Cannot read it/ }).click()
  await page.locator('.notice.good').waitFor({ timeout: 60_000 })
  await page.press('input[autocomplete=current-password]', 'Enter')
  const rest = complaints.filter((text) => !text.includes('status of 428'))
  complaints.splice(0, complaints.length, ...rest)
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** What axe finds by the rules of WCAG 2.2 AA, in short: rule, how many, the first place. */
export async function axeFindings(page: Page): Promise<string[]> {
  // Once for each document: a page that goes on within the console keeps it.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axeSource)
  return await page.evaluate(async () => {
    const { axe } = window as unknown as {
      axe: { run: (where: Document, options: object) => Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> }
    }
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
    const { violations } = await axe.run(document, { runOnly: { type: 'tag', values: tags } })
    return violations.map(({ id, nodes }) => `${id} ×${nodes.length}: ${nodes[0]?.html.slice(0, 200)}`)
  })
}

/** By how many pixels the page is wider than its window. */
export async function overflowOf(page: Page): Promise<number> {
  const measure = () => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  let overflow = await measure()
  // A page that is still being laid out anew, as after a change of its width, is measured again.
  for (let tries = 0; overflow > 0 && tries < 10; tries += 1) {
    await page.waitForTimeout(200)
    overflow = await measure()
  }
  return overflow
}

/** The code of an authenticator (RFC 6238). */
export function totp(secret: string, at = Date.now()): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
  const bits = [...secret.replaceAll(/[\s=]/g, '')].map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, '0')).join('')
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)))
  const mac = createHmac('sha1', key).update(counter).digest()
  const offset = (mac.at(-1) as number) & 15
  return String((mac.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0')
}

/** A call of the admin API with the operator token of a node: what tests prepare, and look after. */
export async function asAdmin<T>(tier: Tier, method: string, path: string, body?: object): Promise<T> {
  const { url, adminToken } = nodeOf(tier)
  const answer = await fetch(`${url}/admin/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${adminToken}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
  return (answer.status === 204 ? undefined : await answer.json()) as T
}
