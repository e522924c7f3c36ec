import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { addPublicKey, createParticipant } from '@huijiao/exchange'
import { contentDigest, signRequest } from '@huijiao/identity'
import { verifierKey } from '@huijiao/merkle'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { adminToken, enrol, project, startTestNode, submission, type TestNode } from './node.ts'

const program = join(import.meta.dirname, '../../../packages/client/src/main.ts')
const admin = { authorization: `Bearer ${adminToken}` }

let city: TestNode
let province: TestNode
let vendor: Awaited<ReturnType<typeof enrol>>
let dir: string

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'huijiao-reconcile-'))
  province = await startTestNode({ listen: true, worker: true, env: { HUIJIAO_REGION: '370000', HUIJIAO_TIER: 'provincial' } })
  city = await startTestNode({
    listen: true,
    worker: true,
    env: { HUIJIAO_UPSTREAMS: JSON.stringify([{ name: '370000', url: province.url, tier: 'provincial' }]) },
  })
  const { participant_id } = await createParticipant(province.context.hub, 'operator:test', {
    participantId: 'p-370100',
    kind: 'node',
    name: '节点 370100（合成）',
    regions: ['370100'],
    nodeName: '370100',
  })
  const { keyId, publicKey } = city.context.hub.signingKey
  await addPublicKey(province.context.hub, 'operator:test', participant_id, {
    keyId,
    algorithm: 'ed25519',
    publicKey: publicKey.toString('base64'),
  })
  vendor = await enrol(city.context, ['370100'], 'p-vendor')
  await writeFile(
    join(dir, 'keys.txt'),
    [city, province].map(({ context: { hub } }) => `${verifierKey(hub.node.name, hub.signingKey.publicKey)}\n`).join(''),
  )
  await fill(0, 12)
}, 60_000)
afterAll(async () => {
  for (const node of [city, province]) await node?.stop()
  await rm(dir, { recursive: true, force: true })
})

async function call(node: TestNode, method: 'GET' | 'POST', path: string, headers: Record<string, string>, body?: unknown) {
  const response = await fetch(`${node.url}${path}`, {
    method,
    headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, json: text === '' ? {} : (JSON.parse(text) as Record<string, any>) }
}

const versionsAbove = async () =>
  (await province.database.db.selectFrom('version').select('commitment').execute()).map((row) => row.commitment.toString('hex')).sort()

async function fill(from: number, to: number): Promise<void> {
  const before = (await versionsAbove()).length
  const records = Array.from({ length: to - from }, (_, at) => project(from + at))
  expect((await call(city, 'POST', '/v1/submissions', vendor.headers, submission(records))).status).toBe(200)
  await vi.waitFor(async () => expect(await versionsAbove()).toHaveLength(before + to - from), 15_000)
}

const huijiao = (...args: string[]) =>
  new Promise<{ code: number | null; out: string; err: string }>((resolve, reject) => {
    const env = { PATH: process.env['PATH'] ?? '', HOME: dir, HUIJIAO_ADMIN_TOKEN: adminToken }
    const child = spawn(process.execPath, [program, ...args], { env, cwd: dir, stdio: ['ignore', 'pipe', 'pipe'] })
    let [out, err] = ['', '']
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text))
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, out, err }))
  })

/** A question as the city's node signs it. */
async function ask(body: unknown, sign = true) {
  const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
  const headers = { 'content-type': 'application/json', 'content-digest': contentDigest(bytes) }
  const url = `${province.url}/v1/reconcile`
  const { hub } = city.context
  const signature = sign ? signRequest({ method: 'POST', url, headers, key: hub.signingKey, created: hub.clock.now() }) : {}
  const response = await fetch(url, { method: 'POST', headers: { ...headers, ...signature }, body: bytes })
  return { status: response.status, retryAfter: response.headers.get('retry-after'), json: (await response.json()) as Record<string, any> }
}
const question = (more: object) => ({ reconcile: 1, run: randomUUID(), cut: { epoch: 1, index: 1000 }, ...more })

describe('reconciling over HTTP', () => {
  it('ends in a certificate that both nodes list and anybody verifies offline', async () => {
    const done = await huijiao('reconcile', '370000', '--node', city.url, '--certificate', 'equality.json', '--lang', 'en')
    expect([done.err.trim(), done.code]).toEqual(['', 0])
    expect(done.out).toContain('370000: both hold the same, certificate 1; 12 versions')
    expect(done.out).toMatch(/1 passes, 1 rounds, \d+ bytes/)
    const below = (await call(city, 'GET', '/admin/v1/links/370000/certificates', admin)).json['items']
    const above = (await call(province, 'GET', '/admin/v1/participants/p-370100/certificates', admin)).json['items']
    expect(below[0].document).toEqual(above[0].document)
    expect(below[0].document).toMatchObject({ certificate: 'equality', count: 12, lower: { node: '370100' }, upper: { node: '370000' } })
    const verified = await huijiao('verify', 'equality.json', '--trust', 'keys.txt')
    expect([verified.code, verified.out]).toEqual([0, expect.stringContaining('一致性证明成立：370100 = 370000')])
    const document = JSON.parse(await readFile(join(dir, 'equality.json'), 'utf8'))
    await writeFile(join(dir, 'forged.json'), JSON.stringify({ ...document, cut: { ...document.cut, index: document.cut.index + 1 } }))
    expect((await huijiao('verify', 'forged.json', '--trust', 'keys.txt')).code).toBe(1)
    expect(JSON.parse((await huijiao('verify', 'equality.json', '--json')).out)).toMatchObject({ kind: 'equality', outcome: 'unproven' })
  })

  it('finds what the province has lost, sends it again, and says so', async () => {
    const before = await versionsAbove()
    const lost = (await province.database.db.selectFrom('stream').select('record_id').limit(3).execute()).map((row) => row.record_id)
    await province.database.db.deleteFrom('version').where('record_id', 'in', lost).execute()
    await province.database.db.deleteFrom('stream').where('record_id', 'in', lost).execute()
    const done = await huijiao('reconcile', '--node', city.url, '--json')
    expect(done.code).toBe(0)
    expect(JSON.parse(done.out)).toMatchObject({
      runs: [
        { link: '370000', state: 'equal', passes: 2, sentAgain: 3, found: { lowerAhead: 3, leftOver: 0, upperAhead: 0, conflicts: 0 } },
      ],
    })
    expect(await versionsAbove()).toEqual(before)
    const runs = (await call(city, 'GET', '/admin/v1/links/370000/reconcile?limit=1', admin)).json
    expect(runs['items']).toMatchObject([{ state: 'equal', sentAgain: 3, startedBy: expect.stringMatching(/^operator:/) }])
    expect(runs['next']).not.toBeNull()
  })

  it('opens a case for two contents of one version, and changes neither', async () => {
    const [one] = await province.database.db.selectFrom('version').select(['part_id', 'ordinal', 'commitment']).limit(1).execute()
    const { part_id, ordinal, commitment } = one as { part_id: number; ordinal: number; commitment: Buffer }
    const set = (value: Buffer) =>
      province.database.db
        .updateTable('version')
        .set({ commitment: value })
        .where('part_id', '=', part_id)
        .where('ordinal', '=', ordinal)
        .execute()
    await set(Buffer.alloc(32, 5))
    const done = await huijiao('reconcile', '370000', '--node', city.url)
    expect([done.code, done.out]).toEqual([1, expect.stringContaining('内容不一致，已立案： 1')])
    const open = (await call(city, 'GET', '/admin/v1/reconcile/cases', admin)).json['items']
    expect(open).toMatchObject([{ link: '370000', here: `sha-256:${commitment.toString('hex')}`, there: `sha-256:${'05'.repeat(32)}` }])
    expect((await versionsAbove()).includes('05'.repeat(32))).toBe(true)
    expect((await call(city, 'POST', `/admin/v1/reconcile/cases/${open[0].case}/settle`, admin, { reason: '已核对' })).status).toBe(204)
    expect((await call(city, 'POST', `/admin/v1/reconcile/cases/${open[0].case}/settle`, admin, { reason: '已核对' })).status).toBe(404)
    await set(commitment)
    expect((await huijiao('reconcile', '370000', '--node', city.url)).code).toBe(0)
  })

  it('begins every night by itself, once', async () => {
    const { dueReconciles } = await import('../src/jobs/reconcile.ts')
    const [link] = await city.database.db.selectFrom('link').selectAll().execute()
    const linkNo = link?.link_no as number
    const tomorrow = new Date(Date.now() + 24 * 3_600_000)
    const hub = { ...city.context.hub, clock: { now: () => tomorrow } }
    const started = async () =>
      (await city.database.db.selectFrom('reconcile_run').select('run_id').where('started_by', '=', 'node').execute()).length
    expect(await dueReconciles(hub, [linkNo], null)).toEqual([])
    expect(await dueReconciles(hub, [linkNo], '00:00')).toEqual([linkNo])
    await dueReconciles(hub, [linkNo], '00:00')
    expect(await started()).toBe(1)
    // The worker's own sweep finds it open and ends it.
    await vi.waitFor(async () => {
      const states = await city.database.db.selectFrom('reconcile_run').select('state').where('started_by', '=', 'node').execute()
      expect(states).toEqual([{ state: 'equal' }])
    }, 10_000)
  })
})

describe('POST /v1/reconcile', () => {
  it('tells only where it differs, and keeps nothing', async () => {
    const all = await ask(question({ compare: [{ range: '', children: [] }] }))
    expect(all.status).toBe(200)
    expect(all.json).toMatchObject({
      reconcile: 1,
      node: '370000',
      region: '370000',
      tier: 'provincial',
      statements: [{ children: [['TBProjectInfo', 12, expect.any(String)]] }],
    })
    const period = all.json['statements'][0].range
    const items = await ask(question({ compare: [{ range: `${period}/TBProjectInfo`, items: [] }] }))
    expect(items.json['statements'][0].items).toHaveLength(12)
    const same = await ask(question({ compare: [items.json['statements'][0]] }))
    expect(same.json['statements']).toEqual([])
    const none = await ask({ ...question({ compare: [{ range: '', children: [] }] }), cut: { epoch: 1, index: 0 } })
    expect(none.json['statements']).toEqual([])
  })

  it.each([
    ['{', 400, 'json-malformed'],
    [{}, 400, 'parameter-invalid'],
    [question({}), 400, 'parameter-invalid'],
    [question({ compare: [{ range: '../x', children: [] }] }), 400, 'parameter-invalid'],
    [question({ compare: [{ range: '2026-09/TBProjectInfo', items: [['AA', 'AA']] }] }), 400, 'parameter-invalid'],
    [question({ compare: [{ range: '', children: [['2026-09', -1, 'x']] }] }), 400, 'parameter-invalid'],
    [question({ compare: Array.from({ length: 33 }, () => ({ range: '', children: [] })) }), 400, 'parameter-invalid'],
    [question({ describe: [['', 'x']] }), 400, 'parameter-invalid'],
    [question({ certificate: { certificate: 'equality' } }), 400, 'parameter-invalid'],
    [question({ cut: { epoch: 1, index: -1 }, compare: [] }), 400, 'parameter-invalid'],
  ])('refuses what is no question precisely (%#)', async (body, status, code) => {
    const answer = await ask(body)
    expect([answer.status, answer.json['code']]).toEqual([status, code])
    expect(JSON.stringify(answer.json)).toMatch(/[\u4e00-\u9fff]/)
  })

  it('is for lower nodes only, with a signature', async () => {
    expect((await ask(question({ compare: [] }), false)).status).toBe(401)
    const stranger = await enrol(province.context, ['370000'])
    const answer = await call(province, 'POST', '/v1/reconcile', stranger.headers, question({ compare: [] }))
    expect([answer.status, answer.json['code']]).toEqual([403, 'not-allowed'])
  })

  it('answers one comparison of a participant at a time', async () => {
    const answers = await Promise.all(Array.from({ length: 6 }, () => ask(question({ compare: [{ range: '', children: [] }] }))))
    const refused = answers.filter((one) => one.status === 429)
    expect(answers.every((one) => one.status === 200 || one.status === 429)).toBe(true)
    expect(refused.length).toBeGreaterThan(0)
    expect(refused[0]).toMatchObject({ retryAfter: '10', json: { code: 'too-many-requests' } })
  })
})
