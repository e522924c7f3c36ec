import { describe, expect, it } from 'vitest'
import { asAdmin, axeFindings, demo, goWithin, keepPages, nodeOf, overflowOf, signedIn } from './browser.ts'

const keep = keepPages()

describe.skipIf(demo === null)('a submission of many records', () => {
  it('lists what became of each of them, as far as one asks, and says how many there are', async () => {
    const id = crypto.randomUUID()
    const records = Array.from({ length: 430 }, (_, at) => ({
      entity: 'TBProjectInfo',
      operation: 'upsert',
      sourceId: `XM-MANY-${at + 1}`,
      data: { PrjNum: 'x' },
    }))
    const sent = await fetch(`${nodeOf('municipal').url}/v1/submissions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${demo?.participant.apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ id, standard: '2018', responsible: { unit: '示例市住房和城乡建设局（合成）', name: '王示例' }, records }),
    })
    expect(sent.ok).toBe(true)
    const whose = `participant=${demo?.participant.id}`
    await expect
      .poll(async () => (await asAdmin<{ state: string }>('municipal', 'GET', `/submissions/${id}?${whose}`)).state, { timeout: 20_000 })
      .toBe('finished')
    const { page } = await keep(signedIn('municipal', 'operator', { language: 'en' }))
    await goWithin(page, `/submissions/${id}?${whose}&tab=records`)
    const rows = page.locator('.table > tbody > tr')
    await page.getByText('200 of 430 listed').waitFor()
    expect(await rows.count()).toBe(200)
    const more = page.getByRole('button', { name: 'List 200 more' })
    await more.click()
    await page.getByText('400 of 430 listed').waitFor()
    expect([await overflowOf(page), await axeFindings(page)]).toEqual([0, []])
    await more.click()
    await more.waitFor({ state: 'detached' })
    expect([await rows.count(), await rows.last().innerText()]).toEqual([430, expect.stringContaining('XM-MANY-430')])
    // English words keep together: the first face of the page is none that draws quotation marks as wide as a character.
    const family = await page.evaluate(() => getComputedStyle(document.querySelector('.panel') as Element).fontFamily)
    expect(family).toMatch(/^"Segoe UI"/)
  })

  it('that is paused says who did that, and when, until it goes on or is cancelled', async () => {
    const id = crypto.randomUUID()
    const record = (at: number) => ({ entity: 'TBProjectInfo', operation: 'upsert', sourceId: `XM-STOP-${at}`, data: { PrjNum: 'x' } })
    const first = { id, standard: '2018', responsible: { unit: '示例市住房和城乡建设局（合成）', name: '王示例' } }
    const lines = [first, ...Array.from({ length: 60_000 }, (_, at) => record(at))].map((line) => JSON.stringify(line))
    const sent = await fetch(`${nodeOf('municipal').url}/v1/submissions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${demo?.participant.apiKey}`, 'content-type': 'application/x-ndjson', prefer: 'respond-async' },
      body: lines.join('\n'),
    })
    expect([sent.status, await sent.text()]).toEqual([202, expect.any(String)])
    const whose = `participant=${demo?.participant.id}`
    const paused = await asAdmin<{ state: string }>('municipal', 'POST', `/submissions/${id}/pause?${whose}`)
    expect(paused).toMatchObject({ state: 'paused', progress: { paused: { by: 'operator:token' } } })
    const { page } = await keep(signedIn('municipal', 'operator'))
    await goWithin(page, `/submissions/${id}?${whose}`)
    await page.getByText(/^暂停人：.*令牌/).waitFor()
    expect([await overflowOf(page), await axeFindings(page)]).toEqual([0, []])
    await page.getByRole('button', { name: '继续' }).click()
    await page.getByText(/^暂停人：/).waitFor({ state: 'detached' })
    await asAdmin('municipal', 'POST', `/submissions/${id}/cancel?${whose}`).catch(() => undefined)
  })
})
