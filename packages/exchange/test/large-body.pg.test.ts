import { randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
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

const count = 40_000

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
 * By how much what is held grew from the first half of the samples to the second: the least of each, because every moment holds what is under way (up to 8 MiB).
 */
function growth(samples: readonly number[]): number {
  const half = samples.length >> 1
  return Math.min(...samples.slice(half)) - Math.min(...samples.slice(1, half))
}

/** Whoever keeps 200 bytes of each record, such as its outcome or a hash, keeps as much between the two halves. */
const growthMax = (count / 2) * 200

describe('a large body', () => {
  it('takes no memory for what has arrived, nor for what is stored of it', async () => {
    const [arriving, storing]: [number[], number[]] = [[], []]
    const body = await receiveBody(Readable.from(lines(() => arriving.push(heldBytes()))), {
      contentType: 'application/x-ndjson',
      contentEncoding: undefined,
      claimedDigest: null,
      limits: defaultBodyLimits,
      spoolDir: node.hub.spoolDir,
    })
    const hub: Hub = { ...node.hub, onPending: () => storing.push(heldBytes()) }
    const asked = { dryRun: false, respondAsync: false, idempotencyKey: null, traceParent: null, nonce: null }
    const answer = await receiveSubmission(hub, { caller: city, body, mode: 'partial', ...asked })
    expect(receiptOf(answer).counts['accepted']).toBe(count)
    expect(storing.length).toBeGreaterThan(5)
    expect(growth(arriving)).toBeLessThan(growthMax)
    expect(growth(storing)).toBeLessThan(growthMax)
  })
})
