import { type ReleaseDocument, releaseDocument, releases } from '@huijiao/standard'
import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { expectClicks } from '@huijiao/testing'
import { type Account, expectSound, openSignedIn, type Seen, startChromium } from './console-page.ts'
import {
  admin,
  boot,
  call,
  copyOf,
  dbOf,
  enrolBelow,
  enrolSystem,
  eventually,
  held,
  lineTo,
  type Machine,
  newDataDir,
  newMachine,
  push,
  removeMachines,
  save,
} from './machines.ts'

const nav = (page: Page, name: string) => page.getByRole('navigation').getByRole('link', { name, exact: true })
const dialogOk = (page: Page) => page.getByRole('dialog').locator('.ant-modal-footer .ant-btn-primary')
const attention = (page: Page, words: RegExp) => page.locator('.attention').getByRole('link', { name: words })
const phone = { width: 360, height: 740 }

let nation: Machine
let city: Machine
let vendor: { authorization: string }
let chrome: Browser
const accounts = new Map<Machine, Account>()
const opened: Seen[] = []
const signedIn = async (machine: Machine): Promise<Seen> => {
  const seen = await openSignedIn(chrome, accounts.get(machine) as Account)
  opened.push(seen)
  return seen
}

/** An administrator of a machine, whose password need not be changed. */
async function enrolAdministrator(machine: Machine): Promise<void> {
  const account = { userName: 'guanli-shili', password: 'lanzhou-Kite-9-harbour' }
  const body = {
    ...account,
    displayName: '示例管理员（合成）',
    role: 'administrator',
    regions: [machine.region],
    mustChangePassword: false,
  }
  expect((await call(machine, 'POST', '/admin/v1/operators', admin, body)).status).toBe(201)
  accounts.set(machine, { url: machine.url, ...account })
}

beforeAll(async () => {
  chrome = await startChromium()
  nation = await newMachine('000000', 'national')
  city = await newMachine('370100', 'municipal', nation)
  for (const machine of [nation, city]) await boot(machine, { env: { HUIJIAO_STANDARD_NOTICE_MS: '3000' } })
  await enrolBelow(nation, city)
  vendor = await enrolSystem(city, 'p-vendor')
  for (const machine of [nation, city]) await enrolAdministrator(machine)
  const { recordIds } = await push(city, vendor, [1, 2])
  await eventually(async () => expect(await held(nation)).toEqual(recordIds.toSorted()))
})
afterEach(async () => {
  const complaints = opened.flatMap((seen) => seen.complaints)
  for (const { page } of opened.splice(0)) await page.context().close()
  expect(complaints).toEqual([])
})
afterAll(async () => {
  await chrome?.close()
  await removeMachines([city, nation])
})

/** The national release of 2018 in another revision, which has every project tell its area. */
function revised(revision: number, more: Partial<ReleaseDocument> = {}): ReleaseDocument {
  const document = releaseDocument(releases.get('2018')!)
  const entities = document.entities.map((entity) =>
    entity.code !== 'TBProjectInfo'
      ? entity
      : { ...entity, fields: entity.fields.map((field) => (field.code === 'AllArea' ? { ...field, mandatory: true } : field)) },
  )
  return { ...document, revision, effectiveFrom: '2099-01-01T00:00:00+08:00', entities, ...more }
}
const fileOf = (document: object) => ({
  name: '2018-修订（合成）.json',
  mimeType: 'application/json',
  buffer: Buffer.from(JSON.stringify(document)),
})

describe('an administrator of a node', () => {
  it('sees both sides of a version of which the upstream holds another content, and closes the case', async () => {
    const { commitment, record_id } = await dbOf(nation)
      .selectFrom('version')
      .select(['commitment', 'record_id'])
      .orderBy('ordinal')
      .limit(1)
      .executeTakeFirstOrThrow()
    const set = (value: Buffer) =>
      dbOf(nation).updateTable('version').set({ commitment: value }).where('record_id', '=', record_id).execute()
    await set(Buffer.alloc(32, 7))
    await call(city, 'POST', '/admin/v1/links/000000/reconcile', admin)
    const path = '/admin/v1/reconcile/cases'
    await eventually(async () => expect((await call(city, 'GET', path, admin)).json['items']).toHaveLength(1))
    const seen = await signedIn(city)
    const { page } = seen
    await attention(page, /对账异议/).click()
    const row = page.locator('.table > tbody > tr').first()
    await row.getByRole('button', { name: '结案' }).click()
    await page.getByLabel('原因').fill('已与上级核对：上级数据库受损，以本级为准（合成）')
    await dialogOk(page).click()
    await page.locator('.ant-message').getByText('已结案').waitFor()
    expectClicks({ zh: '对账异议结案', en: 'Close a reconciliation case', role: 'administrator' }, await seen.clicks())
    await page.goto(`${city.url}/console/checks?tab=cases&state=settled`)
    await row.getByRole('button', { name: '详情' }).click()
    const [here, there] = [page.locator('.sides li').first(), page.locator('.sides li').nth(1)]
    await here.getByText(`sha-256:${commitment.toString('hex')}`).waitFor()
    await there.getByText(`sha-256:${'07'.repeat(32)}`).waitFor()
    await page.locator('.expansion').getByText('示例').first().waitFor() // what is here, field by field
    await page.setViewportSize(phone)
    await expectSound(page)
    expect((await call(city, 'GET', `${path}?state=settled`, admin)).json['items'][0].settled).toMatchObject({
      reason: '已与上级核对：上级数据库受损，以本级为准（合成）',
    })
    await set(commitment)
  })

  it('replaces a dictionary by an official file, and sees every fault, every change, and that it counts', async () => {
    const seen = await signedIn(city)
    const { page, complaints } = seen
    const choose = async (rows: readonly string[], name = 'TBTENDERTYPEDIC-2018.csv') => {
      const chooser = page.waitForEvent('filechooser')
      await page.locator('.ant-upload-drag').click()
      await (
        await chooser
      ).setFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(`\uFEFF代码,名称,英文名称,备注\r\n${rows.join('\r\n')}\r\n`) })
    }
    const note = '2014 and 2018'
    const rows = [
      `001,公开招标,Open tender,${note}`,
      `002,邀请招标（合成）,Invited tender,${note}`,
      `003,直接委托,Direct award,${note}`,
      '098,示例方式（合成）',
    ]
    await nav(page, '标准管理').click()
    await page.getByRole('button', { name: '替换字典…' }).click()
    await page.getByText('选择后可下载现行内容').waitFor()
    await expectSound(page)
    // Called after its dictionary, as the template is.
    await choose(rows)
    const figure = (name: string) => page.locator('.figure', { hasText: name }).locator('.value')
    await figure('新增').waitFor()
    expect([await figure('新增').innerText(), await figure('变更').innerText(), await figure('停用').innerText()]).toEqual(['1', '1', '1'])
    expect(await page.locator('.table tr', { hasText: '002' }).locator('ins').innerText()).toBe('邀请招标（合成）')
    await page.getByLabel('文件名称').fill('招标方式代码表（合成）')
    await page.getByRole('button', { name: '确认替换' }).click()
    await page.getByRole('heading', { name: /已成为 2018 r\d/ }).waitFor()
    expectClicks({ zh: '以官方文件替换字典', en: 'Replace a dictionary by an official file', role: 'administrator' }, await seen.clicks())
    await page.setViewportSize(phone)
    await expectSound(page)
    await page.getByText('正在使用：新报送的数据按新字典检查').waitFor({ timeout: 60_000 })
    const { codes, source } = (await call(city, 'GET', '/v1/dictionaries/2018/TBTENDERTYPEDIC', {})).json
    expect(source.title).toBe('招标方式代码表（合成）')
    expect(codes.map((one: { code: string }) => one.code)).toEqual(['001', '002', '003', '098', '099'])

    // What is wrong with a file is told in full, and nothing is stored.
    await page.goto(`${city.url}/console/standards/dictionary?release=2018&dictionary=TBTENDERTYPEDIC`)
    await choose(['1,公开招标', '097,', '097,甲'], '错误（合成）.csv')
    await page.getByRole('heading', { name: '文件有 3 处问题' }).waitFor()
    expect(await page.locator('.finding-list').innerText()).toMatch(/第 2 行：.*前导零[^]*第 3 行：缺少名称[^]*第 4 行：.*重复/)
    complaints.splice(0, complaints.length, ...complaints.filter((text) => !text.includes('status of 422')))
    await page.evaluate('scrollTo(0, 0)') // what lies half under the bar at the top is no target
    await expectSound(page)
    await page.setViewportSize({ width: 1440, height: 900 })
    await expectSound(page)
    expect(await page.getByRole('button', { name: '确认替换' }).count()).toBe(0)
  })

  it('loads a release, sees what it would refuse, takes it back, and has it count from an instant', async () => {
    await city.running?.stop() // what the nation publishes is not its matter here
    const seen = await signedIn(nation)
    const { page, complaints } = seen
    await nav(page, '标准管理').click()
    const choose = async (document: object) => {
      const chooser = page.waitForEvent('filechooser')
      await page.getByRole('button', { name: '装载标准文件…' }).click()
      await (await chooser).setFiles(fileOf(document))
    }
    await choose(revised(2))
    await page.getByRole('dialog').getByText('2018 r2').waitFor()
    await dialogOk(page).click()
    await page.locator('.ant-message').getByText('已装载，自 2099-01-01 00:00 起使用').waitFor()
    expectClicks({ zh: '装载数据标准', en: 'Load a release of the standard', role: 'administrator' }, await seen.clicks())

    const row = page.locator('.table > tbody > tr', { hasText: '2018 r2' }).first()
    await row.getByText('待生效').waitFor()
    await row.getByRole('button', { name: /撤销安排/ }).click()
    await page.getByLabel('原因').fill('各市尚未准备好（合成）')
    await page.getByRole('dialog').locator('.ant-modal-footer .ant-btn-dangerous').click()
    await row.getByText('已保存，未使用').waitFor()
    await seen.clicks()
    await row.getByRole('button', { name: /启用/ }).click()
    const from = page.getByLabel('生效时间（北京时间）')
    await from.fill('2098-07-01 00:00')
    await from.press('Tab')
    await page.getByLabel('原因').fill('与各市商定（合成）')
    await dialogOk(page).click()
    await row.getByText('2098-07-01 00:00').waitFor()
    // And one click from the overview.
    expectClicks(
      { zh: '安排一份修订的启用时间', en: 'Have a revision count from an instant', role: 'administrator' },
      1 + (await seen.clicks()),
    )
    const { items } = (await call(nation, 'GET', '/admin/v1/standards', admin)).json
    expect(items.find((one: { revision: number }) => one.revision === 2)).toMatchObject({
      state: 'scheduled',
      effectiveFrom: '2098-06-30T16:00:00.000Z',
    })

    await row.getByRole('button', { name: /试运行/ }).click()
    await dialogOk(page).click()
    await page.getByRole('heading', { level: 1, name: /2018 r2/ }).waitFor()
    expectClicks({ zh: '以一份修订试运行', en: 'Run a revision in the shadow', role: 'administrator' }, 1 + (await seen.clicks()))
    const refusedFigure = page.locator('.figure', { hasText: '会退回' }).locator('.value')
    await eventually(async () => expect(await refusedFigure.innerText()).toBe('2'))
    await page.locator('tr', { hasText: 'field-missing' }).getByRole('button', { name: '详情' }).click()
    expect(await page.locator('.expansion a[href*="/records/r_"]').count()).toBe(2)
    await page.setViewportSize(phone)
    await expectSound(page)
    await page.setViewportSize({ width: 1440, height: 900 })

    await page.getByRole('link', { name: '← 返回标准管理' }).click()
    await choose({ ...revised(3), entities: 'none' })
    await dialogOk(page).click()
    await page.getByRole('dialog').locator('.finding-list li').first().waitFor()
    complaints.splice(0, complaints.length, ...complaints.filter((text) => !text.includes('status of 422')))
    await page.getByRole('dialog').getByRole('button', { name: '取消' }).click()
    await page.getByRole('heading', { name: '未予装载' }).waitFor()
  })

  it('is told what follows before the node goes on without what the upstream holds of it', async () => {
    await city.running?.stop()
    const saved = await save(city)
    await boot(city)
    const { recordIds } = await push(city, vendor, [3])
    await eventually(async () => expect(await held(nation)).toContain(recordIds[0]))
    await city.running?.stop()
    await nation.running?.stop()
    city.database = saved.database // an older backup, and nobody above to ask
    await boot(city)
    const seen = await signedIn(city)
    const { page } = seen
    await attention(page, /取回/).click()
    await page.getByRole('button', { name: '不再等待，继续运行' }).click()
    await page.getByRole('dialog').getByText('不能撤回').waitFor()
    await page.setViewportSize(phone)
    await expectSound(page)
    await page.getByRole('dialog').locator('.ant-modal-footer .ant-btn-dangerous').click()
    await page.getByText('已决定不再等待').waitFor()
    expectClicks(
      { zh: '恢复后不再等待上级归还', en: 'Go on after a restore without what is above', role: 'administrator' },
      await seen.clicks(),
    )
    expect((await call(city, 'GET', '/admin/v1/epochs', admin)).json).toMatchObject({ healing: false, begun: [{ healing: 'left' }] })
    expect((await push(city, vendor, [4])).receipt['outcome']).toBe('accepted')
  })

  it('says how many numbers are left out when the node came back without the data directory that it had', async () => {
    await city.running?.stop()
    const before = city.dataDir
    city.dataDir = await newDataDir()
    await cp(join(before, 'secrets'), join(city.dataDir, 'secrets'), { recursive: true })
    await boot(city)
    const seen = await signedIn(city)
    const { page } = seen
    await attention(page, /跳过多少个编号/).click()
    await page.getByLabel('每个序列跳过').fill('20')
    await page.getByRole('button', { name: '跳过并恢复发放' }).click()
    await page.getByRole('dialog').getByText('不再发放').waitFor()
    await page.setViewportSize(phone)
    await expectSound(page)
    await page.getByRole('dialog').locator('.ant-modal-footer .ant-btn-dangerous').click()
    await page.getByText('已跳过，恢复发放编号').waitFor()
    expectClicks(
      { zh: '恢复后决定跳过多少个编号', en: 'Decide after a restore how many numbers are left out', role: 'administrator' },
      await seen.clicks(),
    )
    expect((await call(city, 'GET', '/admin/v1/epochs', admin)).json['numbers']).toBeNull()
  })

  it('takes over for a node whose name a copy has taken', async () => {
    const above = await newMachine('000000', 'national')
    const line = await lineTo(above.port)
    const below = await newMachine('370100', 'municipal', { ...above, url: line.url })
    for (const machine of [above, below]) await boot(machine)
    await enrolBelow(above, below)
    const system = await enrolSystem(below, 'p-vendor')
    await enrolAdministrator(below)
    const first = await push(below, system, [1])
    await eventually(async () => expect(await held(above)).toEqual(first.recordIds))
    for (const machine of [below, above]) await machine.running?.stop()
    const saved = await save(below)
    line.set('cut')
    await boot(below) // nobody above answers, and its data directory confirms it
    await boot(above)
    const copy = { ...(await copyOf(below, saved)), upstream: above }
    try {
      await boot(copy)
      line.set('whole')
      await push(below, system, [2])
      await eventually(async () => expect((await call(below, 'GET', '/admin/v1/epochs', admin)).json['refusal']).not.toBeNull())
      const seen = await signedIn(below)
      const { page } = seen
      await nav(page, '审计日志').click()
      await page.getByRole('tab', { name: '日志纪元' }).click()
      await page.getByRole('button', { name: '由本节点接替' }).click()
      await page.getByRole('dialog').getByText('请先停止另一处').waitFor()
      await page.setViewportSize(phone)
      await expectSound(page)
      // The page, which asks every few seconds, is told that nothing is open any more before the answer to the decision comes.
      const refused = page.locator('.notice.bad')
      await page.route('**/admin/v1/epochs/take-over', async (route) => {
        const answer = await route.fetch()
        await refused.waitFor({ state: 'detached' })
        await route.fulfill({ response: answer })
      })
      await page.getByRole('dialog').locator('.ant-modal-footer .ant-btn-dangerous').click()
      await page.getByText('已由本节点接替').waitFor()
      expectClicks(
        { zh: '名称被副本占用后由本节点接替', en: 'Take over after a copy has taken the name', role: 'administrator' },
        await seen.clicks(),
      )
      expect((await call(below, 'GET', '/admin/v1/epochs', admin)).json).toMatchObject({ refusal: null, epoch: { number: 2 } })
      await page.close() // it asks again every few seconds, and nobody will answer
    } finally {
      for (const machine of [copy, below, above]) await machine.running?.stop()
      line.close()
    }
  })
})
