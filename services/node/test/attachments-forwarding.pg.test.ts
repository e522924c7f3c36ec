import { createHash, randomBytes } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { addPublicKey, createParticipant } from '@huijiao/exchange'
import { defaultPolicy } from '@huijiao/standard'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { adminToken, enrol, project, startTestNode, submission, type TestNode } from './node.ts'

/** City, province and nation with real HTTP between them; between city and province a proxy that can cut the way. */
let city: TestNode
let province: TestNode
let nation: TestNode
let vendor: Awaited<ReturnType<typeof enrol>>
let proxy: Server
/** What the proxy does with a request of the city; null passes it on. */
let cut: (method: string, path: string) => 'refuse' | 'lose the answer' | null = () => null
const seen: string[] = []

const start = (region: string, tier: string, upstream?: { name: string; url: string; tier: string }, more: Record<string, string> = {}) =>
  startTestNode({
    listen: true,
    worker: true,
    env: {
      HUIJIAO_REGION: region,
      HUIJIAO_TIER: tier,
      ...(upstream === undefined ? {} : { HUIJIAO_UPSTREAMS: JSON.stringify([upstream]) }),
      ...more,
    },
  })
const enrolNode = async (upper: TestNode, lower: TestNode) => {
  const { name, region } = lower.context.hub.node
  await createParticipant(upper.context.hub, 'operator:test', {
    participantId: `p-${name}`,
    kind: 'node',
    name: `节点 ${name}`,
    regions: [region],
    nodeName: name,
  })
  const { keyId, publicKey } = lower.context.hub.signingKey
  await addPublicKey(upper.context.hub, 'operator:test', `p-${name}`, {
    keyId,
    algorithm: 'ed25519',
    publicKey: publicKey.toString('base64'),
  })
}

beforeAll(async () => {
  nation = await start('000000', 'national', undefined, { HUIJIAO_ATTACHMENT_BYTES: '1000000' })
  proxy = createServer((request, response) => {
    const [method, path] = [request.method as string, (request.url as string).split('?')[0] as string]
    seen.push(`${method} ${path.replace(/[0-9a-f]{64}/, 'DIGEST')}`)
    const how = cut(method, path)
    if (how === 'refuse') return void request.socket.destroy()
    const headers = Object.fromEntries(
      Object.entries(request.headers).filter(([name]) => !['connection', 'transfer-encoding'].includes(name)),
    )
    void fetch(`${province.url}${request.url}`, {
      method,
      headers: { ...headers, host: request.headers.host } as Record<string, string>,
      ...(method === 'GET' || method === 'HEAD' ? {} : { body: request as unknown as ReadableStream, duplex: 'half' as const }),
    }).then(
      async (answer) => {
        const bytes = Buffer.from(await answer.arrayBuffer())
        if (how === 'lose the answer') return void request.socket.destroy()
        response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'text/plain' })
        response.end(bytes)
      },
      () => request.socket.destroy(),
    )
  })
  await new Promise<void>((resolve) => void proxy.listen(0, '127.0.0.1', resolve))
  const proxyUrl = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`
  // Signatures are verified against the address that callers see.
  province = await start('370000', 'provincial', { name: '000000', url: nation.url, tier: 'national' }, { HUIJIAO_PUBLIC_URL: proxyUrl })
  city = await start('370100', 'municipal', { name: '370000', url: proxyUrl, tier: 'provincial' })
  await enrolNode(nation, province)
  await enrolNode(province, city)
  vendor = await enrol(city.context, ['370100'], 'p-vendor')
  const attachments = {
    ...defaultPolicy.document.attachments,
    travel: [{ entities: ['TBProjectInfo'], tiers: { provincial: 'bytes', national: 'bytes' }, basis: 'test' }],
  }
  const policy = { ...defaultPolicy.document, id: 'travel', version: 2, attachments }
  for (const node of [city, province]) {
    const response = await fetch(`${node.url}/admin/v1/policy`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' },
      body: JSON.stringify(policy),
    })
    expect(response.status, await response.text()).toBeLessThan(300)
  }
})
afterAll(async () => {
  for (const node of [city, province, nation]) await node?.stop()
  proxy?.closeAllConnections()
  proxy?.close()
})

const pdf = (bytes: number): Buffer => Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(bytes)])
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

/** Hands bytes in at the city and sends a project that names them. @returns the record's id */
async function send(serial: number, bytes: Buffer): Promise<string> {
  const put = await fetch(`${city.url}/v1/attachments/${sha256(bytes)}`, {
    method: 'PUT',
    headers: { ...vendor.headers, 'content-type': 'application/pdf' },
    body: new Uint8Array(bytes),
  })
  expect(put.status).toBe(201)
  const attachments = [{ kind: '立项批复', digest: `sha-256:${sha256(bytes)}`, mediaType: 'application/pdf', name: '批复.pdf' }]
  const response = await fetch(`${city.url}/v1/submissions`, {
    method: 'POST',
    headers: { ...vendor.headers, 'content-type': 'application/json' },
    body: JSON.stringify(submission([{ ...project(serial), attachments }])),
  })
  const receipt = (await response.json()) as { records: { outcome: string; recordId: string }[] }
  expect(receipt.records[0]?.outcome).toBe('accepted')
  return receipt.records[0]?.recordId as string
}
const records = async (node: TestNode) =>
  (await node.database.db.selectFrom('stream').select('record_id').execute()).map((row) => `r_${row.record_id.replaceAll('-', '')}`)
const at = async (node: TestNode, bytes: Buffer) => {
  const response = await fetch(`${node.url}/admin/v1/attachments/${sha256(bytes)}?purpose=test`, {
    headers: { authorization: `Bearer ${adminToken}` },
  })
  return response.status === 200 ? sha256(Buffer.from(await response.arrayBuffer())) : response.status
}

describe('attachments over HTTP, signed, through three tiers', () => {
  it('arrive with the record, each tier having checked the bytes against their digest', async () => {
    const bytes = pdf(900_000)
    const recordId = await send(1, bytes)
    await vi.waitFor(async () => expect(await records(nation)).toContain(recordId), 15_000)
    for (const node of [province, nation]) expect(await at(node, bytes)).toBe(sha256(bytes))
    expect(seen.filter((line) => line.includes('attachments'))).toEqual(['HEAD /v1/attachments/DIGEST', 'PUT /v1/attachments/DIGEST'])
    expect(seen.indexOf('PUT /v1/attachments/DIGEST')).toBeLessThan(seen.indexOf('POST /v1/submissions'))
    expect(await nation.database.db.selectFrom('attachment_right').select('participant_id').execute()).toEqual([
      { participant_id: 'p-370000' },
    ])
  })

  it('survive a way that is cut before, within and after the upload; the record waits and nothing is parked', async () => {
    const bytes = pdf(300_000)
    seen.length = 0
    const plan = ['refuse', 'lose the answer'] as const
    let puts = 0
    cut = (method) => (method === 'PUT' ? (plan[puts++] ?? null) : null)
    const recordId = await send(2, bytes)
    await vi.waitFor(async () => expect(await records(nation)).toContain(recordId), 20_000)
    cut = () => null
    // The second upload arrived although its answer was lost, so no third one was needed.
    expect(seen.filter((line) => line.startsWith('PUT'))).toHaveLength(2)
    expect(await city.database.db.selectFrom('parked').selectAll().execute()).toEqual([])
    expect(await at(nation, bytes)).toBe(sha256(bytes))
  })

  it('park their record where a tier does not take them, with that tier’s words', async () => {
    const bytes = pdf(1_500_000)
    const recordId = await send(3, bytes)
    await vi.waitFor(async () => expect(await records(province)).toContain(recordId), 15_000)
    await vi.waitFor(async () => {
      const parked = await province.database.db.selectFrom('parked').select(['reason', 'problems']).execute()
      expect(parked).toMatchObject([
        { reason: 'body-too-large', problems: [{ code: 'body-too-large', value: `sha-256:${sha256(bytes)}` }] },
      ])
    }, 15_000)
    expect(await records(nation)).not.toContain(recordId)
    const next = await send(4, pdf(100))
    await vi.waitFor(async () => expect(await records(nation)).toContain(next), 15_000)
  })
})
