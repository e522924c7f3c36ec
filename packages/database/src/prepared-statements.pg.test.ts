import { createTestDatabase, type TestDatabase } from '@huijiao/testing'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { retryDeadlocks } from './retry.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase({ empty: true, poolMax: 1 })
  await sql`create table thing (id int primary key, name text)`.execute(database.db)
  await sql`insert into thing values (1, '一'), (2, '二')`.execute(database.db)
})
afterAll(() => database.drop())

const read = async (id: number) => (await sql<Record<string, unknown>>`select * from thing where id = ${id}`.execute(database.db)).rows
const prepared = async () =>
  (
    await sql<{
      count: number
    }>`select count(*)::int as count from pg_prepared_statements where statement like 'select * from thing%'`.execute(database.db)
  ).rows[0]?.count

describe('statements of a connection', () => {
  it('are prepared from the second time on, and give each its own values', async () => {
    expect(await read(1)).toEqual([{ id: 1, name: '一' }])
    expect(await prepared()).toBe(0)
    expect(await read(2)).toEqual([{ id: 2, name: '二' }])
    expect(await read(1)).toEqual([{ id: 1, name: '一' }])
    expect(await prepared()).toBe(1)
  })

  it('go on after their table was changed by somebody else, with one try more', async () => {
    await read(1)
    await read(1)
    await sql`alter table thing add column more int default 7`.execute(database.db)
    await expect(read(1)).rejects.toMatchObject({ code: '0A000' })
    expect(await read(1)).toEqual([{ id: 1, name: '一', more: 7 }])
    await sql`alter table thing drop column more`.execute(database.db)
    expect(await retryDeadlocks(() => read(2))).toEqual([{ id: 2, name: '二' }])
  })

  it('fail with their own error, and the connection stays usable', async () => {
    for (let round = 0; round < 3; round += 1)
      await expect(sql`select 1 / ${0}::int`.execute(database.db)).rejects.toMatchObject({ code: '22012' })
    expect(await read(2)).toHaveLength(1)
  })
})
