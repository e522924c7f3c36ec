import { describe, expect, it } from 'vitest'
import {
  asAdmin,
  axeFindings,
  demo,
  fillSignIn,
  goWithin,
  keepPages,
  nodeOf,
  openConsole,
  overflowOf,
  type Seen,
  settled,
  signedIn,
  totp,
} from './browser.ts'
import { expectClicks } from '@huijiao/testing'

const keep = keepPages()

/** Answers of 4xx are told by the browser as errors of the console; a test that provokes one forgives it. */
const forgive = (seen: Seen, status: number) => {
  const rest = seen.complaints.filter((text) => !text.includes(`status of ${status}`))
  seen.complaints.splice(0, seen.complaints.length, ...rest)
}

describe.skipIf(demo === null)('what an operator does', () => {
  it('signs in with a password that must be changed, sets up a second factor from a QR code drawn here, and signs in with it', async () => {
    const userName = `ceshi-${Date.now()}`
    const { password } = await asAdmin<{ password: string }>('municipal', 'POST', '/operators', {
      userName,
      displayName: '测试操作员（合成）',
      role: 'operator',
      regions: ['370100'],
    })
    const seen = await keep(openConsole('municipal'))
    const { page } = seen
    await fillSignIn(seen, userName, password)
    await page.getByRole('heading', { name: '请更改口令' }).waitFor()
    const chosen = 'lanzhou-Kite-9-harbour'
    await page.getByLabel('当前口令').fill(password)
    await page.getByLabel('新口令', { exact: true }).fill(chosen)
    await page.getByLabel('再填一次新口令').fill(chosen)
    await page.getByRole('button', { name: '更改口令' }).click()
    await page.getByRole('heading', { level: 1, name: '总览' }).waitFor()

    await page.getByRole('link', { name: '本人账号' }).click()
    await page.getByRole('button', { name: '启用动态口令' }).click()
    await page.getByLabel('请再次填写口令').fill(chosen)
    await page.getByRole('button', { name: '继续' }).click()
    await page.locator('.qr svg').waitFor()
    const secret = (await page.locator('.steps code').innerText()).replaceAll(' ', '')
    await page.getByLabel('验证器此刻显示的六位数字').fill(totp(secret))
    await page.getByRole('button', { name: '启用', exact: true }).click()
    await page.locator('.codes').waitFor()
    expect(await page.locator('.codes li').count()).toBe(10)
    await page.getByLabel('我已保存备用码').check()
    await page.getByRole('button', { name: '完成' }).click()
    await page.getByText('已启用').waitFor()

    await page.getByRole('button', { name: '退出登录' }).click()
    await page.getByRole('heading', { name: '用户登录' }).waitFor()
    await fillSignIn(seen, userName, chosen)
    // Each code is good once: the one after it counts already.
    await page.getByLabel('动态口令').fill(totp(secret, Date.now() + 30_000))
    await page.getByRole('button', { name: '登录', exact: true }).click()
    // It goes on where the person was.
    await page.getByRole('heading', { level: 1, name: '本人账号' }).waitFor()
    await page.getByText('已启用').waitFor()
  })

  it('gets a captcha after a wrong password, which the page can also work off by itself', async () => {
    // At a node of its own: a place that failed is asked for a captcha for a while, whoever signs in from it.
    const account = nodeOf('provincial').operators.find(({ role }) => role === 'viewer')
    const seen = await keep(openConsole('provincial'))
    const { page } = seen
    await fillSignIn(seen, account?.userName ?? '', 'not-the-password')
    await page.getByAltText('图片验证码').waitFor()
    expect(await page.getByRole('button', { name: '登录', exact: true }).isDisabled()).toBe(true)
    await page.getByRole('button', { name: /看不清图片/ }).click()
    await page.getByText('验证已通过').waitFor({ timeout: 60_000 })
    await page.fill('input[autocomplete=current-password]', account?.password ?? '')
    await page.getByRole('button', { name: '登录', exact: true }).click()
    await page.getByRole('heading', { level: 1, name: '总览' }).waitFor()
    forgive(seen, 401)
  })

  it('is asked to sign in again when the session was ended elsewhere', async () => {
    const seen = await keep(signedIn('municipal', 'clerk', { ownSession: true }))
    const { page } = seen
    await page.evaluate(async () => {
      const { csrf } = (await (await fetch('/admin/v1/session')).json()) as { csrf: string }
      await fetch('/admin/v1/session', { method: 'DELETE', headers: { 'x-csrf-token': csrf } })
    })
    await page.getByRole('link', { name: '本人账号' }).click()
    await page.getByText('登录已结束').waitFor()
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('用户登录')
    forgive(seen, 401)
  })

  it('sees the node in its place, what needs attention, and a submission arrive without touching anything', async () => {
    const { page } = await keep(signedIn('municipal', 'operator'))
    const tree = page.locator('.tree')
    await tree.getByText('山东省').waitFor()
    await tree.getByText('济南市').waitFor()
    await page
      .locator('.attention')
      .getByText(/待处理/)
      .first()
      .waitFor()
    const { url } = nodeOf('municipal')
    const sent = await fetch(`${url}/v1/submissions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${demo?.participant.apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        id: crypto.randomUUID(),
        standard: '2018',
        responsible: { unit: '示例市住房和城乡建设局（合成）', name: '王示例' },
        records: [{ entity: 'TBProjectInfo', operation: 'upsert', sourceId: 'XM-LIVE', data: { PrjNum: 'x' } }],
      }),
    })
    expect(sent.ok).toBe(true)
    // Other files use the same node: what was counted before is not known here, but that this one is refused.
    await page
      .locator('.figures .figure')
      .first()
      .getByText(/[1-9]\d* 个批次，退回 [1-9]\d* 条/)
      .waitFor({ timeout: 20_000 })
  })

  it('sends a parked record again', async () => {
    const seen = await keep(signedIn('municipal', 'operator'))
    const { page } = seen
    await page
      .locator('.attention')
      .getByRole('link', { name: /条记录待处理/ })
      .click()
    const row = page.locator('.table tbody tr').first()
    await row.getByText('超出授权的行政区域').waitFor()
    await row.getByRole('button', { name: '重发' }).click()
    await page.getByText('已安排重发 1 条').waitFor()
    expectClicks({ zh: '重发一条待处理记录', en: 'Send a parked record again', role: 'operator' }, await seen.clicks())
    // The province judges it again, and refuses it again: the cause is not mended.
    await expect
      .poll(
        async () =>
          (await asAdmin<{ items: { retries: number; state: string }[] }>('municipal', 'GET', '/parked')).items
            .map(({ retries, state }) => `${state} ${retries}`)
            .sort()
            .at(-1),
        { timeout: 30_000 },
      )
      .toBe('parked 1')
  })

  it('sees which parked record was sent without a receipt, and what that means', async () => {
    const { page } = await keep(signedIn('municipal', 'operator'))
    // No upstream of the demo keeps its receipts to itself.
    await page.route(/\/admin\/v1\/parked(\?|$)/, async (route) => {
      const answer = await route.fetch()
      const body = (await answer.json()) as { items: { unjudged: boolean }[] }
      await route.fulfill({ response: answer, json: { ...body, items: body.items.map((item, at) => ({ ...item, unjudged: at === 0 })) } })
    })
    await page
      .locator('.attention')
      .getByRole('link', { name: /条记录待处理/ })
      .click()
    const tag = page.locator('.table tbody').getByRole('button', { name: '未收到回执' })
    await tag.waitFor()
    expect(await tag.count()).toBe(1)
    await tag.focus()
    await page.getByRole('tooltip').getByText('上级可能已收下').waitFor()
  })

  it('pauses a link with a reason and lets it go on', async () => {
    const seen = await keep(signedIn('municipal', 'operator'))
    const { page } = seen
    await page.locator('.tree').getByRole('link', { name: '山东省' }).click()
    await page.getByRole('button', { name: '暂停' }).click()
    await page.getByLabel('原因').fill('演练（合成）')
    await page.getByRole('dialog').getByRole('button', { name: '暂停' }).click()
    await page.locator('.notice').getByText('演练（合成）').waitFor()
    expectClicks({ zh: '暂停上报通道', en: 'Pause a link', role: 'operator' }, await seen.clicks())
    await page.getByRole('button', { name: '恢复' }).click()
    await page.getByText('已恢复上报').waitFor()
    const link = await asAdmin<{ paused: unknown }>('municipal', 'GET', '/links/370000')
    expect(link.paused).toBeNull()
  })

  it('tests the connection of a link, and compares both sides', async () => {
    const seen = await keep(signedIn('municipal', 'operator'))
    const { page } = seen
    await page.locator('.tree').getByRole('link', { name: '山东省' }).click()
    await page.getByRole('button', { name: '测试连接' }).click()
    await page.locator('.ant-modal-confirm-title').getByText('上级节点应答正常').waitFor()
    expectClicks({ zh: '测试上级连接', en: 'Test a connection', role: 'operator' }, await seen.clicks())
    await page.keyboard.press('Escape')
    await page.getByRole('tab', { name: '对账' }).click()
    await page.getByRole('button', { name: '立即对账' }).click()
    await page.locator('.table').getByText('一致').first().waitFor({ timeout: 90_000 })
  })

  it('is told what there is instead where a link does not go over HTTP', async () => {
    const { page } = await keep(signedIn('municipal', 'operator'))
    // All links of the demo go over HTTP.
    await page.route(/\/admin\/v1\/links\/370000$/, async (route) => {
      const answer = await route.fetch()
      const body = (await answer.json()) as object
      await route.fulfill({ response: answer, json: { ...body, url: 'folder:///data/ferry', answersAtOnce: false } })
    })
    await page.locator('.tree').getByRole('link', { name: '山东省' }).click()
    await page.getByRole('tab', { name: '对账' }).click()
    await page.locator('.notice').getByText('无法对账').waitFor()
    expect(await page.getByRole('button', { name: '立即对账' }).isDisabled()).toBe(true)
  })
})

describe.skipIf(demo === null)('what an administrator does', () => {
  it('rotates a key: the new secret works, the old one does not', async () => {
    const { participantId } = await asAdmin<{ participantId: string }>('municipal', 'POST', '/participants', {
      kind: 'system',
      name: `轮换测试系统（合成）${Date.now()}`,
      regions: ['370102'],
    })
    const old = await asAdmin<{ secret: string }>('municipal', 'POST', `/participants/${participantId}/keys`, { kind: 'api-key' })
    const seen = await keep(signedIn('municipal', 'administrator'))
    const { page } = seen
    await page.getByRole('navigation').getByRole('link', { name: '接入单位' }).click()
    await page.locator(`a[href$="/participants/${participantId}"]`).click()
    await page.getByRole('button', { name: '轮换' }).click()
    await page.getByRole('dialog').getByRole('button', { name: '确定' }).click()
    const secret = await page.locator('.secret').innerText()
    expectClicks({ zh: '轮换密钥', en: 'Rotate a key', role: 'administrator' }, await seen.clicks())
    const status = async (key: string) =>
      (await fetch(`${nodeOf('municipal').url}/v1/submissions/${crypto.randomUUID()}`, { headers: { authorization: `Bearer ${key}` } }))
        .status
    expect([await status(secret), await status(old.secret)]).toEqual([404, 401])
  })

  it('replaces the key that the node signs with, and the level above goes on believing it; an operator only reads the keys', async () => {
    const keys = () => asAdmin<{ inForce: string; keys: { keyId: string }[] }>('municipal', 'GET', '/node/keys')
    const before = await keys()
    const seen = await keep(signedIn('municipal', 'administrator'))
    const { page } = seen
    await page.getByRole('navigation').getByRole('link', { name: '接入单位' }).click()
    await page.getByRole('button', { name: '更换密钥' }).click()
    await page.getByRole('dialog').getByRole('button', { name: '确定' }).click()
    await page.locator('.ant-message').getByText('新密钥已启用').waitFor()
    expectClicks({ zh: '更换节点的签名密钥', en: 'Replace the signing key of the node', role: 'administrator' }, await seen.clicks())
    const after = await keys()
    expect([after.inForce === before.inForce, after.keys.length]).toEqual([false, before.keys.length + 1])
    await page.getByRole('row', { name: after.inForce }).getByText('现用').waitFor()
    await page.getByRole('row', { name: before.inForce }).getByText('已停用').waitFor()
    expect(await asAdmin('municipal', 'POST', '/links/370000/test')).toMatchObject({ alive: true })
    expect([await overflowOf(page), await axeFindings(page)]).toEqual([0, []])
    await page.setViewportSize({ width: 360, height: 740 })
    await settled(page)
    expect([await overflowOf(page), await axeFindings(page)]).toEqual([0, []])

    const operator = (await keep(signedIn('municipal', 'operator'))).page
    await goWithin(operator, '/participants')
    await operator.getByText(after.inForce, { exact: true }).waitFor()
    expect(await operator.getByRole('button', { name: '更换密钥' }).count()).toBe(0)
  })

  it('makes an account with a role and regions, and gets its password once', async () => {
    const userName = `xinjian-${Date.now()}`
    const seen = await keep(signedIn('municipal', 'administrator'))
    const { page } = seen
    await page.getByRole('navigation').getByRole('link', { name: '用户' }).click()
    await page.getByRole('button', { name: '新建用户' }).click()
    await page.getByRole('dialog').getByLabel('用户名').fill(userName)
    await page.getByRole('dialog').getByRole('button', { name: '新建' }).click()
    const password = await page.locator('.secret').innerText()
    expectClicks({ zh: '新建用户', en: 'Make an account', role: 'administrator' }, await seen.clicks())
    const { url } = nodeOf('municipal')
    const answer = await fetch(`${url}/admin/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ userName, password }),
    })
    expect(await answer.json()).toMatchObject({ role: 'viewer', regions: ['370100'], duties: ['change-password'] })
  })

  it('looks an entry of the log up and sees its proof checked in the page', async () => {
    const seen = await keep(signedIn('municipal', 'administrator'))
    const { page } = seen
    await page.getByRole('navigation').getByRole('link', { name: '审计日志' }).click()
    await page.locator('.table tbody a').first().click()
    await page.locator('[data-verified=true]').waitFor()
    expect(await page.locator('.checks .tag.good').count()).toBe(4)
    expectClicks({ zh: '核验一条日志', en: 'Verify an entry of the log', role: 'administrator' }, await seen.clicks())
  })

  it('sees in the page that an entry was changed', async () => {
    const { page } = await keep(signedIn('municipal', 'administrator'))
    await page.route(/\/admin\/v1\/log\/3$/, async (route) => {
      const answer = await route.fetch()
      const entry = (await answer.json()) as { bodyText: string }
      await route.fulfill({ response: answer, json: { ...entry, bodyText: entry.bodyText.replace('{', '{ ') } })
    })
    await page.goto(`${nodeOf('municipal').url}/console/log/3`)
    await page.locator('[data-verified=false]').waitFor()
    expect(await page.locator('.checks .tag.bad').count()).toBe(1)
  })
})

describe.skipIf(demo === null)('what everybody may check', () => {
  it('is the whole log, read and computed again in the page, and that it continues what was seen', async () => {
    const seen = await keep(signedIn('national', 'viewer'))
    const { page } = seen
    await page.getByRole('navigation').getByRole('link', { name: '审计日志' }).click()
    await page.getByRole('tab', { name: '核验全部日志' }).click()
    await page.getByRole('button', { name: '核验全部日志' }).click()
    await page.locator('[data-checked=true]').waitFor({ timeout: 60_000 })
    expectClicks({ zh: '核验全部日志', en: 'Check the whole log', role: 'viewer' }, await seen.clicks())
    await page.getByText('本浏览器第一次核验').waitFor()
    await page.getByRole('button', { name: '核验全部日志' }).click()
    await page
      .getByText(/延续上次所见/)
      .last()
      .waitFor({ timeout: 60_000 })
  })

  it('finds a log whose entries were changed', async () => {
    const { page } = await keep(signedIn('national', 'viewer'))
    await page.route(/\/v1\/log\/tile\/entries\//, async (route) => {
      const answer = await route.fetch()
      const bytes = await answer.body()
      bytes[20] = (bytes[20] ?? 0) ^ 1
      await route.fulfill({ response: answer, body: bytes })
    })
    await page.goto(`${nodeOf('national').url}/console/log?tab=check`)
    await page.getByRole('button', { name: '核验全部日志' }).click()
    await page.locator('[data-checked=false]').waitFor({ timeout: 60_000 })
    expect(await page.getByText(/发现 \d+ 处不符/).count()).toBe(1)
  })
})
