import { generateKeyPairSync } from 'node:crypto'
import { connect } from 'node:net'
import { gzipSync } from 'node:zlib'
import { addPublicKey } from '@huijiao/exchange'
import { contentDigest, signRequest } from '@huijiao/identity'
import type { ProblemDocument, ProblemExample } from '@huijiao/problem'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ExampleNode, openExamples, type Sending } from './example-harness.ts'
import { project } from './node.ts'

let at: ExampleNode
const answersWhole: ExampleNode['whole'] = (...given) => at.whole(...given)
const answersKept: ExampleNode['keep'] = (...given) => at.keep(...given)
const { privateKey, publicKey } = generateKeyPairSync('ed25519')
const idOf = (serial: number) => `1e8ff4cc-25ea-4de4-aa4f-${String(serial).padStart(12, '0')}`
const record = project(1)

beforeAll(async () => {
  at = await openExamples('node', 0, {
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
  await addPublicKey(at.node.context.hub, 'operator:test', 'p-vendor', {
    keyId: 'vendor-1',
    algorithm: 'ed25519',
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  })
})
afterAll(() => at.close())

describe('a problem of a whole request has the example on its page', () => {
  it('when who sends is not known', async () => {
    const right = at.json()
    await answersWhole('credentials-missing', { ...right, anonymous: true }, right)
    await answersWhole('credentials-invalid', { ...right, headers: { authorization: `Bearer hj_${'A'.repeat(43)}` } }, right)
    await answersWhole(
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
      created: change.created ?? at.clock.now(),
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
  async function answersSigned(code: string, wrong: Sending, right?: Sending) {
    const answer = await at.send({ anonymous: true, ...wrong })
    expect([answer.status >= 400, answer.problem?.code]).toEqual([true, code])
    const mended = right === undefined ? undefined : await at.send({ anonymous: true, ...right })
    if (mended) expect(mended.status, JSON.stringify(mended.problem)).toBeLessThan(300)
    answersKept(code, masked({ sent: answer.sent, problem: answer.problem as ProblemDocument, ...(mended ? { mended: mended.sent } : {}) }))
  }
  it('when the signature is not right', async () => {
    const body = at.json()
    const good = (nonce: string) => ({ ...body, headers: signed(body.body, { nonce }) })
    const broken = signed(body.body, { nonce: 'nonce-00000000001' })
    await answersSigned(
      'signature-invalid',
      { ...body, headers: { ...broken, 'content-digest': contentDigest('other') } },
      good('nonce-00000000002'),
    )
    await answersSigned(
      'signature-expired',
      { ...body, headers: signed(body.body, { nonce: 'nonce-00000000003', created: new Date(at.clock.now().getTime() - 3600_000) }) },
      good('nonce-00000000004'),
    )
    // A known submission is answered before its nonce is looked at, so the nonce is spent on a new one.
    const first = at.json()
    expect((await at.send({ anonymous: true, ...first, headers: signed(first.body, { nonce: 'nonce-00000000008' }) })).status).toBe(200)
    const second = at.json()
    await answersSigned(
      'signature-replayed',
      { ...second, headers: signed(second.body, { nonce: 'nonce-00000000008' }) },
      { ...second, headers: signed(second.body, { nonce: 'nonce-00000000005' }) },
    )
    const third = at.json()
    await answersSigned(
      'digest-missing',
      { ...third, headers: signed(third.body, { nonce: 'nonce-00000000006', digest: null }) },
      { ...third, headers: signed(third.body, { nonce: 'nonce-00000000007' }) },
    )
  })

  it('when the address or its parameters are wrong', async () => {
    await answersWhole('not-found', { method: 'GET', url: `/v1/submissions/${idOf(999_999)}` })
    await answersWhole(
      'method-not-allowed',
      { method: 'DELETE', url: '/v1/submissions' },
      { method: 'POST', url: '/v1/submissions', ...at.json() },
    )
    await answersWhole(
      'parameter-invalid',
      { ...at.json(), url: '/v1/submissions?dryrun=true' },
      { ...at.json(), url: '/v1/submissions?dryRun=true' },
    )
  })

  it('when the body is not what it should be', async () => {
    const right = at.json()
    await answersWhole('body-empty', { body: '', headers: { 'content-type': 'application/json' } }, right)
    await answersWhole('media-type-unsupported', { ...right, headers: { 'content-type': 'text/html' } }, right)
    await answersWhole('encoding-unsupported', { ...right, headers: { 'content-encoding': 'br' } }, right)
    const packed = gzipSync(right.body)
    await answersWhole(
      'encoding-broken',
      { body: packed.subarray(0, 60), headers: { 'content-encoding': 'gzip' }, shown: '（gzip，传到一半为止 the first part of a gzip）' },
      { body: packed, headers: { 'content-encoding': 'gzip' }, shown: '（完整的 gzip the whole gzip）' },
    )
    await answersWhole(
      'digest-mismatch',
      { ...right, headers: { 'content-digest': contentDigest('other bytes') } },
      { ...right, headers: { 'content-digest': contentDigest(right.body) } },
    )
    await answersWhole(
      'body-too-large',
      {
        body: JSON.stringify({ ...at.submissionOf([record]), filler: 'x'.repeat(17 * 1024 * 1024) }),
        shown: '（17 MiB 的 JSON 文档 a JSON document of 17 MiB）',
      },
      '改用 NDJSON：首行为信封，其后一行一条记录；或拆成多个批次\nSend NDJSON: the envelope on the first line, one record a line; or split it',
    )
    await answersWhole('json-malformed', { body: '{"id":"1e8ff4cc-25ea-4de4-aa4f-2531371bd198",' }, right)
    await answersWhole(
      'json-not-utf8',
      {
        body: Buffer.concat([Buffer.from('{"responsible":{"unit":"示例市').subarray(0, -1), Buffer.from('"}}')]),
        shown: '{"responsible":{"unit":"（最后一个汉字被截断 the last character is cut）"}}',
      },
      right,
    )
    await answersWhole('json-too-deep', { body: `{"id":${'['.repeat(40)}${']'.repeat(40)}}` }, right)
    await answersWhole('json-duplicate-key', { body: `{"id":"${idOf(1)}","id":"${idOf(2)}"}` }, right)
  })

  it('when the envelope is not right', async () => {
    const right = at.json()
    await answersWhole('envelope-invalid', { body: JSON.stringify({ id: 'x', Standard: '2018', records: [] }) }, right)
    await answersWhole('submission-empty', at.json([]), right)
    await answersWhole('standard-unknown', at.json([record], { standard: '2099' }), right)
    const known = at.submissionOf([record])
    const shown = (document: object) =>
      JSON.stringify({ ...document, records: [{ entity: 'TBProjectInfo', operation: 'upsert', sourceId: 'XM-1', data: '…' }] })
    expect((await at.send({ body: JSON.stringify(known) })).status).toBe(200)
    const changed = { ...known, producedAt: '2026-09-01T10:30:00+08:00' }
    const anew = { ...changed, id: at.nextId() }
    await answersWhole(
      'submission-conflict',
      { body: JSON.stringify(changed), shown: shown(changed) },
      { body: JSON.stringify(anew), shown: shown(anew) },
    )
    await answersWhole('idempotency-key-mismatch', { ...at.json(), headers: { 'idempotency-key': idOf(77) } }, at.json())
    await answersWhole(
      'submission-not-open',
      { url: `/v1/submissions/${known.id}/pause` },
      { method: 'GET', url: `/v1/submissions/${known.id}` },
    )
    const stock = { ...known, id: at.nextId(), legacy: true }
    const { legacy: _stock, ...plain } = stock
    await answersWhole(
      'legacy-not-granted',
      { body: JSON.stringify(stock), shown: shown(stock) },
      { body: JSON.stringify(plain), shown: shown(plain) },
    )
    const many = Array.from({ length: 10_001 }, () => record)
    await answersWhole(
      'atomic-too-large',
      { body: JSON.stringify(at.submissionOf(many)), url: '/v1/submissions?mode=atomic', shown: '（10,001 条记录 records）' },
      'POST /v1/submissions?mode=partial',
    )
  })

  it('when the node cannot or will not now', async () => {
    await answersWhole('internal-error', { method: 'GET', url: '/test/fault' })
    await answersWhole(
      'too-many-requests',
      { method: 'GET', url: '/test/too-many' },
      '按 Retry-After 等待后原样重发\nWait as Retry-After says and send the same again',
    )
    const stopping = at.json()
    const stop = at.node.context.stopping
    Object.assign(at.node.context, { stopping: () => true })
    await answersWhole('not-ready', stopping, '按 Retry-After 等待后原样重发\nWait as Retry-After says and send the same again')
    Object.assign(at.node.context, { stopping: stop })
  })

  /** Bytes over a socket, as they are. */
  async function raw(bytes: string, more: { end?: boolean } = {}): Promise<ProblemDocument> {
    const { hostname, port } = new URL(at.node.url)
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
    answersKept('request-malformed', { sent: 'HELLO', problem: await raw('HELLO\r\n\r\n') })
    answersKept('headers-too-large', {
      sent: 'GET / HTTP/1.1\nhost: …\nx-large: xxxxxxxx…（40,000 字节 bytes）',
      problem: await raw(`GET / HTTP/1.1\r\nhost: x\r\nx-large: ${'x'.repeat(40_000)}\r\n\r\n`),
    })
    const head = `POST /v1/submissions HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\nauthorization: ${at.vendor.headers.authorization}\r\ncontent-length: 100000\r\nconnection: close\r\n\r\n`
    answersKept('request-too-slow', {
      sent: 'POST /v1/submissions\ncontent-type: application/json\ncontent-length: 100000\n\n{"id":（此后不再有数据 and then nothing more）',
      problem: await raw(`${head}{"id":`),
      mended: '按 Retry-After 等待后原样重发；大批次可压缩或拆分\nSend the same again; compress or split a large submission',
    })
    const incomplete = await at.node.app.inject({
      method: 'POST',
      url: '/v1/records/lookup',
      headers: { ...at.vendor.headers, 'content-type': 'application/json', 'content-length': '1000' },
      payload: '{"entity":"TBProjectInfo"}',
    })
    answersKept('body-incomplete', {
      sent: 'POST /v1/records/lookup\ncontent-type: application/json\ncontent-length: 1000\n\n{"entity":"TBProjectInfo"}',
      problem: incomplete.json() as ProblemDocument,
      mended: 'POST /v1/records/lookup\ncontent-type: application/json\ncontent-length: 26\n\n{"entity":"TBProjectInfo"}',
    })
  })
})
