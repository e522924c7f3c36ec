import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSigningKey } from '@huijiao/identity'
import { releaseDocument, releases } from '@huijiao/standard'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type TestNode, adminToken, enrol, project, startTestNode, submission } from './node.ts'

const program = join(import.meta.dirname, '../../../packages/client/src/main.ts')

describe('huijiao standard', () => {
  let node: TestNode
  let dir: string
  const authority = createSigningKey()
  const keys = [{ keyId: 'mohurd-standard', publicKey: authority.publicKeyRaw.toString('base64') }]
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'huijiao-standard-'))
    node = await startTestNode({
      listen: true,
      worker: true,
      env: { HUIJIAO_STANDARD_KEYS: JSON.stringify(keys), HUIJIAO_STANDARD_NOTICE_MS: '0' },
    })
    await writeFile(join(dir, 'authority.pem'), authority.privateKeyPem, { mode: 0o600 })
    const vendor = await enrol(node.context)
    for (let serial = 0; serial < 3; serial += 1) {
      const answer = await fetch(`${node.url}/v1/submissions`, {
        method: 'POST',
        headers: { ...vendor.headers, 'content-type': 'application/json' },
        body: JSON.stringify(submission([project(serial)])),
      })
      expect(answer.status).toBe(200)
    }
  })
  afterAll(async () => {
    await node.stop()
    await rm(dir, { recursive: true, force: true })
  })

  const huijiao = (...args: string[]) =>
    new Promise<{ code: number | null; out: string; err: string }>((resolve, reject) => {
      const env = { PATH: process.env['PATH'] ?? '', HOME: dir, HUIJIAO_ADMIN_TOKEN: adminToken }
      const child = spawn(process.execPath, [program, 'standard', ...args], { env, cwd: dir, stdio: ['ignore', 'pipe', 'pipe'] })
      let [out, err] = ['', '']
      child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
      child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text))
      child.on('error', reject)
      child.on('close', (code) => resolve({ code, out, err }))
    })
  const atNode = (...args: string[]) => huijiao(...args, '--node', node.url)
  const revised = (revision: number, more: object = {}) => {
    const document = releaseDocument(releases.get('2018')!)
    const entities = document.entities.map((entity) =>
      entity.code !== 'TBProjectInfo'
        ? entity
        : { ...entity, fields: entity.fields.map((field) => (field.code === 'AllArea' ? { ...field, mandatory: true } : field)) },
    )
    return { ...document, revision, entities, ...more }
  }

  it('signs a release, loads it, and lists it', async () => {
    await writeFile(join(dir, 'plain.json'), JSON.stringify(revised(2), null, 2))
    const unsigned = await atNode('load', 'plain.json')
    expect(unsigned.code).toBe(1)
    expect(unsigned.err).toContain('没有可信的签名')
    const signed = await huijiao('sign', 'plain.json', '--key-file', 'authority.pem', '--key-id', 'mohurd-standard', '--out', 'signed.json')
    expect([signed.code, signed.err]).toEqual([0, ''])
    const loaded = await atNode('load', 'signed.json', '--lang', 'en')
    expect([loaded.code, loaded.err]).toEqual([0, ''])
    expect(loaded.out).toContain('loaded 2018 r2 (000000), signed by mohurd-standard')
    const list = await atNode('list', '--json')
    const { items } = JSON.parse(list.out) as { items: { release: string; revision: number; state: string }[] }
    expect(items.filter((one) => one.release === '2018').map((one) => [one.revision, one.state])).toEqual([
      [1, 'past'],
      [2, 'in-force'],
    ])
  })

  it('says everything that is wrong, offline and at the node', async () => {
    await writeFile(join(dir, 'broken.json'), JSON.stringify({ ...revised(3), clocks: [{ id: 'x' }] }))
    const offline = await huijiao('sign', 'broken.json', '--key-file', 'authority.pem', '--key-id', 'mohurd-standard', '--out', 'x.json')
    expect(offline.code).toBe(1)
    expect(offline.err).toContain('/clocks/x')
    const signed = JSON.parse(await readFile(join(dir, 'signed.json'), 'utf8')) as object
    await writeFile(join(dir, 'tampered.json'), JSON.stringify({ ...signed, revision: 3 }))
    const tampered = await atNode('load', 'tampered.json')
    expect([tampered.code, tampered.err.includes('签名与内容不符')]).toEqual([1, true])
    expect((await atNode('load', 'missing.json')).code).toBe(2)
  })

  it('shows what a revision would refuse, with its exit code, and goes back', async () => {
    expect((await atNode('activate', '2018', '1', '--reason', '先试运行')).code).toBe(0)
    const shadow = await atNode('shadow', '2018', '2', '--days', '30')
    expect(shadow.code).toBe(1)
    expect(shadow.out).toContain('判断 3 条：会退回 3')
    expect(shadow.out).toContain('3 × field-missing  TBProjectInfo.AllArea')
    const run = /试运行 (\d+)/.exec(shadow.out)?.[1] as string
    const again = await atNode('shadow', '--run', run, '--json')
    expect(JSON.parse(again.out)).toMatchObject({ kind: 'stored', state: 'finished', wouldRefuse: 3 })
    const own = await atNode('shadow', '2018', '1', '--days', '30')
    expect([own.code, own.out.includes('会退回 0')]).toEqual([0, true])
    expect((await atNode('shadow', '2018')).code).toBe(2)
  })

  it('takes a release back before it counts', async () => {
    const from = new Date(Date.now() + 3_600_000).toISOString()
    await writeFile(join(dir, 'later.json'), JSON.stringify(revised(3, { effectiveFrom: from })))
    await huijiao('sign', 'later.json', '--key-file', 'authority.pem', '--key-id', 'mohurd-standard', '--out', 'later-signed.json')
    const loaded = await atNode('load', 'later-signed.json')
    expect(loaded.out).toMatch(/试运行 \d+：huijiao standard shadow --run \d+/)
    expect((await atNode('cancel', '2018', '3')).code).toBe(2)
    expect((await atNode('cancel', '2018', '3', '--reason', '推迟')).out).toContain('已撤销 1 项安排')
    expect((await atNode('cancel', '2018', '3', '--reason', '推迟')).code).toBe(1)
  })

  it('runs a revision in the shadow that is to count later by hand, though it counted before', async () => {
    const from = new Date(Date.now() + 3_600_000).toISOString()
    const later = await atNode('activate', '2018', '2', '--reason', '择日启用', '--from', from)
    const run = /试运行 (\d+)：huijiao standard shadow --run \1/.exec(later.out)?.[1] as string
    const vendor = await enrol(node.context, ['370100'], 'p-later')
    const answer = await fetch(`${node.url}/v1/submissions`, {
      method: 'POST',
      headers: { ...vendor.headers, 'content-type': 'application/json' },
      body: JSON.stringify(submission([project(50)])),
    })
    expect(((await answer.json()) as { outcome: string }).outcome).toBe('accepted')
    const told = async () => JSON.parse((await atNode('shadow', '--run', run, '--json')).out) as object
    await vi.waitFor(async () => expect(await told()).toMatchObject({ kind: 'live', state: 'running', wouldRefuse: 1 }), 20_000)
    // Said again, the same run goes on.
    expect((await atNode('activate', '2018', '2', '--reason', '再次', '--from', from)).out).toContain(`--run ${run}`)
    expect((await atNode('activate', '2018', '1', '--reason', '暂不启用')).out).not.toContain('试运行')
    expect((await atNode('cancel', '2018', '2', '--reason', '暂不启用')).code).toBe(0)
    await vi.waitFor(async () => expect(await told()).toMatchObject({ state: 'finished' }), 20_000)
  })

  it('says to the authority, offline, where an extension asks for less than the release that it extends', async () => {
    const js = releaseDocument(releases.get('2018-js')!)
    const entities = js.entities.map((entity) => ({
      ...entity,
      fields: entity.fields.map((field) => (field.code === 'PrjName' ? { ...field, mandatory: false } : field)),
    }))
    await writeFile(join(dir, 'weak.json'), JSON.stringify({ ...js, revision: 2, entities }))
    const weak = await huijiao('sign', 'weak.json', '--key-file', 'authority.pem', '--key-id', 'mohurd-standard', '--out', 'x.json')
    expect([weak.code, weak.err.includes('/entities/TBProjectInfo/fields/PrjName')]).toEqual([1, true])
  })

  it('replaces a dictionary by an official file, and names every row that cannot be taken', async () => {
    await writeFile(join(dir, 'list.csv'), '代码,名称\nA1-1-01,示例行为（合成）\n')
    const args = ['dictionary', '2018', 'TBCORPBADDIC', 'list.csv', '--title', '示例目录（合成）', '--incomplete']
    const checked = await atNode(...args, '--check')
    expect([checked.code, checked.err]).toEqual([0, ''])
    expect(checked.out).toMatch(/将成为 2018 r4：新增 0，变更 1，停用 0，删除 \d+，不变 0/)
    expect(checked.out).toContain('→ 示例行为（合成）')
    const done = await atNode(...args)
    expect([done.code, done.err]).toEqual([0, ''])
    expect(done.out).toContain('2018 r4 (370100)')
    await writeFile(join(dir, 'list.csv'), '代码,名称\nA1-1-01,甲\nA1-1-01,乙\n,丙\n')
    const wrong = await atNode(...args)
    expect(wrong.code).toBe(1)
    for (const pointer of ['/rows/3/code', '/rows/4/code']) expect(wrong.err).toContain(pointer)
    expect((await atNode(...args, '--complete')).code).toBe(2)
  })
})
