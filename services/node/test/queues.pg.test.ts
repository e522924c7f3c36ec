import { type TestDatabase, createTestDatabase } from '@huijiao/testing'
import { afterAll, beforeAll, describe } from 'vitest'
import { queuesBehave } from './queue-conformance.ts'

describe('the queues on PostgreSQL', () => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await createTestDatabase({ empty: true })
  })
  afterAll(() => database.drop())
  queuesBehave(() => database.url)
})
