import { afterAll, describe, expect, it, vi } from 'vitest'
import { pages } from '../src/routes.tsx'
import {
  asAdmin,
  axeFindings,
  closeBrowser,
  demo,
  goWithin,
  type Look,
  nodeOf,
  openConsole,
  overflowOf,
  settled,
  signedIn,
} from './browser.ts'
import { expectClicks } from '@huijiao/testing'

afterAll(closeBrowser)

/** Pages that need something in their address get what the demo has. */
const samples: Readonly<Record<string, string>> = {
  '/links/:name': '/links/370000',
  '/log/:index': '/log/5',
  '/participants/:id': '/participants/p-370100-city',
  '/entry/:entity': '/entry/TBProjectInfo',
}
/** Of what the sample holds: a submission with refused records, and a record; and a run in the shadow, begun here. */
async function sampleAddresses(): Promise<Readonly<Record<string, string>>> {
  const [submissions, records, { run }] = await Promise.all([
    asAdmin<{ items: { id: string; participant: string }[] }>('municipal', 'GET', '/submissions?outcome=partial&limit=1'),
    asAdmin<{ items: { recordId: string }[] }>('municipal', 'GET', '/records?library=project&limit=1'),
    asAdmin<{ run: number }>('municipal', 'POST', '/standards/2018/shadow', { revision: 1, days: 1 }),
  ])
  const [one] = submissions.items
  const [record] = records.items
  if (one === undefined || record === undefined) throw new Error('the city has no such record yet')
  return {
    ...samples,
    '/submissions/:id': `/submissions/${one.id}?participant=${one.participant}`,
    '/records/:recordId': `/records/${record.recordId}`,
    '/standards/runs/:run': `/standards/runs/${run}`,
  }
}
const looks: readonly (Look & { name: string })[] = [
  { name: 'a wide window, Chinese, light', width: 1440, height: 900 },
  { name: 'a phone, English, dark', width: 390, height: 844, language: 'en', mode: 'dark' },
  { name: 'a narrow phone, Chinese, light', width: 320, height: 640 },
]

describe.skipIf(demo === null).each(looks)('every page on $name', (look) => {
  it('stays in its window, passes axe (WCAG 2.2 AA), and the browser complains of nothing', async () => {
    const { page, complaints } = await signedIn('municipal', 'administrator', look)
    const found: Record<string, unknown> = {}
    // What was pushed a moment ago is found by search a little later.
    const addresses = await vi.waitFor(sampleAddresses, { timeout: 60_000, interval: 500 })
    for (const { path, bare } of pages) {
      const address = path.includes(':') ? addresses[path] : path
      if (address === undefined) throw new Error(`no address is known for ${path}`)
      // The wall screen takes the whole window, and is opened by its address.
      if (bare === true) await page.goto(`${nodeOf('municipal').url}/console${address}`)
      else await goWithin(page, address)
      await page.locator('h1').first().waitFor()
      await settled(page) // what follows the page itself, too: names of codes, charts
      const [overflow, axe] = [await overflowOf(page), await axeFindings(page)]
      const told = complaints.splice(0)
      if (overflow > 0 || axe.length > 0 || told.length > 0) found[address] = { overflow, axe, told }
    }
    expect(found).toEqual({})
    await page.context().close()
  })

  it('so does the sign-in', async () => {
    const { page, complaints } = await openConsole('provincial', look)
    expect([await overflowOf(page), await axeFindings(page), complaints]).toEqual([0, [], []])
    await page.context().close()
  })
})

describe.skipIf(demo === null)('rights', () => {
  it('leave pages that are not for a role out of the navigation, and say so where one goes there anyway', async () => {
    const { page } = await signedIn('municipal', 'clerk')
    expect(await page.getByRole('navigation').getByRole('link', { name: '用户' }).count()).toBe(0)
    await page.goto(`${nodeOf('municipal').url}/console/operators`)
    await page.getByText('没有此项权限').waitFor()
    expect(await axeFindings(page)).toEqual([])
    await page.context().close()
  })
})

describe.skipIf(demo === null)('what is not there', () => {
  it('is said to be not there, which is no failure of the page, with a way on', async () => {
    const { page } = await signedIn('municipal', 'clerk', { width: 390, height: 844 })
    await page.goto(`${nodeOf('municipal').url}/console/records/r_${'0'.repeat(32)}`)
    await page.getByRole('heading', { name: '没有找到' }).waitFor()
    await page.getByText(`没有记录 r_${'0'.repeat(32)}`).waitFor()
    expect(await page.locator('main .notice.bad').count()).toBe(0)
    expect([await overflowOf(page), await axeFindings(page)]).toEqual([0, []])
    await page.getByRole('main').getByRole('link', { name: '回到总览' }).click()
    await page.locator('.figures').waitFor()
    await page.context().close()
  })
})

describe.skipIf(demo === null)('the keyboard', () => {
  it('reaches the content by the skip link, the navigation on a phone by its button, and closes it again', async () => {
    const { page } = await signedIn('municipal', 'viewer')
    await page.goto(`${nodeOf('municipal').url}/console/log`)
    await page.getByRole('heading', { level: 1 }).waitFor()
    await page.keyboard.press('Tab')
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('跳到正文')
    await page.keyboard.press('Enter')
    expect(await page.evaluate(() => location.hash)).toBe('#main')
    await page.setViewportSize({ width: 390, height: 844 })
    await page.getByRole('button', { name: '菜单' }).press('Enter')
    await page.getByRole('dialog').getByRole('link', { name: '总览' }).press('Enter')
    await page.locator('.figures').waitFor()
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    await page.context().close()
  })
})

describe.skipIf(demo === null)('times', () => {
  it('are those of Beijing wherever the page is looked at', async () => {
    const { page } = await signedIn('municipal', 'administrator')
    await page.goto(`${nodeOf('municipal').url}/console/log/3`)
    const at = await page.locator('time').first().getAttribute('datetime')
    const shown = await page.locator('time').first().innerText()
    const beijing = new Date(Date.parse(at ?? '') + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ')
    expect(shown).toBe(beijing)
    await page.context().close()
  })
})

describe.skipIf(demo === null)('whoever sends data', () => {
  it('stands by name in the lists, and is looked for by name', async () => {
    const { name } = await asAdmin<{ name: string }>('municipal', 'GET', '/participants/p-370100-city')
    const { page, complaints } = await signedIn('municipal', 'operator')
    await goWithin(page, '/submissions')
    await page.locator('.table tbody tr').first().waitFor()
    const sender = page.getByLabel('接入单位')
    await sender.fill(name.slice(0, 4))
    await page.locator('.ant-select-item-option', { hasText: 'p-370100-city' }).click()
    await page.waitForURL(/participant=p-370100-city/)
    // The rows of before stay until those of this sender are there.
    const cells = page.locator('.table tbody .participant-name')
    await expect
      .poll(async () => (await cells.allInnerTexts()).filter((text) => !text.startsWith(name) || !text.includes('p-370100-city')), {
        timeout: 10_000,
      })
      .toEqual([])
    expect(await cells.count()).toBeGreaterThan(0)
    expect(await axeFindings(page)).toEqual([])
    await page.locator('.table tbody a.mono').first().click()
    await page.waitForURL(/\/submissions\/[0-9a-f-]{36}/)
    await page.getByRole('link', { name, exact: true }).first().waitFor()
    expect(complaints).toEqual([])
    await page.context().close()
  })
})

describe.skipIf(demo === null)('an entry of the log', () => {
  it('is told in a sentence and by names, whatever its kind, with the text that was hashed folded below', async () => {
    type Listed = { items: { index: number; kind: string; body: object | null }[] }
    const { items } = await asAdmin<Listed>('municipal', 'GET', '/log?limit=500')
    const shown = new Map(items.filter(({ body }) => body !== null).map((one) => [one.kind, one.index]))
    expect(shown.size).toBeGreaterThan(5)
    const { page, complaints } = await signedIn('municipal', 'administrator')
    const untold: string[] = []
    for (const [kind, index] of shown) {
      await page.goto(`${nodeOf('municipal').url}/console/log/${index}`)
      await page.locator('.entry-raw').waitFor()
      if ((await page.locator('.entry-sentence').count()) === 0) untold.push(kind)
      // A member that has no name of its own would stand there as the program calls it.
      for (const code of await page.locator('.panel:has(.entry-raw) dt > code').allInnerTexts()) untold.push(`${kind}.${code}`)
    }
    expect(untold).toEqual([])
    await page.locator('.entry-raw > summary').click()
    expect(JSON.parse(await page.locator('.entry-raw pre').innerText())).toBeTypeOf('object')
    expect(await axeFindings(page)).toEqual([])
    expect(complaints).toEqual([])
    await page.context().close()
  })
})

describe.skipIf(demo === null)('a printed page', () => {
  it('is light, says whose it is, and leaves out what one clicks, however dark the screen is', async () => {
    const { page } = await signedIn('municipal', 'operator', { mode: 'dark' })
    const [one] = (await asAdmin<{ items: { id: string; participant: string }[] }>('municipal', 'GET', '/submissions?limit=1')).items
    await goWithin(page, `/submissions/${one?.id}?participant=${one?.participant}&tab=receipt`)
    await page.getByRole('heading', { name: '回执' }).waitFor()
    await page.emulateMedia({ media: 'print' })
    for (const hidden of ['.side', '.top', '.tab-bar', '.ant-btn'])
      expect(await page.locator(hidden).first().isVisible(), hidden).toBe(false)
    await page.locator('.print-head').waitFor({ state: 'visible' })
    expect(await page.locator('.print-head').innerText()).toMatch(/济南市[^]*打印于 \d{4}/)
    const colours = () => page.evaluate(() => [getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color])
    await expect.poll(colours, { timeout: 5000 }).toEqual(['rgb(255, 255, 255)', 'rgb(0, 0, 0)'])
    expect(await page.locator('.panel', { hasText: '签名值' }).last().innerText()).toMatch(/sha-256:[0-9a-f]{64}/)
    await page.context().close()
  })
})

describe.skipIf(demo === null)('what anybody looks up', () => {
  it('is a project by its number, what hangs together with it, and the proof of its way up, checked in the page', async () => {
    // One of the sample city's that has a tender: other files make projects that nothing hangs together with. The nation finds by search what it has
    // received a moment ago, not at once.
    type Found = { items: { name: string; number: string; recordId: string }[] }
    const project = await vi.waitFor(
      async () => {
        const tenders = await asAdmin<Found>('national', 'GET', '/records?entity=TBTenderInfo&limit=50')
        for (const number of new Set(tenders.items.map((one) => one.number.slice(0, 16)))) {
          const { items } = await asAdmin<Found>('national', 'GET', `/records?entity=TBProjectInfo&q=${number}`)
          // The city's own: the province has participants of its own, whose records begin there.
          const ofCity = await asAdmin<Found>('municipal', 'GET', `/records?entity=TBProjectInfo&q=${number}`)
          const one = items.find((item) => item.number === number && ofCity.items.some(({ recordId }) => recordId === item.recordId))
          if (one !== undefined) return one
        }
        throw new Error('the nation finds no project with a tender')
      },
      { timeout: 60_000, interval: 500 },
    )
    const seen = await signedIn('national', 'viewer')
    const { page, complaints } = seen
    await page.getByRole('navigation').getByRole('link', { name: '记录检索' }).click()
    await page.getByLabel('名称、编号或代码').fill(project.number)
    await page.getByLabel('名称、编号或代码').press('Enter')
    await page.getByRole('link', { name: project.name, exact: true }).first().click()
    await page.getByRole('heading', { level: 1, name: project.name }).waitFor()
    const found = await seen.clicks()
    expectClicks({ zh: '查找一条记录', en: 'Find a record', role: 'viewer' }, found)
    await page.getByRole('button', { name: '流转轨迹' }).click()
    await page.getByRole('button', { name: '在本页核验' }).click()
    await page.getByRole('heading', { name: '核验通过' }).waitFor()
    expect(await page.locator('.custody-node.holds strong').allInnerTexts()).toEqual(['济南市', '山东省', '全国'])
    expectClicks({ zh: '核验一条记录的流转轨迹', en: 'Verify the custody of a record', role: 'viewer' }, found + (await seen.clicks()))
    expect([await overflowOf(page), await axeFindings(page)]).toEqual([0, []])
    await page.getByRole('button', { name: '关联记录' }).click()
    await page.locator('.table tbody a').first().click()
    await page.getByRole('heading', { level: 1, name: project.name }).waitFor({ state: 'detached' })
    expectClicks({ zh: '从项目打开一条关联记录', en: 'Open what a project is linked with', role: 'viewer' }, found + (await seen.clicks()))
    expect(complaints).toEqual([])
    await page.context().close()
  })
})
