import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { asAdmin, axeFindings, demo, goWithin, keepPages, overflowOf, signedIn } from './browser.ts'
import { expectClicks } from '@huijiao/testing'

const keep = keepPages()

const expectSound = async (page: Page) => expect([await overflowOf(page), await axeFindings(page)]).toEqual([0, []])
const nav = (page: Page, name: string) => page.getByRole('navigation').getByRole('link', { name, exact: true })
const dialogOk = (page: Page) =>
  page.getByRole('dialog').locator('.ant-modal-footer .ant-btn-primary, .ant-modal-footer .ant-btn-dangerous')
const phone = { width: 360, height: 740 }
const wide = { width: 1440, height: 900 }
interface Items<T> {
  readonly items: readonly T[]
}

describe.skipIf(demo === null)('decisions of operators', () => {
  it('correct a record field by field, show it beside what the source says, and end the correction', async () => {
    const { items } = await asAdmin<Items<{ recordId: string; number: string; name: string }>>(
      'municipal',
      'GET',
      '/records?entity=TBProjectInfo&limit=40',
    )
    const record = items.at(-1) as (typeof items)[number]
    const reason = `面积漏填小数点（合成）${Date.now()}`
    const area = 10_000 + (Date.now() % 9000)
    const seen = await keep(signedIn('municipal', 'operator'))
    const { page } = seen
    await nav(page, '记录检索').click()
    await page.getByLabel('名称、编号或代码').fill(record.number)
    await page.getByLabel('名称、编号或代码').press('Enter')
    await page.locator(`a[href$="${record.recordId}"]`).first().click()
    await page.getByRole('button', { name: '更正', exact: true }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('有误的字段').fill('总面积')
    await dialog.getByLabel('有误的字段').press('Enter')
    const right = dialog.getByRole('group', { name: '总面积' }).getByRole('textbox')
    await right.fill('约一万')
    await dialog.getByLabel('原因').fill(reason)
    await dialog.locator('.problem-line').waitFor() // judged here as the node judges it
    expect(await right.getAttribute('aria-invalid')).toBe('true')
    await page.setViewportSize(phone)
    await expectSound(page)
    await page.setViewportSize(wide)
    await right.fill(`${area}.5`)
    await dialog.locator('.problem-line').waitFor({ state: 'detached' })
    await dialogOk(page).click()
    await page.locator('.ant-message').getByText('已更正').waitFor()
    expectClicks({ zh: '更正一条记录', en: 'Correct a record', role: 'operator' }, await seen.clicks())
    const { inForce } = await asAdmin<{ inForce: { data: Record<string, string> } }>('municipal', 'GET', `/records/${record.recordId}`)
    expect(inForce.data['AllArea']).toBe(`${area}.5`)

    await goWithin(page, '/checks?tab=corrections')
    const row = page.locator('.table > tbody > tr', { hasText: reason })
    await row.getByText('总面积').waitFor()
    await row.getByRole('button', { name: '详情' }).click()
    await page
      .locator('.expansion td', { hasText: `${new Intl.NumberFormat('zh-CN').format(area)}.5` })
      .first()
      .waitFor()
    await page.setViewportSize(phone)
    await expectSound(page)
    await page.setViewportSize(wide)
    await row.getByRole('button', { name: '结束更正' }).click()
    await dialog.getByLabel('原因').fill('来源已改正（合成）')
    await dialogOk(page).click()
    await page.locator('.ant-message').getByText('已结束更正').waitFor()
    await row.getByText('已结束').waitFor()
  })

  it('tell those below by a notice, see who has fetched it, and take it back', async () => {
    const title = `换用标准修订的通知（合成）${Date.now()}`
    const seen = await keep(signedIn('provincial', 'operator'))
    const { page } = seen
    await nav(page, '通知').click()
    await page.getByRole('button', { name: '发布通知' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('标题').fill(title)
    await dialog.getByLabel('正文').fill('合成示例：新修订自明年 1 月 1 日起使用。\n请各市提前核对业务系统。')
    await dialogOk(page).click()
    await page.locator('.ant-message').getByText('已发布').waitFor()
    expectClicks({ zh: '发布一份通知', en: 'Publish a notice', role: 'operator' }, await seen.clicks())
    const row = page.locator('.table > tbody > tr', { hasText: title })
    await row.getByRole('button', { name: '详情' }).click()
    // The city fetches it by its feed, and is told of by name.
    const readers = page.getByRole('region', { name: `接收情况 ${title}` })
    await readers
      .locator('tr', { has: page.locator('time') })
      .first()
      .waitFor({ timeout: 60_000 })
    await page.setViewportSize(phone)
    await expectSound(page)
    await page.setViewportSize(wide)
    await row.getByRole('button', { name: '撤回' }).click()
    await dialogOk(page).click()
    await row.getByText('已撤回').waitFor()
    const { items } = await asAdmin<Items<{ title: string; from: string | null }>>('municipal', 'GET', '/notices')
    expect(items.find((one) => one.title === title)?.from).toBe('370000')
  })

  it('let a business system send existing stock until a day, and end that', async () => {
    const system = demo?.participant.id ?? ''
    const seen = await keep(signedIn('municipal', 'administrator'))
    const { page } = seen
    await nav(page, '接入单位').click()
    await page.locator(`a[href$="${system}"]`).click()
    await page.getByRole('button', { name: '许可报送存量数据' }).click()
    const until = page.getByLabel('许可至（北京时间）')
    await until.fill('2099-12-31 18:00')
    await until.press('Tab')
    await expectSound(page)
    await dialogOk(page).click()
    await page.locator('.ant-message').getByText('已许可').waitFor()
    expectClicks({ zh: '许可报送存量数据', en: 'Grant existing stock', role: 'administrator' }, await seen.clicks())
    await page.getByText('2099-12-31 18:00').waitFor()
    const granted = await asAdmin<{ legacyUntil: string }>('municipal', 'GET', `/participants/${system}`)
    expect(granted.legacyUntil).toBe('2099-12-31T10:00:00.000Z')
    await page.getByRole('button', { name: '结束许可' }).click()
    await dialogOk(page).click()
    await page.getByText('未许可').waitFor()
  })
})
