import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { afterAll, describe, expect, it } from 'vitest'
import { asAdmin, axeFindings, closeBrowser, demo, nodeOf, overflowOf, signedIn } from './browser.ts'
import { expectClicks } from '@huijiao/testing'

afterAll(closeBrowser)

const samples = new URL('../../../schemas/2018/valid/', import.meta.url)
const sample = (code: string) => JSON.parse(readFileSync(new URL(`${code}.full.json`, samples), 'utf8')) as Record<string, string>
const day = (offset: number) => new Date(Date.now() + offset * 86_400_000 + 8 * 3_600_000).toISOString().slice(0, 10)

/** A report that nothing is wrong with but what the person still has to write; of a decision that is not in the sample. */
function begun(): Record<string, unknown> {
  const { PunishMoney: _fine, AuditUserName: _head, ...conduct } = sample('TBCorpBadCreditInfo')
  return {
    ...conduct,
    ...sample('TBCorpBasicInfo'),
    ...sample('BadConductReportForm2007'),
    CorpName: '示例报告建设有限公司（合成）',
    HappenDate: day(-20),
    PunishDate: day(-10),
    PunishEDate: day(20),
    CreateDate: day(-1),
    AuditDate: day(-1),
    PublicBDate: day(-1),
    PublicEDate: day(180),
    IsPublic: '1',
    AuditUserName: '李示例',
  }
}

/** Keeps a draft as the page would, with the session of the page. */
async function keepDraft(page: Page, title: string): Promise<void> {
  const kept = await page.evaluate(
    async ([name, data]) => {
      const { csrf } = (await (await fetch('/admin/v1/session')).json()) as { csrf: string }
      const answer = await fetch('/admin/v1/drafts', {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-csrf-token': csrf },
        body: JSON.stringify({ release: '2018', entity: 'BadConductReportForm2007', title: name, content: { data } }),
      })
      return answer.status
    },
    [title, begun()] as const,
  )
  expect(kept).toBe(201)
}

describe.skipIf(demo === null)('the report of bad conduct', () => {
  it('makes the records of the company, its conduct and a person’s, with the decision attached, and they arrive at the nation', async () => {
    const { page, complaints, clicks } = await signedIn('municipal', 'clerk')
    const number = `示罚字〔2026〕${Date.now() % 1_000_000}号`
    await keepDraft(page, number)
    await clicks()
    await page.getByRole('navigation').getByRole('link', { name: '在线录入' }).click()
    await page.getByRole('link', { name: number }).click()
    const field = (code: string) => page.locator(`[id$="-${code}"]`)
    await field('PunishNumber').first().fill(number)
    await field('unit').fill('示例市住房和城乡建设局（合成）')
    await field('name').fill('王示例')

    // The decision: digested in the page as everywhere, named by what it is.
    const bytes = Buffer.from(`%PDF-1.4\\n% ${number}（合成）\\n%%EOF\\n`)
    await page.setInputFiles('input[type=file]', { name: '处罚决定书（合成）.pdf', mimeType: 'application/pdf', buffer: bytes })
    const digest = createHash('sha256').update(bytes).digest('hex')
    await page.getByTitle(`sha-256:${digest}`).waitFor()

    // A person, by keyboard: what is left empty is as for the company.
    await page.getByRole('button', { name: '添加人员' }).click()
    const person = page.locator('.person')
    const own = (code: string) => person.locator(`[id$="-${code}"]`)
    await own('PersonName').fill('王示例')
    for (const [code, value] of [
      ['IDCardTypeNum', '1'],
      ['SpecialtyTypNum', '1'],
    ] as const) {
      await own(code).focus()
      await page.keyboard.type(value)
      await page.keyboard.press('Enter')
    }
    await own('IDCard18').fill('370102189001010010')
    expect([await overflowOf(page), await axeFindings(page)]).toEqual([0, []])
    await page.getByRole('button', { name: '报送', exact: true }).click()
    await page.getByRole('heading', { name: '报送结果' }).waitFor()
    expectClicks({ zh: '报告一起不良行为（接着草稿填）', en: 'Report bad conduct, from a draft', role: 'clerk' }, await clicks())
    await expect.poll(() => page.locator('.card-row .tag').allInnerTexts()).toHaveLength(3)
    expect(complaints).toEqual([])

    await page.getByRole('link', { name: '查看批次与回执' }).click()
    await page.getByRole('heading', { level: 1 }).waitFor()
    const id = new URL(page.url()).pathname.split('/').at(-1) as string
    const { records } = await asAdmin<{ records: { entity: string; recordId: string; outcome: string }[] }>(
      'municipal',
      'GET',
      `/submissions/${id}/receipt`,
    )
    expect(records.map(({ entity, outcome }) => [entity, outcome])).toEqual([
      ['TBCorpBasicInfo', expect.stringMatching(/^(accepted|unchanged)$/)],
      ['TBCorpBadCreditInfo', 'accepted'],
      ['TBRegPersonBadCreditInfo', 'accepted'],
    ])
    // The page asks by itself, and shows what the nation answered; the records have one id at every tier.
    await page.getByRole('tab', { name: '本级与上级' }).click()
    await page.locator('.levels li', { hasText: '全国 000000' }).first().waitFor({ timeout: 90_000 })
    for (const { entity, recordId } of records) {
      const { inForce } = await asAdmin<AtNation>('national', 'GET', `/records/${recordId}`)
      expect([entity, inForce?.data['CorpName']]).toEqual([entity, '示例报告建设有限公司（合成）'])
      if (entity !== 'TBCorpBasicInfo') expect(inForce?.data['PunishNumber']).toBe(number)
    }

    // Whoever opens the record sees what was attached to it.
    await page.goto(`${nodeOf('municipal').url}/console/records/${records[2]?.recordId}`)
    await page.getByTitle(`sha-256:${digest}`).waitFor()
    expect([await overflowOf(page), await axeFindings(page), complaints]).toEqual([0, [], []])
    await page.context().close()
  })
})

interface AtNation {
  readonly inForce: { readonly data: Readonly<Record<string, unknown>> } | null
}
