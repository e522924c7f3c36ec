import { withRedis } from '@huijiao/testing'
import { afterAll, describe } from 'vitest'
import { tracesTravel } from './traces.ts'

const redis = await withRedis()

describe.skipIf(!redis.available)('traces, with queues on Redis,', () => {
  afterAll(async () => {
    if (redis.available) await redis.stop()
  })
  tracesTravel(() => (redis.available ? redis.url : ''))
})
