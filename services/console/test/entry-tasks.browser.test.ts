import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { asAdmin, axeFindings, demo, keepPages, type Look, nodeOf, overflowOf, signedIn } from './browser.ts'
import { expectClicks } from '@huijiao/testing'

/** Long enough for a busy machine. */
const patience = { timeout: 60_000 }
const keep = keepPages()

const faulty = fileURLToPath(new URL('../../../packages/testing/sample/bad.xlsx', import.meta.url))
const go = (page: Page, path: string) => page.goto(`${nodeOf('municipal').url}/console${path}`)
const field = (page: Page, code: string) => page.locator(`[id$="-${code}"]`)

/** What a look at any state of a page must find: nothing wider than the window, nothing that axe objects to. */
async function expectSound(page: Page): Promise<void> {
  expect([await overflowOf(page), await axeFindings(page)]).toEqual([0, []])
}

async function chooseFaulty(page: Page): Promise<void> {
  await page.setInputFiles('input[type=file]', faulty)
  await field(page, 'unit').fill('示例市住房和城乡建设局（合成）')
  await field(page, 'name').fill('王示例')
}

/** The person who looks sees how many records there are of an outcome. */
const figure = (page: Page, name: string) => page.locator('.count-figures').last().locator('.figure', { hasText: name }).locator('dd')

interface Status {
  readonly outcome: string
  readonly counts: Record<string, number>
  readonly above: readonly { readonly further: readonly { readonly upstream: string; readonly counts: Record<string, number> }[] }[]
}

describe.skipIf(demo === null)('a clerk with a faulty workbook', () => {
  it('learns what is wrong before anything is stored, mends it in place, sends it, and sees it arrive at the nation', async () => {
    const { page } = await keep(signedIn('municipal', 'clerk'))
    await page.getByRole('navigation').getByRole('link', { name: '上传文件' }).click()
    await chooseFaulty(page)
    const before = await asAdmin<{ items: { id: string }[] }>('municipal', 'GET', '/submissions?limit=1')
    await page.getByRole('button', { name: '先检查' }).click()
    await page.locator('.mend').first().waitFor()
    await page.getByText('仅检查，尚未写入任何数据').waitFor()
    expect(Number(await figure(page, '退回').innerText())).toBe(28)
    const after = await asAdmin<{ items: { id: string }[] }>('municipal', 'GET', '/submissions?limit=1')
    expect(after.items[0]?.id).toBe(before.items[0]?.id)

    // Understand: a kind of problem opens to what it means, why it matters and its own page.
    const merged = page.locator('details', { hasText: '单元格被合并' })
    await merged.locator('summary').click()
    expect(await merged.innerText()).toContain('合并只是显示效果，不能推定其余各行的值相同。')
    expect(await merged.getByRole('link', { name: '详细说明' }).getAttribute('href')).toMatch(/^\/problems\//)
    const file = page.waitForEvent('download')
    await page.getByRole('button', { name: '下载标注了问题的 Excel' }).click()
    const saved = readFileSync((await (await file).path()) as string)
    expect(saved.subarray(0, 2).toString()).toBe('PK')
    await expectSound(page)

    // Mend: what can be computed by one click, the rest by hand.
    const readyNow = () => page.locator('.mend .tag.good').count()
    expect(await readyNow()).toBe(0)
    await page.getByRole('button', { name: '全部按建议修改' }).click()
    await expect.poll(readyNow, patience).toBeGreaterThan(5)
    const computed = await readyNow()
    const missing = page.locator('.mend tr', { hasText: 'BAD-field-missing' })
    await missing.getByRole('textbox', { name: /^项目名称/ }).fill('示例市中心区改正小区（合成）')
    await missing.getByText('可报送').waitFor()
    expect(await readyNow()).toBe(computed + 1)
    await expectSound(page)

    await page.getByRole('button', { name: '正式报送' }).click()
    await page.getByRole('heading', { name: '已报送' }).waitFor()
    await page.locator('.sent').nth(1).waitFor()
    const links = page.locator('.sent a')
    expect(await links.count()).toBe(2)
    const mended = new URL((await links.nth(1).getAttribute('href')) ?? '', 'http://x').pathname.split('/').at(-1) as string
    await links.nth(1).click()

    // Arrive: the page asks by itself, and shows what the nation answered.
    await page.getByRole('tab', { name: '本级与上级' }).click()
    await page.locator('.levels li', { hasText: '全国 000000' }).first().waitFor({ timeout: 90_000 })
    const status = await asAdmin<Status>('municipal', 'GET', `/submissions/${mended}`)
    expect(status.counts['refused']).toBe(0)
    expect(status.above.flatMap((one) => one.further).some((one) => one.upstream === '000000' && (one.counts['accepted'] ?? 0) > 0)).toBe(
      true,
    )
    await expectSound(page)

    // Believe: the receipt's signature is checked by the page.
    await page.getByRole('tab', { name: '回执' }).click()
    await page.getByRole('button', { name: '在本页验签' }).click()
    await page.getByText('签名有效').waitFor()
    await expectSound(page)
  })

  it('needs four clicks where the page knows already who answers for it: what is chosen is judged at once', async () => {
    const seen = await keep(signedIn('municipal', 'clerk'))
    const { page } = seen
    await page.evaluate(async () => {
      const { operator } = (await (await fetch('/admin/v1/session')).json()) as { operator: { operatorId: string } }
      const known = { unit: '示例市住房和城乡建设局（合成）', name: '王示例' }
      localStorage.setItem(`huijiao-responsible-${operator.operatorId}`, JSON.stringify(known))
    })
    await page.getByRole('navigation').getByRole('link', { name: '上传文件' }).click()
    const chooser = page.waitForEvent('filechooser')
    await page.locator('.ant-upload-drag').click()
    await (await chooser).setFiles(faulty)
    await page.getByRole('button', { name: '全部按建议修改' }).click()
    await page.getByRole('button', { name: '正式报送' }).click()
    await page.getByRole('heading', { name: '已报送' }).waitFor()
    expectClicks(
      { zh: '上传文件、按建议改正并报送', en: 'Upload a file, mend it as proposed and send it', role: 'clerk' },
      await seen.clicks(),
    )
  })

  const looks: readonly (Look & { readonly name: string })[] = [
    { name: 'on a phone, in English, in the dark', width: 390, height: 844, language: 'en', mode: 'dark' },
  ]
  it.each(looks)('does so $name', async (look) => {
    const { page } = await keep(signedIn('municipal', 'clerk', look))
    await go(page, '/upload')
    await chooseFaulty(page)
    await page.getByRole('button', { name: 'Check first' }).click()
    await page.locator('.mend').first().waitFor()
    await expectSound(page)
    await page.getByRole('button', { name: 'Take all proposals' }).click()
    await expect.poll(() => page.locator('.mend .tag.good').count(), patience).toBeGreaterThan(5)
    await expectSound(page)
  })
})

/** A project that nothing is wrong with, of the clerk's own city. */
async function fillProject(page: Page, number: string): Promise<void> {
  const text: Readonly<Record<string, string>> = {
    PrjNum: number,
    PrjName: '示例录入花园（合成）',
    Address: '示例路 1 号（合成）',
    PrjApprovalDepart: '示例市发展和改革委员会（合成）',
    BuildCorpName: '示例置业有限公司（合成）',
    AllInvest: '18600.5',
    CheckDepartName: '示例市住房和城乡建设局（合成）',
    CheckPersonName: '李示例',
  }
  for (const [code, value] of Object.entries(text)) await field(page, code).fill(value)
  const pick = async (code: string, words: string) => {
    await field(page, code).click()
    await field(page, code).fill(words)
    const shown = page.locator('.ant-select-dropdown:not(.ant-select-dropdown-hidden) .ant-select-item-option')
    await shown
      .filter({ hasText: new RegExp(`^${words}( |$)`) })
      .first()
      .click()
  }
  for (const [code, words] of [
    ['PrjTypeNum', '01'],
    ['InvPropertyNum', '103'],
    ['PrjPropertyNum', '001'],
    ['PrjFunctionNum', '100'],
    ['IsMajor', '0'],
    ['DataSource', '1'],
    ['DataLevel', 'C'],
  ] as const)
    await pick(code, words)
  const region = async (code: string, name: string) => {
    await field(page, code).click()
    await field(page, code).fill(name)
    // The list may open past the edge of the window, where only the wheel or the keyboard would bring it.
    await page.locator('.ant-cascader-dropdown:not(.ant-select-dropdown-hidden) .ant-cascader-menu-item').first().dispatchEvent('click')
  }
  await region('ProvinceNum', '山东省')
  await region('CityNum', '济南市')
  await region('CountyNum', '历下区')
  await field(page, 'PrjApprovalDate').fill('2024-08-01')
  await field(page, 'PrjApprovalDate').press('Enter')
}

describe.skipIf(demo === null)('a form', () => {
  it('tells a mistaken check digit while it is typed, offers the right one, keeps a draft, and sends what is sound', async () => {
    const { page } = await keep(signedIn('municipal', 'clerk'))
    await page.getByRole('navigation').getByRole('link', { name: '在线录入' }).click()
    await page.getByRole('link', { name: /^工程项目基本信息/ }).click()
    await field(page, 'PrjNum').waitFor()
    await fillProject(page, '3701022408010197')
    await field(page, 'BuildCorpCode').fill('91370199MA00DEM14X')
    await page.getByText('统一社会信用代码校验不符').first().waitFor()
    expect(await field(page, 'BuildCorpCode').getAttribute('aria-invalid')).toBe('true')
    await expectSound(page)

    await page.getByRole('button', { name: '保存草稿' }).click()
    await page.getByText('草稿已保存').first().waitFor()
    await page.getByRole('navigation').getByRole('link', { name: '在线录入' }).click()
    await page.getByRole('link', { name: '示例录入花园（合成）' }).first().click() // the last saved
    await expect.poll(() => field(page, 'BuildCorpCode').inputValue(), patience).toBe('91370199MA00DEM14X')

    await field(page, 'unit').fill('示例市住房和城乡建设局（合成）')
    await field(page, 'name').fill('王示例')
    await page.getByRole('button', { name: '报送', exact: true }).click()
    await page.getByText('有 1 处需要修改').waitFor()
    await page.getByRole('button', { name: '改为 91370199MA00DEM14Q' }).click()
    await page.getByRole('button', { name: '报送', exact: true }).click()
    await page.getByRole('heading', { name: '报送结果' }).waitFor()
    await page.getByText('已入库').first().waitFor()
    await expectSound(page)

    // The record says who entered it, and can be copied.
    await page.getByRole('link', { name: '查看批次与回执' }).click()
    const id = new URL(page.url()).pathname.split('/').at(-1) as string
    const { records } = await asAdmin<{ records: { recordId: string }[] }>('municipal', 'GET', `/submissions/${id}/receipt`)
    const { versions } = await asAdmin<{ versions: { enteredBy: string }[] }>(
      'municipal',
      'GET',
      `/records/${records[0]?.recordId}/versions`,
    )
    expect(versions[0]?.enteredBy).toMatch(/^operator:o-/)
    await go(page, `/entry/TBProjectInfo?copy=${records[0]?.recordId}`)
    await expect.poll(() => field(page, 'PrjNum').inputValue(), patience).toBe('3701022408010197')
  })

  it('is filled and sent without the mouse but for three clicks', async () => {
    const seen = await keep(signedIn('municipal', 'clerk'))
    const { page } = seen
    await page.getByRole('navigation').getByRole('link', { name: '在线录入' }).click()
    await page.getByRole('link', { name: /CorpSafetyPermit/ }).click()
    await field(page, 'SafetyCerID').waitFor()
    const text = {
      CorpName: '示例建设有限公司（合成）',
      CorpCode: '91370199MA00DEM14Q',
      SafetyCerID: `（鲁）JZ安许证字〔2026〕${Date.now() % 1_000_000}（合成）`,
      OrganName: '示例省住房和城乡建设厅（合成）',
      unit: '示例市住房和城乡建设局（合成）',
      name: '王示例',
    }
    for (const [code, value] of Object.entries(text)) await field(page, code).fill(value)
    for (const [code, value] of [
      ['OrganDate', '2026-09-01'],
      ['EndDate', '2029-09-01'],
      ['IsValid', '1'],
    ] as const) {
      await field(page, code).focus()
      await page.keyboard.type(value)
      await page.keyboard.press('Enter')
    }
    await page.getByRole('button', { name: '报送', exact: true }).click()
    await page.getByRole('heading', { name: '报送结果' }).waitFor()
    await page.getByText('已入库').first().waitFor()
    expectClicks({ zh: '填一张表并报送', en: 'Fill a form and send it', role: 'clerk' }, await seen.clicks())
  })

  it('of bad conduct, on a phone, asks for what both records need', async () => {
    const { page } = await keep(signedIn('municipal', 'clerk', { width: 390, height: 844 }))
    await go(page, '/entry/conduct-report')
    await page.getByText('字段为推定，非官方附件。').waitFor()
    await field(page, 'CorpName').fill('示例建设有限公司（合成）')
    await page.getByRole('button', { name: '添加人员' }).click()
    await page.getByRole('button', { name: '检查', exact: true }).click()
    const asked = () => page.locator('.notice.bad').innerText()
    await expect.poll(asked, patience).toContain('人员 1 · 证件号码') // of the person only
    expect(await asked()).toContain('成立日期') // of the company only
    expect(await asked()).toContain('处罚决定文号') // of the conduct, and of the person's
    await page.getByRole('checkbox', { name: /企业基本信息/ }).click()
    await expect.poll(asked, patience).not.toContain('成立日期')
    await expectSound(page)
  })

  it('is nothing for a viewer', async () => {
    const { page } = await keep(signedIn('municipal', 'viewer'))
    await go(page, '/entry/TBProjectInfo')
    await page.getByText('没有此项权限').waitFor()
    expect(await page.getByRole('navigation').getByRole('link', { name: '上传文件' }).count()).toBe(0)
  })
})

describe.skipIf(demo === null)('the standard', () => {
  it('is found by words, told with its provenance, and compared between two releases', async () => {
    const { page } = await keep(signedIn('municipal', 'viewer', { language: 'en' }))
    await go(page, '/standard')
    await page.getByLabel('Find').fill('不良行为信息填报表')
    await page.getByRole('button', { name: /BadConductReportForm2007/ }).click()
    await page.getByRole('heading', { name: /BadConductReportForm2007/ }).waitFor()
    expect(await page.locator('.provenance').count()).toBeGreaterThan(30)
    await page.getByRole('tab', { name: 'Tables' }).press('End')
    await page.getByRole('heading', { name: /^Differences: \d+$/ }).waitFor()
    await page.locator('details', { hasText: 'TBProjectInfo' }).first().locator('summary').click()
    await expectSound(page)
    const template = await fetch(`${nodeOf('municipal').url}/v1/standards/2018/templates/TBProjectInfo.xlsx`)
    expect([template.status, (await template.arrayBuffer()).byteLength > 5000]).toEqual([200, true])
  })
})
