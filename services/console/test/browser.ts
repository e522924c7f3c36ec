import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { type Browser, chromium, type Page } from 'playwright-core'
import { inject } from 'vitest'
import type { Demo } from './global-demo.ts'

export type Tier = Demo['nodes'][number]['tier']

/** Null where there is no Chromium. */
export const demo = inject('demo')

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
}

/** A page that notes whatever a browser complains of, and counts what the person clicks. */
export interface Seen {
  readonly page: Page
  /** Errors of the console, of scripts, answers of 500 and more, requests to other places. */
  readonly complaints: string[]
  /** Clicks since the last call. */
  clicks(): Promise<number>
}

let browser: Promise<Browser> | undefined
export async function closeBrowser(): Promise<void> {
  await (await browser)?.close()
  browser = undefined
}

/** A fresh browser profile at the console of a node. The policy of the page is in force as everywhere. */
export async function openConsole(tier: Tier, { language = 'zh', mode = 'light', width = 1440, height = 900 }: Look = {}): Promise<Seen> {
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
    addEventListener('pointerdown', count, true)
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
  await page.goto(`${url}/console/`)
  await page.locator('input[autocomplete=username]').waitFor()
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

/** Signs in with an account of the demo and waits for the overview. */
export async function signedIn(tier: Tier, role: string, look: Look = {}): Promise<Seen> {
  const seen = await openConsole(tier, look)
  const account = nodeOf(tier).operators.find((one) => one.role === role)
  if (account === undefined) throw new Error(`the demo has no ${role}`)
  await fillSignIn(seen, account.userName, account.password)
  await seen.page.locator('.figures').waitFor()
  await seen.clicks()
  return seen
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
  await page.evaluate(axeSource)
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
export const overflowOf = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)

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
