import { once } from 'node:events'
import { Agent, createServer, type Server } from 'node:http'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { send } from '../faults/client.ts'
import { shots } from '../faults/classes/shots.ts'
import { Proxy } from '../faults/proxy.ts'
import type { OneShot, OneShotKind } from '../faults/proxy-exchange.ts'

let server: Server
let proxy: Proxy
/** Bodies that arrived whole. */
let arrived: string[]
let agent: Agent

beforeEach(async () => {
  arrived = []
  server = createServer((request, answer) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('error', () => {})
    request.on('end', () => {
      arrived.push(Buffer.concat(chunks).toString())
      answer.end('stored '.repeat(20))
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  proxy = await new Proxy('test', (server.address() as { port: number }).port, true).start()
  agent = new Agent({ keepAlive: true })
})

afterEach(async () => {
  agent.destroy()
  await proxy.stop()
  server.closeAllConnections()
  server.close()
})

const body = Buffer.from('示例'.repeat(300))
const post = (timeoutMs = 3000) => send(agent, 'POST', `http://127.0.0.1:${proxy.port}/v1/submissions`, {}, body, timeoutMs)

function arm(kind: OneShotKind, more: Partial<OneShot> = {}): { hits(): number } {
  let hits = 0
  proxy.arm({ kind, amount: 1, fits: () => true, hit: () => void (hits += 1), ...more })
  return { hits: () => hits }
}

/** Sends once into the fault; then once more, which must be as if nothing had been. */
async function through(kind: OneShotKind, more: Partial<OneShot> = {}, timeoutMs = 500) {
  const armed = arm(kind, more)
  const first = await post(timeoutMs).then(
    (answer) => `${answer.status} ${answer.body.toString().slice(0, 6)}`,
    () => 'no answer',
  )
  const then = await post()
  expect([then.status, then.body.toString().slice(0, 6)]).toEqual([200, 'stored'])
  return { first, hits: armed.hits(), arrived: arrived.slice(0, -1) }
}

const whole = body.toString()

describe('the proxy between two programs', () => {
  it('passes on what it was not told to spoil, and counts good answers', async () => {
    const good = proxy.nextGood()
    const answer = await post()
    await good
    expect([answer.status, answer.body.length, arrived, proxy.good]).toEqual([200, 140, [whole], 1])
  })

  it('keeps a request from arriving when it is reset before or in its body, or nobody hears it', async () => {
    expect(await through('reset-request')).toEqual({ first: 'no answer', hits: 1, arrived: [] })
    arrived = []
    expect(await through('reset-mid-body')).toEqual({ first: 'no answer', hits: 1, arrived: [] })
    arrived = []
    expect(await through('half-open-request')).toEqual({ first: 'no answer', hits: 1, arrived: [] })
  })

  it('lets a request arrive whose answer is lost, cut, ended early, or never comes', async () => {
    for (const kind of ['reset-reply', 'cut-reply', 'end-reply', 'half-open-reply'] as const) {
      arrived = []
      expect([kind, await through(kind)]).toEqual([kind, { first: 'no answer', hits: 1, arrived: [whole] }])
    }
  })

  it('answers in the place of the other side, before it was asked or after it has done the work', async () => {
    const answer = Buffer.from('HTTP/1.1 502 Bad Gateway\r\ncontent-length: 6\r\nconnection: close\r\n\r\nnobody')
    expect(await through('answer-instead', { answer })).toEqual({ first: '502 nobody', hits: 1, arrived: [] })
    arrived = []
    expect(await through('answer-after', { answer })).toEqual({ first: '502 nobody', hits: 1, arrived: [whole] })
  })

  it('brings a request twice: at once, and later', async () => {
    expect((await through('duplicate-with')).arrived).toEqual([whole, whole])
    arrived = []
    const armed = arm('duplicate-after', { amount: 20 })
    await post()
    for (let waits = 0; arrived.length < 2 && waits < 200; waits += 1) await new Promise((settle) => setTimeout(settle, 10))
    expect([arrived, armed.hits()]).toEqual([[whole, whole], 1])
  })

  it('brings a request after its sender has given up', async () => {
    const armed = arm('delay-request', { amount: 300 })
    await expect(post(100)).rejects.toThrow('no answer')
    for (let waits = 0; arrived.length < 1 && waits < 200; waits += 1) await new Promise((settle) => setTimeout(settle, 10))
    expect([arrived, armed.hits()]).toEqual([[whole], 1])
  })

  it('flips one bit of a request or of an answer', async () => {
    const flipped = await through('flip-request')
    expect(flipped.arrived[0]?.length === 0 || flipped.arrived[0] !== whole).toBe(true)
    arm('flip-reply')
    const spoilt = (await post()).body
    const sound = (await post()).body
    const differing = [...spoilt].filter((byte, at) => byte !== sound[at])
    expect([spoilt.length, differing.length]).toEqual([sound.length, 1])
  })

  it('holds bytes while a line is cut, brings them when it is whole again, and drops large or many requests when told to', async () => {
    proxy.setWeather({ cutUp: true })
    const waiting = post(5000)
    await new Promise((settle) => setTimeout(settle, 100))
    expect([arrived, proxy.touched > 0]).toEqual([[], true])
    proxy.clear()
    expect((await waiting).status).toBe(200)
    proxy.setWeather({ requestBytesMax: 500 })
    await expect(post()).rejects.toThrow(/ECONN|EPIPE|hang up|no answer/)
    proxy.clear()
    proxy.setWeather({ refuse: true })
    proxy.resetAll()
    await expect(post()).rejects.toThrow(/ECONN|EPIPE|hang up|no answer/)
    expect(proxy.touched).toBeGreaterThan(0)
    proxy.clear()
    expect((await post()).status).toBe(200)
  })

  it('takes back a fault that met nobody', async () => {
    const fault: OneShot = { kind: 'reset-request', amount: 0, fits: () => true, hit: () => expect.unreachable() }
    proxy.arm(fault)
    proxy.disarm(fault)
    expect((await post()).status).toBe(200)
  })

  it('has a kind behind every class of the list, each class once', () => {
    expect(new Set(shots.map((shot) => shot.name)).size).toBe(shots.length)
    for (const shot of shots) if (shot.kind.startsWith('answer')) expect(shot.answer?.toString()).toMatch(/^HTTP\/1\.1 \d{3} /)
  })
})
