import { createTestDatabase, type TestDatabase } from '@huijiao/testing'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { inFlight } from './in-flight.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase({ empty: true, poolMax: 4 })
  await sql`create table counted (n integer not null, check (n < 1000))`.execute(database.db)
})
afterAll(() => database.close())
beforeEach(async () => {
  await sql`delete from counted`.execute(database.db)
  await sql`insert into counted values (0)`.execute(database.db)
})

const count = async () => (await sql<{ n: number }>`select n from counted`.execute(database.db)).rows[0]?.n
const lock = sql`select pg_advisory_xact_lock(4711)`

describe('a transaction in flight', () => {
  it('works off what is sent in the order of sending', async () => {
    const seen = await inFlight(database.db, async (_, send) => {
      const before = send(sql<{ n: number }>`select n from counted`)
      const raised = send(sql`update counted set n = n + 5`)
      const after = send(sql<{ n: number }>`select n from counted`)
      await raised
      return [(await before)[0]?.n, (await after)[0]?.n]
    })
    expect(seen).toEqual([0, 5])
    expect(await count()).toBe(5)
  })

  it('lets one work at a time under a lock, and the next sees what the last has committed', async () => {
    const raise = () =>
      inFlight(database.db, async (_, send) => {
        void send(lock)
        const [row] = await send(sql<{ n: number }>`select n from counted`)
        void send(sql`update counted set n = ${(row?.n ?? 0) + 1}`)
      })
    await Promise.all(Array.from({ length: 40 }, raise))
    expect(await count()).toBe(40)
  })

  it('undoes everything when the work fails, and gives the lock back', async () => {
    await expect(
      inFlight(database.db, async (trx, send) => {
        void send(lock)
        await sql`update counted set n = 7`.execute(trx)
        throw new Error('in the middle')
      }),
    ).rejects.toThrow('in the middle')
    expect(await count()).toBe(0)
    await expect(inFlight(database.db, async (_, send) => (await send(lock)).length)).resolves.toBe(1)
  })

  it('undoes everything when a statement fails that nobody waited for, and says which', async () => {
    const failing = inFlight(database.db, async (_, send) => {
      void send(sql`update counted set n = 8`)
      void send(sql`update counted set n = 2000`)
      return 'done'
    })
    await expect(failing).rejects.toMatchObject({ code: '23514' })
    expect(await count()).toBe(0)
  })

  it('keeps statements of the builder that are started together apart', async () => {
    const rows = await inFlight(database.db, (trx) =>
      Promise.all(
        Array.from({ length: 30 }, async (_, at) => (await sql<{ at: number }>`select ${at}::int as at`.execute(trx)).rows[0]?.at),
      ),
    )
    expect(rows).toEqual(Array.from({ length: 30 }, (_, at) => at))
  })

  it('fails when the connection breaks in the middle, and the next one works', async () => {
    const broken = inFlight(database.db, async (_, send) => {
      void send(sql`update counted set n = 9`)
      await send(sql`select pg_terminate_backend(pg_backend_pid())`)
    })
    await expect(broken).rejects.toBeInstanceOf(Error)
    expect(await count()).toBe(0)
  })

  it('keeps the plan of a statement over a list, and leaves that to the server for what runs outside', async () => {
    const own = await createTestDatabase({ empty: true, poolMax: 1 })
    try {
      await sql`create table listed (n integer primary key)`.execute(own.db)
      const ask = sql`select n from listed where n = any(${[1]}::int[])`
      for (let at = 0; at < 4; at += 1) await inFlight(own.db, async (_, send) => await send(ask))
      const plans = async () =>
        (
          await sql<{ generic: number; custom: number }>`
            select generic_plans::int as generic, custom_plans::int as custom from pg_prepared_statements where statement like 'select n from listed%'`.execute(
            own.db,
          )
        ).rows[0]
      expect(await plans()).toEqual({ generic: 3, custom: 0 })
      await ask.execute(own.db)
      expect(await plans()).toEqual({ generic: 3, custom: 1 })
    } finally {
      await own.drop()
    }
  })
})
