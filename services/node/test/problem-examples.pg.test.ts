import { generateKeyPairSync } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { addPublicKey } from '@huijiao/exchange'
import { contentDigest, signRequest } from '@huijiao/identity'
import { exampleDirectory, type ProblemDocument, type ProblemExample } from '@huijiao/problem'
import { drivenClock, sampleDirectory } from '@huijiao/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { enrol, project, responsible, startTestNode, type TestNode } from './node.ts'

/**
 * Sends what provokes each problem and holds the answer against `packages/problem/examples/node.json`, from which the pages of the codes are
 * made. `HUIJIAO_WRITE_EXAMPLES=1` writes the file instead. A new code of the node's gets its provocation here.
 */
const file = join(exampleDirectory, 'node.json')
const writing = process.env['HUIJIAO_WRITE_EXAMPLES'] === '1'
const committed = (): Record<string, ProblemExample> => JSON.parse(readFileSync(file, 'utf8')) as Record<string, ProblemExample>
const made: Record<string, ProblemExample> = {}

const clock = drivenClock('2026-09-01T09:30:00+08:00')
let node: TestNode
let vendor: Awaited<ReturnType<typeof enrol>>
const { privateKey, publicKey } = generateKeyPairSync('ed25519')

beforeAll(async () => {
  node = await startTestNode({
    clock,
    listen: true,
    env: { HUIJIAO_BODY_IDLE_MS: '300', HUIJIAO_HEADERS_TIMEOUT_MS: '1500' },
    addRoutes: (app) => {
      app.get('/test/fault', () => {
        throw new Error('a fault of the node’s own')
      })
      app.get('/test/too-many', () => {
        throw Object.assign(new Error('slow down'), { statusCode: 429 })
      })
    },
  })
  vendor = await enrol(node.context, ['370100'], 'p-vendor')
  await addPublicKey(node.context.hub, 'operator:test', 'p-vendor', {
    keyId: 'vendor-1',
    algorithm: 'ed25519',
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  })
})
afterAll(async () => {
  if (writing) {
    const sorted = Object.fromEntries(Object.entries(made).toSorted(([a], [b]) => (a < b ? -1 : 1)))
    writeFileSync(file, `${JSON.stringify(sorted, null, 1)}\n`)
  }
  await node.stop()
})

/** Numbers that differ from run to run, written as one that does not. */
const settled = <T>(value: T): T =>
  JSON.parse(
    JSON.stringify(value)
      .replaceAll(/"traceId":"[0-9a-f]{32}"/g, '"traceId":"0af7651916cd43dd8448eb211c80319c"')
      .replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:7101'),
  ) as T

function keep(code: string, example: ProblemExample): void {
  expect(example.problem.code).toBe(code)
  const one = settled(example)
  made[code] = one
  if (!writing) expect(one).toEqual(committed()[code])
}

const uuid = (serial: number) => `1e8ff4cc-25ea-4de4-aa4f-${String(serial).padStart(12, '0')}`
let serial = 0
const submissionOf = (records: readonly unknown[], more: Record<string, unknown> = {}) => ({
  id: uuid((serial += 1)),
  standard: '2018',
  producedAt: '2026-09-01T09:30:00+08:00',
  responsible,
  records,
  ...more,
})
const record = project(1)
const shortRecord = { entity: 'TBProjectInfo', operation: 'upsert', sourceId: 'XM-1', data: '…' }

interface Sending {
  readonly method?: 'GET' | 'POST' | 'DELETE' | 'PUT'
  readonly url?: string
  readonly headers?: Readonly<Record<string, string>>
  /** Without credentials. */
  readonly anonymous?: true
  readonly body?: string | Buffer
  /** What the page shows of the body. */
  readonly shown?: string
}

async function send({ method = 'POST', url = '/v1/submissions', headers = {}, anonymous, body, shown }: Sending) {
  const all = {
    ...(anonymous ? {} : vendor.headers),
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...headers,
  }
  const answer = await node.app.inject({ method, url, headers: all, ...(body === undefined ? {} : { payload: body }) })
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${name === 'authorization' ? value.replace(/hj_.*/, 'hj_…') : value}`)
  const text = shown ?? (typeof body === 'string' ? body : body === undefined ? '' : `（${body.length} 字节 bytes）`)
  return {
    status: answer.statusCode,
    problem: (answer.statusCode >= 400 ? answer.json() : null) as ProblemDocument | null,
    json: () => answer.json() as Record<string, any>,
    sent: `${method} ${url}\n${lines.join('\n')}${text === '' ? '' : `\n\n${text}`}`,
  }
}

/** The problem that a request gets, and the same request as it should have been, which must succeed. */
async function whole(code: string, wrong: Sending, right?: Sending | string): Promise<void> {
  const answer = await send(wrong)
  const problem = answer.problem as ProblemDocument
  expect([answer.status >= 400, problem?.code]).toEqual([true, code])
  if (right === undefined || typeof right === 'string')
    return keep(code, { sent: answer.sent, problem, ...(right === undefined ? {} : { mended: right }) })
  const mended = await send(right)
  expect(mended.status, JSON.stringify(mended.problem)).toBeLessThan(300)
  keep(code, { sent: answer.sent, problem, mended: mended.sent })
}

const json = (records: readonly unknown[] = [record], more: Record<string, unknown> = {}) => {
  const document = submissionOf(records, more)
  return {
    body: JSON.stringify(document),
    shown: JSON.stringify({ ...document, records: records.length === 0 ? [] : [shortRecord] }),
  }
}

describe('a problem of a whole request has the example on its page', () => {
  it('when who sends is not known', async () => {
    const right = json()
    await whole('credentials-missing', { ...right, anonymous: true }, right)
    await whole('credentials-invalid', { ...right, headers: { authorization: `Bearer hj_${'A'.repeat(43)}` } }, right)
    await whole(
      'not-allowed',
      {
        ...right,
        headers: { 'content-type': 'application/vnd.huijiao.versions+ndjson' },
      },
      right,
    )
  })

  const signed = (body: string, change: { created?: Date; nonce: string; digest?: string | null; over?: string }) => {
    const headers = {
      host: 'localhost:80',
      'content-type': 'application/json',
      ...(change.digest === null ? {} : { 'content-digest': contentDigest(change.over ?? body) }),
    }
    const signature = signRequest({
      method: 'POST',
      url: 'http://localhost:80/v1/submissions',
      headers,
      key: { keyId: 'vendor-1', privateKey },
      created: change.created ?? clock.now(),
      nonce: change.nonce,
    })
    return { ...headers, ...signature }
  }
  /** Signatures are of a key made for this run: the page shows the form. */
  const masked = (example: ProblemExample): ProblemExample => ({
    ...example,
    sent: example.sent.replaceAll(/^signature: .*$/gm, 'signature: hub=:…:'),
    ...(example.mended === undefined ? {} : { mended: example.mended.replaceAll(/^signature: .*$/gm, 'signature: hub=:…:') }),
  })
  async function wholeSigned(code: string, wrong: Sending, right?: Sending) {
    const answer = await send({ anonymous: true, ...wrong })
    expect([answer.status >= 400, answer.problem?.code]).toEqual([true, code])
    const mended = right === undefined ? undefined : await send({ anonymous: true, ...right })
    if (mended) expect(mended.status, JSON.stringify(mended.problem)).toBeLessThan(300)
    keep(code, masked({ sent: answer.sent, problem: answer.problem as ProblemDocument, ...(mended ? { mended: mended.sent } : {}) }))
  }
  it('when the signature is not right', async () => {
    const body = json()
    const good = (nonce: string) => ({ ...body, headers: signed(body.body, { nonce }) })
    const broken = signed(body.body, { nonce: 'nonce-00000000001' })
    await wholeSigned(
      'signature-invalid',
      { ...body, headers: { ...broken, 'content-digest': contentDigest('other') } },
      good('nonce-00000000002'),
    )
    await wholeSigned(
      'signature-expired',
      { ...body, headers: signed(body.body, { nonce: 'nonce-00000000003', created: new Date(clock.now().getTime() - 3600_000) }) },
      good('nonce-00000000004'),
    )
    // A known submission is answered before its nonce is looked at, so the nonce is spent on a new one.
    const first = json()
    expect((await send({ anonymous: true, ...first, headers: signed(first.body, { nonce: 'nonce-00000000008' }) })).status).toBe(200)
    const second = json()
    await wholeSigned(
      'signature-replayed',
      { ...second, headers: signed(second.body, { nonce: 'nonce-00000000008' }) },
      { ...second, headers: signed(second.body, { nonce: 'nonce-00000000005' }) },
    )
    const third = json()
    await wholeSigned(
      'digest-missing',
      { ...third, headers: signed(third.body, { nonce: 'nonce-00000000006', digest: null }) },
      { ...third, headers: signed(third.body, { nonce: 'nonce-00000000007' }) },
    )
  })

  it('when the address or its parameters are wrong', async () => {
    await whole('not-found', { method: 'GET', url: `/v1/submissions/${uuid(999_999)}` })
    await whole('method-not-allowed', { method: 'DELETE', url: '/v1/submissions' }, { method: 'POST', url: '/v1/submissions', ...json() })
    await whole('parameter-invalid', { ...json(), url: '/v1/submissions?dryrun=true' }, { ...json(), url: '/v1/submissions?dryRun=true' })
  })

  it('when the body is not what it should be', async () => {
    const right = json()
    await whole('body-empty', { body: '', headers: { 'content-type': 'application/json' } }, right)
    await whole('media-type-unsupported', { ...right, headers: { 'content-type': 'text/html' } }, right)
    await whole('encoding-unsupported', { ...right, headers: { 'content-encoding': 'br' } }, right)
    const packed = gzipSync(right.body)
    await whole(
      'encoding-broken',
      { body: packed.subarray(0, 60), headers: { 'content-encoding': 'gzip' }, shown: '（gzip，传到一半为止 the first part of a gzip）' },
      { body: packed, headers: { 'content-encoding': 'gzip' }, shown: '（完整的 gzip the whole gzip）' },
    )
    await whole(
      'digest-mismatch',
      { ...right, headers: { 'content-digest': contentDigest('other bytes') } },
      { ...right, headers: { 'content-digest': contentDigest(right.body) } },
    )
    await whole(
      'body-too-large',
      {
        body: JSON.stringify({ ...submissionOf([record]), filler: 'x'.repeat(17 * 1024 * 1024) }),
        shown: '（17 MiB 的 JSON 文档 a JSON document of 17 MiB）',
      },
      '改用 NDJSON：首行为信封，其后一行一条记录；或拆成多个批次\nSend NDJSON: the envelope on the first line, one record a line; or split it',
    )
    await whole('json-malformed', { body: '{"id":"1e8ff4cc-25ea-4de4-aa4f-2531371bd198",' }, right)
    await whole(
      'json-not-utf8',
      {
        body: Buffer.concat([Buffer.from('{"responsible":{"unit":"'), Buffer.from([0xca, 0xbe, 0xc0, 0xfd]), Buffer.from('"}}')]),
        shown: '{"responsible":{"unit":"（GBK 编码的“示例” in GBK）"}}',
      },
      right,
    )
    await whole('json-too-deep', { body: `{"id":${'['.repeat(40)}${']'.repeat(40)}}` }, right)
    await whole('json-duplicate-key', { body: `{"id":"${uuid(1)}","id":"${uuid(2)}"}` }, right)
  })

  it('when the envelope is not right', async () => {
    const right = json()
    await whole('envelope-invalid', { body: JSON.stringify({ id: 'x', Standard: '2018', records: [] }) }, right)
    await whole('submission-empty', json([]), right)
    await whole('standard-unknown', json([record], { standard: '2099' }), right)
    const known = submissionOf([record])
    const shown = (document: object) => JSON.stringify({ ...document, records: [shortRecord] })
    expect((await send({ body: JSON.stringify(known) })).status).toBe(200)
    const changed = { ...known, producedAt: '2026-09-01T10:30:00+08:00' }
    const anew = { ...changed, id: uuid((serial += 1)) }
    await whole(
      'submission-conflict',
      { body: JSON.stringify(changed), shown: shown(changed) },
      { body: JSON.stringify(anew), shown: shown(anew) },
    )
    await whole('idempotency-key-mismatch', { ...json(), headers: { 'idempotency-key': uuid(77) } }, json())
    const many = Array.from({ length: 10_001 }, () => record)
    await whole(
      'atomic-too-large',
      { body: JSON.stringify(submissionOf(many)), url: '/v1/submissions?mode=atomic', shown: '（10,001 条记录 records）' },
      'POST /v1/submissions?mode=partial',
    )
  })

  it('when the node cannot or will not now', async () => {
    await whole('internal-error', { method: 'GET', url: '/test/fault' })
    await whole(
      'too-many-requests',
      { method: 'GET', url: '/test/too-many' },
      '按 Retry-After 等待后原样重发\nWait as Retry-After says and send the same again',
    )
    const stopping = json()
    const stop = node.context.stopping
    Object.assign(node.context, { stopping: () => true })
    await whole('not-ready', stopping, '按 Retry-After 等待后原样重发\nWait as Retry-After says and send the same again')
    Object.assign(node.context, { stopping: stop })
  })

  /** Bytes over a socket, as they are. */
  async function raw(bytes: string, more: { end?: boolean } = {}): Promise<ProblemDocument> {
    const { hostname, port } = new URL(node.url)
    const socket = connect(Number(port), hostname)
    let text = ''
    socket.setEncoding('utf8').on('data', (chunk) => (text += chunk))
    const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()).on('error', () => resolve()))
    socket.write(bytes)
    if (more.end) socket.end()
    await closed
    return JSON.parse(text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1)) as ProblemDocument
  }
  it('when it is no HTTP, or comes too slowly', async () => {
    keep('request-malformed', { sent: 'HELLO', problem: await raw('HELLO\r\n\r\n') })
    keep('headers-too-large', {
      sent: 'GET / HTTP/1.1\nhost: …\nx-large: xxxxxxxx…（40,000 字节 bytes）',
      problem: await raw(`GET / HTTP/1.1\r\nhost: x\r\nx-large: ${'x'.repeat(40_000)}\r\n\r\n`),
    })
    const head = `POST /v1/submissions HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\nauthorization: ${vendor.headers.authorization}\r\ncontent-length: 100000\r\nconnection: close\r\n\r\n`
    keep('request-too-slow', {
      sent: 'POST /v1/submissions\ncontent-type: application/json\ncontent-length: 100000\n\n{"id":（此后不再有数据 and then nothing more）',
      problem: await raw(`${head}{"id":`),
      mended: '按 Retry-After 等待后原样重发；大批次可压缩或拆分\nSend the same again; compress or split a large submission',
    })
    const incomplete = await node.app.inject({
      method: 'POST',
      url: '/v1/records/lookup',
      headers: { ...vendor.headers, 'content-type': 'application/json', 'content-length': '1000' },
      payload: '{"entity":"TBProjectInfo"}',
    })
    keep('body-incomplete', {
      sent: 'POST /v1/records/lookup\ncontent-type: application/json\ncontent-length: 1000\n\n{"entity":"TBProjectInfo"}',
      problem: incomplete.json() as ProblemDocument,
      mended: 'POST /v1/records/lookup\ncontent-type: application/json\ncontent-length: 26\n\n{"entity":"TBProjectInfo"}',
    })
  })
})

describe('a problem of one record that the sample’s bad file has', () => {
  it('is what a dry run of that file answers', async () => {
    const lines = (name: string) => readFileSync(join(sampleDirectory, name), 'utf8').split('\n').slice(0, -1)
    const bad = lines('bad.ndjson')
    const mended = lines('bad.mended.ndjson')
    const answer = await send({
      url: '/v1/submissions?dryRun=true',
      body: bad.join('\n'),
      headers: { 'content-type': 'application/x-ndjson' },
    })
    expect(answer.status).toBe(200)
    const { records } = answer.json() as { records: { index: number; sourceId: string | null; problems?: ProblemDocument[] }[] }
    for (const { index, problems = [] } of records) {
      const code = /"sourceId":"BAD-([a-z0-9-]+)"/.exec(bad[index + 1] as string)?.[1]
      const problem = problems.find((one) => one.code === code)
      // What the sample holds twice for the sake of another code is met in its own place.
      if (problem === undefined || code === undefined || code in made) continue
      const [wrong, right] = differing(bad[index + 1] as string, mended[index + 1] as string)
      keep(code, { sent: wrong, problem, mended: right })
    }
    expect(Object.keys(made).length).toBeGreaterThan(60)
  })
})

describe('a problem of one record that only the node knows', () => {
  async function one(code: string, wrong: object | string, mended?: object | string, options: { atomic?: boolean; also?: object } = {}) {
    const text = typeof wrong === 'string' ? wrong : JSON.stringify(wrong)
    const envelope = JSON.stringify({ ...submissionOf([]), records: undefined })
    const answer = await send({
      url: options.atomic ? '/v1/submissions?mode=atomic' : '/v1/submissions',
      body: [envelope, text, ...(options.also ? [JSON.stringify(options.also)] : [])].join('\n'),
      headers: { 'content-type': 'application/x-ndjson' },
    })
    expect(answer.status, JSON.stringify(answer.problem)).toBe(200)
    const problems = (answer.json()['records'][0].problems ?? []) as ProblemDocument[]
    const problem = problems.find((each) => each.code === code) as ProblemDocument
    expect(problems.map((each) => each.code)).toContain(code)
    if (code in made) return
    const pointer = problem.pointer ?? ''
    const better = mended === undefined ? undefined : typeof mended === 'string' ? mended : around(JSON.stringify(mended), pointer)
    keep(code, { sent: around(text, pointer), problem, ...(better === undefined ? {} : { mended: better }) })
  }

  it('is what the node answers', async () => {
    const own = project(20)
    await one(
      'region-not-granted',
      project(21, { PrjNum: '3201022001010101', ProvinceNum: '320000', CityNum: '320100', CountyNum: '320102' }),
    )
    await one('level-above-tier', project(22, { DataLevel: 'A' }), project(22, { DataLevel: 'B' }))
    await one('record-too-large', { ...own, data: { Mark: 'x'.repeat(1_100_000) } })
    await one('line-malformed', '{"entity":"TBProjectInfo",')
    await one('number-unsafe', '{"entity":"TBProjectInfo","operation":"upsert","sourceId":"XM-1","data":{"AllInvest":9007199254740993}}', {
      ...own,
      data: { AllInvest: '9007199254740993' },
    })
    await one('record-malformed', { ...own, operation: 'insert' }, own)
    await one('entity-unknown', { ...own, entity: 'tbprojectinfo' }, own)
    await one('key-invalid', { entity: 'TBProjectInfo', operation: 'withdraw', sourceId: 'XM-1', key: {}, reason: '重复报送' })
    await one('atomic-rolled-back', project(23), undefined, { atomic: true, also: project(24, { PrjPropertyNum: '077' }) })
    const first = { ...project(25), sourceVersion: 3 }
    expect((await send({ body: JSON.stringify(submissionOf([first])) })).json()['outcome']).toBe('accepted')
    const other = { ...project(25, { PrjName: '示例花园改名（合成）' }), sourceVersion: 3 }
    await one('source-version-conflict', other, { ...other, sourceVersion: 4 })
    const contract = {
      RecordNum: '3701022001010197-HZ-001',
      PrjNum: '3701022001010197',
      ContractNum: 'HT-1',
      ContractTypeNum: '301',
      ContractMoney: '31323.6',
      PrjSize: '总建筑面积135600平方米',
      ContractDate: '2020-05-17',
      PropietorCorpName: '示例置业有限公司（合成）',
      PropietorCorpCode: '91370199MA0XL03Q33',
      ContractorCorpName: '示例建设集团有限公司（合成）',
      ContractorCorpCode: '91370199MA0XL04X7A',
      CreateDate: '2020-05-18',
      ConPrjName: '示例花园一期（合成）',
      CheckDepartName: '示例市住房和城乡建设局（合成）',
      CheckPersonName: '审示例',
      DataSource: '1',
      DataLevel: 'B',
    }
    await one(
      'parent-missing',
      { entity: 'TBContractRecordManage', operation: 'upsert', sourceId: 'HT-1', data: contract },
      '先报送 PrjNum 为 3701022001010197 的 TBProjectInfo；本记录待关联，项目到达后自动放行\nSend the TBProjectInfo 3701022001010197 first; this record is held and released when the project arrives',
    )
    await one('withdraw-in-force', {
      entity: 'TBProjectInfo',
      operation: 'withdraw',
      sourceId: 'XM-25',
      key: { PrjNum: (project(25) as { data: { PrjNum: string } }).data.PrjNum },
      reason: '重复报送',
    })
  })
})

/** Two records cut to the members in which they differ; a line that is no JSON, cut to where it breaks off. */
function differing(wrong: string, right: string): [string, string] {
  let a: Record<string, any>
  try {
    a = JSON.parse(wrong) as Record<string, any>
  } catch {
    const end = (text: string) => (text.length > 160 ? `${text.slice(0, 60)} … ${text.slice(-80)}` : text)
    return [end(wrong), end(right)]
  }
  const b = JSON.parse(right) as Record<string, any>
  const picked = (from: Record<string, any>, than: Record<string, any>, always: readonly string[]) =>
    Object.fromEntries(
      Object.entries(from).filter(([name, value]) => always.includes(name) || JSON.stringify(value) !== JSON.stringify(than[name])),
    )
  const frame = ['entity', 'operation', 'sourceId']
  const show = (from: Record<string, any>, than: Record<string, any>) => {
    const out = picked(from, than, frame)
    if (out['data'] && than['data']) out['data'] = picked(from['data'], than['data'], [])
    return cut(JSON.stringify(out))
  }
  return JSON.stringify(a) === JSON.stringify(b) ? [around(wrong, ''), around(right, '')] : [show(a, b), show(b, a)]
}

/** The part of a record that a pointer means, in its place: `{"data":{"CountyNum":"370299"}}`. A line that is no JSON, cut. */
function around(text: string, pointer: string): string {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return cut(text)
  }
  const steps = pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
  const { entity, operation, sourceId } = value as Record<string, unknown>
  if (steps.length === 0) return cut(text)
  const own = steps.reduce<unknown>((at, step) => (at as Record<string, unknown> | undefined)?.[step], value)
  const nested = steps.toReversed().reduce<unknown>((inner, step) => (inner === undefined ? {} : { [step]: inner }), own)
  return cut(JSON.stringify({ entity, operation, sourceId, ...(nested as object) }))
}

const cut = (text: string) => (text.length > 700 ? `${text.slice(0, 400)}…` : text)
