import { createHash, generateKeyPairSync, randomUUID } from 'node:crypto'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { addPublicKey } from '@huijiao/exchange'
import { contentDigest, signRequest } from '@huijiao/identity'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { adminToken, type TestNode, enrol, project, responsible, startTestNode, submission } from './node.ts'

let node: TestNode
let vendor: Awaited<ReturnType<typeof enrol>>
let nextSerial = 0
const fresh = (more: Record<string, unknown> = {}) => project((nextSerial += 1), more)

beforeAll(async () => {
  node = await startTestNode()
  vendor = await enrol(node.context, ['370100'], 'p-vendor')
})
afterAll(() => node.stop())

interface Sent {
  readonly headers?: Record<string, string>
  readonly query?: string
}

async function post(payload: string | Buffer, { headers = {}, query = '' }: Sent = {}) {
  const answer = await node.app.inject({
    method: 'POST',
    url: `/v1/submissions${query}`,
    headers: { 'content-type': 'application/json', ...vendor.headers, ...headers },
    payload,
  })
  return {
    status: answer.statusCode,
    type: String(answer.headers['content-type']),
    body: JSON.parse(answer.payload) as Record<string, any>,
    headers: answer.headers,
  }
}
const send = (document: unknown, sent?: Sent) => post(JSON.stringify(document), sent)

/** What is stored: a request that was refused as a whole must not change it. */
async function stored(): Promise<number[]> {
  const { db } = node.database
  const count = async (table: 'submission' | 'part' | 'version' | 'log_pending' | 'stream') =>
    Number(
      (
        await db
          .selectFrom(table)
          .select(({ fn }) => fn.countAll<number>().as('n'))
          .executeTakeFirstOrThrow()
      ).n,
    )
  return Promise.all((['submission', 'part', 'version', 'log_pending', 'stream'] as const).map(count))
}

/** The request is refused as a whole with exactly this problem, in both languages, and nothing is stored. */
async function refusesWhole(work: Promise<Awaited<ReturnType<typeof post>>>, status: number, code: string) {
  const before = await stored()
  const answer = await work
  expect([answer.status, answer.body['code']]).toEqual([status, code])
  expect(answer.type).toMatch(/^application\/problem\+json/)
  expect(answer.body).toMatchObject({ type: `/problems/${code}`, status, traceId: expect.stringMatching(/^[0-9a-f]{32}$/) })
  for (const text of [answer.body['title'], answer.body['detail'], answer.body['hint'], answer.body['en'].title, answer.body['en'].detail])
    expect(text).toBeTruthy()
  expect(await stored()).toEqual(before)
  return answer
}

/** The one record is judged: refused, with this among its problems, in a receipt. */
async function refusesRecord(record: unknown, code: string, more: Record<string, unknown> = {}) {
  const answer = await send(submission([record], more))
  expect(answer.status).toBe(200)
  expect(answer.body['outcome']).toBe('refused')
  const [outcome] = answer.body['records']
  expect(outcome.problems.map((one: { code: string }) => one.code)).toContain(code)
  return outcome.problems.find((one: { code: string }) => one.code === code)
}

describe('a body that does not arrive as it was meant', () => {
  it('refuses a truncated gzip', async () => {
    const packed = gzipSync(JSON.stringify(submission([fresh()])))
    await refusesWhole(post(packed.subarray(0, packed.length - 12), { headers: { 'content-encoding': 'gzip' } }), 400, 'encoding-broken')
  })
  it('refuses what is no gzip at all', () =>
    refusesWhole(send(submission([fresh()]), { headers: { 'content-encoding': 'gzip' } }), 400, 'encoding-broken'))
  it('refuses a truncated zstd', async () => {
    const packed = zstdCompressSync(JSON.stringify(submission([fresh()])))
    await refusesWhole(post(packed.subarray(0, packed.length - 8), { headers: { 'content-encoding': 'zstd' } }), 400, 'encoding-broken')
  })
  it('refuses a gzip bomb', async () => {
    const bomb = gzipSync(
      Buffer.concat([Buffer.from(`${JSON.stringify({ ...submission([]), records: undefined })}\n`), Buffer.alloc(64 * 1024 * 1024, 0x20)]),
    )
    await refusesWhole(
      post(bomb, { headers: { 'content-encoding': 'gzip', 'content-type': 'application/x-ndjson' } }),
      413,
      'body-too-large',
    )
  })
  it('refuses a JSON document above 16 MiB and points at NDJSON', async () => {
    const answer = await refusesWhole(
      post(JSON.stringify({ ...submission([fresh()]), filler: 'x'.repeat(17 * 1024 * 1024) })),
      413,
      'body-too-large',
    )
    expect(answer.body['hint']).toContain('NDJSON')
  })
  it('refuses a wrong digest', () =>
    refusesWhole(send(submission([fresh()]), { headers: { 'content-digest': contentDigest('other bytes') } }), 400, 'digest-mismatch'))
  it('refuses a digest that is none', () =>
    refusesWhole(send(submission([fresh()]), { headers: { 'content-digest': 'sha-256=abc' } }), 400, 'digest-mismatch'))
  it('accepts a right digest', async () => {
    const text = JSON.stringify(submission([fresh()]))
    expect((await post(text, { headers: { 'content-digest': contentDigest(text) } })).body['outcome']).toBe('accepted')
  })
  it('takes a digest in SHA-512 too, alone or beside another, and refuses a wrong one', async () => {
    const sha512 = (text: string) => `sha-512=:${createHash('sha512').update(text).digest('base64')}:`
    const text = JSON.stringify(submission([fresh()]))
    expect((await post(text, { headers: { 'content-digest': sha512(text) } })).body['outcome']).toBe('accepted')
    const packed = gzipSync(text)
    const wire = `sha-512=:${createHash('sha512').update(packed).digest('base64')}:`
    expect((await post(packed, { headers: { 'content-encoding': 'gzip', 'content-digest': wire } })).body['outcome']).toBe('accepted')
    const wrong = await refusesWhole(
      send(submission([fresh()]), { headers: { 'content-digest': sha512('other bytes') } }),
      400,
      'digest-mismatch',
    )
    expect(wrong.body['allowed']).toMatch(/^sha-512=:/)
  })
  it('refuses an empty body', () => refusesWhole(post(''), 400, 'body-empty'))
  it('refuses other media types and encodings', async () => {
    const pdf = send(submission([fresh()]), { headers: { 'content-type': 'application/pdf' } })
    expect((await refusesWhole(pdf, 415, 'media-type-unsupported')).body['allowed']).toContain('text/csv')
    const none = send(submission([fresh()]), { headers: { 'content-type': 'json' } })
    expect((await refusesWhole(none, 415, 'media-type-unsupported')).body).toMatchObject({
      value: 'json',
      allowed: expect.stringContaining('text/csv'),
    })
    await refusesWhole(send(submission([fresh()]), { headers: { 'content-type': 'text/xml' } }), 415, 'file-kind-unsupported')
    await refusesWhole(send(submission([fresh()]), { headers: { 'content-encoding': 'br' } }), 415, 'encoding-unsupported')
  })
  it('refuses the node-to-node media type from a business system', () =>
    refusesWhole(
      send(submission([fresh()]), { headers: { 'content-type': 'application/vnd.huijiao.versions+ndjson' } }),
      403,
      'not-allowed',
    ))
})

describe('credentials', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const url = 'http://localhost:80/v1/submissions'
  const text = () => JSON.stringify(submission([fresh()]))

  const signed = (
    body: string,
    options: { created?: Date; nonce?: string; keyId?: string; digest?: string | null } = {},
  ): Record<string, string> => {
    const headers = {
      'content-type': 'application/json',
      ...(options.digest === null ? {} : { 'content-digest': options.digest ?? contentDigest(body) }),
    }
    const signature = signRequest({
      method: 'POST',
      url,
      headers,
      key: { keyId: options.keyId ?? 'vendor-ed25519', privateKey },
      created: options.created ?? new Date(),
      ...(options.nonce === undefined ? {} : { nonce: options.nonce }),
    })
    return { ...headers, ...signature, host: 'localhost:80' }
  }
  const postSigned = async (body: string, headers: Record<string, string>) => {
    const answer = await node.app.inject({ method: 'POST', url: '/v1/submissions', headers, payload: body })
    return {
      status: answer.statusCode,
      type: String(answer.headers['content-type']),
      body: JSON.parse(answer.payload) as Record<string, any>,
      headers: answer.headers,
      bytes: answer.rawPayload,
    }
  }

  beforeAll(async () => {
    await addPublicKey(node.context.hub, 'operator:test', 'p-vendor', {
      keyId: 'vendor-ed25519',
      algorithm: 'ed25519',
      publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    })
  })

  it('asks for them', async () => {
    const answer = await refusesWhole(post(text(), { headers: { authorization: '' } }), 401, 'credentials-missing')
    expect(answer.headers['www-authenticate']).toContain('Bearer')
  })
  it('refuses an unknown API key', () =>
    refusesWhole(post(text(), { headers: { authorization: `Bearer hj_${'A'.repeat(43)}` } }), 401, 'credentials-invalid'))
  it('refuses the operator token where a participant is asked for', () =>
    refusesWhole(post(text(), { headers: { authorization: 'Bearer a-test-token-of-some-length' } }), 401, 'credentials-invalid'))
  it('accepts a signature', async () => {
    const body = text()
    expect((await postSigned(body, signed(body))).body['outcome']).toBe('accepted')
  })
  it('refuses a signature over other headers', async () => {
    const body = text()
    const headers = signed(body)
    await refusesWhole(postSigned(body, { ...headers, 'content-digest': contentDigest('other') }), 401, 'signature-invalid')
  })
  it('refuses a signed request whose body was changed', async () => {
    const body = text()
    await refusesWhole(postSigned(body.replace('示例路', '改动路'), signed(body)), 400, 'digest-mismatch')
  })
  it('refuses a signature without a digest', async () => {
    const body = text()
    await refusesWhole(postSigned(body, signed(body, { digest: null })), 400, 'digest-missing')
  })
  it('refuses an expired signature and one from the future', async () => {
    const body = text()
    await refusesWhole(postSigned(body, signed(body, { created: new Date(Date.now() - 3600_000) })), 401, 'signature-expired')
    await refusesWhole(postSigned(body, signed(body, { created: new Date(Date.now() + 3600_000) })), 401, 'signature-expired')
  })
  it('refuses an unknown key id', async () => {
    const body = text()
    await refusesWhole(postSigned(body, signed(body, { keyId: 'nobody' })), 401, 'credentials-invalid')
  })
  it('refuses a nonce that was used for another submission, and answers an honest retry with its receipt', async () => {
    const first = text()
    const headers = signed(first, { nonce: 'once-and-only-once' })
    const receipt = await postSigned(first, headers)
    expect(receipt.status).toBe(200)
    const retry = await postSigned(first, headers)
    expect(retry.bytes.equals(receipt.bytes)).toBe(true)
    const second = text()
    await refusesWhole(postSigned(second, signed(second, { nonce: 'once-and-only-once' })), 401, 'signature-replayed')
  })
})

describe('a body that is not a submission', () => {
  it.each([
    ['broken JSON', '{"id":', 400, 'json-malformed'],
    ['an array', '[]', 422, 'envelope-invalid'],
    ['null', 'null', 422, 'envelope-invalid'],
    ['a text', '"2018"', 422, 'envelope-invalid'],
    ['10⁵-deep nesting', `{"id":${'['.repeat(100_000)}${']'.repeat(100_000)}}`, 400, 'json-too-deep'],
    ['duplicate keys in the envelope', `{"id":"${randomUUID()}","id":"${randomUUID()}"}`, 400, 'json-duplicate-key'],
    ['NUL bytes', '\0\0\0', 400, 'json-malformed'],
  ] as const)('refuses %s', async (_name, body, status, code) => {
    await refusesWhole(post(body), status, code)
  })
  it.each([
    ['a value that is none of JSON’s', (text: string) => text.replace('"18600.5"', 'NaN')],
    ['a comma too many', (text: string) => text.replace('"18600.5"', '"18600.5",')],
  ] as const)('names the place of %s, however long the body is', async (_name, spoil) => {
    const text = JSON.stringify(submission([fresh()]))
    const broken = spoil(text)
    const at = [...broken].findIndex((char, index) => char !== text[index])
    const answer = await refusesWhole(post(broken), 400, 'json-malformed')
    expect(answer.body['detail']).toMatch(new RegExp(`^第 1 行第 (${at + 1}|${at + 2}) 列不是合法的 JSON$`))
  })
  it('refuses an instant on a day that does not exist', async () => {
    const answer = await refusesWhole(send(submission([fresh()], { producedAt: '2026-02-30T09:30:00+08:00' })), 422, 'envelope-invalid')
    expect(answer.body['pointer']).toBe('/producedAt')
  })
  it('says of what is too long that it is, and not that it is missing', async () => {
    const answer = await refusesWhole(
      send(submission([fresh()], { responsible: { unit: '示'.repeat(201), name: '' } })),
      422,
      'envelope-invalid',
    )
    expect(answer.body['en'].detail).toBe(
      '/responsible/unit: unit must be a text of at most 200 characters; /responsible/name: The person’s name is missing',
    )
    const [problem] = (await send(submission([{ ...fresh(), sourceId: 'x'.repeat(101) }]))).body['records'][0].problems
    expect(problem.en.detail).toBe('sourceId (your own row id) must be a text of at most 100 characters')
  })
  it('refuses GBK bytes', async () => {
    const [before, after] = JSON.stringify(submission([fresh({ PrjName: '@@' })])).split('@@') as [string, string]
    await refusesWhole(
      post(Buffer.concat([Buffer.from(before), Buffer.from([0xca, 0xbe, 0xc0, 0xfd]), Buffer.from(after)])),
      400,
      'json-not-utf8',
    )
  })
  it('refuses an envelope with every fault named', async () => {
    const answer = await refusesWhole(send({ id: 'x', Standard: '2018', records: [fresh()] }), 422, 'envelope-invalid')
    for (const pointer of ['/id', '/standard', '/Standard', '/responsible']) expect(answer.body['detail']).toContain(pointer)
  })
  it('refuses an unknown standard, an empty submission, a wrong Idempotency-Key', async () => {
    await refusesWhole(send(submission([fresh()], { standard: '2099' })), 422, 'standard-unknown')
    await refusesWhole(send(submission([])), 422, 'submission-empty')
    await refusesWhole(send(submission([fresh()]), { headers: { 'idempotency-key': randomUUID() } }), 400, 'idempotency-key-mismatch')
  })
  it('refuses a query it does not know, instead of storing what was meant as a dry run', async () => {
    await refusesWhole(send(submission([fresh()]), { query: '?dryrun=true' }), 400, 'parameter-invalid')
    await refusesWhole(send(submission([fresh()]), { query: '?mode=all' }), 400, 'parameter-invalid')
  })
  it('refuses the same id with other content, and answers the same content with the same bytes', async () => {
    const document = submission([fresh()])
    const first = await send(document)
    expect((await send(document)).body).toEqual(first.body)
    await refusesWhole(send({ ...document, producedAt: '2026-09-01T10:30:00+08:00' }), 409, 'submission-conflict')
  })
})

describe('a record that cannot be accepted', () => {
  it('names an unknown entity', () => refusesRecord({ ...fresh(), entity: 'TBNothing' }, 'entity-unknown'))
  it('names a field that differs only in case with its right spelling', async () => {
    const record = fresh() as { data: Record<string, unknown> }
    const { Address, ...data } = record.data
    const problem = await refusesRecord({ ...record, data: { ...data, address: Address } }, 'field-unknown')
    expect(JSON.stringify(problem)).toContain('Address')
  })
  it('tells all problems of a record at once', async () => {
    const answer = await send(submission([fresh({ PrjName: undefined, AllInvest: 18600.5, PrjTypeNum: 1, Nonsense: 'x' })]))
    const pointers = answer.body['records'][0].problems.map((one: { pointer: string }) => one.pointer)
    for (const pointer of ['/data/PrjName', '/data/AllInvest', '/data/PrjTypeNum', '/data/Nonsense']) expect(pointers).toContain(pointer)
  })
  it('refuses a foreign region by the place of the project', () =>
    refusesRecord(
      fresh({ PrjNum: '3201022001010101', ProvinceNum: '320000', CityNum: '320100', CountyNum: '320102' }),
      'region-not-granted',
    ))
  it('accepts an out-of-town contractor in a local project', async () => {
    const answer = await send(submission([fresh({ BuildCorpName: '外埠建设有限公司（合成）', BuildCorpCode: '91320199MA00DEM14N' })]))
    const problems = (answer.body['records'][0].problems ?? []).map((one: { code: string }) => one.code)
    expect(problems).not.toContain('region-not-granted')
  })
  it('removes null members before anything else', async () => {
    expect((await send(submission([fresh({ Mark: null, PrjApprovalLevelNum: null })]))).body['outcome']).toBe('accepted')
  })
  it.each([
    ['duplicate keys', (text: string) => text.replace('"PrjTypeNum":"01"', '"PrjTypeNum":"01","PrjTypeNum":"02"')],
    ['__proto__', (text: string) => text.replace('"PrjTypeNum":"01"', '"PrjTypeNum":"01","__proto__":{"admin":true}')],
    ['a lone surrogate', (text: string) => text.replace('示例路 1 号（合成）', '\\ud800')],
    ['a number past 2⁵³', (text: string) => text.replace('"18600.5"', '9007199254740993')],
    ['1e999', (text: string) => text.replace('"18600.5"', '1e999')],
    ['NUL in a text', (text: string) => text.replace('示例路 1 号（合成）', '示例路\\u0000')],
  ] as const)('refuses %s', async (_name, spoil) => {
    const text = JSON.stringify(submission([fresh()]))
    expect(spoil(text)).not.toBe(text)
    const answer = await post(spoil(text))
    if (answer.status === 200) expect(answer.body['outcome']).toBe('refused')
    else expect([400, 422]).toContain(answer.status)
  })
  it('refuses a record of 5 MB and keeps the others', async () => {
    const lines = [{ ...submission([]), records: undefined }, fresh({ Address: 'x'.repeat(5 * 1024 * 1024) }), fresh()]
      .map((line) => JSON.stringify(line))
      .join('\n')
    const answer = await post(lines, { headers: { 'content-type': 'application/x-ndjson' } })
    expect(answer.body['counts']).toMatchObject({ accepted: 1, refused: 1 })
    expect(answer.body['records'][0].problems[0].code).toBe('record-too-large')
  })
  it('applies two records of one key in one submission in order', async () => {
    const first = fresh() as { data: Record<string, unknown> }
    const answer = await send(submission([first, { ...first, data: { ...first.data, AllInvest: '2' } }]))
    expect(answer.body['records'].map((one: { version: number }) => one.version)).toEqual([1, 2])
  })
  it('never echoes a sealed value', async () => {
    const answer = await send(submission([fresh({ CheckPersonName: '密'.repeat(80) })]))
    expect(answer.body['outcome']).toBe('refused')
    expect(JSON.stringify(answer.body)).not.toContain('密'.repeat(6))
  })
})

describe('a dry run', () => {
  it('names every problem, burns no id, signs nothing, stores nothing', async () => {
    const document = submission([fresh({ AllInvest: 'x' }), fresh()])
    const before = await stored()
    const dry = await send(document, { query: '?dryRun=true' })
    expect(dry.status).toBe(200)
    expect(dry.body['signatures']).toBeUndefined()
    expect(dry.body['counts']).toMatchObject({ accepted: 1, refused: 1 })
    expect(await stored()).toEqual(before)
    expect((await send(document)).body['outcome']).toBe('partial')
  })
})

describe('a dry run that is too large', () => {
  it('is told to split, and not to leave a mode that it did not choose', async () => {
    const body = `${JSON.stringify({ id: randomUUID(), standard: '2018', responsible })}\n${'{}\n'.repeat(10_001)}`
    const answer = await refusesWhole(
      post(body, { headers: { 'content-type': 'application/x-ndjson' }, query: '?dryRun=true' }),
      413,
      'body-too-large',
    )
    expect(answer.body['hint']).not.toContain('mode=')
    expect(answer.body['allowed']).toContain('10,000')
  })
})

describe('a compressed body where none is taken', () => {
  it('is said to be that, and not to be broken JSON', async () => {
    const answer = await node.app.inject({
      method: 'POST',
      url: '/v1/records/lookup',
      headers: { ...vendor.headers, 'content-type': 'application/json', 'content-encoding': 'gzip' },
      payload: gzipSync('{"entity":"TBProjectInfo","key":{"PrjNum":"1"}}'),
    })
    expect(answer.statusCode).toBe(415)
    expect(answer.json()).toMatchObject({ code: 'encoding-unsupported', value: 'gzip', allowed: 'identity' })
  })
})

describe('a form', () => {
  it('that says one thing twice is refused, as a query is', async () => {
    const said = [
      ['standard', '2018'],
      ['standard', '2014'],
      ['responsibleUnit', '示例单位'],
      ['responsibleName', '王示例'],
    ] as const
    const field = (name: string, value: string) => `--B\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`
    const file = '--B\r\nContent-Disposition: form-data; name="file"; filename="TBProjectInfo.csv"\r\n\r\nPrjNum\n1\n\r\n--B--\r\n'
    const form = `${said.map(([name, value]) => field(name, value)).join('')}${file}`
    const answer = await refusesWhole(
      post(form, { headers: { 'content-type': 'multipart/form-data; boundary=B' } }),
      400,
      'parameter-invalid',
    )
    expect(answer.body['en'].detail).toBe('standard is said twice')
  })
})

describe('NUL in what is asked', () => {
  it.each([
    ['GET', '/public/v1/search?q=%00%00ab', '查询参数：q '],
    ['GET', '/search?q=%00%00ab', '查询参数：q '],
    ['GET', '/v1/records/r_%00', '地址：recordId '],
    ['POST', '/admin/v1/participants', '请求体：name '],
  ] as const)('is refused, and no fault of the node: %s %s', async (method, url, place) => {
    const answer = await node.app.inject({
      method,
      url,
      headers: { ...(url.startsWith('/admin') ? { authorization: `Bearer ${adminToken}` } : vendor.headers) },
      ...(method === 'POST' ? { payload: { name: 'a\0b', kind: 'system', regions: ['370100'] } } : {}),
    })
    expect(answer.statusCode, answer.payload).toBe(400)
    expect(answer.json()).toMatchObject({ code: 'parameter-invalid', detail: `${place}含有 NUL 字符（U+0000）` })
  })
})

describe('an atomic submission', () => {
  it('refuses the whole for one refused record, in a receipt', async () => {
    const answer = await send(submission([fresh(), fresh({ AllInvest: 'x' })]), { query: '?mode=atomic' })
    expect(answer.body).toMatchObject({ outcome: 'refused', mode: 'atomic' })
    expect(answer.body['records'][0].problems[0].code).toBe('atomic-rolled-back')
  })
  it('is limited in size', async () => {
    const line = `${JSON.stringify(fresh())}\n`
    const body = `${JSON.stringify({ id: randomUUID(), standard: '2018', responsible })}\n${line.repeat(Math.ceil((17 * 1024 * 1024) / line.length))}`
    await refusesWhole(post(body, { headers: { 'content-type': 'application/x-ndjson' }, query: '?mode=atomic' }), 413, 'atomic-too-large')
  })
})

describe('the receipt', () => {
  it('has the digest of the decoded body', async () => {
    const text = JSON.stringify(submission([fresh()]))
    const answer = await post(gzipSync(text), { headers: { 'content-encoding': 'gzip' } })
    expect(answer.body['submission'].digest).toBe(`sha-256:${createHash('sha256').update(text).digest('hex')}`)
  })
})
