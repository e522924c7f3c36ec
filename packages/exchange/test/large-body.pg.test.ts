import { randomUUID } from 'node:crypto'
import { EventEmitter, once } from 'node:events'
import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Caller, defaultBodyLimits, type Hub, receiveBody, receiveSubmission } from '../src/index.ts'
import { enrol, openTestHub, project, receiptOf, responsible, type TestHub, upsert } from './test-hub.ts'

let node: TestHub
let city: Caller
beforeAll(async () => {
  node = await openTestHub()
  city = await enrol(node.hub)
})
afterAll(() => node.close())

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** What this thread holds, in its heap and outside it, when everything that nobody needs any more is gone. */
function heldBytes(): number {
  collect()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

const count = 60_000

/** A body of `count` projects, 200 at a time, made while it is read. */
function* lines(tenth: () => void): Generator<Buffer> {
  yield Buffer.from(`${JSON.stringify({ id: randomUUID(), standard: '2018', responsible })}\n`)
  for (let from = 0; from < count; from += 200) {
    if (from % (count / 10) === 0) tenth()
    const list = Array.from({ length: 200 }, (_, at) => JSON.stringify(upsert('TBProjectInfo', `M-${from + at}`, project(from + at))))
    yield Buffer.from(`${list.join('\n')}\n`)
  }
}

/**
 * By how much what is held grew from the first half of the samples to the second: the most of each, because at the beginning and at the end less is under way than
 * in between.
 */
function growth(samples: readonly number[]): number {
  const half = samples.length >> 1
  return Math.max(...samples.slice(half)) - Math.max(...samples.slice(0, half))
}

/**
 * What is held while a submission is being stored: from the first transaction on, a sample between any two. What is under way differs by more than ten MiB from moment
 * to moment, so the storing is held up for each sample: then as much is under way as ever is.
 */
async function heldWhileStoring(pool: TestHub['database']['pool'], stored: EventEmitter, storing: Promise<unknown>): Promise<number[]> {
  const samples: number[] = []
  let ended = false
  storing.finally(() => (ended = true)).catch(() => undefined)
  // One that fails before it has stored anything fails here.
  await Promise.race([once(stored, 'stored'), storing])
  const client = await pool.connect()
  for (; !ended; await sleep(20)) {
    await client.query('begin')
    await client.query('lock table stream in share mode')
    await sleep(400)
    samples.push(heldBytes())
    await client.query('commit')
  }
  client.release()
  return samples
}

/** Whoever keeps the outcome and a hash of each record keeps some 300 bytes, of which this is about a quarter. */
const growthMax = (count / 2) * 80

describe('a large body', () => {
  it('takes no memory for what has arrived, nor for what is stored of it', async () => {
    const arriving: number[] = []
    const body = await receiveBody(Readable.from(lines(() => arriving.push(heldBytes()))), {
      contentType: 'application/x-ndjson',
      contentEncoding: undefined,
      claimedDigest: null,
      limits: defaultBodyLimits,
      spoolDir: node.hub.spoolDir,
    })
    const asked = { dryRun: false, respondAsync: false, idempotencyKey: null, traceParent: null, nonce: null }
    const stored = new EventEmitter()
    const hub: Hub = { ...node.hub, onPending: () => stored.emit('stored') }
    const answering = receiveSubmission(hub, { caller: city, body, mode: 'partial', ...asked })
    const storing = await heldWhileStoring(node.database.pool, stored, answering)
    const answer = await answering
    expect(receiptOf(answer).counts['accepted']).toBe(count)
    expect(storing.length).toBeGreaterThan(5)
    expect(growth(arriving)).toBeLessThan(growthMax)
    expect(growth(storing)).toBeLessThan(growthMax)
  })
})
