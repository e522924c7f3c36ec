import { afterAll, describe, expect, it } from 'vitest'
import { closeBrowser, demo, goWithin, nodeOf, overflowOf, signedIn } from './browser.ts'

afterAll(closeBrowser)

interface Table {
  readonly code: string
  readonly fields: readonly { readonly kind: string }[]
}

/** A desk, and the narrowest phone. */
const windows = [
  { width: 1440, height: 900 },
  { width: 360, height: 740 },
] as const

describe.skipIf(demo === null)('the form of every table', () => {
  it('opens with all its fields, stays in its window on a desk and on a phone, and the browser complains of nothing', async () => {
    const { url } = nodeOf('municipal')
    const { page, complaints } = await signedIn('municipal', 'clerk')
    const answer = await fetch(`${url}/v1/standards/2018`, { headers: { accept: 'application/json' } })
    const { entities } = (await answer.json()) as { entities: readonly Table[] }
    expect(entities.length).toBeGreaterThan(35)
    await page.goto(`${url}/console/entry`)
    await page.locator('.tiles').first().waitFor()
    const found: Record<string, unknown> = {}
    for (const { code, fields } of entities) {
      await goWithin(page, `/entry/${code}?release=2018`)
      await page.getByRole('heading', { level: 1 }).waitFor()
      await page.waitForFunction((table) => document.querySelector('.page-header')?.textContent?.includes(table) === true, code)
      const shown = await page.locator('.panel .fields .field-control').count()
      const expected = fields.filter(({ kind }) => kind !== 'attachment').length
      const overflow = []
      for (const window of windows) {
        await page.setViewportSize(window)
        overflow.push(await overflowOf(page))
      }
      const told = complaints.splice(0)
      if (shown !== expected || Math.max(...overflow) > 0 || told.length > 0) found[code] = { shown, expected, overflow, told }
    }
    expect(found).toEqual({})
    await page.context().close()
  })
})
