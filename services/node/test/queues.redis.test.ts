import { startRedisServer, withRedis } from '@huijiao/testing'
import { pino } from 'pino'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { openQueues } from '../src/queues.ts'
import { queuesBehave } from './queue-conformance.ts'

const redis = await withRedis()

describe.skipIf(!redis.available)('the queues on Redis', () => {
  afterAll(async () => {
    if (redis.available) await redis.stop()
  })
  queuesBehave(() => (redis.available ? redis.url : ''))

  it('are closed although Redis stopped answering without a word', async () => {
    const server = (await startRedisServer())!
    const queues = await openQueues({ url: server.url, node: 'mute', retryMs: 20, retryMaxMs: 100, log: pino({ level: 'silent' }) })
    const ran: number[] = []
    const idle = async () => undefined
    const workers = queues.startWorkers({
      ...{ submission: idle, feed: idle, sequence: idle, held: idle, 'access-seal': idle, reconcile: idle, sweep: idle },
      forward: async ({ link }) => void ran.push(link),
    })
    try {
      await queues.add('forward', { link: 3 })
      await vi.waitFor(() => expect(ran).toEqual([3]))
      // The workers' second connections break, and come back to a server that says nothing.
      const blocked = await vi.waitFor(async () => {
        const ids = [...(await server.command('CLIENT', 'LIST')).matchAll(/id=(\d+) .*cmd=bzpopmin/g)].map(([, id]) => String(id))
        expect(ids).toHaveLength(3)
        return ids
      })
      await server.command('CLIENT', 'PAUSE', '600000', 'WRITE')
      for (const id of blocked) await server.command('CLIENT', 'KILL', 'ID', id)
      await server.command('CLIENT', 'PAUSE', '600000')
      await workers.stop()
      await queues.close()
    } finally {
      await server.stop()
    }
  }, 20_000)
})
