import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { type TestDatabase, createTestDatabase } from '@huijiao/testing'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { openQueues } from '../src/queues.ts'
import { queuesBehave } from './queue-conformance.ts'

describe('the queues on PostgreSQL', () => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await createTestDatabase({ empty: true })
  })
  afterAll(() => database.drop())
  queuesBehave(() => database.url)

  it('outlive a server that gives them no connection just when they are made', async () => {
    const target = new URL(database.url)
    let taken = 0
    let away = true
    const line = createServer((caller) => {
      taken += 1
      caller.on('error', () => {})
      // The first one brings BullMQ's tables; then nobody gets through for a while.
      if (taken > 1 && away) return void caller.destroy()
      const callee = connect(Number(target.port), target.hostname)
      callee.on('error', () => caller.destroy())
      caller.pipe(callee).pipe(caller)
    }).listen(0, '127.0.0.1')
    await once(line, 'listening')
    const through = new URL(target)
    through.port = String((line.address() as { port: number }).port)
    const ran: number[] = []
    const idle = async () => undefined
    const queues = await openQueues({ url: through.href, node: 'late', retryMs: 20, retryMaxMs: 100, log: pino({ level: 'silent' }) })
    const workers = queues.startWorkers({
      ...{ submission: idle, feed: idle, sequence: idle, held: idle, 'access-seal': idle, reconcile: idle, sweep: idle },
      forward: async ({ link }) => void ran.push(link),
    })
    await delay(300)
    expect(taken).toBeGreaterThan(1)
    away = false
    await vi.waitFor(async () => {
      await queues.add('forward', { link: 3 })
      expect(ran).toContain(3)
    }, 20_000)
    await workers.stop()
    await queues.close()
    line.close()
  }, 30_000)
})
