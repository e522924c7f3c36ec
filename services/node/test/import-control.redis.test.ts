import { withRedis } from '@huijiao/testing'
import { afterAll, describe } from 'vitest'
import { importsBehave } from './import-control.ts'

const redis = await withRedis()

describe.skipIf(!redis.available)('imports with their jobs on Redis', () => {
  importsBehave((): Record<string, string> => (redis.available ? { HUIJIAO_QUEUE_URL: redis.url } : {}))
  afterAll(async () => {
    if (redis.available) await redis.stop()
  })
})
