import type { Socket } from 'node:net'
import { createTestDatabase, type TestDatabase } from '@huijiao/testing'
import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase({ empty: true, poolMax: 1 })
})
afterAll(() => database.drop())

describe('statements that are given in one turn of the event loop', () => {
  it('leave in one write, in their order, and those of the next turn in another', async () => {
    const client: pg.PoolClient = await database.pool.connect()
    try {
      const { stream } = (client as unknown as { connection: { stream: Socket } }).connection
      const [one, several] = [vi.spyOn(stream, '_write'), vi.spyOn(stream as Required<Pick<Socket, '_writev'>>, '_writev')]
      const writes = () => one.mock.calls.length + several.mock.calls.length
      await client.query('create temporary table said (n serial, word text)')
      const before = writes()
      await Promise.all(['甲', '乙', '丙'].map((word) => client.query('insert into said (word) values ($1)', [word])))
      expect(writes() - before).toBe(1)
      const { rows } = await client.query<{ words: string }>(`select string_agg(word, '' order by n) as words from said`)
      expect([rows[0]?.words, writes() - before]).toEqual(['甲乙丙', 2])
    } finally {
      client.release()
    }
  })
})
