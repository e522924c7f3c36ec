import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { removeEmbeddedPostgres } from '@huijiao/database'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { adminToken, project, submission } from './node.ts'

const program = join(import.meta.dirname, '../src/main.ts')
const admin = { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' }
let dataDir: string
const children = new Set<ChildProcess>()

/** Environment of the test without any settings of ours, and these. */
const environment = (settings: Record<string, string>) => ({
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('HUIJIAO_'))),
  ...settings,
})
const complete = () => ({
  HUIJIAO_REGION: '370100',
  HUIJIAO_TIER: 'municipal',
  HUIJIAO_PORT: '0',
  HUIJIAO_DATA_DIR: dataDir,
  HUIJIAO_ADMIN_TOKEN: adminToken,
  HUIJIAO_SWEEP_MS: '1000',
})

interface Running {
  readonly child: ChildProcess
  readonly lines: Record<string, any>[]
  readonly ended: Promise<{ code: number | null; out: string; err: string }>
}

function run(settings: Record<string, string>, args: readonly string[] = []): Running {
  const child = spawn(process.execPath, [program, ...args], { env: environment(settings), stdio: ['ignore', 'pipe', 'pipe'] })
  children.add(child)
  let [out, err, rest] = ['', '', '']
  const lines: Record<string, any>[] = []
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text
    const parts = (rest + text).split('\n')
    rest = parts.pop() as string
    for (const line of parts) if (line.startsWith('{"level"')) lines.push(JSON.parse(line) as Record<string, any>)
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text))
  const ended = once(child, 'close').then(([code]) => {
    children.delete(child)
    return { code: code as number | null, out, err }
  })
  return { child, lines, ended }
}

async function address(node: Running): Promise<string> {
  for (let tries = 0; tries < 1200; tries += 1) {
    const line = node.lines.find((one) => one['msg'] === 'listening')
    if (line) return line['address'] as string
    if (node.child.exitCode !== null) break
    await delay(100)
  }
  throw new Error(`the node did not listen: ${(await node.ended).err}`)
}

async function until(work: () => Promise<boolean>, ms = 60_000): Promise<void> {
  let last: unknown
  for (const end = Date.now() + ms; Date.now() < end; await delay(100)) {
    const done = await work().catch((error: unknown) => {
      last = error
      return false
    })
    if (done) return
  }
  throw new Error('it did not happen in time', { cause: last })
}

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'huijiao-main-'))
  await chmod(dataDir, 0o711)
})
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL')
  await removeEmbeddedPostgres(join(dataDir, 'postgres'))
  await rm(dataDir, { recursive: true, force: true })
})

describe('the node program', () => {
  it('names every mistake in both languages and exits 2', async () => {
    const { code, err } = await run({ HUIJIAO_TIER: 'village', HUIJIAO_ADMIN_TOKEN: 'k1tten' }).ended
    expect(code).toBe(2)
    for (const words of ['HUIJIAO_REGION: 必须填写', 'HUIJIAO_REGION: is required', 'HUIJIAO_TIER', 'HUIJIAO_ADMIN_TOKEN'])
      expect(err).toContain(words)
    expect(err).not.toContain('k1tten')
    expect((await run(complete(), ['--admin-token=x']).ended).code).toBe(2)
  })

  it('checks a configuration without starting: JSON, and an exit code', async () => {
    const good = await run(
      {
        ...complete(),
        HUIJIAO_PROT: '1',
        HUIJIAO_UPSTREAMS: JSON.stringify([{ name: '370000', url: 'http://127.0.0.1:9', tier: 'provincial' }]),
      },
      ['--check'],
    ).ended
    const { findings } = JSON.parse(good.out) as { findings: { level: string; about: string; en: string }[] }
    const levels = new Map(findings.map((finding) => [finding.about, finding.level]))
    expect(good.code).toBe(0)
    expect(levels.get('configuration')).toBe('ok')
    expect([levels.get('HUIJIAO_PROT'), levels.get('HUIJIAO_UPSTREAMS 370000')]).toEqual(['warning', 'warning'])
    const bad = await run({ ...complete(), HUIJIAO_DATABASE_URL: 'postgres://u:s3cret@127.0.0.1:9/x' }, ['--check']).ended
    expect(bad.code).toBe(2)
    expect(bad.out).not.toContain('s3cret')
  })

  it('starts on a bare directory from a file, survives the death of its PostgreSQL, drains and stops, and finds everything again', async () => {
    const file = join(dataDir, 'node.conf')
    await writeFile(
      file,
      Object.entries(complete())
        .map(([name, value]) => `${name}=${value}\n`)
        .join(''),
    )
    const first = run({}, ['--config', file])
    const url = await address(first)
    await until(async () => (await fetch(`${url}/readyz`)).ok)
    await fetch(`${url}/admin/v1/participants`, {
      method: 'POST',
      headers: admin,
      body: JSON.stringify({ participantId: 'p-vendor', kind: 'system', name: '示例（合成）', regions: ['370100'] }),
    })
    const { secret } = (await (
      await fetch(`${url}/admin/v1/participants/p-vendor/keys`, { method: 'POST', headers: admin, body: '{"kind":"api-key"}' })
    ).json()) as { secret: string }
    const vendor = { authorization: `Bearer ${secret}`, 'content-type': 'application/json' }
    const send = (base: string, document: unknown) =>
      fetch(`${base}/v1/submissions`, { method: 'POST', headers: vendor, body: JSON.stringify(document) })
    const document = submission([project(1)])
    const receipt = await (await send(url, document)).text()

    const { pid } = first.lines.find((line) => line['msg'] === 'started PostgreSQL') as { pid: number }
    process.kill(pid, 'SIGKILL')
    await until(async () => {
      if (first.child.exitCode !== null) throw new Error((await first.ended).err)
      const answer = await send(url, submission([project(2)]))
      if (answer.status !== 200) throw new Error(`${answer.status} ${await answer.text()} ${JSON.stringify(first.lines.slice(-3))}`)
      return true
    })

    const large = submission(Array.from({ length: 90 }, (_, index) => project(index)))
    const underWay = send(url, large)
    await delay(150)
    first.child.kill('SIGTERM')
    // Drained when its body had arrived; on a slow machine it may not have, and is refused with nothing stored of it.
    const drained = await underWay
    const drainedText = await drained.text()
    expect([200, 503]).toContain(drained.status)
    if (drained.status === 503) expect(drainedText).toContain('"code":"not-ready"')
    const stopped = await first.ended
    expect(stopped.code).toBe(0)
    expect(first.lines.at(-1)?.['msg']).toBe('stopped')
    expect(stopped.out).not.toContain(secret)
    expect(stopped.out).not.toContain('李示例')

    const second = run(complete())
    const again = await address(second)
    expect(await (await send(again, document)).text()).toBe(receipt)
    const largeAgain = await (await send(again, large)).text()
    if (drained.status === 200) expect(largeAgain).toBe(drainedText)
    expect(JSON.parse(largeAgain)).toMatchObject({ parts: [{ count: 90 }] })
    second.child.kill('SIGTERM')
    expect((await second.ended).code).toBe(0)
  })
})
