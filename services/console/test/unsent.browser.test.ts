import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { axeFindings, demo, fillSignIn, keepPages, nodeOf, overflowOf, settled, signedIn } from './browser.ts'

const keep = keepPages()
const faulty = fileURLToPath(new URL('../../../packages/testing/sample/bad.xlsx', import.meta.url))
const go = (page: Page, path: string) => page.goto(`${nodeOf('municipal').url}/console${path}`)
const field = (page: Page, code: string) => page.locator(`[id$="-${code}"]`)
const clerk = () => nodeOf('municipal').operators.find(({ role }) => role === 'clerk') as { userName: string; password: string }
const name = '示例市北区书院综合体（合成数据）'

/** What the browser says of an answer that a test wants to fail. */
const forgive = (complaints: string[]) => {
  const rest = complaints.filter((text) => !/Failed to load resource|ERR_/.test(text))
  complaints.splice(0, complaints.length, ...rest)
}

describe.skipIf(demo === null)('what was typed into a form', () => {
  it('is there again after the session ended and the same person signed in, and goes when it is not wanted', async () => {
    const seen = await keep(signedIn('municipal', 'clerk', { ownSession: true }))
    const { page } = seen
    await go(page, '/entry/TBProjectInfo')
    await field(page, 'PrjName').fill(name)
    const other = await page.context().newPage()
    await other.goto(`${nodeOf('municipal').url}/console/`)
    await other.getByRole('button', { name: '退出登录' }).click()
    await other.locator('input[autocomplete=username]').waitFor()
    await other.close()
    await page.getByRole('button', { name: '保存草稿' }).click()
    await page.locator('input[autocomplete=username]').waitFor()
    forgive(seen.complaints)
    const { userName, password } = clerk()
    await fillSignIn(seen, userName, password)
    await page.getByText('这是您上次填写、尚未报送的内容。').waitFor()
    expect(await field(page, 'PrjName').inputValue()).toBe(name)
    expect([await overflowOf(page), await axeFindings(page)]).toEqual([0, []])
    await page.getByRole('button', { name: '不要这些内容，重新开始' }).click()
    await page.getByText('这是您上次填写、尚未报送的内容。').waitFor({ state: 'detached' })
    expect(await field(page, 'PrjName').inputValue()).toBe('')
  })

  it('is there again after another page was looked at, and is asked for before the page is loaded anew', async () => {
    const { page } = await keep(signedIn('municipal', 'clerk'))
    const asked: string[] = []
    page.on('dialog', (dialog) => {
      asked.push(dialog.type())
      void dialog.accept()
    })
    await go(page, '/entry/TBProjectInfo')
    await field(page, 'PrjName').waitFor()
    await page.reload()
    expect(asked).toEqual([])
    await field(page, 'PrjName').fill(name)
    await page.getByRole('navigation').getByRole('link', { name: '数据标准' }).click()
    await page.getByRole('heading', { level: 1, name: '数据标准' }).waitFor()
    await page.goBack()
    await page.getByText('这是您上次填写、尚未报送的内容。').waitFor()
    expect(await field(page, 'PrjName').inputValue()).toBe(name)
    await page.reload()
    expect(asked).toEqual(['beforeunload'])
  })
})

describe.skipIf(demo === null)('a file that was checked and not sent', () => {
  it('is there with what was found after another page was looked at; a failure to send is in sight; another release is checked anew', async () => {
    const { page, complaints } = await keep(signedIn('municipal', 'clerk'))
    const navigation = page.getByRole('navigation')
    await navigation.getByRole('link', { name: '上传文件' }).click()
    await page.setInputFiles('input[type=file]', faulty)
    await field(page, 'unit').fill('示例市住房和城乡建设局（合成）')
    await field(page, 'name').fill('王示例')
    await page.getByRole('button', { name: '先检查' }).click()
    await page.locator('.mend').first().waitFor()
    await navigation.getByRole('link', { name: '数据标准' }).click()
    await page.getByRole('heading', { level: 1, name: '数据标准' }).waitFor()
    await page.goBack()
    await page.getByText('这是您上次检查、尚未全部报送的文件。').waitFor()
    await page.locator('.mend').first().waitFor()
    await page.route('**/v1/submissions**', (route) => (route.request().method() === 'POST' ? route.abort() : route.continue()))
    await page.getByRole('button', { name: '正式报送' }).click()
    const told = page.locator('.notice.bad', { hasText: '没有收到答复' })
    await told.waitFor()
    await expect
      .poll(() => told.evaluate((at) => at.getBoundingClientRect().top > 0 && at.getBoundingClientRect().bottom < innerHeight))
      .toBe(true)
    await field(page, 'standard').click()
    await page
      .getByRole('option', { name: /2014/ })
      .or(page.locator('.ant-select-item-option', { hasText: '2014' }))
      .last()
      .click()
    await page.locator('.mend').first().waitFor({ state: 'detached' })
    expect(await page.getByRole('button', { name: '正式报送' }).count()).toBe(0)
    forgive(complaints)
  })
})

describe.skipIf(demo === null)('an address with nonsense in it', () => {
  it('shows the page with what is wrong, and a way on that helps', async () => {
    const { page, complaints } = await keep(signedIn('municipal', 'viewer'))
    await go(page, '/submissions?from=zzz')
    await page.getByRole('heading', { level: 1, name: '报送批次' }).waitFor()
    await page.getByRole('main').getByRole('button', { name: '清除条件' }).waitFor()
    await go(page, '/submissions?cursor=zzz')
    await page.getByRole('button', { name: '第一页' }).click()
    await page.locator('main table tbody tr').first().waitFor()
    expect(new URL(page.url()).search).toBe('')
    forgive(complaints)
  })
})

describe.skipIf(demo === null)('a node that does not answer', () => {
  it('is told of in the language of the page', async () => {
    const { page, complaints } = await keep(signedIn('municipal', 'viewer'))
    await page.route('**/admin/v1/submissions?**', (route) => route.abort())
    await page.route('**/admin/v1/submissions', (route) => route.abort())
    await page.getByRole('navigation').getByRole('link', { name: '报送批次' }).click()
    await page.getByText('没有收到答复').waitFor()
    expect(await page.getByRole('main').innerText()).not.toMatch(/fetch/i)
    await page.unrouteAll()
    await page.getByRole('button', { name: '重试' }).click()
    await page.locator('main table tbody tr').first().waitFor()
    await settled(page)
    forgive(complaints)
  })
})
