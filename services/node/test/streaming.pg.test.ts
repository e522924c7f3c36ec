import { randomUUID } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { type IncomingMessage, request as httpRequest } from 'node:http'
import { type Socket, connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type TestNode, enrol, project, responsible, startTestNode, submission } from './node.ts'

let node: TestNode
let vendor: Awaited<ReturnType<typeof enrol>>
let address: URL

beforeAll(async () => {
  node = await startTestNode({
    listen: true,
    env: { HUIJIAO_BODY_IDLE_MS: '400', HUIJIAO_BODY_RATE_MIN: '2000', HUIJIAO_HEADERS_TIMEOUT_MS: '600', HUIJIAO_BODIES_AT_ONCE: '2' },
  })
  vendor = await enrol(node.context)
  address = new URL(node.url)
})
afterAll(() => node.stop())

const nothingStored = async () => {
  const { db } = node.database
  for (const table of ['submission', 'part', 'version'] as const) expect(await db.selectFrom(table).selectAll().execute()).toEqual([])
  expect(await readdir(node.context.hub.spoolDir)).toEqual([])
}

const head = (headers: Record<string, string>) =>
  `POST /v1/submissions HTTP/1.1\r\nhost: ${address.host}\r\ncontent-type: application/x-ndjson\r\nauthorization: ${vendor.headers.authorization}\r\n${Object.entries(
    headers,
  )
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')}\r\n`

function open(): { socket: Socket; answer: Promise<string> } {
  const socket = connect(Number(address.port), address.hostname)
  let text = ''
  socket.setEncoding('utf8')
  socket.on('data', (chunk) => (text += chunk))
  const answer = new Promise<string>((resolve) => {
    socket.on('close', () => resolve(text))
    socket.on('error', () => resolve(text))
  })
  return { socket, answer }
}

const envelope = () => `${JSON.stringify({ id: randomUUID(), standard: '2018', responsible })}\n`

describe('a sender that is slow, or goes away', () => {
  it('is answered 408 when its body pauses', async () => {
    const { socket, answer } = open()
    socket.write(head({ 'content-length': '100000', connection: 'close' }))
    socket.write(envelope())
    const text = await answer
    expect(text).toMatch(/^HTTP\/1\.1 408 /)
    expect(text).toContain('"code":"request-too-slow"')
    await nothingStored()
  })

  it('is answered 408 when its body trickles', async () => {
    const { socket, answer } = open()
    socket.write(head({ 'content-length': '100000', connection: 'close' }))
    const drip = setInterval(() => socket.write(' '), 50)
    const text = await answer
    clearInterval(drip)
    expect(text).toMatch(/^HTTP\/1\.1 408 /)
    await nothingStored()
  })

  it('is answered 408 when its headers trickle', async () => {
    const { socket, answer } = open()
    socket.write('POST /v1/submissions HTTP/1.1\r\n')
    const drip = setInterval(() => socket.write('x-slow: 1\r\n'), 100)
    const text = await answer
    clearInterval(drip)
    expect(text).toMatch(/^HTTP\/1\.1 408 /)
    expect(text).toContain('application/problem+json')
  })

  it('leaves nothing when it disconnects half way, in memory and on disk', async () => {
    for (const bytes of [500, 3 * 1024 * 1024]) {
      const { socket, answer } = open()
      socket.write(head({ 'content-length': '8000000' }))
      socket.write(envelope() + 'x'.repeat(bytes))
      await delay(100)
      socket.destroy()
      await answer
      await vi.waitFor(nothingStored, 3000)
    }
  })

  it('leaves nothing when a chunked body breaks off', async () => {
    const { socket, answer } = open()
    socket.write(head({ 'transfer-encoding': 'chunked' }))
    const line = envelope()
    socket.write(`${line.length.toString(16)}\r\n${line}\r\n`)
    await delay(50)
    socket.end()
    await answer
    await vi.waitFor(nothingStored, 3000)
  })
})

describe('a request that is no HTTP', () => {
  it.each([
    ['nonsense', 'HELLO\r\n\r\n', 400, 'request-malformed'],
    ['headers above 16 KiB', `GET / HTTP/1.1\r\nhost: x\r\nx-large: ${'x'.repeat(40_000)}\r\n\r\n`, 431, 'headers-too-large'],
  ] as const)('answers %s as a problem', async (_name, bytes, status, code) => {
    const { socket, answer } = open()
    socket.write(bytes)
    const text = await answer
    expect(text).toContain(`HTTP/1.1 ${status} `)
    expect(text).toContain(`"code":"${code}"`)
  })
})

describe('a body that is refused before it is read', () => {
  it('is not even sent by a client that waits for 100 Continue', async () => {
    const { socket, answer } = open()
    socket.write(
      head({ 'content-length': '1000', expect: '100-continue', connection: 'close' }).replace(
        /authorization: .*\r\n/,
        'authorization: Bearer hj_wrong\r\n',
      ),
    )
    await delay(150)
    socket.end()
    const text = await answer
    expect(text).toMatch(/^HTTP\/1\.1 401 /)
    expect(text).not.toContain('100 Continue')
  })

  it('is asked for when it is wanted', async () => {
    const body = JSON.stringify(submission([project(1)]))
    const ask = () =>
      new Promise<{ status: number | undefined; continued: boolean }>((resolve, reject) => {
        let continued = false
        const request = httpRequest(
          {
            host: address.hostname,
            port: address.port,
            path: '/v1/submissions',
            method: 'POST',
            headers: {
              ...vendor.headers,
              'content-type': 'application/json',
              'content-length': String(Buffer.byteLength(body)),
              expect: '100-continue',
            },
          },
          (response: IncomingMessage) => {
            response.resume().on('end', () => resolve({ status: response.statusCode, continued }))
          },
        )
        request.on('continue', () => {
          continued = true
          request.end(body)
        })
        request.on('error', reject)
        request.flushHeaders()
      })
    let answer = await ask()
    // A node that is short of something for a moment says so, and is asked again.
    for (let tries = 0; answer.status === 503 && tries < 20; tries += 1) {
      await delay(250)
      answer = await ask()
    }
    expect(answer).toEqual({ status: 200, continued: true })
  })

  it('lets a client that writes on see the answer', async () => {
    const response = await fetch(`${node.url}/v1/submissions`, {
      method: 'POST',
      headers: { authorization: 'Bearer hj_wrong', 'content-type': 'application/json' },
      body: 'x'.repeat(4 * 1024 * 1024),
    })
    expect(response.status).toBe(401)
    expect(((await response.json()) as { code: string }).code).toBe('credentials-invalid')
  })
})

describe('many bodies at once', () => {
  it('are refused with Retry-After beyond the limit, and taken again when there is room', async () => {
    const held = [open(), open()]
    for (const { socket } of held) socket.write(head({ 'content-length': '1000000' }) + envelope())
    // They go on writing, so that neither is given up for its silence while the machine is busy with something else.
    const writing = setInterval(() => held.forEach(({ socket }) => socket.writable && socket.write(' '.repeat(500))), 50)
    const send = () =>
      fetch(`${node.url}/v1/submissions`, {
        method: 'POST',
        headers: { ...vendor.headers, 'content-type': 'application/json' },
        body: JSON.stringify(submission([project(2)])),
      })
    // The two are held once the node has read their headers, which a busy machine may take its time over.
    await vi.waitFor(async () => {
      const refused = await send()
      expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1'])
    }, 10_000)
    clearInterval(writing)
    for (const { socket } of held) socket.destroy()
    await vi.waitFor(async () => expect((await send()).status).toBe(200), 10_000)
  })
})

describe('a large body', () => {
  it('arrives in parts, from disk, and its outcome list is read back', async () => {
    const lines = Array.from({ length: 5000 }, (_, index) => JSON.stringify(project(index % 99, { AllInvest: String(index + 1) })))
    const response = await fetch(`${node.url}/v1/submissions`, {
      method: 'POST',
      headers: { ...vendor.headers, 'content-type': 'application/x-ndjson' },
      body: envelope() + lines.join('\n'),
    })
    expect(response.status).toBe(200)
    const receipt = (await response.json()) as {
      submission: { id: string }
      counts: Record<string, number>
      parts: unknown[]
      outcomes: { url: string }
    }
    expect(receipt.counts['accepted']).toBe(5000)
    expect(receipt.parts.length).toBeGreaterThan(1)
    const outcomes = await fetch(`${node.url}${receipt.outcomes.url}`, { headers: vendor.headers })
    expect(outcomes.headers.get('content-type')).toContain('ndjson')
    expect((await outcomes.text()).trim().split('\n')).toHaveLength(5000)
    expect(await readdir(node.context.hub.spoolDir)).toEqual([])
  })
})
