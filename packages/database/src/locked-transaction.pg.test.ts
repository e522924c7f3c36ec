import { createTestDatabase } from '@huijiao/testing'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { lockedTransaction } from './locked-transaction.ts'

describe('a transaction under a lock', () => {
  let database: Awaited<ReturnType<typeof createTestDatabase>>
  beforeAll(async () => {
    database = await createTestDatabase()
    await sql`create table counted (n integer not null)`.execute(database.db)
    await sql`insert into counted values (0)`.execute(database.db)
  })
  afterAll(() => database.close())

  const count = async () => (await sql<{ n: number }>`select n from counted`.execute(database.db)).rows[0]?.n

  it('lets one work at a time, and the next sees what the last has committed', async () => {
    const raise = () =>
      lockedTransaction(database.db, "it's/one", async (trx) => {
        const { rows } = await sql<{ n: number }>`select n from counted`.execute(trx)
        await sql`update counted set n = ${(rows[0]?.n ?? 0) + 1}`.execute(trx)
      })
    await Promise.all(Array.from({ length: 20 }, raise))
    expect(await count()).toBe(20)
  })

  it('undoes everything when the work fails, and gives the lock back', async () => {
    const before = await count()
    await expect(
      lockedTransaction(database.db, 'two', async (trx) => {
        await sql`update counted set n = -1`.execute(trx)
        throw new Error('in the middle')
      }),
    ).rejects.toThrow('in the middle')
    expect(await count()).toBe(before)
    await expect(lockedTransaction(database.db, 'two', async () => 'got it')).resolves.toBe('got it')
  })
})
