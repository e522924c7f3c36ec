import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { codeOf, stepAt } from '@huijiao/access'
import { chromium } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { account, browserAt, goodPassword } from './browser.ts'
import { chromiumPath } from './chromium.ts'
import { startTestNode, type TestNode } from './node.ts'

let node: TestNode
let chrome: Awaited<ReturnType<typeof chromium.launch>>
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

beforeAll(async () => {
  execFileSync(process.execPath, [fileURLToPath(new URL('../../console/scripts/build.mjs', import.meta.url)), '--if-stale'], {
    stdio: 'ignore',
  })
  node = await startTestNode({ listen: true, env: { HUIJIAO_SECOND_FACTOR: 'operator' } })
  chrome = await chromium.launch({ executablePath: chromiumPath(), args: ['--no-sandbox'] })
})
afterAll(async () => {
  await chrome?.close()
  await node?.stop()
})

/** RFC 4648, as an authenticator reads what stands under the QR code. */
function secretOf(base32: string): Buffer {
  const bits = [...base32.replaceAll(' ', '')]
    .map((one) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(one).toString(2).padStart(5, '0'))
    .join('')
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
}

describe('a node whose operators must have a second factor', () => {
  it('lets one in at the first sign-in only after an authenticator was enrolled, and asks for its code from then on', async () => {
    const operator = await account(node, 'operator')
    const context = await chrome.newContext({ viewport: { width: 390, height: 844 } })
    const page = await context.newPage()
    const complaints: string[] = []
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(error.message))
    const signIn = async () => {
      await page.fill('input[autocomplete=username]', operator.user_name)
      await page.fill('input[autocomplete=current-password]', goodPassword)
      await page.press('input[autocomplete=current-password]', 'Enter')
    }
    await page.goto(`${node.url}/console/parked`)
    await signIn()
    await page.getByRole('heading', { level: 1, name: '请启用动态口令' }).waitFor()

    // The password alone opens nothing: not a page by its address, not a route.
    await page.goto(`${node.url}/console/links`)
    await page.getByRole('heading', { level: 1, name: '请启用动态口令' }).waitFor()
    expect(await page.getByRole('navigation').count()).toBe(0)
    const early = browserAt(node)
    await early.signIn(operator.user_name)
    expect((await early.call('GET', '/links')).json['code']).toBe('second-factor-needed')
    await page.evaluate(axe)
    expect(await page.evaluate('axe.run(document).then((found) => found.violations.map((one) => one.id))')).toEqual([])
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0)

    await page.getByLabel('请再次填写口令').fill(goodPassword)
    await page.getByRole('button', { name: '继续' }).click()
    await page.locator('.qr svg').waitFor()
    const secret = secretOf(await page.locator('.steps code').innerText())
    await page.getByLabel('验证器此刻显示的六位数字').fill(codeOf(secret, stepAt(new Date())))
    await page.getByRole('button', { name: '启用', exact: true }).click()
    await page.locator('.codes').waitFor()
    expect(await page.locator('.codes li').count()).toBe(10)
    await page.getByLabel('我已保存备用码').check()
    await page.getByRole('button', { name: '完成' }).click()
    await page.getByRole('heading', { level: 1, name: '上报通道' }).waitFor()

    await context.clearCookies()
    await page.goto(`${node.url}/console/links`)
    await signIn()
    // Each code is good once: the one after it counts already.
    await page.getByLabel('动态口令').fill(codeOf(secret, stepAt(new Date()) + 1))
    await page.getByRole('button', { name: '登录', exact: true }).click()
    await page.getByRole('heading', { level: 1, name: '上报通道' }).waitFor()
    expect(complaints.filter((text) => !text.includes('status of 401'))).toEqual([])
    await context.close()
  })
})
