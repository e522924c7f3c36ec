import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { adminToken, enrol, submission, type TestNode } from './node.ts'
import { call, startTier } from './tiers.ts'

// Each step starts a process.
vi.setConfig({ testTimeout: 120_000 })

const top = join(import.meta.dirname, '../../..')
const entity = 'TBCorpBadCreditInfo'
const sample = JSON.parse(readFileSync(join(top, `schemas/2018/valid/${entity}.full.json`), 'utf8')) as Record<string, unknown>
/** A decision under a code of a province's own list (Shandong, seen in its list); synthetic otherwise. */
const conduct = { ...sample, CreditCode: 'KC-003', CreditType: 'B1-1' }

let nation: TestNode
let province: TestNode
let recordId: string
let dir: string

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'huijiao-send-up-'))
  nation = await startTier('000000', 'national')
  province = await startTier('370000', 'provincial', nation)
  const vendor = await enrol(province.context, ['370000'], 'p-vendor')
  writeFileSync(join(dir, 'token.txt'), adminToken, { mode: 0o600 })
  const record = { entity, operation: 'upsert', sourceId: 'XW-1', data: conduct }
  const { json } = await call(province, 'POST', '/v1/submissions', vendor.headers, submission([record]))
  recordId = json['records'][0]['recordId']
})
afterAll(async () => {
  for (const node of [province, nation]) await node?.stop()
  rmSync(dir, { recursive: true, force: true })
})

/** Runs the program as a process of its own; nothing of our environment but the path reaches it. */
function huijiao(...args: string[]): Promise<{ code: number | null; out: string; err: string }> {
  const program = join(top, 'packages/client/src/main.ts')
  const where = ['--node', province.url, '--token-file', join(dir, 'token.txt')]
  const env = { PATH: process.env['PATH'] ?? '', HOME: dir }
  const child = spawn(process.execPath, [program, 'send-up', ...args, ...where], { env, cwd: dir, stdio: ['ignore', 'pipe', 'pipe'] })
  let [out, err] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, out, err }))
  })
}

const above = async () =>
  (await nation.database.db.selectFrom('version').select(['operation', 'flags']).orderBy('part_id').execute()).map((one) => [
    one.operation,
    one.flags,
  ])

describe('huijiao send-up', () => {
  it('sends a conduct of a provincial code up, lists who decided it, and ends it above when it is taken back', async () => {
    expect(await huijiao('list')).toMatchObject({ code: 0, out: expect.stringContaining('没有上报决定') })
    const decided = await huijiao('decide', recordId, '--reason', '情节严重（合成）', '--document', '示建函〔2026〕12号')
    expect(decided).toMatchObject({ code: 0, err: '', out: expect.stringContaining(`决定上报：${entity} ${recordId}，1 个版本`) })
    await vi.waitFor(async () => expect(await above()).toEqual([['upsert', ['by-decision']]]), 20_000)

    const list = await huijiao('list', '--state', 'standing', '--lang', 'zh')
    expect(list.out).toMatch(
      new RegExp(`^• .*（北京时间） {2}operator:.* {2}${recordId} {2}${entity} {2}示建函〔2026〕12号 {2}情节严重（合成）\n$`),
    )
    const ended = await huijiao('end', recordId, '--reason', '复议后撤销（合成）', '--json')
    expect([ended.code, JSON.parse(ended.out)]).toEqual([0, { recordId, entity, versions: 1 }])
    await vi.waitFor(async () => expect((await above()).map(([operation]) => operation)).toEqual(['upsert', 'no-longer-qualifies']), 20_000)
    const page = JSON.parse((await huijiao('list', '--record', recordId, '--json')).out) as { items: object[] }
    expect(page.items).toMatchObject([{ recordId, document: '示建函〔2026〕12号', ended: { reason: '复议后撤销（合成）' } }])
    expect((await huijiao('list', '--state', 'standing')).out).toContain('没有上报决定')
  })

  it('says what is wrong before it asks the node, and what the node says after', async () => {
    expect(await huijiao('decide', recordId)).toMatchObject({ code: 2, out: '', err: expect.stringContaining('--reason') })
    expect(await huijiao('decide', 'XW-1', '--reason', '合成')).toMatchObject({ code: 2, err: expect.stringContaining('recordId') })
    expect(await huijiao('list', '--state', 'open')).toMatchObject({ code: 2 })
    const again = await huijiao('end', recordId, '--reason', '再次（合成）')
    expect(again).toMatchObject({ code: 1, out: '', err: expect.stringContaining('没有现行的上报决定') })
  })
})
