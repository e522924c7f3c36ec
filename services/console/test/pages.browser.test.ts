import { afterAll, describe, expect, it } from 'vitest'
import { pages, type PageRow } from '../src/routes.tsx'
import { axeFindings, closeBrowser, demo, type Look, nodeOf, openConsole, overflowOf, signedIn } from './browser.ts'

afterAll(closeBrowser)

/** Pages that need something in their address get what the demo has. */
const samples: Readonly<Record<string, string>> = {
  '/links/:name': '/links/370000',
  '/log/:index': '/log/5',
  '/participants/:id': '/participants/p-370100-city',
}
const addressOf = ({ path }: PageRow): string | null => (path.includes(':') ? (samples[path] ?? null) : path)
const looks: readonly (Look & { name: string })[] = [
  { name: 'a wide window, Chinese, light', width: 1440, height: 900 },
  { name: 'a phone, English, dark', width: 390, height: 844, language: 'en', mode: 'dark' },
  { name: 'a narrow phone, Chinese, light', width: 320, height: 640 },
]

describe.skipIf(demo === null).each(looks)('every page on $name', (look) => {
  it('stays in its window, passes axe (WCAG 2.2 AA), and the browser complains of nothing', async () => {
    const { page, complaints } = await signedIn('municipal', 'administrator', look)
    const found: Record<string, unknown> = {}
    for (const row of pages) {
      const address = addressOf(row)
      if (address === null) continue
      await page.goto(`${nodeOf('municipal').url}/console${address}`)
      await page.getByRole('heading', { level: 1 }).first().waitFor()
      await page.waitForLoadState('load')
      await page.waitForFunction(() => document.querySelector('output.state') === null)
      await page.waitForTimeout(400) // what follows the page itself: names of codes, charts
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
