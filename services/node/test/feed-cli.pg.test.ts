import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { adminToken, enrol, project, submission, type TestNode } from './node.ts'
import { admin, call, startTier } from './tiers.ts'

// Each step starts a process.
vi.setConfig({ testTimeout: 180_000 })

const program = join(import.meta.dirname, '../../../packages/client/src/main.ts')

interface Ran {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** Starts the program as a process of its own; nothing of our environment but the path reaches it. */
function startHuijiao(args: readonly string[]): { child: ChildProcess; done: Promise<Ran> } {
  const env = { PATH: process.env['PATH'] ?? '', HOME: dir }
  const child = spawn(process.execPath, [program, ...args], { env, cwd: dir, stdio: ['ignore', 'pipe', 'pipe'] })
  let [out, err] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text))
  const done = new Promise<Ran>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, out, err }))
  })
  return { child, done }
}
const huijiao = (args: readonly string[]): Promise<Ran> => startHuijiao(args).done

let province: TestNode
let city: TestNode
let vendor: Awaited<ReturnType<typeof enrol>>
let dir: string
let keyFile: string
let tokenFile: string

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'huijiao-feed-'))
  province = await startTier('370000', 'provincial')
  city = await startTier('370100', 'municipal', province)
  vendor = await enrol(city.context, ['370100'], 'p-vendor')
  keyFile = join(dir, 'key.txt')
  tokenFile = join(dir, 'token.txt')
  writeFileSync(keyFile, vendor.headers.authorization.slice(7), { mode: 0o600 })
  writeFileSync(tokenFile, adminToken, { mode: 0o600 })
})
afterAll(async () => {
  for (const node of [city, province]) await node?.stop()
  rmSync(dir, { recursive: true, force: true })
})

const submit = async (serials: readonly number[]) =>
  (await call(city, 'POST', '/v1/submissions', vendor.headers, submission(serials.map((serial) => project(serial))))).json
const feedTold = async (id: string) => {
  await vi.waitFor(async () => {
    const { json } = await call(city, 'GET', '/v1/feed?kinds=outcomes&limit=1000', vendor.headers)
    expect(JSON.stringify(json)).toContain(id)
  }, 10_000)
}
const feedArgs = (...more: string[]) => ['feed', '--to', city.url, '--key-file', keyFile, ...more]
const lines = (file: string) =>
  readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))

describe('huijiao feed', () => {
  it('tells in words what levels above said, and as JSON for programs', async () => {
    const receipt = await submit([1])
    await feedTold(receipt['submission'].id)
    const words = await huijiao(feedArgs('--kinds', 'outcomes'))
    expect(words.code).toBe(0)
    expect(words.out).toContain(`370000 对批次 ${receipt['submission'].id}：accepted 1`)
    const document = JSON.parse((await huijiao(feedArgs('--kinds', 'outcomes', '--json'))).out)
    expect(document).toMatchObject({ told: { outcome: 1 }, restarted: false })
    expect(document.items[0].submissions[0].submission).toBe(receipt['submission'].id)
  })

  it('goes on where its file says, also when it was killed between its items and its place', async () => {
    const out = join(dir, 'feed.ndjson')
    const place = join(dir, 'place.json')
    const args = feedArgs('--kinds', 'outcomes', '--out', out, '--cursor-file', place)
    expect((await huijiao(args)).code).toBe(0)
    const first = lines(out)
    expect(first.length).toBeGreaterThan(0)
    expect(statSync(place).mode & 0o777).toBe(0o600)
    expect((await huijiao(args)).code).toBe(0)
    expect(lines(out)).toEqual(first)
    const kept = readFileSync(place, 'utf8')
    const receipt = await submit([2])
    await feedTold(receipt['submission'].id)
    expect((await huijiao(args)).code).toBe(0)
    expect(lines(out)).toHaveLength(first.length + 1)
    // Killed after it wrote the items, half a line more, and before it moved the place.
    writeFileSync(out, '{"kind":"outc', { flag: 'a' })
    writeFileSync(place, kept)
    expect((await huijiao(args)).code).toBe(0)
    expect(lines(out)).toHaveLength(first.length + 1)
    expect(lines(out).at(-1).submissions[0].submission).toBe(receipt['submission'].id)
    expect((await huijiao(feedArgs('--cursor-file', place))).err).toContain('属于另一节点或另一组种类')
  })

  it('waits for more until it is interrupted', async () => {
    const out = join(dir, 'followed.ndjson')
    const { child, done } = startHuijiao(
      feedArgs('--kinds', 'outcomes', '--follow', '--wait', '20', '--out', out, '--cursor-file', join(dir, 'f.json')),
    )
    await vi.waitFor(() => expect(city.context.feedWaiters.count()).toBeGreaterThan(0), 20_000)
    const receipt = await submit([3])
    await vi.waitFor(() => expect(readFileSync(out, 'utf8')).toContain(receipt['submission'].id), 15_000)
    child.kill('SIGINT')
    expect((await done).code).toBe(130)
  })

  it('says what is wrong with its arguments before it asks', async () => {
    expect((await huijiao(feedArgs('--kinds', 'secrets'))).code).toBe(2)
  })
})

describe('huijiao parked', () => {
  const parked = (...args: string[]) => huijiao(['parked', ...args, '--node', city.url, '--token-file', tokenFile])

  it('groups what the level above refused, and sends it again', async () => {
    expect(await parked('list')).toMatchObject({ code: 0, out: expect.stringContaining('没有待处理的记录') })
    const regions = (list: string[]) =>
      province.database.db.updateTable('participant').set({ regions: list }).where('participant_id', '=', 'p-370100').execute()
    await regions(['370200'])
    await submit([11, 12, 13])
    await vi.waitFor(async () => expect((await call(city, 'GET', '/admin/v1/parked', admin)).json['items']).toHaveLength(3), 10_000)
    const listed = await parked('list')
    expect(listed.code).toBe(1)
    expect(listed.out).toContain('3 条  region-not-granted')
    const { groups, ages } = JSON.parse((await parked('list', '--json')).out)
    expect(groups).toMatchObject([
      { link: '370000', reason: 'region-not-granted', entity: 'TBProjectInfo', records: 3, examples: expect.any(Array) },
    ])
    expect(ages).toMatchObject([
      {
        link: '370000',
        oldestHours: 0,
        older: [
          { hours: 24, records: 0 },
          { hours: 168, records: 0 },
        ],
      },
    ])
    expect((await parked('list', '--records', '--limit', '2')).out).toContain('只列出前 2 条')
    await regions(['370100'])
    expect(await parked('retry', '--reason', 'region-not-granted')).toMatchObject({ code: 0, out: expect.stringContaining('重发 3 条') })
    await vi.waitFor(async () => {
      const { json } = await call(city, 'GET', '/admin/v1/parked?state=delivered', admin)
      expect(json['items']).toHaveLength(3)
    }, 10_000)
  })

  it('tells which were sent without a receipt, and may stand above', async () => {
    await province.database.db
      .updateTable('participant')
      .set({ regions: ['370200'] })
      .where('participant_id', '=', 'p-370100')
      .execute()
    await submit([21, 22])
    const items = async (query = '') => (await call(city, 'GET', `/admin/v1/parked${query}`, admin)).json['items']
    await vi.waitFor(async () => expect(await items()).toHaveLength(2), 10_000)
    expect((await parked('list')).out).not.toContain('未收到回执')
    const [one, other] = await items()
    await city.database.db
      .updateTable('parked')
      .set({ unjudged: true })
      .where('ordinal', '=', one.ordinal)
      .where('part_id', '=', one.part)
      .execute()
    expect(await items()).toMatchObject([
      { recordId: one.recordId, unjudged: true },
      { recordId: other.recordId, unjudged: false },
    ])
    expect(await items('?unjudged=true')).toMatchObject([{ recordId: one.recordId }])
    expect(await items('?unjudged=false')).toMatchObject([{ recordId: other.recordId }])
    const groups = async (query = '') => (await call(city, 'GET', `/admin/v1/parked/groups${query}`, admin)).json['groups']
    expect(await groups()).toMatchObject([{ records: 2, unjudged: 1 }])
    expect(await groups('?unjudged=true')).toMatchObject([{ records: 1, unjudged: 1 }])
    expect((await parked('list')).out).toContain('其中 1 条已发送而未收到回执')
    const listed = (await parked('list', '--records', '--unjudged')).out.trim().split('\n')
    expect(listed).toEqual([expect.stringMatching(new RegExp(`${one.recordId}.*未收到回执 / no receipt$`))])
    await province.database.db
      .updateTable('participant')
      .set({ regions: ['370100'] })
      .where('participant_id', '=', 'p-370100')
      .execute()
    expect((await parked('retry', '--unjudged')).out).toContain('重发 1 条')
    await vi.waitFor(async () => expect(await items()).toMatchObject([{ recordId: other.recordId }]), 10_000)
    expect((await parked('retry', '--all')).out).toContain('重发 1 条')
    await vi.waitFor(async () => expect(await items()).toEqual([]), 10_000)
  })

  it('raises an alarm once for each threshold, and shows the age to Prometheus', async () => {
    const { hub } = city.context
    await province.database.db
      .updateTable('participant')
      .set({ regions: ['370200'] })
      .where('participant_id', '=', 'p-370100')
      .execute()
    await submit([14])
    await vi.waitFor(async () => expect((await call(city, 'GET', '/admin/v1/parked', admin)).json['items']).toHaveLength(1), 10_000)
    const old = new Date(hub.clock.now().getTime() - 30 * 3_600_000)
    await city.database.db.updateTable('parked').set({ parked_at: old }).where('state', '=', 'parked').execute()
    const said: object[] = []
    const log = { ...city.context.log, warn: (fields: object) => void said.push(fields) } as unknown as typeof city.context.log
    const { createParkedAlarm } = await import('../src/jobs/parked-age.ts')
    const alarm = createParkedAlarm({ hub, log, metrics: city.context.metrics, config: city.context.config })
    await alarm.look()
    await alarm.look()
    expect(said).toMatchObject([{ alarm: 'parked-age', link: '370000', hours: 24, records: 1 }])
    const metrics = await (await fetch(`${city.url}/metrics`)).text()
    expect(metrics).toContain('huijiao_parked_older_records{link="370000",hours="24"} 1')
    expect(Number(/huijiao_parked_oldest_seconds\{link="370000"\} (\d+)/.exec(metrics)?.[1])).toBeGreaterThan(29 * 3600)
    expect((await parked('list')).out).toContain('1 条超过 24 小时')
  })
})
