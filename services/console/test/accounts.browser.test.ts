import { describe, expect, it } from 'vitest'
import { asAdmin, axeFindings, demo, goWithin, keepPages, nodeOf, overflowOf, signedIn, type Tier } from './browser.ts'

const keep = keepPages()

interface Account {
  readonly operatorId: string
  readonly userName: string
  readonly displayName: string | null
}

/** The account of a role at a node of the demonstration. */
async function accountOf(tier: Tier, role: string): Promise<Account> {
  const { items } = await asAdmin<{ items: Account[] }>(tier, 'GET', '/operators?limit=500')
  return items.find(({ userName }) => userName === nodeOf(tier).operators.find((one) => one.role === role)?.userName) as Account
}

describe.skipIf(demo === null)('whoever did something with an account', () => {
  it('stands by name beside it and in the log, the id below, and is found in the log by that name', async () => {
    const account = await accountOf('provincial', 'operator')
    const name = account.displayName ?? account.userName
    const title = `账号名称的通知（合成）${Date.now()}`
    const { page } = await keep(signedIn('provincial', 'operator'))
    await goWithin(page, '/notices')
    await page.getByRole('button', { name: '发布通知' }).click()
    await page.getByRole('dialog').getByLabel('标题').fill(title)
    await page.getByRole('dialog').getByLabel('正文').fill('合成示例。')
    await page.getByRole('dialog').locator('.ant-modal-footer .ant-btn-primary').click()
    const row = page.locator('.table > tbody > tr', { hasText: title })
    await row.getByRole('button', { name: '详情' }).click()
    const by = page.locator('.expansion .participant-name', { hasText: account.operatorId })
    await by.getByText(name, { exact: true }).waitFor()

    const { page: log } = await keep(signedIn('provincial', 'administrator'))
    await goWithin(log, '/log')
    await log.getByLabel('操作者').fill(name.slice(0, -1))
    await log.locator('.ant-select-item-option', { hasText: account.operatorId }).click()
    await log.waitForURL(/actor=operator/)
    const actors = log.locator('.table > tbody > tr > td:nth-child(4)')
    await expect
      .poll(async () => [...new Set(await actors.allInnerTexts())].map((text) => text.split(/\s+/)), { timeout: 20_000 })
      .toEqual([[name, account.operatorId]])
    expect(await log.locator('.filter', { hasText: '操作者' }).innerText()).toContain(name)
    expect([await overflowOf(log), await axeFindings(log)]).toEqual([0, []])
    await log.locator('.table > tbody a').first().click()
    await log.waitForURL(/\/log\/\d+/)
    await log.locator('.participant-name', { hasText: account.operatorId }).getByText(name, { exact: true }).first().waitFor()
  })

  it('stands by the display name for a viewer and a clerk, too: beside a notice, and where a link is paused, with when and why', async () => {
    const { operatorId, displayName } = await accountOf('municipal', 'operator')
    const name = displayName as string
    const [title, reason] = [`通知（合成）${Date.now()}`, `演练 ${Date.now()}（合成）`]
    const { page } = await keep(signedIn('municipal', 'operator'))
    const act = (path: string, body?: object) =>
      page.evaluate(
        async ([address, given]) => {
          const { csrf } = (await (await fetch('/admin/v1/session')).json()) as { csrf: string }
          const headers = { 'x-csrf-token': csrf, ...(given === undefined ? {} : { 'content-type': 'application/json' }) }
          return (await fetch(`/admin/v1${address}`, { method: 'POST', headers, ...(given === undefined ? {} : { body: given }) })).ok
        },
        [path, body === undefined ? undefined : JSON.stringify(body)] as const,
      )
    expect(await act('/notices', { title, text: '合成示例。' })).toBe(true)
    const link = `/links/${nodeOf('provincial').region}`
    expect(await act(`${link}/pause`, { reason })).toBe(true)
    try {
      for (const role of ['viewer', 'clerk']) {
        const { page: seen } = await keep(signedIn('municipal', role, { width: 390 }))
        const shown = seen.locator('.attention > li', { hasText: reason })
        await shown.getByText(new RegExp(`^暂停人：${name} \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d$`)).waitFor()
        expect([await overflowOf(seen), await axeFindings(seen)]).toEqual([0, []])
        await goWithin(seen, '/notices')
        const row = seen.locator('.card-row', { hasText: title })
        await row.locator('summary').click()
        await row.locator('.participant-name', { hasText: operatorId }).getByText(name, { exact: true }).waitFor()
      }
      const { page: viewer } = await keep(signedIn('municipal', 'viewer'))
      await goWithin(viewer, '/links')
      await viewer
        .locator('.notice', { hasText: `原因：${reason}` })
        .getByText(`暂停人：${name}`)
        .waitFor()
      await viewer.locator('.table > tbody a').first().click()
      const notice = viewer.getByRole('region', { name: '上报已暂停' })
      await notice.getByText(reason, { exact: true }).waitFor()
      await notice.locator('.participant-name', { hasText: operatorId }).getByText(name, { exact: true }).waitFor()
      expect([await overflowOf(viewer), await axeFindings(viewer)]).toEqual([0, []])
    } finally {
      expect(await act(`${link}/resume`)).toBe(true)
    }
  })
})
