import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { detachVersions, indexRecords, keepVersionPartitions, sequenceLog, startStoredShadow, stepShadows } from '@huijiao/exchange'
import { sql } from 'kysely'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { account, goodPassword } from './browser.ts'
import { expectSound, openSignedIn, startChromium } from './console-page.ts'
import { enrol, project, startTestNode, submission, type TestNode } from './node.ts'

let node: TestNode
let chrome: Browser
let dir: string
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'huijiao-cold-'))
  chrome = await startChromium()
  node = await startTestNode({ listen: true })
})
afterAll(async () => {
  await chrome?.close()
  await node?.stop()
  await rm(dir, { recursive: true, force: true })
})

it('an operator sees in the console which versions of a record have their contents elsewhere, and where', async () => {
  const { hub } = node.context
  const { headers } = await enrol(node.context)
  let recordId = ''
  for (const PrjName of ['示例花园甲（合成）', '示例花园乙（合成）']) {
    const payload = submission([project(1, { PrjName })])
    const answer = await node.app.inject({ method: 'POST', url: '/v1/submissions', headers, payload })
    recordId = (answer.json() as { records: [{ recordId: string }] }).records[0].recordId
  }
  await sequenceLog(hub)
  while (await indexRecords(hub)) continue
  for (const name of ['entry-entities', 'identity', 'linkage', 'policy', 'problem-groups', 'reconcile', 'search'])
    await sql`insert into reader values (${name}, 1000) on conflict (name) do update set cursor = 1000`.execute(hub.db)
  await sql`select setval('part_id_seq', 65536)`.execute(hub.db)
  await keepVersionPartitions(hub)
  await detachVersions(hub, { to: 65_536, into: dir, place: '档案室 7 号柜', actor: 'operator:test' })

  const { user_name: userName } = await account(node, 'administrator')
  const { page, complaints } = await openSignedIn(chrome, { url: node.url, userName, password: goodPassword })
  await page.goto(`${node.url}/console/records/${recordId}?part=versions`)
  const list = page.locator('.version-list > li')
  await list.nth(1).waitFor()
  const gone = '已移出数据库，存放于：档案室 7 号柜'
  expect([await list.nth(0).innerText(), await list.nth(1).innerText()]).toEqual([
    expect.not.stringContaining(gone),
    expect.stringContaining(gone),
  ])
  // Side by side with it nothing can be said, and nothing passes for absent.
  expect(await page.locator('.differences').count()).toBe(0)
  expect(await page.getByText(gone).count()).toBe(2)
  await expectSound(page)

  await page.goto(`${node.url}/console/log`)
  await page.locator('[data-of=versions]').waitFor()
  expect(await page.locator('[data-of=versions]').innerText()).toContain('部分编号 0 至 65535：档案室 7 号柜')

  // A run in the shadow says by itself what it could not judge for that, and that this can be had.
  const { standard_no: standardNo } = await hub.db
    .selectFrom('standard')
    .select('standard_no')
    .where('release', '=', '2018')
    .executeTakeFirstOrThrow()
  const run = await startStoredShadow(hub, 'operator:test', { standardNo, days: 30 })
  await sequenceLog(hub)
  while (await stepShadows(hub)) continue
  await page.goto(`${node.url}/console/standards/runs/${run}`)
  const figure = (name: string) => page.locator('.figure', { hasText: name }).locator('.value')
  await figure('内容已移出').waitFor()
  expect(await Promise.all(['已判断', '未判断', '内容已移出'].map((name) => figure(name).innerText()))).toEqual(['1', '0', '1'])
  expect(await page.getByText('放回后可再试运行').count()).toBe(1)
  await expectSound(page)
  expect(complaints).toEqual([])
  await page.context().close()
})
