import { once } from 'node:events'
import { connect } from 'node:net'
import { afterAll, describe, expect, it } from 'vitest'
import { withRedis } from './redis.ts'

const redis = await withRedis()
afterAll(() => (redis.available ? redis.stop() : undefined))

describe.skipIf(!redis.available)('a Redis for one test file', () => {
  it('answers at its address', async () => {
    const { hostname, port } = new URL(redis.available ? redis.url : '')
    const socket = connect(Number(port), hostname)
    socket.write('PING\r\n')
    const [answer] = (await once(socket, 'data')) as [Buffer]
    socket.destroy()
    expect(answer.toString()).toBe('+PONG\r\n')
  })
})

describe('without redis-server', () => {
  it('the tests of the Redis backend are skipped with a reason', async () => {
    const { PATH, HUIJIAO_TEST_REDIS_URL } = process.env
    const said: string[] = []
    const warn = console.warn
    console.warn = (message: string) => said.push(message)
    process.env.PATH = '/nonexistent'
    delete process.env.HUIJIAO_TEST_REDIS_URL
    try {
      expect(await withRedis()).toEqual({ available: false, reason: expect.stringContaining('SKIPPED') })
      expect(said).toHaveLength(1)
    } finally {
      console.warn = warn
      process.env.PATH = PATH
      if (HUIJIAO_TEST_REDIS_URL !== undefined) process.env.HUIJIAO_TEST_REDIS_URL = HUIJIAO_TEST_REDIS_URL
    }
  })
})
