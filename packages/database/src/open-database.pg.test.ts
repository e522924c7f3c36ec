import { inspect } from 'node:util'
import { createTestDatabase, type TestDatabase } from '@huijiao/testing'
import { sql } from 'kysely'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Log } from './log.ts'
import { openDatabase } from './open-database.ts'
import { retryDeadlocks } from './retry.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase({ empty: true, poolMax: 4 })
  await database.pool.query('create table account (id int primary key, n int not null); insert into account values (1, 0), (2, 0)')
})
afterAll(() => database.drop())

describe('a value from the database', () => {
  it.each([
    ["'9007199254740991'::int8", 2 ** 53 - 1],
    ["'-9007199254740991'::int8", -(2 ** 53 - 1)],
    ["'9007199254740992'::int8", 9007199254740992n],
    ["'{1,NULL,9223372036854775807}'::int8[]", [1, null, 9223372036854775807n]],
    ['count(*)', 1],
    ["'2026-09-01T09:30:00+08'::timestamptz", new Date('2026-09-01T01:30:00Z')],
    ["'1893-02-28'::date", '1893-02-28'],
    ["'2026-09-01 09:30:00'::timestamp", '2026-09-01 09:30:00'],
    ["'18600.50'::numeric", '18600.50'],
    ["'\\x00ff'::bytea", Buffer.from([0, 255])],
  ])('%s is %s', async (expression, expected) => {
    const { rows } = await sql<{ v: unknown }>`select ${sql.raw(expression)} as v`.execute(database.db)
    expect(rows).toEqual([{ v: expected }])
  })

  it('is read by our rules through our connections only', async () => {
    const client = new pg.Client({ connectionString: database.url })
    await client.connect()
    const { rows } = await client.query("select '1'::int8 as v")
    await client.end()
    expect(rows).toEqual([{ v: '1' }])
  })
})

describe('openDatabase', () => {
  it('names itself to the server', async () => {
    const own = openDatabase({ url: database.url, applicationName: 'huijiao 370100' })
    const { rows } = await own.pool.query("select current_setting('application_name') as name")
    expect(rows).toEqual([{ name: 'huijiao 370100' }])
    await own.close()
    await own.close()
  })

  it('gives its locks back when it begins a transaction and says nothing more', async () => {
    const { rows } = await sql<{
      ms: string
    }>`select setting as ms from pg_settings where name = 'idle_in_transaction_session_timeout'`.execute(database.db)
    expect(rows).toEqual([{ ms: '120000' }])
    // The same in a tenth of a second, instead of two minutes.
    const silent = await database.pool.connect()
    await silent.query(`set idle_in_transaction_session_timeout = '100ms'; begin; update account set n = n where id = 1`)
    await sql`update account set n = n where id = 1`.execute(database.db)
    await expect(silent.query('commit')).rejects.toThrow(/terminat|not queryable|idle-in-transaction/)
    silent.release(true)
  })

  it('lives on when the server ends an idle connection, and says so without the password', async () => {
    const warnings: string[] = []
    const log: Log = {
      info: () => {},
      error: () => {},
      warn: (fields, message) => warnings.push(inspect({ ...fields, message }, { depth: 9 })),
    }
    const own = openDatabase({ url: database.url, poolMax: 1, log })
    const { rows } = await own.pool.query<{ pid: number }>('select pg_backend_pid() as pid')
    await database.pool.query('select pg_terminate_backend($1)', [rows[0]?.pid])
    await expect.poll(() => warnings.length).toBe(1)
    expect(warnings[0]).toContain('terminating connection')
    expect(warnings[0]).not.toContain(new URL(database.url).password)
    expect((await own.pool.query('select 1 as one')).rows).toEqual([{ one: 1 }])
    await own.close()
  })
})

describe('retryDeadlocks', () => {
  it('lets both of two transactions finish that lock each other out', async () => {
    let tries = 0
    let arrived = 0
    const both = Promise.withResolvers<void>()
    const addTo = (first: number, second: number) =>
      retryDeadlocks(async () => {
        tries += 1
        await database.db.transaction().execute(async (trx) => {
          await sql`update account set n = n + 1 where id = ${first}`.execute(trx)
          arrived += 1
          if (arrived === 2) both.resolve()
          await both.promise
          await sql`update account set n = n + 1 where id = ${second}`.execute(trx)
        })
      })
    await Promise.all([addTo(1, 2), addTo(2, 1)])
    expect(tries).toBeGreaterThan(2)
    expect((await database.pool.query('select n from account order by id')).rows).toEqual([{ n: 2 }, { n: 2 }])
  })
})
