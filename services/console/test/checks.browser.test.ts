import { createHash } from 'node:crypto'
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { asAdmin, axeFindings, demo, keepPages, nodeOf, overflowOf, settled, signedIn } from './browser.ts'
import { expectClicks } from '@huijiao/testing'

const keep = keepPages()

const expectSound = async (page: Page) => expect([await overflowOf(page), await axeFindings(page)]).toEqual([0, []])
const attention = (page: Page, words: RegExp) => page.locator('.attention').getByRole('link', { name: words })
/** Says why, and does it. */
async function confirm(page: Page, reason: string): Promise<void> {
  await page.getByLabel('原因').fill(reason)
  await page.getByRole('dialog').locator('.ant-btn-primary').click()
}

describe.skipIf(demo === null)('links and checks', () => {
  it('show what a held record waits for, and give it more time', async () => {
    const seen = await keep(signedIn('municipal', 'operator'))
    const { page } = seen
    await attention(page, /条记录待关联/).click()
    const row = page.locator('.table tbody tr', { hasText: 'TBTenderInfo' }).first()
    await row.getByText('工程项目基本信息').waitFor()
    await row.getByRole('button', { name: '延长期限' }).click()
    await confirm(page, '县区系统正在迁移（合成）')
    await page.getByText('已延长 1 条').waitFor()
    expectClicks({ zh: '延长待关联期限', en: 'Give a held record more time', role: 'operator' }, await seen.clicks())
    await row.getByRole('button', { name: '详情' }).click()
    const missing = page.locator('.table .expansion')
    await missing.getByText('项目编号').waitFor()
    expect(await missing.getByRole('link', { name: '检索' }).getAttribute('href')).toMatch(/^\/console\/records\?q=\d{16}$/)
    expect(await missing.getByRole('link', { name: '录入此表' }).getAttribute('href')).toBe('/console/entry/TBProjectInfo')
    await expectSound(page)
  })

  it('clear a finding over several records with a reason, which stays readable', async () => {
    const seen = await keep(signedIn('municipal', 'operator'))
    const { page } = seen
    await attention(page, /关联校验发现/).click()
    const reason = `两项目为相邻标段（合成）${Date.now()}`
    await page.getByRole('button', { name: '核查排除' }).first().click()
    await confirm(page, reason)
    await page.locator('.ant-message').getByText('已排除').waitFor()
    expectClicks({ zh: '排除一条核查发现', en: 'Clear a finding', role: 'operator' }, await seen.clicks())
    await page.goto(`${nodeOf('municipal').url}/console/checks?tab=findings&state=dismissed`)
    await page.getByRole('button', { name: '详情' }).first().click()
    await page.getByText(reason).waitFor()
    await expectSound(page)
    await page.setViewportSize({ width: 360, height: 740 })
    await expectSound(page)
  })

  it('say whether two records are one', async () => {
    const seen = await keep(signedIn('provincial', 'operator'))
    const { page } = seen
    await attention(page, /疑似重复/).click()
    await page.getByRole('button', { name: '详情' }).first().click()
    await page.locator('.differs').first().waitFor()
    await expectSound(page)
    await page.getByRole('button', { name: '不是同一条' }).click()
    await confirm(page, '两期工程（合成）')
    await page.locator('.ant-message').getByText('已判定').waitFor()
    expectClicks({ zh: '判定一对疑似重复', en: 'Decide about a likely duplicate', role: 'operator' }, await seen.clicks())
    const { items } = await asAdmin<{ items: { decided: { reason: string } }[] }>('provincial', 'GET', '/duplicates?state=different')
    expect(items[0]?.decided.reason).toBe('两期工程（合成）')
  })

  it('say which source counts for a field', async () => {
    const seen = await keep(signedIn('provincial', 'operator'))
    const { page } = seen
    await attention(page, /数据冲突/).click()
    await page.getByRole('button', { name: '详情' }).first().click()
    await page.locator('.sides li').nth(1).waitFor()
    await expectSound(page)
    await page
      .getByRole('button', { name: /以此为准/ })
      .first()
      .click()
    await confirm(page, '以省级企业库为准（合成）')
    await page.locator('.ant-message').getByText('已判定').waitFor()
    expectClicks({ zh: '判定一处数据冲突', en: 'Decide about a conflict of sources', role: 'operator' }, await seen.clicks())
    const { items } = await asAdmin<{ items: { settled: { reason: string } }[] }>('provincial', 'GET', '/conflicts?state=decided')
    expect(items[0]?.settled.reason).toBe('以省级企业库为准（合成）')
  })

  it('have an administrator say that an attachment was looked at which no program can read', async () => {
    const bytes = Buffer.from(`%PDF-1.4\n% 合成 ${Date.now()}\n%%EOF\n`)
    const digest = createHash('sha256').update(bytes).digest('hex')
    const put = await fetch(`${nodeOf('municipal').url}/v1/attachments/${digest}`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${demo?.participant.apiKey}`, 'content-type': 'application/pdf' },
      body: bytes,
    })
    expect(put.status).toBe(201)
    const seen = await keep(signedIn('municipal', 'administrator'))
    const { page } = seen
    await page.getByRole('navigation').getByRole('link', { name: '关联与核查' }).click()
    await page.getByRole('tab', { name: '附件筛查' }).click()
    const row = page.locator('.table tbody tr', { has: page.getByTitle(`sha-256:${digest}`) })
    await row.getByText('未能读取').waitFor()
    await expectSound(page)
    await row.getByRole('button', { name: '登记已核查' }).click()
    await confirm(page, '已看过，没有身份证号（合成）')
    await page.locator('.ant-message').getByText('已登记').waitFor()
    expectClicks({ zh: '登记附件已核查', en: 'Say that an attachment was looked at', role: 'administrator' }, await seen.clicks())
    await row.waitFor({ state: 'hidden' })
  })

  it('take down a number that changed, say which one is missing, and take it back where that was an error', async () => {
    const reason = `登记有误（合成）${Date.now()}`
    const some = Date.now() % 40
    const seen = await keep(signedIn('municipal', 'administrator'))
    const { page } = seen
    await page.getByRole('navigation').getByRole('link', { name: '关联与核查' }).click()
    await page.getByRole('tab', { name: '编号变更' }).click()
    await page.getByRole('button', { name: '登记编号变更' }).click()
    const begun = await seen.clicks()
    const dialog = page.getByRole('dialog')
    const side = (name: string) => dialog.getByRole('group', { name }).getByLabel('项目编号')
    await side('现编号').fill(`37010226090101${some + 50}`)
    await confirm(page, reason)
    await dialog.locator('.problem-line').waitFor() // the old number is missing, and nothing was sent
    expect(await side('原编号').getAttribute('aria-invalid')).toBe('true')
    await expectSound(page)
    await seen.clicks()
    await side('原编号').fill(`37010226090101${some + 10}`)
    await dialog.locator('.problem-line').waitFor({ state: 'detached' })
    await confirm(page, reason)
    await page.locator('.ant-message').getByText('已登记编号变更').waitFor()
    expectClicks({ zh: '登记编号变更', en: 'Note a changed number', role: 'administrator' }, begun + (await seen.clicks()))
    const row = page.locator('.table tbody tr', { hasText: reason })
    await row.getByText('改号').waitFor()
    await row.getByText(`37010226090101${some + 50}`).waitFor()
    await expectSound(page)
    await row.getByRole('button', { name: '撤销' }).click()
    await confirm(page, '演练（合成）')
    await row.getByText('已撤销').waitFor()
    const { items } = await asAdmin<{ items: { reason: string; undone: { reason: string } | null }[] }>('municipal', 'GET', '/successions')
    expect(items.find((one) => one.reason === reason)?.undone?.reason).toBe('演练（合成）')

    // From a record, on a phone: the record is the old number, and two may go into one.
    await page.setViewportSize({ width: 360, height: 740 })
    const { items: found } = await asAdmin<{ items: { recordId: string }[] }>('municipal', 'GET', '/records?library=project&limit=1')
    await page.goto(`${nodeOf('municipal').url}/console/records/${found[0]?.recordId}`)
    await page.getByRole('link', { name: '登记编号变更' }).click()
    await dialog.getByLabel('记录标识').waitFor()
    expect(await dialog.getByLabel('记录标识').inputValue()).toBe(found[0]?.recordId)
    await expectSound(page)
  })

  it('send a record up by decision, which a rule keeps here, and take the decision back', async () => {
    const { items } = await asAdmin<{ items: { recordId: string }[] }>(
      'provincial',
      'GET',
      '/links/000000/skips?reason=conduct-code-provincial',
    )
    const records = await Promise.all(items.map(({ recordId }) => asAdmin<InForce>('provincial', 'GET', `/records/${recordId}`)))
    const kept = records.find(({ inForce }) => inForce?.data['IsPublic'] === '1' && inForce.data['PublicEDate'] !== undefined)
    const number = kept?.inForce?.data['PunishNumber'] ?? 'none'
    const document = `示建函〔2026〕${Date.now() % 1_000_000}号（合成）`
    const seen = await keep(signedIn('provincial', 'administrator'))
    const { page } = seen
    await page.getByRole('navigation').getByRole('link', { name: '记录检索' }).click()
    await page.getByLabel('名称、编号或代码').fill(number)
    await page.getByLabel('名称、编号或代码').press('Enter')
    await page.locator('.table tbody tr', { hasText: number }).getByRole('link').first().click()
    await page.getByRole('button', { name: '决定上报' }).click()
    await page.getByLabel('决定文号').fill(document)
    await expectSound(page)
    await confirm(page, '情节严重，经研究上报（合成）')
    await page.locator('.ant-message').getByText('已决定上报').waitFor()
    expectClicks({ zh: '决定上报一条记录', en: 'Send a record up by decision', role: 'administrator' }, await seen.clicks())
    await page.getByText(document).waitFor()
    const recordId = new URL(page.url()).pathname.split('/').at(-1) as string
    const above = async () =>
      (await asAdmin<InForce>('national', 'GET', `/records/${recordId}`).catch(() => null))?.inForce?.data['PunishNumber']
    await expect.poll(above, { timeout: 60_000, interval: 250 }).toBe(number)
    await page.setViewportSize({ width: 360, height: 740 })
    await settled(page)
    await expectSound(page)
    await page.setViewportSize({ width: 1440, height: 900 })

    await page.goto(`${nodeOf('provincial').url}/console/checks?tab=sentUp`)
    const row = page.locator('.table tbody tr', { hasText: document })
    await row.getByText('有效').waitFor()
    await expectSound(page)
    await row.getByRole('button', { name: '撤销' }).click()
    await confirm(page, '复议后撤销（合成）')
    await row.getByText('已撤销').waitFor()
    const { items: told } = await asAdmin<{ items: { document: string; ended: { reason: string } | null }[] }>(
      'provincial',
      'GET',
      '/sent-up',
    )
    expect(told.find((one) => one.document === document)?.ended?.reason).toBe('复议后撤销（合成）')
  })

  it('show a clerk what waits, and nothing to decide', async () => {
    const { page } = await keep(signedIn('municipal', 'clerk', { width: 360, height: 740, mode: 'dark' }))
    await page.goto(`${nodeOf('municipal').url}/console/checks`)
    await page.locator('.card-row').first().waitFor()
    expect(await page.getByRole('tab').allInnerTexts()).toEqual(['待关联', '核查发现'])
    expect(await page.getByRole('button', { name: '延长期限' }).count()).toBe(0)
    await expectSound(page)
    await page.goto(`${nodeOf('municipal').url}/console/checks?tab=conflicts`)
    await page.getByText('没有此项权限').waitFor()
  })
})

describe.skipIf(demo === null)('the policy', () => {
  it('is shown with what it publishes and why, and one that cannot be used is refused with every mistake', async () => {
    const { page, complaints } = await keep(signedIn('municipal', 'administrator'))
    await page.getByRole('navigation').getByRole('link', { name: '现行策略' }).click()
    await page.getByRole('rowheader', { name: '只在公布期限内公布' }).waitFor()
    await expectSound(page)
    await page.getByRole('tab', { name: '上报条件' }).click()
    const national = page.locator('.panel', { has: page.getByRole('heading', { name: '上级为国家级时' }) })
    const rule = national.locator('tr', { hasText: 'national.data-level-d' })
    await rule.getByText('“数据等级” 为 D').waitFor()
    expect(await rule.innerText()).toContain('D 级由市场主体自报、未经审核')
    expect(await national.locator('tr', { hasText: '可由本级决定放行' }).count()).toBe(2)
    await expectSound(page)
    await page.getByRole('tab', { name: '关联要求' }).click()
    const design = page.locator('tr', { hasText: '施工图审查' }).first()
    await design.getByText('等待 30 天，到期退回').waitFor()
    await page.getByRole('rowheader', { name: '项目负责人同时负责两个工程' }).waitFor()
    expect(await page.locator('tr', { has: page.getByRole('rowheader', { name: '等待期限' }) }).innerText()).toContain('为项目裁定')
    await expectSound(page)
    await page.getByRole('tab', { name: '数据来源' }).click()
    await page.getByRole('row', { name: /企业库.*录入于国家级节点.*400.*层级次序为推定/ }).waitFor()
    await page.getByRole('tab', { name: '报送限制' }).click()
    await page.getByRole('row', { name: /锁定的记录.*“数据来源” 为 3.*转更正程序/ }).waitFor()
    expect(await page.getByRole('row', { name: /^自报的数据等级/ }).innerText()).toContain('市级节点最高可报 B')
    await page.getByText('市级： 本节点').waitFor()
    await expectSound(page)
    await page.setViewportSize({ width: 360, height: 740 })
    await expectSound(page)
    const { document, publication } = await asAdmin<{ document: { version: number }; publication: object }>('municipal', 'GET', '/policy')
    const wrong = { ...document, version: document.version + 1, publication: { ...publication, searched: ['TBNothing'], wholeName: [] } }
    await page.setInputFiles('input[type=file]', {
      name: '策略（合成）.json',
      mimeType: 'application/json',
      buffer: Buffer.from(JSON.stringify(wrong)),
    })
    await page.getByRole('dialog').getByRole('button', { name: '装载' }).click()
    await page.getByRole('dialog').getByText('no such table: TBNothing').waitFor()
    complaints.splice(0, complaints.length, ...complaints.filter((text) => !text.includes('status of 400')))
  })
})

interface InForce {
  readonly inForce: { readonly data: Readonly<Record<string, string>> } | null
}
