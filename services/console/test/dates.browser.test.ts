import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { demo, goWithin, keepPages, signedIn } from './browser.ts'

const keep = keepPages()
const field = (page: Page, code: string) => page.locator(`input[id$="-${code}"]`)
const panel = (page: Page) => page.locator('.ant-picker-dropdown:not(.ant-picker-dropdown-hidden)')

/** Where the panel of days stands, once it no longer moves. */
async function panelBox(page: Page): Promise<{ x: number; y: number; width: number; height: number }> {
  await panel(page).waitFor()
  let before = ''
  for (let tries = 0; tries < 40; tries += 1) {
    const box = await panel(page).boundingBox()
    if (box !== null && JSON.stringify(box) === before) return box
    before = JSON.stringify(box)
    await page.waitForTimeout(50)
  }
  throw new Error('the panel does not come to rest')
}

/** Whoever tests these pages asked for less movement, as somebody may have asked the system. */
describe.skipIf(demo === null).each([
  { name: 'at a desk', width: 1280, height: 900 },
  { name: 'on a phone', width: 390, height: 844 },
])('a day, for whoever asked for less movement, $name', ({ width, height }) => {
  it('is chosen beside its field, inside the window, and stays, chosen or typed, wherever the pointer rests', async () => {
    const { page } = await keep(signedIn('municipal', 'clerk', { width, height }))
    await goWithin(page, '/entry/CorpSafetyPermit?release=2018')
    const [issued, ends] = [field(page, 'OrganDate'), field(page, 'EndDate')]
    await issued.click()
    const [box, own] = [await panelBox(page), (await issued.boundingBox()) as { x: number; y: number; width: number; height: number }]
    expect(box.x).toBeGreaterThanOrEqual(0)
    expect(box.y).toBeGreaterThanOrEqual(0)
    expect(box.x + box.width).toBeLessThanOrEqual(width)
    expect(box.y + box.height).toBeLessThanOrEqual(height)
    // Right below the field, or right above it, and not over what is typed there.
    const gap = Math.max(box.y - (own.y + own.height), own.y - (box.y + box.height))
    expect(gap).toBeGreaterThanOrEqual(0)
    expect(gap).toBeLessThan(24)

    // By mouse: the day that was clicked, of the month that is shown.
    const day = panel(page).locator('.ant-picker-cell-in-view', { hasText: /^15$/ })
    const chosen = (await day.getAttribute('title')) as string
    expect(chosen).toMatch(/^\d{4}-\d{2}-15$/)
    await day.click()
    await expect.poll(() => issued.inputValue()).toBe(chosen)

    // By keyboard, while the pointer lies where the panel opens: as far from the field to the panel as before.
    const other = (await ends.boundingBox()) as typeof own
    await page.mouse.move(other.x + (box.x - own.x) + box.width / 2, other.y + (box.y - own.y) + box.height / 2)
    await ends.focus()
    await page.keyboard.type('2029-09-01', { delay: 10 })
    await panelBox(page)
    await page.keyboard.press('Tab')
    await panel(page).waitFor({ state: 'hidden' })
    expect([await issued.inputValue(), await ends.inputValue()]).toEqual([chosen, '2029-09-01'])
    await issued.focus()
    await page.keyboard.press('ControlOrMeta+A')
    await page.keyboard.type('2026-09-02')
    await page.keyboard.press('Enter')
    await panel(page).waitFor({ state: 'hidden' })
    await page.getByRole('heading', { level: 1 }).click()
    expect([await issued.inputValue(), await ends.inputValue()]).toEqual(['2026-09-02', '2029-09-01'])
  })
})
