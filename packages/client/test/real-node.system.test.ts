import { execFile, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { custody, getSubmission, lookup, submissionBody, submit } from '../src/index.ts'
import { realNode, type RealNode } from './real-node.ts'
import { huijiao, startHuijiao } from './run-huijiao.ts'

const examples = fileURLToPath(new URL('../../../examples/', import.meta.url))
let node: RealNode
let dir: string
let keyFile: string
const responsible = ['--responsible-unit', '示例市住房和城乡建设局', '--responsible-name', '王示例']

interface First {
  records: [{ sourceId: string; data: Record<string, string> }]
}
const template = (JSON.parse(readFileSync(join(examples, 'curl', 'first.json'), 'utf8')) as First).records[0]
/** A project of its own for each number below 70,000. */
const project = (n: number, change: Record<string, string> = {}) => {
  const day = String(1 + (Math.floor(n / 100) % 25)).padStart(2, '0')
  const PrjNum = `3701022${6 + Math.floor(n / 30_000)}${String(1 + (Math.floor(n / 2500) % 12)).padStart(2, '0')}${day}01${String(n % 100).padStart(2, '0')}`
  return { ...template, sourceId: `S-${n}`, data: { ...template.data, PrjNum, ...change } }
}
const write = (name: string, records: readonly object[]) => {
  const path = join(dir, name)
  writeFileSync(path, records.map((record) => `${JSON.stringify(record)}\n`).join(''))
  return path
}
const push = (path: string, ...more: string[]) => ['push', path, '--to', node.url, '--key-file', keyFile, ...responsible, ...more]
const receiptsIn = (path: string) =>
  existsSync(`${path}.receipts.ndjson`) ? readFileSync(`${path}.receipts.ndjson`, 'utf8').trimEnd().split('\n').length : 0
const until = async (condition: () => boolean) => {
  while (!condition()) await sleep(20)
}

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'huijiao-client-'))
  node = await realNode()
  await node.start()
  keyFile = join(dir, 'key.txt')
  const ran = await huijiao([
    'participant',
    'add',
    '示例市项目系统',
    '--regions',
    '370100',
    '--node',
    node.url,
    '--token-file',
    node.tokenFile,
    '--key-out',
    keyFile,
  ])
  if (ran.code !== 0) throw new Error(ran.err)
})
afterAll(async () => {
  await node?.stop()
  node?.remove()
  rmSync(dir, { recursive: true, force: true })
})

describe('the client against a real node', () => {
  it('has enrolled a participant whose key only its owner can read', () => {
    expect(statSync(keyFile).mode & 0o777).toBe(0o600)
    expect(readFileSync(keyFile, 'utf8')).toMatch(/^hj_/)
  })

  it('does not enrol with a wrong token, and says so with exit code 3', async () => {
    const token = join(dir, 'wrong-token')
    writeFileSync(token, 'not-the-token-of-this-node-at-all\n', { mode: 0o600 })
    const ran = await huijiao(['participant', 'add', '甲', '--regions', '370100', '--node', node.url, '--token-file', token])
    expect([ran.code, /[\u4e00-\u9fff]/.test(ran.err)]).toEqual([3, true])
  })

  it('finds offline the very problems that the node finds', async () => {
    const path = write('bad.ndjson', [
      project(1),
      project(2, { CountyNum: '370202' }),
      project(3, { DataLevel: 'Z', AllInvest: '1e5', PrjApprovalDate: '2026-02-30' }),
      project(4, { BuildCorpCode: '91370199MA00DEM14X', prjname: 'x', Address: '' }),
      { ...project(5), operation: 'insert', Extra: 1 },
      { ...project(6), entity: 'tbprojectinfo' },
      { entity: 'TBProjectInfo', operation: 'withdraw', sourceId: 'W', key: { PrjNum: '' }, reason: '重复' },
      { entity: 'TBProjectInfo', operation: 'upsert', sourceId: 'N', data: 1 },
    ])
    const offline = JSON.parse((await huijiao(['validate', path, '--json', '--show', '100'])).out) as {
      files: { details: { index: number; problems: Problem[] }[] }[]
    }
    const answer = await submitDry(path)
    const seen = (list: readonly Problem[]) =>
      list.map((problem) => `${problem.code} ${problem.pointer ?? ''} ${JSON.stringify(problem.fix ?? null)}`).sort()
    const here = new Map(offline.files[0]?.details.map((one) => [one.index, seen(one.problems)]))
    const there = new Map(answer.filter((one) => (one.problems ?? []).length > 0).map((one) => [one.index, seen(one.problems ?? [])]))
    expect(there.size).toBe(7)
    expect(here).toEqual(there)
  })

  it('finds offline every mistake of the sample’s file of mistakes but those that only a node can see', async () => {
    const path = fileURLToPath(new URL('../../testing/sample/bad.ndjson', import.meta.url))
    const onlyThere = new Set([
      'region-not-granted',
      'level-above-tier',
      'source-version-conflict',
      'withdraw-in-force',
      'parent-missing',
      'json-duplicate-key',
      'attachment-missing',
    ])
    const offline = JSON.parse((await huijiao(['validate', path, '--json', '--show', '1000'])).out) as {
      files: { details: { index: number; problems: Problem[] }[] }[]
    }
    const seen = (problems: readonly Problem[]) =>
      problems.map((problem) => `${problem.code} ${problem.pointer ?? ''} ${JSON.stringify(problem.fix ?? null)}`)
    const here = (offline.files[0]?.details ?? []).map((one) => ({ index: one.index, problems: seen(one.problems).sort() }))
    const there = (await submitDry(path, readFileSync(path, 'utf8')))
      .map((one) => ({ index: one.index, problems: seen((one.problems ?? []).filter((problem) => !onlyThere.has(problem.code))).sort() }))
      .filter((one) => one.problems.length > 0)
    expect(here.length).toBeGreaterThan(30)
    expect(here).toEqual(there)
  })

  it('pushes the first record as the examples do, and the node answers Java and Python the same receipt', async () => {
    const path = join(dir, 'first.json')
    writeFileSync(path, readFileSync(join(examples, 'curl', 'first.json')))
    expect((await huijiao(['push', path, '--to', node.url, '--key-file', keyFile])).code).toBe(0)
    const receipt = readFileSync(`${path}.receipts.ndjson`, 'utf8').trimEnd()
    const env = { PATH: process.env['PATH'] ?? '', HUIJIAO_API_KEY: readFileSync(keyFile, 'utf8').trim() }
    if (spawnSync('python3', ['--version']).status === 0) {
      await promisify(execFile)('python3', [join(examples, 'python', 'push_submission.py'), node.url, path], { env })
      expect(readFileSync(`${path}.receipt.json`, 'utf8')).toBe(receipt)
    } else process.stderr.write('\n!!! python3 is not on this machine: its example was NOT run against a real node !!!\n\n')
    if (spawnSync('javac', ['-version']).status === 0) {
      await promisify(execFile)('javac', ['-encoding', 'UTF-8', '-d', dir, join(examples, 'java', 'PushSubmission.java')])
      rmSync(`${path}.receipt.json`, { force: true })
      await promisify(execFile)('java', ['-cp', dir, 'PushSubmission', node.url, path], { env })
      expect(readFileSync(`${path}.receipt.json`, 'utf8')).toBe(receipt)
    } else process.stderr.write('\n!!! javac is not on this machine: its example was NOT run against a real node !!!\n\n')
  })

  it('submits, reads back, looks up and verifies through the SDK', async () => {
    const to = { url: node.url, credentials: { kind: 'api-key' as const, secret: readFileSync(keyFile, 'utf8').trim() } }
    const id = crypto.randomUUID()
    const record = project(9001)
    const body = await submissionBody(
      'application/json',
      Buffer.from(JSON.stringify({ id, standard: '2018', responsible: { unit: '甲', name: '乙' }, records: [record] })),
      'zstd',
    )
    const { receipt } = await submit({ to, id, body, respondAsync: true })
    expect(receipt.counts).toMatchObject({ accepted: 1, refused: 0 })
    expect(await getSubmission(to, id)).toMatchObject({ state: 'finished' })
    expect(await getSubmission(to, crypto.randomUUID())).toBe(null)
    const recordId = receipt.records?.[0]?.recordId as string
    expect((await lookup(to, { entity: 'TBProjectInfo', key: { PrjNum: record.data['PrjNum'] as string } }))?.recordId).toBe(recordId)
    await sleep(Math.max(0, Date.parse(receipt.logBy) - Date.now()))
    const file = join(dir, 'c.json')
    writeFileSync(file, JSON.stringify(await custody(to, recordId)))
    const verified = await huijiao(['verify', file, '--node', node.url])
    expect(verified.code, verified.out + verified.err).toBe(0)
    expect(verified.out).toContain('核验通过：370100')
  })

  it('runs the curl session of the contract to its end', async () => {
    const env = {
      PATH: process.env['PATH'] ?? '',
      N: node.url,
      KEY: readFileSync(keyFile, 'utf8').trim(),
      OUT: mkdtempSync(join(dir, 'curl-')),
    }
    const { stdout } = await promisify(execFile)('sh', [join(examples, 'curl', 'first-record.sh')], { env })
    expect(stdout).toContain('\nsame\n')
    expect(stdout).toContain('核验通过')
  })

  it('continues after kill -9 of the client, and the node has every record exactly once', async () => {
    const path = write(
      'many.ndjson',
      Array.from({ length: 6000 }, (_, i) => project(100 + i)),
    )
    for (let kill = 1; kill <= 3; kill++) {
      const { child, done } = startHuijiao(push(path, '--records', '500'))
      await until(() => receiptsIn(path) >= kill * 2 || child.exitCode !== null)
      child.kill('SIGKILL')
      await done
    }
    const last = await huijiao(push(path, '--json'))
    expect(last.code, last.err).toBe(0)
    expect((JSON.parse(last.out) as { files: { counts: Record<string, number> }[] }).files[0]?.counts).toMatchObject({
      accepted: 6000,
      unchanged: 0,
      refused: 0,
    })
  })

  it('carries on by itself when the node is killed under it and started again, and nothing is doubled', async () => {
    const path = write(
      'killed.ndjson',
      Array.from({ length: 2400 }, (_, i) => project(6200 + i)),
    )
    const { done } = startHuijiao(push(path, '--records', '200', '--json'))
    await until(() => receiptsIn(path) >= 3)
    await node.kill()
    await sleep(500)
    await node.start()
    const ran = await done
    expect(ran.code, ran.err).toBe(0)
    expect((JSON.parse(ran.out) as { files: { counts: Record<string, number> }[] }).files[0]?.counts).toMatchObject({
      accepted: 2400,
      unchanged: 0,
      refused: 0,
    })
  })

  it('reads and recomputes the whole log afterwards, and again as its continuation', async () => {
    const state = join(dir, 'seen.json')
    const first = await huijiao(['log', 'check', node.url, '--state', state, '--json'])
    expect(first.code, first.out).toBe(0)
    await huijiao(push(write('more.ndjson', [project(9500)])))
    await sleep(2000)
    const again = await huijiao(['log', 'check', node.url, '--state', state, '--json'])
    const report = JSON.parse(again.out) as { size: number; seenBefore: { size: number } }
    expect([again.code, report.size > report.seenBefore.size]).toEqual([0, true])
  })

  it('finds nothing to mend on this machine, and finds what is wrong with a configuration', async () => {
    const sound = await huijiao(['doctor', '--json'], { env: { ...node.env } })
    expect(sound.code, sound.out).toBe(0)
    const unsound = await huijiao(['doctor', '--json'], {
      env: {
        ...node.env,
        HUIJIAO_DATABASE_URL: 'postgres://nobody:x@127.0.0.1:1/none',
        HUIJIAO_UPSTREAMS: JSON.stringify([{ name: '370000', url: node.url, tier: 'provincial' }]),
        HUIJIAO_DATA_DIR: join(keyFile, 'none'),
      },
    })
    expect(unsound.code).toBe(1)
    const { findings } = JSON.parse(unsound.out) as { findings: { check: string; level: string; mend?: { zh: string } }[] }
    const errors = findings.filter((finding) => finding.level === 'error')
    expect(errors.map((finding) => finding.check).sort()).toEqual(['HUIJIAO_DATABASE_URL', 'data-dir', 'upstream 370000'])
    expect(errors.every((finding) => finding.mend !== undefined)).toBe(true)
    expect(findings.some((finding) => JSON.stringify(finding).includes('nobody:x'))).toBe(false)
  })

  it('holds the node to the conformance kit that it publishes itself', async () => {
    const ran = await huijiao(['conformance', node.url, '--kit', node.url, '--strict', '--key-file', keyFile, '--json'])
    const report = JSON.parse(ran.out) as {
      findings: object[]
      totals: { passed: number }
      skipped: { vector: string; reason: { en: string } }[]
    }
    expect(report.findings).toEqual([])
    expect(ran.code).toBe(0)
    expect(report.totals.passed).toBeGreaterThan(150)
    // What is skipped is what only a program can answer, or what depends on the day, the release or the grant.
    expect(report.skipped.filter((one) => !/COMMAND|as of|changed release|only the endpoint|does not serve/.test(one.reason.en))).toEqual(
      [],
    )
  })

  it('starts a node and stops it in good order', async () => {
    await node.stop()
    await node.start('huijiao')
    expect(await node.stop()).toBe(0)
    await node.start()
  })
})

interface Problem {
  readonly code: string
  readonly pointer?: string
  readonly fix?: readonly object[]
}

async function submitDry(path: string, text?: string): Promise<{ index: number; problems?: Problem[] }[]> {
  const id = crypto.randomUUID()
  const body = text ?? `${JSON.stringify({ id, standard: '2018', responsible: { unit: '甲', name: '乙' } })}\n${readFileSync(path, 'utf8')}`
  const answer = await fetch(`${node.url}/v1/submissions?dryRun=true`, {
    method: 'POST',
    headers: { authorization: `Bearer ${readFileSync(keyFile, 'utf8').trim()}`, 'content-type': 'application/x-ndjson' },
    body,
  })
  return ((await answer.json()) as { records: { index: number; problems?: Problem[] }[] }).records
}
