import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { addPublicKey, createParticipant } from '@huijiao/exchange'
import { creditCodeCheck, organisationCodeCheck, residentIdCheck } from '@huijiao/standard'
import { chromium } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { account, browserAt } from './browser.ts'
import { chromiumPath } from './chromium.ts'
import { enrol, project, startTestNode, submission, type TestNode } from './node.ts'

type Chromium = Awaited<ReturnType<typeof chromium.launch>>
type Page = Awaited<ReturnType<Chromium['newPage']>>

const organisation = `MA0X0001${organisationCodeCheck('MA0X0001')}`
const code = `91370199${organisation}${creditCodeCheck(`91370199${organisation}`)}`
const document = `37019918900101001${residentIdCheck('37019918900101001')}`
const company = { CorpName: '示例第一建设有限公司（合成）', CorpCode: code, LicenseNum: code, ProvinceNum: '370000', CityNum: '370100', CountyNum: '370102', Address: '示例路 1 号（合成）', PostalCode: '259900', LegalMan: '法示例', IDCardTypeNum: '1', LegalManIDCard: document, LegalManDuty: '董事长', EconomicNum: '159', RegPrin: '5000', PrincipalUnitNum: '1', CorpBirthDate: '2010-05-12', LinkMan: '联示例', LinkPhone: '10000000001' } // prettier-ignore
const projectData = project(1, { PrjName: '示例重庆花园一期（合成）', BuildCorpCode: code, BuildCorpName: company.CorpName })
  .data as Record<string, string>

let city: TestNode
let province: TestNode
let chrome: Chromium
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

beforeAll(async () => {
  execFileSync(process.execPath, [fileURLToPath(new URL('../../console/scripts/build.mjs', import.meta.url)), '--if-stale'], {
    stdio: 'ignore',
  })
  const env = { HUIJIAO_PUBLIC_RATE: '1000' }
  province = await startTestNode({ listen: true, worker: true, env: { ...env, HUIJIAO_REGION: '370000', HUIJIAO_TIER: 'provincial' } })
  const upstreams = JSON.stringify([{ name: '370000', url: province.url, tier: 'provincial' }])
  city = await startTestNode({ listen: true, worker: true, env: { ...env, HUIJIAO_UPSTREAMS: upstreams } })
  await createParticipant(province.context.hub, 'operator:test', {
    participantId: 'p-370100',
    kind: 'node',
    name: '济南',
    regions: ['370100'],
    nodeName: '370100',
  })
  const { keyId, publicKey } = city.context.hub.signingKey
  await addPublicKey(province.context.hub, 'operator:test', 'p-370100', {
    keyId,
    algorithm: 'ed25519',
    publicKey: publicKey.toString('base64'),
  })
  const vendor = await enrol(city.context)
  const send = async (data: object, entity: string, sourceVersion: number) => {
    const payload = JSON.stringify(submission([{ entity, operation: 'upsert', sourceId: entity, sourceVersion, data }]))
    const answer = await city.app.inject({
      method: 'POST',
      url: '/v1/submissions',
      headers: { ...vendor.headers, 'content-type': 'application/json' },
      payload,
    })
    expect(answer.json().counts?.accepted, answer.payload).toBe(1)
  }
  await send(company, 'TBCorpBasicInfo', 1)
  await send(projectData, 'TBProjectInfo', 1)
  await send({ ...projectData, AllInvest: '20000.5' }, 'TBProjectInfo', 2)
  chrome = await chromium.launch({ executablePath: chromiumPath(), args: ['--no-sandbox'] })
  await vi.waitFor(async () => expect(await found('重庆花园')).toHaveLength(1), { timeout: 60_000, interval: 500 })
})
afterAll(async () => {
  await chrome?.close()
  await city?.stop()
  await province?.stop()
})

/** Ids that a public search at the province finds. */
async function found(text: string): Promise<string[]> {
  const answer = await fetch(`${province.url}/public/v1/search?q=${encodeURIComponent(text)}`)
  return ((await answer.json()) as { items: { recordId: string }[] }).items.map((one) => one.recordId)
}

/** A page that tells what it complained of. */
async function open(options: Parameters<Chromium['newContext']>[0] = {}): Promise<{ page: Page; complaints: string[] }> {
  const context = await chrome.newContext({ viewport: { width: 1440, height: 900 }, ...options })
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('request', (request) => {
    if (![province.url, 'data:', 'blob:'].some((own) => request.url().startsWith(own))) complaints.push(`foreign request: ${request.url()}`)
  })
  return { page, complaints }
}

async function sound(page: Page): Promise<void> {
  await page.evaluate(axe)
  const violations = await page.evaluate(
    `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] })
      .then(({ violations }) => violations.map((one) => one.id + ': ' + one.nodes[0].html.slice(0, 160)))`,
  )
  expect([page.url(), violations]).toEqual([page.url(), []])
  expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0)
}

describe('a citizen with a phone', () => {
  it('finds a company, its project and the project’s parties, without scripts', async () => {
    const { page } = await open({ viewport: { width: 390, height: 844 }, javaScriptEnabled: false })
    await page.goto(`${province.url}/`)
    await page.getByRole('searchbox').fill('sldyjs')
    await page.getByRole('button', { name: '检索' }).click()
    await page.getByRole('link', { name: company.CorpName }).click()
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe(company.CorpName)
    expect(await page.content()).not.toContain('10000000001')
    await page.getByRole('link', { name: projectData['PrjName']! }).first().click()
    const parties = page.getByRole('region', { name: '参建各方' })
    await parties.getByRole('link', { name: company.CorpName }).click()
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe(company.CorpName)
    await page.context().close()
  })

  it.each([
    ['zh', 1440, 'light'],
    ['en', 390, 'dark'],
    ['zh', 390, 'light'],
    ['en', 1440, 'dark'],
  ] as const)('reads every page in %s at %d points, %s, accessible and without overflow or complaint', async (lang, width, colorScheme) => {
    const { page, complaints } = await open({ viewport: { width, height: 844 }, colorScheme })
    const records = (await found('示例')).map((id) => `/records/${id}`)
    for (const path of ['/', '/search?q=%E7%A4%BA%E4%BE%8B', '/search?q=zzzz', '/verify', ...records, `${records[0]}/verify`]) {
      await page.goto(`${province.url}${path}${path.includes('?') ? '&' : '?'}${lang === 'en' ? 'lang=en' : ''}`)
      expect(await page.locator('html').getAttribute('lang')).toBe(lang === 'en' ? 'en' : 'zh-CN')
      await sound(page)
    }
    expect(complaints).toEqual([])
    await page.context().close()
  })
})

describe('verifying in the page', () => {
  const idOf = async () => (await found('重庆花园'))[0] as string
  const custodyOf = async () =>
    (await (await fetch(`${province.url}/public/v1/records/${await idOf()}/custody`)).json()) as {
      content: { open: { text: string } }
      steps: unknown[]
    }

  it('holds for a record that came from the city, with the log of today continuing that of then', async () => {
    const { page, complaints } = await open()
    await page.goto(`${province.url}/records/${await idOf()}/verify`)
    expect(await page.locator('.chain > li h3').allTextContents()).toEqual(['山东省济南市', '山东省'])
    await page.getByRole('button', { name: '在本页核验' }).click()
    await page.getByRole('heading', { name: '核验通过' }).waitFor()
    expect(await page.locator('.checks > li').last().textContent()).toContain('只增不改')
    expect(await page.locator('.checks > li.failed, .checks > li.skipped').count()).toBe(0)
    await sound(page)
    expect(complaints).toEqual([])
    await page.context().close()
  })

  it('fails where the answer was changed on its way', async () => {
    const { page } = await open()
    await page.route('**/custody', async (route) => {
      const answer = await route.fetch()
      await route.fulfill({ response: answer, body: (await answer.text()).replace('20000.5', '99999.5') })
    })
    await page.goto(`${province.url}/records/${await idOf()}/verify`)
    await page.getByRole('button', { name: '在本页核验' }).click()
    await page.getByRole('heading', { name: '核验不通过' }).waitFor()
    expect(await page.locator('.checks > li.failed').count()).toBeGreaterThan(0)
    await sound(page)
    await page.context().close()
  })

  it('checks a saved file without a network, and finds one that was changed', async () => {
    const custody = await custodyOf()
    const { page, complaints } = await open()
    await page.goto(`${province.url}/verify`)
    await page.context().setOffline(true)
    const drop = (document: unknown) =>
      page
        .locator('[data-file]')
        .setInputFiles({ name: 'custody.json', mimeType: 'application/json', buffer: Buffer.from(JSON.stringify(document)) })
    await drop(custody)
    await page.getByRole('heading', { name: '核验通过' }).waitFor()
    await drop({
      ...custody,
      content: { ...custody.content, open: { ...custody.content.open, text: custody.content.open.text.replace('20000.5', '99999.5') } },
    })
    await page.getByRole('heading', { name: '核验不通过' }).waitFor()
    await page.locator('[data-file]').setInputFiles({ name: 'x.json', mimeType: 'application/json', buffer: Buffer.from('not json') })
    await page.getByText('这不是存证文件').waitFor()
    expect(complaints).toEqual([])
    await page.context().close()
  })
})

describe('an operator at the console', () => {
  it.each([
    ['zh', 1440],
    ['en', 390],
  ] as const)(
    'finds a record, sees what a version changed and what hangs together, and verifies its custody (%s, %d)',
    async (lang, width) => {
      const signIn = browserAt(province)
      const { user_name } = await account(province, 'viewer', ['370000'])
      expect((await signIn.signIn(user_name)).status).toBe(200)
      const { page, complaints } = await open({ viewport: { width, height: 900 } })
      await page.context().addCookies([...signIn.cookies].map(([name, value]) => ({ name, value, url: province.url })))
      await page.addInitScript(`localStorage.setItem('huijiao-language', '${lang}')`)
      const say = (zh: string, en: string) => (lang === 'zh' ? zh : en)
      await page.goto(`${province.url}/console/records?q=${encodeURIComponent('花园')}`)
      await page.getByRole('link', { name: projectData['PrjName']! }).click()
      await page.getByRole('heading', { level: 1, name: projectData['PrjName']! }).waitFor()
      await sound(page)
      await page.getByRole('button', { name: say('版本与差异', 'Versions and differences') }).click()
      const changes = page.getByRole('region', { name: say('两个版本对照', 'Two versions side by side') })
      expect(await changes.getByRole('row').last().textContent()).toMatch(/18,600\.5.*20,000\.5/)
      await sound(page)
      await page.getByRole('button', { name: say('关联记录', 'Linked records') }).click()
      await page.getByRole('link', { name: company.CorpName }).waitFor()
      await sound(page)
      await page.getByRole('button', { name: say('流转轨迹', 'Custody') }).click()
      await page.getByRole('button', { name: say('在本页核验', 'Verify here') }).click()
      await page.getByRole('heading', { name: say('核验通过', 'Verified') }).waitFor()
      await sound(page)
      expect(complaints).toEqual([])
      await page.context().close()
    },
  )
})
