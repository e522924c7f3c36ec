import { withRedis } from '@huijiao/testing'
import { afterAll, describe } from 'vitest'
import { recordsTravel } from './forwarding.ts'

const redis = await withRedis()

describe.skipIf(!redis.available)('three nodes with their queues on Redis', () => {
  afterAll(async () => {
    if (redis.available) await redis.stop()
  })
  recordsTravel(() => (redis.available ? redis.url : ''))
})
