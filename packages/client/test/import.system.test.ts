import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { slowParts } from '@huijiao/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { realNode, type RealNode } from './real-node.ts'
import { startHuijiao, type Ran } from './run-huijiao.ts'

const records = 6000
const id = '1e8ff4cc-25ea-4de4-aa4f-0000000000e5'
const otherId = '1e8ff4cc-25ea-4de4-aa4f-0000000000e6'
let node: RealNode
let dir: string
let key: string
let file: string

/** A project with a number of its own; its line is padded to 10 KB, so that a part has about a hundred and the import dozens of them. */
function line(serial: number): string {
  const day = new Date(Date.UTC(2015, 0, 1 + Math.floor(serial / 99))).toISOString().slice(2, 10).replaceAll('-', '')
  const data = {
    PrjNum: `370102${day}01${String((serial % 99) + 1).padStart(2, '0')}`,
    PrjName: `示例花园 ${serial}（合成）`,
    PrjTypeNum: '01',
    ProvinceNum: '370000',
    CityNum: '370100',
    CountyNum: '370102',
    Address: '示例路 1 号（合成）',
    PrjApprovalDepart: '示例市发展和改革委员会（合成）',
    PrjApprovalDate: '2014-08-01',
    BuildCorpName: '示例置业有限公司（合成）',
    BuildCorpCode: '91370199MA00DEM14Q',
    InvPropertyNum: '103',
    AllInvest: '18600.5',
    PrjPropertyNum: '001',
    PrjFunctionNum: '100',
    IsMajor: '0',
    CheckDepartName: '示例市住房和城乡建设局（合成）',
    CheckPersonName: '李示例',
    DataSource: '1',
    DataLevel: 'C',
  }
  return JSON.stringify({ entity: 'TBProjectInfo', operation: 'upsert', sourceId: `K-${serial}`, data }).padEnd(10_000)
}

const responsible = { unit: '示例市住房和城乡建设局（合成）', name: '王示例' }
const stock = (submission: string, from = 0) =>
  [JSON.stringify({ id: submission, standard: '2018', responsible }), ...Array.from({ length: records }, (_, at) => line(from + at))]
    .map((one) => `${one}\n`)
    .join('')

const run = (...args: string[]): Promise<Ran> => startHuijiao(args, { cwd: dir }).done
const own = () => ['--to', node.url, '--key-file', key]
const push = (path = file) => startHuijiao(['push', path, ...own(), '--retry-seconds', '240'], { cwd: dir })
interface Shown {
  readonly state: string
  readonly outcome: string | null
  readonly progress: {
    readonly records: { readonly done: number }
    readonly parts: number
    readonly paused: { readonly by: string } | null
  }
}
async function shown(act: 'status' | 'pause' | 'resume' | 'cancel' = 'status', as: readonly string[] = own()): Promise<Shown> {
  const { out, err, code } = await run('import', act, id, ...as, '--json')
  if (out === '') throw new Error(`${code} ${err}`)
  return JSON.parse(out) as Shown
}
/** Asks the node itself, which is quicker than a process each time. */
async function until(what: (now: Shown) => boolean, whose = id): Promise<Shown> {
  const authorization = `Bearer ${readFileSync(key, 'utf8').trim()}`
  for (const deadline = performance.now() + 120_000; performance.now() < deadline; await sleep(20)) {
    const answer = await fetch(`${node.url}/v1/submissions/${whose}/progress`, { headers: { authorization } }).catch(() => null)
    if (answer?.ok !== true) continue
    const now = (await answer.json()) as Shown
    if (what(now)) return now
    if (now.state === 'finished') throw new Error(`it ended too early: ${JSON.stringify(now)}`)
  }
  throw new Error('it did not happen in time')
}

/** A third of a second more for each part. */
const slow = () => slowParts(join(node.dir, 'data', 'postgres'), 0.3)

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'huijiao-import-'))
  node = await realNode()
  await node.start()
  key = join(dir, 'key')
  file = join(dir, 'stock.ndjson')
  writeFileSync(file, stock(id))
  const admin = ['--node', node.url, '--token-file', node.tokenFile]
  const added = await run('participant', 'add', '示例系统（合成）', '--regions', '370100', ...admin, '--key-out', key)
  expect(added.code, added.err).toBe(0)
}, 300_000)
afterAll(async () => {
  await node?.stop()
  node?.remove()
  rmSync(dir, { recursive: true, force: true })
})

describe('a large import', () => {
  it('goes on without the push that sent it, and is exactly where it was after kill -9, paused or running; no record is doubled or lost', async () => {
    const atFullSpeed = await slow()
    // Ctrl-C ends the push, not the import.
    const first = push()
    await until((now) => now.progress.records.done > 0)
    first.child.kill('SIGINT')
    const told = await first.done
    expect(told.code, told.err).toBe(130)
    expect(told.err).toContain(`huijiao import status ${id} --to ${node.url}`)

    const paused = await shown('pause')
    expect(paused.state).toBe('paused')
    expect(paused.progress.paused?.by).toMatch(/^participant:p-/)
    const { done } = paused.progress.records
    expect(done).toBeGreaterThan(0)
    expect(done).toBeLessThan(records)
    await node.kill()
    await node.start()
    await sleep(1500) // its first sweep is over: nothing went on by itself
    expect(await shown()).toEqual(paused)

    // The same push again finds the import where it stands, and waits for it.
    const second = push()
    const operator = ['--node', node.url, '--token-file', node.tokenFile]
    expect((await shown('resume', operator)).state).toBe('storing')
    const running = await until((now) => now.progress.records.done > done)
    await node.kill()
    await atFullSpeed()
    await node.start()
    const result = await second.done
    expect(result.code, result.err).toBe(0)
    expect(running.progress.records.done).toBeLessThan(records)

    const receipt = JSON.parse(readFileSync(`${file}.receipts.ndjson`, 'utf8')) as {
      counts: Record<string, number>
      parts: { from: number; count: number }[]
    }
    expect(receipt.counts).toMatchObject({ accepted: records, unchanged: 0, superseded: 0, refused: 0 })
    expect(receipt.parts.map((part) => part.from)).toEqual(
      receipt.parts.map((_, at) => receipt.parts.slice(0, at).reduce((sum, part) => sum + part.count, 0)),
    )
    const authorization = `Bearer ${readFileSync(key, 'utf8').trim()}`
    const outcomes = (await (await fetch(`${node.url}/v1/submissions/${id}/outcomes`, { headers: { authorization } })).text())
      .trimEnd()
      .split('\n')
      .map((text) => JSON.parse(text) as { index: number; recordId: string; sourceId: string; version: number })
    expect(outcomes.map((one) => [one.index, one.sourceId, one.version])).toEqual(
      Array.from({ length: records }, (_, at) => [at, `K-${at}`, 1]),
    )
    expect(new Set(outcomes.map((one) => one.recordId)).size).toBe(records)
    const status = await run('import', 'status', id, ...own(), '--watch')
    expect([status.code, status.out.includes('已入库完毕'), status.out.includes(`${records} records, 0 refused`)]).toEqual([0, true, true])
    expect((await run('import', 'pause', id, ...own())).code).toBe(1)
  })

  it('that is cancelled keeps what is stored, and the push says so and exits 1, then and whenever it is repeated', async () => {
    const path = join(dir, 'more.ndjson')
    writeFileSync(path, stock(otherId, records))
    const atFullSpeed = await slow()
    const pushing = push(path)
    await until((now) => now.progress.records.done > 0, otherId)
    const cancelled = await run('import', 'cancel', otherId, ...own())
    expect([cancelled.code, cancelled.out.includes('已取消'), cancelled.out.includes('cancelled, the rest is not stored')]).toEqual([
      0,
      true,
      true,
    ])
    await atFullSpeed()
    for (const ran of [await pushing.done, await push(path).done]) {
      expect(ran.code, ran.err).toBe(1)
      expect(ran.err).toContain(`批次 ${otherId} 已被 participant:p-`)
      expect(ran.err).toContain('--produced-at')
    }
    const status = await run('import', 'status', otherId, ...own(), '--json')
    const { outcome, progress } = JSON.parse(status.out) as Shown
    expect([status.code, outcome]).toEqual([1, 'cancelled'])
    const receipt = JSON.parse(readFileSync(`${path}.receipts.ndjson`, 'utf8')) as { outcome: string; cancelled: { records: number } }
    expect(receipt).toMatchObject({ outcome: 'cancelled', cancelled: { records: progress.records.done } })
    expect(progress.records.done).toBeLessThan(records)
  })
})
