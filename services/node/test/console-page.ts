import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { type Browser, chromium, type Page } from 'playwright-core'
import { expect } from 'vitest'
import { chromiumPath } from './chromium.ts'

/** An account of a node, and where that node is. */
export interface Account {
  readonly url: string
  readonly userName: string
  readonly password: string
}

/** A page of the console that notes what the browser complains of, and counts what the person clicks. */
export interface Seen {
  readonly page: Page
  readonly complaints: string[]
  /** Clicks since the last call. */
  clicks(): Promise<number>
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const countClicks = `
  localStorage.setItem('huijiao-language', 'zh')
  addEventListener('pointerdown', (event) => {
    if (event.isTrusted) sessionStorage.setItem('clicks', String(Number(sessionStorage.getItem('clicks') ?? 0) + 1))
  }, true)`

/** Builds the console's pages when they are stale, and starts the machine's Chromium. */
export async function startChromium(): Promise<Browser> {
  const program = fileURLToPath(new URL('../../console/scripts/build.mjs', import.meta.url))
  execFileSync(process.execPath, [program, '--if-stale'], { stdio: 'ignore' })
  return await chromium.launch({ executablePath: chromiumPath(), args: ['--no-sandbox'] })
}

/** Signs in over the API, as the page does, and opens the overview. */
export async function openSignedIn(chrome: Browser, { url, userName, password }: Account): Promise<Seen> {
  const answer = await fetch(`${url}/admin/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify({ userName, password }),
  })
  expect(answer.status).toBe(200)
  const cookies = answer.headers.getSetCookie().map((cookie) => {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
    return { name, value, url }
  })
  const context = await chrome.newContext({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce', locale: 'zh-CN' })
  await context.addInitScript({ content: countClicks })
  await context.addCookies(cookies)
  context.setDefaultTimeout(45_000)
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && complaints.push(message.text()))
  page.on('pageerror', (error) => complaints.push(error.message))
  await page.goto(`${url}/console/`)
  await page.locator('.figures').waitFor()
  const clicks = () =>
    page.evaluate<number>(`(() => {
      const clicks = Number(sessionStorage.getItem('clicks') ?? 0)
      sessionStorage.setItem('clicks', '0')
      return clicks
    })()`)
  await clicks()
  return { page, complaints, clicks }
}

/** Within the window, and nothing found by the rules of WCAG 2.2 AA. */
export async function expectSound(page: Page): Promise<void> {
  await page.evaluate(`'axe' in window || (() => {${axe}})()`)
  const violations = await page.evaluate(
    `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })
      .then(({ violations }) => violations.map((one) => one.id + ': ' + one.nodes[0].html.slice(0, 160)))`,
  )
  const overflow = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')
  expect([overflow, violations]).toEqual([0, []])
}
