import { randomBytes } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { addPublicKey, createParticipant } from '@huijiao/exchange'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { startWorker } from '../src/worker.ts'
import { enrol, project, startTestNode, submission, type TestNode } from './node.ts'
import { call } from './tiers.ts'

/** A span as a collector gets it (OTLP over HTTP, JSON). */
interface CollectedSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
  readonly kind: number
  readonly startTimeUnixNano: string
  readonly endTimeUnixNano: string
  readonly attributes: readonly { readonly key: string; readonly value: Record<string, unknown> }[]
  readonly links?: readonly { readonly traceId: string; readonly spanId: string }[]
}

/** A collector on a port of its own, that keeps what it is sent. */
export async function startCollector(): Promise<{ url: string; spans: CollectedSpan[]; bodies: string[]; close(): Promise<void> }> {
  const spans: CollectedSpan[] = []
  const bodies: string[] = []
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString()
      bodies.push(text)
      const { resourceSpans = [] } = JSON.parse(text) as { resourceSpans?: { scopeSpans: { spans: CollectedSpan[] }[] }[] }
      for (const resource of resourceSpans) for (const scope of resource.scopeSpans) spans.push(...scope.spans)
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
    })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces`,
    spans,
    bodies,
    close: async () => {
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
    },
  }
}

/** City, province and nation with traces on, whatever keeps the queue. Call inside a `describe`. */
export function tracesTravel(queueUrl: () => string): void {
  let collector: Awaited<ReturnType<typeof startCollector>>
  let city: TestNode
  let province: TestNode
  let nation: TestNode
  let vendor: Awaited<ReturnType<typeof enrol>>
  const stops: (() => Promise<void>)[] = []

  const start = async (region: string, tier: string, upstream?: TestNode): Promise<TestNode> => {
    const upper = upstream?.context.hub
    const node = await startTestNode({
      listen: true,
      env: {
        HUIJIAO_REGION: region,
        HUIJIAO_TIER: tier,
        HUIJIAO_QUEUE_URL: queueUrl(),
        HUIJIAO_OTLP_URL: collector.url,
        ...(upstream === undefined || upper === undefined
          ? {}
          : { HUIJIAO_UPSTREAMS: JSON.stringify([{ name: upper.node.name, url: upstream.url, tier: upper.node.tier }]) }),
      },
    })
    const own = node.context.hub
    if (upper !== undefined) {
      const participantId = `p-${region}`
      const facts = { participantId, kind: 'node' as const, name: `节点 ${region}`, regions: [region], nodeName: own.node.name }
      await createParticipant(upper, 'operator:test', facts)
      const { keyId, publicKey } = own.signingKey
      await addPublicKey(upper, 'operator:test', participantId, { keyId, algorithm: 'ed25519', publicKey: publicKey.toString('base64') })
    }
    const worker = await startWorker(node.context)
    stops.unshift(async () => {
      node.context.beginStop()
      node.app.server.closeAllConnections()
      await node.app.close()
      await worker.stop()
      await node.stop()
    })
    return node
  }

  beforeAll(async () => {
    collector = await startCollector()
    nation = await start('000000', 'national')
    province = await start('370000', 'provincial', nation)
    city = await start('370100', 'municipal', province)
    vendor = await enrol(city.context, ['370100'], 'p-vendor')
  })
  afterAll(async () => {
    for (const stop of stops) await stop()
    await collector?.close()
  })

  const newTrace = () => randomBytes(16).toString('hex')
  const of = (trace: string) => collector.spans.filter((span) => span.traceId === trace)
  const at = (span: CollectedSpan) => span.attributes.find((one) => one.key === 'huijiao.node')?.value['stringValue']
  const told = (trace: string) =>
    of(trace)
      .map((span) => `${String(at(span))} ${span.name}`)
      .sort()
  const wholeWay = [
    '000000 POST /v1/submissions',
    '000000 sequence',
    '000000 store',
    '370000 POST /v1/submissions',
    '370000 forward',
    '370000 sequence',
    '370000 store',
    '370100 POST /v1/submissions',
    '370100 forward',
    '370100 sequence',
    '370100 store',
  ]

  it('show one trace from the city’s request to the nation’s commit, each span a child of the one that led to it', async () => {
    const trace = newTrace()
    const headers = { ...vendor.headers, traceparent: `00-${trace}-00f067aa0ba902b7-01` }
    expect((await call(city, 'POST', '/v1/submissions', headers, submission([project(1)]))).status).toBe(200)
    await vi.waitFor(() => expect(told(trace)).toEqual(wholeWay), 15_000)
    const byId = new Map(of(trace).map((span) => [span.spanId, span]))
    const chain: string[] = []
    const last = of(trace).find((span) => at(span) === '000000' && span.name === 'store') as CollectedSpan
    for (let span: CollectedSpan | undefined = last; span !== undefined; span = byId.get(span.parentSpanId ?? ''))
      chain.push(`${String(at(span))} ${span.name}`)
    expect(chain).toEqual([
      '000000 store',
      '000000 POST /v1/submissions',
      '370000 forward',
      '370000 POST /v1/submissions',
      '370100 forward',
      '370100 POST /v1/submissions',
    ])
    const first = of(trace).find((span) => at(span) === '370100' && span.name === 'POST /v1/submissions')
    expect(first?.parentSpanId).toBe('00f067aa0ba902b7')
  })

  it('lose nothing when the queue stores the submission', async () => {
    const trace = newTrace()
    const headers = { ...vendor.headers, traceparent: `00-${trace}-00f067aa0ba902b7-01`, prefer: 'respond-async' }
    expect((await call(city, 'POST', '/v1/submissions', headers, submission([project(2)]))).status).toBe(202)
    await vi.waitFor(() => {
      expect([...new Set(told(trace))]).toEqual(wholeWay)
      // Receiving it, and storing it from the queue, are two spans; a job may run once more and find nothing to do.
      expect(told(trace).filter((one) => one === '370100 store').length).toBeGreaterThan(1)
    }, 15_000)
    const queued = of(trace).find((span) => span.attributes.some((one) => one.key === 'huijiao.queue'))
    expect(at(queued as CollectedSpan)).toBe('370100')
  })

  it('lose nothing over an outage of the upstream, whose retry the queue keeps', async () => {
    const trace = newTrace()
    const port = Number(new URL(province.url).port)
    province.app.server.closeAllConnections()
    await new Promise<void>((resolve) => province.app.server.close(() => resolve()))
    const headers = { ...vendor.headers, traceparent: `00-${trace}-00f067aa0ba902b7-01` }
    await call(city, 'POST', '/v1/submissions', headers, submission([project(3)]))
    await vi.waitFor(() => expect(told(trace).filter((one) => one === '370100 forward').length).toBeGreaterThan(0), 10_000)
    await new Promise<void>((resolve) => province.app.server.listen(port, '127.0.0.1', resolve))
    await vi.waitFor(() => expect([...new Set(told(trace))]).toEqual(wholeWay), 20_000)
  })

  it('link a delivery that carries several submissions to each of their traces', async () => {
    const traces = [newTrace(), newTrace()]
    const admin = { authorization: 'Bearer a-test-token-of-some-length' }
    await call(city, 'POST', '/admin/v1/links/370000/pause', admin, { reason: 'x' })
    for (const [at, trace] of traces.entries())
      await call(
        city,
        'POST',
        '/v1/submissions',
        { ...vendor.headers, traceparent: `00-${trace}-00f067aa0ba902b7-01` },
        submission([project(10 + at)]),
      )
    await call(city, 'POST', '/admin/v1/links/370000/resume', admin)
    await vi.waitFor(() => {
      for (const trace of traces) expect(told(trace)).toContain('370100 forward')
      const shared = collector.spans.find(
        (span) =>
          span.name === 'forward' &&
          (span.links?.length ?? 0) === 2 &&
          traces.every((trace) => span.links?.some((link) => link.traceId === trace)),
      )
      expect(told((shared as CollectedSpan).traceId)).toContain('000000 store')
    }, 15_000)
  })

  it('say nothing of persons and keys', async () => {
    const everything = collector.bodies.join('\n')
    const data = project(1)['data'] as Record<string, string>
    for (const secret of [
      data['CheckPersonName'],
      data['PrjName'],
      data['PrjNum'],
      data['BuildCorpCode'],
      'Bearer',
      vendor.headers.authorization.slice(7),
    ])
      expect(everything).not.toContain(secret)
  })
}
