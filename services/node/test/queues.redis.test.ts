import { withRedis } from '@huijiao/testing'
import { afterAll, describe } from 'vitest'
import { queuesBehave } from './queue-conformance.ts'

const redis = await withRedis()

describe.skipIf(!redis.available)('the queues on Redis', () => {
  afterAll(async () => {
    if (redis.available) await redis.stop()
  })
  queuesBehave(() => (redis.available ? redis.url : ''))
})
