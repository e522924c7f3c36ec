import { describe, expect, it } from 'vitest'
import { asAdmin, axeFindings, demo, goWithin, keepPages, nodeOf, overflowOf, signedIn } from './browser.ts'

const keep = keepPages()

interface Account {
  readonly operatorId: string
  readonly userName: string
  readonly displayName: string | null
}

describe.skipIf(demo === null)('whoever did something with an account', () => {
  it('stands by name beside it and in the log, the id below, and is found in the log by that name', async () => {
    const { items } = await asAdmin<{ items: Account[] }>('provincial', 'GET', '/operators?limit=500')
    const operator = nodeOf('provincial').operators.find(({ role }) => role === 'operator')
    const account = items.find(({ userName }) => userName === operator?.userName) as Account
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
})
