import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { addPendingEntry, keepVersionPartitions } from '@huijiao/exchange'
import { createTestDatabase } from '@huijiao/testing'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { adminToken, enrol, project, startTestNode, submission, type TestNode } from './node.ts'

const program = join(import.meta.dirname, '../../../packages/client/bin/huijiao.mjs')
let node: TestNode
let dir: string
let recordId: string
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'huijiao-log-range-'))
  node = await startTestNode({ listen: true, worker: true })
  const { headers } = await enrol(node.context)
  const answer = await node.app.inject({ method: 'POST', url: '/v1/submissions', headers, payload: submission([project(1)]) })
  recordId = (answer.json() as { records: { recordId: string }[] }).records[0]?.recordId as string
  const { hub } = node.context
  await hub.db.transaction().execute(async (trx) => {
    for (let at = 0; at < 600; at++)
      await addPendingEntry(trx, { kind: 'link', instant: hub.clock.now(), actor: 'operator:test', subject: `n-${at}`, body: { at } })
  })
  hub.onPending()
}, 120_000)
afterAll(async () => {
  await node.stop()
  await rm(dir, { recursive: true, force: true })
})

const huijiao = (args: readonly string[], env: Record<string, string> = {}) =>
  new Promise<{ code: number; out: string; err: string }>((resolve) => {
    const all = {
      PATH: process.env['PATH'],
      HUIJIAO_REGION: '370100',
      HUIJIAO_TIER: 'municipal',
      HUIJIAO_DATABASE_URL: node.database.url,
      HUIJIAO_DATA_DIR: node.dataDir,
      ...env,
    }
    execFile(process.execPath, [program, ...args], { env: all, cwd: dir }, (error, out, err) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : error === null ? 0 : 1, out, err }),
    )
  })
const get = (url: string) =>
  node.app.inject({ method: 'GET', url, headers: { authorization: `Bearer ${adminToken}` } }).then((answer) => ({
    status: answer.statusCode,
    json: answer.json() as Record<string, any>,
  }))
const check = async (...directories: string[]) => {
  const ran = await huijiao(['log', 'check', node.url, ...directories, '--state', join(dir, 'seen.json'), '--json'])
  return { code: ran.code, report: JSON.parse(ran.out) as Record<string, any> }
}

it('an operator takes a range out of a running node, everybody learns where it is, a restored node too, and it comes back', async () => {
  // The node's readers have to come past it first; until then the command says who still needs it.
  const place = '档案室 7 号柜'
  const detach = ['log', 'detach', '--to', '512', '--into', 'kept', '--place', place, '--json']
  const done = await vi.waitFor(
    async () => {
      const ran = await huijiao(detach)
      if (ran.code !== 0) expect(ran.err).toMatch(/仍有人需要这些条目：reader |日志只有/)
      expect(ran.code, ran.err).toBe(0)
      return JSON.parse(ran.out) as { directory: string; digest: string }
    },
    { timeout: 60_000, interval: 1000 },
  )
  const range = { from: 0, to: 512, place, digest: done.digest }

  for (const url of ['/v1/log/tile/entries/000', '/admin/v1/log/7', `/admin/v1/records/${recordId}/custody`])
    expect([url, await get(url)]).toEqual([url, { status: 410, json: expect.objectContaining({ code: 'log-range-detached', range }) }])
  const page = await node.app.inject({ method: 'GET', url: `/records/${recordId}/verify?lang=zh` })
  expect([page.statusCode, page.body.includes(`第 0 至 511 条已移出数据库，存放于：${place}`)]).toEqual([410, true])
  const list = (await get('/admin/v1/log?limit=500')).json
  expect(list['detached']).toMatchObject([range])
  expect(Math.min(...list['items'].map((row: { index: number }) => row.index))).toBe(512)
  expect((await node.app.inject({ method: 'GET', url: '/v1/log/tile/0/000' })).statusCode).toBe(200)
  // The running node's sequencer was told.
  await vi.waitFor(async () => expect((await get('/admin/v1/log?kind=detached')).json['items']).toHaveLength(1), { timeout: 20_000 })

  const without = await check()
  expect([without.code, without.report['ok'], without.report['detached']]).toEqual([0, true, [range]])
  const whole = await check(done.directory)
  expect(whole.report).toMatchObject({ ok: true, detached: [], entries: whole.report['size'] })

  // A node that is put back is put back without it, and says so; what is in the table lies as it did.
  expect((await huijiao(['backup', 'saved'])).code).toBe(0)
  const other = await createTestDatabase({ empty: true })
  try {
    const restored = await huijiao(['restore', 'saved', '--lang', 'en'], {
      HUIJIAO_DATABASE_URL: other.url,
      HUIJIAO_DATA_DIR: join(dir, 'other'),
    })
    expect([restored.code, restored.out + restored.err]).toEqual([
      0,
      expect.stringContaining(`entries 0 to 511 of the log are detached and were not read: ${place}`),
    ])
    const rows = await sql<{ n: number }>`select count(*)::int4 as n from log_entry where index < 512`.execute(other.db)
    expect(rows.rows).toEqual([{ n: 1 }])
  } finally {
    await other.drop()
  }

  const attached = await huijiao(['log', 'attach', done.directory, '--lang', 'en'])
  expect([attached.code, attached.out]).toEqual([0, expect.stringContaining('entries 0 to 511 of the log are in the database again')])
  expect((await get('/admin/v1/log/7')).status).toBe(200)
  expect(await check()).toMatchObject({ code: 0, report: { ok: true, detached: [] } })
  expect((await huijiao(['log', 'attach', done.directory])).err).toContain('没有移出过，或已放回')

  // By age, as it is run every night: nothing to do is no failure, and what the policy keeps stays.
  const old = ['log', 'detach', '--into', 'nightly', '--older-than', '0', '--at-least', '256']
  const kept = await huijiao([...old, '--lang', 'en'], { HUIJIAO_LOG_KEEP_DAYS: '1' })
  expect([kept.code, kept.out]).toEqual([0, expect.stringContaining('nothing was taken out: 0 entries are old enough')])
  expect((await huijiao(['log', 'detach', '--into', 'nightly', '--to', '256'], { HUIJIAO_LOG_KEEP_DAYS: '1' })).err).toContain(
    '须留在数据库',
  )
  const night = await huijiao([...old, '--json'])
  expect([night.code, JSON.parse(night.out)]).toEqual([0, { moved: expect.objectContaining({ from: 0, to: 512 }) }])
  expect((await huijiao([...old, '--to', '256'])).code).toBe(2)
}, 300_000)

it('an operator takes the contents of old versions out of the running node by age, everybody learns where they are, and a restored node puts them back', async () => {
  const { hub } = node.context
  const { headers } = await enrol(node.context, ['370100'], 'p-versions')
  for (const PrjName of ['示例花园甲（合成）', '示例花园乙（合成）'])
    await node.app.inject({ method: 'POST', url: '/v1/submissions', headers, payload: submission([project(7, { PrjName })]) })
  await sql`select setval('part_id_seq', 65536)`.execute(hub.db)
  await keepVersionPartitions(hub)
  const versionsOf = async (url: string) => (await get(url)).json['versions'] as Record<string, any>[]
  const { rows } = await sql<{ id: string }>`select replace(record_id::text, '-', '') as id from version where n = 2`.execute(hub.db)
  const url = `/admin/v1/records/r_${rows[0]?.id}`
  const before = await versionsOf(`${url}/versions`)
  expect(before.map((one) => [one['version'], one['fields'].length > 0])).toEqual([
    [2, true],
    [1, true],
  ])

  const detach = ['versions', 'detach', '--older-than', '0', '--into', 'kept', '--place', '档案室 7 号柜']
  const tooYoung = await huijiao([...detach, '--lang', 'zh'], { HUIJIAO_VERSIONS_KEEP_DAYS: '36500' })
  expect([tooYoung.code, tooYoung.out]).toEqual([0, expect.stringContaining('够老又无人需要的有 0 个，至少 1 个才移')])
  // Too few to be worth it: only one content may go.
  await vi.waitFor(
    async () => {
      const ran = await huijiao([...detach, '--at-least', '2', '--lang', 'en'])
      expect([ran.code, ran.out]).toEqual([0, expect.stringContaining('1 versions are old enough and needed by nobody, and 2 go at least')])
    },
    { timeout: 60_000, interval: 1000 },
  )
  expect((await huijiao(['versions', 'detach', '--into', 'kept', '--to', '65536', '--at-least', '2'])).code).toBe(2)
  const done = await vi.waitFor(
    async () => {
      const ran = await huijiao([...detach, '--json'])
      expect(ran.code, ran.err).toBe(0)
      const moved = JSON.parse(ran.out) as { moved: number | null; to: number; directory: string; digest: string }
      expect(moved, ran.out).toMatchObject({ to: 65536, moved: 1 })
      return moved
    },
    { timeout: 60_000, interval: 1000 },
  )
  const range = { from: 0, to: 65536, place: '档案室 7 号柜', digest: done.digest }
  expect(
    (await versionsOf(`${url}/versions`)).map((one) => [one['version'], one['elsewhere'], one['fields'].length > 0, one['changes']]),
  ).toEqual([
    [2, undefined, true, null],
    [1, range, false, null],
  ])
  expect(await get(`${url}/custody?version=1`)).toEqual({
    status: 410,
    json: expect.objectContaining({ code: 'version-range-detached', range }),
  })
  expect((await get('/admin/v1/log')).json['versionsDetached']).toMatchObject([{ ...range, versions: 3 }])
  const checked = await huijiao(['versions', 'check', done.directory, '--lang', 'en'])
  expect([checked.code, checked.out]).toEqual([0, expect.stringContaining('check out')])

  expect((await huijiao(['doctor', '--lang', 'en'])).out).toContain('1 of contents of old versions are kept elsewhere')
  // What is put back is as it was saved: without the contents, which come back from the same directory.
  expect((await huijiao(['backup', 'saved-versions'])).code).toBe(0)
  const other = await createTestDatabase({ empty: true })
  try {
    const env = { HUIJIAO_DATABASE_URL: other.url, HUIJIAO_DATA_DIR: join(dir, 'other-versions') }
    const restored = await huijiao(['restore', 'saved-versions', '--lang', 'en'], env)
    expect([restored.code, restored.out + restored.err]).toEqual([
      0,
      expect.stringContaining('contents of old versions of parts 0 to 65535 are detached: 档案室 7 号柜'),
    ])
    const thin = async () =>
      (await sql<{ n: number }>`select count(*)::int4 as n from version where length(salts) = 0`.execute(other.db)).rows
    expect(await thin()).toEqual([{ n: 1 }])
    const attached = await huijiao(['versions', 'attach', done.directory, '--lang', 'en'], env)
    expect([attached.code, attached.err, attached.out]).toEqual([
      0,
      '',
      expect.stringContaining('the contents of 1 versions of parts 0 to 65535'),
    ])
    expect(await thin()).toEqual([{ n: 0 }])
  } finally {
    await other.drop()
  }
  expect((await huijiao(['versions', 'attach', done.directory])).code).toBe(0)
  expect(await versionsOf(`${url}/versions`)).toEqual(before)
  expect((await huijiao(['versions', 'detach', '--into', 'kept'])).code).toBe(2)
}, 300_000)
